// The picture as a value. A view builds a Screen from State alone; whoever shows it compares it with
// the one before and sends the difference. All drawing clips: text that starts left of the screen,
// ends right of it or lies below it is cut, and a wide glyph that would be cut in half is left out.
// A wide glyph owns two cells, the second a continuation; overwriting either half blanks the other,
// so that a row never holds half a glyph.

/// A picture of the terminal: rows × columns of cells, row-major, origin at the top left.
public struct Screen: Sendable, Equatable {
    /// Height and width; fixed for the life of the value.
    public let size: Size
    /// Where the terminal's cursor shows, nil to hide it.
    public var cursor: Point?
    /// rows × columns cells, row-major.
    var cells: [Cell]

    /// An empty picture.
    ///
    /// - Parameter size: each side at most `Screen.sideLimit`; more is cut.
    public init(size: Size) {
        self.size = Size(
            rows: min(size.rows, Screen.sideLimit), columns: min(size.columns, Screen.sideLimit))
        cells = Array(repeating: .blank, count: self.size.rows * self.size.columns)
    }

    /// No terminal is larger; the bound keeps a broken size report from taking all memory.
    public static let sideLimit = 2_000

    /// The whole picture as a rectangle.
    public var bounds: Rect { Rect(size: size) }

    /// The cell at a place, blank outside.
    public subscript(point: Point) -> Cell {
        bounds.contains(point) ? cells[point.row * size.columns + point.column] : .blank
    }

    /// The cells of one row; empty outside.
    public func row(_ index: Int) -> ArraySlice<Cell> {
        guard index >= 0, index < size.rows else { return [] }
        return cells[index * size.columns..<(index + 1) * size.columns]
    }

    /// Draws text and says how many columns it took.
    ///
    /// - Parameters:
    ///   - text: from anywhere: control characters and escape sequences are taken out first.
    ///   - point: where the first column goes; may lie outside.
    ///   - style: for every cell. A style without a ground keeps the ground already there.
    ///   - maxColumns: the most columns to use; what does not fit is cut without a mark.
    /// - Returns: the columns used, 0 when nothing was drawn.
    @discardableResult
    public mutating func write(
        _ text: String, at point: Point, style: Style = .plain, maxColumns: Int? = nil
    ) -> Int {
        guard point.row >= 0, point.row < size.rows else { return 0 }
        let limit = min(size.columns, maxColumns.map { point.column + max(0, $0) } ?? size.columns)
        if let columns = writeASCII(text, at: point, limit: limit, style: style) { return columns }
        var pen = Pen(row: point.row, column: point.column, limit: limit, style: style)
        Clusters.forEach(in: text) { packed, width in
            put(packed, width, with: &pen)
            return pen.column < limit
        }
        return max(0, pen.column - point.column)
    }

    /// Fills a rectangle with one character, or blanks it.
    public mutating func fill(_ rect: Rect, style: Style = .plain, with character: Character = " ")
    {
        let part = rect.intersection(bounds)
        guard !part.isEmpty else { return }
        let cell = Cell(character, style: style)
        guard cell.width == 1 else { return }
        for row in part.row..<part.endRow {
            mendEdges(row: row, from: part.column, to: part.endColumn)
            let start = row * size.columns
            for index in start + part.column..<start + part.endColumn { cells[index] = cell }
        }
    }

    /// Gives the cells of a rectangle another ground and more stress, leaving their text alone.
    ///
    /// - Parameters:
    ///   - rect: clipped to the screen.
    ///   - background: whose ground to lay below; nil keeps it.
    ///   - adding: stress to add.
    public mutating func restyle(
        _ rect: Rect, background: Role? = nil, adding attributes: Attributes = []
    ) {
        restyle(rect) { style in
            Style(
                style.foreground, style.attributes.union(attributes),
                on: background ?? style.background)
        }
    }

    /// Gives the cells of one row another ground and more stress, leaving their text alone.
    public mutating func restyle(
        row: Int, columns: Range<Int>, background: Role? = nil, adding attributes: Attributes = []
    ) {
        let rect = Rect(row: row, column: columns.lowerBound, rows: 1, columns: columns.count)
        restyle(rect, background: background, adding: attributes)
    }

    /// Changes the style of every cell of a rectangle, leaving the text alone.
    public mutating func restyle(_ rect: Rect, _ change: (Style) -> Style) {
        let part = rect.intersection(bounds)
        guard !part.isEmpty else { return }
        for row in part.row..<part.endRow {
            let start = row * size.columns
            for index in start + part.column..<start + part.endColumn {
                cells[index].style = change(cells[index].style)
            }
        }
    }

