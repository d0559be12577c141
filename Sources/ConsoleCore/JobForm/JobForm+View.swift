import BatchModel
public import ConsoleGrid

extension JobForm {
    /// Draws the form, the request, or both side by side where there is room.
    public static func draw(
        _ state: State, on screen: inout Screen, in rect: Rect, context: ViewContext
    ) {
        if let picker = state.picker {
            return DataPicker.draw(picker, on: &screen, in: rect, context: context)
        }
        if let presets = state.presets {
            return Presets.draw(presets, on: &screen, in: rect, context: context)
        }
        if let run = state.sweepRun {
            return drawSweepRun(run, of: state, on: &screen, in: rect, context)
        }
        let panes = panes(of: state, in: rect)
        if let place = panes.form { drawForm(state, on: &screen, in: place, context) }
        if let place = panes.request { drawRequest(state, on: &screen, in: place, context) }
        sweepBox(of: state)?.draw(on: &screen, in: rect, context: context)
    }

    /// Who gets which part: the request covers the form where both do not fit.
    static func panes(of state: State, in rect: Rect) -> (form: Rect?, request: Rect?) {
        guard state.showsRequest(columns: rect.columns) else { return (rect, nil) }
        guard rect.columns >= State.wideColumns else { return (nil, rect) }
        let halves = rect.split(columnsAt: rect.columns * 58 / 100)
        return (halves.left, halves.right)
    }

    private static func drawForm(
        _ state: State, on screen: inout Screen, in rect: Rect, _ context: ViewContext
    ) {
        let glyphs = context.glyphs
        screen.drawBox(
            rect, title: "New job on \(state.endpoint)",
            style: context.isFocused ? .focusBorder : .border, glyphs: glyphs)
        let layout = layout(of: state, in: rect, glyphs)
        if let rule = layout.rule {
            drawRule(on: &screen, row: rule, of: rect, context)
            drawRows(state, layout, on: &screen, edge: rect.endColumn - 1, context)
        }
        for (index, line) in layout.statusLines.enumerated() {
            screen.write(
                line, at: layout.status.line(index).origin, maxColumns: layout.status.columns,
                ellipsis: glyphs.ellipsis)
        }
    }

    /// The line between the rows and what they come to.
    private static func drawRule(
        on screen: inout Screen, row: Int, of rect: Rect, _ context: ViewContext
    ) {
        let style: Style = context.isFocused ? .focusBorder : .border
        let box = context.glyphs.box
        let line = Rect(row: row, column: rect.column, rows: 1, columns: rect.columns)
        screen.fill(line, style: style, with: box.horizontal)
        screen.put(box.teeLeft, at: line.origin, style: style)
        screen.put(
            box.teeRight, at: Point(row: row, column: line.endColumn - 1), style: style)
    }

    private static func drawRows(
        _ state: State, _ layout: Layout, on screen: inout Screen, edge: Int,
        _ context: ViewContext
    ) {
        let rect = layout.rows
        for index in layout.visible {
            let place = rect.line(index - layout.offset)
            draw(layout.lines[index], of: state, on: &screen, in: place, context)
        }
        screen.drawScrollBar(
            Rect(row: rect.row, column: edge, rows: rect.rows, columns: 1),
            visible: layout.visible, count: layout.lines.count,
            style: context.isFocused ? .focusBorder : .border, glyphs: context.glyphs)
    }

