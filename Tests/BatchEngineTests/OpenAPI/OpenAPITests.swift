import BatchModel
import Foundation
import Testing

@testable import BatchEngine

/// Every route's answer against the interface files that the service publishes.
///
/// Run history is published per experiment and served without (CONTRACT §7), the data plane of jobs has no public file: those
/// answers are held to the definition by name.
@Suite(
    .enabled(
        if: PublishedShapes.folder != nil,
        "shared/contract/openapi is not beside this checkout: answers are not compared with it"))
struct OpenAPITests {
    let fixture: EngineFixture

    init() throws { fixture = try EngineFixture(files: Self.pipeline) }

    /// A pipeline component deployment beside the fixture's model deployments.
    private static let pipeline = [
        "endpoints/steps/endpoint.yml":
            "name: steps\ntags: {made: here}\ndefaults:\n  deployment_name: echo\n",
        "endpoints/steps/echo/deployment.yml":
            """
        name: echo
        endpoint_name: steps
        type: pipeline
        component: component.yml
        settings:
          continue_on_step_failure: false
          default_compute: azureml:local
        """,
        "endpoints/steps/echo/component.yml":
            """
        name: echo_steps
        version: "1"
        type: pipeline
        inputs:
          word: {type: string, default: hello}
        outputs:
          said: {type: uri_folder}
        jobs:
          say:
            type: command
            inputs: {word: "${{parent.inputs.word}}"}
            outputs: {said: "${{parent.outputs.said}}"}
            component:
              type: command
              inputs: {word: {type: string}}
              outputs: {said: {type: uri_folder}}
              environment: azureml:toy-env:1
              command: echo ${{inputs.word}} > ${{outputs.said}}/word.txt
        """,
    ]

    /// Where answers differ from the file on purpose.
    private static func isKnown(_ problem: PublishedShapes.Problem) -> Bool {
        switch problem.text {
        // Pages tell how long the list is: a screen of 100,000 jobs must not count them by paging.
        case "is not published": problem.place == "$.batchdeck.total"
        // The file requires what only a creation sends; recorded answers never have it (CONTRACT §3).
        case "is missing": problem.place.hasSuffix(".credentials.secrets")
        default: false
        }
    }

