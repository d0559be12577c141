import BatchModel
public import ConsoleGrid

extension JobDetail {
    /// Draws the head, the step tree and the chosen view, as far as there is room.
    public static func draw(
        _ state: State, on screen: inout Screen, in rect: Rect, context: ViewContext
    ) {
        let layout = layout(of: state, in: rect)
        drawHead(state, on: &screen, in: layout, context)
        if let place = layout.steps { drawSteps(state, on: &screen, in: place, context) }
        if let place = layout.content { drawContent(state, on: &screen, in: place, context) }
        box(of: state)?.draw(on: &screen, in: rect, context: context)
    }

    /// The question that is open.
    static func box(of state: State) -> ConfirmBox? {
        guard state.isAsking else { return nil }
        return state.box(
            "Cancel \(name(of: state))?", detail: cancelDetail(of: state),
            confirmHint: "cancel the job")
    }

    private static func cancelDetail(of state: State) -> String {
        let done = state.progress.flatMap { progress in
            progress.totalMiniBatches.map { total in
                "\(Words.grouped(progress.processedMiniBatches)) of "
                    + "\(Words.count(total, "mini-batch", "mini-batches")) are done. "
            }
        }
        return (done ?? "")
            + "A cancelled job cannot be taken up again; a new one starts from the beginning."
    }

    private static func drawHead(
        _ state: State, on screen: inout Screen, in layout: Layout, _ context: ViewContext
    ) {
        var place = layout.head
        if layout.isHeadBoxed {
            let name = name(of: state)
            let gap = " \(context.glyphs.separator) "
            let title = name == state.id.rawValue ? name : name + gap + state.id.rawValue
            screen.drawBox(place, title: title, glyphs: context.glyphs)
            place = place.inset(rows: 1, columns: 2)
        }
        let lines = headLines(
            of: state, columns: place.columns, limit: place.rows, isBoxed: layout.isHeadBoxed,
            context)
        for (index, line) in lines.enumerated() {
            screen.write(line, at: place.line(index).origin, maxColumns: place.columns)
        }
    }

    // MARK: - View

    private static func drawContent(
        _ state: State, on screen: inout Screen, in pane: Rect, _ context: ViewContext
    ) {
        let isFocused = context.isFocused && state.pane == .content
        let style: Style = isFocused ? .focusBorder : .border
        if isFramed(pane) {
            screen.drawBox(pane, style: style, glyphs: context.glyphs)
            drawTabs(state, on: &screen, in: pane)
            drawNote(state, on: &screen, in: pane)
        }
        let inside = inside(pane)
        let edge = Rect(
            row: inside.row, column: pane.endColumn - 1, rows: inside.rows, columns: 1)
        if state.fileList != nil {
            drawFileList(state, on: &screen, in: inside, isFocused: isFocused, context)
        } else if state.view == .logs {
            drawLog(state, on: &screen, in: inside, edge: edge, style: style, context)
        } else {
            drawLines(state, on: &screen, in: inside, edge: edge, style: style, context)
        }
    }

    private static func drawTabs(_ state: State, on screen: inout Screen, in pane: Rect) {
        for tab in tabs(of: state.view, in: pane) {
            let room = pane.columns - tab.column - 2
            let style: Style = tab.view == state.view ? .title.bold : .dim
            screen.write(
                tab.text, at: Point(row: pane.row, column: pane.column + tab.column),
                style: style, maxColumns: max(0, room))
        }
    }

    /// What of the view is out of sight, in the lower line of its frame.
    private static func drawNote(_ state: State, on screen: inout Screen, in pane: Rect) {
        let note = state.view == .logs ? logNote(of: state) : textNote(of: state)
        guard !note.isEmpty, pane.columns > 12 else { return }
        let text = " \(TextWidth.truncate(note, columns: pane.columns - 8)) "
        let column = pane.endColumn - 2 - TextWidth.columns(of: text)
        screen.write(text, at: Point(row: pane.endRow - 1, column: column), style: .dim)
    }

    private static func textNote(of state: State) -> String {
        let below = state.text.count - state.text.visible.upperBound
        return below > 0 ? "\(Words.count(below, "more line")) below" : ""
    }

    private static func drawLines(
        _ state: State, on screen: inout Screen, in rect: Rect, edge: Rect, style: Style,
        _ context: ViewContext
    ) {
        let lines = lines(
            of: state, columns: rect.columns, now: context.serviceNow, context.glyphs)
        var scroll = state.text
        scroll.setHeight(rect.rows)
        for (place, index) in scroll.visible.enumerated() where index < lines.count {
            screen.write(
                lines[index], at: rect.line(place).origin, maxColumns: rect.columns)
        }
        screen.drawScrollBar(
            edge, visible: scroll.visible, count: scroll.count, style: style,
            glyphs: context.glyphs)
    }
}
