import BatchModel

extension QueryNode {
    /// The answer of this part of the query.
    func answer(from value: JSONValue) throws(QueryError) -> JSONValue {
        switch self {
        case .current: return value
        case .member(let name): return value.members?[name] ?? .null
        case .literal(let literal): return literal
        case .chain(let left, let right), .pipe(let left, let right):
            return try right.answer(from: try left.answer(from: value))
        case .index(let index): return value.item(at: index)
        case .slice(let from, let to, let step): return value.slice(from, to, step)
        case .flatten(let node): return try node.answer(from: value).flattened
        case .each(let source, let then):
            guard let items = try source.answer(from: value).items else { return .null }
            return try Self.asked(then, of: items)
        case .eachMember(let source, let then):
            guard let members = try source.answer(from: value).sortedMembers else { return .null }
            return try Self.asked(then, of: members.map(\.value))
        case .filter(let source, let condition, let then):
            guard let items = try source.answer(from: value).items else { return .null }
            var kept: [JSONValue] = []
            for item in items where try condition.answer(from: item).holds { kept.append(item) }
            return try Self.asked(then, of: kept)
        case .or(let left, let right):
            let first = try left.answer(from: value)
            return first.holds ? first : try right.answer(from: value)
        case .and(let left, let right):
            let first = try left.answer(from: value)
            return first.holds ? try right.answer(from: value) : first
        case .not(let node): return .boolean(try !node.answer(from: value).holds)
        case .comparison(let comparison, let left, let right):
            return try left.answer(from: value)
                .compared(comparison, with: try right.answer(from: value))
        case .list, .object: return try built(from: value)
        case .call(let function, let arguments):
            return try function.answer(arguments, of: value)
        case .reference: return .null
        }
    }

    /// A list or an object of answers; of nothing there is none.
    private func built(from value: JSONValue) throws(QueryError) -> JSONValue {
        guard value != .null else { return .null }
        if case .object(let members) = self {
            var object: [String: JSONValue] = [:]
            for member in members { object[member.name] = try member.node.answer(from: value) }
            return .object(object)
        }
        guard case .list(let nodes) = self else { return .null }
        var items: [JSONValue] = []
        for node in nodes { items.append(try node.answer(from: value)) }
        return .array(items)
    }

    /// A projection: what is null is left out.
    private static func asked(
        _ node: QueryNode, of items: [JSONValue]
    ) throws(QueryError) -> JSONValue {
        var answers: [JSONValue] = []
        for item in items {
            let answer = try node.answer(from: item)
            if answer != .null { answers.append(answer) }
        }
        return .array(answers)
    }
}

extension JSONValue {
    /// The items of a list; nil for anything else.
    var items: [JSONValue]? {
        if case .array(let items) = self { items } else { nil }
    }

    /// An object's members by name, so that an answer is the same every time.
    var sortedMembers: [(key: String, value: JSONValue)]? {
        members?.sorted { $0.key < $1.key }
    }

    /// A number, whole or not.
    var amount: Double? {
        switch self {
        case .integer(let whole): Double(whole)
        case .number(let number): number
        case .null, .boolean, .string, .array, .object: nil
        }
    }

    /// False for null, `false` and whatever is empty; a number always holds.
    var holds: Bool {
        switch self {
        case .null: false
        case .boolean(let flag): flag
        case .integer, .number: true
        case .string(let text): !text.isEmpty
        case .array(let items): !items.isEmpty
        case .object(let members): !members.isEmpty
        }
    }

    fileprivate func item(at index: Int) -> JSONValue {
        guard let items else { return .null }
        let place = index < 0 ? items.count + index : index
        return items.indices.contains(place) ? items[place] : .null
    }

    /// The items from one place up to another, counted from the end where negative, as Python slices.
    fileprivate func slice(_ from: Int?, _ to: Int?, _ step: Int) -> JSONValue {
        guard let items else { return .null }
        let lowest = step < 0 ? -1 : 0
        let highest = step < 0 ? items.count - 1 : items.count
        func place(_ wanted: Int?, otherwise: Int) -> Int {
            guard let wanted else { return otherwise }
            let counted = wanted < 0 ? max(wanted, -items.count - 1) + items.count : wanted
            return min(max(counted, lowest), highest)
        }
        let start = place(from, otherwise: step < 0 ? highest : lowest)
        let end = place(to, otherwise: step < 0 ? lowest : highest)
        return .array(stride(from: start, to: end, by: step).map { items[$0] })
    }

    /// Lists within the list laid out, one level; null for anything but a list.
    fileprivate var flattened: JSONValue {
        guard let items else { return .null }
        return .array(items.flatMap { $0.items ?? [$0] })
    }

    /// Equal as values: `1` and `1.0` are the same number.
    func isEqual(to other: JSONValue) -> Bool {
        switch (self, other) {
        case (.integer(let left), .integer(let right)): left == right
        case (.array(let left), .array(let right)):
            left.count == right.count && zip(left, right).allSatisfy { $0.isEqual(to: $1) }
        case (.object(let left), .object(let right)):
            left.count == right.count
                && left.allSatisfy { key, value in right[key]?.isEqual(to: value) == true }
        case (.integer, .number), (.number, .integer), (.number, .number): amount == other.amount
        case (.null, _), (.boolean, _), (.integer, _), (.number, _), (.string, _), (.array, _),
            (.object, _):
            self == other
        }
    }

    /// Numbers and texts have an order; of anything else it is unknown, which is null.
    fileprivate func compared(_ comparison: QueryComparison, with other: JSONValue) -> JSONValue {
        switch comparison {
        case .equal: return .boolean(isEqual(to: other))
        case .unequal: return .boolean(!isEqual(to: other))
        case .less: return ordered(other).map { .boolean($0 < 0) } ?? .null
        case .lessOrEqual: return ordered(other).map { .boolean($0 <= 0) } ?? .null
        case .greater: return ordered(other).map { .boolean($0 > 0) } ?? .null
        case .greaterOrEqual: return ordered(other).map { .boolean($0 >= 0) } ?? .null
        }
    }

    /// Negative when this comes before the other; nil when they have no order.
    func ordered(_ other: JSONValue) -> Int? {
        if let left = amount, let right = other.amount {
            return left < right ? -1 : left > right ? 1 : 0
        }
        guard let left = string, let right = other.string else { return nil }
        // Code point by code point, not as a language sorts.
        let first = left.unicodeScalars
        let second = right.unicodeScalars
        if first.elementsEqual(second) { return 0 }
        return first.lexicographicallyPrecedes(second) ? -1 : 1
    }

    /// What JMESPath calls its type.
    var queryType: String {
        switch self {
        case .null: "null"
        case .boolean: "boolean"
        case .integer, .number: "number"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }
}
