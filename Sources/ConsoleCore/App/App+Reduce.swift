import BatchModel
import ConsoleGrid

extension App {
    /// Takes in what happened and says what has to be done.
    public static func reduce(_ state: inout State, _ action: Action) -> [Effect] {
        // The time comes before every batch of keys: where no screen hears of it, nothing else can have changed.
        if case .ticked(let time) = action, !isTickDue(state, at: time) {
            state.now = time
            return []
        }
        let before = spoken(state)
        let path = state.path
        let wanted =
            change(&state, action) + heed(action, in: &state) + followTour(&state, from: path)
        endErrand(&state, action)
        let effects = withoutRepeats(wanted, in: &state)
        beginErrands(&state, effects)
        noteSpoken(&state, since: before)
        return effects + track(&state)
    }

    static func change(_ state: inout State, _ action: Action) -> [Effect] {
        switch action {
        case .started(let lastSeen, let time): return start(&state, lastSeen, at: time)
        case .keyPressed(let key): return press(key, in: &state)
        case .resized(let size):
            state.size = size
            layOut(&state)
            return settleForm(&state)
        case .ticked(let time): return tick(&state, at: time)
        case .connected, .connectionLost, .startAdvanced, .undecidedFound, .trackingChanged,
            .recordingFailed, .signInAsked, .signInEnded:
            return hear(&state, action)
        case .placePressed(let place): return open(place, in: &state)
        case .helpPressed: return open(.help, in: &state)
        case .leavePressed: return leave(&state)
        case .quitPressed: return quit(&state)
        case .redrawPressed: return [.redraw]
        case .mousePressed: return switchMouse(&state)
        case .palettePressed: return openPalette(&state)
        case .tourPressed:
            beginTour(&state)
            return []
        case .tourLeft: return endTour(&state)
        case .commandsRemembered(let texts):
            state.history = Array(texts.prefix(CommandPalette.historyLimit))
            return []
        case .settingsRead(let settings):
            takeSettings(settings, in: &state)
            return []
        case .palette(let action): return passPalette(action, to: &state)
        case .signIn(let action): return signIn(&state, action)
        case .retry(let action): return retry(&state, action)
        case .endpoints, .jobs, .form, .detail, .results, .compare, .undecided, .help, .notices,
            .contexts, .transfers, .doctor:
            return pass(action, to: &state)
        case .detailAnswered(let job, let answer):
            return state.detail?.id == job ? pass(.detail(answer), to: &state) : []
        case .resultsAnswered(let job, let answer):
            guard state.results?.job == job else { return sayDownloaded(answer, in: &state) }
            return pass(.results(answer), to: &state)
        }
    }

    /// The first problem stands in the bottom line, all are in the notices.
    private static func takeSettings(_ settings: Settings, in state: inout State) {
        state.settings = settings
        layOut(&state)
        for problem in settings.problems.dropFirst().reversed() {
            note(Notice(text: problem, weight: .warning), in: &state)
        }
        if let problem = settings.problems.first { state.say(problem, .warning) }
    }

    private static func start(
        _ state: inout State, _ lastSeen: LastSeen?, at time: Timestamp
    ) -> [Effect] {
        state.now = time
        state.lastConnect = time
        if let lastSeen {
            state.connection = Fetched(lastSeen.connection, asOf: lastSeen.asOf, isLoading: true)
        }
        state.endpoints = Endpoints.State(lastSeen: lastSeen)
        layOut(&state)
        return [.connect] + lift(Endpoints.opened(state.endpoints), in: &state)
    }

    /// Gives every screen that is open the size of its place, and the keys that its sentences name.
    static func layOut(_ state: inout State) {
        giveKeys(&state)
        let size = state.body.size
        state.endpoints.resized(to: size)
        state.jobs?.resized(to: size)
        state.detail?.resized(to: size)
        state.results?.resized(to: size)
        state.compare?.resized(to: size)
        state.undecidedList?.resized(to: size)
        state.help?.resized(to: size)
        state.noticeList?.resized(to: size)
        state.contextList?.resized(to: size)
        state.transferList?.resized(to: size)
        state.doctor?.resized(to: size)
        state.form?.resized(to: size)
        state.palette?.resized(to: size)
    }

    private static func giveKeys(_ state: inout State) {
        let keymap = state.keymap
        state.endpoints.keymap = keymap
        state.jobs?.keymap = keymap
        state.detail?.keymap = keymap
        state.results?.keymap = keymap
        state.compare?.keymap = keymap
        state.undecidedList?.keymap = keymap
        state.noticeList?.keymap = keymap
        state.contextList?.keymap = keymap
        state.transferList?.keymap = keymap
        state.doctor?.keymap = keymap
        state.form?.keymap = keymap
    }

