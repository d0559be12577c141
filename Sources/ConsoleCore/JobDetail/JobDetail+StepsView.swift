import BatchModel
import ConsoleGrid

extension JobDetail {
    /// Name, progress and time: the last two as wide as they have to be, so that names are whole.
    private static func stepColumns(for rows: [[Span]]) -> [TableColumn] {
        func widest(_ column: Int) -> Int {
            rows.reduce(0) { max($0, TextWidth.columns(of: $1[column].text)) }
        }
        return [
            TableColumn("", width: .flexible(min: 8)),
            TableColumn("", width: .fixed(widest(1)), alignment: .right, priority: 2),
            TableColumn("", width: .fixed(widest(2)), alignment: .right, priority: 1),
        ]
    }

    /// Draws the job and its steps, and below them the times and the data where there is room.
    static func drawSteps(
        _ state: State, on screen: inout Screen, in pane: Rect, _ context: ViewContext
    ) {
        let isFocused = context.isFocused && state.pane == .steps
        if isFramed(pane) {
            screen.drawBox(
                pane, title: "Steps", style: isFocused ? .focusBorder : .border,
                glyphs: context.glyphs)
        }
        let inside = inside(pane)
        let parts = inside.split(rowsAt: state.tree.visible.count)
        let rows = state.tree.visible.map { stepSpans(of: state, row: $0, context) }
        let layout = TableLayout(stepColumns(for: rows), width: inside.columns, gap: 1)
        for (place, row) in state.tree.visible.enumerated() {
            let line = parts.top.line(place)
            let isSelected = row == state.tree.selected && state.chosenRow != nil
            layout.drawRow(rows[place], on: &screen, at: line.origin, glyphs: context.glyphs)
            if isSelected {
                screen.restyle(line, background: isFocused ? .selection : .selectionInactive)
            }
        }
        screen.drawScrollBar(
            Rect(
                row: inside.row, column: pane.endColumn - 1, rows: parts.top.rows, columns: 1),
            visible: state.tree.visible, count: state.tree.count, glyphs: context.glyphs)
        drawSummary(state, on: &screen, in: parts.bottom, context)
    }

    /// One row of the tree: branch, mark and name; progress; time.
    private static func stepSpans(
        of state: State, row: Int, _ context: ViewContext
    ) -> [Span] {
        let glyphs = context.glyphs
        guard row > 0, let steps = state.steps, row <= steps.count else {
            guard let job = state.job.value else {
                return [Span("asking for the job", .dim), Span(""), Span("")]
            }
            let title = "\(job.status.mark(glyphs)) the job"
            return [
                Span(title, job.status.style), Span(""),
                Span(JobLine.took(job, context.serviceNow), .dim),
            ]
        }
        let step = steps[row - 1]
        let branch = row == steps.count ? glyphs.lastBranch : glyphs.branch
        let counts = step.progress.flatMap { progress in
            progress.totalMiniBatches.map { "\(progress.processedMiniBatches)/\($0)" }
        }
        return [
            Span("\(branch)\(step.status.mark(glyphs)) \(step.name)", step.status.style),
            Span(counts ?? "", .text), Span(took(step, context.serviceNow), .dim),
        ]
    }

    private static func took(_ step: JobStep, _ now: Timestamp) -> String {
        guard let start = step.startedAt else { return "" }
        return step.endedAt.map { Words.span($0 - start) } ?? Words.clock(now - start)
    }

    // MARK: - Summary

    private static func drawSummary(
        _ state: State, on screen: inout Screen, in rect: Rect, _ context: ViewContext
    ) {
        guard rect.rows >= 3, let job = state.job.value else { return }
        let glyphs = context.glyphs
        var lines: [[Span]] = []
        if state.steps?.isEmpty == true {
            lines.append([Span("no step has begun yet", .dim)])
        }
        if state.view != .timeline || state.size.columns < State.wideColumns {
            lines += timeSummary(of: job, context.serviceNow, glyphs)
        }
        lines += dataSummary("Inputs", job.inputs, columns: rect.columns, glyphs)
        lines += dataSummary("Outputs", job.outputs, columns: rect.columns, glyphs)
        for (index, line) in lines.prefix(rect.rows).enumerated() {
            screen.write(line, at: rect.line(index).origin, maxColumns: rect.columns)
        }
    }

    private static func timeSummary(
        of job: Job, _ now: Timestamp, _ glyphs: Glyphs
    ) -> [[Span]] {
        let changes = changes(of: job)
        guard !changes.isEmpty else { return [] }
        let rows = changes.indices.map { index in
            let change = changes[index]
            let next = index + 1 < changes.count ? changes[index + 1].at : nil
            let name = TextWidth.fit(change.status.rawValue, columns: 11, ellipsis: glyphs.ellipsis)
            return [
                Span("\(timeOfDay(change.at)) ", .dim), Span(name, change.status.style),
                Span(" \(lasted(change, until: next, now))", .dim),
            ]
        }
        return [[], [Span("Timeline", .heading)]] + rows
    }

    private static func dataSummary(
        _ title: String, _ values: [String: String], columns: Int, _ glyphs: Glyphs
    ) -> [[Span]] {
        guard !values.isEmpty else { return [] }
        let rows = values.sorted { $0.key < $1.key }.map { name, value in
            let room = columns - TextWidth.columns(of: name) - 1
            let shown = TextWidth.truncateMiddle(
                value, columns: max(1, room), ellipsis: glyphs.ellipsis)
            return [Span("\(name) ", .accent), Span(shown, .dim)]
        }
        return [[], [Span(title, .heading)]] + rows
    }
}
