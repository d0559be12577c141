import BatchModel
import GRDB

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The durable progress of unfinished jobs.
enum WorkTable {
    /// What a job's row says.
    struct Row: Sendable {
        var itemCount: Int
        var start: SpoolStart
        /// Worker processes started so far: their numbers are never used twice (ES §5.4).
        var processes: Int
    }

    /// A job's input has been listed. What an earlier listing had finished counts no more: its mini-batches were others.
    static func begin(_ db: Database, job: Int, itemCount: Int) throws {
        try db.cachedStatement(sql: "DELETE FROM done WHERE job = ?").execute(arguments: [job])
        try db.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO work
                (job, items, spool_length, processed, succeeded_items, failed_items)
                VALUES (?, ?, 0, 0, 0, 0)
                """
        ).execute(arguments: [job, itemCount])
    }

    /// Mini-batches of a job are done, and their rows are in the first `length` bytes of its spool.
    static func note(
        _ db: Database, job: Int, length: Int64, totals: MiniBatchLedger.Totals,
        pieces: [Int: [UInt8]]
    ) throws {
        try db.cachedStatement(
            sql: """
                UPDATE work SET spool_length = ?, processed = ?, succeeded_items = ?,
                failed_items = ? WHERE job = ?
                """
        ).execute(arguments: [
            length, totals.processed, totals.succeededItems, totals.failedItems, job,
        ])
        let keep = try db.cachedStatement(
            sql: "INSERT OR REPLACE INTO done (job, piece, bits) VALUES (?, ?, ?)")
        for (piece, bits) in pieces {
            try bits.withUnsafeBytes { bytes in
                try keep.execute(arguments: [job, piece, Data(bytes)])
            }
        }
    }

    /// A job has ended: nothing of it is left to continue.
    static func end(_ db: Database, job: Int) throws {
        try db.cachedStatement(sql: "DELETE FROM work WHERE job = ?").execute(arguments: [job])
        try db.cachedStatement(sql: "DELETE FROM done WHERE job = ?").execute(arguments: [job])
    }

    /// What is left of a job by an earlier engine; nil when its input was not listed.
    static func row(_ db: Database, job: Int, spool: String) throws -> Row? {
        guard
            let row = try GRDB.Row.fetchOne(
                db, sql: "SELECT * FROM work WHERE job = ?", arguments: [job])
        else { return nil }
        var finished: [UInt8] = []
        let pieces = try GRDB.Row.fetchAll(
            db, sql: "SELECT piece, bits FROM done WHERE job = ? ORDER BY piece", arguments: [job])
        for piece in pieces {
            let start = (piece["piece"] as Int) * 512
            if finished.count < start {
                finished.append(contentsOf: repeatElement(0, count: start - finished.count))
            }
            finished.append(contentsOf: piece["bits"] as Data)
        }
        let totals = MiniBatchLedger.Totals(
            processed: row["processed"], succeededItems: row["succeeded_items"],
            failedItems: row["failed_items"])
        return Row(
            itemCount: row["items"],
            start: SpoolStart(
                path: spool, committedLength: row["spool_length"], totals: totals,
                finished: BitList(bytes: finished)),
            processes: row["processes"])
    }

    /// A worker process was started; stored before it runs any of the user's code.
    static func workerStarted(
        _ db: Database, _ identity: ProcessIdentity, job: Int, number: Int
    ) throws {
        try db.cachedStatement(
            sql: "INSERT OR REPLACE INTO worker (pid, start_ticks, boot, job) VALUES (?, ?, ?, ?)"
        ).execute(arguments: [identity.pid, identity.startTicks, identity.boot, job])
        try db.cachedStatement(sql: "UPDATE work SET processes = max(processes, ?) WHERE job = ?")
            .execute(arguments: [number, job])
    }

    /// A worker process and its group are gone.
    static func workerGone(_ db: Database, pid: Int32) throws {
        try db.cachedStatement(sql: "DELETE FROM worker WHERE pid = ?").execute(arguments: [pid])
    }

    /// The worker processes an earlier engine left in the table.
    static func workers(_ db: Database) throws -> [ProcessIdentity] {
        try GRDB.Row.fetchAll(db, sql: "SELECT pid, start_ticks, boot FROM worker").map {
            ProcessIdentity(pid: $0["pid"], startTicks: $0["start_ticks"], boot: $0["boot"])
        }
    }

    /// Forgets the processes of an earlier engine.
    static func forgetWorkers(_ db: Database) throws {
        try db.execute(sql: "DELETE FROM worker")
    }
}
