import ConsoleGrid

/// A question before something that cannot be taken back; the safe answer has the focus.
struct ConfirmBox: Sendable, Equatable {
    /// What a screen's table calls the two answers.
    static let confirm = "confirm", decline = "decline"

    var question: String
    var detail: String
    /// What confirming does, as `cancel the job`, and its key.
    var confirmHint: String
    var confirmKey = "y"
    /// What declining does, and its key.
    var dropHint = "keep it"
    var dropKey = "n"

    /// Where its parts go. Picture and mouse both follow it.
    struct Layout: Sendable, Equatable {
        var box: Rect
        var lines: [String]
        /// The two answers, on one line or, where they do not fit beside each other, on two.
        var confirm: Rect
        var drop: Rect
    }

    func layout(in rect: Rect) -> Layout {
        let width = min(rect.columns, 64)
        let lines = Paragraph.wrap(detail, columns: max(1, width - 4), limit: 6)
        let yes = TextWidth.columns(of: "\(confirmKey) \(confirmHint)")
        let no = TextWidth.columns(of: " \(dropKey) \(dropHint) ")
        let isBeside = yes + 2 + no <= width - 4
        let box = rect.centred(
            Size(rows: min(rect.rows, lines.count + (isBeside ? 6 : 7)), columns: width))
        let inside = box.inset(rows: 1, columns: 2)
        let last = inside.line(inside.rows - 1)
        guard isBeside else {
            return Layout(
                box: box, lines: lines, confirm: inside.line(inside.rows - 2), drop: last)
        }
        // Three columns between them, fewer where room is short.
        let gap = min(3, max(2, last.columns - yes - no))
        let parts = last.split(columnsAt: yes)
        let drop = parts.right.split(columnsAt: gap).right.split(columnsAt: no).left
        return Layout(box: box, lines: lines, confirm: parts.left, drop: drop)
    }

    /// Draws the question in the middle of a place.
    func draw(on screen: inout Screen, in rect: Rect, context: ViewContext) {
        let layout = layout(in: rect)
        screen.fill(layout.box, style: .plain)
        screen.drawBox(
            layout.box, title: question, style: .danger, titleStyle: .danger,
            glyphs: context.glyphs)
        let inside = layout.box.inset(rows: 1, columns: 2)
        let room = layout.confirm.row - inside.row
        for (index, line) in layout.lines.enumerated() where index + 1 < room {
            screen.write(line, at: inside.line(index + 1).origin, maxColumns: inside.columns)
        }
        if !layout.confirm.isEmpty {
            screen.write(
                [Span(confirmKey, .key), Span(" \(confirmHint)", .text)],
                at: layout.confirm.origin, maxColumns: layout.confirm.columns)
        }
        guard !layout.drop.isEmpty else { return }
        screen.write(
            " \(dropKey) \(dropHint) ", at: layout.drop.origin, style: .selection,
            maxColumns: layout.drop.columns)
    }
}

extension NamingKeys {
    /// A question of this screen, its answers with the keys they have now.
    func box(
        _ question: String, detail: String, confirmHint: String, dropHint: String = "keep it"
    ) -> ConfirmBox {
        ConfirmBox(
            question: question, detail: detail, confirmHint: confirmHint,
            confirmKey: key(ConfirmBox.confirm), dropHint: dropHint,
            dropKey: key(ConfirmBox.decline))
    }
}

extension KeyTable {
    /// What a click over a question comes to: its answers do what their keys do, all else nothing.
    func verdict(
        for event: MouseEvent, on box: ConfirmBox, in rect: Rect, of state: State
    ) -> Verdict<Action>? {
        guard event.kind == .left || event.kind == .double else { return nil }
        let layout = box.layout(in: rect)
        if layout.confirm.contains(event.position) {
            return verdict(doing: ConfirmBox.confirm, in: state)
        }
        return layout.drop.contains(event.position)
            ? verdict(doing: ConfirmBox.decline, in: state) : nil
    }
}
