import ConsoleGrid

// Keys go to the pane that has the focus. While the filter is being typed, letters go into it and only the arrows, the
// page keys, enter, esc and tab keep their meaning.

extension Endpoints {
    /// Its keys.
    public static let keys = KeyTable<State, Action>(
        "endpoints", title: "Endpoints",
        questionRows + (filterRows + doingRows + walkingRows).when { $0.question == nil },
        help: doingRows + walkingRows + filterRows + questionRows,
        typing: .init(
            while: { $0.filter.isOpen && $0.question == nil }, in: { $0.filter.field },
            sends: Action.filterEdited(key:)),
        mouse: mouse)
}

// MARK: - Rows

extension Endpoints {
    private typealias Binding = KeyRow<State, Action>

    private static let questionRows: [Binding] = [
        Binding(
            "confirm: y", hint: "set default", help: "In the question: changes the default.",
            sends: .defaultConfirmed),
        Binding(
            "decline: n <enter> <esc>", hint: "keep it", help: "In the question: changes nothing.",
            sends: .defaultDeclined),
    ].when { $0.question != nil }

    private static let filterRows: [Binding] =
        ([
            Binding(
                "filter-keep: <enter>", hint: "keep",
                help: "In the filter: keeps it and leaves its line.", sends: .filterKept),
            Binding(
                "filter-clear: <esc>", hint: "clear", help: "In the filter: takes it away.",
                sends: .filterCleared),
        ]
        + Binding.moves(
            prefix: "filter-",
            [
                (.down, "<down>", "In the filter: the next endpoint."),
                (.up, "<up>", "In the filter: the endpoint before."),
                (.pageDown, "<pgdn>", "In the filter: a page down."),
                (.pageUp, "<pgup>", "In the filter: a page up."),
            ], sends: Action.rowMoved(step:))).when { $0.filter.isOpen }.inText()

    private static let doingRows: [Binding] =
        [
            Binding(
                "open: <enter>", hint: "open",
                help: "To the endpoint's deployments; on a deployment: a new job; "
                    + "on a job: its page.",
                sends: .openPressed, unless: openRefusal),
            Binding(
                "new-job: n", hint: "new job",
                help:
                    "A new job on the endpoint, or on the deployment that is selected in its pane.",
                sends: .newJobPressed, unless: newJobRefusal),
            Binding(
                "filter: /", hint: "filter",
                help:
                    "Filters the endpoints: letters in order, !not, /re/, kind:model, running:>0.",
                sends: .filterOpened),
            Binding(
                "refresh: r", hint: "refresh", help: "Asks for everything again.",
                sends: .refreshPressed),
            Binding(
                "copy: y", hint: "copy",
                help: "Copies the endpoint's scoring URI, the deployment's name, or the job's id.",
                sends: .copyPressed, unless: copyRefusal),
            Binding(
                "retry: R", hint: "retry",
                help: "On a job: submits it once more, after asking how much of it.",
                sends: .retryPressed, unless: retryRefusal),
            Binding(
                "cancel: c <del>", hint: "cancel",
                help: "On a job: cancels it, after asking on its page.",
                sends: .cancelPressed, unless: cancelRefusal
            ).hinted { cancelRefusal(in: $0) == nil },
            Binding(
                "set-default: d", hint: "set default",
                help: "On a deployment: makes it the endpoint's default, after a question.",
                sends: .defaultPressed, unless: defaultRefusal),
            Binding(
                "back: <esc>", hint: "back", help: "Back to the endpoints.", sends: .backPressed,
                when: { $0.focus != .endpoints }),
            Binding(
                "clear-filter: <esc>", hint: "clear",
                help: "On the endpoints: takes the filter away.", sends: .filterCleared,
                when: { $0.filter.isShown && $0.focus == .endpoints }),
        ].when { !$0.filter.isOpen }

    private static let walkingRows: [Binding] =
        [
            Binding(
                "next-pane: <tab>", hint: "pane",
                help: "The next pane; in the filter: keeps it first."
            ) { .send(.paneFocused(pane: $0.focus.neighbour(isForward: true) ?? .endpoints)) },
            Binding(
                "previous-pane: <backtab>", help: "The pane before; in the filter: keeps it first."
            ) { .send(.paneFocused(pane: $0.focus.neighbour(isForward: false) ?? .jobs)) },
        ]
        + ([
            sidewaysRow(
                "pane-right: <right> l", help: "The next pane, up to the last.", isForward: true),
            sidewaysRow(
                "pane-left: <left> h", help: "The pane before, down to the first.",
                isForward: false),
        ]
        + Binding.moves(
            [
                (.down, "<down> j", "The next row."), (.up, "<up> k", "The row before."),
                (.first, "g <home>", "The first row."), (.last, "G <end>", "The last row."),
                (.pageDown, "<pgdn> <ctrl-f>", "A page down."),
                (.pageUp, "<pgup> <ctrl-b>", "A page up."),
                (.halfPageDown, "<ctrl-d>", "Half a page down."),
                (.halfPageUp, "<ctrl-u>", "Half a page up."),
            ], sends: Action.rowMoved(step:))).when { !$0.filter.isOpen }

    private static func sidewaysRow(_ keys: String, help: String, isForward: Bool) -> Binding {
        Binding(keys, help: help) { state in
            let pane = state.focus.neighbour(isForward: isForward)
            return pane.map { .send(.paneFocused(pane: $0)) } ?? .pass
        }
    }
}

// MARK: - Mouse

extension Endpoints {
    /// Rows that one step of the wheel moves.
    private static let wheelRows = 3

    /// A click gives the focus and selects; on what is selected already it opens. The wheel scrolls what lies below it.
    private static func mouse(_ event: MouseEvent, in state: State) -> Verdict<Action>? {
        if let box = box(of: state) {
            return keys.verdict(for: event, on: box, in: Rect(size: state.size), of: state)
        }
        let layout = layout(of: state, in: Rect(size: state.size))
        guard let pane = layout.pane(at: event.position) else { return nil }
        switch event.kind {
        case .wheelUp: return .send(.paneScrolled(pane: pane, rows: -wheelRows))
        case .wheelDown: return .send(.paneScrolled(pane: pane, rows: wheelRows))
        case .left, .double: break
        case .middle, .right, .release: return nil
        }
        guard let row = row(of: pane, at: event.position, layout, state) else {
            return .send(.paneFocused(pane: pane))
        }
        let isSelected = state.focus == pane && window(of: pane, in: state).selected == row
        let opens = event.kind == .double || isSelected
        guard opens else { return .send(.rowChosen(pane: pane, row: row, opens: false)) }
        if isSelected, let reason = openRefusal(in: state) { return .refuse(because: reason) }
        return .send(.rowChosen(pane: pane, row: row, opens: true))
    }

    private static func row(
        of pane: Pane, at point: Point, _ layout: Layout, _ state: State
    ) -> Int? {
        let rows = layout[pane].rows
        guard point.row >= rows.row, point.row < rows.endRow else { return nil }
        let window = window(of: pane, in: state)
        let row = window.offset + point.row - rows.row
        return window.visible.contains(row) ? row : nil
    }

    static func window(of pane: Pane, in state: State) -> ListWindow {
        switch pane {
        case .endpoints: state.endpointList
        case .deployments: state.deploymentList
        case .jobs: state.jobList
        }
    }
}
