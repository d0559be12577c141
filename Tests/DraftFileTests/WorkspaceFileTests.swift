import BatchModel
import Testing

@testable import DraftFile

@Suite struct WorkspaceFileTests {
    @Test func anEndpointIsRead() throws {
        let yaml = """
            $schema: https://example.org/schema.json
            name: wine-classifier
            description: reds
            auth_mode: aad_token
            defaults:
              deployment_name: gnb
            tags: {team: a}
            """
        let parsed = EndpointFile.parse(yaml: yaml, file: "endpoint.yml")
        #expect(parsed.problems.isEmpty)
        #expect(
            parsed.value?.endpoint
                == Endpoint(
                    name: "wine-classifier", summary: "reds", defaultDeployment: "gnb",
                    tags: ["team": "a"]))
    }

    @Test(arguments: ["{description: reds}", "name: other\ndescription: reds\n...\n"])
    func aValueBesideTheFileStandsInPlaceOfItsOwn(yaml: String) {
        let parsed = EndpointFile.parse(yaml: yaml, file: "e.yml", said: ["name": "wine"])
        #expect(parsed.problems.isEmpty, "\(parsed.problems)")
        #expect(parsed.value?.endpoint.name == "wine")
        #expect(parsed.value?.endpoint.summary == "reds")
        let wrong = EndpointFile.parse(yaml: yaml, file: "e.yml", said: ["name": "1"])
        #expect(
            wrong.problems.map(\.file) == [""], "held to the same rules, and not said of the file")
        let deployment = DeploymentFile.parse(
            yaml: Self.newLayout, file: "d.yml", said: ["name": "far", "endpoint_name": "wine"])
        #expect(deployment.problems.isEmpty, "\(deployment.problems)")
        #expect(deployment.value?.deployment.name == "far")
        #expect(deployment.value?.deployment.endpoint == "wine")
    }

    static let newLayout = """
        name: nearest
        endpoint_name: digits
        type: model
        model: {name: m, path: model}
        code_configuration: {code: code, scoring_script: score.py}
        environment: {name: e, image: i, conda_file: conda.yml}
        compute: azureml:local
        resources: {instance_count: 3}
        settings:
          mini_batch_size: 4
          max_concurrency_per_instance: 2
          output_action: summary_only
          retry_settings: {max_retries: 1, timeout: 90}
          error_threshold: 5
          logging_level: debug
          environment_variables: {A: "1"}
        """

    @Test func bothLayoutsOfADeploymentComeToTheSame() throws {
        let lines = Self.newLayout.split(separator: "\n").map { String($0) }
        let legacy = lines.filter { $0 != "type: model" && $0 != "settings:" }
            .map { $0.hasPrefix("  ") ? String($0.dropFirst(2)) : $0 }.joined(separator: "\n")
        let new = DeploymentFile.parse(yaml: Self.newLayout, file: "d.yml")
        let old = DeploymentFile.parse(yaml: legacy, file: "d.yml")
        #expect(new.problems.isEmpty, "\(new.problems)")
        #expect(old.problems.isEmpty, "\(old.problems)")
        #expect(new.value == old.value)
        let settings = try #require(new.value?.deployment.modelSettings)
        #expect(
            settings
                == ModelSettings(
                    miniBatchSize: 4, maxConcurrencyPerInstance: 2, instanceCount: 3, maxRetries: 1,
                    timeout: .seconds(90), errorThreshold: 5, outputAction: .summaryOnly,
                    loggingLevel: "debug"))
        #expect(new.value?.environmentVariables == ["A": "1"])
        #expect(new.value?.codeFolder == "code")
        #expect(new.value?.deployment.compute == "local")
    }

    /// A broken file, the line it is broken on, a word of what is said.
    static let broken: [(yaml: String, line: Int?, word: String)] = [
        ("name: gnb\n  bad: [", 2, "YAML"), ("", 1, "empty"), ("- a\n- b", 1, "Keys and values"),
        ("endpoint_name: e\nmodel: azureml:m:1", 1, "name is missing"),
        ("name: x\nendpoint_name: e\nmodel: azureml:m:1", 1, "not a name"),
        (newLayout.replacing("size: 4", with: "size: many"), 10, "whole number"),
        (newLayout.replacing("summary_only", with: "append"), 12, "append_row or summary_only"),
        (newLayout.replacing("type: model", with: "type: online"), 3, "model or pipeline"),
        (newLayout.replacing("debug", with: "loud"), 15, "warning or info or debug"),
        ("name: gnb\nname: gnb", 1, "twice"),
        (String(repeating: "[", count: 100), 1, "nested"),
        (String(repeating: "- ", count: 100), 1, "nested"),
    ]

    @Test(arguments: broken) func aBrokenFileIsNamedWithItsLine(
        yaml: String, line: Int?, word: String
    ) {
        let parsed = DeploymentFile.parse(yaml: yaml, file: "d.yml")
        #expect(parsed.value == nil)
        let messages = parsed.errors.map(\.message)
        #expect(parsed.errors.contains { $0.line == line }, "\(messages)")
        #expect(messages.contains { $0.contains(word) && $0.hasPrefix("d.yml") }, "\(messages)")
    }

    @Test func anUnknownKeyIsAWarningAndTheFileCounts() {
        let parsed = DeploymentFile.parse(
            yaml: Self.newLayout + "\n  mini_batch_sise: 3", file: "d.yml")
        #expect(parsed.value != nil)
        #expect(parsed.problems.map(\.isWarning) == [true])
        #expect(parsed.problems.first?.message.contains("mini_batch_sise") == true)
    }

    @Test func dataAssetsAreRead() {
        let parsed = DataAssetFile.parse(
            yaml: "name: wine-data\nversion: 2\ntype: uri_folder\npath: ./wine/v2/", file: "d.yml")
        #expect(
            parsed.value
                == DataAssetFile(
                    name: "wine-data", version: "2", type: .uriFolder, path: "./wine/v2/",
                    summary: nil))
        let more = DataAssetFile.parse(
            yaml: "name: wine-data\npath: ./wine\ntags: {a: b}\nproperties: {source: lab, year: 7}",
            file: "d.yml")
        #expect(more.value?.tags == ["a": "b"])
        #expect(more.value?.properties == ["source": "lab", "year": "7"])
    }
}
