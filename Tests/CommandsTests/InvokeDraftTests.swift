import BatchClient
import BatchModel
import TestSupport
import Testing

@testable import Commands

/// `invoke`, from the command line to the draft that is submitted.
@Suite struct InvokeDraftTests {
    private let drafts = Box<[JobDraft]>([])

    /// The one draft that a command line comes to.
    private func draft(
        of arguments: [String], input: String = "", environment: [String: String] = [:],
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> JobDraft {
        let drafts = self.drafts
        var desk = Desk { client in
            client.submit = { draft, _ in
                drafts.change { $0.append(draft) }
                return Samples.job
            }
        }
        desk.input = input
        desk.environment = environment
        let said = await desk.run(["invoke"] + arguments)
        #expect(said.code == 0, "\(said.talk)", sourceLocation: sourceLocation)
        #expect(said.output == "batchjob-1\n", sourceLocation: sourceLocation)
        return try #require(drafts.current.last, sourceLocation: sourceLocation)
    }

    private let wineTwo = DataReference.asset(name: "wine-data", version: .named("2"))

    @Test func everyFlagOfTheOfficialClientFillsItsField() async throws {
        let long = try await draft(of: [
            "--name", "wine-classifier", "--deployment-name", "gnb", "--input",
            "azureml:wine-data:2", "--input-type", "uri_file", "--output-path",
            "azureml://datastores/w/paths/out/p.csv", "--mini-batch-size", "7",
            "--instance-count", "2", "--job-name", "mine", "--experiment-name", "trial", "--set",
            "output_file_name=p.csv",
        ])
        let expected = JobDraft(
            endpoint: "wine-classifier", deployment: "gnb",
            inputs: [
                .init(name: "UriFile", value: .data(type: .uriFile, reference: wineTwo))
            ],
            outputs: [
                .init(
                    name: "score",
                    reference: .datastorePath(datastore: "w", path: "out/p.csv"))
            ],
            overrides: JobDraft.Overrides(
                miniBatchSize: 7, instanceCount: 2, outputFileName: "p.csv"),
            experimentName: "trial", jobName: "mine")
        #expect(long == expected)
        let short = try await draft(of: [
            "-n", "wine-classifier", "-d", "gnb", "--input", "azureml:wine-data:2",
            "--input-type", "UriFile", "--output-path", "azureml://datastores/w/paths/out/p.csv",
            "-m", "7", "-c", "2", "--job-name", "mine", "--experiment-name", "trial", "--set",
            "output_file_name=p.csv",
        ])
        #expect(short == expected)
    }

    @Test func whatIsNotSaidIsLeftToTheServiceAndTheData() async throws {
        let draft = try await draft(of: ["-n", "wine-classifier", "--input", "./wines"])
        #expect(
            draft
                == JobDraft(
                    endpoint: "wine-classifier",
                    inputs: [
                        .init(
                            name: "UriFolder",
                            value: .data(type: nil, reference: .local(path: "./wines")))
                    ]))
    }

    @Test(arguments: [
        ("azureml:wine-data@latest", DataReference.asset(name: "wine-data", version: .latest)),
        ("azureml:/wine-data@latest", .asset(name: "wine-data", version: .latest)),
        ("azureml://datastores/w/paths/a/b", .datastorePath(datastore: "w", path: "a/b")),
        ("https://host/folder", .url("https://host/folder")), ("~/wines", .local(path: "~/wines")),
        (Samples.version.armID, .assetID(Samples.version.armID)),
    ])
    func everyFormOfDataIsTaken(text: String, reference: DataReference) async throws {
        let draft = try await draft(of: ["-n", "e", "--input", text])
        #expect(draft.inputs.map(\.value) == [.data(type: nil, reference: reference)])
    }

