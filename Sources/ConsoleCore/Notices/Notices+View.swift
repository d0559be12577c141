import BatchModel
public import ConsoleGrid

extension Notices {
    /// Who gets which rows of the place.
    struct Layout {
        var rows: Rect
        var rule: Rect
        var text: Rect
    }

    /// Lines that the whole text of the selected notice may take.
    private static let textLines = 8

    /// The list above, the whole text of what is selected below; a place too low for both shows the list.
    static func layout(of state: State, in place: Rect) -> Layout {
        let inside = place.inset(rows: 1, columns: 2)
        guard inside.rows >= 6, let entry = state.selected else {
            return Layout(rows: inside, rule: Rect(size: .zero), text: Rect(size: .zero))
        }
        let lines = Paragraph.wrap(entry.text, columns: inside.columns, limit: textLines).count
        let parts = inside.split(rowsAt: max(3, inside.rows - max(2, lines) - 1))
        let lower = parts.bottom.split(rowsAt: 1)
        return Layout(
            rows: parts.top,
            rule: Rect(
                row: lower.top.row, column: place.column, rows: lower.top.rows,
                columns: place.columns), text: lower.bottom)
    }

    /// Draws the list and the whole text of what is selected.
    public static func draw(
        _ state: State, on screen: inout Screen, in place: Rect, context: ViewContext
    ) {
        let style: Style = context.isFocused ? .focusBorder : .border
        screen.drawBox(
            place, title: "Notices \(state.entries.count)", style: style, glyphs: context.glyphs)
        let layout = layout(of: state, in: place)
        guard !state.entries.isEmpty else {
            Paragraph.draw(
                "Nothing was said yet. What the bottom line says, and why questions were refused, "
                    + "stays readable here. \(state.backKey) goes back.", on: &screen,
                in: layout.rows,
                style: .dim,
                glyphs: context.glyphs)
            return
        }
        for (index, row) in state.window.visible.prefix(layout.rows.rows).enumerated() {
            let line = layout.rows.line(index)
            draw(state.entries[row], on: &screen, in: line, context)
            if state.window.selected == row { screen.restyle(line, background: .selection) }
        }
        screen.drawScrollBar(
            Rect(
                row: layout.rows.row, column: place.endColumn - 1, rows: layout.rows.rows,
                columns: 1), visible: state.window.visible, count: state.window.count,
            style: style, glyphs: context.glyphs)
        drawText(state, on: &screen, layout, style, context)
    }

    /// `08:14:33  2 min  ✗ What was said  3 times`.
    private static func draw(
        _ entry: Entry, on screen: inout Screen, in line: Rect, _ context: ViewContext
    ) {
        let isNarrow = line.columns < 50
        let time = isNarrow ? "" : entry.at.readable.suffix(8) + "  "
        let age = Words.age(of: entry.at, at: context.now)
        let start = screen.write(
            time + TextWidth.fit(age, columns: 8), at: line.origin, style: .dim,
            maxColumns: line.columns)
        let rest = line.split(columnsAt: start).right
        let times = entry.count > 1 ? " \(entry.count) times" : ""
        let parts = rest.split(columnsAt: rest.columns - min(rest.columns / 2, times.count))
        let words = sanitised(entry.text, keepingLines: true)
        let first = words.split(separator: "\n").first.map(String.init) ?? ""
        screen.writeField(
            "\(entry.weight.mark(context.glyphs)) \(first)", at: parts.left.origin,
            columns: parts.left.columns, style: entry.weight.style, glyphs: context.glyphs)
        screen.write(times, at: parts.right.origin, style: .dim, maxColumns: parts.right.columns)
    }

    private static func drawText(
        _ state: State, on screen: inout Screen, _ layout: Layout, _ style: Style,
        _ context: ViewContext
    ) {
        guard !layout.rule.isEmpty, let entry = state.selected else { return }
        let box = context.glyphs.box
        let line = layout.rule
        screen.fill(line, style: style, with: box.horizontal)
        screen.put(box.teeLeft, at: line.origin, style: style)
        screen.put(
            box.teeRight, at: Point(row: line.row, column: line.endColumn - 1), style: style)
        let title = line.inset(rows: 0, columns: 1)
        screen.write(
            " \(entry.at.readable) UTC ", at: title.origin, style: .heading,
            maxColumns: title.columns)
        Paragraph.draw(
            entry.text, on: &screen, in: layout.text, style: .text, glyphs: context.glyphs)
    }
}

extension Notices.Entry.Weight {
    func mark(_ glyphs: Glyphs) -> Character {
        switch self {
        case .info: glyphs.separator
        case .warning: glyphs.warning
        case .danger: glyphs.cross
        }
    }

    var style: Style {
        switch self {
        case .info: .text
        case .warning: .warning
        case .danger: .danger
        }
    }
}
