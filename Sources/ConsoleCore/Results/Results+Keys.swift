import BatchModel
public import ConsoleGrid

extension Results {
    /// Its keys.
    public static let keys = KeyTable<State, Action>(
        "results",
        (typingRows + exportRows).map(\.inText) + lookRows + paneRows + moveRows + previewRows
            + downloadRows + tableRows + generalRows,
        help: generalRows + downloadRows + tableRows + previewRows + paneRows + moveRows
            + lookRows + exportRows + typingRows)

    /// What a key comes to; nil when the screen has no use for it.
    public static func verdict(
        for key: KeyPress, in state: State, by keymap: Keymap = .standard
    ) -> Verdict<Action>? {
        if let verdict = keys.verdict(
            for: key, in: state, by: keymap, isTyping: isEditingText(state))
        {
            return verdict
        }
        if case .mouse(let event) = key { return mouse(event, in: state) }
        guard state.isTyping else { return nil }
        var field = TextField()
        return field.handle(key) ? .send(.textEdited(key: key)) : nil
    }

    /// Whether plain letters go into a line of text.
    public static func isEditingText(_ state: State) -> Bool { state.isTyping }

    /// The footer's hints.
    public static func hints(in state: State, by keymap: Keymap = .standard) -> [KeyHint] {
        keys.hints(in: state, by: keymap)
    }

    /// The wheel and clicks; places are counted from the corner of the screen's own part.
    private static func mouse(_ event: MouseEvent, in state: State) -> Verdict<Action>? {
        let layout = layout(of: state, in: Rect(size: state.size))
        let hit: [(Pane, Rect?)] = [(.tree, layout.tree), (.preview, layout.preview)]
        guard let (pane, place) = hit.first(where: { $0.1?.contains(event.position) ?? false }),
            let place
        else { return nil }
        switch event.kind {
        case .wheelUp, .wheelDown:
            return .send(.wheelTurned(pane: pane, isForward: event.kind == .wheelDown))
        case .left, .double:
            let hasHeadings =
                pane == .preview
                && (state.look.map(\.hasHeadings) ?? state.preview?.hasHeadings ?? false)
            let top = place.row + (hasHeadings ? 2 : 1)
            let row = event.position.row - top
            let list = state.tree.list
            let isSelected = list.selected == list.offset + row
            guard pane == .tree, state.pane == .tree, isSelected else {
                return .send(.rowClicked(pane: pane, row: row))
            }
            return .send(.rowOpened)
        case .middle, .right, .release: return nil
        }
    }
}

// MARK: - Rows

extension Results {
    typealias Binding = KeyRow<State, Action>

    static func typingRow(
        _ keys: String, hint: String = "", help: String, _ action: Action,
        where isMeant: @escaping @Sendable (State) -> Bool
    ) -> Binding {
        Binding(keys, hint: hint, help: help) { isMeant($0) ? .send(action) : .pass }
    }

    private static let typingRows: [Binding] = [
        Binding(
            "download-start: <enter>", hint: "download", help: "At the folder: starts the download."
        ) { state in
            guard let prompt = state.download.prompt else { return .pass }
            return prompt.value.allSatisfy(\.isWhitespace)
                ? .refuse(because: "a folder is needed to download into")
                : .send(.downloadConfirmed)
        },
        typingRow(
            "download-close: <esc>", hint: "close", help: "At the folder: closes it.",
            .downloadClosed
        ) {
            $0.download.prompt != nil
        },
        typingRow(
            "search-keep: <enter>", hint: "keep", help: "In a search or filter: keeps it.",
            .searchKept
        ) {
            $0.isTyping && $0.download.prompt == nil && $0.export.prompt == nil
        },
        typingRow(
            "search-clear: <esc>", hint: "clear", help: "Ends the search or the filter.",
            .searchClosed
        ) { state in
            guard state.download.prompt == nil, state.export.prompt == nil else { return false }
            return state.isTyping
                || (state.pane == .preview
                    ? state.preview?.search != nil : !state.tree.filter.isEmpty)
        },
        typingRow(
            "search-next: <down>", help: "In a search: the next match.",
            .matchMoved(isForward: true)
        ) { $0.preview?.search?.isTyping ?? false },
        typingRow(
            "search-previous: <up>", help: "In a search: the match before.",
            .matchMoved(isForward: false)
        ) { $0.preview?.search?.isTyping ?? false },
        typingRow(
            "filter-down: <down>", help: "In a filter: the next row.", .rowMoved(step: .down)
        ) { $0.tree.isTyping },
        typingRow(
            "filter-up: <up>", help: "In a filter: the row before.", .rowMoved(step: .up)
        ) { $0.tree.isTyping },
    ]

