import BatchModel
import Logging

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Pipeline jobs: when their steps start, and what the ends of steps mean.
extension JobRunner {
    /// Takes on a pipeline job that was just stored.
    func begin(_ stored: StoredJob, _ order: PipelineOrder, _ steps: [StepRecord]) {
        let run = PipelineRun(
            seq: stored.seq, order: order, job: stored.job, steps: steps,
            log: PipelineLog(folders: folders, job: order.id, clock: clock))
        adopt(run)
        tell(.status(order.id, .preparing))
        prepareInputs(pipeline: stored.seq) { $0.machine.accepted() }
    }

    /// Takes on a pipeline job that an earlier engine left unfinished.
    func resume(_ stored: StoredJob, _ order: PipelineOrder, _ steps: [StepRecord]) {
        let run = PipelineRun(
            seq: stored.seq, order: order, job: stored.job, steps: steps,
            log: PipelineLog(folders: folders, job: order.id, clock: clock))
        run.log.line("The engine continues the job.")
        adopt(run)
        let resume: @Sendable (inout PipelineRun) -> [PipelineMachine.Order] = { run in
            run.machine.resumed(
                as: stored.job.status,
                steps: steps.map { ($0.step.status, $0.step.errorMessage) })
        }
        guard stored.job.status != .cancelRequested else {
            return change(pipeline: stored.seq, resume)
        }
        prepareInputs(pipeline: stored.seq, resume)
    }

    private func adopt(_ run: PipelineRun) {
        state.signalling {
            $0.pipelines[run.seq] = run
            $0.numbers[run.order.id] = run.seq
        }
    }

    /// Lets an event happen to a pipeline job and carries out what follows.
    func change(pipeline seq: Int, _ event: (inout PipelineRun) -> [PipelineMachine.Order]) {
        let orders = state.withLock { state -> [PipelineMachine.Order] in
            guard var run = state.pipelines.removeValue(forKey: seq) else { return [] }
            defer { state.pipelines[seq] = run }
            let orders = event(&run)
            state.noteQueue(of: run)
            return orders
        }
        carryOut(pipeline: seq, orders)
        fillSlots()
    }

    /// Asks a pipeline job to stop; false when it has ended or is about to, nil when it is none.
    func cancelPipeline(_ seq: Int) -> Bool? {
        let found = state.withLock { state -> (isThere: Bool, orders: [PipelineMachine.Order]?) in
            guard var run = state.pipelines.removeValue(forKey: seq) else { return (false, nil) }
            defer { state.pipelines[seq] = run }
            let orders = run.machine.cancelRequested()
            state.noteQueue(of: run)
            return (true, orders)
        }
        guard found.isThere else { return nil }
        guard let orders = found.orders else { return false }
        carryOut(pipeline: seq, orders)
        return true
    }

    /// The steps of an unfinished pipeline job as they stand now; nil for any other.
    func steps(_ seq: Int) -> [JobStep]? {
        state.withLock { $0.pipelines[seq]?.steps.map(\.step) }
    }

    // MARK: - Orders

    func carryOut(pipeline seq: Int, _ orders: [PipelineMachine.Order]) {
        for order in orders {
            switch order {
            case .enter(let statuses): enter(pipeline: seq, statuses)
            case .enterStep(let step, let status, let message):
                enter(pipeline: seq, step: step, status, message)
            case .storeStep(let step, let status, let message):
                store(pipeline: seq, step: step, status, message)
            case .killSteps:
                let handles = state.withLock { state in
                    state.pipelines[seq].map { Array($0.handles.values) } ?? []
                }
                handles.forEach { $0.kill() }
            case .end(let status, let message):
                chores.add { [weak self] in self?.end(pipeline: seq, status, message) }
            }
        }
    }

    private func enter(pipeline seq: Int, _ statuses: [JobStatus]) {
        let now = clock()
        let id = state.withLock { state -> Job.ID? in
            for status in statuses { state.pipelines[seq]?.job.enter(status, at: now) }
            return state.pipelines[seq]?.order.id
        }
        if let id { entered(statuses, seq, id) }
    }

    private func enter(pipeline seq: Int, step: Int, _ status: JobStatus, _ message: String?) {
        let now = clock()
        let changed = state.withLock { state -> (record: StepRecord, run: PipelineRun)? in
            guard let current = state.pipelines[seq]?.steps[step].step.status else { return nil }
            // A step that an earlier engine queued is queued already.
            guard current != status else { return nil }
            state.pipelines[seq]?.steps[step].enter(status, at: now, message: message)
            return state.pipelines[seq].map { ($0.steps[step], $0) }
        }
        guard let changed else { return }
        changed.run.log.entered(status, changed.run.order.steps[step], message: message)
        committer.post { try StepTable.update($0, job: seq, place: step, changed.record) }
    }

