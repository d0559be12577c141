import BatchModel
import Foundation
import TestSupport
import Testing

@testable import BatchEngine

/// Pipeline component deployments from the outside: what is declared, invoked, shown and resolved.
@Suite struct RoutePipelineTests {
    /// Endpoint `pipes` with `score` (by file), `named` (by name, from `components/`), `hello` (inline) and `bad`.
    static let files: [String: String] = [
        "endpoints/pipes/endpoint.yml": "name: pipes\ndefaults: {deployment_name: score}\n",
        "endpoints/pipes/score/deployment.yml": """
        name: score
        endpoint_name: pipes
        type: pipeline
        component: pipeline.yml
        settings: {default_compute: azureml:local, continue_on_step_failure: false}
        """,
        "endpoints/pipes/score/pipeline.yml": """
        type: pipeline
        description: Scores toys.
        inputs:
          toys: {type: uri_folder, description: Which toys.}
          mode: {type: string, enum: [long, short], default: long}
          level: {type: number, min: 0, max: 1, default: 0.5}
          rows: {type: integer, min: 1, optional: true}
          loud: {type: boolean, default: false}
        outputs:
          scores: {type: uri_folder}
          note: {type: uri_file}
        jobs:
          prepare:
            component: prepare.yml
            inputs:
              toys: ${{parent.inputs.toys}}
              rows: ${{parent.inputs.rows}}
            outputs: {ready: }
          score:
            command: >-
              cp -r ${{inputs.ready}}/. ${{outputs.scores}};
              echo ${{inputs.mode}} ${{inputs.level}} ${{inputs.loud}} > ${{outputs.note}}
            environment: {image: i}
            inputs:
              ready: ${{parent.jobs.prepare.outputs.ready}}
              mode: ${{parent.inputs.mode}}
              level: ${{parent.inputs.level}}
              loud: ${{parent.inputs.loud}}
            outputs:
              scores: ${{parent.outputs.scores}}
              note: {type: uri_file, path: "${{parent.outputs.note}}"}
        """,
        "endpoints/pipes/score/prepare.yml": """
        type: command
        inputs:
          toys: {type: uri_folder}
          rows: {type: integer, optional: true}
        outputs: {ready: {type: uri_folder}}
        code: code
        environment: azureml:env:1
        command: sh prepare.sh ${{inputs.toys}} ${{outputs.ready}} $[[${{inputs.rows}}]]
        """,
        "endpoints/pipes/score/code/prepare.sh": """
        echo "rows: ${3:-all}"
        for file in "$1"/*.txt; do sed 's/^/seen /' "$file" > "$2/$(basename "$file")"; done
        """,
        "endpoints/pipes/named/deployment.yml": """
        name: named
        endpoint_name: pipes
        type: pipeline
        component: azureml:adder@latest
        """,
        "components/adders/old.yml": adder("2", "old"),
        "components/adders/new.yml": adder("10", "new"),
        "components/say.yml": """
        name: say
        version: "1"
        type: command
        inputs: {word: {type: string}}
        environment: azureml:env:1
        command: echo ${{inputs.word}}
        """,
        "components/conda.yml": "name: an-environment\ndependencies: [python=3.10]\n",
        "components/broken.yml": "name: broken\ntype: command\n",
        "endpoints/pipes/hello/deployment.yml": """
        name: hello
        endpoint_name: pipes
        type: pipeline
        component:
          type: pipeline
          jobs:
            greet: {command: echo hello, environment: {image: i}}
        """,
        "endpoints/pipes/bad/deployment.yml": """
        name: bad
        endpoint_name: pipes
        type: pipeline
        component:
          type: pipeline
          jobs:
            greet: {command: "echo ${{inputs.x}}", environment: {image: i}}
        """,
    ]

    private static func adder(_ version: String, _ word: String) -> String {
        """
        name: adder
        version: "\(version)"
        type: pipeline
        jobs:
          say: {component: "azureml:say:1", inputs: {word: \(word)}}
        """
    }

