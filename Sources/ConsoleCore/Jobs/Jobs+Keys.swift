import BatchModel
public import ConsoleGrid

extension Jobs {
    /// Its keys.
    public static let keys = KeyTable<State, Action>(
        "jobs", questionRows + filterRows + jobRows + actRows + markRows + listRows + moveRows,
        help: jobRows + actRows + markRows + listRows + moveRows + filterRows + questionRows)

    /// What a key comes to; nil when the list has no use for it. The mouse is read from the top left of the list's place.
    public static func verdict(
        for key: KeyPress, in state: State, by keymap: Keymap = .standard
    ) -> Verdict<Action>? {
        if let verdict = keys.verdict(
            for: key, in: state, by: keymap, isTyping: isEditingText(state))
        {
            return verdict
        }
        guard state.question == nil else { return nil }
        if case .mouse(let event) = key { return mouse(event, in: state) }
        guard state.filter.isEditing else { return nil }
        var field = state.filter.field
        return field.handle(key) ? .send(.filterEdited(key: key)) : nil
    }

    /// Whether plain letters go into the filter before anything else.
    public static func isEditingText(_ state: State) -> Bool {
        state.filter.isEditing && state.question == nil
    }

    /// The footer's hints.
    public static func hints(in state: State, by keymap: Keymap = .standard) -> [KeyHint] {
        keys.hints(in: state, by: keymap)
    }

    /// Rows the list moves at one step of the wheel, as terminals scroll.
    private static let wheelRows = 3

