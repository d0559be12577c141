// What `batchdeck doctor` says, on a screen: every finding as it arrives, what is broken first to be selected, and the way
// to mend it in words that can be copied. The looking is the client's; a client that cannot be made is a finding too, so
// that the screen helps most where nothing else works.

public import BatchModel
public import ConsoleGrid

/// The findings about what work depends on.
public enum Doctor {
    /// Everything the screen remembers.
    public struct State: Sendable, Equatable {
        /// The context that is looked at.
        let context: String
        /// True when the console is in another one.
        let isOther: Bool
        private(set) var checks: [DoctorCheck] = []
        /// True while findings still come.
        private(set) var isLooking = true
        var window = ListWindow(count: 0)
        /// True once a person moved: then the selection stays where it was put.
        var isChosen = false
        /// Findings whose whole text is shown.
        var opened: Set<String> = []
        var scroll = Scroll()
        var size = Size.zero
        /// The keys in force: sentences name them.
        var keymap = Keymap.standard

        /// A look at a context that begins.
        public init(context: String, isOther: Bool = false) {
            self.context = context
            self.isOther = isOther
        }

        /// Takes the size of the place the screen is drawn in.
        public mutating func resized(to newSize: Size) {
            size = newSize
            Doctor.fit(&self)
        }

        mutating func begin() {
            checks = []
            isLooking = true
            isChosen = false
            opened = []
            window = ListWindow(count: 0)
        }

        /// Takes a finding; the first that is not well is selected, until a person chooses.
        mutating func take(_ check: DoctorCheck) {
            checks.append(check)
            window.setCount(checks.count)
            let isBad = check.state == .problem || check.state == .warning
            let isWorse = selected.map { Doctor.rank($0.state) < Doctor.rank(check.state) } ?? true
            if isBad, isWorse, !isChosen { window.select(checks.count - 1) }
        }

        mutating func end() { isLooking = false }

        var selected: DoctorCheck? {
            window.selected.flatMap { $0 < checks.count ? checks[$0] : nil }
        }
    }

    /// What can happen to the screen.
    public enum Action: Sendable, Equatable, Codable {
        case found(check: DoctorCheck)
        /// Everything was looked at.
        case ended
        case rowMoved(step: ListMove)
        /// A line of the list as it is shown was clicked, from 0.
        case lineClicked(line: Int)
        case rowOpened
        case againPressed
        case adviceCopied
        case reportCopied
    }

    /// What the screen wants done.
    public enum Effect: Sendable, Equatable {
        /// Looks at everything; a look that is under way ends.
        case examine
        /// The same for a context that the console is not in, by a client of its own.
        case examineOther(context: String)
        case stopExamining
        case copy(text: String)
    }

    /// What is to be asked when the screen opens.
    public static func opened(_ state: State) -> [Effect] { [look(of: state)] }

    private static func look(of state: State) -> Effect {
        state.isOther ? .examineOther(context: state.context) : .examine
    }

    /// What is to be ended when it closes.
    public static func closed(_ state: State) -> [Effect] { [.stopExamining] }

    /// Its breadcrumb.
    public static func title(of state: State) -> String { "doctor" }

    /// How grave a state is.
    static func rank(_ state: DoctorCheck.State) -> Int {
        switch state {
        case .ok, .skipped: 0
        case .warning: 1
        case .problem: 2
        }
    }
}

// MARK: - Reduce

extension Doctor {
    /// Takes in what happened and says what has to be done.
    public static func reduce(_ state: inout State, _ action: Action) -> [Effect] {
        defer { fit(&state) }
        switch action {
        case .found(let check): state.take(check)
        case .ended: state.end()
        case .rowMoved(let step):
            state.isChosen = true
            state.window.move(step)
        case .lineClicked(let line):
            guard let row = row(at: line, of: state) else { return [] }
            state.isChosen = true
            if state.window.selected == row { toggle(&state) } else { state.window.select(row) }
        case .rowOpened: toggle(&state)
        case .againPressed:
            state.begin()
            return [look(of: state)]
        case .adviceCopied:
            guard let check = state.selected else { return [] }
            return [.copy(text: command(of: check) ?? words(of: check))]
        case .reportCopied: return [.copy(text: report(of: state))]
        }
        return []
    }

    private static func toggle(_ state: inout State) {
        guard let check = state.selected else { return }
        if state.opened.remove(check.name) == nil { state.opened.insert(check.name) }
    }

    /// The first command that the advice names, between backquotes: what one would type.
    static func command(of check: DoctorCheck) -> String? {
        let parts = check.advice.split(separator: "`", omittingEmptySubsequences: false)
        return parts.count > 2 ? String(parts[1]) : nil
    }

    private static func words(of check: DoctorCheck) -> String {
        check.advice.isEmpty ? "\(check.name): \(check.detail)" : check.advice
    }

    /// Everything that was found, as text for a mail.
    static func report(of state: State) -> String {
        let head = "batchdeck doctor, context \(state.context): \(summary(of: state))"
        let lines = state.checks.map { check in
            let first = "\(check.state.rawValue): \(check.name): \(check.detail)"
            return check.advice.isEmpty ? first : "\(first)\n  \(check.advice)"
        }
        return ([head] + lines).joined(separator: "\n")
    }

    /// `all is well`, `1 problem, 2 warnings`, `looking`.
    static func summary(of state: State) -> String {
        DoctorCheck.summary(of: state.checks, isLooking: state.isLooking)
    }
}

// MARK: - Keys

extension Doctor {
    /// Its keys.
    public static let keys = KeyTable<State, Action>(
        "doctor", title: "Doctor",
        [
            KeyRow(
                "open: <enter> <space>", hint: "whole text", help: "Opens a finding, or shuts it.",
                sends: .rowOpened, unless: noneRefusal),
            KeyRow(
                "look-again: r", hint: "look again", help: "Looks at everything again.",
                sends: .againPressed),
            KeyRow(
                "copy: y", hint: "copy remedy",
                help: "Copies the command that mends it, or the advice.", sends: .adviceCopied,
                unless: { state in
                    guard let check = state.selected else { return noneRefusal(in: state) }
                    return rank(check.state) == 0 ? "there is nothing to mend" : nil
                }),
            KeyRow(
                "copy-report: Y", hint: "copy report", help: "Copies everything that was found.",
                sends: .reportCopied, unless: noneRefusal),
        ]
            + KeyRow.moves(
                [
                    (.down, "j <down>", "The next finding."),
                    (.up, "k <up>", "The finding before."),
                    (.first, "g <home>", "The first."), (.last, "G <end>", "The last."),
                    (.pageDown, "<pgdn>", "A page down."), (.pageUp, "<pgup>", "A page up."),
                ], sends: Action.rowMoved(step:)),
        mouse: { event, state in
            // Findings take several lines: which of them a line is of is known where they are drawn.
            let body = body(in: Rect(size: state.size))
            let lines = ListWindow(count: body.rows, height: body.rows)
            let clicked: (Int) -> Action = { .lineClicked(line: $0) }
            return .mouse(
                event, in: lines, drawnIn: body, moved: { .rowMoved(step: $0) }, clicked: clicked,
                opened: { .send(clicked(lines.selection)) })
        })

    private static func noneRefusal(in state: State) -> String? {
        state.selected == nil ? "nothing was found yet" : nil
    }
}
