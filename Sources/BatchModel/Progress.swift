/// Counted work of a running step, read from the parallel runner's overview file and counters (ES §5.4–5.5).
public struct Progress: Sendable, Hashable, Codable {
    /// Mini-batches finished, whether they succeeded or not.
    public var processedMiniBatches: Int
    /// All mini-batches; nil while they are still being scheduled.
    public var totalMiniBatches: Int?
    /// Files failed so far, as far as known.
    public var failedItems: Int?
    /// All files, as far as known.
    public var totalItems: Int?
    /// Time since scheduling began, as the runner said with the newest count.
    public var elapsed: Duration?
    /// What the runner expects still to need.
    public var estimatedRemaining: Duration?
    /// When the newest line was written: the last sign of life.
    public var asOf: Timestamp?
    /// What the runner is doing, in its words, when it is not counting (`Finished concatenating 2 files`).
    public var note: String?

    /// What a count of mini-batches or files can be; a line that says anything else is not about them.
    static let counts = 0...1_000_000_000_000

    /// Counts work.
    public init(
        processedMiniBatches: Int = 0, totalMiniBatches: Int? = nil, failedItems: Int? = nil,
        totalItems: Int? = nil, elapsed: Duration? = nil, estimatedRemaining: Duration? = nil,
        asOf: Timestamp? = nil, note: String? = nil
    ) {
        self.processedMiniBatches = processedMiniBatches
        self.totalMiniBatches = totalMiniBatches
        self.failedItems = failedItems
        self.totalItems = totalItems
        self.elapsed = elapsed
        self.estimatedRemaining = estimatedRemaining
        self.asOf = asOf
        self.note = note
    }

    /// Finished share in 0...1; nil while the total is unknown or zero.
    public var fraction: Double? {
        guard let total = totalMiniBatches, total > 0 else { return nil }
        return min(1, max(0, Double(processedMiniBatches) / Double(total)))
    }

    /// Mini-batches per second so far; nil before anything can be said.
    public var ratePerSecond: Double? {
        guard let seconds = elapsed?.inSeconds, seconds > 0, processedMiniBatches > 0 else {
            return nil
        }
        return Double(processedMiniBatches) / seconds
    }
}
