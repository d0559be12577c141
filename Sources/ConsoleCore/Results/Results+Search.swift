import BatchModel
import ConsoleGrid

extension Results {
    static func search(_ state: inout State, _ action: Action) {
        switch action {
        case .searchOpened: openSearch(&state)
        case .textEdited(let key): edit(&state, key)
        case .searchKept:
            state.tree.isTyping = false
            state.preview?.search?.isTyping = false
            if state.preview?.search?.field.isEmpty ?? false { state.preview?.search = nil }
        case .searchClosed: closeSearch(&state)
        case .matchMoved(let isForward): state.preview?.moveMatch(isForward: isForward)
        case .rowMoved, .wheelTurned, .rowClicked, .columnMoved, .paneSwitched, .rowOpened,
            .branchClosed, .previewLeft, .viewSwitched, .headerSwitched, .reloadPressed,
            .addressCopied, .rowCopied, .jobPressed, .statusChanged, .downloadOpened,
            .downloadConfirmed,
            .downloadClosed, .outputsLoaded, .outputsRefused, .filesLoaded, .filesRefused, .read,
            .readRefused, .downloadAdvanced, .downloadFinished, .downloadRefused, .folderPressed,
            .folderRefused, .look, .export:
            break
        }
    }

    private static func openSearch(_ state: inout State) {
        switch state.pane {
        case .tree:
            state.tree.isTyping = true
            state.chosenPane = .tree
        case .preview:
            guard let preview = state.preview else { return }
            var search = preview.search ?? Search(origin: preview.list.selection)
            search.isTyping = true
            search.origin = preview.list.selection
            state.preview?.search = search
        }
    }

    private static func edit(_ state: inout State, _ key: KeyPress) {
        if state.download.prompt != nil {
            if state.download.prompt?.handle(key) ?? false { state.download.isTaken = false }
        } else if state.export.prompt != nil {
            if state.export.prompt?.handle(key) ?? false { state.export.isTaken = false }
        } else if state.tree.isTyping {
            guard state.tree.filter.handle(key) else { return }
            state.hasFile = state.hasFile || !state.tree.rows.isEmpty
            listTree(&state)
        } else if state.preview?.search?.isTyping ?? false {
            guard state.preview?.search?.field.handle(key) ?? false else { return }
            state.preview?.findMatches()
            state.preview?.showMatch()
        }
    }

    private static func closeSearch(_ state: inout State) {
        if state.tree.isTyping || state.pane == .tree {
            state.tree.isTyping = false
            state.tree.filter.clear()
            listTree(&state)
        } else if let search = state.preview?.search {
            if search.isTyping { state.preview?.list.select(search.origin) }
            state.preview?.search = nil
        }
    }
}

extension Results.Preview {
    /// Finds the loaded rows that hold what is looked for; case counts only when a capital is typed.
    mutating func findMatches() {
        guard let needle = search?.needle else { return }
        let matches = (0..<rowCount).filter { needle.isIn(bytes(of: $0)) }
        search?.matches = matches
    }

    /// Selects the first match from where the search began, going on from the start.
    mutating func showMatch() {
        guard let search else { return }
        list.select(Matches.first(of: search.matches, from: search.origin) ?? search.origin)
    }

    /// Selects the next match or the one before, round and round.
    mutating func moveMatch(isForward: Bool) {
        let matches = search?.matches ?? []
        let next = Matches.next(of: matches, from: list.selection, isForward: isForward)
        if let next { list.select(next) }
    }
}
