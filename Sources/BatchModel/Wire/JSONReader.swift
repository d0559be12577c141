// JSON of any shape, read and written at the rate of its bytes.
//
// `JSONDecoder` finds out what a value is by trying one type after the other and takes twenty times as long for it; the engine
// reads a body and writes an answer for every request. What is read here is plain JSON as all programs write it. Of anything
// else (a number that is no whole one and yet has no fraction, half a surrogate, UTF-16, a comma too many) nothing is said
// here: `WireJSON` then asks `JSONDecoder`, so that what is accepted and what is refused stays Foundation's.

/// Reads plain JSON.
struct JSONReader {
    /// Foundation's own limit of brackets within brackets.
    private static let depthLimit = 512

    private let bytes: UnsafeBufferPointer<UInt8>
    private var place = 0

    /// The value in a text; nil for what is not plain JSON.
    static func value(in bytes: [UInt8]) -> JSONValue? {
        bytes.withUnsafeBufferPointer { buffer in
            var reader = JSONReader(bytes: buffer)
            guard let value = reader.value(depth: 0) else { return nil }
            reader.skipSpace()
            return reader.place == buffer.count ? value : nil
        }
    }

    private init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    private var next: UInt8? { place < bytes.count ? bytes[place] : nil }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
            place += 1
        }
    }

    private mutating func take(_ mark: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: mark) else { return false }
        place += 1
        return true
    }

    private mutating func value(depth: Int) -> JSONValue? {
        guard depth < Self.depthLimit else { return nil }
        skipSpace()
        switch next {
        case UInt8(ascii: "{"): return object(depth: depth)
        case UInt8(ascii: "["): return array(depth: depth)
        case UInt8(ascii: "\""): return string().map(JSONValue.string)
        case UInt8(ascii: "t"): return word("true", .boolean(true))
        case UInt8(ascii: "f"): return word("false", .boolean(false))
        case UInt8(ascii: "n"): return word("null", .null)
        default: return number()
        }
    }

    private mutating func word(_ word: StaticString, _ value: JSONValue) -> JSONValue? {
        let end = place + word.utf8CodeUnitCount
        guard end <= bytes.count else { return nil }
        for offset in 0..<word.utf8CodeUnitCount
        where bytes[place + offset] != word.utf8Start[offset] { return nil }
        place = end
        return value
    }

    private mutating func object(depth: Int) -> JSONValue? {
        place += 1
        var members: [String: JSONValue] = [:]
        skipSpace()
        if take("}") { return .object(members) }
        repeat {
            skipSpace()
            guard next == UInt8(ascii: "\""), let name = string() else { return nil }
            skipSpace()
            guard take(":"), let value = value(depth: depth + 1) else { return nil }
            // Of two members of one name the first counts, as Foundation has it.
            if members[name] == nil { members[name] = value }
            skipSpace()
        } while take(",")
        return take("}") ? .object(members) : nil
    }

    private mutating func array(depth: Int) -> JSONValue? {
        place += 1
        var values: [JSONValue] = []
        skipSpace()
        if take("]") { return .array(values) }
        repeat {
            guard let value = value(depth: depth + 1) else { return nil }
            values.append(value)
            skipSpace()
        } while take(",")
        return take("]") ? .array(values) : nil
    }

    /// A whole number, or one with a real fraction.
    private mutating func number() -> JSONValue? {
        let start = place
        _ = take("-")
        guard let first = next, digits() > 0 else { return nil }
        guard first != UInt8(ascii: "0") || place - start <= (bytes[start] == 0x2D ? 2 : 1) else {
            return nil
        }
        var isWhole = true
        if take(".") {
            isWhole = false
            guard digits() > 0 else { return nil }
        }
        if take("e") || take("E") {
            isWhole = false
            _ = take("+") || take("-")
            guard digits() > 0 else { return nil }
        }
        let text = String(decoding: bytes[start..<place], as: UTF8.self)
        if isWhole { return Int64(text).map(JSONValue.integer) }
        guard let number = Double(text), number.isFinite, Int64(exactly: number) == nil,
            abs(number) < 0x1p53
        else { return nil }
        return .number(number)
    }

    private mutating func digits() -> Int {
        let start = place
        while let byte = next, byte >= 0x30, byte <= 0x39 { place += 1 }
        return place - start
    }

    private mutating func string() -> String? {
        place += 1
        let start = place
        var isPlain = true
        while let byte = next, byte != UInt8(ascii: "\"") {
            guard byte >= 0x20 else { return nil }
            if byte == UInt8(ascii: "\\") { return escaped(from: start) }
            if byte >= 0x80 { isPlain = false }
            place += 1
        }
        guard place < bytes.count else { return nil }
        defer { place += 1 }
        return Self.text(bytes[start..<place], isPlain: isPlain)
    }

    /// A string from its first escape on.
    private mutating func escaped(from start: Int) -> String? {
        var out = Array(bytes[start..<place])
        while let byte = next, byte != UInt8(ascii: "\"") {
            guard byte >= 0x20 else { return nil }
            place += 1
            guard byte == UInt8(ascii: "\\") else {
                out.append(byte)
                continue
            }
            guard let mark = next else { return nil }
            place += 1
            switch mark {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): out.append(mark)
            case UInt8(ascii: "n"): out.append(0x0A)
            case UInt8(ascii: "t"): out.append(0x09)
            case UInt8(ascii: "r"): out.append(0x0D)
            case UInt8(ascii: "b"): out.append(0x08)
            case UInt8(ascii: "f"): out.append(0x0C)
            case UInt8(ascii: "u"):
                guard let scalar = scalar() else { return nil }
                out += Array(String(Character(scalar)).utf8)
            default: return nil
            }
        }
        guard take("\"") else { return nil }
        return out.withUnsafeBufferPointer { Self.text($0[...], isPlain: false) }
    }

    /// What `\uXXXX` stands for, of a pair of surrogates both.
    private mutating func scalar() -> Unicode.Scalar? {
        guard let first = unit() else { return nil }
        guard (0xD800..<0xDC00).contains(first) else { return Unicode.Scalar(first) }
        guard take("\\"), take("u"), let second = unit(), (0xDC00..<0xE000).contains(second) else {
            return nil
        }
        return Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
    }

    private mutating func unit() -> UInt32? {
        guard place + 4 <= bytes.count else { return nil }
        var unit: UInt32 = 0
        for byte in bytes[place..<(place + 4)] {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else {
                return nil
            }
            unit = unit << 4 + UInt32(digit)
        }
        place += 4
        return unit
    }

    /// Bytes as text; nil when they are no UTF-8.
    private static func text(_ bytes: Slice<UnsafeBufferPointer<UInt8>>, isPlain: Bool) -> String? {
        let text = String(decoding: bytes, as: UTF8.self)
        return isPlain || text.utf8.elementsEqual(bytes) ? text : nil
    }
}
