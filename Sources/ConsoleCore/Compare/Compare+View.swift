import BatchModel
public import ConsoleGrid

// Wide screens have a column for each job; below 84 columns there is one pane, and a fact that differs has a line for each
// job below its name. A difference is marked by a sign before its name, what is not known by another: never by colour alone.

extension Compare {
    /// Who gets which rows of the place.
    struct Layout {
        /// The names of the jobs.
        var heads: Rect
        var rows: Rect
        /// What could not be asked.
        var notes: Rect
    }

    /// From this width on each job has a column.
    private static let wideColumns = 84
    /// Lines one value takes at most; a longer one is cut, and `y` copies it whole.
    private static let valueLines = 6

    private static func isWide(_ columns: Int) -> Bool { columns >= wideColumns - 4 }

    static func layout(of state: State, in place: Rect) -> Layout {
        let inside = place.inset(rows: 1, columns: place.columns < 64 ? 1 : 2)
        let heads = inside.rows < 4 ? 0 : isWide(inside.columns) ? 1 : 2
        let parts = inside.split(rowsAt: heads)
        let notes = noteLines(of: state, columns: inside.columns).count
        let lower = parts.bottom.split(rowsAt: max(1, parts.bottom.rows - notes))
        return Layout(heads: parts.top, rows: lower.top, notes: lower.bottom)
    }

    /// Draws the two jobs.
    public static func draw(
        _ state: State, on screen: inout Screen, in place: Rect, context: ViewContext
    ) {
        let style: Style = context.isFocused ? .focusBorder : .border
        screen.drawBox(
            place, title: boxTitle(of: state, context.glyphs), style: style,
            glyphs: context.glyphs)
        let layout = layout(of: state, in: place)
        drawHeads(state, on: &screen, in: layout.heads, context.glyphs)
        drawRows(state, on: &screen, layout, edge: place.endColumn - 1, style, context)
        let notes = noteLines(of: state, columns: layout.notes.columns)
        for (index, note) in notes.prefix(layout.notes.rows).enumerated() {
            screen.write(
                note, at: layout.notes.line(index).origin, style: .danger,
                maxColumns: layout.notes.columns)
        }
    }

    /// `Two jobs · 5 of 17 differ`.
    private static func boxTitle(of state: State, _ glyphs: Glyphs) -> String {
        guard let comparison = state.comparison else { return "Two jobs" }
        var parts = [
            "Two jobs", "\(comparison.differences.count) of \(comparison.rows.count) differ",
        ]
        if state.isOnlyDifferences { parts.append("only those") }
        return parts.joined(separator: " \(glyphs.separator) ")
    }

    private static func drawRows(
        _ state: State, on screen: inout Screen, _ layout: Layout, edge: Int, _ style: Style,
        _ context: ViewContext
    ) {
        let place = layout.rows
        guard state.comparison != nil else {
            Paragraph.draw(
                "Asking for both jobs, what they were given and how they went.", on: &screen,
                in: place, style: .dim, glyphs: context.glyphs)
            return
        }
        guard !state.rows.isEmpty else {
            Paragraph.draw(
                "Nothing that is known of the two differs: "
                    + "\(state.key("differences")) shows everything.",
                on: &screen,
                in: place, style: .dim, glyphs: context.glyphs)
            return
        }
        let lines = lines(of: state, columns: place.columns, context.glyphs)
        var scroll = state.scroll
        scroll.setHeight(place.rows)
        for (index, line) in scroll.visible.enumerated() where line < lines.count {
            screen.write(
                lines[line], at: place.line(index).origin, maxColumns: place.columns)
        }
        screen.drawScrollBar(
            Rect(row: place.row, column: edge, rows: place.rows, columns: 1),
            visible: scroll.visible, count: scroll.count, style: style, glyphs: context.glyphs)
    }

    private static func drawHeads(
        _ state: State, on screen: inout Screen, in place: Rect, _ glyphs: Glyphs
    ) {
        for (index, side) in heads(of: state, in: place).enumerated() {
            screen.writeField(
                head(of: side.job, "\(index + 1)", state), at: side.place.origin,
                columns: side.place.columns, style: .title, glyphs: glyphs)
        }
    }

