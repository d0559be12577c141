import BatchModel

/// Workspace, endpoints, deployments and datastores (CONTRACT §2, §3).
extension Engine {
    func management(
        _ call: Route.Management, _ context: RouteContext
    ) async throws(RouteRefusal) -> EngineResponse {
        switch call {
        case .workspace: try workspaceAnswer(context)
        case .endpoints(let page): try context.page(of: endpoints(context), page)
        case .endpoint(let name): try endpoint(name, context)
        case .deployments(let endpoint, let page):
            try context.page(of: deployments(of: endpoint, context), page)
        case .deployment(let endpoint, let name): try deployment(endpoint, name, context)
        case .datastores(let page, let onlyDefault):
            try context.page(
                of: datastores(context).filter { !onlyDefault || $0.isDefault }.map {
                    WireDatastore.resource(of: $0, in: context.scope)
                }, page)
        case .datastore(let name): try datastore(name, context)
        case .datastoreSecrets(let name): try datastoreSecrets(name, context)
        case .dataAssets(let page): try dataAssets(page, page.view, context)
        case .dataAsset(let name): try dataAsset(name, context)
        case .dataVersions(let name, let page):
            try dataVersions(name, page, page.view, context)
        case .dataVersion(let name, let version): try dataVersion(name, version, context)
        case .putDataVersion(let name, let version):
            try await putDataVersion(name, version, context)
        case .labelledData(let name, let label): try labelledData(name, label, context)
        case .assets(let kind, let call): try await assets(kind, call, context)
        case .computes(let page): try context.page(of: computes(context), page)
        case .compute(let name): try compute(name, context)
        case .change(let change): try await self.change(change, context)
        case .jobs(let page, let tag): try await jobList(page, tag: tag, context)
        case .job(let id): try await managementJob(id, context)
        case .cancelJob(let id): try await cancel(id, context)
        case .putJob(let id): try await putJob(id, context)
        case .patchJob(let id): try await patchJob(id, context)
        }
    }

    private func workspaceAnswer(_ context: RouteContext) throws(RouteRefusal) -> EngineResponse {
        let wire = WireWorkspace(
            discoveryUrl: context.address.base + "/discovery",
            workspaceId: context.catalog.workspaceID, friendlyName: context.scope.workspace)
        return try .json(
            200,
            WireResource(
                id: context.scope.armID, name: context.scope.workspace, type: WireType.workspace,
                location: context.catalog.location, tags: WireTexts(), properties: wire))
    }

    // MARK: - Endpoints

    private func endpoints(_ context: RouteContext) -> [WireResource<WireEndpoint>] {
        context.catalog.endpoints.map { resource(of: $0, context) }
    }

    func resource(
        of endpoint: Endpoint, _ context: RouteContext
    ) -> WireResource<WireEndpoint> {
        var endpoint = endpoint
        let route = Route.scoring(endpoint.name, .invoke)
        endpoint.scoringURI = context.address.base + route.request.target
        return WireEndpoint.resource(
            of: endpoint, in: context.scope, location: context.catalog.location)
    }

    private func endpoint(
        _ name: Endpoint.Name, _ context: RouteContext
    ) throws(RouteRefusal) -> EngineResponse {
        try .json(200, resource(of: existing(name, context), context))
    }

    /// An endpoint of the catalog.
    ///
    /// - Throws: 404 that also says why its files could not be read, when that is the reason.
    func existing(
        _ name: Endpoint.Name, _ context: RouteContext
    ) throws(RouteRefusal) -> Endpoint {
        if let found = context.catalog.endpoint(name) { return found }
        throw missing(
            "NoSuchEndpoint",
            "There is no endpoint with name: \(name) in \(context.scope.workspace)",
            context.catalog.problems.filter { $0.endpoint == name && $0.deployment == nil })
    }

    func missing(
        _ code: String, _ message: String, _ problems: [WorkspaceProblem]
    ) -> RouteRefusal {
        RouteRefusal(
            404, "NotFound", "The specified resource was not found.",
            details: [(code, message)] + Self.details(problems), innerCode: code)
    }

    /// Why files could not be read, as details of an error.
    static func details(_ problems: [WorkspaceProblem]) -> [(code: String, message: String)] {
        problems.map { ("InvalidYaml", $0.description) }
    }

    // MARK: - Deployments

