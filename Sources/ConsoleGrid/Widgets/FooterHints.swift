/// Keys and what they do, in one line.
public struct FooterHints: Sendable, Hashable {
    /// One key and what it does.
    public struct Hint: Sendable, Hashable {
        /// The key's label, as `KeyPress.label` gives it, or several joined by `/`.
        public let key: String
        /// What it does, in a word or two.
        public let text: String

        /// A hint.
        public init(key: String, text: String) {
            self.key = key
            self.text = text
        }

        /// A hint for one key.
        ///
        /// - Parameter arrows: whether arrow keys are symbols; words otherwise, as for a terminal of ASCII alone.
        public init(_ key: KeyPress, _ text: String, arrows: Bool = true) {
            self.init(key: key.label(arrows: arrows), text: text)
        }

        var columns: Int { TextWidth.columns(of: key) + 1 + TextWidth.columns(of: text) }
    }

    /// The hints, the most important first.
    public let hints: [Hint]
    /// Blanks between two hints.
    static let gap = 3

    /// Hints, the most important first.
    public init(_ hints: [Hint]) { self.hints = hints }

    /// The columns that all of them need.
    public var columns: Int {
        hints.reduce(0) { $0 + $1.columns } + max(0, hints.count - 1) * FooterHints.gap
    }

    /// The hints that fit into so many columns: what does not is left out whole, from the end.
    public func fitting(columns: Int) -> [Hint] {
        var used = 0
        var kept: [Hint] = []
        for hint in hints {
            let needed = hint.columns + (kept.isEmpty ? 0 : FooterHints.gap)
            guard used + needed <= columns else { break }
            used += needed
            kept.append(hint)
        }
        return kept
    }

    /// The hints that fit, as text: `enter open   n new job`.
    public func text(columns: Int) -> String {
        fitting(columns: columns).map { "\($0.key) \($0.text)" }
            .joined(separator: TextWidth.spaces(FooterHints.gap))
    }

    /// Draws the hints that fit in the first row of a rectangle.
    ///
    /// - Returns: the columns used.
    @discardableResult
    public func draw(
        on screen: inout Screen, in rect: Rect, keyStyle: Style = .key,
        textStyle: Style = Style(.footer)
    ) -> Int {
        guard rect.rows > 0 else { return 0 }
        var spans: [Span] = []
        for hint in fitting(columns: rect.columns) {
            if !spans.isEmpty { spans.append(Span(TextWidth.spaces(FooterHints.gap), textStyle)) }
            spans.append(Span(hint.key, keyStyle))
            spans.append(Span(" " + hint.text, textStyle))
        }
        return screen.write(spans, at: rect.origin, maxColumns: rect.columns)
    }
}
