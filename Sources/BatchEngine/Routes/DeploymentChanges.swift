import BatchModel
import DraftFile

/// Deployments made, changed and deleted: `endpoints/<e>/<d>/deployment.yml` with its code and model beside it.
extension Engine {
    func putDeployment(
        _ endpoint: Endpoint.Name, _ name: Deployment.Name, _ context: RouteContext
    ) async throws(RouteRefusal) -> EngineResponse {
        let body = try await context.body(WireResource<WireDeployment>.self)
        try Self.check(name: name.rawValue, of: "a deployment")
        let tags = body.tags?.values ?? [:]
        try Self.check(tags: tags, description: body.properties?.description)
        let sources = await codeSources(body.properties?.codeConfiguration?.codeId, context)
        let isRunning = try await isRunning(endpoint, name)
        return try await turn.take { () throws(RouteRefusal) in
            var context = context
            context.catalog = reread()
            return try write(
                DeploymentRequest(
                    endpoint: endpoint, name: name, body: body, sources: sources,
                    isRunning: isRunning), context)
        }
    }

    /// A deployment that is asked for.
    struct DeploymentRequest: Sendable {
        var endpoint: Endpoint.Name
        var name: Deployment.Name
        var body: WireResource<WireDeployment>
        /// Folders of uploaded code on disk, by the record's key.
        var sources: [String: String]
        /// True while jobs use the files of the deployment.
        var isRunning: Bool
    }

    private func write(
        _ request: DeploymentRequest, _ context: RouteContext
    ) throws(RouteRefusal) -> EngineResponse {
        _ = try existing(request.endpoint, context)
        let catalog = context.catalog
        let known = catalog.deployment(request.endpoint, request.name)
        if known == nil { try checkQuota(request.endpoint, catalog) }
        let folder = known?.folder ?? freeFolder(request, catalog)
        let oldText = known == nil ? nil : files.text(folder + "/deployment.yml")
        let old = oldText.flatMap { DeploymentFile.parse(yaml: $0, file: folder).value }
        var body = request.body
        body.name = request.name.rawValue
        guard let wanted = Deployment(body, endpoint: request.endpoint) else {
            throw .userError("The deployment has no name.")
        }
        let plan = try DeploymentPlan(
            wanted, body.properties ?? WireDeployment(), known: known, old: old,
            sources: request.sources, engine: self, context: context)
        try carryOut(plan, folder, oldText, isRunning: request.isRunning)
        return try answer(request, isNew: known == nil, folder, context)
    }

    private func checkQuota(
        _ endpoint: Endpoint.Name, _ catalog: WorkspaceCatalog
    ) throws(RouteRefusal) {
        guard catalog.deployments(of: endpoint).count < ControlRules.deploymentLimit else {
            throw Self.quota("deployments of \(endpoint)", ControlRules.deploymentLimit)
        }
        guard catalog.deployments.count < ControlRules.allDeploymentsLimit else {
            throw Self.quota("deployments", ControlRules.allDeploymentsLimit)
        }
    }

    /// Where a new deployment goes: the folder of its name, unless another deployment's file lies there.
    private func freeFolder(
        _ request: DeploymentRequest, _ catalog: WorkspaceCatalog
    ) -> String {
        let parent = catalog.endpointFolders[request.endpoint] ?? "endpoints/\(request.endpoint)"
        let folder = "\(parent)/\(request.name)"
        let isTaken = catalog.deployments.contains { $0.folder == folder }
        return isTaken ? parent + "/" + files.freeName(request.name.rawValue, in: parent) : folder
    }

    /// Copies what is new, then lets the file name it: until then the deployment is the old one, or none.
    private func carryOut(
        _ plan: DeploymentPlan, _ folder: String, _ oldText: String?, isRunning: Bool
    ) throws(RouteRefusal) {
        var file = plan.file
        var placed: [(copy: DeploymentPlan.Copy, name: String)] = []
        for copy in plan.copies {
            let name = files.freeName(copy.folder, in: folder)
            placed.append((copy, name))
            if copy.folder == "code" { file.codeFolder = name }
            if let entry = copy.entry { file.modelPath = name + "/" + entry }
        }
        let text = file.text(over: oldText)
        try Self.check(text, folder)
        try files.doing {
            let staged = try files.stage()
            defer { files.unstage(staged) }
            for (copy, name) in placed {
                let target = staged + "/" + name
                if let entry = copy.entry {
                    try FileCalls.makeFolders(target)
                    try files.copy(copy.source, to: target + "/" + entry)
                } else {
                    try files.copy(copy.source, to: target)
                }
                try files.place(target, at: folder + "/" + name)
            }
            if text != oldText {
                // A file that could not be read is replaced, not lost.
                if oldText == nil {
                    try files.retire([folder + "/deployment.yml"], as: "deployment")
                }
                try files.write(text, to: folder + "/deployment.yml")
            }
        }
        if !isRunning { try clear(folder, reread()) }
    }

