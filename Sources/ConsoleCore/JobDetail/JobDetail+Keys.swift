import BatchModel
public import ConsoleGrid

// The rule for keys: what is open on top (the question, the text being typed, the list of files) takes them first; arrows
// belong to the pane that has the focus; everything else means the same everywhere on the screen.

extension JobDetail {
    /// Its keys.
    public static let keys = KeyTable<State, Action>(
        "job",
        questionRows + typingRows.map(\.inText) + listRows + viewRows + stepRows + scrollRows
            + logRows + jobRows,
        help: jobRows + logRows + viewRows + stepRows + scrollRows + listRows + typingRows
            + questionRows)

    /// What a key comes to; nil when the screen has no use for it.
    public static func verdict(
        for key: KeyPress, in state: State, by keymap: Keymap = .standard
    ) -> Verdict<Action>? {
        if let verdict = keys.verdict(
            for: key, in: state, by: keymap, isTyping: isEditingText(state))
        {
            return verdict
        }
        if case .mouse(let event) = key { return mouse(event, in: state) }
        guard state.isTyping, !state.isAsking, let search = state.search else { return nil }
        var field = search.field
        return field.handle(key) ? .send(.searchEdited(key: key)) : nil
    }

    /// Whether plain letters go into the text that is searched for.
    public static func isEditingText(_ state: State) -> Bool { state.isTyping && !state.isAsking }

    /// The footer's hints.
    public static func hints(in state: State, by keymap: Keymap = .standard) -> [KeyHint] {
        keys.hints(in: state, by: keymap)
    }
}

// MARK: - Rows

extension JobDetail {
    private typealias Binding = KeyRow<State, Action>

    /// A row that holds unless the question is open or letters are text.
    private static func row(
        _ keys: String, hint: String = "", help: String,
        when isMeant: @escaping @Sendable (State) -> Bool = { _ in true },
        _ action: Action
    ) -> Binding {
        decidingRow(keys, hint: hint, help: help) { isMeant($0) ? .send(action) : .pass }
    }

    private static func decidingRow(
        _ keys: String, hint: String = "", help: String,
        decide: @escaping @Sendable (State) -> Verdict<Action>
    ) -> Binding {
        Binding(keys, hint: hint, help: help) { state in
            state.isAsking || state.isTyping ? .pass : decide(state)
        }
    }

    private static func questionRow(
        _ keys: String, hint: String, help: String, _ action: Action
    ) -> Binding {
        Binding(keys, hint: hint, help: help) { $0.isAsking ? .send(action) : .pass }
    }

    private static let questionRows: [Binding] = [
        questionRow(
            "confirm: y", hint: "cancel the job", help: "Asked: cancels the job.",
            .cancelConfirmed),
        questionRow(
            "decline: n <esc> <enter>", hint: "keep it", help: "Asked: lets the job go on.",
            .cancelDeclined),
    ]

    private static func typingRow(
        _ keys: String, hint: String = "", help: String, _ action: Action
    ) -> Binding {
        Binding(keys, hint: hint, help: help) { state in
            state.isTyping && !state.isAsking ? .send(action) : .pass
        }
    }

    private static let typingRows: [Binding] = [
        typingRow(
            "search-done: <enter>", hint: "done",
            help: "Searching: ends typing; the matches stay marked.",
            .searchEntered),
        typingRow(
            "search-next: <down>", hint: "next", help: "Searching: the next match.",
            .matchMoved(isForward: true)),
        typingRow(
            "search-previous: <up>", help: "Searching: the match before.",
            .matchMoved(isForward: false)),
        typingRow(
            "search-close: <esc>", hint: "close", help: "Searching: ends the search.", .searchClosed
        ),
    ]

    private static func listRow(
        _ keys: String, hint: String = "", help: String, _ action: Action
    ) -> Binding {
        row(keys, hint: hint, help: help, when: { $0.fileList != nil }, action)
    }

    private static let listRows: [Binding] =
        [
            listRow(
                "files-show: <enter>", hint: "show", help: "In the list: shows the file.",
                .fileTaken),
            listRow(
                "files-close: <esc>", hint: "close", help: "In the list: closes it.",
                .fileListToggled),
        ]
        + moves.map { keys, step, words in
            listRow("files-" + keys, help: "In the list: \(words).", .fileListMoved(step: step))
        }

    private static let moves: [(keys: String, step: ListMove, words: String)] = [
        ("down: <down> j", .down, "a line down"), ("up: <up> k", .up, "a line up"),
        ("page-down: <pgdn>", .pageDown, "a page down"), ("page-up: <pgup>", .pageUp, "a page up"),
        ("half-page-down: <ctrl-d>", .halfPageDown, "half a page down"),
        ("half-page-up: <ctrl-u>", .halfPageUp, "half a page up"),
        ("first: g <home>", .first, "the beginning"), ("last: G <end>", .last, "the end"),
    ]

