import ConsoleGrid

// A click gives its row the focus and does nothing else, so that nobody changes a job by a click that was meant to look.
// In the row that has the focus a click does what can be done there: a choice is taken, the list of a row of data opens,
// Submit submits. The wheel moves what lies below it.

extension JobForm {
    /// What the mouse comes to; positions count from the corner of the place the form is drawn in.
    static func mouse(_ event: MouseEvent, in state: State) -> Verdict<Action>? {
        let place = Rect(size: state.size)
        if state.isSweepAsked {
            return sweepBox(of: state).flatMap {
                sweepKeys.verdict(for: event, on: $0, in: place, of: state)
            }
        }
        if let run = state.sweepRun { return mouse(event, on: run, of: state) }
        let panes = panes(of: state, in: place)
        switch event.kind {
        case .wheelUp, .wheelDown:
            let step: ListMove = event.kind == .wheelUp ? .up : .down
            if panes.request?.contains(event.position) == true {
                return .send(.requestScrolled(step: step))
            }
            return .send(
                state.completion == nil ? .rowMoved(step: step) : .completionMoved(step: step))
        case .left, .double: return panes.form.flatMap { click(event.position, in: $0, of: state) }
        case .middle, .right, .release: return nil
        }
    }

    private static func click(
        _ point: Point, in pane: Rect, of state: State
    ) -> Verdict<Action>? {
        let layout = layout(of: state, in: pane, .unicode)
        let line = layout.line(at: point)
        if case .candidate(let index, _, _, let isHighlighted)? = line?.content {
            return .send(isHighlighted ? .completionTaken : .candidateClicked(index: index))
        }
        guard let field = layout.field(at: point) else { return nil }
        guard field == state.focus else { return .send(.rowClicked(field: field)) }
        if field == .submit { return keys.verdict(doing: "submit-row", in: state) }
        guard case .row(let row)? = line?.content, row.refusal == nil else { return nil }
        if row.options.isEmpty { return keys.verdict(doing: "list", in: state) }
        let column = point.column - layout.rows.column
        guard
            let choice = choice(at: column, in: row, of: state, columns: layout.rows.columns)
        else { return nil }
        if let reason = lockRefusal(in: state) { return .refuse(because: reason) }
        switch choice {
        case .previous: return .send(.choiceMoved(isForward: false))
        case .next: return .send(.choiceMoved(isForward: true))
        case .option(let option): return .send(.optionClicked(option: option))
        }
    }

    private static func mouse(
        _ event: MouseEvent, on run: SweepRun, of state: State
    ) -> Verdict<Action>? {
        let layout = sweepLayout(run, in: Rect(size: state.size))
        return .mouse(
            event, in: layout.window, drawnIn: layout.list, moved: { .sweepMoved(step: $0) },
            clicked: { .sweptClicked(index: $0) },
            opened: { sweepKeys.verdict(doing: "open", in: state) })
    }
}
