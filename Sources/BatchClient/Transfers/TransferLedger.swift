import BatchModel
import Synchronization

// Who transfers what. Every upload and download of a client passes here: it is written down when it begins, told of while
// it goes, and struck off the disk when it is through. What is left on the disk was not: it failed, it was given up, or its
// process is gone.
//
//     begin ─▶ waiting ─▶ running ─┬─▶ done                 (off the disk)
//                                  ├─▶ failed | given up    (on the disk, can be gone on with)
//                                  └─ killed ─▶ left over   (so read by the next process)
//
// Progress comes many times a second: listeners are told a few times a second, the disk once. A disk that cannot be written
// hinders no transfer: it is then only not known to later sessions.

/// The transfers of one client.
final class TransferLedger: Sendable {
    /// Between two tellings of progress, and between two writings.
    private static let tellPause: Duration = .milliseconds(200)
    private static let writePause: Duration = .seconds(1)
    /// Ended ones that are remembered; older ones are forgotten.
    private static let endedLimit = 500

    private struct Memory {
        /// This client's, the oldest first.
        var own: [TransferRecord] = []
        /// What the disk says of others, as it was last read.
        var others: [TransferRecord] = []
        var givingUp: [TransferRecord.ID: @Sendable () -> Void] = [:]
        var isGivenUp: Set<TransferRecord.ID> = []
        var listeners: [UInt64: AsyncStream<[TransferRecord]>.Continuation] = [:]
        var nextListener: UInt64 = 0
        var toldAt: Duration?
        var writtenAt: [TransferRecord.ID: Duration] = [:]
    }

    private let files: TransferFiles
    private let surroundings: ClientSurroundings
    private let memory = Mutex(Memory())

    /// - Parameter stateFolder: must not be lost; the records lie beside the logs of pieces.
    init(stateFolder: String, surroundings: ClientSurroundings) {
        files = TransferFiles(folder: stateFolder + "/transfers")
        self.surroundings = surroundings
    }

    // MARK: - One transfer

    /// Begins to count a transfer.
    func begin(_ work: TransferRecord.Work) -> TransferRecord.ID {
        let id = Self.id(of: work)
        let record = TransferRecord(id: id, work: work, startedAt: surroundings.now())
        memory.withLock { memory in
            memory.own.removeAll { $0.id == id }
            memory.own.append(record)
            memory.others.removeAll { $0.id == id }
            memory.isGivenUp.remove(id)
            if memory.own.count > Self.endedLimit,
                let old = memory.own.firstIndex(where: { $0.state == .done })
            {
                memory.own.remove(at: old)
            }
        }
        // The first report is written down at once too: it is what one goes on from.
        try? files.write(record)
        tell()
        return id
    }

    /// It has come so far.
    func advance(_ id: TransferRecord.ID, to progress: TransferProgress) {
        let elapsed = surroundings.elapsed()
        let now = surroundings.now()
        let due = memory.withLock { memory -> (record: TransferRecord?, tells: Bool) in
            guard let row = memory.own.firstIndex(where: { $0.id == id }),
                memory.own[row].isActive
            else { return (nil, false) }
            memory.own[row].advance(to: progress, at: now)
            let tells = memory.toldAt.map { elapsed - $0 >= Self.tellPause } ?? true
            let writes = memory.writtenAt[id].map { elapsed - $0 >= Self.writePause } ?? true
            return (writes ? memory.own[row] : nil, tells)
        }
        if let record = due.record { keep(record) }
        if due.tells { tell() }
    }

    /// It ended; what is through is off the disk. One that ended before keeps its end.
    func end(_ id: TransferRecord.ID, _ state: TransferRecord.State, note: String = "") {
        let now = surroundings.now()
        let ended = memory.withLock { memory -> TransferRecord? in
            memory.givingUp[id] = nil
            memory.writtenAt[id] = nil
            guard let row = memory.own.firstIndex(where: { $0.id == id }),
                memory.own[row].isActive
            else { return nil }
            memory.own[row].state = state
            memory.own[row].note = DraftSecrets.masked(note)
            memory.own[row].endedAt = now
            return memory.own[row]
        }
        guard let ended else { return }
        // Where nothing was transferred there is nothing to go on with.
        if ended.isResumable, ended.progress != nil { keep(ended) } else { try? files.remove(id) }
        tell()
    }

