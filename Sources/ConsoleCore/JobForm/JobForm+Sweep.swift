import BatchModel
import ConsoleGrid

// Sweeping: rows whose text is a list or range stand for many jobs, one for each combination (`Sweep`).
//
// A swept row is a row of text whatever it was before, and its text is read by `Sweep.values`. Everything that asks what the
// form means asks for the draft of one combination; with no combination named it is the first, so that the request preview
// shows the first job exactly. Rules hold per row, so each value is checked with the other rows at their first: the sum of
// the values, not their product.
//
// The jobs are submitted one after another, each the way any job is: the answer to one orders the next (`SweepRun`).

extension JobForm {
    /// One job of a sweep.
    struct SweptDraft: Sendable, Equatable {
        /// `threshold=0.3`.
        var label: String
        var draft: JobDraft
    }

    /// Whether a row can take several values.
    static func isSweepable(_ row: Row) -> Bool {
        guard row.refusal == nil else { return false }
        switch row.field {
        case .input, .setting: return true
        case .deployment, .output, .experimentName, .jobName, .submit: return false
        }
    }

    /// Switches the focused row between one value and several.
    static func toggleSweep(_ state: inout State) {
        let row = focusedRow(in: state)
        guard isSweepable(row), state.phase == nil else { return }
        record(.other, in: &state)
        state.touched.insert(row.field)
        state.origins[row.field] = nil
        state.completion = nil
        state.notice = nil
        let text = state.text(of: row.field)
        if state.entry.swept.remove(row.field) != nil {
            let first = values(of: row.field, in: state).first ?? ""
            state.entry.texts[row.field] = TextField(first)
        } else {
            state.entry.swept.insert(row.field)
            // All of a few choices is what is most likely meant.
            let isList = text.isEmpty && !row.options.isEmpty
            let values = isList ? row.options : text.isEmpty ? [] : [String(text.trimmingSpaces)]
            state.entry.texts[row.field] = TextField(Sweep.text(of: values))
        }
    }

    /// The row as it is while it is swept.
    static func swept(_ row: Row) -> Row {
        var row = row
        row.isSwept = true
        switch row.widget {
        case .choice(let options):
            row.widget = .text
            row.notes.insert(options.joined(separator: ", "), at: 0)
        case .picker, .reference, .destination, .number, .text, .button: break
        }
        row.placeholder =
            row.widget == .reference
            ? "several, by commas: data assets, paths, URLs" : "a list (1, 5) or a range (1..5)"
        return row
    }

    /// Gives a row a value that was chosen from a list: one more of a swept row's.
    static func give(_ text: String, to row: Row, in state: inout State) {
        guard row.isSwept else { return assign(text, to: row, in: &state) }
        let values = values(of: row.field, in: state)
        let all = values.contains(text) ? values : values + [text]
        assign(Sweep.text(of: all), to: row, in: &state)
    }

    /// The values of a swept row; empty while its text is none.
    static func values(of field: Field, in state: State) -> [String] {
        (try? Sweep.values(of: state.text(of: field))) ?? []
    }

    /// The references that a row means: one, several while it is swept.
    static func references(of row: Row, in state: State) -> [DataReference] {
        guard state.entry.swept.contains(row.field), row.isReference, row.refusal == nil else {
            return reference(of: row, in: state).map { [$0] } ?? []
        }
        return values(of: row.field, in: state).compactMap { try? DataReference(parsing: $0) }
    }

    /// The rows that are swept now, in order.
    static func sweptRows(in state: State) -> [Row] {
        state.entry.swept.isEmpty
            ? [] : rows(in: state).filter { state.entry.swept.contains($0.field) }
    }

    /// What the form sweeps over; nil when it makes one job.
    static func sweep(in state: State) -> Sweep? {
        let rows = sweptRows(in: state)
        guard !rows.isEmpty else { return nil }
        return Sweep(
            axes: rows.map { row in
                Sweep.Axis(name: row.label, values: values(of: row.field, in: state))
            })
    }

    /// Every job of the form's sweep.
    static func sweptDrafts(in state: State) throws(SweepError) -> [SweptDraft] {
        guard let sweep = sweep(in: state) else { return [] }
        let fields = sweptRows(in: state).map(\.field)
        var drafts: [SweptDraft] = []
        for point in try sweep.points() {
            let chosen = Dictionary(zip(fields, point), uniquingKeysWith: { first, _ in first })
            drafts.append(
                SweptDraft(label: sweep.label(of: point), draft: draft(of: state, at: chosen)))
        }
        return drafts
    }
}

// MARK: - Problems

extension JobForm {
    /// What is wrong with the text of a swept row.
    static func sweptTextProblem(of row: Row, in state: State) -> DraftProblem? {
        let values: [String]
        do throws(SweepError) {
            values = try Sweep.values(of: state.text(of: row.field))
        } catch {
            return DraftProblem(
                field: draftField(of: row.field), detail: error.detail, advice: error.advice)
        }
        for value in values {
            if let problem = textProblem(of: row, text: value) { return problem }
        }
        return nil
    }

    /// What the rules say about values beyond the first, and about the sweep as a whole.
    static func sweepProblems(
        in state: State, _ deployment: Deployment, findings: [DataReference: ReferenceFinding]
    ) -> [DraftProblem] {
        let rows = sweptRows(in: state)
        guard !rows.isEmpty else { return [] }
        // A problem of a row that is not swept is said there, once.
        let all = Self.rows(in: state)
        var problems: [DraftProblem] = []
        for row in rows {
            let own = draftField(of: row.field)
            for value in values(of: row.field, in: state).dropFirst() {
                let draft = draft(of: state, at: [row.field: value])
                let found = DraftRules.problems(draft, deployment: deployment, findings: findings)
                    .filter { $0.field == own || field(of: $0, among: all) == row.field }
                problems += found.prefix(1).map { problem in
                    DraftProblem(
                        field: own, detail: "\(DraftSecrets.veiled(value)): \(problem.detail)",
                        advice: problem.advice)
                }
            }
        }
        do throws(SweepError) {
            _ = try sweep(in: state)?.points()
        } catch {
            problems.append(
                DraftProblem(
                    field: draftField(of: rows[0].field), detail: error.detail,
                    advice: error.advice))
        }
        let shared = sweep(in: state)?.sharedProblem(of: draft(of: state))
        return problems + [shared].compactMap(\.self)
    }

    private static func draftField(of field: Field) -> DraftField {
        switch field {
        case .input(let name): .input(name)
        case .output(let name): .output(name)
        case .setting(let setting): setting.draftField
        case .experimentName: .experimentName
        case .jobName: .jobName
        case .deployment, .submit: .deployment
        }
    }

    /// How many values a swept row has and how much is known of them.
    static func sweptFacts(of row: Row, in state: State, _ glyphs: Glyphs) -> [[Span]] {
        let values = values(of: row.field, in: state)
        guard !values.isEmpty else { return [] }
        var words = [Words.count(values.count, "value")]
        if row.isReference {
            let references = references(of: row, in: state)
            let open = references.filter { state.findings[$0] == nil }.count
            words.append(open == 0 ? "all found" : "\(Words.grouped(open)) being looked at")
        } else {
            words.append(values.prefix(12).joined(separator: " "))
            if values.count > 12 { words.append("and more") }
        }
        return [
            [
                Span("sweep ", .accent),
                Span(words.joined(separator: " \(glyphs.separator) "), .dim),
            ]
        ]
    }
}
