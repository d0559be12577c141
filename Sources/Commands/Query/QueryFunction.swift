import BatchModel

/// The functions of JMESPath.
enum QueryFunction: String, CaseIterable, Sendable {
    case abs, avg, ceil, contains, floor, join, keys, length, map, max, merge, min, reverse, sort
    case sum, type, values
    case endsWith = "ends_with"
    case maxBy = "max_by"
    case minBy = "min_by"
    case notNull = "not_null"
    case sortBy = "sort_by"
    case startsWith = "starts_with"
    case toArray = "to_array"
    case toNumber = "to_number"
    case toString = "to_string"

    /// How many arguments it takes.
    var counts: ClosedRange<Int> {
        switch self {
        case .abs, .avg, .ceil, .floor, .keys, .length, .max, .min, .reverse, .sort, .sum, .type,
            .values, .toArray, .toNumber, .toString:
            1...1
        case .contains, .join, .map, .endsWith, .maxBy, .minBy, .sortBy, .startsWith: 2...2
        case .merge, .notNull: 1...Int.max
        }
    }

    /// The same in words.
    var countWords: String {
        if counts.upperBound > 2 { return "one argument or more" }
        return counts.lowerBound == 1 ? "one argument" : "two arguments"
    }

    /// True when the answer is made of the items of its list, as they are.
    var keepsItems: Bool {
        switch self {
        case .reverse, .sort, .sortBy, .maxBy, .minBy, .toArray, .notNull: true
        case .abs, .avg, .ceil, .contains, .floor, .join, .keys, .length, .map, .max, .merge, .min,
            .sum, .type, .values, .endsWith, .startsWith, .toNumber, .toString:
            false
        }
    }

    /// The answer for arguments that are asked of a value.
    func answer(
        _ arguments: [QueryNode], of value: JSONValue
    ) throws(QueryError) -> JSONValue {
        switch self {
        case .map:
            let node = try reference(arguments[0])
            var answers: [JSONValue] = []
            for item in try list(try arguments[1].answer(from: value)) {
                answers.append(try node.answer(from: item))
            }
            return .array(answers)
        case .sortBy, .maxBy, .minBy:
            return try chosen(
                try list(try arguments[0].answer(from: value)), by: try reference(arguments[1]))
        case .abs, .avg, .ceil, .contains, .floor, .join, .keys, .length, .max, .merge, .min,
            .reverse, .sort, .sum, .type, .values, .endsWith, .notNull, .startsWith, .toArray,
            .toNumber, .toString:
            var given: [JSONValue] = []
            for argument in arguments {
                if case .reference = argument { throw wrong("&", "a value") }
                given.append(try argument.answer(from: value))
            }
            return try answer(given)
        }
    }

    private func answer(_ given: [JSONValue]) throws(QueryError) -> JSONValue {
        let first = given[0]
        switch self {
        case .abs: return try magnitude(first)
        case .ceil: return Self.number(try number(first).rounded(.up))
        case .floor: return Self.number(try number(first).rounded(.down))
        case .avg, .sum: return try added(try list(first))
        case .max, .min, .sort: return try arranged(try list(first))
        case .contains: return try contained(given[1], in: first)
        case .startsWith:
            return .boolean(try text(first).utf8.starts(with: try text(given[1]).utf8))
        case .endsWith:
            let end = try text(given[1]).utf8.reversed()
            return .boolean(try text(first).utf8.reversed().starts(with: end))
        case .join: return try joined(try list(given[1]), with: try text(first))
        case .keys: return .array(try members(first).map { .string($0.key) })
        case .values: return .array(try members(first).map(\.value))
        case .length: return try length(first)
        case .merge: return try merged(given)
        case .notNull: return given.first { $0 != .null } ?? .null
        case .reverse: return try reversed(first)
        case .type: return .string(first.queryType)
        case .toArray: return first.items == nil ? .array([first]) : first
        case .toNumber: return Self.converted(first)
        case .toString: return first.string == nil ? .string(Self.json(first)) : first
        case .map, .maxBy, .minBy, .sortBy: return .null
        }
    }

    // MARK: - What arguments must be

    private func wrong(_ type: String, _ wanted: String) -> QueryError {
        QueryError("\(rawValue) takes \(wanted), not \(type)")
    }

    private func list(_ value: JSONValue) throws(QueryError) -> [JSONValue] {
        guard let items = value.items else { throw wrong(value.queryType, "a list") }
        return items
    }

    private func text(_ value: JSONValue) throws(QueryError) -> String {
        guard let text = value.string else { throw wrong(value.queryType, "text") }
        return text
    }

    private func number(_ value: JSONValue) throws(QueryError) -> Double {
        guard let number = value.amount else { throw wrong(value.queryType, "a number") }
        return number
    }

    private func members(
        _ value: JSONValue
    ) throws(QueryError) -> [(key: String, value: JSONValue)] {
        guard let members = value.sortedMembers else {
            throw wrong(value.queryType, "an object")
        }
        return members
    }

