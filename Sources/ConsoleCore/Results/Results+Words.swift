import BatchModel
import ConsoleGrid

// What is said in the place of rows, and in the lines below the panes.

extension Results {
    /// What is said where a file has no rows to show.
    static func words(
        of preview: Preview, by keymap: Keymap = .standard
    ) -> (text: String, style: Style) {
        if let failure = preview.failure, !preview.isRead {
            let again = keys.keyName("refresh", by: keymap)
            return ("\(failure.message) \(again) reads again.", .danger)
        }
        guard preview.isRead else { return ("Reading \(preview.file.path).", .dim) }
        if case .binary(let name) = preview.shape {
            let size = preview.size.map { ", \(Words.bytes($0))" } ?? ""
            let download = keys.keyName("download", by: keymap)
            let copy = keys.keyName("copy", by: keymap)
            return (
                "\(name)\(size).\n\(download) downloads the results, \(copy) copies the address.",
                .text
            )
        }
        return preview.hasHeader
            ? ("This table has names and no row.", .dim) : ("This file is empty.", .dim)
    }

    /// What is said where no file is shown.
    static func drawWords(
        of state: State, on screen: inout Screen, in rect: Rect, _ context: ViewContext
    ) {
        guard let output = state.selectedOutput else {
            let (text, style) = outputsWords(of: state)
            Paragraph.draw(text, on: &screen, in: rect, style: style, glyphs: context.glyphs)
            return
        }
        let files = state.files[output.name]
        var text = "\(output.type.rawValue)\n\(output.uri)\n\n"
        var style = Style.text
        if let failure = files?.failure {
            text += "\(failure.message) \(state.key("refresh")) asks again."
            style = .danger
        } else if let files = files?.value {
            let bytes = files.totalBytes
            text +=
                files.isEmpty
                ? emptyWords(of: state)
                : "\(Words.count(files.count, "file")), \(Words.bytes(bytes)). "
                    + "\(state.key("download")) downloads them."
        } else {
            text += "Listing its files."
        }
        Paragraph.draw(text, on: &screen, in: rect, style: style, glyphs: context.glyphs)
    }

    private static func outputsWords(of state: State) -> (text: String, style: Style) {
        if let failure = state.outputs.failure, state.outputs.value == nil {
            return ("\(failure.message) \(state.key("refresh")) asks again.", .danger)
        }
        guard state.outputs.value != nil else {
            return ("Asking where the results of \(state.job) lie.", .dim)
        }
        let owner = state.endpoint.map { " of \($0)" } ?? ""
        if state.isGrowing {
            return (
                "This job\(owner) has no outputs yet: they appear once it writes. "
                    + "\(state.key("refresh")) asks again.",
                .text
            )
        }
        return (
            "This job\(owner) has no outputs. A job that failed or was stopped may have written "
                + "nothing: \(state.backKey) goes back, and \(state.key("job")) opens the job with "
                + "its error and its logs.", .text
        )
    }

    private static func emptyWords(of state: State) -> String {
        state.isGrowing
            ? "No files yet: they appear here as the job writes them. "
                + "\(state.key("refresh")) looks again."
            : "This output holds no file. \(state.key("job")) opens the job: its error and logs "
                + "say what happened."
    }
}

// MARK: - Status

extension Results {
    /// A line below the panes.
    enum StatusLine: Sendable, Equatable {
        case spans([Span])
        case field(label: String, TextField, note: String)
    }

