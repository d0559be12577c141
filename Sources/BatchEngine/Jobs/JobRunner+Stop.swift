import BatchModel

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

extension JobRunner {
    /// Kills all workers, waits for their threads, and ends the other threads; jobs stay unfinished in the database.
    ///
    /// - Parameter isAbandoning: drops what is not committed yet, as a crash would.
    func stop(isAbandoning: Bool) {
        let (handles, waiters, listeners) = state.signalling { state in
            state.isStopping = true
            defer {
                state.waiters = [:]
                state.listeners = [:]
            }
            return (
                state.runs.values.flatMap { $0.workers.values.map(\.handle) }
                    + state.pipelines.values.flatMap { Array($0.handles.values) },
                state.waiters.values.flatMap { $0 }, Array(state.listeners.values)
            )
        }
        handles.forEach { $0.kill() }
        cancelFetches()
        committer.leave()
        if isAbandoning { committer.stop(isAbandoning: true) }
        _ = state.wait { $0.workerThreads == 0 ? () : nil }
        chores.close()
        if !isAbandoning {
            for run in state.withLock({ $0.begun }) {
                run.log.note("The engine stops; the job will be continued.")
                run.log.flush(
                    run.machine.ledger.totals, of: run.machine.ledger.count, elapsed: run.elapsed)
            }
            for run in state.withLock({ Array($0.pipelines.values) }) {
                run.log.line("The engine stops; the job will be continued.")
            }
            committer.stop(isAbandoning: false)
        }
        waiters.forEach { $0.resume() }
        listeners.forEach { $0.finish() }
    }

    /// Files per mini-batch of an unfinished job.
    func miniBatchSize(_ seq: Int) -> Int? { run(seq)?.order.settings.miniBatchSize }
}

/// What this machine has.
enum Machine {
    /// Cores that may run at once.
    static var cores: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

    /// Graphics processors that CUDA can use: the driver makes `/dev/nvidia0`, `/dev/nvidia1`, …
    static let gpus = (0...).prefix { FileCalls.exists("/dev/nvidia\($0)") }.count
}
