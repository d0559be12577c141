import BatchModel
import ConsoleGrid

/// One job as a line of a list: the same in every list.
enum JobLine {
    /// What a column shows.
    fileprivate enum Field {
        case mark, name, status, progress, rate, left, deployment, took, age
    }

    /// Where the columns of a list are: found once for all the lines of a picture.
    struct Table {
        fileprivate let fields: [Field]
        /// The places.
        let layout: TableLayout

        /// A list of this width.
        ///
        /// - Parameter showsEndpoint: whether the endpoint is written before the deployment, which the heading says too.
        init(columns width: Int, showsEndpoint: Bool = false) {
            fields = JobLine.fields(in: width)
            var columns = fields.map(column)
            for (index, field) in fields.enumerated() where showsEndpoint && field == .deployment {
                columns[index].title = "endpoint/deployment"
            }
            layout = TableLayout(columns, width: width)
        }

        /// Where the name begins.
        var nameStart: Int { layout.slot(of: 1)?.start ?? 0 }
        /// Whether there is room for the progress.
        var hasProgress: Bool { layout.slot(of: 3) != nil }
    }

    /// From this width on the rate and the time left have room beside long names.
    private static let wideColumns = 130

    private static func fields(in width: Int) -> [Field] {
        width < wideColumns
            ? [.mark, .name, .status, .progress, .deployment, .took, .age]
            : [.mark, .name, .status, .progress, .rate, .left, .deployment, .took, .age]
    }

    /// The least important are dropped first where room is short.
    private static func column(of field: Field) -> TableColumn {
        switch field {
        case .mark: TableColumn("", width: .fixed(1), priority: 0)
        case .name:
            TableColumn("job", width: .flexible(min: 12, max: 34, weight: 3), priority: 0)
        case .status: TableColumn("status", width: .fixed(12), priority: 1)
        case .progress:
            TableColumn("progress", width: .flexible(min: 12, max: 30, weight: 3), priority: 1)
        case .rate: TableColumn("rate", width: .fixed(9), alignment: .right, priority: 6)
        case .left: TableColumn("left", width: .fixed(8), alignment: .right, priority: 5)
        case .deployment:
            TableColumn("deployment", width: .flexible(min: 14, max: 30, weight: 2), priority: 3)
        case .took: TableColumn("took", width: .fixed(8), alignment: .right, priority: 4)
        case .age: TableColumn("age", width: .fixed(7), alignment: .right, priority: 2)
        }
    }

    /// Draws one job in one line, which is as wide as the table.
    static func draw(
        _ job: Job, by table: Table, on screen: inout Screen, in line: Rect, isSelected: Bool,
        isMarked: Bool = false, showsEndpoint: Bool, context: ViewContext
    ) {
        let layout = table.layout
        for slot in layout.slots {
            let point = Point(row: line.row, column: line.column + slot.start)
            let field = table.fields[slot.index]
            if field == .progress {
                drawProgress(job, on: &screen, at: point, columns: slot.columns, context)
                continue
            }
            let (text, style) = cell(field, of: job, showsEndpoint, context)
            let isSigned = field == .name && isMarked
            if isSigned {
                // Not by colour alone: the sign stands in the gap before the name.
                let sign = Point(row: point.row, column: point.column - 2)
                screen.put("+", at: sign, style: Style(.marked))
            }
            screen.writeField(
                text, at: point, columns: slot.columns,
                alignment: layout.columns[slot.index].alignment,
                // The end of a name tells the jobs of a sweep apart, and ids too.
                cut: field == .name ? .middle : .end,
                style: isSigned ? Style(.marked) : style, glyphs: context.glyphs)
        }
        guard isSelected else { return }
        screen.restyle(
            selectionGround(layout, in: line),
            background: context.isFocused ? .selection : .selectionInactive)
    }

    private static func cell(
        _ field: Field, of job: Job, _ showsEndpoint: Bool, _ context: ViewContext
    ) -> (text: String, style: Style) {
        let now = context.serviceNow
        switch field {
        case .mark: return (String(job.status.mark(context.glyphs)), job.status.style)
        case .name: return (name(of: job), .text)
        case .status: return (job.status.rawValue, job.status.style)
        case .progress: return ("", .text)
        case .rate:
            let rate = job.status == .running ? job.progress?.ratePerSecond : nil
            return (rate.map(Pace.words) ?? "", .dim)
        case .left:
            guard job.status == .running, let progress = job.progress else { return ("", .dim) }
            return (Pace.remaining(progress, at: now).map(Words.clock) ?? "", .running)
        case .deployment:
            guard let deployment = job.deployment else { return ("", .dim) }
            guard showsEndpoint, let endpoint = job.endpoint else {
                return (deployment.rawValue, .dim)
            }
            return ("\(endpoint.rawValue)/\(deployment.rawValue)", .dim)
        case .took: return (took(job, now), .dim)
        case .age: return (job.createdAt.map { Words.age(of: $0, at: now) } ?? "", .dim)
        }
    }

    /// The part of a selected line that is set off: mark, name and status. A key that moves the selection sends two such
    /// parts to the terminal; two whole lines with all their colours would be three times as many bytes (DESIGN §9 P4).
    private static func selectionGround(_ layout: TableLayout, in line: Rect) -> Rect {
        let named = layout.slots.filter { $0.index <= 2 }.map { $0.start + $0.columns }.max() ?? 0
        return line.split(columnsAt: named).left
    }

    /// The display name with the end of the id, or the id alone.
    static func name(of job: Job) -> String { job.shownName }

    /// `calm_sail, brave_wind and 3 more`.
    static func names(of jobs: [Job], limit: Int = 3) -> String {
        let names = jobs.prefix(limit).map(name)
        let rest = jobs.count - names.count
        return names.joined(separator: ", ") + (rest > 0 ? " and \(Words.grouped(rest)) more" : "")
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
        if let held = Words.held(job) {
            screen.writeField(
                held, at: point, columns: columns, style: .warning, glyphs: context.glyphs)
            return
        }
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