    /// The rules of the file are the rules of the request.
    private static func check(_ text: String, _ folder: String) throws(RouteRefusal) {
        let parsed = DeploymentFile.parse(yaml: text, file: folder + "/deployment.yml")
        let wrong = parsed.errors.map { "\($0.detail) \($0.advice)" }
        guard !wrong.isEmpty else { return }
        throw RouteRefusal(
            400, "UserError", wrong.joined(separator: " "),
            details: wrong.map { ("BadArgument", $0) }, innerCode: "BadArgument")
    }

    /// Moves copies that no deployment names any more to the trash. They are those that changes made: `code`, `code-2`, …
    private func clear(
        _ folder: String, _ catalog: WorkspaceCatalog
    ) throws(RouteRefusal) {
        // Whoever cannot be read now may need them once it is mended.
        let others = catalog.users(of: folder, in: files.workspace)
        guard !others.isEmpty || !isUsed(folder, catalog) else { return }
        let names = (try? FileCalls.names(in: files.path(folder))) ?? []
        let unused = names.filter { name in
            let base = name.split(separator: "-", maxSplits: 1).map(String.init)
            guard ["code", "model"].contains(base[0]), base.count == 1 || Int(base[1]) != nil else {
                return false
            }
            let path = files.path(folder + "/" + name)
            return !catalog.deployments.contains { found in
                let model = found.modelFolder.map { $0 + "/" + (found.modelEntry ?? "") }
                let steps = (found.pipeline?.steps ?? []).compactMap(\.component.codeFolder)
                    .map { FilePath.resolve($0, from: files.workspace) }
                return ([found.codeFolder, model].compactMap { $0 } + steps)
                    .contains { ($0 + "/").hasPrefix(path + "/") }
            }
        }
        try files.doing {
            try files.retire(unused.map { folder + "/" + $0 }, as: "replaced")
        }
    }

    private func answer(
        _ request: DeploymentRequest, isNew: Bool, _ folder: String, _ context: RouteContext
    ) throws(RouteRefusal) -> EngineResponse {
        var context = context
        context.catalog = reread()
        guard let found = context.catalog.deployment(request.endpoint, request.name) else {
            let problems = context.catalog.problems(of: request.endpoint, request.name)
            throw RouteRefusal(
                400, "UserError",
                "The deployment was written to \(folder), and it cannot be used as it stands.",
                details: Self.details(problems), innerCode: "BadArgument")
        }
        return try made(resource(of: found, context), isNew: isNew, context)
    }

    /// The folder of a code record on disk; nothing for code that a deployment has, or that is not there.
    private func codeSources(
        _ id: String?, _ context: RouteContext
    ) async -> [String: String] {
        guard let id, let code = AssetID.version(id, .codes, in: context.scope),
            let record = codes.all.first(where: { $0.id == code }),
            let path = await localFolder(record.uri, context)
        else { return [:] }
        return [code.key: path]
    }

    // MARK: - Patch, delete

    func patchDeployment(
        _ endpoint: Endpoint.Name, _ name: Deployment.Name, _ context: RouteContext
    ) async throws(RouteRefusal) -> EngineResponse {
        let body = try await context.body(JSONValue.self)
        return try await turn.take { () throws(RouteRefusal) in
            var context = context
            context.catalog = reread()
            let known = try existing(endpoint, name, context)
            let file = known.folder + "/deployment.yml"
            guard let old = files.text(file),
                var wanted = DeploymentFile.parse(yaml: old, file: file).value
            else { throw .userError("\(file) cannot be read.") }
            if let tags = body["tags"] { wanted.deployment.tags = try Self.tags(tags) }
            if let summary = body["properties"]?["description"] {
                wanted.deployment.summary = summary.string
            }
            try Self.check(
                tags: wanted.deployment.tags, description: wanted.deployment.summary)
            let text = wanted.text(over: old)
            if text != old { try files.doing { try files.write(text, to: file) } }
            context.catalog = reread()
            return try made(
                resource(of: existing(endpoint, name, context), context), isNew: false, context)
        }
    }

    func deleteDeployment(
        _ endpoint: Endpoint.Name, _ name: Deployment.Name, _ context: RouteContext
    ) async throws(RouteRefusal) -> EngineResponse {
        try Self.check(name: name.rawValue, of: "a deployment")
        let isRunning = try await isRunning(endpoint, name)
        let wasThere = try await turn.take { () throws(RouteRefusal) in
            let catalog = reread()
            guard let parent = catalog.endpointFolders[endpoint] else { return false }
            let found = catalog.deployment(endpoint, name)
            let folder = found?.folder ?? "\(parent)/\(name)"
            guard found != nil || FileCalls.exists(files.path(folder + "/deployment.yml")) else {
                return false
            }
            if var owner = catalog.endpoint(endpoint), owner.defaultDeployment == name {
                owner.defaultDeployment = nil
                try save(owner, isKnown: true, catalog)
            }
            // What others or running jobs use stays where it is; without its file it is no deployment any more.
            let isUsed = isRunning || isUsed(folder, catalog)
            try files.doing {
                try files.retire(
                    [isUsed ? folder + "/deployment.yml" : folder],
                    as: "deployment-\(endpoint)-\(name)")
            }
            _ = reread()
            return true
        }
        return deleted(wasThere, context)
    }
}
