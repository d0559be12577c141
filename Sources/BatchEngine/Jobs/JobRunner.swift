// The part of the engine that makes jobs move.
//
//     worker threads ──┐                        ┌──▶ committer thread (rows, database)
//     committer ───────┼──▶ lock: JobMachine ───┼──▶ chore threads (list the input, publish the output, last log lines)
//     service calls ───┘     gives orders       └──▶ new worker threads, kills, wake-ups
//
// One lock guards all unfinished jobs; under it only values change, for a microsecond or so. Orders are carried out after the
// lock is let go, by whichever thread caused them.

import BatchModel
import GRDB
import Logging

/// Runs the unfinished jobs of one engine.
final class JobRunner: Sendable {
    struct State {
        var runs: [Int: JobRun] = [:]
        var pipelines: [Int: PipelineRun] = [:]
        var numbers: [Job.ID: Int] = [:]
        var line = PreparationLine()
        var slots: WorkerSlots
        var isStopping = false
        var workerThreads = 0
        var waiters: [Job.ID: [CheckedContinuation<Void, Never>]] = [:]
        var listeners: [Int: AsyncStream<JobEvent>.Continuation] = [:]
        var nextListener = 0
        /// Chores that met a shortage and are done again when it is over.
        var parked: [@Sendable () -> Void] = []
        /// What a chore could not do for want of room somewhere else than in the state folder.
        var wantElsewhere: String?

        /// The jobs that are more than a place in the line.
        var begun: [JobRun] {
            runs.keys.lazy.filter { !line.isWaiting($0) }.compactMap { runs[$0] }
        }
    }

    let folders: EngineFolders
    let clock: @Sendable () -> Timestamp
    let log: Logger
    let committer: Committer
    let chores = ChoreQueue()
    let state: Guarded<State>
    let runnerPath: String
    let limits: JobLimits
    let interpreters = Interpreters()
    let inputFetching: InputFetching
    /// Jobs whose inputs are on their way.
    let fetches = Guarded<[Int: Task<Void, Never>]>([:])
    /// Interpreters and the packages they were found to have.
    let knownPackages = Guarded<Set<String>>([])

    init(
        folders: EngineFolders, database: EngineDatabase, workerLimit: Int,
        clock: @escaping @Sendable () -> Timestamp, log: Logger, limits: JobLimits,
        inputs: InputFetching = InputFetching()
    ) throws {
        self.folders = folders
        inputFetching = inputs
        self.clock = clock
        self.log = log
        self.limits = limits
        state = Guarded(State(slots: WorkerSlots(total: workerLimit)))
        committer = Committer(database: database, log: log, folder: folders.state)
        runnerPath = try RunnerSource.install(in: folders.state + "/runner")
        try NoCode.install(folders)
        committer.start(
            committed: { [weak self] in self?.committed($0) },
            failed: { [weak self] jobs, reason in
                for job in jobs { self?.change(job) { $0.machine.broke(reason) } }
            }, recovered: { [weak self] in self?.recovered() })
        Housekeeping.start(self)
    }

    // MARK: Jobs come and go

    /// Takes on a job that was just stored.
    func begin(_ stored: StoredJob, _ order: JobOrder) {
        let run = JobRun(
            seq: stored.seq, order: order, job: stored.job, log: log(of: stored, order),
            limits: limits)
        let orders = run.machine.accepted()
        adopt(run)
        tell(.status(order.id, .preparing))
        carryOut(stored.seq, orders)
    }

    /// Takes on a job that an earlier engine left unfinished.
    func resume(_ stored: StoredJob, _ order: JobOrder, _ work: WorkTable.Row?) {
        var run = JobRun(
            seq: stored.seq, order: order, job: stored.job, log: log(of: stored, order),
            limits: limits)
        run.log.continued()
        var ledger: MiniBatchLedger?
        let items = FileCalls.contents(of: itemsPath(order)).flatMap { ItemList(bytes: $0) }
        if let work, let items, items.count == work.itemCount {
            run.items = items
            run.processes = work.processes
            ledger = MiniBatchLedger(
                itemCount: work.itemCount, miniBatchSize: order.settings.miniBatchSize,
                tries: order.settings.maxRetries, finished: work.start.finished,
                totals: work.start.totals)
            if stored.job.status != .finalizing {
                committer.post(.open(job: stored.seq, work.start))
            }
        }
        let orders = run.machine.resumed(as: stored.job.status, ledger: ledger)
        adopt(run)
        carryOut(stored.seq, orders)
    }

