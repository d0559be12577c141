import BatchModel
import ConsoleGrid

extension JobDetail {
    /// A look into files that may be empty, one after the other, before one of them is shown.
    struct Probe: Sendable, Equatable {
        /// The file being looked into.
        var file: String
        /// Those after it.
        var left: [String]
    }

    /// Asks for the files of the run that is shown, as often as it is worth asking.
    static func askFiles(_ state: inout State, now: Timestamp, isTick: Bool) -> [Effect] {
        guard let run = state.run else { return [] }
        var files = state.files[run] ?? RunFiles()
        guard !files.names.isLoading else { return [] }
        let isUnknown = files.names.value == nil && files.names.failure == nil
        let hasEnded = !state.isActive && !files.isFinal && files.names.failure == nil
        let isOld = files.askedAt.map { now - $0 >= refreshWait(state) } ?? true
        let isDue = isTick && isOld && (state.isActive || files.names.failure != nil)
        guard isUnknown || hasEnded || isDue else { return [] }
        files.names.begin()
        files.askedAt = now
        files.isFinal = !state.isActive
        state.files[run] = files
        return [.loadLogFiles(run: run)]
    }

    /// Until what the script prints is found the list is asked for more often: its files come with the first worker.
    private static func refreshWait(_ state: State) -> Duration {
        let hasPrinted = state.log.file.map(UsefulLogs.isPrinted) ?? false
        return hasPrinted || state.isOwnFile ? State.refreshWait : .seconds(1)
    }

    /// Takes the list of a run's files and chooses among them where no person has.
    static func filesLoaded(
        _ files: [LogFile], of run: String, in state: inout State, now: Timestamp
    ) -> [Effect] {
        let names = files.map(\.name).sorted()
        let selected = run == state.run ? selectedFile(in: state) : nil
        state.files[run, default: RunFiles()].names.succeed(names, asOf: now)
        guard run == state.run else { return [] }
        state.fileList?.setCount(names.count)
        // A worker's file may come before the others: the selection stays on its own.
        if let row = selected.flatMap(names.firstIndex) { state.fileList?.select(row) }
        return chooseFile(&state)
    }

    /// Shows the most useful file of the run, unless a person chose one.
    static func chooseFile(_ state: inout State) -> [Effect] {
        guard !state.isOwnFile, state.probe == nil, let run = state.run else { return [] }
        let useful = UsefulLogs(state.fileNames)
        if let file = state.log.file, useful.printed.contains(file) { return [] }
        guard let first = useful.printed.first else {
            if let file = useful.fallback { show(file, in: &state) }
            return []
        }
        state.probe = Probe(file: first, left: Array(useful.printed.dropFirst()))
        return [look(into: first, of: run)]
    }

    /// Takes what a look brought: the file is shown if there is something in it, else the next is looked into.
    static func probed(_ chunk: FileChunk?, in state: inout State) -> [Effect] {
        guard let probe = state.probe, let run = state.run else { return [] }
        state.probe = nil
        if let chunk, !chunk.bytes.isEmpty {
            show(probe.file, in: &state)
            state.log.asked = Log.Ask(offset: 0, isAfterEnd: !state.isActive)
            take(chunk, in: &state)
            return []
        }
        if let next = probe.left.first {
            state.probe = Probe(file: next, left: Array(probe.left.dropFirst()))
            return [look(into: next, of: run)]
        }
        if let file = UsefulLogs(state.fileNames).fallback { show(file, in: &state) }
        return []
    }

    private static func look(into file: String, of run: String) -> Effect {
        .readLog(run: run, file: file, offset: 0, limit: Log.readLimit)
    }

    /// Shows a file that a person chose.
    static func take(file: String, in state: inout State) {
        state.isOwnFile = true
        let isAsked = state.probe?.file == file
        state.probe = nil
        show(file, in: &state)
        // A look into this very file is under way and will do.
        if isAsked { state.log.asked = Log.Ask(offset: 0, isAfterEnd: !state.isActive) }
    }

    private static func show(_ file: String, in state: inout State) {
        guard state.log.file != file else { return }
        state.log = state.log.opening(file)
        findMatches(&state)
        state.search?.current = nil
    }

    /// The next file of the list or the one before, round and round.
    static func stepFile(_ state: inout State, isForward: Bool) {
        let names = state.fileNames
        guard !names.isEmpty else { return }
        let here = state.log.file.flatMap(names.firstIndex)
        let step = isForward ? 1 : names.count - 1
        let next = here.map { ($0 + step) % names.count } ?? 0
        take(file: names[next], in: &state)
    }

    /// Opens the list of files on the one that is shown, or closes it.
    static func toggleFileList(_ state: inout State) {
        guard state.fileList == nil else {
            state.fileList = nil
            return
        }
        choose(.logs, in: &state)
        state.pane = .content
        var window = ListWindow(count: state.fileNames.count)
        window.select(state.log.file.flatMap(state.fileNames.firstIndex) ?? 0)
        state.fileList = window
    }

    /// Shows the selected file of the open list.
    static func takeFromList(_ state: inout State) {
        guard let file = selectedFile(in: state) else { return }
        state.fileList = nil
        take(file: file, in: &state)
    }

    /// The file that is selected in the open list.
    private static func selectedFile(in state: State) -> String? {
        guard let row = state.fileList?.selected, row < state.fileNames.count else { return nil }
        return state.fileNames[row]
    }
}

// MARK: - Reading

extension JobDetail {
    /// Asks for the next bytes of the log that is shown.
    ///
    /// - Parameter isTick: also asks whether there is something new; a file that is known to go on is read on at once.
    static func read(_ state: inout State, now: Timestamp, isTick: Bool) -> [Effect] {
        guard let run = state.run, let file = state.log.file, state.log.asked == nil else {
            return []
        }
        let log = state.log
        if let failedAt = log.failedAt, log.failure != nil {
            guard isTick, now - failedAt >= State.refreshWait else { return [] }
        }
        let isOpen = isTick && state.view == .logs && (state.isActive || !log.isComplete)
        guard !log.isRead || ((log.isBehind || isOpen) && log.hasRoom) else { return [] }
        state.log.asked = Log.Ask(offset: log.text.next, isAfterEnd: !state.isActive)
        return [
            .readLog(run: run, file: file, offset: log.text.next, limit: log.text.readLength)
        ]
    }

    /// Takes bytes of the log that is shown.
    static func take(_ chunk: FileChunk, in state: inout State) {
        guard let dropped = state.log.take(chunk) else { return }
        findMatches(&state, dropping: dropped)
    }

    /// Takes bytes of any log: what is neither shown nor looked into was left meanwhile.
    static func logRead(
        _ chunk: FileChunk, of file: String, run: String, in state: inout State
    ) -> [Effect] {
        guard run == state.run else { return [] }
        if state.log.file == file { take(chunk, in: &state) }
        guard state.probe?.file == file, chunk.offset == 0 else { return [] }
        return probed(chunk, in: &state)
    }

    /// A log could not be read; it is tried again after a while, and what was read stays.
    static func logRefused(
        _ failure: ServiceFailure, of file: String, run: String, in state: inout State,
        now: Timestamp
    ) -> [Effect] {
        guard run == state.run else { return [] }
        if state.log.file == file, state.log.asked != nil {
            state.log.asked = nil
            state.log.failure = failure
            state.log.failedAt = now
        }
        return state.probe?.file == file ? probed(nil, in: &state) : []
    }
}
