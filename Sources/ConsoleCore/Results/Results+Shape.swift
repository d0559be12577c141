import BatchModel

extension Results {
    /// What a file turned out to be.
    enum Shape: Sendable, Equatable {
        /// Rows of as many fields each.
        case table(Separator, isMultiline: Bool)
        /// A JSON object a line.
        case jsonLines
        /// JSON as a whole.
        case json
        case text
        /// No text; what it is instead.
        case binary(name: String)
    }

    /// A column of a table.
    struct Column: Sendable, Equatable {
        /// Its name, where the file gives one.
        var name: String?
        /// True when everything in it reads as a number: those stand to the right.
        var isNumber = false
        /// The widest text seen in it, in columns of the screen.
        var width = 1
    }
}

extension Results.Shape {
    /// Whether quotes keep line breaks.
    var isMultiline: Bool {
        switch self {
        case .table(_, let isMultiline): isMultiline
        case .jsonLines, .json, .text, .binary: false
        }
    }

    /// Whether it is shown in columns unless the text itself is wanted.
    var isTable: Bool {
        switch self {
        case .table, .jsonLines: true
        case .json, .text, .binary: false
        }
    }

    /// Whether there are no rows to show.
    var isBinary: Bool {
        switch self {
        case .binary: true
        case .table, .jsonLines, .json, .text: false
        }
    }

    /// Rows of the first page that are looked at to decide: enough to be sure, few enough to be quick.
    private static let sampleRows = 300

    /// Decides by name and content.
    ///
    /// - Parameters:
    ///   - head: the first page.
    ///   - isWhole: true when that is the whole file.
    static func detect(path: String, head: [UInt8], isWhole: Bool) -> Self {
        let ending = ending(of: path)
        if let name = Results.Magic.name(of: head, isTextName: textEndings.contains(ending)) {
            return .binary(name: name)
        }
        if proseEndings.contains(ending) { return .text }
        let lines = sample(head, isWhole: isWhole, isMultiline: false)
        if let first = lines.first, !lines.isEmpty {
            let isObjects = lines.prefix(50).allSatisfy { Results.JSONText.members(of: $0) != nil }
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

    static func ending(of path: String) -> String {
        let name = path.lastSegment
        guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return "" }
        return name[name.index(after: dot)...].lowercased()
    }

    /// The first rows that hold anything; the last one only if it is whole.
    private static func sample(
        _ head: [UInt8], isWhole: Bool, isMultiline: Bool
    ) -> [ArraySlice<UInt8>] {
        let ranges = Results.Records.ranges(
            in: head, startsOnRow: true, endsFile: isWhole, isMultiline: isMultiline)
        return ranges.lazy.filter { !$0.isEmpty }.prefix(sampleRows).map {
            Results.Records.row($0, of: head)
        }
    }

    /// The first separator that cuts every row into as many fields, at least two.
    private static func table(
        _ rows: [ArraySlice<UInt8>], ending: String, isMultiline: Bool
    ) -> Self? {
        let isNamedTable = ending == "csv" || ending == "tsv"
        let order: [Results.Separator] =
            ending == "tsv"
            ? [.tab, .list, .comma, .semicolon, .blank]
            : [.list, .comma, .tab, .semicolon, .blank]
        guard let first = rows.first else { return nil }
        for separator in order {
            // A line of prose has blanks too: one alone is no table, unless the name says so.
            if separator == .blank || separator == .comma, rows.count < 2, !isNamedTable {
                continue
            }
            guard let fields = Results.Fields.ranges(of: first, separator), fields.count > 1,
                rows.allSatisfy({
                    Results.Fields.ranges(of: $0, separator)?.count == fields.count
                })
            else { continue }
            return .table(separator, isMultiline: isMultiline)
        }
        return nil
    }
}

extension Results.Column {
    /// Columns of a file from its first rows.
    ///
    /// - Parameters:
    ///   - names: those the file gives; nil numbers none.
    ///   - rows: texts by row.
    static func learned(names: [String]?, rows: [[String]]) -> [Self] {
        let count = max(names?.count ?? 0, rows.map(\.count).max() ?? 0)
        return (0..<count).map { index in
            let texts = rows.lazy.compactMap { index < $0.count ? $0[index] : nil }
                .filter { !$0.isEmpty }
            let name = names.flatMap { index < $0.count ? $0[index] : nil }
            return Self(
                name: name, isNumber: !texts.isEmpty && texts.allSatisfy(isNumber),
                width: max(1, name.map(Results.width) ?? 0))
        }
    }

    /// Whether a text is a number: digits, a point, an exponent.
    static func isNumber(_ text: String) -> Bool {
        guard let first = text.utf8.first, text.utf8.count <= 40 else { return false }
        let isPlain = (0x30...0x39).contains(first) || "+-.".utf8.contains(first)
        return isPlain && Double(text) != nil
    }

    /// Whether a first row reads as names: no number, none empty, none twice, above a column of numbers.
    static func areNames(_ first: [String], above rows: [[String]]) -> Bool {
        let isNaming =
            first.allSatisfy { !$0.isEmpty && !isNumber($0) } && Set(first).count == first.count
        return isNaming && !rows.isEmpty
            && first.indices.contains { index in
                rows.allSatisfy { index < $0.count && isNumber($0[index]) }
            }
    }
}
