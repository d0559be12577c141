import BatchModel
import Foundation
import TestSupport
import Testing

@testable import BatchEngine

/// The shipped samples, made over the API in an empty workspace, run as those of the files do.
@Suite struct SampleCreationTests {
    private static let sample = Checkout.root + "/assets/workspace"
    private let fixture: EngineFixture
    private let original: Engine
    private let folder: TemporaryFolder

    init() throws {
        fixture = try EngineFixture()
        folder = try TemporaryFolder("original")
        original = try Engine(
            Engine.Options(
                workspace: Self.sample, state: folder.path + "/state", token: EngineFixture.token))
    }

    private var scope: String { fixture.engine.scope.armID }

    private func files(below relative: String) throws -> [String: String] {
        let root = Self.sample + "/" + relative
        var files: [String: String] = [:]
        for name in FileManager.default.subpaths(atPath: root) ?? []
        where !name.contains("__pycache__") && !FilePath.isFolder(root + "/" + name) {
            files[name] = try String(contentsOfFile: root + "/" + name, encoding: .utf8)
        }
        return files
    }

    @Test func aModelDeploymentMadeOverTheAPIGivesTheSameRows() async throws {
        let own = "endpoints/wine-classifier/gnb"
        let code = try await fixture.register(code: files(below: own + "/code"), as: "wine-code")
        let model = try await fixture.register(model: files(below: own + "/model"), as: "wine-gnb")
        let data = try await fixture.upload(
            files(below: "data/wine/v2"), to: "LocalUpload/data/wine")
        #expect(await fixture.change(.putEndpoint("wine-classifier"), "{}").status == 201)
        let address = Route.Management.deployment("wine-classifier", "gnb")
        let request = Route.management(original.scope, address).request
        let read = await original.respond(
            to: EngineRequest(request.method, request.target, address: EngineFixture.address))
        var body = try WireJSON.decode(WireResource<WireDeployment>.self, from: read.bytes)
        body.properties?.codeConfiguration?.codeId = code
        body.properties?.model?.assetId = model
        let text = String(decoding: try WireJSON.encode(body), as: UTF8.self)
        let made = await fixture.change(.putDeployment("wine-classifier", "gnb"), text)
        #expect(made.status == 201, "\(made.text)")
        let byDefault = await fixture.change(
            .patchEndpoint("wine-classifier"),
            #"{"properties":{"defaults":{"deploymentName":"gnb"}}}"#)
        #expect(byDefault.status == 200, "\(byDefault.text)")

        let rows = try await rows(of: "wine-classifier", fixture.engine, data)
        let expected = try await self.rows(of: "wine-classifier", original, "azureml:wine-data:2")
        #expect(rows.count == 178)
        #expect(rows == expected)
        await fixture.engine.shutdown()
        await original.shutdown()
    }

    /// The rows of a job, sorted: two workers hand them in as they come.
    private func rows(
        of endpoint: Endpoint.Name, _ engine: Engine, _ uri: String
    ) async throws -> [String] {
        let inputs = #"{"data":{"jobInputType":"UriFolder","uri":"\#(uri)"}}"#
        let id = try await run(endpoint, engine, inputs)
        let order = try #require(try await engine.jobs.order(of: id))
        return try String(
            contentsOfFile: order.outputFolder + "/predictions.csv", encoding: .utf8
        ).split(separator: "\n").map(String.init).sorted()
    }

    private func run(
        _ endpoint: Endpoint.Name, _ engine: Engine, _ inputs: String
    ) async throws -> Job.ID {
        let request = Route.scoring(endpoint, .invoke).request
        let response = await engine.respond(
            to: EngineRequest(
                request.method, request.target,
                headers: EngineHeaders([("Content-Type", "application/json")]),
                address: EngineFixture.address,
                body: EngineBody(Array(#"{"properties":{"inputData":\#(inputs)}}"#.utf8))))
        try #require(response.status == 201, "\(response.text)")
        let wire = try WireJSON.decode(WireResource<WireEndpointJob>.self, from: response.bytes)
        let id = Job.ID(try #require(wire.name))
        await engine.jobs.ended(id)
        let job = try #require(try await engine.jobs.job(id))
        #expect(job.status == .completed, "\(job.errorMessage ?? "")")
        return id
    }

    /// The requests that the official client makes of `hello-batch` (CONTRACT §3, recorded).
    @Test func aPipelineDeploymentMadeOverTheAPIRuns() async throws {
        let code = try await fixture.register(
            code: files(below: "endpoints/hello-batch/hello/code"), as: "hello-code")
        let step = await fixture.asset(
            .components, .putVersion(name: "azureml_anonymous", version: "s1"),
            """
            {"properties":{"isAnonymous":true,"componentSpec":{"name":"azureml_anonymous",
            "version":"s1","command":"python hello.py","code":"azureml:\(code)",
            "environment":"azureml:AzureML-sklearn-1.0@latest","display_name":"main_job",
            "is_deterministic":true,"type":"command","_source":"YAML.JOB"}}}
            """)
        #expect(step.status == 201, "\(step.text)")
        let component = await fixture.asset(
            .components, .putVersion(name: "azureml_anonymous", version: "p1"),
            """
            {"properties":{"isAnonymous":true,"componentSpec":{"name":"azureml_anonymous",
            "version":"p1","type":"pipeline","display_name":"Hello","jobs":{"main_job":{
            "type":"command","_source":"YAML.JOB",
            "componentId":"\(scope)/components/azureml_anonymous/versions/s1"}},
            "_source":"YAML.COMPONENT","sourceJobId":null}}}
            """)
        #expect(component.status == 201, "\(component.text)")
        #expect(await fixture.change(.putEndpoint("hello-batch"), "{}").status == 201)
        let made = await fixture.change(
            .putDeployment("hello-batch", "hello"),
            """
            {"location":"nowhere","properties":{"deploymentConfiguration":{
            "deploymentConfigurationType":"PipelineComponent","componentId":{
            "referenceType":"Id",
            "assetId":"\(scope)/components/azureml_anonymous/versions/p1"},
            "settings":{"continue_on_step_failure":"False","default_compute":"cpu"}},
            "errorThreshold":-1,"maxConcurrencyPerInstance":1,"miniBatchSize":10,
            "outputFileName":"predictions.csv"}}
            """)
        #expect(made.status == 201, "\(made.text)")
        #expect(fixture.catalog.problems.filter { $0.endpoint == "hello-batch" }.isEmpty)
        let text = try #require(fixture.read("endpoints/hello-batch/hello/deployment.yml"))
        #expect(text.contains("component: azureml:azureml_anonymous:p1"), "\(text)")
        #expect(text.contains("continue_on_step_failure: false"), "\(text)")
        _ = await fixture.change(
            .patchEndpoint("hello-batch"),
            #"{"properties":{"defaults":{"deploymentName":"hello"}}}"#)
        _ = try await run("hello-batch", fixture.engine, "{}")
        await fixture.engine.shutdown()
    }

    @Test func aRunningJobOutlivesItsDeployment() async throws {
        let slow = """
            import time

            def init():
                pass

            def run(mini_batch):
                time.sleep(0.4)
                import late
                return [late.WORD for path in mini_batch]

            """
        let code = try await fixture.register(
            code: ["score.py": slow, "late.py": "WORD = 'here'\n"], as: "slow")
        let model = try await fixture.register(model: ["w.txt": "1"], as: "net")
        let body = DeploymentBody.model(code: code, model: model)
        #expect(await fixture.change(.putDeployment("lonely", "slow"), body).status == 201)
        _ = await fixture.change(
            .patchEndpoint("lonely"), #"{"properties":{"defaults":{"deploymentName":"slow"}}}"#)
        let events = fixture.engine.jobs.events()
        let response = await fixture.ask(
            .scoring("lonely", .invoke),
            json:
                #"{"properties":{"inputData":{"a":{"jobInputType":"UriFolder","uri":"azureml:toys:2"}}}}"#
        )
        let wire = try WireJSON.decode(WireResource<WireEndpointJob>.self, from: response.bytes)
        let id = Job.ID(try #require(wire.name))
        for await event in events where event == .status(id, .running) { break }
        #expect(await fixture.change(.deleteEndpoint("lonely")).status == 202)
        #expect(await fixture.ask(.endpoint("lonely")).status == 404)
        await fixture.engine.jobs.ended(id)
        let job = try #require(try await fixture.engine.jobs.job(id))
        #expect(job.status == .completed, "\(job.errorMessage ?? "")")
        // The name is free again, beside what the job used.
        #expect(await fixture.change(.putEndpoint("lonely"), "{}").status == 201)
        #expect(await fixture.change(.putDeployment("lonely", "slow"), body).status == 201)
        await fixture.engine.shutdown()
    }
}
