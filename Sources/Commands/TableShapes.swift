import BatchModel

// What `job results` prints.

extension Shapes {
    /// A column of `job results stats`.
    static func column(_ column: ColumnReport, rows: Int) -> JSONValue {
        let numbers = column.numeric
        func number(_ value: Double?) -> JSONValue { value.map(JSONValue.shortest) ?? .null }
        func quartile(_ index: Int) -> JSONValue {
            number(
                numbers.flatMap { $0.quartiles.indices.contains(index) ? $0.quartiles[index] : nil }
            )
        }
        let isText = column.kind == .text
        let bounds = column.texts
        return .object([
            "column": .string(column.name), "type": .string(column.kind.rawValue),
            "rows": .integer(Int64(rows)), "filled": .integer(Int64(column.filled)),
            "empty": .integer(Int64(column.empty)), "numbers": .integer(Int64(column.numbers)),
            "distinct": .optional(column.distinct),
            "distinct_limit": .integer(Int64(column.distinctLimit)),
            "min": isText ? .optional(bounds?.first) : number(numbers?.least),
            "max": isText ? .optional(bounds?.last) : number(numbers?.greatest),
            "mean": number(numbers?.mean), "stdev": number(numbers?.deviation),
            "q1": quartile(0), "median": quartile(1), "q3": quartile(2),
            "rank_error": number(numbers?.rankError),
        ])
    }

    /// The bars of `job results histogram`.
    ///
    /// - Parameter drawn: with a bar for people.
    static func bars(of histogram: ColumnHistogram, drawn: Bool) -> [JSONValue] {
        let most = max(1, histogram.bars.map(\.count).max() ?? 1)
        return histogram.bars.map { bar in
            let share = histogram.total > 0 ? Double(bar.count) / Double(histogram.total) : 0
            var members: [String: JSONValue] = [
                "count": .integer(Int64(bar.count)),
                "share": .shortest((share * 10_000).rounded() / 10_000),
            ]
            if let range = bar.range {
                members["from"] = .shortest(range.lower)
                members["to"] = .shortest(range.upper)
            } else {
                members["value"] = .string(bar.value)
            }
            if drawn {
                let columns = Int((Double(bar.count) / Double(most) * 40).rounded(.up))
                members["bar"] = .string(String(repeating: "#", count: columns))
            }
            return .object(members)
        }
    }

    /// What the bars do not say themselves.
    static func note(on histogram: ColumnHistogram) -> String? {
        switch histogram.kind {
        case .classes:
            guard histogram.classesBeyond > 0 else { return nil }
            let shown = histogram.bars.reduce(0) { $0 + $1.count }
            return "and \(histogram.classesBeyond) more values in \(histogram.total - shown) rows"
        case .ranges:
            guard histogram.countError > 0 else { return nil }
            let percent = (histogram.countError * 1_000).rounded(.up) / 10
            return "each count is exact to \(percent) % of the \(histogram.total) numbers"
        case .allDifferent: return "every value is there once"
        case .nothing: return "nothing is in this column"
        case .tooMany: return "there are too many different values to name them"
        }
    }

    /// The answer of `job results repeats`.
    static func repeats(_ report: RepeatReport, key: String?) -> JSONValue {
        var members: [String: JSONValue] = [
            "rows": .integer(Int64(report.rows)), "compared": .integer(Int64(report.compared)),
            "compared_by": key.map { .string($0) } ?? .string("row"),
            "extra_rows": .integer(Int64(report.extraRows)),
            "repeated": .integer(Int64(report.groups)),
            "error_chance": .shortest(report.chanceOfError),
            "examples": .array(
                report.examples.map { example in
                    .object([
                        "times": .integer(Int64(example.times)),
                        "rows": .array(example.rows.map { .integer(Int64($0)) }),
                        "text": .string(example.text),
                    ])
                }),
        ]
        if let items = report.items {
            members["items"] = .integer(Int64(items.total))
            members["failed_items"] = .integer(Int64(items.failed))
            members["rows_missing"] = .optional(report.missing)
        }
        return .object(members)
    }
}

extension JSONValue {
    /// A number as people write it: whole ones without a point.
    static func shortest(_ value: Double) -> JSONValue {
        Int64(exactly: value).map { .integer($0) } ?? .number(value)
    }
}
