import ConsoleGrid

extension JobDetail {
    /// Lines that one step of the wheel moves a text by.
    private static let wheelLines = 3

    /// What the mouse comes to; positions count from the corner of the place the screen is drawn in.
    static func mouse(_ event: MouseEvent, in state: State) -> Verdict<Action>? {
        if let box = box(of: state) {
            return keys.verdict(for: event, on: box, in: Rect(size: state.size), of: state)
        }
        let layout = layout(of: state, in: Rect(size: state.size))
        let isOnSteps = layout.steps?.contains(event.position) ?? false
        switch event.kind {
        case .wheelUp, .wheelDown:
            let isUp = event.kind == .wheelUp
            if isOnSteps { return .send(.stepMoved(step: isUp ? .up : .down)) }
            if state.fileList != nil { return .send(.fileListMoved(step: isUp ? .up : .down)) }
            return .send(.wheelTurned(lines: isUp ? -wheelLines : wheelLines))
        case .left, .double:
            if let content = layout.content, event.position.row == content.row,
                let view = tab(at: event.position.column - content.column, in: content)
            {
                return .send(.viewChosen(view: view))
            }
            if let files = state.fileList, let content = layout.content,
                let row = files.row(at: event.position, in: inside(content))
            {
                return .send(row == files.selected ? .fileTaken : .fileClicked(row: row))
            }
            guard let steps = layout.steps,
                let row = state.tree.row(at: event.position, in: inside(steps))
            else { return focusing(event.position, layout, state) }
            let isSelected = state.pane == .steps && row == state.tree.selected
            return .send(isSelected ? .stepOpened : .stepClicked(row: row))
        case .middle, .right, .release: return nil
        }
    }

    /// A click beside everything that can be clicked gives its pane the focus.
    private static func focusing(
        _ point: Point, _ layout: Layout, _ state: State
    ) -> Verdict<Action>? {
        let other = state.pane == .steps ? layout.content : layout.steps
        return other?.contains(point) == true ? .send(.paneSwitched) : nil
    }
}
