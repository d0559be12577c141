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
        var isFailedFirst = false
        var arrangement: Arrangement?

        /// The job that is asked about before it is cancelled.
        var question: Job?
        /// Jobs whose cancellation the service is being asked for.
        var cancelling: [Job] = []
        /// Until when an accepted cancellation outweighs older answers.
        var holds: [Job.ID: Timestamp] = [:]
        /// What a cancellation came to, when that is not visible otherwise.
        var notice: String?
        /// True from the refresh key to the answer.
        var isRefreshing = false
        var size = Size.zero

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

    /// Some of the rows of the list, in an order of their own.
    struct Arrangement: Sendable, Equatable {
        /// Positions in the whole list, in the order they are shown.
        var positions: [Int]
        /// The rows it was made from: those before this position.
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

    /// Where in the whole list a visible row is; nil for the row that stands for what comes after.
    func position(ofRow row: Int) -> Int? {
        guard let arrangement else { return row }
        return arrangement.positions.indices.contains(row) ? arrangement.positions[row] : nil
    }

    /// A job that is held, wherever it stands.
    func knownJob(_ id: Job.ID) -> Job? {
        var found: Job?
        list.pages.forEach { _, job in if job.id == id { found = job } }
        return found
    }

    /// The job of a visible row, nil while it is not held.
    func job(atRow row: Int) -> Job? { position(ofRow: row).flatMap { list.pages[$0] } }

    /// The selected job, nil when there is none or its row is not held.
    var selectedJob: Job? { window.selected.flatMap { job(atRow: $0) } }

    /// True while nobody has chosen a row: then the newest stays selected.
    var isFollowing: Bool { !hasMoved && window.selection == 0 }

    /// True when a filter is on that lets not every row pass.
    var isFiltered: Bool { !filter.query.isEmpty }

    /// True while the run of rows that the filter works on is being made longer.
    var isLookingOn: Bool {
        guard isFiltered, let arrangement else { return false }
        return arrangement.isPartial && arrangement.scope < Jobs.heldRowsLimit
    }

    /// When the oldest page on screen was answered.
    var asOf: Timestamp? {
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
