// Which mini-batch is where.
//
//     queued ──take──▶ assigned to a worker, try n ──ran──▶ reported ──committed──▶ counted
//       ▲                     │
//       └──── failed, tries left; or handed back unrun
//
// A mini-batch counts only once it is committed: its rows are in the spool file and the database says so. Between "reported"
// and "committed" it belongs to nobody, so that neither a second worker runs it nor a crash believes in it. The queue is a
// cursor over the numbers 0..<count plus the few that came back, so a job of a million mini-batches costs a bit for each.

/// The mini-batches of one job: queued, assigned, reported, committed. A pure value.
struct MiniBatchLedger: Sendable, Equatable {
    /// One mini-batch handed to a worker.
    struct Assignment: Sendable, Equatable {
        /// Which mini-batch, from 0.
        var index: Int
        /// Which try this is, from 1.
        var attempt: Int
        /// The items it holds.
        var items: Range<Int>
    }

    /// How a mini-batch ended.
    struct Outcome: Sendable, Equatable {
        /// Which mini-batch, from 0.
        var index: Int
        /// Items that count as succeeded.
        var succeeded: Int
        /// Items that count as failed.
        var failed: Int
    }

    /// What became of a failed try.
    enum FailureVerdict: Equatable {
        /// It is queued again.
        case retry
        /// All tries are used up: its items count as failed.
        case givenUp(Outcome)
        /// The worker did not hold it (any more).
        case stale
    }

    /// Counts of committed mini-batches.
    struct Totals: Sendable, Equatable {
        var processed = 0
        var succeededItems = 0
        var failedItems = 0
    }

    private struct Holder: Equatable {
        var worker: Int
        var attempt: Int
    }

    private struct Returned: Equatable {
        var index: Int
        var attempt: Int
    }

    /// Files of the input.
    let itemCount: Int
    /// Files per mini-batch.
    let miniBatchSize: Int
    /// Tries of one mini-batch in total (ES §3.6).
    let tries: Int
    /// Counts of what is committed.
    private(set) var totals: Totals
    /// Failed items including those of mini-batches not committed yet: what the error threshold looks at.
    private(set) var knownFailedItems: Int

    private var cursor = 0
    private var returned: [Returned] = []
    private var assigned: [Int: Holder] = [:]
    private var reported: Set<Int> = []
    private var interruptions: [Int: Int] = [:]
    private var finished: BitList

    /// Starts or continues a job.
    ///
    /// - Parameters:
    ///   - finished: mini-batches that an earlier engine committed.
    ///   - totals: the counts that belong to them.
    init(
        itemCount: Int, miniBatchSize: Int, tries: Int, finished: BitList = BitList(),
        totals: Totals = Totals()
    ) {
        self.itemCount = itemCount
        self.miniBatchSize = max(1, miniBatchSize)
        self.tries = max(1, tries)
        self.finished = finished
        self.totals = totals
        knownFailedItems = totals.failedItems
    }

    /// All mini-batches: files divided by size, rounded up (ES §3.2).
    var count: Int { Self.count(of: itemCount, each: miniBatchSize) }

    /// The same for a size that may be as large as numbers get: "all in one".
    static func count(of items: Int, each size: Int) -> Int {
        items / size + (items % size == 0 ? 0 : 1)
    }

    /// True when a worker that asked now would get one.
    var hasQueued: Bool { !returned.isEmpty || nextAtCursor != nil }
    /// True when every mini-batch has run, committed or not.
    var isAllReported: Bool { totals.processed + reported.count == count }
    /// True when every mini-batch is committed.
    var isAllCommitted: Bool { totals.processed == count }
    /// Mini-batches that workers hold.
    var assignedCount: Int { assigned.count }

    /// Hands the next mini-batch to a worker; nil when none is queued.
    mutating func take(worker: Int) -> Assignment? {
        let next: Returned
        if !returned.isEmpty {
            next = returned.removeFirst()
        } else if let index = nextAtCursor {
            cursor = index + 1
            next = Returned(index: index, attempt: 1)
        } else {
            return nil
        }
        assigned[next.index] = Holder(worker: worker, attempt: next.attempt)
        return Assignment(index: next.index, attempt: next.attempt, items: items(of: next.index))
    }

    /// A `run()` returned `returnedCount` results.
    ///
    /// - Returns: nil when the worker did not hold the mini-batch (any more).
    mutating func ran(_ index: Int, worker: Int, returnedCount: Int) -> Outcome? {
        guard assigned[index]?.worker == worker else { return nil }
        assigned[index] = nil
        let size = items(of: index).count
        // More rows than items is allowed and capped; fewer leave failed items (ES §3.3).
        let succeeded = min(returnedCount, size)
        return report(Outcome(index: index, succeeded: succeeded, failed: size - succeeded))
    }

    /// A `run()` raised, returned the wrong type or took too long.
    mutating func failed(_ index: Int, worker: Int) -> FailureVerdict {
        guard let holder = assigned[index], holder.worker == worker else { return .stale }
        assigned[index] = nil
        if holder.attempt < tries {
            returned.append(Returned(index: index, attempt: holder.attempt + 1))
            return .retry
        }
        let size = items(of: index).count
        return .givenUp(report(Outcome(index: index, succeeded: 0, failed: size)))
    }

    /// A worker went away before it began this one: the try does not count.
    mutating func handBack(_ index: Int, worker: Int) {
        guard let holder = assigned[index], holder.worker == worker else { return }
        assigned[index] = nil
        returned.insert(Returned(index: index, attempt: holder.attempt), at: 0)
    }

    /// Somebody else killed the worker in the middle of this one: it is queued again and the try does not count.
    ///
    /// - Parameter limit: how often that is so for one mini-batch.
    /// - Returns: false when it has happened too often: the caller takes it for a failed try.
    mutating func interrupted(_ index: Int, worker: Int, limit: Int) -> Bool {
        guard assigned[index]?.worker == worker else { return true }
        let times = interruptions[index, default: 0] + 1
        guard times <= limit else { return false }
        interruptions[index] = times
        handBack(index, worker: worker)
        return true
    }

    /// The database has these.
    mutating func committed(_ outcomes: [Outcome]) {
        for outcome in outcomes where reported.remove(outcome.index) != nil {
            finished.insert(outcome.index)
            totals.processed += 1
            totals.succeededItems += outcome.succeeded
            totals.failedItems += outcome.failed
        }
    }

    /// The items of a mini-batch; the last may be short.
    func items(of index: Int) -> Range<Int> {
        let start = index * miniBatchSize
        return start..<min(start + miniBatchSize, itemCount)
    }

    private var nextAtCursor: Int? {
        var index = cursor
        while index < count && finished.contains(index) { index += 1 }
        return index < count ? index : nil
    }

    private mutating func report(_ outcome: Outcome) -> Outcome {
        reported.insert(outcome.index)
        knownFailedItems += outcome.failed
        return outcome
    }
}

/// A growing list of bits, all zero at first; little-endian within each byte.
struct BitList: Sendable, Equatable {
    /// Eight bits each.
    private(set) var bytes: [UInt8]

    init(bytes: [UInt8] = []) { self.bytes = bytes }

    func contains(_ index: Int) -> Bool {
        index / 8 < bytes.count && bytes[index / 8] & (1 << UInt8(index % 8)) != 0
    }

    mutating func insert(_ index: Int) {
        let missing = index / 8 + 1 - bytes.count
        if missing > 0 { bytes.append(contentsOf: repeatElement(0, count: missing)) }
        bytes[index / 8] |= 1 << UInt8(index % 8)
    }
}
