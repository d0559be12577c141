import BatchModel

/// Endpoints, deployments, data assets and datastores.
struct Catalogue: Sendable {
    let caller: ServiceCaller
    let components = ComponentMemory()

    var scope: WorkspaceScope {
        get async throws(ServiceFailure) { try await caller.keeper.current().connection.scope }
    }

    /// All endpoints, by name.
    func endpoints() async throws(ServiceFailure) -> [Endpoint] {
        let route = Route.management(try await scope, .endpoints(PageQuery()))
        let items = try await caller.list(
            WireResource<WireEndpoint>.self, route, operation: "list the endpoints")
        return items.compactMap(Endpoint.init).sorted { $0.name < $1.name }
    }

    /// One endpoint, or a failure that names those that exist.
    func endpoint(_ name: Endpoint.Name) async throws(ServiceFailure) -> Endpoint {
        let operation = "read the endpoint \(name)"
        let route = Route.management(try await scope, .endpoint(name))
        let answer = try await caller.exchange(ServiceRequest(route, operation: operation))
        if answer.status == 404 {
            throw await missing("endpoint", name.rawValue, answer, operation) {
                () throws(ServiceFailure) in try await endpoints().map(\.name.rawValue)
            }
        }
        let resource = try decoded(WireResource<WireEndpoint>.self, answer, operation)
        return try named(Endpoint(resource), operation)
    }

    /// All deployments of an endpoint, by name, with their declared inputs.
    func deployments(_ endpoint: Endpoint.Name) async throws(ServiceFailure) -> [Deployment] {
        let operation = "list the deployments of \(endpoint)"
        let route = Route.management(try await scope, .deployments(endpoint, PageQuery()))
        let items: [WireResource<WireDeployment>]
        do throws(ServiceFailure) {
            items = try await caller.list(
                WireResource<WireDeployment>.self, route, operation: operation)
        } catch  where error.kind == .notFound {
            _ = try await self.endpoint(endpoint)
            throw error
        }
        var found: [Deployment] = []
        for item in items {
            guard let deployment = Deployment(item, endpoint: endpoint) else { continue }
            found.append(await completed(deployment))
        }
        return found.sorted { $0.name < $1.name }
    }

    /// One deployment with its declared inputs, or a failure that names those that exist.
    func deployment(
        _ endpoint: Endpoint.Name, _ name: Deployment.Name
    ) async throws(ServiceFailure) -> Deployment {
        let operation = "read the deployment \(name) of \(endpoint)"
        let route = Route.management(try await scope, .deployment(endpoint, name))
        let answer = try await caller.exchange(ServiceRequest(route, operation: operation))
        if answer.status == 404 {
            let names = try await deployments(endpoint).map(\.name.rawValue)
            throw NameAdvice.notFound(
                "deployment", name.rawValue, among: names, operation: operation)
        }
        let resource = try decoded(WireResource<WireDeployment>.self, answer, operation)
        return await completed(try named(Deployment(resource, endpoint: endpoint), operation))
    }

    /// All data assets, by name; without archived ones unless they are asked for.
    func dataAssets(_ view: ListView = .active) async throws(ServiceFailure) -> [DataAsset] {
        let route = Route.management(try await scope, .dataAssets(PageQuery(view: view)))
        let items = try await caller.list(
            WireResource<WireDataContainer>.self, route, operation: "list the data assets")
        return items.compactMap(DataAsset.init).sorted { $0.name < $1.name }
    }

    /// One data asset, or a failure that names those that exist.
    func dataAsset(_ name: DataAsset.Name) async throws(ServiceFailure) -> DataAsset {
        let operation = "read the data asset \(name)"
        let route = Route.management(try await scope, .dataAsset(name))
        let answer = try await caller.exchange(ServiceRequest(route, operation: operation))
        if answer.status == 404 {
            throw await missing("data asset", name.rawValue, answer, operation) {
                () throws(ServiceFailure) in try await dataAssets().map(\.name.rawValue)
            }
        }
        let resource = try decoded(WireResource<WireDataContainer>.self, answer, operation)
        return try named(DataAsset(resource), operation)
    }

    /// All versions of an asset, newest first; without archived ones unless they are asked for.
    func dataVersions(
        _ name: DataAsset.Name, _ view: ListView = .active
    ) async throws(ServiceFailure) -> [DataVersion] {
        let operation = "list the versions of \(name)"
        let route = Route.management(try await scope, .dataVersions(name, PageQuery(view: view)))
        let items: [WireResource<WireDataVersion>]
        do throws(ServiceFailure) {
            items = try await caller.list(
                WireResource<WireDataVersion>.self, route, operation: operation)
        } catch  where error.kind == .notFound {
            _ = try await dataAsset(name)
            throw error
        }
        let versions = items.compactMap { DataVersion($0, asset: name) }
        return versions.sorted(by: Self.isNewer)
    }

