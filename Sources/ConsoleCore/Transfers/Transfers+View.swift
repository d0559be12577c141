import BatchModel
public import ConsoleGrid

extension Transfers {
    /// Who gets which rows of the place.
    struct Layout {
        var headings: Rect
        var rows: Rect
        var details: Rect
    }

    /// Lines about the selected transfer, below the list.
    private static let detailRows = 7

    static func layout(of state: State, in place: Rect) -> Layout {
        let inside = place.inset(rows: 1, columns: 2)
        let none = Rect(size: .zero)
        if state.isDetailed { return Layout(headings: none, rows: none, details: inside) }
        let hasDetails = inside.rows >= detailRows + 6 && state.selected != nil
        let parts = inside.split(rowsAt: hasDetails ? -detailRows : inside.rows)
        let upper = parts.top.split(rowsAt: parts.top.rows > 2 ? 1 : 0)
        return Layout(
            headings: upper.top, rows: upper.bottom, details: hasDetails ? parts.bottom : none)
    }

    private static let columns = [
        TableColumn("", width: .fixed(1)),
        TableColumn("transfer", width: .flexible(min: 26, max: 44, weight: 3)),
        TableColumn("state", width: .fixed(10)),
        TableColumn("done", width: .fixed(5), alignment: .right, priority: 1),
        TableColumn("files", width: .fixed(13), alignment: .right, priority: 4),
        TableColumn("bytes", width: .fixed(21), alignment: .right, priority: 3),
        TableColumn("rate", width: .fixed(11), alignment: .right, priority: 2),
        TableColumn("left", width: .fixed(8), alignment: .right, priority: 2),
        TableColumn("age", width: .fixed(6), alignment: .right, priority: 5),
    ]

    /// Draws the list, what is known of the selected transfer, and the question over both.
    public static func draw(
        _ state: State, on screen: inout Screen, in place: Rect, context: ViewContext
    ) {
        let style: Style = context.isFocused ? .focusBorder : .border
        let title = state.isDetailed ? "Transfer" : "Transfers \(state.records.count)"
        screen.drawBox(place, title: title, style: style, glyphs: context.glyphs)
        let layout = layout(of: state, in: place)
        guard !state.records.isEmpty else {
            let newJob = Endpoints.keys.keyName("new-job", by: state.keymap)
            let submit = JobForm.keys.keyName("submit", by: state.keymap)
            let download = Results.keys.keyName("download", by: state.keymap)
            Paragraph.draw(
                "No transfers in this session, and none was left unfinished. A job with a local "
                    + "input uploads it when it is submitted (\(newJob), then \(submit)), "
                    + "and \(download) on "
                    + "a job's results downloads them.", on: &screen,
                in: place.inset(rows: 1, columns: 2), style: .dim,
                glyphs: context.glyphs)
            return
        }
        drawList(state, on: &screen, layout, context)
        if let record = state.selected, !layout.details.isEmpty {
            drawDetails(record, of: state, on: &screen, in: layout.details, context)
        }
        box(of: state)?.draw(on: &screen, in: place, context: context)
    }

    private static func drawList(
        _ state: State, on screen: inout Screen, _ layout: Layout, _ context: ViewContext
    ) {
        guard !layout.rows.isEmpty else { return }
        let table = TableLayout(columns, width: layout.rows.columns)
        table.drawHeadings(on: &screen, at: layout.headings.origin, glyphs: context.glyphs)
        for (index, row) in state.window.visible.prefix(layout.rows.rows).enumerated() {
            let line = layout.rows.line(index)
            table.drawRow(
                cells(of: state.records[row], context), on: &screen, at: line.origin,
                glyphs: context.glyphs)
            if state.window.selected == row { screen.restyle(line, background: .selection) }
        }
    }

    private static func cells(of record: TransferRecord, _ context: ViewContext) -> [Span] {
        let style = record.state.style
        let progress = record.progress
        let pace = record.pace(at: context.now)
        return [
            Span(String(record.isUpload ? context.glyphs.up : context.glyphs.down), style),
            Span(record.name, .text), Span(record.state.rawValue, style),
            Span(progress.map(percent) ?? "", .text), Span(progress.map(files) ?? "", .dim),
            Span(progress.map(bytes) ?? "", .dim),
            Span(pace.map { "\(Words.bytes($0.bytesPerSecond))/s" } ?? "", .dim),
            Span(pace.map { Words.clock($0.left) } ?? "", .dim),
            Span(Words.age(of: record.startedAt, at: context.now), .dim),
        ]
    }

    private static func percent(_ progress: TransferProgress) -> String {
        "\(Int(progress.fraction * 100)) %"
    }

