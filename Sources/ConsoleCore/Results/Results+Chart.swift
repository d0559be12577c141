import BatchModel
import ConsoleGrid

// How the values of a column are spread: its classes by how often they occur, or its numbers in places of equal width. Every
// bar has its count and its share beside it, so nothing is told by length or colour alone.

extension Results {
    /// What stands above the bars.
    private static func title(of histogram: ColumnHistogram, _ column: ColumnReport) -> String {
        switch histogram.kind {
        case .classes: return "Classes"
        case .ranges where histogram.countError > 0:
            return "Histogram, each count exact to \(Words.percent(histogram.countError)) of all"
        case .ranges: return "Histogram"
        case .allDifferent: return "Every value is there once: no classes."
        case .nothing: return "Nothing is in this column."
        case .tooMany:
            return "More than \(Words.grouped(column.distinctLimit)) different values: no classes."
        }
    }

    private static func label(of bar: ColumnHistogram.Bar, isLast: Bool) -> String {
        guard let range = bar.range else { return bar.value }
        return "\(Words.number(range.lower)) to \(isLast ? "" : "<")\(Words.number(range.upper))"
    }

    static func drawChart(
        of column: ColumnReport, on screen: inout Screen, in rect: Rect, _ context: ViewContext
    ) {
        guard rect.rows > 0 else { return }
        let histogram = ColumnHistogram(of: column)
        screen.write(
            TextWidth.truncate(
                title(of: histogram, column), columns: rect.columns,
                ellipsis: context.glyphs.ellipsis),
            at: rect.origin, style: .heading, maxColumns: rect.columns)
        let body = rect.split(rowsAt: 1).bottom
        var bars = histogram.bars
        let isCut = bars.count > body.rows || histogram.classesBeyond > 0
        if isCut { bars = Array(bars.prefix(max(0, body.rows - 1))) }
        draw(bars, of: histogram, on: &screen, in: body, context)
        guard isCut, body.rows > 0 else { return }
        // What has no bar is said, so that nobody takes the shown ones for all.
        let rest = histogram.total - bars.reduce(0) { $0 + $1.count }
        let count = histogram.bars.count + histogram.classesBeyond - bars.count
        let what = histogram.kind == .classes ? "value" : "range"
        let place = body.line(bars.count)
        screen.write(
            "and \(Words.count(count, what)) more: \(Words.count(rest, "row")), "
                + Words.share(rest, of: histogram.total),
            at: place.origin, style: .dim, maxColumns: place.columns)
    }

    private static func draw(
        _ bars: [ColumnHistogram.Bar], of histogram: ColumnHistogram, on screen: inout Screen,
        in rect: Rect,
        _ context: ViewContext
    ) {
        let last = histogram.bars.last
        let labels = bars.map { sanitised(label(of: $0, isLast: $0 == last)) }
        let counts = bars.map { Words.grouped($0.count) }
        let widest = labels.map { TextWidth.columns(of: $0) }.max() ?? 0
        let labelColumns = min(widest, max(8, rect.columns / 3))
        let countColumns = counts.map(\.count).max() ?? 0
        let most = max(1, bars.map(\.count).max() ?? 1)
        let room = rect.columns - labelColumns - countColumns - 12
        for (index, bar) in bars.enumerated() {
            let line = rect.line(index)
            let fraction = Double(bar.count) / Double(most)
            let drawn =
                room >= 3
                ? ProgressBar(fraction: fraction).filled(columns: room, glyphs: context.glyphs) : ""
            let label = TextWidth.fit(
                labels[index], columns: labelColumns, alignment: .left,
                ellipsis: context.glyphs.ellipsis)
            let blanks = String(repeating: " ", count: countColumns - counts[index].count)
            let share = Words.share(bar.count, of: histogram.total)
            let gap = String(repeating: " ", count: max(1, 8 - share.count))
            screen.write(
                [
                    Span("\(label)  ", .text), Span("\(blanks)\(counts[index])", .text),
                    Span("\(gap)\(share)  ", .dim), Span(drawn, Style(.progress)),
                ], at: line.origin, maxColumns: line.columns)
        }
    }
}
