import BatchModel
import ConsoleGrid

// A filter over a list that is not held whole is the service's to answer, where it can: it has all jobs, we have some pages
// of them. Its answer is a short list of its own, the best matches first, that stands in the place of the rows until the
// filter is cleared; positions in the whole list mean nothing in it, and the place one was at is kept meanwhile.
//
//     key ─▶ filter's text ─▶ settle: is this asked for? ─▶ searchJobs ─▶ searchFound, for the newest text alone
//
// Until the answer comes the rows of the text before stay. A service that cannot search says so once, and from then on
// the rows that are held are looked through here (`Jobs+Filter`).

extension Jobs {
    /// What the service was asked to find, and what it found.
    struct Search: Sendable, Equatable {
        /// What was found for a question.
        struct Found: Sendable, Equatable {
            var query: JobSearchQuery
            var page: JobSearchPage
        }

        /// A question that is not asked again before a time.
        private struct Wait: Sendable, Equatable {
            var query: JobSearchQuery
            var until: Timestamp
        }

        /// True once the service has said that it cannot search.
        var isUnsupported = false
        /// The question that is on its way.
        fileprivate(set) var asked: JobSearchQuery?
        private(set) var askedSince: Timestamp?
        /// The newest answer.
        fileprivate(set) var found: Found?
        /// True when something was done to the list that the answer does not know of.
        var isOutdated = false
        /// Why the newest question was not answered.
        private(set) var failure: ServiceFailure?
        private var wait: Wait?
        /// Where in the whole list one was before the filter.
        var origin: Int?

        fileprivate func mayAsk(_ query: JobSearchQuery, now: Timestamp) -> Bool {
            wait.map { $0.query != query || $0.until <= now } ?? true
        }

        fileprivate mutating func begin(_ query: JobSearchQuery, now: Timestamp) {
            asked = query
            askedSince = now
            isOutdated = false
        }

        fileprivate mutating func succeed(_ answer: Found?) {
            asked = nil
            failure = nil
            wait = nil
            found = answer
        }

        fileprivate mutating func fail(_ why: ServiceFailure, now: Timestamp) {
            wait = asked.map { Wait(query: $0, until: now + refusalWait) }
            asked = nil
            failure = why
        }

        /// Nothing is filtered any more; where one was is kept for a filter that is being written anew.
        mutating func forgetFound() {
            found = nil
            asked = nil
            failure = nil
            wait = nil
        }

        /// The user wants it now.
        mutating func endWait() { wait = nil }

        /// Forgets all but what the service can do.
        mutating func end() {
            let isUnsupported = isUnsupported
            self = Search()
            self.isUnsupported = isUnsupported
        }
    }

    /// Matches that are asked for at first, or those that fit on the screen and some more: each is carried over and read at
    /// every keystroke. All that are ever held are asked for when the last of them comes into sight.
    static let firstMatches = 40
    /// Matches that are ever held: nobody reads further down, a longer filter is quicker.
    static let matchesLimit = 200

    // MARK: - Asking

    /// Asks for what the filter means, when it is not known and not asked for.
    static func search(_ state: inout State, now: Timestamp) -> [Effect] {
        guard state.isSearched else {
            state.search.forgetFound()
            return []
        }
        if let since = state.search.askedSince, state.search.asked != nil, now - since > lostAfter {
            state.search.fail(lost, now: now)
        }
        let wanted = wantedSearch(state)
        guard state.search.asked != wanted, state.search.mayAsk(wanted, now: now) else { return [] }
        guard isWanted(wanted, state, now: now) else { return [] }
        state.search.begin(wanted, now: now)
        return [.searchJobs(wanted)]
    }

    private static let lost = ServiceFailure(
        kind: .timedOut, operation: "search the jobs", detail: "no answer came")

    private static func wantedSearch(_ state: State) -> JobSearchQuery {
        var query = JobSearchQuery(
            filter: state.filter.applied, endpoint: state.endpoint, view: state.view,
            count: min(matchesLimit, max(firstMatches, state.window.height + 10)))
        guard let found = state.found, found.query.filter == query.filter else { return query }
        let isEndVisible = state.window.visible.upperBound >= found.page.jobs.count
        let isCut = found.page.jobs.count < found.page.matches
        query.count = isEndVisible && isCut ? matchesLimit : max(query.count, found.query.count)
        return query
    }

