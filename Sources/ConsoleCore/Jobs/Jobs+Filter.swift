import BatchModel
import ConsoleGrid

extension Jobs {
    /// The filter line and what it means.
    struct Filter: Sendable, Equatable {
        var field = TextField()
        /// True while letters go into it.
        var isEditing = false
        /// The newest text that could be read.
        private(set) var query = FilterQuery.everything
        /// That text.
        private(set) var applied = ""
        /// Why the text cannot be read.
        private(set) var problem: String?

        /// Takes a key for the text; false when it means nothing to it.
        mutating func take(_ key: KeyPress) -> Bool {
            guard field.handle(key) else { return false }
            do {
                query = try FilterQuery(field.value, columns: Jobs.filterColumns)
                applied = field.value
                problem = nil
            } catch {
                problem = error.description
            }
            return true
        }

        /// Whether what passes changes while time goes by.
        var dependsOnTime: Bool {
            query.terms.contains { term in
                switch term.test {
                case .compare(let column, _, _), .contains(let column, _): column == "age"
                case .fuzzy, .regex, .columnRegex: false
                }
            }
        }
    }

    /// Finds anew which rows are shown in which order, and keeps the selected job selected.
    static func arrange(_ state: inout State, now: Timestamp) {
        let isOnTail =
            state.arrangement.map { state.window.selection >= $0.positions.count && $0.hasTail }
            ?? false
        state.arrangement = arrangement(of: state, now: now)
        if state.isFollowing {
            state.show(row: 0)
        } else if isOnTail {
            state.show(row: state.window.selection)
        } else if let arrangement = state.arrangement {
            let row = arrangement.positions.firstIndex(of: state.anchor)
            state.show(row: row ?? state.window.selection)
        } else {
            state.show(row: state.anchor)
        }
    }

    /// The rows to show; nil when that is the whole list as it is.
    private static func arrangement(of state: State, now: Timestamp) -> Arrangement? {
        guard state.isFiltered || state.isFailedFirst else { return nil }
        let scope = state.list.pages.unbrokenEnd
        var positions = Array(0..<scope)
        if state.isFiltered { positions = passing(state, positions, now: now) }
        if state.isFailedFirst { positions = failedFirst(positions, state.list.pages) }
        let isPartial = state.list.isKnown && !state.list.ends(at: scope)
        return Arrangement(
            positions: positions, scope: scope, isPartial: isPartial,
            hasTail: isPartial && !state.isFiltered && scope < heldRowsLimit)
    }

    private static func passing(
        _ state: State, _ positions: [Int], now: Timestamp
    ) -> [Int] {
        let matcher = FilterMatcher(state.filter.query)
        return positions.filter { position in
            guard let job = state.list.pages[position] else { return false }
            let owner = job.endpoint ?? state.endpoint
            let text = text(of: job, owner: state.showsEndpoint ? owner : nil)
            return matcher.score(text: text) { value(of: $0, in: job, owner: owner, now) } != nil
        }
    }

    /// What a row shows, and its id.
    private static func text(of job: Job, owner: Endpoint.Name?) -> String {
        var words = [JobLine.name(of: job)]
        if words[0] != job.id.rawValue { words.append(job.id.rawValue) }
        words.append(job.status.rawValue)
        if let owner { words.append(owner.rawValue) }
        if let deployment = job.deployment { words.append(deployment.rawValue) }
        return words.joined(separator: " ")
    }

    private static func value(
        of column: String, in job: Job, owner: Endpoint.Name?, _ now: Timestamp
    ) -> FilterValue? {
        switch column {
        case "status": .text(job.status.rawValue)
        case "endpoint": owner.map { .text($0.rawValue) }
        case "deployment": job.deployment.map { .text($0.rawValue) }
        case "name": .text(JobLine.name(of: job))
        case "id": .text(job.id.rawValue)
        case "experiment": job.experimentName.map { .text($0) }
        case "age": job.createdAt.map { .duration(now - $0) }
        default: nil
        }
    }

    /// Failed ones, then those under way, then the rest; newest first inside.
    private static func failedFirst(_ positions: [Int], _ pages: Pages) -> [Int] {
        var ranks: [[Int]] = [[], [], []]
        for position in positions {
            guard let status = pages[position]?.status else { continue }
            ranks[rank(of: status)].append(position)
        }
        return ranks.flatMap(\.self)
    }

    private static func rank(of status: JobStatus) -> Int {
        switch status {
        case .failed: 0
        case .notStarted, .starting, .provisioning, .preparing, .queued, .running, .finalizing,
            .cancelRequested, .notResponding, .paused, .unknown:
            1
        case .completed, .canceled: 2
        }
    }
}
