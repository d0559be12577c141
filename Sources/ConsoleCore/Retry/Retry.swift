public import BatchModel
import ConsoleGrid

// A job once more: a box over whatever screen is in front asks how much of it. Nothing has focus that would send by
// accident: `a` takes all, `f` what failed, and everything else leaves things as they are.
//
// Whether anything failed, and how many files, stands in the job's report, which the service has to be asked for. The box
// asks as it opens and says what came of it beside the choice, so that nobody has to try to find out. For several jobs at
// once the reports are read as they are submitted: what cannot be done is said of each job by itself.

/// The box that asks how much of a job is wanted once more.
public enum Retry {
    /// What the box remembers.
    public struct State: Sendable, Equatable {
        /// The jobs that are submitted again, and why others are not.
        let plan: JobPlan
        /// Those of which only what failed can be taken.
        let failedPlan: JobPlan
        /// Where the box was opened: its new job takes one there, unless one has gone elsewhere meanwhile.
        let place: Place
        /// How many files failed; asked of a single job only.
        var failedFiles = Fetched<Int>()

        init(_ plan: JobPlan, at place: Place) {
            self.plan = plan
            self.place = place
            failedPlan = JobPlan(of: plan.jobs, refusal: Retry.failedRefusal)
        }

        /// The job, when it is one alone.
        var single: Job? { plan.jobs.count == 1 ? plan.jobs.first : nil }
    }

    /// What became of a job that was submitted once more.
    public struct Answer: Sendable, Hashable, Codable {
        /// The new job.
        public var job: Job
        /// What is not as it was, a sentence each.
        public var notes: [String]
        /// How many files it was given, when those that failed are all it was given.
        public var failedFiles: Int?

        /// Describes what became of it.
        public init(job: Job, notes: [String] = [], failedFiles: Int? = nil) {
            self.job = job
            self.notes = notes
            self.failedFiles = failedFiles
        }
    }

    /// What can happen to the box, and to what it has sent.
    public enum Action: Sendable, Equatable, Codable {
        case allPressed
        case failedPressed
        case dismissed
        case failedFilesCounted(job: Job.ID, count: Int)
        case failedFilesUnknown(job: Job.ID, failure: ServiceFailure)
        case accepted(of: Job.ID, answer: Answer)
        case refused(of: Job.ID, failure: ServiceFailure)
    }

    /// What the box wants done.
    public enum Effect: Sendable, Equatable {
        case countFailedFiles(Job.ID)
        /// Each by itself, a few at a time.
        case submit([Job.ID], onlyFailed: Bool)
    }

    /// Whether an action changes something on the service.
    public static func isMutating(_ action: Action) -> Bool {
        switch action {
        case .allPressed, .failedPressed: true
        case .dismissed, .failedFilesCounted, .failedFilesUnknown, .accepted, .refused: false
        }
    }

    /// Why a job is not submitted once more, as `not ended yet`; nil when it can be.
    static func refusal(of job: Job) -> String? {
        job.status.isTerminal ? nil : "not ended yet"
    }

    /// The same as a clause about the one job.
    static func clause(for job: Job) -> String? {
        refusal(of: job).map { _ in "the job has not ended: it is \(job.status)" }
    }

    /// Why only what failed of a job cannot be taken, as far as the job itself tells.
    static func failedRefusal(of job: Job) -> String? {
        if job.inputs.count > 1 {
            return "with several inputs: which one's files failed is not told"
        }
        let isClean = job.status == .completed && job.progress?.failedItems == 0
        return isClean ? "without a failed file" : nil
    }
}

// MARK: - Keys

extension Retry {
    /// Its keys.
    public static let keys = KeyTable<State, Action>(
        "retry", title: "Once more",
        [
            KeyRow(
                "all: a", hint: "all of it",
                help: "Submits all of it once more.", sends: .allPressed),
            KeyRow(
                "failed: f", hint: "what failed", help: "Submits only the files that failed.",
                sends: .failedPressed, unless: failedClause),
            KeyRow(
                "nothing: n <esc>", hint: "nothing", help: "Submits nothing.", sends: .dismissed),
        ])

    /// Why `f` does nothing, as a clause.
    static func failedClause(in state: State) -> String? {
        if let failure = state.failedFiles.failure { return failure.detail }
        guard state.failedPlan.jobs.isEmpty else { return nil }
        return state.single == nil
            ? "no job of these: \(state.failedPlan.reasons)"
            : "the job is \(state.failedPlan.leftOut.first?.reason ?? "")"
    }
}

