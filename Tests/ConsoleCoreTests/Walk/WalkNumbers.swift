import TestSupport

/// Numbers from a seed: the same seed, the same numbers, on every machine.
struct WalkNumbers: RandomNumberGenerator {
    private var numbers: SplitMix

    init(seed: UInt64) { numbers = SplitMix(seed: seed) }

    mutating func next() -> UInt64 { numbers.next() }

    mutating func below(_ limit: Int) -> Int { numbers.below(limit) }

    /// True in so many of a hundred cases.
    mutating func chance(_ percent: Int) -> Bool { below(100) < percent }

    mutating func one<Element>(of choices: [Element]) -> Element { choices[below(choices.count)] }

    /// One of a few numbers that break things.
    mutating func size() -> Int64 {
        one(of: [0, 1, 17, 1_023, 65_536, 1_000_000_007, Int64.max / 2])
    }
}
