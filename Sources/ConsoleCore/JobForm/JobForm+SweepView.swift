import BatchModel
import ConsoleGrid

// The board of a sweep, and the question before it.

extension JobForm {
    /// Asks whether so many jobs are meant.
    static func drawSweepQuestion(
        _ state: State, on screen: inout Screen, in rect: Rect, _ context: ViewContext
    ) {
        guard let sweep = sweep(in: state) else { return }
        let axes = sweep.axes.map { axis in
            "\(axis.name): \(Words.count(axis.values.count, "value")), "
                + axis.values.prefix(6).map(DraftSecrets.veiled).joined(separator: " ")
                + (axis.values.count > 6 ? " and more" : "")
        }
        ConfirmBox.draw(
            question: "Submit \(Words.count(sweep.count, "job")) to \(state.endpoint)?",
            detail: axes.joined(separator: "\n"), confirmHint: "submit them",
            dropHint: "back to the form", on: &screen, in: rect, context: context)
    }

    /// One line for every job of the sweep.
    static func drawSweepRun(
        _ run: SweepRun, of state: State, on screen: inout Screen, in rect: Rect,
        _ context: ViewContext
    ) {
        let glyphs = context.glyphs
        screen.drawBox(
            rect, title: "Sweep on \(state.endpoint)",
            style: context.isFocused ? .focusBorder : .border, glyphs: glyphs)
        let inside = rect.inset(rows: 1, columns: 2)
        guard !inside.isEmpty else { return }
        let words = sweepWords(run)
        let head: Style = run.refusedCount > 0 ? .warning : run.current == nil ? .success : .running
        let used = screen.write(
            words, at: inside.origin, style: head, maxColumns: inside.columns)
        let room = inside.columns - used - 2
        if run.current != nil, room >= 8 {
            let done = run.acceptedCount + run.refusedCount
            ProgressBar(done: done, total: run.items.count).draw(
                on: &screen, at: Point(row: inside.row, column: inside.column + used + 2),
                columns: min(30, room), glyphs: glyphs)
        }
        let parts = inside.split(rowsAt: 2).bottom.split(rowsAt: -2)
        let list = parts.top
        let start = max(run.window.offset, run.window.selection - max(0, list.rows - 1))
        let visible = start..<max(start, min(run.items.count, start + list.rows))
        for index in visible {
            draw(
                run.items[index], isSelected: run.window.selected == index,
                isCurrent: run.current == index, on: &screen, in: list.line(index - start), context)
        }
        screen.drawScrollBar(
            Rect(
                row: list.row, column: rect.endColumn - 1, rows: list.rows, columns: 1),
            visible: visible, count: run.items.count, glyphs: glyphs)
        Paragraph.draw(
            selectedWords(run), on: &screen, in: parts.bottom, style: .dim, glyphs: glyphs)
    }

    private static func draw(
        _ item: SweepRun.Item, isSelected: Bool, isCurrent: Bool, on screen: inout Screen,
        in line: Rect, _ context: ViewContext
    ) {
        let glyphs = context.glyphs
        let (mark, style, note): (Character, Style, String) =
            switch item.outcome {
            case .waiting where isCurrent: (glyphs.dot, .running, "being submitted")
            case .waiting: (glyphs.circle, .dim, "")
            case .accepted(let job): (glyphs.check, .success, job.rawValue)
            case .refused(let failure):
                failure.kind == .outcomeUnknown
                    ? (glyphs.warning, .warning, "outcome unknown: \(failure.detail)")
                    : (glyphs.cross, .danger, failure.detail)
            }
        let pointer = isSelected ? "\(glyphs.pointer) " : "  "
        let used = screen.write(
            [
                Span(pointer, .accent.bold), Span("\(mark) ", style),
                Span(item.label, isSelected ? .accent.bold : .text),
            ], at: line.origin, maxColumns: line.columns)
        let place = line.split(columnsAt: max(used + 2, line.columns * 2 / 5)).right
        screen.writeField(
            note, at: place.origin, columns: place.columns, style: style, glyphs: glyphs)
    }

    /// Why the selected job was refused, in full.
    private static func selectedWords(_ run: SweepRun) -> String {
        guard let index = run.window.selected, index < run.items.count,
            case .refused(let failure) = run.items[index].outcome
        else { return "The jobs have the tag \(Sweep.tag)=\(run.id)." }
        return "\(run.items[index].label): \(failure.message)"
    }
}
