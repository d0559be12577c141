import BatchModel
import ConsoleGrid

// Marks are of jobs, not of rows: what comes in above, another order, a filter or a page that is dropped changes nothing
// about them. So the job itself is kept with its mark, as it was last heard of; what is done over the marks needs its
// state and must not depend on whether its row happens to be loaded.

extension Jobs {
    /// The jobs that are marked.
    struct Marks: Sendable, Equatable {
        /// As many as a filter may have matches.
        static let limit = heldRowsLimit

        private var jobs: [Job.ID: Job] = [:]
        /// The job that was marked last: where a range begins.
        private(set) var anchor: Job.ID?

        var isEmpty: Bool { jobs.isEmpty }
        var count: Int { jobs.count }
        var isFull: Bool { jobs.count >= Self.limit }

        func contains(_ id: Job.ID) -> Bool { jobs[id] != nil }

        /// The newest first, as in the list.
        var sorted: [Job] {
            jobs.values.sorted { one, other in
                guard one.createdAt != other.createdAt else { return one.id < other.id }
                guard let first = one.createdAt, let second = other.createdAt else {
                    return one.createdAt != nil
                }
                return first > second
            }
        }

        /// Marks a job; false when there are too many already.
        @discardableResult
        mutating func insert(_ job: Job) -> Bool {
            guard contains(job.id) || !isFull else { return false }
            jobs[job.id] = job
            anchor = job.id
            return true
        }

        mutating func remove(_ id: Job.ID) {
            jobs[id] = nil
            anchor = id
        }

        /// Takes the marks off jobs that an act is done with.
        mutating func strike(_ id: Job.ID) {
            jobs[id] = nil
            if anchor == id { anchor = nil }
        }

        /// Takes in what is heard of marked jobs.
        mutating func learn(_ newest: [Job]) {
            guard !jobs.isEmpty else { return }
            for job in newest where jobs[job.id] != nil { jobs[job.id] = job }
        }
    }

    /// What a key does about the marks.
    public enum MarkStep: String, Sendable, Hashable, Codable {
        /// Marks the selected job, or no longer, and goes to the next.
        case toggle
        /// From the job marked last to the selected one.
        case range
        /// Every job that is shown; when all are marked, none any more.
        case all
        case none
    }

    static func mark(_ state: inout State, _ step: MarkStep) {
        switch step {
        case .toggle: toggleMark(&state)
        case .range: markRange(&state)
        case .all: markAll(&state)
        case .none: state.marks = Marks()
        }
    }

    private static func toggleMark(_ state: inout State) {
        guard let job = state.selectedJob else { return }
        if state.marks.contains(job.id) {
            state.marks.remove(job.id)
        } else {
            guard state.marks.insert(job) else { return sayFull(&state) }
        }
        move(&state, .rowMoved(step: .down))
    }

    /// From the row marked last to the selected one.
    private static func markRange(_ state: inout State) {
        guard let selected = state.window.selected, let job = state.selectedJob else { return }
        let anchor = state.marks.anchor.flatMap { state.row(of: $0) } ?? selected
        let rows = min(anchor, selected)...max(anchor, selected)
        let jobs = state.heldJobs(inRows: rows)
        for one in jobs {
            guard state.marks.insert(one) else { return sayFull(&state) }
        }
        // The next range goes on from here.
        state.marks.insert(job)
        let missing = rows.count - jobs.count
        if missing > 0 {
            state.notice =
                "\(Words.count(missing, "job")) in between \(missing == 1 ? "is" : "are") not "
                + "loaded and not marked."
        }
    }

    /// Every row that is shown and loaded; when all of them are marked, none any more.
    private static func markAll(_ state: inout State) {
        let jobs = state.markableJobs
        if jobs.allSatisfy({ state.marks.contains($0.id) }) {
            for job in jobs { state.marks.remove(job.id) }
            return
        }
        for job in jobs {
            guard state.marks.insert(job) else { return sayFull(&state) }
        }
        guard let arrangement = state.arrangement, arrangement.isPartial else { return }
        if let found = state.found, found.page.isWhole {
            state.notice =
                "\(Words.count(jobs.count, "job")) marked, the best of "
                + "\(Words.count(found.page.matches, "match", "matches"))."
            return
        }
        state.notice =
            "\(Words.count(jobs.count, "job")) marked, of the newest "
            + "\(Words.grouped(arrangement.scope)): what lies behind was not looked at."
    }

    private static func sayFull(_ state: inout State) {
        state.notice =
            "No more than \(Words.count(Marks.limit, "job")) can be marked: "
            + "\(state.key("clear-marks")) clears the marks."
    }

    /// Why not all rows can be marked; nil when they can.
    static func markAllRefusal(in state: State) -> String? {
        guard state.list.isKnown else { return "no jobs are known yet" }
        guard !state.window.isEmpty else { return "there is no job here" }
        guard state.arrangement == nil, !state.list.ends(at: state.list.pages.unbrokenEnd) else {
            return nil
        }
        return "the list is longer than what is loaded: a filter (\(state.key("filter"))) says "
            + "which are meant"
    }

    /// Why two jobs cannot be compared now, as a clause.
    static func compareRefusal(in state: State) -> String? {
        state.marks.count == 2
            ? nil
            : "two jobs are compared: \(Words.grouped(state.marks.count)) marked "
                + "(\(state.key("mark")) marks)"
    }
}

extension Jobs.State {
    /// The jobs an act is for: the marked ones when there are any, else the selected one.
    var meantJobs: [Job] { marks.isEmpty ? selectedJob.map { [$0] } ?? [] : marks.sorted }

    /// The rows `*` is about.
    fileprivate var markableJobs: [Job] {
        guard let arrangement else { return heldJobs }
        return arrangement.positions.compactMap { job(at: $0) }
    }

    /// The jobs of some rows that are held; a list may be longer than can be walked.
    fileprivate func heldJobs(inRows rows: ClosedRange<Int>) -> [Job] {
        if arrangement != nil { return rows.compactMap { job(atRow: $0) } }
        var jobs: [(position: Int, job: Job)] = []
        list.pages.forEach { if rows.contains($0) { jobs.append(($0, $1)) } }
        return jobs.sorted { $0.position < $1.position }.map(\.job)
    }

    /// The row a job is shown in, nil when it is not shown or not held.
    func row(of id: Job.ID) -> Int? {
        guard let arrangement else {
            var position: Int?
            list.pages.forEach { if $1.id == id { position = $0 } }
            return position
        }
        return arrangement.positions.firstIndex { job(at: $0)?.id == id }
    }
}
