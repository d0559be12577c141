import BatchModel
import Foundation
import Testing

@testable import BatchEngine

/// Deployments made, changed and deleted over the API: the files say it afterwards.
@Suite struct DeploymentChangeTests {
    private let fixture: EngineFixture

    init() throws { fixture = try EngineFixture() }

    private func made() async throws -> WireResource<WireDeployment> {
        let code = try await fixture.register(
            code: ["score.py": EngineFixture.script, "lib/a.py": "A = 1\n"], as: "code-1")
        let model = try await fixture.register(model: ["weights.txt": "1"], as: "toy-net")
        let answer = await fixture.change(
            .putDeployment("toys", "fresh"), DeploymentBody.model(code: code, model: model))
        try #require(answer.status == 201, "\(answer.text)")
        return try WireJSON.decode(WireResource<WireDeployment>.self, from: answer.bytes)
    }

    @Test func aDeploymentIsMadeWithItsCodeBesideIt() async throws {
        let wire = try await made()
        #expect(wire.properties?.provisioningState == "Succeeded")
        #expect(wire.properties?.retrySettings?.timeout == "PT90S")
        #expect(wire.properties?.model?.assetId?.hasSuffix("/models/toy-net/versions/1") == true)
        #expect(
            wire.properties?.environmentId?.hasSuffix("/environments/toy-env/versions/3") == true)
        #expect(
            fixture.read("endpoints/toys/fresh/deployment.yml") == """
                $schema: https://azuremlschemas.azureedge.net/latest/modelBatchDeployment.schema.json
                name: fresh
                endpoint_name: toys
                type: model
                description: Counts.
                model: azureml:toy-net:1
                code_configuration:
                  code: code
                  scoring_script: score.py
                environment: azureml:toy-env:3
                compute: azureml:big
                resources:
                  instance_count: 2
                settings:
                  max_concurrency_per_instance: 2
                  mini_batch_size: 3
                  output_action: append_row
                  output_file_name: rows.csv
                  retry_settings:
                    max_retries: 1
                    timeout: 90
                  error_threshold: 5
                  logging_level: debug
                  environment_variables:
                    MODE: quick
                tags:
                  a: "1"

                """)
        #expect(fixture.read("endpoints/toys/fresh/code/lib/a.py") == "A = 1\n")
        #expect(fixture.read("models/toy-net@1/model/weights.txt") == "1")
        let found = try #require(fixture.catalog.deployment("toys", "fresh"))
        #expect(found.deployment == Deployment(wire, endpoint: "toys"))
        #expect(found.modelFolder == fixture.workspace + "/models/toy-net@1")
        #expect(found.modelEntry == "model")
        #expect(!FileManager.default.fileExists(atPath: fixture.workspace + "/.batchdeck-staging"))
    }

    @Test func whatWasReadCanBeSentBack() async throws {
        for name in ["good", "quiet"] as [Deployment.Name] {
            let file = "endpoints/toys/\(name)/deployment.yml"
            let before = fixture.read(file)
            let read = await fixture.ask(.deployment("toys", name))
            let answer = await fixture.change(.putDeployment("toys", name), read.text)
            #expect(answer.status == 200, "\(answer.text)")
            #expect(answer.text == read.text)
            #expect(fixture.read(file) == before)
        }
        #expect(fixture.trash.isEmpty)
    }

    @Test func newCodeTakesTheOldOnesPlaceAndTheOldGoesToTheTrash() async throws {
        let wire = try await made()
        let code = try await fixture.register(
            code: ["score.py": EngineFixture.script + "# 2\n"], as: "code-2")
        let model = try #require(wire.properties?.model?.assetId)
        let body = DeploymentBody.model(code: code, model: model)
        let answer = await fixture.change(.putDeployment("toys", "fresh"), body)
        #expect(answer.status == 200, "\(answer.text)")
        let found = try #require(fixture.catalog.deployment("toys", "fresh"))
        #expect(found.codeFolder == fixture.workspace + "/endpoints/toys/fresh/code-2")
        #expect(fixture.read("endpoints/toys/fresh/code/score.py") == nil)
        #expect(fixture.trash.contains { $0.hasSuffix("endpoints/toys/fresh/code/lib/a.py") })
        // The same code once more is no news.
        let count = fixture.trash.count
        #expect(await fixture.change(.putDeployment("toys", "fresh"), body).status == 200)
        #expect(fixture.catalog.deployment("toys", "fresh")?.codeFolder == found.codeFolder)
        #expect(fixture.trash.count == count)
    }

    @Test func theCodeOfAnotherDeploymentIsCopied() async throws {
        let other = "\(fixture.engine.scope.armID)/codes/toys.good/versions/1"
        let model = "\(fixture.engine.scope.armID)/models/toy-model/versions/1"
        let answer = await fixture.change(
            .putDeployment("lonely", "copy"), DeploymentBody.model(code: other, model: model))
        #expect(answer.status == 201, "\(answer.text)")
        #expect(fixture.read("endpoints/lonely/copy/code/score.py") == EngineFixture.script)
        #expect(fixture.read("endpoints/lonely/copy/model/model/weights.txt") == "1")
    }

    @Test func aPatchChangesWhatIsSaidAlone() async throws {
        let answer = await fixture.change(
            .patchDeployment("toys", "good"),
            #"{"tags":{"a":"b"},"properties":{"description":"better"}}"#)
        #expect(answer.status == 200, "\(answer.text)")
        let found = try #require(fixture.catalog.deployment("toys", "good"))
        #expect(found.deployment.summary == "better")
        #expect(found.deployment.tags == ["a": "b"])
        #expect(found.deployment.modelSettings?.miniBatchSize == 2)
        #expect(await fixture.change(.patchDeployment("toys", "none"), "{}").status == 404)
    }

    @Test func aDeletedDeploymentIsInTheTrashAndNoDefaultAnyMore() async throws {
        _ = try await made()
        let byDefault = await fixture.change(
            .patchEndpoint("toys"), #"{"properties":{"defaults":{"deploymentName":"fresh"}}}"#)
        #expect(byDefault.status == 200, "\(byDefault.text)")
        #expect(await fixture.change(.deleteDeployment("toys", "fresh")).status == 202)
        #expect(await fixture.ask(.deployment("toys", "fresh")).status == 404)
        #expect(fixture.catalog.endpoint("toys")?.defaultDeployment == nil)
        #expect(
            !FileManager.default.fileExists(atPath: fixture.workspace + "/endpoints/toys/fresh"))
        #expect(fixture.trash.contains { $0.hasSuffix("endpoints/toys/fresh/code/score.py") })
        #expect(await fixture.change(.deleteDeployment("toys", "fresh")).status == 204)
    }

    @Test func filesThatOthersUseStayWhenADeploymentGoes() async throws {
        #expect(await fixture.change(.deleteDeployment("toys", "good")).status == 202)
        #expect(fixture.read("endpoints/toys/good/deployment.yml") == nil)
        #expect(fixture.catalog.deployment("toys", "quiet") != nil)
        #expect(fixture.catalog.deployment("lonely", "only") != nil)
    }

    @Test func filesThatAnUnreadableDeploymentNamesStayToo() async throws {
        _ = try await made()
        try fixture.write(
            "name: broken\ncode_configuration: {code: ../fresh/code\n",
            to: "endpoints/toys/broken/deployment.yml")
        #expect(await fixture.change(.deleteDeployment("toys", "fresh")).status == 202)
        #expect(fixture.read("endpoints/toys/fresh/code/score.py") != nil)
        #expect(fixture.catalog.deployment("toys", "fresh") == nil)
    }

    @Test func aBrokenDeploymentCanBeReplacedAndDeleted() async throws {
        let code = "\(fixture.engine.scope.armID)/codes/toys.good/versions/1"
        let model = "\(fixture.engine.scope.armID)/models/toy-model/versions/1"
        let answer = await fixture.change(
            .putDeployment("toys", "broken"), DeploymentBody.model(code: code, model: model))
        #expect(answer.status == 201, "\(answer.text)")
        #expect(fixture.trash.contains { $0.hasSuffix("endpoints/toys/broken/deployment.yml") })
        #expect(await fixture.change(.deleteDeployment("toys", "broken")).status == 202)
    }

    /// What is changed in a good body, and words of the refusal.
    static let refusals: [(String, String, String)] = [
        (#""miniBatchSize":3"#, #""miniBatchSize":0"#, "mini_batch_size is 0"),
        (#""errorThreshold":5"#, #""errorThreshold":-2"#, "error_threshold is -2"),
        (#""PT1M30S""#, #""90s""#, "an ISO 8601 duration"),
        (#""rows.csv""#, #""../rows.csv""#, "is not a file name"),
        (#""Debug""#, #""Loud""#, "logging_level is loud"),
        (#""score.py""#, #""../score.py""#, "there is no file"),
        (#""score.py""#, #""other.py""#, "there is no file"),
        ("codes/toys.good", "codes/none", "There is no code none"),
        ("models/toy-model", "models/none", "There is no model none"),
        (#""environmentId":"azureml:toy-env:3","#, "", "environment is missing"),
        ("computes/big", "computes/..", "is not a name or version of a compute"),
        (#""a":"1""#, #""a":"""#, "Tag values must not be null or empty."),
    ]

    @Test(arguments: refusals) func aBadDeploymentIsRefusedAndChangesNothing(
        _ part: String, _ bad: String, _ words: String
    ) async {
        let scope = fixture.engine.scope.armID
        let good = DeploymentBody.model(
            code: "\(scope)/codes/toys.good/versions/1",
            model: "\(scope)/models/toy-model/versions/1")
        let before = fixture.catalog
        let body = good.replacingOccurrences(of: part, with: bad)
        #expect(body != good)
        let answer = await fixture.change(.putDeployment("toys", "fresh"), body)
        #expect(answer.status == 400, "\(answer.text)")
        #expect(answer.refusal.contains(words), "\(answer.refusal)")
        #expect(fixture.catalog == before)
        #expect(
            !FileManager.default.fileExists(atPath: fixture.workspace + "/endpoints/toys/fresh"))
    }

    @Test func aDeploymentNeedsAnEndpointAndAName() async {
        let body = DeploymentBody.model(code: "c", model: "m")
        #expect(await fixture.change(.putDeployment("none", "fresh"), body).status == 404)
        let answer = await fixture.change(.putDeployment("toys", "../../x"), body)
        #expect(answer.status == 400, "\(answer.text)")
    }

    @Test func anEndpointHasALimitOfDeployments() async throws {
        for number in 0..<ControlRules.deploymentLimit {
            try fixture.write(
                EngineFixture.deployment(
                    "more-\(number)", "lonely", code: "../../toys/good/code",
                    model: "../../toys/good/model"),
                to: "endpoints/lonely/more-\(number)/deployment.yml")
        }
        let scope = fixture.engine.scope.armID
        let answer = await fixture.change(
            .putDeployment("lonely", "one-more"),
            DeploymentBody.model(
                code: "\(scope)/codes/toys.good/versions/1",
                model: "\(scope)/models/toy-model/versions/1"))
        #expect(answer.status == 400)
        #expect(answer.refusal.contains("20 deployments of lonely already"), "\(answer.refusal)")
    }
}
