public import ConsoleGrid

// Keys are data. One table per screen gives dispatch, footer hints, the palette, the help page and the manual, so that none
// of them can lie about another. A row may refuse with a reason; the reason is shown, never swallowed.
//
// A row says in this order: its keys, the word for the footer, the sentence for the help page, what happens, when it is
// meant (else the next row for the key is asked) and why it may not happen now. Rows that share a condition are a group:
//
//     [
//         KeyRow("open: <enter>", hint: "open", help: "Opens the job.", sends: .openPressed),
//         KeyRow("forget: d", help: "Forgets it.", sends: .forgetPressed, unless: busyRefusal),
//     ].when { $0.question == nil } + KeyRow.moves(…)
//
// What no row is for goes to the mouse, or into the text that is being typed; the table says where that is, too.
//
// A row is spelled as a keymap file spells it: `name: keys`. The name is what a person binds other keys to, so it stays
// what it is once it was published; the keys are the default. Whatever asks a table hands in the keymap it goes by.

/// What a key comes to in a given state.
public enum Verdict<Action: Sendable>: Sendable {
    /// It happened.
    case send(Action)
    /// It may not happen now, and this is why: a clause for "not now: …".
    case refuse(because: String)
    /// The row has nothing to say in this state; the next row for the key is asked.
    case pass

    /// The same with what happens wrapped, as a parent does with its child's.
    public func map<Wrapped: Sendable>(_ wrap: (Action) -> Wrapped) -> Verdict<Wrapped> {
        switch self {
        case .send(let action): .send(wrap(action))
        case .refuse(let reason): .refuse(because: reason)
        case .pass: .pass
        }
    }
}

/// A row of a screen's key table.
public struct KeyRow<State: Sendable, Action: Sendable>: Sendable {
    /// What keymap files call it, in kebab case and once per table; empty for a row that has to stay what it is.
    public let name: String
    /// The keys that do it by default; the first one is shown.
    public let keys: [KeyPress]
    /// One or two words for the footer; empty keeps the row out of it.
    public let hint: String
    /// A sentence for the help page.
    public let help: String
    /// True when it is meant while text is typed: a plain letter would be text then.
    public private(set) var isInText = false
    /// When it is worth a place in the footer, besides having something to say; nil for always.
    private(set) var isHinted: (@Sendable (State) -> Bool)?
    /// What it comes to.
    public private(set) var decide: @Sendable (State) -> Verdict<Action>

    /// Binds keys.
    ///
    /// - Parameter spelling: name and keys, keys as in key scripts, `"next-row: j <down>"`; a spelling that is not a key
    ///   stops the program at start.
    public init(
        _ spelling: String, hint: String = "", help: String,
        decide: @escaping @Sendable (State) -> Verdict<Action>
    ) {
        var words = spelling.split(separator: " ")
        let isNamed = words.first.map { $0.count > 1 && $0.hasSuffix(":") } ?? false
        name = isNamed ? String(words.removeFirst().dropLast()) : ""
        keys = words.map { word in
            guard let key = KeyPress(spelling: String(word)) else {
                preconditionFailure("\(word) in a key table is not a key")
            }
            return key
        }
        self.hint = hint
        self.help = help
        self.decide = decide
    }

    /// The same row, in the footer only while it is needed, and then before those that are always there.
    func hinted(while isNeeded: @escaping @Sendable (State) -> Bool) -> Self {
        var row = self
        row.isHinted = isNeeded
        return row
    }

    /// The same row, meant while text is typed.
    var inText: Self {
        var row = self
        row.isInText = true
        return row
    }

    /// Binds keys to one action.
    ///
    /// - Parameters:
    ///   - spelling: name and keys, as above.
    ///   - isMeant: where it is false the next row for the key is asked; nil for always.
    ///   - refusal: why it may not happen now, a clause; nil lets it happen.
    public init(
        _ spelling: String, hint: String = "", help: String, sends action: Action,
        when isMeant: (@Sendable (State) -> Bool)? = nil,
        unless refusal: (@Sendable (State) -> String?)? = nil
    ) {
        self.init(spelling, hint: hint, help: help) { state in
            guard isMeant?(state) ?? true else { return .pass }
            return .send(action, unless: refusal?(state))
        }
    }

    /// The same row, with nothing to say where it is not meant.
    func when(_ isMeant: @escaping @Sendable (State) -> Bool) -> Self {
        var row = self
        row.decide = { [decide] state in isMeant(state) ? decide(state) : .pass }
        return row
    }

    /// Rows that move through a list; a row is called as its step is, in kebab case.
    ///
    /// - Parameters:
    ///   - prefix: what stands before the step in the names.
    ///   - rows: step, keys and the sentence for the help page.
    static func moves(
        prefix: String = "", _ rows: [(step: ListMove, keys: String, help: String)],
        sends action: (ListMove) -> Action
    ) -> [Self] {
        rows.map { step, keys, help in
            Self("\(prefix)\(step.keyName): \(keys)", help: help, sends: action(step))
        }
    }
}

extension Verdict {
    /// It happens, unless there is a reason against it.
    static func send(_ action: Action, unless refusal: String?) -> Self {
        refusal.map { .refuse(because: $0) } ?? .send(action)
    }
}

extension ListMove {
    /// What keymap files call the step.
    fileprivate var keyName: String {
        switch self {
        case .up: "up"
        case .down: "down"
        case .halfPageUp: "half-page-up"
        case .halfPageDown: "half-page-down"
        case .pageUp: "page-up"
        case .pageDown: "page-down"
        case .first: "first"
        case .last: "last"
        }
    }
}

extension Array {
    /// The same rows, with nothing to say where they are not meant.
    func when<State, Action>(_ isMeant: @escaping @Sendable (State) -> Bool) -> Self
    where Element == KeyRow<State, Action> {
        map { $0.when(isMeant) }
    }

    /// The same rows, meant while text is typed.
    func inText<State, Action>() -> Self where Element == KeyRow<State, Action> {
        map(\.inText)
    }
}
