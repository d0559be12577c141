import BatchModel
public import ConsoleGrid

extension Results {
    /// Draws the tree and the preview, side by side where there is room, and what is going on below them.
    public static func draw(
        _ state: State, on screen: inout Screen, in rect: Rect, context: ViewContext
    ) {
        let layout = layout(of: state, in: rect)
        if let place = layout.tree { drawTree(state, on: &screen, in: place, context) }
        if let place = layout.preview { drawPreview(state, on: &screen, in: place, context) }
        drawStatus(state, of: rect.size, on: &screen, in: layout.status, context)
    }

    /// Who gets which part.
    struct Layout: Sendable, Equatable {
        var tree: Rect?
        var preview: Rect?
        var status: Rect
    }

    /// The tree takes a third, but no more than paths need; both stand above the status lines.
    static func layout(of state: State, in rect: Rect) -> Layout {
        let count = statusLines(of: state, size: rect.size, .unicode).count
        let parts = rect.split(rowsAt: max(0, rect.rows - count))
        guard rect.columns >= State.wideColumns else {
            let isTree = state.pane == .tree
            return Layout(
                tree: isTree ? parts.top : nil, preview: isTree ? nil : parts.top,
                status: parts.bottom)
        }
        let halves = parts.top.split(columnsAt: min(40, rect.columns / 3))
        return Layout(tree: halves.left, preview: halves.right, status: parts.bottom)
    }

    // MARK: - Tree

    private static func drawTree(
        _ state: State, on screen: inout Screen, in rect: Rect, _ context: ViewContext
    ) {
        let hasFocus = context.isFocused && state.pane == .tree
        screen.drawBox(
            rect, title: treeTitle(of: state, context), style: hasFocus ? .focusBorder : .border,
            glyphs: context.glyphs)
        let inside = rect.inset(by: 1)
        guard !state.tree.rows.isEmpty else {
            // Beside a preview there is more room for words.
            guard !state.isWide else { return }
            let place = rect.inset(rows: 1, columns: 2)
            drawWords(of: state, on: &screen, in: place, context)
            return
        }
        let visible = visible(of: state.tree.list, rows: inside.rows)
        for index in visible {
            let line = inside.line(index - visible.lowerBound)
            let isSelected = index == state.tree.list.selection
            draw(state.tree.rows[index], of: state, on: &screen, in: line, context)
            if isSelected {
                screen.restyle(line, background: hasFocus ? .selection : .selectionInactive)
            }
        }
        screen.drawScrollBar(
            Rect(row: inside.row, column: rect.endColumn - 1, rows: inside.rows, columns: 1),
            visible: visible, count: state.tree.rows.count,
            style: hasFocus ? .focusBorder : .border, glyphs: context.glyphs)
    }

    private static func treeTitle(of state: State, _ context: ViewContext) -> String {
        guard let outputs = state.outputs.value else { return "Outputs" }
        var text = "Outputs \(outputs.count)"
        if !state.tree.filter.isEmpty { text += "  /\(state.tree.filter.value)" }
        let hasFailed =
            state.outputs.failure != nil || state.files.values.contains { $0.failure != nil }
        if hasFailed, let asOf = state.outputs.asOf {
            text += "  as of \(Words.age(of: asOf, at: context.now)) ago"
        }
        return text
    }

    /// The rows of a list that fit, whatever height it was told.
    static func visible(of list: ListWindow, rows: Int) -> Range<Int> {
        list.offset..<max(list.offset, min(list.visible.upperBound, list.offset + rows))
    }

    private static func draw(
        _ row: TreeRow, of state: State, on screen: inout Screen, in line: Rect,
        _ context: ViewContext
    ) {
        let glyphs = context.glyphs
        let place = line.split(columnsAt: 1).right.split(columnsAt: -1).left
        let mark: String
        let style: Style
        switch row.kind {
        case .output, .folder:
            let isShut = state.tree.shut.contains(row.id)
            mark = "\(isShut ? glyphs.pointer : glyphs.opened) "
            style = row.kind == .output ? .accent : .text
        case .file:
            mark = ""
            style = .text
        case .note:
            mark = ""
            style = .dim
        }
        let count = row.fileCount.map { Words.count($0, "file") }
        let fact = row.kind == .file ? row.size.map(Words.bytes) : count
        let right = fact.map { TextWidth.columns(of: $0) + 1 } ?? 0
        let left = place.split(columnsAt: max(0, place.columns - right))
        screen.writeField(
            String(repeating: "  ", count: min(row.depth, 8)) + mark + row.label,
            at: left.left.origin, columns: left.left.columns, style: style, glyphs: glyphs)
        screen.writeField(
            fact ?? "", at: left.right.origin, columns: left.right.columns, alignment: .right,
            style: .dim, glyphs: glyphs)
    }
}
