import ConsoleGrid

extension JobDetail {
    /// Lines that one step of the wheel moves a text by.
    private static let wheelLines = 3

    /// What the mouse comes to; positions count from the corner of the place the screen is drawn in.
    static func mouse(_ event: MouseEvent, in state: State) -> Verdict<Action>? {
        guard !state.isAsking else { return nil }
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
            guard isOnSteps, let steps = layout.steps else { return nil }
            let row = event.position.row - steps.inset(by: 1).row
            guard row >= 0, row < state.tree.visible.count else { return nil }
            return .send(.stepClicked(row: state.tree.offset + row))
        case .middle, .right, .release: return nil
        }
    }
}
