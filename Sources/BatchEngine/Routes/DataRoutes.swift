import BatchModel

/// Data assets and their addresses (CONTRACT §2, §3, §7).
extension Engine {
    /// All versions of all data assets: the workspace's files first, then what was registered, in creation order.
    func allData(_ catalog: WorkspaceCatalog) -> [DataVersion] {
        let files = catalog.data.map(\.version)
        let made = registered.all.map { $0.version(in: catalog.scope) }
        return (files + made).map { version in
            var version = version
            version.isArchived = isArchived("data", version.asset.rawValue, version.version)
            return version
        }
    }

    func data(_ name: DataAsset.Name, _ catalog: WorkspaceCatalog) -> [DataVersion] {
        allData(catalog).filter { $0.asset == name }
    }

    func dataAssets(
        _ page: PageQuery, _ view: ListView, _ context: RouteContext
    ) throws(RouteRefusal) -> EngineResponse {
        var names: [DataAsset.Name] = []
        var versions: [DataAsset.Name: [DataVersion]] = [:]
        for version in allData(context.catalog) {
            if versions[version.asset] == nil { names.append(version.asset) }
            versions[version.asset, default: []].append(version)
        }
        let containers = names.sorted().map { container($0, versions[$0] ?? [], context) }
        return try context.page(
            of: containers.filter { view.shows($0.properties?.isArchived ?? false) }, page)
    }

    func dataAsset(
        _ name: DataAsset.Name, _ context: RouteContext
    ) throws(RouteRefusal) -> EngineResponse {
        let versions = data(name, context.catalog)
        guard !versions.isEmpty else {
            throw .notFound("NoSuchData", "There is no data asset with name: \(name)")
        }
        return try .json(200, container(name, versions, context))
    }

    func container(
        _ name: DataAsset.Name, _ versions: [DataVersion], _ context: RouteContext
    ) -> WireResource<WireDataContainer> {
        let numbers = versions.compactMap { Int($0.version) }
        let wire = WireDataContainer(
            latestVersion: versions.last?.version, nextVersion: String((numbers.max() ?? 0) + 1),
            dataType: versions.last?.type.rawValue, description: versions.last?.summary,
            isArchived: isArchived("data", name.rawValue, nil))
        return WireResource(
            id: "\(context.scope.armID)/data/\(name)", name: name.rawValue, type: WireType.data,
            properties: wire)
    }

    func dataVersions(
        _ name: DataAsset.Name, _ page: PageQuery, _ view: ListView, _ context: RouteContext
    ) throws(RouteRefusal) -> EngineResponse {
        let newestFirst = data(name, context.catalog).filter { view.shows($0.isArchived) }
            .reversed()
        return try context.page(of: newestFirst.map(WireDataVersion.resource), page)
    }

    func dataVersion(
        _ name: DataAsset.Name, _ version: String, _ context: RouteContext
    ) throws(RouteRefusal) -> EngineResponse {
        let found = data(name, context.catalog).first { $0.version == version }
        guard let found else {
            throw .notFound(
                "NoSuchData", "There is no data asset with name: \(name) and version: \(version)")
        }
        return try .json(200, WireDataVersion.resource(of: found))
    }

    /// The long datastore form of what was sent; an address of another kind as it is.
    func canonicalURI(_ sent: String, isFolder: Bool, _ context: RouteContext) -> String {
        guard let place = DatastorePlace(sent, in: context.scope) else { return sent }
        var path = place.path
        if isFolder, !path.isEmpty, !path.hasSuffix("/") { path += "/" }
        return DatastorePlace(datastore: place.datastore, path: path).longURI(in: context.scope)
    }

    /// Turns asset ids into addresses: outputs of jobs and data assets. What is unknown is left out.
    func resolveURIs(_ context: RouteContext) async throws(RouteRefusal) -> EngineResponse {
        let question = try await context.body(WireResolvedURIs.Question.self)
        guard question.values.count <= 1000 else {
            throw .userError("At most 1,000 asset ids are resolved at once.")
        }
        var values: [String: WireResolvedURIs.Resolved] = [:]
        for id in question.values {
            if let (run, name) = OutputAsset.named(by: id) {
                values[id] = try await output(name, of: run)
            } else if let (name, version) = AssetID.dataVersion(id, in: context.scope),
                let found = pick(name, version, context.catalog)
            {
                values[id] = .init(uri: found.uri, type: found.type.wireName)
            }
        }
        return try .json(200, WireResolvedURIs.Answer(values: values))
    }

    /// A version of a data asset; nil when there is none.
    func pick(
        _ name: DataAsset.Name, _ version: DataReference.Version, _ catalog: WorkspaceCatalog
    ) -> DataVersion? {
        let versions = data(name, catalog)
        return switch version {
        case .named(let wanted): versions.first { $0.version == wanted }
        case .latest: versions.last
        }
    }
}
