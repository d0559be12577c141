import Synchronization

/// Runs an actor's jobs one after the other on the pool's threads, where there is no terminal's thread to run them on.
final class SerialQueue: SerialExecutor {
    private struct Contents {
        var jobs: [UnownedJob] = []
        var isRunning = false
    }

    private let contents = Mutex(Contents())

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let mustStart = contents.withLock { contents in
            contents.jobs.append(job)
            defer { contents.isRunning = true }
            return !contents.isRunning
        }
        if mustStart { Task.detached { [self] in run() } }
    }

    private func run() {
        while let job = next() { job.runSynchronously(on: asUnownedSerialExecutor()) }
    }

    private func next() -> UnownedJob? {
        contents.withLock { contents in
            guard !contents.jobs.isEmpty else {
                contents.isRunning = false
                return nil
            }
            return contents.jobs.removeFirst()
        }
    }
}
