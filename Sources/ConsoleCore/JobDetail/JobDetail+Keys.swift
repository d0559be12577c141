import BatchModel
import ConsoleGrid

// The rule for keys: what is open on top (the question, the text being typed, the list of files) takes them first; arrows
// belong to the pane that has the focus; everything else means the same everywhere on the screen.

extension JobDetail {
    /// Its keys.
    public static let keys = KeyTable<State, Action>(
        "job", title: "Job",
        questionRows + typingRows + listRows + viewRows + stepRows + scrollRows + logRows + jobRows,
        help: jobRows + logRows + viewRows + stepRows + scrollRows + listRows + typingRows
            + questionRows,
        typing: .init(while: isEditingText) { key, state in
            guard isEditingText(state) else { return nil }
            let isPath = state.save.prompt != nil
            guard var field = isPath ? state.save.prompt : state.search?.field, field.handle(key)
            else { return nil }
            return .send(isPath ? .save(.edited(key: key)) : .searchEdited(key: key))
        },
        mouse: mouse)

    private static func isEditingText(_ state: State) -> Bool { state.isTyping && !state.isAsking }
}

// MARK: - Rows

extension JobDetail {
    private typealias Binding = KeyRow<State, Action>

    /// Neither the question is open nor are letters text.
    private static func isFree(_ state: State) -> Bool { !state.isAsking && !state.isTyping }

    private static let questionRows: [Binding] = [
        Binding(
            "confirm: y", hint: "cancel the job", help: "Asked: cancels the job.",
            sends: .cancelConfirmed),
        Binding(
            "decline: n <esc> <enter>", hint: "keep it", help: "Asked: lets the job go on.",
            sends: .cancelDeclined),
    ].when { $0.isAsking }

    private static let typingRows: [Binding] = saveRows + searchRows

    private static let saveRows: [Binding] = [
        Binding(
            "save-start: <enter>", hint: "save", help: "At the path: saves the log there.",
            sends: .save(.confirmed),
            unless: { state in
                let path = state.save.prompt?.value.trimmingSpaces ?? ""
                return path.isEmpty ? "a path is needed to save it to" : nil
            }),
        Binding(
            "save-close: <esc>", hint: "close", help: "At the path: closes it.",
            sends: .save(.closed)),
    ].when { isEditingText($0) && $0.save.prompt != nil }.inText()

    private static let searchRows: [Binding] = [
        Binding(
            "search-done: <enter>", hint: "done",
            help: "Searching: ends typing; the matches stay marked.", sends: .searchEntered),
        Binding(
            "search-next: <down>", hint: "next", help: "Searching: the next match.",
            sends: .matchMoved(isForward: true)),
        Binding(
            "search-previous: <up>", help: "Searching: the match before.",
            sends: .matchMoved(isForward: false)),
        Binding(
            "search-close: <esc>", hint: "close", help: "Searching: ends the search.",
            sends: .searchClosed),
    ].when { isEditingText($0) && $0.save.prompt == nil }.inText()

    private static let listRows: [Binding] =
        ([
            Binding(
                "files-show: <enter>", hint: "show", help: "In the list: shows the file.",
                sends: .fileTaken),
            Binding(
                "files-close: <esc>", hint: "close", help: "In the list: closes it.",
                sends: .fileListToggled),
        ] + moves("files-", "In the list", sends: Action.fileListMoved(step:)))
        .when { isFree($0) && $0.fileList != nil }

    private static func moves(
        _ prefix: String, _ place: String, sends action: (ListMove) -> Action
    ) -> [Binding] {
        Binding.moves(
            prefix: prefix,
            [
                (.down, "<down> j", "\(place): a line down."),
                (.up, "<up> k", "\(place): a line up."),
                (.pageDown, "<pgdn>", "\(place): a page down."),
                (.pageUp, "<pgup>", "\(place): a page up."),
                (.halfPageDown, "<ctrl-d>", "\(place): half a page down."),
                (.halfPageUp, "<ctrl-u>", "\(place): half a page up."),
                (.first, "g <home>", "\(place): the beginning."),
                (.last, "G <end>", "\(place): the end."),
            ], sends: action)
    }

    private static let viewRows: [Binding] = [
        Binding("logs: 1", help: "Shows the logs.", sends: .viewChosen(view: .logs)),
        Binding("error: 2", help: "Shows the error.", sends: .viewChosen(view: .error)),
        Binding(
            "timeline: 3", help: "Shows the states the job went through, with times.",
            sends: .viewChosen(view: .timeline)),
        Binding(
            "in-out: 4", help: "Shows inputs and outputs as sent.",
            sends: .viewChosen(view: .request)),
        Binding(
            "steps: <tab> <backtab>", hint: "steps", help: "Goes to the steps.",
            sends: .paneSwitched, when: { $0.pane == .content }),
        Binding(
            "view: <tab> <backtab>", hint: "view", help: "On the steps: goes back to the view.",
            sends: .paneSwitched, when: { $0.pane == .steps }),
        Binding(
            "clear-search: <esc>", help: "Ends the search.", sends: .searchClosed,
            when: { $0.view == .logs && $0.search != nil }),
        Binding(
            "leave-steps: <esc>", help: "On narrow screens: from the steps back to the view.",
            sends: .paneSwitched,
            when: { $0.pane == .steps && $0.size.columns < State.wideColumns }),
    ].when(isFree)

