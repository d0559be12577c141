import BatchModel
import ConsoleGrid

extension Transfers {
    /// Its keys.
    public static let keys: KeyTable<State, Action> = KeyTable(
        "transfers", title: "Transfers", recordRows + moveRows + questionRows,
        mouse: { event, state in
            if let box = box(of: state) {
                return keys.verdict(for: event, on: box, in: Rect(size: state.size), of: state)
            }
            return .mouse(
                event, in: state.window,
                drawnIn: layout(of: state, in: Rect(size: state.size)).rows,
                moved: { .rowMoved(step: $0) }, clicked: { .rowClicked(row: $0) },
                opened: { keys.verdict(for: .enter, in: state) })
        })

    private typealias Binding = KeyRow<State, Action>

    private static let recordRows: [Binding] = [
        recordRow(
            "detail: <enter>", hint: "detail", help: "The whole of it; again: the list.",
            .detailToggled),
        recordRow(
            "resume: r", hint: "go on", help: "Goes on with one that is not through.",
            .resumePressed
        ) { record, _ in
            switch record.state {
            case .failed, .givenUp, .left: nil
            case .waiting, .running: "it is under way"
            case .done: "it is through"
            case .elsewhere: "another program is at it"
            }
        },
        recordRow(
            "give-up: c <del>", hint: "give up", help: "Gives it up, after a question.",
            .giveUpPressed
        ) { record, _ in
            if record.isActive { return nil }
            return record.state == .elsewhere ? "another program is at it" : "it has ended"
        },
        recordRow("job: o", hint: "job", help: "Opens the job it belongs to.", .jobPressed) {
            record, _ in
            record.job == nil ? "no job has come of it yet" : nil
        },
        recordRow(
            "copy: y", hint: "copy path", help: "Copies the path of its files on this machine.",
            .pathCopied),
        recordRow(
            "forget: d", hint: "forget", help: "Takes an ended one off the list.", .forgetPressed
        ) { record, state in
            if record.isActive {
                return "it is under way: \(state.key("give-up")) gives it up"
            }
            return record.state == .elsewhere ? "another program is at it" : nil
        },
        Binding(
            "clear: x", hint: "clear", help: "Takes all that have ended off the list.",
            sends: .clearPressed, unless: { $0.ended.isEmpty ? "none has ended" : nil }),
        Binding(
            "close-detail: <esc>", hint: "list", help: "From the whole of one back to the list.",
            sends: .detailToggled, when: { $0.isDetailed }),
    ].when { $0.question == nil }

    private static let questionRows: [Binding] = [
        Binding(
            "confirm: y", hint: "yes", help: "In the question: does it.",
            sends: .questionConfirmed),
        Binding(
            "decline: n <enter> <esc>", hint: "no", help: "In the question: changes nothing.",
            sends: .questionDropped),
    ].when { $0.question != nil }

    /// A row about the selected transfer.
    private static func recordRow(
        _ keys: String, hint: String, help: String, _ action: Action,
        unless refusal: @escaping @Sendable (TransferRecord, State) -> String? = { _, _ in nil }
    ) -> Binding {
        Binding(
            keys, hint: hint, help: help, sends: action,
            unless: { state in
                guard let record = state.selected else { return "there is no transfer here" }
                return refusal(record, state)
            })
    }

    private static let moveRows = Binding.moves(
        [
            (.down, "j <down>", "The transfer before it."),
            (.up, "k <up>", "The transfer after it."),
            (.first, "g <home>", "The newest."), (.last, "G <end>", "The oldest."),
            (.pageDown, "<pgdn>", "A page down."), (.pageUp, "<pgup>", "A page up."),
        ], sends: Action.rowMoved(step:)
    ).when { $0.question == nil }
}
