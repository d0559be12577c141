import BatchModel
import ConsoleGrid

extension JobForm {
    /// One line of the form above its status.
    struct Line {
        enum Content {
            case blank
            case heading(String)
            case row(Row)
            case detail([Span])
            case candidate(Int, String, positions: [Int], isHighlighted: Bool)
        }

        /// The row it belongs to.
        var field: Field?
        var content: Content

        /// Columns before a row's field: mark and label.
        static func indent(columns: Int) -> Int { columns < 50 ? min(14, columns / 3) : 20 }
    }

    /// Every line of the form, each row followed by what is known of it and what is wrong with it.
    ///
    /// - Parameter isTight: leaves out headings and blank lines, and shortens what does not have the focus.
    static func lines(
        of state: State, columns: Int, isTight: Bool, _ glyphs: Glyphs
    ) -> [Line] {
        let rows = rows(in: state)
        let problems = problems(in: state)
        let width = max(1, columns - Line.indent(columns: columns))
        var lines: [Line] = []
        var section = Section.deployment
        for row in rows where row.widget != .button {
            if row.section != section, !isTight {
                lines.append(Line(content: .blank))
                lines.append(Line(content: .heading(row.section.rawValue)))
            }
            section = row.section
            lines.append(Line(field: row.field, content: .row(row)))
            lines += candidateLines(of: state, at: row.field)
            let own = problems.filter { field(of: $0, among: rows) == row.field }
            let limit = state.focus == row.field ? (isTight ? 3 : 5) : (isTight ? 1 : 2)
            let details =
                own.isEmpty
                ? facts(of: row, in: state, columns: width, isTight, glyphs)
                : own.flatMap { problemLines($0, columns: width, limit: limit, glyphs) }
            let notes = changeNote(of: row, in: state) + help(for: row, in: state)
            lines += (details + notes).map {
                Line(field: row.field, content: .detail($0))
            }
        }
        return lines
    }

    private static func candidateLines(of state: State, at field: Field) -> [Line] {
        guard let completion = state.completion, completion.field == field else { return [] }
        guard !completion.shown.isEmpty else {
            let words = completion.answered == nil ? "looking for candidates" : "nothing fits"
            return [Line(field: field, content: .detail([Span(words, .dim)]))]
        }
        let pattern = FuzzyPattern(completion.asked)
        return completion.window.visible.filter { $0 < completion.shown.count }.map { index in
            let text = completion.shown[index]
            let isHighlighted = completion.isHighlighted && completion.window.selected == index
            return Line(
                field: field,
                content: .candidate(
                    index, DraftSecrets.veiled(text),
                    positions: pattern.match(text)?.positions ?? [],
                    isHighlighted: isHighlighted))
        }
    }

    private static func problemLines(
        _ problem: DraftProblem, columns: Int, limit: Int, _ glyphs: Glyphs
    ) -> [[Span]] {
        let text = "\(problem.detail) \(problem.advice)"
        let all = Paragraph.wrap(text, columns: columns - 2, limit: limit + 1)
        return all.prefix(limit).enumerated().map { index, line in
            let isCut = index == limit - 1 && all.count > limit
            let shown =
                isCut
                ? TextWidth.prefix(line, columns: columns - 3) + String(glyphs.ellipsis) : line
            return [Span(index == 0 ? "\(glyphs.warning) " : "  ", .danger), Span(shown, .danger)]
        }
    }
}

// MARK: - Facts

extension JobForm {
    private static func facts(
        of row: Row, in state: State, columns: Int, _ isTight: Bool, _ glyphs: Glyphs
    ) -> [[Span]] {
        if row.field == .deployment {
            return state.deployment.map { deploymentFacts($0, state, columns, glyphs) } ?? []
        }
        if state.entry.swept.contains(row.field) { return sweptFacts(of: row, in: state, glyphs) }
        if let reference = reference(of: row, in: state) {
            return referenceFacts(reference, of: row, in: state, columns: columns, glyphs)
        }
        let origin = state.origins[row.field].map { [[Span($0.words, .accent)]] } ?? []
        guard state.focus == row.field, row.refusal == nil, !isTight, let summary = row.summary
        else { return origin }
        return origin
            + Paragraph.wrap(summary, columns: columns, limit: 2).map { [Span($0, .dim)] }
    }

