public import BatchModel
import ConsoleGrid

extension Jobs {
    /// The active jobs among the visible rows and the first page: those that are worth following.
    public static func trackedJobs(_ state: State) -> Set<Job.ID> {
        var ids: Set<Job.ID> = []
        // Asked at every key: a job is copied only when it counts.
        for row in state.window.visible where ids.count < trackedLimit && state.isActive(row: row) {
            if let job = state.job(atRow: row) { ids.insert(job.id) }
        }
        for job in state.list.pages.active(ofPageAt: 0) where ids.count < trackedLimit {
            ids.insert(job.id)
        }
        return ids
    }

    /// A window of the list that is shown.
    static func query(from start: Int, of state: State) -> JobListQuery {
        JobListQuery(
            endpoint: state.endpoint, start: start, count: Pages.length, view: state.view)
    }

    /// Brings the numbers in order and asks for every page that is wanted and may be asked for.
    static func settle(_ state: inout State, now: Timestamp) -> [Effect] {
        state.fit()
        if state.found == nil, let row = state.window.selected,
            let position = state.position(ofRow: row)
        {
            state.anchor = position
        }
        let wanted = wantedPages(state)
        state.asks.settle(wanted: wanted, now: now)
        var effects = ask(for: wanted, in: &state, now: now) + askAhead(&state, now: now)
        effects += search(&state, now: now)
        if state.isOutdated, state.asks.mayAsk(0, now: now) {
            state.isOutdated = false
            effects += ask(for: [0], in: &state, now: now)
        }
        keep(&state)
        return effects
    }

    /// Drops pages far from what is shown; never one that would be wanted again at once.
    private static func keep(_ state: inout State) {
        // Meanwhile nothing is loaded, and one will go back to what is held.
        guard state.found == nil else { return }
        guard state.arrangement == nil else {
            return state.list.pages.keep(heldRowsLimit / Pages.length, near: 0)
        }
        let window = state.window
        let needed = (window.height + 2 * rowsAhead) / Pages.length + 3
        state.list.pages.keep(
            max(heldPagesLimit, needed), near: window.offset + window.height / 2)
    }

    /// Starts of the pages that what is shown lacks.
    private static func wantedPages(_ state: State) -> [Int] {
        guard state.list.isKnown else { return [0] }
        guard state.found == nil else { return [] }
        if let arrangement = state.arrangement { return wantedPages(state, arrangement) }
        return state.list.pages.missing(in: state.window.visible)
    }

    /// Loads what lies around the visible rows, as long as little else is being loaded.
    private static func askAhead(_ state: inout State, now: Timestamp) -> [Effect] {
        guard state.list.isKnown, state.found == nil, state.arrangement == nil else { return [] }
        let visible = state.window.visible
        let around = visible.lowerBound - rowsAhead..<visible.upperBound + rowsAhead
        let starts = state.list.pages.missing(in: around.clamped(to: 0..<state.window.count))
        return ask(for: starts, limit: openPagesAheadLimit, in: &state, now: now)
    }

    /// Holes at the front, and the page behind the run while the filter looks on or the last row is visible.
    private static func wantedPages(_ state: State, _ arrangement: Arrangement) -> [Int] {
        let known = state.list.pages.missing(in: 0..<arrangement.scope)
        let isTailVisible =
            arrangement.hasTail && state.window.visible.contains(arrangement.positions.count)
        guard state.isLookingOn || isTailVisible else { return known }
        let next = Pages.start(of: arrangement.scope)
        return known.contains(next) ? known : known + [next]
    }

    private static func ask(
        for starts: [Int], limit: Int = openPagesLimit, in state: inout State, now: Timestamp
    ) -> [Effect] {
        var effects: [Effect] = []
        for start in starts where state.asks.mayAsk(start, now: now) {
            let inFlight = state.asks.open.keys.count { $0 != 0 }
            guard start == 0 || inFlight < limit else { break }
            state.asks.begin(start, now: now)
            effects.append(.loadJobs(query(from: start, of: state)))
        }
        return effects
    }

    /// Asks for the first page again once it is old.
    static func tick(_ state: inout State, now: Timestamp) -> [Effect] {
        if !state.holds.isEmpty { state.holds = state.holds.filter { $0.value > now } }
        if state.filter.dependsOnTime { arrange(&state, now: now) }
        guard let asOf = state.list.asOf else { return [] }
        let limit = trackedJobs(state).isEmpty ? idleAge : activeAge
        return now - asOf > limit ? ask(for: [0], in: &state, now: now) : []
    }

    /// Asks for the first page and what is visible, whatever their age.
    static func refresh(_ state: inout State, now: Timestamp) -> [Effect] {
        state.isRefreshing = true
        state.notice = nil
        state.asks.endWaits()
        state.search.endWait()
        state.search.isOutdated = true
        let positions =
            state.found != nil ? [] : state.window.visible.compactMap { state.position(ofRow: $0) }
        let visible = Set(positions.map(Pages.start)).subtracting([0]).sorted()
        return ask(for: [0] + visible, in: &state, now: now)
    }
}
