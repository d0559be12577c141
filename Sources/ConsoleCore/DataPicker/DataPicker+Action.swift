public import BatchModel
public import ConsoleGrid

extension DataPicker {
    /// What can happen to the picker.
    public enum Action: Sendable, Equatable, Codable {
        case sourceMoved(isForward: Bool)
        case sourceClicked(source: Source)
        case rowMoved(step: ListMove)
        /// A row of the list was clicked, from 0.
        case rowClicked(row: Int)
        /// A key meant for the filter, or for the address that is typed.
        case textEdited(key: KeyPress)
        /// Opens what is selected; chooses what cannot be opened.
        case openPressed
        /// Chooses what is selected, a folder as a whole too.
        case takePressed
        case upPressed
        case filterCleared
        case refreshPressed
        case closePressed

        case listed(spot: Spot, start: Int, listing: Listing)
        case listRefused(spot: Spot, failure: ServiceFailure)
        case looked(reference: DataReference, finding: ReferenceFinding)

        case assetOpened
        case assetClosed
        case assetMoved(step: ListMove)
        /// A row of the new asset was clicked, from 0.
        case assetClicked(row: Int)
        case assetEdited(key: KeyPress)
        case assetTypeMoved(isForward: Bool)
        case assetSent
        case assetAdvanced(words: String)
        case assetMade(version: DataVersion)
        case assetRefused(failure: ServiceFailure)
    }

    /// What the picker wants done.
    public enum Effect: Sendable, Equatable {
        /// Asks what is at a spot, jobs from a position on.
        case list(Spot, start: Int)
        /// Asked at every move; a newer one may replace one that has not ended.
        case look(DataReference)
        case makeAsset(DataOrder)
        /// Gives the form its value and closes.
        case choose(text: String)
        case close
    }

    /// Whether an action says how it stands with an asset that is being made: it is for the picker that ordered it.
    static func isAnswerToAsset(_ action: Action) -> Bool {
        switch action {
        case .assetAdvanced, .assetMade, .assetRefused: true
        case .sourceMoved, .sourceClicked, .rowMoved, .rowClicked, .textEdited, .openPressed,
            .takePressed,
            .upPressed,
            .filterCleared, .refreshPressed, .closePressed, .listed, .listRefused, .looked,
            .assetOpened, .assetClosed, .assetMoved, .assetClicked, .assetEdited, .assetTypeMoved,
            .assetSent:
            false
        }
    }

    /// Whether an action changes something on the service.
    public static func isMutating(_ action: Action) -> Bool { action == .assetSent }
}
