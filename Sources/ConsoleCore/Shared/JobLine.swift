public import BatchModel
public import ConsoleGrid

/// One job as a line of a list: the same in every list.
public enum JobLine {
    /// The columns, the least important dropped first where room is short.
    static let columns: [TableColumn] = [
        TableColumn("", width: .fixed(1), priority: 0),
        TableColumn("job", width: .flexible(min: 12, max: 34, weight: 3), priority: 0),
        TableColumn("status", width: .fixed(12), priority: 1),
        TableColumn("progress", width: .flexible(min: 12, max: 30, weight: 3), priority: 1),
        TableColumn("deployment", width: .flexible(min: 14, max: 30, weight: 2), priority: 3),
        TableColumn("took", width: .fixed(8), alignment: .right, priority: 4),
        TableColumn("age", width: .fixed(7), alignment: .right, priority: 2),
    ]

    /// Draws one job in one line.
    public static func draw(
        _ job: Job, on screen: inout Screen, in line: Rect, isSelected: Bool, showsEndpoint: Bool,
        context: ViewContext
    ) {
        let layout = TableLayout(columns, width: line.columns)
        let place = job.deployment.map { deployment in
            showsEndpoint ? "\(job.endpoint.map { "\($0)/" } ?? "")\(deployment)" : "\(deployment)"
        }
        let texts: [(String, Style)] = [
            (String(job.status.mark(context.glyphs)), job.status.style),
            (name(of: job), .text), (job.status.rawValue, job.status.style), ("", .text),
            (place ?? "", .dim), (took(job, context.now), .dim),
            (job.createdAt.map { Words.age(of: $0, at: context.now) } ?? "", .dim),
        ]
        for slot in layout.slots {
            let point = Point(row: line.row, column: line.column + slot.start)
            if slot.index == 3 {
                drawProgress(job, on: &screen, at: point, columns: slot.columns, context)
                continue
            }
            let (text, style) = texts[slot.index]
            screen.writeField(
                text, at: point, columns: slot.columns,
                alignment: columns[slot.index].alignment, style: style, glyphs: context.glyphs)
        }
        guard isSelected else { return }
        screen.restyle(
            selectionGround(layout, in: line),
            background: context.isFocused ? .selection : .selectionInactive)
    }

    /// The part of a selected line that is set off: mark, name and status. A key that moves the selection sends two such
    /// parts to the terminal; two whole lines with all their colours would be three times as many bytes (DESIGN §9 P4).
    private static func selectionGround(_ layout: TableLayout, in line: Rect) -> Rect {
        let named = layout.slots.filter { $0.index <= 2 }.map { $0.start + $0.columns }.max() ?? 0
        return line.split(columnsAt: named).left
    }

    /// The display name with the end of the id, or the id alone.
    static func name(of job: Job) -> String {
        guard !job.displayName.isEmpty, job.displayName != job.id.rawValue else {
            return job.id.rawValue
        }
        return job.displayName
    }

    /// How long it took, or has been taking.
    static func took(_ job: Job, _ now: Timestamp) -> String {
        guard let start = job.startedAt else { return "" }
        if let end = job.endedAt { return Words.span(end - start) }
        return Words.clock(now - start)
    }

    private static func drawProgress(
        _ job: Job, on screen: inout Screen, at point: Point, columns: Int, _ context: ViewContext
    ) {
        guard let progress = job.progress, let total = progress.totalMiniBatches else { return }
        let failed = progress.failedItems ?? 0
        let counts = "\(progress.processedMiniBatches)/\(total)"
        let note = failed > 0 ? " \(failed) failed" : ""
        guard job.status.isActive, columns > counts.count + 8 else {
            let used = screen.write(counts, at: point, style: .dim, maxColumns: columns)
            screen.write(
                note, at: Point(row: point.row, column: point.column + used), style: .danger,
                maxColumns: columns - used)
            return
        }
        let bar = columns - counts.count - 1 - note.count
        guard bar > 4 else {
            screen.write(counts + note, at: point, style: .running, maxColumns: columns)
            return
        }
        let used = ProgressBar(fraction: progress.fraction).draw(
            on: &screen, at: point, columns: bar, glyphs: context.glyphs)
        let next = Point(row: point.row, column: point.column + used + 1)
        let more = screen.write(counts, at: next, style: .running, maxColumns: columns - used - 1)
        screen.write(
            note, at: Point(row: next.row, column: next.column + more), style: .danger,
            maxColumns: max(0, columns - used - 1 - more))
    }
}