    /// Where the names of the two jobs are.
    static func heads(of state: State, in place: Rect) -> [(job: Job.ID, place: Rect)] {
        let columns = Columns(of: state, in: place.columns)
        let isWide = isWide(place.columns)
        return [state.left, state.right].enumerated().compactMap { index, job in
            let line = place.line(isWide ? 0 : index)
            guard !line.isEmpty else { return nil }
            guard isWide else { return (job, line) }
            let column = line.split(columnsAt: columns.start(of: index)).right
            return (job, column.split(columnsAt: columns.value).left)
        }
    }

    private static func head(of id: Job.ID, _ number: String, _ state: State) -> String {
        let name = state.sides[id]?.value.map { JobLine.name(of: $0.job) } ?? id.rawValue
        return "\(number) \(name)"
    }

    private static func noteLines(of state: State, columns: Int) -> [String] {
        [state.left, state.right].flatMap { id -> [String] in
            guard let failure = state.sides[id]?.failure else { return [] }
            return Paragraph.wrap(
                "\(id): \(failure.message) \(state.key("refresh")) asks again.",
                columns: max(1, columns), limit: 3)
        }
    }
}

// MARK: - Lines

extension Compare {
    /// Where the columns of a wide screen are.
    private struct Columns {
        let name: Int
        let value: Int

        init(of state: State, in columns: Int) {
            let longest = state.rows.map { TextWidth.columns(of: $0.name) }.max() ?? 0
            name = min(max(longest, 10), columns / 4)
            value = max(1, (columns - 2 - name - 4) / 2)
        }

        func start(of side: Int) -> Int { 2 + name + 2 + side * (value + 2) }
    }

    /// All lines under the heads.
    static func lines(of state: State, columns: Int, _ glyphs: Glyphs) -> [[Span]] {
        var lines: [[Span]] = []
        var section: JobComparison.Section?
        let places = Columns(of: state, in: columns)
        for row in state.rows {
            if row.section != section {
                if section != nil { lines.append([]) }
                lines.append([Span(row.section.rawValue, .heading)])
                section = row.section
            }
            lines +=
                isWide(columns)
                ? wideLines(row, places, glyphs) : narrowLines(row, columns, glyphs)
        }
        return lines
    }

    /// `≠` before what differs, `?` before what is not known on a side.
    private static func sign(
        of row: JobComparison.Row, _ glyphs: Glyphs
    ) -> (text: String, style: Style) {
        switch row.difference {
        case .different: (glyphs.isASCII ? "! " : "≠ ", .warning)
        case .unknown: ("? ", .dim)
        case .same: ("  ", .text)
        }
    }

    private static func style(
        of value: JobComparison.Value, in row: JobComparison.Row
    ) -> Style {
        guard value.text != nil else { return .dim }
        return row.difference == .different ? .warning : .text
    }

    private static func wideLines(
        _ row: JobComparison.Row, _ columns: Columns, _ glyphs: Glyphs
    ) -> [[Span]] {
        func wrapped(_ value: JobComparison.Value) -> [String] {
            Paragraph.wrap(words(value), columns: columns.value, limit: valueLines)
        }
        let (left, right) = (wrapped(row.left), wrapped(row.right))
        let sign = sign(of: row, glyphs)
        return (0..<max(1, left.count, right.count)).map { index in
            func cell(_ lines: [String]) -> String {
                TextWidth.fit(
                    index < lines.count ? lines[index] : "", columns: columns.value,
                    ellipsis: glyphs.ellipsis)
            }
            let name = TextWidth.fit(
                index == 0 ? row.name : "", columns: columns.name, ellipsis: glyphs.ellipsis)
            return [
                Span(index == 0 ? sign.text : "  ", sign.style), Span(name + "  ", .text),
                Span(cell(left) + "  ", style(of: row.left, in: row)),
                Span(cell(right), style(of: row.right, in: row)),
            ]
        }
    }

    private static func narrowLines(
        _ row: JobComparison.Row, _ columns: Int, _ glyphs: Glyphs
    ) -> [[Span]] {
        func wrapped(_ value: JobComparison.Value, _ mark: String) -> [[Span]] {
            let lines = Paragraph.wrap(
                words(value), columns: max(1, columns - 6), limit: valueLines)
            return lines.enumerated().map { index, line in
                [
                    Span(index == 0 ? "    \(mark) " : "      ", .dim),
                    Span(line, style(of: value, in: row)),
                ]
            }
        }
        let sign = sign(of: row, glyphs)
        let head = [Span(sign.text, sign.style), Span(row.name, .text)]
        guard row.difference != .same else { return [head] + wrapped(row.left, "=") }
        return [head] + wrapped(row.left, "1") + wrapped(row.right, "2")
    }
}
