import Testing

@testable import BatchModel

/// What goes over the wire comes back as it was, and oddities the real service has shown are read.
@Suite struct WireTests {
    static let scope = RouteTests.scope

    private func around<Value: Codable>(_ value: Value) throws -> Value {
        try WireJSON.decode(Value.self, from: WireJSON.encode(value))
    }

    @Test func anEndpointComesBack() throws {
        let endpoint = Endpoint(
            name: "wine", summary: "reds", defaultDeployment: "gnb",
            scoringURI: "http://127.0.0.1:1/endpoints/wine/jobs", tags: ["team": "a"])
        let wire = WireEndpoint.resource(of: endpoint, in: Self.scope, location: "local")
        #expect(Endpoint(try around(wire)) == endpoint)
    }

    @Test(arguments: [
        (#"{"name":"e","properties":{"defaults":{"deployment_name":"d"}}}"#, "d"),
        (#"{"name":"e","properties":{"defaults":{"deploymentName":null}}}"#, nil),
        (#"{"name":"e","properties":{"defaults":null,"scoringUri":null}}"#, nil),
        (#"{"id":"/x/batchEndpoints/e"}"#, nil),
    ]) func bothSpellingsOfTheDefaultAreRead(json: String, expected: Deployment.Name?) throws {
        let resource = try WireJSON.decode(
            WireResource<WireEndpoint>.self, from: Array(json.utf8))
        let endpoint = try #require(Endpoint(resource))
        #expect(endpoint.name == "e")
        #expect(endpoint.defaultDeployment == expected)
    }

    @Test func aModelDeploymentComesBack() throws {
        let settings = ModelSettings(
            miniBatchSize: 3, maxConcurrencyPerInstance: 2, instanceCount: 4, maxRetries: 1,
            timeout: .seconds(90), errorThreshold: 5, outputFileName: "rows.csv",
            loggingLevel: "debug")
        let deployment = Deployment(
            name: "gnb", endpoint: "wine", kind: .model(settings), summary: "s", compute: "local")
        let wire = WireDeployment.resource(of: deployment, in: Self.scope, location: "local")
        #expect(Deployment(try around(wire), endpoint: "wine") == deployment)
    }

    @Test func anOlderPipelineDeploymentIsRecognised() throws {
        let json = """
            {"name":"p","properties":{"model":null,"miniBatchSize":10,
             "properties":{"ComponentDeployment.ComponentId":"/c/1"}}}
            """
        let resource = try WireJSON.decode(
            WireResource<WireDeployment>.self, from: Array(json.utf8))
        let deployment = try #require(Deployment(resource, endpoint: "e"))
        #expect(deployment.kind == .pipelineComponent(PipelineSettings(componentID: "/c/1")))
    }

    @Test func aJobComesBackWithWhatTheEngineAdds() throws {
        let created = try #require(Timestamp(iso8601: "2026-11-23T08:00:00.000000Z"))
        var job = Job(
            id: "batchjob-1", displayName: "calm_sail_1", endpoint: "wine", deployment: "gnb",
            experimentName: "wine", status: .completed, createdAt: created,
            tags: [WireJob.deploymentTag: "gnb", "azureml.batchrun": "true"],
            inputs: ["UriFolder": "azureml://datastores/a/paths/b"], outputs: ["score": "x"])
        job.timeline = [
            StatusChange(status: .preparing, at: created),
            StatusChange(status: .running, at: created + .seconds(1)),
            StatusChange(status: .completed, at: created + .seconds(3)),
        ]
        job.progress = Progress(
            processedMiniBatches: 60, totalMiniBatches: 60, failedItems: 0, totalItems: 597)
        let read = try #require(
            Job(try around(WireJob.resource(of: job, in: Self.scope))))
        #expect(read.timeline == job.timeline)
        #expect(read.progress == job.progress)
        #expect(read.inputs == job.inputs)
        #expect(read.outputs == job.outputs)
        #expect(read.endpoint == "wine")
        #expect(read.startedAt == created + .seconds(1))
        #expect(read.endedAt == created + .seconds(3))
    }

    @Test func theRealServicesStagesGiveStartAndEnd() throws {
        let json = #"""
            {"name":"a33","properties":{"status":"Completed","displayName":"sad_chain",
             "tags":{"azureml.batchrun":"true","azureml.deploymentname":"d"},"inputs":null,
             "properties":{"azureml.pipelines.stages":
             "{\"Initialization\":null,\"Execution\":{\"StartTime\":\"2023-02-22T20:31:39.9108367+00:00\",\"EndTime\":\"2023-02-22T20:33:47.3974956+00:00\",\"Status\":\"Finished\"}}"}}}
            """#
        let resource = try WireJSON.decode(WireResource<WireJob>.self, from: Array(json.utf8))
        let job = try #require(Job(resource))
        #expect(job.deployment == "d")
        #expect(job.startedAt == Timestamp(iso8601: "2023-02-22T20:31:39.9108367+00:00"))
        #expect(job.endedAt == Timestamp(iso8601: "2023-02-22T20:33:47.3974956+00:00"))
    }

    @Test(arguments: [
        #"{"properties":{"inputData":{"a":{"jobInputType":"UriFolder","uri":"u"}},"miniBatchSize":5}}"#,
        #"{"Properties":{"InputData":{"a":{"JobInputType":"uri_folder","Uri":"u"}},"MiniBatchSize":"5"}}"#,
    ]) func anInvokeIsReadWithoutRegardToCase(body: String) throws {
        let value = try WireJSON.decode(JSONValue.self, from: Array(body.utf8))
        let invoke = try #require(WireInvoke(value))
        #expect(invoke.inputs == ["a": .init(type: .uriFolder, uri: "u")])
        #expect(invoke.overrides == .init(miniBatchSize: 5))
    }

    @Test func anInvokeComesBack() throws {
        let invoke = WireInvoke(
            inputs: [
                "data": .init(type: .uriFile, uri: "https://x/y"),
                "model": .init(type: .customModel, uri: "https://x/m", mode: "ro_mount"),
                "mode": .init(literal: .string("append")),
            ],
            outputs: [
                "score": .init(
                    type: .uriFile, uri: "azureml://datastores/d/paths/p", mode: "upload")
            ],
            overrides: .init(
                miniBatchSize: 2, instanceCount: 3, maxRetries: 4, timeout: .seconds(5),
                errorThreshold: -1, outputFileName: "o.csv"), name: "mine",
            experimentName: "trial", tags: ["k": "v"])
        #expect(WireInvoke(try around(invoke.json)) == invoke)
    }

    @Test func integersStayExactBeyondDoublePrecision() throws {
        let value = try WireJSON.decode(JSONValue.self, from: Array("9007199254740993".utf8))
        #expect(value == .integer(9_007_199_254_740_993))
    }

    @Test func theInnermostErrorCodeIsFound() throws {
        let json = """
            {"error":{"code":"UserError","message":"no","details":[{"code":"D","message":"why"}],
             "additionalInfo":[{"type":"InnerError","info":{"value":{"code":"BadArgument",
             "innerError":{"code":"Deep","innerError":null}}}}]}}
            """
        let error = try WireJSON.decode(WireError.self, from: Array(json.utf8))
        #expect(error.finestCode == "Deep")
        #expect(error.text == "no why")
    }

    @Test(arguments: [("PT30S", 30.0), ("PT1H30M", 5400), ("P1DT2S", 86_402), ("PT1.5S", 1.5)])
    func durationsAreRead(text: String, seconds: Double) {
        #expect(ISODuration.read(text)?.inSeconds == seconds)
    }

    @Test(arguments: [
        (
            "/subscriptions/S/resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces/w"
                + "/data/wine/versions/2", "azureml:wine:2"
        ),
        (
            "/subscriptions/s/resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces/w"
                + "/data/wine", ""
        ),
        (
            "/subscriptions/s/resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces/v"
                + "/data/wine/versions/2", ""
        ),
        ("azureml://datastores/d/paths/p", ""), ("0.5", ""),
    ])
    func assetsOfItsOwnWorkspaceAreNamedShortly(text: String, short: String) {
        let scope = WorkspaceScope(subscriptionID: "s", resourceGroup: "g", workspace: "w")
        var job = Job(id: "j", status: .completed)
        job.inputs = ["input": text]
        #expect(job.shortened(in: scope).inputs["input"] == (short.isEmpty ? text : short))
    }

    @Test(arguments: ["PT1666666666666666666666666666666M", "P999999999D", "PT1e9H", "PT.S", "P"])
    func aDurationThatNobodyWaitsForIsNone(text: String) {
        #expect(ISODuration.read(text) == (text == "P" ? .zero : nil))
    }

    @Test func unknownStatusesAreKept() {
        #expect(JobStatus(rawValue: "Sleeping").rawValue == "Sleeping")
        #expect(!JobStatus(rawValue: "Sleeping").isTerminal)
        #expect(JobStatus(rawValue: "completed") == .completed)
    }

    @Test(arguments: [
        Datastore.Kind.blob, .dataLakeGen1, .dataLakeGen2, .file, .oneLake, .other("Hdfs"),
    ])
    func aKindOfDatastoreIsItsWord(kind: Datastore.Kind) throws {
        #expect(Datastore.Kind(rawValue: kind.rawValue) == kind)
        let read = try WireJSON.decode(Datastore.Kind.self, from: try WireJSON.encode(kind))
        #expect(read == kind)
    }
}
