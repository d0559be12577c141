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
        case .retryPressed: return state.meantJobs.isEmpty ? [] : [.retry(state.meantJobs)]
        case .comparePressed: return compare(state)
        case .copyPressed: return copy(state)
        case .refreshPressed: return refresh(&state, now: now)
        case .orderChosen(let order):
            state.order = order
            arrange(&state, now: now)
        case .viewSwitched: switchView(&state)
        case .markPressed(let step): mark(&state, step)
        case .filterOpened:
            changeFilter(&state, action, now: now)
            return prepareSearch(state)
        case .filterEdited, .filterKept, .filterCleared: changeFilter(&state, action, now: now)
        case .actPressed(let act): return begin(act, in: &state)
        case .actConfirmed: return confirm(&state)
        case .actDismissed: state.question = nil
        case .noticeDismissed: state.notice = nil
        case .jobsLoaded, .jobsRefused, .searchFound, .searchRefused, .jobsChanged,
            .cancelAccepted, .cancelRefused, .archiveAccepted, .archiveRefused, .restoreAccepted,
            .restoreRefused, .retryAccepted:
            return answer(&state, action, now: now)
        case .ticked: return tick(&state, now: now)
        }
        return []
    }

    private static func answer(
        _ state: inout State, _ action: Action, now: Timestamp
    ) -> [Effect] {
        switch action {
        case .jobsLoaded(let query, let page):
            if state.isAbout(query) { loaded(page, query, in: &state, now: now) }
        case .jobsRefused(let query, let failure):
            guard state.isAbout(query) else { return [] }
            state.asks.fail(query.start, failure, now: now)
            if query.start == 0 { state.isRefreshing = false }
        case .searchFound(let query, let page): found(query, page, in: &state, now: now)
        case .searchRefused(let query, let failure):
            searchRefused(query, failure, in: &state, now: now)
        case .jobsChanged(let jobs, _): changed(jobs, in: &state, now: now)
        case .cancelAccepted(let job): cancelAccepted(job, in: &state, now: now)
        case .cancelRefused(let job, let failure): cancelRefused(job, failure, in: &state)
        case .archiveAccepted(let job):
            return moved(job, isArchived: true, in: &state, now: now)
        case .restoreAccepted(let job):
            return moved(job, isArchived: false, in: &state, now: now)
        case .archiveRefused(let job, let failure), .restoreRefused(let job, let failure):
            return moveRefused(job, failure, in: &state, now: now)
        case .retryAccepted(let job):
            state.marks.strike(job)
            return outdate(&state, now: now)
        case .rowMoved, .rowsScrolled, .rowClicked, .openPressed, .resultsPressed, .newJobPressed,
            .againPressed, .copyPressed, .refreshPressed, .orderChosen, .viewSwitched,
            .markPressed, .comparePressed, .retryPressed, .filterOpened, .filterEdited,
            .filterKept, .filterCleared, .actPressed, .actConfirmed, .actDismissed,
            .noticeDismissed, .ticked:
            break
        }
        return []
    }

    private static func loaded(
        _ page: JobPage, _ query: JobListQuery, in state: inout State, now: Timestamp
    ) {
        if query.start == 0 { state.isRefreshing = false }
        var page = page
        page.jobs = page.jobs.map { held($0, in: state, now: now) }
        state.marks.learn(page.jobs)
        let places = state.list.take(
            page, following: [state.anchor, state.home, state.search.origin])
        state.anchor = places[0] ?? 0
        state.home = places[1]
        state.search.origin = places[2]
        // An answer that leaves holes in what was asked for must not be followed by the same question at once.
        let asked = query.start..<query.start + max(0, query.count)
        let missing = state.list.pages.missing(in: asked.clamped(to: 0..<state.list.count))
        state.asks.succeed(query.start, isShort: !missing.isEmpty, now: now)
        arrange(&state, now: now)
    }

    private static func changed(_ jobs: [Job], in state: inout State, now: Timestamp) {
        let byID = Dictionary(
            jobs.map { ($0.id, held($0, in: state, now: now)) }, uniquingKeysWith: { $1 })
        state.marks.learn(Array(byID.values))
        update(&state) { old in
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
    static func move(_ state: inout State, _ action: Action) {
        guard !state.window.isEmpty else { return }
        state.hasMoved = true
        state.home = nil
        switch action {
        case .rowMoved(let step): state.window.move(step)
        case .rowsScrolled(let rows): state.window.scroll(by: rows)
        case .rowClicked(let row): state.window.select(row)
        case .openPressed, .resultsPressed, .newJobPressed, .againPressed, .copyPressed,
            .refreshPressed, .orderChosen, .viewSwitched, .markPressed, .comparePressed,
            .retryPressed, .filterOpened, .filterEdited, .filterKept, .filterCleared,
            .actPressed, .actConfirmed, .actDismissed, .noticeDismissed, .jobsLoaded,
            .jobsRefused, .searchFound, .searchRefused, .jobsChanged, .cancelAccepted,
            .cancelRefused, .archiveAccepted,
            .archiveRefused, .restoreAccepted, .restoreRefused, .retryAccepted, .ticked:
            break
        }
    }

    private static func copy(_ state: State) -> [Effect] {
        let ids = state.meantJobs.map(\.id.rawValue)
        return ids.isEmpty ? [] : [.copy(text: ids.joined(separator: "\n"))]
    }

    private static func compare(_ state: State) -> [Effect] {
        let jobs = state.marks.sorted
        guard jobs.count == 2, let newer = jobs.first, let older = jobs.last else { return [] }
        return [.open(.compare(older.id, newer.id))]
    }

    /// The other list is another list: nothing that is known of this one is known of it, and no job that is marked is in it.
    private static func switchView(_ state: inout State) {
        let dropped = state.marks.count
        state.marks = Marks()
        state.isArchived.toggle()
        state.list = List()
        state.asks = Asks()
        state.anchor = 0
        state.home = nil
        state.hasMoved = false
        state.isRefreshing = false
        state.isOutdated = false
        state.notice = dropped == 0 ? nil : marksDropped(dropped)
        state.arrangement = nil
        state.search.end()
        state.window = ListWindow()
    }

    private static func marksDropped(_ count: Int) -> String {
        count == 1
            ? "The mark was taken off: the job that had it is not in this list."
            : "\(Words.count(count, "mark")) were taken off: the jobs that had them are not in "
                + "this list."
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
            guard !state.isFiltered else { break }
            state.home = state.anchor
            state.search.origin = state.anchor
        case .filterEdited(let key): if !state.filter.take(key) { return }
        case .filterKept: state.filter.isEditing = false
        case .filterCleared:
            state.filter = Filter()
            // A match's place in the list is not known: one goes back to where one was.
            if state.found != nil { state.home = state.search.origin }
        case .rowMoved, .rowsScrolled, .rowClicked, .openPressed, .resultsPressed, .newJobPressed,
            .againPressed, .copyPressed, .refreshPressed, .orderChosen, .viewSwitched,
            .markPressed, .comparePressed, .retryPressed, .actPressed, .actConfirmed,
            .actDismissed, .noticeDismissed, .jobsLoaded, .jobsRefused, .searchFound,
            .searchRefused, .jobsChanged, .cancelAccepted, .cancelRefused, .archiveAccepted,
            .archiveRefused, .restoreAccepted, .restoreRefused, .retryAccepted, .ticked:
            return
        }
        // While nothing is chosen in the filter, a line that lets all pass again leads to the job selected before.
        if let home = state.home, !state.isFiltered { state.anchor = home }
        if action == .filterCleared { state.home = nil }
        if !state.isFiltered { state.search.forgetFound() }
        arrange(&state, now: now)
        // A new text begins at its best match, unless a person has chosen a row in it.
        if case .filterEdited = action, state.home != nil, state.isFiltered, state.found == nil {
            state.show(row: 0)
        }
    }
}
