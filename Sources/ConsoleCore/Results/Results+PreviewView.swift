import BatchModel
import ConsoleGrid

extension Results {
    static func drawPreview(
        _ state: State, on screen: inout Screen, in rect: Rect, _ context: ViewContext
    ) {
        let hasFocus = context.isFocused && state.pane == .preview
        let style: Style = hasFocus ? .focusBorder : .border
        let place = rect.inset(rows: 1, columns: 2)
        guard let preview = state.preview else {
            let title = state.tree.selected?.id.output
            screen.drawBox(rect, title: title ?? "Preview", style: style, glyphs: context.glyphs)
            drawWords(of: state, on: &screen, in: place, context)
            return
        }
        screen.drawBox(
            rect, title: title(of: preview, state.look, columns: rect.columns - 4, context.glyphs),
            style: style, glyphs: context.glyphs)
        if let look = state.look {
            drawLook(look, on: &screen, in: rect, hasFocus: hasFocus, context)
            return drawFoot(
                preview, look, by: state.keymap, on: &screen, in: rect, context)
        }
        guard preview.rowCount > 0 else {
            let (words, style) = words(of: preview, by: state.keymap)
            Paragraph.draw(words, on: &screen, in: place, style: style, glyphs: context.glyphs)
            return
        }
        drawRows(preview, on: &screen, in: place, hasFocus: hasFocus, context)
        drawFoot(preview, nil, by: state.keymap, on: &screen, in: rect, context)
        drawBar(preview, on: &screen, in: rect, style: style, context)
    }

    // MARK: - Around the rows

    /// The file's name, its rows and its size; the name gives way.
    static func title(
        of preview: Preview, _ look: Look?, columns: Int, _ glyphs: Glyphs
    ) -> String {
        var facts = (look?.placeWords ?? rowsWords(of: preview)).map { [$0] } ?? []
        if let size = preview.size { facts.append(Words.bytes(size)) }
        let rest = facts.map { "  " + $0 }.joined()
        let room = max(8, columns - TextWidth.columns(of: rest))
        return TextWidth.truncateMiddle(
            preview.file.path.lastSegment, columns: room, ellipsis: glyphs.ellipsis) + rest
    }

    private static func rowsWords(of preview: Preview) -> String? {
        guard preview.isRead, !preview.shape.isBinary else { return nil }
        if preview.isReloading { return "reading again" }
        if preview.jump != nil, preview.failure == nil { return "reading the last rows" }
        let isCSV = ["csv", "tsv"].contains(FileShape.ending(of: preview.file.path))
        let unit = preview.isTable || (isCSV && !preview.isPretty) ? "row" : "line"
        if let total = preview.totalRows { return Words.count(total, unit) }
        let visible = preview.list.visible
        guard let first = preview.firstNumber else {
            let isLast = preview.isAtEnd && visible.upperBound == preview.rowCount
            return "\(isLast ? "last \(unit)s" : "\(unit)s") at \(percent(of: preview))%"
        }
        let from = Words.grouped(first + visible.lowerBound)
        let to = Words.grouped(first + visible.upperBound - 1)
        let about = preview.estimatedRows.map { " of about \(Words.grouped($0))" } ?? ""
        return "\(unit)s \(from)-\(to)\(about)"
    }

    /// Where the last visible row ends in the file.
    private static func percent(of preview: Preview) -> Int {
        let place = bytePlaces(of: preview)
        guard let place, let size = preview.size, size > 0 else { return 0 }
        return Int(Double(place.upperBound) * 100 / Double(size))
    }

    /// The part of the file that is visible; nil while there are no rows.
    private static func bytePlaces(of preview: Preview) -> Range<Int>? {
        let rows = preview.pages.rows
        let first = preview.list.visible.lowerBound + preview.hiddenRows
        let last = preview.list.visible.upperBound + preview.hiddenRows - 1
        guard !preview.isPretty, first <= last, rows.indices.contains(last) else { return nil }
        let start = Int(preview.pages.start)
        let isLast = last == rows.count - 1
        let end = isLast ? preview.pages.bytes.count : rows[last].upperBound
        let isFirst = first == preview.hiddenRows && preview.pages.start == 0
        return start + (isFirst ? 0 : rows[first].lowerBound)..<start + end
    }

    /// What form it has, in the lower edge.
    private static func drawFoot(
        _ preview: Preview, _ look: Look?, by keymap: Keymap, on screen: inout Screen,
        in rect: Rect, _ context: ViewContext
    ) {
        let view = keys.keyName("view", by: keymap)
        guard rect.rows > 3, rect.columns > 12 else { return }
        let room = rect.columns - 4
        var words: [String]
        switch preview.shape {
        case .table(let separator, _):
            words = [separator.words, preview.hasHeader ? "with a header" : "no header"]
            if preview.isRaw, look == nil { words = ["text", "\(view) shows columns"] }
        case .jsonLines:
            words =
                preview.isRaw && look == nil ? ["text", "\(view) shows columns"] : ["JSON lines"]
        case .json:
            words =
                ["JSON"] + (preview.pretty != nil && preview.isRaw ? ["\(view) lays it out"] : [])
        case .text: words = ["text"]
        case .binary: words = []
        }
        if look == nil, let hidden = columnWords(of: preview, columns: room - preview.gutter) {
            words.append(hidden)
        }
        let text = TextWidth.truncate(
            " \(words.joined(separator: ", ")) ", columns: room,
            ellipsis: context.glyphs.ellipsis)
        screen.write(
            text, at: Point(row: rect.endRow - 1, column: rect.column + 1), style: .dim,
            maxColumns: room)
    }

