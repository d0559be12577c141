/// Which lines of a long text are visible: a log, a help page, a preview.
///
/// Someone who looks at the last line keeps looking at the last line while the text grows.
public struct Scroll: Sendable, Hashable, Codable {
    /// All lines.
    public private(set) var count: Int
    /// The lines that fit, at least 1.
    public private(set) var height: Int
    /// The first visible line, from 0.
    public private(set) var offset: Int
    /// The first visible column, from 0, for text that is not wrapped.
    public private(set) var column: Int

    /// A text seen from its first line.
    public init(count: Int = 0, height: Int = 1) {
        self.count = max(0, count)
        self.height = max(1, height)
        offset = 0
        column = 0
    }

    /// The lines to draw.
    public var visible: Range<Int> { offset..<min(count, offset + height) }
    /// Whether the last line is visible.
    public var isAtEnd: Bool { offset >= lastOffset }
    /// Whether every line is visible.
    public var isWhole: Bool { count <= height }

    private var lastOffset: Int { max(0, count - height) }

    /// The text has grown or shrunk.
    public mutating func setCount(_ count: Int) {
        let follows = isAtEnd && self.count > 0
        self.count = max(0, count)
        offset = follows ? lastOffset : min(offset, lastOffset)
    }

    /// The screen has become higher or lower.
    public mutating func setHeight(_ rows: Int) {
        let follows = isAtEnd && !isWhole
        height = max(1, rows)
        offset = follows ? lastOffset : min(offset, lastOffset)
    }

    /// Moves by so many lines, stopping at both ends.
    public mutating func move(by lines: Int) {
        let (sum, didOverflow) = offset.addingReportingOverflow(lines)
        show(line: didOverflow ? (lines > 0 ? Int.max : 0) : sum)
    }

    /// Makes a line the first visible one, as far as the end of the text allows.
    public mutating func show(line: Int) { offset = min(max(0, line), lastOffset) }

    /// Moves by a step.
    public mutating func move(_ step: ListMove) {
        switch step {
        case .up: move(by: -1)
        case .down: move(by: 1)
        case .halfPageUp: move(by: -max(1, height / 2))
        case .halfPageDown: move(by: max(1, height / 2))
        case .pageUp: move(by: -height)
        case .pageDown: move(by: height)
        case .first: show(line: 0)
        case .last: show(line: lastOffset)
        }
    }

    /// Moves sideways by so many columns, never left of the first.
    public mutating func moveColumn(by columns: Int) {
        let (sum, didOverflow) = column.addingReportingOverflow(columns)
        column = didOverflow ? column : max(0, sum)
    }

    /// Goes back to the first column.
    public mutating func showFirstColumn() { column = 0 }
}

extension Screen {
    /// Draws a scroll bar down a one-column rectangle; nothing when all rows are visible.
    ///
    /// - Parameters:
    ///   - rect: the bar's place; its first column is used.
    ///   - visible: the rows shown.
    ///   - count: all rows.
    public mutating func drawScrollBar(
        _ rect: Rect, visible: Range<Int>, count: Int, style: Style = .border,
        glyphs: Glyphs = .unicode
    ) {
        guard rect.rows > 0, count > visible.count, !visible.isEmpty else { return }
        let length = max(1, scaled(rect.rows, by: visible.count, of: count))
        let way = rect.rows - length
        let start = scaled(way, by: visible.lowerBound, of: count - visible.count)
        let bar = Rect(row: rect.row, column: rect.column, rows: rect.rows, columns: 1)
        fill(bar, style: style, with: glyphs.scrollTrack)
        let thumb = Rect(row: rect.row + start, column: rect.column, rows: length, columns: 1)
        fill(thumb, style: style, with: glyphs.scrollThumb)
    }

    /// So many rows times a part of a whole, rounded down.
    ///
    /// Files are measured by their bytes here, and what a service says of a size may be any number: the product may be none.
    private func scaled(_ rows: Int, by part: Int, of whole: Int) -> Int {
        let product = rows.multipliedFullWidth(by: min(max(0, part), whole))
        return whole.dividingFullWidth(product).quotient
    }
}
