public import BatchModel
import ConsoleGrid

// "Again, but with threshold 0.7": a form that begins where an earlier job began, and shows what was changed since.
//
// The job's own answer is all that is taken: which inputs it had and what they were. Outputs are not repeated, because a
// place that holds results already is refused (ES §6 R13); settings of the earlier job are not told by the service, so the
// deployment's hold.

extension JobForm {
    /// The job that a form does again.
    struct Earlier: Sendable, Equatable {
        /// What people call it.
        var name: String
        /// What its rows said.
        var texts: [Field: String]
        /// False for a form that was filled from elsewhere over what it said.
        var isRepeat = true
    }

    /// What a row said in the earlier job, when it says something else now.
    static func changeNote(of row: Row, in state: State) -> [[Span]] {
        guard let earlier = state.earlier, row.section == .inputs else { return [] }
        let old = earlier.texts[row.field] ?? ""
        guard old != state.text(of: row.field) else { return [] }
        return [[Span(old.isEmpty ? "was left out" : "was \(old)", .warning)]]
    }

    /// Whether a form says anything else than the earlier job did.
    static func changeCount(in state: State) -> Int {
        rows(in: state).filter { !changeNote(of: $0, in: state).isEmpty }.count
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
            name: job.displayName.isEmpty ? job.id.rawValue : job.displayName, texts: texts)
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
