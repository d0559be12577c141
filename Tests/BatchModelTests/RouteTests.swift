import Testing

@testable import BatchModel

/// Every route goes around the circle: printed, taken apart, parsed back.
@Suite struct RouteTests {
    static let scope = WorkspaceScope(
        subscriptionID: "00000000-0000-0000-0000-000000000001", resourceGroup: "local-rg",
        workspace: "local-ws")

    static let routes: [Route] =
        [.cloudMetadata, .discovery, .resolveURIs(scope), .clean, .searchJobs]
        + [
            .operationResult(subscriptionID: "s", region: "local", operation: "jc:ws:job-1"),
            .operationStatus(subscriptionID: "s", region: "local", operation: "be:ws:1"),
            .scoring("wine-classifier", .invoke), .scoring("wine-classifier", .job("batchjob-1")),
            .frontEnd(scope, .jobs("wine", nil, PageQuery())),
            .frontEnd(scope, .jobs("wine", "gnb", PageQuery(skip: "200", count: 50))),
            .frontEnd(scope, .jobs("wine", nil, PageQuery(view: .archived))),
        ] + management.map { .management(scope, $0) } + history.map { .history(scope, $0) }
        + storage.map { .storage(container: "azureml", $0) }
        + [.storage(container: "", .listContainers(BlobListQuery(prefix: "a", limit: 2)))]

    static let management: [Route.Management] =
        [
            .workspace, .endpoints(PageQuery()), .endpoint("wine"),
            .deployments("wine", PageQuery(skip: "a b+c%", count: 5)), .deployment("wine", "gnb"),
            .datastores(PageQuery(), onlyDefault: true),
            .datastores(PageQuery(), onlyDefault: false),
            .datastore("workspaceblobstore"), .datastoreSecrets("workspaceblobstore"),
            .dataAssets(PageQuery()), .dataAsset("wine-data"),
            .dataVersions("wine-data", PageQuery()),
            .dataVersion("wine-data", version: "1"), .putDataVersion("wine-data", version: "v 2/3"),
            .dataAssets(PageQuery(view: .all)),
            .dataVersions("wine-data", PageQuery(view: .archived)),
            .labelledData("wine-data", label: "latest"), .computes(PageQuery()), .compute("local"),
            .jobs(PageQuery(skip: "100", count: 100), tag: nil),
            .jobs(PageQuery(), tag: "azureml.batchrun=true"), .job("batchjob-1"),
            .cancelJob("batchjob-1"), .putJob("batchjob-1"), .patchJob("batchjob-1"),
            .jobs(PageQuery(view: .all), tag: nil),
            .jobs(PageQuery(count: 3, view: .archived), tag: "a"),
        ] + changes.map { .change($0) }
        + Route.AssetKind.allCases.flatMap { kind in
            assets.map { .assets(kind, $0) }
        }

    static let changes: [Route.Change] = [
        .putEndpoint("wine"), .patchEndpoint("wine"), .deleteEndpoint("wine"),
        .putDeployment("wine", "gnb"), .patchDeployment("wine", "gnb"),
        .deleteDeployment("wine", "gnb"), .putDatastore("store"), .deleteDatastore("store"),
        .putDataAsset("wine-data"), .deleteDataAsset("wine-data"),
        .deleteDataVersion("wine-data", version: "v 2/3"), .putCompute("local"),
        .deleteCompute("local"),
    ]

    static let assets: [Route.Assets] = [
        .list(PageQuery(view: .all)), .container("gnb"), .putContainer("gnb"),
        .deleteContainer("gnb"),
        .versions("gnb", PageQuery(count: 1)),
        .versions("gnb", PageQuery(view: .archived), hash: "0a1b"),
        .version(name: "gnb", version: "1"), .putVersion(name: "gnb", version: "v 2/3"),
        .deleteVersion(name: "gnb", version: "1"), .labelled(name: "gnb", label: "latest"),
        .startUpload(name: "gnb", version: "1"),
    ]

    static let history: [Route.History] = [
        .run("r"), .children("r", PageQuery()), .children("r", PageQuery(skip: "x")),
        .details("r"), .runData, .counters("r"), .modify(experiment: "e x", run: "r"),
    ]

    static let storage: [Route.Storage] = [
        .createContainer, .containerProperties, .deleteContainer, .putProperties(blob: "a"),
        .list(BlobListQuery()),
        .list(
            BlobListQuery(
                prefix: "azureml/a b/", delimiter: "/", marker: "m/1", limit: 7,
                includesMetadata: true)), .properties(blob: "a/b.csv"), .read(blob: "ä/ö +%.txt"),
        .put(blob: "a"), .putBlock(blob: "a/b", id: "AAAA=="), .putBlockList(blob: "a/b"),
        .putMetadata(blob: "a/b"), .delete(blob: "a/b"), .properties(blob: "azureml/x/score/"),
    ]

    @Test(arguments: routes) func aRouteComesBackAsItself(route: Route) throws {
        let printed = route.request
        let read = try #require(
            RouteRequest(method: printed.method, target: printed.target))
        #expect(read == printed)
        #expect(Route(read, isStorageHost: route.plane == .storage) == route)
    }

    @Test func segmentNamesAreComparedWithoutCase() throws {
        let target =
            "/Subscriptions/s/resourcegroups/r/providers/microsoft.machinelearningservices"
            + "/Workspaces/w/BatchEndpoints/Wine?API-version=2099-01-01"
        let request = try #require(RouteRequest(method: .get, target: target))
        let scope = WorkspaceScope(subscriptionID: "s", resourceGroup: "r", workspace: "w")
        #expect(Route(request, isStorageHost: false) == .management(scope, .endpoint("Wine")))
    }

    @Test(arguments: ["components/c/labels/latest", "components/c/versions/labels/latest"])
    func aLabelIsReadInBothSpellings(tail: String) throws {
        let target = Self.scope.armID + "/" + tail
        let request = try #require(RouteRequest(method: .get, target: target))
        let call = Route.Management.assets(.components, .labelled(name: "c", label: "latest"))
        #expect(Route(request, isStorageHost: false) == .management(Self.scope, call))
    }

    @Test func thePagesOfOlderAndNewerClientsAreUnderstood() throws {
        let request = try #require(
            RouteRequest(method: .get, target: "/x?count=30&%24skipToken=abc"))
        #expect(PageQuery(request) == PageQuery(skip: "abc", count: 30))
    }

    @Test(arguments: [
        "no-slash", "/%zz", "/%ff%fe", "/a?x=%2",
    ]) func aBrokenTargetIsNoRequest(target: String) {
        #expect(RouteRequest(method: .get, target: target) == nil)
    }

    @Test(arguments: [
        "/", "/subscriptions", "/subscriptions/s/resourceGroups/r", "/endpoints/e",
        "/endpoints/e/jobs/j/k", "/history/v1.0/runs/x", "/unknown/thing",
    ]) func whatIsNotInTheTableIsNoRoute(target: String) throws {
        let request = try #require(RouteRequest(method: .get, target: target))
        #expect(Route(request, isStorageHost: false) == nil)
    }

    @Test func aBlobIsNotReadOnTheWrongHost() throws {
        let request = try #require(RouteRequest(method: .get, target: "/azureml/a.txt"))
        #expect(Route(request, isStorageHost: false) == nil)
        #expect(
            Route(request, isStorageHost: true)
                == .storage(container: "azureml", .read(blob: "a.txt")))
    }
}