    private static let stepRows: [Binding] =
        ([
            Binding(
                "step-open: <enter> <right> l", hint: "logs", help: "On a step: shows its logs.",
                sends: .stepOpened)
        ] + moves("step-", "On the steps", sends: Action.stepMoved(step:)))
        .when { isFree($0) && $0.pane == .steps }

    private static let scrollRows: [Binding] =
        moves("", "In a view", sends: Action.scrolled(step:))
        .when { isFree($0) && $0.pane == .content }

    private static let logRows: [Binding] = [
        Binding(
            "next-match: <enter> .", hint: "next match", help: "With a search: the next match.",
            sends: .matchMoved(isForward: true), when: { isOnLog($0) && $0.search != nil }),
        Binding(
            "previous-match: ,", help: "With a search: the match before.",
            sends: .matchMoved(isForward: false), when: { isOnLog($0) && $0.search != nil }),
        Binding("search: /", hint: "search", help: "Searches the log.", sends: .searchOpened),
        Binding(
            "files: f", hint: "files", help: "Lists the log files of the step.",
            sends: .fileListToggled,
            unless: {
                $0.fileNames.isEmpty && $0.fileList == nil ? "no log files are known yet" : nil
            }),
        Binding(
            "save-log: s", help: "Saves the log as a file here.", sends: .save(.opened),
            unless: saveRefusal),
        fileRow("next-file: <gt> ]", help: "The next log file.", isForward: true),
        fileRow("previous-file: <lt> [", help: "The log file before.", isForward: false),
        Binding(
            "wrap: w", hint: "wrap", help: "Breaks long lines, or no longer.", sends: .wrapToggled,
            when: isOnLog),
        Binding(
            "scroll-right: <right> l", help: "In a log that is not wrapped: to the right.",
            sends: .sidewaysScrolled(columns: 8), when: { isOnLog($0) && !$0.log.isWrapping }),
        Binding(
            "scroll-left: <left> h", help: "In a log that is not wrapped: to the left.",
            sends: .sidewaysScrolled(columns: -8), when: { isOnLog($0) && !$0.log.isWrapping }),
    ].when(isFree)

    private static func isOnLog(_ state: State) -> Bool {
        state.view == .logs && state.pane == .content
    }

    private static func fileRow(_ keys: String, help: String, isForward: Bool) -> Binding {
        Binding(
            keys, help: help, sends: .fileStepped(isForward: isForward),
            when: { $0.view == .logs && $0.fileList == nil },
            unless: { $0.fileNames.count < 2 ? "there is no other log file" : nil })
    }

    private static let jobRows: [Binding] = [
        Binding(
            "cancel: c", hint: "cancel", help: "Cancels the job, after asking.",
            sends: .cancelPressed, unless: cancelRefusal),
        Binding("results: o", hint: "results", help: "Opens the results.", sends: .resultsPressed),
        Binding(
            "new-job: n", hint: "new job",
            help: "Makes a new job on the same endpoint and deployment.", sends: .newJobPressed,
            unless: { $0.job.value?.endpoint == nil ? "the job's endpoint is not known" : nil }),
        Binding(
            "again: a", hint: "again", help: "Fills a form with this job's inputs.",
            sends: .againPressed, unless: { againRefusal(of: $0.job.value) }),
        Binding(
            "retry: R", hint: "retry",
            help: "Submits the job once more, after asking how much of it.", sends: .retryPressed,
            unless: { state in
                guard let job = state.job.value else { return "nothing is known of the job yet" }
                return Retry.clause(for: job)
            }),
        Binding("copy-id: y", hint: "copy id", help: "Copies the job's id.", sends: .idCopied),
        Binding(
            "copy-text: Y", help: "Copies the error, or what is visible of the log.",
            sends: .textCopied,
            unless: { hasCopyableText($0) ? nil : "there is no text to copy yet" }),
        Binding(
            "refresh: r", hint: "ask again", help: "Asks for everything again.",
            sends: .refreshPressed),
    ].when(isFree)

    /// Why a job cannot be done again; nil when it can.
    static func againRefusal(of job: Job?) -> String? {
        guard let job else { return "the job is not known yet" }
        return job.endpoint == nil ? "the job's endpoint is not known" : nil
    }
}
