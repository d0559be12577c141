public import BatchModel
public import ConsoleGrid

// Two jobs side by side. Which facts there are and what counts as a difference is the model's (`JobComparison`), the same
// as for `job compare`; this screen shows the rows, all or only those that differ. A side that still moves is asked for
// again, and what is known of it stays while it is.

/// Two jobs, fact by fact.
public enum Compare {
    /// Everything the screen remembers.
    public struct State: Sendable, Equatable {
        /// The job on the left and the one on the right.
        public let left: Job.ID, right: Job.ID
        var sides: [Job.ID: Fetched<JobComparison.Side>] = [:]
        /// True when rows that say the same on both sides are left out.
        var isOnlyDifferences = false
        var scroll = Scroll()
        var size = Size.zero
        /// The keys in force: sentences name them.
        var keymap = Keymap.standard

        /// Two jobs of which nothing is known yet.
        public init(left: Job.ID, right: Job.ID) {
            self.left = left
            self.right = right
            for id in [left, right] { sides[id] = Fetched(isLoading: true) }
        }

        /// Takes the size of the place the screen is drawn in.
        public mutating func resized(to newSize: Size) {
            size = newSize
            Compare.fit(&self)
        }

        /// The facts, once both jobs are known.
        var comparison: JobComparison? {
            guard let one = sides[left]?.value, let other = sides[right]?.value else { return nil }
            return JobComparison(one, other)
        }

        /// Those that are shown.
        var rows: [JobComparison.Row] {
            guard let comparison else { return [] }
            return isOnlyDifferences ? comparison.differences : comparison.rows
        }
    }

    /// What can happen to the screen.
    public enum Action: Sendable, Equatable, Codable {
        case scrolled(step: ListMove)
        case wheelTurned(lines: Int)
        case differencesToggled
        case copyPressed
        case refreshPressed
        case jobOpened(job: Job.ID)
        case sideLoaded(side: JobComparison.Side)
        case sideRefused(job: Job.ID, failure: ServiceFailure)
        /// About a second has gone by.
        case ticked
    }

    /// What the screen wants done.
    public enum Effect: Sendable, Equatable {
        case load(Job.ID)
        case open(Place)
        case copy(text: String)
    }

    /// How old what is known of a job that still moves may be, and how long after a refusal it is asked for again.
    private static let activeAge: Duration = .seconds(5)

    /// Its breadcrumb.
    public static func title(of state: State) -> String { "two jobs" }

    /// What has to be asked when the screen opens.
    public static func opened(_ state: State) -> [Effect] {
        [.load(state.left), .load(state.right)]
    }

    /// Whether it has to be told every second that time passes.
    public static func isMoving(_ state: State) -> Bool {
        state.sides.values.contains { $0.value?.job.status.isActive ?? ($0.failure != nil) }
    }

    /// Takes in what happened and says what has to be done.
    public static func reduce(
        _ state: inout State, _ action: Action, now: Timestamp
    ) -> [Effect] {
        let effects = change(&state, action, now: now)
        fit(&state)
        return effects
    }

    private static func change(
        _ state: inout State, _ action: Action, now: Timestamp
    ) -> [Effect] {
        switch action {
        case .scrolled(let step): state.scroll.move(step)
        case .wheelTurned(let lines): state.scroll.move(by: lines)
        case .differencesToggled:
            state.isOnlyDifferences.toggle()
            state.scroll.show(line: 0)
        case .copyPressed: return state.comparison == nil ? [] : [.copy(text: text(of: state))]
        case .refreshPressed: return ask(&state) { !$0.isLoading }
        case .jobOpened(let job): return [.open(.jobDetail(job))]
        case .sideLoaded(let side):
            // Only what was asked for: another comparison's answer may come late.
            state.sides[side.job.id]?.succeed(side, asOf: now)
        case .sideRefused(let job, let failure):
            state.sides[job]?.fail(failure)
            state.sides[job]?.asOf = now
        case .ticked:
            return ask(&state) { side in
                let isMoving = side.value?.job.status.isActive ?? (side.failure != nil)
                return isMoving && !side.isLoading && now - (side.asOf ?? now) >= activeAge
            }
        }
        return []
    }

    private static func ask(
        _ state: inout State, where isWanted: (Fetched<JobComparison.Side>) -> Bool
    ) -> [Effect] {
        [state.left, state.right].compactMap { id in
            guard let side = state.sides[id], isWanted(side) else { return nil }
            state.sides[id]?.begin()
            return .load(id)
        }
    }

    static func fit(_ state: inout State) {
        let layout = layout(of: state, in: Rect(size: state.size))
        state.scroll.setHeight(layout.rows.rows)
        let offset = state.scroll.offset
        state.scroll.setCount(lines(of: state, columns: layout.rows.columns, .unicode).count)
        // Nobody follows the end of a text that is read from its beginning.
        state.scroll.show(line: offset)
    }

    /// The rows that are shown, as text with a line for each: section, name, left, right, whether they differ.
    static func text(of state: State) -> String {
        let rows = state.rows.map { row in
            [
                row.section.rawValue, row.name, words(row.left), words(row.right),
                row.difference.rawValue,
            ]
        }
        let head = ["", "", state.left.rawValue, state.right.rawValue, ""]
        return ([head] + rows).map { $0.joined(separator: "\t") }.joined(separator: "\n")
    }

    /// A value in words.
    static func words(_ value: JobComparison.Value) -> String {
        switch value {
        case .text(let text): text
        case .none: "none"
        case .unknown: "not known"
        }
    }
}
