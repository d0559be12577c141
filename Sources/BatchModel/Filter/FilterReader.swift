/// Reads the words of a filter line from left to right.
struct FilterReader {
    private typealias Failure = FilterQuery.Failure

    private var rest: Substring
    private let columns: [FilterColumn]

    init(line: String, columns: [FilterColumn]) {
        rest = Substring(line)
        self.columns = columns
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
    private mutating func readColumn() throws(FilterQuery.Failure) -> FilterColumn? {
        let name = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" }
        let behind = rest[name.endIndex...]
        guard !name.isEmpty, behind.hasPrefix(":"), !behind.hasPrefix("://"), !columns.isEmpty
        else { return nil }
        let wanted = name.lowercased()
        guard let column = columns.first(where: { $0.name == wanted }) else {
            let known = columns.map(\.name).joined(separator: ", ")
            throw Failure(
                word: "\(name):", reason: "there is no such column",
                advice: "Columns here: \(known).")
        }
        rest = behind.dropFirst()
        return column
    }

    private mutating func readColumnTest(
        _ column: FilterColumn
    ) throws(FilterQuery.Failure) -> FilterQuery.Test? {
        if rest.first == "/" {
            let pattern = try readPattern()
            if let problem = column.patternProblem {
                throw failure("\(column.name):/\(pattern ?? "")", problem)
            }
            return pattern.map { .columnRegex(column: column.name, pattern: $0) }
        }
        let comparison = FilterQuery.Comparison.allCases.first { take($0.rawValue) }
        let operand = readWord()
        // A word being typed.
        guard !operand.isEmpty else { return nil }
        if let problem = column.problem(comparison, operand) {
            throw failure("\(column.name):\(comparison?.rawValue ?? "")\(operand)", problem)
        }
        return comparison.map { .compare(column: column.name, comparison: $0, operand: operand) }
            ?? .contains(column: column.name, text: operand)
    }

    private func failure(
        _ word: String, _ problem: (reason: String, advice: String)
    ) -> FilterQuery.Failure {
        Failure(word: word, reason: problem.reason, advice: problem.advice)
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
