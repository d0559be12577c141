import BatchModel

/// Builds the tree of a query, operators by how strongly they bind.
///
/// A projection (`[*]`, `[]`, `[?…]`, `*`) takes all that binds more strongly to its right as what is asked of every item;
/// a pipe, a comparison or a closing bracket ends it.
struct QueryParser {
    /// How strongly an operator holds on to what stands left of it.
    private enum Power: Int {
        case none = 0
        case pipe = 1
        case or = 2
        case and = 3
        case comparison = 5
        case flatten = 9
        case star = 20
        case filter = 21
        case dot = 40
        case not = 45
        case brace = 50
        case bracket = 55
        case parenthesis = 60
    }

    /// What is below this ends a projection.
    private static let projectionStop = 10
    /// Deeper trees than this are nobody's query.
    private static let depthLimit = 200

    private let tokens: [QueryLexer.Token]
    private var at = 0
    private var depth = 0

    init(_ tokens: [QueryLexer.Token]) { self.tokens = tokens }

    private var here: QueryLexer.Token { tokens[min(at, tokens.count - 1)] }

    private func isMark(_ mark: String) -> Bool { here.kind == .mark(mark) }

    private mutating func take() -> QueryLexer.Token {
        let token = here
        at += 1
        return token
    }

    private mutating func expect(_ mark: String) throws(QueryError) {
        guard isMark(mark) else { throw unexpected(here, wanted: mark) }
        at += 1
    }

    private func unexpected(_ token: QueryLexer.Token, wanted: String? = nil) -> QueryError {
        let instead = wanted.map { ", where \($0) should be" } ?? ""
        let what: String =
            switch token.kind {
            case .end: "the query ends too early"
            case .name(let name): "unexpected name \(name)"
            case .quoted(let name): "unexpected name \"\(name)\""
            case .number(let number): "unexpected number \(number)"
            case .literal: "unexpected literal"
            case .comparison(let comparison): "unexpected \(comparison.rawValue)"
            case .filter: "unexpected [?"
            case .flatten: "unexpected []"
            case .mark(let mark): "unexpected \(mark)"
            }
        return QueryError(what + instead, at: token.offset)
    }

    /// The whole query.
    mutating func whole() throws(QueryError) -> QueryNode {
        let node = try expression(.none)
        guard here.kind == .end else { throw unexpected(here) }
        return node
    }

    private func power(of token: QueryLexer.Token) -> Power {
        switch token.kind {
        case .comparison: .comparison
        case .filter: .filter
        case .flatten: .flatten
        case .mark(let mark):
            switch mark {
            case "|": .pipe
            case "||": .or
            case "&&": .and
            case "*": .star
            case ".": .dot
            case "[": .bracket
            case "(": .parenthesis
            default: .none
            }
        case .name, .quoted, .number, .literal, .end: .none
        }
    }

    private mutating func expression(_ power: Power) throws(QueryError) -> QueryNode {
        try expression(above: power.rawValue)
    }

    private mutating func expression(above power: Int) throws(QueryError) -> QueryNode {
        depth += 1
        defer { depth -= 1 }
        guard depth < Self.depthLimit else {
            throw QueryError("the query is nested too deeply", at: here.offset)
        }
        var left = try prefix()
        while self.power(of: here).rawValue > power { left = try infix(left) }
        return left
    }

    // MARK: - What begins an expression

    private mutating func prefix() throws(QueryError) -> QueryNode {
        let token = take()
        switch token.kind {
        case .literal(let value): return .literal(value)
        case .name(let name):
            if isMark("(") { return try call(name, token) }
            return .member(name)
        case .quoted(let name):
            if isMark("(") {
                throw QueryError("a function's name stands without quotes", at: token.offset)
            }
            return .member(name)
        case .filter: return try filter(.current)
        case .flatten: return try flattened(.current)
        case .mark(let mark): return try prefix(mark, token)
        case .number, .comparison, .end: throw unexpected(token)
        }
    }

    private mutating func prefix(
        _ mark: String, _ token: QueryLexer.Token
    ) throws(QueryError) -> QueryNode {
        switch mark {
        case "@": return .current
        case "!": return .not(try expression(.not))
        case "&": return .reference(try expression(.none))
        case "*": return .eachMember(.current, then: try projected(.star))
        case "(":
            let inner = try expression(.none)
            try expect(")")
            return inner
        case "{": return try object()
        case "[": return try bracket(.current, isPrefix: true)
        default: throw unexpected(token)
        }
    }

    // MARK: - What goes on with one

    private mutating func infix(_ left: QueryNode) throws(QueryError) -> QueryNode {
        let token = take()
        switch token.kind {
        case .comparison(let comparison):
            return .comparison(comparison, left, try expression(.comparison))
        case .filter: return try filter(left)
        case .flatten: return try flattened(left)
        case .mark("|"): return .pipe(left, try expression(.pipe))
        case .mark("||"): return .or(left, try expression(.or))
        case .mark("&&"): return .and(left, try expression(.and))
        case .mark("["): return try bracket(left, isPrefix: false)
        case .mark("."):
            if isMark("*") {
                at += 1
                return .eachMember(left, then: try projected(.star))
            }
            return .chain(left, try afterDot(.dot))
        case .mark, .name, .quoted, .number, .literal, .end: throw unexpected(token)
        }
    }

