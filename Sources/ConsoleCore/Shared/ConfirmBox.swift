public import ConsoleGrid

/// A question before something that cannot be taken back; the safe answer has the focus.
public enum ConfirmBox {
    /// Draws the question in the middle of a place.
    ///
    /// - Parameters:
    ///   - confirmHint: what `y` does, as `cancel the job`.
    ///   - dropHint: what `n` does.
    public static func draw(
        question: String, detail: String, confirmHint: String, dropHint: String = "keep it",
        on screen: inout Screen, in rect: Rect, context: ViewContext
    ) {
        let width = min(rect.columns, 64)
        let lines = Paragraph.wrap(detail, columns: max(1, width - 4), limit: 6)
        let box = rect.centred(Size(rows: min(rect.rows, lines.count + 6), columns: width))
        screen.fill(box, style: .plain)
        screen.drawBox(
            box, title: question, style: .danger, titleStyle: .danger, glyphs: context.glyphs)
        let inside = box.inset(rows: 1, columns: 2)
        for (index, line) in lines.enumerated() where index + 1 < inside.rows {
            screen.write(line, at: inside.line(index + 1).origin, maxColumns: inside.columns)
        }
        let keys: [Span] = [
            Span("y", .key), Span(" \(confirmHint)   ", .text),
            Span(" n \(dropHint) ", .selection),
        ]
        screen.write(
            keys, at: inside.line(inside.rows - 1).origin, maxColumns: inside.columns)
    }
}
