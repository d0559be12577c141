public import ConsoleGrid

// A keymap is what a person changed and nothing else: for a screen's action the keys it has now. A table asks it for every
// row, so dispatch, hints, the help page and the palette all follow, and what is not changed stays as the table has it.

/// Other keys for the same actions.
public struct Keymap: Sendable, Hashable, Codable {
    /// The keys as the tables have them.
    public static let standard = Keymap()

    /// Keys by screen and action.
    private var changes: [String: [String: [KeyPress]]] = [:]

    /// A keymap that changes nothing.
    public init() {}

    /// Gives an action these keys in place of all it had; none takes its keys away.
    public mutating func bind(_ action: String, on screen: String, to keys: [KeyPress]) {
        changes[screen, default: [:]][action] = keys
    }

    /// The keys an action was given; nil when it has those of its table.
    func keys(for action: String, on screen: String) -> [KeyPress]? {
        changes.isEmpty ? nil : changes[screen]?[action]
    }
}

/// What a keymap file may say of one screen.
public struct KeySheet: Sendable {
    /// Something the screen can do.
    public struct Action: Sendable {
        /// What keymap files call it.
        public var name: String
        /// Its keys by default.
        public var keys: [KeyPress]
        /// What it does, a sentence.
        public var help: String
        /// True when it is meant while text is typed.
        public var isInText: Bool

        /// Leaving a screen, and quitting: somebody without a key for it could not get out.
        var isWayOut: Bool { keys.contains(.escape) || keys.contains(.control("c")) }
    }

    /// What keymap files call the screen.
    public var screen: String
    /// What its help page is called.
    public var title: String
    /// The rows of its help page as they are by default.
    public var help: [KeyHelp]
    /// What it can do, what lies on top first.
    public var actions: [Action]
}

extension App {
    /// All places with keys, as the manual goes through them; the keys of everywhere come first.
    public static let keySheets: [KeySheet] = [
        keys.sheet, Endpoints.keys.sheet, JobForm.keys.sheet, DataPicker.keys.sheet,
        JobForm.sweepKeys.sheet, Presets.keys.sheet, Jobs.keys.sheet, JobDetail.keys.sheet,
        Retry.keys.sheet, Compare.keys.sheet, Results.keys.sheet, Undecided.keys.sheet,
        Transfers.keys.sheet, Contexts.keys.sheet, SignIn.keys.sheet, Doctor.keys.sheet,
        Notices.keys.sheet, CommandPalette.keys.sheet, Help.keys.sheet,
    ]
}
