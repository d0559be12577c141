import BatchClient
import BatchModel
import Testing

@testable import Commands

/// `invoke`, from the draft to the job and its end.
@Suite struct InvokeRunTests {
    private let drafts = Box<[JobDraft]>([])
    private let good = ["invoke", "-n", "wine-classifier", "--input", "azureml:wine-data:2"]

    private func desk(_ change: (inout BatchClient) -> Void = { _ in }) -> Desk {
        let drafts = self.drafts
        return Desk { client in
            client.accept(into: drafts)
            change(&client)
        }
    }

    @Test func theJobsNameAloneGoesToStandardOutput() async {
        let said = await desk().run(good + ["--no-input"])
        #expect(said.code == 0)
        #expect(said.output == "batchjob-1\n")
        #expect(said.talk.isEmpty)
        #expect(drafts.current.count == 1)
    }

    @Test func asJSONTheJobIsOneDocument() async throws {
        let said = await desk { $0.follow(through: Samples.snapshot(.completed)) }
            .run(good + ["--watch", "-o", "json"])
        #expect(said.code == 0)
        #expect(try said.json().at("name") == .string("batchjob-1"))
        #expect(said.talk.contains("Completed"))
    }

    @Test func uploadsAndSearchesAreTalkedOf() async {
        let said = await desk { client in
            client.submit = { _, phase in
                for done in [0, 1] {
                    phase(
                        .uploading(
                            TransferProgress(
                                filesDone: done, filesTotal: 1, bytesDone: 0, bytesTotal: 9)))
                }
                phase(
                    .uploading(
                        TransferProgress(
                            filesDone: 3, filesTotal: 3, bytesDone: 9, bytesTotal: 9)))
                phase(.sending)
                phase(.lookingForJob)
                return Samples.job
            }
        }.run(good)
        #expect(
            said.talk == """
                uploaded 1 file
                uploaded 3 files
                no clear answer came; looking for the job

                """)
        #expect(said.output == "batchjob-1\n")
    }

    @Test(arguments: [false, true])
    func watchingTalksInWholeLinesAndNeverRedraws(isTerminal: Bool) async {
        var desk = desk {
            $0.follow(
                through: Samples.snapshot(.preparing), Samples.snapshot(.running, done: 0),
                Samples.snapshot(.running, done: 0), Samples.snapshot(.running, done: 2, failed: 1),
                Samples.snapshot(.completed, done: 4, failed: 1))
        }
        desk.isTerminal = isTerminal
        let said = await desk.run(good + ["--watch"])
        #expect(said.code == 0)
        #expect(said.output == "batchjob-1\n")
        #expect(
            said.talk == """
                batchjob-1  Preparing
                batchjob-1  0/4 mini-batches
                batchjob-1  Running
                batchjob-1  2/4 mini-batches, 1 failed
                batchjob-1  4/4 mini-batches, 1 failed
                batchjob-1  Completed

                """)
        #expect(!said.talk.steers)
    }

    @Test func aWatchedJobThatFailsIsExitCodeThree() async {
        let said = await desk {
            $0.follow(through: Samples.snapshot(.failed))
            $0.usefulError = { _ in
                JobError(headline: "ValueError: 7", text: "Traceback\nValueError: 7")
            }
        }.run(good + ["--watch"])
        #expect(said.code == 3)
        #expect(said.output == "batchjob-1\n")
        #expect(said.talk.hasSuffix("Traceback\nValueError: 7\n"))
    }

    @Test func aDryRunPrintsTheRequestAndSendsNothing() async {
        let said = await desk().run(good + ["--dry-run"])
        #expect(said.code == 0)
        #expect(
            said.output == """
                POST http://127.0.0.1:1/jobs
                Authorization: Bearer ***

                {"properties": {}}

                """)
        #expect(
            said.talk
                == "would upload ./wines (3 files, 900 bytes) to azureml://datastores/w/paths/x\n")
        #expect(drafts.current.isEmpty)
    }

    @Test func aDryRunAsJSONIsOneDocument() async throws {
        let said = await desk().run(good + ["--dry-run", "-o", "json"])
        #expect(said.talk.isEmpty)
        #expect(
            try said.json()
                == .object([
                    "method": .string("POST"), "url": .string("http://127.0.0.1:1/jobs"),
                    "headers": .array([.string("Authorization: Bearer ***")]),
                    "body": .object(["properties": .object([:])]),
                    "uploads": .array([
                        .string("./wines (3 files, 900 bytes) to azureml://datastores/w/paths/x")
                    ]),
                ]))
    }

    @Test func aDryRunThatNamesNoDeploymentLetsThePreviewSayWhatIsMissing() async {
        let said = await desk { client in
            client.endpoint = { Endpoint(name: $0) }
            client.preview = { _ throws(ServiceFailure) in
                throw ServiceFailure(
                    kind: .rejected, operation: "submit", detail: "no default deployment")
            }
        }.run(good + ["--dry-run"])
        #expect(said.code == 2)
        #expect(said.talk.contains("no default deployment"))
    }

    /// What the rules refuse, and words that the sentence must hold.
    static let refusals: [(arguments: [String], words: [String])] = [
        (["-n", "nope", "--input", "./x"], ["nope"]),
        (["-n", "wine-classifier", "-d", "nope", "--input", "./x"], ["nope"]),
        (["-n", "wine-classifier"], ["needs one data input"]),
        (
            ["-n", "wine-classifier", "--input", "azureml:a:1", "--input", "azureml:a:2"],
            ["exactly one data input", "there are 2"]
        ),
        (
            ["-n", "wine-classifier", "--input", "./x", "--set", "inputs.b.path=./y"],
            ["exactly one data input"]
        ),
        (
            ["-n", "wine-classifier", "--set", "inputs.threshold.default=0.7"],
            ["Literal", "gnb is a model deployment"]
        ),
        (
            ["-n", "wine-classifier", "--input", "./x", "--experiment-name", "trial"],
            ["experiment_name", "gnb is a model deployment"]
        ),
        (
            ["-n", "wine-classifier", "--input", "./x", "--input-type", "mltable"],
            ["not a supported data"]
        ),
        (
            ["-n", "wine-classifier", "--input", "./x", "--input-type", "folder"],
            ["folder is not a type of input", "uri_folder"]
        ),
        (
            ["-n", "wine-classifier", "--input", "./x", "--output-path", "./out"],
            ["Blob datastore", "local path"]
        ),
        (["-n", "wine-classifier", "--input", "./x", "-m", "0"], ["mini_batch_size", "at least"]),
        (
            ["-n", "tumour", "--set", "inputs.table.type=string", "inputs.table.path=https://h/x"],
            ["input table", "string", "address of data was given"]
        ),
        (
            ["-n", "tumour", "--set", "inputs.table.path=./x", "inputs.depth.default=0x3"],
            ["depth", "integer expected, got 0x3"]
        ),
        (
            ["-n", "wine-classifier", "--input", "./x", "--set", "inputs.UriFolder.mode=mounted"],
            ["mounted", "ro_mount"]
        ),
        (["-n", "wine-classifier", "--input", "./x", "-c", "0"], ["instance_count"]),
        (["-n", "tumour", "--input", "./x"], ["`--input` has no name", "declared: table, depth"]),
        (
            ["-n", "tumour", "--set", "inputs.table.path=./x", "inputs.depth.default=10"],
            ["depth", "greater than 9"]
        ),
        (
            ["-n", "tumour", "--set", "inputs.table.path=./x", "-m", "3"],
            ["mini_batch_size", "pipeline component"]
        ),
    ]

    @Test(arguments: refusals)
    func badInputIsExitCodeTwoAlsoInADryRun(arguments: [String], words: [String]) async {
        for flag in [[], ["--dry-run"]] {
            let said = await desk().run(["invoke"] + arguments + flag)
            #expect(said.code == 2, "\(arguments + flag)")
            #expect(said.output.isEmpty)
            for word in words { #expect(said.talk.contains(word), "\(said.talk)") }
            #expect(drafts.current.isEmpty, "nothing was sent")
        }
    }

    @Test func aDryRunHoldsWhatWasFoundAgainstTheDraft() async {
        let said = await desk { client in
            client.findings = { draft in
                let reference = DataReference.asset(name: "wine-data", version: .named("2"))
                return [reference: .missing(detail: "No version 2.", advice: "There are: 1.")]
            }
        }.run(good + ["--dry-run"])
        #expect(said.code == 2)
        #expect(said.talk.contains("No version 2. There are: 1."))
    }

    @Test func whatIsGoneOnlyAfterTheSubmissionIsNotAMistakeOfTheCommandLine() async {
        let said = await desk { client in
            client.follow = { _ in
                AsyncThrowingStream { $0.finish(throwing: BatchClient.missing("find the job")) }
            }
        }.run(good + ["--watch"])
        #expect(said.code == 5)
        #expect(said.output == "batchjob-1\n")
    }
}
