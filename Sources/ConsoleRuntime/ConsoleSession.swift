public import BatchClient
public import BatchModel
public import ConsoleCore
public import ConsoleGrid

// The loop of the console: everything that happens comes through one inbox, is reduced in arrival order, and the newest
// state is drawn once per batch.
//
//     keys, sizes ─┐                        ┌─▶ picture ─▶ terminal
//     answers ─────┼─▶ inbox ─▶ reduce ─────┤
//     snapshots ───┘     ▲                  └─▶ effects ─▶ runner ─▶ client
//                        └───────────────────────────────────┘
//
// The actor owns the state; nobody else sees it. Effects run beside it and answer through the inbox, so that a request
// that hangs never keeps a key waiting.

/// What a session needs from whoever owns the terminal.
public struct SessionOutlets: Sendable {
    /// Shows a picture; only the newest one matters.
    public var show: @Sendable (Screen) -> Void
    /// Puts text on the clipboard.
    public var copy: @Sendable (String) -> Void
    /// Paints the whole terminal anew.
    public var redraw: @Sendable () -> Void
    /// Ends the program: the session is over.
    public var quit: @Sendable () -> Void

    /// Collects the outlets.
    public init(
        show: @escaping @Sendable (Screen) -> Void, copy: @escaping @Sendable (String) -> Void,
        redraw: @escaping @Sendable () -> Void = {},
        quit: @escaping @Sendable () -> Void
    ) {
        self.show = show
        self.copy = copy
        self.redraw = redraw
        self.quit = quit
    }
}

/// One run of the console.
public actor ConsoleSession {
    private var state: App.State
    private let inbox = Inbox<App.Action>()
    private let outlets: SessionOutlets
    private let clock: @Sendable () -> Timestamp
    private let runner: EffectRunner
    private var recorder: Recorder?
    private var isOver = false
    /// When the loop wakes by itself; nil while nothing needs that.
    private var alarm: (at: ContinuousClock.Instant, task: Task<Void, Never>)?

    /// Makes a session; nothing happens before `run`.
    ///
    /// - Parameter client: made when the first effect needs it, so that the first picture does not wait for it.
    public init(
        state: App.State, client: @escaping @Sendable () throws(ServiceFailure) -> BatchClient,
        clock: @escaping @Sendable () -> Timestamp, outlets: SessionOutlets,
        recorder: sending Recorder? = nil
    ) {
        self.state = state
        self.outlets = outlets
        self.clock = clock
        self.recorder = recorder
        let inbox = inbox
        runner = EffectRunner(makeClient: client, clock: clock) { inbox.send($0) }
    }

    /// Something happened. May be called from anywhere, never blocks, keeps order per caller.
    public nonisolated func send(_ action: App.Action) { inbox.send(action) }

    /// Takes actions until the session is over.
    public func run() async {
        while !isOver {
            let batch = await inbox.next()
            if batch.isEmpty { break }
            take(.ticked(at: clock()))
            for action in batch { take(action) }
            guard !isOver else { break }
            outlets.show(App.view(state))
            setAlarm()
        }
        alarm?.task.cancel()
        await runner.stop()
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
                inbox.send(.ticked(at: clock()))
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
            case .connect, .track, .endpoints, .jobs, .form, .detail, .results, .undecided:
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
            inbox.send(.recordingFailed(reason: "The recording ended: \(error)"))
        }
    }
}
