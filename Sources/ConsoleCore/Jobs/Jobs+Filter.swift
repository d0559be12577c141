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
                query = try FilterQuery(field.value, columns: FilteredJob.columns)
                applied = field.value
                problem = nil
            } catch {
                problem = error.description
            }
            return true
        }

        /// Whether what passes changes while time goes by.
        var dependsOnTime: Bool { FilteredJob.changingColumns.contains { query.mentions($0) } }
    }

    /// Finds anew which rows are shown in which order, and keeps the selected job selected.
    static func arrange(_ state: inout State, now: Timestamp) {
        if state.found != nil {
            let selected = state.selectedJob?.id
            state.arrangement = foundArrangement(of: state, now: now)
            let row = state.isFollowing ? 0 : selected.flatMap { state.row(of: $0) }
            return state.show(row: row ?? state.window.selection)
        }
        let isOnTail =
            state.arrangement.map { state.window.selection >= $0.positions.count && $0.hasTail }
            ?? false
        state.arrangement = arrangement(of: state, now: now + state.clockAhead)
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
        guard state.isFiltered || state.order != .newest else { return nil }
        let scope = state.list.pages.unbrokenEnd
        var positions = Array(0..<scope)
        if state.isFiltered { positions = passing(state, positions, now: now) }
        positions = state.order.positions(positions, { state.list.pages[$0] }, at: now)
        let isPartial = state.list.isKnown && !state.list.ends(at: scope)
        return Arrangement(
            positions: positions, scope: scope, isPartial: isPartial,
            hasTail: isPartial && !state.isFiltered && scope < heldRowsLimit)
    }

    /// Those that pass: in the usual order the best match first and the newest first among equals, as the service's own
    /// search has them. In an order that a person chose nothing else counts.
    private static func passing(
        _ state: State, _ positions: [Int], now: Timestamp
    ) -> [Int] {
        let matcher = FilterMatcher(state.filter.query)
        let scored = positions.compactMap { position -> (score: Int, position: Int)? in
            guard let job = state.list.pages[position] else { return nil }
            let score = matcher.score(
                FilteredJob(job, owner: state.endpoint), showsEndpoint: state.showsEndpoint, at: now
            )
            return score.map { ($0, position) }
        }
        guard state.order == .newest else { return scored.map(\.position) }
        return scored.sorted { ($1.score, $0.position) < ($0.score, $1.position) }.map(\.position)
    }
}
