import ConsoleGrid

extension Compare {
    /// Its keys.
    public static let keys = KeyTable<State, Action>(
        "compare", title: "Two jobs",
        [
            KeyRow(
                "differences: d", hint: "differences",
                help: "Only what differs, or everything again.", sends: .differencesToggled,
                unless: unknownRefusal),
            KeyRow("open-left: 1", hint: "left job", help: "Opens the job on the left.") {
                .send(.jobOpened(job: $0.left))
            },
            KeyRow("open-right: 2", hint: "right job", help: "Opens the job on the right.") {
                .send(.jobOpened(job: $0.right))
            },
            KeyRow(
                "copy: y", hint: "copy", help: "Copies the rows that are shown, tabs between.",
                sends: .copyPressed, unless: unknownRefusal),
            KeyRow(
                "refresh: r", hint: "refresh", help: "Asks for both jobs again.",
                sends: .refreshPressed),
        ]
            + KeyRow.moves(
                [
                    (.down, "j <down>", "A line down."), (.up, "k <up>", "A line up."),
                    (.pageDown, "<pgdn> <space>", "A page down."),
                    (.pageUp, "<pgup>", "A page up."),
                    (.halfPageDown, "<ctrl-d>", "Half a page down."),
                    (.halfPageUp, "<ctrl-u>", "Half a page up."),
                    (.first, "g <home>", "The beginning."), (.last, "G <end>", "The end."),
                ], sends: Action.scrolled(step:)),
        mouse: mouse)

    private static func mouse(_ event: MouseEvent, in state: State) -> Verdict<Action>? {
        switch event.kind {
        case .wheelUp: return .send(.wheelTurned(lines: -wheelLines))
        case .wheelDown: return .send(.wheelTurned(lines: wheelLines))
        case .left, .double:
            // The names are the only thing here that can be opened.
            let layout = layout(of: state, in: Rect(size: state.size))
            return heads(of: state, in: layout.heads)
                .first { $0.place.contains(event.position) }
                .map { .send(.jobOpened(job: $0.job)) }
        case .middle, .right, .release: return nil
        }
    }

    private static func unknownRefusal(in state: State) -> String? {
        state.comparison == nil ? "not both jobs are known yet" : nil
    }

    /// Lines one step of the wheel moves.
    private static let wheelLines = 3
}
