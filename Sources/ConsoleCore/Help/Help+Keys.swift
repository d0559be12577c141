import ConsoleGrid

extension Help {
    /// Its keys.
    public static let keys = KeyTable<State, Action>(
        "help", title: "Help", filterRows + arrowRows + letterRows,
        typing: .init(while: { $0.isTyping }, sends: Action.filterEdited(key:)),
        mouse: { event, _ in
            switch event.kind {
            case .wheelUp: .send(.scrolled(step: .up))
            case .wheelDown: .send(.scrolled(step: .down))
            case .left, .middle, .right, .release, .double: nil
            }
        })

    private typealias Binding = KeyRow<State, Action>

    private static let filterRows: [Binding] = [
        Binding(
            "filter-keep: <enter>", hint: "keep", help: "In the filter: keeps it.",
            sends: .filterKept, when: { $0.isTyping }),
        Binding(
            "filter-clear: <esc>", hint: "clear", help: "Ends the filter.", sends: .filterClosed,
            when: { $0.isTyping || !$0.filter.isEmpty }),
        Binding(
            "filter: /", hint: "filter", help: "Filters the keys.", sends: .filterOpened,
            when: { !$0.isTyping }),
    ]

    private static let arrowRows: [Binding] = [
        Binding(
            "arrow-down: <down>", hint: "scroll", help: "A line down.",
            sends: .scrolled(step: .down)),
        Binding("arrow-up: <up>", help: "A line up.", sends: .scrolled(step: .up)),
        Binding("page-down: <pgdn>", help: "A page down.", sends: .scrolled(step: .pageDown)),
        Binding("page-up: <pgup>", help: "A page up.", sends: .scrolled(step: .pageUp)),
    ]

    private static let letterRows: [Binding] =
        ([
            Binding(
                "space-page-down: <space>", help: "A page down.", sends: .scrolled(step: .pageDown))
        ]
        + Binding.moves(
            [
                (.down, "j", "A line down."), (.up, "k", "A line up."),
                (.first, "g <home>", "The first line."), (.last, "G <end>", "The last line."),
                (.halfPageDown, "<ctrl-d>", "Half a page down."),
                (.halfPageUp, "<ctrl-u>", "Half a page up."),
            ], sends: Action.scrolled(step:))).when { !$0.isTyping }
}
