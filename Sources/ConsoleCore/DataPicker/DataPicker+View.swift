import BatchModel
public import ConsoleGrid

extension DataPicker {
    /// Where the parts of the picker go.
    struct Layout: Sendable, Equatable {
        var tabs: Rect
        /// Where we are, and the filter.
        var way: Rect
        var list: Rect
        /// The line between list and preview.
        var rule: Rect
        var preview: Rect
    }

    static func layout(of size: Size) -> Layout { layout(in: Rect(size: size)) }

    static func layout(in rect: Rect) -> Layout {
        let inside = rect.inset(rows: 1, columns: 2)
        let head = inside.split(rowsAt: 2)
        let body = head.bottom
        let lines = (tabs: head.top.line(0), way: head.top.line(1))
        if rect.columns >= State.wideColumns {
            let parts = body.split(columnsAt: body.columns * 56 / 100)
            let right = parts.right.split(columnsAt: 3)
            return Layout(
                tabs: lines.tabs, way: lines.way, list: parts.left, rule: right.left,
                preview: right.right)
        }
        guard body.rows >= 9 else {
            let none = Rect(size: .zero)
            return Layout(
                tabs: lines.tabs, way: lines.way, list: body, rule: none, preview: none)
        }
        let parts = body.split(rowsAt: -min(7, body.rows / 2))
        let low = parts.bottom.split(rowsAt: 1)
        return Layout(
            tabs: lines.tabs, way: lines.way, list: parts.top, rule: low.top, preview: low.bottom)
    }

    /// Draws the picker.
    public static func draw(
        _ state: State, on screen: inout Screen, in rect: Rect, context: ViewContext
    ) {
        let style: Style = context.isFocused ? .focusBorder : .border
        guard state.asset == nil else {
            return drawAsset(state, on: &screen, in: rect, context)
        }
        screen.drawBox(
            rect, title: "Data for \(state.label)", style: style, glyphs: context.glyphs)
        let parts = layout(in: rect)
        drawTabs(state, on: &screen, in: parts.tabs, context)
        drawWay(state, on: &screen, in: parts.way, context)
        drawRule(on: &screen, in: parts.rule, context)
        if state.source == .url {
            let help =
                "Type an https, wasbs, abfss or adl URL, or any other address of data; "
                + "\(state.key("choose")) chooses it."
            Paragraph.draw(
                help, on: &screen, in: parts.list, style: .dim, glyphs: context.glyphs)
        } else {
            drawList(state, on: &screen, in: parts.list, context)
        }
        drawPreview(state, on: &screen, in: parts.preview, context)
    }

    /// The tabs, each with its place; as wide whether it is open or not.
    static func tabs(of state: State, in line: Rect) -> [(source: Source, place: Rect)] {
        var rest = line
        return state.purpose.sources.map { source in
            // Two columns for the mark, one between tabs.
            let parts = rest.split(columnsAt: TextWidth.columns(of: source.title) + 2)
            rest = parts.right.split(columnsAt: 1).right
            return (source, parts.left)
        }
    }

    private static func drawTabs(
        _ state: State, on screen: inout Screen, in line: Rect, _ context: ViewContext
    ) {
        for (source, place) in tabs(of: state, in: line) {
            let isOpen = source == state.source
            let mark = isOpen ? "\(context.glyphs.pointer) " : "  "
            screen.write(
                mark + source.title, at: place.origin, style: isOpen ? .accent.bold : .dim,
                maxColumns: place.columns)
        }
    }

    /// Where we are to the left, the filter behind it.
    private static func drawWay(
        _ state: State, on screen: inout Screen, in line: Rect, _ context: ViewContext
    ) {
        if state.source == .url {
            return state.url.veiled.draw(
                on: &screen, in: line,
                look: TextField.Look(
                    isFocused: context.isFocused, placeholder: "https://host/container/folder/"),
                glyphs: context.glyphs)
        }
        guard let level = state.level else { return }
        let text = TextWidth.truncateMiddle(
            words(for: level.spot), columns: max(0, line.columns - 24),
            ellipsis: context.glyphs.ellipsis)
        let used = screen.write(
            text, at: line.origin, style: Style(.link), maxColumns: line.columns)
        let rest = line.split(columnsAt: used == 0 ? 0 : used + 2).right
        level.filter.draw(
            on: &screen, in: rest,
            look: TextField.Look(
                isFocused: context.isFocused, placeholder: "type to filter", style: .text),
            glyphs: context.glyphs)
    }

