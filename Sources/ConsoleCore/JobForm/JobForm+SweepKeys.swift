import BatchModel
import ConsoleGrid

extension JobForm.State {
    /// Whether the question before a sweep or its board is in front, so that keys belong to it.
    var isBoarded: Bool { isSweepAsked || sweepRun != nil }
}

extension JobForm {
    /// The keys of the question before a sweep, and of its board.
    public static let sweepKeys = KeyTable<State, Action>(
        "sweep",
        [
            asked(
                "confirm: y", hint: "submit", help: "In the question: submits the jobs.",
                .sweepConfirmed),
            asked(
                "decline: n <esc> <enter>", hint: "back",
                help: "In the question: back to the form.",
                .sweepDropped),
            KeyRow("open: <enter>", hint: "open", help: "Opens the selected job.") { state in
                guard let run = state.sweepRun, let index = run.window.selected else {
                    return .pass
                }
                guard case .accepted = run.items[index].outcome else {
                    return .refuse(because: "this one is no job yet")
                }
                return .send(.sweepOpened)
            },
            KeyRow(
                "send-again: r", hint: "send again",
                help: "Sends what was refused or not sent again."
            ) {
                state in
                guard let run = state.sweepRun else { return .pass }
                if run.current != nil { return .refuse(because: "jobs are still being submitted") }
                return run.openCount == 0
                    ? .refuse(because: "nothing was refused for certain") : .send(.sweepRetried)
            },
            KeyRow("stop: x", hint: "stop", help: "Sends no further job; those submitted go on.") {
                state in
                guard let run = state.sweepRun else { return .pass }
                if run.current == nil { return .refuse(because: "nothing is being submitted") }
                return run.isStopping ? .refuse(because: "it is stopping") : .send(.sweepStopped)
            },
            KeyRow("jobs: <alt-j> J", hint: "jobs", help: "Shows the endpoint's jobs.") { state in
                state.isSweepAsked ? .pass : .send(.jobsPressed)
            },
            KeyRow("close: <esc>", hint: "form", help: "Back to the form, once all are answered.") {
                state in
                guard let run = state.sweepRun else { return .pass }
                return run.current == nil ? .send(.sweepClosed) : .pass
            },
            moved("down: j <down>", "The next job.", .down),
            moved("up: k <up>", "The job before.", .up),
            moved("page-down: <pgdn>", "A page down.", .pageDown),
            moved("page-up: <pgup>", "A page up.", .pageUp),
            moved("first: g <home>", "The first job.", .first),
            moved("last: G <end>", "The last job.", .last),
        ])

    private static func asked(
        _ keys: String, hint: String, help: String, _ action: Action
    ) -> KeyRow<State, Action> {
        KeyRow(keys, hint: hint, help: help) { $0.isSweepAsked ? .send(action) : .pass }
    }

    private static func moved(
        _ keys: String, _ help: String, _ step: ListMove
    ) -> KeyRow<State, Action> {
        KeyRow(keys, help: help) { $0.isSweepAsked ? .pass : .send(.sweepMoved(step: step)) }
    }

    /// What a key of the sweep's comes to.
    static func changeSweep(
        _ state: inout State, _ action: Action, now: Timestamp
    ) -> [Effect] {
        switch action {
        case .sweepToggled: toggleSweep(&state)
        case .sweepConfirmed: return startSweep(&state, now: now)
        case .sweepDropped: state.isSweepAsked = false
        case .sweepStopped: state.sweepRun?.isStopping = true
        case .sweepRetried: return retrySweep(&state)
        case .sweepMoved(let step): state.sweepRun?.window.move(step)
        case .sweepClosed: if state.phase == nil { state.sweepRun = nil }
        case .sweepOpened:
            guard let run = state.sweepRun, let index = run.window.selected,
                case .accepted(let job) = run.items[index].outcome
            else { return [] }
            return [.open(.jobDetail(job))]
        case .rowMoved, .textEdited, .fieldCleared, .choiceMoved, .undoPressed, .redoPressed,
            .completionOpened, .completionMoved, .completionTaken, .completionClosed,
            .requestToggled, .requestScrolled, .requestCopied, .lookAgainPressed, .jobsPressed,
            .submitPressed, .pickPressed, .picker, .deploymentsLoaded, .deploymentsRefused,
            .looked, .completionsFound, .previewReady, .previewRefused, .submitPhaseChanged,
            .jobAccepted, .jobRefused, .sweptAccepted, .sweptRefused, .presetsPressed, .presets,
            .recentPressed, .jobPasted, .recentFound, .jobRead, .readRefused:
            break
        }
        return []
    }
}
