import BatchModel

/// What makes, changes and takes away (CONTRACT §2.2).
///
/// The service takes its time over a change and lets clients wait for it by an operation's address. Here a change is done
/// when it is answered, so every operation that is asked for has succeeded.
extension Engine {
    func change(
        _ change: Route.Change, _ context: RouteContext
    ) async throws(RouteRefusal) -> EngineResponse {
        switch change {
        case .putEndpoint(let name): try await putEndpoint(name, context)
        case .patchEndpoint(let name): try await patchEndpoint(name, context)
        case .deleteEndpoint(let name): try await deleteEndpoint(name, context)
        case .putDeployment(let endpoint, let name):
            try await putDeployment(endpoint, name, context)
        case .patchDeployment(let endpoint, let name):
            try await patchDeployment(endpoint, name, context)
        case .deleteDeployment(let endpoint, let name):
            try await deleteDeployment(endpoint, name, context)
        case .putDatastore(let name): try await putDatastore(name, context)
        case .deleteDatastore(let name): try await deleteDatastore(name, context)
        case .putDataAsset(let name): try await archiveData(name, context)
        case .deleteDataAsset(let name): try await deleteData(name, nil, context)
        case .deleteDataVersion(let name, let version):
            try await deleteData(name, version, context)
        case .putCompute(let name): try await putCompute(name, context)
        case .deleteCompute(let name): try await deleteCompute(name, context)
        }
    }

    // MARK: - Answers

    /// The answer of a change that made (201) or changed (200) a resource.
    func made(
        _ resource: WireResource<some Codable & Sendable>, isNew: Bool, _ context: RouteContext
    ) throws(RouteRefusal) -> EngineResponse {
        try .json(
            isNew ? 201 : 200, resource,
            headers: [
                ("azure-asyncoperation", operation("mfeOperationsStatus", context)),
                ("retry-after", "1"), ("x-ms-async-operation-timeout", "PT30M"),
            ])
    }

    /// The answer of a deletion: 202 and nothing, or 204 where there was nothing.
    func deleted(_ wasThere: Bool, _ context: RouteContext) -> EngineResponse {
        guard wasThere else { return EngineResponse(status: 204) }
        let id = EngineClock.newID()
        return EngineResponse(
            status: 202,
            headers: EngineHeaders([
                ("content-type", "application/json; charset=utf-8"),
                ("azure-asyncoperation", operation("mfeOperationsStatus", context, id)),
                ("location", operation("mfeOperationResults", context, id)),
                ("retry-after", "1"), ("x-ms-async-operation-timeout", "PT30M"),
            ]), body: .bytes(Array("null".utf8)))
    }

    private func operation(
        _ word: String, _ context: RouteContext, _ id: String = EngineClock.newID()
    ) -> String {
        let subscription = context.scope.subscriptionID
        let region = context.catalog.location
        let name = changePrefix(context) + id
        let route: Route =
            word == "mfeOperationsStatus"
            ? .operationStatus(subscriptionID: subscription, region: region, operation: name)
            : .operationResult(subscriptionID: subscription, region: region, operation: name)
        return context.address.base + route.request.target
    }

    private func changePrefix(_ context: RouteContext) -> String {
        "be:\(context.catalog.workspaceID):"
    }

    func isChange(_ operation: String, _ context: RouteContext) -> Bool {
        operation.hasPrefix(changePrefix(context))
    }

    func operationStatus(
        _ operation: String, _ context: RouteContext
    ) throws(RouteRefusal) -> EngineResponse {
        guard isChange(operation, context) else {
            throw .notFound("NoSuchOperation", "There is no operation \(operation)")
        }
        let now = context.now.iso8601
        return try .json(
            200,
            WireOperation(
                id: "/" + context.line.path.joined(separator: "/"), name: operation,
                status: "Succeeded", startTime: now, endTime: now, percentComplete: 100))
    }

    // MARK: - Rules

    /// Refuses names that would not be safe or not be taken by the service.
    static func check(name: String, of what: String) throws(RouteRefusal) {
        guard ControlRules.isName(name) else {
            throw .userError(
                "\"\(name)\" is not a name of \(what). Use \(ControlRules.nameWords).",
                innerCode: "InvalidName")
        }
    }

