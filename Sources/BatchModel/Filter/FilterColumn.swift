/// A column that a filter may name, and what its values are: so that an operand nobody could read is a mistake while it is
/// typed, and not a list without rows.
public struct FilterColumn: Sendable, Hashable {
    /// What its values are.
    public enum Kind: Sendable, Hashable {
        /// Any text; compared by the alphabet.
        case text
        /// One of these words; one of those or another, which a service has made up, where it is open.
        case words([String], isOpen: Bool = false)
        /// Plain numbers.
        case number
        /// Lengths of time.
        case duration
        /// Sizes.
        case bytes
    }

    /// Its name, in lower case.
    public let name: String
    /// What its values are.
    public let kind: Kind

    /// Describes a column.
    public init(_ name: String, _ kind: Kind = .text) {
        self.name = name.lowercased()
        self.kind = kind
    }
}

extension FilterColumn {
    /// What is wrong with a comparison as it is written, and what to write instead; nil when it can be answered.
    ///
    /// - Parameter comparison: nil for a column that shall hold the operand.
    func problem(
        _ comparison: FilterQuery.Comparison?, _ operand: String
    ) -> (reason: String, advice: String)? {
        switch kind {
        case .text: return nil
        case .words(let words, let isOpen):
            guard var problem = wordProblem(comparison, operand, words) else { return nil }
            if isOpen { problem.advice += " For another one write \(name):/word/." }
            return problem
        case .number:
            guard Double(operand) == nil else { return nil }
            return ("\(operand) is no number", "Write \(name):3 or \(name):>2.")
        case .bytes:
            guard FilterOperand.bytes(operand) == nil else { return nil }
            return ("\(operand) is no size", "Write \(name):>500, \(name):<10k or \(name):>=1.5M.")
        case .duration:
            let advice =
                "Write \(name):<90s, \(name):>15m, \(name):<2h, \(name):>=3d or \(name):<1w."
            if FilterOperand.duration(operand) == nil {
                return ("\(operand) is no length of time", advice)
            }
            // To the microsecond nothing ever is so old.
            let isExact = comparison == nil || comparison == .equal
            return isExact ? ("it needs < or > before the length of time", advice) : nil
        }
    }

    private func wordProblem(
        _ comparison: FilterQuery.Comparison?, _ operand: String, _ words: [String]
    ) -> (reason: String, advice: String)? {
        let known = "There are: \(words.joined(separator: ", "))."
        let wanted = operand.lowercased()
        switch comparison {
        case nil:
            return words.contains { $0.lowercased().contains(wanted) }
                ? nil : ("no \(name) is called \(operand)", known)
        case .equal:
            return words.contains { $0.lowercased() == wanted }
                ? nil : ("no \(name) is exactly \(operand)", known)
        case .less, .more, .atMost, .atLeast:
            return (
                "no \(name) is more or less than another",
                "Write \(name):\(words.first?.lowercased() ?? "word"). \(known)"
            )
        }
    }

    /// A pattern is looked for in text alone.
    var patternProblem: (reason: String, advice: String)? {
        switch kind {
        case .text, .words: nil
        case .number: ("a pattern is for text, and \(name) is a number", "Write \(name):>2.")
        case .duration:
            ("a pattern is for text, and \(name) is a length of time", "Write \(name):<2d.")
        case .bytes: ("a pattern is for text, and \(name) is a size", "Write \(name):>1M.")
        }
    }
}