    private static func deploymentFacts(
        _ deployment: Deployment, _ state: State, _ columns: Int, _ glyphs: Glyphs
    ) -> [[Span]] {
        var words: [String]
        switch deployment.kind {
        case .model(let settings):
            words = ["model", Words.count(settings.workers, "worker")]
            words.append(settings.outputAction.rawValue)
        case .pipelineComponent(let settings):
            words = ["pipeline component", Words.count(settings.inputs.count, "input")]
            words.append(Words.count(settings.outputs.count, "output"))
        }
        if deployment.provisioningState != "Succeeded" {
            words.insert(deployment.provisioningState, at: 0)
        }
        let isUsual = deployment.name == state.defaultDeployment
        words.append(isUsual ? "the endpoint's default" : whyNotDefault(state))
        let joined = words.joined(separator: " \(glyphs.separator) ")
        let text = TextWidth.truncate(joined, columns: columns, ellipsis: glyphs.ellipsis)
        var lines = [[Span(text, .dim)]]
        if let failure = state.deployments.failure {
            let stale = "not refreshed: \(failure.detail)"
            lines.append([
                Span(
                    TextWidth.truncate(stale, columns: columns, ellipsis: glyphs.ellipsis), .warning
                )
            ])
        }
        return lines
    }

    private static func whyNotDefault(_ state: State) -> String {
        if state.defaultDeployment != nil { return "not the default" }
        let isOnly = state.deployments.value?.count == 1
        return isOnly ? "the only one; no default is set" : "no default is set"
    }

    /// How an empty row of data can be filled without typing.
    private static func help(for row: Row, in state: State) -> [[Span]] {
        let isHelpful =
            state.focus == row.field && row.isReference && state.completion == nil
            && state.phase == nil && state.text(of: row.field).isEmpty
        let what = row.widget == .destination ? "datastores" : "data assets and more"
        return isHelpful ? [[Span("\(state.key("list")) lists \(what)", .dim)]] : []
    }

    /// `data asset · suggested → version 2 · uri_folder · 597 files · 93.0 KiB`, broken where it has to be.
    private static func referenceFacts(
        _ reference: DataReference, of row: Row, in state: State, columns: Int, _ glyphs: Glyphs
    ) -> [[Span]] {
        let gap = " \(glyphs.separator) "
        let finding = state.findings[reference]
        let origin = state.origins[row.field].map { [Span(gap, .dim), Span($0.words, .accent)] }
        let what = [Span(kind(of: reference, finding), .dim)] + (origin ?? [])
        let isOutput = row.widget == .destination
        let found: String
        var style = Style.dim
        switch finding {
        case .found(let data):
            let words = words(for: data)
            found = words.isEmpty && isOutput ? "free" : words.joined(separator: gap)
            style = .success
        case .missing(let detail, _):
            // At an input this is a problem and not drawn here; an output wants nothing there.
            found = detail
        case nil:
            return [what + [Span(gap + (isOutput ? "checking" : "looking"), .dim)]]
        }
        let width = what.reduce(3) { $0 + TextWidth.columns(of: $1.text) }
        if width + TextWidth.columns(of: found) <= columns {
            return [what + [Span(" \(glyphs.right) ", .dim), Span(found, style)]]
        }
        let rest = Paragraph.wrap(found, columns: columns - 2, limit: 2)
        return [what]
            + rest.enumerated().map { index, line in
                [Span(index == 0 ? "\(glyphs.right) " : "  ", .dim), Span(line, style)]
            }
    }

    private static func kind(
        of reference: DataReference, _ finding: ReferenceFinding?
    ) -> String {
        guard case .local = reference, case .found(let data)? = finding else {
            return reference.kindLabel
        }
        return switch data.type {
        case .uriFolder: "local folder, uploaded first"
        case .uriFile: "local file, uploaded first"
        case .string, .boolean, .integer, .number, .mltable, .customModel, .mlflowModel,
            .tritonModel, .unknown, nil:
            "local path, uploaded first"
        }
    }

    static func words(for data: ResolvedData) -> [String] {
        var words: [String] = []
        if let version = data.version { words.append("version \(version)") }
        if let type = data.type { words.append(type.rawValue) }
        if let count = data.fileCount {
            let files = Words.count(count, "file")
            words.append(data.isCountPartial ? "more than \(files)" : files)
        }
        if let bytes = data.totalBytes { words.append(Words.bytes(bytes)) }
        return words
    }
}
