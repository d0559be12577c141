// Group commit: how thousands of mini-batches a second become durable, one disk sync for many.
//
//     worker thread ─ rows ─┐
//     worker thread ─ rows ─┼─▶ line ─▶ committer thread:  append all waiting rows to their spools
//     accept, status ───────┘                              fdatasync each spool once
//            ▲                                             one SQLite transaction (synchronous=FULL): bits, counts,
//            └──────────── told once it is durable ─────── spool lengths, status changes, accepted jobs
//
// Rows come before the transaction that counts them, so the database never knows of rows the disk may not have. After
// a crash the spool may be longer than the database says: the surplus belongs to mini-batches that do not count, and is cut off
// before they run again. So every row of a counted mini-batch is there exactly once.
// While the committer waits for the disk, workers run their next mini-batches and their results gather in the line; the next group
// takes all of them. Nothing is delayed on purpose: a lone result is committed at once, and the busier the engine is, the
// larger the groups become.
//
// Rejected: letting workers write their own row files (a sync per worker, a merge at the end, and no single length that says
// what counts), and rows inside SQLite (every row is written twice, and the file never shrinks).

import BatchModel
import GRDB
import Logging

/// Rows and counts of one mini-batch on their way to the disk.
struct MiniBatchRecord: Sendable {
    var outcome: MiniBatchLedger.Outcome
    var rows: [UInt8]
}

/// What an opened job has on disk already.
struct SpoolStart: Sendable {
    var path: String
    var committedLength: Int64 = 0
    var totals = MiniBatchLedger.Totals()
    var finished = BitList()
}

/// The one thread that writes rows and the database.
final class Committer: Sendable {
    /// A change to the database that shares its transaction with others.
    typealias Change = @Sendable (Database) throws -> Void

    /// Told after each group which mini-batches of which jobs are durable; called on the committer's thread.
    typealias Committed = @Sendable ([Int: [MiniBatchLedger.Outcome]]) -> Void
    /// Told when the rows of some jobs could not be made durable; called on the committer's thread.
    typealias Failed = @Sendable (_ jobs: [Int], _ reason: String) -> Void

    enum Request: Sendable {
        case open(job: Int, SpoolStart)
        case close(job: Int)
        case record(job: Int, MiniBatchRecord)
        case change(Change, done: @Sendable (Result<Void, any Error>) -> Void)
    }

    private struct Line {
        var requests: [Request] = []
        var waitingBytes = 0
        var isClosed = false
        var isAbandoned = false
        var hasEnded = false
    }

    /// Rows that may wait for the disk; a worker that brings more waits itself.
    static let waitingBytesLimit = 32 << 20

    private let line = Guarded(Line())
    private let database: EngineDatabase
    private let log: Logger

    init(database: EngineDatabase, log: Logger) {
        self.database = database
        self.log = log
    }

    /// Starts the thread.
    func start(committed: @escaping Committed, failed: @escaping Failed) {
        BlockingThread.start { [self] in
            var group = CommitGroup(database: database, log: log)
            while let requests = next() {
                group.commit(requests, committed: committed, failed: failed)
            }
            let left = line.signalling { line in
                line.hasEnded = true
                defer { line.requests = [] }
                return line.requests
            }
            for request in left { Self.refuse(request) }
        }
    }

    /// Hands in the rows of a mini-batch; waits while too much is waiting for the disk.
    func record(job: Int, _ record: MiniBatchRecord) {
        let accepted: Void? = line.wait { line in
            let isFull = line.waitingBytes > Self.waitingBytesLimit
            guard !isFull || line.isClosed else { return nil }
            line.waitingBytes += record.rows.count
            line.requests.append(.record(job: job, record))
            return ()
        }
        if accepted != nil { line.signalling { _ in } }
    }

    /// Hands in anything else; never waits. What comes after the end is told that it was not stored.
    func post(_ request: Request) {
        let isTooLate = line.signalling { line in
            if !line.hasEnded { line.requests.append(request) }
            return line.hasEnded
        }
        if isTooLate { Self.refuse(request) }
    }

    private static func refuse(_ request: Request) {
        if case .change(_, let done) = request { done(.failure(CancellationError())) }
    }

    /// Hands in a change nobody waits for; a failure is logged.
    func post(_ change: @escaping Change) {
        post(
            .change(change) { [log] result in
                if case .failure(let error) = result {
                    log.error("a change could not be stored: \(error)")
                }
            })
    }

    /// Makes a change durable.
    ///
    /// - Returns: what `body` returned, once the transaction is on the disk.
    func write<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws -> Value {
        let slot = Guarded<Value?>(nil)
        return try await withCheckedThrowingContinuation { continuation in
            post(
                .change { db in
                    let value = try body(db)
                    slot.withLock { $0 = value }
                } done: { result in
                    continuation.resume(
                        with: result.flatMap {
                            slot.withLock { $0 }.map { .success($0) }
                                ?? .failure(CancellationError())
                        })
                })
        }
    }

    /// Makes a change durable; blocks the calling thread.
    func writeBlocking(_ change: @escaping Change) throws {
        let slot = Guarded<Result<Void, any Error>?>(nil)
        post(.change(change) { result in slot.signalling { $0 = result } })
        try slot.wait { $0 }?.get()
    }

