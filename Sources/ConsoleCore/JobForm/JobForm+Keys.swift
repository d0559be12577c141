public import ConsoleGrid

// The rule for keys in the form, in the manner of terminal forms: tab, enter and the vertical arrows walk the rows, in
// text and out of it; ctrl-space, or → behind the last letter, opens the list of candidates; while the list is open the
// same keys walk and take candidates. So tab never depends on what an answer has brought.

extension JobForm {
    /// Its keys.
    public static let keys = KeyTable<State, Action>(
        "form",
        listRows.map(\.inText) + coveredRows + sendingRows.map(\.inText)
            + formRows + editRows.map(\.inText))

    /// What a key comes to; nil when the form has no use for it.
    public static func verdict(
        for key: KeyPress, in state: State, by keymap: Keymap = .standard
    ) -> Verdict<Action>? {
        if let picker = state.picker {
            return DataPicker.verdict(for: key, in: picker, by: keymap)?.map(Action.picker)
        }
        if let presets = state.presets {
            return Presets.verdict(for: key, in: presets, by: keymap)?.map(Action.presets)
        }
        if state.isBoarded { return sweepKeys.verdict(for: key, in: state, by: keymap) }
        if let verdict = keys.verdict(
            for: key, in: state, by: keymap, isTyping: isEditingText(state))
        {
            return verdict
        }
        if case .paste(let text) = key, isWholeJob(text) { return paste(text, in: state) }
        if case .mouse(let event) = key { return wheel(event.kind, in: state) }
        let row = focusedRow(in: state)
        guard !state.isFormCovered, row.isText else { return nil }
        var field = state.entry.texts[row.field] ?? TextField()
        guard field.handle(key) else { return nil }
        if let reason = lock(of: state) { return .refuse(because: reason) }
        if let refusal = row.refusal { return .refuse(because: refusal) }
        if case .paste(let text) = key, text.utf8.count > TextField.lengthLimit {
            let limit = Words.grouped(TextField.lengthLimit)
            return .refuse(because: "a field holds at most \(limit) characters")
        }
        return .send(.textEdited(key: key))
    }

    /// Whether plain letters go into the form before anything else.
    public static func isEditingText(_ state: State) -> Bool {
        if let picker = state.picker { return DataPicker.isEditingText(picker) }
        if let presets = state.presets { return Presets.isEditingText(presets) }
        if state.isBoarded { return false }
        let row = focusedRow(in: state)
        return row.isText && row.refusal == nil && state.phase == nil && !state.isFormCovered
    }

    /// The footer's hints.
    public static func hints(in state: State, by keymap: Keymap = .standard) -> [KeyHint] {
        if let presets = state.presets { return Presets.keys.hints(in: presets, by: keymap) }
        if state.isBoarded { return sweepKeys.hints(in: state, by: keymap) }
        return state.picker.map { DataPicker.hints(in: $0, by: keymap) }
            ?? keys.hints(in: state, by: keymap)
    }

    /// The keys of what is in front: a title and the rows for the help page.
    public static func help(
        for state: State, by keymap: Keymap = .standard
    ) -> (title: String, rows: [KeyHelp]) {
        if state.presets != nil { return ("Presets", Presets.keys.helpRows(by: keymap)) }
        if state.isBoarded { return ("Sweep", sweepKeys.helpRows(by: keymap)) }
        return state.picker == nil
            ? ("New job", keys.helpRows(by: keymap))
            : ("Choosing data", DataPicker.keys.helpRows(by: keymap))
    }

    private static func paste(_ text: String, in state: State) -> Verdict<Action> {
        if let reason = lock(of: state) { return .refuse(because: reason) }
        guard text.utf8.count <= jobTextLimitBytes else {
            let limit = Words.bytes(Int64(jobTextLimitBytes))
            return .refuse(because: "a text of more than \(limit) is no job")
        }
        return .send(.jobPasted(text: text))
    }

    private static func wheel(_ kind: MouseEvent.Kind, in state: State) -> Verdict<Action>? {
        switch kind {
        case .wheelUp, .wheelDown:
            let step: ListMove = kind == .wheelUp ? .up : .down
            if state.isFormCovered { return .send(.requestScrolled(step: step)) }
            return .send(
                state.completion == nil ? .rowMoved(step: step) : .completionMoved(step: step))
        case .left, .middle, .right, .release, .double: return nil
        }
    }

