import BatchModel
import GRDB

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The journal's file: its table, and what is done to one that an earlier version has written.
///
/// Version 1 kept drafts whole, with the signatures of their addresses; version 2 masked those of URLs, version 3 those of
/// every address and name. What an earlier one wrote is masked when the file is opened, and the file written anew, so that
/// the bytes are gone from the disk's file and from its log.
enum SubmissionStore {
    private typealias State = SubmissionJournal.State

    /// In `user_version`; a file of version 1 says 0.
    private static let version = 3

    /// Columns that version 1 did not have.
    private static let newer = [
        (name: "birth", type: "TEXT"), (name: "sent", type: "INTEGER"),
        (name: "inputs", type: "TEXT"),
    ]

    /// How long another process that has the file in use is waited for, in seconds.
    private static let patience = 5.0

    /// Opens the file, made with its folder when missing.
    ///
    /// While one process turns a new file to its write-ahead log, SQLite refuses another at once, whatever its busy timeout:
    /// two consoles may be started in the same instant, and the later one has to try again.
    static func opened(_ path: String) throws -> DatabaseQueue {
        let folder = path.prefix(upTo: path.lastIndex(of: "/") ?? path.startIndex)
        try LocalFiles.makeFolder(String(folder), mode: 0o700)
        let end = ContinuousClock.now + .seconds(patience)
        while true {
            do {
                return try openedOnce(path)
            } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {
                guard ContinuousClock.now < end else { throw error }
                usleep(useconds_t.random(in: 1_000...5_000))
            }
        }
    }

    private static func openedOnce(_ path: String) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.busyMode = .timeout(patience)
        configuration.prepareDatabase { database in
            try database.execute(
                sql: """
                    PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
                    PRAGMA secure_delete = ON
                    """)
        }
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        chmod(path, 0o600)
        let isOld = try queue.write { database in
            let isOld = try hasOldRows(database)
            try makeTable(database)
            try dropOld(database)
            try isOld ? mask(database) : setVersion(database)
            return isOld
        }
        if isOld { try rewrite(queue) }
        return queue
    }

    private static func hasOldRows(_ database: Database) throws -> Bool {
        let known = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        return try known < version && database.tableExists("submission")
    }

    private static func makeTable(_ database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE IF NOT EXISTS submission (
                    id TEXT PRIMARY KEY, draft TEXT NOT NULL, endpoint TEXT NOT NULL,
                    state TEXT NOT NULL, at INTEGER NOT NULL, note TEXT NOT NULL,
                    job TEXT, pid INTEGER NOT NULL)
                """)
        let there = Set(try database.columns(in: "submission").map(\.name))
        for column in newer where !there.contains(column.name) {
            try database.execute(
                sql: "ALTER TABLE submission ADD COLUMN \(column.name) \(column.type)")
        }
    }

    private static func dropOld(_ database: Database) throws {
        let oldest = ClientSurroundings.system.now() - SubmissionJournal.retention
        try database.execute(
            sql: "DELETE FROM submission WHERE at < ? AND state IN (?, ?, ?)",
            arguments: [
                oldest.microsecondsSinceEpoch, State.accepted.rawValue, State.refused.rawValue,
                State.forgotten.rawValue,
            ])
    }

    private static func setVersion(_ database: Database) throws {
        try database.execute(sql: "PRAGMA user_version = \(version)")
    }

    /// Masks what an earlier version wrote. A draft that cannot be read is masked as text.
    private static func mask(_ database: Database) throws {
        for row in try Row.fetchAll(database, sql: "SELECT id, draft, note FROM submission") {
            let (id, text, note): (String, String, String) = (row["id"], row["draft"], row["note"])
            let draft = try? WireJSON.decode(JobDraft.self, from: Array(text.utf8))
            let masked = try draft.map { draft in
                String(decoding: try WireJSON.encode(draft.withoutSecrets), as: UTF8.self)
            }
            try database.execute(
                sql: "UPDATE submission SET draft = ?, note = ? WHERE id = ?",
                arguments: [masked ?? DraftSecrets.masked(text), DraftSecrets.masked(note), id])
        }
    }

    /// Writes the whole file anew and empties its log.
    private static func rewrite(_ queue: DatabaseQueue) throws {
        do {
            try queue.writeWithoutTransaction { database in
                try database.execute(sql: "VACUUM")
                // 0: the log has been emptied; else a reader is in the way, and it is done when the file is opened next.
                let isBusy = try Int.fetchOne(database, sql: "PRAGMA wal_checkpoint(TRUNCATE)")
                if isBusy == 0 { try setVersion(database) }
            }
        } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {
            // Another process uses the file. The rows are masked; the old pages go when it is opened next.
            return
        }
    }
}
