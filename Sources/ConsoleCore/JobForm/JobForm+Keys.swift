import ConsoleGrid

// The rule for keys in the form, in the manner of terminal forms: tab, enter and the vertical arrows walk the rows, in
// text and out of it; ctrl-space, or → behind the last letter, opens the list of candidates; while the list is open the
// same keys walk and take candidates. So tab never depends on what an answer has brought.

extension JobForm {
    /// Its keys.
    public static let keys = KeyTable<State, Action>(
        "form", title: "New job", listRows + coveredRows + sendingRows + formRows + editRows,
        typing: .init(while: isEditingText, take: typed),
        mouse: mouse)

    /// What has the keys: the form, or what it has opened over itself.
    static func front(of state: State, by keymap: Keymap = .standard) -> any KeyFront<Action> {
        if let picker = state.picker {
            return TableFront(DataPicker.keys, picker, by: keymap).raised { .send(.picker($0)) }
        }
        if let presets = state.presets {
            return TableFront(Presets.keys, presets, by: keymap).raised { .send(.presets($0)) }
        }
        return TableFront(state.isBoarded ? sweepKeys : keys, state, by: keymap)
    }

    private static func isEditingText(_ state: State) -> Bool {
        let row = focusedRow(in: state)
        return row.isText && row.refusal == nil && state.phase == nil && !state.isFormCovered
    }

    /// What a key comes to that no row is for: a whole job that is pasted, or text for the row.
    private static func typed(_ key: KeyPress, in state: State) -> Verdict<Action>? {
        if case .paste(let text) = key, isWholeJob(text) { return paste(text, in: state) }
        let row = focusedRow(in: state)
        guard !state.isFormCovered, row.isText else { return nil }
        var field = state.entry.texts[row.field] ?? TextField()
        guard field.handle(key) else { return nil }
        if let reason = lockRefusal(in: state) { return .refuse(because: reason) }
        if let refusal = row.refusal { return .refuse(because: refusal) }
        if case .paste(let text) = key, text.utf8.count > TextField.lengthLimit {
            let limit = Words.grouped(TextField.lengthLimit)
            return .refuse(because: "a field holds at most \(limit) characters")
        }
        return .send(.textEdited(key: key))
    }

    private static func paste(_ text: String, in state: State) -> Verdict<Action> {
        if let reason = lockRefusal(in: state) { return .refuse(because: reason) }
        guard text.utf8.count <= jobTextLimitBytes else {
            let limit = Words.bytes(Int64(jobTextLimitBytes))
            return .refuse(because: "a text of more than \(limit) is no job")
        }
        return .send(.jobPasted(text: text))
    }

    /// Why nothing can be changed now.
    static func lockRefusal(in state: State) -> String? {
        state.phase == nil ? nil : "the job is being sent, and the form waits for the answer"
    }
}

// MARK: - Rows

extension JobForm {
    private typealias Binding = KeyRow<State, Action>

    private static let listRows: [Binding] =
        ([
            Binding(
                "list-take: <enter>", hint: "take", help: "In the list: takes the candidate.",
                sends: .completionTaken, when: { $0.completion?.highlighted != nil }),
            Binding(
                "list-down: <down> <tab>", hint: "choose",
                help: "In the list: the next candidate.", sends: .completionMoved(step: .down)),
        ]
        + Binding.moves(
            prefix: "list-",
            [
                (.up, "<up> <backtab>", "In the list: the candidate before."),
                (.pageDown, "<pgdn>", "In the list: a page down."),
                (.pageUp, "<pgup>", "In the list: a page up."),
            ], sends: Action.completionMoved(step:))
        + [
            Binding(
                "list-close: <esc>", hint: "close",
                help: "In the list: closes it, leaving the text as typed.",
                sends: .completionClosed)
        ]).when { $0.completion != nil }.inText()

    private static let coveredRows: [Binding] =
        ([
            Binding(
                "request-close: <esc>", hint: "back to the form",
                help: "Over the request: back to the form.", sends: .requestToggled),
            Binding(
                "request-copy: y", hint: "copy", help: "Over the request: copies it.",
                sends: .requestCopied),
        ]
        + Binding.moves(
            prefix: "request-",
            [
                (.down, "<down> j", "Over the request: a line down."),
                (.up, "<up> k", "Over the request: a line up."),
                (.first, "<home> g", "Over the request: its first line."),
                (.last, "<end> G", "Over the request: its last line."),
            ], sends: Action.requestScrolled(step:))).when { $0.isFormCovered }
        + Binding.moves(
            prefix: "request-",
            [
                (.pageDown, "<pgdn>", "With the request shown: a page of it down."),
                (.pageUp, "<pgup>", "With the request shown: a page of it up."),
            ], sends: Action.requestScrolled(step:)
        ).when { $0.showsRequest(columns: $0.size.columns) }

