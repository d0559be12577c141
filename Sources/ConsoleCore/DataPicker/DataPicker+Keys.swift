public import ConsoleGrid

extension DataPicker {
    /// Its keys.
    public static let keys = KeyTable<State, Action>(
        "picker", (assetRows + listRows + sourceRows).map(\.inText))

    /// What a key comes to; nil when the picker has no use for it.
    public static func verdict(
        for key: KeyPress, in state: State, by keymap: Keymap = .standard
    ) -> Verdict<Action>? {
        if let verdict = keys.verdict(
            for: key, in: state, by: keymap, isTyping: isEditingText(state))
        {
            return verdict
        }
        if case .mouse(let event) = key { return mouse(event, in: state) }
        var field = TextField()
        if let asset = state.asset {
            return asset.isTyping && field.handle(key) ? .send(.assetEdited(key: key)) : nil
        }
        return field.handle(key) ? .send(.textEdited(key: key)) : nil
    }

    /// Whether plain letters go into the picker before anything else.
    public static func isEditingText(_ state: State) -> Bool { state.asset?.isTyping ?? true }

    /// The footer's hints.
    public static func hints(in state: State, by keymap: Keymap = .standard) -> [KeyHint] {
        keys.hints(in: state, by: keymap)
    }

    private static func mouse(_ event: MouseEvent, in state: State) -> Verdict<Action>? {
        guard state.asset == nil, state.source != .url, let level = state.level else {
            return nil
        }
        let body = listBody(of: state, in: layout(of: state.size).list)
        return .mouse(
            event, in: body.window, drawnIn: body.rows, moved: { .rowMoved(step: $0) },
            clicked: { .rowClicked(row: $0) },
            opened: { level.selected == nil ? nil : keys.verdict(for: .enter, in: state) })
    }
}

// MARK: - Rows

extension DataPicker {
    private typealias Binding = KeyRow<State, Action>

    private static let listRows: [Binding] = [
        Binding("open: <enter>", hint: "open", help: "Opens what is selected.") { state in
            row(state) { $0.opens != nil || $0.isMore ? .send(.openPressed) : .pass }
        },
        Binding("choose: <enter>", hint: "choose", help: "Chooses what cannot be opened.") {
            state in
            guard state.asset == nil else { return .pass }
            if state.source == .url {
                return state.url.isEmpty
                    ? .refuse(because: "no address is typed yet") : .send(.openPressed)
            }
            let row = state.level?.selected
            if row?.opens != nil || row?.isMore == true { return .pass }
            return state.reference == nil
                ? .refuse(because: "nothing here can be chosen") : .send(.takePressed)
        },
        Binding("open-right: <right>", help: "Opens what is selected.") { state in
            row(state) { $0.opens == nil ? .pass : .send(.openPressed) }
        },
        Binding(
            "take-whole: <ctrl-space>", hint: "take whole",
            help: "Chooses what is selected as it is: a whole folder, an asset at its latest."
        ) { state in
            row(state) { $0.takes == nil || $0.opens == nil ? .pass : .send(.takePressed) }
        },
        Binding("up-level: <left>", hint: "up", help: "Goes to the place above.", decide: up),
        Binding(
            "filter-empty-up: <backspace>", help: "In an empty filter: goes to the place above."
        ) { state in
            state.level?.filter.isEmpty == true ? up(state) : .pass
        },
        move("down: <down>", "The next row.", .down), move("up: <up>", "The row before.", .up),
        move("page-down: <pgdn>", "A page down.", .pageDown),
        move("page-up: <pgup>", "A page up.", .pageUp),
        move("first: <home>", "The first row.", .first),
        move("last: <end>", "The last row.", .last),
    ]

    private static let sourceRows: [Binding] = [
        listRow(
            "next-source: <tab>", hint: "next source",
            help: "The next source: assets, datastores, local, jobs, recent, URL.",
            .sourceMoved(isForward: true)),
        listRow(
            "previous-source: <backtab>", help: "The source before.", .sourceMoved(isForward: false)
        ),
        listRow(
            "new-asset: <ctrl-n>", hint: "new asset", help: "Registers data as an asset.",
            .assetOpened),
        listRow("refresh: <f5>", help: "Asks again.", .refreshPressed),
        Binding("filter-clear: <esc>", help: "Ends the filter.") { state in
            state.asset == nil && state.source != .url && state.level?.filter.isEmpty == false
                ? .send(.filterCleared) : .pass
        },
        listRow("close: <esc>", hint: "back", help: "Back to the form, as it was.", .closePressed),
    ]

    private static let assetRows: [Binding] = [
        Binding("asset-close: <esc>", hint: "back", help: "In the new asset: back to the list.") {
            state in
            // While it is being made, escape leaves the form as a whole: the work goes on, and nobody is kept waiting.
            state.asset == nil || state.isSending ? .pass : .send(.assetClosed)
        },
        Binding(
            "asset-create: <ctrl-s>", hint: "create", help: "In the new asset: creates it.",
            decide: create),
        Binding("asset-create-row: <enter>", help: "On Create: creates the asset.") { state in
            state.asset?.focus == .make ? create(state) : .pass
        },
        assetRow(
            "asset-down: <tab> <down> <enter>", hint: "next row",
            help: "In the new asset: the next row.",
            .assetMoved(step: .down)),
        assetRow(
            "asset-up: <backtab> <up>", help: "In the new asset: the row before.",
            .assetMoved(step: .up)),
        typeRow(
            "asset-type-next: <right> <space>", help: "On the type: the next.", isForward: true),
        typeRow(
            "asset-type-previous: <left>", help: "On the type: the one before.", isForward: false),
    ]

    private static func create(_ state: State) -> Verdict<Action> {
        guard let asset = state.asset else { return .pass }
        if asset.isSending { return .refuse(because: "the asset is being made") }
        return asset.problem.map { .refuse(because: $0) } ?? .send(.assetSent)
    }

    private static func up(_ state: State) -> Verdict<Action> {
        guard state.asset == nil, state.source != .url, let level = state.level else {
            return .pass
        }
        if (state.levels[state.source]?.count ?? 0) > 1 { return .send(.upPressed) }
        if case .localFolder(let path) = level.spot, parent(ofLocal: path) != nil {
            return .send(.upPressed)
        }
        return .refuse(
            because: "this is the top; \(state.key("next-source")) shows the next source")
    }

    private static func row(
        _ state: State, _ decide: (Row) -> Verdict<Action>
    ) -> Verdict<Action> {
        guard state.asset == nil, state.source != .url, let row = state.level?.selected else {
            return .pass
        }
        return decide(row)
    }

    private static func move(_ keys: String, _ help: String, _ step: ListMove) -> Binding {
        Binding(keys, help: help) { state in
            state.asset == nil && state.source != .url ? .send(.rowMoved(step: step)) : .pass
        }
    }

    private static func listRow(
        _ keys: String, hint: String = "", help: String, _ action: Action
    ) -> Binding {
        Binding(keys, hint: hint, help: help) { $0.asset == nil ? .send(action) : .pass }
    }

    private static func assetRow(
        _ keys: String, hint: String = "", help: String, _ action: Action
    ) -> Binding {
        Binding(keys, hint: hint, help: help) { $0.asset == nil ? .pass : .send(action) }
    }

    private static func typeRow(_ keys: String, help: String, isForward: Bool) -> Binding {
        Binding(keys, help: help) { state in
            state.asset?.focus == .type ? .send(.assetTypeMoved(isForward: isForward)) : .pass
        }
    }
}
