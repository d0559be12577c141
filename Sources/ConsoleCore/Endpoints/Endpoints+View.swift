import BatchModel
public import ConsoleGrid

extension Endpoints {
    /// Draws the list and the selected endpoint's page, side by side where there is room.
    public static func draw(
        _ state: State, on screen: inout Screen, in rect: Rect, context: ViewContext
    ) {
        let layout = layout(of: state, in: rect)
        if let box = layout.list { drawList(state, on: &screen, in: box, layout, context) }
        if let box = layout.page { drawPage(state, on: &screen, in: box, layout, context) }
        box(of: state)?.draw(on: &screen, in: rect, context: context)
    }

    /// The question that is open.
    static func box(of state: State) -> ConfirmBox? {
        guard let change = state.question else { return nil }
        let now = change.from.map { "Now it is \($0)." } ?? "Now it has none."
        return state.box(
            "Change the default?",
            detail: "\(change.to) becomes the default deployment of \(change.endpoint): jobs that "
                + "name no deployment run on it from then on, whoever starts them. \(now)",
            confirmHint: "set the default")
    }

    /// The surroundings of one pane: only one has the focus.
    static func context(_ context: ViewContext, of pane: Pane, in state: State) -> ViewContext {
        var own = context
        own.isFocused = context.isFocused && state.focus == pane
        return own
    }

    // MARK: - Pieces

    /// An age at the right end of a frame's line; marked where it is old because of a failure.
    static func drawAge<Value>(
        of watched: Watched<Value>, on screen: inout Screen, in line: Rect, context: ViewContext
    ) {
        guard let words = ageWords(watched, at: context.now) else { return }
        let text = " \(words) "
        guard line.rows > 0, text.count + 4 <= line.columns else { return }
        let point = Point(row: line.row, column: line.endColumn - text.count - 1)
        screen.write(text, at: point, style: watched.fetched.failure == nil ? .dim : .warning)
    }

    /// What stands where a list has no rows.
    static func drawEmpty(
        _ pane: Pane, _ state: State, on screen: inout Screen, in rect: Rect,
        _ context: ViewContext
    ) {
        let empty = emptyText(pane, in: state)
        Paragraph.draw(
            empty.text, on: &screen, in: rect, style: empty.style, glyphs: context.glyphs)
    }

    /// Lines one below the other, each cut where it is too long.
    static func drawLines(
        _ lines: [Span], on screen: inout Screen, in rect: Rect, _ context: ViewContext
    ) {
        for (index, line) in lines.prefix(rect.rows).enumerated() {
            let isCut = index == rect.rows - 1 && lines.count > rect.rows
            let text = isCut ? line.text + " " + String(context.glyphs.ellipsis) : line.text
            let shown = TextWidth.truncate(
                text, columns: rect.columns, ellipsis: context.glyphs.ellipsis)
            screen.write(
                shown, at: rect.line(index).origin, style: line.style, maxColumns: rect.columns)
        }
    }

    /// The visible rows of a list, its selection and its scroll bar.
    ///
    /// - Parameters:
    ///   - indent: columns before the row for the mark; without any it stands in the frame's margin.
    ///   - marksAlways: whether the selected row has its mark without the focus too.
    ///   - edge: the frame's column, where the scroll bar goes.
    ///   - draw: draws row number so-and-so right of the mark.
    static func drawRows(
        _ window: ListWindow, on screen: inout Screen, in rect: Rect, edge: Int,
        indent: Int = 2, marksAlways: Bool, _ context: ViewContext,
        _ draw: (_ row: Int, _ line: Rect, _ screen: inout Screen) -> Void
    ) {
        let visible = window.visible.prefix(rect.rows)
        for row in visible {
            let line = rect.line(row - window.offset)
            draw(row, line.split(columnsAt: indent).right, &screen)
            guard window.selected == row, marksAlways || context.isFocused else { continue }
            let style: Style = context.isFocused ? .accent.bold : .dim
            let margin = Point(row: line.row, column: line.column - (indent > 0 ? 0 : 1))
            screen.write(
                String(context.glyphs.pointer), at: margin, style: style,
                maxColumns: line.columns)
            screen.restyle(
                line, background: context.isFocused ? .selection : .selectionInactive)
        }
        screen.drawScrollBar(
            Rect(row: rect.row, column: edge, rows: rect.rows, columns: 1), visible: visible,
            count: window.count, style: context.isFocused ? .focusBorder : .border,
            glyphs: context.glyphs)
    }
}
