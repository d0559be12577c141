import ConsoleGrid

// The last line of the screen: the hints, and what was said last until the next key. Whoever has just been told something
// is the one who needs help, so its key stays in sight: beside the last line of the notice, or on a line of its own.

extension App {
    /// Lines of a notice at most; a longer one is cut with an ellipsis.
    private static let noticeLines = 5
    /// Columns between a notice and the hints beside it.
    private static let noticeGap = 3

    static func drawFooter(_ state: State, on screen: inout Screen, in line: Rect) {
        let hints = hints(in: state).filter { !$0.isRefused }
            .map { hint in
                FooterHints.Hint(hint.key, hint.text, arrows: !state.glyphs.isASCII)
            }
        if let notice = state.notice {
            return draw(notice, beside: hints, on: &screen, above: line, state.glyphs)
        }
        screen.fill(line, style: Style(.footer))
        FooterHints(hints).draw(on: &screen, in: line.split(columnsAt: 1).right)
    }

    /// A notice takes the footer, and of the screen above it as much as it needs.
    private static func draw(
        _ notice: Notice, beside hints: [FooterHints.Hint], on screen: inout Screen,
        above line: Rect, _ glyphs: Glyphs
    ) {
        let columns = line.columns - 2
        let room = max(1, min(noticeLines, line.endRow - 1))
        let lines = Paragraph.wrap(notice.text, columns: columns, limit: room + 1)
        let last = TextWidth.columns(of: lines.prefix(room).last ?? "")
        let isCut = lines.count > room
        let beside = kept(hints, columns: isCut ? 0 : columns - last - noticeGap)
        let own = beside.isEmpty && !hints.isEmpty ? 1 : 0
        let wanted = min(lines.count, room) + own
        let rows = max(1, min(wanted, line.endRow - 1))
        let place = Rect(row: line.endRow - rows, column: 0, rows: rows, columns: line.columns)
        screen.fill(place, style: Style(.footer))
        let inside = place.inset(rows: 0, columns: 1)
        let style = notice.style.on(.footer)
        guard own > 0 else {
            Paragraph.draw(notice.text, on: &screen, in: inside, style: style, glyphs: glyphs)
            return drawRight(beside, on: &screen, in: inside.line(rows - 1))
        }
        guard rows > 1 else {
            // One line for both: the notice is cut, and only then.
            let help = kept(hints, columns: columns / 3)
            let width = FooterHints(help).columns
            let left = inside.split(columnsAt: width == 0 ? columns : columns - width - noticeGap)
            Paragraph.draw(notice.text, on: &screen, in: left.left, style: style, glyphs: glyphs)
            return drawRight(help, on: &screen, in: inside)
        }
        Paragraph.draw(
            notice.text, on: &screen, in: inside.split(rowsAt: rows - 1).top, style: style,
            glyphs: glyphs)
        FooterHints(hints).draw(on: &screen, in: inside.line(rows - 1))
    }

    /// The first hints that fit, with help among them even where it would not be; none where not even that fits.
    private static func kept(
        _ hints: [FooterHints.Hint], columns: Int
    ) -> [FooterHints.Hint] {
        let first = FooterHints(hints).fitting(columns: columns)
        guard let help = hints.first(where: { $0.text == "help" }), !first.contains(help) else {
            return first
        }
        return FooterHints([help] + hints.filter { $0 != help }).fitting(columns: columns)
    }

    private static func drawRight(
        _ hints: [FooterHints.Hint], on screen: inout Screen, in line: Rect
    ) {
        let width = FooterHints(hints).columns
        FooterHints(hints).draw(on: &screen, in: line.split(columnsAt: -width).right)
    }
}
