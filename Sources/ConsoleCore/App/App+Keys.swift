import BatchModel
public import ConsoleGrid

// A key is the screen's first. What the screen has no use for is looked up in the table of everywhere; while a text is
// being typed only keys that cannot be part of a text are.

extension App {
    /// The keys that mean the same on every screen.
    public static let keys = KeyTable<State, Action>(
        "everywhere", stepRows + placeRows + consoleRows)

    private static let stepRows: [KeyRow<State, Action>] = [
        KeyRow("help: ?", hint: "help", help: "All keys of this screen.") { state in
            state.place == .help ? .pass : .send(.helpPressed)
        },
        KeyRow("help-anywhere: <f1>", hint: "help", help: "All keys, while typing too.") {
            state in
            state.place == .help ? .pass : .send(.helpPressed)
        },
        KeyRow("back: <esc>", hint: "back", help: "One step back; never quits.") { state in
            if state.path.count > 1 { return .send(.leavePressed) }
            guard state.tour == nil else { return .pass }
            return .refuse(
                because: "this is the first screen; \(keyName("quit", in: state)) quits")
        },
        KeyRow("leave-tour: <esc>", help: "On the first screen: ends the tour.") { state in
            state.path.count == 1 && state.tour != nil ? .send(.tourLeft) : .pass
        },
        KeyRow("end-tour: <ctrl-t>", help: "Ends the tour.") { state in
            state.tour == nil ? .pass : .send(.tourLeft)
        },
    ]

    /// Where one can go from everywhere.
    private static let placeRows: [KeyRow<State, Action>] = [
        KeyRow(
            "doctor: D", hint: "doctor",
            help: "The doctor: why nobody answers, and whether all is well."
        ) { state in
            state.place == .doctor ? .pass : .send(.placePressed(place: .doctor))
        }.hinted(while: isUnanswered),
        KeyRow("transfers: T", hint: "transfers", help: "Uploads and downloads.") { state in
            state.place == .transfers ? .pass : .send(.placePressed(place: .transfers))
        }.hinted { state in state.transfers.contains { $0.state != .done } },
        KeyRow("jobs: J", hint: "jobs", help: "All jobs of the workspace.") { state in
            state.place == .jobs(nil) ? .pass : .send(.placePressed(place: .jobs(nil)))
        },
        KeyRow("endpoints: E", help: "The endpoints.") { state in
            state.place == .endpoints ? .pass : .send(.placePressed(place: .endpoints))
        },
        KeyRow(
            "undecided: U", hint: "undecided", help: "Submissions whose outcome is not known."
        ) { state in
            state.undecided.isEmpty || state.place == .undecided
                ? .pass : .send(.placePressed(place: .undecided))
        }.hinted { !$0.undecided.isEmpty },
        KeyRow("contexts: C", help: "The contexts: where jobs go; and a sign-in that waits.") {
            state in
            state.place == .contexts ? .pass : .send(.placePressed(place: .contexts))
        },
        KeyRow("notices: N", help: "What was said in this session.") { state in
            state.place == .notices ? .pass : .send(.placePressed(place: .notices))
        },
    ]

    private static let consoleRows: [KeyRow<State, Action>] = [
        KeyRow(
            "command: : <ctrl-p>", hint: "command", help: "All commands, by their letters.",
            sends: .palettePressed),
        KeyRow("redraw: <ctrl-l>", help: "Paints the screen anew.", sends: .redrawPressed),
        KeyRow(
            "quit: q", hint: "quit", help: "Quits; running jobs go on.", sends: .quitPressed),
        KeyRow(
            "quit-anywhere: <ctrl-c>", help: "Quits, while typing too.", sends: .quitPressed),
    ]

    /// The key of everywhere that does something, for a sentence about it.
    static func keyName(_ action: String, in state: State) -> String {
        keys.keyName(action, by: state.keymap)
    }

    /// Finds out what a key means here and lets it happen.
    static func press(_ key: KeyPress, in state: inout State) -> [Effect] {
        state.notice = nil
        let verdict = verdict(for: key, in: state)
        if case .send(.quitPressed) = verdict {} else { state.isQuitArmed = false }
        switch verdict {
        case .send(let action): return change(&state, action)
        case .refuse(let reason):
            state.say("not now: \(reason)", .warning)
            return []
        case .pass, nil: return []
        }
    }

    /// What a key comes to; nil when nobody has a use for it.
    public static func verdict(for key: KeyPress, in state: State) -> Verdict<Action>? {
        if let palette = state.palette {
            return CommandPalette.verdict(
                for: inBody(key, of: state), in: palette, by: state.keymap
            ).map { $0.map(Action.palette) }
        }
        let isTyping = isEditingText(state)
        if let signIn = openSignIn(state) { return verdict(for: key, over: signIn, in: state) }
        if let box = state.retry { return verdict(for: key, over: box, in: state) }
        if let verdict = screenVerdict(for: inBody(key, of: state), in: state) { return verdict }
        if isTyping, key.typed != nil { return nil }
        return keys.verdict(for: key, in: state, by: state.keymap)
    }