    @Test func settingsFollowOneFlagOrManyAndTypesComeInAnyOrder() async throws {
        let draft = try await draft(of: [
            "-n", "tumour", "--set", "inputs.table.type=uri_folder",
            "inputs.table.path=azureml:wine-data:2", "--set", "inputs.depth.default=-4",
            "inputs.depth.type=integer", "error_threshold=-1", "--job-name", "mine", "--set",
            "outputs.score.path=azureml://datastores/w/paths/o",
        ])
        #expect(
            draft.inputs == [
                .init(name: "table", value: .data(type: .uriFolder, reference: wineTwo)),
                .init(name: "depth", value: .literal(text: "-4")),
            ])
        #expect(draft.outputs.map(\.name) == ["score"])
        #expect(draft.overrides == JobDraft.Overrides(errorThreshold: -1))
        #expect(draft.jobName == "mine")
    }

    private static let inputs = """
        inputs:
          table: {type: uri_folder, path: azureml:wine-data:2}
          depth: {type: integer, default: 4}
        outputs:
          score: {path: azureml://datastores/w/paths/file}
        experiment_name: from-file

        """

    @Test func inputsComeFromAFileOrFromStandardInput() async throws {
        let folder = try TemporaryFolder("inputs")
        let path = try folder.write(Self.inputs, to: "inputs.yml")
        let fromFile = try await draft(of: ["-n", "tumour", "--file", path])
        #expect(
            fromFile.inputs == [
                .init(name: "table", value: .data(type: .uriFolder, reference: wineTwo)),
                .init(name: "depth", value: .literal(text: "4")),
            ])
        #expect(fromFile.experimentName == "from-file")
        let fromInput = try await draft(of: ["-n", "tumour", "-f", "-"], input: Self.inputs)
        #expect(fromInput == fromFile)
        let fromHome = try await draft(
            of: ["-n", "tumour", "-f", "~/inputs.yml"], environment: ["HOME": folder.path])
        #expect(fromHome == fromFile)
    }

    @Test func flagsWinOverTheFileAndSettingsOverBoth() async throws {
        let draft = try await draft(
            of: [
                "-n", "tumour", "-f", "-", "--experiment-name", "from-flag", "--output-path",
                "azureml://datastores/w/paths/flag", "-m", "3", "--set", "mini_batch_size=4",
                "inputs.depth.default=5",
            ], input: Self.inputs)
        #expect(draft.experimentName == "from-flag")
        #expect(
            draft.outputs.map(\.reference) == [.datastorePath(datastore: "w", path: "flag")])
        #expect(draft.overrides.miniBatchSize == 4)
        #expect(draft.inputs.last?.value == .literal(text: "5"))
        let set = try await self.draft(
            of: [
                "-n", "tumour", "-f", "-", "--experiment-name", "from-flag", "--set",
                "experiment_name=from-set",
            ], input: Self.inputs)
        #expect(set.experimentName == "from-set")
    }

    /// What can be told from the words alone: the arguments, and words that the sentence must hold.
    static let mistakes: [(arguments: [String], words: [String])] = [
        ([], ["--name"]), (["-n", "e", "--input", "s3://bucket/x"], ["s3", "Accepted"]),
        (["-n", "e", "--input", ""], ["can't be empty"]),
        (["-n", "e", "--input", "azureml:wine-data"], ["names no version"]),
        (["-n", "e", "--input", "azureml:wine-data@newest"], ["only label is @latest"]),
        (["-n", "e", "--output-path", "s3://b"], ["s3", "Accepted"]),
        (["-n", "e", "-m", "many"], ["mini_batch_size", "many", "whole number"]),
        (["-n", "e", "-c", "1.5"], ["instance_count", "1.5", "whole number"]),
        (["-n", "e", "--set", "mini_batch_size"], ["KEY=VALUE"]),
        (["-n", "e", "--set", "colour=red"], ["colour", "Accepted", "error_threshold"]),
        (["-n", "e", "--set", "inputs.a.type=string"], ["inputs.a.type", "no value"]),
        (["-n", "e", "--file", "/not/there.yml"], ["/not/there.yml", "cannot be read"]),
        (["-n", "e", "--input", "./x", "--input-type", "number"], ["uri_file", "--set"]),
        (["-n", "e", "--input-type", "uri_file"], ["--input-type needs --input"]),
        (["-n", "e", "--inputs", "./x"], ["--inputs"]), (["-n", "e", "./x"], ["./x"]),
        (["-n", "e", "--input", "./x", "-o", "xml"], ["xml", "table", "json"]),
    ]

    @Test(arguments: mistakes)
    func aMistakeIsExitCodeTwoAndASentence(arguments: [String], words: [String]) async {
        // Nothing of the client is swapped: whatever was asked would fail with exit code 1.
        let said = await Desk().run(["invoke"] + arguments)
        #expect(said.code == 2)
        #expect(said.output.isEmpty)
        for word in words { #expect(said.talk.contains(word), "\(said.talk)") }
    }

    @Test func aSlipInAnInputsFileIsRefusedWithWhatWasMeant() async {
        var desk = Desk()
        desk.input = Self.inputs.replacing("outputs:", with: "ouputs:")
        let said = await desk.run("invoke", "-n", "tumour", "--file", "-")
        #expect(said.code == 2 && said.output.isEmpty)
        #expect(said.talk.contains("Did you mean outputs?"), "\(said.talk)")
    }

    @Test func modesComeFromFileAndSettings() async throws {
        let file = Self.inputs.replacing("paths/file}", with: "paths/file, mode: upload}")
        let draft = try await draft(
            of: ["-n", "tumour", "-f", "-", "--set", "inputs.table.mode=download"], input: file)
        #expect(draft.inputs.first?.mode == "download")
        #expect(draft.outputs.map(\.mode) == ["upload"])
    }

    @Test func aBrokenInputsFileIsRefusedWithItsLine() async {
        var desk = Desk()
        desk.input = "inputs:\n  depth: {type: integer}\n"
        let said = await desk.run("invoke", "-n", "tumour", "--file", "-")
        #expect(said.code == 2)
        #expect(said.talk.contains("-:2"), "\(said.talk)")
        #expect(said.talk.contains("inputs.depth has no value"), "\(said.talk)")
    }
}
