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
            case "engine": Self.engine(request)
            default: nil
            }
        guard let route else { return nil }
        self = route
    }

    private static func engine(_ request: RouteRequest) -> Route? {
        if request.matches(.post, "engine", "clean") { return .clean }
        return request.matches(.post, "engine", "jobs", "search") ? .searchJobs : nil
    }

    private static func storage(_ request: RouteRequest) -> Route? {
        guard let container = request.path.first, !container.isEmpty else {
            guard request.method == .get, request.path.isEmpty,
                request.value(of: "comp")?.lowercased() == "list"
            else { return nil }
            return .storage(container: "", .listContainers(BlobListQuery(request)))
        }
        let blob = request.path.dropFirst().joined(separator: "/")
        let part = request.value(of: "comp")?.lowercased()
        if request.value(of: "restype")?.lowercased() == "container" {
            guard blob.isEmpty else { return nil }
            switch (request.method, part) {
            case (.put, nil): return .storage(container: container, .createContainer)
            case (.delete, nil): return .storage(container: container, .deleteContainer)
            case (.get, nil), (.head, nil):
                return .storage(container: container, .containerProperties)
            case (.get, "list"):
                return .storage(container: container, .list(BlobListQuery(request)))
            default: return nil
            }
        }
        guard !blob.isEmpty, let call = Storage(request, blob: blob, part: part) else { return nil }
        return .storage(container: container, call)
    }

    private static func management(_ request: RouteRequest) -> Route? {
        if let route = operation(request) { return route }
        guard let (scope, rest) = WorkspaceScope.reading(request.path),
            let call = Management(request, rest)
        else { return nil }
        return .management(scope, call)
    }

    /// `/subscriptions/S/providers/Microsoft.MachineLearningServices/locations/R/mfeOperationResults/O`
    private static func operation(_ request: RouteRequest) -> Route? {
        let path = request.path
        guard path.count == 8, request.method == .get, path[2].lowercased() == "providers",
            path[4].lowercased() == "locations"
        else { return nil }
        return switch path[6].lowercased() {
        case "mfeoperationresults":
            .operationResult(subscriptionID: path[1], region: path[5], operation: path[7])
        case "mfeoperationsstatus":
            .operationStatus(subscriptionID: path[1], region: path[5], operation: path[7])
        default: nil
        }
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
            case ("batchendpoints", _, _): Self.endpoint(request, rest, page)
            case ("datastores", _, _): Self.datastore(request, rest, page)
            case ("data", _, _): Self.data(request, rest, page)
            case ("computes", _, _): Self.compute(request, rest, page)
            case ("jobs", _, _): Self.job(request, rest, page)
            case (let word, _, _): Self.asset(word, request, rest)
            }
        guard let call else { return nil }
        self = call
    }

    private static func asset(
        _ word: String?, _ request: RouteRequest, _ rest: [String]
    ) -> Self? {
        guard let kind = word.flatMap(Route.AssetKind.init(rawValue:)),
            let call = Route.Assets(request, rest)
        else { return nil }
        return .assets(kind, call)
    }

    private static func endpoint(
        _ request: RouteRequest, _ rest: [String], _ page: PageQuery
    ) -> Self? {
        guard rest.count > 1 else { return request.method == .get ? .endpoints(page) : nil }
        let endpoint = Endpoint.Name(rest[1])
        if rest.count == 2 {
            return switch request.method {
            case .get: .endpoint(endpoint)
            case .put: .change(.putEndpoint(endpoint))
            case .patch: .change(.patchEndpoint(endpoint))
            case .delete: .change(.deleteEndpoint(endpoint))
            case .head, .post: nil
            }
        }
        guard rest[2].lowercased() == "deployments" else { return nil }
        if rest.count == 3 {
            return request.method == .get ? .deployments(endpoint, page) : nil
        }
        guard rest.count == 4 else { return nil }
        let name = Deployment.Name(rest[3])
        return switch request.method {
        case .get: .deployment(endpoint, name)
        case .put: .change(.putDeployment(endpoint, name))
        case .patch: .change(.patchDeployment(endpoint, name))
        case .delete: .change(.deleteDeployment(endpoint, name))
        case .head, .post: nil
        }
    }

    private static func compute(
        _ request: RouteRequest, _ rest: [String], _ page: PageQuery
    ) -> Self? {
        switch (rest.count, request.method) {
        case (1, .get): .computes(page)
        case (2, .get): .compute(rest[1])
        case (2, .put): .change(.putCompute(rest[1]))
        case (2, .delete): .change(.deleteCompute(rest[1]))
        default: nil
        }
    }

    private static func datastore(
        _ request: RouteRequest, _ rest: [String], _ page: PageQuery
    ) -> Self? {
        switch (rest.count, request.method) {
        case (1, .get):
            .datastores(
                page, onlyDefault: request.value(of: "isDefault")?.lowercased() == "true")
        case (2, .get): .datastore(Datastore.Name(rest[1]))
        case (2, .put): .change(.putDatastore(Datastore.Name(rest[1])))
        case (2, .delete): .change(.deleteDatastore(Datastore.Name(rest[1])))
        case (3, .post) where rest[2].lowercased() == "listsecrets":
            .datastoreSecrets(Datastore.Name(rest[1]))
        default: nil
        }
    }

    private static func data(
        _ request: RouteRequest, _ rest: [String], _ page: PageQuery
    ) -> Self? {
        guard let call = Route.Assets(request, rest) else { return nil }
        return switch call {
        case .list(let page): .dataAssets(page)
        case .container(let name): .dataAsset(DataAsset.Name(name))
        case .putContainer(let name): .change(.putDataAsset(DataAsset.Name(name)))
        case .deleteContainer(let name): .change(.deleteDataAsset(DataAsset.Name(name)))
        case .versions(let name, let page, _): .dataVersions(DataAsset.Name(name), page)
        case .version(let name, let version):
            .dataVersion(DataAsset.Name(name), version: version)
        case .putVersion(let name, let version):
            .putDataVersion(DataAsset.Name(name), version: version)
        case .deleteVersion(let name, let version):
            .change(.deleteDataVersion(DataAsset.Name(name), version: version))
        case .labelled(let name, let label):
            .labelledData(DataAsset.Name(name), label: label)
        case .startUpload: nil
        }
    }

    private static func job(
        _ request: RouteRequest, _ rest: [String], _ page: PageQuery
    ) -> Self? {
        switch (rest.count, request.method) {
        case (1, .get): .jobs(page, tag: request.value(of: "tag"))
        case (2, .get): .job(Job.ID(rest[1]))
        case (2, .put): .putJob(Job.ID(rest[1]))
        case (2, .patch): .patchJob(Job.ID(rest[1]))
        case (3, .post) where rest[2].lowercased() == "cancel": .cancelJob(Job.ID(rest[1]))
        default: nil
        }
    }
}

