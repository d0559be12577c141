import BatchModel
import Testing

@testable import BatchClient

/// Two processes that settle one submission: what one has found out, the other does not undo.
@Suite struct JournalSettleTests {
    private let now = Timestamp(secondsSinceEpoch: 1_900_000_000)
    private let draft = JobDraft(endpoint: "wine")

    private func opened(_ folder: TestFolder) async throws -> SubmissionJournal {
        let journal = SubmissionJournal(folder: folder.path)
        try await journal.prepare(id: "1", draft: draft, at: now)
        try await journal.note("1", .unknown)
        return journal
    }

    @Test func aJobThatWasFoundIsNotForgotten() async throws {
        let folder = try TestFolder()
        let journal = try await opened(folder)
        try await SubmissionJournal(folder: folder.path).note("1", .accepted, job: "j")
        let failed = await failure { () throws(ServiceFailure) in try await journal.forget("1") }
        #expect(failed?.kind == .conflict)
        #expect(try await journal.entry("1")?.job == "j")
        try await journal.note("1", .unknown, note: "late")
        #expect(try await journal.acceptedJobs() == ["j"])
    }

    @Test func oneSubmissionIsSentAgainOnce() async throws {
        let folder = try TestFolder()
        let journal = try await opened(folder)
        let other = SubmissionJournal(folder: folder.path)
        try await journal.prepare(id: "2", draft: draft, at: now, replacing: "1")
        let draft = draft
        let now = now
        let failed = await failure { () throws(ServiceFailure) in
            try await other.prepare(id: "3", draft: draft, at: now, replacing: "1")
        }
        #expect(failed?.kind == .conflict)
        #expect(try await other.entry("3") == nil)
        #expect(try await other.entry("1")?.note == "sent again as 2")
    }

    /// While one turns the new file to its write-ahead log, SQLite refuses the other at once, whatever its busy timeout.
    @Test func twoThatMakeTheFileInOneInstantBothGetIt() async throws {
        for _ in 0..<100 {
            let folder = try TestFolder()
            let (draft, now) = (draft, now)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for id in ["1", "2"] {
                    group.addTask {
                        let journal = SubmissionJournal(folder: folder.path)
                        try await journal.prepare(id: id, draft: draft, at: now)
                    }
                }
                try await group.waitForAll()
            }
            let both = try await SubmissionJournal(folder: folder.path).undecided(besides: [])
            #expect(both.map(\.id).sorted() == ["1", "2"])
        }
    }
}
