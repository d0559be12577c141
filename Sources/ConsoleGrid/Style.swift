// A view says what a piece of text means, never which colour it has. A Style holds a Role; the Theme
// turns roles into colours when the picture is sent, at the depth the terminal has. So a golden test
// reads "danger", a theme file changes one table, and a terminal without colours still shows the
// difference, because every role that carries meaning also has attributes of its own for it.

/// What a piece of the picture means.
public enum Role: UInt8, Sendable, Hashable, Codable, CaseIterable {
    /// Ordinary text.
    case text
    /// Secondary text: units, ages, hints.
    case dim
    /// Something to notice without alarm: names, active filters.
    case accent
    /// A pane's or a dialog's title.
    case title
    /// A column heading.
    case heading
    /// The frame of a pane without the focus.
    case border
    /// The frame of the pane that has the focus.
    case focusBorder
    /// The selected row of the pane that has the focus.
    case selection
    /// The selected row of a pane without the focus.
    case selectionInactive
    /// A row that was marked for a joint action.
    case marked
    /// It ended well.
    case success
    /// It needs attention.
    case warning
    /// It failed, or the action destroys something.
    case danger
    /// A neutral notice.
    case info
    /// It is running now.
    case running
    /// It is waiting for its turn.
    case queued
    /// It was cancelled.
    case cancelled
    /// A key's name in the footer or the help.
    case key
    /// The letters that matched a filter.
    case match
    /// Text being typed, and the field it is typed in.
    case input
    /// What stands in an empty field.
    case placeholder
    /// A small label on a coloured ground.
    case badge
    /// The top line.
    case header
    /// The bottom line.
    case footer
    /// The background of a dialog or a menu that lies over the screen.
    case overlay
    /// The finished part of a progress bar.
    case progress
    /// The open part of a progress bar.
    case progressTrack
    /// A place one can go to: a path or an address.
    case link
}

/// How text is drawn besides its colours.
public struct Attributes: OptionSet, Sendable, Hashable, Codable {
    /// The bits.
    public let rawValue: UInt8
    /// A set from its bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Heavier strokes.
    public static let bold = Attributes(rawValue: 1)
    /// A line below.
    public static let underline = Attributes(rawValue: 2)
    /// Text and ground exchanged.
    public static let reverse = Attributes(rawValue: 4)
    /// Weaker strokes.
    public static let dim = Attributes(rawValue: 8)
    /// Slanted letters.
    public static let italic = Attributes(rawValue: 16)
}

/// What a cell means and how it is stressed; a theme makes colours of it.
public struct Style: Sendable, Hashable {
    /// What the text means; nil is the same as `.text`.
    public var foreground: Role?
    /// Whose ground lies below the text; nil takes the ground of `foreground`.
    public var background: Role?
    /// Stress added to what the theme gives the role.
    public var attributes: Attributes

    /// A style from what the text means, its stress, and whose ground it lies on.
    public init(
        _ foreground: Role? = nil, _ attributes: Attributes = [], on background: Role? = nil
    ) {
        self.foreground = foreground
        self.background = background
        self.attributes = attributes
    }

    /// A style spelled out.
    public init(foreground: Role?, background: Role? = nil, attributes: Attributes = []) {
        self.init(foreground, attributes, on: background)
    }

    /// The style as one number, from the lowest byte: the roles of text and ground, counted from 1 with 0 for none, and
    /// stress. Styles are compared for every cell of every picture.
    var code: UInt32 {
        Style.number(foreground) | Style.number(background) << 8
            | UInt32(attributes.rawValue) << 16
    }

    /// The style of a number; what lies above its three bytes does not matter.
    init(code: UInt32) {
        self.init(
            Style.role(code), Attributes(rawValue: UInt8(truncatingIfNeeded: code >> 16)),
            on: Style.role(code >> 8))
    }

    private static func number(_ role: Role?) -> UInt32 {
        role.map { UInt32($0.rawValue) + 1 } ?? 0
    }

    private static func role(_ number: UInt32) -> Role? {
        let number = UInt8(truncatingIfNeeded: number)
        return number == 0 ? nil : Role(rawValue: number - 1)
    }

    /// The same meaning and the same stress.
    public static func == (left: Style, right: Style) -> Bool { left.code == right.code }

    /// Hashes the style as one number.
    public func hash(into hasher: inout Hasher) { hasher.combine(code) }

    /// The same text on the ground of another role, as for a selected row.
    public func on(_ role: Role?) -> Style { Style(foreground, attributes, on: role) }
    /// The same with more stress.
    public func adding(_ more: Attributes) -> Style {
        Style(foreground, attributes.union(more), on: background)
    }
    /// The same in bold.
    public var bold: Style { adding(.bold) }
    /// The same underlined.
    public var underlined: Style { adding(.underline) }

    /// No role, no stress.
    public static let plain = Style()
    /// Ordinary text.
    public static let text = Style(.text)
    /// Secondary text.
    public static let dim = Style(.dim)
    /// Something to notice without alarm.
    public static let accent = Style(.accent)
    /// A title.
    public static let title = Style(.title)
    /// A column heading.
    public static let heading = Style(.heading)
    /// A frame without the focus.
    public static let border = Style(.border)
    /// A frame with the focus.
    public static let focusBorder = Style(.focusBorder)
    /// The selected row.
    public static let selection = Style(.selection)
    /// It ended well.
    public static let success = Style(.success)
    /// It needs attention.
    public static let warning = Style(.warning)
    /// It failed.
    public static let danger = Style(.danger)
    /// A neutral notice.
    public static let info = Style(.info)
    /// It is running now.
    public static let running = Style(.running)
    /// A key's name.
    public static let key = Style(.key)
    /// Letters that matched.
    public static let match = Style(.match)
    /// Text being typed.
    public static let input = Style(.input)
    /// A small label.
    public static let badge = Style(.badge)
}
