public import ConsoleGrid

// What the environment says about the terminal. Colours: NO_COLOR wins; then what terminfo knows.
// ncurses sends 24-bit colours only through a terminfo entry made for them ("xterm-direct"), so where
// COLORTERM promises them we look for that entry first and are content with 256 where it is missing.

/// What the environment says about the terminal.
public struct TerminalProfile: Sendable, Hashable {
    /// Terminfo names to try, the best first.
    public let names: [String]
    /// The most colours the user allows.
    public let depthLimit: ColourDepth

    /// Reads `TERM`, `COLORTERM` and `NO_COLOR`.
    public init(environment: [String: String]) {
        let term = environment["TERM"].flatMap { $0.isEmpty ? nil : $0 } ?? "dumb"
        let isColourRefused = environment["NO_COLOR"].map { !$0.isEmpty } ?? false
        let promise = environment["COLORTERM"] ?? ""
        let wantsDirect =
            !isColourRefused && (promise == "truecolor" || promise == "24bit")
            && !term.hasSuffix("-direct")
        depthLimit = isColourRefused ? .mono : .trueColour
        names = wantsDirect ? [TerminalProfile.family(of: term) + "-direct", term] : [term]
    }

    /// `xterm` of `xterm-256color`.
    private static func family(of term: String) -> String {
        let suffix = "-256color"
        return term.hasSuffix(suffix) ? String(term.dropLast(suffix.count)) : term
    }

    /// The depth for a terminal that reports so many colours.
    static func depth(colours: Int) -> ColourDepth {
        switch colours {
        case ..<8: .mono
        case 8..<256: .ansi16
        case 256..<(1 << 24): .indexed256
        default: .trueColour
        }
    }
}
