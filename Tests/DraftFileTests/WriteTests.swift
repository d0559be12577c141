import BatchModel
import Foundation
import Testing

@testable import DraftFile

/// Files that are written are read back as what was meant, and keep what a person wrote in them.
@Suite struct WriteTests {
    // MARK: - Endpoints

    static let endpoint = """
        # The reds.
        name: wine
        description: reds  # short
        auth_mode: aad_token
        defaults:
          deployment_name: gnb # the good one
        tags:
          team: a

        """

    private func read(_ yaml: String) throws -> Endpoint {
        try #require(EndpointFile.parse(yaml: yaml, file: "e.yml").value).endpoint
    }

    @Test func anotherDefaultDeploymentChangesItsLineAlone() throws {
        var wanted = try read(Self.endpoint)
        wanted.defaultDeployment = "probs"
        let text = EndpointFile(wanted).text(over: Self.endpoint)
        #expect(
            text
                == Self.endpoint.replacingOccurrences(
                    of: "deployment_name: gnb #", with: "deployment_name: probs #"))
    }

    @Test func aFirstDefaultDeploymentComesAtTheEnd() throws {
        let text = EndpointFile(Endpoint(name: "wine", defaultDeployment: "gnb"))
            .text(over: "name: wine # mine")
        #expect(text == "name: wine # mine\ndefaults:\n  deployment_name: gnb\n")
    }

    @Test func anEndpointThatSaysSoAlreadyKeepsItsText() throws {
        let text = EndpointFile(try read(Self.endpoint)).text(over: Self.endpoint)
        #expect(text == Self.endpoint)
    }

    @Test func keysThatNobodyChangedStay() throws {
        let old = Self.endpoint + "properties:\n  made_by: hand\n"
        var wanted = try read(old)
        wanted.tags = ["team": "b", "stage": "1"]
        wanted.summary = nil
        let text = EndpointFile(wanted).text(over: old)
        #expect(try read(text) == wanted)
        #expect(text.contains("made_by: hand"))
        #expect(text.contains("stage: \"1\""))
    }

    static let endpoints: [Endpoint] = [
        Endpoint(name: "wine"),
        Endpoint(
            name: "wine", summary: "two\nlines: \"and\" # more", defaultDeployment: "gnb",
            tags: ["a": "1", "b": "true", "c": "x: y", "d": "- z", "e": "2026-01-01", "ä ö": "ü"]),
    ]

    @Test(arguments: endpoints) func anEndpointGoesAroundTheCircle(endpoint: Endpoint) throws {
        #expect(try read(EndpointFile(endpoint).text()) == endpoint)
        let over = EndpointFile(endpoint).text(over: Self.endpoint)
        #expect(try read(over) == endpoint)
    }

    // MARK: - Deployments

    private static func model(
        _ settings: ModelSettings = ModelSettings(), variables: [String: String] = [:]
    ) -> DeploymentFile {
        var file = DeploymentFile(
            deployment: Deployment(
                name: "gnb", endpoint: "wine", kind: .model(settings), summary: "Bayes: quick",
                compute: "local", tags: ["kind": "bayes"]))
        file.modelReference = "azureml:wine-gnb:1"
        file.modelName = file.modelReference
        file.codeFolder = "code"
        file.scoringScript = "score.py"
        file.environmentName = "azureml:wine-env:1"
        file.environmentVariables = variables
        return file
    }

    private static func pipeline(_ settings: [String: String]) -> DeploymentFile {
        DeploymentFile(
            deployment: Deployment(
                name: "gnb", endpoint: "wine",
                kind: .pipelineComponent(
                    PipelineSettings(componentID: "azureml:prep:1", settings: settings)),
                compute: settings["default_compute"].map { String($0.dropFirst(8)) }))
    }

    static let deployments: [DeploymentFile] = [
        model(),
        model(
            ModelSettings(
                miniBatchSize: 3, maxConcurrencyPerInstance: 2, instanceCount: 4, maxRetries: 0,
                timeout: .seconds(90), errorThreshold: 7, outputFileName: "rows.csv",
                loggingLevel: "debug"), variables: ["A": "1", "B": "yes", "C": ""]),
        model(ModelSettings(outputAction: .summaryOnly)),
        pipeline([:]),
        pipeline(["default_compute": "azureml:cpu", "continue_on_step_failure": "false"]),
    ]

    static let olds: [String?] = [
        nil,
        """
        name: gnb
        endpoint_name: wine
        type: model
        model: {name: m, path: model}
        code_configuration: {code: code, scoring_script: old.py}
        environment: {name: e, image: i, conda_file: conda.yml}
        resources: {instance_count: 2, instance_type: big}
        settings: {mini_batch_size: 5, output_file_name: old.csv, instance_count: 3}
        """,
        """
        name: gnb
        endpoint_name: wine
        model: azureml:other:2
        code_configuration: {code: code, scoring_script: old.py}
        environment: azureml:e:1
        mini_batch_size: 5
        environment_variables: {A: "2"}
        """,
        "name: [",
    ]

    @Test(arguments: deployments, olds)
    func aDeploymentGoesAroundTheCircle(file: DeploymentFile, old: String?) throws {
        let text = file.text(over: old)
        let parsed = DeploymentFile.parse(yaml: text, file: "d.yml")
        #expect(parsed.problems.isEmpty, "\(parsed.problems) in \(text)")
        #expect(parsed.value == file, "\(text)")
    }

    @Test func whatADeploymentKeepsIsWrittenAsItStood() throws {
        let old = try #require(Self.olds[1])
        var wanted = try #require(DeploymentFile.parse(yaml: old, file: "d.yml").value)
        #expect(wanted.text(over: old) == old)
        wanted.deployment.summary = "new"
        let text = wanted.text(over: old)
        #expect(text.contains("conda_file: conda.yml"), "\(text)")
        #expect(text.contains("instance_type: big"))
        #expect(DeploymentFile.parse(yaml: text, file: "d.yml").value == wanted)
    }

    // MARK: - Assets

    @Test func assetsGoAroundTheCircle() throws {
        let model = ModelFile(
            name: "m", version: "1", type: "mlflow_model", path: "m@1/model", description: "d",
            tags: ["a": "1"])
        #expect(ModelFile.parse(yaml: model.text, file: "m.yml").value == model)
        let environment = EnvironmentFile(
            name: "e", version: "2", image: "i:latest", condaPath: "e@2/conda.yml", summary: "d",
            osType: "linux", tags: ["a": "1"])
        #expect(EnvironmentFile.parse(yaml: environment.text(), file: "e").value == environment)
        let compute = ComputeFile(
            name: "c", type: "amlcompute", summary: "d", size: "big", minInstances: 0,
            maxInstances: 4, tags: ["a": "1"])
        #expect(ComputeFile.parse(yaml: compute.text, file: "c").value == compute)
    }

    @Test(arguments: [Datastore.Kind.blob, .dataLakeGen1, .dataLakeGen2, .file, .oneLake])
    func aDatastoreGoesAroundTheCircle(kind: Datastore.Kind) throws {
        let store = Datastore(
            name: "store", kind: kind, accountName: "acc", containerName: "box",
            endpointSuffix: "core.windows.net", credentialsType: "None", summary: "d",
            tags: ["a": "1"])
        let text = try #require(DatastoreFile(store).text)
        #expect(DatastoreFile.parse(yaml: text, file: "s").value?.datastore == store)
    }

    @Test func otherWordsLeaveTheRestOfAnAsset() throws {
        let old = "name: m # mine\nversion: \"1\"\npath: ./here\nstage: test\n"
        let text = try #require(AssetWords(summary: "d", tags: ["a": "b"]).text(over: old))
        let model = try #require(ModelFile.parse(yaml: text, file: "m").value)
        #expect(model.summary == "d" && model.tags == ["a": "b"] && model.path == "./here")
        #expect(text.contains("stage: test"))
    }

    // MARK: - Components

    @Test func aComponentsWrappingsAreTakenOff() throws {
        let spec = try WireJSON.decode(JSONValue.self, from: Array(Self.spec.utf8))
        let text = ComponentText(spec, name: "azureml_anonymous", version: "v1") { id in
            id.contains("/components/") ? "azureml:azureml_anonymous:" + id.lastSegment : nil
        }.text(code: nil)
        let lookup = ComponentLookup { reference, _ in
            #expect(reference == "azureml:azureml_anonymous:prep")
            return .found(yaml: Self.step, file: "c.yml", isRegistered: true)
        }
        let parsed = ComponentFile.parse(
            yaml: text, file: "p.yml", isRegistered: true, components: lookup)
        #expect(parsed.problems.isEmpty, "\(parsed.problems) in \(text)")
        guard case .pipeline(let pipeline)? = parsed.value else {
            Issue.record("no pipeline: \(text)")
            return
        }
        #expect(pipeline.inputs.map(\.name) == ["input_data", "rows"])
        #expect(pipeline.steps.map(\.name) == ["prepare"])
        #expect(
            pipeline.steps.first?.inputs == [
                "raw_data": .parentInput("input_data"), "rows": .parentInput("rows"),
            ])
        #expect(pipeline.steps.first?.outputs == ["prepared": .parentOutput("scores")])
    }

    private static let step = """
        name: azureml_anonymous
        version: prep
        type: command
        inputs: {raw_data: {type: uri_folder}, rows: {type: integer, optional: true}}
        outputs: {prepared: {type: uri_folder}}
        environment: azureml:e:1
        command: run ${{inputs.raw_data}} $[[${{inputs.rows}}]] ${{outputs.prepared}}
        """

    private static let spec = """
        {"name":"x","version":"9","type":"pipeline","_source":"YAML.COMPONENT","sourceJobId":null,
         "inputs":{"input_data":{"type":"uri_folder"},
                   "rows":{"type":"integer","optional":true,"min":"1","default":null}},
         "outputs":{"scores":{"type":"uri_folder","mode":"upload"}},
         "jobs":{"prepare":{"name":"prepare","type":"command","_source":"YAML.COMPONENT",
           "componentId":"azureml:/subscriptions/s/x/components/azureml_anonymous/versions/prep",
           "inputs":{"raw_data":{"job_input_type":"literal","value":"${{parent.inputs.input_data}}"},
                     "rows":{"job_input_type":"literal","value":"${{parent.inputs.rows}}"}},
           "outputs":{"prepared":{"type":"literal","value":"${{parent.outputs.scores}}"}}}}}
        """
}

extension WriteTests {
    @Test func aCondaFileIsNoEnvironment() {
        let parsed = EnvironmentFile.parse(
            yaml: "name: e\nchannels: [conda-forge]\ndependencies: [python=3.10]\n", file: "c.yml")
        #expect(parsed.value == nil && parsed.problems.isEmpty)
    }
}
