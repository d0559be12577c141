/// Counts a table while it streams by, in memory that does not grow with it.
///
/// Counts, means, deviations, least and greatest are exact. Different values are told apart up to a limit; quartiles are
/// exact as long as there are few numbers, and later off by no more than the report says (`QuantileSketch`).
public struct TableCount: Sendable {
    /// Columns that are looked at.
    public static let columnLimit = 200
    /// Numbers and values kept over all columns: what bounds the memory, to some MiB at the worst.
    private static let sketchBudget = 64 << 10
    private static let valueBudget = 20_000

    private var form: TableForm
    private var stream: RowStream
    private var columns: [ColumnCount] = []
    private var rows = 0
    private var uneven = 0
    private var width: Int?
    private var widest = 0
    private var bytesRead: Int64 = 0

    /// At the start of a file.
    public init(form: TableForm) {
        self.form = form
        stream = RowStream(isMultiline: form.isMultiline)
    }

    /// True once a row was longer than any row of a table is.
    public var isBroken: Bool { stream.isBroken }

    /// Takes the next piece of the file.
    public mutating func take(_ piece: [UInt8], isLast: Bool) {
        bytesRead += Int64(piece.count)
        // Taken out while the rows are given, for they are counted into this same value.
        var stream = self.stream
        self.stream = RowStream(isMultiline: form.isMultiline)
        stream.take(piece, isLast: isLast) { row, number, _ in
            guard !row.isEmpty, number > 0 || !form.hasHeader else { return }
            count(row)
        }
        self.stream = stream
    }

    private mutating func count(_ row: UnsafeBufferPointer<UInt8>) {
        var form = self.form
        var columns: [ColumnCount] = []
        swap(&columns, &self.columns)
        let expected = max(width ?? 0, form.names.count)
        let cells = form.forEachCell(of: row) { column, cell in
            guard column < Self.columnLimit else { return }
            while column >= columns.count {
                columns.append(Self.column(of: max(expected, column + 1)))
            }
            columns[column].take(cell)
        }
        swap(&columns, &self.columns)
        self.form = form
        rows += 1
        widest = max(widest, cells)
        if let width, width != cells, form.rows != .objects { uneven += 1 }
        width = width ?? cells
    }

    /// A column's place to count in; the more columns there are, the less each remembers.
    private static func column(of count: Int) -> ColumnCount {
        ColumnCount(
            sketchCapacity: min(2_048, max(128, sketchBudget / count)),
            valueLimit: min(1_000, max(100, valueBudget / count)))
    }

    /// What is known by now.
    ///
    /// - Parameters:
    ///   - total: the bytes of the file when reading began.
    ///   - isWhole: true when all of it was taken.
    public func report(of total: Int64, isWhole: Bool) -> TableReport {
        let named = min(form.names.count, Self.columnLimit)
        let count = max(columns.count, named)
        let reports = (0..<count).map { index in
            let column = index < columns.count ? columns[index] : Self.column(of: count)
            return column.report(name: form.name(of: index), rows: rows)
        }
        let all = form.rows == .objects ? count : max(widest, form.names.count)
        return TableReport(
            rows: rows, unevenRows: uneven, bytesRead: bytesRead, bytesTotal: total,
            isWhole: isWhole, columns: reports, columnTotal: all)
    }
}