    private static func draw(
        _ line: Line, of state: State, on screen: inout Screen, in rect: Rect,
        _ context: ViewContext
    ) {
        let glyphs = context.glyphs
        switch line.content {
        case .blank: break
        case .heading(let text):
            screen.write(text, at: rect.origin, style: .heading, maxColumns: rect.columns)
        case .detail(let spans):
            let place = rect.split(columnsAt: Line.indent(columns: rect.columns)).right
            screen.write(
                spans, at: place.origin, maxColumns: place.columns, ellipsis: glyphs.ellipsis)
        case .candidate(_, let text, let positions, let isHighlighted):
            let place = rect.split(columnsAt: Line.indent(columns: rect.columns)).right
            let style = Style(isHighlighted ? .selection : .overlay)
            screen.fill(place, style: style)
            let spans = Span.highlighted(
                TextWidth.truncateMiddle(
                    text, columns: place.columns - 1, ellipsis: glyphs.ellipsis),
                positions: positions, style: style)
            screen.write(
                [Span(" ", style)] + spans, at: place.origin, maxColumns: place.columns)
        case .row(let row): draw(row, of: state, on: &screen, in: rect, context)
        }
    }

    private static func draw(
        _ row: Row, of state: State, on screen: inout Screen, in rect: Rect,
        _ context: ViewContext
    ) {
        let isFocused = state.focus == row.field && context.isFocused
        let indent = Line.indent(columns: rect.columns)
        let parts = rect.split(columnsAt: indent)
        let isDim = row.refusal != nil || state.phase != nil
        let style: Style = isFocused ? .accent.bold : isDim ? .dim : .text
        let mark = state.focus == row.field ? "\(context.glyphs.pointer) " : "  "
        screen.write(mark, at: parts.left.origin, style: style, maxColumns: indent)
        let label = parts.left.split(columnsAt: 2).right
        screen.writeField(
            row.label, at: label.origin, columns: label.columns - 1, style: style,
            glyphs: context.glyphs)
        if let refusal = row.refusal {
            screen.writeField(
                refusal, at: parts.right.origin, columns: parts.right.columns, style: .dim,
                glyphs: context.glyphs)
        } else if row.isText {
            drawText(row, of: state, on: &screen, in: parts.right, isFocused, context)
        } else {
            let choices = choiceParts(
                row, of: state, columns: parts.right.columns, isFocused: isFocused,
                context.glyphs)
            screen.write(
                choices.map(\.span), at: parts.right.origin, maxColumns: parts.right.columns)
        }
    }

    private static func drawText(
        _ row: Row, of state: State, on screen: inout Screen, in rect: Rect, _ isFocused: Bool,
        _ context: ViewContext
    ) {
        let isShort = row.widget == .number || row.section == .settings
        let isNarrow = rect.columns < 50
        let width = isShort ? min(isNarrow ? 12 : 24, rect.columns) : noteStart(of: row, rect)
        let halves = rect.split(columnsAt: width)
        let isOpen = state.phase == nil
        let placeholder = TextWidth.truncate(
            row.placeholder, columns: width, ellipsis: context.glyphs.ellipsis)
        (state.entry.texts[row.field] ?? TextField()).veiled.draw(
            on: &screen, in: halves.left,
            look: TextField.Look(
                isFocused: isFocused && isOpen, placeholder: placeholder,
                style: isOpen ? .input : .dim),
            glyphs: context.glyphs)
        let note = halves.right.split(columnsAt: 2).right
        screen.writeField(
            noteText(of: row, columns: note.columns, context.glyphs), at: note.origin,
            columns: note.columns, style: .dim, glyphs: context.glyphs)
    }

    /// Where the note of a long field begins: as far right as it fits, but the field comes first.
    private static func noteStart(of row: Row, _ rect: Rect) -> Int {
        guard !row.notes.isEmpty else { return rect.columns }
        let columns = TextWidth.columns(of: row.notes.joined(separator: "   "))
        return max(rect.columns / 2, rect.columns - columns - 2)
    }

    /// The facts beside a field; where room is short the values alone.
    private static func noteText(of row: Row, columns: Int, _ glyphs: Glyphs) -> String {
        let text = row.notes.joined(separator: " \(glyphs.separator) ")
        guard TextWidth.columns(of: text) > columns, let end = text.firstRange(of: ": ") else {
            return text
        }
        return String(text[end.upperBound...])
    }
}