    private func log(of stored: StoredJob, _ order: JobOrder) -> RunLog {
        RunLog(
            folders: folders, order: order, acceptedAt: stored.job.createdAt ?? clock(),
            limitBytes: limits.logLimitBytes, clock: clock)
    }

    private func adopt(_ run: JobRun) {
        let isFirst = state.withLock { state in
            defer {
                state.runs[run.seq] = run
                state.numbers[run.order.id] = run.seq
            }
            return state.runs.isEmpty
        }
        // Housekeeping sleeps only while there is nothing; woken for every job it would keep a busy engine from its work.
        if isFirst { state.signalling { _ in } }
    }

    /// Lets an event happen to a job and carries out what follows.
    func change(_ seq: Int, _ event: (inout JobRun) -> [JobMachine.Order]) {
        let orders = state.withLock { state -> [JobMachine.Order] in
            // Taken out while it changes: a second copy would make every list in it be copied too.
            guard var run = state.runs.removeValue(forKey: seq) else { return [] }
            defer { state.runs[seq] = run }
            return event(&run)
        }
        carryOut(seq, orders)
    }

    /// Asks a job to stop.
    ///
    /// - Returns: false when it has ended or is about to.
    func cancel(_ id: Job.ID) -> Bool {
        let answer = state.withLock { state -> (Int, [JobMachine.Order])? in
            guard let seq = state.numbers[id] else { return nil }
            switch state.runs[seq]?.machine.cancelRequested() {
            case .accepted(let orders): return (seq, orders)
            case .tooLate, .none: return nil
            }
        }
        guard let answer else {
            let seq = state.withLock { $0.numbers[id] }
            return seq.flatMap { cancelPipeline($0) } ?? false
        }
        carryOut(answer.0, answer.1)
        return true
    }

    // MARK: Orders

    func carryOut(_ seq: Int, _ orders: [JobMachine.Order]) {
        for order in orders {
            switch order {
            case .prepare: prepareInputs(seq)
            case .enter(let statuses): enter(statuses, seq)
            case .requestWorkers: requestWorkers(seq)
            case .dismissWorkers: wakeWorkers(seq)
            case .killWorkers: handles(seq).forEach { $0.kill() }
            case .publish: chores.add { [weak self] in self?.publish(seq) }
            case .end(let status, let message):
                chores.add { [weak self] in self?.end(seq, status, message) }
            }
        }
    }

    /// Lets idle workers ask again: for a mini-batch that came back, or to be told to leave.
    func wakeWorkers(_ seq: Int) { handles(seq).forEach { $0.wake() } }

    private func handles(_ seq: Int) -> [WorkerHandle] {
        state.withLock { $0.runs[seq]?.workers.values.map(\.handle) ?? [] }
    }

    private func enter(_ statuses: [JobStatus], _ seq: Int) {
        let now = clock()
        let id = state.withLock { state -> Job.ID? in
            for status in statuses { state.runs[seq]?.job.enter(status, at: now) }
            return state.runs[seq]?.order.id
        }
        if let id { entered(statuses, seq, id) }
    }

    /// Stores a job that has entered statuses, and tells who listens.
    func entered(_ statuses: [JobStatus], _ seq: Int, _ id: Job.ID) {
        // The newest state is stored, whatever it is by then: two threads cannot store theirs in the wrong order.
        committer.post { [weak self] db in
            guard let self, let job = snapshot(seq) else { return }
            try JobTable.update(db, seq: seq, job)
        }
        for status in statuses { tell(.status(id, status)) }
    }

    private func requestWorkers(_ seq: Int) {
        state.withLock { state in
            guard let run = state.runs[seq] else { return }
            let ledger = run.machine.ledger
            let left = ledger.count - ledger.totals.processed
            state.runs[seq]?.hasQueued = ledger.hasQueued
            state.slots.update(
                seq, limit: min(run.order.settings.workers, left), hasWork: ledger.hasQueued)
        }
        fillSlots()
    }

    /// The job with its newest counts; nil once it has ended.
    func snapshot(_ seq: Int) -> Job? {
        let now = clock()
        return state.withLock { state in
            state.runs[seq]?.current(at: now) ?? state.pipelines[seq]?.job
        }
    }

