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
// When the disk is full (or there is another `Shortage`) the group is held: rows and changes stay in memory, as many as may wait
// anyway, and are tried again until there is room. What a client waits for is refused instead. So no job fails because of it.
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
    /// Told when what was held could be done after all; called on the committer's thread.
    typealias Recovered = @Sendable () -> Void
    /// Told when the rows of some jobs could not be made durable; called on the committer's thread.
    typealias Failed = @Sendable (_ jobs: [Int], _ reason: String) -> Void

    enum Request: Sendable {
        case open(job: Int, SpoolStart)
        case close(job: Int)
        case record(job: Int, MiniBatchRecord)
        /// A change that is not `isPatient` is refused at once when there is a shortage; any other waits for its end.
        case change(
            Change, isPatient: Bool = true, done: @Sendable (Result<Void, any Error>) -> Void)
    }

    private struct Line {
        var requests: [Request] = []
        var waitingBytes = 0
        var isClosed = false
        var isAbandoned = false
        /// The engine stops: nothing is held any more.
        var isLeaving = false
        var hasEnded = false
        /// Somebody else met a shortage.
        var suspicion: Shortage?
        /// What keeps the committer from its work now.
        var shortage: Shortage?

        mutating func take() -> [Request] {
            waitingBytes = 0
            suspicion = nil
            defer { requests = [] }
            return requests
        }

        var isSomebodyWaiting: Bool {
            requests.contains {
                if case .change(_, isPatient: false, _) = $0 { true } else { false }
            }
        }
    }

    /// Rows that may wait for the disk; a worker that brings more waits itself.
    static let waitingBytesLimit = 32 << 20
    /// How often it is tried whether a shortage is over.
    static let retryInterval = Duration.milliseconds(500)

    private let line = Guarded(Line())
    private let database: EngineDatabase
    private let log: Logger
    private let folder: String

    /// - Parameter folder: where it is tried whether there is room again.
    init(database: EngineDatabase, log: Logger, folder: String) {
        self.database = database
        self.log = log
        self.folder = folder
    }

    /// What keeps results from becoming durable now; nil when nothing does.
    var shortage: Shortage? { line.withLock { $0.shortage } }

    /// Somebody met a shortage elsewhere: nothing is taken until a probe says that it is over.
    func suspect(_ shortage: Shortage) {
        line.signalling {
            $0.suspicion = shortage
            $0.shortage = $0.shortage ?? shortage
        }
    }

    /// From now on nothing is held: who waits for a shortage to end is told that it has not.
    func leave() { line.signalling { $0.isLeaving = true } }

    /// Starts the thread.
    func start(
        committed: @escaping Committed, failed: @escaping Failed,
        recovered: @escaping Recovered = {}
    ) {
        BlockingThread.start { [self] in
            var group = CommitGroup(database: database, log: log, folder: folder)
            while let (requests, suspicion) = next(isHolding: group.shortage != nil) {
                let before = group.shortage
                let mayHold = !line.withLock { $0.isLeaving }
                group.commit(requests, mayHold: mayHold, committed: committed, failed: failed)
                // Believed until the next look at the earliest, or a want that comes and goes would keep us turning.
                group.shortage = group.shortage ?? suspicion
                let (now, bytes) = (group.shortage, group.heldBytes)
                let wasShort = line.signalling { line in
                    defer { line.shortage = now ?? line.suspicion }
                    line.waitingBytes += bytes
                    return line.shortage != nil
                }
                if let now, now != before { log.error("held: \(now.text(folder)). \(now.advice)") }
                if wasShort, now == nil {
                    log.info("the shortage is over")
                    recovered()
                }
            }
            for request in group.letGo() { Self.refuse(request) }
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
            guard !isFull || line.isClosed || line.isLeaving else { return nil }
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
        if case .change(_, _, let done) = request { done(.failure(CancellationError())) }
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

    /// Makes a change durable; never waits for a shortage to end.
    ///
    /// - Returns: what `body` returned, once the transaction is on the disk.
    /// - Throws: `ShortageFailure` while there is one.
    func write<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws -> Value {
        let slot = Guarded<Value?>(nil)
        return try await withCheckedThrowingContinuation { continuation in
            post(
                .change(
                    { db in
                        let value = try body(db)
                        slot.withLock { $0 = value }
                    }, isPatient: false,
                    done: { result in
                        continuation.resume(
                            with: result.flatMap {
                                slot.withLock { $0 }.map { .success($0) }
                                    ?? .failure(CancellationError())
                            })
                    }))
        }
    }

    /// Makes a change durable; blocks the calling thread, through a shortage too.
    ///
    /// - Parameter isPatient: false for who does not wait for a shortage to end.
    func writeBlocking(isPatient: Bool = true, _ change: @escaping Change) throws {
        let slot = Guarded<Result<Void, any Error>?>(nil)
        post(.change(change, isPatient: isPatient) { result in slot.signalling { $0 = result } })
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

    /// What is to be done next; nil when there is nothing more to come.
    private func next(isHolding: Bool) -> (requests: [Request], suspicion: Shortage?)? {
        typealias Turn = (requests: [Request], suspicion: Shortage?)
        let found = line.wait(isHolding ? Self.retryInterval : nil) { line -> Turn?? in
            if line.isAbandoned { return .some(nil) }
            let suspicion = line.suspicion
            let isDue =
                isHolding
                ? line.isSomebodyWaiting || line.isLeaving
                : !line.requests.isEmpty || suspicion != nil
            if isDue { return .some((line.take(), suspicion)) }
            return line.isClosed ? .some(nil) : nil
        }
        // Without an answer the interval is over: what is held is tried again.
        let turn = found ?? line.withLock { ($0.take(), nil) }
        line.signalling { _ in }
        return turn
    }
}
