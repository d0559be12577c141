import ConsoleGrid

extension CommandPalette {
    /// Its keys.
    public static let keys = KeyTable<State, Action>(
        "palette", title: "Commands",
        ([
            KeyRow(
                "run: <enter>", hint: "run", help: "Runs the selected command.", sends: .runPressed,
                unless: { state in
                    guard let command = state.selected else {
                        return "no command goes with these letters"
                    }
                    return command.refusal
                }),
            KeyRow(
                "complete: <tab>", hint: "complete",
                help: "Takes the selected command into the line.", sends: .completed,
                when: { $0.selected != nil }),
            KeyRow(
                "close: <esc> <ctrl-c>", hint: "close", help: "Closes the palette.",
                sends: .closed),
        ]
            + KeyRow.moves(
                [
                    (.down, "<down> <ctrl-n>", "The next command."),
                    (.up, "<up> <ctrl-p>", "The command before."),
                    (.pageDown, "<pgdn>", "A page down."), (.pageUp, "<pgup>", "A page up."),
                ], sends: Action.rowMoved(step:))).inText(),
        typing: .init(
            while: { _ in true }, in: { $0.field }, sends: Action.textEdited(key:)),
        mouse: mouse)

    private static func mouse(_ event: MouseEvent, in state: State) -> Verdict<Action>? {
        let layout = layout(in: Rect(size: state.size))
        if event.kind == .left, !layout.box.contains(event.position) { return .send(.closed) }
        return .mouse(
            event, in: state.window, drawnIn: layout.rows, moved: { .rowMoved(step: $0) },
            clicked: { .rowClicked(row: $0) }, opened: { keys.verdict(doing: "run", in: state) })
    }
}
