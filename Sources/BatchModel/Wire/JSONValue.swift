#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Any JSON value: for bodies whose shape is not ours to fix.
public enum JSONValue: Sendable, Hashable {
    case null
    case boolean(Bool)
    /// Kept exact beyond 2^53.
    case integer(Int64)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    /// The members of an object, nil for anything else.
    public var members: [String: JSONValue]? {
        if case .object(let members) = self { members } else { nil }
    }

    /// The text of a string, nil for anything else.
    public var string: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// The value as text a person would write: `7`, `true`, `append`; compact JSON for lists and objects, members in
    /// alphabetical order.
    public var text: String {
        switch self {
        case .null: ""
        case .boolean(let value): value ? "true" : "false"
        case .integer(let value): String(value)
        case .number(let value): String(value)
        case .string(let value): value
        case .array, .object:
            // The same text each time: lines of it are compared, sorted and searched.
            (try? WireJSON.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? ""
        }
    }

    /// A whole number, also when it was sent as text (ES §2.2: examples send `"20"`).
    public var wholeNumber: Int? {
        switch self {
        case .integer(let value): Int(value)
        case .number(let value): Int(exactly: value)
        case .string(let value): Int(value)
        case .null, .boolean, .array, .object: nil
        }
    }

    /// A member by name, compared without case: the scoring wire has two spellings (CONTRACT §4).
    public subscript(name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        if let exact = members[name] { return exact }
        let wanted = name.lowercased()
        return members.first { $0.key.lowercased() == wanted }?.value
    }
}

extension JSONValue: Codable {
    /// Decodes whatever is there.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let text = try? container.decode(String.self) {
            self = .string(text)
        } else if let members = try? container.decode([String: JSONValue].self) {
            self = .object(members)
        } else if let whole = try? container.decode(Int64.self) {
            self = .integer(whole)
        } else if let flag = try? container.decode(Bool.self) {
            self = .boolean(flag)
        } else if let number = try? container.decode(Double.self) {
            self = .number(number)
        } else {
            self = .array(try container.decode([JSONValue].self))
        }
    }

    /// Encodes itself.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .boolean(let value): try container.encode(value)
        case .integer(let value): try container.encode(value)
        case .number(let value): try container.encode(value)
        case .string(let value): try container.encode(value)
        case .array(let values): try container.encode(values)
        case .object(let members): try container.encode(members)
        }
    }
}

/// JSON as it goes over the wire: one set of options for both sides.
public enum WireJSON {
    /// Encodes a body; members in alphabetical order, slashes as they are.
    ///
    /// - Throws: `EncodingError` for a number that JSON cannot say.
    public static func encode(_ value: some Encodable, pretty: Bool = false) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting =
            pretty
            ? [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
            : [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(value))
    }

    /// Decodes a body; a byte-order mark before it is skipped (CONTRACT §6.1).
    ///
    /// - Throws: `DecodingError`.
    public static func decode<Value: Decodable>(
        _ type: Value.Type, from bytes: some Collection<UInt8>
    ) throws -> Value {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let text = bytes.starts(with: mark) ? Data(bytes.dropFirst(3)) : Data(bytes)
        return try JSONDecoder().decode(type, from: text)
    }
}

/// Tags or properties: text to text on the wire, but a service may put anything there.
public struct WireTexts: Sendable, Hashable, Codable {
    /// The members as text; null members are left out.
    public var values: [String: String]

    /// Wraps texts.
    public init(_ values: [String: String] = [:]) { self.values = values }

    /// Decodes an object of anything into text.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let texts = try? container.decode([String: String].self) {
            values = texts
            return
        }
        let members = (try? container.decode([String: JSONValue].self)) ?? [:]
        values = members.filter { $0.value != .null }.mapValues(\.text)
    }

    /// Encodes an object of texts.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(values)
    }
}
