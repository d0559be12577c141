extension Route {
    /// The stable management version batchdeck asks for (CONTRACT §2).
    public static let managementVersion = "2024-04-01"
    /// The version the per-endpoint job lists were published with (CONTRACT §4.3).
    public static let frontEndVersion = "2020-09-01-dataplanepreview"
    /// The version of the content hash that code is asked for by (CONTRACT §6).
    public static let contentHashVersion = "202208"

    /// The request line below the plane's base address.
    public var request: RouteRequest {
        switch self {
        case .cloudMetadata: RouteRequest(.get, ["metadata", "endpoints"])
        case .discovery: RouteRequest(.get, ["discovery"])
        case .management(let scope, let call): call.request(in: scope)
        case .operationResult(let subscriptionID, let region, let operation):
            Self.operation(subscriptionID, region, "mfeOperationResults", operation)
        case .operationStatus(let subscriptionID, let region, let operation):
            Self.operation(subscriptionID, region, "mfeOperationsStatus", operation)
        case .scoring(let endpoint, let call): call.request(of: endpoint)
        case .frontEnd(let scope, let call): call.request(in: scope)
        case .history(let scope, let call): call.request(in: scope)
        case .resolveURIs(let scope):
            RouteRequest(
                .post,
                ["data", "v1.0"] + scope.segments + ["dataversion", "batchGetResolvedUris"])
        case .clean: RouteRequest(.post, ["engine", "clean"])
        case .searchJobs: RouteRequest(.post, ["engine", "jobs", "search"])
        case .storage(let container, let call): call.request(in: container)
        }
    }

    private static func operation(
        _ subscriptionID: String, _ region: String, _ word: String, _ operation: String
    ) -> RouteRequest {
        RouteRequest(
            .get,
            [
                "subscriptions", subscriptionID, "providers", "Microsoft.MachineLearningServices",
                "locations", region, word, operation,
            ], query: [.init("api-version", Route.managementVersion)])
    }
}

extension WorkspaceScope {
    var segments: [String] {
        [
            "subscriptions", subscriptionID, "resourceGroups", resourceGroup, "providers",
            "Microsoft.MachineLearningServices", "workspaces", workspace,
        ]
    }
}

extension Route.Management {
    func request(in scope: WorkspaceScope) -> RouteRequest {
        let (method, tail, query) = parts
        let version = RouteRequest.QueryItem("api-version", Route.managementVersion)
        return RouteRequest(method, scope.segments + tail, query: [version] + query)
    }

    typealias Parts = (RouteRequest.Method, [String], [RouteRequest.QueryItem])

    private var parts: Parts {
        switch self {
        case .workspace: (.get, [], [])
        case .endpoints(let page): (.get, ["batchEndpoints"], page.items)
        case .endpoint(let name): (.get, ["batchEndpoints", name.rawValue], [])
        case .deployments(let endpoint, let page):
            (.get, ["batchEndpoints", endpoint.rawValue, "deployments"], page.items)
        case .deployment(let endpoint, let name):
            (.get, ["batchEndpoints", endpoint.rawValue, "deployments", name.rawValue], [])
        case .datastores(let page, let onlyDefault):
            (.get, ["datastores"], page.items + (onlyDefault ? [.init("isDefault", "true")] : []))
        case .datastore(let name): (.get, ["datastores", name.rawValue], [])
        case .datastoreSecrets(let name):
            (.post, ["datastores", name.rawValue, "listSecrets"], [])
        case .dataAssets(let page): (.get, ["data"], page.items + [page.view.item])
        case .dataAsset(let name): (.get, ["data", name.rawValue], [])
        case .dataVersions(let name, let page):
            (.get, ["data", name.rawValue, "versions"], page.items + [page.view.item])
        case .dataVersion(let name, let version):
            (.get, ["data", name.rawValue, "versions", version], [])
        case .putDataVersion(let name, let version):
            (.put, ["data", name.rawValue, "versions", version], [])
        case .labelledData(let name, let label):
            (.get, ["data", name.rawValue, "versions", "labels", label], [])
        case .assets(let kind, let call): call.parts(of: kind.rawValue)
        case .computes(let page): (.get, ["computes"], page.items)
        case .compute(let name): (.get, ["computes", name], [])
        case .change(let change): change.parts
        case .jobs(let page, let tag):
            (
                .get, ["jobs"],
                page.items + [page.view.item] + (tag.map { [.init("tag", $0)] } ?? [])
            )
        case .job(let id): (.get, ["jobs", id.rawValue], [])
        case .cancelJob(let id): (.post, ["jobs", id.rawValue, "cancel"], [])
        case .putJob(let id): (.put, ["jobs", id.rawValue], [])
        case .patchJob(let id): (.patch, ["jobs", id.rawValue], [])
        }
    }
}

