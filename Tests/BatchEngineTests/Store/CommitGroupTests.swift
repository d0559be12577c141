import BatchModel
import GRDB
import Logging
import TestSupport
import Testing

@testable import BatchEngine

/// Groups of changes that find no room. SQLite's own limit of pages is the full disk here: it answers as it would there.
@Suite struct CommitGroupTests {
    private static let log = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

    /// What the group told.
    private final class Told: Sendable {
        let outcomes = Guarded<[MiniBatchLedger.Outcome]>([])
        let failures = Guarded<[String]>([])
        let results = Guarded<[Bool]>([])
    }

    private func commit(
        _ group: inout CommitGroup, _ requests: [Committer.Request], _ told: Told,
        mayHold: Bool = true
    ) {
        group.commit(
            requests, mayHold: mayHold,
            committed: { news in
                told.outcomes.withLock { $0 += news.values.flatMap { $0 } }
            },
            failed: { _, reason in told.failures.withLock { $0.append(reason) } })
    }

    private func change(
        _ told: Told, isPatient: Bool, _ body: @escaping Committer.Change
    ) -> Committer.Request {
        .change(
            body, isPatient: isPatient,
            done: { result in
                let isStored = if case .success = result { true } else { false }
                told.results.withLock { $0.append(isStored) }
            })
    }

    /// A change that needs more pages than there are.
    private static let large: Committer.Change = { db in
        try db.execute(sql: "INSERT INTO plan (text) VALUES (zeroblob(1000000))")
    }

    private func isolated(
        _ body: (inout CommitGroup, EngineDatabase, String, Told) throws -> Void
    ) throws {
        let folder = try TemporaryFolder("group")
        let database = try EngineDatabase(path: folder.path + "/engine.sqlite")
        try database.writer.write { try WorkTable.begin($0, job: 1, itemCount: 10) }
        var group = CommitGroup(database: database, log: Self.log, folder: folder.path)
        let told = Told()
        commit(&group, [.open(job: 1, SpoolStart(path: folder.path + "/rows"))], told)
        try body(&group, database, folder.path, told)
    }

    private func limitPages(_ database: EngineDatabase, spare: Int) throws {
        try database.writer.writeWithoutTransaction { db in
            let count = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
            _ = try Int.fetchOne(db, sql: "PRAGMA max_page_count = \(count + spare)")
        }
    }

    private func record(_ index: Int, _ row: String) -> Committer.Request {
        .record(
            job: 1,
            MiniBatchRecord(
                outcome: MiniBatchLedger.Outcome(index: index, succeeded: 1, failed: 0),
                rows: Array(row.utf8)))
    }

    @Test func aChangeThatFindsNoRoomTakesNobodyElsesRowsBackForGood() throws {
        try isolated { group, database, folder, told in
            try limitPages(database, spare: 2)
            commit(
                &group, [record(0, "a\n"), change(told, isPatient: false, Self.large)], told)
            #expect(group.shortage == .space)
            #expect(told.outcomes.withLock { $0 }.isEmpty, "nothing is said to be stored")
            #expect(told.results.withLock { $0 } == [false], "who waits is told at once")

            commit(&group, [record(1, "b\n")], told)
            #expect(group.shortage == nil)
            #expect(told.outcomes.withLock { $0.map(\.index).sorted() } == [0, 1])
            #expect(told.failures.withLock { $0 }.isEmpty)
            let stored = try database.reader.read {
                try WorkTable.row($0, job: 1, spool: folder + "/rows")
            }
            #expect(stored?.start.totals.processed == 2)
            #expect(stored?.start.committedLength == 4)
            #expect(FileCalls.contents(of: folder + "/rows") == Array("a\nb\n".utf8))
        }
    }

    @Test func aPatientChangeIsDoneOnceThereIsRoom() throws {
        try isolated { group, database, _, told in
            try limitPages(database, spare: 2)
            commit(&group, [change(told, isPatient: true, Self.large)], told)
            #expect(told.results.withLock { $0 }.isEmpty)
            commit(&group, [], told)
            #expect(told.results.withLock { $0 }.isEmpty)
            try limitPages(database, spare: 10_000)
            commit(&group, [], told)
            #expect(told.results.withLock { $0 } == [true])
            #expect(group.shortage == nil)
        }
    }

    @Test func anEngineThatStopsHoldsNothing() throws {
        try isolated { group, database, _, told in
            try limitPages(database, spare: 2)
            commit(&group, [change(told, isPatient: true, Self.large)], told)
            commit(&group, [], told, mayHold: false)
            #expect(told.results.withLock { $0 } == [false])
            #expect(group.letGo().isEmpty)
        }
    }
}
