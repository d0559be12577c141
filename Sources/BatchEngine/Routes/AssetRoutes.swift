import BatchModel
import DraftFile

/// Models, environments, codes and components: one set of calls for four kinds of named versions.
///
/// A kind says which versions it has (`EngineAsset`) and how one is made or taken away; pages, containers, labels and the
/// archive are the same for all.
extension Engine {
    /// One version as lists show it.
    struct EngineAsset: Sendable {
        var id: AssetVersion
        var resource: WireResource<JSONValue>
        var summary: String?
        /// `hash_sha256` of code.
        var hash: String?
    }

    func assets(
        _ kind: Route.AssetKind, _ call: Route.Assets, _ context: RouteContext
    ) async throws(RouteRefusal) -> EngineResponse {
        switch call {
        case .list(let page):
            return try context.page(of: containers(kind, page.view, context), page)
        case .container(let name): return try container(kind, name, context)
        case .putContainer(let name): return try await archiveAsset(kind, name, context)
        case .deleteContainer(let name): return try await deleteAsset(kind, name, nil, context)
        case .versions(let name, let page, let hash):
            return try await versions(kind, name, page, page.view, hash, context)
        case .version(let name, let version): return try assetVersion(kind, name, version, context)
        case .putVersion(let name, let version):
            return try await putAsset(kind, AssetVersion(name: name, version: version), context)
        case .deleteVersion(let name, let version):
            return try await deleteAsset(kind, name, version, context)
        case .labelled(let name, let label):
            let latest = try Self.checkLatest(label)
            return try assetVersion(kind, name, latest, context)
        case .startUpload(let name, let version):
            return try startUpload(kind, name, version, context)
        }
    }

    /// All versions of a kind, those made last at the end.
    func all(_ kind: Route.AssetKind, _ context: RouteContext) -> [EngineAsset] {
        switch kind {
        case .models: models(context)
        case .environments: environments(context)
        case .codes: codeVersions(context)
        case .components: componentVersions(context)
        }
    }

    static func checkLatest(_ label: String) throws(RouteRefusal) -> String {
        guard label.lowercased() == "latest" else {
            throw .notFound(
                "NoSuchLabel", "There is no label \(label). The local engine knows latest.")
        }
        return AssetID.latest
    }

    // MARK: - Reading

    private func containers(
        _ kind: Route.AssetKind, _ view: ListView, _ context: RouteContext
    ) -> [WireResource<WireDataContainer>] {
        let names = Dictionary(grouping: all(kind, context), by: \.id.name)
        return names.keys.sorted().compactMap { name in
            let resource = container(kind, name, names[name] ?? [], context)
            return view.shows(resource.properties?.isArchived ?? false) ? resource : nil
        }
    }

    private func container(
        _ kind: Route.AssetKind, _ name: String, _ versions: [EngineAsset],
        _ context: RouteContext
    ) -> WireResource<WireDataContainer> {
        let numbers = versions.compactMap { Int($0.id.version) }
        return WireResource(
            id: "\(context.scope.armID)/\(kind.rawValue)/\(name)", name: name,
            type: WireType.asset(kind, isVersion: false),
            properties: WireDataContainer(
                latestVersion: versions.last?.id.version,
                nextVersion: String((numbers.max() ?? 0) + 1),
                description: versions.last?.summary,
                isArchived: isArchived(kind.rawValue, name, nil)))
    }

    private func container(
        _ kind: Route.AssetKind, _ name: String, _ context: RouteContext
    ) throws(RouteRefusal) -> EngineResponse {
        let versions = all(kind, context).filter { $0.id.name == name }
        guard !versions.isEmpty else { throw Self.noSuch(kind, name, nil) }
        return try .json(200, container(kind, name, versions, context))
    }

    private func versions(
        _ kind: Route.AssetKind, _ name: String, _ page: PageQuery, _ view: ListView,
        _ hash: String?, _ context: RouteContext
    ) async throws(RouteRefusal) -> EngineResponse {
        let all = all(kind, context)
        guard let hash else {
            let shown = all.filter {
                $0.id.name == name && view.shows(isArchived(kind.rawValue, name, $0.id.version))
            }
            return try context.page(of: shown.reversed().map(\.resource), page)
        }
        // By content, whatever it is called: code whose files are gone from storage is no answer.
        var found: [WireResource<JSONValue>] = []
        for asset in all.reversed() where asset.hash == hash {
            let uri = asset.resource.properties?["codeUri"]?.string ?? ""
            if await localFolder(uri, context) != nil { found.append(asset.resource) }
        }
        return try context.page(of: found, page)
    }

