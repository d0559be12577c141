public import ConsoleGrid

extension Compare {
    /// Its keys.
    public static let keys = KeyTable<State, Action>(
        "compare",
        [
            known(
                "differences: d", hint: "differences",
                help: "Only what differs, or everything again."
            ) { _ in .differencesToggled },
            KeyRow("open-left: 1", hint: "left job", help: "Opens the job on the left.") {
                .send(.jobOpened(job: $0.left))
            },
            KeyRow("open-right: 2", hint: "right job", help: "Opens the job on the right.") {
                .send(.jobOpened(job: $0.right))
            },
            known("copy: y", hint: "copy", help: "Copies the rows that are shown, tabs between.") {
                _ in .copyPressed
            },
            KeyRow(
                "refresh: r", hint: "refresh", help: "Asks for both jobs again.",
                sends: .refreshPressed),
        ]
            + moves.map { keys, step, words in
                KeyRow(keys, help: words, sends: .scrolled(step: step))
            })

    private static let moves: [(keys: String, step: ListMove, words: String)] = [
        ("down: j <down>", .down, "A line down."), ("up: k <up>", .up, "A line up."),
        ("page-down: <pgdn> <space>", .pageDown, "A page down."),
        ("page-up: <pgup>", .pageUp, "A page up."),
        ("half-page-down: <ctrl-d>", .halfPageDown, "Half a page down."),
        ("half-page-up: <ctrl-u>", .halfPageUp, "Half a page up."),
        ("first: g <home>", .first, "The beginning."), ("last: G <end>", .last, "The end."),
    ]

    /// A row that needs both jobs.
    private static func known(
        _ keys: String, hint: String, help: String,
        _ action: @escaping @Sendable (State) -> Action
    ) -> KeyRow<State, Action> {
        KeyRow(keys, hint: hint, help: help) { state in
            state.comparison == nil
                ? .refuse(because: "not both jobs are known yet") : .send(action(state))
        }
    }

    /// Lines one step of the wheel moves.
    private static let wheelLines = 3

    /// What a key comes to; nil when the screen has no use for it.
    public static func verdict(
        for key: KeyPress, in state: State, by keymap: Keymap = .standard
    ) -> Verdict<Action>? {
        if let verdict = keys.verdict(for: key, in: state, by: keymap) { return verdict }
        guard case .mouse(let event) = key else { return nil }
        switch event.kind {
        case .wheelUp: return .send(.wheelTurned(lines: -wheelLines))
        case .wheelDown: return .send(.wheelTurned(lines: wheelLines))
        case .left, .middle, .right, .release, .double: return nil
        }
    }

    /// The footer's hints.
    public static func hints(in state: State, by keymap: Keymap = .standard) -> [KeyHint] {
        keys.hints(in: state, by: keymap)
    }
}
