import ConsoleGrid

extension DataPicker {
    /// Its keys.
    public static let keys: KeyTable<State, Action> = KeyTable(
        "picker", title: "Choosing data", (assetRows + listRows + sourceRows).inText(),
        typing: .init(while: { $0.asset?.isTyping ?? true }) { key, state in
            var field = TextField()
            guard state.asset?.isTyping ?? true, field.handle(key) else { return nil }
            return .send(state.asset == nil ? .textEdited(key: key) : .assetEdited(key: key))
        }, mouse: mouse)

    private static func mouse(_ event: MouseEvent, in state: State) -> Verdict<Action>? {
        if let asset = state.asset { return mouse(event, in: asset, of: state) }
        let layout = layout(of: state.size)
        if event.kind == .left || event.kind == .double,
            let tab = tabs(of: state, in: layout.tabs).first(where: {
                $0.place.contains(event.position)
            })
        {
            return tab.source == state.source ? nil : .send(.sourceClicked(source: tab.source))
        }
        guard state.source != .url, let level = state.level else { return nil }
        let body = listBody(of: state, in: layout.list)
        return .mouse(
            event, in: body.window, drawnIn: body.rows, moved: { .rowMoved(step: $0) },
            clicked: { .rowClicked(row: $0) },
            opened: { level.selected == nil ? nil : keys.verdict(for: .enter, in: state) })
    }

    /// A click on the row with the focus goes on to the next type, or creates the asset.
    private static func mouse(
        _ event: MouseEvent, in asset: NewAsset, of state: State
    ) -> Verdict<Action>? {
        let layout = assetLayout(of: asset, in: Rect(size: state.size))
        return .mouse(
            event, in: layout.window, drawnIn: layout.rows, moved: { .assetMoved(step: $0) },
            clicked: { .assetClicked(row: $0) },
            opened: {
                switch asset.focus {
                case .type: keys.verdict(doing: "asset-type-next", in: state)
                case .make: keys.verdict(doing: "asset-create", in: state)
                case .name, .version, .path, .description, .file: nil
                }
            })
    }
}

// MARK: - Rows

extension DataPicker {
    private typealias Binding = KeyRow<State, Action>

    private static let listRows: [Binding] =
        [
            selectionRow(
                "open: <enter>", hint: "open", help: "Opens what is selected.", .openPressed
            ) {
                $0.opens != nil || $0.isMore
            },
            Binding("choose: <enter>", hint: "choose", help: "Chooses what cannot be opened.") {
                state in
                guard state.asset == nil else { return .pass }
                if state.source == .url {
                    return .send(
                        .openPressed, unless: state.url.isEmpty ? "no address is typed yet" : nil)
                }
                let row = state.level?.selected
                if row?.opens != nil || row?.isMore == true { return .pass }
                return .send(
                    .takePressed,
                    unless: state.reference == nil ? "nothing here can be chosen" : nil)
            },
            selectionRow("open-right: <right>", help: "Opens what is selected.", .openPressed) {
                $0.opens != nil
            },
            selectionRow(
                "take-whole: <ctrl-space>", hint: "take whole",
                help: "Chooses what is selected as it is: a whole folder, an asset at its latest.",
                .takePressed
            ) { $0.takes != nil && $0.opens != nil },
            Binding("up-level: <left>", hint: "up", help: "Goes to the place above.", decide: up),
            Binding(
                "filter-empty-up: <backspace>",
                help: "In an empty filter: goes to the place above.",
                decide: up
            ).when { $0.level?.filter.isEmpty == true },
        ]
        + Binding.moves(
            [
                (.down, "<down>", "The next row."), (.up, "<up>", "The row before."),
                (.pageDown, "<pgdn>", "A page down."), (.pageUp, "<pgup>", "A page up."),
                (.first, "<home>", "The first row."), (.last, "<end>", "The last row."),
            ], sends: Action.rowMoved(step:)
        ).when(isInList)

    private static let sourceRows: [Binding] = [
        Binding(
            "next-source: <tab>", hint: "next source",
            help: "The next source: assets, datastores, local, jobs, recent, URL.",
            sends: .sourceMoved(isForward: true)),
        Binding(
            "previous-source: <backtab>", help: "The source before.",
            sends: .sourceMoved(isForward: false)),
        Binding(
            "new-asset: <ctrl-n>", hint: "new asset", help: "Registers data as an asset.",
            sends: .assetOpened),
        Binding("refresh: <f5>", help: "Asks again.", sends: .refreshPressed),
        Binding(
            "filter-clear: <esc>", help: "Ends the filter.", sends: .filterCleared,
            when: { $0.source != .url && $0.level?.filter.isEmpty == false }),
        Binding(
            "close: <esc>", hint: "back", help: "Back to the form, as it was.",
            sends: .closePressed),
    ].when { $0.asset == nil }

    private static let assetRows: [Binding] = [
        // While it is being made, escape leaves the form as a whole: the work goes on, and nobody is kept waiting.
        Binding(
            "asset-close: <esc>", hint: "back", help: "In the new asset: back to the list.",
            sends: .assetClosed, when: { !$0.isSending }),
        Binding(
            "asset-create: <ctrl-s>", hint: "create", help: "In the new asset: creates it.",
            sends: .assetSent, unless: createRefusal),
        Binding(
            "asset-create-row: <enter>", help: "On Create: creates the asset.", sends: .assetSent,
            when: { $0.asset?.focus == .make }, unless: createRefusal),
        Binding(
            "asset-down: <tab> <down> <enter>", hint: "next row",
            help: "In the new asset: the next row.", sends: .assetMoved(step: .down)),
        Binding(
            "asset-up: <backtab> <up>", help: "In the new asset: the row before.",
            sends: .assetMoved(step: .up)),
        Binding(
            "asset-type-next: <right> <space>", help: "On the type: the next.",
            sends: .assetTypeMoved(isForward: true), when: { $0.asset?.focus == .type }),
        Binding(
            "asset-type-previous: <left>", help: "On the type: the one before.",
            sends: .assetTypeMoved(isForward: false), when: { $0.asset?.focus == .type }),
    ].when { $0.asset != nil }

    private static func createRefusal(in state: State) -> String? {
        guard let asset = state.asset else { return nil }
        return asset.isSending ? "the asset is being made" : asset.problem
    }

    private static func isInList(_ state: State) -> Bool {
        state.asset == nil && state.source != .url
    }

    private static func up(_ state: State) -> Verdict<Action> {
        guard isInList(state), let level = state.level else { return .pass }
        if (state.levels[state.source]?.count ?? 0) > 1 { return .send(.upPressed) }
        if case .localFolder(let path) = level.spot, parent(ofLocal: path) != nil {
            return .send(.upPressed)
        }
        return .refuse(
            because: "this is the top; \(state.key("next-source")) shows the next source")
    }

    /// Keys for the selected row of the list.
    private static func selectionRow(
        _ keys: String, hint: String = "", help: String, _ action: Action,
        when isMeant: @escaping @Sendable (Row) -> Bool
    ) -> Binding {
        Binding(
            keys, hint: hint, help: help, sends: action,
            when: { isInList($0) && $0.level?.selected.map(isMeant) ?? false })
    }
}