    /// A version, or the one that `latest` stands for.
    func find(
        _ kind: Route.AssetKind, _ name: String, _ version: String, _ context: RouteContext
    ) -> EngineAsset? {
        let versions = all(kind, context).filter { $0.id.name == name }
        return version == AssetID.latest
            ? versions.last : versions.first { $0.id.version == version }
    }

    private func assetVersion(
        _ kind: Route.AssetKind, _ name: String, _ version: String, _ context: RouteContext
    ) throws(RouteRefusal) -> EngineResponse {
        if kind == .components, version != AssetID.latest {
            return try component(name, version, context)
        }
        guard let found = find(kind, name, version, context) else {
            throw Self.noSuch(kind, name, version)
        }
        return try .json(200, found.resource)
    }

    static func noSuch(
        _ kind: Route.AssetKind, _ name: String, _ version: String?
    ) -> RouteRefusal {
        let (code, word) =
            switch kind {
            case .models: ("NoSuchModel", "model")
            case .environments: ("NoSuchEnvironment", "environment")
            case .codes: ("NoSuchCode", "code")
            case .components: ("NoSuchComponent", "component")
            }
        let named = version.map { $0 == AssetID.latest ? "" : " and version: \($0)" } ?? ""
        return .notFound(code, "There is no \(word) with name: \(name)\(named)")
    }

    /// The envelope of a version.
    func resource(
        _ kind: Route.AssetKind, _ id: AssetVersion, _ properties: some Encodable,
        createdAt: Timestamp? = nil, _ context: RouteContext
    ) -> WireResource<JSONValue> {
        let members = (try? WireJSON.encode(properties))
            .flatMap { try? WireJSON.decode(JSONValue.self, from: $0) }
        return WireResource(
            id: AssetID.text(kind, id, in: context.scope), name: id.version,
            type: WireType.asset(kind, isVersion: true), properties: members,
            systemData: WireSystemData(createdAt: createdAt?.iso8601))
    }

    // MARK: - Making

    private func putAsset(
        _ kind: Route.AssetKind, _ id: AssetVersion, _ context: RouteContext
    ) async throws(RouteRefusal) -> EngineResponse {
        try Self.check(assetName: id.name, id.version, of: kind.rawValue)
        return switch kind {
        case .models: try await putModel(id, context)
        case .environments: try await putEnvironment(id, context)
        case .codes: try await putCode(id, context)
        case .components: try await putComponent(id, context)
        }
    }

    /// The answer of a version that was made or was there already.
    func answer(
        _ kind: Route.AssetKind, _ id: AssetVersion, isNew: Bool, _ context: RouteContext
    ) throws(RouteRefusal) -> EngineResponse {
        var context = context
        context.catalog = reread()
        guard let found = find(kind, id.name, id.version, context) else {
            let problems = context.catalog.problems.filter { $0.file.contains(id.fileName) }
            throw RouteRefusal(
                400, "UserError", "\(id.name):\(id.version) was written and cannot be read back.",
                details: Self.details(problems))
        }
        return try .json(isNew ? 201 : 200, found.resource)
    }

    static func exists(_ what: String, _ id: AssetVersion) -> RouteRefusal {
        RouteRefusal(
            409, "UserError",
            "The \(what) \(id.name):\(id.version) exists already with other content; "
                + "choose another version.", innerCode: "AssetVersionAlreadyExists")
    }

    /// Where an address leads on disk: a file or a folder of blobs; nil when there is nothing of this engine's.
    func localFolder(_ uri: String, _ context: RouteContext) async -> String? {
        let target = try? await InputAddress(uri, engine: self, context: context).target()
        guard case .blob(let blob)? = target else { return nil }
        return blobs.localPath(blob.container, blob.name)?.path
    }

    // MARK: - Archive

    func isArchived(_ kind: String, _ name: String, _ version: String?) -> Bool {
        func flag(_ version: String?) -> Bool? {
            let wanted = ArchiveRecord.fileName(kind, name, version)
            return archive.all.first { $0.fileName == wanted }?.isArchived
        }
        return (version.flatMap { flag($0) } ?? false) || (flag(nil) ?? false)
    }