// MARK: - View

extension Retry {
    static func draw(
        _ state: State, on screen: inout Screen, in place: Rect, by keymap: Keymap,
        _ context: ViewContext
    ) {
        let layout = layout(of: state, in: place, by: keymap)
        screen.fill(layout.box, style: .plain)
        screen.drawBox(
            layout.box, title: title(of: state), style: .focusBorder, glyphs: context.glyphs)
        let inside = layout.box.inset(rows: 1, columns: 2)
        for (index, line) in layout.lines.enumerated() {
            screen.write(line.spans, at: inside.line(index).origin, maxColumns: inside.columns)
        }
    }

    /// The box and its lines, each with the action it names.
    static func layout(
        of state: State, in place: Rect, by keymap: Keymap
    ) -> (box: Rect, lines: [(spans: [Span], action: String?)]) {
        let width = min(place.columns, 68)
        let columns = max(1, width - 4)
        var lines: [(spans: [Span], action: String?)] =
            Paragraph.wrap(detail(of: state), columns: columns, limit: 6)
            .map { ([Span($0, .text)], nil) }
        lines.append(([], nil))
        for (action, words, style) in choices(of: state) {
            let key = action.map { keys.keyName($0, by: keymap) } ?? "-"
            let indent = TextWidth.columns(of: key) + 2
            let wrapped = Paragraph.wrap(words, columns: max(1, columns - indent), limit: 3)
            for (index, line) in wrapped.enumerated() {
                let head = index == 0 ? "\(key)  " : String(repeating: " ", count: indent)
                lines.append(([Span(head, .key), Span(line, style)], action ?? "failed"))
            }
        }
        let box = place.centred(
            Size(rows: min(place.rows, lines.count + 2), columns: width))
        // Where room is short the choices are worth more than the words above them.
        return (box, lines.suffix(box.inset(rows: 1, columns: 2).rows))
    }

    /// What the mouse comes to: a click on a choice does what its key does.
    static func mouse(
        _ event: MouseEvent, in state: State, drawnIn place: Rect, by keymap: Keymap
    ) -> Verdict<Action>? {
        guard event.kind == .left || event.kind == .double else { return nil }
        let layout = layout(of: state, in: place, by: keymap)
        let inside = layout.box.inset(rows: 1, columns: 2)
        guard inside.contains(event.position) else { return nil }
        let index = event.position.row - inside.row
        guard layout.lines.indices.contains(index), let action = layout.lines[index].action else {
            return nil
        }
        return keys.verdict(doing: action, in: state)
    }

    private static func title(of state: State) -> String {
        state.single.map { "Retry \(JobLine.name(of: $0))?" }
            ?? "Retry \(Words.count(state.plan.jobs.count, "job"))?"
    }

    private static func detail(of state: State) -> String {
        var sentences: [String] = []
        if let job = state.single {
            let place = JobDetail.place(of: job)
            sentences.append(place.isEmpty ? "It is \(job.status)." : "\(place): \(job.status).")
            sentences.append("A new job is made; this one and its results stay.")
        } else {
            sentences.append("\(state.plan.names()).")
            sentences.append("Each makes a new job; the old ones and their results stay.")
        }
        if let words = state.plan.leftOutWords { sentences.append(words) }
        return sentences.joined(separator: " ")
    }

    private static func choices(
        of state: State
    ) -> [(action: String?, words: String, style: Style)] {
        let all = state.single == nil ? "all of each" : "all of it"
        return [
            ("all", all, .text), failedChoice(of: state),
            ("nothing", "nothing: leaves things as they are", .text),
        ]
    }

    private static func failedChoice(
        of state: State
    ) -> (action: String?, words: String, style: Style) {
        if let clause = failedClause(in: state) {
            return (nil, "not only what failed: \(clause)", .dim)
        }
        guard state.single != nil else {
            let count = state.failedPlan.jobs.count
            let rest = state.failedPlan.leftOutWords.map { " \($0)" } ?? ""
            return (
                "failed",
                "only what failed, of \(Words.grouped(count)): each job's report tells.\(rest)",
                .text
            )
        }
        if let count = state.failedFiles.value {
            return ("failed", "only the \(Words.count(count, "file")) that failed", .text)
        }
        return ("failed", "only what failed: asking the job's report how much that is", .text)
    }
}
