import BatchEngine
import BatchModel
import Synchronization

/// The connection files of a running engine: written when it listens, taken away before it stops.
final class Announcement: Sendable {
    private struct State {
        var connection: ConnectionFile?
        var port = 0
        var failure: ServiceFailure?
    }

    private let paths: [String]
    private let state = Mutex(State())
    private let failures: AsyncStream<Void>
    private let failed: AsyncStream<Void>.Continuation

    init(options: EngineServerOptions) {
        (failures, failed) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        paths =
            [ConnectionFile.path(state: options.state)]
            + (options.connectionFile.map { [$0] } ?? [])
    }

    /// The port that was bound.
    var port: Int { state.withLock { $0.port } }

    /// Why the files could not be written.
    var failure: ServiceFailure? { state.withLock { $0.failure } }

    /// Writes the files.
    ///
    /// - Returns: false when that failed.
    func publish(_ connection: ConnectionFile, port: Int) -> Bool {
        // The gate asks for the port, so it is known before anybody can read where we are.
        state.withLock {
            $0.connection = connection
            $0.port = port
        }
        do throws(ServiceFailure) {
            for path in paths { try connection.write(to: path) }
        } catch {
            state.withLock { $0.failure = error }
            failed.yield()
            return false
        }
        return true
    }

    /// Returns when the files could not be written, or when the task is cancelled: an engine nobody can find is of no use.
    func waitForFailure() async {
        for await _ in failures { return }
    }

    /// Removes the files.
    func withdraw() {
        guard let connection = state.withLock({ $0.connection }) else { return }
        for path in paths { connection.remove(from: path) }
    }
}

/// When somebody last wanted something.
final class Activity: Sendable {
    private struct State {
        var requests = 0
        var last = ContinuousClock.now
    }

    /// Never look more often than this while there is work.
    private static let finestWait = Duration.seconds(60)
    private let state = Mutex(State())

    func begin() { state.withLock { $0.requests += 1 } }

    func end() {
        state.withLock {
            $0.requests -= 1
            $0.last = .now
        }
    }

    /// Returns when there was neither a request nor other work for `limit`, or when the task is cancelled.
    func waitUntilIdle(for limit: Duration, isBusy: @Sendable () -> Bool) async {
        while !Task.isCancelled {
            let (requests, last) = state.withLock { ($0.requests, $0.last) }
            let rest = last + limit - .now
            if isBusy() { touch() }
            if requests == 0, rest <= .zero, !isBusy() { return }
            let wait = rest > .zero ? rest : min(Self.finestWait, limit)
            // Cancelled: the loop ends.
            try? await Task.sleep(for: wait, tolerance: min(.seconds(10), limit / 10))
        }
    }

    private func touch() { state.withLock { $0.last = .now } }
}
