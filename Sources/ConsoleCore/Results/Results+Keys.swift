import BatchModel
import ConsoleGrid

extension Results {
    /// Its keys.
    public static let keys = KeyTable<State, Action>(
        "results", title: "Results",
        typingRows + exportRows + lookRows + paneRows + moveRows + previewRows + downloadRows
            + tableRows + generalRows,
        help: generalRows + downloadRows + tableRows + previewRows + paneRows + moveRows
            + lookRows + exportRows + typingRows,
        typing: .init(while: { $0.isTyping }, sends: Action.textEdited(key:)), mouse: mouse)

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

    private static let typingRows: [Binding] = [
        Binding(
            "download-start: <enter>", hint: "download",
            help: "At the folder: starts the download.", sends: .downloadConfirmed,
            when: { $0.download.prompt != nil },
            unless: { isBlank($0.download.prompt) ? "a folder is needed to download into" : nil }),
        Binding(
            "download-close: <esc>", hint: "close", help: "At the folder: closes it.",
            sends: .downloadClosed, when: { $0.download.prompt != nil }),
        Binding(
            "search-keep: <enter>", hint: "keep", help: "In a search or filter: keeps it.",
            sends: .searchKept,
            when: { $0.isTyping && $0.download.prompt == nil && $0.export.prompt == nil }),
        Binding(
            "search-clear: <esc>", hint: "clear", help: "Ends the search or the filter.",
            sends: .searchClosed,
            when: { state in
                guard state.download.prompt == nil, state.export.prompt == nil else { return false }
                return state.isTyping
                    || (state.pane == .preview
                        ? state.preview?.search != nil : !state.tree.filter.isEmpty)
            }),
        Binding(
            "search-next: <down>", help: "In a search: the next match.",
            sends: .matchMoved(isForward: true), when: { $0.preview?.search?.isTyping ?? false }),
        Binding(
            "search-previous: <up>", help: "In a search: the match before.",
            sends: .matchMoved(isForward: false), when: { $0.preview?.search?.isTyping ?? false }),
        Binding(
            "filter-down: <down>", help: "In a filter: the next row.",
            sends: .rowMoved(step: .down), when: { $0.tree.isTyping }),
        Binding(
            "filter-up: <up>", help: "In a filter: the row before.", sends: .rowMoved(step: .up),
            when: { $0.tree.isTyping }),
    ].inText()

    /// Whether nothing is written on the line one is asked for.
    static func isBlank(_ prompt: TextField?) -> Bool {
        prompt?.value.allSatisfy(\.isWhitespace) ?? true
    }

    private static let paneRows: [Binding] = [
        Binding(
            "open: <enter> l <right>", hint: "open",
            help: "In the tree: goes into a file, opens or shuts a folder.", sends: .rowOpened,
            when: { $0.pane == .tree && $0.tree.selected != nil }),
        Binding(
            "close-branch: h <left>",
            help: "In the tree: shuts a folder, or goes to the one above.",
            sends: .branchClosed, when: { $0.pane == .tree }),
        Binding(
            "switch-pane: <tab> <backtab>", hint: "other pane", help: "Goes to the other pane.",
            sends: .paneSwitched, unless: { $0.preview == nil ? "no file is selected" : nil }),
        Binding(
            "leave-preview: <esc>", hint: "files", help: "In the preview: back to the tree.",
            sends: .previewLeft,
            when: {
                // The preview that opened by itself is left together with the screen, unless it covers the tree.
                $0.pane == .preview && $0.preview?.search == nil && $0.look == nil
                    && ($0.chosenPane == .preview || !$0.isWide)
            }),
    ].when(isFree)

    private static let moveRows = Binding.moves(
        [
            (.down, "j <down>", "The next row."), (.up, "k <up>", "The row before."),
            (.first, "g <home>", "The first row."),
            (.last, "G <end>", "The last row, however long the file."),
            (.pageDown, "<pgdn> <space>", "A page down."), (.pageUp, "<pgup>", "A page up."),
            (.halfPageDown, "<ctrl-d>", "Half a page down."),
            (.halfPageUp, "<ctrl-u>", "Half a page up."),
        ], sends: Action.rowMoved(step:)
    ).when(isFree)

    private static let previewRows: [Binding] = [
        Binding(
            "scroll-right: l <right>", help: "In the preview: to the right.",
            sends: .columnMoved(isForward: true), when: { $0.pane == .preview }),
        Binding(
            "scroll-left: h <left>", help: "In the preview: to the left.",
            sends: .columnMoved(isForward: false), when: { $0.pane == .preview }),
        Binding(
            "view: v", hint: "text/table", help: "Shows the text itself, or columns again.",
            sends: .viewSwitched, when: { $0.look == nil && $0.preview?.hasTwoViews ?? false }),
        Binding(
            "header: H", help: "Takes the first row of a table for names, or no longer.",
            sends: .headerSwitched,
            when: { state in
                guard let preview = state.preview, case .table = preview.shape else { return false }
                return preview.isTable && state.look == nil
            }),
        Binding(
            "copy-row: Y", help: "Copies the selected row.", sends: .rowCopied,
            when: { $0.look == nil },
            unless: { $0.preview?.list.selected == nil ? "no row is shown" : nil }),
        Binding(
            "next-match: .", hint: "next match", help: "After a search: the next match.",
            sends: .matchMoved(isForward: true), when: { $0.preview?.search != nil }),
        Binding(
            "previous-match: ,", help: "After a search: the match before.",
            sends: .matchMoved(isForward: false), when: { $0.preview?.search != nil }),
    ].when(isFree)

    private static let downloadRows: [Binding] = [
        Binding(
            "download: d", hint: "download", help: "Downloads everything the job wrote.",
            sends: .downloadOpened,
            unless: { state in
                if state.download.folder != nil { return "the download is still running" }
                return state.isWithoutFiles ? "there is no file to download" : nil
            }),
        Binding(
            "open-folder: O", hint: "open folder",
            help: "After a download: shows its folder on the desktop.", sends: .folderPressed,
            unless: { $0.download.report == nil ? "nothing was downloaded here yet" : nil }
        ).hinted { $0.download.report != nil },
    ].when(isFree)

    private static let generalRows: [Binding] = [
        Binding(
            "copy: y", hint: "copy address",
            help: "Copies the output's address; after a download the folder.",
            sends: .addressCopied,
            unless: {
                $0.download.report == nil && $0.selectedOutput == nil
                    ? "no output is known yet" : nil
            }),
        Binding(
            "search: /", hint: "search", help: "In the preview: searches the loaded rows.",
            sends: .searchOpened,
            when: { $0.pane == .preview && $0.look == nil && !($0.preview?.shape.isBinary ?? true) }
        ),
        Binding(
            "filter: /", hint: "filter", help: "In the tree: filters the files.",
            sends: .searchOpened,
            when: { $0.pane == .tree && !($0.outputs.value?.isEmpty ?? true) }),
        Binding(
            "refresh: r <f5>", hint: "reload", help: "Lists and reads everything anew.",
            sends: .reloadPressed),
        Binding("job: i", help: "Opens the job: status, logs and error.", sends: .jobPressed),
    ].when(isFree)

    /// Letters are no text.
    static func isFree(_ state: State) -> Bool { !state.isTyping }
}

extension Results.Preview {
    /// Whether there is another view than the text itself.
    var hasTwoViews: Bool { shape.isTable || pretty != nil }
}
