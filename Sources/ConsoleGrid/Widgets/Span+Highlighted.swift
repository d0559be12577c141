extension Span {
    /// Cuts text into pieces so that the matched clusters stand out.
    ///
    /// - Parameters:
    ///   - positions: clusters of the text, ascending, as `FuzzyMatch` gives them.
    ///   - style: the other letters' style.
    ///   - match: the matched letters' style; takes the ground of `style` if it has none.
    public static func highlighted(
        _ text: String, positions: [Int], style: Style = .plain, match: Style = .match
    ) -> [Span] {
        guard !positions.isEmpty else { return [Span(text, style)] }
        let marked = match.background == nil ? match.on(style.background) : match
        var spans: [Span] = []
        var next = positions.startIndex
        for (index, character) in text.enumerated() {
            let isMatch = next < positions.endIndex && positions[next] == index
            if isMatch { next += 1 }
            let wanted = isMatch ? marked : style
            if let last = spans.indices.last, spans[last].style == wanted {
                spans[last].text.append(character)
            } else {
                spans.append(Span(String(character), wanted))
            }
        }
        return spans
    }
}
