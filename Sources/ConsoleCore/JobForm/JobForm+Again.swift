public import BatchModel
import ConsoleGrid

// "Again, but with threshold 0.7": a form that begins where an earlier job began, and shows what was changed since.
//
// The job's own answer comes first: which inputs it had and what they were. The settings it alone had are not told by the
// service; of a job that was sent from here the journal has them, and they follow into the rows that nobody has touched
// meanwhile. Of other jobs the deployment's hold, and the form says so. Outputs are not repeated, because a place that
// holds results already is refused (ES §6 R13).

extension JobForm {
    /// The job that a form does again.
    struct Earlier: Sendable, Equatable {
        /// The service's name of it; nil for what is no job.
        var id: Job.ID?
        /// What people call it.
        var name: String
        /// What its rows said.
        var texts: [Field: String]
        /// False for a form that was filled from elsewhere over what it said.
        var isRepeat = true
        /// Whether `texts` has the settings and the experiment too.
        var hasSettings = false
    }

    /// What is known of an earlier job beside what the service tells.
    public struct Past: Sendable, Hashable, Codable {
        /// What it was given.
        public var draft: JobDraft
        /// What is not as it was, a sentence each.
        public var notes: [String]
        /// Whether the draft has the settings the job alone had.
        public var hasSettings: Bool

        /// Describes an earlier job.
        public init(draft: JobDraft, notes: [String], hasSettings: Bool) {
            self.draft = draft
            self.notes = notes
            self.hasSettings = hasSettings
        }
    }

    /// What a row said in the earlier job, when it says something else now.
    static func changeNote(of row: Row, in state: State) -> [[Span]] {
        guard let earlier = state.earlier, earlier.tells(row.field) else { return [] }
        let old = earlier.texts[row.field] ?? ""
        guard old != state.text(of: row.field) else { return [] }
        return [[Span(old.isEmpty ? "was left out" : "was \(old)", .warning)]]
    }

    /// Takes in what the journal has of the job that is done again.
    static func pastFound(_ past: Past, of job: Job.ID, in state: inout State) {
        guard state.earlier?.id == job else { return }
        if past.hasSettings {
            state.earlier?.hasSettings = true
            for setting in Setting.allCases {
                takePast(value(of: setting, in: past.draft.overrides), .setting(setting), &state)
            }
            takePast(past.draft.experimentName, .experimentName, &state)
        }
        if !past.notes.isEmpty { state.notice = past.notes.joined(separator: " ") }
    }

    private static func takePast(_ text: String?, _ field: Field, _ state: inout State) {
        guard let text, !text.isEmpty else { return }
        state.earlier?.texts[field] = text
        guard !state.touched.contains(field) else { return }
        state.entry.texts[field] = TextField(text)
        state.origins[field] = .earlierJob
    }

    /// Whether a form says anything else than the earlier job did.
    static func changeCount(in state: State) -> Int {
        rows(in: state).filter { !changeNote(of: $0, in: state).isEmpty }.count
    }
}

extension JobForm.Earlier {
    /// Whether it is known what the earlier job's row said.
    func tells(_ field: JobForm.Field) -> Bool {
        switch field {
        case .input: true
        case .setting, .experimentName: hasSettings
        case .output, .jobName, .deployment, .submit: false
        }
    }
}

extension JobForm.State {
    /// Fills a new form with what a job was given.
    public mutating func repeatInputs(of job: Job) {
        var texts: [JobForm.Field: String] = [:]
        for (name, text) in job.inputs { texts[.input(name: name)] = text }
        // The name of a model deployment's input means nothing (ES §6 R1), and the kind may not be known yet.
        if job.inputs.count == 1, let only = job.inputs.values.first {
            texts[.input(name: "input")] = only
        }
        earlier = JobForm.Earlier(
            id: job.id, name: job.displayName.isEmpty ? job.id.rawValue : job.displayName,
            texts: texts)
        if let deployment = job.deployment { entry.chosen = deployment }
        for (field, text) in texts {
            entry.texts[field] = TextField(text)
            origins[field] = .earlierJob
        }
        _ = JobForm.settle(&self)
    }

    /// Keeps what was typed into an older form for the same deployment where undo finds it.
    mutating func lay(over older: JobForm.State) {
        guard !older.touched.isEmpty, older.entry != entry else { return }
        past = older.past + [older.entry]
        touched.formUnion(older.touched)
        notice = "What was typed here before is kept; \(key("undo")) brings it back."
    }
}
