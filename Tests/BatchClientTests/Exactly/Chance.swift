import TestSupport

/// Chance that can be repeated: SplitMix64, begun from a seed and words that name what is decided.
///
/// Every decision has its own words, so that one decision more or less, or two requests in another order, change no other.
struct Chance: RandomNumberGenerator {
    private var numbers: SplitMix

    init(_ seed: UInt64, _ words: String) {
        // FNV-1a over the words, from the seed.
        let seed = words.utf8.reduce(seed ^ 0xCBF2_9CE4_8422_2325) { hash, byte in
            (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
        }
        numbers = SplitMix(seed: seed)
    }

    mutating func next() -> UInt64 { numbers.next() }

    /// True in so many cases of a hundred.
    mutating func percent(_ cases: Int) -> Bool { Int.random(in: 0..<100, using: &self) < cases }

    mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }

    mutating func pick<Item>(_ items: [Item]) -> Item {
        items[Int.random(in: items.indices, using: &self)]
    }
}