    /// What may follow a point: a name, a function, `[a, b]`, `{…}`.
    private mutating func afterDot(_ power: Power) throws(QueryError) -> QueryNode {
        switch here.kind {
        case .name, .quoted, .mark("*"): return try expression(power)
        case .mark("["):
            at += 1
            return try list()
        case .mark("{"):
            at += 1
            return try object()
        case .mark, .number, .literal, .comparison, .filter, .flatten, .end:
            throw unexpected(here, wanted: "a name")
        }
    }

    /// What a projection asks of every item.
    private mutating func projected(_ power: Power) throws(QueryError) -> QueryNode {
        guard self.power(of: here).rawValue >= Self.projectionStop else { return .current }
        switch here.kind {
        case .mark("["), .filter: return try expression(power)
        case .mark("."):
            at += 1
            return try afterDot(power)
        case .mark, .name, .quoted, .number, .literal, .comparison, .flatten, .end:
            throw unexpected(here)
        }
    }

    private mutating func filter(_ left: QueryNode) throws(QueryError) -> QueryNode {
        let condition = try expression(.none)
        try expect("]")
        let then: QueryNode = here.kind == .flatten ? .current : try projected(.filter)
        return .filter(left, condition: condition, then: then)
    }

    private mutating func flattened(_ left: QueryNode) throws(QueryError) -> QueryNode {
        .each(.flatten(left), then: try projected(.flatten))
    }

    /// After `[`: an index, a slice, `*`, or, where nothing stands before it, a list.
    private mutating func bracket(
        _ left: QueryNode, isPrefix: Bool
    ) throws(QueryError) -> QueryNode {
        switch here.kind {
        case .number, .mark(":"):
            let node = try indexOrSlice()
            guard case .slice = node else { return Self.joined(left, node) }
            return .each(Self.joined(left, node), then: try projected(.star))
        case .mark("*") where tokens[min(at + 1, tokens.count - 1)].kind == .mark("]"):
            at += 2
            return .each(left, then: try projected(.star))
        case .mark, .name, .quoted, .literal, .comparison, .filter, .flatten, .end:
            guard isPrefix else { throw unexpected(here, wanted: "an index") }
            return try list()
        }
    }

    private static func joined(_ left: QueryNode, _ right: QueryNode) -> QueryNode {
        left == .current ? right : .chain(left, right)
    }

    private mutating func indexOrSlice() throws(QueryError) -> QueryNode {
        let start = here.offset
        var parts: [Int?] = [nil]
        while !isMark("]") {
            let token = take()
            switch token.kind {
            case .number(let number) where parts[parts.count - 1] == nil:
                parts[parts.count - 1] = number
            case .mark(":") where parts.count < 3: parts.append(nil)
            case .number, .mark, .name, .quoted, .literal, .comparison, .filter, .flatten, .end:
                throw unexpected(token, wanted: "]")
            }
        }
        at += 1
        if parts.count == 1, let index = parts[0] { return .index(index) }
        let step = (parts.count == 3 ? parts[2] : nil) ?? 1
        guard step != 0 else { throw QueryError("a slice's step cannot be 0", at: start) }
        return .slice(from: parts[0], to: parts[1], step: step)
    }

    // MARK: - Lists, objects, calls

    private mutating func list() throws(QueryError) -> QueryNode {
        var items = [try expression(.none)]
        while isMark(",") {
            at += 1
            items.append(try expression(.none))
        }
        try expect("]")
        return .list(items)
    }

    private mutating func object() throws(QueryError) -> QueryNode {
        var members: [QueryMember] = []
        while true {
            let token = take()
            switch token.kind {
            case .name(let name), .quoted(let name):
                try expect(":")
                members.append(QueryMember(name: name, node: try expression(.none)))
            case .number, .literal, .comparison, .filter, .flatten, .mark, .end:
                throw unexpected(token, wanted: "a name")
            }
            if isMark("}") { break }
            try expect(",")
        }
        at += 1
        return .object(members)
    }

    private mutating func call(
        _ name: String, _ token: QueryLexer.Token
    ) throws(QueryError) -> QueryNode {
        guard let function = QueryFunction(rawValue: name) else {
            let all = QueryFunction.allCases.map(\.rawValue).sorted().joined(separator: ", ")
            throw QueryError("there is no function \(name); there are \(all)", at: token.offset)
        }
        try expect("(")
        var arguments: [QueryNode] = []
        while !isMark(")") {
            if !arguments.isEmpty { try expect(",") }
            arguments.append(try expression(.none))
        }
        at += 1
        guard function.counts.contains(arguments.count) else {
            throw QueryError(
                "\(name) takes \(function.countWords), not \(arguments.count)", at: token.offset)
        }
        return .call(function, arguments)
    }
}
