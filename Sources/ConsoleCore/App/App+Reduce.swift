import BatchModel
import ConsoleGrid

extension App {
    /// Takes in what happened and says what has to be done.
    public static func reduce(_ state: inout State, _ action: Action) -> [Effect] {
        let effects = change(&state, action)
        return effects + track(&state)
    }

    static func change(_ state: inout State, _ action: Action) -> [Effect] {
        switch action {
        case .started(let lastSeen, let time): return start(&state, lastSeen, at: time)
        case .keyPressed(let key): return press(key, in: &state)
        case .resized(let size):
            state.size = size
            layOut(&state)
            return []
        case .ticked(let time): return tick(&state, at: time)
        case .connected, .connectionLost, .undecidedFound, .trackingChanged, .recordingFailed:
            return hear(&state, action)
        case .placePressed(let place): return open(place, in: &state)
        case .helpPressed: return open(.help, in: &state)
        case .leavePressed: return leave(&state)
        case .quitPressed: return quit(&state)
        case .redrawPressed: return [.redraw]
        case .endpoints, .jobs, .form, .detail, .results, .undecided, .help:
            return pass(action, to: &state)
        case .detailAnswered(let job, let answer):
            return state.detail?.id == job ? pass(.detail(answer), to: &state) : []
        case .resultsAnswered(let job, let answer):
            guard state.results?.job == job else { return sayDownloaded(answer, in: &state) }
            return pass(.results(answer), to: &state)
        }
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

    /// Gives every screen that is open the size of its place.
    static func layOut(_ state: inout State) {
        let size = state.body.size
        state.endpoints.resized(to: size)
        state.jobs?.resized(to: size)
        state.detail?.resized(to: size)
        state.results?.resized(to: size)
        state.undecidedList?.resized(to: size)
        state.help?.resized(to: size)
        state.form?.resized(to: size)
    }

    /// Orders the jobs to be tracked that ought to be, when they are not.
    private static func track(_ state: inout State) -> [Effect] {
        var wanted = Endpoints.trackedJobs(state.endpoints)
        if let jobs = state.jobs { wanted.formUnion(Jobs.trackedJobs(jobs)) }
        guard wanted != state.tracked else { return [] }
        state.tracked = wanted
        return [.track(wanted)]
    }
}

// MARK: - What comes from outside

extension App {
    /// A lost connection is asked for again after so long.
    private static let reconnectInterval: Duration = .seconds(5)
    /// Screens hear of time at most so often, however many keys are pressed.
    private static let tickLimit: Duration = .milliseconds(900)

    private static func hear(_ state: inout State, _ action: Action) -> [Effect] {
        switch action {
        case .connected(let info, let time):
            let wasLost = state.connection.failure != nil
            state.connection.succeed(info, asOf: time)
            state.now = time
            if wasLost { return refresh(&state) }
        case .connectionLost(let failure, let time):
            if state.connection.failure != failure { state.say(failure.message, .danger) }
            state.connection.fail(failure)
            state.now = time
        case .undecidedFound(let submissions):
            state.undecided = submissions
            state.say(undecidedWords(submissions), .warning)
        case .trackingChanged(let jobs, let time): return spread(jobs, at: time, in: &state)
        case .recordingFailed(let reason): state.say(reason, .danger)
        case .started, .keyPressed, .resized, .ticked, .placePressed, .helpPressed,
            .leavePressed, .quitPressed, .redrawPressed, .endpoints, .jobs, .form, .detail,
            .results, .undecided, .help, .detailAnswered, .resultsAnswered:
            break
        }
        return []
    }

    /// What was asked while there was no connection has been answered by nobody.
    private static func refresh(_ state: inout State) -> [Effect] {
        var effects = pass(.endpoints(.refreshPressed), to: &state)
        effects += pass(.jobs(.refreshPressed), to: &state)
        return effects + pass(.detail(.refreshPressed), to: &state)
    }

    private static func undecidedWords(_ submissions: [Submission]) -> String {
        guard let first = submissions.first else { return "" }
        let which = "\(first.draft.endpoint) (\(first.note))"
        let others = submissions.count > 1 ? " and \(submissions.count - 1) more" : ""
        return "An earlier submission has no known outcome: \(which)\(others). "
            + "U shows what can be done."
    }

    private static func tick(_ state: inout State, at time: Timestamp) -> [Effect] {
        state.now = time
        if let last = state.lastTick, time - last < tickLimit, time >= last { return [] }
        state.lastTick = time
        var effects: [Effect] = []
        if state.connection.failure != nil, !state.connection.isLoading {
            let waited = state.lastConnect.map { time - $0 } ?? reconnectInterval
            if waited >= reconnectInterval {
                state.lastConnect = time
                state.connection.begin()
                effects.append(.connect)
            }
        }
        switch state.place {
        case .endpoints: effects += pass(.endpoints(.ticked), to: &state)
        case .jobs: effects += pass(.jobs(.ticked), to: &state)
        case .jobDetail: effects += pass(.detail(.ticked), to: &state)
        case .jobForm, .results, .undecided, .help: break
        }
        return effects
    }

    /// Hands changed jobs to every list that may show them.
    static func spread(_ jobs: [Job], at time: Timestamp, in state: inout State) -> [Effect] {
        state.now = max(state.now, time)
        sayEnded(jobs, in: &state)
        var effects = pass(.endpoints(.jobsChanged(jobs: jobs, at: time)), to: &state)
        effects += pass(.jobs(.jobsChanged(jobs: jobs, at: time)), to: &state)
        if let job = jobs.first(where: { $0.id == state.results?.job }) {
            effects += pass(.results(.statusChanged(status: job.status)), to: &state)
        }
        return effects
    }

    /// A download that ends after its screen was left says so.
    private static func sayDownloaded(
        _ answer: Results.Action, in state: inout State
    ) -> [Effect] {
        if case .downloadFinished(let report) = answer {
            let files = Words.count(report.files.count, "file")
            state.say("downloaded \(files) to \(report.folder)", .info)
        }
        if case .downloadRefused(let failure) = answer { state.say(failure.message, .danger) }
        return []
    }

    /// A job that ends while something else is in front says so.
    private static func sayEnded(_ jobs: [Job], in state: inout State) {
        let tracked = jobs.filter { $0.status.isTerminal && state.tracked.contains($0.id) }
        guard let ended = tracked.last, state.place != .jobDetail(ended.id), state.notice == nil
        else { return }
        let name = ended.displayName.isEmpty ? ended.id.rawValue : ended.displayName
        let place = ended.endpoint.map { " on \($0)" } ?? ""
        state.say(
            "\(name)\(place): \(ended.status.rawValue)",
            ended.status == .failed ? .danger : .info)
    }
}
