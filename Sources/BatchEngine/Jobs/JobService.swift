public import BatchModel
import GRDB
public import Logging

/// Accepts, runs, lists and cancels the jobs of one engine.
///
/// Crash-only: everything it has answered for is on the disk, and `resume()` after any kind of end continues every unfinished
/// job from its last committed mini-batch.
public final class JobService: Sendable {
    let database: EngineDatabase
    let runner: JobRunner
    let searcher: JobSearcher
    private let folders: EngineFolders
    private let clock: @Sendable () -> Timestamp
    private let log: Logger

    /// Opens or creates the state; no job moves before `resume()` or `accept(_:)`.
    ///
    /// - Parameters:
    ///   - clock: the time for people and timelines.
    ///   - workerLimit: worker processes at once on this machine; nil takes the number of cores, at least 2.
    ///   - inputs: how inputs on other hosts are fetched; by default they are not.
    ///   - logLimitBytes: what each log file of a job may grow to.
    /// - Throws: `ServiceFailure` when the state was written by a newer program, and the system's errors.
    public convenience init(
        folders: EngineFolders, clock: @escaping @Sendable () -> Timestamp, log: Logger,
        workerLimit: Int? = nil, inputs: InputFetching = InputFetching(),
        logLimitBytes: Int64 = CappedLog.limitBytes
    ) throws {
        var limits = JobLimits()
        limits.logLimitBytes = logLimitBytes
        try self.init(
            folders: folders, clock: clock, log: log, workerLimit: workerLimit, limits: limits,
            inputs: inputs)
    }

    init(
        folders: EngineFolders, clock: @escaping @Sendable () -> Timestamp, log: Logger,
        workerLimit: Int?, limits: JobLimits, inputs: InputFetching = InputFetching()
    ) throws {
        self.folders = folders
        self.clock = clock
        self.log = log
        WorkerProcess.takeBrokenPipesAsErrors()
        try FileCalls.makeFolders(folders.state + "/jobs")
        database = try EngineDatabase(path: folders.database)
        searcher = JobSearcher(database)
        runner = try JobRunner(
            folders: folders, database: database,
            workerLimit: workerLimit ?? Self.defaultWorkerLimit, clock: clock, log: log,
            limits: limits, inputs: inputs)
    }

    /// Stores a job and starts it.
    ///
    /// - Returns: the job, durable; an earlier one when the order's repeatability id made one (ES §7.3).
    /// - Throws: `.conflict` when the output's place or the job's name is taken.
    public func accept(_ order: JobOrder) async throws(ServiceFailure) -> Job {
        let operation = "start the job \(order.id)"
        do {
            if let taken = OutputTarget.taken(order) {
                throw Self.taken(
                    taken, operation, "Choose another output path or output file name.")
            }
            let entry = try JobEntry(order, at: clock())
            let (stored, isNew) = try await runner.committer.write {
                try JobTable.accept($0, entry)
            }
            guard isNew else { return live(stored).job }
            runner.begin(stored, order)
            return stored.job
        } catch { return try await earlier(order.repeatabilityID, operation, instead: error) }
    }

    /// Stores a pipeline job and starts it.
    ///
    /// - Returns: the job, durable; an earlier one when the order's repeatability id made one (ES §7.3).
    /// - Throws: `.conflict` when an output's place or the job's name is taken.
    func accept(_ order: PipelineOrder) async throws(ServiceFailure) -> Job {
        let operation = "start the job \(order.id)"
        do {
            if let taken = order.taken {
                throw Self.taken(taken, operation, "Choose another output path.")
            }
            let now = clock()
            let entry = try JobEntry(order, at: now)
            let (stored, steps) = try await runner.committer.write {
                try JobTable.accept($0, entry, order, at: now)
            }
            guard let steps else { return live(stored).job }
            runner.begin(stored, order, steps)
            return stored.job
        } catch { return try await earlier(order.repeatabilityID, operation, instead: error) }
    }

