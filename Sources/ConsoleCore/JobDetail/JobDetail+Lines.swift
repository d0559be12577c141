import BatchModel
import ConsoleGrid

// The views that are plain lines: the error, the times, the request. They are made of what is known, for a width; the time
// may change their words but never how many they are, so that scrolling fits what is drawn.

extension JobDetail {
    /// The lines of the chosen view; none for logs, which are drawn from their own store.
    static func lines(
        of state: State, columns: Int, now: Timestamp, _ glyphs: Glyphs
    ) -> [[Span]] {
        switch state.view {
        case .logs: []
        case .error: errorLines(of: state, columns: columns, glyphs)
        case .timeline: timelineLines(of: state, columns: columns, now: now, glyphs)
        case .request: requestLines(of: state, columns: columns)
        }
    }

    /// Text broken into lines of one style, with blanks before each.
    static func wrapped(
        _ text: String, columns: Int, indent: Int = 0, _ style: Style
    ) -> [[Span]] {
        let blanks = String(repeating: " ", count: indent)
        return Paragraph.wrap(text, columns: max(1, columns - indent)).map { line in
            [Span(blanks + line, style)]
        }
    }
}

// MARK: - Times

extension JobDetail {
    private static func timelineLines(
        of state: State, columns: Int, now: Timestamp, _ glyphs: Glyphs
    ) -> [[Span]] {
        guard let job = state.job.value else {
            return wrapped("The states of the job will be here.", columns: columns, .dim)
        }
        var lines = stateLines(of: job, now: now, glyphs)
        for step in state.steps ?? [] {
            guard let start = step.startedAt else { continue }
            if step.id == state.steps?.first?.id { lines += [[], [Span("Steps", .heading)]] }
            let took =
                step.endedAt.map { Words.span($0 - start) } ?? "\(Words.clock(now - start)) so far"
            lines.append(
                timeLine(start, step.status, name: step.name, took: took, glyphs))
        }
        return lines
    }

    private static func stateLines(
        of job: Job, now: Timestamp, _ glyphs: Glyphs
    ) -> [[Span]] {
        let changes = changes(of: job)
        guard let first = changes.first else {
            return [[Span("The service has told no times yet.", .dim)]]
        }
        var date = first.at.readable.prefix(10)
        var lines = [[Span("\(date), times in UTC", .heading)]]
        for (index, change) in changes.enumerated() {
            if change.at.readable.prefix(10) != date {
                date = change.at.readable.prefix(10)
                lines.append([Span(String(date), .heading)])
            }
            let next = index + 1 < changes.count ? changes[index + 1].at : nil
            let isLasting = next == nil && change.status.isActive
            lines.append(
                timeLine(
                    change.at, change.status, name: change.status.rawValue,
                    took: lasted(change, until: next, now) + (isLasting ? " so far" : ""), glyphs))
        }
        return lines
    }

    /// How long a state lasted, or has been lasting; nothing for the last one of a job that ended.
    static func lasted(
        _ change: StatusChange, until next: Timestamp?, _ now: Timestamp
    ) -> String {
        if let next { return Words.span(next - change.at) }
        return change.status.isTerminal ? "" : Words.clock(now - change.at)
    }

    /// The states with their times; where the service tells none, those that the job's own times stand for.
    static func changes(of job: Job) -> [StatusChange] {
        if !job.timeline.isEmpty { return job.timeline }
        var changes: [StatusChange] = []
        if let created = job.createdAt {
            changes.append(StatusChange(status: .notStarted, at: created))
        }
        if let started = job.startedAt {
            changes.append(StatusChange(status: .running, at: started))
        }
        if let ended = job.endedAt { changes.append(StatusChange(status: job.status, at: ended)) }
        return changes
    }

    private static func timeLine(
        _ time: Timestamp, _ status: JobStatus, name: String, took: String, _ glyphs: Glyphs
    ) -> [Span] {
        [
            Span("\(timeOfDay(time))  ", .dim), Span("\(status.mark(glyphs)) ", status.style),
            Span(TextWidth.fit(name, columns: 18, ellipsis: glyphs.ellipsis), .text),
            Span(took.isEmpty ? "" : "  \(took)", .dim),
        ]
    }

    /// `08:14:03` in UTC.
    static func timeOfDay(_ time: Timestamp) -> String { String(time.readable.suffix(8)) }
}

// MARK: - Request

extension JobDetail {
    private static func requestLines(of state: State, columns: Int) -> [[Span]] {
        guard let job = state.job.value else {
            return wrapped("What was asked for will be here.", columns: columns, .dim)
        }
        var lines = values("Inputs", job.inputs, none: "none that are known", columns: columns)
        lines.append([])
        lines += values(
            "Outputs", job.outputs, none: "none asked for: a new place on the default datastore",
            columns: columns)
        var facts = ["job": job.id.rawValue]
        facts["endpoint"] = job.endpoint?.rawValue
        facts["deployment"] = job.deployment?.rawValue
        facts["experiment"] = job.experimentName
        facts["accepted"] = job.createdAt.map { "\($0.readable) UTC" }
        lines.append([])
        lines += values("Job", facts, none: "", columns: columns)
        guard !job.tags.isEmpty else { return lines }
        return lines + [[]] + values("Tags", job.tags, none: "", columns: columns)
    }

    /// Names and values under a heading, in the order of the names.
    private static func values(
        _ title: String, _ values: [String: String], none: String, columns: Int
    ) -> [[Span]] {
        var lines = [[Span(title, .heading)]]
        if values.isEmpty { lines.append([Span("  " + none, .dim)]) }
        let widest = values.keys.reduce(0) { max($0, TextWidth.columns(of: $1)) }
        let width = min(widest, max(8, columns / 3)) + 2
        for (name, value) in values.sorted(by: { $0.key < $1.key }) {
            let texts = Paragraph.wrap(value, columns: max(1, columns - width - 2))
            for (index, text) in (texts.isEmpty ? [""] : texts).enumerated() {
                let label = TextWidth.fit(index == 0 ? name : "", columns: width - 1)
                lines.append([Span("  \(label) ", .accent), Span(text, .text)])
            }
        }
        return lines
    }
}