    /// Lays another picture over this one.
    public mutating func draw(_ other: Screen, at origin: Point) {
        let part = Rect(origin: origin, size: other.size).intersection(bounds)
        guard !part.isEmpty else { return }
        for row in part.row..<part.endRow {
            mendEdges(row: row, from: part.column, to: part.endColumn)
            for column in part.column..<part.endColumn {
                let source = Point(row: row - origin.row, column: column - origin.column)
                cells[row * size.columns + column] = other[source]
            }
            blankHalves(row: row, from: part.column, to: part.endColumn)
        }
    }
}

// MARK: - Putting cells

extension Screen {
    private struct Pen {
        let row: Int
        var column: Int
        let limit: Int
        let style: Style
    }

    /// Writes text of printable ASCII, nil when it is not: most text is, and needs no clusters.
    private mutating func writeASCII(
        _ text: String, at point: Point, limit: Int, style: Style
    ) -> Int? {
        let isPlaced = text.utf8.withContiguousStorageIfAvailable { bytes -> Int? in
            guard bytes.allSatisfy(TextWidth.isPrintable) else { return nil }
            let end = min(limit, point.column + bytes.count)
            put(from: point, to: end, style: style) { bytes[$0] }
            return max(0, end - point.column)
        }
        return isPlaced ?? nil
    }

    /// Writes a field of printable ASCII and the blanks around it at once; false when the text is none, or does not fit.
    mutating func writeASCIIField(
        _ text: String, at point: Point, columns: Int, _ alignment: Alignment, _ style: Style
    ) -> Bool {
        guard point.row >= 0, point.row < size.rows else { return false }
        let isPlaced = text.utf8.withContiguousStorageIfAvailable { bytes -> Bool in
            guard bytes.count <= columns, bytes.allSatisfy(TextWidth.isPrintable) else {
                return false
            }
            let before = alignment.blanksBefore(columns - bytes.count)
            put(from: point, to: min(size.columns, point.column + columns), style: style) {
                bytes.indices.contains($0 - before) ? bytes[$0 - before] : 0x20
            }
            return true
        }
        return isPlaced ?? false
    }

    /// Writes blanks, which keep the ground already there as text does.
    mutating func writeBlanks(_ columns: Int, at point: Point, style: Style) {
        guard point.row >= 0, point.row < size.rows else { return }
        let end = min(size.columns, point.column + columns)
        put(from: point, to: end, style: style) { _ in 0x20 }
    }

    /// Puts printable ASCII into the cells from a place to a column, as far as they are on the screen.
    ///
    /// - Parameter letter: the letter so many columns from the place.
    private mutating func put(
        from point: Point, to end: Int, style: Style, _ letter: (Int) -> UInt8
    ) {
        let start = max(0, point.column)
        guard start < end else { return }
        mendEdges(row: point.row, from: start, to: end)
        let base = point.row * size.columns
        cells.withUnsafeMutableBufferPointer { cells in
            for column in start..<end {
                let cell = Cell(ascii: letter(column - point.column), style: style)
                cells[base + column] = cell.onGround(of: cells[base + column])
            }
        }
    }

    /// Puts one cluster; the pen stops at its limit when a wide glyph no longer fits.
    private mutating func put(_ packed: UInt64, _ width: Int, with pen: inout Pen) {
        guard pen.column + width <= pen.limit else {
            pen.column = max(pen.column, pen.limit)
            return
        }
        defer { pen.column += width }
        guard pen.column >= 0 else {
            // The second half of a wide glyph that starts left of the screen stays blank.
            return
        }
        let index = pen.row * size.columns + pen.column
        if cells[index].width != 1 || width == 2 {
            mendEdges(row: pen.row, from: pen.column, to: pen.column + width)
        }
        let cell = Cell(packed: packed, style: pen.style, width: UInt8(width))
            .onGround(of: cells[index])
        cells[index] = cell
        if width == 2 { cells[index + 1] = .continuation(style: cell.style) }
    }

    /// Blanks wide glyphs that the columns about to be overwritten cut in half.
    private mutating func mendEdges(row: Int, from start: Int, to end: Int) {
        let base = row * size.columns
        if start > 0, start < size.columns, cells[base + start].isContinuation {
            cells[base + start - 1] = Cell(ascii: 0x20, style: cells[base + start - 1].style)
        }
        if end > 0, end < size.columns, cells[base + end].isContinuation {
            cells[base + end] = Cell(ascii: 0x20, style: cells[base + end].style)
        }
    }

    /// Blanks half glyphs that a clipped copy brought in.
    private mutating func blankHalves(row: Int, from start: Int, to end: Int) {
        let base = row * size.columns
        if cells[base + start].isContinuation {
            cells[base + start] = Cell(ascii: 0x20, style: cells[base + start].style)
        }
        if cells[base + end - 1].width == 2 {
            cells[base + end - 1] = Cell(ascii: 0x20, style: cells[base + end - 1].style)
        }
    }
}
