import BatchModel
import ConsoleGrid

// Moving the console to another context. Everything that belongs to the old one is let go of: screens, lists, what is
// tracked. What belongs to the person stays: forms that were not sent are found again on the way back, and so do the
// notices and the commands.

extension App {
    /// What is kept of a context while the console is in another one.
    struct Parked: Sendable, Equatable {
        var forms: [FormKey: JobForm.State]
        var recent: [JobDraft]
        var undecided: [Submission]
    }

    /// Moves the console, unless something would be broken off by it.
    static func chooseContext(_ name: String, in state: inout State) -> [Effect] {
        if name == state.context, state.signIn != nil {
            state.signIn?.isHidden = false
            return []
        }
        if name == state.context, state.connection.failure == nil {
            state.say("the console is in \(name) already", .info)
            return []
        }
        if let reason = openWork(in: state) {
            state.say("not now: \(reason)", .warning)
            return []
        }
        var old = state
        old.parked[old.context] = Parked(
            forms: old.forms, recent: old.recent, undecided: old.undecided)
        let entry = old.contexts?.first { $0.name == name }
        state = State(
            context: name, size: old.size, glyphs: old.glyphs, isReadOnly: old.isReadOnlyByOption)
        state.isContextReadOnly = entry?.isReadOnly ?? false
        keep(old, in: &state)
        state.say("in \(name) now", .info)
        let ends: [Effect] = old.signIn == nil ? [] : [.giveUpSignIn]
        return ends + [.useContext(name: name)]
    }

    private static func keep(_ old: State, in state: inout State) {
        let kept = old.parked[state.context] ?? nil
        state.parked = old.parked
        state.parked[state.context] = nil
        state.forms = kept?.forms ?? [:]
        state.recent = kept?.recent ?? []
        state.contexts = old.contexts
        state.notices = old.notices
        state.history = old.history
        state.tour = old.tour
        state.settings = old.settings
        state.now = old.now
        state.connection.begin()
        state.lastConnect = old.now
        layOut(&state)
    }

    /// The doctor for a context: one of another context has a client of its own, and the console stays where it is.
    static func openDoctor(of name: String, in state: inout State) -> [Effect] {
        let ended = state.doctor.map { lift(Doctor.closed($0), in: &state) } ?? []
        state.path.removeAll { $0 == .doctor }
        state.path.append(.doctor)
        let doctor = Doctor.State(context: name, isOther: name != state.context)
        state.doctor = doctor
        layOut(&state)
        return ended + lift(Doctor.opened(doctor), in: &state)
    }

    /// Contexts as they were last listed: the screen's and the palette's.
    static func learn(_ entries: [ContextEntry], in state: inout State) {
        state.contexts = entries
        guard var palette = state.palette else { return }
        // Commands are about the screen below: while the palette is open every key would be the palette's.
        var below = state
        below.palette = nil
        palette.take(commands(in: below))
        state.palette = palette
    }

    static func passContexts(_ action: Contexts.Action, in state: inout State) -> [Effect] {
        switch action {
        case .listed(let entries), .written(_, let entries): learn(entries, in: &state)
        case .rowMoved, .rowClicked, .usePressed, .examinePressed, .defaultPressed, .keepPressed,
            .addPressed, .removePressed, .removeConfirmed, .removeDeclined, .copyPressed,
            .refreshPressed, .fieldEdited, .fieldMoved, .fieldClicked, .choiceMoved, .formSent,
            .formClosed,
            .listRefused, .writeRefused:
            break
        }
        guard var screen = state.contextList else { return [] }
        let effects = Contexts.reduce(&screen, action)
        state.contextList = screen
        return lift(effects, in: &state)
    }

    static func contextCommands(in state: State) -> [CommandPalette.Command] {
        (state.contexts ?? []).map { entry in
            let place = entry.isLocal ? "The local engine." : "The workspace \(entry.workspace)."
            let isHere = entry.name == state.context
            return CommandPalette.Command(
                "context \(entry.name)", help: isHere ? "\(place) The console is in it." : place,
                act: .context(entry.name))
        }
    }
}
