import BatchModel
public import ConsoleGrid

extension Jobs {
    /// Its keys.
    public static let keys = KeyTable<State, Action>(
        questionRows + filterRows + jobRows + listRows + moveRows)

    /// What a key comes to; nil when the list has no use for it. The mouse is read from the top left of the list's place.
    public static func verdict(for key: KeyPress, in state: State) -> Verdict<Action>? {
        if let verdict = keys.verdict(for: key, in: state) { return verdict }
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
    public static func hints(in state: State) -> [KeyHint] { keys.hints(in: state) }

    /// Rows the list moves at one step of the wheel, as terminals scroll.
    private static let wheelRows = 3

    private static func mouse(_ event: MouseEvent, in state: State) -> Verdict<Action>? {
        switch event.kind {
        case .wheelUp: return .send(.rowsScrolled(rows: -wheelRows))
        case .wheelDown: return .send(.rowsScrolled(rows: wheelRows))
        case .left, .double:
            guard let row = row(at: event.position, in: state) else { return nil }
            guard row == state.window.selected else { return .send(.rowClicked(row: row)) }
            return onJob(state) { _ in .send(.openPressed) }
        case .middle, .right, .release: return nil
        }
    }

    /// The row of the list that is drawn at a place.
    private static func row(at point: Point, in state: State) -> Int? {
        let list = layout(of: state, in: Rect(size: state.size), glyphs: .unicode).list
        guard list.contains(point) else { return nil }
        let row = state.window.offset + point.row - list.row
        return row < state.window.count ? row : nil
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
        Binding("y", hint: "cancel the job", help: "In the question: cancels the job.") { state in
            state.question == nil ? .pass : .send(.cancelConfirmed)
        },
        Binding("n <esc>", hint: "keep it", help: "In the question: keeps the job.") { state in
            state.question == nil ? .pass : .send(.cancelDismissed)
        },
    ]

    private static let filterRows: [Binding] = [
        Binding("<enter>", hint: "keep", help: "In the filter: keeps it and goes to the list.") {
            state in
            guard isEditingText(state) else { return .pass }
            guard state.filter.problem == nil else {
                return .refuse(because: "the filter cannot be read")
            }
            return .send(.filterKept)
        },
        Binding("<esc>", hint: "clear", help: "In the filter: clears it.") { state in
            isEditingText(state) ? .send(.filterCleared) : .pass
        },
        Binding("<esc>", hint: "clear message", help: "Clears a message.") { state in
            state.notice == nil || state.question != nil ? .pass : .send(.noticeDismissed)
        },
        Binding("<esc>", hint: "clear filter", help: "In the list: clears the filter.") { state in
            state.isFiltered && isInList(state) ? .send(.filterCleared) : .pass
        },
    ]

    private static let jobRows: [Binding] = [
        jobRow("<enter>", hint: "open", help: "Opens the job.") { _, _ in .send(.openPressed) },
        jobRow("o", hint: "results", help: "Opens the job's results.") { job, _ in
            resultsRefusal(of: job.status).map { .refuse(because: $0) } ?? .send(.resultsPressed)
        },
        Binding("n", hint: "new job", help: "A new job on the list's or the job's endpoint.") {
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
        jobRow("c <del>", hint: "cancel", help: "Cancels the job, after a question.") {
            job, state in
            cancelRefusal(of: job, in: state).map { .refuse(because: $0) } ?? .send(.cancelPressed)
        },
        jobRow("a", hint: "again", help: "Fills a form with the job's inputs.") { job, _ in
            JobDetail.againRefusal(of: job).map { .refuse(because: $0) } ?? .send(.againPressed)
        },
        jobRow("y", hint: "copy id", help: "Copies the job's id.") { _, _ in .send(.copyPressed) },
    ]

    private static let listRows: [Binding] = [
        listRow(
            "/", hint: "filter",
            help: "Filters the loaded jobs: words, !not, /re/, status:failed, age:<2d.",
            .filterOpened),
        listRow(
            "F", hint: "failed first",
            help: "Failed jobs first, then those under way; again: newest first.",
            .failedFirstToggled),
        listRow("r", hint: "refresh", help: "Asks for the jobs again.", .refreshPressed),
    ]

    private static let moveRows: [Binding] = [
        listRow("j", help: "The next job.", .rowMoved(step: .down)),
        listRow("k", help: "The job before.", .rowMoved(step: .up)),
        moveRow("<down>", help: "The next job, from the filter too.", .down),
        moveRow("<up>", help: "The job before, from the filter too.", .up),
        moveRow("<pgdn>", help: "A page down.", .pageDown),
        moveRow("<pgup>", help: "A page up.", .pageUp),
        listRow("<ctrl-d>", help: "Half a page down.", .rowMoved(step: .halfPageDown)),
        listRow("<ctrl-u>", help: "Half a page up.", .rowMoved(step: .halfPageUp)),
        listRow("g <home>", help: "The newest job.", .rowMoved(step: .first)),
        listRow("G <end>", help: "The oldest job.", .rowMoved(step: .last)),
    ]

    private static func jobRow(
        _ keys: String, hint: String, help: String,
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
