import BatchClient
import BatchModel
import Testing

@testable import Commands

/// `invoke --sweep`: many jobs by one command.
@Suite struct SweepVerbTests {
    private let drafts = Box<[JobDraft]>([])
    private let base = [
        "invoke", "-n", "tumour", "--set", "inputs.table.path=azureml:table:1",
        "inputs.table.type=uri_folder",
    ]

    private func desk(_ change: (inout BatchClient) -> Void = { _ in }) -> Desk {
        let drafts = self.drafts
        return Desk { client in
            client.accept(into: drafts)
            change(&client)
        }
    }

    @Test func everyValueIsAJobWithTheTagOfTheSweepAndALine() async {
        let said = await desk().run(base + ["--sweep", "depth=1..3"])
        #expect(said.code == 0, "\(said.talk)")
        #expect(
            said.lines == ["batchjob-1\tdepth=1", "batchjob-1\tdepth=2", "batchjob-1\tdepth=3"])
        let sent = drafts.current
        #expect(
            sent.map { $0.inputs.last?.value }
                == ["1", "2", "3"].map { .literal(text: $0) })
        #expect(Set(sent.map(\.tags)) == [[Sweep.tag: Sweep.id(at: Samples.morning)]])
        #expect(sent.map(\.jobName) == ["depth=1", "depth=2", "depth=3"])
    }

    @Test func severalSweepsAreCombinedAndSettingsSweepToo() async {
        let said = await desk().run([
            "invoke", "-n", "wine-classifier", "--input", "azureml:wine-data:2", "--job-name",
            "trial", "--sweep", "mini_batch_size=5,10", "--sweep", "error_threshold=0,1",
        ])
        #expect(said.code == 0, "\(said.talk)")
        #expect(drafts.current.map(\.overrides.miniBatchSize) == [5, 5, 10, 10])
        #expect(drafts.current.map(\.overrides.errorThreshold) == [0, 1, 0, 1])
        #expect(drafts.current[0].jobName == "trial mini_batch_size=5 error_threshold=0")
    }

    @Test func asJSONEachJobIsALineOfItsOwn() async throws {
        let said = await desk().run(base + ["--sweep", "depth=1,2", "-o", "json"])
        #expect(said.lines.count == 2)
        let first = try WireJSON.decode(JSONValue.self, from: Array(said.lines[0].utf8))
        #expect(first.at("values.depth") == .string("1"))
        #expect(first.at("job.name") == .string("batchjob-1"))
        #expect(first.at("error") == .null)
    }

    @Test func oneBadValueKeepsAllFromBeingSent() async {
        let said = await desk().run(base + ["--sweep", "depth=1,99"])
        #expect(said.code == 2)
        #expect(said.talk.contains("depth=99: input depth"))
        #expect(drafts.current.isEmpty)
    }

    @Test func anOutputsPlaceForAllKeepsThemFromBeingSentUnlessThereIsOne() async {
        let place = "outputs.score.path=azureml://datastores/store/paths/out"
        let said = await desk().run(base + [place, "--sweep", "depth=1,2"])
        #expect(said.code == 2)
        #expect(said.talk.contains("output score: Every job of the sweep would write to this one"))
        #expect(drafts.current.isEmpty)
        let one = await desk().run(base + [place, "--sweep", "depth=1"])
        #expect(one.code == 0, "\(one.talk)")
        #expect(drafts.current.count == 1)
    }

    @Test(arguments: [
        (["depth"], "NAME=VALUES"), (["depth=1,1"], "1 is there twice"),
        (["depth=1..999"], "more than 200 values"), (["nothing=1,2"], "nothing is not a setting"),
    ])
    func whatIsNoSweepIsRefused(sweep: [String], words: String) async {
        let said = await desk().run(base + ["--sweep"] + sweep)
        #expect(said.code == 2, "\(said.talk)")
        #expect(said.talk.contains(words), "\(said.talk)")
        #expect(drafts.current.isEmpty)
    }

    @Test func aRefusedJobIsNamedTheOthersAreSentAndTheCodeSaysSo() async {
        let drafts = self.drafts
        let said = await desk { client in
            let submit = client.submit
            client.submit = { draft, phase throws(ServiceFailure) in
                guard draft.jobName != "depth=2" else {
                    throw ServiceFailure(
                        kind: .conflict, operation: "submit to tumour", detail: "it is full")
                }
                return try await submit(draft, phase)
            }
        }.run(base + ["--sweep", "depth=1..3"])
        #expect(said.code == 7)
        #expect(said.lines.count == 2)
        #expect(said.talk.contains("depth=2: could not submit to tumour: it is full"))
        #expect(drafts.current.count == 2)
    }

    @Test func aDryRunSendsNothing() async {
        let said = await desk().run(base + ["--sweep", "depth=1..3", "--dry-run"])
        #expect(said.code == 0)
        #expect(said.lines == ["depth=1", "depth=2", "depth=3"])
        #expect(drafts.current.isEmpty)
    }

    @Test func aDryRunIsInTheChosenForm() async throws {
        let said = await desk().run(base + ["--sweep", "depth=1,2", "--dry-run", "-o", "json"])
        let rows = try #require(try said.json().items)
        #expect(rows.map { $0.at("label") } == [.string("depth=1"), .string("depth=2")])
        #expect(rows.first?.at("values.depth") == .string("1"))
        #expect(drafts.current.isEmpty)
    }

    @Test(arguments: [
        (ServiceFailure.Kind.unreachable, 1), (.unauthorized, 1), (.conflict, 3),
    ])
    func whereTheRestWouldFareNoBetterItIsNotSent(
        kind: ServiceFailure.Kind, count: Int
    ) async {
        let asked = Box(0)
        let said = await desk { client in
            client.submit = { _, _ throws(ServiceFailure) in
                asked.change { $0 += 1 }
                throw ServiceFailure(kind: kind, operation: "submit", detail: "it is so")
            }
        }.run(base + ["--sweep", "depth=1..3"])
        #expect(asked.current == count)
        #expect(said.talk.contains("the rest was not sent: 2 jobs") == (count == 1))
        #expect(said.code == ExitCodes.code(for: kind))
    }

    @Test func aSweepSaysPhasesAndWhatIsUndecidedAsOneJobDoes() async {
        let said = await desk { client in
            let submit = client.submit
            client.submit = { draft, phase throws(ServiceFailure) in
                phase(.lookingForJob)
                return try await submit(draft, phase)
            }
            client.undecided = {
                [
                    Submission(
                        id: "s", draft: JobDraft(endpoint: "tumour"), at: Samples.morning, note: "")
                ]
            }
        }.run(base + ["--sweep", "depth=1,2"])
        #expect(said.talk.contains("looking for the job"))
        #expect(said.talk.contains("1 submission has no known outcome"))
        let retried = await desk { client in
            client.pastDraft = { _, _ in PastDraft(draft: JobDraft(endpoint: "wine-classifier")) }
            client.submit = { _, phase throws(ServiceFailure) in
                phase(.lookingForJob)
                throw ServiceFailure(kind: .outcomeUnknown, operation: "submit", detail: "it broke")
            }
            client.undecided = {
                [
                    Submission(
                        id: "s", draft: JobDraft(endpoint: "tumour"), at: Samples.morning, note: "")
                ]
            }
        }.run("job", "retry", "-n", "batchjob-1")
        #expect(retried.talk.contains("looking for the job"))
        #expect(retried.talk.contains("1 submission has no known outcome"))
    }
}
