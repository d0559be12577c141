/// How much of something is done, as a bar.
public struct ProgressBar: Sendable, Hashable {
    /// The done part, 0...1; nil while nobody knows.
    public let fraction: Double?

    /// A bar; numbers outside 0...1 are clamped and NaN counts as unknown.
    public init(fraction: Double?) {
        self.fraction = fraction.flatMap { $0.isNaN ? nil : min(max(0, $0), 1) }
    }

    /// A bar for so many of so many; unknown when there is nothing to do.
    public init(done: Int, total: Int) {
        self.init(fraction: total > 0 ? Double(done) / Double(total) : nil)
    }

    /// The bar as text of exactly so many columns, ends included: `▕██████▌░░░▏` or `[####......]`.
    ///
    /// It looks empty only at 0 and full only at 1: whatever has begun shows at least one step, and
    /// whatever is not done lacks at least one.
    public func text(columns: Int, glyphs: Glyphs = .unicode) -> String {
        let parts = parts(columns: columns, glyphs: glyphs)
        return parts.start + parts.done + parts.open + parts.end
    }

    /// Draws the bar with the done and the open part in their own styles.
    ///
    /// - Returns: the columns used.
    @discardableResult
    public func draw(
        on screen: inout Screen, at point: Point, columns: Int, done: Style = Style(.progress),
        open: Style = Style(.progressTrack), glyphs: Glyphs = .unicode
    ) -> Int {
        let parts = parts(columns: columns, glyphs: glyphs)
        return screen.write(
            [
                Span(parts.start, open), Span(parts.done, done), Span(parts.open, open),
                Span(parts.end, open),
            ], at: point, maxColumns: columns)
    }

    /// The done part alone, without ends and track: a bar of a chart.
    public func filled(columns: Int, glyphs: Glyphs = .unicode) -> String {
        parts(columns: columns, glyphs: glyphs, hasEnds: false).done
    }

    private func parts(
        columns: Int, glyphs: Glyphs, hasEnds mayHaveEnds: Bool = true
    ) -> (start: String, done: String, open: String, end: String) {
        guard columns > 0 else { return ("", "", "", "") }
        let hasEnds = mayHaveEnds && columns >= 4
        let room = hasEnds ? columns - 2 : columns
        let stepsPerCell = glyphs.barSteps.count
        let all = room * stepsPerCell
        var steps = 0
        if let fraction {
            steps = Int(fraction * Double(all))
            if fraction > 0 { steps = max(1, steps) }
            if fraction < 1 { steps = min(all - 1, steps) }
        }
        let full = max(0, steps) / stepsPerCell
        let rest = max(0, steps) % stepsPerCell
        var done = String(repeating: glyphs.barSteps[stepsPerCell - 1], count: full)
        if rest > 0 { done.append(glyphs.barSteps[rest - 1]) }
        let open = room - full - (rest > 0 ? 1 : 0)
        return (
            hasEnds ? String(glyphs.barStart) : "", done,
            String(repeating: glyphs.barTrack, count: open), hasEnds ? String(glyphs.barEnd) : ""
        )
    }
}

/// A row of numbers as a row of small columns.
public struct Sparkline: Sendable, Hashable {
    /// The numbers, oldest first; negative ones and NaN count as 0.
    public let values: [Double]

    /// A sparkline of these numbers, oldest first.
    public init(_ values: [Double]) {
        self.values = values.map { $0.isFinite ? max(0, $0) : 0 }
    }

    /// The newest numbers in so many columns, one each, the highest as the highest glyph.
    ///
    /// - Returns: fewer columns than asked for when there are fewer numbers.
    public func text(columns: Int, glyphs: Glyphs = .unicode) -> String {
        let shown = values.suffix(max(0, columns))
        let highest = shown.max() ?? 0
        let top = Double(glyphs.sparks.count - 1)
        return String(
            shown.map { value in
                guard highest > 0 else { return glyphs.sparks[0] }
                return glyphs.sparks[Int((value / highest * top).rounded())]
            })
    }
}
