import BatchModel
import DraftFile

/// Environments as names: `environments/<name>@<version>.yml`, and whatever a deployment or a component asks for.
///
/// The local engine runs jobs with the interpreter it is given and builds nothing, so a name that is used exists.
extension Engine {
    func environments(_ context: RouteContext) -> [EngineAsset] {
        let catalog = context.catalog
        var assets = catalog.environments
            .sorted { WorkspaceReader.isOlder($0.id.version, $1.id.version) }
            .map { found in
                let wire = environment(found)
                return EngineAsset(
                    id: found.id, resource: resource(.environments, found.id, wire, context),
                    summary: found.parsed.summary)
            }
        for id in usedEnvironments(catalog) where !assets.contains(where: { $0.id == id }) {
            let wire = WireEnvironmentVersion(
                osType: "Linux", isAnonymous: true, tags: WireTexts(), properties: WireTexts())
            assets.append(
                EngineAsset(id: id, resource: resource(.environments, id, wire, context)))
        }
        return assets
    }

    private func usedEnvironments(_ catalog: WorkspaceCatalog) -> [AssetVersion] {
        var seen = Set<AssetVersion>()
        return catalog.deployments.compactMap(\.environment)
            .filter { $0.version != "latest" && seen.insert($0).inserted }
    }

    private func environment(_ found: CatalogEnvironment) -> WireEnvironmentVersion {
        let parsed = found.parsed
        let conda = parsed.condaPath.flatMap { path in
            files.text("environments/" + (path.hasPrefix("./") ? String(path.dropFirst(2)) : path))
        }
        return WireEnvironmentVersion(
            image: parsed.image, condaFile: conda,
            osType: parsed.osType?.lowercased() == "windows" ? "Windows" : "Linux",
            description: parsed.summary,
            isArchived: isArchived("environments", found.id.name, found.id.version),
            tags: WireTexts(parsed.tags), properties: WireTexts())
    }

    func putEnvironment(
        _ id: AssetVersion, _ context: RouteContext
    ) async throws(RouteRefusal) -> EngineResponse {
        let body = try await context.body(WireResource<WireEnvironmentVersion>.self)
        let wire = body.properties ?? WireEnvironmentVersion()
        try Self.check(tags: wire.tags?.values ?? [:], description: wire.description)
        return try await turn.take { () throws(RouteRefusal) in
            var context = context
            context.catalog = reread()
            try setArchived("environments", id.name, id.version, wire.isArchived, context)
            if let known = context.catalog.environments.first(where: { $0.id == id }) {
                try update(known, wire)
                return try answer(.environments, id, isNew: false, context)
            }
            try keep(id, wire)
            return try answer(.environments, id, isNew: true, context)
        }
    }

    private func keep(_ id: AssetVersion, _ wire: WireEnvironmentVersion) throws(RouteRefusal) {
        let conda = wire.condaFile.flatMap { $0.isEmpty ? nil : $0 }
        let file = EnvironmentFile(
            name: id.name, version: id.version, image: wire.image,
            condaPath: conda.map { _ in "\(id.fileName)/conda.yml" },
            summary: wire.description, osType: wire.osType, tags: wire.tags?.values ?? [:])
        let text = file.text(build: wire.build)
        try check(EnvironmentFile.parse(yaml: text, file: "environments/\(id.fileName).yml"))
        try files.doing {
            if let conda { try files.write(conda, to: "environments/\(id.fileName)/conda.yml") }
            try files.write(text, to: "environments/\(id.fileName).yml")
        }
    }

    /// What an environment is made of never changes; what is said about it may.
    private func update(
        _ known: CatalogEnvironment, _ wire: WireEnvironmentVersion
    ) throws(RouteRefusal) {
        let now = environment(known)
        guard now.image == wire.image, (now.condaFile ?? "") == (wire.condaFile ?? "") else {
            throw Self.exists("environment", known.id)
        }
        let tags = wire.tags?.values ?? [:]
        guard wire.description != known.parsed.summary || tags != known.parsed.tags else { return }
        try rewrite(known.file, AssetWords(summary: wire.description, tags: tags))
    }
}
