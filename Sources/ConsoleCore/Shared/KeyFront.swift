import ConsoleGrid

// What has the keys is a table and the state it is asked about: a screen, what a screen has opened over itself, or a box
// over all of them. The app asks whatever it is the same few questions, so that a new screen is one more case in one
// place, and what a screen opens over itself is known to the footer, the help page and the palette alike.

/// What has the keys now.
protocol KeyFront<Action> {
    associatedtype Action: Sendable
    /// What its help page is called.
    var title: String { get }
    /// Whether plain letters go into a text before anything else.
    var isTyping: Bool { get }
    /// What a key comes to; nil when it has no use for it.
    func verdict(for key: KeyPress) -> Verdict<Action>?
    /// The footer's hints.
    var hints: [KeyHint] { get }
    /// The rows of its help page.
    var helpRows: [KeyHelp] { get }
    /// What can be done with it, each with a key for it.
    var commands: [KeyCommand] { get }
}

/// What a row of a table is to the palette.
struct KeyCommand {
    /// A key that does it here and now.
    var key: KeyPress
    /// One or two words; empty for a row that is in no footer.
    var hint: String
    /// What it does, a sentence.
    var help: String
}

/// A table and the state it is asked about.
struct TableFront<State: Sendable, Action: Sendable>: KeyFront {
    private let table: KeyTable<State, Action>
    private let state: State
    private let keymap: Keymap

    init(_ table: KeyTable<State, Action>, _ state: State, by keymap: Keymap) {
        self.table = table
        self.state = state
        self.keymap = keymap
    }

    var title: String { table.title }
    var isTyping: Bool { table.isTyping(in: state) }
    var hints: [KeyHint] { table.hints(in: state, by: keymap) }
    var helpRows: [KeyHelp] { table.helpRows(by: keymap) }

    func verdict(for key: KeyPress) -> Verdict<Action>? {
        table.verdict(for: key, in: state, by: keymap)
    }

    var commands: [KeyCommand] {
        table.decidingRows(in: state, by: keymap).map { row, key in
            KeyCommand(key: key, hint: row.hint, help: row.help)
        }
    }
}

/// A front as its parent sees it.
private struct RaisedFront<Child: Sendable, Action: Sendable>: KeyFront {
    let child: any KeyFront<Child>
    let raise: (Child) -> Verdict<Action>

    var title: String { child.title }
    var isTyping: Bool { child.isTyping }
    var hints: [KeyHint] { child.hints }
    var helpRows: [KeyHelp] { child.helpRows }
    var commands: [KeyCommand] { child.commands }

    func verdict(for key: KeyPress) -> Verdict<Action>? {
        child.verdict(for: key)?.raised(raise)
    }
}

extension Verdict {
    /// The same with what happens made the parent's, or refused by it; nil where there is nothing to say.
    func raised<Parent>(_ raise: (Action) -> Verdict<Parent>) -> Verdict<Parent>? {
        switch self {
        case .send(let action): raise(action)
        case .refuse(let reason): .refuse(because: reason)
        case .pass: nil
        }
    }
}

extension KeyFront {
    /// The same with what happens made the parent's, or refused by it.
    func raised<Parent: Sendable>(
        _ raise: @escaping (Action) -> Verdict<Parent>
    ) -> any KeyFront<Parent> {
        RaisedFront(child: self, raise: raise)
    }
}