    /// Why nothing can be changed now.
    private static func lock(of state: State) -> String? {
        state.phase == nil ? nil : "the job is being sent, and the form waits for the answer"
    }
}

// MARK: - Rows

extension JobForm {
    private typealias Binding = KeyRow<State, Action>

    private static func listRow(
        _ keys: String, hint: String = "", help: String, _ action: Action
    ) -> Binding {
        Binding(keys, hint: hint, help: help) { $0.completion == nil ? .pass : .send(action) }
    }

    private static let listRows: [Binding] = [
        Binding("list-take: <enter>", hint: "take", help: "In the list: takes the candidate.") {
            state in
            state.completion?.highlighted == nil ? .pass : .send(.completionTaken)
        },
        listRow(
            "list-down: <down> <tab>", hint: "choose", help: "In the list: the next candidate.",
            .completionMoved(step: .down)),
        listRow(
            "list-up: <up> <backtab>", help: "In the list: the candidate before.",
            .completionMoved(step: .up)),
        listRow(
            "list-page-down: <pgdn>", help: "In the list: a page down.",
            .completionMoved(step: .pageDown)),
        listRow(
            "list-page-up: <pgup>", help: "In the list: a page up.", .completionMoved(step: .pageUp)
        ),
        listRow(
            "list-close: <esc>", hint: "close",
            help: "In the list: closes it, leaving the text as typed.",
            .completionClosed),
    ]

    private static func coveredRow(
        _ keys: String, hint: String = "", help: String, _ action: Action
    ) -> Binding {
        Binding(keys, hint: hint, help: help) { $0.isFormCovered ? .send(action) : .pass }
    }

    private static let coveredRows: [Binding] = [
        coveredRow(
            "request-close: <esc>", hint: "back to the form",
            help: "Over the request: back to the form.",
            .requestToggled),
        coveredRow(
            "request-copy: y", hint: "copy", help: "Over the request: copies it.", .requestCopied),
        coveredRow(
            "request-down: <down> j", help: "Over the request: a line down.", scrolled(.down)),
        coveredRow("request-up: <up> k", help: "Over the request: a line up.", scrolled(.up)),
        coveredRow(
            "request-first: <home> g", help: "Over the request: its first line.", scrolled(.first)),
        coveredRow(
            "request-last: <end> G", help: "Over the request: its last line.", scrolled(.last)),
        Binding("request-page-down: <pgdn>", help: "With the request shown: a page of it down.") {
            state in
            state.showsRequest(columns: state.size.columns) ? .send(scrolled(.pageDown)) : .pass
        },
        Binding("request-page-up: <pgup>", help: "With the request shown: a page of it up.") {
            state in
            state.showsRequest(columns: state.size.columns) ? .send(scrolled(.pageUp)) : .pass
        },
    ]

    private static func scrolled(_ step: ListMove) -> Action { .requestScrolled(step: step) }

    private static let sendingRows: [Binding] = [
        Binding("submit: <ctrl-s>", hint: "submit", help: "Submits the job.") { state in
            lock(of: state).map { .refuse(because: $0) } ?? .send(.submitPressed)
        },
        Binding("submit-row: <enter>", help: "On Submit: submits the job.") { state in
            guard state.focus == .submit, !state.isFormCovered else { return .pass }
            return lock(of: state).map { .refuse(because: $0) } ?? .send(.submitPressed)
        },
    ]

    private static let formRows: [Binding] = [
        formRow(
            "next-row: <tab> <down> <enter>", hint: "next row", help: "The next row.",
            .rowMoved(step: .down)
        ),
        formRow("previous-row: <backtab> <up>", help: "The row before.", .rowMoved(step: .up)),
        plainRow("down: j", help: "Outside of text: the next row.", .rowMoved(step: .down)),
        plainRow("up: k", help: "Outside of text: the row before.", .rowMoved(step: .up)),
        plainRow("first: g", help: "Outside of text: the first row.", .rowMoved(step: .first)),
        plainRow("last: G", help: "Outside of text: the last row.", .rowMoved(step: .last)),
        formRow(
            "page-down: <pgdn>", help: "Half a screen of rows down.", .rowMoved(step: .pageDown)),
        formRow("page-up: <pgup>", help: "Half a screen of rows up.", .rowMoved(step: .pageUp)),
        choiceRow(
            "choice-next: <right> l <space>", hint: "choose", help: "On choices: the next.", true),
        choiceRow("choice-previous: <left> h", help: "On choices: the one before.", false),
        Binding(
            "list: <ctrl-space>", hint: "list",
            help: "Lists data assets, datastores, local paths or choices for the row."
        ) { state in
            guard !state.isFormCovered, state.completion == nil else { return .pass }
            if let reason = lock(of: state) { return .refuse(because: reason) }
            return focusedRow(in: state).isCompletable ? .send(.completionOpened) : .pass
        },
        Binding(
            "pick-data: <ctrl-o> <f3>", hint: "pick data",
            help: "Opens the picker: assets, datastores, local files, job outputs, recent."
        ) { state in
            guard !state.isFormCovered, focusedRow(in: state).isReference else { return .pass }
            if let reason = lock(of: state) { return .refuse(because: reason) }
            return .send(.pickPressed)
        },
        Binding(
            "list-behind-text: <right>",
            help: "Behind the last letter of data: lists as ctrl-space does."
        ) {
            state in
            let row = focusedRow(in: state)
            guard isEditingText(state), row.isCompletable, state.completion == nil else {
                return .pass
            }
            let isAtEnd = state.entry.texts[row.field]?.tail.isEmpty ?? true
            return isAtEnd ? .send(.completionOpened) : .pass
        },
    ]