    /// The box's keys, and those of everywhere. What the screen below would do with a key cannot be seen, so it is not
    /// done. And the box may have come up under somebody's fingers: a letter meant for the field below is nobody's.
    private static func verdict(
        for key: KeyPress, over signIn: SignIn.State, in state: State
    ) -> Verdict<Action>? {
        if key.typed == nil || !isEditingText(state) {
            if let verdict = SignIn.keys.verdict(
                for: key, in: signIn, by: state.keymap, isTyping: isEditingText(state))
            {
                return verdict.map(Action.signIn)
            }
            if let verdict = keys.verdict(for: key, in: state, by: state.keymap) {
                return verdict
            }
        }
        return screenVerdict(for: inBody(key, of: state), in: state).map { _ in
            .refuse(
                because: "the sign-in is in front; "
                    + "\(SignIn.keys.keyName("hide", by: state.keymap)) hides it")
        }
    }

    /// A question's keys, and those that end the console or paint it anew: everything else waits for an answer.
    private static func verdict(
        for key: KeyPress, over box: Retry.State, in state: State
    ) -> Verdict<Action>? {
        if let verdict = raised(
            Retry.keys.verdict(for: key, in: box, by: state.keymap), Retry.isMutating,
            Action.retry, in: state)
        {
            return verdict
        }
        let isEverywhere = keys.does(key, one: ["quit-anywhere", "redraw"], by: state.keymap)
        return isEverywhere ? keys.verdict(for: key, in: state, by: state.keymap) : nil
    }

    /// Screens count cells from their own corner.
    private static func inBody(_ key: KeyPress, of state: State) -> KeyPress {
        guard case .mouse(var event) = key else { return key }
        event.position.row -= state.body.row
        event.position.column -= state.body.column
        return .mouse(event)
    }

    static func isEditingText(_ state: State) -> Bool {
        if state.palette != nil { return true }
        return switch state.place {
        case .endpoints: Endpoints.isEditingText(state.endpoints)
        case .jobs: state.jobs.map(Jobs.isEditingText) ?? false
        case .jobForm: state.form.map(JobForm.isEditingText) ?? false
        case .jobDetail: state.detail.map(JobDetail.isEditingText) ?? false
        case .results: state.results.map(Results.isEditingText) ?? false
        case .contexts: state.contextList.map(Contexts.isEditingText) ?? false
        case .undecided, .notices, .compare, .transfers, .doctor: false
        case .help: state.help.map(Help.isEditingText) ?? false
        }
    }

    private static func screenVerdict(
        for key: KeyPress, in state: State
    ) -> Verdict<Action>? {
        func asked<Screen, Child>(
            _ screen: Screen?, _ verdict: (KeyPress, Screen, Keymap) -> Verdict<Child>?,
            _ isMutating: (Child) -> Bool, _ wrap: (Child) -> Action
        ) -> Verdict<Action>? {
            screen.flatMap {
                raised(verdict(key, $0, state.keymap), isMutating, wrap, in: state)
            }
        }
        switch state.place {
        case .endpoints:
            return asked(
                state.endpoints, Endpoints.verdict(for:in:by:), Endpoints.isMutating,
                Action.endpoints)
        case .jobs:
            return asked(state.jobs, Jobs.verdict(for:in:by:), Jobs.isMutating, Action.jobs)
        case .jobForm:
            return asked(
                state.form, JobForm.verdict(for:in:by:), JobForm.isMutating, Action.form)
        case .jobDetail:
            return asked(
                state.detail, JobDetail.verdict(for:in:by:), JobDetail.isMutating, Action.detail)
        case .results:
            return asked(
                state.results, Results.verdict(for:in:by:), Results.isMutating, Action.results)
        case .compare:
            return asked(
                state.compare, Compare.verdict(for:in:by:), Compare.isMutating, Action.compare)
        case .undecided:
            return asked(
                state.undecidedList, Undecided.verdict(for:in:by:), Undecided.isMutating,
                Action.undecided)
        case .contexts:
            return asked(
                state.contextList, Contexts.verdict(for:in:by:), Contexts.isMutating,
                Action.contexts)
        case .notices:
            return asked(
                state.noticeList, Notices.verdict(for:in:by:), Notices.isMutating, Action.notices)
        case .transfers:
            return state.transferList.flatMap { list in
                asked(
                    list, Transfers.verdict(for:in:by:), { Transfers.isMutating($0, in: list) },
                    Action.transfers)
            }
        case .doctor:
            return asked(
                state.doctor, Doctor.verdict(for:in:by:), Doctor.isMutating, Action.doctor)
        case .help:
            return asked(state.help, Help.verdict(for:in:by:), { _ in false }, Action.help)
        }
    }

