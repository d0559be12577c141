import BatchModel
import ConsoleGrid

extension Results {
    /// One file, as far as it is loaded.
    struct Preview: Sendable, Equatable {
        let file: FileID
        /// How long the file is, as far as known.
        var size: Int64?
        /// True once its first page came.
        var isRead = false
        /// The first page: going back to the top asks nobody.
        var head: [UInt8] = []
        var shape = FileShape.text
        /// The text itself instead of columns.
        var isRaw = false
        /// Whether the first row of a table holds names.
        var hasHeader = false
        var pages = Pages()
        var counter = Counter()
        /// Lines of a JSON file that is loaded whole.
        var pretty: [String]?
        var columns: [Column] = []
        /// The rows on the screen, header excluded.
        var list = ListWindow()
        /// The first column on the screen: of a table, or of the text.
        var firstColumn = 0
        var textColumn = 0
        /// Where the page begins that is to take the place of the window.
        var jump: Int64?
        /// True while it is being read anew from its start.
        var isReloading = false
        var failure: ServiceFailure?
        var search: Search?

        init(file: FileID, size: Int64?) {
            self.file = file
            self.size = size
            if size == 0 { isRead = true }
        }
    }

    /// What is being looked for in the loaded rows.
    struct Search: Sendable, Equatable {
        var field = TextField()
        var isTyping = true
        /// The row that was selected when it began.
        var origin: Int
        /// Rows that hold it, ascending.
        var matches: [Int] = []

        var needle: Needle { Needle(field.value) }
    }
}

extension Results.Preview {
    /// Bytes of one read.
    static let pageLength = 64 << 10
    /// Bytes that stay loaded around the visible part.
    static let windowLimit = 256 << 10
    /// Files up to this length are counted by reading on in the background.
    static let countLimit: Int64 = 4 << 20
    /// Bytes of a row that are ever drawn or copied.
    static let rowLimit = 16 << 10

    /// Whether columns are shown.
    var isTable: Bool { shape.isTable && !isRaw }
    /// Whether the window reaches the end of the file.
    var isAtEnd: Bool { size.map { pages.end >= $0 } ?? false }
    /// Whether all of it is loaded.
    var isWhole: Bool { pages.start == 0 && isAtEnd }
    /// Whether every row was counted.
    var isCounted: Bool { size.map { counter.offset >= $0 } ?? false }

    /// Rows at the start of the window that are not listed: the header.
    var hiddenRows: Int { hasHeader && isTable && pages.start == 0 && !pages.rows.isEmpty ? 1 : 0 }
    /// Rows that are listed.
    var rowCount: Int { isPretty ? pretty?.count ?? 0 : pages.rows.count - hiddenRows }
    /// Whether lines are laid out anew.
    var isPretty: Bool { pretty != nil && !isRaw }

    /// The number of the first listed row, from 1; nil while nobody knows.
    var firstNumber: Int? {
        if isPretty { return 1 }
        let headers = hasHeader && isTable ? 1 : 0
        return pages.firstRow.map { $0 + hiddenRows - headers + 1 }
    }

    /// The rows of the whole file, header excluded; nil until they are counted.
    var totalRows: Int? {
        if let pretty, isPretty { return pretty.count }
        guard isCounted else { return nil }
        return max(0, counter.rows - (hasHeader && isTable ? 1 : 0))
    }

    /// How many rows the file may have, by the mean length of those loaded, three digits of it.
    var estimatedRows: Int? {
        guard let size, let mean = pages.meanRowLength, mean > 0 else { return nil }
        let rows = Double(size) / mean
        guard rows < 1e15 else { return nil }
        var unit = 1
        while rows / Double(unit) >= 1_000 { unit *= 10 }
        return Int((rows / Double(unit)).rounded()) * unit
    }

    /// A listed row as it stands in the file.
    func bytes(of row: Int) -> ArraySlice<UInt8> {
        if let pretty, isPretty { return Array(pretty[row].utf8)[...] }
        let range = pages.rows[row + hiddenRows]
        return pages.start == 0
            ? RowRecords.row(range, of: pages.bytes) : pages.bytes[range]
    }

    /// A listed row as text, cut where it is longer than anybody reads.
    func text(of row: Int) -> String {
        String(decoding: bytes(of: row).prefix(Self.rowLimit), as: UTF8.self)
    }

    /// A listed row as texts of the columns.
    func cells(of row: Int) -> [String] {
        let bytes = bytes(of: row)
        switch shape {
        case .table(let separator, _):
            let texts = RowFields.texts(of: bytes, separator)
            guard let last = columns.indices.last, texts.count > columns.count else {
                return texts
            }
            // What a row has too many goes with its last field, so that nothing is hidden.
            let mark = String(decoding: [separator.byte], as: UTF8.self)
            return texts[..<last] + [texts[last...].joined(separator: mark)]
        case .jsonLines:
            guard let members = JSONText.members(of: bytes) else {
                return [String(decoding: bytes.prefix(Self.rowLimit), as: UTF8.self)]
            }
            return columns.map { column in
                members.first { $0.key == column.name }?.value ?? ""
            }
        case .json, .text, .binary: return [String(decoding: bytes, as: UTF8.self)]
        }
    }
}

// MARK: - Learning

extension Results.Preview {
    /// Decides what the file is.
    mutating func learnShape() {
        shape = .detect(path: file.path, head: head, isWhole: isHeadWhole)
    }

    /// Whether the first page is the whole file.
    private var isHeadWhole: Bool { size.map { $0 <= head.count } ?? false }

    /// Learns the columns from the first page; later rows widen them when they are seen.
    mutating func learnColumns() {
        guard let form = TableForm.learned(shape, rows: sample) else { return columns = [] }
        hasHeader = form.hasHeader
        columns = Results.Column.learned(
            names: form.names.isEmpty ? nil : form.names, rows: form.texts(of: sample))
    }

    /// What of the file a table's reader needs to know; nil for what is no table.
    var form: TableForm? {
        switch shape {
        case .table(let separator, let isMultiline):
            TableForm(
                rows: .fields(separator, isMultiline: isMultiline), hasHeader: hasHeader,
                names: hasHeader ? columns.map { $0.name ?? "" } : [])
        case .jsonLines:
            TableForm(rows: .objects, hasHeader: false, names: columns.map { $0.name ?? "" })
        case .json, .text, .binary: nil
        }
    }

    /// Takes the first row for names, or no longer.
    mutating func switchHeader() {
        guard case .table(let separator, _) = shape else { return }
        hasHeader.toggle()
        learnColumns(sample.map { RowFields.texts(of: $0, separator) })
    }

    private mutating func learnColumns(_ texts: [[String]]) {
        let rows = hasHeader ? Array(texts.dropFirst()) : texts
        columns = Results.Column.learned(names: hasHeader ? texts.first : nil, rows: rows)
    }

    /// The first rows that hold anything.
    private var sample: [ArraySlice<UInt8>] {
        FileShape.sample(
            head, isWhole: isHeadWhole, isMultiline: shape.isMultiline, limit: TableForm.sampleRows)
    }

    /// Widens columns to what is on the screen.
    mutating func learnWidths() {
        guard isTable, !columns.isEmpty else { return }
        for row in list.visible {
            for (index, text) in cells(of: row).enumerated() where index < columns.count {
                columns[index].width = max(columns[index].width, Results.width(of: text))
            }
        }
    }
}

extension Results {
    /// The columns of the screen a cell's text takes.
    static func width(of text: String) -> Int { TextWidth.columns(of: sanitised(text)) }
}
