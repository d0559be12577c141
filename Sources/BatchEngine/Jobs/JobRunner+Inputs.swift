import BatchModel

/// Inputs on other hosts: fetched while the job is Preparing, each job by a task of its own.
///
/// Not by the threads of the chores: those prepare and end other jobs meanwhile.
extension JobRunner {
    /// Prepares a model job, once its inputs are here.
    func prepareInputs(_ seq: Int) {
        guard let run = run(seq), run.machine.phase == .preparing else { return }
        fetch(seq, folders.job(run.order.id), run.log.note) { [weak self] failure in
            guard let failure else {
                // What was fetched is told now: the job's own log begins when its turn comes.
                self?.run(seq)?.log.flushRest()
                self?.join(seq)
                return
            }
            guard let self else { return }
            if park(after: failure, { [weak self] in self?.prepareInputs(seq) }) { return }
            change(seq) { $0.machine.refused("\(failure)") }
        }
    }

    /// Lets a pipeline job go on, once its inputs are here.
    func prepareInputs(
        pipeline seq: Int,
        _ begin: @escaping @Sendable (inout PipelineRun) -> [PipelineMachine.Order]
    ) {
        let found = state.withLock { $0.pipelines[seq].map { ($0.order.id, $0.log) } }
        guard let (id, log) = found else { return }
        fetch(seq, folders.job(id), log.line) { [weak self] failure in
            guard let self else { return }
            if let failure,
                park(after: failure, { [weak self] in self?.prepareInputs(pipeline: seq, begin) })
            {
                return
            }
            change(pipeline: seq) { run in
                if let failure { return run.machine.broke("\(failure)") }
                // Canceled while its inputs came.
                return run.machine.phase == .queued ? begin(&run) : []
            }
        }
    }

    /// Fetches what is missing, if anything is.
    ///
    /// - Parameter done: told why it failed, or nil; not called for a job that was canceled, nor when the engine stops.
    private func fetch(
        _ seq: Int, _ job: String, _ note: @escaping @Sendable (String) -> Void,
        _ done: @escaping @Sendable ((any Error)?) -> Void
    ) {
        let inputs: [RemoteInput]
        do {
            guard let missing = try RemoteStore.missing(job) else { return done(nil) }
            inputs = missing
        } catch { return done(error) }
        let isStopping = state.withLock { state in
            if !state.isStopping { state.workerThreads += 1 }
            return state.isStopping
        }
        guard !isStopping else { return }
        let fetching = inputFetching
        fetches.withLock { tasks in
            tasks[seq] = Task { [self] in
                let why = await Self.fetched(inputs, fetching, job, note)
                fetches.withLock { $0[seq] = nil }
                if !Task.isCancelled { done(why) }
                if Task.isCancelled { forgetFetched(seq, job) }
                state.signalling { $0.workerThreads -= 1 }
            }
        }
        cancelFetchIfEnded(seq)
    }

    private static func fetched(
        _ inputs: [RemoteInput], _ fetching: InputFetching, _ job: String,
        _ note: @Sendable (String) -> Void
    ) async -> (any Error)? {
        for input in inputs { note("Fetching the input \(input.shown)") }
        do {
            let outcome = try await InputFetch(fetching, job: job).run(inputs)
            note("Fetched \(outcome.files) files, \(outcome.bytes) bytes.")
            return nil
        } catch { return error }
    }

    /// Stops fetching for a job that ends.
    func cancelFetch(_ seq: Int) { fetches.withLock { $0[seq] }?.cancel() }

    /// Stops fetching for all jobs: the engine stops.
    func cancelFetches() { for task in fetches.withLock({ Array($0.values) }) { task.cancel() } }

    /// A job may have been canceled, or the engine told to stop, before its task could be found.
    private func cancelFetchIfEnded(_ seq: Int) {
        let isWanted = state.withLock { state in
            !state.isStopping && (state.runs[seq] != nil || state.pipelines[seq] != nil)
        }
        if !isWanted { cancelFetch(seq) }
    }

    /// What a fetch still wrote after its job had ended and its folder was removed.
    private func forgetFetched(_ seq: Int, _ job: String) {
        let isOver = state.withLock { state in
            !state.isStopping && state.runs[seq] == nil && state.pipelines[seq] == nil
        }
        if isOver { FileCalls.removeTree(job) }
    }
}
