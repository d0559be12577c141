import BatchModel
import ConsoleGrid

extension JobForm.State {
    /// Whether the question before a sweep or its board is in front, so that keys belong to it.
    var isBoarded: Bool { isSweepAsked || sweepRun != nil }
}

extension JobForm {
    /// The keys of the question before a sweep, and of its board.
    public static let sweepKeys = KeyTable<State, Action>(
        "sweep", title: "Sweep", sweepQuestionRows + sweepRows, mouse: mouse)

    private typealias Binding = KeyRow<State, Action>

    private static let sweepQuestionRows: [Binding] = [
        Binding(
            "confirm: y", hint: "submit", help: "In the question: submits the jobs.",
            sends: .sweepConfirmed),
        Binding(
            "decline: n <esc> <enter>", hint: "back", help: "In the question: back to the form.",
            sends: .sweepDropped),
    ].when { $0.isSweepAsked }

    private static let sweepRows: [Binding] =
        [
            Binding(
                "open: <enter>", hint: "open", help: "Opens the selected job.", sends: .sweepOpened,
                when: { $0.sweepRun?.window.selected != nil },
                unless: { $0.sweepRun?.selectedJob == nil ? "this one is no job yet" : nil }),
            Binding(
                "send-again: r", hint: "send again",
                help: "Sends what was refused or not sent again.", sends: .sweepRetried,
                when: { $0.sweepRun != nil },
                unless: { state in
                    if state.sweepRun?.current != nil { return "jobs are still being submitted" }
                    return state.sweepRun?.openCount == 0
                        ? "nothing was refused for certain" : nil
                }),
            Binding(
                "stop: x", hint: "stop", help: "Sends no further job; those submitted go on.",
                sends: .sweepStopped, when: { $0.sweepRun != nil },
                unless: { state in
                    if state.sweepRun?.current == nil { return "nothing is being submitted" }
                    return state.sweepRun?.isStopping == true ? "it is stopping" : nil
                }),
            Binding(
                "jobs: <alt-j> J", hint: "jobs", help: "Shows the endpoint's jobs.",
                sends: .jobsPressed, when: { !$0.isSweepAsked }),
            Binding(
                "close: <esc>", hint: "form", help: "Back to the form, once all are answered.",
                sends: .sweepClosed, when: { $0.sweepRun.map { $0.current == nil } ?? false }),
        ]
        + Binding.moves(
            [
                (.down, "j <down>", "The next job."), (.up, "k <up>", "The job before."),
                (.pageDown, "<pgdn>", "A page down."), (.pageUp, "<pgup>", "A page up."),
                (.first, "g <home>", "The first job."), (.last, "G <end>", "The last job."),
            ], sends: Action.sweepMoved(step:)
        ).when { !$0.isSweepAsked }

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
        case .sweptClicked(let index): state.sweepRun?.window.select(index)
        case .sweepClosed: if state.phase == nil { state.sweepRun = nil }
        case .sweepOpened:
            return state.sweepRun?.selectedJob.map { [.open(.jobDetail($0))] } ?? []
        case .rowMoved, .rowClicked, .optionClicked, .candidateClicked, .textEdited, .fieldCleared,
            .choiceMoved, .undoPressed, .redoPressed, .completionOpened, .completionMoved,
            .completionTaken, .completionClosed,
            .requestToggled, .requestScrolled, .requestCopied, .lookAgainPressed, .jobsPressed,
            .submitPressed, .pickPressed, .picker, .deploymentsLoaded, .deploymentsRefused,
            .looked, .completionsFound, .previewReady, .previewRefused, .submitPhaseChanged,
            .jobAccepted, .jobRefused, .sweptAccepted, .sweptRefused, .presetsPressed, .presets,
            .recentPressed, .jobPasted, .recentFound, .jobRead, .readRefused, .pastFound,
            .pastRefused:
            break
        }
        return []
    }
}
