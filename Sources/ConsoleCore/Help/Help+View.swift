public import ConsoleGrid

extension Help {
    /// Draws the page.
    public static func draw(
        _ state: State, on screen: inout Screen, in rect: Rect, context: ViewContext
    ) {
        let page = page(of: state, in: rect, context.glyphs)
        let style: Style = context.isFocused ? .focusBorder : .border
        screen.drawBox(rect, title: "Help: all keys", style: style, glyphs: context.glyphs)
        for (column, lines) in zip(page.columns, page.lines) {
            let visible = lines.dropFirst(state.scroll.offset).prefix(column.rows)
            for (index, line) in visible.enumerated() {
                let place = column.line(index)
                screen.write(line, at: place.origin, maxColumns: place.columns)
            }
        }
        if page.lineCount == 0 {
            Paragraph.draw(
                "No key's help holds these words.", on: &screen, in: page.body, style: .dim,
                glyphs: context.glyphs)
        }
        screen.drawScrollBar(
            Rect(
                row: page.body.row, column: rect.endColumn - 1, rows: page.body.rows, columns: 1),
            visible: state.scroll.visible, count: page.lineCount, style: style,
            glyphs: context.glyphs)
        drawFilter(state, on: &screen, in: page.filter, context)
    }

    /// The page laid out for a place.
    struct Page: Sendable, Equatable {
        /// What scrolls.
        var body: Rect
        /// Its columns, one or two.
        var columns: [Rect]
        /// Lines by column.
        var lines: [[[Span]]]
        /// The line of the filter, empty while there is none.
        var filter: Rect

        /// The lines of the longest column.
        var lineCount: Int { lines.map(\.count).max() ?? 0 }
    }

    /// From this width on sections stand in two columns.
    private static let wideColumns = 100

    static func page(of state: State, in rect: Rect, _ glyphs: Glyphs = .unicode) -> Page {
        let inside = rect.inset(rows: 1, columns: 2)
        let hasFilter = state.isTyping || !state.filter.isEmpty
        let parts = inside.split(rowsAt: max(0, inside.rows - (hasFilter ? 1 : 0)))
        let sections = found(state, glyphs)
        guard rect.columns >= wideColumns, sections.count > 1 else {
            let blocks = blocks(of: sections, columns: parts.top.columns, glyphs)
            return Page(
                body: parts.top, columns: [parts.top], lines: [joined(blocks[...])],
                filter: parts.bottom)
        }
        let halves = parts.top.split(columnsAt: parts.top.columns / 2)
        let left = halves.left.split(columnsAt: -2).left
        let blocks = blocks(of: sections, columns: left.columns, glyphs)
        let cut = cut(of: blocks.map(\.count))
        return Page(
            body: parts.top, columns: [left, halves.right],
            lines: [joined(blocks[..<cut]), joined(blocks[cut...])], filter: parts.bottom)
    }

    private static func joined(_ blocks: ArraySlice<[[Span]]>) -> [[Span]] {
        Array(blocks.joined(separator: [[]]))
    }

    /// How many sections go to the left so that the longer column is as short as can be.
    private static func cut(of heights: [Int]) -> Int {
        func height(_ part: ArraySlice<Int>) -> Int { part.reduce(0, +) + max(0, part.count - 1) }
        let cuts = (1..<heights.count).map { cut in
            (cut: cut, height: max(height(heights[..<cut]), height(heights[cut...])))
        }
        return cuts.min { $0.height < $1.height }?.cut ?? heights.count
    }

    /// The sections' rows that the filter lets pass.
    private static func found(_ state: State, _ glyphs: Glyphs) -> [Section] {
        let wanted = state.filter.value.lowercased().split(separator: " ")
        return state.sections.compactMap { section in
            let rows = section.rows.filter { row in
                let text = "\(labels(of: row, glyphs)) \(row.help)".lowercased()
                return wanted.allSatisfy { text.contains($0) }
            }
            let marks = section.marks.filter { mark in
                let text = "\(mark.mark(glyphs)) \(mark.meaning)".lowercased()
                return wanted.allSatisfy { text.contains($0) }
            }
            guard !rows.isEmpty || !marks.isEmpty else { return nil }
            return Section(title: section.title, rows: rows, marks: marks)
        }
    }

    private static func labels(of row: KeyHelp, _ glyphs: Glyphs) -> String {
        row.keys.map { $0.label(arrows: !glyphs.isASCII) }.joined(separator: " ")
    }

    /// Lines by section; the sentences of all stand in one line below each other.
    private static func blocks(
        of sections: [Section], columns: Int, _ glyphs: Glyphs
    ) -> [[[Span]]] {
        let widest = sections.flatMap(\.rows).map { row in
            TextWidth.columns(of: labels(of: row, glyphs))
        }.max()
        let indent = min(widest ?? 0, max(4, columns / 3))
        return sections.map { section in
            [[Span(section.title, .heading)]]
                + section.rows.flatMap { lines(of: $0, indent: indent, columns, glyphs) }
                + section.marks.flatMap { lines(of: $0, columns, glyphs) }
        }
    }

    /// A mark as it is drawn, its meaning beside it.
    private static func lines(of mark: Mark, _ columns: Int, _ glyphs: Glyphs) -> [[Span]] {
        let texts = Paragraph.wrap(mark.meaning, columns: max(1, columns - 5), limit: 6)
        return texts.enumerated().map { index, text in
            [
                Span("  \(index == 0 ? mark.mark(glyphs) : " ")", mark.style),
                Span("  " + text, .text),
            ]
        }
    }

    /// Keys to the left, the sentence beside them, both broken where they are too long.
    private static func lines(
        of row: KeyHelp, indent: Int, _ columns: Int, _ glyphs: Glyphs
    ) -> [[Span]] {
        let keys = Paragraph.wrap(labels(of: row, glyphs), columns: indent, limit: 4)
        let help = Paragraph.wrap(row.help, columns: max(1, columns - indent - 4), limit: 6)
        return (0..<max(keys.count, help.count)).map { index in
            let key = index < keys.count ? keys[index] : ""
            let text = index < help.count ? help[index] : ""
            return [
                Span("  " + TextWidth.fit(key, columns: indent), .key), Span("  " + text, .text),
            ]
        }
    }

    private static func drawFilter(
        _ state: State, on screen: inout Screen, in rect: Rect, _ context: ViewContext
    ) {
        guard !rect.isEmpty else { return }
        let parts = rect.split(columnsAt: 1)
        screen.write("/", at: parts.left.origin, style: .key)
        state.filter.draw(
            on: &screen, in: parts.right,
            look: TextField.Look(isFocused: state.isTyping && context.isFocused),
            glyphs: context.glyphs)
    }
}