    static func words(for spot: Spot) -> String {
        switch spot {
        case .assets: "all data assets"
        case .versions(let name): "versions of \(name)"
        case .datastores: "all datastores"
        case .folder(let store, let path): "\(store)/\(path)"
        case .localFolder(let path): path
        case .jobs: "all jobs, newest first"
        case .outputs(let job): "outputs of \(job)"
        case .outputFolder(let job, let output, let path): "\(job)/\(output)/\(path)"
        case .recent: "used before, newest first"
        }
    }

    private static func drawRule(
        on screen: inout Screen, in rect: Rect, _ context: ViewContext
    ) {
        guard !rect.isEmpty else { return }
        let box = context.glyphs.box
        if rect.rows == 1, rect.columns > 3 {
            screen.fill(rect, style: .border, with: box.horizontal)
        } else {
            let line = Rect(
                row: rect.row, column: rect.column + 1, rows: rect.rows, columns: 1)
            screen.fill(line, style: .border, with: box.vertical)
        }
    }
}

// MARK: - List

extension DataPicker {
    private static func drawList(
        _ state: State, on screen: inout Screen, in rect: Rect, _ context: ViewContext
    ) {
        guard let level = state.level else { return }
        let parts = listBody(of: state, in: rect)
        if let notice = state.notice {
            Paragraph.draw(
                notice, on: &screen, in: parts.notice, style: .info, glyphs: context.glyphs)
        }
        if let failure = level.failure {
            Paragraph.draw(
                words(of: failure, by: state.keymap), on: &screen, in: parts.failure,
                style: .danger,
                glyphs: context.glyphs)
        }
        let body = parts.rows
        guard !level.shown.isEmpty else {
            if level.failure == nil {
                let words = emptyWords(level, by: state.keymap)
                Paragraph.draw(words, on: &screen, in: body, style: .dim, glyphs: context.glyphs)
            }
            return
        }
        let visible = parts.window.visible
        let start = parts.window.offset
        let pattern = FuzzyPattern(level.filter.value)
        for index in visible.prefix(body.rows) {
            draw(
                level.rows[level.shown[index]], isSelected: level.window.selected == index,
                isLoading: level.isLoading, pattern, on: &screen, in: body.line(index - start),
                context)
        }
        screen.drawScrollBar(
            Rect(row: body.row, column: body.endColumn, rows: body.rows, columns: 1),
            visible: visible, count: level.shown.count, glyphs: context.glyphs)
    }

    /// What the list's place is divided into: what was said, why nothing came, the rows, and which of them are visible.
    ///
    /// A notice takes lines from the window: the selected row is still seen.
    static func listBody(
        of state: State, in rect: Rect
    ) -> (notice: Rect, failure: Rect, rows: Rect, window: ListWindow) {
        func part(_ text: String?, of place: Rect, limit: Int) -> (top: Rect, bottom: Rect) {
            let rows = min(limit, place.rows)
            let lines = text.map {
                Paragraph.wrap($0, columns: place.columns, limit: rows).count
            }
            return place.split(rowsAt: lines ?? 0)
        }
        let level = state.level
        let notice = part(state.notice, of: rect, limit: 2)
        let failure = part(
            level?.failure.map { words(of: $0, by: state.keymap) }, of: notice.bottom,
            limit: level?.shown.isEmpty == true ? notice.bottom.rows : 3)
        var window = level?.window ?? ListWindow()
        window.setHeight(failure.bottom.rows)
        return (notice.top, failure.top, failure.bottom, window)
    }

    private static func words(of failure: ServiceFailure, by keymap: Keymap) -> String {
        "\(failure.message) \(keys.keyName("refresh", by: keymap)) asks again; "
            + "the other sources are not concerned."
    }

