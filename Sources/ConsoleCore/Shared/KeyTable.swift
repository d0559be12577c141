public import ConsoleGrid

// Keys are data. One table per screen gives dispatch, footer hints and the help page, so that none of them can lie
// about another. A row may refuse with a reason; the reason is shown, never swallowed.

/// What a key comes to in a given state.
public enum Verdict<Action: Sendable>: Sendable {
    /// It happened.
    case send(Action)
    /// It may not happen now, and this is why: a clause for "not now: …".
    case refuse(because: String)
    /// The row has nothing to say in this state; the next row for the key is asked.
    case pass
}

/// A row of a screen's key table.
public struct KeyRow<State: Sendable, Action: Sendable>: Sendable {
    /// The keys that do it; the first one is shown.
    public let keys: [KeyPress]
    /// One or two words for the footer; empty keeps the row out of it.
    public let hint: String
    /// A sentence for the help page.
    public let help: String
    /// What it comes to.
    public let decide: @Sendable (State) -> Verdict<Action>

    /// Binds keys.
    ///
    /// - Parameter keys: spellings as in key scripts, `"j <down>"`; a spelling that is not a key stops the program at start.
    public init(
        _ keys: String, hint: String = "", help: String,
        decide: @escaping @Sendable (State) -> Verdict<Action>
    ) {
        self.keys = keys.split(separator: " ").map { spelling in
            guard let key = KeyPress(spelling: String(spelling)) else {
                preconditionFailure("\(spelling) in a key table is not a key")
            }
            return key
        }
        self.hint = hint
        self.help = help
        self.decide = decide
    }

    /// Binds keys to one action whatever the state.
    public init(_ keys: String, hint: String = "", help: String, sends action: Action) {
        self.init(keys, hint: hint, help: help) { _ in .send(action) }
    }
}

/// The keys of one screen.
public struct KeyTable<State: Sendable, Action: Sendable>: Sendable {
    /// Rows in the order of the help page; of several rows for a key the first that does not pass decides.
    public let rows: [KeyRow<State, Action>]

    /// Makes a table.
    public init(_ rows: [KeyRow<State, Action>]) { self.rows = rows }

    /// What a key comes to; nil when no row has anything to say.
    public func verdict(for key: KeyPress, in state: State) -> Verdict<Action>? {
        for row in rows where row.keys.contains(key) {
            let verdict = row.decide(state)
            if case .pass = verdict { continue }
            return verdict
        }
        return nil
    }

    /// Footer hints for a state: rows with a hint that would not pass.
    public func hints(in state: State) -> [KeyHint] {
        rows.compactMap { row in
            guard !row.hint.isEmpty, let key = row.keys.first else { return nil }
            return switch row.decide(state) {
            case .pass: nil
            case .send: KeyHint(key: key, text: row.hint, isRefused: false)
            case .refuse: KeyHint(key: key, text: row.hint, isRefused: true)
            }
        }
    }

    /// The help page's rows.
    public var helpRows: [KeyHelp] { rows.map { KeyHelp(keys: $0.keys, help: $0.help) } }
}

/// One hint of a footer.
public struct KeyHint: Sendable, Hashable {
    /// The key to press.
    public var key: KeyPress
    /// One or two words.
    public var text: String
    /// True when it would be refused now: the footer leaves it out, the key still says why.
    public var isRefused: Bool
}

/// One row of the help page.
public struct KeyHelp: Sendable, Hashable {
    /// The keys that do it.
    public var keys: [KeyPress]
    /// What it does, a sentence.
    public var help: String
}