    /// The job that came of an upload.
    func note(_ id: TransferRecord.ID, accepted job: Job.ID) {
        memory.withLock { memory in
            guard let row = memory.own.firstIndex(where: { $0.id == id }) else { return }
            memory.own[row].accepted = job
        }
        tell()
    }

    /// Does the work of a transfer so that it can be given up, and notes how it ends.
    ///
    /// - Parameter work: begins the record itself when there is something to transfer; nil says that it never did.
    func carry<Value: Sendable>(
        _ current: CurrentTransfer,
        _ work: @escaping @Sendable () async throws(ServiceFailure) -> Value
    ) async throws(ServiceFailure) -> Value {
        let task = Task { () async -> Result<Value, ServiceFailure> in
            do throws(ServiceFailure) {
                return .success(try await work())
            } catch {
                return .failure(error)
            }
        }
        current.onBegin { [self] id in
            memory.withLock { $0.givingUp[id] = { task.cancel() } }
        }
        let result = await withTaskCancellationHandler {
            await task.value
        } onCancel: {
            task.cancel()
        }
        guard let id = current.id else { return try result.get() }
        switch result {
        case .success(let value):
            end(id, .done)
            return value
        case .failure(let failure): throw ended(id, failure)
        }
    }

    /// What is thrown for a transfer that did not come to its end.
    private func ended(_ id: TransferRecord.ID, _ failure: ServiceFailure) -> ServiceFailure {
        let (isGivenUp, isActive) = memory.withLock { memory in
            (
                memory.isGivenUp.remove(id) != nil,
                memory.own.contains { $0.id == id && $0.isActive }
            )
        }
        // What came after the upload was through is not the upload's failure.
        guard isActive else { return failure }
        if isGivenUp {
            end(id, .givenUp)
            return ServiceFailure(
                kind: .rejected, operation: failure.operation, detail: "it was given up",
                advice: "What has been transferred stays; it can be gone on with.")
        }
        // A program that is told to end is not a failing transfer: who comes next goes on with it.
        end(id, Task.isCancelled ? .left : .failed, note: Task.isCancelled ? "" : failure.message)
        return failure
    }

    // MARK: - All of them

    /// All transfers, the newest first; what the disk says is read anew.
    func list() throws(ServiceFailure) -> [TransferRecord] {
        do {
            try readOthers()
        } catch {
            throw ServiceFailure(
                kind: .rejected, operation: "list the transfers", detail: "\(error)",
                advice: "Check that \(files.folder) can be read.")
        }
        return memory.withLock { Self.merged($0) }
    }

