import BatchModel
import ConsoleGrid

// The head is four lines: what the job is, how far it is, its pace, and one line of news, which is the most urgent thing
// there is to say now. News of a failure may take three lines. How many lines there are never depends on the time.

extension JobDetail {
    /// Lines of the head.
    static func headCount(of state: State, columns: Int, limit: Int) -> Int {
        min(limit, 3 + newsCount(of: state, columns: columns))
    }

    /// The head's lines, the least important left out where there is no room for all.
    static func headLines(
        of state: State, columns: Int, limit: Int, isBoxed: Bool, _ context: ViewContext
    ) -> [[Span]] {
        let glyphs = context.glyphs
        let who = identity(of: state, columns: columns, isBoxed: isBoxed, context)
        let far = progressLine(of: state, columns: columns, context)
        let pace = joined(paceWords(of: state, context.serviceNow), columns: columns, glyphs)
        let news = news(of: state, columns: columns, isBoxed: isBoxed, context)
        guard limit >= 4 else {
            let isUrgent = state.lost != nil || state.notice != nil || state.cancel != nil
            let third = isUrgent || pace.isEmpty ? news.prefix(1) : [pace]
            return Array(([who, far] + third).prefix(limit))
        }
        // The pace gives way to news that do not fit below it.
        let isTight = 3 + news.count > limit
        let lines = [who, far] + (isTight ? [] : [pace]) + news
        guard lines.count > limit, let last = lines[limit - 1].last else { return lines }
        // The news go on where the head ends.
        let cut =
            TextWidth.prefix(last.text, columns: max(0, columns - 1)) + String(glyphs.ellipsis)
        return lines.prefix(limit - 1) + [[Span(cut, last.style)]]
    }

    // MARK: - Who

    private static func identity(
        of state: State, columns: Int, isBoxed: Bool, _ context: ViewContext
    ) -> [Span] {
        guard let job = state.job.value else {
            return [Span(state.id.rawValue, .text)]
        }
        let mark = "\(job.status.mark(context.glyphs)) \(job.status)"
        let room = columns - TextWidth.columns(of: mark) - 2
        let gap = " \(context.glyphs.separator) "
        let name = name(of: state)
        if isBoxed {
            var words = [place(of: job)]
            if let created = job.createdAt {
                words.append("accepted \(created.readable) UTC")
            }
            let text = words.filter { !$0.isEmpty }.joined(separator: gap)
            return [Span("\(mark)  ", job.status.style.bold), Span(text, .dim)]
        }
        guard name != state.id.rawValue else {
            let id = TextWidth.truncateMiddle(
                name, columns: room, ellipsis: context.glyphs.ellipsis)
            return [Span("\(mark)  ", job.status.style.bold), Span(id, .title)]
        }
        let shown = TextWidth.truncate(
            name, columns: max(room / 2, room - state.id.rawValue.count - 2),
            ellipsis: context.glyphs.ellipsis)
        let rest = room - TextWidth.columns(of: shown) - 2
        let id = TextWidth.truncateMiddle(
            state.id.rawValue, columns: rest, ellipsis: context.glyphs.ellipsis)
        return [
            Span("\(mark)  ", job.status.style.bold), Span(shown, .title), Span("  " + id, .dim),
        ]
    }

    /// `digits-batch/nearest`, as far as known.
    static func place(of job: Job) -> String {
        [job.endpoint?.rawValue, job.deployment?.rawValue].compactMap(\.self)
            .joined(separator: "/")
    }

    // MARK: - How far

