/// A fingerprint of bytes in 64 bits: eight bytes at a time, both halves of a product folded into one another.
///
/// Two different rows share one with a chance of 1 in 2⁶⁴; it is no defence against rows made on purpose.
enum RowHash {
    /// Odd numbers without a pattern, from the digits of π.
    private static let first: UInt64 = 0x243F_6A88_85A3_08D3
    private static let second: UInt64 = 0x1319_8A2E_0370_7345

    static func of(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
        let raw = UnsafeRawBufferPointer(bytes)
        var hash = first ^ UInt64(truncatingIfNeeded: bytes.count)
        var index = 0
        while index + 8 <= raw.count {
            hash = fold(hash ^ raw.loadUnaligned(fromByteOffset: index, as: UInt64.self))
            index += 8
        }
        var rest: UInt64 = 0
        while index < raw.count {
            rest = rest << 8 | UInt64(raw[index])
            index += 1
        }
        return fold(fold(hash ^ rest) ^ second)
    }

    private static func fold(_ value: UInt64) -> UInt64 {
        let (high, low) = (value ^ second).multipliedFullWidth(by: first | 1)
        return high ^ low
    }
}