    /// The job that an order made when it was sent before.
    ///
    /// Asked only once an order cannot be accepted: what is in its way may be that job's own output, and what cannot be
    /// stored now may have been stored then.
    private func earlier(
        _ repeatabilityID: String?, _ operation: String, instead error: any Error
    ) async throws(ServiceFailure) -> Job {
        // That it cannot be looked for must not hide why the order was refused.
        if let found = (try? await repeated(repeatabilityID)) ?? nil { return found }
        if let error = error as? DatabaseError, error.resultCode == .SQLITE_CONSTRAINT {
            throw ServiceFailure(
                kind: .conflict, operation: operation, httpStatus: 409,
                detail: "a job or step of that name exists already",
                advice: "Choose another job name.")
        }
        throw Self.failure(error, operation)
    }

    /// The job that a request with this repeatability id made (ES §7.3); nil when none did, and without an id.
    func repeated(_ id: String?) async throws(ServiceFailure) -> Job? {
        guard let id else { return nil }
        return try await read("look for a repeated request") { try JobTable.repeated($0, id) }
            .map { live($0).job }
    }

    private static func taken(_ path: String, _ operation: String, _ advice: String)
        -> ServiceFailure
    {
        ServiceFailure(
            kind: .conflict, operation: operation, httpStatus: 409,
            detail: "the path already exists: \(path)", advice: advice)
    }

    /// One job with its newest status and counts; nil when there is none of that name.
    public func job(_ id: Job.ID) async throws(ServiceFailure) -> Job? {
        try await read("read the job \(id)") { try JobTable.job($0, id) }.map { live($0).job }
    }

    /// A window of the list of jobs, newest first, and the length of the whole list.
    ///
    /// - Parameters:
    ///   - start: position of the first job wanted, from 0.
    ///   - count: the most jobs to return.
    ///   - endpoint: only jobs of this endpoint; nil for all.
    ///   - deployment: only jobs of this deployment of that endpoint; needs `endpoint`.
    ///   - view: whether archived jobs are wanted.
    public func jobs(
        start: Int, count: Int, endpoint: Endpoint.Name? = nil,
        deployment: Deployment.Name? = nil, view: ListView = .active
    ) async throws(ServiceFailure) -> (jobs: [Job], total: Int) {
        let query = JobQuery(
            start: start, count: count, endpoint: endpoint,
            deployment: endpoint == nil ? nil : deployment, view: view)
        let page = try await read("list the jobs") { try JobTable.page($0, query) }
        return (page.jobs.map { live($0).job }, page.total)
    }

    /// Jobs by their numbers, in this order; those that are gone are left out.
    func jobs(_ numbers: [Int]) async throws(ServiceFailure) -> [Job] {
        let found = try await read("read jobs") { db in
            try numbers.compactMap { try JobTable.job(db, seq: $0) }
        }
        return found.map { live($0).job }
    }

    /// What a pipeline job was told to do; nil when there is no such job, or it is a model's.
    func pipelineOrder(of id: Job.ID) async throws(ServiceFailure) -> PipelineOrder? {
        try await read("read the job \(id)") { try JobTable.pipelineOrder($0, id) }
    }

    /// What a model job was told to do; nil when there is no such job, or it is a pipeline's.
    public func order(of id: Job.ID) async throws(ServiceFailure) -> JobOrder? {
        try await read("read the job \(id)") { try JobTable.order($0, id) }
    }

    /// The steps of a job: one, `batchscoring`, of a model's; empty when there is no such job.
    public func steps(of id: Job.ID) async throws(ServiceFailure) -> [JobStep] {
        let operation = "read the steps of \(id)"
        let stored = try await read(operation) { try JobTable.job($0, id) }
        guard let stored else { return [] }
        guard stored.isPipeline else { return [Self.step(live(stored))] }
        // What runs is asked first: between the two a job may end, and then the database has it all.
        if let now = runner.steps(stored.seq) { return now }
        return try await read(operation) { try StepTable.steps($0, job: stored.seq) }.map(\.step)
    }

