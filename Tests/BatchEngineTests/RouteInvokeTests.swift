import BatchModel
import Foundation
import Testing

@testable import BatchEngine

@Suite struct RouteInvokeTests {
    private let fixture: EngineFixture

    init() throws { fixture = try EngineFixture() }

    private var scope: WorkspaceScope { fixture.engine.scope }

    private func invoke(
        _ json: String, endpoint: Endpoint.Name = "toys", headers: [(String, String)] = []
    ) async -> EngineResponse {
        await fixture.ask(.scoring(endpoint, .invoke), headers: headers, json: json)
    }

    private func body(
        _ uri: String = "azureml:toys:2", type: String = "UriFolder", _ more: String = ""
    ) -> String {
        #"{"properties":{"inputData":{"toys":{"jobInputType":"\#(type)","uri":"\#(uri)"}}\#(more)}}"#
    }

    // MARK: - Refusals

    /// A body, and words of the refusal.
    static let refusals: [(String, String)] = [
        ("[1]", "properties"),
        (#"{"properties":{}}"#, "A model deployment needs one data input."),
        (
            #"{"properties":{"inputData":{"a":{"uri":"azureml:toys:1"},"b":{"uri":"azureml:toys:2"}}}}"#,
            "exactly one data input, and there are 2: a, b"
        ),
        (
            #"{"properties":{"inputData":{"a":{"jobInputType":"Literal","value":7}}}}"#,
            "Literal inputs are for pipeline component deployments"
        ),
        (
            #"{"properties":{"inputData":{"a":{"jobInputType":"MLTable","uri":"azureml:toys:1"}}}}"#,
            "Value passed to input is not a supported data."
        ),
        (
            #"{"properties":{"inputData":{"a":{"jobInputType":"UriFolder","uri":""}}}}"#,
            "Input path can't be empty"
        ),
        (
            #"{"properties":{"inputData":{"a":{"uri":"./here"}}}}"#,
            "a path on the client's machine"
        ),
        (
            #"{"properties":{"inputData":{"a":{"uri":"ftp://x/y"}}}}"#, "Accepted: azureml:NAME"
        ),
        (
            #"{"properties":{"inputData":{"a":{"uri":"azureml:nothing:1"}}}}"#,
            "There is no data asset with name: nothing."
        ),
        (
            #"{"properties":{"inputData":{"a":{"uri":"azureml:toys:3"}}}}"#, "It has: 1, 2, 10."
        ),
        (
            #"{"properties":{"inputData":{"a":{"uri":"azureml:one-toy:1"}}}}"#,
            "The data is a uri_file, not a uri_folder."
        ),
        (
            #"{"properties":{"inputData":{"a":{"uri":"azureml://datastores/none/paths/x"}}}}"#,
            "names the datastore none, which this engine does not have"
        ),
        (
            #"{"properties":{"inputData":{"a":{"uri":"https://10.0.0.1/data?sig=secret"}}}}"#,
            "a private address"
        ),
        (
            #"{"properties":{"inputData":{"a":{"uri":"azureml://jobs/none/outputs/score"}}}}"#,
            "names a job or output that does not exist"
        ),
        (
            ok(
                #","outputData":{"score":{"jobOutputType":"UriFolder","uri":"azureml://datastores/workspaceblobstore/paths/o/p"}}"#
            ),
            #"{PropertyName:"OutputData.Values[0].JobOutputType", ErrorMessage:"Job output type must be 'uri_file'.", AttemptedValue:"uri_folder", ErrorCode:"PredicateValidator"}"#
        ),
        (
            ok(
                #","outputData":{"s":{"jobOutputType":"UriFile","uri":"https://x.blob.core.windows.net/c/o"}}"#
            ),
            "An output goes to a path on a Blob datastore"
        ),
        (
            ok(
                #","outputData":{"s":{"jobOutputType":"UriFile","uri":"azureml://datastores/none/paths/o/p.csv"}}"#
            ),
            "There is no datastore none in this workspace."
        ),
        (
            ok(
                #","outputData":{"s":{"jobOutputType":"UriFile","uri":"azureml://datastores/workspaceblobstore/paths/workspace-data/toys/2/bear.txt"}}"#
            ),
            "The path already exists"
        ),
        (
            ok(
                #","outputData":{"s":{"jobOutputType":"UriFile","uri":"azureml://datastores/workspaceblobstore/paths/workspace-data/new/p.csv"}}"#
            ),
            "outside workspace-data/"
        ),
        (
            ok(
                #","outputData":{"s":{"jobOutputType":"UriFile","uri":"azureml://datastores/workspaceblobstore/paths/a/../../p.csv"}}"#
            ),
            "has a part . or .."
        ),
        (ok(#","miniBatchSize":0"#), "0 is out of range."),
        (ok(#","errorThreshold":"-2""#), "-2 is out of range."),
        (ok(#","outputFileName":"a/b""#), "is not a file name."),
        (
            ok(#","properties":{"experimentName":"mine"}"#),
            "An experiment name can be chosen for pipeline component deployments only"
        ),
    ]

    private static func ok(_ more: String) -> String {
        #"{"properties":{"inputData":{"a":{"uri":"azureml:toys:2"}}\#(more)}}"#
    }

    @Test(arguments: refusals)
    func whatIsWrongIsSaidAndNothingIsStarted(json: String, words: String) async throws {
        let response = await invoke(json)
        #expect(response.status == 400, "\(response.text)")
        #expect(response.refusal.contains(words), "\(response.refusal)")
        #expect(!response.refusal.contains("sig=secret"))
        #expect(fixture.engine.isBusy == false)
        let jobs = try await fixture.get(
            WirePage<WireResource<WireJob>>.self, .jobs(PageQuery(), tag: nil))
        #expect(jobs.value.isEmpty)
    }

    @Test func withoutDefaultAndHeaderThereIsNoRoute() async {
        let response = await invoke(body(), endpoint: "lonely")
        #expect(response.status == 404)
        #expect(response.refusal.hasPrefix("No valid deployments to route to. Please check"))
        let missing = await invoke(body(), endpoint: "none")
        #expect(missing.status == 404)
        #expect(missing.refusal.contains("There is no endpoint with name: none"))
    }

    @Test func anUnknownDeploymentIsNotFound() async {
        let headers = [("azureml-model-deployment", "other")]
        let response = await invoke(body(), headers: headers)
        #expect(response.status == 404)
        #expect(response.refusal == "Deployment name other not found for this endpoint")
        let broken = await invoke(body(), headers: [("azureml-model-deployment", "broken")])
        #expect(broken.status == 404)
        #expect(broken.refusal.contains("endpoints/toys/broken/deployment.yml:"))
    }

    @Test func aLinkInABlobFolderIsNoInput() async throws {
        let link = fixture.engine.blobs.root + "/azureml/link"
        try FileManager.default.createSymbolicLink(
            atPath: link, withDestinationPath: fixture.workspace)
        let response = await invoke(body("azureml://datastores/workspaceartifactstore/paths/link/"))
        #expect(response.status == 400)
        #expect(response.refusal.contains("leads through a link"))
    }

    // MARK: - Acceptance

    @Test func aJobIsTakenAsTheServiceTakesIt() async throws {
        let more = #","name":"mine","tags":{"batchdeck.submission":"s-1"},"MiniBatchSize":"1""#
        let response = await invoke(body("azureml:toys@latest", type: "urifolder", more))
        #expect(response.status == 201, "\(response.text)")
        #expect(response.headers["azureml-model-deployment"] == "good")
        let location = try #require(response.headers["location"])
        #expect(location.contains("/batchEndpoints/toys/deployments/good?api-version="))
        let wire = try WireJSON.decode(WireResource<WireEndpointJob>.self, from: response.bytes)
        let job = try #require(Job(wire, endpoint: "toys"))
        #expect(wire.type == WireType.endpointJob)
        #expect(wire.id?.hasSuffix("/batchEndpoints/toys/deployments/good/jobs/\(job.id)") == true)
        #expect(job.id.rawValue.hasPrefix("batchjob-"))
        #expect(job.status == .preparing)
        #expect(job.displayName == "mine")
        #expect(job.tags["azureml.batchrun"] == "true")
        #expect(job.tags["batchdeck.submission"] == "s-1")
        #expect(job.properties["runType"] == "HTTP")
        #expect(job.inputs["toys"] == scope.armID + "/data/toys/versions/10")

        let order = try #require(try await fixture.engine.jobs.order(of: job.id))
        #expect(order.inputPath == fixture.workspace + "/data/toys")
        #expect(order.isInputFile == false)
        #expect(order.settings.miniBatchSize == 1)
        #expect(order.experimentName == "toys")
        let folders = fixture.engine.folders
        let place = "azureml/\(order.step)/score"
        #expect(order.outputFolder == "\(folders.blobs)/\(folders.defaultContainer)/\(place)")
        #expect(order.scoreURI == scope.longURI + "/datastores/workspaceblobstore/paths/\(place)/")
        await fixture.engine.shutdown()
    }

    @Test func theSameRequestIDIsAnsweredWithTheSameJob() async throws {
        let headers = [("repeatability_request-id", "0f0f")]
        let first = await invoke(body(), headers: headers)
        let second = await invoke(body(), headers: headers)
        let other = await invoke(body())
        let names = try [first, second, other].map {
            try WireJSON.decode(WireResource<WireEndpointJob>.self, from: $0.bytes).name
        }
        #expect(names[0] == names[1])
        #expect(names[0] != names[2])
        await fixture.engine.shutdown()
    }

    @Test func aRequestThatIsSentAgainIsNotRefusedForItsOwnOutput() async throws {
        let output =
            #","outputData":{"any":{"jobOutputType":"uri_file","uri":"azureml://datastores/workspaceblobstore/paths/out/2/mine.csv"}}"#
        let request = body("azureml:one-toy:1", type: "UriFile", output)
        let headers = [("azureml-model-deployment", "good"), ("repeatability_request-id", "0e0e")]
        let first = await invoke(request, headers: headers)
        let folders = fixture.engine.folders
        try EngineFixture.write(
            "1", to: "\(folders.blobs)/\(folders.defaultContainer)/out/2/mine.csv")
        let second = await invoke(request, headers: headers)
        let names = try [first, second].map {
            try WireJSON.decode(WireResource<WireEndpointJob>.self, from: $0.bytes).name
        }
        #expect(names[0] != nil && names[0] == names[1], "\(second.text)")
        // Somebody else's request is refused for it.
        #expect(await invoke(request, headers: [headers[0]]).status == 400)
        await fixture.engine.shutdown()
    }

    @Test func anOutputFileIsNamedByItsPath() async throws {
        let output =
            #","outputData":{"any":{"jobOutputType":"uri_file","uri":"azureml://datastores/workspaceblobstore/paths/out/1/mine.csv"}}"#
        let headers = [("azureml-model-deployment", "good")]
        let response = await invoke(
            body("azureml:one-toy:1", type: "UriFile", output), headers: headers)
        #expect(response.status == 201, "\(response.text)")
        let wire = try WireJSON.decode(WireResource<WireEndpointJob>.self, from: response.bytes)
        let order = try #require(
            try await fixture.engine.jobs.order(of: Job.ID(wire.name ?? "")))
        let folders = fixture.engine.folders
        #expect(order.outputFolder == "\(folders.blobs)/\(folders.defaultContainer)/out/1")
        #expect(order.settings.outputFileName == "mine.csv")
        #expect(order.scoreURI.hasSuffix("/paths/out/1/mine.csv"))
        #expect(order.isInputFile)
        #expect(order.inputPath == fixture.workspace + "/data/toys/bear.txt")
        await fixture.engine.shutdown()
    }

    @Test(
        arguments: [
            "azureml://datastores/workspaceblobstore/paths/in/", "LONG/in", "OWN/in/", "WASB/in/",
        ])
    func everyAddressOfTheEnginesOwnStorageIsAnInput(form: String) async throws {
        let container = fixture.engine.folders.defaultContainer
        try EngineFixture.write("x", to: "\(fixture.engine.blobs.root)/\(container)/in/a.txt")
        let long = "\(scope.longURI)/datastores/workspaceblobstore/paths"
        let uri = form.replacing("LONG", with: long)
            .replacing("OWN", with: "http://batchdeck.blob.core.localhost:8123/\(container)")
            .replacing("WASB", with: "wasbs://\(container)@batchdeck.blob.core.localhost")
        let response = await invoke(body(uri))
        #expect(response.status == 201, "\(response.text)")
        let wire = try WireJSON.decode(WireResource<WireEndpointJob>.self, from: response.bytes)
        let order = try #require(
            try await fixture.engine.jobs.order(of: Job.ID(wire.name ?? "")))
        #expect(order.inputPath == "\(fixture.engine.blobs.root)/\(container)/in")
        await fixture.engine.shutdown()
    }

    @Test func dataThatIsNotThereFailsTheJobAndNotTheRequest() async throws {
        let response = await invoke(body("azureml://datastores/workspaceblobstore/paths/nowhere/"))
        #expect(response.status == 201, "\(response.text)")
        let wire = try WireJSON.decode(WireResource<WireEndpointJob>.self, from: response.bytes)
        let id = Job.ID(wire.name ?? "")
        await fixture.engine.jobs.ended(id)
        let job = try #require(try await fixture.engine.jobs.job(id))
        #expect(job.status == .failed)
        await fixture.engine.shutdown()
    }

    @Test func namesOfJobsAreTwoWordsAndATail() {
        let parts = DisplayName.make().split(separator: "_")
        #expect(parts.count == 3)
        #expect(parts.last?.count == 8)
    }
}