    /// Makes the end of a step durable before anybody may see it.
    private func store(pipeline seq: Int, step: Int, _ status: JobStatus, _ message: String?) {
        guard let run = state.withLock({ $0.pipelines[seq] }) else { return }
        var record = run.steps[step]
        record.enter(status, at: clock(), message: message)
        let ended = record
        run.log.entered(status, run.order.steps[step], message: message)
        do {
            try committer.writeBlocking {
                try StepTable.update($0, job: seq, place: step, ended)
            }
            change(pipeline: seq) {
                $0.steps[step] = ended
                return $0.machine.stored(step)
            }
        } catch {
            // What an engine that stops could not store, the next one does again.
            guard !state.withLock({ $0.isStopping }) else { return }
            change(pipeline: seq) { run in
                run.steps[step] = ended
                let orders = run.machine.broke("The engine could not store its state: \(error)")
                return orders + run.machine.stored(step)
            }
        }
    }

    /// Writes the last log lines, stores the end, and lets go of the job.
    private func end(pipeline seq: Int, _ status: JobStatus, _ message: String?) {
        cancelFetch(seq)
        guard var last = state.withLock({ $0.pipelines[seq] }) else { return }
        last.log.ended(status, message: message)
        last.job.errorMessage = message
        last.job.enter(status, at: clock())
        storeEnd(seq, last.job)
    }

    // MARK: - Steps

    /// A step that was given a slot.
    struct StepGrant {
        var seq: Int
        var step: Int
        var order: PipelineOrder
        var handle: WorkerHandle
        var isAgain: Bool
        var orders: [PipelineMachine.Order]
    }

    /// Gives the slot that a pipeline job was granted to its next step.
    static func grant(_ seq: Int, _ state: inout State) -> StepGrant? {
        guard var run = state.pipelines.removeValue(forKey: seq) else { return nil }
        defer {
            state.pipelines[seq] = run
            state.noteQueue(of: run)
        }
        guard let (step, orders) = run.machine.granted() else {
            state.slots.release(seq)
            return nil
        }
        let handle = WorkerHandle()
        run.handles[step] = handle
        state.workerThreads += 1
        return StepGrant(
            seq: seq, step: step, order: run.order, handle: handle,
            isAgain: run.steps[step].hasRun, orders: orders)
    }

    func start(_ grant: StepGrant) {
        carryOut(pipeline: grant.seq, grant.orders)
        let isStarted = BlockingThread.start { [self] in
            let launch = StepLaunch(
                folders: folders, order: grant.order, number: grant.step,
                interpreters: interpreters, isAgain: grant.isAgain,
                logLimitBytes: limits.logLimitBytes)
            let end = launch.run(grant.handle) { identity in
                try started(grant, identity)
            } ended: { pid in
                committer.post { try WorkTable.workerGone($0, pid: pid) }
            }
            ended(grant, end)
        }
        guard !isStarted else { return }
        // Elsewhere: this may be the committer's thread, and the end of a step waits for a commit.
        chores.add { [self] in ended(grant, .failed("The system has no thread left.")) }
    }

    /// A step's program is there and held back until this returns: from now on its outputs are its own.
    private func started(_ grant: StepGrant, _ identity: ProcessIdentity) throws {
        let now = clock()
        let record = state.withLock { state -> StepRecord? in
            state.pipelines[grant.seq]?.steps[grant.step].enter(.running, at: now)
            return state.pipelines[grant.seq]?.steps[grant.step]
        }
        guard let record else { return }
        try committer.writeBlocking { db in
            try WorkTable.workerStarted(db, identity, job: grant.seq, number: grant.step)
            try StepTable.update(db, job: grant.seq, place: grant.step, record)
        }
        let step = grant.order.steps[grant.step]
        PipelineLog(folders: folders, job: grant.order.id, clock: clock)
            .entered(.running, step, message: nil)
    }

    private func ended(_ grant: StepGrant, _ end: PipelineMachine.StepEnd) {
        let orders = state.withLock { state -> [PipelineMachine.Order] in
            state.slots.release(grant.seq)
            guard var run = state.pipelines.removeValue(forKey: grant.seq) else { return [] }
            defer { state.pipelines[grant.seq] = run }
            run.handles[grant.step] = nil
            // A step that was killed because the engine stops is continued by the next one.
            guard !state.isStopping else { return [] }
            let orders = run.machine.exited(grant.step, end)
            state.noteQueue(of: run)
            return orders
        }
        if case .held(_, let shortage) = end { hold(shortage) }
        carryOut(pipeline: grant.seq, orders)
        fillSlots()
        state.signalling { $0.workerThreads -= 1 }
    }
}

extension JobRunner.State {
    /// Tells the slots whether a pipeline job has steps that nobody runs.
    mutating func noteQueue(of run: PipelineRun) {
        slots.update(
            run.seq, limit: run.order.steps.count,
            hasWork: run.machine.hasQueued && !isStopping)
    }
}
