/// A name that the service hands out or a person chose, wrapped so that two kinds never mix.
///
/// Equality, order and JSON are those of the text. A plain `String` argument elsewhere means free text.
public protocol Identifier: RawRepresentable, Hashable, Comparable, Codable, Sendable,
    ExpressibleByStringLiteral, CustomStringConvertible
where RawValue == String {
    /// Wraps a text as it is; what a name may contain is the owner's rule.
    init(rawValue: String)
}

extension Identifier {
    /// Wraps a text as it is.
    public init(_ text: String) { self.init(rawValue: text) }

    /// A literal in code and tests.
    public init(stringLiteral value: String) { self.init(rawValue: value) }

    /// The text itself.
    public var description: String { rawValue }

    /// Byte-wise order of the texts.
    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
