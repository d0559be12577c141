/// Counts one column.
struct ColumnCount: Sendable {
    /// Bytes of a value that are kept.
    private static let textLimit = 120
    /// Places of a histogram at most.
    private static let placeLimit = 16

    private var filled = 0
    private var numbers = 0
    private var mean = 0.0
    /// The sum of squared distances from the mean (Welford 1962): no cancellation between large sums.
    private var squares = 0.0
    private var least = Double.infinity
    private var greatest = -Double.infinity
    private var sketch: QuantileSketch
    private var values: ValueCount
    private var firstText: [UInt8]?
    private var lastText: [UInt8]?

    init(sketchCapacity: Int, valueLimit: Int) {
        sketch = QuantileSketch(capacity: sketchCapacity)
        values = ValueCount(limit: valueLimit)
    }

    mutating func take(_ cell: UnsafeBufferPointer<UInt8>) {
        guard !cell.isEmpty else { return }
        filled += 1
        values.take(cell)
        if let number = CellNumber.read(cell) { take(number) } else { takeText(cell) }
    }

    private mutating func take(_ number: Double) {
        numbers += 1
        let distance = number - mean
        mean += distance / Double(numbers)
        squares += distance * (number - mean)
        least = min(least, number)
        greatest = max(greatest, number)
        sketch.add(number)
    }

    private mutating func takeText(_ cell: UnsafeBufferPointer<UInt8>) {
        let text = UnsafeBufferPointer(rebasing: cell.prefix(Self.textLimit))
        if firstText.map({ text.lexicographicallyPrecedes($0) }) ?? true {
            firstText = Array(text)
        }
        if lastText.map({ $0.lexicographicallyPrecedes(text) }) ?? true { lastText = Array(text) }
    }

    // MARK: - Report

    func report(name: String, rows: Int) -> ColumnReport {
        let texts = filled - numbers
        let kind: ColumnReport.Kind =
            filled == 0 ? .empty : texts == 0 ? .number : numbers == 0 ? .text : .mixed
        return ColumnReport(
            name: name, kind: kind, filled: filled, empty: max(0, rows - filled),
            numbers: numbers, distinct: values.distinct, distinctLimit: values.limit,
            numeric: numberReport, texts: textBounds,
            classes: values.mostFrequent(ColumnReport.classLimit))
    }

    private var textBounds: TextBounds? {
        guard let firstText, let lastText else { return nil }
        return TextBounds(
            first: String(decoding: firstText, as: UTF8.self),
            last: String(decoding: lastText, as: UTF8.self))
    }

    private var numberReport: NumberReport? {
        guard numbers > 0 else { return nil }
        let summary = sketch.summary()
        // The ends are known whatever the sketch dropped.
        let quartiles = [0.25, 0.5, 0.75].compactMap { summary.quantile($0) }
        let edges = NiceEdges.over(least, greatest, limit: Self.placeLimit)
        return NumberReport(
            least: least, greatest: greatest, mean: mean,
            deviation: numbers > 1 ? (squares / Double(numbers - 1)).squareRoot() : 0,
            quartiles: quartiles, rankError: sketch.rankError, edges: edges,
            counts: summary.counts(between: edges))
    }
}

/// Counts how often each value occurs, until there are too many different ones.
///
/// Values are told apart by their fingerprints: among a thousand of them two share one with a chance below 10⁻¹³.
struct ValueCount: Sendable {
    private static let textLimit = 120

    let limit: Int
    private var isOver = false
    private var places: [UInt64: Int] = [:]
    private var texts: [String] = []
    private var counts: [Int] = []

    init(limit: Int) { self.limit = limit }

    /// How many different values there were; nil when there were too many.
    var distinct: Int? { isOver ? nil : texts.count }

    mutating func take(_ cell: UnsafeBufferPointer<UInt8>) {
        guard !isOver else { return }
        let hash = RowHash.of(cell)
        if let place = places[hash] {
            counts[place] += 1
            return
        }
        guard texts.count < limit else {
            isOver = true
            places = [:]
            texts = []
            counts = []
            return
        }
        places[hash] = texts.count
        texts.append(String(decoding: cell.prefix(Self.textLimit), as: UTF8.self))
        counts.append(1)
    }

    /// The most frequent values, equally frequent ones in the order of their texts.
    func mostFrequent(_ count: Int) -> [ClassCount] {
        let all = texts.indices.map { ClassCount(value: texts[$0], count: counts[$0]) }
        let sorted = all.sorted { ($1.count, $0.value) < ($0.count, $1.value) }
        return Array(sorted.prefix(count))
    }
}

/// Places of equal width whose edges are short numbers: 1, 2 or 5 times a power of ten apart.
enum NiceEdges {
    /// Edges from at or below `least` to at or above `greatest`; empty when there is nothing between the two.
    static func over(_ least: Double, _ greatest: Double, limit: Int) -> [Double] {
        let span = greatest - least
        guard span > 0, span.isFinite else { return [] }
        let step = step(atLeast: span / Double(limit - 1))
        let first = (least / step).rounded(.down)
        let last = (greatest / step).rounded(.up)
        guard last > first, last - first <= Double(limit), abs(first) < 1e15, abs(last) < 1e15
        else { return [least, greatest] }
        // A multiple of a tenth is a tenth of a multiple: divided, 3 × 0.1 is 0.3.
        return (Int64(first)...Int64(last)).map { edge in
            step < 1 ? Double(edge) / (1 / step).rounded() : Double(edge) * step
        }
    }

    private static func step(atLeast wanted: Double) -> Double {
        var power = 1.0
        while power > wanted, power > 1e-300 { power /= 10 }
        while power * 10 <= wanted { power *= 10 }
        return [1.0, 2, 5, 10].map { $0 * power }.first { $0 >= wanted } ?? power * 10
    }
}