    private static func files(_ progress: TransferProgress) -> String {
        "\(Words.grouped(progress.filesDone))/\(Words.grouped(progress.filesTotal))"
    }

    private static func bytes(_ progress: TransferProgress) -> String {
        "\(Words.bytes(progress.bytesDone)) of \(Words.bytes(progress.bytesTotal))"
    }

    // MARK: - One transfer

    private static func drawDetails(
        _ record: TransferRecord, of state: State, on screen: inout Screen, in place: Rect,
        _ context: ViewContext
    ) {
        let lines = lines(of: record, context)
        let shown = (state.isDetailed ? lines : [Span("", .text)] + lines).prefix(place.rows)
        for (index, line) in shown.enumerated() {
            screen.writeField(
                line.text, at: place.line(index).origin, columns: place.columns, style: line.style,
                glyphs: context.glyphs)
        }
        let rest = place.split(rowsAt: shown.count).bottom
        guard !rest.isEmpty else { return }
        let told = advice(for: record, by: state.keymap)
        Paragraph.draw(
            told.text, on: &screen, in: rest, style: told.style, glyphs: context.glyphs)
    }

    private static func lines(of record: TransferRecord, _ context: ViewContext) -> [Span] {
        let gap = " \(context.glyphs.separator) "
        let arrow = record.isUpload ? context.glyphs.up : context.glyphs.down
        let word = record.isUpload ? "upload" : "download"
        var lines = [Span("\(arrow) \(word)\(gap)\(record.name)", .heading)]
        lines += record.paths.map { path in
            Span("\(record.isUpload ? "from" : "to") \(path)", .text)
        }
        if let progress = record.progress {
            var facts = ["\(files(progress)) files", bytes(progress), percent(progress)]
            if let pace = record.pace(at: context.now) {
                facts.append("\(Words.bytes(pace.bytesPerSecond))/s")
                facts.append("about \(Words.clock(pace.left)) left")
            }
            lines.append(Span(facts.joined(separator: gap), .text))
        }
        var times = ["begun \(record.startedAt.readable) UTC"]
        if let end = record.endedAt {
            times.append("took \(Words.span(end - record.startedAt))")
        }
        if let job = record.job { times.append("job \(job)") }
        lines.append(Span(times.joined(separator: gap), .dim))
        return lines
    }

    /// How it stands, and what can be done about it.
    private static func advice(for record: TransferRecord, by keymap: Keymap) -> Span {
        func key(_ action: String) -> String { keys.keyName(action, by: keymap) }
        return switch record.state {
        case .waiting: Span("Waits until it is known what there is to transfer.", .info)
        case .running: Span("Under way. \(key("give-up")) gives it up, after a question.", .running)
        case .done: Span("All is there.", .success)
        case .failed:
            Span("Failed: \(closed(record.note)) \(key("resume")) goes on where it was.", .danger)
        case .givenUp:
            Span(
                "Given up. \(key("resume")) goes on where it was, \(key("forget")) forgets it.",
                .warning)
        case .left:
            Span(
                "Left over: the program that was at it ended. \(key("resume")) goes on where it was"
                    + (record.isUpload ? " (for a job: opens its form)" : "")
                    + ", \(key("forget")) forgets it.",
                .warning)
        case .elsewhere: Span("Another batchdeck on this machine is at it.", .info)
        }
    }

    /// A reason as a sentence of its own, with its full stop.
    private static func closed(_ reason: String) -> String {
        let isClosed = reason.last.map { ".!?…".contains($0) } ?? true
        return isClosed ? reason.sentence : reason.sentence + "."
    }

    /// The question that is open.
    static func box(of state: State) -> ConfirmBox? {
        switch state.question {
        case nil: return nil
        case .giveUp:
            return state.box(
                "Give this transfer up?",
                detail: "\(state.selected?.name ?? "It") stops where it is. What has been "
                    + "transferred stays, so that \(state.key("resume")) can go on with it. A job "
                    + "whose inputs are not all there is not submitted.",
                confirmHint: "give it up", dropHint: "go on")
        case .forget(let ids):
            let open = state.records.count { ids.contains($0.id) && $0.isResumable }
            return state.box(
                ids.count == 1 ? "Forget this transfer?" : "Forget the ended transfers?",
                detail: "\(Words.count(open, "of them is", "of them are")) not through and could "
                    + "be gone on with. Unfinished files of downloads are taken away; whole "
                    + "files stay.",
                confirmHint: ids.count == 1 ? "forget it" : "forget them")
        }
    }
}

extension TransferRecord.State {
    /// The style of its word.
    var style: Style {
        switch self {
        case .waiting, .elsewhere: .info
        case .running: .running
        case .done: .success
        case .failed: .danger
        case .givenUp, .left: .warning
        }
    }
}
