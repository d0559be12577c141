// Submissions whose outcome nobody knows: the request went out and no clear answer came back, or the program was killed
// in between. Whether a job was made can only be found out by looking, and what is to happen when none is found is for the
// person to say: look again, send again, or forget. Nothing here is sent by itself.
//
// Sending again looks for the job first. Where none is found the form opens filled with the draft, so that the second job
// is as deliberate as the first, and the old submission stays in the journal until that job is accepted.

public import BatchModel
public import ConsoleGrid

/// The list of submissions without a known outcome.
public enum Undecided {
    /// Everything the screen remembers.
    public struct State: Sendable, Equatable {
        var submissions: [Submission]
        var window: ListWindow
        /// What looking or forgetting came to, by submission.
        var notes: [Submission.ID: Note] = [:]
        /// Submissions that are being looked for or struck off.
        var busy: Set<Submission.ID> = []
        /// The one that the person is asked whether to forget, whatever answers come meanwhile.
        var question: Submission.ID?
        /// Those that are looked for because they are to be sent once more.
        var resending: Set<Submission.ID> = []
        /// The one whose look came to nothing sure: sent once more all the same if that is asked for once more.
        var armed: Submission.ID?
        var size = Size.zero
        /// The keys in force: sentences name them.
        var keymap = Keymap.standard

        /// The submissions, oldest first, and which of them are being looked for or struck off.
        public init(submissions: [Submission], busy: Set<Submission.ID> = []) {
            self.submissions = submissions
            self.busy = busy
            window = ListWindow(count: submissions.count)
        }

        /// Takes the size of the place the screen is drawn in.
        public mutating func resized(to newSize: Size) {
            size = newSize
            window.setHeight(max(1, (newSize.rows - 2) / Undecided.rowsPerSubmission))
        }

        var selected: Submission? {
            window.selected.flatMap { $0 < submissions.count ? submissions[$0] : nil }
        }

        /// The one the open question is about; nil without a question, and once it is decided.
        var questioned: Submission? { submissions.first { $0.id == question } }
    }

    /// What became of a question about one submission.
    struct Note: Sendable, Equatable {
        var text: String
        var isBad: Bool
    }

    /// What can happen to the screen.
    public enum Action: Sendable, Equatable, Codable {
        case rowMoved(step: ListMove)
        /// A row of the list was clicked, from 0.
        case rowClicked(row: Int)
        case lookPressed
        case sendPressed
        case forgetPressed
        case forgetConfirmed
        case forgetDropped
        case looked(submission: Submission.ID, job: Job?)
        case lookRefused(submission: Submission.ID, failure: ServiceFailure)
        case forgotten(submission: Submission.ID)
        case forgetRefused(submission: Submission.ID, failure: ServiceFailure)
    }

    /// What the screen wants done.
    public enum Effect: Sendable, Equatable {
        case lookAgain(Submission.ID)
        case forget(Submission.ID)
        /// Opens the form with everything the draft says; what it sends takes the submission's place.
        case fillForm(JobDraft, replacing: Submission.ID)
        case open(Place)
        /// A sentence for the bottom line.
        case say(text: String)
    }

    /// Lines each submission takes: what, when and why, what came of asking.
    static let rowsPerSubmission = 4

    /// Its breadcrumb.
    public static func title(of state: State) -> String { "undecided submissions" }
}

// MARK: - Reduce

extension Undecided {
    /// Takes in what happened and says what has to be done.
    public static func reduce(_ state: inout State, _ action: Action) -> [Effect] {
        switch action {
        case .rowMoved(let step): state.window.move(step)
        case .rowClicked(let row): state.window.select(row)
        case .lookPressed: return ask(state.selected?.id, in: &state) { .lookAgain($0) }
        case .sendPressed: return send(&state)
        case .forgetPressed: state.question = state.selected?.id
        case .forgetConfirmed:
            guard let id = state.questioned?.id else { return [] }
            state.question = nil
            return ask(id, in: &state) { .forget($0) }
        case .forgetDropped: state.question = nil
        case .looked(let id, let job): return looked(job, for: id, in: &state)
        case .forgotten(let id): strike(id, in: &state)
        case .lookRefused(let id, let failure):
            refused(id, failure, in: &state)
            guard state.resending.remove(id) != nil else { return [] }
            state.armed = id
            let key = state.key("send-again")
            state.notes[id]?.text += " \(key) once more opens the form."
        case .forgetRefused(let id, let failure): refused(id, failure, in: &state)
        }
        return []
    }

