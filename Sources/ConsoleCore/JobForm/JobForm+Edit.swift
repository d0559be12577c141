import BatchModel
import ConsoleGrid

extension JobForm {
    /// Remembers the form as it is, so that the change about to be made can be taken back.
    static func record(_ edit: Edit, in state: inout State) {
        defer { state.lastEdit = edit }
        if case .typing = edit, state.lastEdit == edit { return }
        state.past.append(state.entry)
        if state.past.count > State.undoLimit { state.past.removeFirst() }
        state.future = []
    }

    /// Takes the newest change back.
    static func undo(_ state: inout State) {
        guard state.phase == nil, let entry = state.past.popLast() else { return }
        state.future.append(state.entry)
        restore(entry, in: &state)
    }

    /// Makes the change again that was taken back last.
    static func redo(_ state: inout State) {
        guard state.phase == nil, let entry = state.future.popLast() else { return }
        state.past.append(state.entry)
        restore(entry, in: &state)
    }

    private static func restore(_ entry: Entry, in state: inout State) {
        let fields = Set(entry.texts.keys).union(state.entry.texts.keys)
        let changed = fields.filter {
            (entry.texts[$0]?.value ?? "") != state.text(of: $0)
        }
        for field in changed {
            state.origins[field] = nil
            state.touched.insert(field)
        }
        state.entry = entry
        state.lastEdit = nil
        state.completion = nil
        state.notice = nil
        // The change is shown where it was made.
        if changed.count == 1, let field = changed.first { state.focus = field }
        keepFocus(&state)
    }

    /// Does what a key asks of the focused row's text.
    static func edit(_ state: inout State, with key: KeyPress) -> [Effect] {
        let row = focusedRow(in: state)
        guard row.isText, row.refusal == nil, state.phase == nil else { return [] }
        let old = state.entry.texts[row.field] ?? TextField()
        // A value that nobody typed yet is replaced as a whole, as if it were selected.
        var field = isWriting(key) && state.origins[row.field] != nil ? TextField() : old
        guard field.handle(cleaned(key)) else { return [] }
        if field.value != old.value {
            record(key.typed == nil ? .other : .typing(row.field), in: &state)
            noteChange(of: row.field, in: &state)
        } else if field.cursor != old.cursor {
            state.lastEdit = nil
        }
        state.entry.texts[row.field] = field
        return retypeCompletion(&state)
    }

    /// Empties the focused row; a row of choices goes back to its default.
    static func clear(_ state: inout State) -> [Effect] {
        let row = focusedRow(in: state)
        guard row.refusal == nil, state.phase == nil else { return [] }
        guard !state.text(of: row.field).isEmpty || row.field == .deployment else { return [] }
        record(.other, in: &state)
        assign("", to: row, in: &state)
        return retypeCompletion(&state)
    }

    /// Goes to the next or the one before of the focused row's choices, round and round.
    static func choose(_ state: inout State, isForward: Bool) {
        let row = focusedRow(in: state)
        guard row.refusal == nil, state.phase == nil, !row.options.isEmpty else { return }
        // An empty choice stands for the default and is a stop of its own where there is one.
        let stops = row.isOptional ? [""] + row.options : row.options
        let here = stops.firstIndex(of: value(of: row, in: state))
        let next: Int
        switch here {
        case nil: next = isForward ? 0 : stops.count - 1
        case let index?: next = (index + (isForward ? 1 : stops.count - 1)) % stops.count
        }
        record(.other, in: &state)
        assign(stops[next], to: row, in: &state)
    }

    /// Takes one of the focused row's choices.
    static func choose(_ option: String, in state: inout State) {
        let row = focusedRow(in: state)
        guard row.refusal == nil, state.phase == nil, row.options.contains(option) else { return }
        guard value(of: row, in: state) != option else { return }
        record(.other, in: &state)
        assign(option, to: row, in: &state)
    }

    /// The choice of a row of choices; the text of any other.
    static func value(of row: Row, in state: State) -> String {
        row.field == .deployment
            ? state.deploymentName?.rawValue ?? "" : state.text(of: row.field)
    }

    /// Gives a row a value; empty for none.
    static func assign(_ text: String, to row: Row, in state: inout State) {
        noteChange(of: row.field, in: &state)
        guard row.field != .deployment else {
            state.entry.chosen = text.isEmpty ? nil : Deployment.Name(text)
            keepFocus(&state)
            return
        }
        state.entry.texts[row.field] = TextField(text)
    }

    /// Moves the focus by a step through the rows.
    static func move(_ state: inout State, _ step: ListMove) {
        let fields = rows(in: state).map(\.field)
        var window = ListWindow(count: fields.count, height: max(1, state.size.rows / 2))
        window.select(fields.firstIndex(of: state.focus) ?? 0)
        window.move(step)
        state.focus = fields[window.selection]
        state.clickedTop = nil
        state.completion = nil
        state.lastEdit = nil
        state.notice = nil
    }

    /// Puts the focus on the first input, where a person most likely has something to say.
    static func focusFirstInput(_ state: inout State) {
        let rows = rows(in: state)
        state.focus = rows.first { $0.section == .inputs }?.field ?? .deployment
    }

    /// Keeps the focus on a row that exists.
    static func keepFocus(_ state: inout State) {
        if !rows(in: state).contains(where: { $0.field == state.focus }) {
            state.focus = .deployment
        }
    }

    private static func noteChange(of field: Field, in state: inout State) {
        state.touched.insert(field)
        state.origins[field] = nil
        state.notice = nil
        state.isResendArmed = false
    }

    /// Whether a key brings text of its own.
    private static func isWriting(_ key: KeyPress) -> Bool {
        if case .paste = key { return true }
        return key.typed != nil
    }

    /// Pasted text often brings the blanks and the line break around it.
    private static func cleaned(_ key: KeyPress) -> KeyPress {
        if case .paste(let text) = key { return .paste(String(text.trimmingSpaces)) }
        return key
    }
}
