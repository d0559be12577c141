import BatchModel

/// The parallel runner's table of mini-batches (`processed_mini-batches.csv`, ES §5.4), a line for each try.
struct MiniBatchReport {
    /// The last try of one mini-batch.
    struct Line: Equatable {
        var id: String
        var status: String
        var failedItems: Int
        /// Its files as JSON: names, and a number for how many more there were.
        var detail: String

        var isFailed: Bool { status != "RUN_DONE" || failedItems > 0 }
    }

    /// Mini-batches whose last try failed, by id.
    let failed: [Line]

    /// Reads a table; lines that are none are passed over.
    init(_ text: String) {
        var last: [String: Line] = [:]
        var columns: [String: Int] = [:]
        for fields in Self.rows(of: text) {
            if fields.first == "Mini-batch Id" {
                columns = Dictionary(
                    fields.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
                continue
            }
            func value(_ column: String) -> String? {
                columns[column].flatMap { $0 < fields.count ? fields[$0] : nil }
            }
            guard let id = value("Mini-batch Id"), !id.isEmpty, let status = value("Status")
            else { continue }
            last[id] = Line(
                id: id, status: status, failedItems: value("Failed").flatMap { Int($0) } ?? 0,
                detail: value("Mini-batch Detail") ?? "")
        }
        failed = last.values.filter(\.isFailed).sorted { $0.id < $1.id }
    }

    /// All files of some mini-batches; nil when not all are named.
    static func names(of lines: [Line]) -> [String]? {
        var names: [String] = []
        for line in lines {
            let value = try? WireJSON.decode(JSONValue.self, from: Array(line.detail.utf8))
            guard case .array(let parts)? = value, !parts.isEmpty else { return nil }
            for part in parts {
                guard let name = part.string else { return nil }
                names.append(name)
            }
        }
        return names
    }

    /// Rows of comma-separated fields; quotes may hold commas, line breaks and doubled quotes.
    static func rows(of text: String) -> [[String]] {
        var rows: [[String]] = []
        var row: [String] = []
        var field: [UInt8] = []
        var isQuoted = false
        var wasQuote = false
        func ended() -> String { String(decoding: field, as: UTF8.self) }
        for byte in text.utf8 {
            if byte == UInt8(ascii: "\"") {
                // The second of two quotes inside quotes is a quote of the text.
                if !isQuoted, wasQuote { field.append(byte) }
                wasQuote = isQuoted
                isQuoted.toggle()
                continue
            }
            wasQuote = false
            if isQuoted {
                field.append(byte)
            } else if byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\n") {
                row.append(ended())
                field = []
                guard byte == UInt8(ascii: "\n") else { continue }
                rows.append(row)
                row = []
            } else if byte != UInt8(ascii: "\r") {
                field.append(byte)
            }
        }
        if !field.isEmpty || !row.isEmpty { rows.append(row + [ended()]) }
        return rows
    }
}
