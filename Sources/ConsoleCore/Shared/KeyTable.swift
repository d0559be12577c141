public import ConsoleGrid

// Keys are data. One table per screen gives dispatch, footer hints and the help page, so that none of them can lie
// about another. A row may refuse with a reason; the reason is shown, never swallowed.
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

    /// The same row, with nothing to say while something else has the keys: a question, a box over the screen.
    public func except(while isCovered: @escaping @Sendable (State) -> Bool) -> Self {
        var row = self
        row.decide = { [decide] state in isCovered(state) ? .pass : decide(state) }
        return row
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

    /// Binds keys to one action whatever the state.
    public init(_ spelling: String, hint: String = "", help: String, sends action: Action) {
        self.init(spelling, hint: hint, help: help) { _ in .send(action) }
    }
}

/// The keys of one screen.
public struct KeyTable<State: Sendable, Action: Sendable>: Sendable {
    /// What keymap files call the screen; empty for one whose keys have to stay what they are.
    public let screen: String
    /// Of several rows for a key the first that does not pass decides.
    public let rows: [KeyRow<State, Action>]

    private let helpOrder: [KeyRow<State, Action>]

    /// Makes a table.
    ///
    /// - Parameter help: the same rows in the order of the help page: there what one comes for stands first, while a key
    ///   is asked of what lies on top first.
    public init(
        _ screen: String = "", _ rows: [KeyRow<State, Action>],
        help: [KeyRow<State, Action>]? = nil
    ) {
        precondition(help.map { $0.count == rows.count } ?? true, "help leaves rows out")
        self.screen = screen
        self.rows = rows
        helpOrder = help ?? rows
    }

    private func keys(of row: KeyRow<State, Action>, by keymap: Keymap) -> [KeyPress] {
        keymap.keys(for: row.name, on: screen) ?? row.keys
    }

    /// What a key comes to; nil when no row has anything to say.
    ///
    /// - Parameter isTyping: true while letters go into a text: then a keymap cannot make more of a letter.
    public func verdict(
        for key: KeyPress, in state: State, by keymap: Keymap = .standard, isTyping: Bool = false
    ) -> Verdict<Action>? {
        let isText = isTyping && key.typed != nil
        for row in rows where keys(of: row, by: keymap).contains(key) {
            if isText, !row.keys.contains(key) { continue }
            let verdict = row.decide(state)
            if case .pass = verdict { continue }
            return verdict
        }
        return nil
    }

    /// The rows that have something to say in a state, each with the first of its keys that no row before it takes.
    func decidingRows(
        in state: State, by keymap: Keymap = .standard
    ) -> [(row: KeyRow<State, Action>, key: KeyPress)] {
        var taken: Set<KeyPress> = []
        return rows.compactMap { row in
            if case .pass = row.decide(state) { return nil }
            let keys = keys(of: row, by: keymap)
            let key = keys.first { !taken.contains($0) }
            taken.formUnion(keys)
            return key.map { (row, $0) }
        }
    }

    /// Footer hints for a state: rows with a hint that would not pass.
    public func hints(in state: State, by keymap: Keymap = .standard) -> [KeyHint] {
        rows.compactMap { row in
            guard !row.hint.isEmpty, row.isHinted?(state) ?? true,
                let key = keys(of: row, by: keymap).first
            else { return nil }
            let isRefused: Bool
            switch row.decide(state) {
            case .pass: return nil
            case .send: isRefused = false
            case .refuse: isRefused = true
            }
            return KeyHint(
                key: key, text: row.hint, isRefused: isRefused, isMomentary: row.isHinted != nil)
        }
    }

    /// The key that does something, as a sentence names it; without one, how the palette is asked for it.
    func keyName(_ action: String, by keymap: Keymap) -> String {
        assert(rows.contains { $0.name == action }, "no row is called \(action)")
        return key(for: action, by: keymap)?.label ?? "the command \(action)"
    }

    /// The first key that does something; nil when none does.
    func key(for action: String, by keymap: Keymap) -> KeyPress? {
        rows.first { $0.name == action }.flatMap { keys(of: $0, by: keymap).first }
    }

    /// Whether a key does one of these actions.
    func does(_ key: KeyPress, one actions: Set<String>, by keymap: Keymap) -> Bool {
        rows.contains { actions.contains($0.name) && keys(of: $0, by: keymap).contains(key) }
    }

    /// The help page's rows; what no key does is not on it.
    public func helpRows(by keymap: Keymap) -> [KeyHelp] {
        helpOrder.compactMap { row in
            let keys = keys(of: row, by: keymap)
            return keys.isEmpty ? nil : KeyHelp(keys: keys, help: row.help)
        }
    }

    /// The help page's rows as they are by default.
    public var helpRows: [KeyHelp] { helpRows(by: .standard) }

    /// What a keymap file may say of the screen.
    public var sheet: KeySheet {
        KeySheet(
            screen: screen,
            actions: rows.filter { !$0.name.isEmpty }.map { row in
                KeySheet.Action(
                    name: row.name, keys: row.keys, help: row.help, isInText: row.isInText)
            })
    }
}

/// One hint of a footer.
public struct KeyHint: Sendable, Hashable {
    /// The key to press.
    public var key: KeyPress
    /// One or two words.
    public var text: String
    /// True when it would be refused now: the footer leaves it out, the key still says why.
    public var isRefused: Bool
    /// True when only the present state brings it into the footer.
    public var isMomentary = false
}

/// One row of the help page.
public struct KeyHelp: Sendable, Hashable {
    /// The keys that do it.
    public var keys: [KeyPress]
    /// What it does, a sentence.
    public var help: String
}
