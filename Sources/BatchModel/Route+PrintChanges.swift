/// The request lines of what makes, changes and takes away.
extension Route.Change {
    var parts: Route.Management.Parts {
        switch self {
        case .putEndpoint(let name): (.put, Self.path(name), [])
        case .patchEndpoint(let name): (.patch, Self.path(name), [])
        case .deleteEndpoint(let name): (.delete, Self.path(name), [])
        case .putDeployment(let endpoint, let name): (.put, Self.path(endpoint, name), [])
        case .patchDeployment(let endpoint, let name): (.patch, Self.path(endpoint, name), [])
        case .deleteDeployment(let endpoint, let name): (.delete, Self.path(endpoint, name), [])
        case .putDatastore(let name):
            (.put, ["datastores", name.rawValue], [.init("skipValidation", "true")])
        case .deleteDatastore(let name): (.delete, ["datastores", name.rawValue], [])
        case .putDataAsset(let name): (.put, ["data", name.rawValue], [])
        case .deleteDataAsset(let name): (.delete, ["data", name.rawValue], [])
        case .deleteDataVersion(let name, let version):
            (.delete, ["data", name.rawValue, "versions", version], [])
        case .putCompute(let name): (.put, ["computes", name], [])
        case .deleteCompute(let name): (.delete, ["computes", name], [])
        }
    }

    private static func path(_ endpoint: Endpoint.Name) -> [String] {
        ["batchEndpoints", endpoint.rawValue]
    }

    private static func path(_ endpoint: Endpoint.Name, _ name: Deployment.Name) -> [String] {
        path(endpoint) + ["deployments", name.rawValue]
    }
}

/// The request lines of named and versioned assets.
extension Route.Assets {
    func parts(of kind: String) -> Route.Management.Parts {
        func path(_ name: String, _ version: String) -> [String] {
            [kind, name, "versions", version]
        }
        switch self {
        case .list(let page): return (.get, [kind], page.items + [page.view.item])
        case .container(let name): return (.get, [kind, name], [])
        case .putContainer(let name): return (.put, [kind, name], [])
        case .deleteContainer(let name): return (.delete, [kind, name], [])
        case .versions(let name, let page, let hash):
            let asked: [RouteRequest.QueryItem] =
                hash.map {
                    [.init("hash", $0), .init("hashVersion", Route.contentHashVersion)]
                } ?? []
            return (.get, [kind, name, "versions"], page.items + [page.view.item] + asked)
        case .version(let name, let version): return (.get, path(name, version), [])
        case .putVersion(let name, let version): return (.put, path(name, version), [])
        case .deleteVersion(let name, let version): return (.delete, path(name, version), [])
        case .labelled(let name, let label):
            return (.get, [kind, name, "versions", "labels", label], [])
        case .startUpload(let name, let version):
            return (.post, path(name, version) + ["startPendingUpload"], [])
        }
    }
}
