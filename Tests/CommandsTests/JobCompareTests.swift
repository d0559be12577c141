import BatchClient
import BatchModel
import Testing

@testable import Commands

/// `job compare`: two jobs side by side.
@Suite struct JobCompareTests {
    private static let desk = Desk { client in
        client.job = { id throws(ServiceFailure) in
            var job = Samples.job
            job.id = id
            switch id {
            case "batchjob-1": job.status = .completed
            case "batchjob-2":
                job.status = .failed
                job.inputs = ["UriFolder": "azureml:wine-data:1"]
            default:
                throw ServiceFailure(
                    kind: .notFound, operation: "show job \(id)", detail: "there is none")
            }
            return job
        }
        client.pastDraft = { id, _ in
            PastDraft(
                draft: JobDraft(
                    endpoint: "wine-classifier",
                    overrides: JobDraft.Overrides(miniBatchSize: id == "batchjob-1" ? 5 : nil)),
                hasSettings: id == "batchjob-1")
        }
        client.usefulError = { _ in JobError(headline: "ValueError: broken", text: "") }
    }

    @Test func whatDiffersIsATable() async {
        let said = await Self.desk.run(
            "job", "compare", "-n", "batchjob-1", "--with", "batchjob-2", "--only-differences")
        #expect(said.code == 0, "\(said.talk)")
        #expect(said.talk == "3 of 15 differ\n")
        #expect(said.lines.count == 4, "\(said.output)")
        #expect(said.lines.first?.contains("BATCHJOB-2") == true, "\(said.output)")
        #expect(said.output.contains("azureml:wine-data:1"))
        #expect(said.output.contains("ValueError: broken"))
    }

    @Test func rowsAreJSONWithStableMembersAndCanBeQueried() async throws {
        let said = await Self.desk.run(
            "job", "compare", "-n", "batchjob-1", "--with", "batchjob-2", "-o", "json", "--query",
            "[?name==`mini_batch_size`]")
        #expect(
            try said.json()
                == .array([
                    .object([
                        "section": .string("overrides"), "name": .string("mini_batch_size"),
                        "left": .string("5"), "right": .null, "difference": .string("unknown"),
                    ])
                ]))
    }

    @Test(arguments: ["jsonl", "yaml", "tsv", "table"])
    func everyFormIsPrinted(form: String) async {
        let said = await Self.desk.run(
            "job", "compare", "-n", "batchjob-1", "--with", "batchjob-2", "-o", form)
        #expect(said.code == 0 && said.output.contains("azureml:wine-data:2"), "\(said)")
    }

    @Test func aJobThatIsNotThereAndTheSameJobTwiceAreRefused() async {
        let gone = await Self.desk.run(
            "job", "compare", "-n", "batchjob-1", "--with", "batchjob-3")
        #expect(gone.code == 5 && gone.talk.contains("batchjob-3"))
        let same = await Self.desk.run(
            "job", "compare", "-n", "batchjob-1", "--with", "batchjob-1")
        #expect(same.code == 2 && same.talk.contains("same job"))
    }
}
