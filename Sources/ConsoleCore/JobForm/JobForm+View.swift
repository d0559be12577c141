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
        if state.isSweepAsked { drawSweepQuestion(state, on: &screen, in: rect, context) }
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
        let inside = rect.inset(rows: 1, columns: 2)
        let status = statusLines(
            of: state, columns: inside.columns, limit: max(1, inside.rows / 3), glyphs)
        let parts = inside.split(rowsAt: -status.count - 1)
        if parts.top.rows > 0 {
            drawRule(on: &screen, row: parts.bottom.row, of: rect, context)
            drawRows(state, on: &screen, in: parts.top, edge: rect.endColumn - 1, context)
        }
        let bottom = inside.split(rowsAt: -status.count).bottom
        for (index, line) in status.enumerated() {
            screen.write(
                line, at: bottom.line(index).origin, maxColumns: bottom.columns,
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
        _ state: State, on screen: inout Screen, in rect: Rect, edge: Int, _ context: ViewContext
    ) {
        let lines = lines(
            of: state, columns: rect.columns, isTight: rect.rows < 20, context.glyphs)
        let offset = offset(of: lines, focus: state.focus, height: rect.rows)
        let visible = offset..<min(lines.count, offset + rect.rows)
        for index in visible {
            let place = rect.line(index - offset)
            draw(lines[index], of: state, on: &screen, in: place, context)
        }
        screen.drawScrollBar(
            Rect(row: rect.row, column: edge, rows: rect.rows, columns: 1), visible: visible,
            count: lines.count, style: context.isFocused ? .focusBorder : .border,
            glyphs: context.glyphs)
    }

    /// The first line shown: the focused row in the middle, as far as both ends allow, and its first line always.
    private static func offset(of lines: [Line], focus: Field, height: Int) -> Int {
        let last = max(0, lines.count - height)
        guard let start = lines.firstIndex(where: { $0.field == focus }) else { return last }
        let end = lines.lastIndex { $0.field == focus } ?? start
        let middle = (start + end) / 2 - height / 2
        return min(max(0, min(middle, start)), last)
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
        case .candidate(let text, let positions, let isHighlighted):
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
            screen.write(
                choiceSpans(
                    row, of: state, columns: parts.right.columns, isFocused, context.glyphs),
                at: parts.right.origin, maxColumns: parts.right.columns)
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
                style: isOpen ? .input : .dim))
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

    /// All choices where they fit, else the one that is chosen and how many there are.
    private static func choiceSpans(
        _ row: Row, of state: State, columns: Int, _ isFocused: Bool, _ glyphs: Glyphs
    ) -> [Span] {
        guard !row.options.isEmpty else { return [Span("none known", .dim)] }
        let current = value(of: row, in: state)
        let usual = row.field == .deployment ? state.defaultDeployment?.rawValue : nil
        func name(_ option: String) -> String { option == usual ? option + " (default)" : option }
        let chosen: Style = isFocused ? .accent.bold : .text
        var spans: [Span] = []
        for option in row.options {
            let isChosen = option == current
            let mark = isChosen ? glyphs.dot : glyphs.circle
            spans.append(Span("\(mark) \(name(option))", isChosen ? chosen : .dim))
            spans.append(Span("  "))
        }
        let notes = row.notes.joined(separator: " \(glyphs.separator) ")
        let needed = spans.reduce(0) { $0 + TextWidth.columns(of: $1.text) }
        if needed <= columns + 2 {
            let room = columns - needed
            let note = TextWidth.truncate(notes, columns: room, ellipsis: glyphs.ellipsis)
            return spans + [Span(note, .dim)]
        }
        let position = row.options.firstIndex(of: current).map { "\($0 + 1) of " } ?? ""
        let shown = current.isEmpty ? "none" : name(current)
        return [
            Span("\(glyphs.left) ", .dim), Span(shown, chosen), Span(" \(glyphs.right)", .dim),
            Span("  \(position)\(row.options.count)", .dim),
        ]
    }
}
