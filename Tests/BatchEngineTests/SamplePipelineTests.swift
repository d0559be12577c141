import BatchModel
import Foundation
import TestSupport
import Testing

@testable import BatchEngine

/// The shipped samples that are pipelines, run on the shipped data.
@Suite struct SamplePipelineTests {
    /// A request's endpoint and body, and the steps that run.
    static let jobs: [(Endpoint.Name, String, [String])] = [
        ("hello-batch", "{}", ["main_job"]),
        (
            "tumour-pipeline",
            """
            {"input_data":{"jobInputType":"UriFolder","uri":"azureml:tumour-data@latest"},
            "max_rows":{"jobInputType":"Literal","value":50}}
            """, ["prepare", "profile", "score", "report"]
        ),
    ]

    @Test(arguments: jobs)
    func aSampleRunsToItsEnd(
        _ endpoint: Endpoint.Name, _ inputs: String, _ names: [String]
    ) async throws {
        let folder = try TemporaryFolder("samples")
        let engine = try Engine(
            Engine.Options(
                workspace: Checkout.root + "/assets/workspace", state: folder.path + "/state",
                token: EngineFixture.token))
        #expect(engine.problems.filter { $0.endpoint == endpoint }.isEmpty)
        let request = Route.scoring(endpoint, .invoke).request
        let deployment = engine.workspace.current().catalog.deployments(of: endpoint).first
        let response = await engine.respond(
            to: EngineRequest(
                request.method, request.target,
                headers: EngineHeaders([
                    ("Content-Type", "application/json"),
                    (Engine.deploymentHeader, deployment?.deployment.name.rawValue ?? ""),
                ]), isStorageHost: false, address: EngineFixture.address,
                body: EngineBody(Array(#"{"properties":{"inputData":\#(inputs)}}"#.utf8))))
        try #require(response.status == 201, "\(response.text)")
        let wire = try WireJSON.decode(
            WireResource<WireEndpointJob>.self, from: response.bytes)
        let id = Job.ID(try #require(wire.name))
        await engine.jobs.ended(id)
        let job = try #require(try await engine.jobs.job(id))
        #expect(job.status == .completed, "\(job.errorMessage ?? "")")
        let steps = try await engine.jobs.steps(of: id)
        #expect(steps.map(\.name) == names)
        let order = try #require(try await engine.jobs.pipelineOrder(of: id))
        for place in order.results {
            #expect(
                place.isFile
                    ? FileCalls.exists(place.path) : FileCalls.isFilledFolder(place.path))
        }
        await engine.shutdown()
    }
}
