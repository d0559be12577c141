extension Screen {
    /// Draws a frame, with a title in its upper line if there is one.
    ///
    /// - Parameters:
    ///   - rect: the outer edge; nothing is drawn below 2 × 2.
    ///   - title: from anywhere; cut with an ellipsis to fit between the corners.
    ///   - style: the frame's lines.
    ///   - titleStyle: the title's letters.
    ///   - glyphs: Unicode or ASCII.
    public mutating func drawBox(
        _ rect: Rect, title: String? = nil, style: Style = .border, titleStyle: Style = .title,
        glyphs: Glyphs = .unicode
    ) {
        guard rect.rows >= 2, rect.columns >= 2 else { return }
        let box = glyphs.box
        let last = Point(row: rect.endRow - 1, column: rect.endColumn - 1)
        let side = Size(rows: rect.rows, columns: 1)
        fill(Rect(origin: rect.origin, size: side), style: style, with: box.vertical)
        fill(
            Rect(origin: Point(row: rect.row, column: last.column), size: side), style: style,
            with: box.vertical)
        let across = Rect(row: rect.row, column: rect.column, rows: 1, columns: rect.columns)
        fill(across, style: style, with: box.horizontal)
        fill(
            Rect(origin: Point(row: last.row, column: rect.column), size: across.size),
            style: style, with: box.horizontal)
        put(box.topLeft, at: rect.origin, style: style)
        put(box.topRight, at: Point(row: rect.row, column: last.column), style: style)
        put(box.bottomLeft, at: Point(row: last.row, column: rect.column), style: style)
        put(box.bottomRight, at: last, style: style)
        guard let title, !title.isEmpty, rect.columns >= 6 else { return }
        let room = rect.columns - 4
        let text = TextWidth.truncate(title, columns: room, ellipsis: glyphs.ellipsis)
        write(
            " \(text) ", at: Point(row: rect.row, column: rect.column + 1), style: titleStyle,
            maxColumns: room + 2)
    }

    /// Puts one character into one cell.
    public mutating func put(_ character: Character, at point: Point, style: Style = .plain) {
        fill(Rect(origin: point, size: Size(rows: 1, columns: 1)), style: style, with: character)
    }

    /// Draws text in a field of fixed width, cut with an ellipsis and padded with blanks.
    ///
    /// - Returns: always `columns` (0 when negative), so that a row of fields adds up.
    @discardableResult
    public mutating func writeField(
        _ text: String, at point: Point, columns: Int, alignment: Alignment = .left,
        cut: TextCut = .end, style: Style = .plain, glyphs: Glyphs = .unicode
    ) -> Int {
        guard columns > 0 else { return 0 }
        if writeASCIIField(text, at: point, columns: columns, alignment, style) { return columns }
        let width = TextWidth.columns(of: text)
        // A text of letters alone is cut where it is drawn, without making a shorter one of it first.
        if width > columns, TextWidth.plainASCIICount(text) != nil {
            let tail = cut.tail(of: columns)
            let head = columns - 1 - tail
            write(text, at: point, style: style, maxColumns: head)
            let gap = Point(row: point.row, column: point.column + head)
            write(String(glyphs.ellipsis), at: gap, style: style)
            let end = Point(row: point.row, column: gap.column + 1)
            if tail > 0 { write(TextWidth.suffix(text, columns: tail), at: end, style: style) }
            return columns
        }
        let isCut = width > columns
        let shown =
            isCut
            ? TextWidth.truncate(text, columns: columns, cut: cut, ellipsis: glyphs.ellipsis) : text
        let spare = isCut ? columns - TextWidth.columns(of: shown) : columns - width
        let before = alignment.blanksBefore(spare)
        writeBlanks(before, at: point, style: style)
        let used = write(
            shown, at: Point(row: point.row, column: point.column + before), style: style,
            maxColumns: columns - before)
        let end = Point(row: point.row, column: point.column + before + used)
        writeBlanks(columns - before - used, at: end, style: style)
        return columns
    }

    /// Draws pieces of different styles one after the other.
    ///
    /// - Returns: the columns used.
    @discardableResult
    public mutating func write(
        _ spans: [Span], at point: Point, maxColumns: Int? = nil
    ) -> Int {
        var used = 0
        let room = maxColumns ?? size.columns
        for span in spans where used < room {
            let place = Point(row: point.row, column: point.column + used)
            used += write(span.text, at: place, style: span.style, maxColumns: room - used)
        }
        return used
    }

    /// Draws pieces of text one after the other, ending in the ellipsis where they do not fit.
    ///
    /// - Returns: the columns used, at most `maxColumns`.
    @discardableResult
    public mutating func write(
        _ spans: [Span], at point: Point, maxColumns: Int, ellipsis: Character
    ) -> Int {
        let needed = spans.reduce(0) { $0 + TextWidth.columns(of: $1.text) }
        guard needed > maxColumns, maxColumns > 0 else {
            return write(spans, at: point, maxColumns: maxColumns)
        }
        var used = 0
        var style = Style.plain
        for span in spans where used < maxColumns - 1 {
            let place = Point(row: point.row, column: point.column + used)
            used += write(
                span.text, at: place, style: span.style, maxColumns: maxColumns - 1 - used)
            style = span.style
        }
        let end = Point(row: point.row, column: point.column + used)
        return used + write(String(ellipsis), at: end, style: style)
    }
}

/// A piece of text in one style.
public struct Span: Sendable, Hashable {
    /// The text; sanitised when drawn.
    public var text: String
    /// Its style.
    public var style: Style

    /// A piece of text in one style.
    public init(_ text: String, _ style: Style = .plain) {
        self.text = text
        self.style = style
    }
}
