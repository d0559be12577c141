import BatchClient
public import BatchModel
public import ConsoleCore
public import ConsoleGrid
import Synchronization

// The loop of the console: everything that happens comes through one inbox, is reduced in arrival order, and the newest
// state is drawn once per batch.
//
//     keys, sizes ─┐                        ┌─▶ picture ─▶ terminal
//     answers ─────┼─▶ inbox ─▶ reduce ─────┤
//     snapshots ───┘     ▲                  └─▶ effects ─▶ runner ─▶ client
//                        └───────────────────────────────────┘
//
// Every arrival that answers a question says which client was asked: `generation` counts them. When the console moves to
// another context, a new client takes the old one's place, and answers of older ones are thrown away unread, those that
// wait in the inbox too. So nothing of one context can show in another.
//
// The actor owns the state; nobody else sees it. Its task runs where its owner wants it to, which is the terminal's thread:
// so nothing here may block. Effects run beside it and answer through the inbox, so that a request that hangs never keeps a
// key waiting.

/// What a session needs from whoever owns the terminal.
public struct SessionOutlets: Sendable {
    /// Shows a picture; only the newest one matters.
    public var show: @Sendable (Screen) -> Void
    /// Puts text on the clipboard.
    public var copy: @Sendable (String) -> Void
    /// Paints the whole terminal anew.
    public var redraw: @Sendable () -> Void
    /// Hears of clicks and the wheel, or leaves the mouse to the terminal.
    public var mouse: @Sendable (_ isOn: Bool) -> Void
    /// Makes a sound and shows a notice of the terminal.
    public var ring: @Sendable (String) -> Void
    /// Draws in the colours of this name from now on.
    public var theme: @Sendable (String) -> Void
    /// Keeps commands for the sessions to come, the newest first.
    public var remember: @Sendable ([String]) -> Void
    /// The tour need not be offered in the sessions to come.
    public var tourSeen: @Sendable () -> Void
    /// Ends the program: the session is over.
    public var quit: @Sendable () -> Void

    /// Collects the outlets.
    public init(
        show: @escaping @Sendable (Screen) -> Void, copy: @escaping @Sendable (String) -> Void,
        redraw: @escaping @Sendable () -> Void = {},
        mouse: @escaping @Sendable (Bool) -> Void = { _ in },
        ring: @escaping @Sendable (String) -> Void = { _ in },
        theme: @escaping @Sendable (String) -> Void = { _ in },
        remember: @escaping @Sendable ([String]) -> Void = { _ in },
        tourSeen: @escaping @Sendable () -> Void = {},
        quit: @escaping @Sendable () -> Void
    ) {
        self.show = show
        self.copy = copy
        self.redraw = redraw
        self.mouse = mouse
        self.ring = ring
        self.theme = theme
        self.remember = remember
        self.tourSeen = tourSeen
        self.quit = quit
    }
}

