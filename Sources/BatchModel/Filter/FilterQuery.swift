// The line behind "/": words apart by blanks, all of which must hold.
//
//     dig                 fuzzy: d, i, g in this order somewhere in the row
//     !hello              rows without hello; letters that only occur in this order keep no row out
//     !status:failed      the opposite of any other term
//     /^batchjob-7f/      a regular expression, blanks allowed inside
//     status:failed       a column holds the text (case does not count)
//     status:=Failed      a column is exactly the text
//     age:<2d  size:>=1M  a column compared: durations s m h d w, sizes k M G T, plain numbers
//     "two words"         quotes keep blanks, in values too: name:"my job"
//
// What a column's values are is known (`FilterColumn`), so an operand that is nothing of the kind is a mistake of the line:
// age:<soon, running:>x, status:<failed, status:fialed. Nobody is shown an empty list for a slip of the finger.
//
// Parsing gives a plain value that can be compared, stored and sent; regular expressions are not
// Sendable, so a FilterMatcher compiles them once for a pass over the rows.

/// What a column of a row holds, for filters.
public enum FilterValue: Sendable, Hashable {
    /// Words.
    case text(String)
    /// A plain number.
    case number(Double)
    /// A length of time, as an age.
    case duration(Duration)
    /// A size.
    case bytes(Int64)
}

/// A parsed filter line.
public struct FilterQuery: Sendable, Hashable {
    /// How a column is compared.
    public enum Comparison: String, Sendable, Hashable, CaseIterable {
        /// At most.
        case atMost = "<="
        /// At least.
        case atLeast = ">="
        /// Less than.
        case less = "<"
        /// More than.
        case more = ">"
        /// Exactly.
        case equal = "="
    }

    /// What one term asks for.
    public enum Test: Sendable, Hashable {
        /// The letters in order, anywhere in the row's text.
        case fuzzy(FuzzyPattern)
        /// The letters next to each other in the row's text: what a bare word behind `!` refuses.
        case literal(FuzzyPattern)
        /// A regular expression on the row's text.
        case regex(String)
        /// A column holds this text.
        case contains(column: String, text: String)
        /// A column matches a regular expression.
        case columnRegex(column: String, pattern: String)
        /// A column compares so with this operand.
        case compare(column: String, comparison: Comparison, operand: String)
    }

    /// One word of the line.
    public struct Term: Sendable, Hashable {
        /// What it asks for.
        public let test: Test
        /// Whether the opposite is wanted.
        public let isNegated: Bool
    }

    /// A line that cannot be read.
    public struct Failure: Error, Sendable, Hashable, CustomStringConvertible {
        /// The word at fault.
        public let word: String
        /// What is wrong with it.
        public let reason: String
        /// What to write instead.
        public let advice: String
        /// What was tried, what came back, what to do.
        public var description: String { "Filter word \"\(word)\": \(reason). \(advice)" }
    }

    /// The words, all of which must hold.
    public let terms: [Term]

    /// No line is longer, in UTF-8 bytes.
    public static let lengthLimit = 4_096

    /// A filter that lets every row pass.
    public static let everything = FilterQuery(terms: [])

    /// A filter from its words.
    public init(terms: [Term]) { self.terms = terms }

    /// True when every row passes.
    public var isEmpty: Bool { terms.isEmpty }

    /// Reads a filter line.
    ///
    /// - Parameters:
    ///   - line: see the grammar in this file's opening.
    ///   - columns: what a `column:` term may be about; case does not count.
    /// - Throws: `Failure` for an unknown column, an operand that is nothing of the column's kind, a
    ///   broken regular expression, or a line above `lengthLimit`.
    public init(_ line: String, columns: [FilterColumn] = []) throws(Failure) {
        guard line.utf8.count <= FilterQuery.lengthLimit else {
            throw Failure(
                word: String(line.prefix(20)) + "…", reason: "the line is too long",
                advice: "Keep it below \(FilterQuery.lengthLimit) bytes.")
        }
        var reader = FilterReader(line: line, columns: columns)
        terms = try reader.read()
    }

    /// Whether a row passes; use a `FilterMatcher` for many rows.
    public func matches(text: String, field: (String) -> FilterValue?) -> Bool {
        FilterMatcher(self).score(text: text, field: field) != nil
    }
}

/// A filter made ready for a pass over rows.
public struct FilterMatcher {
    private let query: FilterQuery
    private let regexes: [String: Regex<AnyRegexOutput>]

    /// Compiles the regular expressions of a filter.
    public init(_ query: FilterQuery) {
        self.query = query
        var regexes: [String: Regex<AnyRegexOutput>] = [:]
        for term in query.terms {
            switch term.test {
            case .regex(let pattern), .columnRegex(_, let pattern):
                // Parsing has compiled it before; a query made by hand may fail and matches nothing.
                regexes[pattern] = try? Regex(pattern).ignoresCase(
                    !pattern.contains { $0.isUppercase })
            case .fuzzy, .literal, .contains, .compare: break
            }
        }
        self.regexes = regexes
    }

    /// How well a row passes, nil when it does not.
    ///
    /// - Parameters:
    ///   - text: what the row shows, for fuzzy words and regular expressions.
    ///   - field: the value of a column, by its lower-case name; nil when the row has none.
    /// - Returns: the sum of the fuzzy scores, 0 without fuzzy words.
    public func score(text: String, field: (String) -> FilterValue?) -> Int? {
        var total = 0
        for term in query.terms {
            let score = score(term.test, text: text, field: field)
            guard (score == nil) == term.isNegated else { return nil }
            total += score ?? 0
        }
        return total
    }

    private func score(
        _ test: FilterQuery.Test, text: String, field: (String) -> FilterValue?
    ) -> Int? {
        switch test {
        case .fuzzy(let pattern): return pattern.score(text)
        case .literal(let pattern): return pattern.stands(in: text) ? 0 : nil
        case .regex(let pattern): return found(pattern, in: text) ? 0 : nil
        case .contains(let column, let wanted):
            guard let value = field(column) else { return nil }
            return value.holds(wanted) ? 0 : nil
        case .columnRegex(let column, let pattern):
            guard case .text(let content) = field(column) else { return nil }
            return found(pattern, in: content) ? 0 : nil
        case .compare(let column, let comparison, let operand):
            guard let value = field(column) else { return nil }
            return value.compares(comparison, operand) ? 0 : nil
        }
    }

    private func found(_ pattern: String, in text: String) -> Bool {
        guard let regex = regexes[pattern] else { return false }
        return text.firstMatch(of: regex) != nil
    }
}
