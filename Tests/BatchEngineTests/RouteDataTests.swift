import BatchModel
import Testing

@testable import BatchEngine

@Suite struct RouteDataTests {
    private let fixture: EngineFixture

    init() throws { fixture = try EngineFixture() }

    private var scope: WorkspaceScope { fixture.engine.scope }

    @Test func theLatestVersionIsTheOneMadeLast() async throws {
        let container = try await fixture.get(
            WireResource<WireDataContainer>.self, .dataAsset("toys"))
        #expect(container.properties?.latestVersion == "10")
        #expect(container.properties?.nextVersion == "11")
        let page = try await fixture.get(
            WirePage<WireResource<WireDataVersion>>.self, .dataVersions("toys", PageQuery()))
        #expect(page.value.map(\.name) == ["10", "2", "1"])
        let missing = await fixture.ask(.dataVersion("toys", version: "7"))
        #expect(missing.status == 404)
    }

    @Test func aVersionNamesItsFilesByALongAddress() async throws {
        let version = try await fixture.get(
            WireResource<WireDataVersion>.self, .dataVersion("toys", version: "2"))
        #expect(
            version.properties?.dataUri == scope.longURI
                + "/datastores/workspaceblobstore/paths/workspace-data/toys/2/")
        #expect(version.id == scope.armID + "/data/toys/versions/2")
    }

    @Test func aVersionIsRegisteredOnceAndKept() async throws {
        let call = Route.Management.putDataVersion("uploads", version: "foo")
        let json =
            #"{"properties":{"dataType":"uri_folder","description":"d","dataUri":"azureml://datastores/workspaceblobstore/paths/LocalUpload/x/y"}}"#
        let made = await fixture.ask(call, json: json)
        #expect(made.status == 201)
        let wire = try WireJSON.decode(WireResource<WireDataVersion>.self, from: made.bytes)
        let long = scope.longURI + "/datastores/workspaceblobstore/paths/LocalUpload/x/y/"
        #expect(wire.properties?.dataUri == long)
        #expect(await fixture.ask(call, json: json).status == 200)
        let other = json.replacing("x/y", with: "x/z")
        let refused = await fixture.ask(call, json: other)
        #expect(refused.status == 409)
        #expect(refused.refusal.contains("choose another version"))
        let container = try await fixture.get(
            WireResource<WireDataContainer>.self, .dataAsset("uploads"))
        #expect(container.properties?.latestVersion == "foo")
        #expect(container.properties?.nextVersion == "1")
        #expect(RegisteredData(fixture.state + "/data-assets").all.map(\.uri) == [long])
    }

    @Test(arguments: ["mltable", "custom_model"])
    func otherTypesOfDataAreRefused(type: String) async {
        let json = "{\"properties\":{\"dataType\":\"\(type)\",\"dataUri\":\"azureml://x\"}}"
        let response = await fixture.ask(.putDataVersion("a", version: "1"), json: json)
        #expect(response.status == 400)
        #expect(response.refusal.contains("uri_folder"))
    }

    @Test(arguments: ["a/b", "..", "a:b", ""])
    func aNameThatIsNoFileNameIsRefused(name: String) async {
        let json = #"{"properties":{"dataType":"uri_file","dataUri":"azureml://x"}}"#
        let call = Route.Management.putDataVersion(DataAsset.Name("a"), version: name)
        let response = await fixture.ask(call, json: json)
        #expect((400..<500).contains(response.status))
    }

    @Test func assetIDsAreResolvedToAddresses() async throws {
        let ids = [
            "azureml://locations/nowhere/workspaces/x/data/toys/versions/2",
            scope.armID + "/data/one-toy/versions/1", "azureml:toys@latest", "azureml://unknown",
        ]
        let question = try WireJSON.encode(WireResolvedURIs.Question(values: ids))
        let answer = try await fixture.get(
            WireResolvedURIs.Answer.self, .resolveURIs(scope),
            json: String(decoding: question, as: UTF8.self))
        let values = try #require(answer.values)
        #expect(values.count == 3)
        #expect(values[ids[0]]?.uri?.hasSuffix("workspace-data/toys/2/") == true)
        #expect(values[ids[1]]?.type == "UriFile")
        #expect(values[ids[2]]?.uri?.hasSuffix("workspace-data/toys/10/") == true)
    }

    @Test(
        arguments: [
            "azureml://datastores/d/paths/a/b/", "LONG/datastores/d/paths/a/b/",
            "ARM/datastores/d/paths/a/b/", "azureml:ARM/datastores/d/paths/a/b/",
            "azureml:/LONGPATH/datastores/d/paths/a/b/",
        ])
    func everyFormOfADatastorePathIsRead(form: String) {
        let text = form.replacing("ARM", with: scope.armID)
            .replacing("LONGPATH", with: String(scope.longURI.dropFirst("azureml://".count)))
            .replacing("LONG", with: scope.longURI)
        let place = DatastorePlace(text, in: scope)
        #expect(place == DatastorePlace(datastore: "d", path: "a/b/"), "\(text)")
    }

    @Test(
        arguments: [
            "azureml://datastores/d", "azureml:n:1", "/subscriptions/x", "local/path",
            "azureml://subscriptions/other/resourcegroups/rg/workspaces/ws/datastores/d/paths/a",
        ])
    func anythingElseIsNoDatastorePath(text: String) {
        #expect(DatastorePlace(text, in: scope) == nil)
    }
}
