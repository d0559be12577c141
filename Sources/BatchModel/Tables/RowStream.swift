/// Cuts a file that comes in pieces into rows, without ever holding more than a piece and one row.
public struct RowStream: Sendable {
    /// A row longer than this is no row of a table: some quote was never closed.
    public static let rowLimit = 4 << 20

    /// Whether quotes keep line breaks.
    public let isMultiline: Bool
    /// Rows so far; empty ones count, as they do for whoever counts lines.
    public private(set) var rowCount = 0
    /// Where the next row begins in the file.
    public private(set) var offset: Int64 = 0
    /// True once a row was too long.
    public private(set) var isBroken = false
    private var rest: [UInt8] = []
    private var isQuoted = false

    /// At the start of a file.
    public init(isMultiline: Bool) { self.isMultiline = isMultiline }

    /// Takes the next piece in and gives its whole rows, line ends and a byte order mark left out.
    ///
    /// - Parameters:
    ///   - isLast: true when nothing comes after it.
    ///   - body: takes a row's bytes, its number from 0 and where it begins in the file.
    public mutating func take(
        _ piece: [UInt8], isLast: Bool,
        _ body: (_ row: UnsafeBufferPointer<UInt8>, _ number: Int, _ offset: Int64) -> Void
    ) {
        guard !isBroken else { return }
        let searched = rest.count
        let bytes = rest.isEmpty ? piece : rest + piece
        rest = []
        bytes.withUnsafeBufferPointer { bytes in
            var start = 0
            for index in searched..<bytes.count {
                if isMultiline, bytes[index] == RowRecords.quote { isQuoted.toggle() }
                guard bytes[index] == RowRecords.newline, !isQuoted else { continue }
                give(bytes, start..<index, lineEnd: 1, body)
                start = index + 1
            }
            if isLast, start < bytes.count {
                give(bytes, start..<bytes.count, lineEnd: 0, body)
            } else {
                rest = Array(bytes[start...])
            }
        }
        if rest.count > Self.rowLimit { isBroken = true }
    }

    private mutating func give(
        _ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, lineEnd: Int,
        _ body: (UnsafeBufferPointer<UInt8>, Int, Int64) -> Void
    ) {
        var row = range
        let isFirst = rowCount == 0
        if isFirst, bytes[row].starts(with: [0xEF, 0xBB, 0xBF]) {
            row = row.lowerBound + 3..<row.upperBound
        }
        if let last = row.last, bytes[last] == UInt8(ascii: "\r") {
            row = row.lowerBound..<row.upperBound - 1
        }
        body(UnsafeBufferPointer(rebasing: bytes[row]), rowCount, offset)
        rowCount += 1
        offset += Int64(range.count + lineEnd)
    }
}

extension TableForm {
    /// Gives the cells of a row, quotes resolved, each with its column; returns how many there were.
    ///
    /// A key of an object that no row had before is a new column, as long as there are not too many.
    public mutating func forEachCell(
        of row: UnsafeBufferPointer<UInt8>, nameLimit: Int = TableCount.columnLimit,
        _ body: (_ column: Int, _ cell: UnsafeBufferPointer<UInt8>) -> Void
    ) -> Int {
        switch rows {
        case .fields(let separator, _):
            if separator == .list {
                let texts = RowFields.texts(of: Array(row)[...], separator)
                for (column, text) in texts.enumerated() { Self.give(text, column, body) }
                return texts.count
            }
            if row.contains(RowRecords.quote) {
                let bytes = Array(row)
                let ranges = RowFields.ranges(of: bytes[...], separator) ?? []
                for (column, range) in ranges.enumerated() {
                    RowFields.unquoted(bytes[range]).withUnsafeBufferPointer { body(column, $0) }
                }
                return ranges.count
            }
            return Self.cut(row, separator.byte, body)
        case .objects:
            guard let members = JSONText.members(of: Array(row)[...]) else { return 0 }
            for member in members {
                var column = names.firstIndex(of: member.key)
                if column == nil, names.count < nameLimit {
                    column = names.count
                    names.append(member.key)
                }
                if let column { Self.give(member.value, column, body) }
            }
            return members.count
        }
    }

    private static func give(
        _ text: String, _ column: Int, _ body: (Int, UnsafeBufferPointer<UInt8>) -> Void
    ) {
        var text = text
        text.withUTF8 { body(column, $0) }
    }

    /// A row without any quote, which is most of them.
    private static func cut(
        _ row: UnsafeBufferPointer<UInt8>, _ separator: UInt8,
        _ body: (Int, UnsafeBufferPointer<UInt8>) -> Void
    ) -> Int {
        var column = 0
        var start = 0
        for index in 0..<row.count where row[index] == separator {
            body(column, UnsafeBufferPointer(rebasing: row[start..<index]))
            column += 1
            start = index + 1
        }
        body(column, UnsafeBufferPointer(rebasing: row[start...]))
        return column + 1
    }
}
