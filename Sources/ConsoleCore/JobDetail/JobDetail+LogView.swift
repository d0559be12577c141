import BatchModel
import ConsoleGrid

extension JobDetail {
    /// Draws the log that is shown, or says why there is none.
    static func drawLog(
        _ state: State, on screen: inout Screen, in inside: Rect, edge: Rect, style: Style,
        _ context: ViewContext
    ) {
        let parts = logParts(of: state, in: inside)
        drawLogHead(state, on: &screen, in: parts.head, context)
        drawSearch(state, on: &screen, in: parts.search, context)
        guard state.log.text.count > 0 else {
            let words = emptyWords(of: state)
            Paragraph.draw(words, on: &screen, in: parts.text, style: .dim, glyphs: context.glyphs)
            return
        }
        drawLogText(state, on: &screen, in: parts.text, context.glyphs)
        let place = Rect(
            row: parts.text.row, column: edge.column, rows: parts.text.rows, columns: 1)
        screen.drawScrollBar(
            place, visible: state.log.scroll.visible, count: state.log.scroll.count, style: style,
            glyphs: context.glyphs)
    }

    /// Which file it is, in plain words and by name; below it what is left out.
    private static func drawLogHead(
        _ state: State, on screen: inout Screen, in rect: Rect, _ context: ViewContext
    ) {
        guard rect.rows > 0 else { return }
        if let file = state.log.file {
            let label = TextWidth.truncate(
                LogLabel.text(for: file), columns: rect.columns,
                ellipsis: context.glyphs.ellipsis)
            let used = screen.write(
                label, at: rect.origin, style: .accent, maxColumns: rect.columns)
            var count = ""
            if let place = state.fileNames.firstIndex(of: file), state.fileNames.count > 1 {
                count = "  \(place + 1) of \(state.fileNames.count)"
            }
            let rest = rect.line(0).split(columnsAt: used + 2).right
            let name = ending(file, columns: rest.columns - count.count, context.glyphs)
            screen.write(name + count, at: rest.origin, style: .dim, maxColumns: rest.columns)
        }
        let start = state.log.text.start
        guard rect.rows > 1, start > 0 else { return }
        screen.writeField(
            "the first \(Words.bytes(start)) are left out; "
                + "\(state.key("first")) reads from the beginning",
            at: rect.line(1).origin, columns: rect.columns, style: .warning,
            glyphs: context.glyphs)
    }

    /// A path cut at its beginning, which the words before it stand for.
    private static func ending(_ path: String, columns: Int, _ glyphs: Glyphs) -> String {
        guard TextWidth.columns(of: path) > columns else { return path }
        guard columns > 8 else { return "" }
        return String(glyphs.ellipsis) + TextWidth.suffix(path, columns: columns - 1)
    }

    /// What there is instead of text.
    private static func emptyWords(of state: State) -> String {
        guard let run = state.run else {
            if state.steps == nil { return state.lost == nil ? "Asking for the steps." : "" }
            return "No step has begun yet. Its logs will be here."
        }
        let name = state.chosenStep?.name ?? "the job"
        if let failure = state.log.failure {
            return said(failure) + " \(state.key("refresh")) asks again."
        }
        if state.log.file != nil {
            guard state.log.isRead else { return "Reading." }
            return state.isActive ? "This file is empty so far." : "This file is empty."
        }
        let files = state.files[run]
        if let failure = files?.names.failure {
            return said(failure) + " \(state.key("refresh")) asks again."
        }
        if state.probe != nil { return "Looking for the most useful log of \(name)." }
        guard files?.names.value != nil else { return "Asking for the log files of \(name)." }
        return state.isActive
            ? "There are no log files of \(name) yet. They will be here as soon as it writes one."
            : "There are no log files of \(name)."
    }

    private static func drawLogText(
        _ state: State, on screen: inout Screen, in rect: Rect, _ glyphs: Glyphs
    ) {
        let log = state.log
        let column = log.isWrapping ? 0 : log.scroll.column
        let needle = state.search?.needle
        // Drawn apart, so that a row that begins left of its place is cut there.
        var part = Screen(size: rect.size)
        for (place, row) in log.scroll.visible.enumerated() where place < rect.rows {
            let text = log.row(row)
            let line = log.line(ofRow: row)
            let style = logStyle(of: log.text[line])
            let isCurrent = state.search?.current == line
            let spans = Span.highlighted(
                text, positions: needle?.positions(in: text) ?? [], style: style,
                match: isCurrent ? .match.bold.underlined : .match)
            part.write(
                spans, at: Point(row: place, column: -column), maxColumns: column + rect.columns)
            if TextWidth.columns(of: text) > column + rect.columns {
                part.put(
                    glyphs.ellipsis, at: Point(row: place, column: rect.columns - 1), style: .dim)
            }
        }
        screen.draw(part, at: rect.origin)
    }

