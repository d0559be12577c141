/// Numbers from a seed: the same seed, the same numbers, on every machine. SplitMix64 (Steele, Lea, Flood, 2014).
public struct SplitMix: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// Begins at a seed.
    public init(seed: UInt64) { state = seed }

    /// The next number.
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }

    /// A whole number from 0 up to below a limit; far cheaper than an unbiased one, and a test needs no better.
    public mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(max(1, limit))) }
}