    private static func draw(
        _ row: Row, isSelected: Bool, isLoading: Bool, _ pattern: FuzzyPattern,
        on screen: inout Screen, in line: Rect, _ context: ViewContext
    ) {
        let glyphs = context.glyphs
        let notes = row.notes.joined(separator: " \(glyphs.separator) ")
        let width = min(TextWidth.columns(of: notes), line.columns / 2)
        let room = line.columns - 2 - (width > 0 ? width + 2 : 0)
        let label =
            row.isMore && isLoading
            ? "asking for more jobs" : DraftSecrets.veiled(row.label)
        let text = TextWidth.truncateMiddle(label, columns: room, ellipsis: glyphs.ellipsis)
        let isDim = row.takes == nil && row.opens == nil
        let style: Style = isSelected ? .accent.bold : isDim || row.isPlace ? .dim : .text
        let spans = Span.highlighted(
            text, positions: text == label ? pattern.match(label)?.positions ?? [] : [],
            style: style)
        let mark = Span(isSelected ? "\(glyphs.pointer) " : "  ", style)
        screen.write([mark] + spans, at: line.origin, maxColumns: line.columns)
        guard width > 0 else { return }
        screen.writeField(
            notes, at: Point(row: line.row, column: line.endColumn - width), columns: width,
            style: .dim, glyphs: glyphs)
    }

    private static func emptyWords(_ level: Level, by keymap: Keymap) -> String {
        if level.isLoading { return "asking" }
        if !level.filter.isEmpty {
            let clear = keys.keyName("filter-clear", by: keymap)
            return "Nothing here fits the filter; \(clear) ends it."
        }
        return emptyWords(of: level.spot, by: keymap)
    }

    /// What stands where a list has no rows: what leads on from there.
    static func emptyWords(of spot: Spot, by keymap: Keymap = .standard) -> String {
        let make = keys.keyName("new-asset", by: keymap)
        let back = keys.keyName("close", by: keymap)
        let submit = JobForm.keys.keyName("submit", by: keymap)
        return switch spot {
        case .assets: "No data asset is registered yet: \(make) registers one."
        case .versions: "The asset has no version that is not archived: \(make) registers one."
        case .datastores: "The workspace has no datastore: batchdeck datastore create makes one."
        case .folder, .localFolder:
            "The folder is empty: \(keys.keyName("take-whole", by: keymap)) takes it as it is, "
                + "\(back) goes back."
        case .jobs: "No job was run yet: what the form submits (\(submit)) will be here."
        case .outputs: "The job has no output yet: \(back) goes back to the jobs."
        case .outputFolder: "The output holds no file yet: \(back) goes back."
        case .recent:
            "No data was used yet: what a job is given when it is submitted (\(submit)) will be "
                + "here."
        }
    }

    // MARK: - Preview

    private static func drawPreview(
        _ state: State, on screen: inout Screen, in rect: Rect, _ context: ViewContext
    ) {
        guard !rect.isEmpty else { return }
        let row = state.source == .url ? nil : state.level?.selected
        var lines: [Span] = []
        func add(_ text: String, _ style: Style, limit: Int = 3) {
            lines += Paragraph.wrap(DraftSecrets.veiled(text), columns: rect.columns, limit: limit)
                .map { Span($0, style) }
        }
        if let reference = state.reference {
            add(reference.text, Style(.link), limit: 4)
            for (text, style) in words(for: reference, state.findings[reference], context.glyphs) {
                add(text, style)
            }
        } else if let notice = state.notice, state.source == .url {
            add(notice, .warning, limit: 6)
        }
        for fact in row?.facts ?? [] { add(fact, .dim) }
        if let reference = state.reference, case .found(let data)? = state.findings[reference] {
            if !data.firstNames.isEmpty { lines.append(Span("")) }
            for name in data.firstNames { add(name, .text, limit: 1) }
            let more = (data.fileCount ?? 0) - data.firstNames.count
            if more > 0, !data.firstNames.isEmpty { add("and \(Words.grouped(more)) more", .dim) }
        }
        for (index, line) in lines.prefix(rect.rows).enumerated() {
            screen.write(
                line.text, at: rect.line(index).origin, style: line.style,
                maxColumns: rect.columns)
        }
    }

