// The life of one job, as a pure value: events go in, orders come out, nothing is done here.
//
//     preparing ──▶ queued ──▶ running ──▶ draining ──▶ finalizing ──▶ ended
//         │            │          │            │             │
//         └────────────┴──────────┴─ stopping ─┴─────────────┘   (a failure, or a cancel)
//
// `draining` is when every mini-batch has run but some are not committed or some workers are still in `shutdown()`;
// `stopping` is when workers are being killed and a verdict waits for the last of them. Events that come late (a result of
// a worker that was stopped, a second cancel) are normal and give no orders; the caller carries orders out after it has
// let go of the state.

import BatchModel

/// The state of one job and what follows from each event.
struct JobMachine: Sendable, Equatable {
    /// Where the job stands.
    enum Phase: Sendable, Equatable {
        /// Its input is being listed.
        case preparing
        /// It waits for a worker slot.
        case queued
        /// Mini-batches run.
        case running
        /// All have run; commits and `shutdown()` calls are awaited.
        case draining
        /// The output is being put in its place.
        case finalizing
        /// Workers are being killed; the verdict waits.
        case stopping(Verdict)
        /// Nothing more will happen.
        case ended
    }

    /// How a job ends that does not complete.
    enum Verdict: Sendable, Equatable {
        case failed(String)
        case canceled
    }

    /// What the caller is to do.
    enum Order: Sendable, Equatable {
        /// List the input and make the folders, then say `prepared` or `refused`.
        case prepare
        /// Store that these statuses were entered, in this order.
        case enter([JobStatus])
        /// Give the job worker slots as they come free.
        case requestWorkers
        /// Tell every worker to run `shutdown()` and leave.
        case dismissWorkers
        /// Kill every worker.
        case killWorkers
        /// Put the rows in their place, then say `published` or `publishFailed`.
        case publish
        /// Store the end: status and, for a failed job, the message.
        case end(JobStatus, message: String?)
    }

    /// What a request to cancel came to.
    enum CancelAnswer: Equatable {
        case accepted([Order])
        /// The job has ended, or is past the point where it could be stopped.
        case tooLate
    }

    /// Where the job stands.
    private(set) var phase: Phase
    /// Its mini-batches; empty until the input is listed.
    private(set) var ledger: MiniBatchLedger
    /// Worker processes alive or being started.
    private(set) var workerCount = 0
    /// How often `init()` has failed.
    private(set) var initFailures = 0

    private let settings: ModelSettings
    private let limits: JobLimits
    private var lastProgress: Duration?
    private var idleSince: Duration?
    private var hasProgressed = false
    private var firstWorker: Duration?
    private var isAnyReady = false
    /// Since a worker was last ready.
    private var killsInInit = 0

    /// A job just accepted.
    init(settings: ModelSettings, limits: JobLimits = JobLimits()) {
        self.settings = settings
        self.limits = limits
        phase = .preparing
        ledger = MiniBatchLedger(
            itemCount: 0, miniBatchSize: settings.miniBatchSize, tries: settings.maxRetries)
    }

    /// Begins a new job.
    func accepted() -> [Order] { [.prepare] }

    /// Continues a job that an earlier engine left behind with a stored status.
    ///
    /// - Parameter ledger: its mini-batches, nil when the input was not listed yet.
    mutating func resumed(as status: JobStatus, ledger stored: MiniBatchLedger?) -> [Order] {
        if status == .cancelRequested {
            phase = .ended
            return [.end(.canceled, message: nil)]
        }
        guard let stored else { return [.prepare] }
        ledger = stored
        if status == .finalizing {
            phase = .finalizing
            return [.publish]
        }
        let wasRunning = status == .running
        phase = wasRunning ? .running : .queued
        if ledger.isAllCommitted { return settle() }
        let isEntered = wasRunning || status == .queued
        return (isEntered ? [] : [.enter([.provisioning, .queued])]) + [.requestWorkers]
    }

    /// The input has been listed.
    mutating func prepared(itemCount: Int) -> [Order] {
        guard phase == .preparing else { return [] }
        ledger = MiniBatchLedger(
            itemCount: itemCount, miniBatchSize: settings.miniBatchSize,
            tries: settings.maxRetries)
        phase = .queued
        return [.enter([.provisioning, .queued]), .requestWorkers]
    }

