/// The symbols pictures are made of, in a Unicode and an ASCII set of the same widths.
///
/// Every member is one column wide in its own set, so that a layout does not change with the set. The
/// value is one bit, since every piece of a picture is handed it: forty symbols would be moved each time.
public struct Glyphs: Sendable, Hashable {
    /// Corners and lines of a frame.
    public struct Box: Sendable, Hashable {
        fileprivate let isASCII: Bool
        /// ┌
        public var topLeft: Character { isASCII ? "+" : "┌" }
        /// ┐
        public var topRight: Character { isASCII ? "+" : "┐" }
        /// └
        public var bottomLeft: Character { isASCII ? "+" : "└" }
        /// ┘
        public var bottomRight: Character { isASCII ? "+" : "┘" }
        /// ─
        public var horizontal: Character { isASCII ? "-" : "─" }
        /// │
        public var vertical: Character { isASCII ? "|" : "│" }
        /// ├
        public var teeLeft: Character { isASCII ? "+" : "├" }
        /// ┤
        public var teeRight: Character { isASCII ? "+" : "┤" }
    }

    /// Whether only ASCII is used.
    public let isASCII: Bool
    /// The frame.
    public var box: Box { Box(isASCII: isASCII) }
    /// ● a full dot: running, on.
    public var dot: Character { isASCII ? "*" : "●" }
    /// ○ an empty dot: waiting, off.
    public var circle: Character { isASCII ? "o" : "○" }
    /// ✓ it ended well, it is chosen.
    public var check: Character { isASCII ? "v" : "✓" }
    /// ✗ it failed.
    public var cross: Character { isASCII ? "x" : "✗" }
    /// ⊘ it was cancelled.
    public var cancelled: Character { isASCII ? "/" : "⊘" }
    /// ! it needs attention.
    public var warning: Character { "!" }
    /// ▸ the selected row, a closed branch, the next breadcrumb.
    public var pointer: Character { isASCII ? ">" : "▸" }
    /// ▾ an open branch.
    public var opened: Character { isASCII ? "v" : "▾" }
    /// ▲ upwards, an upload.
    public var up: Character { isASCII ? "^" : "▲" }
    /// ▼ downwards, a download.
    public var down: Character { isASCII ? "v" : "▼" }
    /// ← → for paths and requests.
    public var left: Character { isASCII ? "<" : "←" }
    /// → for paths and requests.
    public var right: Character { isASCII ? ">" : "→" }
    /// … text goes on.
    public var ellipsis: Character { isASCII ? "~" : "…" }
    /// · between facts.
    public var separator: Character { isASCII ? "-" : "·" }
    /// ★ a default.
    public var star: Character { isASCII ? "*" : "★" }
    /// ▌ the cursor bar and quotes.
    public var bar: Character { isASCII ? "|" : "▌" }
    /// Branches of a tree: ├ and └ with their lines, two columns each.
    public var branch: String { isASCII ? "|-" : "├─" }
    /// The last branch of a tree, two columns.
    public var lastBranch: String { isASCII ? "`-" : "└─" }
    /// The left end of a progress bar.
    public var barStart: Character { isASCII ? "[" : "▕" }
    /// The right end of a progress bar.
    public var barEnd: Character { isASCII ? "]" : "▏" }
    /// The parts of a bar's cell from almost empty to full: 8 steps in Unicode, 1 in ASCII.
    public var barSteps: [Character] {
        isASCII ? Glyphs.barSteps.ascii : Glyphs.barSteps.unicode
    }
    /// The open part of a progress bar.
    public var barTrack: Character { isASCII ? "." : "░" }
    /// Heights of a sparkline from lowest to highest.
    public var sparks: [Character] {
        isASCII ? Glyphs.sparks.ascii : Glyphs.sparks.unicode
    }
    /// The thumb of a scroll bar.
    public var scrollThumb: Character { isASCII ? "#" : "█" }
    /// The track of a scroll bar.
    public var scrollTrack: Character { isASCII ? "|" : "│" }

    /// Box drawing, blocks and symbols.
    public static let unicode = Glyphs(isASCII: false)

    /// Letters and punctuation only, for a locale or a font without more.
    public static let ascii = Glyphs(isASCII: true)

    private static let barSteps: (unicode: [Character], ascii: [Character]) = (
        ["▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"], ["#"]
    )
    private static let sparks: (unicode: [Character], ascii: [Character]) = (
        ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"], ["_", ".", "-", "=", "#"]
    )
}
