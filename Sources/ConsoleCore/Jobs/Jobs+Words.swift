import BatchModel
import ConsoleGrid

extension Jobs {
    /// `Jobs of digits-batch 12`, and how the rows were chosen: the count first, since a long filter is cut.
    static func boxTitle(of state: State, _ glyphs: Glyphs) -> String {
        var title = state.isArchived ? "Archived jobs" : "Jobs"
        if let endpoint = state.endpoint { title += " of \(endpoint)" }
        if let total = state.list.total {
            title += " \(Words.grouped(total))"
        } else if state.list.isKnown {
            title += " \(Words.grouped(state.list.seenEnd))+"
        }
        var parts = [title]
        if !state.marks.isEmpty { parts.append("\(Words.grouped(state.marks.count)) marked") }
        if state.order != .newest { parts.append(state.order.words) }
        let matches = state.found?.page.matches ?? state.arrangement?.positions.count
        if state.isFiltered, let matches {
            parts.append(Words.count(matches, "match", "matches"))
            parts.append("/\(state.filter.applied)")
        }
        return parts.joined(separator: " \(glyphs.separator) ")
    }

    /// What would be here and how it comes about.
    static func emptyWords(of state: State) -> String {
        guard state.list.isKnown else {
            return state.asks.failure == nil ? "Asking for the jobs." : "No jobs are known."
        }
        if state.list.count == 0, state.isArchived {
            return "No archived jobs: \(state.key("archive")) on an ended job archives it. "
                + "\(state.key("archived")) shows the others."
        }
        if state.list.count == 0 {
            let way =
                state.endpoint == nil
                ? "Open an endpoint (\(state.everywhereKey("endpoints"))) and press "
                    + "\(Endpoints.keys.keyName("new-job", by: state.keymap))."
                : "\(state.key("new-job")) makes one."
            return "No jobs here. \(way) \(state.key("archived")) shows archived ones."
        }
        if state.isLookingOn || state.isBeingSearched { return "No job passes the filter so far." }
        return "No job passes the filter: \(state.key("clear-filter")) clears it."
    }

    // MARK: - The question

    /// The question that is open.
    static func box(of state: State) -> ConfirmBox? {
        guard let question = state.question else { return nil }
        let words = words(of: question, by: state.keymap)
        return state.box(
            words.question, detail: words.detail, confirmHint: words.confirm,
            dropHint: question.job == nil ? "leave them" : "keep it")
    }

    /// What is asked, about whom, and what `y` does.
    static func words(
        of question: Question, by keymap: Keymap = .standard
    ) -> (question: String, detail: String, confirm: String) {
        if let job = question.job, question.act == .cancel {
            return ("Cancel this job?", detail(of: job), "cancel the job")
        }
        let jobs = Words.count(question.plan.jobs.count, "job")
        let rest = question.plan.leftOutWords.map { "\n\($0)" } ?? ""
        let names = "\(question.plan.names())."
        let archived = keys.keyName("archived", by: keymap)
        switch question.act {
        case .cancel:
            return (
                "Cancel \(jobs)?", "\(names)\(rest)\nA cancelled job cannot be taken up again.",
                "cancel \(jobs)"
            )
        case .archive:
            return (
                "Archive \(jobs)?",
                "\(names)\(rest)\nThey leave the lists; results stay, and \(archived) finds them "
                    + "again.",
                "archive \(jobs)"
            )
        case .restore:
            return (
                "Restore \(jobs)?", "\(names)\(rest)\nThey come back into the lists.",
                "restore \(jobs)"
            )
        }
    }

    private static func detail(of job: Job) -> String {
        let name = JobLine.name(of: job)
        let id = name == job.id.rawValue ? "" : " (\(job.id))"
        let place = JobDetail.place(of: job)
        let owner = place.isEmpty ? "" : " on \(place)"
        var status = job.status.rawValue
        if let progress = job.progress, let total = progress.totalMiniBatches {
            status += ", \(progress.processedMiniBatches) of \(total) mini-batches done"
        }
        return "\(name)\(id)\(owner): \(status).\nA cancelled job cannot be taken up again."
    }

    // MARK: - The bottom line

    /// Draws into the lower edge how far the rows go, on the left, and whose word it is and how old, on the right.
    static func drawBottom(
        _ state: State, on screen: inout Screen, in rect: Rect, _ context: ViewContext
    ) {
        let room = rect.columns - 6
        guard rect.rows >= 2, room > 0 else { return }
        let row = rect.endRow - 1
        let left = scopeText(of: state, context.glyphs)
        let leftColumns = left.isEmpty ? 0 : min(room, TextWidth.columns(of: left)) + 3
        let right = originText(of: state, columns: room - leftColumns, context)
        let isFailing = state.asks.failure != nil
        if !left.isEmpty {
            screen.write(
                " \(left) ", at: Point(row: row, column: rect.column + 2), style: .dim,
                maxColumns: room)
        }
        let start = rect.endColumn - 4 - TextWidth.columns(of: right)
        if !right.isEmpty {
            screen.write(
                " \(right) ", at: Point(row: row, column: start),
                style: isFailing ? .warning : .dim)
        }
    }

    /// Which rows these are, where they are not all of the list.
    private static func scopeText(of state: State, _ glyphs: Glyphs) -> String {
        let total = state.list.total.map(Words.grouped)
        guard let arrangement = state.arrangement else {
            let visible = state.window.visible
            guard visible.count < state.window.count, let first = visible.first else { return "" }
            let rows = "\(Words.grouped(first + 1))-\(Words.grouped(visible.upperBound))"
            return total.map { "\(rows) of \($0)" } ?? rows
        }
        guard arrangement.isPartial else { return "" }
        if let page = state.found?.page, page.isWhole {
            return "the best \(Words.grouped(page.jobs.count))"
        }
        let newest = "in the newest \(Words.grouped(arrangement.scope))"
        var parts = [total.map { "\(newest) of \($0)" } ?? "\(newest), more follow"]
        if state.isLookingOn || state.isBeingSearched { parts.append("looking on") }
        return parts.joined(separator: " \(glyphs.separator) ")
    }

    /// Columns from which on the usual source has room too.
    private static let wideRoom = 110

    /// `from the workspace's job list · 3 s old`, the source where there is room: the usual one only where there is plenty.
    private static func originText(
        of state: State, columns: Int, _ context: ViewContext
    ) -> String {
        guard let asOf = state.asOf else { return "" }
        let glyphs = context.glyphs
        let old = Words.age(of: asOf, at: context.now)
        var age = old == "now" ? old : "\(old) old"
        if state.isRefreshing { age = "asking \(glyphs.separator) \(age)" }
        guard TextWidth.columns(of: age) <= columns else { return "" }
        let room = columns - TextWidth.columns(of: age) - 3
        let usual = room >= wideRoom && !state.list.source.isEmpty ? state.list.source : nil
        guard let source = unusualSource(of: state) ?? usual, room >= 12 else { return age }
        let from = TextWidth.truncate(
            "from \(source)", columns: room, ellipsis: glyphs.ellipsis)
        return "\(from) \(glyphs.separator) \(age)"
    }

    /// The source where it is another list than the one this screen is of; the words are the client's.
    private static func unusualSource(of state: State) -> String? {
        let source = state.list.source
        let usual = state.endpoint == nil ? "the workspace's job list" : "the endpoint's job list"
        return source.isEmpty || source == usual ? nil : source
    }
}