extension Route.Scoring {
    func request(of endpoint: Endpoint.Name) -> RouteRequest {
        let base = ["endpoints", endpoint.rawValue, "jobs"]
        return switch self {
        case .invoke: RouteRequest(.post, base)
        case .job(let id): RouteRequest(.get, base + [id.rawValue])
        }
    }
}

extension Route.FrontEnd {
    func request(in scope: WorkspaceScope) -> RouteRequest {
        switch self {
        case .jobs(let endpoint, let deployment, let page):
            let below = deployment.map { ["deployments", $0.rawValue] } ?? []
            return RouteRequest(
                .get,
                ["mferp", "managementfrontend"] + scope.segments
                    + ["batchEndpoints", endpoint.rawValue] + below + ["jobs"],
                query: [.init("api-version", Route.frontEndVersion)] + page.items
                    + (page.view == .active ? [] : [page.view.item]))
        }
    }
}

extension Route.History {
    func request(in scope: WorkspaceScope) -> RouteRequest {
        let base = ["history", "v1.0"] + scope.segments
        return switch self {
        case .run(let id): RouteRequest(.get, base + ["runs", id])
        case .children(let id, let page):
            RouteRequest(.get, base + ["runs", id, "children"], query: page.items)
        case .details(let id): RouteRequest(.get, base + ["runs", id, "details"])
        case .runData: RouteRequest(.post, base + ["rundata"])
        case .counters(let id): RouteRequest(.get, base + ["runs", id, "metrics"])
        case .modify(let experiment, let run):
            RouteRequest(.patch, base + ["experiments", experiment, "runs", run])
        }
    }
}

extension Route.Storage {
    func request(in container: String) -> RouteRequest {
        switch self {
        case .listContainers(let list):
            RouteRequest(.get, [], query: list.items.filter { $0.name != "restype" })
        case .createContainer: RouteRequest(.put, [container], query: [Self.ofContainer])
        case .containerProperties: RouteRequest(.get, [container], query: [Self.ofContainer])
        case .deleteContainer: RouteRequest(.delete, [container], query: [Self.ofContainer])
        case .list(let list): RouteRequest(.get, [container], query: list.items)
        case .properties(let blob): RouteRequest(.head, path(container, blob))
        case .read(let blob): RouteRequest(.get, path(container, blob))
        case .put(let blob): RouteRequest(.put, path(container, blob))
        case .putBlock(let blob, let id):
            RouteRequest(
                .put, path(container, blob),
                query: [.init("comp", "block"), .init("blockid", id)])
        case .putBlockList(let blob):
            RouteRequest(.put, path(container, blob), query: [.init("comp", "blocklist")])
        case .putMetadata(let blob):
            RouteRequest(.put, path(container, blob), query: [.init("comp", "metadata")])
        case .putProperties(let blob):
            RouteRequest(.put, path(container, blob), query: [.init("comp", "properties")])
        case .delete(let blob): RouteRequest(.delete, path(container, blob))
        }
    }

    private static let ofContainer = RouteRequest.QueryItem("restype", "container")

    private func path(_ container: String, _ blob: String) -> [String] {
        [container] + blob.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    }
}

extension BlobListQuery {
    var items: [RouteRequest.QueryItem] {
        var items: [RouteRequest.QueryItem] = [
            .init("restype", "container"), .init("comp", "list"),
        ]
        if !prefix.isEmpty { items.append(.init("prefix", prefix)) }
        if let delimiter { items.append(.init("delimiter", delimiter)) }
        if let marker { items.append(.init("marker", marker)) }
        if let limit { items.append(.init("maxresults", String(limit))) }
        if includesMetadata { items.append(.init("include", "metadata")) }
        return items
    }
}
