import BatchModel
import ConsoleGrid

// The board of a sweep, and the question before it.

extension JobForm {
    /// The question whether so many jobs are meant, while it is open.
    static func sweepBox(of state: State) -> ConfirmBox? {
        guard state.isSweepAsked, let sweep = sweep(in: state) else { return nil }
        let axes = sweep.axes.map { axis in
            "\(axis.name): \(Words.count(axis.values.count, "value")), "
                + axis.values.prefix(6).map(DraftSecrets.veiled).joined(separator: " ")
                + (axis.values.count > 6 ? " and more" : "")
        }
        func key(_ action: String) -> String { sweepKeys.keyName(action, by: state.keymap) }
        return ConfirmBox(
            question: "Submit \(Words.count(sweep.count, "job")) to \(state.endpoint)?",
            detail: axes.joined(separator: "\n"), confirmHint: "submit them",
            confirmKey: key(ConfirmBox.confirm), dropHint: "back to the form",
            dropKey: key(ConfirmBox.decline))
    }

    /// Where the board's list is, which of its rows are visible, and what is left below them.
    static func sweepLayout(
        _ run: SweepRun, in rect: Rect
    ) -> (list: Rect, bottom: Rect, window: ListWindow) {
        let inside = rect.inset(rows: 1, columns: 2)
        let parts = inside.split(rowsAt: 2).bottom.split(rowsAt: -2)
        var window = run.window
        window.setHeight(parts.top.rows)
        return (parts.top, parts.bottom, window)
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
        let (list, bottom, window) = sweepLayout(run, in: rect)
        let start = window.offset
        for index in window.visible.prefix(list.rows) {
            draw(
                run.items[index], isSelected: run.window.selected == index,
                isCurrent: run.current == index, on: &screen, in: list.line(index - start), context)
        }
        screen.drawScrollBar(
            Rect(
                row: list.row, column: rect.endColumn - 1, rows: list.rows, columns: 1),
            visible: window.visible, count: run.items.count, glyphs: glyphs)
        Paragraph.draw(
            selectedWords(run), on: &screen, in: bottom, style: .dim, glyphs: glyphs)
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