    /// The list now and whenever it changes.
    func watch() -> AsyncStream<[TransferRecord]> {
        // A folder that cannot be read hides what was left over, and nothing of this session.
        try? readOthers()
        return AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
            let number = memory.withLock { memory in
                memory.nextListener += 1
                memory.listeners[memory.nextListener] = continuation
                continuation.yield(Self.merged(memory))
                return memory.nextListener
            }
            continuation.onTermination = { [self] _ in
                _ = memory.withLock { $0.listeners.removeValue(forKey: number) }
            }
        }
    }

    /// Ends one that is under way here.
    func giveUp(_ id: TransferRecord.ID) throws(ServiceFailure) {
        let end = memory.withLock { memory -> (@Sendable () -> Void)? in
            guard memory.own.contains(where: { $0.id == id && $0.isActive }),
                let end = memory.givingUp[id]
            else { return nil }
            memory.isGivenUp.insert(id)
            return end
        }
        guard let end else {
            throw ServiceFailure(
                kind: .conflict, operation: "give up the transfer \(id)",
                detail: "it is not under way in this program")
        }
        end()
    }

    /// Strikes one off.
    func forget(_ id: TransferRecord.ID) throws(ServiceFailure) {
        let operation = "forget the transfer \(id)"
        guard let record = try list().first(where: { $0.id == id }) else {
            throw ServiceFailure(
                kind: .notFound, operation: operation, detail: "there is no transfer of that id")
        }
        guard !record.isActive, record.state != .elsewhere else {
            throw ServiceFailure(
                kind: .conflict, operation: operation,
                detail: record.isActive ? "it is under way" : "another program is at it",
                advice: "Give it up first.")
        }
        do {
            if record.isResumable { try forgetPieces(of: record) }
            try files.remove(id)
        } catch {
            throw ServiceFailure(
                kind: .rejected, operation: operation, detail: "\(error)",
                advice: "Check the rights of that file.")
        }
        memory.withLock { memory in
            memory.own.removeAll { $0.id == id }
            memory.others.removeAll { $0.id == id }
        }
        tell()
    }

    /// Takes away what only going on with it would have needed: partial files of a download, the log of an upload.
    private func forgetPieces(of record: TransferRecord) throws {
        if case .results(_, let folder) = record.work {
            return try PartialFiles.remove(below: folder)
        }
        // The same files may be on their way to another place, or left over from one.
        let others = try list().filter { $0.id != record.id && $0.isUpload && $0.state != .done }
        let kept = Set(others.flatMap(\.paths).map(LocalFiles.absolute))
        let paths = record.paths.map(LocalFiles.absolute).filter { !kept.contains($0) }
        try PieceLog.forgetUploads(of: paths, in: files.folder)
    }

    // MARK: - Keeping

    private func readOthers() throws {
        let found = try files.all()
        memory.withLock { memory in
            let own = Set(memory.own.map(\.id))
            memory.others = found.filter { !own.contains($0.id) }
        }
    }

    private func keep(_ record: TransferRecord) {
        let elapsed = surroundings.elapsed()
        memory.withLock { $0.writtenAt[record.id] = elapsed }
        try? files.write(record)
    }

    private func tell() {
        let elapsed = surroundings.elapsed()
        memory.withLock { memory in
            memory.toldAt = elapsed
            guard !memory.listeners.isEmpty else { return }
            let all = Self.merged(memory)
            for listener in memory.listeners.values { listener.yield(all) }
        }
    }

    private static func merged(_ memory: borrowing Memory) -> [TransferRecord] {
        (memory.own + memory.others).sorted { left, right in
            left.startedAt == right.startedAt
                ? left.id < right.id : left.startedAt > right.startedAt
        }
    }

    /// The same for the same files on their way to or from the same place.
    static func id(of work: TransferRecord.Work) -> TransferRecord.ID {
        let words: [String?] =
            switch work {
            case .inputs(let draft):
                ["inputs", draft.endpoint.rawValue, draft.deployment?.rawValue]
                    + draft.localInputs.map(\.path).sorted()
            case .asset(let plan): ["asset", plan.name.rawValue, plan.path]
            case .results(let job, let folder): ["results", job.rawValue, folder]
            }
        return String(AssetPublisher.digest(words).prefix(12))
    }
}

/// The record of a transfer that may not have begun yet.
final class CurrentTransfer: Sendable {
    private struct Memory {
        var id: TransferRecord.ID?
        var onBegin: (@Sendable (TransferRecord.ID) -> Void)?
    }

    private let memory = Mutex(Memory())

    /// Its record; nil while nothing has begun.
    var id: TransferRecord.ID? { memory.withLock(\.id) }

    /// Begins it unless it has begun; gives its record.
    func begun(_ begin: () -> TransferRecord.ID) -> TransferRecord.ID {
        if let id { return id }
        let id = begin()
        let told = memory.withLock { memory in
            memory.id = id
            return memory.onBegin
        }
        told?(id)
        return id
    }

    /// Calls back once it has begun, at once when it has.
    func onBegin(_ call: @escaping @Sendable (TransferRecord.ID) -> Void) {
        let id = memory.withLock { memory in
            memory.onBegin = call
            return memory.id
        }
        if let id { call(id) }
    }
}
