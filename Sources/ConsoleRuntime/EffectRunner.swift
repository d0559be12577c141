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
        var named: [String: Task<Void, Never>] = [:]
        var loose: [UInt64: Task<Void, Never>] = [:]
        var nextID: UInt64 = 0
        var isStopped = false
    }

    let clock: @Sendable () -> Timestamp
    let answer: Answer
    let files: FormFiles
    private let makeClient: MakeClient
    private let running = Mutex(Running())
    /// Held while the client is made: two effects that start together must not both make one, because making it may ask
    /// a person to sign in.
    private let made = Mutex<BatchClient?>(nil)

    init(
        makeClient: @escaping MakeClient, files: FormFiles,
        clock: @escaping @Sendable () -> Timestamp, answer: @escaping Answer
    ) {
        self.files = files
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
        case .transfers(let effect): perform(effect)
        case .doctor(let effect): perform(effect)
        case .compare(let effect): perform(effect)
        case .retry(let effect): perform(effect)
        case .quit, .copy, .redraw, .mouse, .ring, .theme, .remember, .contexts, .useContext,
            .giveUpSignIn, .stopAsking, .tourSeen:
            preconditionFailure("the session takes these itself")
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

    /// The client of this runner. One that could not be made is tried again by the next effect.
    func client() throws(ServiceFailure) -> BatchClient {
        try made.withLock { client throws(ServiceFailure) in
            if let client { return client }
            let new = try makeClient()
            client = new
            return new
        }
    }

    // MARK: - Tasks

    /// A task that runs beside the others. A failure to make the client at all is a lost connection.
    func loose(_ body: @escaping @Sendable (BatchClient) async throws(ServiceFailure) -> Void) {
        alone { [self] in await attempt(body) }
    }

    /// A task beside the others that needs no client: this machine's own files can be asked whatever the service does.
    func alone(_ body: @escaping @Sendable () async -> Void) {
        running.withLock { running in
            guard !running.isStopped else { return }
            let id = running.nextID
            running.nextID += 1
            running.loose[id] = Task.detached { [self] in
                await body()
                _ = self.running.withLock { $0.loose.removeValue(forKey: id) }
            }
        }
    }

    /// A task that takes the place of the one of the same name; nil only ends that one.
    func named(
        _ name: String,
        _ body: (@Sendable (BatchClient) async throws(ServiceFailure) -> Void)?
    ) {
        guard let body else { return keep(name, nil) }
        keep(name) { [self] in await attempt(body) }
    }

    /// The same for a task that makes the client itself, or needs none.
    func keep(_ name: String, _ body: (@Sendable () async -> Void)?) {
        running.withLock { running in
            running.named.removeValue(forKey: name)?.cancel()
            guard !running.isStopped, let body else { return }
            running.named[name] = Task.detached { await body() }
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

    /// The client; a failure to make it is a lost connection too, beside the answer it is to the question.
    fileprivate func clientOrLoss() throws(ServiceFailure) -> BatchClient {
        do throws(ServiceFailure) {
            return try client()
        } catch {
            answer(.connectionLost(failure: error, at: clock()))
            throw error
        }
    }

    // MARK: - The app's own effects

    private func connect(_ client: BatchClient) async throws(ServiceFailure) {
        let watch = Task { await tellOfStart(client) }
        defer { watch.cancel() }
        let info = try await client.connect()
        watch.cancel()
        answer(.connected(info: info, at: clock()))
        watchTransfers()
        let undecided = try await client.undecided()
        if !undecided.isEmpty { answer(.undecidedFound(submissions: undecided)) }
    }

    /// What the engine is at while it starts, for as long as one waits for it.
    private func tellOfStart(_ client: BatchClient) async {
        var last: String?
        while (try? await Task.sleep(for: Self.startLookInterval)) != nil {
            let words = client.waitingFor()
            guard words != last, !Task.isCancelled else { continue }
            last = words
            answer(.startAdvanced(words: words))
        }
    }

    /// Between two looks at an engine that starts; most have started before the first.
    private static let startLookInterval = Duration.milliseconds(500)

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
        alone { [self] in
            do throws(ServiceFailure) {
                answer(success(try await question(try clientOrLoss())))
            } catch {
                guard !Task.isCancelled else { return }
                answer(failure(error))
            }
        }
    }

    /// Asks about each of several things, a few at a time; each is answered by itself, and one that fails keeps none of the
    /// rest.
    func askEach<Item: Sendable, Value: Sendable>(
        _ items: [Item], atOnce width: Int,
        _ question:
            @escaping @Sendable (BatchClient, Item) async throws(ServiceFailure) -> Value,
        then success: @escaping @Sendable (Item, Value) -> App.Action,
        or failure: @escaping @Sendable (Item, ServiceFailure) -> App.Action
    ) {
        alone { [self] in
            _ = await Parallel.map(items, width: width) { [self] item in
                guard !Task.isCancelled else { return }
                do throws(ServiceFailure) {
                    answer(success(item, try await question(try clientOrLoss(), item)))
                } catch {
                    guard !Task.isCancelled else { return }
                    answer(failure(item, error))
                }
            }
        }
    }
}