extension Route.Assets {
    /// Reads what follows the workspace: the kind's word, a name, `versions`, a version. Two spellings of a label are in
    /// use, with and without `versions` before it.
    fileprivate init?(_ request: RouteRequest, _ rest: [String]) {
        let words = rest.map { $0.lowercased() }
        let page = PageQuery(request)
        let call: Self? =
            switch (rest.count, request.method) {
            case (1, .get): .list(page)
            case (2, .get): .container(rest[1])
            case (2, .put): .putContainer(rest[1])
            case (2, .delete): .deleteContainer(rest[1])
            case (3, .get) where words[2] == "versions":
                .versions(rest[1], page, hash: request.value(of: "hash"))
            case (4, .get) where words[2] == "versions":
                .version(name: rest[1], version: rest[3])
            case (4, .put) where words[2] == "versions":
                .putVersion(name: rest[1], version: rest[3])
            case (4, .delete) where words[2] == "versions":
                .deleteVersion(name: rest[1], version: rest[3])
            case (4, .get) where words[2] == "labels":
                .labelled(name: rest[1], label: rest[3])
            case (5, .get) where words[2] == "versions" && words[3] == "labels":
                .labelled(name: rest[1], label: rest[4])
            case (5, .post) where words[2] == "versions" && words[4] == "startpendingupload":
                .startUpload(name: rest[1], version: rest[3])
            default: nil
            }
        guard let call else { return nil }
        self = call
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
            case ("experiments", 4, .patch) where words[2] == "runs":
                .modify(experiment: rest[1], run: rest[3])
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
            case (.put, "properties"): .putProperties(blob: blob)
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
