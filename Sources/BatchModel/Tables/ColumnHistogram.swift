/// How the values of a column are spread: its classes by how often they occur, or its numbers in ranges of equal width.
public struct ColumnHistogram: Sendable, Hashable {
    /// One bar.
    public struct Bar: Sendable, Hashable {
        /// The class; empty for a range.
        public var value = ""
        /// The range; its upper edge belongs to the next one, except the last.
        public var range: Edges?
        /// How many are in it.
        public var count: Int
    }

    /// From where to where a range goes.
    public struct Edges: Sendable, Hashable {
        /// The lower edge.
        public var lower: Double
        /// The upper edge.
        public var upper: Double
    }

    /// What the bars are.
    public enum Kind: Sendable, Hashable {
        /// Different values, the most frequent first.
        case classes
        /// Numbers in ranges, ascending.
        case ranges
        /// More values than bars are good for, and each is there once: names, numbers of rows.
        case allDifferent
        /// The column is empty.
        case nothing
        /// There are too many different values to name them.
        case tooMany
    }

    /// Numbers with more different values than this are shown in ranges.
    public static let classesOfNumbers = 16

    /// What the bars are.
    public var kind: Kind
    /// The bars; of classes no more than `ColumnReport.classLimit`.
    public var bars: [Bar]
    /// What all bars together would be.
    public var total: Int
    /// Classes that have no bar.
    public var classesBeyond = 0
    /// By how much a count of a range may be off, as a share of the total; 0 when exact.
    public var countError = 0.0

    /// What is to be drawn of a column.
    public init(of column: ColumnReport) {
        bars = []
        total = column.filled
        kind = .nothing
        let isFew = column.kind != .number || (column.distinct ?? .max) <= Self.classesOfNumbers
        if isFew, column.distinct == column.filled, column.filled > Self.classesOfNumbers {
            kind = .allDifferent
        } else if isFew, let distinct = column.distinct, !column.classes.isEmpty {
            kind = .classes
            bars = column.classes.map { Bar(value: $0.value, count: $0.count) }
            classesBeyond = distinct - bars.count
        } else if let numbers = column.numeric, !numbers.counts.isEmpty, column.kind == .number {
            kind = .ranges
            // Both edges of a range may be off by as much.
            countError = min(1, 2 * numbers.rankError)
            bars = numbers.counts.indices.map { index in
                Bar(
                    range: Edges(lower: numbers.edges[index], upper: numbers.edges[index + 1]),
                    count: numbers.counts[index])
            }
        } else if column.filled > 0 {
            kind = .tooMany
        }
    }
}
