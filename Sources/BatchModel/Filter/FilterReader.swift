/// Reads the words of a filter line from left to right.
struct FilterReader {
    private typealias Failure = FilterQuery.Failure

    private var rest: Substring
    private let columns: [String]

    init(line: String, columns: [String]) {
        rest = Substring(line)
        self.columns = columns.map { $0.lowercased() }
    }

    mutating func read() throws(FilterQuery.Failure) -> [FilterQuery.Term] {
        var terms: [FilterQuery.Term] = []
        while true {
            rest = rest.drop { $0.isWhitespace }
            guard !rest.isEmpty else { return terms }
            let isNegated = take("!")
            // A lone "!" is a word being typed.
            guard var test = try readTest() else { continue }
            // Letters that only occur in this order are in most rows: refused is what says the word itself.
            if isNegated, case .fuzzy(let pattern) = test { test = .literal(pattern) }
            terms.append(FilterQuery.Term(test: test, isNegated: isNegated))
        }
    }

    private mutating func readTest() throws(FilterQuery.Failure) -> FilterQuery.Test? {
        if rest.first == "/" { return try readPattern().map { .regex($0) } }
        if let column = try readColumn() { return try readColumnTest(column) }
        let word = readWord()
        return word.isEmpty ? nil : .fuzzy(FuzzyPattern(word))
    }

    /// Takes `name:` when it names a column. Something like `https://` is not one.
    private mutating func readColumn() throws(FilterQuery.Failure) -> String? {
        let name = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" }
        let behind = rest[name.endIndex...]
        guard !name.isEmpty, behind.hasPrefix(":"), !behind.hasPrefix("://"), !columns.isEmpty
        else { return nil }
        let wanted = name.lowercased()
        guard columns.contains(wanted) else {
            throw Failure(
                word: "\(name):", reason: "there is no such column",
                advice: "Columns here: \(columns.joined(separator: ", ")).")
        }
        rest = behind.dropFirst()
        return wanted
    }

    private mutating func readColumnTest(
        _ column: String
    ) throws(FilterQuery.Failure) -> FilterQuery.Test? {
        if rest.first == "/" {
            return try readPattern().map { .columnRegex(column: column, pattern: $0) }
        }
        for comparison in FilterQuery.Comparison.allCases where take(comparison.rawValue) {
            let operand = readWord()
            guard !operand.isEmpty else { return nil }
            return .compare(column: column, comparison: comparison, operand: operand)
        }
        let word = readWord()
        return word.isEmpty ? nil : .contains(column: column, text: word)
    }

    /// Takes `/…/`; the closing slash may still be missing while the user types.
    private mutating func readPattern() throws(FilterQuery.Failure) -> String? {
        rest.removeFirst()
        var pattern = ""
        var isEscaped = false
        while let character = rest.popFirst() {
            if character == "/", !isEscaped { break }
            // Only the slash's own escape is ours; every other belongs to the expression.
            if isEscaped, character == "/" { pattern.removeLast() }
            pattern.append(character)
            isEscaped = character == "\\" && !isEscaped
        }
        guard !pattern.isEmpty else { return nil }
        do {
            _ = try Regex(pattern)
        } catch {
            throw Failure(
                word: "/\(pattern)/", reason: "the regular expression cannot be read",
                advice: "Close its brackets, or put \\ before a sign meant as itself.")
        }
        return pattern
    }

    /// Takes a word up to a blank; quotes keep blanks.
    private mutating func readWord() -> String {
        var word = ""
        var isQuoted = false
        while let character = rest.first {
            if character == "\"" {
                isQuoted.toggle()
            } else if character.isWhitespace, !isQuoted {
                break
            } else {
                word.append(character)
            }
            rest.removeFirst()
        }
        return word
    }

    private mutating func take(_ prefix: String) -> Bool {
        guard rest.hasPrefix(prefix) else { return false }
        rest = rest.dropFirst(prefix.count)
        return true
    }
}