    private func reference(_ node: QueryNode) throws(QueryError) -> QueryNode {
        guard case .reference(let inner) = node else {
            throw QueryError("\(rawValue) takes an expression that begins with &")
        }
        return inner
    }

    // MARK: - Numbers

    /// Whole where it is: `ceil` of 3.2 is 4, not 4.0.
    private static func number(_ value: Double) -> JSONValue {
        Int64(exactly: value).map { .integer($0) } ?? .number(value)
    }

    private func magnitude(_ value: JSONValue) throws(QueryError) -> JSONValue {
        if case .integer(let whole) = value, whole != .min { return .integer(Swift.abs(whole)) }
        return .number(try number(value).magnitude)
    }

    private func added(_ items: [JSONValue]) throws(QueryError) -> JSONValue {
        var sum = 0.0
        var whole: Int64? = 0
        for item in items {
            sum += try number(item)
            guard let before = whole, case .integer(let value) = item else {
                whole = nil
                continue
            }
            let next = before.addingReportingOverflow(value)
            whole = next.overflow ? nil : next.partialValue
        }
        if self == .sum { return whole.map { .integer($0) } ?? .number(sum) }
        return items.isEmpty ? .null : .number(sum / Double(items.count))
    }

    private static func converted(_ value: JSONValue) -> JSONValue {
        switch value {
        case .integer, .number: value
        case .string(let text):
            if let whole = Int64(text) {
                .integer(whole)
            } else {
                Double(text).flatMap { $0.isFinite ? .number($0) : nil } ?? .null
            }
        case .null, .boolean, .array, .object: .null
        }
    }

    // MARK: - Lists

    /// The places of the keys, least first and equals as they stood; numbers among numbers or texts among texts.
    private func order(_ keys: [JSONValue]) throws(QueryError) -> [Int] {
        for key in keys {
            guard let first = keys.first, key.ordered(first) != nil else {
                throw wrong(
                    "a list with \(key.queryType) in it", "numbers only, or texts only")
            }
        }
        return keys.indices.sorted { left, right in
            let order = keys[left].ordered(keys[right]) ?? 0
            return order == 0 ? left < right : order < 0
        }
    }

    private func arranged(_ items: [JSONValue]) throws(QueryError) -> JSONValue {
        try arranged(items, by: items)
    }

    private func chosen(
        _ items: [JSONValue], by node: QueryNode
    ) throws(QueryError) -> JSONValue {
        var keys: [JSONValue] = []
        for item in items { keys.append(try node.answer(from: item)) }
        return try arranged(items, by: keys)
    }

    /// Sorted, or of those that are greatest or least the first.
    private func arranged(
        _ items: [JSONValue], by keys: [JSONValue]
    ) throws(QueryError) -> JSONValue {
        let order = try order(keys)
        if self == .sort || self == .sortBy { return .array(order.map { items[$0] }) }
        let isGreatest = self == .max || self == .maxBy
        guard let end = isGreatest ? order.last : order.first,
            let place = keys.firstIndex(where: { $0.ordered(keys[end]) == 0 })
        else { return .null }
        return items[place]
    }

    private func contained(
        _ wanted: JSONValue, in value: JSONValue
    ) throws(QueryError) -> JSONValue {
        if let items = value.items { return .boolean(items.contains { $0.isEqual(to: wanted) }) }
        let text = try text(value)
        guard let part = wanted.string else { return .boolean(false) }
        return .boolean(part.isEmpty || Array(text.utf8).firstRange(of: Array(part.utf8)) != nil)
    }

    private func joined(
        _ items: [JSONValue], with separator: String
    ) throws(QueryError) -> JSONValue {
        var texts: [String] = []
        for item in items { texts.append(try text(item)) }
        return .string(texts.joined(separator: separator))
    }

    private func length(_ value: JSONValue) throws(QueryError) -> JSONValue {
        switch value {
        case .string(let text): return .integer(Int64(text.unicodeScalars.count))
        case .array(let items): return .integer(Int64(items.count))
        case .object(let members): return .integer(Int64(members.count))
        case .null, .boolean, .integer, .number:
            throw wrong(value.queryType, "text, a list or an object")
        }
    }

    private func reversed(_ value: JSONValue) throws(QueryError) -> JSONValue {
        if let text = value.string {
            return .string(String(String.UnicodeScalarView(text.unicodeScalars.reversed())))
        }
        return .array(try list(value).reversed())
    }

    private func merged(_ objects: [JSONValue]) throws(QueryError) -> JSONValue {
        var merged: [String: JSONValue] = [:]
        for object in objects {
            for member in try members(object) { merged[member.key] = member.value }
        }
        return .object(merged)
    }

    /// Compact JSON.
    private static func json(_ value: JSONValue) -> String {
        (try? WireJSON.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}
