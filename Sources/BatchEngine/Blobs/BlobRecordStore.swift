// Where the properties of blobs are kept: content type, MD5, metadata and block list.
//
// A blob's file says its size, its time and so its ETag. The rest must survive `kill -9` and belong to exactly the file it
// was given for, although jobs write, replace and append to files beside us. So a row is kept under container, name and
// inode, with the size and time its file had, and counts only while the file still has them: a file changed behind our
// back simply has no properties any more. On a put the row is written first and the file is renamed into place after; a
// kill between the two leaves the old file with its own row.
//
// Rejected: extended attributes (not on every file system), sidecar files (they would double the number of files and
// collide with blob names), one database with the jobs (blob rows need no full sync, as a process kill loses nothing that
// SQLite has written to the log; job rows do).

import BatchModel
import GRDB

/// The table of blob properties, in a database file of its own.
struct BlobRecordStore: Sendable {
    /// The layout this program writes. Files of before it was counted say 0 and are the same.
    static let layout = 1

    private let queue: DatabaseQueue

    /// Opens or creates the database.
    ///
    /// - Throws: `.rejected` for a layout of a newer program; then nothing was written.
    init(path: String) throws {
        try StateLayout.check(path, isKnown: Self.layout)
        var configuration = Configuration()
        configuration.prepareDatabase { db in
            try db.execute(sql: "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;")
        }
        queue = try DatabaseQueue(path: path, configuration: configuration)
        try queue.write { db in
            try db.execute(
                sql: """
                    CREATE TABLE IF NOT EXISTS blob (
                        container TEXT NOT NULL, name TEXT NOT NULL, inode INTEGER NOT NULL,
                        size INTEGER NOT NULL, modified INTEGER NOT NULL, record TEXT NOT NULL,
                        PRIMARY KEY (container, name, inode)) WITHOUT ROWID
                    """)
            guard try StateLayout.number(db) != Self.layout else { return }
            try db.execute(sql: "PRAGMA user_version = \(Self.layout)")
        }
    }

    /// The properties of a file, empty when it has none that still count.
    func record(_ container: String, _ name: String, _ identity: FileIdentity) throws -> BlobRecord
    {
        try queue.read { try Self.fetch($0, container, name, identity) }
    }

    /// The properties of many files of one container.
    func records(
        _ container: String, _ files: [(name: String, identity: FileIdentity)]
    ) throws -> [BlobRecord] {
        try queue.read { db in
            try files.map { try Self.fetch(db, container, $0.name, $0.identity) }
        }
    }

    /// Keeps properties for a file that may not have its name yet.
    func keep(
        _ record: BlobRecord, _ container: String, _ name: String, _ identity: FileIdentity
    ) throws {
        let text = String(decoding: try WireJSON.encode(record), as: UTF8.self)
        try queue.write { db in
            let statement = try db.cachedStatement(
                sql: """
                    INSERT OR REPLACE INTO blob (container, name, inode, size, modified, record)
                    VALUES (?, ?, ?, ?, ?, ?)
                    """)
            try statement.execute(arguments: [
                container, name, Int64(bitPattern: identity.inode), identity.sizeBytes,
                identity.modifiedNanoseconds, text,
            ])
        }
    }

    /// Forgets what was kept for other files of that name.
    func forgetOthers(
        _ container: String, _ name: String, than identity: FileIdentity?
    ) throws {
        try queue.write { db in
            let statement = try db.cachedStatement(
                sql: "DELETE FROM blob WHERE container = ? AND name = ? AND inode <> ?")
            let inode = identity.map { Int64(bitPattern: $0.inode) } ?? -1
            try statement.execute(arguments: [container, name, inode])
        }
    }

    /// Forgets everything of a container.
    func forget(container: String) throws {
        try queue.write { db in
            let statement = try db.cachedStatement(sql: "DELETE FROM blob WHERE container = ?")
            try statement.execute(arguments: [container])
        }
    }

    /// Forgets everything below a folder.
    ///
    /// - Parameter prefix: ends in a slash.
    func forget(_ container: String, below prefix: String) throws {
        // The byte after the slash ends the range: the key's own order does the work.
        let end = String(prefix.dropLast()) + "0"
        try queue.write { db in
            try db.execute(
                sql: "DELETE FROM blob WHERE container = ? AND name >= ? AND name < ?",
                arguments: [container, prefix, end])
        }
    }

    private static func fetch(
        _ db: Database, _ container: String, _ name: String, _ identity: FileIdentity
    ) throws -> BlobRecord {
        let statement = try db.cachedStatement(
            sql: """
                SELECT record FROM blob
                WHERE container = ? AND name = ? AND inode = ? AND size = ? AND modified = ?
                """)
        let text = try String.fetchOne(
            statement,
            arguments: [
                container, name, Int64(bitPattern: identity.inode), identity.sizeBytes,
                identity.modifiedNanoseconds,
            ])
        guard let text else { return BlobRecord() }
        return try WireJSON.decode(BlobRecord.self, from: Array(text.utf8))
    }
}
