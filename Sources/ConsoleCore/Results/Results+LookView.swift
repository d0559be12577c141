import BatchModel
import ConsoleGrid

extension Results {
    /// The parts of a look: what is said first, its list, and what is shown of the selected row.
    struct LookParts: Sendable, Equatable {
        var head: Rect
        var list: Rect
        var detail: Rect
        var chart: Rect
    }

    /// The list gets two fifths, the chart of the selected column the rest.
    static func lookParts(of look: Look, in place: Rect) -> LookParts {
        switch look.subject {
        case .statistics:
            let head = place.split(rowsAt: 1)
            let count = max(1, look.statistics?.columns.count ?? 0)
            let list = head.bottom.split(rowsAt: min(count, max(1, head.bottom.rows * 2 / 5)))
            let detail = list.bottom.split(rowsAt: place.rows >= 12 ? 3 : 1)
            return LookParts(
                head: head.top, list: list.top, detail: detail.top, chart: detail.bottom)
        case .repeats:
            let lines = repeatLines(of: look, columns: place.columns).count
            let head = place.split(rowsAt: min(lines + 1, place.rows))
            let none = Rect(row: place.endRow, column: place.column, rows: 0, columns: 0)
            return LookParts(head: head.top, list: head.bottom, detail: none, chart: none)
        }
    }

    static func drawLook(
        _ look: Look, on screen: inout Screen, in rect: Rect, hasFocus: Bool,
        _ context: ViewContext
    ) {
        let place = rect.inset(rows: 1, columns: 2)
        let parts = lookParts(of: look, in: place)
        if let failure = look.failure {
            let text = "\(failure.message) \(keys.keyName("refresh", by: look.keymap)) tries again."
            Paragraph.draw(text, on: &screen, in: place, style: .danger, glyphs: context.glyphs)
            return
        }
        switch look.subject {
        case .statistics:
            guard let report = look.statistics else {
                let text = waitingWords(of: look)
                return drawPlain(text, on: &screen, in: place, context)
            }
            drawColumns(report, look, on: &screen, parts, hasFocus: hasFocus, context)
        case .repeats: drawRepeats(look, on: &screen, parts, hasFocus: hasFocus, context)
        }
        screen.drawScrollBar(
            Rect(
                row: parts.list.row, column: rect.endColumn - 1, rows: parts.list.rows, columns: 1),
            visible: visible(of: look.list, rows: parts.list.rows), count: look.list.count,
            style: hasFocus ? .focusBorder : .border, glyphs: context.glyphs)
    }

    private static func waitingWords(of look: Look) -> String {
        func key(_ action: String) -> String { keys.keyName(action, by: look.keymap) }
        return look.isReading
            ? "Reading all of \(look.file.path.lastSegment). \(key("look-stop")) stops."
            : "Stopped before anything was known. \(key("refresh")) reads again, "
                + "\(key("look-close")) shows the rows."
    }

    private static func drawPlain(
        _ text: String, on screen: inout Screen, in rect: Rect, _ context: ViewContext
    ) {
        Paragraph.draw(text, on: &screen, in: rect, style: .dim, glyphs: context.glyphs)
    }

    // MARK: - Columns

    private static let statisticsColumns: [TableColumn] = {
        func number(_ title: String, priority: Int) -> TableColumn {
            TableColumn(
                title, width: .flexible(min: 8, max: 12), alignment: .right, priority: priority)
        }
        return [
            TableColumn("Column", width: .flexible(min: 8, max: 24, weight: 2)),
            TableColumn("Type", width: .fixed(6), priority: 1), number("Empty", priority: 5),
            number("Distinct", priority: 1), number("Min", priority: 1),
            number("25 %", priority: 6),
            number("Median", priority: 4), number("75 %", priority: 6), number("Max", priority: 1),
            number("Mean", priority: 2), number("Std dev", priority: 3),
        ]
    }()

    private static func drawColumns(
        _ report: TableReport, _ look: Look, on screen: inout Screen, _ parts: LookParts,
        hasFocus: Bool, _ context: ViewContext
    ) {
        let layout = TableLayout(statisticsColumns, width: parts.head.columns)
        layout.drawHeadings(on: &screen, at: parts.head.origin, glyphs: context.glyphs)
        for index in visible(of: look.list, rows: parts.list.rows)
        where index < report.columns.count {
            let line = parts.list.line(index - look.list.offset)
            layout.drawRow(
                cells(of: report.columns[index]).map { Span(sanitised($0), .text) }, on: &screen,
                at: line.origin, glyphs: context.glyphs)
            if index == look.list.selection {
                screen.restyle(line, background: hasFocus ? .selection : .selectionInactive)
            }
        }
        guard let index = look.list.selected, index < report.columns.count else {
            return drawPlain("This table has no row.", on: &screen, in: parts.list, context)
        }
        let column = report.columns[index]
        let facts = facts(of: column, in: report)
        let lines = Paragraph.wrap(
            facts, columns: parts.detail.columns, limit: parts.detail.rows)
        for (index, line) in lines.enumerated() {
            let place = parts.detail.line(index)
            screen.write(line, at: place.origin, style: .dim, maxColumns: place.columns)
        }
        drawChart(of: column, on: &screen, in: parts.chart, context)
    }