    /// What is going on, the line being typed last.
    ///
    /// How many there are depends on state and size alone, for the panes take what they leave.
    static func statusLines(of state: State, size: Size, _ glyphs: Glyphs) -> [StatusLine] {
        var lines: [StatusLine] = []
        func add(_ text: String, _ style: Style, limit: Int = 8) {
            lines += Paragraph.wrap(text, columns: size.columns, limit: limit).map {
                .spans([Span($0, style)])
            }
        }
        if state.isGrowing { add("The job is still running: these results may grow.", .info) }
        if let failure = state.outputs.failure, state.outputs.value != nil {
            add("\(failure.message) \(state.key("refresh")) asks again.", .danger)
        }
        for output in state.outputs.value ?? [] {
            // Where nothing was known and there is room, the preview's place says it.
            let files = state.files[output.name]
            guard let failure = files?.failure, files?.value != nil || !state.isWide else {
                continue
            }
            add("\(failure.message) \(state.key("refresh")) asks again.", .danger, limit: 4)
        }
        if let preview = state.preview, let failure = preview.failure, preview.isRead {
            add("\(failure.message) \(state.key("refresh")) reads again.", .danger)
        }
        if let problem = state.tree.filterProblem { add(problem, .warning, limit: 2) }
        lines += downloadLines(of: state.download, columns: size.columns, glyphs)
        lines += exportLines(
            of: state.export, by: state.keymap, columns: size.columns, glyphs)
        let typed = typedLine(of: state)
        // Where room is short the panes keep half of it, but a line being typed is always seen.
        let limit = max(typed == nil ? 0 : 1, size.rows / 2)
        guard let typed else { return Array(lines.prefix(limit)) }
        return Array(lines.prefix(limit - 1)) + [typed]
    }

    private static func downloadLines(
        of download: Download, columns: Int, _ glyphs: Glyphs
    ) -> [StatusLine] {
        if download.folder != nil { return [.spans(progressSpans(download, columns, glyphs))] }
        var text: String?
        var style = Style.danger
        if let report = download.report {
            let files = Words.count(report.files.count, "file")
            text = "\(glyphs.check) \(files), \(Words.bytes(report.bytes)) in \(report.folder)"
            style = .success
            if let failure = download.folderFailure {
                text? += "\n\(failure.message.sentence)"
                style = .warning
            }
        } else if let failure = download.failure {
            text = failure.message
        }
        guard let text else { return [] }
        return Paragraph.wrap(text, columns: columns, limit: 8).map { .spans([Span($0, style)]) }
    }

    private static func progressSpans(
        _ download: Download, _ columns: Int, _ glyphs: Glyphs
    ) -> [Span] {
        guard let progress = download.progress else {
            return [Span("\(glyphs.down) downloading to \(download.folder ?? "")", .running)]
        }
        let files = Words.count(progress.filesTotal, "file")
        let counted = "\(glyphs.down) \(Words.grouped(progress.filesDone)) of \(files)"
        return progressSpans(
            progress, counted: counted, place: download.folder ?? "", columns, glyphs)
    }

    /// What was counted, a bar and the sizes; where to, if there is room.
    private static func progressSpans(
        _ progress: TransferProgress, counted: String, place: String, _ columns: Int,
        _ glyphs: Glyphs
    ) -> [Span] {
        let sizes = "\(Words.bytes(progress.bytesDone)) of \(Words.bytes(progress.bytesTotal))"
        let bar = ProgressBar(
            fraction: progress.bytesTotal > 0
                ? Double(progress.bytesDone) / Double(progress.bytesTotal) : nil)
        let room = min(24, columns - counted.count - sizes.count - 4)
        let drawn = room >= 6 ? "  " + bar.text(columns: room, glyphs: glyphs) : ""
        let place = "  to \(place)"
        let used = counted.count + TextWidth.columns(of: drawn) + sizes.count + 2
        let hasRoom = used + TextWidth.columns(of: place) <= columns
        return [
            Span(counted, .running), Span(drawn, Style(.progress)), Span("  \(sizes)", .dim),
            Span(hasRoom ? place : "", .dim),
        ]
    }

    private static func exportLines(
        of export: Export, by keymap: Keymap, columns: Int, _ glyphs: Glyphs
    ) -> [StatusLine] {
        func key(_ action: String) -> String { keys.keyName(action, by: keymap) }
        if let path = export.path {
            guard let progress = export.progress else {
                return [.spans([Span("\(glyphs.down) writing \(path)", .running)])]
            }
            return [
                .spans(
                    progressSpans(
                        progress, counted: "\(glyphs.down) writing, \(key("export")) stops",
                        place: path,
                        columns, glyphs))
            ]
        }
        var text: String?
        var style = Style.danger
        if let report = export.report {
            text = "\(glyphs.check) \(words(of: report))"
            style = report.leftOut > 0 ? .warning : .success
        } else if let failure = export.failure {
            text = failure.message
        } else if export.isTaken {
            text =
                "\(glyphs.warning) Something of that name is there. "
                + "\(key("export-write").sentence) once more replaces it; "
                + "or type another name."
            style = .warning
        } else if export.isBrokenOff {
            text = "The export was stopped; nothing was written."
            style = .warning
        }
        guard let text else { return [] }
        return Paragraph.wrap(text, columns: columns, limit: 8).map { .spans([Span($0, style)]) }
    }

