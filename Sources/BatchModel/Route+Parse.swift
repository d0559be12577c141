extension Route {
    /// Reads a request line back.
    ///
    /// - Parameter isStorageHost: true when the request's host is a storage account's, where the first path segment is a container.
    /// - Returns: nil when nothing in the table answers to it. Segment names are compared without case, names of things with it.
    public init?(_ request: RouteRequest, isStorageHost: Bool) {
        if isStorageHost {
            guard let route = Self.storage(request) else { return nil }
            self = route
            return
        }
        let route: Route? =
            switch request.path.first?.lowercased() {
            case "metadata":
                request.matches(.get, "metadata", "endpoints") ? .cloudMetadata : nil
            case "discovery": request.matches(.get, "discovery") ? .discovery : nil
            case "subscriptions": Self.management(request)
            case "endpoints": Self.scoring(request)
            case "mferp": Self.frontEnd(request)
            case "history": Self.history(request)
            case "data": Self.resolve(request)
            default: nil
            }
        guard let route else { return nil }
        self = route
    }

    private static func storage(_ request: RouteRequest) -> Route? {
        guard let container = request.path.first, !container.isEmpty else { return nil }
        let blob = request.path.dropFirst().joined(separator: "/")
        let part = request.value(of: "comp")?.lowercased()
        if request.value(of: "restype")?.lowercased() == "container" {
            guard blob.isEmpty else { return nil }
            if request.method == .put { return .storage(container: container, .createContainer) }
            guard request.method == .get, part == "list" else { return nil }
            return .storage(container: container, .list(BlobListQuery(request)))
        }
        guard !blob.isEmpty, let call = Storage(request, blob: blob, part: part) else { return nil }
        return .storage(container: container, call)
    }

    private static func management(_ request: RouteRequest) -> Route? {
        if let route = operationResult(request) { return route }
        guard let (scope, rest) = WorkspaceScope.reading(request.path),
            let call = Management(request, rest)
        else { return nil }
        return .management(scope, call)
    }

    /// `/subscriptions/S/providers/Microsoft.MachineLearningServices/locations/R/mfeOperationResults/O`
    private static func operationResult(_ request: RouteRequest) -> Route? {
        let path = request.path
        guard path.count == 8, request.method == .get, path[2].lowercased() == "providers",
            path[4].lowercased() == "locations", path[6].lowercased() == "mfeoperationresults"
        else { return nil }
        return .operationResult(subscriptionID: path[1], region: path[5], operation: path[7])
    }

    private static func scoring(_ request: RouteRequest) -> Route? {
        let path = request.path
        guard path.count >= 3, path[2].lowercased() == "jobs" else { return nil }
        let endpoint = Endpoint.Name(path[1])
        if path.count == 3, request.method == .post { return .scoring(endpoint, .invoke) }
        guard path.count == 4, request.method == .get else { return nil }
        return .scoring(endpoint, .job(Job.ID(path[3])))
    }

    private static func frontEnd(_ request: RouteRequest) -> Route? {
        guard request.method == .get,
            request.path.dropFirst().first?.lowercased() == "managementfrontend",
            let (scope, rest) = WorkspaceScope.reading(Array(request.path.dropFirst(2))),
            rest.first?.lowercased() == "batchendpoints", rest.last?.lowercased() == "jobs"
        else { return nil }
        let page = PageQuery(request)
        if rest.count == 3 {
            return .frontEnd(scope, .jobs(Endpoint.Name(rest[1]), nil, page))
        }
        guard rest.count == 5, rest[2].lowercased() == "deployments" else { return nil }
        return .frontEnd(
            scope, .jobs(Endpoint.Name(rest[1]), Deployment.Name(rest[3]), page))
    }

    private static func history(_ request: RouteRequest) -> Route? {
        guard let (scope, rest) = WorkspaceScope.reading(Array(request.path.dropFirst(2))),
            let call = History(request, rest)
        else { return nil }
        return .history(scope, call)
    }

    private static func resolve(_ request: RouteRequest) -> Route? {
        guard request.method == .post,
            let (scope, rest) = WorkspaceScope.reading(Array(request.path.dropFirst(2))),
            rest.map({ $0.lowercased() }) == ["dataversion", "batchgetresolveduris"]
        else { return nil }
        return .resolveURIs(scope)
    }
}

extension RouteRequest {
    fileprivate func matches(_ method: Method, _ segments: String...) -> Bool {
        self.method == method && path.map { $0.lowercased() } == segments
    }
}

extension WorkspaceScope {
    /// Reads the eight segments that name a workspace; hands back what follows them.
    static func reading(_ path: [String]) -> (scope: WorkspaceScope, rest: [String])? {
        let words = [
            0: "subscriptions", 2: "resourcegroups", 4: "providers",
            5: "microsoft.machinelearningservices", 6: "workspaces",
        ]
        guard path.count >= 8, words.allSatisfy({ path[$0.key].lowercased() == $0.value })
        else { return nil }
        let scope = WorkspaceScope(
            subscriptionID: path[1], resourceGroup: path[3], workspace: path[7])
        return (scope, Array(path.dropFirst(8)))
    }
}

