/// How many rows and columns something takes; never negative.
public struct Size: Sendable, Hashable, Codable {
    /// The height in terminal rows, 0 or more.
    public var rows: Int
    /// The width in terminal columns, 0 or more.
    public var columns: Int

    /// A size; negative numbers become 0.
    public init(rows: Int, columns: Int) {
        self.rows = max(0, rows)
        self.columns = max(0, columns)
    }

    /// Nothing at all.
    public static let zero = Size(rows: 0, columns: 0)
    /// True where no cell fits.
    public var isEmpty: Bool { rows == 0 || columns == 0 }
}

/// One cell's place: row and column count from 0 at the top left.
public struct Point: Sendable, Hashable, Codable {
    /// Rows below the top row.
    public var row: Int
    /// Columns right of the first column.
    public var column: Int

    /// A place, which may lie outside every screen.
    public init(row: Int, column: Int) {
        self.row = row
        self.column = column
    }

    /// The top left cell.
    public static let zero = Point(row: 0, column: 0)
}

/// A block of cells: its top left corner and its size.
///
/// Every operation clamps: a rectangle cut smaller than nothing is empty, never negative, so that a
/// screen of 1 × 1 needs no special case anywhere.
public struct Rect: Sendable, Hashable, Codable {
    /// The top left corner.
    public var origin: Point
    /// Height and width.
    public var size: Size

    /// A rectangle from its corner and its size.
    public init(origin: Point, size: Size) {
        self.origin = origin
        self.size = size
    }

    /// A rectangle from four numbers; negative heights and widths become 0.
    public init(row: Int, column: Int, rows: Int, columns: Int) {
        self.init(
            origin: Point(row: row, column: column), size: Size(rows: rows, columns: columns))
    }

    /// A rectangle of this size at the top left.
    public init(size: Size) { self.init(origin: .zero, size: size) }

    /// The first row.
    public var row: Int { origin.row }
    /// The first column.
    public var column: Int { origin.column }
    /// The height in rows.
    public var rows: Int { size.rows }
    /// The width in columns.
    public var columns: Int { size.columns }
    /// The row just below the last one.
    public var endRow: Int { row + rows }
    /// The column just right of the last one.
    public var endColumn: Int { column + columns }
    /// True where no cell fits.
    public var isEmpty: Bool { size.isEmpty }

    /// Whether the cell lies inside.
    public func contains(_ point: Point) -> Bool {
        point.row >= row && point.row < endRow && point.column >= column
            && point.column < endColumn
    }

    /// The rectangle without a margin on all four sides.
    public func inset(by margin: Int) -> Rect { inset(rows: margin, columns: margin) }

    /// The rectangle without a margin above and below (`rows`) and left and right (`columns`).
    public func inset(rows vertical: Int, columns horizontal: Int) -> Rect {
        let down = min(max(0, vertical), rows)
        let right = min(max(0, horizontal), columns)
        return Rect(
            row: row + down, column: column + right, rows: rows - 2 * down,
            columns: columns - 2 * right)
    }

    /// Cuts into an upper part of so many rows and the rest below.
    ///
    /// - Parameter count: rows of the upper part, clamped to what is there; negative counts from the
    ///   bottom, so that -1 leaves one row below.
    public func split(rowsAt count: Int) -> (top: Rect, bottom: Rect) {
        let cut = Rect.clampedCut(count, of: rows)
        return (
            Rect(row: row, column: column, rows: cut, columns: columns),
            Rect(row: row + cut, column: column, rows: rows - cut, columns: columns)
        )
    }

    /// Cuts into a left part of so many columns and the rest to the right.
    ///
    /// - Parameter count: columns of the left part, clamped to what is there; negative counts from
    ///   the right edge.
    public func split(columnsAt count: Int) -> (left: Rect, right: Rect) {
        let cut = Rect.clampedCut(count, of: columns)
        return (
            Rect(row: row, column: column, rows: rows, columns: cut),
            Rect(row: row, column: column + cut, rows: rows, columns: columns - cut)
        )
    }

    /// The one-row rectangle at this row of the rectangle, counted from 0; empty when outside.
    public func line(_ index: Int) -> Rect {
        let isInside = index >= 0 && index < rows
        return Rect(row: row + index, column: column, rows: isInside ? 1 : 0, columns: columns)
    }

    /// A rectangle of this size in the middle, made smaller where it would not fit.
    public func centred(_ wanted: Size) -> Rect {
        let height = min(wanted.rows, rows)
        let width = min(wanted.columns, columns)
        return Rect(
            row: row + (rows - height) / 2, column: column + (columns - width) / 2, rows: height,
            columns: width)
    }

    /// The part both rectangles share; empty where they do not touch.
    public func intersection(_ other: Rect) -> Rect {
        let top = max(row, other.row)
        let left = max(column, other.column)
        return Rect(
            row: top, column: left, rows: min(endRow, other.endRow) - top,
            columns: min(endColumn, other.endColumn) - left)
    }

    private static func clampedCut(_ count: Int, of length: Int) -> Int {
        count < 0 ? max(0, length + count) : min(count, length)
    }
}
