public import BatchModel
public import ConsoleGrid

// `:` and ctrl-p: everything the console can do here, found by typing some of its letters.
//
// Nobody writes the commands down. The keys' rows come from the tables that dispatch, so a command says the key that
// does the same and is refused for the same reason; the places, themes, contexts, endpoints and jobs come from what is
// known. A command runs by doing what its key would do.
//
//     key tables ─┐
//     places ─────┼─▶ commands ─▶ found (fuzzy, ranked, recent first) ─▶ enter ─▶ what the key or place comes to
//     known jobs ─┘                 ▲ typed letters
//
// What was run is remembered by its own name, never by what was typed: a secret that was pasted into the line by mistake
// is not kept.

/// The commands of the console, to be typed.
public enum CommandPalette {
    /// What a command does.
    public enum Act: Sendable, Equatable {
        case open(Place)
        /// Selects an endpoint on the first screen.
        case endpoint(Endpoint.Name)
        /// Does what the key would do on the screen below.
        case press(KeyPress)
        case theme(String)
        case context(String)
        /// Begins the tour.
        case tour
    }

    /// One command.
    public struct Command: Sendable, Equatable {
        /// What is typed for it: `jobs`, `job batchjob-7f3a`, `set default`.
        public var text: String
        /// What it does, a sentence.
        public var help: String
        /// The key that does the same; nil where there is none.
        public var key: KeyPress?
        /// Why it would be refused now, a clause; nil when it would not.
        public var refusal: String?
        /// What it does.
        public var act: Act

        /// Describes a command.
        public init(
            _ text: String, help: String, key: KeyPress? = nil, refusal: String? = nil, act: Act
        ) {
            self.text = text
            self.help = help
            self.key = key
            self.refusal = refusal
            self.act = act
        }
    }

    /// A command that goes with what is typed.
    struct Found: Sendable, Equatable {
        var command: Command
        /// The letters of its text that were matched.
        var positions: [Int] = []
        /// True when it was run lately and nothing is typed.
        var isRecent = false
    }

    /// Everything the palette remembers while it is open.
    public struct State: Sendable, Equatable {
        private(set) var commands: [Command]
        /// Texts of commands run before, the newest first.
        let history: [String]
        var field = TextField()
        var found: [Found] = []
        var window = ListWindow()
        var size = Size.zero

        /// A palette in which nothing is typed yet.
        ///
        /// - Parameters:
        ///   - commands: in the order shown while nothing is typed.
        ///   - history: texts of commands run before, the newest first.
        public init(commands: [Command], history: [String] = []) {
            self.commands = commands
            self.history = history
            CommandPalette.search(&self)
        }

        /// Takes commands that have become known since it was opened; what was selected stays selected.
        mutating func take(_ newCommands: [Command]) {
            let kept = selected?.text
            commands = newCommands
            CommandPalette.search(&self)
            if let row = found.firstIndex(where: { $0.command.text == kept }) { window.select(row) }
        }

        /// Takes the size of the place the palette is drawn over.
        public mutating func resized(to newSize: Size) {
            size = newSize
            window.setHeight(max(1, CommandPalette.layout(in: Rect(size: size)).rows.rows))
        }

        var selected: Command? {
            window.selected.flatMap { $0 < found.count ? found[$0].command : nil }
        }
    }

    /// What can happen to the palette.
    public enum Action: Sendable, Equatable, Codable {
        /// A key meant for the text.
        case textEdited(key: KeyPress)
        case rowMoved(step: ListMove)
        /// A row of the list as it is shown was clicked, from 0.
        case rowClicked(row: Int)
        /// Takes the selected command's text into the line.
        case completed
        case runPressed
        case closed
    }

    /// What the palette wants done.
    public enum Effect: Sendable, Equatable {
        case run(Command)
        case close
    }

    /// Recent commands shown first while nothing is typed.
    static let recentLimit = 5
    /// Commands remembered; the oldest is forgotten.
    public static let historyLimit = 50

    /// Takes in what happened and says what has to be done.
    public static func reduce(_ state: inout State, _ action: Action) -> [Effect] {
        switch action {
        case .textEdited(let key): if state.field.handle(key) { search(&state) }
        case .rowMoved(let step): state.window.move(step)
        case .rowClicked(let row):
            if state.found.indices.contains(row) { state.window.select(row) }
        case .completed:
            guard let command = state.selected else { return [] }
            state.field.set(command.text)
            search(&state)
        case .runPressed: return state.selected.map { [.run($0)] } ?? []
        case .closed: return [.close]
        }
        return []
    }
}

// MARK: - Searching

extension CommandPalette {
    /// Finds anew what goes with the text; the best is selected.
    static func search(_ state: inout State) {
        state.found = state.field.isEmpty ? recentFirst(state) : matching(state)
        state.window.setCount(state.found.count)
        state.window.select(0)
    }

    private static func recentFirst(_ state: State) -> [Found] {
        let recent = state.history.compactMap { text in
            state.commands.first { $0.text == text } ?? named(text)
        }.prefix(recentLimit)
        let texts = Set(recent.map(\.text))
        return recent.map { Found(command: $0, isRecent: true) }
            + state.commands.filter { !texts.contains($0.text) }.map { Found(command: $0) }
    }

    private static func matching(_ state: State) -> [Found] {
        let typed = trimmed(state.field.value)
        let pattern = FuzzyPattern(typed)
        let words = typed.lowercased().split(separator: " ")
        let age = Dictionary(
            state.history.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        var ranked: [(found: Found, rank: (Int, Int, Int, Int))] = []
        for (index, command) in state.commands.enumerated() {
            let recency = age[command.text].map { historyLimit - $0 } ?? 0
            if let match = pattern.match(command.text) {
                let isWhole = command.text == typed ? 2 : 1
                let found = Found(command: command, positions: match.positions)
                ranked.append((found, (isWhole, match.score, recency, -index)))
            } else if has(command.help, words) {
                ranked.append((Found(command: command), (0, 0, recency, -index)))
            }
        }
        var all = ranked.sorted { $0.rank > $1.rank }.map(\.found)
        if let named = named(typed), !all.contains(where: { $0.command.text == named.text }) {
            all.append(Found(command: named))
        }
        return all
    }

    /// A job that is named by its id need not be known.
    private static func named(_ text: String) -> Command? {
        let parts = text.split(separator: " ")
        guard parts.count == 2, parts[0] == "job" else { return nil }
        let id = Job.ID(String(parts[1]))
        return Command("job \(id)", help: "Opens the job of this id.", act: .open(.jobDetail(id)))
    }

    private static func has(_ help: String, _ words: [Substring]) -> Bool {
        let text = help.lowercased()
        return !words.isEmpty && words.allSatisfy { text.contains($0) }
    }

    private static func trimmed(_ text: String) -> String {
        text.split(separator: " ").joined(separator: " ")
    }
}
