import BatchModel
import ConsoleGrid

extension Jobs {
    /// Its keys.
    public static let keys = KeyTable<State, Action>(
        "jobs", title: "Jobs",
        questionRows + filterRows + jobRows + actRows + markRows + listRows + moveRows,
        help: jobRows + actRows + markRows + listRows + moveRows + filterRows + questionRows,
        typing: .init(
            while: isEditingText, in: { $0.filter.field }, sends: Action.filterEdited(key:)),
        mouse: mouse)

    private static func isEditingText(_ state: State) -> Bool {
        state.filter.isEditing && state.question == nil
    }

    /// Rows the list moves at one step of the wheel, as terminals scroll.
    private static let wheelRows = 3

    private static func mouse(_ event: MouseEvent, in state: State) -> Verdict<Action>? {
        if let box = box(of: state) {
            return keys.verdict(for: event, on: box, in: Rect(size: state.size), of: state)
        }
        switch event.kind {
        case .wheelUp: return .send(.rowsScrolled(rows: -wheelRows))
        case .wheelDown: return .send(.rowsScrolled(rows: wheelRows))
        case .left, .double:
            let list = layout(of: state, in: Rect(size: state.size), glyphs: .unicode).list
            guard let row = state.window.row(at: event.position, in: list) else { return nil }
            guard row == state.window.selected else { return .send(.rowClicked(row: row)) }
            return .send(.openPressed, unless: noJobRefusal(in: state))
        case .middle, .right, .release: return nil
        }
    }
}

// MARK: - Rows

extension Jobs {
    private typealias Binding = KeyRow<State, Action>

    private static func isInList(_ state: State) -> Bool {
        state.question == nil && !state.filter.isEditing
    }

    private static let questionRows: [Binding] = [
        Binding("confirm: y", hint: "yes", help: "In the question: does it.", sends: .actConfirmed),
        Binding(
            "decline: n <esc>", hint: "no", help: "In the question: leaves things as they are.",
            sends: .actDismissed),
    ].when { $0.question != nil }

    private static let filterRows: [Binding] =
        [
            Binding(
                "filter-keep: <enter>", hint: "keep",
                help: "In the filter: keeps it and goes to the list.", sends: .filterKept,
                unless: { $0.filter.problem == nil ? nil : "the filter cannot be read" }),
            Binding(
                "filter-clear: <esc>", hint: "clear", help: "In the filter: clears it.",
                sends: .filterCleared),
        ].when(isEditingText).inText() + [
            Binding(
                "clear-message: <esc>", hint: "clear message", help: "Clears a message.",
                sends: .noticeDismissed, when: { $0.notice != nil && $0.question == nil })
        ]
        + [
            Binding(
                "clear-marks: <esc>", hint: "clear marks",
                help: "In the list: takes all marks off.",
                sends: .markPressed(step: .none), when: { !$0.marks.isEmpty }),
            Binding(
                "clear-filter: <esc>", hint: "clear filter",
                help: "In the list: clears the filter.",
                sends: .filterCleared, when: { $0.isFiltered }),
        ].when(isInList)

    private static let jobRows: [Binding] = [
        Binding(
            "open: <enter>", hint: "open", help: "Opens the job.", sends: .openPressed,
            unless: noJobRefusal),
        Binding(
            "results: o", hint: "results", help: "Opens the job's results.",
            sends: .resultsPressed, unless: { noJobRefusal(in: $0) ?? resultsRefusal(in: $0) }),
        Binding(
            "new-job: n", hint: "new job", help: "A new job on the list's or the job's endpoint.",
            sends: .newJobPressed, unless: newJobRefusal),
        Binding(
            "again: a", hint: "again", help: "Fills a form with the job's inputs.",
            sends: .againPressed,
            unless: { noJobRefusal(in: $0) ?? JobDetail.againRefusal(of: $0.selectedJob) }),
    ].when(isInList)

    /// What is done to the marked jobs when there are any, else to the selected one.
    private static let actRows: [Binding] = [
        actRow(
            "cancel: c <del>", hint: "cancel",
            help: "Cancels the job, or all that are marked, after a question.", .cancel),
        Binding(
            "retry: R", hint: "retry",
            help: "Submits the job, or all that are marked, once more, after a question.",
            sends: .retryPressed,
            unless: { state in
                guard state.marks.isEmpty else { return nil }
                return noJobRefusal(in: state) ?? state.selectedJob.flatMap(Retry.clause)
            }),
        actRow(
            "archive: A",
            help: "Archives an ended job, or all that are marked: out of the lists, not gone.",
            .archive
        ).when { !$0.isArchived },
        actRow(
            "restore: A", hint: "restore",
            help: "Among the archived: brings the job back into the lists.", .restore
        ).when { $0.isArchived },
        Binding(
            "copy: y", hint: "copy id",
            help: "Copies the id of the job, or of all that are marked.",
            sends: .copyPressed, unless: nothingMeantRefusal),
    ].when(isInList)

