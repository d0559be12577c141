// Numeric network addresses, in every spelling that a system's resolver takes for one.
//
// Whoever wants the engine to ask a machine it should not will not write 127.0.0.1 but 127.1, 0x7f000001, 017700000001 or
// [::ffff:7f00:1]. A rule about texts would always be one spelling behind, so each spelling is read to the number it means,
// the way `inet_aton` and `inet_pton` read it, and the rule is about numbers (`NetworkAddress+Reach`).

/// An IPv4 or IPv6 address as a number.
public enum NetworkAddress: Sendable, Hashable {
    /// Four bytes, the first in the highest place.
    case v4(UInt32)
    /// Sixteen bytes, the first eight in `high`.
    case v6(high: UInt64, low: UInt64)

    /// Reads an address without brackets; nil for what is a name, or no address at all.
    ///
    /// - Parameter text: IPv4 in one to four parts, each decimal, octal (`0…`) or hexadecimal (`0x…`); IPv6 without a zone.
    public init?(_ text: String) {
        if text.utf8.contains(UInt8(ascii: ":")) {
            guard let groups = Self.groups(text) else { return nil }
            let words = groups.map(UInt64.init)
            self = .v6(
                high: words[0] << 48 | words[1] << 32 | words[2] << 16 | words[3],
                low: words[4] << 48 | words[5] << 32 | words[6] << 16 | words[7])
        } else {
            guard let number = Self.number(text) else { return nil }
            self = .v4(number)
        }
    }

    /// True for what must be an IPv4 address because its last part is a number, whether it is a right one or not.
    public static func endsInNumber(_ host: String) -> Bool {
        guard let last = host.split(separator: ".", omittingEmptySubsequences: false).last,
            !last.isEmpty
        else { return false }
        return last.utf8.allSatisfy(isDigit) || (last.hasPrefix("0x") || last.hasPrefix("0X"))
    }

    /// The one spelling that everybody reads alike: dotted decimal, or eight groups of hexadecimal digits.
    public var text: String {
        switch self {
        case .v4(let number):
            [24, 16, 8, 0].map { String(number >> $0 & 0xFF) }.joined(separator: ".")
        case .v6(let high, let low):
            [high, low].flatMap { half in
                [48, 32, 16, 0].map { String(half >> UInt64($0) & 0xFFFF, radix: 16) }
            }.joined(separator: ":")
        }
    }

    // MARK: - IPv4

    private static func number(_ text: String) -> UInt32? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...4).contains(parts.count) else { return nil }
        var values: [UInt64] = []
        for part in parts {
            guard let value = value(part) else { return nil }
            values.append(value)
        }
        // All parts but the last are one byte; the last fills what is left.
        let last = values.removeLast()
        guard values.allSatisfy({ $0 <= 0xFF }), last < 1 << UInt64(8 * (4 - values.count)) else {
            return nil
        }
        let head = values.enumerated().reduce(UInt64(0)) { sum, part in
            sum | part.element << UInt64(8 * (3 - part.offset))
        }
        return UInt32(head | last)
    }

    private static func value(_ part: Substring) -> UInt64? {
        // Eleven octal digits are the longest an IPv4 number needs; leading zeros may make it a little longer.
        guard (1...24).contains(part.utf8.count) else { return nil }
        let lower = part.lowercased()
        if lower.hasPrefix("0x") {
            let digits = lower.dropFirst(2)
            if digits.isEmpty { return 0 }
            return digits.utf8.allSatisfy(isHex) ? UInt64(digits, radix: 16) : nil
        }
        guard lower.utf8.allSatisfy(isDigit) else { return nil }
        return lower.hasPrefix("0") && lower.utf8.count > 1
            ? UInt64(lower.dropFirst(), radix: 8) : UInt64(lower)
    }

    // MARK: - IPv6

    private static func groups(_ text: String) -> [UInt16]? {
        let halves = text.split(separator: "::", maxSplits: 2, omittingEmptySubsequences: false)
        guard halves.count <= 2 else { return nil }
        guard let first = list(halves[0], isLast: halves.count == 1) else { return nil }
        guard halves.count == 2 else { return first.count == 8 ? first : nil }
        guard let second = list(halves[1], isLast: true), first.count + second.count < 8 else {
            return nil
        }
        return first + Array(repeating: 0, count: 8 - first.count - second.count) + second
    }

    private static func list(_ text: Substring, isLast: Bool) -> [UInt16]? {
        if text.isEmpty { return [] }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        var groups: [UInt16] = []
        for (place, part) in parts.enumerated() {
            if part.contains("."), isLast, place == parts.count - 1 {
                guard let number = dotted(part) else { return nil }
                groups += [UInt16(number >> 16), UInt16(number & 0xFFFF)]
            } else {
                guard (1...4).contains(part.utf8.count), part.utf8.allSatisfy(isHex),
                    let group = UInt16(part, radix: 16)
                else { return nil }
                groups.append(group)
            }
        }
        return groups.count <= 8 ? groups : nil
    }

    /// Inside IPv6 only four decimal parts are read.
    private static func dotted(_ text: Substring) -> UInt32? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4, parts.allSatisfy({ $0.utf8.allSatisfy(isDigit) }) else {
            return nil
        }
        let bytes = parts.compactMap { UInt8($0) }
        guard bytes.count == 4 else { return nil }
        return bytes.reduce(0) { $0 << 8 | UInt32($1) }
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private static func isHex(_ byte: UInt8) -> Bool {
        isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20)
    }
}
