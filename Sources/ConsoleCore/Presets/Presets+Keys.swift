import BatchModel
public import ConsoleGrid

extension Presets {
    /// Its keys.
    public static let keys = KeyTable<State, Action>(
        "presets",
        [
            named(
                "name-keep: <enter>", hint: "save", help: "In the name: saves the form under it.",
                .nameKept
            ).inText,
            named(
                "name-drop: <esc>", hint: "back", help: "In the name: saves nothing.", .nameDropped
            )
            .inText,
            KeyRow(
                "confirm: y", hint: "delete it", help: "In the question: deletes the preset."
            ) { state in
                state.isAsking ? .send(.deleteConfirmed) : .pass
            },
            KeyRow(
                "decline: n <enter> <esc>", hint: "keep it", help: "In the question: keeps it."
            ) { state in
                state.isAsking ? .send(.deleteDropped) : .pass
            },
            chosen(
                "load: <enter>", hint: "fill the form", help: "Fills the form with it.",
                .loadPressed),
            listed("save: s", hint: "save", help: "Saves the form under a name.", .savePressed),
            chosen(
                "delete: d <del>", hint: "delete", help: "Deletes it, after a question.",
                .deletePressed),
            listed(
                "close: <esc>", hint: "back", help: "Back to the form, as it was.", .closePressed),
            listed("down: j <down>", help: "The next preset.", .rowMoved(step: .down)),
            listed("up: k <up>", help: "The preset before.", .rowMoved(step: .up)),
            listed("first: g <home>", help: "The first.", .rowMoved(step: .first)),
            listed("last: G <end>", help: "The last.", .rowMoved(step: .last)),
        ])

    /// What a key comes to; nil when the list has no use for it.
    public static func verdict(
        for key: KeyPress, in state: State, by keymap: Keymap = .standard
    ) -> Verdict<Action>? {
        if let verdict = keys.verdict(
            for: key, in: state, by: keymap, isTyping: isEditingText(state))
        {
            return verdict
        }
        if case .mouse(let event) = key {
            guard isOpen(state) else { return nil }
            return .mouse(
                event, in: state.window,
                drawnIn: layout(of: state, in: Rect(size: state.size)).list,
                moved: { .rowMoved(step: $0) }, clicked: { .rowClicked(row: $0) },
                opened: { keys.verdict(for: .enter, in: state) })
        }
        guard var field = state.naming, field.handle(key) else { return nil }
        return .send(.nameEdited(key: key))
    }

    /// Whether plain letters go into the name.
    public static func isEditingText(_ state: State) -> Bool { state.naming != nil }

    private static func isOpen(_ state: State) -> Bool { state.naming == nil && !state.isAsking }

    private static func named(
        _ keys: String, hint: String, help: String, _ action: Action
    ) -> KeyRow<State, Action> {
        KeyRow(keys, hint: hint, help: help) { $0.naming == nil ? .pass : .send(action) }
    }

    private static func listed(
        _ keys: String, hint: String = "", help: String, _ action: Action
    ) -> KeyRow<State, Action> {
        KeyRow(keys, hint: hint, help: help) { isOpen($0) ? .send(action) : .pass }
    }

    private static func chosen(
        _ keys: String, hint: String, help: String, _ action: Action
    ) -> KeyRow<State, Action> {
        KeyRow(keys, hint: hint, help: help) { state in
            guard isOpen(state) else { return .pass }
            guard let preset = state.selected else {
                if state.presets.value == nil, state.presets.isLoading {
                    return .refuse(because: "the presets are still being read")
                }
                return .refuse(
                    because: "there is no preset here; \(state.key("save")) saves the form as one")
            }
            guard action == .loadPressed, !preset.problem.isEmpty else { return .send(action) }
            return .refuse(because: "the file cannot be read; the right side says why")
        }
    }
}