    private static let viewRows: [Binding] = [
        row("logs: 1", help: "Shows the logs.", .viewChosen(view: .logs)),
        row("error: 2", help: "Shows the error.", .viewChosen(view: .error)),
        row(
            "timeline: 3", help: "Shows the states the job went through, with times.",
            .viewChosen(view: .timeline)),
        row("in-out: 4", help: "Shows inputs and outputs as sent.", .viewChosen(view: .request)),
        row(
            "steps: <tab> <backtab>", hint: "steps", help: "Goes to the steps.",
            when: { $0.pane == .content }, .paneSwitched),
        row(
            "view: <tab> <backtab>", hint: "view", help: "On the steps: goes back to the view.",
            when: { $0.pane == .steps }, .paneSwitched),
        row(
            "clear-search: <esc>", help: "Ends the search.",
            when: { $0.view == .logs && $0.search != nil },
            .searchClosed),
        row(
            "leave-steps: <esc>", help: "On narrow screens: from the steps back to the view.",
            when: { $0.pane == .steps && $0.size.columns < State.wideColumns }, .paneSwitched),
    ]

    private static let stepRows: [Binding] =
        [
            row(
                "step-open: <enter> <right> l", hint: "logs", help: "On a step: shows its logs.",
                when: { $0.pane == .steps }, .stepOpened)
        ]
        + moves.map { keys, step, words in
            row(
                "step-" + keys, help: "On the steps: \(words).", when: { $0.pane == .steps },
                .stepMoved(step: step))
        }

    private static let scrollRows: [Binding] = moves.map { keys, step, words in
        row(
            keys, help: "In a view: \(words).", when: { $0.pane == .content },
            .scrolled(step: step))
    }

    private static func logRow(
        _ keys: String, hint: String = "", help: String,
        when isMeant: @escaping @Sendable (State) -> Bool = { _ in true },
        _ action: Action
    ) -> Binding {
        row(
            keys, hint: hint, help: help,
            when: { $0.view == .logs && $0.pane == .content && isMeant($0) }, action)
    }

    private static let logRows: [Binding] = [
        logRow(
            "next-match: <enter> .", hint: "next match", help: "With a search: the next match.",
            when: { $0.search != nil }, .matchMoved(isForward: true)),
        logRow(
            "previous-match: ,", help: "With a search: the match before.",
            when: { $0.search != nil },
            .matchMoved(isForward: false)),
        row("search: /", hint: "search", help: "Searches the log.", .searchOpened),
        decidingRow("files: f", hint: "files", help: "Lists the log files of the step.") { state in
            state.fileNames.isEmpty && state.fileList == nil
                ? .refuse(because: "no log files are known yet") : .send(.fileListToggled)
        },
        fileRow("next-file: <gt> ]", help: "The next log file.", isForward: true),
        fileRow("previous-file: <lt> [", help: "The log file before.", isForward: false),
        logRow("wrap: w", hint: "wrap", help: "Breaks long lines, or no longer.", .wrapToggled),
        logRow(
            "scroll-right: <right> l", help: "In a log that is not wrapped: to the right.",
            when: { !$0.log.isWrapping }, .sidewaysScrolled(columns: 8)),
        logRow(
            "scroll-left: <left> h", help: "In a log that is not wrapped: to the left.",
            when: { !$0.log.isWrapping }, .sidewaysScrolled(columns: -8)),
    ]

    private static func fileRow(_ keys: String, help: String, isForward: Bool) -> Binding {
        decidingRow(keys, help: help) { state in
            guard state.view == .logs, state.fileList == nil else { return .pass }
            return state.fileNames.count < 2
                ? .refuse(because: "there is no other log file")
                : .send(.fileStepped(isForward: isForward))
        }
    }

    private static let jobRows: [Binding] = [
        decidingRow("cancel: c", hint: "cancel", help: "Cancels the job, after asking.") { state in
            cancelRefusal(in: state).map { .refuse(because: $0) } ?? .send(.cancelPressed)
        },
        row("results: o", hint: "results", help: "Opens the results.", .resultsPressed),
        decidingRow(
            "new-job: n", hint: "new job",
            help: "Makes a new job on the same endpoint and deployment."
        ) { state in
            state.job.value?.endpoint == nil
                ? .refuse(because: "the job's endpoint is not known") : .send(.newJobPressed)
        },
        decidingRow("again: a", hint: "again", help: "Fills a form with this job's inputs.") {
            state in
            againRefusal(of: state.job.value).map { .refuse(because: $0) } ?? .send(.againPressed)
        },
        decidingRow(
            "retry: R", hint: "retry",
            help: "Submits the job once more, after asking how much of it."
        ) { state in
            guard let job = state.job.value else {
                return .refuse(because: "nothing is known of the job yet")
            }
            return Retry.clause(for: job).map { .refuse(because: $0) } ?? .send(.retryPressed)
        },
        row("copy-id: y", hint: "copy id", help: "Copies the job's id.", .idCopied),
        decidingRow("copy-text: Y", help: "Copies the error, or what is visible of the log.") {
            state in
            hasCopyableText(state)
                ? .send(.textCopied) : .refuse(because: "there is no text to copy yet")
        },
        row("refresh: r", hint: "ask again", help: "Asks for everything again.", .refreshPressed),
    ]

    /// Why a job cannot be done again; nil when it can.
    static func againRefusal(of job: Job?) -> String? {
        guard let job else { return "the job is not known yet" }
        return job.endpoint == nil ? "the job's endpoint is not known" : nil
    }
}
