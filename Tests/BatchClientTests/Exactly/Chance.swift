/// Chance that can be repeated: SplitMix64, begun from a seed and words that name what is decided.
///
/// Every decision has its own words, so that one decision more or less, or two requests in another order, change no other.
struct Chance: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64, _ words: String) {
        // FNV-1a over the words, from the seed.
        state = words.utf8.reduce(seed ^ 0xCBF2_9CE4_8422_2325) { hash, byte in
            (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
        }
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }

    /// True in so many cases of a hundred.
    mutating func percent(_ cases: Int) -> Bool { Int.random(in: 0..<100, using: &self) < cases }

    mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }

    mutating func pick<Item>(_ items: [Item]) -> Item {
        items[Int.random(in: items.indices, using: &self)]
    }
}
