public import ConsoleGrid

// Keys go to the pane that has the focus. While the filter is being typed, letters go into it and only the arrows, the
// page keys, enter, esc and tab keep their meaning.

extension Endpoints {
    /// Its keys.
    public static let keys = KeyTable<State, Action>(
        "endpoints",
        questionRows
            + (filterRows.map(\.inText) + doingRows + walkingRows).map { row in
                row.except { $0.question != nil }
            }, help: doingRows + walkingRows + filterRows + questionRows)

    /// What a key comes to; nil when the screen has no use for it.
    public static func verdict(
        for key: KeyPress, in state: State, by keymap: Keymap = .standard
    ) -> Verdict<Action>? {
        if let verdict = keys.verdict(
            for: key, in: state, by: keymap, isTyping: isEditingText(state))
        {
            return verdict
        }
        guard state.question == nil else { return nil }
        if case .mouse(let event) = key { return verdict(for: event, in: state) }
        guard isEditingText(state) else { return nil }
        var field = state.filter.field
        return field.handle(key) ? .send(.filterEdited(key: key)) : nil
    }

    /// Whether plain letters go into the filter before anything else.
    public static func isEditingText(_ state: State) -> Bool {
        state.filter.isOpen && state.question == nil
    }

    /// The footer's hints.
    public static func hints(in state: State, by keymap: Keymap = .standard) -> [KeyHint] {
        keys.hints(in: state, by: keymap)
    }
}

// MARK: - Rows

extension Endpoints {
    private typealias Binding = KeyRow<State, Action>

    private static let questionRows: [Binding] = [
        Binding("confirm: y", hint: "set default", help: "In the question: changes the default.") {
            state in
            state.question == nil ? .pass : .send(.defaultConfirmed)
        },
        Binding(
            "decline: n <enter> <esc>", hint: "keep it", help: "In the question: changes nothing."
        ) {
            state in
            state.question == nil ? .pass : .send(.defaultDeclined)
        },
    ]

    private static func filterRow(
        _ keys: String, hint: String = "", help: String, _ action: Action
    ) -> Binding {
        Binding(keys, hint: hint, help: help) { $0.filter.isOpen ? .send(action) : .pass }
    }

    private static let filterRows: [Binding] = [
        filterRow(
            "filter-keep: <enter>", hint: "keep",
            help: "In the filter: keeps it and leaves its line.",
            .filterKept),
        filterRow(
            "filter-clear: <esc>", hint: "clear", help: "In the filter: takes it away.",
            .filterCleared),
        filterRow(
            "filter-down: <down>", help: "In the filter: the next endpoint.", .rowMoved(step: .down)
        ),
        filterRow(
            "filter-up: <up>", help: "In the filter: the endpoint before.", .rowMoved(step: .up)),
        filterRow(
            "filter-page-down: <pgdn>", help: "In the filter: a page down.",
            .rowMoved(step: .pageDown)),
        filterRow(
            "filter-page-up: <pgup>", help: "In the filter: a page up.", .rowMoved(step: .pageUp)),
    ]

    /// A row for outside of the filter; a reason refuses it.
    private static func row(
        _ keys: String, hint: String = "", help: String, _ action: Action,
        unless refusal: @escaping @Sendable (State) -> String? = { _ in nil }
    ) -> Binding {
        Binding(keys, hint: hint, help: help) { state in
            guard !state.filter.isOpen else { return .pass }
            return refusal(state).map { .refuse(because: $0) } ?? .send(action)
        }
    }

    private static let doingRows: [Binding] = [
        row(
            "open: <enter>", hint: "open",
            help: "To the endpoint's deployments; on a deployment: a new job; on a job: its page.",
            .openPressed, unless: openRefusal),
        row(
            "new-job: n", hint: "new job",
            help: "A new job on the endpoint, or on the deployment that is selected in its pane.",
            .newJobPressed, unless: newJobRefusal),
        row(
            "filter: /", hint: "filter",
            help: "Filters the endpoints: letters in order, !not, /re/, kind:model, running:>0.",
            .filterOpened),
        row("refresh: r", hint: "refresh", help: "Asks for everything again.", .refreshPressed),
        row(
            "copy: y", hint: "copy",
            help: "Copies the endpoint's scoring URI, the deployment's name, or the job's id.",
            .copyPressed, unless: copyRefusal),
        row(
            "retry: R", hint: "retry",
            help: "On a job: submits it once more, after asking how much of it.",
            .retryPressed, unless: retryRefusal),
        row(
            "set-default: d", hint: "set default",
            help: "On a deployment: makes it the endpoint's default, after a question.",
            .defaultPressed, unless: defaultRefusal),
        Binding("back: <esc>", hint: "back", help: "Back to the endpoints.") { state in
            state.focus == .endpoints ? .pass : .send(.backPressed)
        },
        Binding(
            "clear-filter: <esc>", hint: "clear", help: "On the endpoints: takes the filter away."
        ) {
            state in
            let isKept = state.filter.isShown && !state.filter.isOpen
            return isKept && state.focus == .endpoints ? .send(.filterCleared) : .pass
        },
    ]

    private static let walkingRows: [Binding] = [
        Binding(
            "next-pane: <tab>", hint: "pane", help: "The next pane; in the filter: keeps it first."
        ) {
            .send(.paneFocused(pane: $0.focus.neighbour(isForward: true) ?? .endpoints))
        },
        Binding("previous-pane: <backtab>", help: "The pane before; in the filter: keeps it first.")
        {
            .send(.paneFocused(pane: $0.focus.neighbour(isForward: false) ?? .jobs))
        },
        sidewaysRow(
            "pane-right: <right> l", help: "The next pane, up to the last.", isForward: true),
        sidewaysRow(
            "pane-left: <left> h", help: "The pane before, down to the first.", isForward: false),
        row("down: <down> j", help: "The next row.", .rowMoved(step: .down)),
        row("up: <up> k", help: "The row before.", .rowMoved(step: .up)),
        row("first: g <home>", help: "The first row.", .rowMoved(step: .first)),
        row("last: G <end>", help: "The last row.", .rowMoved(step: .last)),
        row("page-down: <pgdn> <ctrl-f>", help: "A page down.", .rowMoved(step: .pageDown)),
        row("page-up: <pgup> <ctrl-b>", help: "A page up.", .rowMoved(step: .pageUp)),
        row("half-page-down: <ctrl-d>", help: "Half a page down.", .rowMoved(step: .halfPageDown)),
        row("half-page-up: <ctrl-u>", help: "Half a page up.", .rowMoved(step: .halfPageUp)),
    ]

    private static func sidewaysRow(_ keys: String, help: String, isForward: Bool) -> Binding {
        Binding(keys, help: help) { state in
            guard !state.filter.isOpen else { return .pass }
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
    private static func verdict(for event: MouseEvent, in state: State) -> Verdict<Action>? {
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
