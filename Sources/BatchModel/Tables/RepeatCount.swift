// Which rows are there twice. A mini-batch that is run again after a lost worker or a late answer may append its rows once
// more, in a job that completes all the same (ES §3.4), and nothing in the file says so.
//
// A row is remembered by a fingerprint of 64 bits, its number and its place: 24 bytes. They gather in a buffer; one that is
// full is sorted and handed out as a run, to be kept somewhere cheap. At the end the runs are merged, equal fingerprints
// come together, and nothing had to be in memory at once:
//
//     rows ─▶ RowMark ─▶ RepeatRuns ─▶ sorted run ─▶ … ─▶ merge ─▶ RepeatCount ─▶ RepeatReport

/// A row as it is remembered while looking for repeats.
public struct RowMark: Sendable, Hashable, Comparable {
    /// Bytes of a mark in a run.
    public static let length = 24

    /// What it is compared by.
    public var hash: UInt64
    /// Its number, from 0, the header left out.
    public var row: Int64
    /// Where it begins in the file.
    public var offset: Int64

    /// Equal ones together, in the order of the file.
    public static func < (left: Self, right: Self) -> Bool {
        (left.hash, left.row) < (right.hash, right.row)
    }
}

/// Makes marks of the rows of a file.
public struct RepeatRuns: Sendable {
    /// Marks of a run: 3 MiB, and so files of up to so many rows never leave the memory.
    public static let runLength = 128 << 10

    private var form: TableForm
    private let key: Int?
    private var stream: RowStream
    private var marks: [RowMark] = []
    /// Rows so far, the header's and empty ones left out.
    public private(set) var rows = 0

    /// - Parameter key: the column that makes two rows the same; nil for all of the row.
    public init(form: TableForm, key: Int?) {
        self.form = form
        self.key = key
        stream = RowStream(isMultiline: form.isMultiline)
        marks.reserveCapacity(Self.runLength)
    }

    /// True once a row was longer than any row of a table is.
    public var isBroken: Bool { stream.isBroken }

    /// Takes the next piece of the file; gives the runs that became full, sorted.
    public mutating func take(_ piece: [UInt8], isLast: Bool) -> [[RowMark]] {
        var full: [[RowMark]] = []
        var stream = self.stream
        self.stream = RowStream(isMultiline: form.isMultiline)
        stream.take(piece, isLast: isLast) { row, number, offset in
            guard !row.isEmpty, number > 0 || !form.hasHeader else { return }
            rows += 1
            guard let hash = hash(of: row) else { return }
            let header = form.hasHeader ? 1 : 0
            marks.append(RowMark(hash: hash, row: Int64(number - header), offset: offset))
            if marks.count == Self.runLength { full.append(finish()) }
        }
        self.stream = stream
        return full
    }

    /// The last run, sorted.
    public mutating func finish() -> [RowMark] {
        marks.sort()
        defer { marks.removeAll(keepingCapacity: true) }
        return marks
    }

    /// A fingerprint of what is compared; nil for a row without the key.
    private mutating func hash(of row: UnsafeBufferPointer<UInt8>) -> UInt64? {
        guard let key else { return RowHash.of(row) }
        var hash: UInt64?
        var form = self.form
        _ = form.forEachCell(of: row) { column, cell in
            if column == key, !cell.isEmpty { hash = RowHash.of(cell) }
        }
        self.form = form
        return hash
    }
}

/// Counts repeats among marks that come sorted.
public struct RepeatCount: Sendable {
    /// Examples that are kept: the first ones of the file.
    public static let exampleLimit = 20
    /// Rows of an example that are named.
    private static let rowLimit = 5

    private var last: RowMark?
    private var open: RepeatReport.Example?
    private var examples: [RepeatReport.Example] = []
    private var extra = 0
    private var groups = 0
    private var count = 0

    /// Nothing counted.
    public init() {}

    /// Takes the next mark.
    public mutating func take(_ mark: RowMark) {
        count += 1
        defer { last = mark }
        guard let last, last.hash == mark.hash else { return close() }
        extra += 1
        var example =
            open ?? RepeatReport.Example(rows: [Int(last.row) + 1], offset: last.offset, times: 1)
        example.times += 1
        if example.rows.count < Self.rowLimit { example.rows.append(Int(mark.row) + 1) }
        open = example
    }

    private mutating func close() {
        guard let example = open else { return }
        groups += 1
        open = nil
        let place = examples.firstIndex { $0.offset > example.offset } ?? examples.count
        guard place < Self.exampleLimit else { return }
        examples.insert(example, at: place)
        if examples.count > Self.exampleLimit { examples.removeLast() }
    }

    /// What was found in a file of so many rows, read whole.
    public mutating func finish(rows: Int, bytes: Int64) -> RepeatReport {
        close()
        return RepeatReport(
            rows: rows, compared: count, extraRows: extra, groups: groups, examples: examples,
            bytesRead: bytes, bytesTotal: bytes, isWhole: true)
    }
}

/// Which rows are there more than once.
public struct RepeatReport: Sendable, Hashable, Codable {
    /// Rows that are the same.
    public struct Example: Sendable, Hashable, Codable {
        /// Their numbers from 1, the header left out; the first few.
        public var rows: [Int]
        /// Where the first begins in the file.
        public var offset: Int64
        /// How often it is there.
        public var times: Int
        /// What it says: the row's beginning, once it was read again.
        public var text = ""
    }

    /// Rows of the file, the header's and empty ones left out.
    public var rows: Int
    /// Rows that were compared: those that have the key.
    public var compared: Int
    /// Rows that are there once too often.
    public var extraRows: Int
    /// How many different rows are there more than once.
    public var groups: Int
    /// The first of them.
    public var examples: [Example]
    /// Bytes read so far.
    public var bytesRead: Int64
    /// Bytes of the file.
    public var bytesTotal: Int64
    /// True once all was compared.
    public var isWhole: Bool
    /// Items the job counted, where it counted any, and those it counted as failed.
    public var items: Items?

    /// What a job counted itself.
    public struct Items: Sendable, Hashable, Codable {
        /// All of them.
        public var total: Int
        /// Those that failed.
        public var failed: Int

        /// Counts items.
        public init(total: Int, failed: Int) {
            self.total = total
            self.failed = failed
        }

        /// Those that should have left a row each, where a script gives one per item.
        public var succeeded: Int { max(0, total - failed) }
    }

    /// Nothing compared yet.
    public static func begun(rows: Int, bytesRead: Int64, bytesTotal: Int64) -> Self {
        Self(
            rows: rows, compared: 0, extraRows: 0, groups: 0, examples: [], bytesRead: bytesRead,
            bytesTotal: bytesTotal, isWhole: false)
    }

    /// The chance that two different rows were taken for one another, somewhere: n² / 2⁶⁵, for fingerprints of 64 bits.
    public var chanceOfError: Double {
        min(1, Double(compared) * Double(compared) / 36_893_488_147_419_103_232)
    }

    /// How many rows there are fewer than one per item that did not fail, repeats counted once; nil where the job counted
    /// nothing, and where there are more rows than items: then the script does not give one per item.
    public var missing: Int? {
        guard let items, items.succeeded >= compared - extraRows else { return nil }
        return items.succeeded - (compared - extraRows)
    }
}