    private func judge(
        _ value: JSONValue, _ problems: [PublishedShapes.Problem], _ what: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let open = problems.filter { !Self.isKnown($0) }
        #expect(
            open.isEmpty, "\(what): \(open.map(\.description).joined(separator: "; "))",
            sourceLocation: sourceLocation)
    }

    /// Asks, and holds status and body to the operation that the request is.
    @discardableResult func hold(
        _ call: Route.Management, _ status: Int, json: String? = nil, to shapes: PublishedShapes,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> JSONValue {
        let route = Route.management(fixture.engine.scope, call)
        let response = await fixture.ask(route, json: json)
        #expect(response.status == status, "\(response.text)", sourceLocation: sourceLocation)
        let request = route.request
        let operation = try #require(
            shapes.operation(request.method.rawValue, path: request.path),
            "\(request.target) is not in the file", sourceLocation: sourceLocation)
        guard let shape = try shapes.shape(of: operation, status: response.status) else {
            return .null
        }
        let value = try WireJSON.decode(JSONValue.self, from: response.bytes)
        judge(
            value, shapes.problems(in: value, shape), "\(operation) \(status)",
            sourceLocation: sourceLocation)
        return value
    }

    private func answer(_ route: Route, json: String? = nil) async throws -> JSONValue {
        try await fixture.get(JSONValue.self, route, json: json)
    }

    func start(_ endpoint: Endpoint.Name, _ inputs: String) async throws -> Job.ID {
        let wire = try await fixture.get(
            WireResource<WireEndpointJob>.self, .scoring(endpoint, .invoke),
            json: #"{"properties":{"inputData":{\#(inputs)}}}"#)
        let id = Job.ID(try #require(wire.name))
        await fixture.engine.jobs.ended(id)
        return id
    }

    static let toys = #""a":{"jobInputType":"UriFolder","uri":"azureml:toys:2"}"#
    private static let word = #""word":{"jobInputType":"Literal","value":"hi"}"#

    // MARK: - Management

    @Test func theWorkspaceIsThePublishedShape() async throws {
        try await hold(
            .workspace, 200, to: PublishedShapes("azureml-arm-2024-04-01.workspace-subset.json"))
    }

    @Test func theCatalogueIsThePublishedShape() async throws {
        let shapes = try PublishedShapes(Self.management)
        try await hold(.endpoints(PageQuery()), 200, to: shapes)
        for endpoint: Endpoint.Name in ["toys", "lonely", "steps"] {
            try await hold(.endpoint(endpoint), 200, to: shapes)
            try await hold(.deployments(endpoint, PageQuery()), 200, to: shapes)
        }
        try await hold(.deployment("toys", "good"), 200, to: shapes)
        try await hold(.deployment("toys", "broken"), 200, to: shapes)
        try await hold(.deployment("steps", "echo"), 200, to: shapes)
        try await hold(.endpoint("nobody"), 404, to: shapes)
        try await hold(.deployment("toys", "nobody"), 404, to: shapes)
    }

    @Test func dataAndDatastoresAreThePublishedShape() async throws {
        let shapes = try PublishedShapes(Self.management)
        try await hold(.datastores(PageQuery(), onlyDefault: false), 200, to: shapes)
        try await hold(.datastore("workspaceblobstore"), 200, to: shapes)
        try await hold(.datastore("nowhere"), 404, to: shapes)
        try await hold(.datastoreSecrets("workspaceblobstore"), 200, json: "{}", to: shapes)
        try await hold(.dataAssets(PageQuery()), 200, to: shapes)
        try await hold(.dataAsset("toys"), 200, to: shapes)
        try await hold(.dataVersions("toys", PageQuery()), 200, to: shapes)
        try await hold(.dataVersion("toys", version: "2"), 200, to: shapes)
        try await hold(.dataVersion("toys", version: "99"), 404, to: shapes)
        let made = #"""
            {"properties":{"dataType":"uri_folder",
             "dataUri":"azureml://datastores/workspaceblobstore/paths/a/b"}}
            """#
        try await hold(.putDataVersion("made", version: "1"), 201, json: made, to: shapes)
        try await hold(.putDataVersion("made", version: "x"), 400, json: "[]", to: shapes)
    }

    @Test func jobsAreThePublishedShape() async throws {
        let shapes = try PublishedShapes(Self.management)
        let model = try await start("toys", Self.toys)
        let pipeline = try await start("steps", Self.word)
        try await hold(.job(model), 200, to: shapes)
        try await hold(.job(pipeline), 200, to: shapes)
        try await hold(.jobs(PageQuery(), tag: nil), 200, to: shapes)
        try await hold(.job("nobody"), 404, to: shapes)
        try await hold(.cancelJob(model), 400, to: shapes)
        try await hold(.cancelJob("nobody"), 404, to: shapes)
        await fixture.engine.shutdown()
    }

    // MARK: - The other planes

    @Test func runHistoryIsThePublishedShape() async throws {
        let shapes = try PublishedShapes("azureml-run-history-2019-09-30.subset.json")
        let scope = fixture.engine.scope
        for (endpoint, input) in [("toys", Self.toys), ("steps", Self.word)] {
            let job = try await start(Endpoint.Name(endpoint), input)
            let run = try await answer(.history(scope, .run(job.rawValue)))
            judge(run, shapes.problems(in: run, as: "Run"), "run of \(endpoint)")
            let children = try await answer(
                .history(scope, .children(job.rawValue, PageQuery())))
            judge(children, shapes.problems(in: children, as: "PaginatedRunList"), "children")
            for id in [job.rawValue] + ids(children) {
                let details = try await answer(.history(scope, .details(id)))
                judge(details, shapes.problems(in: details, as: "RunDetails"), "details of \(id)")
            }
        }
        await fixture.engine.shutdown()
    }

    private func ids(_ page: JSONValue) -> [String] {
        guard case .array(let runs)? = page.members?["value"] else { return [] }
        return runs.compactMap { $0.members?["runId"]?.string }
    }

    @Test func theEndpointsOwnJobsAreTheDistilledShape() async throws {
        let shapes = try PublishedShapes("dataplane-batchjob.schema.json")
        let scope = fixture.engine.scope
        for (endpoint, input) in [("toys", Self.toys), ("steps", Self.word)] {
            let job = try await start(Endpoint.Name(endpoint), input)
            let one = try await answer(.scoring(Endpoint.Name(endpoint), .job(job)))
            judge(one, shapes.problems(in: one, as: "BatchJobResource"), "job of \(endpoint)")
            let page = try await answer(
                .frontEnd(scope, .jobs(Endpoint.Name(endpoint), nil, PageQuery())))
            judge(page, shapes.problems(in: page, as: "BatchJobPage"), "jobs of \(endpoint)")
        }
        await fixture.engine.shutdown()
    }

    // MARK: - Storage

    /// Asks, and holds the status and the headers to what the file says of the operation.
    private func hold(
        _ call: Route.Storage, _ operation: String, _ status: Int,
        headers: [(String, String)] = [], body: String = "", to shapes: PublishedShapes,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> EngineResponse {
        let route = Route.storage(container: fixture.engine.folders.defaultContainer, call)
        let request = route.request
        let response = await fixture.send(
            request.method, request.target, headers: headers, body: Array(body.utf8),
            isStorageHost: true)
        #expect(response.status == status, "\(response.text)", sourceLocation: sourceLocation)
        let published = try shapes.headers(of: operation, status: status)
        let sent = response.headers.fields.map { $0.name.lowercased() }
        let unknown = sent.filter { $0.hasPrefix("x-ms-") && !published.contains($0) }
        #expect(
            unknown.allSatisfy { $0.hasPrefix("x-ms-meta-") }, "\(operation): \(unknown)",
            sourceLocation: sourceLocation)
        return response
    }

    @Test func blobsAnswerWithPublishedStatusesAndHeaders() async throws {
        let shapes = try PublishedShapes("azure-blob-2024-08-04.subset.json")
        let blob = "/{containerName}/{blob}"
        let type = [("x-ms-blob-type", "BlockBlob")]
        _ = try await hold(
            .put(blob: "a/b"), "PUT \(blob)?BlockBlob", 201, headers: type, body: "abc", to: shapes)
        _ = try await hold(.properties(blob: "a/b"), "HEAD " + blob, 200, to: shapes)
        _ = try await hold(.read(blob: "a/b"), "GET " + blob, 200, to: shapes)
        _ = try await hold(
            .read(blob: "a/b"), "GET " + blob, 206, headers: [("x-ms-range", "bytes=0-1")],
            to: shapes)
        _ = try await hold(.read(blob: "none"), "GET " + blob, 404, to: shapes)
        _ = try await hold(
            .putMetadata(blob: "a/b"), "PUT \(blob)?comp=metadata", 200,
            headers: [("x-ms-meta-a", "1")], to: shapes)
        _ = try await hold(
            .putBlock(blob: "c", id: "AAAA"), "PUT \(blob)?comp=block", 201, body: "abc",
            to: shapes)
        let list = "<BlockList><Latest>AAAA</Latest></BlockList>"
        _ = try await hold(
            .putBlockList(blob: "c"), "PUT \(blob)?comp=blocklist", 201, body: list, to: shapes)
        _ = try await hold(.delete(blob: "c"), "DELETE " + blob, 202, to: shapes)
        let page = try await hold(
            .list(BlobListQuery(delimiter: "/")),
            "GET /{containerName}?restype=container&comp=list&hierarchy", 200, to: shapes)
        let unknown = elements(page.text).subtracting(shapes.elementNames)
        #expect(unknown.isEmpty, "\(unknown) in \(page.text)")
    }

    private func elements(_ xml: String) -> Set<String> {
        Set(xml.matches(of: /<([A-Za-z][A-Za-z0-9-]*)/).map { String($0.1) })
    }

    static let management = "azureml-arm-2024-04-01.batch-subset.json"
}