    private static func mouse(_ event: MouseEvent, in state: State) -> Verdict<Action>? {
        switch event.kind {
        case .wheelUp: return .send(.rowsScrolled(rows: -wheelRows))
        case .wheelDown: return .send(.rowsScrolled(rows: wheelRows))
        case .left, .double:
            let list = layout(of: state, in: Rect(size: state.size), glyphs: .unicode).list
            guard let row = state.window.row(at: event.position, in: list) else { return nil }
            guard row == state.window.selected else { return .send(.rowClicked(row: row)) }
            return onJob(state) { _ in .send(.openPressed) }
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

    /// What can be done with the selected job, or why there is none.
    private static func onJob(
        _ state: State, _ decide: (Job) -> Verdict<Action>
    ) -> Verdict<Action> {
        if let job = state.selectedJob { return decide(job) }
        guard state.list.isKnown else { return .refuse(because: "no jobs are known yet") }
        guard state.window.isEmpty else {
            return .refuse(because: "this job is still being loaded")
        }
        return .refuse(
            because: state.isFiltered ? "no job passes the filter" : "there is no job here yet")
    }

    private static let questionRows: [Binding] = [
        Binding("confirm: y", hint: "yes", help: "In the question: does it.") { state in
            state.question == nil ? .pass : .send(.actConfirmed)
        },
        Binding(
            "decline: n <esc>", hint: "no", help: "In the question: leaves things as they are."
        ) { state in
            state.question == nil ? .pass : .send(.actDismissed)
        },
    ]

    private static let filterRows: [Binding] = [
        Binding(
            "filter-keep: <enter>", hint: "keep",
            help: "In the filter: keeps it and goes to the list."
        ) {
            state in
            guard isEditingText(state) else { return .pass }
            guard state.filter.problem == nil else {
                return .refuse(because: "the filter cannot be read")
            }
            return .send(.filterKept)
        }.inText,
        Binding("filter-clear: <esc>", hint: "clear", help: "In the filter: clears it.") { state in
            isEditingText(state) ? .send(.filterCleared) : .pass
        }.inText,
        Binding("clear-message: <esc>", hint: "clear message", help: "Clears a message.") { state in
            state.notice == nil || state.question != nil ? .pass : .send(.noticeDismissed)
        },
        Binding(
            "clear-marks: <esc>", hint: "clear marks", help: "In the list: takes all marks off."
        ) { state in
            state.marks.isEmpty || !isInList(state) ? .pass : .send(.markPressed(step: .none))
        },
        Binding(
            "clear-filter: <esc>", hint: "clear filter", help: "In the list: clears the filter."
        ) { state in
            state.isFiltered && isInList(state) ? .send(.filterCleared) : .pass
        },
    ]

    private static let jobRows: [Binding] = [
        jobRow("open: <enter>", hint: "open", help: "Opens the job.") { _, _ in .send(.openPressed)
        },
        jobRow("results: o", hint: "results", help: "Opens the job's results.") { job, _ in
            resultsRefusal(of: job.status).map { .refuse(because: $0) } ?? .send(.resultsPressed)
        },
        Binding(
            "new-job: n", hint: "new job", help: "A new job on the list's or the job's endpoint."
        ) {
            state in
            guard isInList(state) else { return .pass }
            if state.endpoint != nil { return .send(.newJobPressed) }
            guard let job = state.selectedJob else {
                return .refuse(because: "no job is selected whose endpoint could be taken")
            }
            return job.endpoint == nil
                ? .refuse(because: "the service does not say which endpoint this job is of")
                : .send(.newJobPressed)
        },
        jobRow("again: a", hint: "again", help: "Fills a form with the job's inputs.") { job, _ in
            JobDetail.againRefusal(of: job).map { .refuse(because: $0) } ?? .send(.againPressed)
        },
    ]

    /// What is done to the marked jobs when there are any, else to the selected one.
    private static let actRows: [Binding] = [
        actRow(
            "cancel: c <del>", hint: "cancel",
            help: "Cancels the job, or all that are marked, after a question.", .cancel),
        meantRow(
            "retry: R", hint: "retry",
            help: "Submits the job, or all that are marked, once more, after a question."
        ) { state in
            guard state.marks.isEmpty, let job = state.selectedJob else {
                return .send(.retryPressed)
            }
            return Retry.clause(for: job).map { .refuse(because: $0) } ?? .send(.retryPressed)
        },
        actRow(
            "archive: A",
            help: "Archives an ended job, or all that are marked: out of the lists, not gone.",
            .archive, when: { !$0.isArchived }),
        actRow(
            "restore: A", hint: "restore",
            help: "Among the archived: brings the job back into the lists.",
            .restore, when: { $0.isArchived }),
        meantRow(
            "copy: y", hint: "copy id", help: "Copies the id of the job, or of all that are marked."
        ) { _ in .send(.copyPressed) },
    ]

    private static let markRows: [Binding] = [
        jobRow(
            "mark: <space>", hint: "mark", help: "Marks the job, or no longer, and goes on."
        ) { _, _ in .send(.markPressed(step: .toggle)) },
        jobRow("mark-range: <ctrl-space>", help: "Marks from the job marked last to this one.") {
            _, _ in .send(.markPressed(step: .range))
        },
        Binding("mark-all: *", help: "Marks all that are shown; when they all are, none.") {
            state in
            guard isInList(state) else { return .pass }
            return markAllRefusal(in: state).map { .refuse(because: $0) }
                ?? .send(.markPressed(step: .all))
        },
        Binding("compare: =", hint: "compare", help: "Shows two marked jobs side by side.") {
            state in
            guard isInList(state) else { return .pass }
            return compareRefusal(in: state).map { .refuse(because: $0) } ?? .send(.comparePressed)
        }.hinted { compareRefusal(in: $0) == nil },
    ]

    private static func actRow(
        _ keys: String, hint: String = "", help: String, _ act: Act,
        when isMeant: @escaping @Sendable (State) -> Bool = { _ in true }
    ) -> Binding {
        let row = meantRow(keys, hint: hint, help: help) { state in
            refusal(of: act, in: state).map { .refuse(because: $0) }
                ?? .send(.actPressed(act: act))
        }
        return row.except { !isMeant($0) }
    }

    /// A row that is about the marked jobs, or about the selected one.
    private static func meantRow(
        _ keys: String, hint: String = "", help: String,
        _ decide: @escaping @Sendable (State) -> Verdict<Action>
    ) -> Binding {
        Binding(keys, hint: hint, help: help) { state in
            guard isInList(state) else { return .pass }
            return state.marks.isEmpty ? onJob(state) { _ in decide(state) } : decide(state)
        }
    }

    /// The order `F` leads to.
    private static func failedFirst(_ state: State) -> Order {
        state.order == .failedFirst ? .newest : .failedFirst
    }

    private static func orderRow(
        _ keys: String, hint: String = "", help: String,
        _ order: @escaping @Sendable (State) -> Order
    ) -> Binding {
        Binding(keys, hint: hint, help: help) { state in
            isInList(state) ? .send(.orderChosen(order: order(state))) : .pass
        }
    }

    private static let listRows: [Binding] = [
        listRow(
            "filter: /", hint: "filter",
            help: "Filters the jobs: words, !not, /re/, status:failed, age:<2d.",
            .filterOpened),
        orderRow(
            "failed-first: F", hint: "failed first",
            help: "Failed jobs first, then those under way; again: newest first.", failedFirst),
        orderRow(
            "next-order: S", help: "The next order: newest, failed first, longest first, by name."
        ) { $0.order.next },
        Binding("archived: V", help: "The archived jobs, or back to the others.") { state in
            isInList(state) ? .send(.viewSwitched) : .pass
        },
        listRow("refresh: r", hint: "refresh", help: "Asks for the jobs again.", .refreshPressed),
    ]

    private static let moveRows: [Binding] = [
        listRow("down: j", help: "The next job.", .rowMoved(step: .down)),
        listRow("up: k", help: "The job before.", .rowMoved(step: .up)),
        moveRow("arrow-down: <down>", help: "The next job, from the filter too.", .down),
        moveRow("arrow-up: <up>", help: "The job before, from the filter too.", .up),
        moveRow("page-down: <pgdn>", help: "A page down.", .pageDown),
        moveRow("page-up: <pgup>", help: "A page up.", .pageUp),
        listRow(
            "half-page-down: <ctrl-d>", help: "Half a page down.", .rowMoved(step: .halfPageDown)),
        listRow("half-page-up: <ctrl-u>", help: "Half a page up.", .rowMoved(step: .halfPageUp)),
        listRow("first: g <home>", help: "The newest job.", .rowMoved(step: .first)),
        listRow("last: G <end>", help: "The oldest job.", .rowMoved(step: .last)),
    ]

    private static func jobRow(
        _ keys: String, hint: String = "", help: String,
        _ decide: @escaping @Sendable (Job, State) -> Verdict<Action>
    ) -> Binding {
        Binding(keys, hint: hint, help: help) { state in
            isInList(state) ? onJob(state) { decide($0, state) } : .pass
        }
    }

    private static func listRow(
        _ keys: String, hint: String = "", help: String, _ action: Action
    ) -> Binding {
        Binding(keys, hint: hint, help: help) { isInList($0) ? .send(action) : .pass }
    }

    private static func moveRow(_ keys: String, help: String, _ step: ListMove) -> Binding {
        Binding(keys, help: help) { state in
            state.question == nil ? .send(.rowMoved(step: step)) : .pass
        }
    }

    /// Why a job has no results; nil when there may be some.
    private static func resultsRefusal(of status: JobStatus) -> String? {
        switch status {
        case .notStarted, .starting, .provisioning, .preparing, .queued:
            "the job is \(status): it has not begun to write results"
        case .running, .finalizing, .cancelRequested, .completed, .failed, .canceled,
            .notResponding, .paused, .unknown:
            nil
        }
    }
}
