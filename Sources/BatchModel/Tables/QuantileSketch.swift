// The quartiles of a stream, in little memory and with a bound that is known rather than hoped for (Munro and Paterson 1980,
// Manku, Rajagopalan and Lindsay 1998). Values gather in a buffer; a full one is sorted and every other value goes on to the
// next level, where it stands for two. Whatever value one asks about, such a step moves its rank by no more than the weight
// of one value, so the sum of those weights bounds the error of every rank: it is counted as it arises, not estimated.
//
//     level 0  ▢▢▢▢▢▢▢▢  weight 1   ── full: sort, keep every other ──▶  level 1  ▢▢▢▢  weight 2  ──▶ …
//
// Which half stays alternates, so that the steps of a level tend to cancel out. While everything fits into the first buffer
// nothing is dropped and the answers are exact.

/// Quantiles of a stream of numbers.
struct QuantileSketch: Sendable {
    /// Values of a level; even, so that pairs come out.
    let capacity: Int
    private(set) var count = 0
    private var levels: [[Double]] = [[]]
    private var keepsOdd: [Bool] = [false]
    private var errorWeight = 0

    /// - Parameter capacity: values of a level, at least 2; an odd one is rounded up.
    init(capacity: Int) {
        self.capacity = max(2, capacity + capacity % 2)
    }

    /// Whether nothing was dropped.
    var isExact: Bool { errorWeight == 0 }

    /// By how much the rank of an answer may be off, as a share of all values: a bound, 0 when exact.
    var rankError: Double { count > 0 ? Double(errorWeight) / Double(count) : 0 }

    mutating func add(_ value: Double) {
        count += 1
        levels[0].append(value)
        if levels[0].count == capacity { compact(0) }
    }

    private mutating func compact(_ level: Int) {
        if level + 1 == levels.count {
            levels.append([])
            keepsOdd.append(false)
        }
        levels[level].sort()
        for index in stride(from: keepsOdd[level] ? 1 : 0, to: capacity, by: 2) {
            levels[level + 1].append(levels[level][index])
        }
        keepsOdd[level].toggle()
        levels[level].removeAll(keepingCapacity: true)
        errorWeight += 1 << level
        if levels[level + 1].count == capacity { compact(level + 1) }
    }

    /// What is kept, ascending.
    func summary() -> Summary {
        let all = levels.enumerated().flatMap { level, values in
            values.map { Summary.Entry(value: $0, weight: 1 << level) }
        }
        return Summary(entries: all.sorted { $0.value < $1.value }, count: count, isExact: isExact)
    }

    /// The kept values with what each stands for.
    struct Summary {
        struct Entry {
            var value: Double
            var weight: Int
        }

        let entries: [Entry]
        let count: Int
        let isExact: Bool

        /// The value below which a share of all values lies; between two neighbours, as the inclusive method of statistics
        /// packages has it, where all are known. Nil when there is none.
        func quantile(_ share: Double) -> Double? {
            guard let last = entries.last else { return nil }
            let rank = share * Double(count - 1)
            guard isExact else { return value(atRank: rank) ?? last.value }
            let lower = Int(rank.rounded(.down))
            guard lower + 1 < entries.count else { return last.value }
            let part = rank - Double(lower)
            return entries[lower].value * (1 - part) + entries[lower + 1].value * part
        }

        private func value(atRank rank: Double) -> Double? {
            var below = 0
            for entry in entries {
                below += entry.weight
                if Double(below) > rank { return entry.value }
            }
            return nil
        }

        /// How many values lie in each of the places between ascending edges; the last place holds its upper edge too.
        func counts(between edges: [Double]) -> [Int] {
            var counts = [Int](repeating: 0, count: max(0, edges.count - 1))
            var place = 0
            for entry in entries where !counts.isEmpty {
                while place + 1 < counts.count, entry.value >= edges[place + 1] { place += 1 }
                counts[place] += entry.weight
            }
            return counts
        }
    }
}
