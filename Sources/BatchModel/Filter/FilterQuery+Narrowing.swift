// While a person types, most filters are the one before with a little more: what passes the new one is among what passed
// the old one, and nobody need look further. That is so when every word of the old line is implied by one of the new line.

extension FilterQuery {
    /// Whether every row that passes this filter passes an older one too.
    ///
    /// False where that is not certain.
    /// - Parameter changing: columns whose values change by themselves (ages): terms on them imply nothing.
    public func narrows(_ older: FilterQuery, changing: Set<String> = []) -> Bool {
        older.terms.allSatisfy { old in
            guard old.column.map({ !changing.contains($0) }) ?? true else { return false }
            return terms.contains { $0.implies(old) }
        }
    }

    /// Whether a term asks for this column.
    public func mentions(_ column: String) -> Bool { terms.contains { $0.column == column } }
}

extension FilterQuery.Term {
    /// The column it asks for; nil when it asks for the row's text.
    public var column: String? {
        switch test {
        case .fuzzy, .literal, .regex: nil
        case .contains(let column, _), .columnRegex(let column, _), .compare(let column, _, _):
            column
        }
    }

    fileprivate func implies(_ old: FilterQuery.Term) -> Bool {
        if self == old { return true }
        guard !isNegated, !old.isNegated else { return false }
        switch (test, old.test) {
        case (.fuzzy(let new), .fuzzy(let old)):
            // The letters in order are there when more letters are; one that is now an accented one is another.
            return new.text.hasPrefix(old.text)
        case (.contains(let column, let new), .contains(let oldColumn, let old)):
            return column == oldColumn && new.hasPrefix(old)
        case (.fuzzy, _), (.literal, _), (.regex, _), (.contains, _), (.columnRegex, _),
            (.compare, _):
            return false
        }
    }
}
