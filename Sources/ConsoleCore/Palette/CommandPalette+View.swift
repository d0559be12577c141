import BatchModel
public import ConsoleGrid

extension CommandPalette {
    /// Who gets which part of the place.
    struct Layout {
        var box: Rect
        var line: Rect
        var rows: Rect
    }

    /// No wider than a sentence is read easily, no higher than is looked through at a glance.
    private static let widest = 84, highest = 20

    /// Lays the palette out over a place, at its upper edge: what is typed keeps its line while the list shrinks.
    static func layout(in place: Rect) -> Layout {
        let columns = min(place.columns, widest)
        let rows = min(place.rows, highest)
        let top = place.rows > rows + 4 ? 2 : 0
        let box = Rect(
            row: place.row + top, column: place.column + (place.columns - columns) / 2, rows: rows,
            columns: columns)
        let parts = box.inset(rows: 1, columns: 2).split(rowsAt: 1)
        return Layout(box: box, line: parts.top, rows: parts.bottom)
    }

    /// Draws the palette over a place.
    public static func draw(
        _ state: State, on screen: inout Screen, in place: Rect, context: ViewContext
    ) {
        let layout = layout(in: place)
        screen.fill(layout.box, style: .plain)
        screen.drawBox(layout.box, title: "Commands", style: .focusBorder, glyphs: context.glyphs)
        let parts = layout.line.split(columnsAt: 2)
        screen.write(":", at: parts.left.origin, style: .key, maxColumns: parts.left.columns)
        state.field.draw(
            on: &screen, in: parts.right,
            look: TextField.Look(
                isFocused: true,
                placeholder: TextWidth.truncate(
                    "a command, some of its letters, or job <id>", columns: parts.right.columns,
                    ellipsis: context.glyphs.ellipsis)),
            glyphs: context.glyphs)
        drawRows(state, on: &screen, layout, context)
        drawCount(state, on: &screen, layout, context)
    }

    private static func drawRows(
        _ state: State, on screen: inout Screen, _ layout: Layout, _ context: ViewContext
    ) {
        guard !state.found.isEmpty else {
            Paragraph.draw(
                "No command goes with these letters; job <id> opens a job by its id.", on: &screen,
                in: layout.rows, style: .dim, glyphs: context.glyphs)
            return
        }
        for (index, row) in state.window.visible.prefix(layout.rows.rows).enumerated() {
            let line = layout.rows.line(index)
            draw(state.found[row], on: &screen, in: line, context)
            if state.window.selected == row { screen.restyle(line, background: .selection) }
        }
        screen.drawScrollBar(
            Rect(
                row: layout.rows.row, column: layout.box.endColumn - 1, rows: layout.rows.rows,
                columns: 1), visible: state.window.visible, count: state.window.count,
            style: .focusBorder, glyphs: context.glyphs)
    }

    /// Name, sentence, key; a command that would be refused says why in the sentence's place.
    private static func draw(
        _ found: Found, on screen: inout Screen, in line: Rect, _ context: ViewContext
    ) {
        let command = found.command
        let label = command.key?.label(arrows: !context.glyphs.isASCII) ?? ""
        let right = line.split(
            columnsAt: line.columns - min(line.columns / 4, TextWidth.columns(of: label)))
        screen.write(label, at: right.right.origin, style: .key, maxColumns: right.right.columns)
        let room = right.left.columns - 1
        let isRefused = command.refusal != nil
        let name = TextWidth.truncateMiddle(
            command.text, columns: max(0, room), ellipsis: context.glyphs.ellipsis)
        let positions = name == command.text ? found.positions : []
        let used = screen.write(
            Span.highlighted(name, positions: positions, style: isRefused ? .dim : .text),
            at: line.origin, maxColumns: max(0, room))
        let start = max(used + 2, min(24, room / 2))
        guard start + 8 < room else { return }
        let words = command.refusal.map { "not now: \($0)" } ?? command.help
        screen.writeField(
            found.isRecent ? "again: \(words)" : words,
            at: Point(row: line.row, column: line.column + start), columns: room - start,
            style: isRefused ? .warning : .dim, glyphs: context.glyphs)
    }

    private static func drawCount(
        _ state: State, on screen: inout Screen, _ layout: Layout, _ context: ViewContext
    ) {
        let text = " \(state.found.count) of \(state.commands.count) "
        guard layout.box.rows > 2, layout.box.columns > text.count + 6, !state.field.isEmpty else {
            return
        }
        screen.write(
            text,
            at: Point(row: layout.box.endRow - 1, column: layout.box.endColumn - text.count - 2),
            style: .dim)
    }
}