    /// A step by its run id, and the job it belongs to; nil when there is no such step.
    public func step(
        _ id: JobStep.ID
    ) async throws(ServiceFailure) -> (step: JobStep, job: Job.ID)? {
        let operation = "read the step \(id)"
        let stored = try await read(operation) { try JobTable.job($0, ofStep: id) }
        if let stored { return (Self.step(live(stored)), stored.job.id) }
        let found = try await read(operation) { db in
            try StepTable.step(db, id).flatMap { found in
                try JobTable.job(db, seq: found.job).map { (found, $0.job.id) }
            }
        }
        return found.map { found, job in
            (runner.steps(found.job)?[found.place] ?? found.record.step, job)
        }
    }

    /// The runner's counters of a step, under the names of ES §5.5; empty before its input is listed.
    public func counters(of id: JobStep.ID) async throws(ServiceFailure) -> [String: Int] {
        guard let progress = try await step(id)?.step.progress,
            let total = progress.totalMiniBatches
        else { return [:] }
        let items = progress.totalItems ?? 0
        let done = progress.processedMiniBatches
        let stored = try await read("read the step \(id)") { try JobTable.job($0, ofStep: id) }
        let size = stored.flatMap { runner.miniBatchSize($0.seq) } ?? (items + total - 1) / total
        let processedItems = done == total ? items : min(items, done * size)
        return [
            "Total MiniBatches": total, "Total Items": items,
            "Failed Items": progress.failedItems ?? 0, "Processing Status": done,
            "Remaining Mini Batches": total - done, "Remaining Items": items - processedItems,
        ]
    }

    /// Asks a job to stop; its status is CancelRequested, durably, when this returns.
    ///
    /// - Throws: `.notFound`; `.conflict` with the service's code when the job has ended (CONTRACT §7).
    public func cancel(_ id: Job.ID) async throws(ServiceFailure) {
        let operation = "cancel the job \(id)"
        if runner.cancel(id) {
            do {
                try await runner.committer.write { _ in }
            } catch {
                throw Self.failure(error, operation)
            }
            return
        }
        guard let job = try await job(id) else {
            throw ServiceFailure(
                kind: .notFound, operation: operation, httpStatus: 404,
                detail: "there is no such job", advice: "List the jobs for their names.")
        }
        throw ServiceFailure(
            kind: .conflict, operation: operation, httpStatus: 400,
            serviceCode: "CancelPipelineRunInTerminalStatus",
            detail: "it is \(job.status.rawValue)",
            advice: "A job that has ended, or is putting its output in place, cannot be stopped.")
    }

    /// Changes what may be changed afterwards (ES §5.1).
    ///
    /// - Returns: the changed job; nil when there is none of that name.
    public func change(
        _ id: Job.ID, _ change: JobChange
    ) async throws(ServiceFailure) -> Job? {
        do {
            let stored = try await runner.committer.write { try JobTable.change($0, id, change) }
            return stored.map { live($0).job }
        } catch {
            throw Self.failure(error, "change the job \(id)")
        }
    }

    /// Waits until a job has ended; returns at once when it has, or when there is no such job.
    public func ended(_ id: Job.ID) async {
        await withCheckedContinuation { continuation in
            let isWaiting = runner.state.withLock { state in
                guard state.numbers[id] != nil else { return false }
                state.waiters[id, default: []].append(continuation)
                return true
            }
            if !isWaiting { continuation.resume() }
        }
    }

