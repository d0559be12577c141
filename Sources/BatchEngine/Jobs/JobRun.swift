public import BatchModel

/// One unfinished job in memory; lives behind the runner's lock.
struct JobRun {
    /// A worker process of the job, or one being started.
    struct Worker {
        let handle: WorkerHandle
        let granted: MonotonicTime
        var pid: Int32 = 0
        var ready: MonotonicTime?
        var initTime = Duration.zero
        /// Failed tries in this process; after more than ten it is replaced (ES §3.6).
        var failures = 0
    }

    /// Failed tries after which a process is replaced by a fresh one.
    static let failuresPerProcess = 10

    let seq: Int
    let order: JobOrder
    let log: RunLog
    var job: Job
    var machine: JobMachine
    var items: ItemList?
    var workers: [Int: Worker] = [:]
    var processes = 0
    /// When its first worker was granted in this engine.
    var workBegan: MonotonicTime?
    /// True once the slots were told that mini-batches are queued.
    var hasQueued = false

    init(seq: Int, order: JobOrder, job: Job, log: RunLog, limits: JobLimits) {
        self.seq = seq
        self.order = order
        self.job = job
        self.log = log
        machine = JobMachine(settings: order.settings, limits: limits)
    }

    /// Time since its work began in this engine.
    var elapsed: Duration? { workBegan.map { .now - $0 } }

    /// The job with the newest counts.
    func current(at now: Timestamp) -> Job {
        var job = job
        let ledger = machine.ledger
        guard ledger.itemCount > 0 else { return job }
        let elapsed = elapsed
        job.progress = Progress(
            processedMiniBatches: ledger.totals.processed, totalMiniBatches: ledger.count,
            failedItems: ledger.totals.failedItems, totalItems: ledger.itemCount,
            elapsed: elapsed, asOf: now)
        if let elapsed, ledger.totals.processed > 0 {
            let left = ledger.count - ledger.totals.processed
            job.progress?.estimatedRemaining = elapsed * left / ledger.totals.processed
        }
        return job
    }
}

extension Job {
    /// The job has entered a status.
    ///
    /// A cancel stands: a status that another thread was about to enter before it comes too late.
    mutating func enter(_ status: JobStatus, at now: Timestamp) {
        guard self.status != .cancelRequested || status.isTerminal else { return }
        self.status = status
        timeline.append(StatusChange(status: status, at: now))
        if status == .running && startedAt == nil { startedAt = now }
        if status.isTerminal { endedAt = now }
    }
}

/// Something that changed about a job.
public enum JobEvent: Sendable, Hashable {
    /// It entered a status.
    case status(Job.ID, JobStatus)
    /// More of its mini-batches are durably done.
    case progress(Job.ID, processedMiniBatches: Int)
}
