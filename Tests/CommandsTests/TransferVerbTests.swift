import BatchClient
import BatchModel
import Testing

@testable import Commands

/// Who only uses verbs learns of unfinished transfers and can strike them off.
@Suite struct TransferVerbTests {
    private static func record(
        _ id: String, _ state: TransferRecord.State
    ) -> TransferRecord {
        var record = TransferRecord(
            id: id, work: .results(job: "job-1", folder: "/tmp/out"), state: state,
            startedAt: Samples.morning)
        record.progress = TransferProgress(
            filesDone: 1, filesTotal: 3, bytesDone: 10, bytesTotal: 40)
        return record
    }

    private let forgotten = Box<[String]>([])

    private var desk: Desk {
        Desk { client in
            client.transfers.list = { () throws(ServiceFailure) in
                [
                    Self.record("a1", .left), Self.record("a2", .failed),
                    Self.record("b1", .elsewhere),
                ]
            }
            let forgotten = forgotten
            client.transfers.forget = { id throws(ServiceFailure) in
                forgotten.change { $0.append(id) }
            }
        }
    }

    @Test func theyAreListedInEveryForm() async throws {
        let table = await desk.run("transfer", "list")
        #expect(table.code == 0 && table.lines.count == 4)
        #expect(table.output.contains("results of job-1") && table.output.contains("left over"))
        let all = try await desk.run("transfer", "-o", "json").json()
        guard case .array(let items) = all else { throw NotAList() }
        #expect(items.count == 3 && items[0]["state"]?.string == "left over")
        #expect(items[0]["bytes_total"]?.wholeNumber == 40)
        let some = await desk.run(
            "transfer", "list", "-o", "tsv", "--query", "[?state=='failed'].id")
        #expect(some.output == "a2\n")
    }

    private struct NotAList: Error {}

    @Test func oneIsForgottenByTheBeginningOfItsId() async {
        #expect(await desk.run("transfer", "forget", "-i", "a2").code == 0)
        #expect(forgotten.current == ["a2"])
        let vague = await desk.run("transfer", "forget", "-i", "a")
        #expect(vague.code == 2 && vague.talk.contains("2 transfers begin with a"))
        let none = await desk.run("transfer", "forget", "-i", "z")
        #expect(none.code == 5)
        #expect(forgotten.current == ["a2"])
    }

    @Test func aWholeIdWinsOverThoseThatBeginWithIt() async {
        var desk = self.desk
        desk.client.transfers.list = { () throws(ServiceFailure) in
            [Self.record("a12", .left), Self.record("a1", .left)]
        }
        #expect(await desk.run("transfer", "forget", "-i", "a1").code == 0)
        #expect(forgotten.current == ["a1"])
    }

    @Test func aDownloadAndADataAssetAreGoneOnWith() async throws {
        let done = Box<[String]>([])
        var desk = self.desk
        desk.client.download = { order, _ in
            done.change { $0.append("\(order.job) into \(order.folder)") }
            return DownloadReport(folder: order.folder, files: ["a"], bytes: 1)
        }
        let said = await desk.run("transfer", "resume", "--id", "a1", "-o", "json")
        #expect(said.code == 0, "\(said.talk)")
        #expect(try said.json()["folder"]?.string == "/tmp/out")
        #expect(done.current == ["job-1 into /tmp/out"])
        let busy = await desk.run("transfer", "resume", "-i", "b1")
        #expect(busy.code == ExitCodes.conflict && busy.talk.contains("elsewhere"))

        let asset = TransferRecord(
            id: "c1",
            work: .asset(DataPlan(name: "mine", type: .uriFolder, path: "/tmp/mine")),
            state: .failed, startedAt: Samples.morning)
        desk.client.transfers.list = { () throws(ServiceFailure) in [asset] }
        desk.client.control.putData = { plan, _ in
            done.change { $0.append("put \(plan.name)") }
            return Samples.version
        }
        #expect(await desk.run("transfer", "resume", "-i", "c").code == 0)
        #expect(done.current.last == "put mine")
    }

    @Test func allMeansThoseThatNobodyIsAt() async throws {
        let said = await desk.run("transfer", "forget", "--all", "-o", "json")
        #expect(forgotten.current == ["a1", "a2"])
        #expect(try said.json() == .array([.string("a1"), .string("a2")]))
        for words in [["transfer", "forget"], ["transfer", "forget", "--all", "-i", "a1"]] {
            #expect(await desk.run(words).code == 2)
        }
    }
}