    private static func ask(
        _ id: Submission.ID?, in state: inout State, _ effect: (Submission.ID) -> Effect
    ) -> [Effect] {
        guard let id, !state.busy.contains(id) else { return [] }
        state.busy.insert(id)
        state.notes[id] = nil
        state.armed = nil
        return [effect(id)]
    }

    private static func send(_ state: inout State) -> [Effect] {
        guard let submission = state.selected else { return [] }
        if state.armed == submission.id {
            state.armed = nil
            return [.fillForm(submission.draft, replacing: submission.id)]
        }
        state.resending.insert(submission.id)
        return ask(submission.id, in: &state) { .lookAgain($0) }
    }

    private static func looked(
        _ job: Job?, for id: Submission.ID, in state: inout State
    ) -> [Effect] {
        state.busy.remove(id)
        let isToBeSent = state.resending.remove(id) != nil
        // A screen does not change under somebody who is answering a question.
        let isFree = state.questioned == nil || state.question == id
        guard let job else {
            state.notes[id] = Note(text: "no job of it is to be found so far", isBad: false)
            guard isToBeSent, let submission = state.submissions.first(where: { $0.id == id })
            else { return [] }
            if isFree { return [.fillForm(submission.draft, replacing: id)] }
            state.armed = id
            return []
        }
        strike(id, in: &state)
        return isFree ? [.open(.jobDetail(job.id))] : [.say(text: "a submission is \(job.id)")]
    }

    private static func refused(
        _ id: Submission.ID, _ failure: ServiceFailure, in state: inout State
    ) {
        state.busy.remove(id)
        state.notes[id] = Note(text: failure.message, isBad: true)
    }

    /// The selection stays with the submission it was on.
    private static func strike(_ id: Submission.ID, in state: inout State) {
        let selected = state.selected?.id
        state.submissions.removeAll { $0.id == id }
        state.busy.remove(id)
        state.resending.remove(id)
        state.notes[id] = nil
        if state.question == id { state.question = nil }
        state.window.setCount(state.submissions.count)
        if let row = state.submissions.firstIndex(where: { $0.id == selected }) {
            state.window.select(row)
        }
    }
}

// MARK: - Keys

extension Undecided {
    /// Its keys.
    public static let keys: KeyTable<State, Action> = KeyTable(
        "undecided", title: "Undecided submissions", questionRows + listRows,
        help: listRows + questionRows,
        mouse: { event, state in
            if let box = box(of: state) {
                return keys.verdict(for: event, on: box, in: Rect(size: state.size), of: state)
            }
            return .mouse(
                event, in: state.window,
                drawnIn: Rect(size: state.size).inset(rows: 1, columns: 2),
                rowHeight: rowsPerSubmission, moved: { .rowMoved(step: $0) },
                clicked: { .rowClicked(row: $0) },
                opened: { keys.verdict(for: .enter, in: state) })
        })

    private typealias Binding = KeyRow<State, Action>

    private static let questionRows: [Binding] = [
        Binding(
            "confirm: y", hint: "forget it", help: "In the question: forgets the submission.",
            sends: .forgetConfirmed),
        Binding(
            "decline: n <enter>", hint: "keep it", help: "In the question: keeps it.",
            sends: .forgetDropped),
        Binding("close-question: <esc>", help: "Closes the question.", sends: .forgetDropped),
    ].when { $0.questioned != nil }