    /// The input or the output cannot be used.
    mutating func refused(_ reason: String) -> [Order] {
        guard phase == .preparing else { return [] }
        return stop(.failed(reason))
    }

    /// True while a process may be started for the job.
    var takesWorkers: Bool { phase == .queued || phase == .running }

    /// A worker slot was given to the job and a process is being started.
    mutating func workerGranted(at now: Duration) -> [Order] {
        // Time without any worker is not time without progress; but a worker that is replaced gains none either.
        if workerCount == 0 {
            lastProgress = (lastProgress ?? now) + (now - (idleSince ?? now))
            idleSince = nil
        }
        if firstWorker == nil { firstWorker = now }
        workerCount += 1
        guard phase == .queued else { return [] }
        phase = .running
        return [.enter([.running])]
    }

    /// `init()` has returned in a worker.
    mutating func workerReady() {
        isAnyReady = true
        killsInInit = 0
    }

    /// Somebody else killed a worker: a person, or the system when memory ran out.
    ///
    /// - Parameter index: the mini-batch it was running, if any.
    /// - Returns: true when it is as if the worker had never begun; false when that has happened too often to be chance.
    mutating func killed(during index: Int?, worker: Int, wasReady: Bool) -> Bool {
        if let index {
            return ledger.interrupted(index, worker: worker, limit: limits.killsForgiven)
        }
        guard !wasReady else { return true }
        killsInInit += 1
        return killsInInit <= limits.killsForgiven * settings.workers
    }

    /// A worker's process is gone and its mini-batches have been accounted for.
    mutating func workerGone(at now: Duration) -> [Order] {
        workerCount -= 1
        if workerCount == 0 { idleSince = now }
        precondition(workerCount >= 0, "a worker left that was never granted")
        return settle()
    }

    /// A worker that asks for work: nil when it should not get any now.
    mutating func take(worker: Int) -> MiniBatchLedger.Assignment? {
        phase == .running ? ledger.take(worker: worker) : nil
    }

    /// A mini-batch ran.
    ///
    /// - Returns: the outcome to commit, nil when it does not count any more.
    mutating func ran(
        _ index: Int, worker: Int, returnedCount: Int, at now: Duration
    ) -> (outcome: MiniBatchLedger.Outcome?, orders: [Order]) {
        guard phase == .running,
            let outcome = ledger.ran(index, worker: worker, returnedCount: returnedCount)
        else { return (nil, []) }
        noteProgress(now)
        return (outcome, afterReport())
    }

    /// A try of a mini-batch failed.
    mutating func runFailed(
        _ index: Int, worker: Int, at now: Duration
    ) -> (verdict: MiniBatchLedger.FailureVerdict, orders: [Order]) {
        guard phase == .running else { return (.stale, []) }
        let verdict = ledger.failed(index, worker: worker)
        switch verdict {
        case .retry, .stale: return (verdict, [])
        case .givenUp:
            noteProgress(now)
            return (verdict, afterReport())
        }
    }

    /// A mini-batch was not begun by the worker that held it.
    mutating func handBack(_ index: Int, worker: Int) {
        ledger.handBack(index, worker: worker)
    }

    /// `init()` failed in a worker, or the script could not be imported.
    mutating func initFailed(at now: Duration) -> [Order] {
        initFailures += 1
        return phase == .running ? initVerdict(now) : []
    }

    /// Three failures per worker are too many at any time, two once the job has had time to get over them (ES §3.6).
    private mutating func initVerdict(_ now: Duration) -> [Order] {
        let isLate = now - (firstWorker ?? now) > limits.initWindow
        guard initFailures >= (isLate ? 2 : 3) * settings.workers else { return [] }
        return stop(
            .failed(
                "The init() in the entry script had raised exception for \(initFailures) times."
                    + " Please check logs/user/error.txt for details."))
    }

    /// Something outside the script makes going on pointless (no interpreter, a full disk).
    mutating func broke(_ reason: String) -> [Order] {
        switch phase {
        case .ended, .stopping: []
        case .preparing, .queued, .running, .draining, .finalizing: stop(.failed(reason))
        }
    }

    /// The database has these mini-batches.
    mutating func committed(_ outcomes: [MiniBatchLedger.Outcome]) -> [Order] {
        ledger.committed(outcomes)
        return settle()
    }

