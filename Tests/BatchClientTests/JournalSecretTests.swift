import BatchModel
import TestSupport
import Testing

@testable import BatchClient

/// The journal outlives the job: what opens somebody's data must not lie in it.
@Suite struct JournalSecretTests {
    private static let secret = "canary-signature"
    private static let password = "canary-passw0rd"

    private static let draft = JobDraft(
        endpoint: "wine", deployment: "red",
        inputs: [
            JobDraft.Input(
                name: "data",
                value: .data(
                    type: .uriFolder,
                    reference: .url("https://a.test/c?sv=1&sig=\(secret)&se=2"))),
            JobDraft.Input(
                name: "other",
                value: .literal(text: "Server=x;Password=\(password);Database=y")),
        ])

    /// Every byte of the journal's files: the database, its log and the log's index.
    private func bytes(_ folder: TestFolder) throws -> String {
        let names = try folder.files().filter { $0.contains("submissions.sqlite") }
        #expect(!names.isEmpty)
        return try names.map { try folder.read($0) ?? "" }.joined()
    }

    private func expectNoSecret(_ folder: TestFolder) throws {
        let bytes = try bytes(folder)
        #expect(!bytes.contains(Self.secret))
        #expect(!bytes.contains(Self.password))
        #expect(bytes.contains("https:") && bytes.contains("a.test"))
    }

    @Test func aDraftIsKeptWithoutItsSecrets() async throws {
        let folder = try TestFolder()
        let journal = SubmissionJournal(folder: folder.path)
        let now = Timestamp(secondsSinceEpoch: 1_900_000_000)
        try await journal.prepare(id: "1", draft: Self.draft, at: now)
        try await journal.noteSending(
            "1", inputs: ["data": "https://a.test/c?sv=1&sig=\(Self.secret)&se=2"], at: now)
        try await journal.note(
            "1", .unknown, note: "no answer from https://a.test/c?sig=\(Self.secret)")
        try expectNoSecret(folder)
        let entry = try #require(try await journal.entry("1"))
        #expect(entry.draft == Self.draft.withoutSecrets)
        #expect(entry.draft.lostSecrets == [.input("data"), .input("other")])
        #expect(entry.inputs == ["data": "https://a.test/c?sv=1&sig=***&se=2"])
        #expect(entry.note == "no answer from https://a.test/c?sig=***")
    }

    @Test func aPathOrANameWithASecretIsKeptWithoutIt() async throws {
        let folder = try TestFolder()
        let journal = SubmissionJournal(folder: folder.path)
        let address = "a.test/c/f.csv?sv=1&sig=\(Self.secret)"
        let draft = JobDraft(
            endpoint: "wine",
            inputs: [
                JobDraft.Input(
                    name: "data", value: .data(type: nil, reference: .local(path: address)))
            ], experimentName: "e?sig=\(Self.secret)", jobName: "j?sig=\(Self.secret)")
        let now = Timestamp(secondsSinceEpoch: 1_900_000_000)
        try await journal.prepare(id: "1", draft: draft, at: now)
        #expect(!(try bytes(folder).contains(Self.secret)))
        let entry = try #require(try await journal.entry("1"))
        #expect(entry.draft.lostSecrets == [.input("data"), .experimentName])
    }

    /// Works on the journal's file from outside.
    private func sqlite(_ folder: TestFolder, _ statements: [String]) throws {
        let script = """
            import sqlite3, sys
            base = sqlite3.connect(sys.argv[1], isolation_level=None)
            for statement in sys.argv[2:]: base.execute(statement)
            """
        let result = try Run.program(
            Tool.find("python3"),
            ["-c", script, folder.path + "/submissions.sqlite"] + statements)
        try #require(result.status == 0, "\(result.errors)")
    }

