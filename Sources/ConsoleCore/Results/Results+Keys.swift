public import ConsoleGrid

extension Results {
    /// Its keys.
    public static let keys = KeyTable<State, Action>(
        typingRows + paneRows + moveRows + previewRows + generalRows)

    /// What a key comes to; nil when the screen has no use for it.
    public static func verdict(for key: KeyPress, in state: State) -> Verdict<Action>? {
        if let verdict = keys.verdict(for: key, in: state) { return verdict }
        if case .mouse(let event) = key { return mouse(event, in: state) }
        guard state.isTyping else { return nil }
        var field = TextField()
        return field.handle(key) ? .send(.textEdited(key: key)) : nil
    }

    /// Whether plain letters go into a line of text.
    public static func isEditingText(_ state: State) -> Bool { state.isTyping }

    /// The footer's hints.
    public static func hints(in state: State) -> [KeyHint] { keys.hints(in: state) }

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
        case .left:
            let hasHeadings = pane == .preview && state.preview?.hasHeadings ?? false
            let top = place.row + (hasHeadings ? 2 : 1)
            return .send(.rowClicked(pane: pane, row: event.position.row - top))
        case .double: return pane == .tree ? .send(.rowOpened) : nil
        case .middle, .right, .release: return nil
        }
    }
}

// MARK: - Rows

extension Results {
    private typealias Binding = KeyRow<State, Action>

    private static func typingRow(
        _ keys: String, hint: String = "", help: String, _ action: Action,
        where isMeant: @escaping @Sendable (State) -> Bool
    ) -> Binding {
        Binding(keys, hint: hint, help: help) { isMeant($0) ? .send(action) : .pass }
    }

    private static let typingRows: [Binding] = [
        Binding("<enter>", hint: "download", help: "At the folder: starts the download.") { state in
            guard let prompt = state.download.prompt else { return .pass }
            return prompt.value.allSatisfy(\.isWhitespace)
                ? .refuse(because: "a folder is needed to download into")
                : .send(.downloadConfirmed)
        },
        typingRow("<esc>", hint: "close", help: "At the folder: closes it.", .downloadClosed) {
            $0.download.prompt != nil
        },
        typingRow("<enter>", hint: "keep", help: "In a search or filter: keeps it.", .searchKept) {
            $0.isTyping && $0.download.prompt == nil
        },
        typingRow(
            "<esc>", hint: "clear", help: "Ends the search or the filter.", .searchClosed
        ) { state in
            guard state.download.prompt == nil else { return false }
            return state.isTyping
                || (state.pane == .preview
                    ? state.preview?.search != nil : !state.tree.filter.isEmpty)
        },
        typingRow(
            "<down>", help: "In a search: the next match.", .matchMoved(isForward: true)
        ) { $0.preview?.search?.isTyping ?? false },
        typingRow(
            "<up>", help: "In a search: the match before.", .matchMoved(isForward: false)
        ) { $0.preview?.search?.isTyping ?? false },
        typingRow(
            "<down>", help: "In a filter: the next row.", .rowMoved(step: .down)
        ) { $0.tree.isTyping },
        typingRow(
            "<up>", help: "In a filter: the row before.", .rowMoved(step: .up)
        ) { $0.tree.isTyping },
    ]

    private static let paneRows: [Binding] = [
        row(
            "<enter> l <right>", hint: "open",
            help: "In the tree: goes into a file, opens or shuts a folder.", .rowOpened
        ) { $0.pane == .tree && $0.tree.selected != nil },
        row(
            "h <left>", help: "In the tree: shuts a folder, or goes to the one above.",
            .branchClosed
        ) { $0.pane == .tree },
        Binding("<tab> <backtab>", hint: "other pane", help: "Goes to the other pane.") { state in
            if state.isTyping { return .pass }
            return state.preview == nil
                ? .refuse(because: "no file is selected") : .send(.paneSwitched)
        },
        row("<esc>", hint: "files", help: "In the preview: back to the tree.", .previewLeft) {
            // The preview that opened by itself is left together with the screen, unless it covers the tree.
            $0.pane == .preview && $0.preview?.search == nil
                && ($0.chosenPane == .preview || !$0.isWide)
        },
    ]

    private static let moveRows: [Binding] = [
        row("j <down>", help: "The next row.", .rowMoved(step: .down)),
        row("k <up>", help: "The row before.", .rowMoved(step: .up)),
        row("g <home>", help: "The first row.", .rowMoved(step: .first)),
        row("G <end>", help: "The last row, however long the file.", .rowMoved(step: .last)),
        row("<pgdn> <space>", help: "A page down.", .rowMoved(step: .pageDown)),
        row("<pgup>", help: "A page up.", .rowMoved(step: .pageUp)),
        row("<ctrl-d>", help: "Half a page down.", .rowMoved(step: .halfPageDown)),
        row("<ctrl-u>", help: "Half a page up.", .rowMoved(step: .halfPageUp)),
    ]

    private static let previewRows: [Binding] = [
        previewRow(
            "l <right>", help: "In the preview: to the right.", .columnMoved(isForward: true)),
        previewRow(
            "h <left>", help: "In the preview: to the left.", .columnMoved(isForward: false)),
        row(
            "v", hint: "text/table", help: "Shows the text itself, or columns again.",
            .viewSwitched
        ) { $0.preview?.hasTwoViews ?? false },
        row(
            "H", help: "Takes the first row of a table for names, or no longer.", .headerSwitched
        ) { state in
            guard let preview = state.preview, case .table = preview.shape else { return false }
            return preview.isTable
        },
        Binding("Y", help: "Copies the selected row.") { state in
            if state.isTyping { return .pass }
            return state.preview?.list.selected == nil
                ? .refuse(because: "no row is shown") : .send(.rowCopied)
        },
        row(
            ".", hint: "next match", help: "After a search: the next match.",
            .matchMoved(isForward: true)
        ) { $0.preview?.search != nil },
        row(",", help: "After a search: the match before.", .matchMoved(isForward: false)) {
            $0.preview?.search != nil
        },
    ]

    private static let generalRows: [Binding] = [
        Binding("d", hint: "download", help: "Downloads everything the job wrote.") { state in
            if state.isTyping { return .pass }
            if state.download.folder != nil {
                return .refuse(because: "the download is still running")
            }
            return state.isWithoutFiles
                ? .refuse(because: "there is no file to download") : .send(.downloadOpened)
        },
        Binding(
            "y", hint: "copy address",
            help: "Copies the output's address; after a download the folder."
        ) { state in
            if state.isTyping { return .pass }
            return state.download.report == nil && state.selectedOutput == nil
                ? .refuse(because: "no output is known yet") : .send(.addressCopied)
        },
        row("/", hint: "search", help: "In the preview: searches the loaded rows.", .searchOpened) {
            $0.pane == .preview && !($0.preview?.shape.isBinary ?? true)
        },
        row("/", hint: "filter", help: "In the tree: filters the files.", .searchOpened) {
            $0.pane == .tree && !($0.outputs.value?.isEmpty ?? true)
        },
        row("r <f5>", hint: "reload", help: "Lists and reads everything anew.", .reloadPressed),
        row("i", help: "Opens the job: status, logs and error.", .jobPressed),
    ]

    /// A row that holds while no text is typed.
    private static func row(
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
