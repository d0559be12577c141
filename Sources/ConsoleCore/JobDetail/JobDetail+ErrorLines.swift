import BatchModel
import ConsoleGrid

extension JobDetail {
    /// The real error first, then what to do, then the service's own words.
    static func errorLines(
        of state: State, columns: Int, _ glyphs: Glyphs
    ) -> [[Span]] {
        var lines: [[Span]] = []
        if let failure = state.error.failure {
            lines += wrapped(
                said(failure) + " \(state.key("refresh")) asks again.", columns: columns, .warning)
        }
        if state.mayHaveError, state.error.value == nil, state.error.failure == nil {
            lines += wrapped(
                "Looking through the logs for the error your script raised.", columns: columns,
                .info)
        }
        if let error = state.error.value?.error {
            if state.status != .failed, state.failedItems > 0 {
                let words = "\(Words.count(state.failedItems, "item")) failed; the first:"
                lines += wrapped(words, columns: columns, .warning) + [[]]
            }
            lines += found(error, in: state, columns: columns, glyphs)
        } else if state.error.value != nil, state.status == .failed {
            lines += withoutError(in: state, columns: columns, glyphs)
        } else if state.status != .failed {
            lines += notFailed(state, columns: columns)
        }
        return lines + serviceLines(of: state, columns: columns)
    }

    /// The error, where it happened, what to do about it, and the whole text.
    private static func found(
        _ error: JobError, in state: State, columns: Int, _ glyphs: Glyphs
    ) -> [[Span]] {
        var lines = headline(error.headline, columns: columns, glyphs)
        if let frame = error.userFrame {
            lines.append([Span("  at ", .dim), Span(frame, .accent.bold)])
        }
        lines += source(of: error, in: state).flatMap {
            wrapped($0, columns: columns, indent: 2, .dim)
        }
        let cause = UsefulError.explanation(of: error.text) ?? explanation(of: state)
        let again = state.key("again")
        let advice = error.userFrame.map {
            "Mend the script at \($0), then \(again) does it again."
        }
        let words = [cause, advice ?? "\(logWords(state)), \(again) does it again."]
        lines += section("What to do", columns: columns, words.compactMap(\.self), .text)
        guard error.text != error.headline else { return lines }
        let title = error.text.contains("Traceback") ? "Traceback" : "Whole text"
        return lines + section(title, columns: columns, [error.text], .text)
    }

    private static func headline(_ text: String, columns: Int, _ glyphs: Glyphs) -> [[Span]] {
        Paragraph.wrap(text, columns: max(1, columns - 2)).enumerated().map { index, line in
            let mark = index == 0 ? "\(glyphs.cross) " : "  "
            return [Span(mark + line, .danger.bold)]
        }
    }

    /// The log it was found in, in plain words and by name, and the step where there are several.
    private static func source(of error: JobError, in state: State) -> [String] {
        let steps = state.steps ?? []
        let step = steps.first { $0.id == error.step }
        let of = steps.count > 1 ? step.map { ", step \($0.name)" } ?? "" : ""
        guard let file = error.file else { return ["as the service tells it\(of)"] }
        return ["found in: \(LogLabel.text(for: file))\(of)", file]
    }

    private static func withoutError(
        in state: State, columns: Int, _ glyphs: Glyphs
    ) -> [[Span]] {
        let message = state.job.value?.errorMessage
        let first = message?.split(whereSeparator: \.isNewline).first.map(String.init)
        var lines = headline(first ?? "the job failed", columns: columns, glyphs)
        lines += wrapped("no log holds an error", columns: columns, indent: 2, .dim)
        let words = [
            explanation(of: state), "\(logWords(state)), \(state.key("refresh")) looks again.",
        ]
        return lines + section("What to do", columns: columns, words.compactMap(\.self), .text)
    }

    private static func logWords(_ state: State) -> String {
        "\(state.key("logs")) shows the logs, \(state.key("files")) lists them all"
    }

    private static func explanation(of state: State) -> String? {
        state.job.value?.errorMessage.flatMap(UsefulError.explanation)
    }

    private static func notFailed(_ state: State, columns: Int) -> [[Span]] {
        let items = Words.count(state.failedItems, "item")
        let words =
            if state.failedItems > 0, !state.isActive {
                state.error.value == nil
                    ? "\(items) failed, the job itself has not."
                    : "\(items) failed, the job itself has not. No log holds an error: "
                        + "\(logWords(state))."
            } else if state.failedItems > 0 {
                "\(items) failed so far, the job itself has not. What your "
                    + "script raised is in its logs: \(state.key("files")) lists them."
            } else if state.isActive {
                "No error. If the job fails, its real error will be here: the first one that "
                    + "your own script raised."
            } else {
                "No error: the job is \(state.status?.rawValue ?? "gone")."
            }
        return wrapped(words, columns: columns, .dim)
    }

    private static func serviceLines(of state: State, columns: Int) -> [[Span]] {
        var lines: [[Span]] = []
        if let text = state.job.value?.errorMessage, !text.isEmpty {
            lines += section("The service says", columns: columns, [text], .dim)
        }
        for step in state.steps ?? [] {
            guard let text = step.errorMessage, !text.isEmpty,
                text != state.job.value?.errorMessage
            else { continue }
            let title = "The service says of \(step.name)"
            lines += section(title, columns: columns, [text], .dim)
        }
        return lines
    }

    private static func section(
        _ title: String, columns: Int, _ texts: [String], _ style: Style
    ) -> [[Span]] {
        [[], [Span(title, .heading)]]
            + texts.flatMap { wrapped($0, columns: columns, indent: 2, style) }
    }
}