    /// Which columns are visible, unless all are.
    private static func columnWords(of preview: Preview, columns: Int) -> String? {
        guard preview.isTable else {
            return preview.textColumn > 0 ? "from column \(preview.textColumn + 1) on" : nil
        }
        let slots = slots(of: preview, columns: columns)
        guard let first = slots.first, let last = slots.last else { return nil }
        let isAll = first.index == 0 && last.index == preview.columns.count - 1 && !last.isCut
        return isAll
            ? nil : "columns \(first.index + 1)-\(last.index + 1) of \(preview.columns.count)"
    }

    private static func drawBar(
        _ preview: Preview, on screen: inout Screen, in rect: Rect, style: Style,
        _ context: ViewContext
    ) {
        let bar = Rect(
            row: rect.row + 1, column: rect.endColumn - 1, rows: rect.rows - 2, columns: 1)
        let places = bytePlaces(of: preview)
        let size = preview.size.map { Int($0) }
        screen.drawScrollBar(
            bar, visible: places ?? preview.list.visible,
            count: places == nil ? preview.rowCount : size ?? preview.pages.bytes.count,
            style: style, glyphs: context.glyphs)
    }

    // MARK: - Rows

    private static func drawRows(
        _ preview: Preview, on screen: inout Screen, in rect: Rect, hasFocus: Bool,
        _ context: ViewContext
    ) {
        let gutter = min(preview.gutter, rect.columns / 2)
        let slots = preview.isTable ? slots(of: preview, columns: rect.columns - gutter) : []
        var body = rect
        if preview.hasHeadings {
            let heading = rect.line(0).split(columnsAt: gutter).right
            let names = preview.columns.map { $0.name ?? "" }
            drawCells(
                names, of: preview, slots, style: .heading, on: &screen, in: heading, context)
            body = rect.split(rowsAt: 1).bottom
        }
        let visible = visible(of: preview.list, rows: body.rows)
        for index in visible {
            let line = body.line(index - visible.lowerBound)
            let parts = line.split(columnsAt: gutter)
            if let first = preview.firstNumber {
                screen.writeField(
                    String(first + index), at: parts.left.origin, columns: max(0, gutter - 2),
                    alignment: .right, style: .dim, glyphs: context.glyphs)
            }
            if preview.isTable {
                drawCells(
                    preview.cells(of: index), of: preview, slots, style: .text, on: &screen,
                    in: parts.right, context)
            } else {
                drawText(of: index, in: preview, on: &screen, in: parts.right, context)
            }
            if index == preview.list.selection {
                screen.restyle(line, background: hasFocus ? .selection : .selectionInactive)
            }
        }
    }

    private static func drawCells(
        _ texts: [String], of preview: Preview, _ slots: [Slot], style: Style,
        on screen: inout Screen, in rect: Rect, _ context: ViewContext
    ) {
        for slot in slots where slot.index < texts.count && rect.rows > 0 {
            let isNumber = preview.columns[slot.index].isNumber
            let text = TextWidth.fit(
                texts[slot.index], columns: slot.columns, alignment: isNumber ? .right : .left,
                ellipsis: context.glyphs.ellipsis)
            let place = Point(row: rect.row, column: rect.column + slot.start)
            screen.write(
                marked(text, preview.search, style), at: place, maxColumns: slot.columns)
        }
    }

    private static func drawText(
        of row: Int, in preview: Preview, on screen: inout Screen, in rect: Rect,
        _ context: ViewContext
    ) {
        // A column is at most four bytes but for stacked marks; of a long line only what may be seen is read.
        let reach = min((preview.textColumn + rect.columns) * 4 + 64, Preview.rowLimit)
        let bytes = preview.bytes(of: row)
        let text = sanitised(String(decoding: bytes.prefix(reach), as: UTF8.self))
        let skipped = TextWidth.prefix(text, columns: preview.textColumn)
        let rest = String(text.dropFirst(skipped.count))
        let shown = TextWidth.truncate(
            rest, columns: rect.columns, ellipsis: context.glyphs.ellipsis)
        screen.write(
            marked(shown, preview.search, .text), at: rect.origin, maxColumns: rect.columns)
    }

    private static func marked(_ text: String, _ search: Search?, _ style: Style) -> [Span] {
        guard let search, !search.field.isEmpty else { return [Span(text, style)] }
        return Span.highlighted(text, positions: search.needle.positions(in: text), style: style)
    }
}

// MARK: - Columns

extension Results {
    /// A column's place on the screen.
    struct Slot: Sendable, Equatable {
        var index: Int
        var start: Int
        var columns: Int
        /// True when the right edge cuts it.
        var isCut: Bool
    }

    /// A cell's widest while not all columns fit.
    private static let cellLimit = 40
    private static let gap = 2

    /// The visible columns of a table: as wide as they are where all fit, else none wider than a limit.
    static func slots(of preview: Preview, columns room: Int) -> [Slot] {
        let all = preview.columns.reduce(0) { $0 + $1.width + gap } - gap
        let limit = all <= room ? Int.max : cellLimit
        var slots: [Slot] = []
        var start = 0
        for index in preview.columns.indices.dropFirst(preview.firstColumn) where start < room {
            let width = min(preview.columns[index].width, limit)
            slots.append(
                Slot(
                    index: index, start: start, columns: min(width, room - start),
                    isCut: width > room - start))
            start += width + gap
        }
        return slots
    }
}
