import BatchClient
import BatchModel
import Foundation
import TestSupport
import Testing

@testable import Commands

/// What a form keeps on this machine: presets, recent drafts; and what it reads from it.
@Suite struct FormFilesTests {
    private let folder: TemporaryFolder
    private let files: FormFiles
    private let drafts = Box<[JobDraft]>([])

    init() throws {
        folder = try TemporaryFolder("formfiles")
        files = LiveFormFiles.make(
            context: "local", environment: ["BATCHDECK_HOME": folder.path])
    }

    private var environment: [String: String] { ["BATCHDECK_HOME": folder.path] }

    private func draft(_ reference: DataReference, size: Int? = nil) -> JobDraft {
        JobDraft(
            endpoint: "wine-classifier", deployment: "gnb",
            inputs: [.init(name: "input", value: .data(type: nil, reference: reference))],
            overrides: JobDraft.Overrides(miniBatchSize: size))
    }

    private func invoke(_ arguments: String...) async -> Said {
        let drafts = self.drafts
        var desk = Desk { $0.accept(into: drafts) }
        desk.environment = environment
        return await desk.run(["invoke"] + arguments)
    }

    @Test func aPresetComesBackWithItsSettingsAndDeployment() async throws {
        let saved = draft(.local(path: "./wines"), size: 7)
        try await files.savePreset(saved, "nightly run")
        let found = try await files.presets("wine-classifier")
        #expect(found.map(\.name) == ["nightly run"])
        #expect(found.first?.draft == saved)
        #expect(found.first?.problem.isEmpty == true)
        #expect(try await files.presets("other").isEmpty)
        let file = "config/presets/wine-classifier/nightly run.yml"
        #expect(try folder.read(file).hasPrefix("# az ml batch-endpoint invoke"))
        try await files.deletePreset("wine-classifier", "nightly run")
        #expect(try await files.presets("wine-classifier").isEmpty)
        await #expect(throws: ServiceFailure.self) {
            try await files.deletePreset("wine-classifier", "nightly run")
        }
    }

    @Test func aPresetHoldsNoSecret() async throws {
        try await files.savePreset(draft(.url("https://h/c?sv=1&sig=S3CR3T")), "a")
        let text = try folder.read("config/presets/wine-classifier/a.yml")
        #expect(!text.contains("S3CR3T"))
        #expect(text.contains("sig=***"))
    }

    @Test(arguments: ["", "../x", ".x", "a/b", " a", "ä", String(repeating: "x", count: 65)])
    func whatIsNoNameIsRefused(name: String) async {
        await #expect(throws: ServiceFailure.self) {
            try await files.savePreset(draft(.local(path: "./a")), name)
        }
    }

    @Test func aFileWrittenByHandIsAPresetAndABrokenOneSaysWhere() async throws {
        try folder.write(
            "inputs:\n  input: azureml:wine-data:2\n",
            to: "config/presets/wine-classifier/hand.yml")
        try folder.write("inputs: [\n", to: "config/presets/wine-classifier/broken.yml")
        let found = try await files.presets("wine-classifier")
        #expect(found.map(\.name) == ["broken", "hand"])
        #expect(found.first?.problem.contains("broken.yml") == true)
        #expect(
            found.last?.draft.inputs.first?.value
                == .data(type: nil, reference: .asset(name: "wine-data", version: .named("2"))))
    }

    @Test func invokeBeginsWithAPresetAndItsFlagsWin() async throws {
        try await files.savePreset(draft(.local(path: "./wines"), size: 7), "nightly")
        let plain = await invoke("-n", "wine-classifier", "--preset", "nightly")
        #expect(plain.code == 0, "\(plain.talk)")
        #expect(drafts.current.last == draft(.local(path: "./wines"), size: 7))
        let changed = await invoke(
            "-n", "wine-classifier", "--preset", "nightly", "--input", "./others", "-m", "9",
            "--set", "inputs.input.type=uri_file")
        #expect(changed.code == 0, "\(changed.talk)")
        var expected = draft(.local(path: "./others"), size: 9)
        expected.inputs[0].value = .data(type: .uriFile, reference: .local(path: "./others"))
        #expect(drafts.current.last == expected)
        let missing = await invoke("-n", "wine-classifier", "--preset", "weekly")
        #expect(missing.code == 2)
        #expect(missing.talk.contains("there are: nightly"))
    }

    @Test func draftsThatWereUsedAreKeptWithoutSecretsNewestFirst() async throws {
        await files.noteUsed(draft(.local(path: "./a")))
        await files.noteUsed(draft(.url("https://h/c?sig=S3CR3T"), size: 3))
        await files.noteUsed(draft(.local(path: "./a")))
        let other = LiveFormFiles.make(context: "local", environment: environment)
        let found = await other.recent()
        #expect(found.count == 2, "the same draft is there once")
        #expect(found.first == draft(.local(path: "./a")))
        #expect(found.last?.inputs.isEmpty == true)
        #expect(found.last?.overrides.miniBatchSize == 3)
        #expect(!(try folder.read("state/recent/local.json")).contains("S3CR3T"))
        let elsewhere = LiveFormFiles.make(context: "cloud", environment: environment)
        #expect(await elsewhere.recent().isEmpty)
    }

    @Test func aPathOrNameWithASecretIsLeftOutOfWhatWasUsed() async throws {
        var used = draft(.local(path: "h.blob.core.windows.net/c?sv=1&sig=S3CR3T"))
        used.experimentName = "e?sig=S3CR3T"
        used.overrides.outputFileName = "o?sig=S3CR3T"
        await files.noteUsed(used)
        let kept = try #require(await files.recent().first)
        #expect(kept.inputs.isEmpty && kept.experimentName == nil && kept.overrides.isEmpty)
        #expect(!(try folder.read("state/recent/local.json")).contains("S3CR3T"))
    }

    @Test func aPastedCommandOrFileIsReadAndAnythingElseRefused() async throws {
        let command = try await files.readJob(
            "az ml batch-endpoint invoke -n heart --input ./a -m 5 -g mine", "wine-classifier")
        #expect(command.draft.endpoint == "heart")
        #expect(command.draft.overrides.miniBatchSize == 5)
        #expect(command.leftOut == ["-g mine"])
        let yaml = try await files.readJob("inputs:\n  a: ./b\n", "wine-classifier")
        #expect(yaml.draft.endpoint == "wine-classifier")
        #expect(yaml.draft.inputs.map(\.name) == ["a"])
        await #expect(throws: ServiceFailure.self) {
            try await files.readJob("az ml batch-endpoint invoke --foo", "wine-classifier")
        }
    }

    @Test func anOrderForDataBecomesAPlanWithAnAbsolutePath() async throws {
        let path = try folder.write("1\n", to: "data/a.csv")
        try folder.write(
            "name: items\nversion: \"4\"\ntype: uri_file\npath: data/a.csv\n", to: "items.yml")
        let plan = try await files.dataPlan(
            DataOrder(file: folder.path + "/items.yml", version: "5"))
        #expect(plan == DataPlan(name: "items", version: "5", type: .uriFile, path: path))
        await #expect(throws: ServiceFailure.self) {
            try await files.dataPlan(DataOrder(name: "x", path: folder.path + "/nothing"))
        }
    }
}