/// One run of the console.
public actor ConsoleSession {
    /// Something that happened.
    private struct Arrival: Sendable {
        var action: App.Action
        /// Whose answer it is; nil for what no client answered: keys, sizes, times.
        var generation: Int?
        /// Whether somebody outside sent it.
        var isSent = false
    }

    private var state: App.State
    private let inbox = Inbox<Arrival>()
    private let outlets: SessionOutlets
    private let clock: @Sendable () -> Timestamp
    private let contexts: ConsoleContexts
    private var runner: EffectRunner
    /// Which client answers now.
    private var generation = 0
    /// Clients of contexts that were left, on their way to an end.
    private var leaving: [Task<Void, Never>] = []
    /// What gives up a sign-in that waits for a person.
    private let signIn = PendingSignIn()
    private var recorder: Recorder?
    private var isOver = false
    /// How many of the actions that were sent have been taken: the picture that is shown has what came of them.
    private(set) var sentTaken = 0
    /// When the loop wakes by itself; nil while nothing needs that.
    private var alarm: (at: ContinuousClock.Instant, task: Task<Void, Never>)?

    /// Makes a session; nothing happens before `run`.
    ///
    /// - Parameter contexts: a client is made when the first effect needs it, so that the first picture does not wait for it.
    public init(
        state: App.State, contexts: ConsoleContexts,
        clock: @escaping @Sendable () -> Timestamp, outlets: SessionOutlets,
        recorder: sending Recorder? = nil
    ) {
        self.state = state
        self.outlets = outlets
        self.clock = clock
        self.contexts = contexts
        self.recorder = recorder
        runner = Self.runner(
            of: 0, inbox, clock, contexts.files(state.contextName),
            Self.client(state.contextName, contexts, 0, inbox, signIn))
    }

    private static func runner(
        of generation: Int, _ inbox: Inbox<Arrival>, _ clock: @escaping @Sendable () -> Timestamp,
        _ files: FormFiles, _ client: @escaping EffectRunner.MakeClient
    ) -> EffectRunner {
        EffectRunner(makeClient: client, files: files, clock: clock) {
            inbox.send(Arrival(action: $0, generation: generation))
        }
    }

    private static func client(
        _ name: String, _ contexts: ConsoleContexts, _ generation: Int, _ inbox: Inbox<Arrival>,
        _ signIn: PendingSignIn
    ) -> EffectRunner.MakeClient {
        { () throws(ServiceFailure) in
            try contexts.client(name) { question, giveUp in
                signIn.begin(generation, giveUp)
                inbox.send(
                    Arrival(action: .signInAsked(question: question), generation: generation))
                return { isDone in
                    inbox.send(
                        Arrival(action: .signInEnded(isDone: isDone), generation: generation))
                }
            }
        }
    }

    /// Something happened. May be called from anywhere, never blocks, keeps order per caller.
    public nonisolated func send(_ action: App.Action) {
        inbox.send(Arrival(action: action, generation: nil, isSent: true))
    }

    /// Takes actions until the session is over.
    public func run() async {
        while !isOver {
            let batch = await inbox.next()
            if batch.isEmpty { break }
            take(.ticked(at: clock()))
            for arrival in batch where isCurrent(arrival) { take(arrival.action) }
            sentTaken += batch.count(where: \.isSent)
            guard !isOver else { break }
            outlets.show(App.view(state))
            setAlarm()
        }
        alarm?.task.cancel()
        signIn.giveUp()
        await runner.stop()
        for task in leaving { await task.value }
    }

    private func isCurrent(_ arrival: Arrival) -> Bool {
        arrival.generation.map { $0 == generation } ?? true
    }

    /// Sees to it that a tick arrives when the app wants one: an alarm that rings sooner is left to ring.
    private func setAlarm() {
        guard let interval = App.tickInterval(state) else {
            alarm?.task.cancel()
            alarm = nil
            return
        }
        let now = ContinuousClock.now
        let wanted = now + interval
        if let alarm, alarm.at > now, alarm.at <= wanted { return }
        alarm?.task.cancel()
        let task = Task.detached { [inbox, clock] in
            do {
                try await Task.sleep(until: wanted, clock: .continuous)
                inbox.send(Arrival(action: .ticked(at: clock()), generation: nil))
            } catch {
                // Cancelled: another alarm took its place.
                return
            }
        }
        alarm = (wanted, task)
    }

    /// The state as it is now: for tests and for whoever asks after the end.
    public var currentState: App.State { state }

    private func take(_ action: App.Action) {
        guard !isOver else { return }
        record(action)
        for effect in App.reduce(&state, action) {
            switch effect {
            case .quit:
                isOver = true
                inbox.close()
                outlets.quit()
            case .copy(let text): outlets.copy(text)
            case .redraw: outlets.redraw()
            case .mouse(let isOn): outlets.mouse(isOn)
            case .ring(let text): outlets.ring(text)
            case .theme(let name): outlets.theme(name)
            case .remember(let commands): outlets.remember(commands)
            case .tourSeen: outlets.tourSeen()
            case .useContext(let name): move(to: name)
            case .giveUpSignIn: signIn.giveUp()
            case .stopAsking(let failure): stopAsking(failure)
            case .contexts(let effect): perform(effect)
            case .doctor(.examineOther(let name)): examine(name)
            case .connect, .track, .endpoints, .jobs, .form, .detail, .results, .undecided,
                .compare, .retry, .transfers, .doctor:
                runner.perform(effect)
            }
        }
    }

    /// A recording that cannot go on must not end the session: it stops with the last whole line, and says so.
    private func record(_ action: App.Action) {
        guard let recorder else { return }
        do {
            try recorder.note(action)
        } catch {
            self.recorder = nil
            send(.recordingFailed(reason: "The recording ended: \(error)"))
        }
    }
}

