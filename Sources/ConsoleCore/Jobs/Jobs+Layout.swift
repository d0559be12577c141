import BatchModel
import ConsoleGrid

extension Jobs {
    /// Who gets which rows of the place: the filter and its problem, the headings, the jobs, and what there is to say.
    struct Layout {
        var filter: Rect
        var problem: Rect
        var headings: Rect
        var list: Rect
        var notices: Rect
        /// The lines of `problem` and `notices`.
        var problemLines: [String]
        var noticeLines: [[Span]]
    }

    /// Below so many columns the margin goes to the jobs.
    private static let narrowColumns = 64

    static func layout(of state: State, in rect: Rect, glyphs: Glyphs) -> Layout {
        let inside = rect.inset(rows: 1, columns: rect.columns < narrowColumns ? 1 : 2)
        let problem = state.filter.isEditing ? state.filter.problem ?? "" : ""
        let problemLines =
            problem.isEmpty ? [] : wrapped(problem, columns: inside.columns - 2, limit: 4, glyphs)
        let notices = noticeLines(
            of: state, columns: inside.columns, limit: max(1, inside.rows / 2), glyphs)
        // A line for a job comes before everything but what is being typed.
        var rest = inside
        func takeTop(_ rows: Int, leaving: Int) -> Rect {
            let parts = rest.split(rowsAt: min(rows, max(0, rest.rows - leaving)))
            rest = parts.bottom
            return parts.top
        }
        let filter = takeTop(state.filter.isEditing ? 1 : 0, leaving: 0)
        let problemPlace = takeTop(problemLines.count, leaving: 1)
        let headings = takeTop(rest.rows > 2 ? 1 : 0, leaving: 1)
        let parts = rest.split(rowsAt: max(1, rest.rows - notices.count))
        return Layout(
            filter: filter, problem: problemPlace, headings: headings, list: parts.top,
            notices: parts.bottom, problemLines: problemLines, noticeLines: notices)
    }

    /// Failures, cancellations under way and what they came to, the newest last.
    ///
    /// Where room is short the newest is said in full and the older ones are cut.
    private static func noticeLines(
        of state: State, columns: Int, limit: Int, _ glyphs: Glyphs
    ) -> [[Span]] {
        var all: [[Span]] = []
        for notice in notices(of: state, glyphs).reversed() {
            let room = limit - all.count
            guard room > 0 else { break }
            let lines = wrapped(notice.text, columns: columns - 2, limit: room, glyphs)
            let marked = lines.enumerated().map { index, line in
                [Span((index == 0 ? "\(notice.mark) " : "  ") + line, notice.style)]
            }
            all.insert(contentsOf: marked, at: 0)
        }
        return all
    }

    /// So many lines at most; the last of a text that has more says that it goes on.
    private static func wrapped(
        _ text: String, columns: Int, limit: Int, _ glyphs: Glyphs
    ) -> [String] {
        var lines = Paragraph.wrap(text, columns: columns, limit: limit + 1)
        guard lines.count > limit, limit > 0 else { return lines }
        lines.removeLast()
        let end = TextWidth.prefix(lines[limit - 1], columns: columns - 1)
        lines[limit - 1] = end + String(glyphs.ellipsis)
        return lines
    }

    private static func notices(
        of state: State, _ glyphs: Glyphs
    ) -> [(text: String, mark: Character, style: Style)] {
        var notices: [(text: String, mark: Character, style: Style)] = []
        if let failure = state.asks.failure ?? state.search.failure {
            notices.append(
                (
                    failure.message.sentence + " \(state.key("refresh")) asks again.", glyphs.cross,
                    .danger
                ))
        }
        if let job = state.selectedJob, let held = Words.held(job) {
            notices.append(("\(JobLine.name(of: job)) is \(held)", glyphs.warning, .warning))
        }
        if !state.cancelling.isEmpty {
            let names = JobLine.names(of: state.cancelling)
            notices.append(("Asking the service to cancel \(names)", glyphs.dot, .running))
        }
        if let notice = state.notice { notices.append((notice, glyphs.warning, .warning)) }
        return notices
    }
}
