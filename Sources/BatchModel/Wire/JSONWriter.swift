/// Writes JSON of any shape byte for byte as Foundation does: members in the order of their names' bytes, slashes as they are.
struct JSONWriter {
    private(set) var bytes: [UInt8] = []

    /// The text of a value; nil for what JSON cannot say, a number that is none.
    static func bytes(of value: JSONValue) -> [UInt8]? {
        var writer = JSONWriter()
        // An answer of the engine is of about this size.
        writer.bytes.reserveCapacity(1024)
        return writer.write(value) ? writer.bytes : nil
    }

    private mutating func write(_ value: JSONValue) -> Bool {
        switch value {
        case .null: bytes += "null".utf8
        case .boolean(let value): bytes += (value ? "true" : "false").utf8
        case .integer(let value): bytes += String(value).utf8
        case .number(let value):
            guard value.isFinite else { return false }
            let text = value.description
            bytes += (text.hasSuffix(".0") ? text.dropLast(2) : text[...]).utf8
        case .string(let text): write(text)
        case .array(let values): return write(values)
        case .object(let members): return write(members)
        }
        return true
    }

    private mutating func write(_ values: [JSONValue]) -> Bool {
        bytes.append(UInt8(ascii: "["))
        for (index, value) in values.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            guard write(value) else { return false }
        }
        bytes.append(UInt8(ascii: "]"))
        return true
    }

    private mutating func write(_ members: [String: JSONValue]) -> Bool {
        bytes.append(UInt8(ascii: "{"))
        let sorted = members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        for (index, member) in sorted.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            write(member.key)
            bytes.append(UInt8(ascii: ":"))
            guard write(member.value) else { return false }
        }
        bytes.append(UInt8(ascii: "}"))
        return true
    }

    private mutating func write(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
            case 0x08: bytes += "\\b".utf8
            case 0x09: bytes += "\\t".utf8
            case 0x0A: bytes += "\\n".utf8
            case 0x0C: bytes += "\\f".utf8
            case 0x0D: bytes += "\\r".utf8
            case 0x00..<0x20:
                let digits = String(byte, radix: 16)
                bytes += ("\\u00" + (digits.count == 1 ? "0" : "") + digits).utf8
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
