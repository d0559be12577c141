// How theme files spell roles, colours and stress. Each is a table that is read both ways, so that a schema made of it
// accepts what the reader accepts.

extension Role {
    /// The role as theme files call it: `focus-border`.
    public var spelling: String {
        "\(self)".map { $0.isUppercase ? "-\($0.lowercased())" : "\($0)" }.joined()
    }

    /// What the role is for, as far as contrast goes: text has to be read, frames and bars only to be seen.
    public var isText: Bool {
        switch self {
        case .border, .focusBorder, .progress, .progressTrack: false
        case .text, .dim, .accent, .title, .heading, .selection, .selectionInactive, .marked,
            .success, .warning, .danger, .info, .running, .queued, .cancelled, .key, .match,
            .input, .placeholder, .badge, .header, .footer, .overlay, .link:
            true
        }
    }
}

/// A colour as a theme file spells it.
public enum SpelledColour: Sendable, Hashable {
    /// Whatever the terminal uses by itself.
    case standard
    case colour(RGB)

    /// The colour, nil for the terminal's own.
    public var rgb: RGB? {
        if case .colour(let colour) = self { colour } else { nil }
    }

    /// Names of the first 16 colours, in their order.
    static let names = [
        "black", "red", "green", "yellow", "blue", "magenta", "cyan", "white", "bright-black",
        "bright-red", "bright-green", "bright-yellow", "bright-blue", "bright-magenta",
        "bright-cyan", "bright-white",
    ]

    /// The places of the palette of 256.
    public static let indices = 0...255

    /// What a spelling may be, for a sentence.
    public static let words =
        "a colour: \"#rrggbb\", a number from 0 to 255, default, or a name as red or bright-blue"

    /// A regular expression for the spellings, `#rrggbb`, `208`, `bright-red`, `default`.
    public static var pattern: String {
        let number = "[0-9]|[1-9][0-9]|1[0-9][0-9]|2[0-4][0-9]|25[0-5]"
        return "^(#[0-9a-fA-F]{6}|\(number)|default|\(names.joined(separator: "|")))$"
    }

    /// Reads a spelling; nil for anything else.
    public init?(spelling: String) {
        if spelling == "default" {
            self = .standard
        } else if let index = Self.names.firstIndex(of: spelling) {
            self = .colour(Palette.colour(UInt8(index)))
        } else if spelling.hasPrefix("#"), let colour = RGB(hexText: spelling) {
            self = .colour(colour)
        } else if let index = UInt8(spelling), String(index) == spelling {
            self = .colour(Palette.colour(index))
        } else {
            return nil
        }
    }
}

extension RGB {
    /// `#rrggbb`; `RGB(hexText:)` reads it back.
    public var hexText: String {
        "#"
            + [red, green, blue].map { part in
                let digits = String(part, radix: 16)
                return digits.count < 2 ? "0" + digits : digits
            }.joined()
    }
}

extension Attributes {
    /// Every kind of stress by its name in theme files.
    public static let spellings: [(name: String, attribute: Attributes)] = [
        ("bold", .bold), ("underline", .underline), ("reverse", .reverse), ("dim", .dim),
        ("italic", .italic),
    ]
}

extension Palette {
    /// The colour at a place of the palette of 256, as xterm has it.
    public static func colour(_ index: UInt8) -> RGB {
        if index < 16 { return named16[Int(index)] }
        guard index < 232 else {
            let level = 8 + 10 * (index - 232)
            return RGB(red: level, green: level, blue: level)
        }
        let place = Int(index) - 16
        return RGB(
            red: UInt8(steps[place / 36]), green: UInt8(steps[place / 6 % 6]),
            blue: UInt8(steps[place % 6]))
    }
}

extension Theme {
    /// What WCAG 2.1 asks of ordinary text (success criterion 1.4.3).
    public static let textContrast = 4.5

    /// How strongly a role's text stands out from its own ground; nil where either is the terminal's.
    public func contrast(of role: Role) -> Double? {
        guard let text = self[role].foreground, let ground = self[role].background else {
            return nil
        }
        return text.contrast(to: ground)
    }
}
