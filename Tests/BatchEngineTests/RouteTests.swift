import BatchModel
import Foundation
import Testing

@testable import BatchEngine

@Suite struct RouteTests {
    private let fixture: EngineFixture

    init() throws { fixture = try EngineFixture() }

    private var scope: WorkspaceScope { fixture.engine.scope }

    /// Every route there is, and what it answers on a fresh engine.
    private var everyRoute: [(Route, String?, Int)] {
        func management(_ call: Route.Management) -> Route { .management(scope, call) }
        let version =
            #"{"properties":{"dataType":"uri_folder","dataUri":"azureml://datastores/workspaceblobstore/paths/x"}}"#
        return [
            (.cloudMetadata, nil, 200), (.discovery, nil, 200),
            (management(.workspace), nil, 200), (management(.endpoints(PageQuery())), nil, 200),
            (management(.endpoint("toys")), nil, 200),
            (management(.deployments("toys", PageQuery())), nil, 200),
            (management(.deployment("toys", "good")), nil, 200),
            (management(.datastores(PageQuery(), onlyDefault: true)), nil, 200),
            (management(.datastore("workspaceartifactstore")), nil, 200),
            (management(.datastoreSecrets("workspaceblobstore")), nil, 200),
            (management(.dataAssets(PageQuery())), nil, 200),
            (management(.dataAsset("toys")), nil, 200),
            (management(.dataVersions("toys", PageQuery())), nil, 200),
            (management(.dataVersion("toys", version: "2")), nil, 200),
            (management(.putDataVersion("fresh", version: "1")), version, 201),
            (management(.assets(.components, .version(name: "c", version: "1"))), nil, 404),
            (management(.labelledData("toys", label: "latest")), nil, 200),
            (management(.computes(PageQuery())), nil, 200),
            (management(.compute("local")), nil, 200),
            (
                .operationStatus(
                    subscriptionID: scope.subscriptionID, region: "nowhere", operation: "jc:x:y"),
                nil, 404
            ),
            (management(.jobs(PageQuery(), tag: nil)), nil, 200),
            (management(.jobs(PageQuery(), tag: "batchdeck.submission=1")), nil, 200),
            (management(.job("none")), nil, 404), (management(.cancelJob("none")), nil, 404),
            (
                .operationResult(
                    subscriptionID: scope.subscriptionID, region: "nowhere", operation: "jc:x:y"),
                nil, 404
            ),
            (.scoring("toys", .invoke), #"{"properties":{}}"#, 400),
            (.scoring("toys", .job("none")), nil, 404),
            (.frontEnd(scope, .jobs("toys", nil, PageQuery())), nil, 200),
            (.frontEnd(scope, .jobs("toys", "good", PageQuery())), nil, 200),
            (.history(scope, .run("none")), nil, 404),
            (.history(scope, .children("none", PageQuery())), nil, 404),
            (.history(scope, .details("none")), nil, 404),
            (.history(scope, .runData), #"{"runId":"none","selectRunMetadata":true}"#, 404),
            (.history(scope, .counters("none")), nil, 404),
            (.resolveURIs(scope), #"{"values":["azureml://locations/x"]}"#, 200),
            (.storage(container: "azureml", .list(BlobListQuery())), nil, 200),
            (.storage(container: "new-one", .createContainer), nil, 201),
            (.storage(container: "azureml", .put(blob: "a")), nil, 201),
            (.storage(container: "azureml", .properties(blob: "a")), nil, 200),
            (.storage(container: "azureml", .read(blob: "a")), nil, 200),
            (.storage(container: "azureml", .putMetadata(blob: "a")), nil, 200),
            (.storage(container: "azureml", .putBlock(blob: "b", id: "QQ==")), nil, 201),
            (
                .storage(container: "azureml", .putBlockList(blob: "b")),
                "<BlockList><Latest>QQ==</Latest></BlockList>", 201
            ),
            (.storage(container: "azureml", .delete(blob: "a")), nil, 202),
        ] + everyChange + everyAssetRoute
    }

    private var everyChange: [(Route, String?, Int)] {
        let changes: [(Route.Change, String?, Int)] = [
            (.putEndpoint("fresh"), "{}", 201), (.patchEndpoint("fresh"), "{}", 200),
            (.deleteEndpoint("fresh"), nil, 202), (.putDeployment("none", "d-1"), "{}", 404),
            (.patchDeployment("toys", "good"), "{}", 200),
            (.deleteDeployment("toys", "none"), nil, 204), (.putDatastore("x"), "{}", 400),
            (.deleteDatastore("none"), nil, 204), (.putDataAsset("toys"), "{}", 200),
            (.deleteDataVersion("none", version: "1"), nil, 204),
            (.deleteDataAsset("none"), nil, 204), (.putCompute("big"), "{}", 201),
            (.deleteCompute("big"), nil, 202),
        ]
        return changes.map { (.management(scope, .change($0.0)), $0.1, $0.2) }
    }

    private var everyAssetRoute: [(Route, String?, Int)] {
        Route.AssetKind.allCases.flatMap { kind -> [(Route, String?, Int)] in
            let calls: [(Route.Assets, String?, Int)] = [
                (.list(PageQuery(view: .all)), nil, 200), (.container("none"), nil, 404),
                (.putContainer("none"), "{}", 404), (.deleteContainer("none"), nil, 204),
                (.versions("none", PageQuery()), nil, 200),
                (.versions("none", PageQuery(), hash: "00"), nil, 200),
                (.version(name: "none", version: "1"), nil, 404),
                (.deleteVersion(name: "none", version: "1"), nil, 204),
                (.labelled(name: "none", label: "latest"), nil, 404),
                (.startUpload(name: "c", version: "1"), "{}", 200),
            ]
            return calls.map { (.management(scope, .assets(kind, $0.0)), $0.1, $0.2) }
        }
    }

    @Test func everyRouteIsAnswered() async throws {
        for (route, json, status) in everyRoute {
            let response = await fixture.ask(route, json: json)
            #expect(response.status == status, "\(route): \(response.text)")
            #expect(response.headers["x-ms-request-id"] != nil)
            #expect(response.headers["x-request-time"]?.contains(".") == true)
            guard status >= 400 else { continue }
            let error = try WireJSON.decode(WireError.self, from: response.bytes)
            #expect(!error.text.isEmpty)
            #expect(response.headers["x-ms-response-type"] == "error")
        }
    }

    @Test func anyVersionOfTheInterfaceGetsTheSameAnswer() async {
        let target = scope.armID + "/batchEndpoints/toys"
        for version in ["", "?api-version=2022-05-01", "?api-version=2099-01-01-preview"] {
            #expect(await fixture.send(.get, target + version).status == 200)
        }
        let shouted = target.replacingOccurrences(of: "resourceGroups", with: "resourcegroups")
        #expect(await fixture.send(.get, shouted).status == 200)
    }

    @Test func whatIsNotServedIsSaidSo() async throws {
        for target in ["/", "/nothing", scope.armID + "/onlineEndpoints", "/metadata"] {
            let response = await fixture.send(.get, target)
            #expect(response.status == 404)
            #expect(response.refusal.contains("not served"))
        }
        #expect(await fixture.send(.get, "/a%zz").status == 400)
        let other = scope.armID.replacingOccurrences(of: "/ws", with: "/elsewhere")
        let response = await fixture.send(.get, other + "/batchEndpoints")
        #expect(response.status == 404)
        #expect(response.refusal.contains("elsewhere"))
    }

    @Test func aClientFindsItsWayFromTheCloudToTheWorkspace() async throws {
        let clouds = try await fixture.get([JSONValue].self, .cloudMetadata)
        #expect(clouds.first?["resourceManager"]?.string == "http://127.0.0.1:8123/")
        #expect(clouds.first?["suffixes"]?["storage"]?.string == "core.localhost:8123")
        #expect(clouds.first?["portal"]?.string?.split(separator: ".").count == 3)
        let workspace = try await fixture.get(WireResource<WireWorkspace>.self, .workspace)
        #expect(workspace.id == scope.armID)
        let discovery = try #require(workspace.properties?.discoveryUrl)
        #expect(discovery == "http://127.0.0.1:8123/discovery")
        let bases = try await fixture.get(WireDiscovery.self, .discovery)
        #expect(bases.api == "http://127.0.0.1:8123")
    }

    @Test func anEndpointSaysWhereJobsArePosted() async throws {
        let wire = try await fixture.get(WireResource<WireEndpoint>.self, .endpoint("toys"))
        let endpoint = try #require(Endpoint(wire))
        #expect(endpoint.scoringURI == "http://127.0.0.1:8123/endpoints/toys/jobs")
        #expect(endpoint.defaultDeployment == "good")
        #expect(endpoint.summary == "Counts toys.")
        #expect(wire.location == "nowhere")
        let lonely = try await fixture.get(WireResource<WireEndpoint>.self, .endpoint("lonely"))
        #expect(Endpoint(lonely)?.defaultDeployment == nil)
        let missing = await fixture.ask(.endpoint("none"))
        #expect(missing.status == 404)
        #expect(missing.refusal.contains("There is no endpoint with name: none"))
    }

    @Test func aDeploymentCarriesItsSettings() async throws {
        let wire = try await fixture.get(
            WireResource<WireDeployment>.self, .deployment("toys", "good"))
        let deployment = try #require(Deployment(wire, endpoint: "toys"))
        #expect(deployment.modelSettings?.miniBatchSize == 2)
        #expect(deployment.compute == "local")
        #expect(wire.properties?.codeConfiguration?.scoringScript == "score.py")
        #expect(wire.properties?.model?.assetId == scope.armID + "/models/toy-model/versions/1")
        // The official client takes any configuration for a pipeline component's.
        #expect(wire.properties?.deploymentConfiguration == nil)
    }

    @Test func listsComeInPagesWithAbsoluteLinks() async throws {
        let first = try await fixture.get(
            WirePage<WireResource<WireEndpoint>>.self, .endpoints(PageQuery(count: 1)))
        #expect(first.value.map(\.name) == ["lonely"])
        let link = try #require(first.nextLink)
        #expect(link.hasPrefix("http://127.0.0.1:8123/subscriptions/"))
        #expect(link.contains("api-version=") && link.contains("$skip=1"))
        let rest = await fixture.send(.get, String(link.dropFirst("http://127.0.0.1:8123".count)))
        let second = try WireJSON.decode(
            WirePage<WireResource<WireEndpoint>>.self, from: rest.bytes)
        #expect(second.value.map(\.name) == ["toys"])
        #expect(second.nextLink == nil)
        let odd = await fixture.ask(.endpoints(PageQuery(skip: "other", count: nil)))
        #expect(odd.status == 400)
    }

    @Test func theDefaultDatastoreLeadsToItsContainer() async throws {
        let page = try await fixture.get(
            WirePage<WireResource<WireDatastore>>.self, .datastores(PageQuery(), onlyDefault: true))
        let store = try #require(page.value.first.flatMap { Datastore($0) })
        #expect(page.value.count == 1)
        #expect(store.name == "workspaceblobstore")
        #expect(store.containerName == fixture.engine.folders.defaultContainer)
        #expect(store.endpointSuffix == "core.localhost:8123")
        #expect(store.scheme == "http")
        let secrets = try await fixture.get(
            WireSecrets.self, .datastoreSecrets("workspaceblobstore"))
        #expect(secrets.secretsType == "Sas")
        let token = try #require(secrets.sasToken)
        let target = "/\(fixture.engine.folders.defaultContainer)/a?" + token
        #expect(fixture.engine.access.allows(.put, target, now: EngineClock.now))
    }

    @Test func aDeepOrForeignBodyIsRefused() async {
        let route = Route.resolveURIs(scope)
        let deep = String(repeating: "[", count: 100) + String(repeating: "]", count: 100)
        #expect(await fixture.ask(route, json: "{\"values\":\(deep)}").status == 400)
        let plain = await fixture.ask(route, headers: [("Content-Type", "text/plain")])
        #expect(plain.status == 415)
        let request = route.request
        let long = EngineBody(length: 2 << 20) { _ in }
        let refused = await fixture.engine.respond(
            to: EngineRequest(
                .post, request.target,
                headers: EngineHeaders([("content-type", "application/json")]),
                body: long))
        #expect(refused.status == 413)
    }

    @Test func nestingIsCountedOutsideTexts() {
        #expect(RouteContext.shape(of: Array(#"{"a":"[[[","b":[1,{"c":"\"[["}]}"#.utf8)).depth == 3)
    }

    @Test func aDeploymentThatCannotBeReadIsListedAsFailedWithItsReason() async throws {
        let page = try await fixture.get(
            JSONValue.self, .deployments("toys", PageQuery()))
        guard case .array(let listed)? = page["value"] else {
            Issue.record("no list: \(page)")
            return
        }
        let found = listed.first { $0["name"]?.string == "broken" }
        let properties: JSONValue = try #require(found?["properties"])
        #expect(properties["provisioningState"]?.string == "Failed")
        let reason = properties["description"]?.string ?? ""
        #expect(reason.hasPrefix("endpoints/toys/broken/deployment.yml:"), "\(reason)")
        #expect(listed.count == 3, "the others are there")
    }
}
