/// What stands between the fields of a row.
public enum RowSeparator: String, Sendable, Hashable, CaseIterable, Codable {
    case comma, tab, semicolon
    /// One blank, as rows of a data frame are written (ES §3.4): two in a row hold an empty field.
    case blank
    /// A Python or JSON list in brackets, as rows that are no text are written.
    case list

    /// The byte between two fields.
    public var byte: UInt8 {
        switch self {
        case .comma, .list: UInt8(ascii: ",")
        case .tab: UInt8(ascii: "\t")
        case .semicolon: UInt8(ascii: ";")
        case .blank: UInt8(ascii: " ")
        }
    }

    /// What such a file is called.
    public var words: String {
        switch self {
        case .comma: "comma separated"
        case .tab: "tab separated"
        case .semicolon: "semicolon separated"
        case .blank: "space separated"
        case .list: "lists"
        }
    }
}

/// Cuts rows into fields.
public enum RowFields {
    /// The fields of a row as ranges, quotes and all; nil when the row does not have this form.
    public static func ranges(of row: ArraySlice<UInt8>, _ separator: RowSeparator) -> [Range<Int>]?
    {
        separator == .list ? listRanges(of: row) : quotedRanges(of: row, separator.byte)
    }

    /// The texts of a row; the row as a whole when it does not have this form.
    public static func texts(of row: ArraySlice<UInt8>, _ separator: RowSeparator) -> [String] {
        guard let ranges = ranges(of: row, separator) else {
            return [String(decoding: row, as: UTF8.self)]
        }
        return ranges.map { text(of: row[$0], isList: separator == .list) }
    }

    /// A field is quoted only if it begins with a quote; within, two quotes stand for one.
    private static func quotedRanges(
        of row: ArraySlice<UInt8>, _ separator: UInt8
    ) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        var start = row.startIndex
        var isQuoted = row.first == RowRecords.quote
        var index = isQuoted ? start + 1 : start
        while index < row.endIndex {
            if row[index] == RowRecords.quote, isQuoted {
                isQuoted = false
            } else if row[index] == RowRecords.quote, index > start, isReopened(row, index, start) {
                isQuoted = true
            } else if row[index] == separator, !isQuoted {
                ranges.append(start..<index)
                start = index + 1
                if start < row.endIndex, row[start] == RowRecords.quote {
                    isQuoted = true
                    index = start
                }
            }
            index += 1
        }
        return ranges + [start..<row.endIndex]
    }

    /// The second of two quotes in a quoted field.
    private static func isReopened(
        _ row: ArraySlice<UInt8>, _ index: Int, _ start: Int
    ) -> Bool {
        row[start] == RowRecords.quote && row[index - 1] == RowRecords.quote && index - 1 > start
    }

    private static func listRanges(of row: ArraySlice<UInt8>) -> [Range<Int>]? {
        let pairs = [("[", "]"), ("(", ")")].map { (Array($0.0.utf8)[0], Array($0.1.utf8)[0]) }
        guard row.count >= 2, let first = row.first, let last = row.last,
            pairs.contains(where: { $0 == (first, last) })
        else { return nil }
        let inner = row.dropFirst().dropLast()
        var ranges: [Range<Int>] = []
        var start = inner.startIndex
        var depth = 0
        var open: UInt8?
        var isEscaped = false
        for index in inner.indices {
            let byte = inner[index]
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if let mark = open {
                if byte == mark { open = nil }
            } else if byte == RowRecords.quote || byte == UInt8(ascii: "'") {
                open = byte
            } else if "[({".utf8.contains(byte) {
                depth += 1
            } else if "])}".utf8.contains(byte) {
                depth -= 1
            } else if byte == UInt8(ascii: ","), depth == 0 {
                ranges.append(start..<index)
                start = index + 1
            }
        }
        return depth == 0 && open == nil ? ranges + [start..<inner.endIndex] : nil
    }

    private static func text(of field: ArraySlice<UInt8>, isList: Bool) -> String {
        guard isList else { return String(decoding: unquoted(field), as: UTF8.self) }
        var field = field.drop { $0 == 0x20 }
        while field.last == 0x20 { field.removeLast() }
        let marks = [RowRecords.quote, UInt8(ascii: "'")]
        guard field.count >= 2, let first = field.first, marks.contains(first),
            field.last == first
        else { return String(decoding: field, as: UTF8.self) }
        return String(decoding: field.dropFirst().dropLast(), as: UTF8.self)
    }

    /// A field without the quotes around it, two quotes within made one.
    static func unquoted(_ field: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard field.count >= 2, field.first == RowRecords.quote, field.last == RowRecords.quote
        else { return field }
        let inner = field.dropFirst().dropLast()
        guard inner.contains(RowRecords.quote) else { return inner }
        var clean: [UInt8] = []
        var index = inner.startIndex
        while index < inner.endIndex {
            clean.append(inner[index])
            let isDoubled =
                inner[index] == RowRecords.quote && index + 1 < inner.endIndex
                && inner[index + 1] == RowRecords.quote
            index += isDoubled ? 2 : 1
        }
        return clean[...]
    }
}
