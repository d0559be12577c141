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
            .readRefused, .downloadAdvanced, .downloadFinished, .downloadRefused, .look, .export:
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
            _ = state.download.prompt?.handle(key)
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
        guard let search else { return }
        let needle = Array(search.field.value.utf8)
        let isSensitive = search.field.value.contains(where: \.isUppercase)
        let matches = (0..<rowCount).filter { row in
            Results.holds(bytes(of: row), needle, isCaseSensitive: isSensitive)
        }
        self.search?.matches = matches
    }

    /// Selects the first match from where the search began, going on from the start.
    mutating func showMatch() {
        guard let search else { return }
        let next = search.matches.first { $0 >= search.origin } ?? search.matches.first
        list.select(next ?? search.origin)
    }

    /// Selects the next match or the one before, round and round.
    mutating func moveMatch(isForward: Bool) {
        guard let matches = search?.matches, !matches.isEmpty else { return }
        let here = list.selection
        let next =
            isForward
            ? matches.first { $0 > here } ?? matches.first
            : matches.last { $0 < here } ?? matches.last
        if let next { list.select(next) }
    }
}

extension Results {
    /// Whether bytes hold others; letters beyond ASCII are compared as they are.
    static func holds(
        _ bytes: ArraySlice<UInt8>, _ needle: [UInt8], isCaseSensitive: Bool
    ) -> Bool {
        guard let first = needle.first, bytes.count >= needle.count else { return false }
        func same(_ byte: UInt8, _ wanted: UInt8) -> Bool {
            if byte == wanted { return true }
            guard !isCaseSensitive, (0x41...0x5A).contains(byte) else { return false }
            return byte | 0x20 == wanted
        }
        for start in bytes.startIndex...(bytes.endIndex - needle.count)
        where same(bytes[start], first) {
            if needle.indices.allSatisfy({ same(bytes[start + $0], needle[$0]) }) { return true }
        }
        return false
    }

    /// The clusters of a text where it holds another, for highlighting.
    static func positions(of wanted: String, in text: String) -> [Int] {
        let isSensitive = wanted.contains(where: \.isUppercase)
        let needle = Array(wanted)
        let letters = isSensitive ? Array(text) : Array(text.lowercased())
        guard !needle.isEmpty, letters.count >= needle.count else { return [] }
        var found: [Int] = []
        var index = 0
        while index + needle.count <= letters.count {
            if letters[index..<index + needle.count].elementsEqual(needle) {
                found += Array(index..<index + needle.count)
                index += needle.count
            } else {
                index += 1
            }
        }
        return found
    }
}