    /// Whether what is known is not what is wanted, or no longer.
    private static func isWanted(
        _ wanted: JobSearchQuery, _ state: State, now: Timestamp
    ) -> Bool {
        guard let found = state.found, found.query == wanted, found.page.isWhole else {
            return true
        }
        let age = trackedJobs(state).isEmpty ? idleAge : activeAge
        return state.search.isOutdated || now - found.page.asOf > age
    }

    /// Gets a service ready that is about to be asked.
    static func prepareSearch(_ state: State) -> [Effect] {
        guard !state.search.isUnsupported, state.list.isKnown, !state.isHeldWhole else { return [] }
        return [
            .searchJobs(
                JobSearchQuery(
                    filter: "", endpoint: state.endpoint, view: state.view, count: 0))
        ]
    }

    // MARK: - Answers

    static func found(
        _ query: JobSearchQuery, _ page: JobSearchPage?, in state: inout State, now: Timestamp
    ) {
        guard var page else {
            state.search.end()
            state.search.isUnsupported = true
            return arrange(&state, now: now)
        }
        guard query == state.search.asked else { return }
        let selected = state.found == nil ? nil : state.selectedJob?.id
        let isSameText = state.found?.query.filter == query.filter
        let known = progress(of: page.jobs, in: state)
        page.jobs = page.jobs.map { job in
            var job = held(job, in: state, now: now)
            // Lists do not tell what tracking has told.
            job.progress = job.progress ?? known[job.id]
            return job
        }
        state.marks.learn(page.jobs)
        state.search.succeed(Search.Found(query: query, page: page))
        state.arrangement = foundArrangement(of: state, now: now)
        // A new text begins at its best match, unless a person has chosen a job that is still there.
        let isChosen = isSameText || state.home == nil
        let row = isChosen ? selected.flatMap { state.row(of: $0) } : 0
        state.show(row: row ?? (isSameText ? state.window.selection : 0))
    }

    static func searchRefused(
        _ query: JobSearchQuery, _ failure: ServiceFailure, in state: inout State, now: Timestamp
    ) {
        guard query == state.search.asked else { return }
        state.search.fail(failure, now: now)
    }

    private static func progress(of jobs: [Job], in state: State) -> [Job.ID: Progress] {
        let wanted = Set(jobs.map(\.id))
        let known = state.heldJobs.filter { wanted.contains($0.id) }
        return Dictionary(
            known.compactMap { job in job.progress.map { (job.id, $0) } },
            uniquingKeysWith: { first, _ in first })
    }

    /// The matches in the order that was chosen; the best first in the usual one.
    static func foundArrangement(of state: State, now: Timestamp) -> Arrangement? {
        guard let page = state.found?.page else { return nil }
        let positions = state.order.positions(
            Array(page.jobs.indices), { page.jobs[$0] }, at: now + state.clockAhead)
        return Arrangement(
            positions: positions, scope: page.searched,
            isPartial: !page.isWhole || page.jobs.count < page.matches, hasTail: false)
    }

    /// Takes in what is heard of matches.
    static func update(_ state: inout State, _ change: (Job) -> Job?) {
        state.list.pages.update(change)
        guard var found = state.search.found else { return }
        found.page.jobs = found.page.jobs.map { change($0) ?? $0 }
        state.search.found = found
    }
}

extension Jobs.State {
    /// What stands in the place of the list's rows; nil while those are shown.
    var found: Jobs.Search.Found? { search.found }

    /// Whether every row of the list is held.
    var isHeldWhole: Bool { list.ends(at: list.pages.unbrokenEnd) }

    /// Whether the filter is the service's to answer.
    var isSearched: Bool {
        isFiltered && !search.isUnsupported && list.isKnown && (search.found != nil || !isHeldWhole)
    }

    /// True while the service has not answered for all of the list.
    var isBeingSearched: Bool {
        isSearched && search.failure == nil
            && (search.asked != nil && found?.query.filter != filter.applied
                || found?.page.isWhole == false)
    }
}
