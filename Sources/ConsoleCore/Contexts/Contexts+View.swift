import BatchModel
public import ConsoleGrid

extension Contexts {
    /// How the console stands with the context it is in: signed in, waiting for a person, lost.
    public struct Standing: Sendable, Hashable {
        /// In a word or two.
        public var words: String
        /// Whether it is as it should be.
        public var style: Style

        /// Describes it.
        public init(words: String, style: Style) {
            self.words = words
            self.style = style
        }
    }

    /// Who gets which rows of the place.
    struct Layout {
        var headings: Rect
        var rows: Rect
        var details: Rect
    }

    /// Lines about the selected context, below the list.
    private static let detailRows = 5

    static func layout(in place: Rect) -> Layout {
        let inside = place.inset(rows: 1, columns: 2)
        let hasDetails = inside.rows >= 10
        let parts = inside.split(rowsAt: hasDetails ? -detailRows : inside.rows)
        let upper = parts.top.split(rowsAt: parts.top.rows > 2 ? 1 : 0)
        return Layout(
            headings: upper.top, rows: upper.bottom,
            details: hasDetails ? parts.bottom : Rect(size: .zero))
    }

    private static let columns = [
        TableColumn("", width: .fixed(1)),
        TableColumn("context", width: .flexible(min: 10, max: 30, weight: 2)),
        TableColumn("workspace", width: .flexible(min: 10, max: 34, weight: 2), priority: 2),
        TableColumn("sign-in", width: .fixed(17), priority: 3),
        TableColumn("state", width: .flexible(min: 10, max: 26, weight: 1), priority: 1),
    ]

    /// Draws the list, what is known of the selected context, and the question or the form over it.
    public static func draw(
        _ state: State, standing: Standing, on screen: inout Screen, in place: Rect,
        context: ViewContext
    ) {
        let style: Style = context.isFocused ? .focusBorder : .border
        let title = state.entries.value.map { "Contexts \($0.count)" } ?? "Contexts"
        screen.drawBox(place, title: title, style: style, glyphs: context.glyphs)
        let layout = layout(in: place)
        drawList(state, standing, on: &screen, layout, context)
        if let entry = state.selected, !layout.details.isEmpty {
            drawDetails(entry, state, standing, on: &screen, in: layout.details, context)
        }
        if let form = state.form {
            draw(form, state, on: &screen, in: place, context)
        } else {
            box(of: state)?.draw(on: &screen, in: place, context: context)
        }
    }

    /// The question that is open.
    static func box(of state: State) -> ConfirmBox? {
        state.question.map { name in
            state.box(
                "Forget this context?",
                detail: "\(name) is taken out of config.yml. Nothing in the cloud is touched, and "
                    + "what was seen of it stays on this machine.",
                confirmHint: "forget it")
        }
    }

    private static func drawList(
        _ state: State, _ standing: Standing, on screen: inout Screen, _ layout: Layout,
        _ context: ViewContext
    ) {
        guard let all = state.entries.value, !all.isEmpty else {
            let failure = state.entries.failure
            Paragraph.draw(
                failure.map { "\($0.message.sentence) \(state.key("refresh")) reads it again." }
                    ?? "Reading the settings.",
                on: &screen, in: layout.rows, style: failure == nil ? .dim : .danger,
                glyphs: context.glyphs)
            return
        }
        let table = TableLayout(columns, width: layout.rows.columns)
        table.drawHeadings(on: &screen, at: layout.headings.origin, glyphs: context.glyphs)
        for (index, row) in state.window.visible.prefix(layout.rows.rows).enumerated() {
            let line = layout.rows.line(index)
            let entry = all[row]
            let isCurrent = entry.name == state.current
            let told = isCurrent ? Span(standing.words, standing.style) : notes(of: entry)
            table.drawRow(
                [
                    Span(isCurrent ? String(context.glyphs.dot) : "", .success),
                    Span(entry.name, isCurrent ? .accent.bold : .text),
                    Span(entry.isLocal ? "the local engine's" : entry.workspace, .dim),
                    Span(entry.isLocal ? "not needed" : entry.credential, .dim), told,
                ], on: &screen, at: line.origin, glyphs: context.glyphs)
            if state.window.selected == row { screen.restyle(line, background: .selection) }
        }
    }

    private static func notes(of entry: ContextEntry) -> Span {
        var words: [String] = []
        if entry.isDefault { words.append("default") }
        if entry.isReadOnly { words.append("read-only") }
        if entry.foundIn != nil { words.append("found") }
        return Span(words.joined(separator: ", "), .dim)
    }

