import BatchModel
public import ConsoleGrid

// A key is the screen's first. What the screen has no use for is looked up in the table of everywhere; while a text is
// being typed only keys that cannot be part of a text are.

extension App {
    /// The keys that mean the same on every screen.
    public static let keys = KeyTable<State, Action>([
        KeyRow("?", hint: "help", help: "All keys of this screen.") { state in
            state.place == .help ? .pass : .send(.helpPressed)
        },
        KeyRow("<f1>", hint: "help", help: "All keys, while typing too.") { state in
            state.place == .help ? .pass : .send(.helpPressed)
        },
        KeyRow("<esc>", hint: "back", help: "One step back; never quits.") { state in
            state.path.count > 1
                ? .send(.leavePressed) : .refuse(because: "this is the first screen; q quits")
        },
        KeyRow("J", hint: "jobs", help: "All jobs of the workspace.") { state in
            state.place == .jobs(nil) ? .pass : .send(.placePressed(place: .jobs(nil)))
        },
        KeyRow("E", help: "The endpoints.") { state in
            state.place == .endpoints ? .pass : .send(.placePressed(place: .endpoints))
        },
        KeyRow("U", hint: "undecided", help: "Submissions whose outcome is not known.") { state in
            state.undecided.isEmpty || state.place == .undecided
                ? .pass : .send(.placePressed(place: .undecided))
        },
        KeyRow("<ctrl-l>", help: "Paints the screen anew.", sends: .redrawPressed),
        KeyRow("q", hint: "quit", help: "Quits; running jobs go on.", sends: .quitPressed),
        KeyRow("<ctrl-c>", help: "Quits, while typing too.", sends: .quitPressed),
    ])

    /// Finds out what a key means here and lets it happen.
    static func press(_ key: KeyPress, in state: inout State) -> [Effect] {
        state.notice = nil
        let isQuit = key == .character("q") || key == .control("c")
        if !isQuit { state.isQuitArmed = false }
        switch verdict(for: key, in: state) {
        case .send(let action): return change(&state, action)
        case .refuse(let reason):
            state.say("not now: \(reason)", .warning)
            return []
        case .pass, nil: return []
        }
    }

    /// What a key comes to; nil when nobody has a use for it.
    public static func verdict(for key: KeyPress, in state: State) -> Verdict<Action>? {
        if let verdict = screenVerdict(for: inBody(key, of: state), in: state) { return verdict }
        if isEditingText(state), key.typed != nil { return nil }
        return keys.verdict(for: key, in: state)
    }

    /// Screens count cells from their own corner.
    private static func inBody(_ key: KeyPress, of state: State) -> KeyPress {
        guard case .mouse(var event) = key else { return key }
        event.position.row -= state.body.row
        event.position.column -= state.body.column
        return .mouse(event)
    }

    static func isEditingText(_ state: State) -> Bool {
        switch state.place {
        case .endpoints: Endpoints.isEditingText(state.endpoints)
        case .jobs: state.jobs.map(Jobs.isEditingText) ?? false
        case .jobForm: state.form.map(JobForm.isEditingText) ?? false
        case .jobDetail: state.detail.map(JobDetail.isEditingText) ?? false
        case .results: state.results.map(Results.isEditingText) ?? false
        case .undecided: false
        case .help: state.help.map(Help.isEditingText) ?? false
        }
    }

    private static func screenVerdict(
        for key: KeyPress, in state: State
    ) -> Verdict<Action>? {
        switch state.place {
        case .endpoints:
            return raised(
                Endpoints.verdict(for: key, in: state.endpoints), Endpoints.isMutating,
                Action.endpoints, in: state)
        case .jobs:
            return state.jobs.flatMap {
                raised(Jobs.verdict(for: key, in: $0), Jobs.isMutating, Action.jobs, in: state)
            }
        case .jobForm:
            return state.form.flatMap {
                raised(
                    JobForm.verdict(for: key, in: $0), JobForm.isMutating, Action.form, in: state)
            }
        case .jobDetail:
            return state.detail.flatMap {
                raised(
                    JobDetail.verdict(for: key, in: $0), JobDetail.isMutating, Action.detail,
                    in: state)
            }
        case .results:
            return state.results.flatMap {
                raised(
                    Results.verdict(for: key, in: $0), Results.isMutating, Action.results,
                    in: state)
            }
        case .undecided:
            return state.undecidedList.flatMap {
                raised(
                    Undecided.verdict(for: key, in: $0), Undecided.isMutating, Action.undecided,
                    in: state)
            }
        case .help:
            return state.help.flatMap {
                raised(Help.verdict(for: key, in: $0), { _ in false }, Action.help, in: state)
            }
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
            return .refuse(because: "the console is read-only (--read-only)")
        case .refuse(let reason): return .refuse(because: reason)
        case .pass, nil: return nil
        }
    }
}

// MARK: - Hints and help

extension App {
    /// The screen's hints that come before the one for help, so that help is in the narrowest footer too.
    private static let hintsBeforeHelp = 3

    /// The footer's hints: the screen's, then those of everywhere, with help among the first.
    static func hints(in state: State) -> [KeyHint] {
        let own: [KeyHint] =
            switch state.place {
            case .endpoints: Endpoints.hints(in: state.endpoints)
            case .jobs: state.jobs.map(Jobs.hints) ?? []
            case .jobForm: state.form.map(JobForm.hints) ?? []
            case .jobDetail: state.detail.map(JobDetail.hints) ?? []
            case .results: state.results.map(Results.hints) ?? []
            case .undecided: state.undecidedList.map(Undecided.hints) ?? []
            case .help: state.help.map(Help.hints) ?? []
            }
        let taken = Set(own.map(\.key))
        // While a text is being typed letters are its own: what they mean elsewhere is no hint then.
        let isTyping = isEditingText(state)
        let helpKey: KeyPress = isTyping ? .function(1) : .character("?")
        let everywhere = keys.hints(in: state).filter {
            !taken.contains($0.key) && !(isTyping && $0.key.typed != nil)
        }
        let help = everywhere.filter { $0.key == helpKey }
        return own.prefix(hintsBeforeHelp) + help + own.dropFirst(hintsBeforeHelp)
            + everywhere.filter { $0.text != "help" }
    }

    /// The help page of a screen: its own keys first.
    static func helpSections(for state: State) -> [Help.Section] {
        let own: (title: String, rows: [KeyHelp]) =
            switch state.place {
            case .endpoints: ("Endpoints", Endpoints.keys.helpRows)
            case .jobs: ("Jobs", Jobs.keys.helpRows)
            case .jobForm: ("New job", JobForm.keys.helpRows)
            case .jobDetail: ("Job", JobDetail.keys.helpRows)
            case .results: ("Results", Results.keys.helpRows)
            case .undecided: ("Undecided submissions", Undecided.keys.helpRows)
            case .help: ("Help", Help.keys.helpRows)
            }
        return [
            Help.Section(title: own.title, rows: own.rows),
            Help.Section(title: "Everywhere", rows: keys.helpRows),
        ]
    }
}