    /// Ends the thread after what is waiting is committed, or at once.
    func stop(isAbandoning: Bool) {
        line.signalling {
            $0.isClosed = true
            $0.isAbandoned = isAbandoning
        }
        _ = line.wait { $0.hasEnded ? () : nil }
    }

    private func next() -> [Request]? {
        let found = line.wait { line -> [Request]?? in
            if line.isAbandoned { return .some(nil) }
            if !line.requests.isEmpty {
                line.waitingBytes = 0
                defer { line.requests = [] }
                return .some(line.requests)
            }
            return line.isClosed ? .some(nil) : nil
        }
        line.signalling { _ in }
        return found ?? nil
    }
}

/// What the committer's thread holds: the open spools, and how a group is carried out.
private struct CommitGroup {
    private struct OpenJob {
        let spool: Spool
        var totals: MiniBatchLedger.Totals
        var finished: BitList
    }

    private struct Touched {
        var length: Int64
        var totals: MiniBatchLedger.Totals
        var pieces: [Int: [UInt8]]
    }

    /// 512 bytes hold 4,096 mini-batches.
    private static let pieceBytes = 512

    private let database: EngineDatabase
    private let log: Logger
    private var jobs: [Int: OpenJob] = [:]

    init(database: EngineDatabase, log: Logger) {
        self.database = database
        self.log = log
    }

    mutating func commit(
        _ requests: [Committer.Request], committed: Committer.Committed, failed: Committer.Failed
    ) {
        var records: [Int: [MiniBatchRecord]] = [:]
        var changes: [(Committer.Change, @Sendable (Result<Void, any Error>) -> Void)] = []
        var closing: [Int] = []
        for request in requests {
            switch request {
            case .open(let job, let start): open(job, start, failed)
            case .close(let job): closing.append(job)
            case .record(let job, let record): records[job, default: []].append(record)
            case .change(let change, let done): changes.append((change, done))
            }
        }
        var touched: [Int: Touched] = [:]
        for (job, list) in records { touched[job] = append(list, to: job, failed) }
        records = records.filter { touched[$0.key] != nil }
        var results: [Result<Void, any Error>] = []
        do {
            results = try store(touched, changes.map(\.0))
            committed(records.mapValues { $0.map(\.outcome) })
        } catch {
            log.error("a group of changes could not be committed: \(error)")
            results = changes.map { _ in .failure(error) }
            failed(Array(touched.keys), "The engine could not store its state: \(error)")
        }
        for (result, change) in zip(results, changes) { change.1(result) }
        for job in closing { jobs[job] = nil }
    }

    private mutating func open(_ job: Int, _ start: SpoolStart, _ failed: Committer.Failed) {
        do {
            let spool = try Spool(path: start.path, committedLength: start.committedLength)
            jobs[job] = OpenJob(
                spool: spool, totals: start.totals, finished: start.finished)
        } catch {
            failed([job], "\(error)")
        }
    }

    /// Appends the rows of one job and says what the database must know of them.
    private mutating func append(
        _ records: [MiniBatchRecord], to job: Int, _ failed: Committer.Failed
    ) -> Touched? {
        // Taken out while it changes, so that its bits are not copied for every group.
        guard var open = jobs.removeValue(forKey: job) else { return nil }
        defer { jobs[job] = open }
        do {
            var rows: [UInt8] = []
            rows.reserveCapacity(records.reduce(0) { $0 + $1.rows.count })
            for record in records { rows.append(contentsOf: record.rows) }
            try open.spool.append(rows)
        } catch {
            failed([job], "\(error)")
            return nil
        }
        var pieces: Set<Int> = []
        for record in records {
            open.finished.insert(record.outcome.index)
            open.totals.processed += 1
            open.totals.succeededItems += record.outcome.succeeded
            open.totals.failedItems += record.outcome.failed
            pieces.insert(record.outcome.index / 8 / Self.pieceBytes)
        }
        let bytes = open.finished.bytes
        let contents = pieces.map { piece in
            let start = piece * Self.pieceBytes
            return (piece, Array(bytes[start..<min(start + Self.pieceBytes, bytes.count)]))
        }
        return Touched(
            length: open.spool.length, totals: open.totals,
            pieces: Dictionary(uniqueKeysWithValues: contents))
    }

    /// One transaction for all of it; a change that fails takes back only itself.
    private func store(
        _ touched: [Int: Touched], _ changes: [Committer.Change]
    ) throws -> [Result<Void, any Error>] {
        guard !touched.isEmpty || !changes.isEmpty else { return [] }
        var results: [Result<Void, any Error>] = []
        try database.writer.writeWithoutTransaction { db in
            try db.inTransaction(.immediate) {
                for (job, state) in touched {
                    try WorkTable.note(
                        db, job: job, length: state.length, totals: state.totals,
                        pieces: state.pieces)
                }
                for change in changes {
                    do {
                        try db.inSavepoint {
                            try change(db)
                            return .commit
                        }
                        results.append(.success(()))
                    } catch {
                        results.append(.failure(error))
                    }
                }
                return .commit
            }
        }
        return results
    }
}
