import BatchModel
public import ConsoleGrid

extension Contexts {
    /// Its keys.
    public static let keys = KeyTable<State, Action>(
        "contexts", questionRows + formRows.map(\.inText) + listRows + moveRows,
        help: listRows + moveRows + formRows + questionRows)

    /// What a key comes to; nil when the screen has no use for it.
    public static func verdict(
        for key: KeyPress, in state: State, by keymap: Keymap = .standard
    ) -> Verdict<Action>? {
        if let verdict = keys.verdict(
            for: key, in: state, by: keymap, isTyping: isEditingText(state))
        {
            return verdict
        }
        guard state.question == nil else { return nil }
        if let form = state.form {
            guard form.field.isText else { return nil }
            var field = form.texts[form.field] ?? TextField()
            return field.handle(key) ? .send(.fieldEdited(key: key)) : nil
        }
        guard case .mouse(let event) = key else { return nil }
        return .mouse(
            event, in: state.window, drawnIn: layout(in: Rect(size: state.size)).rows,
            moved: { .rowMoved(step: $0) }, clicked: { .rowClicked(row: $0) },
            opened: { keys.verdict(for: .enter, in: state) })
    }

    /// Whether plain letters go into a field before anything else.
    public static func isEditingText(_ state: State) -> Bool {
        state.question == nil && state.form?.field.isText ?? false
    }

    /// The footer's hints.
    public static func hints(in state: State, by keymap: Keymap = .standard) -> [KeyHint] {
        keys.hints(in: state, by: keymap)
    }
}

// MARK: - Rows

extension Contexts {
    private typealias Binding = KeyRow<State, Action>

    private static let questionRows: [Binding] = [
        Binding("confirm: y", hint: "forget it", help: "In the question: forgets the context.") {
            state in
            state.question == nil ? .pass : .send(.removeConfirmed)
        },
        Binding("decline: n <enter> <esc>", hint: "keep it", help: "In the question: keeps it.") {
            state in
            state.question == nil ? .pass : .send(.removeDeclined)
        },
    ]

    private static func formRow(
        _ keys: String, hint: String = "", help: String, _ action: Action,
        when isMeant: @escaping @Sendable (Form) -> Bool = { _ in true }
    ) -> Binding {
        Binding(keys, hint: hint, help: help) { state in
            guard let form = state.form, isMeant(form) else { return .pass }
            return .send(action)
        }
    }

    private static let formRows: [Binding] = [
        formRow(
            "form-add: <ctrl-s>", hint: "add", help: "In the form: writes the context down.",
            .formSent),
        formRow(
            "form-add-last: <enter>", hint: "add",
            help: "In the form, on its last row: writes it down.",
            .formSent, when: { $0.field == $0.fields.last }),
        formRow(
            "form-down: <enter> <down> <tab>", hint: "next", help: "In the form: the next row.",
            .fieldMoved(isForward: true)),
        formRow(
            "form-up: <up> <backtab>", help: "In the form: the row before.",
            .fieldMoved(isForward: false)),
        formRow(
            "form-choice-next: <right> <space>", hint: "choose",
            help: "In the form: the next choice.",
            .choiceMoved(isForward: true), when: { !$0.field.isText }),
        formRow(
            "form-choice-previous: <left>", help: "In the form: the choice before.",
            .choiceMoved(isForward: false),
            when: { !$0.field.isText }),
        formRow("form-close: <esc>", hint: "close", help: "In the form: closes it.", .formClosed),
    ]

    /// A row for the list; a reason refuses it.
    private static func row(
        _ keys: String, hint: String = "", help: String, _ action: Action,
        unless refusal: @escaping @Sendable (State) -> String? = { _ in nil }
    ) -> Binding {
        Binding(keys, hint: hint, help: help) { state in
            guard state.question == nil, state.form == nil else { return .pass }
            return refusal(state).map { .refuse(because: $0) } ?? .send(action)
        }
    }

    private static let listRows: [Binding] = [
        row(
            "use: <enter>", hint: "use", help: "Moves the console to the context; jobs go on.",
            .usePressed, unless: noneRefusal),
        row(
            "add: n", hint: "add", help: "Adds a context for a workspace, with a form.",
            .addPressed,
            unless: writingRefusal),
        row(
            "write-down: a", hint: "write down",
            help: "Writes a context that was found in another tool's file into config.yml.",
            .keepPressed
        ) { state in
            writingRefusal(in: state)
                ?? (state.selected?.foundIn == nil ? "it is written down already" : nil)
        },
        row(
            "doctor: D", hint: "doctor",
            help: "The doctor: whether all is well with the selected context.",
            .examinePressed, unless: noneRefusal),
        row(
            "default: m", hint: "default",
            help: "Makes it the one that is used when none is named.",
            .defaultPressed
        ) { state in
            writingRefusal(in: state)
                ?? (state.selected?.isDefault == true ? "it is the default already" : nil)
        },
        row(
            "forget: d <del>", hint: "forget", help: "Forgets the context, after a question.",
            .removePressed, unless: removeRefusal),
        row(
            "copy: y", hint: "copy", help: "Copies the workspace's resource id.", .copyPressed,
            unless: noneRefusal),
        row("refresh: r", hint: "refresh", help: "Reads the settings again.", .refreshPressed),
    ]

    private static let moveRows: [Binding] = [
        row("down: j <down>", help: "The next context.", .rowMoved(step: .down)),
        row("up: k <up>", help: "The context before.", .rowMoved(step: .up)),
        row("first: g <home>", help: "The first context.", .rowMoved(step: .first)),
        row("last: G <end>", help: "The last context.", .rowMoved(step: .last)),
        row("page-down: <pgdn>", help: "A page down.", .rowMoved(step: .pageDown)),
        row("page-up: <pgup>", help: "A page up.", .rowMoved(step: .pageUp)),
    ]

    private static func noneRefusal(in state: State) -> String? {
        state.selected == nil ? "no context is known yet" : nil
    }

    private static func writingRefusal(in state: State) -> String? {
        noneRefusal(in: state) ?? state.writing.map { "the settings are being written (\($0))" }
    }

    private static func removeRefusal(in state: State) -> String? {
        if let reason = writingRefusal(in: state) { return reason }
        guard let entry = state.selected else { return nil }
        if entry.isLocal { return "the local context is always there" }
        if let file = entry.foundIn { return "it is not written down: \(file) names it" }
        return entry.name == state.current ? "the console is in it: use another one first" : nil
    }
}
