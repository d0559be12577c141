import BatchModel
import ConsoleGrid

extension Results {
    static func download(_ state: inout State, _ action: Action) -> [Effect] {
        switch action {
        case .downloadOpened:
            guard state.download.folder == nil else { return [] }
            state.download.prompt = state.download.prompt ?? TextField("./\(state.job)")
        case .downloadConfirmed: return start(&state)
        case .downloadClosed:
            state.download.prompt = nil
            state.download.failure = nil
            state.download.isTaken = false
        case .folderPressed:
            guard let folder = state.download.report?.folder else { return [] }
            state.download.folderFailure = nil
            return [.openFolder(state.job, path: folder)]
        case .folderRefused(let failure):
            if state.download.report != nil { state.download.folderFailure = failure }
        case .downloadAdvanced(let progress):
            if state.download.folder != nil { state.download.progress = progress }
        case .downloadFinished(let report):
            state.download = Download()
            state.download.report = report
        case .downloadRefused(let failure): refused(failure, in: &state)
        case .rowMoved, .wheelTurned, .rowClicked, .columnMoved, .paneSwitched, .rowOpened,
            .branchClosed, .previewLeft, .viewSwitched, .headerSwitched, .reloadPressed,
            .addressCopied, .rowCopied, .jobPressed, .statusChanged, .searchOpened, .textEdited,
            .searchKept,
            .searchClosed, .matchMoved, .outputsLoaded, .outputsRefused, .filesLoaded,
            .filesRefused, .read, .readRefused, .look, .export:
            break
        }
        return []
    }

    private static func start(_ state: inout State) -> [Effect] {
        guard state.download.folder == nil, let prompt = state.download.prompt else { return [] }
        let folder = String(prompt.value.trimmingSpaces)
        guard !folder.isEmpty else { return [] }
        let overwrites = state.download.isTaken
        state.download = Download()
        state.download.folder = folder
        return [.download(state.job, folder: folder, overwrites: overwrites)]
    }

    /// Says why, with the folder filled in for the next try if this screen had asked for it.
    private static func refused(_ failure: ServiceFailure, in state: inout State) {
        let folder = state.download.folder
        state.download = Download()
        state.download.failure = failure
        state.download.prompt = folder.map { TextField($0) }
        state.download.isTaken = folder != nil && failure.kind == .conflict
    }
}
