/// How the rows of a file are read as a table.
public struct TableForm: Sendable, Hashable, Codable {
    /// How a row falls into cells.
    public enum Rows: Sendable, Hashable, Codable {
        /// Fields with something between them.
        case fields(RowSeparator, isMultiline: Bool)
        /// A JSON object, whose members are the cells.
        case objects
    }

    /// How a row falls into cells.
    public var rows: Rows
    /// Whether the first row holds names.
    public var hasHeader: Bool
    /// Names of the columns: the header's, or the keys of the objects; empty when the file has none.
    public var names: [String]

    /// Describes a table.
    public init(rows: Rows, hasHeader: Bool, names: [String]) {
        self.rows = rows
        self.hasHeader = hasHeader
        self.names = names
    }

    /// Whether quotes keep line breaks.
    public var isMultiline: Bool {
        switch rows {
        case .fields(_, let isMultiline): isMultiline
        case .objects: false
        }
    }

    /// What a column is called: its own name, or `col1`, `col2`, ….
    public func name(of column: Int) -> String {
        guard names.indices.contains(column), !names[column].isEmpty else {
            return "col\(column + 1)"
        }
        return names[column]
    }

    /// The column a person means: by its name, else by its number from 1; nil when there is no such name.
    public func column(called text: String) -> Int? {
        if let index = names.firstIndex(of: text) { return index }
        let digits = text.hasPrefix("col") ? text.dropFirst(3) : text[...]
        guard let number = Int(digits), (1...TableCount.columnLimit).contains(number) else {
            return nil
        }
        return number - 1
    }
}

extension TableForm {
    /// Rows of the first page that names and kinds are learned from.
    public static let sampleRows = 200

    /// What the first rows tell; nil for what is no table.
    ///
    /// - Parameter hasHeader: whether the first row holds names; nil leaves it to the content.
    public static func learned(
        _ shape: FileShape, rows: [ArraySlice<UInt8>], hasHeader: Bool? = nil
    ) -> Self? {
        switch shape {
        case .table(let separator, let isMultiline):
            var form = Self(
                rows: .fields(separator, isMultiline: isMultiline), hasHeader: false, names: [])
            let texts = form.texts(of: rows)
            guard let first = texts.first else { return form }
            let reads =
                separator.mayHaveHeader && CellText.areNames(first, above: Array(texts.dropFirst()))
            form.hasHeader = hasHeader ?? reads
            if form.hasHeader { form.names = first }
            return form
        case .jsonLines:
            var names: [String] = []
            for member in rows.compactMap({ JSONText.members(of: $0) }).joined()
            where !names.contains(member.key) && names.count < TableCount.columnLimit {
                names.append(member.key)
            }
            return Self(rows: .objects, hasHeader: false, names: names)
        case .json, .text, .binary: return nil
        }
    }

    /// The same from a file's first page.
    public static func learned(
        path: String, head: [UInt8], isWhole: Bool, hasHeader: Bool? = nil
    ) -> Self? {
        let shape = FileShape.detect(path: path, head: head, isWhole: isWhole)
        return learned(
            shape,
            rows: FileShape.sample(
                head, isWhole: isWhole, isMultiline: shape.isMultiline, limit: sampleRows),
            hasHeader: hasHeader)
    }

    /// The cells of rows, the header's left out.
    public func texts(of sample: [ArraySlice<UInt8>]) -> [[String]] {
        switch rows {
        case .fields(let separator, _):
            return sample.dropFirst(hasHeader ? 1 : 0).map { RowFields.texts(of: $0, separator) }
        case .objects:
            return sample.compactMap { JSONText.members(of: $0) }.map { members in
                names.map { name in members.first { $0.key == name }?.value ?? "" }
            }
        }
    }
}

extension RowSeparator {
    /// Whether a first row of names is believed without being told.
    fileprivate var mayHaveHeader: Bool {
        switch self {
        case .comma, .tab, .semicolon: true
        case .blank, .list: false
        }
    }
}
