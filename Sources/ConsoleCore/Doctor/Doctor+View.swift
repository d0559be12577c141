import BatchModel
public import ConsoleGrid

extension Doctor {
    /// One line of the list.
    struct Line: Sendable, Equatable {
        /// Which finding it belongs to.
        var row: Int
        var spans: [Span]
    }

    /// The part of the place that scrolls.
    static func body(in place: Rect) -> Rect { place.inset(rows: 1, columns: 2) }

    /// Names are cut beyond this.
    private static let widestName = 22
    /// The longest word for a state, with the mark.
    private static let stateColumns = 9
    /// Lines of one opened finding at most.
    private static let textLines = 30

    /// Every finding as lines for a width: one each, and the whole text of those that are opened.
    static func lines(of state: State, columns: Int, _ glyphs: Glyphs) -> [Line] {
        let names = state.checks.map { TextWidth.columns(of: sanitised($0.name)) }
        let nameColumns = min(widestName, names.max() ?? 0)
        return state.checks.enumerated().flatMap { row, check -> [Line] in
            let isSelected = state.window.selected == row
            let mark = isSelected ? "\(glyphs.pointer) " : "  "
            let style = check.state.style
            let head = [
                Span(mark, .accent),
                Span(
                    TextWidth.fit(
                        "\(check.state.mark(glyphs)) \(check.state.rawValue)",
                        columns: stateColumns + 1), style),
                Span(
                    TextWidth.fit(sanitised(check.name), columns: nameColumns) + "  ",
                    isSelected ? .accent.bold : .text),
            ]
            let detail = sanitised(check.detail)
            guard state.opened.contains(check.name) else {
                let room = columns - 2 - stateColumns - 1 - nameColumns - 2
                let cut = TextWidth.truncate(
                    detail, columns: max(0, room), ellipsis: glyphs.ellipsis)
                return [Line(row: row, spans: head + [Span(cut, .text)])]
            }
            let room = max(1, columns - 4)
            let texts =
                Paragraph.wrap(detail, columns: room, limit: textLines).map { Span($0, .text) }
                + Paragraph.wrap(remedy(of: check, glyphs), columns: room, limit: textLines)
                .map { Span($0, .info) }
            return [Line(row: row, spans: head)]
                + texts.map { Line(row: row, spans: [Span("    ", .text), $0]) }
        }
    }

    private static func remedy(of check: DoctorCheck, _ glyphs: Glyphs) -> String {
        check.advice.isEmpty ? "" : "\(glyphs.right) \(sanitised(check.advice))"
    }

    /// Keeps what is selected in sight.
    static func fit(_ state: inout State) {
        let place = layout(of: state, in: Rect(size: state.size)).list
        let all = lines(of: state, columns: place.columns, .unicode)
        state.window.setHeight(max(1, place.rows))
        state.scroll.setHeight(max(1, place.rows))
        state.scroll.setCount(all.count)
        guard let first = all.firstIndex(where: { $0.row == state.window.selected }),
            let last = all.lastIndex(where: { $0.row == state.window.selected })
        else { return }
        let seen = state.scroll.visible
        if first < seen.lowerBound || last - first >= seen.count {
            state.scroll.show(line: first)
        } else if last >= seen.upperBound {
            state.scroll.show(line: last - seen.count + 1)
        }
    }

    /// The finding whose line is shown at a place of the list.
    static func row(at line: Int, of state: State) -> Int? {
        let place = layout(of: state, in: Rect(size: state.size)).list
        let all = lines(of: state, columns: place.columns, .unicode)
        let index = state.scroll.offset + line
        return line < place.rows && index < all.count ? all[index].row : nil
    }

    /// Who gets which rows.
    struct Layout {
        var list: Rect
        var remedy: Rect
    }

    /// Lines for the remedy of what is selected, with the line above it.
    private static let remedyRows = 5

    static func layout(of state: State, in place: Rect) -> Layout {
        let inside = body(in: place)
        let hasRemedy = inside.rows >= remedyRows + 6
        let parts = inside.split(rowsAt: hasRemedy ? -remedyRows : inside.rows)
        return Layout(list: parts.top, remedy: hasRemedy ? parts.bottom : Rect(size: .zero))
    }

    /// Draws the findings, and how to mend the selected one below them.
    public static func draw(
        _ state: State, on screen: inout Screen, in place: Rect, context: ViewContext
    ) {
        let style: Style = context.isFocused ? .focusBorder : .border
        screen.drawBox(
            place, title: "Doctor: \(state.context)  \(summary(of: state))", style: style,
            glyphs: context.glyphs)
        let layout = layout(of: state, in: place)
        guard !state.checks.isEmpty else {
            Paragraph.draw(
                state.isLooking
                    ? "Looking at everything that work depends on. Each finding stands here as "
                        + "soon as it is there."
                    : "Nothing was found. \(state.key("look-again")) looks again.", on: &screen,
                in: layout.list,
                style: .dim, glyphs: context.glyphs)
            return
        }
        let all = lines(of: state, columns: layout.list.columns, context.glyphs)
        for (index, line) in all.dropFirst(state.scroll.offset).prefix(layout.list.rows)
            .enumerated()
        {
            let at = layout.list.line(index)
            screen.write(line.spans, at: at.origin, maxColumns: at.columns)
        }
        screen.drawScrollBar(
            Rect(
                row: layout.list.row, column: place.endColumn - 1, rows: layout.list.rows,
                columns: 1), visible: state.scroll.visible, count: state.scroll.count,
            style: style, glyphs: context.glyphs)
        drawRemedy(state, on: &screen, in: layout.remedy, context)
    }

    private static func drawRemedy(
        _ state: State, on screen: inout Screen, in place: Rect, _ context: ViewContext
    ) {
        guard !place.isEmpty, let check = state.selected, !state.opened.contains(check.name) else {
            return
        }
        let rest = place.split(rowsAt: 1).bottom
        let words =
            check.advice.isEmpty
            ? "\(check.name): \(check.detail)" : remedy(of: check, context.glyphs)
        Paragraph.draw(
            words, on: &screen, in: rest, style: check.advice.isEmpty ? .dim : .info,
            glyphs: context.glyphs)
    }
}

extension DoctorCheck.State {
    /// The mark before a finding: never the only sign, the word stands beside it.
    func mark(_ glyphs: Glyphs) -> Character {
        switch self {
        case .ok: glyphs.check
        case .warning: glyphs.warning
        case .problem: glyphs.cross
        case .skipped: glyphs.separator
        }
    }

    /// The style of its mark and word.
    var style: Style {
        switch self {
        case .ok: .success
        case .warning: .warning
        case .problem: .danger
        case .skipped: .dim
        }
    }
}