    private static func words(
        for reference: DataReference, _ finding: ReferenceFinding?, _ glyphs: Glyphs
    ) -> [(String, Style)] {
        switch finding {
        case nil: [("\(reference.kindLabel), being looked at", .dim)]
        case .missing(let detail, let advice): [("\(detail) \(advice)", .warning)]
        case .found(let data):
            [
                (
                    ([reference.kindLabel] + JobForm.words(for: data))
                        .joined(separator: " \(glyphs.separator) "), .success
                )
            ]
        }
    }
}

// MARK: - New asset

extension DataPicker {
    private static func drawAsset(
        _ state: State, on screen: inout Screen, in rect: Rect, _ context: ViewContext
    ) {
        guard let asset = state.asset else { return }
        screen.drawBox(
            rect, title: "New data asset", style: context.isFocused ? .focusBorder : .border,
            glyphs: context.glyphs)
        let inside = rect.inset(rows: 1, columns: 2)
        let layout = assetLayout(of: asset, in: rect)
        for (index, row) in layout.window.visible.prefix(layout.rows.rows).enumerated() {
            let field = NewAsset.Field.allCases[row]
            draw(field, of: asset, on: &screen, in: layout.rows.line(index), context)
        }
        let below = inside.split(rowsAt: NewAsset.Field.allCases.count + 1).bottom
        guard below.rows > 0 else { return }
        let (text, style): (String, Style) =
            if let failure = asset.failure {
                (failure.message, .danger)
            } else if asset.isSending {
                (asset.progress ?? "registering", .running)
            } else if let problem = asset.problem {
                (problem, .dim)
            } else {
                ("A path on this machine is uploaded first.", .dim)
            }
        Paragraph.draw(text, on: &screen, in: below, style: style, glyphs: context.glyphs)
    }

    /// Where the rows of a new asset are, and which are visible: where not all fit, those before the focused one.
    static func assetLayout(
        of asset: NewAsset, in rect: Rect
    ) -> (rows: Rect, window: ListWindow) {
        let fields = NewAsset.Field.allCases
        let rows = rect.inset(rows: 1, columns: 2).split(rowsAt: fields.count).top
        var window = ListWindow(count: fields.count, height: rows.rows)
        window.select(fields.firstIndex(of: asset.focus) ?? 0)
        return (rows, window)
    }

    private static func draw(
        _ field: NewAsset.Field, of asset: NewAsset, on screen: inout Screen, in line: Rect,
        _ context: ViewContext
    ) {
        let isFocused = asset.focus == field
        let parts = line.split(columnsAt: min(16, line.columns / 3))
        let mark = isFocused ? "\(context.glyphs.pointer) " : "  "
        if field == .make {
            let style: Style = isFocused ? .selection : asset.isSending ? .dim : .key
            let spans = [Span(mark, .accent.bold), Span("[ Create ]", style)]
            screen.write(spans, at: line.origin, maxColumns: line.columns)
            return
        }
        screen.write(
            mark + field.rawValue, at: parts.left.origin,
            style: isFocused ? .accent.bold : .text, maxColumns: parts.left.columns)
        guard field != .type else {
            let word = asset.type?.rawValue ?? "as the file says, else uri_folder"
            let spans = [
                Span("\(context.glyphs.left) ", .dim), Span(word, isFocused ? .accent : .text),
                Span(" \(context.glyphs.right)", .dim),
            ]
            screen.write(spans, at: parts.right.origin, maxColumns: parts.right.columns)
            return
        }
        (asset.texts[field] ?? TextField()).veiled.draw(
            on: &screen, in: parts.right,
            look: TextField.Look(
                isFocused: isFocused && !asset.isSending && context.isFocused,
                placeholder: placeholder(field)),
            glyphs: context.glyphs)
    }

    private static func placeholder(_ field: NewAsset.Field) -> String {
        switch field {
        case .name: "digits-data"
        case .version: "the next one"
        case .path: "a file or folder here, a datastore path or a URL"
        case .description: "what it is, in a sentence"
        case .file: "instead of the above, or changed by it"
        case .type, .make: ""
        }
    }
}
