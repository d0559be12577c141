import BatchModel

/// A column of a printed table.
struct TableColumn {
    /// The heading.
    let title: String
    /// The member it shows; a dotted path reaches into objects.
    let path: String
    /// True for numbers.
    let isRight: Bool

    init(_ title: String, _ path: String, isRight: Bool = false) {
        self.title = title
        self.path = path
        self.isRight = isRight
    }
}

/// Plain text tables for terminals and pipes: columns as wide as their widest cell, two spaces between.
enum TableText {
    static func lines(_ rows: [JSONValue], columns: [TableColumn]) -> String {
        let cells = rows.map { row in columns.map { plain(row.at($0.path)) } }
        let widths = columns.indices.map { index in
            ([columns[index].title.count] + cells.map { $0[index].count }).max() ?? 0
        }
        let all = [columns.map { $0.title.uppercased() }] + cells
        return all.map { line in
            var text = ""
            for (index, cell) in line.enumerated() {
                let space = String(repeating: " ", count: widths[index] - cell.count)
                let isLast = index == line.count - 1
                text += columns[index].isRight ? space + cell : cell + (isLast ? "" : space)
                if !isLast { text += "  " }
            }
            return text + "\n"
        }.joined()
    }

    static func members(of value: JSONValue, indent: String = "") -> String {
        (value.members ?? [:]).sorted { $0.key < $1.key }.map { key, member in
            let name = PlainText.line(key)
            return switch member {
            case .object(let inner) where !inner.isEmpty:
                "\(indent)\(name):\n" + members(of: member, indent: indent + "  ")
            case .array(let items) where !items.isEmpty:
                "\(indent)\(name):\n"
                    + items.map { "\(indent)  - \(inline($0))\n" }.joined()
            case .null, .boolean, .integer, .number, .string, .array, .object:
                "\(indent)\(name): \(plain(member))\n"
            }
        }.joined()
    }

    /// An object in one line: `at: …, status: Running`.
    private static func inline(_ value: JSONValue) -> String {
        guard let members = value.members else { return plain(value) }
        return members.sorted { $0.key < $1.key }
            .map { "\(PlainText.line($0.key)): \(plain($0.value))" }.joined(separator: ", ")
    }

    /// One line without control characters: text from outside must not steer a terminal.
    static func plain(_ value: JSONValue?) -> String {
        PlainText.line((value ?? .null).text)
    }
}

extension JSONValue {
    /// The member at a dotted path.
    func at(_ path: String) -> JSONValue? {
        path.split(separator: ".").reduce(self) { here, name in here?.members?[String(name)] }
    }
}
