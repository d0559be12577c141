/// One thing the user did: a key, a paste or the mouse.
///
/// Spelled as in a key script (`j`, `<enter>`, `<ctrl-s>`), and stored as that spelling in JSON.
public enum KeyPress: Sendable, Hashable {
    /// A typed grapheme cluster, space included.
    case character(String)
    /// A letter or one of `@[\]^_` with ctrl, in lower case: `.control("s")`.
    case control(String)
    /// A typed character with alt, or a control letter as `^s`: `.alt("f")`.
    case alt(String)
    /// Enter or return.
    case enter
    /// Escape alone.
    case escape
    /// Tab.
    case tab
    /// Tab with shift.
    case backTab
    /// Backspace.
    case backspace
    /// Delete (forward).
    case delete
    /// Arrow up.
    case up
    /// Arrow down.
    case down
    /// Arrow left.
    case left
    /// Arrow right.
    case right
    /// Home.
    case home
    /// End.
    case end
    /// Page up.
    case pageUp
    /// Page down.
    case pageDown
    /// Insert.
    case insert
    /// A function key, 1...24.
    case function(Int)
    /// Text pasted as a whole, line breaks as `\n`; not sanitised.
    case paste(String)
    /// The mouse.
    case mouse(MouseEvent)
}

/// One click or one step of the wheel.
public struct MouseEvent: Sendable, Hashable, Codable {
    /// What happened.
    public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        /// The left button went down.
        case left
        /// The middle button went down.
        case middle
        /// The right button went down.
        case right
        /// A button went up.
        case release
        /// The left button twice.
        case double
        /// The wheel one step up.
        case wheelUp
        /// The wheel one step down.
        case wheelDown
    }

    /// What happened.
    public var kind: Kind
    /// On which cell.
    public var position: Point

    /// An event on one cell.
    public init(kind: Kind, position: Point) {
        self.kind = kind
        self.position = position
    }
}

extension KeyPress {
    /// The typed text of a plain character, nil for all else.
    public var typed: String? {
        guard case .character(let text) = self else { return nil }
        return text
    }
}