    /// The table as the first version made it, with rows as that wrote them, and one that nobody can read.
    private func oldJournal(in folder: TestFolder) throws {
        let text = String(decoding: try WireJSON.encode(Self.draft), as: UTF8.self)
        let address = "https://a.test/?sig=\(Self.secret)"
        let rows = [
            ("old", text, "unknown"), ("sent", text, "sending"),
            ("odd", "{\"draft\":\"\(address)\"", "pondering"),
        ]
        try sqlite(
            folder,
            [
                "PRAGMA journal_mode = WAL",
                """
                CREATE TABLE submission (
                    id TEXT PRIMARY KEY, draft TEXT NOT NULL, endpoint TEXT NOT NULL,
                    state TEXT NOT NULL, at INTEGER NOT NULL, note TEXT NOT NULL,
                    job TEXT, pid INTEGER NOT NULL)
                """,
            ]
                + rows.map { id, text, state in
                    "INSERT INTO submission VALUES ('\(id)', '\(text)', 'wine', '\(state)', "
                        + "1900000000000000, '\(address)', NULL, 999999999)"
                })
    }

    @Test func whatAnEarlierVersionWroteIsMaskedAndItsBytesAreGone() async throws {
        let folder = try TestFolder()
        try oldJournal(in: folder)
        #expect(try bytes(folder).contains(Self.secret))
        let journal = SubmissionJournal(folder: folder.path)
        let open = try await journal.undecided(besides: [])
        #expect(open.map(\.id) == ["old", "sent", "odd"])
        #expect(open[0].draft == Self.draft.withoutSecrets)
        #expect(open[0].note == "https://a.test/?sig=***")
        try expectNoSecret(folder)
        // A second opening finds nothing more to do, and the rows as they are.
        let again = SubmissionJournal(folder: folder.path)
        #expect(try await again.undecided(besides: []) == open)
    }

    @Test func whatTheSecondVersionLeftIsMaskedToo() async throws {
        let folder = try TestFolder()
        try oldJournal(in: folder)
        try sqlite(folder, ["PRAGMA user_version = 2"])
        let journal = SubmissionJournal(folder: folder.path)
        #expect(try await journal.undecided(besides: []).count == 3)
        try expectNoSecret(folder)
    }

    @Test func aRowThatCannotBeReadIsShownAllTheSame() async throws {
        let folder = try TestFolder()
        try oldJournal(in: folder)
        let odd = try #require(
            try await SubmissionJournal(folder: folder.path).undecided(besides: []).last)
        #expect(odd.draft.endpoint == "wine" && odd.state == .unknown)
        #expect(odd.note.contains("cannot be read"))
    }

    @Test func aRowOfAProcessWhoseNumberAnotherHasByNowIsUndecided() async throws {
        let folder = try TestFolder()
        let journal = SubmissionJournal(folder: folder.path)
        let now = Timestamp(secondsSinceEpoch: 1_900_000_000)
        try await journal.prepare(id: "1", draft: Self.draft, at: now)
        // Process 1 always runs, and was not started then.
        #if os(Linux)
            try sqlite(folder, ["UPDATE submission SET pid = 1, birth = '-1'"])
            #expect(try await journal.undecided(besides: []).map(\.id) == ["1"])
        #endif
        let birth = ProcessBirth.of(1).map { "'\($0)'" } ?? "NULL"
        try sqlite(folder, ["UPDATE submission SET pid = 1, birth = \(birth)"])
        #expect(try await journal.undecided(besides: []).isEmpty)
    }

    @Test func aCancelledTaskStillWritesDown() async throws {
        let folder = try TestFolder()
        let journal = SubmissionJournal(folder: folder.path)
        let now = Timestamp(secondsSinceEpoch: 1_900_000_000)
        let task = Task {
            try await Eventually.settled("the cancelling") { Task.isCancelled }
            try await journal.prepare(id: "1", draft: Self.draft, at: now)
            try await journal.note("1", .unknown, note: "cancelled")
        }
        task.cancel()
        try await task.value
        #expect(try await journal.entry("1")?.state == .unknown)
    }
}
