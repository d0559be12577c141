import BatchModel
import Foundation
import TestSupport
import Testing

@testable import BatchClient

/// What is written down of transfers, and how they are told of, given up and gone on with.
@Suite struct TransferLedgerTests {
    private let folder: TemporaryFolder
    private let clock = FakeClock()
    private let ledger: TransferLedger

    init() throws {
        folder = try TemporaryFolder("ledger")
        ledger = TransferLedger(stateFolder: folder.path, surroundings: clock.surroundings)
    }

    private var files: TransferFiles { TransferFiles(folder: folder.path + "/transfers") }
    private let work = TransferRecord.Work.results(job: "j1", folder: "/tmp/out")

    private func progress(_ bytes: Int64) -> TransferProgress {
        TransferProgress(filesDone: 0, filesTotal: 2, bytesDone: bytes, bytesTotal: 100)
    }

    /// As another process would see it.
    private func later() throws -> [TransferRecord] {
        try TransferLedger(stateFolder: folder.path, surroundings: clock.surroundings).list()
    }

    /// Rewrites who is at a transfer, as if that process were gone.
    private func disown() throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: files.folder) {
            let path = files.folder + "/" + name
            let text = String(
                decoding: try #require(FileManager.default.contents(atPath: path)), as: UTF8.self)
            let own = "\"pid\":\(ProcessInfo.processInfo.processIdentifier)"
            // No process has the highest number there can be.
            try Data(text.replacing(own, with: "\"pid\":2147483646").utf8)
                .write(to: URL(fileURLWithPath: path))
        }
    }

    @Test func whatIsThroughLeavesNothingOnTheDisk() throws {
        let id = ledger.begin(work)
        ledger.advance(id, to: progress(40))
        #expect(try files.all().map(\.state) == [.elsewhere], "it is written down while it goes")
        ledger.end(id, .done)
        #expect(try files.all().isEmpty)
        let listed = try #require(try ledger.list().first)
        #expect(listed.state == .done && listed.progress == progress(40))
    }

    @Test func whatAKilledProcessWasAtIsLeftOver() throws {
        let id = ledger.begin(work)
        ledger.advance(id, to: progress(40))
        #expect(try later().map(\.state) == [.elsewhere])
        try disown()
        let left = try #require(try later().first)
        #expect(left.state == .left && left.id == id && left.isResumable)
        #expect(left.work == work && left.progress == progress(40))
    }

    @Test func theSameWorkTakesTheOldRecordsPlace() throws {
        let id = ledger.begin(work)
        ledger.advance(id, to: progress(40))
        try disown()
        let next = TransferLedger(stateFolder: folder.path, surroundings: clock.surroundings)
        #expect(next.begin(work) == id)
        #expect(try next.list().map(\.state) == [.waiting])
        #expect(next.begin(.results(job: "j1", folder: "/tmp/other")) != id)
    }

    @Test func aFailureIsKeptWithItsReasonOnlyWhereSomethingCame() async throws {
        let reason = ServiceFailure(
            kind: .unreachable, operation: "download", detail: "cut at https://x.test/?sig=abc")
        for hasCome in [true, false] {
            let failed = await failure { () throws(ServiceFailure) in
                _ = try await ledger.download("j1", "/tmp/out", { _ in }) {
                    report throws(ServiceFailure) in
                    if hasCome { report(progress(1)) }
                    throw reason
                }
            }
            #expect(failed == reason)
            let record = try #require(try ledger.list().first)
            #expect(record.state == .failed && record.note.contains("cut at"))
            #expect(!record.note.contains("abc"), "no signature is written down")
            #expect(try files.all().count == (hasCome ? 1 : 0))
            try ledger.forget(record.id)
        }
    }

    @Test func givingUpEndsTheWorkAndKeepsTheRecord() async throws {
        let ledger = ledger
        let gate = Gate()
        let work = Task {
            await failure { () throws(ServiceFailure) in
                _ = try await ledger.download("j1", "/tmp/out", { _ in }) {
                    report throws(ServiceFailure) in
                    report(
                        TransferProgress(
                            filesDone: 0, filesTotal: 1, bytesDone: 1, bytesTotal: 9))
                    await gate.pass()
                    #expect(Task.isCancelled)
                    throw ServiceFailure(
                        kind: .unreachable, operation: "download", detail: "called off")
                }
            }
        }
        _ = try await Eventually.awaited("the download") { gate.isAsked ? true : nil }
        let id = try #require(try ledger.list().first?.id)
        try ledger.giveUp(id)
        gate.open()
        #expect(await work.value?.detail == "it was given up")
        #expect(try ledger.list().map(\.state) == [.givenUp])
        #expect(try files.all().map(\.state) == [.givenUp])
        let again = await failure { () throws(ServiceFailure) in try ledger.giveUp(id) }
        #expect(again?.kind == .conflict)
    }

    @Test func anUploadIsATransferFromItsFirstByteToTheRequest() async throws {
        let draft = JobDraft(
            endpoint: "e", deployment: "d",
            inputs: [
                JobDraft.Input(
                    name: "in", value: .data(type: nil, reference: .local(path: "/tmp/in")))
            ])
        let ledger = ledger
        let job = try await ledger.submit(draft, { _ in }) { report throws(ServiceFailure) in
            report(.checking)
            #expect((try? ledger.list().isEmpty) == true)
            report(.uploading(progress(10)))
            #expect((try? ledger.list().map(\.state)) == [.running])
            report(.sending)
            #expect((try? ledger.list().map(\.state)) == [.done])
            return Job(id: "job-9", status: .running)
        }
        let record = try #require(try ledger.list().first)
        #expect(record.job == job.id && record.isUpload && record.paths == ["/tmp/in"])
        #expect(try files.all().isEmpty)
        let quiet = try await ledger.submit(draft, { _ in }) { report throws(ServiceFailure) in
            report(.sending)
            return Job(id: "job-10", status: .running)
        }
        #expect(quiet.id == "job-10")
        #expect(try ledger.list().count == 1, "what lies there already is no transfer")
    }

    @Test func listenersHearOfEveryEndAndNotOfEveryByte() async throws {
        let id = ledger.begin(work)
        var heard = ledger.watch().makeAsyncIterator()
        #expect(await heard.next()?.map(\.state) == [.waiting])
        clock.advance(.seconds(1))
        ledger.advance(id, to: progress(1))
        #expect(await heard.next()?.first?.progress?.bytesDone == 1)
        ledger.advance(id, to: progress(2))
        ledger.end(id, .done)
        let last = await heard.next()
        #expect(last?.first?.state == .done && last?.first?.progress?.bytesDone == 2)
    }

    @Test func forgettingADownloadTakesItsUnfinishedFilesAndNoOthers() async throws {
        let out = folder.path + "/out"
        for name in [".a.bin.partial", ".a.bin.partial.pieces", "a.csv", ".b.partial", ".c.pieces"]
        {
            try folder.write("x", to: "out/deep/\(name)")
        }
        let id = ledger.begin(.results(job: "j1", folder: out))
        ledger.advance(id, to: progress(40))
        let early = await failure { () throws(ServiceFailure) in try ledger.forget(id) }
        #expect(early?.kind == .conflict, "it is under way")
        ledger.end(id, .failed, note: "cut")
        try ledger.forget(id)
        let left = try FileManager.default.contentsOfDirectory(atPath: out + "/deep").sorted()
        #expect(left == [".b.partial", ".c.pieces", "a.csv"])
        #expect(try ledger.list().isEmpty && files.all().isEmpty)
        let again = await failure { () throws(ServiceFailure) in try ledger.forget(id) }
        #expect(again?.kind == .notFound)
    }

    @Test func forgettingAnUploadTakesItsLogOfPiecesAndNoOthers() throws {
        func draft(_ name: String, to endpoint: Endpoint.Name) -> TransferRecord.Work {
            .inputs(
                JobDraft(
                    endpoint: endpoint, deployment: "d",
                    inputs: [
                        JobDraft.Input(
                            name: "in",
                            value: .data(
                                type: nil, reference: .local(path: folder.path + "/" + name)))
                    ]))
        }
        let logs = ["a b": "1", "a b/x\ny": "2", "a": "3", "c": "4"]
        for (name, log) in logs {
            let word = PieceLog.word(for: "\(folder.path)/\(name)")
            try folder.write("hash 2 0 \(word)\n0\n", to: "transfers/\(log).upload")
        }
        // As an older version wrote it.
        try folder.write("hash 2 0\n0\n", to: "transfers/5.upload")
        func left() throws -> [String] {
            try FileManager.default.contentsOfDirectory(atPath: files.folder)
                .filter { $0.hasSuffix(".upload") }.sorted()
        }
        let id = ledger.begin(draft("a b", to: "e"))
        let same = ledger.begin(draft("c", to: "e"))
        let other = ledger.begin(draft("c", to: "f"))
        for one in [id, same, other] {
            ledger.advance(one, to: progress(40))
            ledger.end(one, .failed, note: "cut")
        }
        try ledger.forget(id)
        #expect(try left() == ["3.upload", "4.upload", "5.upload"])
        try ledger.forget(same)
        #expect(try left() == ["3.upload", "4.upload", "5.upload"], "another needs it")
        try ledger.forget(other)
        #expect(try left() == ["3.upload", "5.upload"])
    }

    @Test func aFileOfAnotherVersionHidesNothing() throws {
        let id = ledger.begin(work)
        try folder.write("{}", to: "transfers/0123.transfer")
        try folder.write("no json", to: "transfers/4567.transfer")
        #expect(try later().map(\.id) == [id])
    }
}
