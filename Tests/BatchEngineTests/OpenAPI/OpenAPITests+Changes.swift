import BatchModel
import Testing

@testable import BatchEngine

/// What makes, changes and takes away answers in the published shape, refusals too.
extension OpenAPITests {
    @Test func changesOfEndpointsAreThePublishedShape() async throws {
        let shapes = try PublishedShapes(Self.management)
        let body = #"{"location":"nowhere","tags":{"a":"b"},"properties":{"authMode":"AADToken"}}"#
        try await hold(.change(.putEndpoint("fresh")), 201, json: body, to: shapes)
        try await hold(.change(.putEndpoint("fresh")), 200, json: body, to: shapes)
        try await hold(.change(.putEndpoint("x")), 400, json: body, to: shapes)
        let tags = #"{"tags":{"a":"c"}}"#
        try await hold(.change(.patchEndpoint("fresh")), 200, json: tags, to: shapes)
        try await hold(.change(.patchEndpoint("nobody")), 404, json: tags, to: shapes)
        try await hold(.change(.deleteEndpoint("fresh")), 202, to: shapes)
        try await hold(.change(.deleteEndpoint("fresh")), 204, to: shapes)
    }

    @Test func changesOfDeploymentsAreThePublishedShape() async throws {
        let shapes = try PublishedShapes(Self.management)
        let code = try await fixture.register(code: ["score.py": EngineFixture.script], as: "c-1")
        let model = try await fixture.register(model: ["weights.txt": "1"], as: "toy-net")
        let body = DeploymentBody.model(code: code, model: model)
        try await hold(.change(.putDeployment("toys", "fresh")), 201, json: body, to: shapes)
        try await hold(.change(.putDeployment("toys", "fresh")), 200, json: body, to: shapes)
        try await hold(.change(.putDeployment("nobody", "fresh")), 404, json: body, to: shapes)
        let tags = #"{"tags":{"a":"c"}}"#
        try await hold(.change(.patchDeployment("toys", "fresh")), 200, json: tags, to: shapes)
        try await hold(.change(.deleteDeployment("toys", "fresh")), 202, to: shapes)
        try await hold(.change(.deleteDeployment("toys", "fresh")), 204, to: shapes)
    }

    @Test func changesOfDataAndDatastoresAreThePublishedShape() async throws {
        let shapes = try PublishedShapes(Self.management)
        let archive = #"{"properties":{"dataType":"uri_folder","isArchived":true}}"#
        try await hold(.change(.putDataAsset("toys")), 200, json: archive, to: shapes)
        let data = #"""
            {"properties":{"dataType":"uri_folder","dataUri":"azureml://datastores/workspaceblobstore/paths/x",
             "tags":{"a":"b"},"properties":{"source":"lab"}}}
            """#
        try await hold(.putDataVersion("fresh", version: "1"), 201, json: data, to: shapes)
        try await hold(.dataVersion("fresh", version: "1"), 200, to: shapes)
        try await hold(.change(.deleteDataVersion("toys", version: "2")), 200, to: shapes)
        try await hold(.change(.deleteDataVersion("toys", version: "2")), 204, to: shapes)
        try await hold(.change(.deleteDataAsset("toys")), 200, to: shapes)
        let store = #"""
            {"properties":{"datastoreType":"AzureBlob","accountName":"batchdeck",
             "containerName":"my-box","credentials":{"credentialsType":"None"}}}
            """#
        try await hold(.change(.putDatastore("mine")), 201, json: store, to: shapes)
        try await hold(.change(.putDatastore("mine")), 200, json: store, to: shapes)
        try await hold(.change(.deleteDatastore("mine")), 200, to: shapes)
        try await hold(.change(.deleteDatastore("mine")), 204, to: shapes)
    }

    @Test func anArchivedJobIsThePublishedShape() async throws {
        let shapes = try PublishedShapes(Self.management)
        let job = try await start("toys", Self.toys)
        let archive = #"{"properties":{"jobType":"Pipeline","isArchived":true}}"#
        try await hold(.putJob(job), 200, json: archive, to: shapes)
        try await hold(.jobs(PageQuery(view: .archived), tag: nil), 200, to: shapes)
        await fixture.engine.shutdown()
    }
}