    private static func progressLine(
        of state: State, columns: Int, _ context: ViewContext
    ) -> [Span] {
        guard let job = state.job.value else {
            return [Span(state.lost == nil ? "asking for the job" : "nothing is known of it", .dim)]
        }
        if let progress = state.progress, let total = progress.totalMiniBatches {
            let counts =
                "\(Words.grouped(progress.processedMiniBatches))/\(Words.grouped(total)) "
                + (total == 1 ? "mini-batch" : "mini-batches")
            var after = [Span(counts, job.status.style)]
            if let failed = progress.failedItems {
                let words = " \(context.glyphs.separator) \(Words.count(failed, "item")) failed"
                after.append(Span(words, failed > 0 ? .danger.bold : .dim))
            }
            return bar(progress.fraction, after, job.status, columns: columns, context)
        }
        if let progress = state.progress, progress.processedMiniBatches > 0 {
            let done = Words.count(progress.processedMiniBatches, "mini-batch", "mini-batches")
            let words = "\(done) done, more are being scheduled"
            return bar(nil, [Span(words, .running)], job.status, columns: columns, context)
        }
        if let steps = state.steps, steps.count > 1 {
            let done = steps.filter { $0.status.isTerminal }.count
            let words = "\(done) of \(Words.count(steps.count, "step")) ended"
            let fraction = Double(done) / Double(steps.count)
            let span = Span(words, job.status.style)
            return bar(fraction, [span], job.status, columns: columns, context)
        }
        return [phase(of: job, context.serviceNow)]
    }

    private static func bar(
        _ fraction: Double?, _ after: [Span], _ status: JobStatus, columns: Int,
        _ context: ViewContext
    ) -> [Span] {
        let needed = after.reduce(0) { $0 + TextWidth.columns(of: $1.text) }
        let share = fraction.map { " \(Int($0 * 100)) %  " } ?? " "
        let room = min(48, columns - needed - share.count)
        guard room >= 8 else { return after }
        let text = ProgressBar(fraction: fraction).text(columns: room, glyphs: context.glyphs)
        let style: Style =
            status == .failed ? .danger : status.isActive ? Style(.progress) : status.style
        return [Span(text, style), Span(share, .dim)] + after
    }

    /// `Queued for 0:42`: what it is waiting for, before anything is counted (USER-PAINS 4).
    private static func phase(of job: Job, _ now: Timestamp) -> Span {
        guard job.status.isActive else { return Span("no progress was counted", .dim) }
        let since = job.timeline.last { $0.status == job.status }?.at ?? job.createdAt
        let lasted = since.map { " for \(Words.clock(now - $0))" } ?? ""
        return Span("\(job.status)\(lasted), nothing is counted yet", job.status.style)
    }

    // MARK: - Pace

    private static func paceWords(of state: State, _ now: Timestamp) -> [Span] {
        guard let job = state.job.value else { return [] }
        var spans: [Span] = []
        let quiet = quiet(of: state, now)
        if let quiet { spans.append(Span("last progress \(quiet) ago", .warning.bold)) }
        if let start = job.startedAt {
            let words =
                job.endedAt.map { "took \(Words.span($0 - start))" }
                ?? "elapsed \(Words.clock(now - start))"
            spans.append(Span(words, .text))
        }
        guard let progress = state.progress else { return spans }
        if quiet == nil, let left = remaining(of: state, progress, now) {
            spans.append(Span("about \(Words.clock(left)) left", .text))
        }
        if let rate = progress.ratePerSecond {
            spans.append(Span(Pace.longWords(rate: rate), .dim))
        }
        if let items = progress.totalItems { spans.append(Span(Words.count(items, "item"), .dim)) }
        return spans
    }

    /// How long nothing was heard of a running job; nil while that is not long.
    static func quiet(of state: State, _ now: Timestamp) -> String? {
        guard state.status == .running, state.lost == nil, let last = state.progress?.asOf,
            now - last > State.quietAfter
        else { return nil }
        return Words.age(of: last, at: now)
    }

    private static func remaining(
        of state: State, _ progress: Progress, _ now: Timestamp
    ) -> Duration? {
        guard state.status == .running, state.lost == nil else { return nil }
        return Pace.remaining(progress, at: now)
    }

    /// As many pieces as fit, with separators.
    static func joined(_ pieces: [Span], columns: Int, _ glyphs: Glyphs) -> [Span] {
        var spans: [Span] = []
        var used = 0
        for piece in pieces {
            let needed = TextWidth.columns(of: piece.text) + (spans.isEmpty ? 0 : 3)
            guard used + needed <= columns else { continue }
            if !spans.isEmpty { spans.append(Span(" \(glyphs.separator) ", .dim)) }
            spans.append(piece)
            used += needed
        }
        return spans
    }
}
