import ConsoleGrid

// One mouse for all lists: the wheel moves the selection, a click on a row selects it, and a click on the row that is
// selected opens it. A screen says where its rows are drawn and what opening is.

extension Verdict {
    /// What the mouse comes to in a list; nil when the list has no use for it.
    ///
    /// - Parameters:
    ///   - rows: where the list's visible rows are drawn, counted as the event's position is.
    ///   - rowHeight: screen rows of each row of the list.
    ///   - opened: what a click on the selected row comes to.
    static func mouse(
        _ event: MouseEvent, in list: ListWindow, drawnIn rows: Rect, rowHeight: Int = 1,
        moved: (ListMove) -> Action, clicked: (Int) -> Action, opened: () -> Verdict?
    ) -> Verdict? {
        switch event.kind {
        case .wheelUp: return .send(moved(.up))
        case .wheelDown: return .send(moved(.down))
        case .left, .double:
            guard let row = list.row(at: event.position, in: rows, rowHeight: rowHeight) else {
                return nil
            }
            return row == list.selected ? opened() : .send(clicked(row))
        case .middle, .right, .release: return nil
        }
    }
}

extension ListWindow {
    /// The row that is drawn at a place; nil where there is none.
    func row(at point: Point, in rows: Rect, rowHeight: Int = 1) -> Int? {
        guard rows.contains(point) else { return nil }
        let row = offset + (point.row - rows.row) / rowHeight
        return visible.contains(row) ? row : nil
    }
}