    // MARK: Chores

    func itemsPath(_ order: JobOrder) -> String { folders.job(order.id) + "/items" }
    func spoolPath(_ order: JobOrder) -> String { folders.job(order.id) + "/rows" }

    func run(_ seq: Int) -> JobRun? { state.withLock { $0.runs[seq] } }

    /// A job's input is here: it is prepared when its turn comes.
    func join(_ seq: Int) {
        state.withLock { state in
            if state.runs[seq] != nil { state.line.join(seq) }
        }
        prepareNext()
    }

    /// Prepares whoever is next.
    func prepareNext() {
        while let seq = state.withLock({ $0.line.next() }) {
            chores.add { [weak self] in self?.prepare(seq) }
        }
    }

    /// Lists the input, stores the list, makes the folders.
    ///
    /// A job that is canceled meanwhile, or was while it waited, leaves nothing behind that its end has cleared away already:
    /// what is stored and what is opened is so only for a job that is still being prepared.
    func prepare(_ seq: Int) {
        guard let run = run(seq), run.machine.phase == .preparing else { return }
        let order = run.order
        let began = MonotonicTime.now
        do {
            if let taken = OutputTarget.taken(order) {
                throw Refusal("the path already exists: \(taken)")
            }
            let listing = try ItemList.listing(of: order.inputPath, isFile: order.isInputFile)
            guard listing.items.count > 0 else {
                throw Refusal(
                    "Dataset initialization failed: \(order.inputPath) is either not accessible "
                        + "or doesn't contain any data.")
            }
            if let refusal = NoCode.refusal(order, listing.items, folders) {
                throw Refusal(refusal)
            }
            try FileCalls.makeFolders(folders.job(order.id))
            try ModelMount.make(order, folders)
            try FileCalls.makeFolders(order.outputFolder)
            try run.log.makeWorkerFolders()
            try FileCalls.replace(itemsPath(order), with: listing.items.stored)
            let count = listing.items.count
            try committer.writeBlocking { [weak self] db in
                guard self?.run(seq)?.machine.phase == .preparing else { return }
                try WorkTable.begin(db, job: seq, itemCount: count)
            }
            let size = max(1, order.settings.miniBatchSize)
            run.log.prepared(
                listing, miniBatches: MiniBatchLedger.count(of: count, each: size),
                in: .now - began)
            let start = SpoolStart(path: spoolPath(order))
            change(seq) { run in
                guard run.machine.phase == .preparing else { return [] }
                committer.post(.open(job: seq, start))
                run.items = listing.items
                return run.machine.prepared(itemCount: count)
            }
        } catch {
            if park(after: error, { [weak self] in self?.prepare(seq) }) { return }
            change(seq) { $0.machine.refused("\(error)") }
        }
    }

    private struct Refusal: Error, CustomStringConvertible {
        let description: String
        init(_ description: String) { self.description = description }
    }

    /// Puts the rows in their place; may be repeated after a crash.
    private func publish(_ seq: Int) {
        guard let run = run(seq) else { return }
        let order = run.order
        do {
            if let target = OutputTarget.file(order) {
                committer.post(.close(job: seq))
                // Once this returns, the spool has been cut to its length and closed.
                try committer.writeBlocking { _ in }
                try Publication.publish(spool: spoolPath(order), as: target)
            } else {
                try FileCalls.syncTree(order.outputFolder)
            }
            change(seq) { $0.machine.published() }
        } catch {
            if park(after: error, { [weak self] in self?.publish(seq) }) { return }
            change(seq) { $0.machine.publishFailed("\(error)") }
        }
    }

    /// Writes the last log lines, stores the end, and lets go of the job.
    private func end(_ seq: Int, _ status: JobStatus, _ message: String?) {
        cancelFetch(seq)
        guard var last = run(seq) else { return }
        let now = clock()
        last.log.ended(
            status, message: message, totals: last.machine.ledger.totals,
            of: last.machine.ledger.count, elapsed: last.elapsed)
        last.job = last.current(at: now)
        last.job.errorMessage = message.map(last.log.outerMessage)
        last.job.enter(status, at: now)
        committer.post(.close(job: seq))
        storeEnd(seq, last.job)
    }

