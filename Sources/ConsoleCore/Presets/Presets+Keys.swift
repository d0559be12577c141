import BatchModel
import ConsoleGrid

extension Presets {
    /// Its keys.
    public static let keys: KeyTable<State, Action> = KeyTable(
        "presets", title: "Presets", nameRows + questionRows + listRows,
        typing: .init(
            while: { $0.naming != nil }, in: { $0.naming }, sends: Action.nameEdited(key:)),
        mouse: { event, state in
            if let box = box(of: state) {
                return keys.verdict(for: event, on: box, in: Rect(size: state.size), of: state)
            }
            guard isInList(state) else { return nil }
            return .mouse(
                event, in: state.window,
                drawnIn: layout(of: state, in: Rect(size: state.size)).list,
                moved: { .rowMoved(step: $0) }, clicked: { .rowClicked(row: $0) },
                opened: { keys.verdict(for: .enter, in: state) })
        })

    private typealias Binding = KeyRow<State, Action>

    private static let nameRows: [Binding] = [
        Binding(
            "name-keep: <enter>", hint: "save", help: "In the name: saves the form under it.",
            sends: .nameKept),
        Binding(
            "name-drop: <esc>", hint: "back", help: "In the name: saves nothing.",
            sends: .nameDropped),
    ].when { $0.naming != nil }.inText()

    private static let questionRows: [Binding] = [
        Binding(
            "confirm: y", hint: "delete it", help: "In the question: deletes the preset.",
            sends: .deleteConfirmed),
        Binding(
            "decline: n <enter> <esc>", hint: "keep it", help: "In the question: keeps it.",
            sends: .deleteDropped),
    ].when { $0.questioned != nil }

    private static let listRows: [Binding] =
        ([
            Binding(
                "load: <enter>", hint: "fill the form", help: "Fills the form with it.",
                sends: .loadPressed,
                unless: { state in
                    noneRefusal(in: state)
                        ?? (state.selected?.problem.isEmpty == false
                            ? "the file cannot be read; the right side says why" : nil)
                }),
            Binding(
                "save: s", hint: "save", help: "Saves the form under a name.", sends: .savePressed),
            Binding(
                "delete: d <del>", hint: "delete", help: "Deletes it, after a question.",
                sends: .deletePressed, unless: noneRefusal),
            Binding(
                "close: <esc>", hint: "back", help: "Back to the form, as it was.",
                sends: .closePressed),
        ]
        + Binding.moves(
            [
                (.down, "j <down>", "The next preset."), (.up, "k <up>", "The preset before."),
                (.first, "g <home>", "The first."), (.last, "G <end>", "The last."),
            ], sends: Action.rowMoved(step:))).when(isInList)

    private static func isInList(_ state: State) -> Bool {
        state.naming == nil && state.questioned == nil
    }

    private static func noneRefusal(in state: State) -> String? {
        if state.selected != nil { return nil }
        return state.presets.value == nil && state.presets.isLoading
            ? "the presets are still being read"
            : "there is no preset here; \(state.key("save")) saves the form as one"
    }
}
