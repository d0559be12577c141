public import ConsoleGrid

extension CommandPalette {
    /// Its keys.
    public static let keys = KeyTable<State, Action>(
        "palette",
        [
            KeyRow("run: <enter>", hint: "run", help: "Runs the selected command.") { state in
                guard let command = state.selected else {
                    return .refuse(because: "no command goes with these letters")
                }
                return command.refusal.map { .refuse(because: $0) } ?? .send(.runPressed)
            },
            KeyRow(
                "complete: <tab>", hint: "complete",
                help: "Takes the selected command into the line."
            ) {
                $0.selected == nil ? .pass : .send(.completed)
            },
            KeyRow(
                "close: <esc> <ctrl-c>", hint: "close", help: "Closes the palette.",
                sends: .closed),
            KeyRow(
                "down: <down> <ctrl-n>", help: "The next command.", sends: .rowMoved(step: .down)),
            KeyRow("up: <up> <ctrl-p>", help: "The command before.", sends: .rowMoved(step: .up)),
            KeyRow("page-down: <pgdn>", help: "A page down.", sends: .rowMoved(step: .pageDown)),
            KeyRow("page-up: <pgup>", help: "A page up.", sends: .rowMoved(step: .pageUp)),
        ].map(\.inText))

    /// What a key comes to; nil when the palette has no use for it.
    public static func verdict(
        for key: KeyPress, in state: State, by keymap: Keymap = .standard
    ) -> Verdict<Action>? {
        if let verdict = keys.verdict(for: key, in: state, by: keymap, isTyping: true) {
            return verdict
        }
        if case .mouse(let event) = key { return mouse(event, in: state) }
        var field = state.field
        return field.handle(key) ? .send(.textEdited(key: key)) : nil
    }

    /// The footer's hints.
    public static func hints(in state: State, by keymap: Keymap = .standard) -> [KeyHint] {
        keys.hints(in: state, by: keymap)
    }

    private static func mouse(_ event: MouseEvent, in state: State) -> Verdict<Action>? {
        switch event.kind {
        case .wheelUp: return .send(.rowMoved(step: .up))
        case .wheelDown: return .send(.rowMoved(step: .down))
        case .left, .double:
            let layout = layout(in: Rect(size: state.size))
            guard layout.box.contains(event.position) else { return .send(.closed) }
            guard let row = state.window.row(at: event.position, in: layout.rows),
                state.found.indices.contains(row)
            else { return nil }
            let refusal = state.found[row].command.refusal
            return refusal.map { .refuse(because: $0) } ?? .send(.rowClicked(row: row))
        case .middle, .right, .release: return nil
        }
    }
}
