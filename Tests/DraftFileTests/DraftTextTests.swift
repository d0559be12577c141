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
