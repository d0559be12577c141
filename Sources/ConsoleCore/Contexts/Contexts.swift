public import BatchModel
public import ConsoleGrid

// Where jobs go: the local engine, and workspaces in the cloud. Choosing one moves the whole console there: the lists are
// emptied, a client of its own is made, and no answer of the one before comes in any more (the runtime sees to that; see
// `ConsoleSession`). Jobs go on where they run.
//
// The list is `config.yml` with what other tools' files name. Adding and removing writes that file and touches nothing in
// the cloud, so a read-only console allows it.

/// The contexts, and choosing one.
public enum Contexts {
    /// Everything the screen remembers.
    public struct State: Sendable, Equatable {
        /// The context the console is in.
        let current: String
        var entries: Fetched<[ContextEntry]>
        var window = ListWindow()
        /// The context that is asked about before it is forgotten.
        var question: String?
        /// A context that is being made up.
        var form: Form?
        /// One that was closed before it was written down: adding goes on with it.
        var kept: Form?
        /// What is being written down, in words; nil while nothing is.
        var writing: String?
        var size = Size.zero
        /// The keys in force: sentences name them.
        var keymap = Keymap.standard

        /// The contexts as known so far; the current one is selected.
        public init(current: String, known: [ContextEntry]? = nil) {
            self.current = current
            entries = Fetched(known, isLoading: true)
            window.setCount(known?.count ?? 0)
            window.select(known?.firstIndex { $0.name == current } ?? 0)
        }

        /// Takes the size of the place the screen is drawn in.
        public mutating func resized(to newSize: Size) {
            size = newSize
            fit()
        }

        mutating func fit() {
            window.setHeight(max(1, Contexts.layout(in: Rect(size: size)).rows.rows))
        }

        var selected: ContextEntry? {
            guard let all = entries.value, let row = window.selected, row < all.count else {
                return nil
            }
            return all[row]
        }
    }

    /// What can happen to the screen.
    public enum Action: Sendable, Equatable, Codable {
        case rowMoved(step: ListMove)
        /// A row of the list as it is shown was clicked, from 0.
        case rowClicked(row: Int)
        /// Moves the console to the selected context.
        case usePressed
        /// Makes it the one that is used when none is named.
        /// Looks at what work in the selected context depends on.
        case examinePressed
        case defaultPressed
        /// Writes a found context down.
        case keepPressed
        case addPressed
        case removePressed
        case removeConfirmed
        case removeDeclined
        case copyPressed
        case refreshPressed
        /// In the form: a key meant for the text of the field.
        case fieldEdited(key: KeyPress)
        case fieldMoved(isForward: Bool)
        /// A row of the form was clicked, from 0.
        case fieldClicked(row: Int)
        /// The next or the one before of a field's choices.
        case choiceMoved(isForward: Bool)
        case formSent
        case formClosed

        case listed(entries: [ContextEntry])
        case listRefused(failure: ServiceFailure)
        /// `config.yml` was changed; the words say how.
        case written(words: String, entries: [ContextEntry])
        case writeRefused(failure: ServiceFailure)
    }

    /// What the screen wants done.
    public enum Effect: Sendable, Equatable {
        case load
        case add(AzureContext)
        case keep(String)
        case makeDefault(String)
        case remove(String)
        /// Moves the console.
        case use(String)
        /// Has the doctor look at a context, whether the console is in it or not.
        case examine(String)
        case copy(text: String)
        /// A sentence for the bottom line.
        case say(text: String, isFailure: Bool)
    }

    /// What has to be asked when the screen opens.
    public static func opened(_ state: State) -> [Effect] { [.load] }

    /// Its breadcrumb.
    public static func title(of state: State) -> String { "contexts" }

    /// Takes in what happened and says what has to be done.
    public static func reduce(_ state: inout State, _ action: Action) -> [Effect] {
        defer { state.fit() }
        switch action {
        case .rowMoved(let step): state.window.move(step)
        case .rowClicked(let row): state.window.select(row)
        case .usePressed: return state.selected.map { [.use($0.name)] } ?? []
        case .examinePressed: return state.selected.map { [.examine($0.name)] } ?? []
        case .defaultPressed: return write(&state, "making it the default") { .makeDefault($0) }
        case .keepPressed: return write(&state, "writing it down") { .keep($0) }
        case .removePressed: state.question = state.selected?.name
        case .removeDeclined: state.question = nil
        case .removeConfirmed:
            guard let name = state.question else { return [] }
            state.question = nil
            state.writing = "forgetting \(name)"
            return [.remove(name)]
        case .copyPressed: return state.selected.map { [.copy(text: copyable($0))] } ?? []
        case .refreshPressed:
            state.entries.begin()
            return [.load]
        case .addPressed, .fieldEdited, .fieldMoved, .fieldClicked, .choiceMoved, .formSent,
            .formClosed:
            return changeForm(&state, action)
        case .listed, .listRefused, .written, .writeRefused: return answer(&state, action)
        }
        return []
    }

    private static func write(
        _ state: inout State, _ words: String, _ effect: (String) -> Effect
    ) -> [Effect] {
        guard let name = state.selected?.name, state.writing == nil else { return [] }
        state.writing = "\(words): \(name)"
        return [effect(name)]
    }

    private static func answer(_ state: inout State, _ action: Action) -> [Effect] {
        switch action {
        case .listed(let entries): take(entries, in: &state)
        case .listRefused(let failure): state.entries.fail(failure)
        case .written(let words, let entries):
            state.writing = nil
            state.form = nil
            if let kept = state.kept, entries.contains(where: { $0.name == kept.context.name }) {
                state.kept = nil
            }
            take(entries, in: &state)
            return [.say(text: words, isFailure: false)]
        case .writeRefused(let failure):
            state.writing = nil
            guard state.form == nil else {
                state.form?.failure = failure
                return []
            }
            return [.say(text: failure.message.sentence, isFailure: true)]
        case .rowMoved, .rowClicked, .usePressed, .examinePressed, .defaultPressed, .keepPressed,
            .addPressed, .removePressed, .removeConfirmed, .removeDeclined, .copyPressed,
            .refreshPressed, .fieldEdited, .fieldMoved, .fieldClicked, .choiceMoved, .formSent,
            .formClosed:
            break
        }
        return []
    }

    /// The selection stays on the context it was on.
    private static func take(_ entries: [ContextEntry], in state: inout State) {
        let kept = state.selected?.name ?? state.current
        state.entries = Fetched(entries)
        state.window.setCount(entries.count)
        state.window.select(
            entries.firstIndex { $0.name == kept } ?? state.window.selection)
    }

    /// What is of use elsewhere: the workspace's id, or the name.
    private static func copyable(_ entry: ContextEntry) -> String {
        guard !entry.isLocal else { return entry.name }
        return "/subscriptions/\(entry.subscriptionID)/resourceGroups/\(entry.resourceGroup)"
            + "/providers/Microsoft.MachineLearningServices/workspaces/\(entry.workspace)"
    }
}
