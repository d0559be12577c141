/// How a table is written out.
public struct ExportOrder: Sendable, Hashable, Codable {
    /// What may stand between the fields of a file that is written.
    public static let separators: [RowSeparator] = [.comma, .semicolon, .tab]

    /// What stands between the fields: one of `separators`.
    public var separator: RowSeparator
    /// Whether the first row holds names: those of the file, else `col1`, `col2`, ….
    public var hasHeader: Bool
    /// Whether a file that is there already is replaced.
    public var isReplacing: Bool

    /// Commas and a header, and nothing replaced, unless said otherwise.
    public init(
        separator: RowSeparator = .comma, hasHeader: Bool = true, isReplacing: Bool = false
    ) {
        self.separator = separator
        self.hasHeader = hasHeader
        self.isReplacing = isReplacing
    }
}

/// What was written.
public struct ExportReport: Sendable, Hashable, Codable {
    /// Where to.
    public var path: String
    /// Rows, the header's left out.
    public var rows: Int
    /// Columns of every row.
    public var columns: Int
    /// Bytes of the file.
    public var bytes: Int64
    /// Rows that had too few or too many cells: filled up, or with the rest in the last cell.
    public var unevenRows: Int
    /// Lines of JSON that are no object, and so could not be written.
    public var leftOut: Int

    /// Says what was written.
    public init(
        path: String, rows: Int, columns: Int, bytes: Int64, unevenRows: Int, leftOut: Int
    ) {
        self.path = path
        self.rows = rows
        self.columns = columns
        self.bytes = bytes
        self.unevenRows = unevenRows
        self.leftOut = leftOut
    }
}

/// Writes a table as RFC 4180 has it while it streams by: every row as many fields, quotes where they are needed and
/// doubled within, CRLF behind each.
public struct TableExport: Sendable {
    /// Keys of JSON objects that become columns at most.
    public static let nameLimit = 10_000

    private let order: ExportOrder
    private var form: TableForm
    private var stream: RowStream
    private var width: Int?
    private var written: [UInt8] = []
    /// The cells of a row, one behind the other, and where each ends.
    private var cells: [UInt8] = []
    private var ends: [Int] = []
    /// Rows written, the header's left out.
    public private(set) var rows = 0
    /// Rows that had too few or too many cells.
    public private(set) var unevenRows = 0
    /// Lines of JSON that are no object.
    public private(set) var leftOut = 0

    /// - Parameter form: for objects, with every key that occurs (`NameSearch`).
    public init(form: TableForm, order: ExportOrder) {
        self.form = form
        self.order = order
        stream = RowStream(isMultiline: form.isMultiline)
        width = form.names.isEmpty ? nil : form.names.count
    }

    /// True once a row was longer than any row of a table is.
    public var isBroken: Bool { stream.isBroken }
    /// Columns of every row.
    public var columns: Int { width ?? 0 }

    /// Takes the next piece of the file and gives what is to be written for it.
    public mutating func take(_ piece: [UInt8], isLast: Bool) -> [UInt8] {
        var stream = self.stream
        self.stream = RowStream(isMultiline: form.isMultiline)
        stream.take(piece, isLast: isLast) { row, number, _ in
            guard !row.isEmpty else { return }
            if number == 0, form.hasHeader { return writeHeader() }
            write(row)
        }
        self.stream = stream
        defer { written.removeAll(keepingCapacity: true) }
        return written
    }

    private mutating func writeHeader() {
        guard order.hasHeader, let width else { return }
        for column in 0..<width { append(Array(form.name(of: column).utf8)) }
        writeRow(width)
    }

