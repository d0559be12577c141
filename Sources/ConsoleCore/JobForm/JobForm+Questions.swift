public import BatchModel
import ConsoleGrid

// The form, asked row by row: for whoever is asked in lines and not shown a screen. Rows, what may stand in them, what is
// prefilled and what is wrong are the form's own; only who asks is another.

extension JobForm {
    /// A row as a question.
    public struct Question: Sendable, Equatable {
        /// What part of the form it is in.
        public enum Part: Sendable, Equatable {
            case inputs, outputs, settings, names
        }

        /// The row's name, as it is in the request.
        public let label: String
        /// The part it is in.
        public let part: Part
        /// What it takes: type, bounds, default, or what happens without an answer.
        public let facts: [String]
        /// What its author wrote about it.
        public let summary: String?
        /// The only answers there are; empty when any text may be one.
        public let options: [String]
        /// True when a job cannot do without.
        public let isRequired: Bool
        /// What stands there now.
        public let answer: String
        /// Where what stands there came from, when nobody typed it: `suggested`.
        public let origin: String?
        /// What stands there as a reference to data, when it is one.
        public let reference: DataReference?
        fileprivate let field: Field
    }

    /// The rows that can be answered, in the order of the form; the deployment is chosen before.
    public static func questions(in state: State) -> [Question] {
        rows(in: state).compactMap { row in
            guard row.refusal == nil, let part = part(of: row) else { return nil }
            let facts = row.notes + (row.placeholder.isEmpty ? [] : [row.placeholder])
            return Question(
                label: row.label, part: part, facts: row.notes.isEmpty ? facts : row.notes,
                summary: row.summary, options: row.options, isRequired: !row.isOptional,
                answer: state.text(of: row.field), origin: state.origins[row.field]?.words,
                reference: reference(of: row, in: state), field: row.field)
        }
    }

    private static func part(of row: Row) -> Question.Part? {
        switch row.field {
        case .deployment, .submit: nil
        case .input: .inputs
        case .output: .outputs
        case .setting: .settings
        case .experimentName, .jobName: .names
        }
    }

    /// Puts an answer into its row; an empty one leaves it to the deployment.
    public static func answer(_ question: Question, with text: String, in state: inout State) {
        guard let row = rows(in: state).first(where: { $0.field == question.field }) else { return }
        let isLong = text.utf8.count > TextField.lengthLimit
        assign(isLong ? String(text.prefix(TextField.lengthLimit)) : text, to: row, in: &state)
    }

    /// Takes in what looking at references brought to light.
    public static func learn(
        _ findings: [DataReference: ReferenceFinding], in state: inout State
    ) {
        state.findings.merge(findings) { _, new in new }
    }

    /// What is wrong with a row as it is now.
    public static func problems(of question: Question, in state: State) -> [DraftProblem] {
        let rows = rows(in: state)
        return problems(in: state).filter { field(of: $0, among: rows) == question.field }
    }

    /// Everything that stands between the form and a job.
    public static func allProblems(in state: State) -> [DraftProblem] { problems(in: state) }
}