    func setArchived(
        _ kind: String, _ name: String, _ version: String?, _ isArchived: Bool?,
        _ context: RouteContext
    ) throws(RouteRefusal) {
        guard let isArchived, isArchived != self.isArchived(kind, name, version) else { return }
        let record = ArchiveRecord(
            kind: kind, name: name, version: version, isArchived: isArchived,
            createdAt: context.now)
        do throws(ServiceFailure) {
            try archive.keep(record, operation: "archive \(name)")
        } catch { throw .from(error) }
    }

    private func archiveAsset(
        _ kind: Route.AssetKind, _ name: String, _ context: RouteContext
    ) async throws(RouteRefusal) -> EngineResponse {
        let body = try await context.body(WireResource<WireDataContainer>.self)
        return try await turn.take { () throws(RouteRefusal) in
            let versions = all(kind, context).filter { $0.id.name == name }
            guard !versions.isEmpty else { throw Self.noSuch(kind, name, nil) }
            try setArchived(
                kind.rawValue, name, nil, body.properties?.isArchived ?? false, context)
            return try .json(200, container(kind, name, versions, context))
        }
    }

    // MARK: - Taking away

    private func deleteAsset(
        _ kind: Route.AssetKind, _ name: String, _ version: String?, _ context: RouteContext
    ) async throws(RouteRefusal) -> EngineResponse {
        let running = kind == .components ? try await codeInUse() : []
        let wasThere = try await turn.take { () throws(RouteRefusal) in
            var context = context
            context.catalog = reread()
            let found = all(kind, context).map(\.id)
                .filter { $0.name == name && (version == nil || $0.version == version) }
            for id in found {
                try checkUnused(kind, id, context)
                guard running.contains(where: { $0.contains("/components/\(id.fileName)/") }) else {
                    continue
                }
                throw RouteRefusal(
                    409, "UserError",
                    "A running job uses \(id.name):\(id.version). Cancel it, or wait for its end.",
                    innerCode: "AssetInUse")
            }
            for id in found { try take(away: kind, id, context) }
            _ = reread()
            return !found.isEmpty
        }
        return wasThere ? EngineResponse(status: 200) : EngineResponse(status: 204)
    }

    private func checkUnused(
        _ kind: Route.AssetKind, _ id: AssetVersion, _ context: RouteContext
    ) throws(RouteRefusal) {
        let text = AssetID.text(kind, id, in: context.scope)
        let user = context.catalog.deployments.first { found in
            switch kind {
            case .models: return found.model == id
            case .components:
                guard case .pipelineComponent(let settings) = found.deployment.kind else {
                    return false
                }
                return settings.componentID == text
            // A deployment has its own copy of code, and an environment is a name.
            case .codes, .environments: return false
            }
        }
        guard let user else { return }
        throw RouteRefusal(
            409, "UserError",
            "\(id.name):\(id.version) is used by the deployment \(user.deployment.name) of "
                + "\(user.deployment.endpoint). Delete that first, or change it.",
            innerCode: "AssetInUse")
    }

    private func take(
        away kind: Route.AssetKind, _ id: AssetVersion, _ context: RouteContext
    ) throws(RouteRefusal) {
        let label = "\(kind.rawValue.dropLast())-\(id.fileName)"
        let catalog = context.catalog
        try files.doing {
            switch kind {
            case .models:
                guard let found = catalog.models.first(where: { $0.id == id }) else { return }
                try files.retire([found.file, "models/\(id.fileName)"], as: label)
            case .environments:
                guard let found = catalog.environments.first(where: { $0.id == id }) else {
                    return
                }
                try files.retire([found.file, "environments/\(id.fileName)"], as: label)
            case .codes:
                let record = "\(id.name):\(id.version)"
                try codes.retire(record, to: "\(files.trash)/codes/\(record).json")
            case .components:
                guard
                    let found = catalog.components.first(where: {
                        $0.name == id.name && $0.version == id.version
                    })
                else { return }
                let own = "components/\(id.fileName)"
                try files.retire([found.file.hasPrefix(own + "/") ? own : found.file], as: label)
            }
        }
    }
}

extension ListView {
    /// True when a list of this kind shows something that is archived, or is not.
    func shows(_ isArchived: Bool) -> Bool {
        switch self {
        case .active: !isArchived
        case .archived: isArchived
        case .all: true
        }
    }
}