    private static func actRow(
        _ keys: String, hint: String = "", help: String, _ act: Act
    ) -> Binding {
        Binding(
            keys, hint: hint, help: help, sends: .actPressed(act: act),
            unless: { nothingMeantRefusal(in: $0) ?? refusal(of: act, in: $0) })
    }

    private static let markRows: [Binding] = [
        Binding(
            "mark: <space>", hint: "mark", help: "Marks the job, or no longer, and goes on.",
            sends: .markPressed(step: .toggle), unless: noJobRefusal),
        Binding(
            "mark-range: <ctrl-space>", help: "Marks from the job marked last to this one.",
            sends: .markPressed(step: .range), unless: noJobRefusal),
        Binding(
            "mark-all: *", help: "Marks all that are shown; when they all are, none.",
            sends: .markPressed(step: .all), unless: markAllRefusal),
        Binding(
            "compare: =", hint: "compare", help: "Shows two marked jobs side by side.",
            sends: .comparePressed, unless: compareRefusal
        ).hinted { compareRefusal(in: $0) == nil },
    ].when(isInList)

    private static let listRows: [Binding] = [
        Binding(
            "filter: /", hint: "filter",
            help: "Filters the jobs: words, !not, /re/, status:failed, age:<2d.",
            sends: .filterOpened),
        Binding(
            "failed-first: F", hint: "failed first",
            help: "Failed jobs first, then those under way; again: newest first."
        ) { .send(.orderChosen(order: $0.order == .failedFirst ? .newest : .failedFirst)) },
        Binding(
            "next-order: S", help: "The next order: newest, failed first, longest first, by name."
        ) { .send(.orderChosen(order: $0.order.next)) },
        Binding(
            "archived: V", help: "The archived jobs, or back to the others.", sends: .viewSwitched),
        Binding(
            "refresh: r", hint: "refresh", help: "Asks for the jobs again.",
            sends: .refreshPressed),
    ].when(isInList)

    private static let moveRows: [Binding] =
        [
            Binding("down: j", help: "The next job.", sends: .rowMoved(step: .down)),
            Binding("up: k", help: "The job before.", sends: .rowMoved(step: .up)),
        ].when(isInList)
        + [
            Binding(
                "arrow-down: <down>", help: "The next job, from the filter too.",
                sends: .rowMoved(step: .down)),
            Binding(
                "arrow-up: <up>", help: "The job before, from the filter too.",
                sends: .rowMoved(step: .up)),
            Binding("page-down: <pgdn>", help: "A page down.", sends: .rowMoved(step: .pageDown)),
            Binding("page-up: <pgup>", help: "A page up.", sends: .rowMoved(step: .pageUp)),
        ].when { $0.question == nil }
        + Binding.moves(
            [
                (.halfPageDown, "<ctrl-d>", "Half a page down."),
                (.halfPageUp, "<ctrl-u>", "Half a page up."),
                (.first, "g <home>", "The newest job."), (.last, "G <end>", "The oldest job."),
            ], sends: Action.rowMoved(step:)
        ).when(isInList)
}

// MARK: - Refusals

extension Jobs {
    /// Why nothing can be done with the selected job: there is none; nil when there is one.
    private static func noJobRefusal(in state: State) -> String? {
        if state.selectedJob != nil { return nil }
        guard state.list.isKnown else { return "no jobs are known yet" }
        guard state.window.isEmpty else { return "this job is still being loaded" }
        return state.isFiltered ? "no job passes the filter" : "there is no job here yet"
    }

    /// The same for what is about the marked jobs when there are any.
    private static func nothingMeantRefusal(in state: State) -> String? {
        state.marks.isEmpty ? noJobRefusal(in: state) : nil
    }

    private static func newJobRefusal(in state: State) -> String? {
        if state.endpoint != nil { return nil }
        guard let job = state.selectedJob else {
            return "no job is selected whose endpoint could be taken"
        }
        return job.endpoint == nil
            ? "the service does not say which endpoint this job is of" : nil
    }

    /// Why the selected job has no results; nil when there may be some.
    private static func resultsRefusal(in state: State) -> String? {
        guard let status = state.selectedJob?.status else { return nil }
        return switch status {
        case .notStarted, .starting, .provisioning, .preparing, .queued:
            "the job is \(status): it has not begun to write results"
        case .running, .finalizing, .cancelRequested, .completed, .failed, .canceled,
            .notResponding, .paused, .unknown:
            nil
        }
    }
}
