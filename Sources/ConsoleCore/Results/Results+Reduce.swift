public import BatchModel
import ConsoleGrid

extension Results {
    /// What has to be asked when the screen opens.
    public static func opened(_ state: State) -> [Effect] { [.loadOutputs(state.job)] }

    /// Takes in what happened and says what has to be done.
    public static func reduce(
        _ state: inout State, _ action: Action, now: Timestamp
    ) -> [Effect] {
        change(&state, action, now: now) + settle(&state)
    }

    /// What has to be ended when the screen is left; an export goes on.
    public static func closed(_ state: State) -> [Effect] {
        state.look?.isReading ?? false ? [.stopLook] : []
    }

    /// Asks for everything that is wanted now and is not being asked for.
    private static func settle(_ state: inout State) -> [Effect] {
        chooseFile(&state)
        followSelection(&state)
        let effects = leaveOtherFile(&state)
        fit(&state)
        return effects + reads(&state)
    }

    private static func change(
        _ state: inout State, _ action: Action, now: Timestamp
    ) -> [Effect] {
        switch action {
        case .rowMoved(let step): move(&state, step)
        case .wheelTurned(let pane, let isForward): wheel(&state, pane, isForward: isForward)
        case .rowClicked(let pane, let row): click(&state, pane, row: row)
        case .columnMoved(let isForward): moveColumn(&state, isForward: isForward)
        case .paneSwitched: state.chosenPane = state.pane == .tree ? .preview : .tree
        case .rowOpened: open(&state)
        case .branchClosed: close(&state)
        case .previewLeft: state.chosenPane = .tree
        case .viewSwitched: switchView(&state)
        case .headerSwitched: state.preview?.relist { $0.switchHeader() }
        case .reloadPressed: return reload(&state)
        case .addressCopied: return copyAddress(state)
        case .rowCopied: return copyRow(state)
        case .jobPressed: return [.open(.jobDetail(state.job))]
        case .statusChanged(let status): return change(&state, to: status)
        case .searchOpened, .textEdited, .searchKept, .searchClosed, .matchMoved:
            search(&state, action)
        case .downloadOpened, .downloadConfirmed, .downloadClosed, .downloadAdvanced,
            .downloadFinished, .downloadRefused, .folderPressed, .folderRefused:
            return download(&state, action)
        case .look(let action): return look(&state, action)
        case .export(let action): return export(&state, action)
        case .outputsLoaded, .outputsRefused, .filesLoaded, .filesRefused, .read, .readRefused:
            return answer(&state, action, now: now)
        }
        return []
    }

    private static func answer(
        _ state: inout State, _ action: Action, now: Timestamp
    ) -> [Effect] {
        switch action {
        case .outputsLoaded(let outputs): return loaded(outputs, in: &state, now: now)
        case .outputsRefused(let failure): state.outputs.fail(failure)
        case .filesLoaded(let output, let files):
            guard isKnown(output, in: state) else { return [] }
            let real = files.filter { !$0.isFolder }.sorted { $0.path < $1.path }
            state.files[output, default: Fetched()].succeed(real, asOf: now)
            listTree(&state)
        case .filesRefused(let output, let failure):
            guard isKnown(output, in: state) else { return [] }
            state.files[output, default: Fetched()].fail(failure)
            listTree(&state)
        case .read(let output, let path, let chunk):
            take(chunk, of: FileID(output: output, path: path), in: &state)
        case .readRefused(let output, let path, let failure):
            let file = FileID(output: output, path: path)
            // Which piece was refused is not said, so all of the file count as answered.
            state.reads = state.reads.filter { $0.file != file }
            if state.preview?.file == file { state.preview?.failure = failure }
        case .rowMoved, .wheelTurned, .rowClicked, .columnMoved, .paneSwitched, .rowOpened,
            .branchClosed, .previewLeft, .viewSwitched, .headerSwitched, .reloadPressed,
            .addressCopied, .rowCopied, .jobPressed, .statusChanged, .searchOpened, .textEdited,
            .searchKept,
            .searchClosed, .matchMoved, .downloadOpened, .downloadConfirmed, .downloadClosed,
            .downloadAdvanced, .downloadFinished, .downloadRefused, .folderPressed,
            .folderRefused, .look, .export:
            break
        }
        return []
    }

    /// A job that ends may have written more since it was last asked.
    private static func change(_ state: inout State, to status: JobStatus) -> [Effect] {
        let wasGrowing = state.isGrowing
        state.status = status
        return wasGrowing && !state.isGrowing ? reload(&state) : []
    }

    private static func isKnown(_ output: String, in state: State) -> Bool {
        state.outputs.value?.contains { $0.name == output } ?? false
    }

    private static func loaded(
        _ outputs: [JobOutput], in state: inout State, now: Timestamp
    ) -> [Effect] {
        state.outputs.succeed(outputs, asOf: now)
        let names = Set(outputs.map(\.name))
        state.files = state.files.filter { names.contains($0.key) }
        let idle = outputs.filter { state.files[$0.name]?.isLoading != true }
        for output in idle { state.files[output.name, default: Fetched()].begin() }
        listTree(&state)
        return idle.map { .loadFiles(state.job, output: $0.name) }
    }

    private static func take(_ chunk: FileChunk, of file: FileID, in state: inout State) {
        let asked = state.reads.filter { $0.file == file && $0.offset == chunk.offset }
        // What this screen did not ask for was asked for by another one, perhaps of another job.
        guard !asked.isEmpty else { return }
        state.reads.subtract(asked)
        guard state.preview?.file == file else { return }
        state.preview?.take(chunk)
        state.preview?.findMatches()
    }
}

// MARK: - Asking

extension Results {
    /// Reads under way at most: somebody walking fast through many files waits for some of them.
    private static let readsAtOnce = 4

    private static func reads(_ state: inout State) -> [Effect] {
        guard let preview = state.preview else { return [] }
        var effects: [Effect] = []
        for (offset, limit) in preview.wantedRanges where state.reads.count < readsAtOnce {
            let read = Read(file: preview.file, offset: offset, limit: limit)
            let isAsked = state.reads.contains { $0.file == read.file && $0.offset == read.offset }
            guard !isAsked else { continue }
            state.reads.insert(read)
            effects.append(
                .read(
                    state.job, output: read.file.output, path: read.file.path, offset: offset,
                    limit: limit))
        }
        return effects
    }

    /// Everything anew; what is shown stays until the answers come.
    private static func reload(_ state: inout State) -> [Effect] {
        if state.preview?.isRead ?? false { state.preview?.isReloading = true }
        state.preview?.failure = nil
        state.download.report = nil
        state.download.failure = nil
        state.export.report = nil
        state.export.failure = nil
        let effects = readAgain(&state)
        guard !state.outputs.isLoading else { return effects }
        state.outputs.begin()
        return effects + [.loadOutputs(state.job)]
    }

    private static func copyAddress(_ state: State) -> [Effect] {
        if let report = state.download.report { return [.copy(text: report.folder)] }
        return state.selectedOutput.map { [.copy(text: $0.uri)] } ?? []
    }

    private static func copyRow(_ state: State) -> [Effect] {
        guard let preview = state.preview, let row = preview.list.selected else { return [] }
        return [.copy(text: preview.text(of: row))]
    }
}
