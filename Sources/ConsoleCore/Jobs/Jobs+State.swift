public import BatchModel
public import ConsoleGrid

extension Jobs {
    /// Everything the list remembers.
    public struct State: Sendable, Equatable {
        /// The endpoint whose jobs are shown; nil for all of the workspace.
        public let endpoint: Endpoint.Name?
        var list = List()
        var asks = Asks()
        /// The visible rows of the whole list, or of the arrangement while there is one.
        var window = ListWindow()
        /// Where in the whole list the job selected last is.
        var anchor = 0
        /// The same from before a filter was opened, until a row is chosen in it: where clearing the filter leads.
        var home: Int?
        /// True once a person has chosen a row: from then on the selection follows a job, not the newest.
        var hasMoved = false

        var filter = Filter()
        var search = Search()
        var order = JobSort.newest
        /// Whether the archived jobs are shown instead of the others.
        var isArchived = false
        var marks = Marks()
        var arrangement: Arrangement?
        /// How far the service's clock is ahead of ours: its times are compared with its own.
        var clockAhead = Duration.zero

        /// What is asked before it is done.
        var question: Question?
        /// Jobs whose cancellation the service is being asked for.
        var cancelling: [Job] = []
        /// Jobs that the service is being asked to archive or to restore.
        var moving: Set<Job.ID> = []
        /// True when some of those are done and the list has not been asked for since.
        var isListBehind = false
        /// Until when an accepted cancellation outweighs older answers.
        var holds: [Job.ID: Timestamp] = [:]
        /// What an act came to, when that is not visible otherwise.
        var notice: String?
        /// True from the refresh key to the answer.
        var isRefreshing = false
        /// True while an answer is awaited that may be older than what was done to the list.
        var isOutdated = false
        var size = Size.zero
        /// The keys in force: sentences name them.
        var keymap = Keymap.standard

        /// A new list.
        ///
        /// - Parameter known: the page seen last, painted until an answer comes.
        public init(endpoint: Endpoint.Name?, known: JobPage? = nil) {
            self.endpoint = endpoint
            // A memory without jobs and without a count is no memory.
            if let known, !known.jobs.isEmpty || known.total != nil { _ = list.take(known) }
            window.setCount(list.count)
            asks.begin(0, now: nil)
        }

        /// Takes the size of the place the list is drawn in.
        public mutating func resized(to newSize: Size) {
            size = newSize
            fit()
        }
    }

    /// Some of the rows of the list, or of what was found, in an order of their own.
    struct Arrangement: Sendable, Equatable {
        /// Positions in the whole list, or in what was found, in the order they are shown.
        var positions: [Int]
        /// The rows it was made from: those before this position, or so many jobs.
        var scope: Int
        /// True when the list goes on behind them.
        var isPartial: Bool
        /// True when a last row stands for what comes after.
        var hasTail: Bool
    }

    /// Which pages have been asked for, and what came of it.
    struct Asks: Sendable, Equatable {
        /// Starts in flight, and since when as far as known.
        private(set) var open: [Int: Timestamp?] = [:]
        /// Why pages could not be had.
        private(set) var failures: [Int: ServiceFailure] = [:]
        /// Before when a page is not asked for.
        private var waits: [Int: Timestamp] = [:]

        /// The failure to show: the first page's before others'.
        var failure: ServiceFailure? { failures.min { $0.key < $1.key }?.value }

        func mayAsk(_ start: Int, now: Timestamp) -> Bool {
            open[start] == nil && waits[start].map { $0 <= now } ?? true
        }

        mutating func begin(_ start: Int, now: Timestamp?) { open[start] = .some(now) }

        mutating func succeed(_ start: Int, isShort: Bool, now: Timestamp) {
            open[start] = nil
            failures[start] = nil
            waits[start] = isShort ? now + shortPageWait : nil
        }

        mutating func fail(_ start: Int, _ failure: ServiceFailure, now: Timestamp) {
            open[start] = nil
            failures[start] = failure
            waits[start] = now + refusalWait
        }

        /// The user wants it now.
        mutating func endWaits() { waits = [:] }

