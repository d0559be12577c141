import BatchModel
public import ConsoleGrid

extension Jobs {
    /// Draws the list, and the question over it while there is one.
    public static func draw(
        _ state: State, on screen: inout Screen, in rect: Rect, context: ViewContext
    ) {
        let style: Style = context.isFocused ? .focusBorder : .border
        screen.drawBox(
            rect, title: boxTitle(of: state, context.glyphs), style: style, glyphs: context.glyphs)
        drawBottom(state, on: &screen, in: rect, context)
        let layout = layout(of: state, in: rect, glyphs: context.glyphs)
        drawFilter(state, layout, on: &screen, context)
        if state.window.isEmpty {
            Paragraph.draw(
                emptyWords(of: state), on: &screen, in: layout.list, style: .dim,
                glyphs: context.glyphs)
        } else {
            drawTable(state, layout, on: &screen, edge: rect.endColumn - 1, style, context)
        }
        for (index, line) in layout.noticeLines.prefix(layout.notices.rows).enumerated() {
            let place = layout.notices.line(index)
            screen.write(line, at: place.origin, maxColumns: place.columns)
        }
        box(of: state)?.draw(on: &screen, in: rect, context: context)
    }

    private static func drawTable(
        _ state: State, _ layout: Layout, on screen: inout Screen, edge: Int, _ style: Style,
        _ context: ViewContext
    ) {
        let list = layout.list
        let table = JobLine.Table(columns: list.columns, showsEndpoint: state.showsEndpoint)
        if !layout.headings.isEmpty {
            table.layout.drawHeadings(
                on: &screen, at: layout.headings.origin, glyphs: context.glyphs)
        }
        drawRows(state, by: table, on: &screen, in: list, context)
        screen.drawScrollBar(
            Rect(row: list.row, column: edge, rows: list.rows, columns: 1),
            visible: state.window.visible, count: state.window.count, style: style,
            glyphs: context.glyphs)
    }

    private static func drawRows(
        _ state: State, by table: JobLine.Table, on screen: inout Screen, in rect: Rect,
        _ context: ViewContext
    ) {
        for (index, row) in state.window.visible.prefix(rect.rows).enumerated() {
            let line = rect.line(index)
            let isSelected = row == state.window.selected
            if let job = state.job(atRow: row) {
                JobLine.draw(
                    job, by: table, on: &screen, in: line, isSelected: isSelected,
                    isMarked: state.marks.contains(job.id), showsEndpoint: state.showsEndpoint,
                    context: context)
            } else {
                drawUnknown(by: table, on: &screen, in: line, isSelected: isSelected, context)
            }
        }
    }

    /// A job that is still being loaded.
    private static func drawUnknown(
        by table: JobLine.Table, on screen: inout Screen, in line: Rect, isSelected: Bool,
        _ context: ViewContext
    ) {
        if isSelected {
            let ground: Role = context.isFocused ? .selection : .selectionInactive
            screen.fill(line, style: Style(nil, on: ground))
        }
        let start = table.nameStart
        screen.write(
            String(context.glyphs.ellipsis),
            at: Point(row: line.row, column: line.column + start), style: .dim,
            maxColumns: line.columns - start)
    }

    private static func drawFilter(
        _ state: State, _ layout: Layout, on screen: inout Screen, _ context: ViewContext
    ) {
        guard !layout.filter.isEmpty else { return }
        let parts = layout.filter.split(columnsAt: 2)
        screen.write("/", at: parts.left.origin, style: .key, maxColumns: parts.left.columns)
        state.filter.field.draw(
            on: &screen, in: parts.right,
            look: TextField.Look(
                isFocused: context.isFocused && state.question == nil,
                placeholder: TextWidth.truncate(
                    "words  !not  status:failed  age:<2d  deployment:name",
                    columns: parts.right.columns, ellipsis: context.glyphs.ellipsis)),
            glyphs: context.glyphs)
        for (index, line) in layout.problemLines.prefix(layout.problem.rows).enumerated() {
            let place = layout.problem.line(index)
            let mark = index == 0 ? "\(context.glyphs.warning) " : "  "
            screen.write(
                mark + line, at: place.origin, style: .danger, maxColumns: place.columns)
        }
    }
}
