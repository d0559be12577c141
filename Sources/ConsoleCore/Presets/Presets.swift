public import BatchModel
public import ConsoleGrid

// Drafts under a name: saved from the form, taken back into it. Each is a file of its own that a person can read, edit and
// copy (`config/presets/<endpoint>/<name>.yml`), so the preview shows exactly that file. Saving over a preset and deleting
// one take a second key.

/// The presets of an endpoint, over its form.
public enum Presets {
    /// Everything the list remembers.
    public struct State: Sendable, Equatable {
        let endpoint: Endpoint.Name
        /// What saving would save.
        let draft: JobDraft
        var presets: Fetched<[Preset]>
        var window = ListWindow()
        /// The name being typed; nil while none is.
        var naming: TextField?
        /// True once the person was told that the name is taken.
        var isReplacing = false
        /// The name of the one that the person is asked whether to delete, whatever is listed meanwhile.
        var question: String?
        /// The name that was saved last and is not listed yet.
        var saved: String?
        var notice: String?
        var size = Size.zero
        /// The keys in force: sentences name them.
        var keymap = Keymap.standard

        /// A list that has to be asked for.
        ///
        /// - Parameter draft: what the form says now.
        public init(endpoint: Endpoint.Name, draft: JobDraft) {
            self.endpoint = endpoint
            self.draft = draft
            presets = Fetched(isLoading: true)
        }

        /// Takes the size of the place the list is drawn in.
        public mutating func resized(to newSize: Size) {
            size = newSize
            window.setHeight(max(1, Presets.layout(of: self, in: Rect(size: newSize)).list.rows))
        }

        var selected: Preset? {
            guard let all = presets.value, let row = window.selected, row < all.count else {
                return nil
            }
            return all[row]
        }

        /// The one the open question is about.
        var questioned: Preset? { presets.value?.first { $0.name == question } }
    }

    /// What can happen to the list.
    public enum Action: Sendable, Equatable, Codable {
        case listed(presets: [Preset], at: Timestamp)
        case listRefused(failure: ServiceFailure)
        case rowMoved(step: ListMove)
        /// A row of the list was clicked, from 0.
        case rowClicked(row: Int)
        case loadPressed
        case savePressed
        /// A key meant for the name.
        case nameEdited(key: KeyPress)
        case nameKept
        case nameDropped
        case deletePressed
        case deleteConfirmed
        case deleteDropped
        case closePressed
        case changed(notice: String)
        case changeRefused(failure: ServiceFailure)
    }

    /// What the list wants done.
    public enum Effect: Sendable, Equatable {
        case list(Endpoint.Name)
        case save(JobDraft, name: String)
        case delete(Endpoint.Name, name: String)
        /// Fills the form and closes.
        case fill(Preset)
        case close
    }

    /// Its breadcrumb.
    public static func title(of state: State) -> String { "presets" }

    /// Takes in what happened and says what has to be done.
    public static func reduce(_ state: inout State, _ action: Action) -> [Effect] {
        switch action {
        case .listed(let presets, let time):
            let wanted = state.saved ?? state.selected?.name
            state.presets.succeed(presets, asOf: time)
            state.window.setCount(presets.count)
            if let row = presets.firstIndex(where: { $0.name == wanted }) {
                state.window.select(row)
                state.saved = nil
            }
        case .listRefused(let failure): state.presets.fail(failure)
        case .rowMoved(let step):
            state.window.move(step)
            state.notice = nil
        case .rowClicked(let row):
            state.window.select(row)
            state.notice = nil
        case .loadPressed: return state.selected.map { [.fill($0)] } ?? []
        case .savePressed:
            state.naming = TextField(state.selected?.name ?? "")
            state.notice = nil
        case .nameEdited(let key):
            _ = state.naming?.handle(key)
            state.isReplacing = false
        case .nameKept: return save(&state)
        case .nameDropped:
            state.naming = nil
            state.isReplacing = false
        case .deletePressed: state.question = state.selected?.name
        case .deleteConfirmed:
            guard let preset = state.questioned else { return [] }
            state.question = nil
            return [.delete(state.endpoint, name: preset.name)]
        case .deleteDropped: state.question = nil
        case .closePressed: return [.close]
        case .changed(let notice):
            state.notice = notice
            return [.list(state.endpoint)]
        case .changeRefused(let failure): state.notice = failure.message
        }
        return []
    }

    private static func save(_ state: inout State) -> [Effect] {
        let name = String((state.naming?.value ?? "").trimmingSpaces)
        guard !name.isEmpty else { return [] }
        let isTaken = state.presets.value?.contains { $0.name == name } == true
        if isTaken, !state.isReplacing {
            state.isReplacing = true
            return []
        }
        state.naming = nil
        state.isReplacing = false
        state.saved = name
        return [.save(state.draft, name: name)]
    }
}
