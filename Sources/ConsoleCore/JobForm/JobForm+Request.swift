import BatchModel
import ConsoleGrid

extension JobForm {
    /// Draws the exact request in a pane of its own.
    static func drawRequest(
        _ state: State, on screen: inout Screen, in rect: Rect, _ context: ViewContext
    ) {
        let isOld = state.request.answer != nil && state.request.answeredDraft != draft(of: state)
        let hasFocus = context.isFocused && rect.columns == state.size.columns
        screen.drawBox(
            rect, title: isOld ? "Request before the last change" : "Request",
            style: hasFocus ? .focusBorder : .border, glyphs: context.glyphs)
        let inside = rect.inset(rows: 1, columns: 2)
        guard !inside.isEmpty else { return }
        let lines = requestLines(state.request, columns: inside.columns)
        guard !lines.isEmpty else {
            let words = waitingWords(state)
            Paragraph.draw(words, on: &screen, in: inside, style: .dim, glyphs: context.glyphs)
            return
        }
        let start = min(state.request.scroll.offset, max(0, lines.count - inside.rows))
        let visible = start..<min(lines.count, start + inside.rows)
        for index in visible {
            let place = inside.line(index - start)
            let style: Style = isOld ? .dim : lines[index].style
            screen.write(
                lines[index].text, at: place.origin, style: style, maxColumns: place.columns)
        }
        screen.drawScrollBar(
            Rect(
                row: inside.row, column: rect.endColumn - 1, rows: inside.rows, columns: 1),
            visible: visible, count: lines.count, style: .border, glyphs: context.glyphs)
    }

    /// The request broken into lines; why there is none, if that is known; empty while nothing is.
    static func requestLines(_ request: Request, columns: Int) -> [Span] {
        var lines: [Span] = []
        func add(_ text: String, _ style: Style = .text) {
            lines += Paragraph.wrap(text, columns: columns).map { Span($0, style) }
        }
        if let failure = request.failure { add(failure.message + "\n", .danger) }
        guard let answer = request.answer else { return lines }
        add("\(answer.method) \(answer.url)", .accent)
        for header in answer.headers { add(header, .dim) }
        add("\n" + answer.body)
        if !answer.uploads.isEmpty {
            add("\nUploaded first:", .heading)
            for upload in answer.uploads { add(upload) }
        }
        return lines
    }

    private static func waitingWords(_ state: State) -> String {
        if !problemsOfShape(in: state).isEmpty {
            return "The exact request stands here once the form has what it needs."
        }
        return "Asking for the request."
    }
}

extension RequestPreview {
    /// The request as text to copy.
    var text: String {
        (["\(method) \(url)"] + headers + ["", body]).joined(separator: "\n") + "\n"
    }
}
