/// What a file turned out to be.
public enum FileShape: Sendable, Hashable, Codable {
    /// Rows of as many fields each.
    case table(RowSeparator, isMultiline: Bool)
    /// A JSON object a line.
    case jsonLines
    /// JSON as a whole.
    case json
    /// Lines.
    case text
    /// No text; what it is instead.
    case binary(name: String)
}

extension FileShape {
    /// Whether quotes keep line breaks.
    public var isMultiline: Bool {
        switch self {
        case .table(_, let isMultiline): isMultiline
        case .jsonLines, .json, .text, .binary: false
        }
    }

    /// Whether it is shown in columns unless the text itself is wanted.
    public var isTable: Bool {
        switch self {
        case .table, .jsonLines: true
        case .json, .text, .binary: false
        }
    }

    /// Whether there are no rows to show.
    public var isBinary: Bool {
        switch self {
        case .binary: true
        case .table, .jsonLines, .json, .text: false
        }
    }

    /// Rows of the first page that are looked at to decide: enough to be sure, few enough to be quick.
    public static let sampleRows = 300

    /// Decides by name and content.
    ///
    /// - Parameters:
    ///   - head: the first page.
    ///   - isWhole: true when that is the whole file.
    public static func detect(path: String, head: [UInt8], isWhole: Bool) -> Self {
        let ending = ending(of: path)
        if let name = FileMagic.name(of: head, isTextName: textEndings.contains(ending)) {
            return .binary(name: name)
        }
        if proseEndings.contains(ending) { return .text }
        let lines = sample(head, isWhole: isWhole, isMultiline: false)
        if let first = lines.first, !lines.isEmpty {
            let isObjects = lines.prefix(50).allSatisfy { JSONText.members(of: $0) != nil }
            if isObjects, lines.count > 1 || ending != "json" { return .jsonLines }
            let opens = first.first == UInt8(ascii: "{") || first.first == UInt8(ascii: "[")
            if ending == "json", opens { return .json }
        }
        return table(lines, ending: ending, isMultiline: false)
            ?? table(
                sample(head, isWhole: isWhole, isMultiline: true), ending: ending,
                isMultiline: true) ?? .text
    }

    private static let textEndings: Set = [
        "csv", "tsv", "txt", "json", "jsonl", "ndjson", "log", "md", "yml", "yaml", "py", "out",
    ]
    private static let proseEndings: Set = ["log", "md", "yml", "yaml", "py", "html", "xml"]

    /// What the name ends in, behind its last dot, in small letters; empty when there is none.
    public static func ending(of path: String) -> String {
        let name = path.lastSegment
        guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return "" }
        return name[name.index(after: dot)...].lowercased()
    }

    /// The first rows that hold anything; the last one only if it is whole.
    public static func sample(
        _ head: [UInt8], isWhole: Bool, isMultiline: Bool, limit: Int = sampleRows
    ) -> [ArraySlice<UInt8>] {
        let ranges = RowRecords.ranges(
            in: head, startsOnRow: true, endsFile: isWhole, isMultiline: isMultiline)
        return ranges.lazy.filter { !$0.isEmpty }.prefix(limit).map {
            RowRecords.row($0, of: head)
        }
    }

    /// The first separator that cuts every row into as many fields, at least two.
    private static func table(
        _ rows: [ArraySlice<UInt8>], ending: String, isMultiline: Bool
    ) -> Self? {
        let isNamedTable = ending == "csv" || ending == "tsv"
        let order: [RowSeparator] =
            ending == "tsv"
            ? [.tab, .list, .comma, .semicolon, .blank]
            : [.list, .comma, .tab, .semicolon, .blank]
        guard let first = rows.first else { return nil }
        for separator in order {
            // A line of prose has blanks too: one alone is no table, unless the name says so.
            if separator == .blank || separator == .comma, rows.count < 2, !isNamedTable {
                continue
            }
            guard let fields = RowFields.ranges(of: first, separator), fields.count > 1,
                rows.allSatisfy({
                    RowFields.ranges(of: $0, separator)?.count == fields.count
                })
            else { continue }
            return .table(separator, isMultiline: isMultiline)
        }
        return nil
    }
}
