public import BatchModel
public import ConsoleGrid

// Everything that was said and is gone with the next key: the sentences of the bottom line, and why a question was
// refused, from whichever screen. The list is kept by the app (`App+Notices`); this screen shows it and gets a copy of
// every change, so that what is selected stays selected while newer ones come in above.

/// What was said in this session, the newest first.
public enum Notices {
    /// One sentence.
    public struct Entry: Sendable, Hashable, Codable {
        /// How grave it is.
        public enum Weight: String, Sendable, Hashable, Codable {
            case info, warning, danger
        }

        /// The whole text.
        public var text: String
        /// How grave it is.
        public var weight: Weight
        /// When it was said last.
        public var at: Timestamp
        /// How often it was said in a row.
        public var count: Int

        /// Notes a sentence.
        public init(text: String, weight: Weight, at: Timestamp, count: Int = 1) {
            self.text = text
            self.weight = weight
            self.at = at
            self.count = count
        }
    }

    /// Everything the screen remembers.
    public struct State: Sendable, Equatable {
        private(set) var entries: [Entry]
        var window: ListWindow
        var size = Size.zero
        /// The keys in force: sentences name them.
        var keymap = Keymap.standard

        /// The notices so far, the newest first.
        public init(entries: [Entry]) {
            self.entries = entries
            window = ListWindow(count: entries.count)
        }

        /// Takes the size of the place the screen is drawn in.
        public mutating func resized(to newSize: Size) {
            size = newSize
            fit()
        }

        /// Takes the list as it is now; what is selected stays selected, unless it is the newest.
        mutating func take(_ newEntries: [Entry]) {
            let kept = window.selection == 0 ? nil : selected
            entries = newEntries
            window.setCount(entries.count)
            let row = kept.flatMap { old in
                entries.firstIndex { $0.text == old.text && $0.at == old.at }
            }
            window.select(row ?? window.selection)
            fit()
        }

        mutating func fit() {
            window.setHeight(
                max(1, Notices.layout(of: self, in: Rect(size: size)).rows.rows))
        }

        var selected: Entry? {
            window.selected.flatMap { $0 < entries.count ? entries[$0] : nil }
        }
    }

    /// What can happen to the screen.
    public enum Action: Sendable, Equatable, Codable {
        case rowMoved(step: ListMove)
        /// A row of the list as it is shown was clicked, from 0.
        case rowClicked(row: Int)
        case copyPressed
    }

    /// What the screen wants done.
    public enum Effect: Sendable, Equatable {
        case copy(text: String)
    }

    /// Its breadcrumb.
    public static func title(of state: State) -> String { "notices" }

    /// Whether an action changes something on the service: none does.
    public static func isMutating(_ action: Action) -> Bool { false }

    /// Takes in what happened and says what has to be done.
    public static func reduce(_ state: inout State, _ action: Action) -> [Effect] {
        switch action {
        case .rowMoved(let step): state.window.move(step)
        case .rowClicked(let row): state.window.select(row)
        case .copyPressed: return state.selected.map { [.copy(text: $0.text)] } ?? []
        }
        state.fit()
        return []
    }
}

// MARK: - Keys

extension Notices {
    /// Its keys.
    public static let keys = KeyTable<State, Action>(
        "notices",
        [
            KeyRow("copy: y <enter>", hint: "copy", help: "Copies the whole text.") { state in
                state.selected == nil
                    ? .refuse(because: "nothing was said yet") : .send(.copyPressed)
            },
            KeyRow("down: j <down>", help: "The notice before.", sends: .rowMoved(step: .down)),
            KeyRow("up: k <up>", help: "The notice after.", sends: .rowMoved(step: .up)),
            KeyRow(
                "page-down: <pgdn> <ctrl-f>", help: "A page down.",
                sends: .rowMoved(step: .pageDown)),
            KeyRow("page-up: <pgup> <ctrl-b>", help: "A page up.", sends: .rowMoved(step: .pageUp)),
            KeyRow(
                "half-page-down: <ctrl-d>", help: "Half a page down.",
                sends: .rowMoved(step: .halfPageDown)),
            KeyRow(
                "half-page-up: <ctrl-u>", help: "Half a page up.",
                sends: .rowMoved(step: .halfPageUp)),
            KeyRow("first: g <home>", help: "The newest notice.", sends: .rowMoved(step: .first)),
            KeyRow("last: G <end>", help: "The oldest notice.", sends: .rowMoved(step: .last)),
        ])

    /// What a key comes to; nil when the screen has no use for it.
    public static func verdict(
        for key: KeyPress, in state: State, by keymap: Keymap = .standard
    ) -> Verdict<Action>? {
        if let verdict = keys.verdict(for: key, in: state, by: keymap) { return verdict }
        guard case .mouse(let event) = key else { return nil }
        // The whole text of what is selected stands below the list: there is nothing to open.
        return .mouse(
            event, in: state.window, drawnIn: layout(of: state, in: Rect(size: state.size)).rows,
            moved: { .rowMoved(step: $0) }, clicked: { .rowClicked(row: $0) }, opened: { nil })
    }

    /// The footer's hints.
    public static func hints(in state: State, by keymap: Keymap = .standard) -> [KeyHint] {
        keys.hints(in: state, by: keymap)
    }
}
