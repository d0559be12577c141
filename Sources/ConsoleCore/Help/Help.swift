import BatchModel
public import ConsoleGrid

// The help page is the key tables themselves, the current screen's first. So it cannot promise a key that does nothing, and
// a new key is on it without anybody thinking of it. Only what is asked most, and what the marks mean, is written down.
//
// A page is a list of lines for a width (`Page`), made anew for every picture: sections of a heading and rows, in one
// column, or in two where there is room. State holds only where one is and what is looked for.

/// All keys of a screen and of the console.
public enum Help {
    /// The keys of one place.
    public struct Section: Sendable, Hashable {
        /// The place's name.
        public var title: String
        /// Its keys, in the order of its table.
        public var rows: [KeyHelp]
        /// Marks and what they mean, instead of keys.
        public var marks: [Mark]

        /// Names the keys of a place.
        public init(title: String, rows: [KeyHelp], marks: [Mark] = []) {
            self.title = title
            self.rows = rows
            self.marks = marks
        }
    }

    /// A mark of the pictures with its meaning.
    public struct Mark: Sendable, Hashable {
        /// Which of the marks.
        enum Kind: Sendable, Hashable {
            case status(JobStatus)
            case warning, up, down, pointer
        }

        let kind: Kind
        /// What it means, a sentence.
        let meaning: String

        /// The character.
        func mark(_ glyphs: Glyphs) -> Character {
            switch kind {
            case .status(let status): status.mark(glyphs)
            case .warning: glyphs.warning
            case .up: glyphs.up
            case .down: glyphs.down
            case .pointer: glyphs.pointer
            }
        }

        /// The style it is drawn in.
        var style: Style {
            switch kind {
            case .status(let status): status.style
            case .warning: .warning
            case .up, .down: .running
            case .pointer: .accent
            }
        }
    }

    /// What the marks and colours of all screens mean. A colour never stands alone: its mark or word says the same.
    static func legend(by keymap: Keymap = .standard) -> Section {
        let open = Jobs.keys.keyName("open", by: keymap)
        let error = JobDetail.keys.keyName("error", by: keymap)
        let notices = App.keys.keyName("notices", by: keymap)
        let transfers = App.keys.keyName("transfers", by: keymap)
        return Section(
            title: "Marks and colours", rows: [],
            marks: [
                Mark(kind: .status(.running), meaning: "Running: something works on it now."),
                Mark(
                    kind: .status(.queued), meaning: "Waiting: accepted, nothing works on it yet."),
                Mark(kind: .status(.completed), meaning: "Completed: all of it went well."),
                Mark(
                    kind: .status(.failed),
                    meaning:
                        "Red: it failed, or was refused. On a job, \(open) and then "
                        + "\(error) show why."
                ),
                Mark(kind: .status(.canceled), meaning: "Canceled: a person stopped it."),
                Mark(
                    kind: .warning,
                    meaning:
                        "Yellow: it needs attention; work goes on. \(notices) keeps what "
                        + "was said."),
                Mark(kind: .up, meaning: "An upload to the workspace; \(transfers) lists them."),
                Mark(kind: .down, meaning: "A download to this machine; \(transfers) lists them."),
                Mark(kind: .pointer, meaning: "The selected row: keys are about it."),
            ])
    }

    /// What is asked most, wherever one is: the keys are looked up in the tables of the screens that have them.
    static func oftenAsked(by keymap: Keymap = .standard) -> Section {
        func asked<S: Sendable, A: Sendable>(
            _ action: String, in table: KeyTable<S, A>, _ help: String
        ) -> KeyHelp? {
            table.key(for: action, by: keymap).map { KeyHelp(keys: [$0], help: help) }
        }
        let results = Jobs.keys.keyName("results", by: keymap)
        let transfers = App.keys.keyName("transfers", by: keymap)
        let helpWhileTyping = App.keys.keyName("help-anywhere", by: keymap)
        return Section(
            title: "Often asked",
            rows: [
                asked("cancel", in: Jobs.keys, "On a job: cancels it, after a question."),
                asked(
                    "copy", in: Jobs.keys,
                    "Copies: a job's id, an endpoint's URI, a result's address."),
                asked(
                    "copy", in: Transfers.keys,
                    "On a transfer (\(transfers)): copies its path on this machine."),
                asked(
                    "download", in: Results.keys, "On a job's results (\(results)): downloads them."
                ),
                asked(
                    "help", in: App.keys,
                    "Help about the screen one is on; while typing, \(helpWhileTyping)."),
                asked("filter", in: Help.keys, "In this page: finds a key by what it does."),
                asked("quit", in: App.keys, "Leaves; running jobs go on."),
            ].compactMap(\.self))
    }

    /// Everything the page remembers.
    public struct State: Sendable, Equatable {
        /// The keys, the current screen's first.
        public let sections: [Section]
        var scroll = Scroll()
        var filter = TextField()
        var isTyping = false
        var size = Size.zero

        /// A page seen from its first line.
        ///
        /// - Parameter sections: in the order shown; those without rows are left out.
        public init(sections: [Section]) { self.sections = sections }

        /// Takes the size of the place the page is drawn in.
        public mutating func resized(to newSize: Size) {
            size = newSize
            Help.fit(&self)
        }
    }

    /// What can happen to the page.
    public enum Action: Sendable, Equatable, Codable {
        case scrolled(step: ListMove)
        case filterOpened
        /// A key meant for the filter.
        case filterEdited(key: KeyPress)
        case filterKept
        case filterClosed
    }

    /// Its breadcrumb.
    public static func title(of state: State) -> String { "help" }

    /// Takes in what happened. Help asks for nothing.
    public static func reduce(_ state: inout State, _ action: Action) {
        switch action {
        case .scrolled(let step): state.scroll.move(step)
        case .filterOpened: state.isTyping = true
        case .filterEdited(let key):
            guard state.isTyping, state.filter.handle(key) else { return }
            showTop(&state)
        case .filterKept: state.isTyping = false
        case .filterClosed:
            state.isTyping = false
            state.filter.clear()
            showTop(&state)
        }
        fit(&state)
    }

    /// Counts the lines first: a page that was whole is at its end too, and would stay there as it grows.
    private static func showTop(_ state: inout State) {
        fit(&state)
        state.scroll.show(line: 0)
    }

    /// Counts the lines anew for the size.
    static func fit(_ state: inout State) {
        let page = page(of: state, in: Rect(size: state.size))
        state.scroll.setHeight(page.body.rows)
        state.scroll.setCount(page.lineCount)
    }
}