    /// Stores the end of a job, and that nothing of it is left to continue; lets go of it then.
    func storeEnd(_ seq: Int, _ job: Job) {
        committer.post(
            .change { db in
                try JobTable.update(db, seq: seq, job)
                try WorkTable.end(db, job: seq)
            } done: { [weak self] result in
                self?.ended(seq, job, isStored: result)
            })
    }

    /// Lets go of a job whose end is stored. One whose end is not keeps its files, so that the next start of an engine
    /// finds it where it stood: with its rows, or with its published output.
    private func ended(_ seq: Int, _ job: Job, isStored result: Result<Void, any Error>) {
        if case .failure(let error) = result {
            guard !state.withLock({ $0.isStopping }) else { return }
            log.error("the end of \(job.id) is left to the next start: it was not stored: \(error)")
        }
        var isStored = true
        if case .failure = result { isStored = false }
        // What a full disk kept out of the logs; nothing otherwise.
        run(seq)?.log.flushRest()
        forget(seq, job, removesFiles: isStored)
    }

    func forget(_ seq: Int, _ job: Job, removesFiles: Bool = true) {
        let waiters = state.signalling { state in
            state.runs[seq] = nil
            state.pipelines[seq] = nil
            state.numbers[job.id] = nil
            state.slots.remove(seq)
            state.line.leave(seq)
            return state.waiters.removeValue(forKey: job.id) ?? []
        }
        // Before anybody is told: an engine that is stopped at the news still does it.
        let folder = folders.job(job.id)
        if removesFiles { chores.add { FileCalls.removeTree(folder) } }
        tell(.status(job.id, job.status))
        waiters.forEach { $0.resume() }
        fillSlots()
        prepareNext()
    }

    // MARK: Commits

    private func committed(_ outcomes: [Int: [MiniBatchLedger.Outcome]]) {
        for (seq, list) in outcomes {
            change(seq) { $0.machine.committed(list) }
            let news = state.withLock { state -> JobEvent? in
                guard !state.listeners.isEmpty, let run = state.runs[seq] else { return nil }
                return .progress(
                    run.order.id, processedMiniBatches: run.machine.ledger.totals.processed)
            }
            if let news { tell(news) }
        }
    }

    // MARK: Listeners

    func tell(_ event: JobEvent) {
        let listeners = state.withLock { Array($0.listeners.values) }
        for listener in listeners { listener.yield(event) }
    }
}

/// Where a job's rows go.
enum OutputTarget {
    /// The output file; nil when the script writes its own files.
    static func file(_ order: JobOrder) -> String? {
        switch order.settings.outputAction {
        case .appendRow: order.outputFolder + "/" + order.settings.outputFileName
        case .summaryOnly: nil
        }
    }

    /// What is in the way of the job's output; nil when nothing is.
    static func taken(_ order: JobOrder) -> String? {
        if let file = file(order) { return FileCalls.exists(file) ? file : nil }
        return FileCalls.isFilledFolder(order.outputFolder) ? order.outputFolder : nil
    }
}

/// The thread that looks after running jobs four times a second, and sleeps while there are none.
enum Housekeeping {
    /// How often logs are written and watchdogs asked: as often as progress may be reported.
    static let interval = Duration.milliseconds(250)

    static func start(_ runner: JobRunner) {
        let state = runner.state
        BlockingThread.start { [weak runner] in
            while let isStopping = state.wait(
                nil,
                { state in
                    state.isStopping ? true : state.runs.isEmpty ? nil : false
                }), !isStopping
            {
                _ = state.wait(interval) { $0.isStopping ? true : nil }
                runner?.lookAfter()
            }
        }
    }
}

extension JobRunner {
    fileprivate func lookAfter() {
        let runs = state.withLock { $0.isStopping ? [] : $0.begun }
        for run in runs {
            run.log.flush(
                run.machine.ledger.totals, of: run.machine.ledger.count, elapsed: run.elapsed)
            let isHeld = committer.shortage != nil
            change(run.seq) { run in
                guard isHeld else { return run.machine.looked(at: .sinceStart) }
                run.machine.held(at: .sinceStart)
                return []
            }
        }
    }
}

extension Duration {
    /// The monotonic clock as a duration, for the pure parts.
    static var sinceStart: Duration { .nanoseconds(MonotonicTime.now.nanoseconds) }
}