    private static func drawDetails(
        _ entry: ContextEntry, _ state: State, _ standing: Standing, on screen: inout Screen,
        in place: Rect, _ context: ViewContext
    ) {
        var lines: [Span] = [Span("", .text)]
        if entry.isLocal {
            lines.append(Span("The engine of this machine; it is started by itself.", .dim))
        } else {
            let gap = " \(context.glyphs.separator) "
            lines.append(
                Span(
                    "subscription \(entry.subscriptionID)\(gap)resource group "
                        + entry.resourceGroup, .dim))
        }
        if let file = entry.foundIn {
            lines.append(Span("found in \(file): \(state.key("write-down")) writes it down", .info))
        }
        var words = notes(of: entry).text
        if entry.name == state.current { words = "in use: \(standing.words)" }
        if !words.isEmpty { lines.append(Span(words, .text)) }
        if let writing = state.writing { lines.append(Span(writing, .running)) }
        for (index, line) in lines.prefix(place.rows).enumerated() {
            screen.writeField(
                line.text, at: place.line(index).origin, columns: place.columns, style: line.style,
                glyphs: context.glyphs)
        }
    }

    // MARK: - The form

    private static func draw(
        _ form: Form, _ state: State, on screen: inout Screen, in place: Rect,
        _ context: ViewContext
    ) {
        let layout = formLayout(of: form, in: place)
        screen.fill(layout.box, style: .plain)
        screen.drawBox(
            layout.box, title: "Add a context", style: .focusBorder, glyphs: context.glyphs)
        let fields = form.fields
        for (index, row) in layout.window.visible.prefix(layout.rows.rows).enumerated() {
            draw(fields[row], of: form, on: &screen, in: layout.rows.line(index), context)
        }
        let told = words(of: form, state)
        let rest = layout.rest.split(rowsAt: layout.rest.rows > 2 ? 1 : 0).bottom
        Paragraph.draw(
            told.text, on: &screen, in: rest, style: told.style, glyphs: context.glyphs)
    }

    /// Who gets which part of the form's box, and which of its rows are visible: where not all fit, those before the
    /// focused one.
    static func formLayout(
        of form: Form, in place: Rect
    ) -> (box: Rect, rows: Rect, rest: Rect, window: ListWindow) {
        let fields = form.fields
        let box = place.centred(
            Size(rows: min(place.rows, fields.count + 6), columns: min(place.columns, 76)))
        let inside = box.inset(rows: 1, columns: 2)
        let parts = inside.split(rowsAt: max(1, min(fields.count, inside.rows - 1)))
        var window = ListWindow(count: fields.count, height: parts.top.rows)
        window.select(fields.firstIndex(of: form.field) ?? 0)
        return (box, parts.top, parts.bottom, window)
    }

    private static func words(of form: Form, _ state: State) -> Span {
        if let writing = state.writing { return Span(writing, .running) }
        if let failure = form.failure { return Span(failure.message.sentence, .danger) }
        if let problem = form.problem(of: form.field) { return Span(problem, .danger) }
        return Span(form.field.help(for: form.kind), .dim)
    }

    private static func draw(
        _ field: Field, of form: Form, on screen: inout Screen, in line: Rect,
        _ context: ViewContext
    ) {
        let isFocused = form.field == field
        let parts = line.split(columnsAt: min(20, line.columns / 2))
        let mark = isFocused ? "\(context.glyphs.pointer) " : "  "
        screen.writeField(
            mark + field.label, at: parts.left.origin, columns: parts.left.columns,
            style: isFocused ? .accent.bold : .text, glyphs: context.glyphs)
        let isWrong = form.problem(of: field) != nil
        let value = parts.right.split(columnsAt: isWrong ? -2 : parts.right.columns)
        if isWrong {
            screen.write(
                " \(context.glyphs.cross)", at: value.right.origin, style: .danger,
                maxColumns: value.right.columns)
        }
        if field.isText {
            (form.texts[field] ?? TextField()).veiled.draw(
                on: &screen, in: value.left,
                look: TextField.Look(isFocused: isFocused, style: isFocused ? .input : .text),
                glyphs: context.glyphs)
        } else {
            let arrows = "\(context.glyphs.left) \(form.value(of: field)) \(context.glyphs.right)"
            screen.writeField(
                isFocused ? arrows : form.value(of: field), at: value.left.origin,
                columns: value.left.columns, style: isFocused ? .input : .text,
                glyphs: context.glyphs)
        }
    }
}
