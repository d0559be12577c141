import BatchClient
import BatchModel
import ConsoleCore
import Synchronization

/// Carries effects out against the client and sends their answers back as actions.
///
/// Each effect is a task of its own. What replaces itself (following a job, tracking jobs) is kept by name, so that the
/// newest order ends the one before.
final class EffectRunner: Sendable {
    typealias MakeClient = @Sendable () throws(ServiceFailure) -> BatchClient
    typealias Answer = @Sendable (App.Action) -> Void

    private struct Running {
        var client: BatchClient?
        var named: [String: Task<Void, Never>] = [:]
        var loose: [UInt64: Task<Void, Never>] = [:]
        var nextID: UInt64 = 0
        var isStopped = false
    }

    let clock: @Sendable () -> Timestamp
    let answer: Answer
    private let makeClient: MakeClient
    private let running = Mutex(Running())

    init(
        makeClient: @escaping MakeClient, clock: @escaping @Sendable () -> Timestamp,
        answer: @escaping Answer
    ) {
        self.makeClient = makeClient
        self.clock = clock
        self.answer = answer
    }

    /// Starts an effect; returns at once.
    func perform(_ effect: App.Effect) {
        switch effect {
        case .connect:
            loose { client async throws(ServiceFailure) in try await self.connect(client) }
        case .track(let jobs): track(jobs)
        case .endpoints(let effect): perform(effect)
        case .jobs(let effect): perform(effect)
        case .form(let effect): perform(effect)
        case .detail(let effect): perform(effect)
        case .results(let effect): perform(effect)
        case .undecided(let effect): perform(effect)
        case .quit, .copy, .redraw: preconditionFailure("the session takes these itself")
        }
    }

    /// Ends every effect and waits until all have.
    func stop() async {
        let tasks = running.withLock { running in
            running.isStopped = true
            let all = Array(running.named.values) + Array(running.loose.values)
            running.named = [:]
            running.loose = [:]
            return all
        }
        for task in tasks { task.cancel() }
        for task in tasks { await task.value }
    }

    private func client() throws(ServiceFailure) -> BatchClient {
        if let client = running.withLock({ $0.client }) { return client }
        let made = try makeClient()
        return running.withLock { running in
            if let client = running.client { return client }
            running.client = made
            return made
        }
    }

    // MARK: - Tasks

    /// A task that runs beside the others. A failure to make the client at all is a lost connection.
    func loose(_ body: @escaping @Sendable (BatchClient) async throws(ServiceFailure) -> Void) {
        running.withLock { running in
            guard !running.isStopped else { return }
            let id = running.nextID
            running.nextID += 1
            running.loose[id] = Task.detached { [self] in
                await attempt(body)
                _ = self.running.withLock { $0.loose.removeValue(forKey: id) }
            }
        }
    }

    /// A task that takes the place of the one of the same name; nil only ends that one.
    func named(
        _ name: String,
        _ body: (@Sendable (BatchClient) async throws(ServiceFailure) -> Void)?
    ) {
        running.withLock { running in
            running.named.removeValue(forKey: name)?.cancel()
            guard !running.isStopped, let body else { return }
            running.named[name] = Task.detached { [self] in await attempt(body) }
        }
    }

    private func attempt(
        _ body: @Sendable (BatchClient) async throws(ServiceFailure) -> Void
    ) async {
        do throws(ServiceFailure) {
            try await body(try client())
        } catch {
            guard !Task.isCancelled else { return }
            answer(.connectionLost(failure: error, at: clock()))
        }
    }

    // MARK: - The app's own effects

    private func connect(_ client: BatchClient) async throws(ServiceFailure) {
        let info = try await client.connect()
        answer(.connected(info: info, at: clock()))
        let undecided = await client.undecided()
        if !undecided.isEmpty { answer(.undecidedFound(submissions: undecided)) }
    }

    private func track(_ jobs: Set<Job.ID>) {
        guard !jobs.isEmpty else { return named("track", nil) }
        named("track") { [self] client in
            for await event in client.track(jobs) {
                switch event {
                case .changed(let changed, let at): answer(.trackingChanged(jobs: changed, at: at))
                case .failed(let failure): answer(.connectionLost(failure: failure, at: clock()))
                }
            }
        }
    }
}

extension EffectRunner {
    /// Asks the client and answers with what came of it.
    func ask<Value: Sendable>(
        _ question: @escaping @Sendable (BatchClient) async throws(ServiceFailure) -> Value,
        then success: @escaping @Sendable (Value) -> App.Action,
        or failure: @escaping @Sendable (ServiceFailure) -> App.Action
    ) {
        loose { [answer] client in
            do throws(ServiceFailure) {
                answer(success(try await question(client)))
            } catch {
                guard !Task.isCancelled else { return }
                answer(failure(error))
            }
        }
    }
}