    private static func words(of report: ExportReport) -> String {
        var text =
            "\(Words.count(report.rows, "row")) of \(Words.count(report.columns, "column")), "
            + "\(Words.bytes(report.bytes)) in \(report.path)"
        if report.unevenRows > 0, report.leftOut == 0 {
            text += "; \(Words.count(report.unevenRows, "row")) had another number of fields"
        }
        if report.leftOut > 0 {
            text += "; \(Words.count(report.leftOut, "line")) left out, being no JSON object"
        }
        return text
    }

    private static func typedLine(of state: State) -> StatusLine? {
        if let prompt = state.download.prompt {
            return .field(
                label: "Download everything to ", prompt,
                note: state.download.isTaken
                    ? "\(state.key("download-start")) once more replaces what is in the way"
                    : "\(state.key("download-start")) starts")
        }
        if let prompt = state.export.prompt {
            let order = state.export.order
            let header = order.hasHeader ? "with header" : "no header"
            return .field(
                label: "Write CSV to ", prompt, note: "\(order.separator.words), \(header)")
        }
        if state.tree.isTyping {
            let files = state.tree.rows.filter { $0.kind == .file }.count
            return .field(label: "/", state.tree.filter, note: Words.count(files, "file"))
        }
        guard let preview = state.preview, let search = preview.search,
            search.isTyping || state.pane == .preview
        else { return nil }
        let note = matchWords(of: preview, search)
        if search.isTyping { return .field(label: "/", search.field, note: note) }
        return .spans([
            Span("/\(search.field.value)", .accent), Span("  \(note)", .dim),
            Span("  .", .key), Span(" next  ", .dim), Span(",", .key), Span(" previous", .dim),
        ])
    }

    private static func matchWords(of preview: Preview, _ search: Search) -> String {
        guard !search.field.isEmpty else { return "searches the loaded rows" }
        let place = preview.isWhole ? "" : " of the loaded rows"
        guard let index = search.matches.firstIndex(of: preview.list.selection) else {
            return "\(Words.count(search.matches.count, "match", "matches"))\(place)"
        }
        let position = Words.grouped(index + 1)
        return "match \(position) of \(Words.grouped(search.matches.count))\(place)"
    }

    static func drawStatus(
        _ state: State, of size: Size, on screen: inout Screen, in rect: Rect,
        _ context: ViewContext
    ) {
        let lines = statusLines(of: state, size: size, context.glyphs)
        for (index, line) in lines.enumerated() {
            let place = rect.line(index)
            switch line {
            case .spans(let spans):
                screen.write(spans, at: place.origin, maxColumns: place.columns)
            case .field(let label, let field, let note):
                draw(label, field, note, on: &screen, in: place, context)
            }
        }
    }

    private static func draw(
        _ label: String, _ field: TextField, _ note: String, on screen: inout Screen,
        in rect: Rect, _ context: ViewContext
    ) {
        let parts = rect.split(columnsAt: min(label.count, rect.columns / 2))
        screen.write(label, at: parts.left.origin, style: .key, maxColumns: parts.left.columns)
        let needed = note.count + 2
        let hasRoom = parts.right.columns >= needed + 12
        let halves = parts.right.split(columnsAt: parts.right.columns - (hasRoom ? needed : 0))
        field.draw(
            on: &screen, in: halves.left, look: TextField.Look(isFocused: context.isFocused),
            glyphs: context.glyphs)
        screen.write(
            "  \(note)", at: halves.right.origin, style: .dim, maxColumns: halves.right.columns)
    }
}
