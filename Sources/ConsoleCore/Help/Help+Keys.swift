public import ConsoleGrid

extension Help {
    /// Its keys.
    public static let keys = KeyTable<State, Action>(
        "help",
        [
            KeyRow("filter-keep: <enter>", hint: "keep", help: "In the filter: keeps it.") {
                $0.isTyping ? .send(.filterKept) : .pass
            },
            KeyRow("filter-clear: <esc>", hint: "clear", help: "Ends the filter.") {
                $0.isTyping || !$0.filter.isEmpty ? .send(.filterClosed) : .pass
            },
            row("filter: /", hint: "filter", help: "Filters the keys.", .filterOpened),
            KeyRow(
                "arrow-down: <down>", hint: "scroll", help: "A line down.",
                sends: .scrolled(step: .down)),
            KeyRow("arrow-up: <up>", help: "A line up.", sends: .scrolled(step: .up)),
            row("down: j", help: "A line down.", .scrolled(step: .down)),
            row("up: k", help: "A line up.", .scrolled(step: .up)),
            row("first: g <home>", help: "The first line.", .scrolled(step: .first)),
            row("last: G <end>", help: "The last line.", .scrolled(step: .last)),
            KeyRow("page-down: <pgdn>", help: "A page down.", sends: .scrolled(step: .pageDown)),
            row("space-page-down: <space>", help: "A page down.", .scrolled(step: .pageDown)),
            KeyRow("page-up: <pgup>", help: "A page up.", sends: .scrolled(step: .pageUp)),
            row(
                "half-page-down: <ctrl-d>", help: "Half a page down.",
                .scrolled(step: .halfPageDown)),
            row("half-page-up: <ctrl-u>", help: "Half a page up.", .scrolled(step: .halfPageUp)),
        ])

    /// What a key comes to; nil when the page has no use for it.
    public static func verdict(
        for key: KeyPress, in state: State, by keymap: Keymap = .standard
    ) -> Verdict<Action>? {
        if let verdict = keys.verdict(
            for: key, in: state, by: keymap, isTyping: isEditingText(state))
        {
            return verdict
        }
        if case .mouse(let event) = key {
            switch event.kind {
            case .wheelUp: return .send(.scrolled(step: .up))
            case .wheelDown: return .send(.scrolled(step: .down))
            case .left, .middle, .right, .release, .double: return nil
            }
        }
        var field = TextField()
        return state.isTyping && field.handle(key) ? .send(.filterEdited(key: key)) : nil
    }

    /// Whether plain letters go into the filter.
    public static func isEditingText(_ state: State) -> Bool { state.isTyping }

    /// The footer's hints.
    public static func hints(in state: State, by keymap: Keymap = .standard) -> [KeyHint] {
        keys.hints(in: state, by: keymap)
    }

    /// Whether an action changes anything on the service: none does.
    public static func isMutating(_ action: Action) -> Bool { false }

    /// A row that holds while nothing is typed.
    private static func row(
        _ keys: String, hint: String = "", help: String, _ action: Action
    ) -> KeyRow<State, Action> {
        KeyRow(keys, hint: hint, help: help) { $0.isTyping ? .pass : .send(action) }
    }
}
