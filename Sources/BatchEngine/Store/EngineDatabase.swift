// The engine's SQLite file.
//
// One connection writes, from the committer's thread alone, with WAL and synchronous=FULL: a commit that has returned is on the
// disk. It is a DatabaseQueue because GRDB's pool sets synchronous=NORMAL on its writer, which may lose the last commits.
// A second, read-only connection answers lists and look-ups, so that reading never waits for a sync.

import BatchModel
import GRDB

/// The two connections to the engine's database.
struct EngineDatabase: Sendable {
    /// The layout this program writes; a file with a higher number is refused.
    static let version = migrations.count

    /// The only connection that writes.
    let writer: DatabaseQueue
    /// The connection that only reads.
    let reader: DatabaseQueue

    /// Opens or creates the database of a state folder, brought up to this program's layout.
    ///
    /// - Parameter migrations: from each layout to the next; only a test gives others.
    /// - Throws: `.rejected` for a layout of a newer program; then nothing was written.
    init(path: String, migrations: [String] = Self.migrations) throws {
        try StateLayout.check(path, isKnown: migrations.count)
        var configuration = Configuration()
        configuration.busyMode = .timeout(10)
        configuration.prepareDatabase { db in
            try db.execute(sql: "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;")
        }
        writer = try DatabaseQueue(path: path, configuration: configuration)
        try writer.write { try Self.migrate($0, migrations) }
        var reading = Configuration()
        reading.readonly = true
        reading.busyMode = .timeout(10)
        reader = try DatabaseQueue(path: path, configuration: reading)
    }

    /// One transaction: a kill in the middle leaves the old layout, whole.
    private static func migrate(_ db: Database, _ migrations: [String]) throws {
        let found = try StateLayout.number(db)
        guard found < migrations.count else { return try StateLayout.sign(db) }
        for migration in migrations[found...] { try db.execute(sql: migration) }
        try db.execute(sql: "PRAGMA user_version = \(migrations.count)")
        try StateLayout.sign(db)
    }

    /// From each layout to the next; what has been released is never changed.
    static let migrations = [schema, pipelines, housekeeping]

    /// Layout 3: jobs can be removed, described, and told who wrote them.
    ///
    /// - `tally.last` is the highest number given in a list, `tally.gap` the highest that is missing; above it numbers are whole.
    ///   Old jobs go first, so that the gap stays below what anybody looks at.
    /// - `removal` holds what is left to remove of jobs that are gone, below the state folder (`StateClean`).
    /// - `origin` holds the version of the program that wrote the state, for those that cannot read it.
    private static let housekeeping = """
        ALTER TABLE tally ADD COLUMN last INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE tally ADD COLUMN gap INTEGER NOT NULL DEFAULT 0;
        UPDATE tally SET last = total;
        ALTER TABLE job ADD COLUMN description TEXT;
        CREATE INDEX job_of_plan ON job (plan);
        CREATE TABLE removal (path TEXT PRIMARY KEY) WITHOUT ROWID;
        CREATE TABLE origin (version TEXT NOT NULL);
        """

    /// Layout 2: jobs of pipeline components and their steps.
    ///
    /// - `job.step` of such a job holds its own name: it has no single step.
    private static let pipelines = """
        ALTER TABLE job ADD COLUMN is_pipeline INTEGER NOT NULL DEFAULT 0;
        CREATE TABLE step (
            job INTEGER NOT NULL, place INTEGER NOT NULL, id TEXT NOT NULL UNIQUE,
            name TEXT NOT NULL, status TEXT NOT NULL, timeline TEXT NOT NULL, started INTEGER,
            ended INTEGER, message TEXT, outputs TEXT NOT NULL,
            PRIMARY KEY (job, place)) WITHOUT ROWID;
        """

    /// Layout 1.
    ///
    /// - `seq`, `in_endpoint` and `in_deployment` count from 1, so that any page of a list is found by arithmetic; `tally` holds
    ///   how many there are. Since layout 3 jobs can be removed, and there the numbers have gaps.
    /// - Numbers of a running job change in `work` alone, a narrow row; `done` holds a bit per mini-batch in pieces of 512
    ///   bytes, of which a commit touches one or two, however long the job is.
    private static let schema = """
        CREATE TABLE job (
            seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, step TEXT NOT NULL UNIQUE,
            display TEXT NOT NULL, endpoint TEXT NOT NULL, deployment TEXT NOT NULL,
            experiment TEXT NOT NULL, in_endpoint INTEGER NOT NULL,
            in_deployment INTEGER NOT NULL, is_archived INTEGER NOT NULL DEFAULT 0,
            status TEXT NOT NULL, timeline TEXT NOT NULL, created INTEGER NOT NULL,
            started INTEGER, ended INTEGER, mini_batches INTEGER, items INTEGER,
            processed INTEGER NOT NULL DEFAULT 0, failed_items INTEGER NOT NULL DEFAULT 0,
            message TEXT, tags TEXT, properties TEXT, repeatability TEXT,
            plan INTEGER NOT NULL);
        CREATE INDEX job_of_endpoint ON job (endpoint, in_endpoint, is_archived);
        CREATE INDEX job_of_deployment
            ON job (endpoint, deployment, in_deployment, is_archived);
        CREATE INDEX job_archived ON job (seq) WHERE is_archived;
        CREATE INDEX job_active ON job (seq) WHERE ended IS NULL;
        CREATE UNIQUE INDEX job_repeated ON job (repeatability) WHERE repeatability IS NOT NULL;
        CREATE TABLE plan (id INTEGER PRIMARY KEY, text TEXT NOT NULL);
        CREATE TABLE tally (
            endpoint TEXT NOT NULL, deployment TEXT NOT NULL, total INTEGER NOT NULL,
            archived INTEGER NOT NULL, PRIMARY KEY (endpoint, deployment)) WITHOUT ROWID;
        CREATE TABLE work (
            job INTEGER PRIMARY KEY, items INTEGER NOT NULL, spool_length INTEGER NOT NULL,
            processed INTEGER NOT NULL, succeeded_items INTEGER NOT NULL,
            failed_items INTEGER NOT NULL, processes INTEGER NOT NULL DEFAULT 0);
        CREATE TABLE done (
            job INTEGER NOT NULL, piece INTEGER NOT NULL, bits BLOB NOT NULL,
            PRIMARY KEY (job, piece)) WITHOUT ROWID;
        CREATE TABLE worker (
            pid INTEGER PRIMARY KEY, start_ticks INTEGER NOT NULL, boot TEXT NOT NULL,
            job INTEGER NOT NULL);
        """
}