    /// The style of a line by the level it names.
    private static func logStyle(of line: String) -> Style {
        if line.contains("ERROR") || line.contains("CRITICAL") || line.contains("Traceback") {
            return .danger
        }
        return line.contains("WARNING") ? .warning : .text
    }

    /// How the log goes on out of sight.
    static func logNote(of state: State) -> String {
        guard state.fileList == nil, state.log.text.count > 0 else { return "" }
        let log = state.log
        var words: [String] = []
        let below = log.scroll.count - log.scroll.visible.upperBound
        if let failure = log.failure {
            words.append("not read on: \(failure.detail)")
        } else if below > 0 || log.isBehind {
            let more = log.isBehind ? "+" : ""
            words.append(
                "\(Words.grouped(below))\(more) below, \(state.key("last")) goes to the end")
        } else if state.isActive {
            words.append("following")
        }
        if log.isWrapping { words.append("wrapped") }
        if log.scroll.column > 0 { words.append("from column \(log.scroll.column + 1)") }
        return words.joined(separator: ", ")
    }

    private static func drawSearch(
        _ state: State, on screen: inout Screen, in rect: Rect, _ context: ViewContext
    ) {
        guard rect.rows > 0 else { return }
        if let prompt = state.save.prompt {
            return draw(prompt, state, on: &screen, in: rect, context)
        }
        guard let search = state.search else { return }
        let count = Words.count(search.lines.count, "line")
        let found =
            search.field.isEmpty
            ? "type what to look for"
            : search.lines.isEmpty
                ? (state.log.isWhole ? "nothing found" : "nothing found in what is loaded")
                : search.position.map { "\($0) of \(count)" } ?? "in \(count)"
        let line = rect.line(0)
        screen.write("/", at: line.origin, style: .key)
        let width = min(max(8, line.columns - found.count - 4), 40)
        let field = line.split(columnsAt: 1).right.split(columnsAt: width)
        search.field.draw(
            on: &screen, in: field.left,
            look: TextField.Look(isFocused: search.isEditing && context.isFocused),
            glyphs: context.glyphs)
        let rest = field.right.split(columnsAt: 2).right
        let isNothing = search.lines.isEmpty && !search.field.isEmpty
        screen.writeField(
            found, at: rest.origin, columns: rest.columns, style: isNothing ? .warning : .dim,
            glyphs: context.glyphs)
    }

    private static func draw(
        _ path: TextField, _ state: State, on screen: inout Screen, in rect: Rect,
        _ context: ViewContext
    ) {
        let line = rect.line(0)
        let used = screen.write(
            "save to ", at: line.origin, style: .key, maxColumns: line.columns / 2)
        let note = saveNote(of: state)
        let rest = line.split(columnsAt: used).right
        let halves = rest.split(columnsAt: max(12, rest.columns - TextWidth.columns(of: note) - 2))
        path.draw(
            on: &screen, in: halves.left, look: TextField.Look(isFocused: context.isFocused),
            glyphs: context.glyphs)
        screen.writeField(
            note, at: halves.right.split(columnsAt: 2).right.origin,
            columns: max(0, halves.right.columns - 2), style: state.save.isTaken ? .warning : .dim,
            glyphs: context.glyphs)
    }

    /// Draws the list of files to choose from.
    static func drawFileList(
        _ state: State, on screen: inout Screen, in rect: Rect, isFocused: Bool,
        _ context: ViewContext
    ) {
        guard let window = state.fileList else { return }
        let names = state.fileNames
        let widest = names.reduce(0) { max($0, TextWidth.columns(of: LogLabel.text(for: $1))) }
        let columns = [
            TableColumn("", width: .fixed(1)), TableColumn("", width: .fixed(widest)),
            TableColumn("", width: .flexible(min: 12), priority: 1, cut: .middle),
        ]
        let layout = TableLayout(columns, width: rect.columns)
        for (place, index) in window.visible.enumerated() where index < names.count {
            let line = rect.line(place)
            let isShown = names[index] == state.log.file
            let mark = isShown ? String(context.glyphs.dot) : ""
            layout.drawRow(
                [
                    Span(mark, .accent), Span(LogLabel.text(for: names[index]), .text),
                    Span(names[index], .dim),
                ], on: &screen, at: line.origin, glyphs: context.glyphs)
            guard index == window.selected else { continue }
            screen.restyle(line, background: isFocused ? .selection : .selectionInactive)
        }
    }
}
