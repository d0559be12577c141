import BatchModel
import DraftFile

/// Turns a result into text.
struct ResultText {
    let choice: OutputChoice

    /// A list, with the columns a table of it has.
    func list(_ rows: [JSONValue], columns: [TableColumn]) throws -> String {
        guard choice.query == nil else { return try answer(.array(rows)) }
        switch choice.form {
        case .table: return TableText.lines(rows, columns: columns)
        case .tsv: return TabbedText.lines(rows, paths: columns.map(\.path))
        case .json, .jsonl, .yaml: return try document(.array(rows))
        }
    }

    /// One thing.
    func one(_ value: JSONValue) throws -> String {
        guard choice.query == nil else { return try answer(value) }
        switch choice.form {
        case .table: return TableText.members(of: value)
        case .tsv: return TabbedText.text(value, order: nil)
        case .json, .jsonl, .yaml: return try document(value)
        }
    }

    private func answer(_ value: JSONValue) throws -> String {
        guard let query = choice.query else { return "" }
        let answer: JSONValue
        do throws(QueryError) {
            answer = try query.answer(from: value)
        } catch {
            throw ServiceFailure(
                kind: .rejected, operation: "answer --query", detail: error.detail,
                advice: "Look at the whole result with -o json.")
        }
        switch choice.form {
        case .table: return Self.table(answer, order: query.columns)
        case .tsv: return TabbedText.text(answer, order: query.columns)
        case .json, .jsonl, .yaml: return try document(answer)
        }
    }

    private func document(_ value: JSONValue) throws -> String {
        switch choice.form {
        case .yaml: return PlainText.lines(JSONDocument.yaml(value))
        case .jsonl:
            return try (value.items ?? [value]).map { try Self.json($0, pretty: false) }.joined()
        case .json, .table, .tsv: return try Self.json(value, pretty: true)
        }
    }

    private static func json(_ value: JSONValue, pretty: Bool) throws -> String {
        let bytes = try WireJSON.encode(value, pretty: pretty)
        return PlainText.json(String(decoding: bytes, as: UTF8.self)) + "\n"
    }

    /// A table of an answer: what it is decides its columns.
    private static func table(_ answer: JSONValue, order: [String]?) -> String {
        switch answer {
        case .null: return ""
        case .boolean, .integer, .number, .string: return TableText.plain(answer) + "\n"
        case .object: return TableText.members(of: answer, order: order)
        case .array(let items):
            if items.isEmpty { return "" }
            let names = TabbedText.names(in: items, order: order)
            if items.allSatisfy({ $0.members != nil }) {
                return TableText.lines(
                    items, columns: names.map { TableColumn($0, member: $0) })
            }
            let width = items.map { $0.items?.count ?? 1 }.max() ?? 1
            guard items.contains(where: { $0.items != nil }) else {
                return items.map { TableText.plain($0) + "\n" }.joined()
            }
            let rows = items.map { item -> JSONValue in
                let cells = item.items ?? [item]
                let pairs = cells.enumerated().map { ("column\($0 + 1)", $1) }
                return .object(Dictionary(uniqueKeysWithValues: pairs))
            }
            let titles = (1...max(1, width)).map { "column\($0)" }
            return TableText.lines(rows, columns: titles.map { TableColumn($0, member: $0) })
        }
    }
}

/// Values between tabs.
enum TabbedText {
    /// A line for each row, the values at the given paths.
    static func lines(_ rows: [JSONValue], paths: [[String]]) -> String {
        rows.map { row in
            paths.map { TableText.plain(row.at($0)) }.joined(separator: "\t") + "\n"
        }.joined()
    }

    /// Any value: a line for each item of a list, the members of an object in one line.
    static func text(_ value: JSONValue, order: [String]?) -> String {
        guard let items = value.items else { return line(value, order) }
        return items.map { line($0, order) }.joined()
    }

    /// The names of all members of the items, in the order given, else alphabetical.
    static func names(in items: [JSONValue], order: [String]?) -> [String] {
        let all = items.reduce(into: Set<String>()) { $0.formUnion($1.members?.keys ?? [:].keys) }
        guard let order else { return all.sorted() }
        return order + all.subtracting(order).sorted()
    }

    private static func line(_ value: JSONValue, _ order: [String]?) -> String {
        let cells: [JSONValue] =
            if let members = value.members {
                names(in: [value], order: order).map { members[$0] ?? .null }
            } else {
                value.items ?? [value]
            }
        return cells.map { TableText.plain($0) }.joined(separator: "\t") + "\n"
    }
}