    private static let listRows: [Binding] =
        ([
            Binding(
                "look-again: l <enter>", hint: "look again",
                help: "Looks for the submission's job once more.", sends: .lookPressed,
                unless: refusal),
            Binding(
                "send-again: s", hint: "send again",
                help: "Looks for its job, and if there is none opens the form as it was sent.",
                sends: .sendPressed, unless: refusal),
            Binding(
                "forget: f <del>", hint: "forget",
                help: "Strikes the submission off, after a question.", sends: .forgetPressed,
                unless: refusal),
        ]
        + Binding.moves(
            [
                (.down, "j <down>", "The next submission."),
                (.up, "k <up>", "The submission before."), (.first, "g <home>", "The oldest."),
                (.last, "G <end>", "The newest."),
            ], sends: Action.rowMoved(step:))).when { $0.questioned == nil }

    private static func refusal(in state: State) -> String? {
        guard let selected = state.selected else { return "there is no submission here" }
        return state.busy.contains(selected.id) ? "it is being looked for" : nil
    }
}

// MARK: - View

extension Undecided {
    /// Draws the list.
    public static func draw(
        _ state: State, on screen: inout Screen, in rect: Rect, context: ViewContext
    ) {
        screen.drawBox(
            rect, title: "Undecided submissions \(state.submissions.count)",
            style: context.isFocused ? .focusBorder : .border, glyphs: context.glyphs)
        let inside = rect.inset(rows: 1, columns: 2)
        guard !state.submissions.isEmpty else {
            Paragraph.draw(
                "Every submission has a known outcome: there is nothing to decide. One whose "
                    + "answer gets lost would be here; \(state.backKey) goes back.", on: &screen,
                in: inside,
                style: .dim, glyphs: context.glyphs)
            return
        }
        for (place, index) in state.window.visible.enumerated() {
            let start = place * rowsPerSubmission
            draw(
                index, of: state, on: &screen,
                in: inside.split(rowsAt: start).bottom.split(rowsAt: rowsPerSubmission).top,
                context)
        }
        box(of: state)?.draw(on: &screen, in: rect, context: context)
    }

    /// The question that is open.
    static func box(of state: State) -> ConfirmBox? {
        guard let submission = state.questioned else { return nil }
        let words = [place(of: submission)] + data(of: submission)
        return state.box(
            "Forget this submission?",
            detail: "If it made a job, the job goes on; it is only not looked for any more: "
                + words.joined(separator: ", "),
            confirmHint: "forget it")
    }

    private static func draw(
        _ index: Int, of state: State, on screen: inout Screen, in rect: Rect,
        _ context: ViewContext
    ) {
        let submission = state.submissions[index]
        let isSelected = state.window.selected == index
        let mark = isSelected ? "\(context.glyphs.pointer) " : "  "
        let style: Style = isSelected ? .accent.bold : .text
        screen.writeField(
            mark + words(for: submission, context), at: rect.line(0).origin,
            columns: rect.columns, style: style, glyphs: context.glyphs)
        let note = state.notes[submission.id]
        let second = state.busy.contains(submission.id) ? "being looked for" : submission.note
        let rest = rect.split(rowsAt: 1).bottom.split(columnsAt: 2).right
        guard rest.rows > 0 else { return }
        screen.writeField(
            second, at: rest.line(0).origin, columns: rest.columns, style: .warning,
            glyphs: context.glyphs)
        if let note, rest.rows > 1 {
            Paragraph.draw(
                note.text, on: &screen, in: rest.split(rowsAt: 1).bottom,
                style: note.isBad ? .danger : .dim, glyphs: context.glyphs)
        }
    }

    private static func words(for submission: Submission, _ context: ViewContext) -> String {
        let past = Words.age(of: submission.at, at: context.now)
        let age = past == "now" ? "just now" : "\(past) ago"
        return ([place(of: submission), age] + data(of: submission))
            .joined(separator: " \(context.glyphs.separator) ")
    }

    private static func place(of submission: Submission) -> String {
        let deployment = submission.draft.deployment.map { "/\($0)" } ?? ""
        return "\(submission.draft.endpoint)\(deployment)"
    }

    /// The first data it was given, if any.
    private static func data(of submission: Submission) -> [String] {
        let all = submission.draft.inputs.compactMap { input -> String? in
            if case .data(_, let reference) = input.value { reference.text } else { nil }
        }
        return Array(all.prefix(1))
    }
}
