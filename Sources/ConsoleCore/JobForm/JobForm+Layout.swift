import BatchModel
import ConsoleGrid

// Where everything of the form goes at one size. The picture and the mouse both follow it, so that what is seen is what is
// clicked. Which lines are shown follows from the focus: its row stands in the middle. Only a click keeps the lines where
// they are, or the row would move away from under the pointer.

extension JobForm {
    /// Who gets which part of the form's box.
    struct Layout {
        /// The rows with what is known of them, and those of the lines that are shown.
        var rows: Rect
        var lines: [Line]
        var offset: Int
        /// The line between the rows and what they come to; nil where there is no room for rows.
        var rule: Int?
        /// What the newest key or answer came to, and the submit row, always the last line.
        var status: Rect
        var statusLines: [[Span]]

        /// The lines that are shown.
        var visible: Range<Int> { offset..<min(lines.count, offset + rows.rows) }

        /// The line that is drawn at a place.
        func line(at point: Point) -> Line? {
            guard rows.contains(point) else { return nil }
            let index = offset + point.row - rows.row
            return visible.contains(index) ? lines[index] : nil
        }

        /// The row of the form that is drawn at a place.
        func field(at point: Point) -> Field? {
            let isOnSubmit = status.contains(point) && point.row == status.endRow - 1
            return isOnSubmit ? .submit : line(at: point)?.field
        }
    }

    /// Lays the form out in its pane.
    static func layout(of state: State, in rect: Rect, _ glyphs: Glyphs) -> Layout {
        let inside = rect.inset(rows: 1, columns: 2)
        let status = statusLines(
            of: state, columns: inside.columns, limit: max(1, inside.rows / 3), glyphs)
        let parts = inside.split(rowsAt: -status.count - 1)
        let lines = lines(
            of: state, columns: parts.top.columns, isTight: parts.top.rows < 20, glyphs)
        return Layout(
            rows: parts.top, lines: lines,
            offset: offset(of: lines, in: state, height: parts.top.rows),
            rule: parts.top.rows > 0 ? parts.bottom.row : nil,
            status: inside.split(rowsAt: -status.count).bottom, statusLines: status)
    }

    /// The first line shown: where a click left it while the focused row is visible there, else so that the focused row is
    /// in the middle, as far as both ends allow, and its first line always.
    private static func offset(of lines: [Line], in state: State, height: Int) -> Int {
        let last = max(0, lines.count - height)
        guard let start = lines.firstIndex(where: { $0.field == state.focus }) else {
            return min(max(0, state.clickedTop ?? last), last)
        }
        let end = lines.lastIndex { $0.field == state.focus } ?? start
        if let top = state.clickedTop.map({ min(max(0, $0), last) }),
            top <= start, end < top + height
        {
            return top
        }
        let middle = (start + end) / 2 - height / 2
        return min(max(0, min(middle, start)), last)
    }

    /// Gives a row that was clicked the focus and leaves it where it is on the screen.
    static func click(_ field: Field, in state: inout State) {
        guard rows(in: state).contains(where: { $0.field == field }) else { return }
        // Every line is as high whatever glyphs it is drawn with.
        func layout(_ state: State) -> Layout? {
            panes(of: state, in: Rect(size: state.size)).form.map {
                JobForm.layout(of: state, in: $0, .unicode)
            }
        }
        func start(in layout: Layout?) -> Int? {
            layout?.lines.firstIndex { $0.field == field }
        }
        let before = layout(state)
        let row = start(in: before).map { $0 - (before?.offset ?? 0) }
        state.focus = field
        state.completion = nil
        state.lastEdit = nil
        state.notice = nil
        guard let row else {
            state.clickedTop = before?.offset
            return
        }
        state.clickedTop = start(in: layout(state)).map { $0 - row }
    }
}

// MARK: - Choices

extension JobForm {
    /// What stands in a row of choices, and what a click there chooses.
    struct ChoicePart {
        enum Meaning: Equatable {
            case option(String)
            case previous
            case next
        }

        var span: Span
        var meaning: Meaning?
    }

    /// All choices where they fit, else the one that is chosen and how many there are.
    static func choiceParts(
        _ row: Row, of state: State, columns: Int, isFocused: Bool, _ glyphs: Glyphs
    ) -> [ChoicePart] {
        guard !row.options.isEmpty else { return [ChoicePart(span: Span("none known", .dim))] }
        let current = value(of: row, in: state)
        let usual = row.field == .deployment ? state.defaultDeployment?.rawValue : nil
        func name(_ option: String) -> String { option == usual ? option + " (default)" : option }
        let chosen: Style = isFocused ? .accent.bold : .text
        var parts: [ChoicePart] = []
        for option in row.options {
            let isChosen = option == current
            let mark = isChosen ? glyphs.dot : glyphs.circle
            parts.append(
                ChoicePart(
                    span: Span("\(mark) \(name(option))", isChosen ? chosen : .dim),
                    meaning: .option(option)))
            parts.append(ChoicePart(span: Span("  ")))
        }
        let notes = row.notes.joined(separator: " \(glyphs.separator) ")
        let needed = parts.reduce(0) { $0 + TextWidth.columns(of: $1.span.text) }
        if needed <= columns + 2 {
            let room = columns - needed
            let note = TextWidth.truncate(notes, columns: room, ellipsis: glyphs.ellipsis)
            return parts + [ChoicePart(span: Span(note, .dim))]
        }
        let position = row.options.firstIndex(of: current).map { "\($0 + 1) of " } ?? ""
        let shown = current.isEmpty ? "none" : name(current)
        return [
            ChoicePart(span: Span("\(glyphs.left) ", .dim), meaning: .previous),
            ChoicePart(span: Span(shown, chosen), meaning: .next),
            ChoicePart(span: Span(" \(glyphs.right)", .dim), meaning: .next),
            ChoicePart(span: Span("  \(position)\(row.options.count)", .dim)),
        ]
    }

    /// What a click at a column of a line of the form chooses in a row of choices.
    static func choice(
        at column: Int, in row: Row, of state: State, columns: Int
    ) -> ChoicePart.Meaning? {
        let indent = Line.indent(columns: columns)
        var start = indent
        for part in choiceParts(
            row, of: state, columns: columns - indent, isFocused: true, .unicode)
        {
            let end = start + TextWidth.columns(of: part.span.text)
            if start..<end ~= column { return part.meaning }
            start = end
        }
        return nil
    }
}