    private static let editRows: [Binding] = [
        Binding(
            "request: <ctrl-r> <f2>", hint: "request", help: "Shows or hides the exact request.",
            sends: .requestToggled),
        lockedRow("clear-row: <ctrl-u>", help: "Empties the row.", .fieldCleared),
        Binding("undo: <ctrl-z>", hint: "undo", help: "Takes the last change back.") { state in
            if let reason = lock(of: state) { return .refuse(because: reason) }
            return state.past.isEmpty
                ? .refuse(because: "nothing has been changed") : .send(.undoPressed)
        },
        Binding("redo: <ctrl-y>", help: "Makes the change again that was taken back.") { state in
            if let reason = lock(of: state) { return .refuse(because: reason) }
            return state.future.isEmpty
                ? .refuse(because: "nothing has been taken back") : .send(.redoPressed)
        },
        Binding(
            "sweep: <alt-s> <f6>", hint: "sweep",
            help: "Switches the row between one value and a list or range: one job for each."
        ) { state in
            guard !state.isFormCovered, isSweepable(focusedRow(in: state)) else { return .pass }
            return lock(of: state).map { .refuse(because: $0) } ?? .send(.sweepToggled)
        },
        lockedRow(
            "presets: <alt-p> <f4>", hint: "presets",
            help: "Saves the form under a name, or fills it with what was saved.", .presetsPressed),
        Binding("recent: <alt-r> <f7>", help: "Lists what was given to this row before.") { state in
            guard !state.isFormCovered, focusedRow(in: state).isText else { return .pass }
            if let reason = lock(of: state) { return .refuse(because: reason) }
            return recentValues(of: focusedRow(in: state), in: state).isEmpty
                ? .refuse(because: "nothing else was given to this row before")
                : .send(.recentPressed)
        },
        lockedRow(
            "refresh: <f5>", help: "Looks again at the data and the deployments.", .lookAgainPressed
        ),
        Binding("copy-request: <alt-y>", help: "Copies the request.", sends: .requestCopied),
        Binding("jobs: <alt-j>", help: "Shows the endpoint's jobs.", sends: .jobsPressed),
    ]

    private static func formRow(
        _ keys: String, hint: String = "", help: String, _ action: Action
    ) -> Binding {
        Binding(keys, hint: hint, help: help) { $0.isFormCovered ? .pass : .send(action) }.inText
    }

    /// A letter that moves where it cannot be typed.
    private static func plainRow(_ keys: String, help: String, _ action: Action) -> Binding {
        Binding(keys, help: help) { state in
            isEditingText(state) || state.isFormCovered ? .pass : .send(action)
        }
    }

    private static func choiceRow(
        _ keys: String, hint: String = "", help: String, _ isForward: Bool
    ) -> Binding {
        Binding(keys, hint: hint, help: help) { state in
            guard !state.isFormCovered, !focusedRow(in: state).options.isEmpty else {
                return .pass
            }
            if let reason = lock(of: state) { return .refuse(because: reason) }
            return .send(.choiceMoved(isForward: isForward))
        }
    }

    private static func lockedRow(
        _ keys: String, hint: String = "", help: String, _ action: Action
    ) -> Binding {
        Binding(keys, hint: hint, help: help) { state in
            lock(of: state).map { .refuse(because: $0) } ?? .send(action)
        }
    }
}