    /// Status changes and progress as they happen, from now on; the newest 1,024 are kept for a slow reader.
    public func events() -> AsyncStream<JobEvent> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: JobEvent.self, bufferingPolicy: .bufferingNewest(1024))
        let number = runner.state.withLock { state in
            state.nextListener += 1
            state.listeners[state.nextListener] = continuation
            return state.nextListener
        }
        let state = runner.state
        continuation.onTermination = { _ in
            state.withLock { _ = $0.listeners.removeValue(forKey: number) }
        }
        return stream
    }

    /// Which of these packages an interpreter does not have; see `JobRunner.missingPackages`.
    func missingPackages(_ packages: [String], in interpreter: String) async throws -> [String] {
        try await withCheckedThrowingContinuation { continuation in
            let runner = runner
            let isStarted = BlockingThread.start {
                continuation.resume(
                    with: Result { try runner.missingPackages(packages, in: interpreter) })
            }
            if !isStarted { continuation.resume(throwing: FileFailure("start a thread")) }
        }
    }

    /// True while any job is unfinished: an engine that is busy must not stop for being idle.
    public var isBusy: Bool {
        runner.state.withLock { !$0.runs.isEmpty || !$0.pipelines.isEmpty }
    }

    /// After a start: kills what a dead engine left running and continues every unfinished job.
    public func resume() async throws(ServiceFailure) {
        let kept = (try? FileCalls.names(in: folders.state + "/jobs")) ?? []
        let left = try await read("continue the jobs") { try WorkTable.workers($0) }
        let found = ProcessSweep.kill(left)
        if found > 0 { log.warning("killed \(found) processes of an engine that died") }
        runner.committer.post { try WorkTable.forgetWorkers($0) }
        let unfinished = try await read("continue the jobs") { [folders] db in
            try JobTable.unfinished(db).map { stored, order in
                let spool = folders.job(order.id) + "/rows"
                return (stored, order, try WorkTable.row(db, job: stored.seq, spool: spool))
            }
        }
        runner.chores.add { [runner] in _ = runner.interpreters.path(of: "python3") }
        for (stored, order, work) in unfinished { runner.resume(stored, order, work) }
        let pipelines = try await read("continue the jobs") {
            try JobTable.unfinishedPipelines($0)
        }
        for (stored, order, steps) in pipelines { runner.resume(stored, order, steps) }
        let live = Set(unfinished.map(\.1.id.rawValue) + pipelines.map(\.order.id.rawValue))
        removeLeftovers(kept.filter { !live.contains($0) })
    }

    /// A job's end is stored before its folder is removed; an engine that died in between left the folder.
    private func removeLeftovers(_ names: [String]) {
        guard !names.isEmpty else { return }
        let folder = folders.state + "/jobs/"
        runner.chores.add { for name in names { FileCalls.removeTree(folder + name) } }
    }

    /// Stops all workers and leaves every unfinished job to be continued.
    public func shutdown() async { await stop(isAbandoning: false) }

    /// - Parameter isAbandoning: drops what is not committed yet, as a crash would.
    func stop(isAbandoning: Bool) async {
        searcher.stop()
        await withCheckedContinuation { continuation in
            let runner = runner
            let isStarted = BlockingThread.start {
                runner.stop(isAbandoning: isAbandoning)
                continuation.resume()
            }
            if !isStarted { continuation.resume() }
        }
    }

    // MARK: Private

    /// One per core, and never less than two, so that a short job gets through beside a long one.
    private static var defaultWorkerLimit: Int { max(2, Machine.cores) }

    private func live(_ stored: StoredJob) -> StoredJob {
        guard stored.job.status.isActive, let current = runner.snapshot(stored.seq) else {
            return stored
        }
        var live = stored
        live.job.status = current.status
        live.job.timeline = current.timeline
        live.job.startedAt = current.startedAt
        live.job.endedAt = current.endedAt
        live.job.progress = current.progress
        if let reason = runner.heldReason { live.job.properties[Job.heldProperty] = reason }
        return live
    }

    private static func step(_ stored: StoredJob) -> JobStep {
        let job = stored.job
        return JobStep(
            id: stored.step, name: "batchscoring", status: job.status, startedAt: job.startedAt,
            endedAt: job.endedAt, errorMessage: job.errorMessage, outputs: ["score"],
            progress: job.progress)
    }

    private func read<Value: Sendable>(
        _ operation: String, _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(ServiceFailure) -> Value {
        do {
            return try await database.reader.read(body)
        } catch {
            throw Self.failure(error, operation)
        }
    }

    private static func failure(_ error: any Error, _ operation: String) -> ServiceFailure {
        if let failure = error as? ServiceFailure { return failure }
        if let short = error as? ShortageFailure { return short.failure(operation) }
        return ServiceFailure(
            kind: .unexpected, operation: operation, httpStatus: 500, detail: "\(error)",
            advice: "See the engine's log.")
    }
}