    private mutating func write(_ row: UnsafeBufferPointer<UInt8>) {
        let isObjects = form.rows == .objects
        var cells = self.cells
        var ends = self.ends
        (self.cells, self.ends) = ([], [])
        var places: [Int: Range<Int>] = [:]
        let count = form.forEachCell(of: row, nameLimit: 0) { column, cell in
            let start = cells.count
            cells.append(contentsOf: cell)
            if isObjects { places[column] = start..<cells.count } else { ends.append(cells.count) }
        }
        if isObjects {
            guard count > 0 || row.first == UInt8(ascii: "{") else {
                leftOut += 1
                return
            }
            let all = cells
            (cells, ends) = ([], [])
            for column in 0..<(width ?? 0) {
                if let place = places[column] { cells += all[place] }
                ends.append(cells.count)
            }
        }
        (self.cells, self.ends) = (cells, ends)
        begin(isObjects ? width ?? 0 : count)
        rows += 1
        writeRow(width ?? ends.count)
    }

    /// Learns from the first row how wide all are, and says what they are called.
    private mutating func begin(_ count: Int) {
        let isFirst = rows == 0 && !form.hasHeader
        if let width, width != count { unevenRows += 1 }
        width = width ?? count
        guard isFirst else { return }
        let (cells, ends) = (self.cells, self.ends)
        (self.cells, self.ends) = ([], [])
        writeHeader()
        (self.cells, self.ends) = (cells, ends)
    }

    private mutating func append(_ cell: [UInt8]) {
        cells += cell
        ends.append(cells.count)
    }

    /// Writes the gathered cells as a row of so many fields.
    private mutating func writeRow(_ width: Int) {
        // What a row has too many goes with its last field, so that nothing is lost.
        if ends.count > width, width > 0 { joinRest(from: width - 1) }
        var start = 0
        for column in 0..<width {
            if column > 0 { written.append(order.separator.byte) }
            guard column < ends.count else { continue }
            writeField(start..<ends[column], isAlone: width == 1)
            start = ends[column]
        }
        written += [UInt8(ascii: "\r"), RowRecords.newline]
        cells.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
    }

    private mutating func joinRest(from column: Int) {
        var joined: [UInt8] = []
        for index in column..<ends.count {
            if index > column { joined.append(separatorOfRows) }
            joined += cells[(index == 0 ? 0 : ends[index - 1])..<ends[index]]
        }
        cells.removeLast(cells.count - (column == 0 ? 0 : ends[column - 1]))
        ends.removeLast(ends.count - column)
        append(joined)
    }

    private var separatorOfRows: UInt8 {
        switch form.rows {
        case .fields(let separator, _): separator.byte
        case .objects: UInt8(ascii: ",")
        }
    }

    private mutating func writeField(_ range: Range<Int>, isAlone: Bool) {
        let field = cells[range]
        let separator = order.separator.byte
        let isQuoted = field.contains {
            $0 == separator || $0 == RowRecords.quote || $0 == RowRecords.newline || $0 == 0x0D
        }
        // A row of one empty field would be an empty line, which readers skip.
        guard isQuoted || (isAlone && field.isEmpty) else {
            written += field
            return
        }
        written.append(RowRecords.quote)
        for byte in field {
            if byte == RowRecords.quote { written.append(byte) }
            written.append(byte)
        }
        written.append(RowRecords.quote)
    }
}

/// Finds every key of the objects of a file, in the order they first occur.
public struct NameSearch: Sendable {
    /// The form with the keys found so far.
    public private(set) var form: TableForm
    /// True once there were more keys than a table can have columns.
    public private(set) var hasTooMany = false
    private var stream: RowStream

    /// - Parameter form: one of objects.
    public init(form: TableForm) {
        self.form = form
        stream = RowStream(isMultiline: false)
    }

    /// Takes the next piece of the file.
    public mutating func take(_ piece: [UInt8], isLast: Bool) {
        var stream = self.stream
        self.stream = RowStream(isMultiline: false)
        stream.take(piece, isLast: isLast) { row, _, _ in
            var given = 0
            var form = self.form
            let count = form.forEachCell(of: row, nameLimit: TableExport.nameLimit) { _, _ in
                given += 1
            }
            self.form = form
            if given < count { hasTooMany = true }
        }
        self.stream = stream
    }
}
