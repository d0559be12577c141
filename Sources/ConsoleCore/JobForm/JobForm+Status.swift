import BatchModel
import ConsoleGrid

extension JobForm {
    /// The bottom of the form: what the newest key or answer came to, and the submit row, always the last line.
    ///
    /// - Parameter limit: the most lines; the submit row is kept.
    static func statusLines(
        of state: State, columns: Int, limit: Int, _ glyphs: Glyphs
    ) -> [[Span]] {
        let room = max(0, limit - 1)
        var lines: [[Span]] = []
        if let failure = state.failure {
            lines += failureLines(failure, of: state, columns: columns, glyphs)
        }
        if let notice = state.notice {
            let wrapped = Paragraph.wrap(notice, columns: columns, limit: 3)
            lines += wrapped.map { [Span($0, .warning)] }
        }
        // A notice answers the newest key: where room is short it is the failure that is cut.
        let kept = state.notice == nil ? Array(lines.prefix(room)) : Array(lines.suffix(room))
        return kept + [submitLine(of: state, columns: columns, glyphs)]
    }

    private static func failureLines(
        _ failure: ServiceFailure, of state: State, columns: Int, _ glyphs: Glyphs
    ) -> [[Span]] {
        let isUnknown = failure.kind == .outcomeUnknown
        let style: Style = isUnknown ? .warning : .danger
        let mark = isUnknown ? glyphs.warning : glyphs.cross
        var text = failure.message
        if let first = text.first { text = first.uppercased() + text.dropFirst() }
        if isUnknown {
            text = "Outcome unknown: the job may have been made. " + text
            text += " \(state.key("jobs")) lists the jobs of \(state.endpoint); "
            text += "look there before sending again."
        }
        if let request = failure.requestID { text += " Request id: \(request)." }
        let lines = Paragraph.wrap(text, columns: columns - 2, limit: 8)
        return lines.enumerated().map { index, line in
            [Span(index == 0 ? "\(mark) " : "  ", style), Span(line, style)]
        }
    }

    private static func submitLine(
        of state: State, columns: Int, _ glyphs: Glyphs
    ) -> [Span] {
        let isFocused = state.focus == .submit
        let mark = Span(isFocused ? "\(glyphs.pointer) " : "  ", .accent.bold)
        let isIdle = state.phase == nil
        let button: Style = isFocused ? .selection : isIdle ? .key : .dim
        return [mark, Span("[ Submit ]", button), Span("  ")]
            + readiness(of: state, columns: columns - 14, glyphs)
    }

    private static func readiness(
        of state: State, columns: Int, _ glyphs: Glyphs
    ) -> [Span] {
        if let phase = state.phase {
            return phaseSpans(phase, back: state.backKey, columns: columns, glyphs)
        }
        let problems = problems(in: state)
        if !problems.isEmpty {
            return [Span("\(glyphs.warning) \(Words.count(problems.count, "problem"))", .danger)]
        }
        let draft = draft(of: state)
        var words = ["\(glyphs.check) ready"]
        let meant = state.referencesBeside.union(state.lookedFor.values)
        let open = meant.filter { state.findings[$0] == nil }
        if !open.isEmpty { words = ["\(glyphs.circle) ready, the data is being looked at"] }
        if let sweep = sweep(in: state) {
            words.append("a sweep of \(Words.count(sweep.count, "job"))")
        }
        if !draft.overrides.isEmpty {
            words.append(Words.count(draft.overrides.count, "setting") + " changed")
        }
        if let earlier = state.earlier {
            let changes = changeCount(in: state)
            let what = changes == 0 ? "nothing changed" : "\(Words.count(changes, "value")) changed"
            words.append(
                earlier.isRepeat ? "\(earlier.name) again, \(what)" : "\(earlier.name): \(what)")
        }
        let style: Style = open.isEmpty ? .success : .info
        return [Span(words.joined(separator: " \(glyphs.separator) "), style)]
    }

    private static func phaseSpans(
        _ phase: SubmitPhase, back: String, columns: Int, _ glyphs: Glyphs
    ) -> [Span] {
        let words: String
        switch phase {
        case .checking: words = "checking"
        case .sending: words = "sending"
        case .lookingForJob: words = "no clear answer came back: looking for the job"
        case .uploading(let progress):
            return uploadSpans(progress, columns: columns, glyphs)
        }
        return [
            Span("\(glyphs.dot) \(words)", .running),
            Span("  \(back) leaves it to run", .dim),
        ]
    }
}

extension JobForm {
    /// Files, then bytes, then a bar, as far as there is room.
    private static func uploadSpans(
        _ progress: TransferProgress, columns: Int, _ glyphs: Glyphs
    ) -> [Span] {
        let files = Words.count(progress.filesTotal, "file")
        let counted = "\(glyphs.up) uploading \(Words.grouped(progress.filesDone)) of \(files)"
        let sizes = "\(Words.bytes(progress.bytesDone)) of \(Words.bytes(progress.bytesTotal))"
        var spans = [Span(counted, .running)]
        var room = columns - counted.count - 2
        if sizes.count <= room {
            spans.append(Span("  " + sizes, .dim))
            room -= sizes.count + 2
        }
        guard room >= 8 else { return spans }
        let isCounted = progress.bytesTotal > 0
        let bar = ProgressBar(
            fraction: isCounted
                ? Double(progress.bytesDone) / Double(progress.bytesTotal) : nil)
        let text = bar.text(columns: min(20, room), glyphs: glyphs)
        spans.insert(Span("  " + text, Style(.progress)), at: 1)
        return spans
    }
}

extension JobDraft.Overrides {
    /// Settings that are changed.
    fileprivate var count: Int {
        let given = [
            miniBatchSize != nil, instanceCount != nil, maxRetries != nil, timeout != nil,
            errorThreshold != nil, outputFileName != nil,
        ]
        return given.filter(\.self).count
    }
}