    /// Refuses names of assets and the like that would not be safe as a file's name.
    static func check(assetName names: String..., of what: String) throws(RouteRefusal) {
        for name in names where !ControlRules.isAssetName(name) {
            throw .userError(
                "\"\(name)\" is not a name or version of \(what). Use "
                    + "\(ControlRules.assetNameWords), no . first.", innerCode: "InvalidName")
        }
    }

    /// Tags as they were sent; the service refuses a null or empty value in words of its own (ES §1).
    static func tags(_ value: JSONValue?) throws(RouteRefusal) -> [String: String] {
        var tags: [String: String] = [:]
        for (name, value) in value?.members ?? [:] { tags[name] = value.text }
        return tags
    }

    static func check(
        tags: [String: String], description: String?
    ) throws(RouteRefusal) {
        let problems = ControlRules.problems(tags: tags, description: description)
        guard let first = problems.first else { return }
        throw RouteRefusal(
            400, "UserError", first, details: problems.map { ("PredicateValidator", $0) },
            innerCode: "PredicateValidator")
    }

    // MARK: - Files in use

    /// True while jobs of an endpoint, or of one of its deployments, are unfinished: their files must stay where they are.
    func isRunning(
        _ endpoint: Endpoint.Name, _ deployment: Deployment.Name? = nil
    ) async throws(RouteRefusal) -> Bool {
        guard jobs.isBusy else { return false }
        var start = 0
        while true {
            do {
                let page = try await jobs.jobs(
                    start: start, count: 1000, endpoint: endpoint, deployment: deployment,
                    view: .all)
                if page.jobs.contains(where: { !$0.status.isTerminal }) { return true }
                start += page.jobs.count
                guard start < page.total, !page.jobs.isEmpty else { return false }
            } catch { throw .from(error) }
        }
    }
}

extension Engine {
    /// True when somebody else needs files of a folder: a deployment that can be read, or, by its words, one that cannot.
    func isUsed(_ relative: String, _ catalog: WorkspaceCatalog) -> Bool {
        if !catalog.users(of: relative, in: files.workspace).isEmpty { return true }
        let unread = Set(catalog.problems.filter { $0.deployment != nil }.map(\.file))
        return unread.contains { file in
            guard !file.hasPrefix(relative + "/"), let text = files.text(file) else { return false }
            return text.contains("../") && text.contains(relative.lastSegment + "/")
        }
    }

    /// Folders of code that unfinished pipeline jobs run from, absolute.
    func codeInUse() async throws(RouteRefusal) -> [String] {
        guard jobs.isBusy else { return [] }
        var found: [String] = []
        var start = 0
        while true {
            do {
                let page = try await jobs.jobs(start: start, count: 1000, view: .all)
                for job in page.jobs where !job.status.isTerminal {
                    let order = try await jobs.pipelineOrder(of: job.id)
                    found += order?.steps.compactMap(\.codeFolder) ?? []
                }
                start += page.jobs.count
                guard start < page.total, !page.jobs.isEmpty else { return found }
            } catch { throw .from(error) }
        }
    }
}

extension WorkspaceCatalog {
    /// Deployments that use files of a folder of the workspace, without those of the folder itself.
    func users(of relative: String, in workspace: String) -> [CatalogDeployment] {
        let prefix = "\(workspace)/\(relative)/"
        func isBelow(_ path: String?) -> Bool { path.map { ($0 + "/").hasPrefix(prefix) } == true }
        return deployments.filter { found in
            guard !(found.folder + "/").hasPrefix(relative + "/") else { return false }
            let steps = (found.pipeline?.steps ?? []).compactMap(\.component.codeFolder)
                .map { FilePath.resolve($0, from: workspace) }
            let model = found.modelFolder.map { $0 + "/" + (found.modelEntry ?? "") }
            return isBelow(found.codeFolder) || isBelow(model) || steps.contains(where: isBelow)
                || references.keys.contains { isBelow($0) && found.pipeline != nil }
        }
    }
}