    /// A screen's verdict as the app's; what would change something is refused in a read-only console.
    private static func raised<Child>(
        _ verdict: Verdict<Child>?, _ isMutating: (Child) -> Bool, _ wrap: (Child) -> Action,
        in state: State
    ) -> Verdict<Action>? {
        switch verdict {
        case .send(let action):
            guard state.isReadOnly, isMutating(action) else { return .send(wrap(action)) }
            return .refuse(
                because: state.isReadOnlyByOption
                    ? "the console is read-only (--read-only)"
                    : "the context \(state.context) is read-only")
        case .refuse(let reason): return .refuse(because: reason)
        case .pass, nil: return nil
        }
    }
}

// MARK: - Hints and help

extension App {
    /// The screen's hints that come before the one for help, so that help is in the narrowest footer too.
    private static let hintsBeforeHelp = 3

    /// The footer's hints: those that the present state brings, the screen's, then those of everywhere, with help among the
    /// first.
    static func hints(in state: State) -> [KeyHint] {
        let keymap = state.keymap
        if let palette = state.palette { return CommandPalette.hints(in: palette, by: keymap) }
        if let signIn = openSignIn(state) { return SignIn.keys.hints(in: signIn, by: keymap) }
        if let box = state.retry { return Retry.keys.hints(in: box, by: keymap) }
        let own: [KeyHint] =
            switch state.place {
            case .endpoints: Endpoints.hints(in: state.endpoints, by: keymap)
            case .jobs: state.jobs.map { Jobs.hints(in: $0, by: keymap) } ?? []
            case .jobForm: state.form.map { JobForm.hints(in: $0, by: keymap) } ?? []
            case .jobDetail: state.detail.map { JobDetail.hints(in: $0, by: keymap) } ?? []
            case .results: state.results.map { Results.hints(in: $0, by: keymap) } ?? []
            case .compare: state.compare.map { Compare.hints(in: $0, by: keymap) } ?? []
            case .undecided: state.undecidedList.map { Undecided.hints(in: $0, by: keymap) } ?? []
            case .notices: state.noticeList.map { Notices.hints(in: $0, by: keymap) } ?? []
            case .contexts: state.contextList.map { Contexts.hints(in: $0, by: keymap) } ?? []
            case .transfers: state.transferList.map { Transfers.hints(in: $0, by: keymap) } ?? []
            case .doctor: state.doctor.map { Doctor.hints(in: $0, by: keymap) } ?? []
            case .help: state.help.map { Help.hints(in: $0, by: keymap) } ?? []
            }
        let taken = Set(own.map(\.key))
        // While a text is being typed letters are its own: what they mean elsewhere is no hint then.
        let isTyping = isEditingText(state)
        let everywhere = keys.hints(in: state, by: keymap).filter {
            !taken.contains($0.key) && !(isTyping && $0.key.typed != nil)
        }
        // What is there because of how things stand now is gone again soon: it goes before what is always there.
        let urgent = (own + everywhere).filter(\.isMomentary)
        let usual = own.filter { !$0.isMomentary }
        let place = max(1, hintsBeforeHelp - urgent.count)
        let rest = everywhere.filter { !$0.isMomentary }
        let help = rest.filter { $0.text == "help" }.prefix(1)
        return urgent + usual.prefix(place) + help + usual.dropFirst(place)
            + rest.filter { $0.text != "help" }
    }

    /// The help page of a screen: its own keys first.
    static func helpSections(for state: State) -> [Help.Section] {
        let keymap = state.keymap
        let own: (title: String, rows: [KeyHelp]) =
            switch state.place {
            case .endpoints: ("Endpoints", Endpoints.keys.helpRows(by: keymap))
            case .jobs: ("Jobs", Jobs.keys.helpRows(by: keymap))
            case .jobForm:
                state.form.map { JobForm.help(for: $0, by: keymap) }
                    ?? ("New job", JobForm.keys.helpRows(by: keymap))
            case .jobDetail: ("Job", JobDetail.keys.helpRows(by: keymap))
            case .results: ("Results", Results.keys.helpRows(by: keymap))
            case .compare: ("Two jobs", Compare.keys.helpRows(by: keymap))
            case .undecided: ("Undecided submissions", Undecided.keys.helpRows(by: keymap))
            case .notices: ("Notices", Notices.keys.helpRows(by: keymap))
            case .contexts: ("Contexts", Contexts.keys.helpRows(by: keymap))
            case .transfers: ("Transfers", Transfers.keys.helpRows(by: keymap))
            case .doctor: ("Doctor", Doctor.keys.helpRows(by: keymap))
            case .help: ("Help", Help.keys.helpRows(by: keymap))
            }
        return [
            Help.Section(title: own.title, rows: own.rows), Help.oftenAsked(by: keymap),
            Help.Section(title: "Everywhere", rows: keys.helpRows(by: keymap)),
            Help.legend(by: keymap),
        ]
    }
}
