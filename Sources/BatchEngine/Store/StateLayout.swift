// Which program may open a state folder.
//
// A state has one layout number: the user_version of engine.sqlite. It stands for everything in the folder (the data assets'
// records and the logs have none of their own), and blobs.sqlite carries a number of its own only because it is a
// file of its own that somebody might mix with another folder's. A number that is too high is found with a connection that
// can only read, before anything is opened to be written, made or swept: an older program must not leave a trace in a newer
// one's state. The version of the program that wrote it stands beside the number, so that the sentence can say what to install.

import BatchModel
import GRDB

/// The layout number of a state's databases.
enum StateLayout {
    /// Refuses a database with a higher layout than is known; one that is not there is fine.
    ///
    /// - Throws: `.rejected`, naming the program that wrote it; the system's errors for a file that is no database.
    static func check(_ path: String, isKnown known: Int) throws {
        guard FileCalls.existsFollowing(path) else { return }
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(10)
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        let (found, author) = try queue.read { db in (try number(db), try origin(db)) }
        guard found > known else { return }
        let version = author.map { "\($0), " } ?? ""
        let program = author.map { "batchdeck \($0) or newer" } ?? "the newer program"
        throw ServiceFailure(
            kind: .rejected, operation: "open the engine's state \(path)",
            detail:
                "it was written by a newer batchdeck (\(version)layout \(found)); this is "
                + "batchdeck \(BatchdeckVersion.current), which knows layouts up to \(known)",
            advice: "Nothing was changed. Use \(program), or another state folder.")
    }

    /// The layout a database has.
    static func number(_ db: Database) throws -> Int {
        try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
    }

    /// The version of the program that wrote it last; nil before layout 3.
    private static func origin(_ db: Database) throws -> String? {
        guard try db.tableExists("origin") else { return nil }
        return try String.fetchOne(db, sql: "SELECT version FROM origin")
    }

    /// Notes this program's version; writes only what is not there already.
    static func sign(_ db: Database) throws {
        guard try db.tableExists("origin") else { return }
        let current = BatchdeckVersion.current
        guard try String.fetchOne(db, sql: "SELECT version FROM origin") != current else { return }
        try db.execute(sql: "DELETE FROM origin")
        try db.execute(sql: "INSERT INTO origin (version) VALUES (?)", arguments: [current])
    }
}

extension Engine {
    /// Looks at a state folder's layout before anything in it is touched.
    ///
    /// - Throws: `.rejected` for a newer program's state, `.unexpected` when it cannot be read.
    static func checkLayout(_ state: String) throws(ServiceFailure) {
        do {
            try StateLayout.check(state + "/engine.sqlite", isKnown: EngineDatabase.version)
            try StateLayout.check(state + "/blobs.sqlite", isKnown: BlobRecordStore.layout)
        } catch let failure as ServiceFailure {
            throw failure
        } catch {
            throw ServiceFailure(
                kind: .unexpected, operation: "start the local engine",
                detail: "the state in \(state) cannot be read: \(error)",
                advice: "Make the folder readable or choose another with --state.")
        }
    }
}