extension Route.Management {
    fileprivate init?(_ request: RouteRequest, _ rest: [String]) {
        let page = PageQuery(request)
        let call: Route.Management? =
            switch (rest.first?.lowercased(), rest.count, request.method) {
            case (nil, 0, .get): .workspace
            case ("batchendpoints", 1, .get): .endpoints(page)
            case ("batchendpoints", 2, .get): .endpoint(Endpoint.Name(rest[1]))
            case ("batchendpoints", 3, .get) where rest[2].lowercased() == "deployments":
                .deployments(Endpoint.Name(rest[1]), page)
            case ("batchendpoints", 4, .get) where rest[2].lowercased() == "deployments":
                .deployment(Endpoint.Name(rest[1]), Deployment.Name(rest[3]))
            case ("components", 4, .get) where rest[2].lowercased() == "versions":
                .componentVersion(name: rest[1], version: rest[3])
            case ("datastores", _, _): Self.datastore(request, rest, page)
            case ("data", _, _): Self.data(request, rest, page)
            case ("jobs", _, _): Self.job(request, rest, page)
            default: nil
            }
        guard let call else { return nil }
        self = call
    }

    private static func datastore(
        _ request: RouteRequest, _ rest: [String], _ page: PageQuery
    ) -> Self? {
        switch (rest.count, request.method) {
        case (1, .get):
            .datastores(
                page, onlyDefault: request.value(of: "isDefault")?.lowercased() == "true")
        case (2, .get): .datastore(Datastore.Name(rest[1]))
        case (3, .post) where rest[2].lowercased() == "listsecrets":
            .datastoreSecrets(Datastore.Name(rest[1]))
        default: nil
        }
    }

    private static func data(
        _ request: RouteRequest, _ rest: [String], _ page: PageQuery
    ) -> Self? {
        switch (rest.count, request.method) {
        case (1, .get): .dataAssets(page)
        case (2, .get): .dataAsset(DataAsset.Name(rest[1]))
        case (3, .get) where rest[2].lowercased() == "versions":
            .dataVersions(DataAsset.Name(rest[1]), page)
        case (4, .get) where rest[2].lowercased() == "versions":
            .dataVersion(DataAsset.Name(rest[1]), version: rest[3])
        case (4, .put) where rest[2].lowercased() == "versions":
            .putDataVersion(DataAsset.Name(rest[1]), version: rest[3])
        default: nil
        }
    }

    private static func job(
        _ request: RouteRequest, _ rest: [String], _ page: PageQuery
    ) -> Self? {
        switch (rest.count, request.method) {
        case (1, .get): .jobs(page, tag: request.value(of: "tag"))
        case (2, .get): .job(Job.ID(rest[1]))
        case (3, .post) where rest[2].lowercased() == "cancel": .cancelJob(Job.ID(rest[1]))
        default: nil
        }
    }
}

extension Route.History {
    fileprivate init?(_ request: RouteRequest, _ rest: [String]) {
        let words = rest.map { $0.lowercased() }
        let call: Route.History? =
            switch (words.first, rest.count, request.method) {
            case ("rundata", 1, .post): .runData
            case ("runs", 2, .get): .run(rest[1])
            case ("runs", 3, .get) where words[2] == "children":
                .children(rest[1], PageQuery(request))
            case ("runs", 3, .get) where words[2] == "details": .details(rest[1])
            case ("runs", 3, .get) where words[2] == "metrics": .counters(rest[1])
            default: nil
            }
        guard let call else { return nil }
        self = call
    }
}

extension Route.Storage {
    fileprivate init?(_ request: RouteRequest, blob: String, part: String?) {
        let call: Route.Storage? =
            switch (request.method, part) {
            case (.head, nil): .properties(blob: blob)
            case (.get, nil): .read(blob: blob)
            case (.delete, nil): .delete(blob: blob)
            case (.put, nil): .put(blob: blob)
            case (.put, "block"): request.value(of: "blockid").map { .putBlock(blob: blob, id: $0) }
            case (.put, "blocklist"): .putBlockList(blob: blob)
            case (.put, "metadata"): .putMetadata(blob: blob)
            default: nil
            }
        guard let call else { return nil }
        self = call
    }
}

extension BlobListQuery {
    fileprivate init(_ request: RouteRequest) {
        self.init(
            prefix: request.value(of: "prefix") ?? "",
            delimiter: request.value(of: "delimiter").flatMap { $0.isEmpty ? nil : $0 },
            marker: request.value(of: "marker").flatMap { $0.isEmpty ? nil : $0 },
            limit: request.value(of: "maxresults").flatMap { Int($0) },
            includesMetadata: request.value(of: "include")?.lowercased().contains("metadata")
                ?? false)
    }
}
