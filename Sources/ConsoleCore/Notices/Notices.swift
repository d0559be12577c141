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
        "notices", title: "Notices",
        [
            KeyRow(
                "copy: y <enter>", hint: "copy", help: "Copies the whole text.",
                sends: .copyPressed, unless: { $0.selected == nil ? "nothing was said yet" : nil })
        ]
            + KeyRow.moves(
                [
                    (.down, "j <down>", "The notice before."), (.up, "k <up>", "The notice after."),
                    (.pageDown, "<pgdn> <ctrl-f>", "A page down."),
                    (.pageUp, "<pgup> <ctrl-b>", "A page up."),
                    (.halfPageDown, "<ctrl-d>", "Half a page down."),
                    (.halfPageUp, "<ctrl-u>", "Half a page up."),
                    (.first, "g <home>", "The newest notice."),
                    (.last, "G <end>", "The oldest notice."),
                ], sends: Action.rowMoved(step:)),
        mouse: { event, state in
            // The whole text of what is selected stands below the list: there is nothing to open.
            .mouse(
                event, in: state.window,
                drawnIn: layout(of: state, in: Rect(size: state.size)).rows,
                moved: { .rowMoved(step: $0) }, clicked: { .rowClicked(row: $0) }, opened: { nil })
        })
}
