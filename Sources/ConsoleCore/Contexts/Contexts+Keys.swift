import BatchModel
import ConsoleGrid

extension Contexts {
    /// Its keys.
    public static let keys: KeyTable<State, Action> = KeyTable(
        "contexts", title: "Contexts", questionRows + formRows + listRows + moveRows,
        help: listRows + moveRows + formRows + questionRows,
        typing: .init(
            while: { $0.question == nil && $0.form?.field.isText ?? false },
            in: { $0.form.map { $0.texts[$0.field] ?? TextField() } },
            sends: Action.fieldEdited(key:)),
        mouse: mouse)

    private static func mouse(_ event: MouseEvent, in state: State) -> Verdict<Action>? {
        let place = Rect(size: state.size)
        if let form = state.form { return mouse(event, in: form, of: state) }
        if let box = box(of: state) {
            return keys.verdict(for: event, on: box, in: place, of: state)
        }
        return .mouse(
            event, in: state.window, drawnIn: layout(in: place).rows,
            moved: { .rowMoved(step: $0) }, clicked: { .rowClicked(row: $0) },
            opened: { keys.verdict(for: .enter, in: state) })
    }

    /// A click on the row with the focus goes on to its next choice, where it has choices.
    private static func mouse(
        _ event: MouseEvent, in form: Form, of state: State
    ) -> Verdict<Action>? {
        let layout = formLayout(of: form, in: Rect(size: state.size))
        return .mouse(
            event, in: layout.window, drawnIn: layout.rows,
            moved: { .fieldMoved(isForward: $0 == .down) }, clicked: { .fieldClicked(row: $0) },
            opened: { form.field.isText ? nil : .send(.choiceMoved(isForward: true)) })
    }
}

// MARK: - Rows

extension Contexts {
    private typealias Binding = KeyRow<State, Action>

    private static let questionRows: [Binding] = [
        Binding(
            "confirm: y", hint: "forget it", help: "In the question: forgets the context.",
            sends: .removeConfirmed),
        Binding(
            "decline: n <enter> <esc>", hint: "keep it", help: "In the question: keeps it.",
            sends: .removeDeclined),
    ].when { $0.question != nil }

    private static let formRows: [Binding] = [
        Binding(
            "form-add: <ctrl-s>", hint: "add", help: "In the form: writes the context down.",
            sends: .formSent),
        Binding(
            "form-add-last: <enter>", hint: "add",
            help: "In the form, on its last row: writes it down.", sends: .formSent,
            when: { $0.form?.field == $0.form?.fields.last }),
        Binding(
            "form-down: <enter> <down> <tab>", hint: "next", help: "In the form: the next row.",
            sends: .fieldMoved(isForward: true)),
        Binding(
            "form-up: <up> <backtab>", help: "In the form: the row before.",
            sends: .fieldMoved(isForward: false)),
        Binding(
            "form-choice-next: <right> <space>", hint: "choose",
            help: "In the form: the next choice.", sends: .choiceMoved(isForward: true),
            when: { $0.form?.field.isText == false }),
        Binding(
            "form-choice-previous: <left>", help: "In the form: the choice before.",
            sends: .choiceMoved(isForward: false), when: { $0.form?.field.isText == false }),
        Binding(
            "form-close: <esc>", hint: "close", help: "In the form: closes it.",
            sends: .formClosed),
    ].when { $0.form != nil }.inText()

    private static func isInList(_ state: State) -> Bool {
        state.question == nil && state.form == nil
    }

    private static let listRows: [Binding] = [
        Binding(
            "use: <enter>", hint: "use", help: "Moves the console to the context; jobs go on.",
            sends: .usePressed, unless: noneRefusal),
        Binding(
            "add: n", hint: "add", help: "Adds a context for a workspace, with a form.",
            sends: .addPressed, unless: writingRefusal),
        Binding(
            "write-down: a", hint: "write down",
            help: "Writes a context that was found in another tool's file into config.yml.",
            sends: .keepPressed,
            unless: { state in
                writingRefusal(in: state)
                    ?? (state.selected?.foundIn == nil ? "it is written down already" : nil)
            }),
        Binding(
            "doctor: D", hint: "doctor",
            help: "The doctor: whether all is well with the selected context.",
            sends: .examinePressed, unless: noneRefusal),
        Binding(
            "default: m", hint: "default",
            help: "Makes it the one that is used when none is named.", sends: .defaultPressed,
            unless: { state in
                writingRefusal(in: state)
                    ?? (state.selected?.isDefault == true ? "it is the default already" : nil)
            }),
        Binding(
            "forget: d <del>", hint: "forget", help: "Forgets the context, after a question.",
            sends: .removePressed, unless: removeRefusal),
        Binding(
            "copy: y", hint: "copy", help: "Copies the workspace's resource id.",
            sends: .copyPressed, unless: noneRefusal),
        Binding(
            "refresh: r", hint: "refresh", help: "Reads the settings again.",
            sends: .refreshPressed),
    ].when(isInList)

    private static let moveRows = Binding.moves(
        [
            (.down, "j <down>", "The next context."), (.up, "k <up>", "The context before."),
            (.first, "g <home>", "The first context."), (.last, "G <end>", "The last context."),
            (.pageDown, "<pgdn>", "A page down."), (.pageUp, "<pgup>", "A page up."),
        ], sends: Action.rowMoved(step:)
    ).when(isInList)
}

// MARK: - Refusals

extension Contexts {
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
