import BatchModel

// `--query`: JMESPath, as `az` has it (jmespath.org/specification.html). A text becomes tokens (`QueryLexer`), tokens a tree
// (`QueryParser`), and the tree is asked of one JSON value at a time (`Query+Evaluate`, `QueryFunction`).

/// A parsed `--query`.
struct Query: Sendable {
    /// What is asked.
    let root: QueryNode

    /// Parses a query.
    ///
    /// - Throws: what is wrong, and where.
    init(_ text: String) throws(QueryError) {
        var parser = QueryParser(try QueryLexer.tokens(of: text))
        root = try parser.whole()
    }

    /// The answer; null where there is none.
    ///
    /// - Throws: a function that is given what it cannot take.
    func answer(from value: JSONValue) throws(QueryError) -> JSONValue {
        try root.answer(from: value)
    }

    /// The names of the answer's members in the order in which the query names them, where it does: for tables.
    var columns: [String]? { root.columns }
}

/// A node of the tree.
indirect enum QueryNode: Sendable, Equatable {
    /// `@`
    case current
    /// `name`
    case member(String)
    /// `` `1` `` or `'text'`
    case literal(JSONValue)
    /// `a.b`, `a[0]`: the right side is asked of what the left side answers.
    case chain(QueryNode, QueryNode)
    /// `[0]`, `[-1]`
    case index(Int)
    /// `[from:to:step]`
    case slice(from: Int?, to: Int?, step: Int)
    /// `a[*].b`: of every item of a list; null answers are left out.
    case each(QueryNode, then: QueryNode)
    /// `a.*.b`: of every member's value.
    case eachMember(QueryNode, then: QueryNode)
    /// `a[?b].c`: of every item for which the condition holds.
    case filter(QueryNode, condition: QueryNode, then: QueryNode)
    /// `a[]`: lists within the list are laid out.
    case flatten(QueryNode)
    case or(QueryNode, QueryNode)
    case and(QueryNode, QueryNode)
    case not(QueryNode)
    case comparison(QueryComparison, QueryNode, QueryNode)
    /// `a | b`: what follows is asked of the whole answer, not of each item.
    case pipe(QueryNode, QueryNode)
    /// `[a, b]`
    case list([QueryNode])
    /// `{x: a, y: b}`
    case object([QueryMember])
    /// `length(a)`
    case call(QueryFunction, [QueryNode])
    /// `&a`: asked by the function it is given to.
    case reference(QueryNode)

    /// The member names of the last `{…}` that the answer is made of.
    var columns: [String]? {
        switch self {
        case .object(let members): members.map(\.name)
        case .each(_, let then), .eachMember(_, let then), .filter(_, _, let then): then.columns
        case .chain(let left, let right), .pipe(let left, let right):
            right.leavesItems ? left.columns : right.columns
        case .call(let function, let arguments) where function.keepsItems:
            arguments.lazy.compactMap(\.columns).first
        case .current, .member, .literal, .index, .slice, .flatten, .or, .and, .not, .comparison,
            .list, .call, .reference:
            nil
        }
    }

    /// True for what takes items out of a list and leaves them as they are.
    private var leavesItems: Bool {
        switch self {
        case .current, .index, .slice: true
        case .each(let source, then: .current): source.leavesItems
        case .filter(let source, condition: _, then: .current): source == .current
        case .call(let function, let arguments):
            function.keepsItems && arguments.first == .current
        case .member, .literal, .chain, .each, .eachMember, .filter, .flatten, .or, .and, .not,
            .comparison, .pipe, .list, .object, .reference:
            false
        }
    }
}

/// A member of `{…}`.
struct QueryMember: Sendable, Equatable {
    let name: String
    let node: QueryNode
}

/// How two answers are compared.
enum QueryComparison: String, Sendable {
    case equal = "=="
    case unequal = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
}

/// Why a query cannot be asked.
struct QueryError: Error, Sendable, Equatable {
    /// What is wrong.
    let detail: String
    /// Where in the query: characters before it; nil when it came up while asking.
    let offset: Int?

    init(_ detail: String, at offset: Int? = nil) {
        self.detail = detail
        self.offset = offset
    }
}
