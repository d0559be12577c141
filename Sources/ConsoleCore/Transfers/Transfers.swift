// Uploads and downloads: those of this session as they go, and those that earlier sessions left unfinished. The list is the
// client's, which also writes it to the disk; the app hands over every change, so that this screen only remembers where
// one is and what one is asked.
//
// Going on with a transfer means what began it: a download fetches into the same folder again, a data asset is registered
// again, and the inputs of a job fill the form, because a job is never submitted by itself. What is there already is not
// sent or fetched once more, so each goes on where it was.

public import BatchModel
public import ConsoleGrid

/// The list of transfers.
public enum Transfers {
    /// What a person is asked.
    enum Question: Sendable, Equatable {
        /// Whether to end a transfer that is under way.
        case giveUp(TransferRecord.ID)
        /// Whether to strike off transfers that could be gone on with.
        case forget([TransferRecord.ID])
    }

    /// Everything the screen remembers.
    public struct State: Sendable, Equatable {
        private(set) var records: [TransferRecord]
        var window: ListWindow
        var question: Question?
        /// True while the selected one has the whole place.
        var isDetailed = false
        var size = Size.zero
        /// The keys in force: sentences name them.
        var keymap = Keymap.standard

        /// The transfers as they are, the newest first.
        public init(records: [TransferRecord]) {
            self.records = records
            window = ListWindow(count: records.count)
        }

        /// Takes the size of the place the screen is drawn in.
        public mutating func resized(to newSize: Size) {
            size = newSize
            let rows = Transfers.layout(of: self, in: Rect(size: size)).rows.rows
            window.setHeight(max(1, rows))
        }

        /// Takes the list as it is now; what is selected stays selected.
        mutating func take(_ newRecords: [TransferRecord]) {
            let kept = selected?.id
            records = newRecords
            window.setCount(records.count)
            if let row = records.firstIndex(where: { $0.id == kept }) { window.select(row) }
            if case .giveUp(let id) = question,
                !records.contains(where: { $0.id == id && $0.isActive })
            {
                question = nil
            }
            if records.isEmpty { isDetailed = false }
        }

        var selected: TransferRecord? {
            window.selected.flatMap { $0 < records.count ? records[$0] : nil }
        }

        /// Those that have ended, however they did.
        var ended: [TransferRecord] {
            records.filter { !$0.isActive && $0.state != .elsewhere }
        }
    }

    /// What can happen to the screen.
    public enum Action: Sendable, Equatable, Codable {
        /// The transfers as they are now, the newest first.
        case listed(records: [TransferRecord])
        case rowMoved(step: ListMove)
        /// A row of the list as it is shown was clicked, from 0.
        case rowClicked(row: Int)
        case detailToggled
        case giveUpPressed
        case resumePressed
        case forgetPressed
        case clearPressed
        case questionConfirmed
        case questionDropped
        case pathCopied
        case jobPressed
        /// What was asked for could not be done.
        case refused(failure: ServiceFailure)
        /// A data asset that was gone on with is registered.
        case assetMade(version: DataVersion)
    }

    /// What the screen wants done.
    public enum Effect: Sendable, Equatable {
        case giveUp(TransferRecord.ID)
        case forget([TransferRecord.ID])
        /// Fetches results into their folder again.
        case download(Job.ID, folder: String)
        /// Opens the form with everything the draft says.
        case fillForm(JobDraft)
        case register(DataPlan)
        case open(Place)
        case copy(text: String)
        case say(text: String, isFailure: Bool)
    }

    /// Its breadcrumb.
    public static func title(of state: State) -> String { "transfers" }

    /// Whether an action changes something on the service: going on with an upload does, unless the form still has to be sent.
    public static func isMutating(_ action: Action, in state: State) -> Bool {
        guard case .resumePressed = action, case .asset = state.selected?.work else {
            return false
        }
        return true
    }
}

// MARK: - Reduce

extension Transfers {
    /// Takes in what happened and says what has to be done.
    public static func reduce(_ state: inout State, _ action: Action) -> [Effect] {
        defer { state.resized(to: state.size) }
        switch action {
        case .listed(let records): state.take(records)
        case .rowMoved(let step): state.window.move(step)
        case .rowClicked(let row): state.window.select(row)
        case .detailToggled: state.isDetailed.toggle()
        case .giveUpPressed: state.question = state.selected.map { .giveUp($0.id) }
        case .forgetPressed: return forget(state.selected.map { [$0] } ?? [], in: &state)
        case .clearPressed: return forget(state.ended, in: &state)
        case .questionConfirmed: return confirm(&state)
        case .questionDropped: state.question = nil
        case .resumePressed: return resume(state.selected)
        case .pathCopied:
            return state.selected.map {
                [.copy(text: $0.paths.joined(separator: "\n"))]
            } ?? []
        case .jobPressed: return state.selected?.job.map { [.open(.jobDetail($0))] } ?? []
        case .refused(let failure): return [.say(text: failure.message, isFailure: true)]
        case .assetMade(let version):
            let words = "registered \(version.asset):\(version.version)"
            return [.say(text: words, isFailure: false)]
        }
        return []
    }

    /// Strikes off at once what is through; asks before anything goes that could be gone on with.
    private static func forget(
        _ records: [TransferRecord], in state: inout State
    ) -> [Effect] {
        guard !records.isEmpty else { return [] }
        let ids = records.map(\.id)
        guard records.contains(where: \.isResumable) else { return [.forget(ids)] }
        state.question = .forget(ids)
        return []
    }

    private static func confirm(_ state: inout State) -> [Effect] {
        defer { state.question = nil }
        switch state.question {
        case .giveUp(let id): return [.giveUp(id)]
        case .forget(let ids): return [.forget(ids)]
        case nil: return []
        }
    }

    private static func resume(_ record: TransferRecord?) -> [Effect] {
        switch record?.work {
        case .inputs(let draft): [.fillForm(draft)]
        case .asset(let plan): [.register(plan)]
        case .results(let job, let folder): [.download(job, folder: folder)]
        case nil: []
        }
    }
}
