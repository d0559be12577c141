/// The symbols pictures are made of, in a Unicode and an ASCII set of the same widths.
///
/// Every member is one column wide in its own set, so that a layout does not change with the set.
public struct Glyphs: Sendable, Hashable {
    /// Corners and lines of a frame.
    public struct Box: Sendable, Hashable {
        /// ┌
        public let topLeft: Character
        /// ┐
        public let topRight: Character
        /// └
        public let bottomLeft: Character
        /// ┘
        public let bottomRight: Character
        /// ─
        public let horizontal: Character
        /// │
        public let vertical: Character
        /// ├
        public let teeLeft: Character
        /// ┤
        public let teeRight: Character
    }

    /// Whether only ASCII is used.
    public let isASCII: Bool
    /// The frame.
    public let box: Box
    /// ● a full dot: running, on.
    public let dot: Character
    /// ○ an empty dot: waiting, off.
    public let circle: Character
    /// ✓ it ended well, it is chosen.
    public let check: Character
    /// ✗ it failed.
    public let cross: Character
    /// ⊘ it was cancelled.
    public let cancelled: Character
    /// ! it needs attention.
    public let warning: Character
    /// ▸ the selected row, a closed branch, the next breadcrumb.
    public let pointer: Character
    /// ▾ an open branch.
    public let opened: Character
    /// ▲ upwards, an upload.
    public let up: Character
    /// ▼ downwards, a download.
    public let down: Character
    /// ← → for paths and requests.
    public let left: Character
    /// → for paths and requests.
    public let right: Character
    /// … text goes on.
    public let ellipsis: Character
    /// · between facts.
    public let separator: Character
    /// ★ a default.
    public let star: Character
    /// ▌ the cursor bar and quotes.
    public let bar: Character
    /// Branches of a tree: ├ and └ with their lines, two columns each.
    public let branch: String
    /// The last branch of a tree, two columns.
    public let lastBranch: String
    /// The line past a branch of a tree, two columns.
    public let trunk: String
    /// The left end of a progress bar.
    public let barStart: Character
    /// The right end of a progress bar.
    public let barEnd: Character
    /// The parts of a bar's cell from almost empty to full: 8 steps in Unicode, 1 in ASCII.
    public let barSteps: [Character]
    /// The open part of a progress bar.
    public let barTrack: Character
    /// Heights of a sparkline from lowest to highest.
    public let sparks: [Character]
    /// The thumb of a scroll bar.
    public let scrollThumb: Character
    /// The track of a scroll bar.
    public let scrollTrack: Character

    /// Box drawing, blocks and symbols.
    public static let unicode = Glyphs(
        isASCII: false,
        box: Box(
            topLeft: "┌", topRight: "┐", bottomLeft: "└", bottomRight: "┘", horizontal: "─",
            vertical: "│", teeLeft: "├", teeRight: "┤"),
        dot: "●", circle: "○", check: "✓", cross: "✗", cancelled: "⊘", warning: "!", pointer: "▸",
        opened: "▾", up: "▲", down: "▼", left: "←", right: "→", ellipsis: "…", separator: "·",
        star: "★", bar: "▌", branch: "├─", lastBranch: "└─", trunk: "│ ", barStart: "▕",
        barEnd: "▏", barSteps: ["▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"], barTrack: "░",
        sparks: ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"], scrollThumb: "█", scrollTrack: "│")

    /// Letters and punctuation only, for a locale or a font without more.
    public static let ascii = Glyphs(
        isASCII: true,
        box: Box(
            topLeft: "+", topRight: "+", bottomLeft: "+", bottomRight: "+", horizontal: "-",
            vertical: "|", teeLeft: "+", teeRight: "+"),
        dot: "*", circle: "o", check: "v", cross: "x", cancelled: "/", warning: "!", pointer: ">",
        opened: "v", up: "^", down: "v", left: "<", right: ">", ellipsis: "~", separator: "-",
        star: "*", bar: "|", branch: "|-", lastBranch: "`-", trunk: "| ", barStart: "[",
        barEnd: "]", barSteps: ["#"], barTrack: ".", sparks: ["_", ".", "-", "=", "#"],
        scrollThumb: "#", scrollTrack: "|")
}
