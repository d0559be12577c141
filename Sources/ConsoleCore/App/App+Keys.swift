import BatchModel
public import ConsoleGrid

// A key is the screen's first. What the screen has no use for is looked up in the table of everywhere; while a text is
// being typed only keys that cannot be part of a text are.

extension App {
    /// The keys that mean the same on every screen.
    public static let keys = KeyTable<State, Action>(
        "everywhere", title: "Everywhere", stepRows + placeRows + consoleRows)

    private typealias Binding = KeyRow<State, Action>

    private static let stepRows: [Binding] = [
        Binding(
            "help: ?", hint: "help", help: "All keys of this screen.", sends: .helpPressed,
            when: { $0.place != .help }),
        Binding(
            "help-anywhere: <f1>", hint: "help", help: "All keys, while typing too.",
            sends: .helpPressed, when: { $0.place != .help }),
        Binding(
            "back: <esc>", hint: "back", help: "One step back; never quits.", sends: .leavePressed,
            when: { $0.path.count > 1 || $0.tour == nil },
            unless: { state in
                state.path.count > 1
                    ? nil : "this is the first screen; \(keyName("quit", in: state)) quits"
            }),
        Binding(
            "leave-tour: <esc>", help: "On the first screen: ends the tour.", sends: .tourLeft,
            when: { $0.path.count == 1 && $0.tour != nil }),
        Binding(
            "end-tour: <ctrl-t>", help: "Ends the tour.", sends: .tourLeft,
            when: { $0.tour != nil }),
    ]

    /// Where one can go from everywhere.
    private static let placeRows: [Binding] = [
        placeRow(
            "doctor: D", hint: "doctor",
            help: "The doctor: why nobody answers, and whether all is well.", .doctor
        ).hinted(while: isUnanswered),
        placeRow("transfers: T", hint: "transfers", help: "Uploads and downloads.", .transfers)
            .hinted { state in state.transfers.contains { $0.state != .done } },
        placeRow("jobs: J", hint: "jobs", help: "All jobs of the workspace.", .jobs(nil)),
        placeRow("endpoints: E", help: "The endpoints.", .endpoints),
        placeRow(
            "undecided: U", hint: "undecided", help: "Submissions whose outcome is not known.",
            .undecided
        ).when { !$0.undecided.isEmpty }.hinted { !$0.undecided.isEmpty },
        placeRow(
            "contexts: C", help: "The contexts: where jobs go; and a sign-in that waits.",
            .contexts),
        placeRow("notices: N", help: "What was said in this session.", .notices),
    ]

    private static func placeRow(
        _ keys: String, hint: String = "", help: String, _ place: Place
    ) -> Binding {
        Binding(
            keys, hint: hint, help: help, sends: .placePressed(place: place),
            when: { $0.place != place })
    }

    private static let consoleRows: [Binding] = [
        Binding(
            "command: : <ctrl-p>", hint: "command", help: "All commands, by their letters.",
            sends: .palettePressed),
        Binding(
            "mouse: <alt-m>", hint: "mouse",
            help: "Leaves the mouse to the terminal, to select text with it, or takes it back.",
            sends: .mousePressed
        ).hinted { _ in false },
        Binding("redraw: <ctrl-l>", help: "Paints the screen anew.", sends: .redrawPressed),
        Binding("quit: q", hint: "quit", help: "Quits; running jobs go on.", sends: .quitPressed),
        Binding(
            "quit-anywhere: <ctrl-c>", hint: "quit", help: "Quits, while typing too.",
            sends: .quitPressed
        ).hinted { _ in false },
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
        let keymap = state.keymap
        let key = inBody(key, of: state)
        if let palette = state.palette {
            return TableFront(CommandPalette.keys, palette, by: keymap)
                .raised { .send(.palette($0)) }.verdict(for: key)
        }
        if let signIn = openSignIn(state) { return verdict(for: key, over: signIn, in: state) }
        if let box = state.retry { return verdict(for: key, over: box, in: state) }
        let screen = screen(in: state)
        if let verdict = screen?.verdict(for: key) { return verdict }
        if screen?.isTyping ?? false, key.typed != nil { return nil }
        return keys.verdict(for: key, in: state, by: keymap)
    }

    /// The box's keys, and those of everywhere. What the screen below would do with a key cannot be seen, so it is not
    /// done. And the box may have come up under somebody's fingers: a letter meant for the field below is nobody's.
    private static func verdict(
        for key: KeyPress, over signIn: SignIn.State, in state: State
    ) -> Verdict<Action>? {
        let screen = screen(in: state)
        if key.typed == nil || !(screen?.isTyping ?? false) {
            if let verdict = SignIn.keys.verdict(for: key, in: signIn, by: state.keymap) {
                return verdict.map(Action.signIn)
            }
            if let verdict = keys.verdict(for: key, in: state, by: state.keymap) {
                return verdict
            }
        }
        return screen?.verdict(for: key).map { _ in
            .refuse(
                because: "the sign-in is in front; "
                    + "\(SignIn.keys.keyName("hide", by: state.keymap)) hides it")
        }
    }

