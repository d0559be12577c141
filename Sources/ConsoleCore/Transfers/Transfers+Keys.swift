import BatchModel
public import ConsoleGrid

extension Transfers {
    private typealias Binding = KeyRow<State, Action>

    /// Its keys.
    public static let keys = KeyTable<State, Action>(
        "transfers", recordRows + moveRows + questionRows)

    private static let recordRows: [Binding] = [
        row("detail: <enter>", hint: "detail", help: "The whole of it; again: the list.") { _, _ in
            .send(.detailToggled)
        },
        row("resume: r", hint: "go on", help: "Goes on with one that is not through.") {
            record, _ in
            switch record.state {
            case .failed, .givenUp, .left: .send(.resumePressed)
            case .waiting, .running: .refuse(because: "it is under way")
            case .done: .refuse(because: "it is through")
            case .elsewhere: .refuse(because: "another program is at it")
            }
        },
        row("give-up: c <del>", hint: "give up", help: "Gives it up, after a question.") {
            record, _ in
            if record.isActive { return .send(.giveUpPressed) }
            return .refuse(
                because: record.state == .elsewhere
                    ? "another program is at it" : "it has ended")
        },
        row("job: o", hint: "job", help: "Opens the job it belongs to.") { record, _ in
            record.job == nil
                ? .refuse(because: "no job has come of it yet") : .send(.jobPressed)
        },
        row(
            "copy: y", hint: "copy path", help: "Copies the path of its files on this machine."
        ) { _, _ in .send(.pathCopied) },
        row("forget: d", hint: "forget", help: "Takes an ended one off the list.") {
            record, state in
            if record.isActive {
                return .refuse(because: "it is under way: \(state.key("give-up")) gives it up")
            }
            return record.state == .elsewhere
                ? .refuse(because: "another program is at it") : .send(.forgetPressed)
        },
        Binding("clear: x", hint: "clear", help: "Takes all that have ended off the list.") {
            state in
            guard state.question == nil else { return .pass }
            return state.ended.isEmpty
                ? .refuse(because: "none has ended") : .send(.clearPressed)
        },
        Binding(
            "close-detail: <esc>", hint: "list", help: "From the whole of one back to the list."
        ) { state in
            state.isDetailed && state.question == nil ? .send(.detailToggled) : .pass
        },
    ]

    private static let questionRows: [Binding] = [
        Binding("confirm: y", hint: "yes", help: "In the question: does it.") { state in
            state.question == nil ? .pass : .send(.questionConfirmed)
        },
        Binding(
            "decline: n <enter> <esc>", hint: "no", help: "In the question: changes nothing."
        ) { state in
            state.question == nil ? .pass : .send(.questionDropped)
        },
    ]

    private static func row(
        _ keys: String, hint: String, help: String,
        _ decide: @escaping @Sendable (TransferRecord, State) -> Verdict<Action>
    ) -> Binding {
        Binding(keys, hint: hint, help: help) { state in
            guard state.question == nil else { return .pass }
            return state.selected.map { decide($0, state) }
                ?? .refuse(because: "there is no transfer here")
        }
    }

    private static let moveRows: [Binding] = [
        move("down: j <down>", "The transfer before it.", .down),
        move("up: k <up>", "The transfer after it.", .up),
        move("first: g <home>", "The newest.", .first),
        move("last: G <end>", "The oldest.", .last),
        move("page-down: <pgdn>", "A page down.", .pageDown),
        move("page-up: <pgup>", "A page up.", .pageUp),
    ]

    private static func move(_ keys: String, _ help: String, _ step: ListMove) -> Binding {
        Binding(keys, help: help) { $0.question == nil ? .send(.rowMoved(step: step)) : .pass }
    }

    /// What a key comes to; nil when the screen has no use for it.
    public static func verdict(
        for key: KeyPress, in state: State, by keymap: Keymap = .standard
    ) -> Verdict<Action>? {
        if let verdict = keys.verdict(for: key, in: state, by: keymap) { return verdict }
        guard case .mouse(let event) = key, state.question == nil else { return nil }
        return .mouse(
            event, in: state.window, drawnIn: layout(of: state, in: Rect(size: state.size)).rows,
            moved: { .rowMoved(step: $0) }, clicked: { .rowClicked(row: $0) },
            opened: { keys.verdict(for: .enter, in: state) })
    }

    /// The footer's hints.
    public static func hints(in state: State, by keymap: Keymap = .standard) -> [KeyHint] {
        keys.hints(in: state, by: keymap)
    }
}
