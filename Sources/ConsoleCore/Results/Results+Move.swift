import BatchModel
import ConsoleGrid

// What keys and the mouse do in the two panes.

extension Results {
    static func move(_ state: inout State, _ step: ListMove) {
        switch state.pane {
        case .tree:
            // From here on the selection is a person's.
            state.hasFile = state.hasFile || !state.tree.rows.isEmpty
            state.chosenPane = .tree
            state.tree.list.move(step)
        case .preview:
            guard state.look == nil else { return move(&state.look, step) }
            state.preview?.move(step)
        }
    }

    static func wheel(_ state: inout State, _ pane: Pane, isForward: Bool) {
        let rows = isForward ? 3 : -3
        switch pane {
        case .tree: state.tree.list.scroll(by: rows)
        case .preview:
            guard state.look == nil else { return scroll(&state.look, by: rows) }
            state.preview?.jump = nil
            state.preview?.failure = nil
            state.preview?.list.scroll(by: rows)
        }
    }

    static func click(_ state: inout State, _ pane: Pane, row: Int) {
        state.chosenPane = pane
        switch pane {
        case .tree:
            guard state.tree.list.visible.contains(state.tree.list.offset + row) else { return }
            state.hasFile = true
            state.tree.list.select(state.tree.list.offset + row)
        case .preview:
            guard state.look == nil else { return select(&state.look, row: row) }
            guard let list = state.preview?.list, list.visible.contains(list.offset + row) else {
                return
            }
            state.preview?.list.select(list.offset + row)
        }
    }

    static func open(_ state: inout State) {
        guard state.pane == .tree, let row = state.tree.selected else { return }
        switch row.kind {
        case .file:
            state.hasFile = true
            state.chosenPane = .preview
        case .output, .folder:
            if state.tree.shut.remove(row.id) == nil { state.tree.shut.insert(row.id) }
            listTree(&state)
        case .note: break
        }
    }

    /// Shuts the selected branch, or goes to the one it is in.
    static func close(_ state: inout State) {
        guard let row = state.tree.selected else { return }
        let isBranch = row.kind == .output || row.kind == .folder
        if isBranch, !state.tree.shut.contains(row.id) {
            state.tree.shut.insert(row.id)
            listTree(&state)
            return
        }
        let above = state.tree.rows[..<state.tree.list.selection]
        if let parent = above.lastIndex(where: { $0.depth < row.depth }) {
            state.tree.list.select(parent)
        }
    }

    static func moveColumn(_ state: inout State, isForward: Bool) {
        let columns = layout(of: state, in: Rect(size: state.size)).preview?.columns ?? 0
        state.preview?.moveColumn(isForward: isForward, columns: columns - 4)
    }

    static func switchView(_ state: inout State) {
        state.preview?.relist { $0.isRaw.toggle() }
        state.preview?.findMatches()
    }

    /// Gives both panes the heights of their places.
    static func fit(_ state: inout State) {
        let layout = layout(of: state, in: Rect(size: state.size))
        if let tree = layout.tree { state.tree.list.setHeight(tree.rows - 2) }
        guard let place = layout.preview, state.preview != nil else { return }
        fit(&state.look, in: place)
        let headings = state.preview?.hasHeadings ?? false ? 1 : 0
        state.preview?.list.setHeight(place.rows - 2 - headings)
        state.preview?.learnWidths()
    }
}

extension Results.Preview {
    /// Columns the text goes sideways by one key.
    private static let sidewaysStep = 8

    /// Whether a line of names stands above the rows.
    var hasHeadings: Bool { isTable && columns.contains { $0.name != nil } }

    mutating func move(_ step: ListMove) {
        failure = nil
        switch step {
        case .first: showStart()
        case .last: showEnd()
        case .up, .down, .halfPageUp, .halfPageDown, .pageUp, .pageDown:
            jump = nil
            list.move(step)
        }
    }

    /// Goes sideways: by a column of a table, by some columns of the screen in text.
    mutating func moveColumn(isForward: Bool, columns room: Int) {
        if isTable {
            let slots = Results.slots(of: self, columns: room - gutter)
            let isAtEnd = slots.last.map { $0.index == columns.count - 1 && !$0.isCut } ?? true
            if isForward, isAtEnd { return }
            firstColumn = min(
                max(0, firstColumn + (isForward ? 1 : -1)), max(0, columns.count - 1))
        } else {
            let longest = list.visible.map { bytes(of: $0).count }.max() ?? 0
            let last = max(0, min(longest, Self.rowLimit) - (room - gutter))
            let wanted = textColumn + (isForward ? Self.sidewaysStep : -Self.sidewaysStep)
            textColumn = isForward ? max(textColumn, min(wanted, last)) : max(0, wanted)
        }
    }

    /// The columns of the screen that row numbers take, with the gap behind them.
    var gutter: Int {
        guard let first = firstNumber, rowCount > 0 else { return 0 }
        return String(first + rowCount - 1).count + 2
    }
}