    private let fixture: EngineFixture
    private var scope: WorkspaceScope { fixture.engine.scope }

    init() throws { fixture = try EngineFixture(files: Self.files) }

    private func invoke(
        _ inputs: String, outputs: String = "{}", more: String = "", deployment: String? = nil
    ) async -> EngineResponse {
        let json =
            #"{"properties":{"inputData":\#(inputs),"outputData":\#(outputs)\#(more)}}"#
        let headers = deployment.map { [(Engine.deploymentHeader, $0)] } ?? []
        return await fixture.ask(.scoring("pipes", .invoke), headers: headers, json: json)
    }

    private func ended(_ response: EngineResponse) async throws -> Job.ID {
        #expect(response.status == 201, "\(response.text)")
        let wire = try WireJSON.decode(
            WireResource<WireEndpointJob>.self, from: response.bytes)
        let id = Job.ID(try #require(wire.name))
        await fixture.engine.jobs.ended(id)
        return id
    }

    private static let toys = #""toys":{"jobInputType":"UriFolder","uri":"azureml:toys:2"}"#

    // MARK: - Declarations

    @Test func aDeploymentLeadsToWhatItsComponentDeclares() async throws {
        let wire = try await fixture.get(
            WireResource<WireDeployment>.self, .deployment("pipes", "score"))
        let deployment = try #require(Deployment(wire, endpoint: "pipes"))
        guard case .pipelineComponent(let settings) = deployment.kind else {
            Issue.record("not a pipeline")
            return
        }
        let parts = try #require(settings.componentID).split(separator: "/").map(String.init)
        #expect(parts.suffix(4).first == "components")
        #expect(deployment.compute == "local")
        #expect(settings.settings["continue_on_step_failure"] == "false")
        let component = try await fixture.get(
            WireResource<JSONValue>.self,
            .assets(
                .components, .version(name: parts[parts.count - 3], version: parts[parts.count - 1])
            ))
        let spec = component.properties?["componentSpec"]
        #expect(spec?["description"]?.string == "Scores toys.")
        #expect(spec?["inputs"]?["level"]?["default"]?.string == "0.5")
        #expect(spec?["inputs"]?["level"]?["max"]?.string == "1.0")
        #expect(spec?["inputs"]?["rows"]?["optional"] == .boolean(true))
        #expect(spec?["inputs"]?["mode"]?["enum"] == .array([.string("long"), .string("short")]))
        #expect(spec?["outputs"]?["note"]?["type"]?.string == "uri_file")
        let nothing = await fixture.ask(.assets(.components, .version(name: "none", version: "1")))
        #expect(nothing.status == 404)
    }

    @Test func brokenComponentsAreReportedAndTakeNothingElseDown() async throws {
        let problems = fixture.engine.problems.map(\.description)
        #expect(problems.contains { $0.hasPrefix("endpoints/pipes/bad/deployment.yml:7:") })
        #expect(problems.contains { $0.hasPrefix("components/broken.yml:") })
        #expect(!problems.contains { $0.contains("conda.yml") })
        let refused = await invoke("{}", deployment: "bad")
        #expect(refused.status == 404)
        #expect(refused.refusal.contains("inputs.x is not declared"))
        #expect(fixture.engine.problems.filter { $0.file.hasPrefix("endpoints/pipes") }.count == 1)
    }

    @Test func aChangedComponentFileIsSeen() async throws {
        let file = "endpoints/pipes/score/prepare.yml"
        try fixture.write("type: command\n", to: file)
        // Files are looked at once a second.
        let text = try await Eventually.awaited("the changed file") {
            let response = await fixture.ask(.deployment("pipes", "score"))
            return response.text.contains("command is missing") ? response.text : nil
        }
        #expect(text.contains("Failed"))
    }

    // MARK: - Jobs

    @Test func aJobRunsWithEveryKindOfInput() async throws {
        let response = await invoke(
            """
            {\(Self.toys),"mode":{"JobInputType":"literal","Value":"short"},
            "level":{"jobInputType":"Literal","value":"0.25"},
            "rows":{"jobInputType":"Literal","value":2},"loud":{"jobInputType":"Literal","value":true}}
            """,
            outputs: """
                {"scores":{"jobOutputType":"UriFolder",
                "uri":"azureml://datastores/workspaceblobstore/paths/mine/scores/"}}
                """, more: #","properties":{"experimentName":"trial"}"#)
        let id = try await ended(response)
        let wire = try await fixture.get(WireResource<WireJob>.self, .job(id))
        let job = try #require(Job(wire))
        #expect(job.status == .completed, "\(job.errorMessage ?? "")")
        #expect(id.rawValue.hasPrefix("pipelinejob-"))
        #expect(job.experimentName == "trial")
        #expect(job.tags["azureml.jobtype"] == "azureml.pipelinejob")
        #expect(job.tags["azureml.batchrun"] == "true")
        #expect(job.properties["azureml.continue_on_step_failure"] == "False")
        #expect(job.properties["azureml.SourceComponentId"]?.contains("/components/") == true)
        #expect(job.inputs["level"] == "0.25")
        let root = fixture.state + "/blobs/" + fixture.engine.folders.defaultContainer
        func text(_ path: String) throws -> String {
            try String(contentsOfFile: root + "/" + path, encoding: .utf8)
        }
        #expect(try text("mine/scores/bear.txt") == "seen bear\n")
        #expect(try text("azureml/\(id)/note") == "short 0.25 True\n")
    }

    @Test func whatIsLeftOutTakesItsDefaultOrIsLeftOut() async throws {
        let id = try await ended(await invoke("{\(Self.toys)}"))
        let page = try await fixture.get(
            WirePage<WireRun>.self, .history(scope, .children(id.rawValue, PageQuery())))
        #expect(page.value.map(\.name) == ["prepare", "score"])
        #expect(
            page.value.map { $0.properties?.values["azureml.moduleName"] } == ["prepare", "score"])
        #expect(page.value.map(\.status) == ["Completed", "Completed"])
        let step = try #require(page.value.first?.runId)
        let log = fixture.engine.folders.logFolder(of: step) + "/user_logs/std_log.txt"
        #expect(try String(contentsOfFile: log, encoding: .utf8) == "rows: all\n")
        let details = try await fixture.get(
            WireRunDetails.self, .history(scope, .details(step)))
        #expect(details.logFiles?.keys.contains("user_logs/std_log.txt") == true)
        let parent = try await fixture.get(
            WireRunDetails.self, .history(scope, .details(id.rawValue)))
        #expect(parent.logFiles?.keys.contains("logs/azureml/executionlogs.txt") == true)
        let front = try await fixture.get(
            WirePage<WireResource<WireEndpointJob>>.self,
            .frontEnd(scope, .jobs("pipes", "score", PageQuery())))
        #expect(front.value.map(\.name) == [id.rawValue])
    }

    @Test func outputsOfAJobAndItsStepsAreResolved() async throws {
        let id = try await ended(await invoke("{\(Self.toys)}"))
        let data = try await fixture.get(
            WireRunData.Answer.self, .history(scope, .runData),
            json: #"{"runId":"\#(id)","selectRunMetadata":true}"#)
        let outputs = try #require(data.runMetadata?.outputs)
        #expect(outputs["scores"]?.type == "UriFolder")
        #expect(outputs["note"]?.type == "UriFile")
        let steps = try await fixture.engine.jobs.steps(of: id)
        let prepare = try #require(steps.first)
        let step = try await fixture.get(
            WireRunData.Answer.self, .history(scope, .runData),
            json: #"{"runId":"\#(prepare.id)","selectRunMetadata":true}"#)
        let ids =
            outputs.values.compactMap(\.assetId)
            + (step.runMetadata?.outputs ?? [:]).values.compactMap(\.assetId)
        #expect(ids.count == 3)
        let question = try String(
            decoding: WireJSON.encode(WireResolvedURIs.Question(values: ids)), as: UTF8.self)
        let answer = try await fixture.get(
            WireResolvedURIs.Answer.self, .resolveURIs(scope), json: question)
        let uris = Set((answer.values ?? [:]).values.compactMap(\.uri))
        let base = scope.longURI + "/datastores/workspaceblobstore/paths/azureml/"
        #expect(
            uris == [
                "\(base)\(id)/scores/", "\(base)\(id)/note", "\(base)\(prepare.id)/ready/",
            ])
        // An output is data for the next job.
        let next = try await ended(
            await invoke(
                #"{"toys":{"jobInputType":"UriFolder","uri":"azureml://jobs/\#(id)/outputs/scores"}}"#
            ))
        #expect(try await fixture.engine.jobs.job(next)?.status == .completed)
    }

    @Test func componentsAreFoundByNameAndLatestVersion() async throws {
        let id = try await ended(await invoke("{}", deployment: "named"))
        let step = try #require(try await fixture.engine.jobs.steps(of: id).first)
        let log = fixture.engine.folders.logFolder(of: step.id.rawValue) + "/user_logs/std_log.txt"
        #expect(try String(contentsOfFile: log, encoding: .utf8) == "new\n")
        let component = try await fixture.get(
            WireResource<JSONValue>.self,
            .assets(.components, .version(name: "adder", version: "10")))
        #expect(component.properties?["componentSpec"]?["type"]?.string == "pipeline")
        let command = try await fixture.get(
            WireResource<JSONValue>.self, .assets(.components, .version(name: "say", version: "1")))
        #expect(
            command.properties?["componentSpec"]?["inputs"]?["word"]?["type"]?.string == "string")
    }

    @Test func aLiteralIsDataToTheShell() async throws {
        let fixture = try EngineFixture(files: [
            "endpoints/pipes/endpoint.yml": "name: pipes\ndefaults: {deployment_name: say}\n",
            "endpoints/pipes/say/deployment.yml": """
            name: say
            endpoint_name: pipes
            type: pipeline
            component:
              type: pipeline
              inputs: {word: {type: string}}
              jobs:
                say:
                  command: echo ${{inputs.w}} "${{inputs.w}}" '${{inputs.w}}'
                  environment: {image: i}
                  inputs: {w: "${{parent.inputs.word}}"}
            """,
        ])
        let word = #"a  'b' \"$HOME\" `id` $(id); exit 3 # \\ *"#
        let response = await fixture.ask(
            .scoring("pipes", .invoke),
            json:
                #"{"properties":{"inputData":{"word":{"jobInputType":"Literal","value":"\#(word)"}}}}"#
        )
        let wire = try WireJSON.decode(
            WireResource<WireEndpointJob>.self, from: response.bytes)
        let id = Job.ID(try #require(wire.name))
        await fixture.engine.jobs.ended(id)
        let step = try #require(try await fixture.engine.jobs.steps(of: id).first)
        let log = fixture.engine.folders.logFolder(of: step.id.rawValue) + "/user_logs/std_log.txt"
        let plain = #"a  'b' "$HOME" `id` $(id); exit 3 # \ *"#
        let words = plain.replacingOccurrences(of: "a  'b'", with: "a 'b'")
        #expect(
            try String(contentsOfFile: log, encoding: .utf8) == "\(words) \(plain) \(plain)\n")
    }

    // MARK: - Refusals

    /// Inputs, outputs, and words of the refusal.
    static let refusals: [(String, String, String)] = [
        ("{}", "{}", "Parameter toys cannot be None since it is not optional."),
        (
            "{\(toys),\"tows\":{\"uri\":\"azureml:toys:1\"}}", "{}",
            "Declared: toys, mode, level, rows, loud."
        ),
        (
            "{\"toys\":{\"jobInputType\":\"Literal\",\"value\":\"x\"}}", "{}",
            "declared as uri_folder, and a literal was given"
        ),
        (
            "{\(toys),\"level\":{\"uri\":\"azureml:toys:1\"}}", "{}",
            "declared as number, and data was given"
        ),
        (
            "{\(toys),\"level\":{\"jobInputType\":\"Literal\",\"value\":2}}", "{}",
            "Parameter 'level' should not be greater than 1.0."
        ),
        (
            "{\(toys),\"rows\":{\"jobInputType\":\"Literal\",\"value\":\"0\"}}", "{}",
            "Parameter 'rows' should not be less than 1."
        ),
        (
            "{\(toys),\"rows\":{\"jobInputType\":\"Literal\",\"value\":1.5}}", "{}",
            "Unexpected data type for parameter 'rows'"
        ),
        (
            "{\(toys),\"loud\":{\"jobInputType\":\"Literal\",\"value\":\"yes\"}}", "{}",
            "only accept True/False, got yes."
        ),
        (
            "{\(toys),\"mode\":{\"jobInputType\":\"Literal\",\"value\":\"wide\"}}", "{}",
            "should be one of long, short"
        ),
        (
            "{\"toys\":{\"jobInputType\":\"UriFolder\",\"uri\":\"azureml:one-toy:1\"}}", "{}",
            "The data is a uri_file, not a uri_folder."
        ),
        (
            "{\"toys\":{\"jobInputType\":\"MLTable\",\"uri\":\"azureml:toys:1\"}}", "{}",
            "not a supported data"
        ),
        (
            "{\(toys)}", "{\"else\":{\"uri\":\"azureml://datastores/workspaceblobstore/paths/x\"}}",
            "Declared: scores, note."
        ),
        (
            "{\(toys)}", "{\"note\":{\"uri\":\"https://x.blob.core.windows.net/c/o\"}}",
            "An output goes to a path on a Blob datastore"
        ),
        (
            "{\(toys)}", "{\"note\":{\"uri\":\"azureml://datastores/none/paths/x\"}}",
            "There is no datastore none"
        ),
        (
            "{\(toys)}",
            "{\"note\":{\"uri\":\"azureml://datastores/workspaceblobstore/paths/a/n\"},\"scores\":{\"uri\":\"azureml://datastores/workspaceblobstore/paths/a\"}}",
            "lie in each other"
        ),
        (
            "{\(toys)}",
            "{\"note\":{\"uri\":\"azureml://datastores/workspaceblobstore/paths/workspace-data/x\"}}",
            "outside workspace-data/"
        ),
        (
            "{\(toys)}",
            "{\"note\":{\"uri\":\"azureml://datastores/workspaceblobstore/paths/a/../../x\"}}",
            "The output note"
        ),
    ]

    @Test(arguments: refusals)
    func whatCannotRunIsRefusedBeforeAnythingHappens(
        _ inputs: String, _ outputs: String, _ words: String
    ) async throws {
        let response = await invoke(inputs, outputs: outputs)
        #expect(response.status == 400, "\(response.text)")
        #expect(response.refusal.contains(words), "\(response.refusal)")
        #expect(try await fixture.engine.jobs.jobs(start: 0, count: 1).total == 0)
    }

    @Test func aDeploymentThatDeclaresNothingTakesNothing() async throws {
        let refused = await invoke("{\(Self.toys)}", deployment: "hello")
        #expect(refused.status == 400)
        #expect(refused.refusal.contains("The deployment declares no inputs."))
        let id = try await ended(await invoke("{}", deployment: "hello"))
        #expect(try await fixture.engine.jobs.job(id)?.status == .completed)
    }

    @Test func overridesOfModelDeploymentsAreRefused() async throws {
        let response = await invoke("{\(Self.toys)}", more: #","miniBatchSize":3"#)
        #expect(response.status == 400)
        #expect(response.refusal.contains("This setting is for model deployments"))
    }

    @Test func anOutputThatIsThereAlreadyIsAConflict() async throws {
        let outputs =
            #"{"scores":{"uri":"azureml://datastores/workspaceblobstore/paths/twice/"}}"#
        _ = try await ended(await invoke("{\(Self.toys)}", outputs: outputs))
        let again = await invoke("{\(Self.toys)}", outputs: outputs)
        #expect(again.status == 409)
        #expect(again.refusal.contains("the path already exists"))
    }
}