    /// One version of an asset, `@latest` by way of the asset (CONTRACT §3).
    func dataVersion(
        _ name: DataAsset.Name, _ version: DataReference.Version
    ) async throws(ServiceFailure) -> DataVersion {
        let word: String
        switch version {
        case .named(let given): word = given
        case .latest:
            guard let latest = try await dataAsset(name).latestVersion else {
                throw ServiceFailure(
                    kind: .notFound, operation: "find the latest version of \(name)",
                    detail: "the data asset '\(name)' has no version",
                    advice: "Register a version, or name another asset.")
            }
            word = latest
        }
        let resource = try await dataVersionResource(name, word, WireDataVersion.self)
        return try named(
            DataVersion(resource, asset: name), "read version \(word) of the data asset \(name)")
    }

    /// One version as the service tells it, read as far as the type of its properties goes.
    func dataVersionResource<Properties: Codable & Sendable>(
        _ name: DataAsset.Name, _ version: String, _ properties: Properties.Type
    ) async throws(ServiceFailure) -> WireResource<Properties> {
        let operation = "read version \(version) of the data asset \(name)"
        let route = Route.management(try await scope, .dataVersion(name, version: version))
        let answer = try await caller.exchange(ServiceRequest(route, operation: operation))
        if answer.status == 404 {
            let versions = try await dataVersions(name).map(\.version)
            // Without any it may be the asset that does not exist: then the names of assets are of use.
            if versions.isEmpty { _ = try await dataAsset(name) }
            throw NameAdvice.notFound(
                "version of '\(name)' called", version, among: versions, operation: operation,
                suggesting: false)
        }
        return try decoded(WireResource<Properties>.self, answer, operation)
    }

    /// All datastores, the default one first.
    func datastores() async throws(ServiceFailure) -> [Datastore] {
        let route = Route.management(try await scope, .datastores(PageQuery(), onlyDefault: false))
        let items = try await caller.list(
            WireResource<WireDatastore>.self, route, operation: "list the datastores")
        return items.compactMap(Datastore.init).sorted {
            ($0.isDefault ? 0 : 1, $0.name.rawValue) < ($1.isDefault ? 0 : 1, $1.name.rawValue)
        }
    }

    /// The workspace's default datastore.
    func defaultDatastore() async throws(ServiceFailure) -> Datastore {
        let operation = "find the default datastore"
        let route = Route.management(try await scope, .datastores(PageQuery(), onlyDefault: true))
        let items = try await caller.list(
            WireResource<WireDatastore>.self, route, operation: operation)
        let found = items.compactMap(Datastore.init)
        return try named(found.first(where: \.isDefault) ?? found.first, operation)
    }

    /// One datastore, or a failure that names those that exist.
    func datastore(
        _ name: Datastore.Name, in given: WorkspaceScope? = nil
    ) async throws(ServiceFailure) -> Datastore {
        let operation = "read the datastore \(name)"
        let own = try await scope
        let route = Route.management(given ?? own, .datastore(name))
        let answer = try await caller.exchange(ServiceRequest(route, operation: operation))
        if answer.status == 404, given == nil || given == own {
            throw await missing("datastore", name.rawValue, answer, operation) {
                () throws(ServiceFailure) in try await datastores().map(\.name.rawValue)
            }
        }
        let resource = try decoded(WireResource<WireDatastore>.self, answer, operation)
        return try named(Datastore(resource), operation)
    }

    /// What a 404 comes to: the names that exist; the service's own words where those cannot be listed.
    private func missing(
        _ what: String, _ wanted: String, _ answer: ServiceAnswer, _ operation: String,
        among names: () async throws(ServiceFailure) -> [String]
    ) async -> ServiceFailure {
        do throws(ServiceFailure) {
            return NameAdvice.notFound(
                what, wanted, among: try await names(), operation: operation)
        } catch {
            return FailureTranslation.failure(answer, operation: operation)
        }
    }

    private func decoded<Value: Decodable>(
        _ type: Value.Type, _ answer: ServiceAnswer, _ operation: String
    ) throws(ServiceFailure) -> Value {
        guard answer.isSuccess else {
            throw FailureTranslation.failure(answer, operation: operation)
        }
        return try caller.decode(type, answer, operation: operation)
    }

    private func named<Value>(
        _ value: Value?, _ operation: String
    ) throws(ServiceFailure) -> Value {
        guard let value else {
            throw ServiceFailure(
                kind: .unexpected, operation: operation,
                detail: "the service answered something without a name")
        }
        return value
    }

    /// Newest registration first; where times are missing, the greater number, then the greater text.
    private static func isNewer(_ left: DataVersion, _ right: DataVersion) -> Bool {
        if let one = left.createdAt, let other = right.createdAt, one != other {
            return one > other
        }
        switch (Int64(left.version), Int64(right.version)) {
        case (let one?, let other?): return one > other
        case (.some, nil): return true
        case (nil, .some): return false
        case (nil, nil): return left.version > right.version
        }
    }
}