    private static let sendingRows: [Binding] = [
        Binding(
            "submit: <ctrl-s>", hint: "submit", help: "Submits the job.", sends: .submitPressed,
            unless: lockRefusal),
        Binding(
            "submit-row: <enter>", help: "On Submit: submits the job.", sends: .submitPressed,
            when: { $0.focus == .submit && !$0.isFormCovered }, unless: lockRefusal),
    ].inText()

    private static let formRows: [Binding] =
        ([
            Binding(
                "next-row: <tab> <down> <enter>", hint: "next row", help: "The next row.",
                sends: .rowMoved(step: .down)
            ).inText,
            Binding(
                "previous-row: <backtab> <up>", help: "The row before.",
                sends: .rowMoved(step: .up)
            ).inText,
        ]
        + Binding.moves(
            [
                (.down, "j", "Outside of text: the next row."),
                (.up, "k", "Outside of text: the row before."),
                (.first, "g", "Outside of text: the first row."),
                (.last, "G", "Outside of text: the last row."),
            ], sends: Action.rowMoved(step:)
        ).when { !isEditingText($0) }
        + Binding.moves(
            [
                (.pageDown, "<pgdn>", "Half a screen of rows down."),
                (.pageUp, "<pgup>", "Half a screen of rows up."),
            ], sends: Action.rowMoved(step:)
        ).inText() + focusRows).when { !$0.isFormCovered }

    /// What can be done with the row that has the focus.
    private static let focusRows: [Binding] = [
        choiceRow(
            "choice-next: <right> l <space>", hint: "choose", help: "On choices: the next.", true),
        choiceRow("choice-previous: <left> h", help: "On choices: the one before.", false),
        Binding(
            "list: <ctrl-space>", hint: "list",
            help: "Lists data assets, datastores, local paths or choices for the row."
        ) { state in
            guard state.completion == nil else { return .pass }
            if let reason = lockRefusal(in: state) { return .refuse(because: reason) }
            return focusedRow(in: state).isCompletable ? .send(.completionOpened) : .pass
        },
        Binding(
            "pick-data: <ctrl-o> <f3>", hint: "pick data",
            help: "Opens the picker: assets, datastores, local files, job outputs, recent.",
            sends: .pickPressed, when: { focusedRow(in: $0).isReference }, unless: lockRefusal),
        Binding(
            "list-behind-text: <right>",
            help: "Behind the last letter of data: lists the candidates.",
            sends: .completionOpened,
            when: { state in
                let row = focusedRow(in: state)
                return isEditingText(state) && row.isCompletable && state.completion == nil
                    && state.entry.texts[row.field]?.tail.isEmpty ?? true
            }),
    ]

    private static func choiceRow(
        _ keys: String, hint: String = "", help: String, _ isForward: Bool
    ) -> Binding {
        Binding(
            keys, hint: hint, help: help, sends: .choiceMoved(isForward: isForward),
            when: { !focusedRow(in: $0).options.isEmpty }, unless: lockRefusal)
    }

    private static let editRows: [Binding] = [
        Binding(
            "request: <ctrl-r> <f2>", hint: "request", help: "Shows or hides the exact request.",
            sends: .requestToggled),
        Binding(
            "clear-row: <ctrl-u>", help: "Empties the row.", sends: .fieldCleared,
            unless: lockRefusal),
        Binding(
            "undo: <ctrl-z>", hint: "undo", help: "Takes the last change back.",
            sends: .undoPressed,
            unless: {
                lockRefusal(in: $0) ?? ($0.past.isEmpty ? "nothing has been changed" : nil)
            }),
        Binding(
            "redo: <ctrl-y>", help: "Makes the change again that was taken back.",
            sends: .redoPressed,
            unless: {
                lockRefusal(in: $0) ?? ($0.future.isEmpty ? "nothing has been taken back" : nil)
            }),
        Binding(
            "sweep: <alt-s> <f6>", hint: "sweep",
            help: "Switches the row between one value and a list or range: one job for each.",
            sends: .sweepToggled,
            when: { !$0.isFormCovered && isSweepable(focusedRow(in: $0)) }, unless: lockRefusal),
        Binding(
            "presets: <alt-p> <f4>", hint: "presets",
            help: "Saves the form under a name, or fills it with what was saved.",
            sends: .presetsPressed, unless: lockRefusal),
        Binding(
            "recent: <alt-r> <f7>", help: "Lists what was given to this row before.",
            sends: .recentPressed, when: { !$0.isFormCovered && focusedRow(in: $0).isText },
            unless: { state in
                lockRefusal(in: state)
                    ?? (recentValues(of: focusedRow(in: state), in: state).isEmpty
                        ? "nothing else was given to this row before" : nil)
            }),
        Binding(
            "refresh: <f5>", help: "Looks again at the data and the deployments.",
            sends: .lookAgainPressed, unless: lockRefusal),
        Binding("copy-request: <alt-y>", help: "Copies the request.", sends: .requestCopied),
        Binding("jobs: <alt-j>", help: "Shows the endpoint's jobs.", sends: .jobsPressed),
    ].inText()
}
