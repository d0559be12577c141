import BatchModel

/// Cuts a query into tokens.
struct QueryLexer {
    /// What a token is.
    enum Kind: Sendable, Equatable {
        /// A bare name.
        case name(String)
        /// A name in double quotes, which is never a function's.
        case quoted(String)
        case number(Int)
        case literal(JSONValue)
        case comparison(QueryComparison)
        /// `[?`
        case filter
        /// `[]`
        case flatten
        /// Any other mark: `. * [ ] ( ) { } , : @ & | || && !`
        case mark(String)
        case end
    }

    /// A token and where it begins.
    struct Token: Sendable, Equatable {
        var kind: Kind
        /// Characters before it.
        var offset: Int
    }

    /// All tokens, `end` last.
    static func tokens(of text: String) throws(QueryError) -> [Token] {
        var lexer = QueryLexer(characters: Array(text))
        var tokens: [Token] = []
        while true {
            let token = try lexer.next()
            tokens.append(token)
            if token.kind == .end { return tokens }
        }
    }

    private let characters: [Character]
    private var at = 0

    private init(characters: [Character]) { self.characters = characters }

    private func peek(_ ahead: Int = 0) -> Character? {
        at + ahead < characters.count ? characters[at + ahead] : nil
    }

    private mutating func next() throws(QueryError) -> Token {
        while let here = peek(), here.isWhitespace { at += 1 }
        let start = at
        guard let first = peek() else { return Token(kind: .end, offset: start) }
        return Token(kind: try kind(from: first), offset: start)
    }

    private mutating func kind(from first: Character) throws(QueryError) -> Kind {
        switch first {
        case "'": return .literal(.string(try raw()))
        case "\"": return try quoted()
        case "`": return try literal()
        case "-", "0"..."9": return try number()
        case "=", "!", "<", ">", "&", "|": return try sign(first)
        case "[": return bracket()
        case ".", "*", "]", "(", ")", "{", "}", ",", ":", "@":
            at += 1
            return .mark(String(first))
        default:
            guard Self.isNameStart(first) else {
                throw QueryError("\(first) means nothing here", at: at)
            }
            let start = at
            while let here = peek(), Self.isNameStart(here) || Self.isDigit(here) { at += 1 }
            return .name(String(characters[start..<at]))
        }
    }

    private static func isDigit(_ character: Character) -> Bool {
        ("0"..."9").contains(character)
    }

    private static func isNameStart(_ character: Character) -> Bool {
        ("a"..."z").contains(character) || ("A"..."Z").contains(character) || character == "_"
    }

    private mutating func bracket() -> Kind {
        at += 1
        switch peek() {
        case "?":
            at += 1
            return .filter
        case "]":
            at += 1
            return .flatten
        default: return .mark("[")
        }
    }

    private mutating func sign(_ first: Character) throws(QueryError) -> Kind {
        let pair = String(first) + (peek(1).map(String.init) ?? "")
        if let comparison = QueryComparison(rawValue: pair) {
            at += 2
            return .comparison(comparison)
        }
        if pair == "&&" || pair == "||" {
            at += 2
            return .mark(pair)
        }
        if let comparison = QueryComparison(rawValue: String(first)) {
            at += 1
            return .comparison(comparison)
        }
        guard first != "=" else { throw QueryError("a comparison is written ==", at: at) }
        at += 1
        return .mark(String(first))
    }

    private mutating func number() throws(QueryError) -> Kind {
        let start = at
        at += 1
        while let here = peek(), Self.isDigit(here) { at += 1 }
        guard let value = Int(String(characters[start..<at])) else {
            throw QueryError("\(String(characters[start..<at])) is no whole number", at: start)
        }
        return .number(value)
    }

    /// `'…'`: everything but `\'` stands for itself.
    private mutating func raw() throws(QueryError) -> String {
        try delimited("'") { escaped in escaped == "'" ? "'" : "\\" + String(escaped) }
    }

    /// `"…"`: a JSON string.
    private mutating func quoted() throws(QueryError) -> Kind {
        let start = at
        let inner = try delimited("\"") { "\\" + String($0) }
        guard case .string(let name) = Self.json("\"" + inner + "\"") else {
            throw QueryError("the name in quotes is no JSON string", at: start)
        }
        return .quoted(name)
    }

    /// `` `…` ``: JSON; a bare word counts as text, as it did in the first version of the language and still does in `az`.
    private mutating func literal() throws(QueryError) -> Kind {
        let start = at
        let inner = try delimited("`") { $0 == "`" ? "`" : "\\" + String($0) }
        let text = String(inner.drop(while: \.isWhitespace))
        if let value = Self.json(text) { return .literal(value) }
        guard let first = text.first, !"[{\"".contains(first), let word = Self.json("\"\(text)\"")
        else { throw QueryError("what stands between the backticks is no JSON", at: start) }
        return .literal(word)
    }

    private static func json(_ text: String) -> JSONValue? {
        try? WireJSON.decode(JSONValue.self, from: Array(text.utf8))
    }

    private mutating func delimited(
        _ end: Character, _ unescape: (Character) -> String
    ) throws(QueryError) -> String {
        let start = at
        at += 1
        var text = ""
        while let here = peek() {
            at += 1
            if here == end { return text }
            guard here == "\\", let escaped = peek() else {
                text.append(here)
                continue
            }
            at += 1
            text += unescape(escaped)
        }
        throw QueryError("the \(end) that begins here is not closed", at: start)
    }
}
