import BatchModel
import ConsoleGrid

extension JobDetail {
    /// Lines that the news of a failure may take.
    private static let newsLimit = 3

    /// How many lines the news are.
    static func newsCount(of state: State, columns: Int) -> Int {
        if let notice = state.notice { return wrapped(notice.text, columns).count }
        guard let lost = state.lost else { return 1 }
        return min(newsLimit, 1 + wrapped(said(lost.failure), columns).count)
    }

    /// The most urgent thing to say now.
    static func news(
        of state: State, columns: Int, isBoxed: Bool, _ context: ViewContext
    ) -> [[Span]] {
        if let notice = state.notice {
            let style: Style = notice.isFailure ? .danger : .info
            return wrapped(notice.text, columns).map { [Span($0, style)] }
        }
        if let lost = state.lost { return lostLines(lost, of: state, columns: columns, context) }
        var pieces = calmNews(of: state, context)
        if let job = state.job.value, !isBoxed { pieces.append(Span(place(of: job), .dim)) }
        return [joined(pieces, columns: columns, context.glyphs)]
    }

    private static func wrapped(_ text: String, _ columns: Int) -> [String] {
        let lines = Paragraph.wrap(text, columns: max(1, columns), limit: newsLimit)
        return lines.isEmpty ? [""] : lines
    }

    private static func lostLines(
        _ lost: Lost, of state: State, columns: Int, _ context: ViewContext
    ) -> [[Span]] {
        let age = Words.age(of: lost.since, at: context.now)
        var words =
            lost.failure.kind == .unreachable || lost.failure.kind == .timedOut
            ? "connection lost" : "not followed any more"
        if age != "now" { words += " \(age) ago" }
        let mark = "\(context.glyphs.warning) "
        var pieces = [Span(mark + words, .warning.bold)]
        let known = state.job.asOf.map { Words.age(of: $0, at: context.now) }
        if let known, known != "now" { pieces.append(Span("shown is \(known) old", .warning)) }
        let next = lost.nextTry.map { max(0, ($0 - context.now).components.seconds) }
        let isGone = lost.failure.kind == .notFound && !state.job.isLoading
        pieces.append(
            Span(
                isGone
                    ? "\(state.key("refresh")) asks again"
                    : next.map { "tries again in \($0) s" } ?? "trying again", .dim))
        var rest = wrapped(said(lost.failure), columns)
        if rest.count >= newsLimit {
            rest = Array(rest.prefix(newsLimit - 1))
            let last = rest.removeLast()
            rest.append(
                TextWidth.prefix(last, columns: max(0, columns - 1))
                    + String(context.glyphs.ellipsis))
        }
        return [joined(pieces, columns: columns, context.glyphs)]
            + rest.map { [Span($0, .warning)] }
    }

    private static func calmNews(of state: State, _ context: ViewContext) -> [Span] {
        guard let job = state.job.value else { return [] }
        if let words = cancelWords(of: state) { return [Span(words, .warning)] }
        if let held = Words.held(job) {
            return [Span("\(context.glyphs.warning) \(held)", .warning.bold)]
        }
        switch job.status {
        case .completed:
            return [
                Span(
                    "\(context.glyphs.check) done: \(state.key("results")) opens the results",
                    .success.bold)
            ]
        case .failed:
            let words =
                (state.view == .error ? "" : "\(state.key("error")) shows the error, ")
                + "\(state.key("again")) does it again"
            return [Span("\(context.glyphs.cross) it failed: \(words)", .danger.bold)]
        case .canceled:
            return [Span("it was cancelled: \(state.key("again")) does it again", .warning)]
        case .notResponding:
            return [Span("the compute does not respond", .danger)]
        case .notStarted, .starting, .provisioning, .preparing, .queued, .running, .finalizing,
            .cancelRequested, .paused, .unknown:
            break
        }
        if state.job.asOf == nil {
            return [Span("as last listed; asking for the newest state", .dim)]
        }
        return state.progress?.note.map { [Span("the runner says: \($0)", .info)] } ?? []
    }

    private static func cancelWords(of state: State) -> String? {
        guard state.isActive else { return nil }
        if state.status == .cancelRequested || state.cancel == .accepted {
            return "it was asked to cancel and ends soon"
        }
        return state.cancel == .sending ? "asking it to cancel" : nil
    }
}
