import BatchModel

/// A column of a printed table.
struct TableColumn {
    /// The heading.
    let title: String
    /// The member it shows, and those above it.
    let path: [String]
    /// True for numbers.
    let isRight: Bool

    /// A column of a member; a dotted path reaches into objects.
    init(_ title: String, _ path: String, isRight: Bool = false) {
        self.title = title
        self.path = path.split(separator: ".").map(String.init)
        self.isRight = isRight
    }

    /// A column of a member whose name may hold anything.
    init(_ title: String, member: String) {
        self.title = title
        path = [member]
        isRight = false
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

    /// `name: value` lines, those named in `order` first, the others by name.
    static func members(
        of value: JSONValue, order: [String]? = nil, indent: String = ""
    ) -> String {
        let known = value.members ?? [:]
        let names = TabbedText.names(in: [value], order: order)
        return names.compactMap { name in known[name].map { (name, $0) } }.map { key, member in
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
    /// The member at a path of names.
    func at(_ path: [String]) -> JSONValue? {
        path.reduce(self) { here, name in here?.members?[name] }
    }

    /// The member at a dotted path.
    func at(_ path: String) -> JSONValue? {
        at(path.split(separator: ".").map(String.init))
    }
}
