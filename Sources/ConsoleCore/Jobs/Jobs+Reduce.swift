public import BatchModel
import ConsoleGrid

extension Jobs {
    /// What has to be asked when the list opens.
    public static func opened(_ state: State) -> [Effect] {
        [.loadJobs(query(from: 0, of: state))]
    }

    /// Takes in what happened and says what has to be done.
    public static func reduce(
        _ state: inout State, _ action: Action, now: Timestamp
    ) -> [Effect] {
        let effects = change(&state, action, now: now)
        return effects + settle(&state, now: now)
    }

    private static func change(
        _ state: inout State, _ action: Action, now: Timestamp
    ) -> [Effect] {
        switch action {
        case .rowMoved, .rowsScrolled, .rowClicked: move(&state, action)
        case .openPressed: return open(state) { .jobDetail($0) }
        case .resultsPressed: return open(state) { .results($0) }
        case .newJobPressed: return newJob(state)
        case .againPressed: return state.selectedJob.map { [.repeatJob($0)] } ?? []
        case .copyPressed:
            return state.selectedJob.map { [.copy(text: $0.id.rawValue)] } ?? []
        case .refreshPressed: return refresh(&state, now: now)
        case .failedFirstToggled:
            state.isFailedFirst.toggle()
            arrange(&state, now: now)
        case .filterOpened, .filterEdited, .filterKept, .filterCleared:
            changeFilter(&state, action, now: now)
        case .cancelPressed: state.question = state.selectedJob
        case .cancelConfirmed: return confirmCancel(&state)
        case .cancelDismissed: state.question = nil
        case .noticeDismissed: state.notice = nil
        case .jobsLoaded, .jobsRefused, .jobsChanged, .cancelAccepted, .cancelRefused:
            answer(&state, action, now: now)
        case .ticked: return tick(&state, now: now)
        }
        return []
    }

    private static func answer(_ state: inout State, _ action: Action, now: Timestamp) {
        switch action {
        case .jobsLoaded(let query, let page):
            if query.endpoint == state.endpoint { loaded(page, query, in: &state, now: now) }
        case .jobsRefused(let query, let failure):
            guard query.endpoint == state.endpoint else { return }
            state.asks.fail(query.start, failure, now: now)
            if query.start == 0 { state.isRefreshing = false }
        case .jobsChanged(let jobs, _): changed(jobs, in: &state, now: now)
        case .cancelAccepted(let job): cancelAccepted(job, in: &state, now: now)
        case .cancelRefused(let job, let failure): cancelRefused(job, failure, in: &state)
        case .rowMoved, .rowsScrolled, .rowClicked, .openPressed, .resultsPressed, .newJobPressed,
            .againPressed,
            .copyPressed, .refreshPressed, .failedFirstToggled, .filterOpened, .filterEdited,
            .filterKept, .filterCleared, .cancelPressed, .cancelConfirmed, .cancelDismissed,
            .noticeDismissed, .ticked:
            break
        }
    }

    private static func loaded(
        _ page: JobPage, _ query: JobListQuery, in state: inout State, now: Timestamp
    ) {
        if query.start == 0 { state.isRefreshing = false }
        var page = page
        page.jobs = page.jobs.map { held($0, in: state, now: now) }
        let shift = state.list.take(page)
        state.anchor = max(0, state.anchor + shift)
        state.home = state.home.map { max(0, $0 + shift) }
        // An answer that leaves holes in what was asked for must not be followed by the same question at once.
        let asked = query.start..<query.start + max(0, query.count)
        let missing = state.list.pages.missing(in: asked.clamped(to: 0..<state.list.count))
        state.asks.succeed(query.start, isShort: !missing.isEmpty, now: now)
        arrange(&state, now: now)
    }

    private static func changed(_ jobs: [Job], in state: inout State, now: Timestamp) {
        let byID = Dictionary(
            jobs.map { ($0.id, held($0, in: state, now: now)) }, uniquingKeysWith: { $1 })
        state.list.pages.update { old in
            guard var new = byID[old.id] else { return nil }
            // Not every answer about a job tells its progress.
            new.progress = new.progress ?? old.progress
            return new
        }
        if state.arrangement != nil { arrange(&state, now: now) }
    }
}

// MARK: - Keys

extension Jobs {
    private static func move(_ state: inout State, _ action: Action) {
        guard !state.window.isEmpty else { return }
        state.hasMoved = true
        state.home = nil
        switch action {
        case .rowMoved(let step): state.window.move(step)
        case .rowsScrolled(let rows): state.window.scroll(by: rows)
        case .rowClicked(let row): state.window.select(row)
        case .openPressed, .resultsPressed, .newJobPressed, .againPressed, .copyPressed,
            .refreshPressed,
            .failedFirstToggled, .filterOpened, .filterEdited, .filterKept, .filterCleared,
            .cancelPressed, .cancelConfirmed, .cancelDismissed, .noticeDismissed, .jobsLoaded,
            .jobsRefused, .jobsChanged, .cancelAccepted, .cancelRefused, .ticked:
            break
        }
    }

    private static func open(_ state: State, _ place: (Job.ID) -> Place) -> [Effect] {
        state.selectedJob.map { [.open(place($0.id))] } ?? []
    }

    private static func newJob(_ state: State) -> [Effect] {
        guard let endpoint = state.endpoint ?? state.selectedJob?.endpoint else { return [] }
        return [.open(.jobForm(endpoint, nil))]
    }

    private static func changeFilter(
        _ state: inout State, _ action: Action, now: Timestamp
    ) {
        switch action {
        case .filterOpened:
            state.filter.isEditing = true
            if !state.isFiltered { state.home = state.anchor }
        case .filterEdited(let key): if !state.filter.take(key) { return }
        case .filterKept: state.filter.isEditing = false
        case .filterCleared: state.filter = Filter()
        case .rowMoved, .rowsScrolled, .rowClicked, .openPressed, .resultsPressed, .newJobPressed,
            .againPressed,
            .copyPressed, .refreshPressed, .failedFirstToggled, .cancelPressed, .cancelConfirmed,
            .cancelDismissed, .noticeDismissed, .jobsLoaded, .jobsRefused, .jobsChanged,
            .cancelAccepted, .cancelRefused, .ticked:
            return
        }
        // While nothing is chosen in the filter, every change of it starts from the job selected before.
        if let home = state.home { state.anchor = home }
        if action == .filterCleared { state.home = nil }
        arrange(&state, now: now)
    }
}
