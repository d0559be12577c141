// A theme is one table: a Paint for every Role. Colours are written as 24-bit values and reduced by
// arithmetic to what the terminal has. At no colours the roles speak through attributes alone, and
// those belong to the role, not to the theme, so that no theme can make a failed job look like a
// finished one.

/// A colour as red, green and blue, 0...255 each, sRGB.
public struct RGB: Sendable, Hashable {
    /// Red.
    public var red: UInt8
    /// Green.
    public var green: UInt8
    /// Blue.
    public var blue: UInt8

    /// A colour from its three parts.
    public init(red: UInt8, green: UInt8, blue: UInt8) {
        self.red = red
        self.green = green
        self.blue = blue
    }

    /// A colour from `0xRRGGBB`; higher bits are ignored.
    public init(_ hex: UInt32) {
        self.init(
            red: UInt8(truncatingIfNeeded: hex >> 16), green: UInt8(truncatingIfNeeded: hex >> 8),
            blue: UInt8(truncatingIfNeeded: hex))
    }

    /// A colour from `#rrggbb` or `rrggbb`; nil for anything else.
    public init?(hexText: String) {
        let digits = hexText.hasPrefix("#") ? String(hexText.dropFirst()) : hexText
        guard digits.utf8.count == 6, digits.allSatisfy(\.isHexDigit),
            let value = UInt32(digits, radix: 16)
        else { return nil }
        self.init(value)
    }
}

/// The colours of one role; nil leaves the terminal's own.
public struct Paint: Sendable, Hashable {
    /// The letters' colour.
    public var foreground: RGB?
    /// The ground's colour.
    public var background: RGB?
    /// Stress at every depth.
    public var attributes: Attributes

    /// The colours and the stress of a role.
    public init(_ foreground: RGB? = nil, on background: RGB? = nil, _ attributes: Attributes = [])
    {
        self.foreground = foreground
        self.background = background
        self.attributes = attributes
    }
}

/// A colour as a terminal of some depth takes it.
public enum TerminalColour: Sendable, Hashable {
    /// Whatever the terminal uses by itself.
    case standard
    /// A place in the terminal's palette of 16 or 256.
    case indexed(UInt8)
    /// 24 bits.
    case direct(RGB)
}

/// What a style looks like on a terminal of one depth.
public struct ResolvedStyle: Sendable, Hashable {
    /// The letters' colour.
    public var foreground: TerminalColour
    /// The ground's colour.
    public var background: TerminalColour
    /// Stress.
    public var attributes: Attributes

    /// A look spelled out.
    public init(
        foreground: TerminalColour = .standard, background: TerminalColour = .standard,
        attributes: Attributes = []
    ) {
        self.foreground = foreground
        self.background = background
        self.attributes = attributes
    }
}

/// A table of colours for every role.
public struct Theme: Sendable, Hashable {
    /// What the user calls it in the configuration.
    public let name: String
    /// One paint per role, in the order of `Role.allCases`.
    private var paints: [Paint]

    /// A theme in which roles without a paint look like ordinary text.
    public init(name: String, paints: [Role: Paint]) {
        self.name = name
        self.paints = Role.allCases.map { paints[$0] ?? Paint() }
    }

    /// The paint of a role; settable, so that a theme file can change single roles.
    public subscript(role: Role) -> Paint {
        get { paints[Int(role.rawValue)] }
        set { paints[Int(role.rawValue)] = newValue }
    }

    /// The theme with another name and some roles changed.
    public func changed(name: String, paints changes: [Role: Paint]) -> Theme {
        var all: [Role: Paint] = [:]
        for role in Role.allCases { all[role] = changes[role] ?? self[role] }
        return Theme(name: name, paints: all)
    }

    /// How a style looks at a depth.
    ///
    /// The ground is that of `style.background`, else that of the foreground's own role. Letters that
    /// would hardly be seen on the ground of another role take that role's own colour. Where
    /// reduction paints letters in the colour of their ground, the text is reversed instead.
    public func resolve(_ style: Style, depth: ColourDepth) -> ResolvedStyle {
        let role = style.foreground ?? .text
        let paint = self[role]
        let groundRole = style.background ?? role
        var attributes = style.attributes.union(paint.attributes)
        guard depth != .mono else {
            attributes.formUnion(role.monoAttributes)
            attributes.formUnion(groundRole.monoGroundAttributes)
            return ResolvedStyle(attributes: attributes)
        }
        let foreground = depth.reduce(readable(paint.foreground, on: self[groundRole]))
        let background = depth.reduce(self[groundRole].background)
        guard foreground != background || foreground == .standard else {
            return ResolvedStyle(attributes: attributes.union(.reverse))
        }
        return ResolvedStyle(
            foreground: foreground, background: background, attributes: attributes)
    }
}

extension Theme {
    private func readable(_ colour: RGB?, on ground: Paint) -> RGB? {
        guard let colour, let below = ground.background else {
            return colour ?? ground.foreground
        }
        return colour.contrast(to: below) >= Theme.leastContrast
            ? colour : ground.foreground ?? colour
    }

    /// What WCAG 2.1 asks of large text and of signs (success criteria 1.4.3 and 1.4.11).
    static let leastContrast = 3.0
}

extension RGB {
    /// How strongly two colours stand out from each other, 1...21, as WCAG 2.1 defines it, with the
    /// sRGB curve taken as a plain square.
    func contrast(to other: RGB) -> Double {
        let bright = max(luminance, other.luminance)
        let dark = min(luminance, other.luminance)
        return (bright + 0.05) / (dark + 0.05)
    }

    private var luminance: Double {
        func linear(_ part: UInt8) -> Double { Double(part) * Double(part) / 65_025 }
        return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
    }
}

extension Role {
    /// How the role's text is told apart without any colour.
    public var monoAttributes: Attributes {
        switch self {
        case .title, .heading, .focusBorder, .running, .key, .marked, .header: .bold
        case .danger: [.bold, .underline]
        case .warning, .match, .input, .link: .underline
        case .selection, .badge: .reverse
        case .selectionInactive: .underline
        case .dim, .placeholder, .queued, .cancelled, .progressTrack, .border: .dim
        case .text, .accent, .success, .info, .footer, .overlay, .progress: []
        }
    }

    /// How the role's ground is told apart without any colour, below text of another role.
    var monoGroundAttributes: Attributes {
        switch self {
        case .selection, .badge: .reverse
        case .selectionInactive, .input: .underline
        case .marked: .bold
        case .text, .dim, .accent, .title, .heading, .border, .focusBorder, .success, .warning,
            .danger, .info, .running, .queued, .cancelled, .key, .match, .placeholder, .header,
            .footer, .overlay, .progress, .progressTrack, .link:
            []
        }
    }
}