    private func deployments(
        of name: Endpoint.Name, _ context: RouteContext
    ) throws(RouteRefusal) -> [WireResource<WireDeployment>] {
        _ = try existing(name, context)
        let whole = context.catalog.deployments(of: name).map { resource(of: $0, context) }
        return whole + unreadable(of: name, context)
    }

    /// Deployments whose files cannot be read, as the service lists those it could not make: Failed, with the reason where
    /// their description would stand. A job for one is refused.
    private func unreadable(
        of name: Endpoint.Name, _ context: RouteContext
    ) -> [WireResource<WireDeployment>] {
        let broken = context.catalog.problems.filter { $0.endpoint == name }
        let names = Set(broken.compactMap(\.deployment)).sorted { $0.rawValue < $1.rawValue }
        return names.filter { context.catalog.deployment(name, $0) == nil }.map { missing in
            let reasons = broken.filter { $0.deployment == missing }.map(\.description)
            let deployment = Deployment(
                name: missing, endpoint: name, kind: .model(ModelSettings()),
                summary: reasons.joined(separator: " "), provisioningState: "Failed")
            return WireDeployment.resource(
                of: deployment, in: context.scope, location: context.catalog.location)
        }
    }

    private func deployment(
        _ endpoint: Endpoint.Name, _ name: Deployment.Name, _ context: RouteContext
    ) throws(RouteRefusal) -> EngineResponse {
        _ = try existing(endpoint, context)
        if let broken = unreadable(of: endpoint, context).first(where: { $0.name == name.rawValue })
        {
            return try .json(200, broken)
        }
        return try .json(200, resource(of: existing(endpoint, name, context), context))
    }

    /// A deployment of the catalog.
    ///
    /// - Throws: 404 that also says why its files could not be read, when that is the reason.
    func existing(
        _ endpoint: Endpoint.Name, _ name: Deployment.Name, _ context: RouteContext
    ) throws(RouteRefusal) -> CatalogDeployment {
        if let found = context.catalog.deployment(endpoint, name) { return found }
        throw missing(
            "NoSuchDeployment",
            "There is no deployment with name: \(name) in endpoint \(endpoint)",
            context.catalog.problems(of: endpoint, name))
    }

    func resource(
        of found: CatalogDeployment, _ context: RouteContext
    ) -> WireResource<WireDeployment> {
        let scope = context.scope
        let code = found.ownCode.flatMap { code in
            found.scoringScript.map {
                WireDeployment.CodeConfiguration(
                    codeId: AssetID.text(.codes, code, in: scope), scoringScript: $0)
            }
        }
        return WireDeployment.resource(
            of: found.deployment, in: scope, location: context.catalog.location,
            codeConfiguration: code,
            environmentID: found.environment.map { AssetID.text(.environments, $0, in: scope) }
                ?? found.environmentName,
            modelID: found.model.map { AssetID.text(.models, $0, in: scope) },
            environmentVariables: found.environmentVariables)
    }

    // MARK: - Datastores

    /// The catalog's datastores, with the addresses they have behind this listener.
    private func datastores(_ context: RouteContext) -> [Datastore] {
        context.catalog.datastores.map { store in
            guard store.accountName == EngineAddress.account else { return store }
            var store = store
            store.endpointSuffix = context.address.storageSuffix
            store.scheme = context.address.scheme
            return store
        }
    }

    func existing(
        _ name: Datastore.Name, _ context: RouteContext
    ) throws(RouteRefusal) -> Datastore {
        if let found = datastores(context).first(where: { $0.name == name }) { return found }
        throw .notFound("NoSuchDatastore", "Could not find datastore: \(name)")
    }

    private func datastore(
        _ name: Datastore.Name, _ context: RouteContext
    ) throws(RouteRefusal) -> EngineResponse {
        try .json(200, WireDatastore.resource(of: existing(name, context), in: context.scope))
    }

    /// A signature for the whole container, for an hour, or as long as the caller asks within a day.
    private func datastoreSecrets(
        _ name: Datastore.Name, _ context: RouteContext
    ) throws(RouteRefusal) -> EngineResponse {
        let store = try existing(name, context)
        guard store.accountName == EngineAddress.account, let container = store.containerName else {
            throw .userError("The datastore \(name) has no credentials in this engine.")
        }
        let token = access.sign(
            container: container, prefix: "", .all, until: context.now + Self.secretLifetime)
        return try .json(200, WireSecrets(sasToken: token))
    }

    /// The hour that clients ask for (CONTRACT §3).
    static let secretLifetime = Duration.seconds(3600)
}
