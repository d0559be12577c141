import BatchModel

extension Results {
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
                name: name, isNumber: !texts.isEmpty && texts.allSatisfy(CellText.isNumber),
                width: max(1, name.map(Results.width) ?? 0))
        }
    }
}