// MARK: - Contexts

extension ConsoleSession {
    /// Gives the console a client of its own for a context, and begins there with what was last seen of it.
    private func move(to name: String) {
        replaceRunner { generation in
            Self.client(name, contexts, generation, inbox, signIn)
        }
        let generation = generation
        Task.detached { [inbox, clock, contexts] in
            let start = App.Action.started(lastSeen: contexts.lastSeen(name), at: clock())
            inbox.send(Arrival(action: start, generation: generation))
        }
    }

    /// From now on every question gets the same answer, and nobody is asked.
    private func stopAsking(_ failure: ServiceFailure) {
        signIn.giveUp()
        replaceRunner { _ in { () throws(ServiceFailure) in throw failure } }
    }

    private func replaceRunner(_ client: (_ generation: Int) -> EffectRunner.MakeClient) {
        let old = runner
        generation += 1
        signIn.serve(generation)
        runner = Self.runner(
            of: generation, inbox, clock, contexts.files(state.contextName), client(generation))
        leaving.append(Task.detached { await old.stop() })
    }

    /// Reads and writes the settings beside the loop; they are the same whatever context the console is in.
    private func perform(_ effect: Contexts.Effect) {
        let contexts = contexts
        let work: @Sendable () throws(ServiceFailure) -> Contexts.Action
        switch effect {
        case .load:
            work = { () throws(ServiceFailure) in .listed(entries: try contexts.list()) }
        case .add(let context):
            work = writing("added \(context.name)") { () throws(ServiceFailure) in
                try contexts.add(context)
            }
        case .keep(let name):
            work = writing("added \(name)") { () throws(ServiceFailure) in
                try contexts.keep(name)
            }
        case .makeDefault(let name):
            work = writing("\(name) is used from now on when none is named") {
                () throws(ServiceFailure) in
                try contexts.makeDefault(name)
            }
        case .remove(let name):
            work = writing("forgot \(name)") { () throws(ServiceFailure) in
                try contexts.remove(name)
            }
        case .use, .examine, .copy, .say: return
        }
        let isLoad = effect == .load
        Task.detached { [inbox] in
            let answer: Contexts.Action
            do throws(ServiceFailure) {
                answer = try work()
            } catch {
                answer = isLoad ? .listRefused(failure: error) : .writeRefused(failure: error)
            }
            inbox.send(Arrival(action: .contexts(answer), generation: nil))
        }
    }

    /// Looks at a context that the console is not in. A sign-in there that needs a person is not begun: its question would
    /// stand over the screens of this one.
    private func examine(_ name: String) {
        runner.examine { [contexts] () throws(ServiceFailure) in
            try contexts.client(name) { _, giveUp in
                giveUp()
                return { _ in }
            }
        }
    }

    private func writing(
        _ words: String, _ change: @escaping @Sendable () throws(ServiceFailure) -> Void
    ) -> @Sendable () throws(ServiceFailure) -> Contexts.Action {
        { [contexts] () throws(ServiceFailure) in
            try change()
            return .written(words: words, entries: try contexts.list())
        }
    }
}

/// The sign-in that waits for a person, and what gives it up.
private final class PendingSignIn: Sendable {
    private struct Waiting {
        /// Whose sign-ins a person is asked for.
        var generation = 0
        var giveUp: (@Sendable () -> Void)?
    }

    private let waiting = Mutex(Waiting())

    /// From now on only this client's sign-ins wait for a person.
    func serve(_ generation: Int) { waiting.withLock { $0.generation = generation } }

    /// Keeps what gives a sign-in up. One of a client that was left is given up at once: nobody sees its question, and
    /// it must not take the place of the newer one's.
    func begin(_ generation: Int, _ giveUp: @escaping @Sendable () -> Void) {
        let isOld = waiting.withLock { waiting in
            guard generation == waiting.generation else { return true }
            waiting.giveUp = giveUp
            return false
        }
        if isOld { giveUp() }
    }

    func giveUp() {
        let giveUp = waiting.withLock { waiting in
            defer { waiting.giveUp = nil }
            return waiting.giveUp
        }
        giveUp?()
    }
}
