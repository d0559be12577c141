public import BatchModel
public import ConsoleGrid

// What a log holds by now, as a file here. It is read from its beginning by ranges, so that it may be longer than what the
// screen holds of it; a file that is there already is replaced only by a second enter.

extension JobDetail {
    /// A log on its way into a file.
    public struct Save: Sendable, Equatable {
        /// What can happen to it.
        public enum Action: Sendable, Equatable, Codable {
            case opened
            /// A key meant for the path.
            case edited(key: KeyPress)
            case confirmed
            case closed
            case finished(path: String, bytes: Int64)
            case refused(failure: ServiceFailure)
        }

        /// The path being typed; nil while nobody is asked.
        var prompt: TextField?
        /// True when the path typed is one where something is already: the next enter replaces it.
        var isTaken = false
        /// The path a save under way was given; nil while there is none.
        var path: String?
    }

    static func save(_ state: inout State, _ action: Save.Action) -> [Effect] {
        switch action {
        case .opened:
            guard saveRefusal(in: state) == nil, let file = state.log.file else { return [] }
            choose(.logs, in: &state)
            state.pane = .content
            state.fileList = nil
            state.save.prompt = TextField("./\(state.id)-\(file.lastSegment)")
        case .edited(let key):
            if state.save.prompt?.handle(key) ?? false { state.save.isTaken = false }
        case .confirmed: return startSave(&state)
        case .closed: state.save = Save()
        case .finished(let path, let bytes):
            state.save = Save()
            state.notice = Notice(text: "Saved \(Words.bytes(bytes)) in \(path).")
        case .refused(let failure):
            let path = state.save.path
            let isTaken = failure.kind == .conflict
            state.save = Save(prompt: path.map { TextField($0) }, isTaken: isTaken)
            if !isTaken { state.notice = Notice(text: said(failure), isFailure: true) }
        }
        return []
    }

    private static func startSave(_ state: inout State) -> [Effect] {
        guard let run = state.run, let file = state.log.file,
            let path = state.save.prompt.map({ String($0.value.trimmingSpaces) }), !path.isEmpty
        else { return [] }
        let replaces = state.save.isTaken
        state.save = Save(path: path)
        return [.saveLog(state.id, run: run, file: file, path: path, replaces: replaces)]
    }

    /// Why no log can be saved now, as a clause; nil when one can.
    static func saveRefusal(in state: State) -> String? {
        if let path = state.save.path { return "a log is being written to \(path)" }
        return state.log.file == nil ? "no log is shown yet" : nil
    }

    /// What stands behind the path being typed.
    static func saveNote(of state: State) -> String {
        let key = state.key("save-start")
        return state.save.isTaken ? "\(key) replaces what is there" : "\(key) saves"
    }
}