    /// Orders the jobs to be tracked that ought to be, when they are not.
    private static func track(_ state: inout State) -> [Effect] {
        var wanted = Endpoints.trackedJobs(state.endpoints).union(state.watched)
        if let jobs = state.jobs { wanted.formUnion(Jobs.trackedJobs(jobs)) }
        guard wanted != state.tracked else { return [] }
        state.tracked = wanted
        return [.track(wanted)]
    }
}

// MARK: - What comes from outside

extension App {
    /// Screens hear of time at most so often, however many keys are pressed.
    private static let tickLimit: Duration = .milliseconds(900)

    private static func hear(_ state: inout State, _ action: Action) -> [Effect] {
        switch action {
        case .connected(let info, let time): return connected(info, at: time, in: &state)
        case .connectionLost(let failure, let time): lost(failure, at: time, in: &state)
        case .startAdvanced(let words): state.startWords = words
        case .signInAsked(let question):
            state.signIn = SignIn.State(question: question)
        case .signInEnded(let isDone):
            guard state.signIn != nil else { return [] }
            guard isDone else {
                return endSignIn(
                    &state, because: "it was declined, or the code was not entered in time")
            }
            state.signIn = nil
            state.say("signed in to \(state.context)", .info)
        case .undecidedFound(let submissions):
            state.undecided = submissions
            state.say(undecidedWords(submissions, key: keyName("undecided", in: state)), .warning)
        case .trackingChanged(let jobs, let time): return spread(jobs, at: time, in: &state)
        case .recordingFailed(let reason): state.say(reason, .danger)
        case .started, .keyPressed, .resized, .ticked, .placePressed, .helpPressed,
            .leavePressed, .quitPressed, .redrawPressed, .mousePressed, .palettePressed,
            .commandsRemembered, .palette, .tourPressed, .tourLeft, .transfers, .doctor,
            .settingsRead,
            .endpoints, .jobs, .form, .detail, .results, .compare, .undecided, .help, .notices,
            .contexts, .signIn, .retry, .detailAnswered, .resultsAnswered:
            break
        }
        return []
    }

    private static func switchMouse(_ state: inout State) -> [Effect] {
        state.hasMouse.toggle()
        let key = keyName("mouse", in: state)
        state.say(
            state.hasMouse
                ? "the mouse clicks and scrolls here again"
                : "the mouse is the terminal's: it selects text there; \(key) takes it back", .info)
        return [.mouse(isOn: state.hasMouse)]
    }

    private static func undecidedWords(_ submissions: [Submission], key: String) -> String {
        guard let first = submissions.first else { return "" }
        let which = "\(first.draft.endpoint) (\(first.note))"
        let others = submissions.count > 1 ? " and \(submissions.count - 1) more" : ""
        return "An earlier submission has no known outcome: \(which)\(others). "
            + "\(key) shows what can be done."
    }

    private static func isTickDue(_ state: State, at time: Timestamp) -> Bool {
        guard let last = state.lastTick else { return true }
        return time - last >= tickLimit || time < last
    }

    private static func tick(_ state: inout State, at time: Timestamp) -> [Effect] {
        state.now = time
        state.lastTick = time
        var effects: [Effect] = []
        if let question = state.signIn?.question, question.expiresAt <= time {
            effects += endSignIn(&state, because: "the code expired before it was entered")
        }
        effects += reconnect(&state, at: time)
        switch state.place {
        case .endpoints: effects += pass(.endpoints(.ticked), to: &state)
        case .jobs: effects += pass(.jobs(.ticked), to: &state)
        case .jobDetail: effects += pass(.detail(.ticked), to: &state)
        case .compare: effects += pass(.compare(.ticked), to: &state)
        case .jobForm, .results, .undecided, .help, .notices, .contexts, .transfers, .doctor:
            break
        }
        return effects
    }

    /// Hands changed jobs to every list that may show them.
    static func spread(_ jobs: [Job], at time: Timestamp, in state: inout State) -> [Effect] {
        state.now = max(state.now, time)
        var effects = sayEnded(jobs, in: &state)
        effects += pass(.endpoints(.jobsChanged(jobs: jobs, at: time)), to: &state)
        effects += pass(.jobs(.jobsChanged(jobs: jobs, at: time)), to: &state)
        if let job = jobs.first(where: { $0.id == state.results?.job }) {
            effects += pass(.results(.statusChanged(status: job.status)), to: &state)
        }
        return effects
    }

    /// A download or an export that ends after its screen was left says so.
    private static func sayDownloaded(
        _ answer: Results.Action, in state: inout State
    ) -> [Effect] {
        if case .downloadFinished(let report) = answer {
            let files = Words.count(report.files.count, "file")
            state.say("downloaded \(files) to \(report.folder)", .info)
        }
        if case .downloadRefused(let failure) = answer { state.say(failure.message, .danger) }
        if case .export(.finished(let report)) = answer {
            state.say("wrote \(Words.count(report.rows, "row")) to \(report.path)", .info)
        }
        if case .export(.refused(let failure)) = answer { state.say(failure.message, .danger) }
        return []
    }
}
