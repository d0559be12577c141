import BatchModel
import GRDB
import Logging

/// What the committer's thread holds: the open spools, and how a group is carried out.
struct CommitGroup {
    private struct OpenJob {
        let spool: Spool
        var totals: MiniBatchLedger.Totals
        var finished: BitList

        /// Counts mini-batches whose rows are in the spool.
        mutating func note(_ records: [MiniBatchRecord], pieceBytes: Int) -> Touched {
            var touched: Set<Int> = []
            for record in records {
                finished.insert(record.outcome.index)
                totals.processed += 1
                totals.succeededItems += record.outcome.succeeded
                totals.failedItems += record.outcome.failed
                touched.insert(record.outcome.index / 8 / pieceBytes)
            }
            let bytes = finished.bytes
            let contents = touched.map { piece in
                let start = piece * pieceBytes
                return (piece, Array(bytes[start..<min(start + pieceBytes, bytes.count)]))
            }
            return Touched(
                length: spool.length, totals: totals,
                pieces: Dictionary(uniqueKeysWithValues: contents))
        }
    }

    private struct Touched {
        var length: Int64
        var totals: MiniBatchLedger.Totals
        var pieces: [Int: [UInt8]]

        /// Both as one: numbers are totals, so the later ones count.
        func followed(by later: Touched) -> Touched {
            var both = later
            both.pieces.merge(pieces) { later, _ in later }
            return both
        }
    }

    /// 512 bytes hold 4,096 mini-batches.
    private static let pieceBytes = 512

    private let database: EngineDatabase
    private let log: Logger
    private let folder: String
    private var jobs: [Int: OpenJob] = [:]
    /// What keeps it from its work.
    var shortage: Shortage?
    /// Requests that wait for the end of a shortage, in order.
    private var backlog: [Committer.Request] = []
    /// Rows that are in their spools while the database does not know of them yet, and whom they belong to.
    private var unstored: [Int: Touched] = [:]
    private var untold: [Int: [MiniBatchLedger.Outcome]] = [:]

    init(database: EngineDatabase, log: Logger, folder: String) {
        self.database = database
        self.log = log
        self.folder = folder
    }

    /// Rows in memory that wait for the end of a shortage.
    var heldBytes: Int {
        backlog.reduce(0) { sum, request in
            if case .record(_, let record) = request { sum + record.rows.count } else { sum }
        }
    }

    /// Gives up what is held.
    mutating func letGo() -> [Committer.Request] {
        defer { backlog = [] }
        return backlog
    }

    private typealias Change = (
        change: Committer.Change, isPatient: Bool,
        done: @Sendable (Result<Void, any Error>) -> Void
    )

    /// Carries out what was held and what is new.
    ///
    /// - Parameter mayHold: false when the engine stops: what cannot be done now is not done.
    mutating func commit(
        _ new: [Committer.Request], mayHold: Bool, committed: Committer.Committed,
        failed: Committer.Failed
    ) {
        let requests = backlog + new
        backlog = []
        if mayHold, shortage != nil, let still = Shortage.probe(folder) {
            shortage = still
            return hold(requests)
        }
        shortage = nil
        var records: [Int: [MiniBatchRecord]] = [:]
        var changes: [Change] = []
        var closing: [Int] = []
        for request in requests {
            switch request {
            case .open(let job, let start): open(job, start, failed)
            case .close(let job): closing.append(job)
            case .record(let job, let record): records[job, default: []].append(record)
            case .change(let change, let isPatient, let done):
                changes.append((change, isPatient, done))
            }
        }
        for (job, list) in records {
            guard let state = append(list, to: job, failed) else { continue }
            unstored[job] = unstored[job].map { $0.followed(by: state) } ?? state
            untold[job, default: []] += list.map(\.outcome)
        }
        store(changes, committed, failed)
        if shortage == nil {
            for job in closing { jobs[job] = nil }
        } else {
            backlog += closing.map { .close(job: $0) }
        }
        guard !mayHold else { return }
        for case .change(_, _, let done) in backlog { done(.failure(refusal)) }
        backlog = []
        shortage = nil
    }

    private mutating func hold(_ requests: [Committer.Request]) {
        for request in requests {
            if case .change(_, isPatient: false, let done) = request {
                done(.failure(refusal))
            } else {
                backlog.append(request)
            }
        }
    }

    private var refusal: any Error {
        shortage.map { ShortageFailure(shortage: $0, folder: folder) } ?? CancellationError()
    }

    /// Stores what is not stored yet, and tells everybody.
    private mutating func store(
        _ changes: [Change], _ committed: Committer.Committed, _ failed: Committer.Failed
    ) {
        do {
            let results = try transact(unstored, changes.map(\.change))
            let told = untold
            (unstored, untold) = ([:], [:])
            committed(told)
            for (result, change) in zip(results, changes) { change.done(result) }
        } catch {
            if let short = Shortage.of(error) {
                // SQLite says "I/O error" of many things; the system is asked itself.
                shortage = short == .space ? short : Shortage.probe(folder) ?? short
                return hold(
                    changes.map { .change($0.change, isPatient: $0.isPatient, done: $0.done) })
            }
            log.error("a group of changes could not be committed: \(error)")
            let jobs = Array(unstored.keys)
            (unstored, untold) = ([:], [:])
            failed(jobs, "The engine could not store its state: \(error)")
            for change in changes { change.done(.failure(error)) }
        }
    }

    private mutating func open(_ job: Int, _ start: SpoolStart, _ failed: Committer.Failed) {
        do {
            let spool = try Spool(path: start.path, committedLength: start.committedLength)
            jobs[job] = OpenJob(
                spool: spool, totals: start.totals, finished: start.finished)
        } catch {
            guard let short = Shortage.of(error) else { return failed([job], "\(error)") }
            shortage = short
            // Its rows, if there are any, find no spool and wait behind this.
            backlog.append(.open(job: job, start))
        }
    }

    private func isOpenHeld(_ job: Int) -> Bool {
        backlog.contains { if case .open(job, _) = $0 { true } else { false } }
    }

    /// Appends the rows of one job and says what the database must know of them.
    private mutating func append(
        _ records: [MiniBatchRecord], to job: Int, _ failed: Committer.Failed
    ) -> Touched? {
        if isOpenHeld(job) {
            backlog += records.map { .record(job: job, $0) }
            return nil
        }
        // Taken out while it changes, so that its bits are not copied for every group.
        guard var open = jobs.removeValue(forKey: job) else { return nil }
        defer { jobs[job] = open }
        do {
            var rows: [UInt8] = []
            rows.reserveCapacity(records.reduce(0) { $0 + $1.rows.count })
            for record in records { rows.append(contentsOf: record.rows) }
            try open.spool.append(rows)
        } catch {
            if let short = Shortage.of(error) {
                shortage = short
                backlog += records.map { .record(job: job, $0) }
            } else {
                failed([job], "\(error)")
            }
            return nil
        }
        return open.note(records, pieceBytes: Self.pieceBytes)
    }

    /// One transaction for all of it; a change that fails takes back only itself.
    private func transact(
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
                        // A full disk may end the whole transaction, and what came before this change with it.
                        guard db.isInsideTransaction, Shortage.of(error) == nil else {
                            throw error
                        }
                        results.append(.failure(error))
                    }
                }
                return .commit
            }
        }
        return results
    }
}