    /// A question's keys, and those that end the console or paint it anew: everything else waits for an answer.
    private static func verdict(
        for key: KeyPress, over box: Retry.State, in state: State
    ) -> Verdict<Action>? {
        var verdict = Retry.keys.verdict(for: key, in: box, by: state.keymap)
        if case .mouse(let event) = key {
            verdict = Retry.mouse(
                event, in: box, drawnIn: Rect(size: state.body.size), by: state.keymap)
        }
        let raise = raising(Retry.isMutating, as: Action.retry, in: state)
        if let verdict = verdict?.raised(raise) { return verdict }
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
        state.palette != nil || screen(in: state)?.isTyping ?? false
    }
}

// MARK: - The screen in front

extension App {
    /// The screen below the boxes; nil while it is not open yet. What has no `isMutating` changes nothing on the service.
    static func screen(in state: State) -> (any KeyFront<Action>)? {
        func front<Screen, Child>(
            _ table: KeyTable<Screen, Child>, _ screen: Screen?,
            _ isMutating: @escaping (Child) -> Bool = { _ in false },
            as wrap: @escaping (Child) -> Action
        ) -> (any KeyFront<Action>)? {
            screen.map {
                raised(TableFront(table, $0, by: state.keymap), isMutating, as: wrap, in: state)
            }
        }
        switch state.place {
        case .endpoints:
            return front(
                Endpoints.keys, state.endpoints, Endpoints.isMutating, as: Action.endpoints)
        case .jobs: return front(Jobs.keys, state.jobs, Jobs.isMutating, as: Action.jobs)
        case .jobForm:
            return state.form.map { form in
                let front = JobForm.front(of: form, by: state.keymap)
                return raised(front, JobForm.isMutating, as: Action.form, in: state)
            }
        case .jobDetail:
            return front(JobDetail.keys, state.detail, JobDetail.isMutating, as: Action.detail)
        case .results: return front(Results.keys, state.results, as: Action.results)
        case .compare: return front(Compare.keys, state.compare, as: Action.compare)
        case .undecided: return front(Undecided.keys, state.undecidedList, as: Action.undecided)
        case .contexts: return front(Contexts.keys, state.contextList, as: Action.contexts)
        case .notices: return front(Notices.keys, state.noticeList, as: Action.notices)
        case .transfers:
            return state.transferList.flatMap { list in
                front(
                    Transfers.keys, list, { Transfers.isMutating($0, in: list) },
                    as: Action.transfers)
            }
        case .doctor: return front(Doctor.keys, state.doctor, as: Action.doctor)
        case .help: return front(Help.keys, state.help, as: Action.help)
        }
    }

    /// A screen as the app sees it; what would change something is refused in a read-only console.
    private static func raised<Child: Sendable>(
        _ front: some KeyFront<Child>, _ isMutating: @escaping (Child) -> Bool,
        as wrap: @escaping (Child) -> Action, in state: State
    ) -> any KeyFront<Action> {
        front.raised(raising(isMutating, as: wrap, in: state))
    }

    private static func raising<Child: Sendable>(
        _ isMutating: @escaping (Child) -> Bool, as wrap: @escaping (Child) -> Action,
        in state: State
    ) -> (Child) -> Verdict<Action> {
        let refusal = readOnlyRefusal(in: state)
        return { action in .send(wrap(action), unless: isMutating(action) ? refusal : nil) }
    }

    private static func readOnlyRefusal(in state: State) -> String? {
        guard state.isReadOnly else { return nil }
        return state.isReadOnlyByOption
            ? "the console is read-only (--read-only)" : "the context \(state.context) is read-only"
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
        if let palette = state.palette { return CommandPalette.keys.hints(in: palette, by: keymap) }
        if let signIn = openSignIn(state) { return SignIn.keys.hints(in: signIn, by: keymap) }
        if let box = state.retry { return Retry.keys.hints(in: box, by: keymap) }
        let screen = screen(in: state)
        let own = screen?.hints ?? []
        let taken = Set(own.map(\.key))
        // While a text is being typed letters are its own: what they mean elsewhere is no hint then.
        let isTyping = screen?.isTyping ?? false
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
        let own = screen(in: state).map { Help.Section(title: $0.title, rows: $0.helpRows) }
        return [
            own, Help.oftenAsked(by: keymap),
            Help.Section(title: keys.title, rows: keys.helpRows(by: keymap)),
            Help.legend(by: keymap),
        ].compactMap(\.self)
    }
}