    private static func cells(of column: ColumnReport) -> [String] {
        let numbers = column.numeric
        func number(_ value: Double?) -> String { value.map(Words.number) ?? "" }
        func quartile(_ index: Int) -> String {
            number(numbers.flatMap { index < $0.quartiles.count ? $0.quartiles[index] : nil })
        }
        // Where there are texts they have the say: numbers stand before them in the order of bytes or not at all.
        let isText = column.kind == .text
        return [
            column.name, column.kind.rawValue, Words.grouped(column.empty),
            distinctWords(of: column), isText ? column.texts?.first ?? "" : number(numbers?.least),
            quartile(0), quartile(1), quartile(2),
            isText ? column.texts?.last ?? "" : number(numbers?.greatest), number(numbers?.mean),
            number(numbers?.deviation),
        ]
    }

    private static func distinctWords(of column: ColumnReport) -> String {
        column.distinct.map(Words.grouped) ?? ">\(Words.grouped(column.distinctLimit))"
    }

    /// What the narrow table leaves out, and how exact it is.
    private static func facts(of column: ColumnReport, in report: TableReport) -> String {
        var parts = [
            "\(column.name): \(Words.grouped(column.filled)) of \(Words.count(report.rows, "row"))"
        ]
        if column.kind == .mixed { parts.append(Words.count(column.numbers, "number")) }
        let many = "more than \(Words.grouped(column.distinctLimit)) different"
        parts.append(column.distinct.map { "\(Words.grouped($0)) different" } ?? many)
        if let numbers = column.numeric, numbers.quartiles.count == 3 {
            parts.append(
                "mean \(Words.number(numbers.mean)), "
                    + "deviation \(Words.number(numbers.deviation))")
            let shown = numbers.quartiles.map(Words.number).joined(separator: ", ")
            let exactness =
                numbers.rankError == 0 ? "" : " (to \(Words.percent(numbers.rankError)) of rank)"
            parts.append("quartiles \(shown)\(exactness)")
        }
        if report.unevenRows > 0 {
            parts.append("\(Words.count(report.unevenRows, "row")) with other columns")
        }
        if report.columnTotal > report.columns.count {
            parts.append("first \(report.columns.count) of \(report.columnTotal) columns")
        }
        return parts.joined(separator: ", ")
    }

    // MARK: - Repeats

    /// The verdict in sentences, the gravest first.
    static func repeatLines(of look: Look, columns: Int) -> [(text: String, style: Style)] {
        guard let report = look.repeats, report.isWhole else {
            return [(waitingWords(of: look), .dim)]
        }
        var sentences: [(String, Style)] = []
        if report.extraRows > 0 {
            let groups = Words.count(report.groups, "row")
            sentences.append(
                (
                    "\(Words.count(report.extraRows, "row")) too many: \(groups) "
                        + "\(report.groups == 1 ? "is" : "are") there more than once.", .warning
                ))
        } else {
            sentences.append(("No row is there twice.", .success))
        }
        sentences.append(
            ("Compared \(Words.count(report.compared, "row")) by \(look.keyName).", .dim))
        if report.chanceOfError > 1e-6 {
            let share = Words.number(report.chanceOfError * 100)
            sentences.append(
                ("Compared by fingerprints; the chance that any is wrong is \(share) %.", .dim))
        }
        // Rows may share the value of one column: only whole rows tell how many items they are of.
        if look.key == nil, let text = missingWords(of: report) { sentences.append((text, .text)) }
        return sentences.flatMap { sentence in
            Paragraph.wrap(sentence.0, columns: columns, limit: 4).map { ($0, sentence.1) }
        }
    }

    /// What the job's own count has to say.
    private static func missingWords(of report: RepeatReport) -> String? {
        guard let items = report.items else { return nil }
        let failed = items.failed > 0 ? ", \(Words.grouped(items.failed)) of them failed" : ""
        let counted = "The job counted \(Words.count(items.total, "item"))\(failed): "
        guard let missing = report.missing else {
            return counted + "fewer than rows, so whether any is missing cannot be told."
        }
        return missing == 0
            ? counted + "one row for each."
            : counted + "\(Words.count(missing, "row")) fewer than that, which is right if the "
                + "script does not give one row per item."
    }

    private static func drawRepeats(
        _ look: Look, on screen: inout Screen, _ parts: LookParts, hasFocus: Bool,
        _ context: ViewContext
    ) {
        for (index, line) in repeatLines(of: look, columns: parts.head.columns).enumerated() {
            let place = parts.head.line(index)
            let isVerdict = index == 0 && look.repeats?.isWhole ?? false
            let hasRepeats = (look.repeats?.extraRows ?? 0) > 0
            let mark =
                isVerdict ? "\(hasRepeats ? context.glyphs.warning : context.glyphs.check) " : ""
            screen.write(
                mark + line.text, at: place.origin, style: line.style, maxColumns: place.columns)
        }
        guard let report = look.repeats else { return }
        let layout = TableLayout(
            [
                TableColumn("Times", width: .fixed(6), alignment: .right),
                TableColumn("Rows", width: .flexible(min: 12, max: 28)),
                TableColumn("Text", width: .flexible(min: 8, weight: 3), priority: 1),
            ], width: parts.list.columns)
        for index in visible(of: look.list, rows: parts.list.rows)
        where index < report.examples.count {
            let example = report.examples[index]
            let line = parts.list.line(index - look.list.offset)
            let isCut = example.times > example.rows.count
            let more = isCut ? ", \(context.glyphs.ellipsis)" : ""
            let rows = example.rows.map(Words.grouped).joined(separator: " ") + more
            layout.drawRow(
                [
                    Span("\(Words.grouped(example.times)) x", .warning), Span(rows, .text),
                    Span(sanitised(example.text), .dim),
                ], on: &screen, at: line.origin, glyphs: context.glyphs)
            if index == look.list.selection {
                screen.restyle(line, background: hasFocus ? .selection : .selectionInactive)
            }
        }
    }
}
