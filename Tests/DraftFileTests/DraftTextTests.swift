import BatchModel
import DraftFile
import Testing

@Suite struct DraftTextTests {
    private let latest = DataReference.asset(name: "heart", version: .latest)

    @Test func inputsFilesOfEveryFormAreRead() {
        var draft = JobDraft(endpoint: "e")
        let problems = InputsFile.apply(
            yaml: """
                inputs:
                  data: {type: uri_folder, path: azureml:heart@latest}
                  threshold: {type: number, default: 0.7}
                  short: azureml:heart@latest
                outputs:
                  score: {type: uri_file, path: azureml://datastores/d/paths/o.csv}
                """, file: "inputs.yml", to: &draft)
        #expect(problems.isEmpty)
        #expect(
            draft.inputs == [
                .init(name: "data", value: .data(type: .uriFolder, reference: latest)),
                .init(name: "threshold", value: .literal(text: "0.7")),
                .init(name: "short", value: .data(type: nil, reference: latest)),
            ])
        #expect(
            draft.outputs == [
                .init(
                    name: "score", type: .uriFile,
                    reference: .datastorePath(datastore: "d", path: "o.csv"))
            ])
    }

    @Test func aBadInputsFileLeavesTheDraftAsItWas() {
        var draft = JobDraft(endpoint: "e")
        let problems = InputsFile.apply(
            yaml: "inputs:\n  a: azureml:heart@latest\n  b: s3://x", file: "i.yml", to: &draft)
        #expect(draft == JobDraft(endpoint: "e"))
        #expect(problems.map(\.line) == [3])
    }

    /// A text, the line of its mistake, and what is said of it.
    static let unknownKeys: [(yaml: String, line: Int, words: [String])] = [
        (
            "inputs:\n  a: ./b\nouputs: {s: azureml://datastores/d/paths/o}", 3,
            ["ouputs is not", "Did you mean outputs?"]
        ), ("inputs:\n  a: ./b\nmini_batch_size: 5", 3, ["mini_batch_size is not", "--set"]),
        (
            "inputs:\n  a: {type: uri_folder, paht: ./b}", 2,
            ["inputs.a.paht is not", "Did you mean path?"]
        ),
        (
            "outputs:\n  s:\n    path: azureml://datastores/d/paths/o\n    datastore: d", 4,
            ["outputs.s.datastore is not", "Known are type, path, mode, description."]
        ),
    ]

    @Test(arguments: unknownKeys) func aKeyThatNobodyKnowsIsAnError(
        yaml: String, line: Int, words: [String]
    ) {
        var draft = JobDraft(endpoint: "e")
        let problems = InputsFile.apply(yaml: yaml, file: "i.yml", to: &draft)
        #expect(draft == JobDraft(endpoint: "e"))
        #expect(problems.map(\.line) == [line] && problems.allSatisfy { !$0.isWarning })
        for word in words {
            #expect(problems.first?.message.contains(word) == true, "\(problems)")
        }
    }

    @Test func modesOfInputsAndOutputsAreReadAndSet() throws {
        var draft = JobDraft(endpoint: "e")
        let problems = InputsFile.apply(
            yaml: """
                inputs:
                  data: {type: custom_model, path: azureml:heart@latest, mode: ro_mount}
                outputs:
                  score: {path: azureml://datastores/d/paths/o.csv, mode: Upload}
                """, file: "i.yml", to: &draft)
        #expect(problems.isEmpty, "\(problems)")
        #expect(draft.inputs.map(\.mode) == ["ro_mount"])
        #expect(draft.outputs.map(\.mode) == ["Upload"])
        var set = JobDraft(endpoint: "e")
        try DraftSetting.apply(
            [
                "inputs.data.mode=ro_mount", "inputs.data.type=custom_model",
                "inputs.data.path=azureml:heart@latest", "outputs.score.mode=Upload",
                "outputs.score.path=azureml://datastores/d/paths/o.csv",
            ], to: &set)
        #expect(set == draft)
        #expect(try DraftImport.draft(command: DraftExport.azCommand(draft)) == draft)
        let python = DraftExport.python(draft)
        #expect(python.contains("path=\"azureml:heart@latest\", mode=\"ro_mount\")"))
        #expect(python.contains("path=\"azureml://datastores/d/paths/o.csv\", mode=\"Upload\")"))
    }

    @Test func aModeOfAnOutputWithoutAPathIsRefused() {
        var draft = JobDraft(endpoint: "e")
        let problems = InputsFile.apply(
            yaml: "outputs:\n  score: {mode: upload}", file: "i.yml", to: &draft)
        #expect(problems.first?.message.contains("outputs.score has a mode and no path") == true)
    }

    /// Other tools take an output without a type for a folder (ES §6 R4).
    @Test func anOutputThatCanOnlyBeAModelDeploymentsIsCalledAFile() {
        let output = JobDraft.Output(
            name: "s", reference: .datastorePath(datastore: "d", path: "o.csv"))
        let named = JobDraft.Input(name: "data", value: .data(type: nil, reference: latest))
        let open = JobDraft(endpoint: "e", inputs: [named], outputs: [output])
        var ofModel = open
        ofModel.overrides.miniBatchSize = 5
        for (draft, isFile) in [(open, false), (ofModel, true)] {
            let command = DraftExport.azCommand(draft)
            #expect(command.contains("outputs.s.type=uri_file") == isFile)
            let type = isFile ? "uri_file" : "uri_folder"
            #expect(DraftExport.python(draft).contains("Output(type=\"\(type)\""))
        }
    }

    @Test func settingsAreAppliedInAnyOrder() throws {
        var draft = JobDraft(endpoint: "e")
        try DraftSetting.apply(
            [
                "inputs.data.type=uri_file", "inputs.data.path=azureml:heart@latest",
                "inputs.level.default=a=b", "outputs.score.path=azureml://datastores/d/paths/o",
                "mini_batch_size=20", "retry_settings.timeout=60", "compute.instance_count=2",
            ], to: &draft)
        #expect(
            draft
                == JobDraft(
                    endpoint: "e",
                    inputs: [
                        .init(name: "data", value: .data(type: .uriFile, reference: latest)),
                        .init(name: "level", value: .literal(text: "a=b")),
                    ],
                    outputs: [
                        .init(
                            name: "score", reference: .datastorePath(datastore: "d", path: "o"))
                    ],
                    overrides: .init(miniBatchSize: 20, instanceCount: 2, timeout: .seconds(60))))
    }

    @Test(arguments: [
        "nonsense", "=x", "colour=red", "mini_batch_size=many", "inputs.a.type=uri_file",
        "inputs.a.shape=round", "inputs.a.path=s3://x", "outputs.a.type=uri_file",
        "inputs.a.mode=download", "outputs.a.mode=upload",
    ]) func aBadSettingIsRefused(setting: String) {
        var draft = JobDraft(endpoint: "e")
        #expect(throws: SettingError.self) { try DraftSetting.apply([setting], to: &draft) }
    }

    @Test func theExportedCommandIsQuotedAndHoldsNoSignature() {
        var draft = JobDraft(endpoint: "e", deployment: "d")
        draft.setInput(
            "UriFile", .data(type: .uriFile, reference: .url("https://a/b c?sv=1&sig=SECRET")))
        draft.overrides = .init(miniBatchSize: 5, errorThreshold: 2)
        #expect(
            DraftExport.azCommand(draft)
                == "az ml batch-endpoint invoke --name e --deployment-name d "
                + "--input 'https://a/b c?sv=1&sig=***' --input-type uri_file --mini-batch-size 5 "
                + "--set error_threshold=2")
    }
}