        /// Forgets failures of pages nobody looks at any more, waits that are over and questions that were lost.
        mutating func settle(wanted: [Int], now: Timestamp) {
            if !failures.isEmpty {
                failures = failures.filter { $0.key == 0 || wanted.contains($0.key) }
            }
            if !waits.isEmpty { waits = waits.filter { $0.value > now } }
            for (start, since) in open {
                if let since {
                    if now - since > lostAfter { open[start] = nil }
                } else {
                    open[start] = .some(now)
                }
            }
        }
    }
}

extension Jobs.State {
    /// Whether jobs of several endpoints are shown.
    var showsEndpoint: Bool { endpoint == nil }

    /// Where in the whole list, or in what was found, a visible row is; nil for the row that stands for what comes after.
    func position(ofRow row: Int) -> Int? {
        guard let arrangement else { return row }
        return arrangement.positions.indices.contains(row) ? arrangement.positions[row] : nil
    }

    /// The jobs that are held, in the order of the list; what was found elsewhere in it comes last.
    var heldJobs: [Job] {
        var jobs: [(position: Int, job: Job)] = []
        list.pages.forEach { jobs.append(($0, $1)) }
        let inList = jobs.sorted { $0.position < $1.position }.map(\.job)
        guard let found else { return inList }
        let ids = Set(inList.map(\.id))
        return inList + found.page.jobs.filter { !ids.contains($0.id) }
    }

    /// A job that is held, wherever it stands.
    func knownJob(_ id: Job.ID) -> Job? {
        if let job = found?.page.jobs.first(where: { $0.id == id }) { return job }
        var known: Job?
        list.pages.forEach { _, job in if job.id == id { known = job } }
        return known
    }

    /// The job of a visible row, nil while it is not held.
    func job(atRow row: Int) -> Job? { position(ofRow: row).flatMap { job(at: $0) } }

    /// The job at a position of what is shown.
    func job(at position: Int) -> Job? {
        guard let jobs = found?.page.jobs else { return list.pages[position] }
        return jobs.indices.contains(position) ? jobs[position] : nil
    }

    /// Whether the job of a visible row is held and active.
    func isActive(row: Int) -> Bool {
        guard let position = position(ofRow: row) else { return false }
        guard let jobs = found?.page.jobs else { return list.pages.isActive(position) }
        return jobs.indices.contains(position) && jobs[position].status.isActive
    }

    /// The selected job, nil when there is none or its row is not held.
    var selectedJob: Job? { window.selected.flatMap { job(atRow: $0) } }

    /// True while nobody has chosen a row: then the newest stays selected.
    var isFollowing: Bool { !hasMoved && window.selection == 0 }

    /// Which jobs of the service's list are shown.
    var view: ListView { isArchived ? .archived : .active }

    /// Whether an answer is about the list that is shown.
    func isAbout(_ query: JobListQuery) -> Bool {
        query.endpoint == endpoint && query.view == view
    }

    /// True when a filter is on that lets not every row pass.
    var isFiltered: Bool { !filter.query.isEmpty }

    /// True while the run of rows that the filter works on is being made longer.
    var isLookingOn: Bool {
        guard isFiltered, !isSearched || search.failure != nil, found == nil, let arrangement
        else { return false }
        return arrangement.isPartial && arrangement.scope < Jobs.heldRowsLimit
    }

    /// When the oldest page on screen was answered.
    var asOf: Timestamp? {
        if let found { return found.page.asOf }
        let times = window.visible.compactMap { position(ofRow: $0) }
            .compactMap { list.pages.asOf($0) }
        return times.min() ?? list.asOf
    }

    /// Gives the window the rows that the rest of the screen leaves.
    mutating func fit() {
        let layout = Jobs.layout(of: self, in: Rect(size: size), glyphs: .unicode)
        window.setHeight(layout.list.rows)
    }

    /// Shows a row, at the same place of the screen as the row that was selected before.
    mutating func show(row: Int) {
        let step = row - window.selection
        let isScrolled = window.offset > 0
        window.setCount(
            arrangement.map { $0.positions.count + ($0.hasTail ? 1 : 0) } ?? list.count)
        // At the very top new jobs push the others down; anywhere else the picture stands still.
        if isScrolled { window.scroll(by: step) }
        window.select(row)
    }
}
