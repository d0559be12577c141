public import ConsoleGrid

/// The keys of one screen.
public struct KeyTable<State: Sendable, Action: Sendable>: Sendable {
    /// What becomes of a key that no row is for; nil when nothing does.
    public typealias Rest<Event> = @Sendable (Event, State) -> Verdict<Action>?

    /// Where letters go while a text is typed.
    public struct Typing: Sendable {
        let isOn: @Sendable (State) -> Bool
        let take: Rest<KeyPress>

        /// Letters that mean more than their text.
        ///
        /// - Parameter take: asked for every key that no row is for, whether text is typed or not.
        init(while isOn: @escaping @Sendable (State) -> Bool, take: @escaping Rest<KeyPress>) {
            self.isOn = isOn
            self.take = take
        }

        /// A field of text.
        ///
        /// - Parameter field: tells which keys mean something to it, by having them happen to a copy.
        init(
            while isOn: @escaping @Sendable (State) -> Bool,
            in field: @escaping @Sendable (State) -> TextField? = { _ in TextField() },
            sends action: @escaping @Sendable (KeyPress) -> Action
        ) {
            self.init(while: isOn) { key, state in
                guard isOn(state), var field = field(state), field.handle(key) else { return nil }
                return .send(action(key))
            }
        }
    }

    /// What keymap files call the screen; empty for one whose keys have to stay what they are.
    public let screen: String
    /// What its help page is called.
    public let title: String
    /// Of several rows for a key the first that does not pass decides.
    public let rows: [KeyRow<State, Action>]

    private let helpOrder: [KeyRow<State, Action>]
    private let typing: Typing?
    private let mouse: Rest<MouseEvent>?

    /// Makes a table.
    ///
    /// - Parameters:
    ///   - help: the same rows in the order of the help page: there what one comes for stands first, while a key is asked
    ///     of what lies on top first.
    ///   - typing: where letters go while a text is typed; nil where none is.
    ///   - mouse: what the mouse comes to, read from the top left of the screen's place; nil where it does nothing.
    public init(
        _ screen: String = "", title: String = "", _ rows: [KeyRow<State, Action>],
        help: [KeyRow<State, Action>]? = nil, typing: Typing? = nil,
        mouse: Rest<MouseEvent>? = nil
    ) {
        precondition(help.map { $0.count == rows.count } ?? true, "help leaves rows out")
        self.screen = screen
        self.title = title
        self.rows = rows
        helpOrder = help ?? rows
        self.typing = typing
        self.mouse = mouse
    }

    private func keys(of row: KeyRow<State, Action>, by keymap: Keymap) -> [KeyPress] {
        keymap.keys(for: row.name, on: screen) ?? row.keys
    }

    /// The rows that a key belongs to. Every key looks through all rows: none is copied but those that are found.
    private func rows(for key: KeyPress, by keymap: Keymap) -> [KeyRow<State, Action>] {
        rows.indices.filter { keys(of: rows[$0], by: keymap).contains(key) }.map { rows[$0] }
    }

    /// Whether plain letters go into a text before anything else.
    public func isTyping(in state: State) -> Bool { typing?.isOn(state) ?? false }

    /// What a key comes to; nil when the screen has no use for it.
    public func verdict(
        for key: KeyPress, in state: State, by keymap: Keymap = .standard
    ) -> Verdict<Action>? {
        // Where letters are text, a keymap cannot make more of one.
        let isText = key.typed != nil && isTyping(in: state)
        for row in rows(for: key, by: keymap) {
            if isText, !row.keys.contains(key) { continue }
            let verdict = row.decide(state)
            if case .pass = verdict { continue }
            return verdict
        }
        if case .mouse(let event) = key { return mouse?(event, state) }
        return typing?.take(key, state)
    }

    /// What an action comes to whatever its key is now; nil when it has nothing to say.
    func verdict(doing action: String, in state: State) -> Verdict<Action>? {
        assert(rows.contains { $0.name == action }, "no row is called \(action)")
        guard let row = rows.first(where: { $0.name == action }) else { return nil }
        let verdict = row.decide(state)
        if case .pass = verdict { return nil }
        return verdict
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
        rows.indices.compactMap { index in
            guard !rows[index].hint.isEmpty else { return nil }
            let row = rows[index]
            guard row.isHinted?(state) ?? true, let key = keys(of: row, by: keymap).first else {
                return nil
            }
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
            screen: screen, title: title, help: helpRows,
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