    private static let paneRows: [Binding] = [
        row(
            "open: <enter> l <right>", hint: "open",
            help: "In the tree: goes into a file, opens or shuts a folder.", .rowOpened
        ) { $0.pane == .tree && $0.tree.selected != nil },
        row(
            "close-branch: h <left>",
            help: "In the tree: shuts a folder, or goes to the one above.",
            .branchClosed
        ) { $0.pane == .tree },
        Binding("switch-pane: <tab> <backtab>", hint: "other pane", help: "Goes to the other pane.")
        { state in
            if state.isTyping { return .pass }
            return state.preview == nil
                ? .refuse(because: "no file is selected") : .send(.paneSwitched)
        },
        row(
            "leave-preview: <esc>", hint: "files", help: "In the preview: back to the tree.",
            .previewLeft
        ) {
            // The preview that opened by itself is left together with the screen, unless it covers the tree.
            $0.pane == .preview && $0.preview?.search == nil && $0.look == nil
                && ($0.chosenPane == .preview || !$0.isWide)
        },
    ]

    private static let moveRows: [Binding] = [
        row("down: j <down>", help: "The next row.", .rowMoved(step: .down)),
        row("up: k <up>", help: "The row before.", .rowMoved(step: .up)),
        row("first: g <home>", help: "The first row.", .rowMoved(step: .first)),
        row("last: G <end>", help: "The last row, however long the file.", .rowMoved(step: .last)),
        row("page-down: <pgdn> <space>", help: "A page down.", .rowMoved(step: .pageDown)),
        row("page-up: <pgup>", help: "A page up.", .rowMoved(step: .pageUp)),
        row("half-page-down: <ctrl-d>", help: "Half a page down.", .rowMoved(step: .halfPageDown)),
        row("half-page-up: <ctrl-u>", help: "Half a page up.", .rowMoved(step: .halfPageUp)),
    ]

    private static let previewRows: [Binding] = [
        previewRow(
            "scroll-right: l <right>", help: "In the preview: to the right.",
            .columnMoved(isForward: true)),
        previewRow(
            "scroll-left: h <left>", help: "In the preview: to the left.",
            .columnMoved(isForward: false)),
        row(
            "view: v", hint: "text/table", help: "Shows the text itself, or columns again.",
            .viewSwitched
        ) { $0.look == nil && $0.preview?.hasTwoViews ?? false },
        row(
            "header: H", help: "Takes the first row of a table for names, or no longer.",
            .headerSwitched
        ) { state in
            guard let preview = state.preview, case .table = preview.shape else { return false }
            return preview.isTable && state.look == nil
        },
        Binding("copy-row: Y", help: "Copies the selected row.") { state in
            if state.isTyping || state.look != nil { return .pass }
            return state.preview?.list.selected == nil
                ? .refuse(because: "no row is shown") : .send(.rowCopied)
        },
        row(
            "next-match: .", hint: "next match", help: "After a search: the next match.",
            .matchMoved(isForward: true)
        ) { $0.preview?.search != nil },
        row(
            "previous-match: ,", help: "After a search: the match before.",
            .matchMoved(isForward: false)
        ) {
            $0.preview?.search != nil
        },
    ]

    private static let downloadRows: [Binding] = [
        Binding("download: d", hint: "download", help: "Downloads everything the job wrote.") {
            state in
            if state.isTyping { return .pass }
            if state.download.folder != nil {
                return .refuse(because: "the download is still running")
            }
            return state.isWithoutFiles
                ? .refuse(because: "there is no file to download") : .send(.downloadOpened)
        }
    ]

    private static let generalRows: [Binding] = [
        Binding(
            "copy: y", hint: "copy address",
            help: "Copies the output's address; after a download the folder."
        ) { state in
            if state.isTyping { return .pass }
            return state.download.report == nil && state.selectedOutput == nil
                ? .refuse(because: "no output is known yet") : .send(.addressCopied)
        },
        row(
            "search: /", hint: "search", help: "In the preview: searches the loaded rows.",
            .searchOpened
        ) {
            $0.pane == .preview && $0.look == nil && !($0.preview?.shape.isBinary ?? true)
        },
        row("filter: /", hint: "filter", help: "In the tree: filters the files.", .searchOpened) {
            $0.pane == .tree && !($0.outputs.value?.isEmpty ?? true)
        },
        row(
            "refresh: r <f5>", hint: "reload", help: "Lists and reads everything anew.",
            .reloadPressed),
        row("job: i", help: "Opens the job: status, logs and error.", .jobPressed),
    ]

    /// A row that holds while no text is typed.
    static func row(
        _ keys: String, hint: String = "", help: String, _ action: Action,
        where isMeant: @escaping @Sendable (State) -> Bool = { _ in true }
    ) -> Binding {
        Binding(keys, hint: hint, help: help) { state in
            !state.isTyping && isMeant(state) ? .send(action) : .pass
        }
    }

    private static func previewRow(_ keys: String, help: String, _ action: Action) -> Binding {
        row(keys, help: help, action) { $0.pane == .preview }
    }
}

extension Results.Preview {
    /// Whether there is another view than the text itself.
    var hasTwoViews: Bool { shape.isTable || pretty != nil }
}