    /// The output is in its place.
    mutating func published() -> [Order] {
        guard phase == .finalizing else { return [] }
        phase = .ended
        return [.end(.completed, message: nil)]
    }

    /// The output could not be put in its place.
    mutating func publishFailed(_ reason: String) -> [Order] {
        guard phase == .finalizing else { return [] }
        return stop(.failed(reason))
    }

    /// Somebody wants the job stopped.
    mutating func cancelRequested() -> CancelAnswer {
        switch phase {
        case .ended, .finalizing: return .tooLate
        case .stopping(let verdict): return verdict == .canceled ? .accepted([]) : .tooLate
        case .preparing, .queued, .running, .draining:
            return .accepted([.enter([.cancelRequested])] + stop(.canceled))
        }
    }

    /// Looks at the clock: a job with workers and without progress for too long fails.
    mutating func looked(at now: Duration) -> [Order] {
        guard phase == .running, workerCount > 0, let lastProgress else { return [] }
        let verdict = initVerdict(now)
        guard verdict.isEmpty else { return verdict }
        if !isAnyReady, now - lastProgress > initLimit {
            return stop(
                .failed(
                    "The init() in the entry script has not returned in any worker process in "
                        + "\(initLimit.components.seconds) seconds."))
        }
        let limit = noProgressLimit
        guard now - lastProgress > limit else { return [] }
        return stop(.failed("No progress update in \(limit.components.seconds) seconds."))
    }

    /// A full disk holds the job: that is not its own standing still.
    mutating func held(at now: Duration) {
        if lastProgress != nil { lastProgress = now }
    }

    /// A try failed for a reason that is not the script's.
    ///
    /// - Returns: false when that has happened too often: it is taken for a failed try.
    mutating func interrupted(_ index: Int, worker: Int) -> Bool {
        ledger.interrupted(index, worker: worker, limit: limits.killsForgiven)
    }

    /// How long a job may go without finishing a mini-batch: 3 × (timeout + 30 s), and 600 s before the first (ES §3.6).
    var noProgressLimit: Duration {
        let usual = (settings.timeout + limits.overhead) * 3
        return hasProgressed ? usual : max(usual, limits.firstMiniBatch)
    }

    /// How long all workers of a new job may be in `init()`: 3 × timeout + 30 s (ES §3.6).
    var initLimit: Duration { settings.timeout * 3 + limits.overhead }

    private mutating func noteProgress(_ now: Duration) {
        lastProgress = now
        hasProgressed = true
    }

    private mutating func afterReport() -> [Order] {
        if let excess { return stop(excess) }
        guard ledger.isAllReported else { return [] }
        phase = .draining
        return [.dismissWorkers]
    }

    /// What a job comes to that has more failed items than it may; nil when it has not.
    private var excess: Verdict? {
        let threshold = settings.errorThreshold
        guard threshold >= 0, ledger.knownFailedItems > threshold else { return nil }
        return .failed(
            "Exceeded error threshold: \(ledger.knownFailedItems) items failed, "
                + "error_threshold is \(threshold).")
    }

    private mutating func stop(_ verdict: Verdict) -> [Order] {
        phase = .stopping(verdict)
        return (workerCount > 0 ? [.killWorkers] : []) + settle()
    }

    /// Takes the step that waited for the last worker and the last commit.
    private mutating func settle() -> [Order] {
        guard workerCount == 0 else { return [] }
        switch phase {
        case .preparing, .queued, .finalizing, .ended: return []
        case .running, .draining: return ledger.isAllCommitted ? finish() : []
        case .stopping(.canceled):
            phase = .ended
            return [.end(.canceled, message: nil)]
        case .stopping(.failed(let message)):
            phase = .ended
            return [.end(.failed, message: message)]
        }
    }

    private mutating func finish() -> [Order] {
        // Looked at after each report; an engine that was killed behind the last of them has not done so.
        if let excess { return stop(excess) }
        if settings.outputAction == .appendRow && ledger.totals.succeededItems == 0 {
            return stop(
                .failed(
                    "No succeeded mini batch item returned from run(). "
                        + "Please check 'response: run()' in logs/readme.txt for the reasons."))
        }
        phase = .finalizing
        return [.enter([.finalizing]), .publish]
    }
}
