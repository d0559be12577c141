import BatchModel
import DraftFile

/// Endpoints made, changed and deleted: `endpoints/<e>/endpoint.yml`.
extension Engine {
    func putEndpoint(
        _ name: Endpoint.Name, _ context: RouteContext
    ) async throws(RouteRefusal) -> EngineResponse {
        let body = try await context.body(JSONValue.self)
        try Self.check(name: name.rawValue, of: "an endpoint")
        let wanted = try Self.endpoint(Endpoint(name: name), body)
        return try await turn.take { () throws(RouteRefusal) in
            let catalog = reread()
            let known = catalog.endpoint(name)
            if known == nil, catalog.endpoints.count >= ControlRules.endpointLimit {
                throw Self.quota("endpoints", ControlRules.endpointLimit)
            }
            return try write(wanted, over: known, catalog, context)
        }
    }

    func patchEndpoint(
        _ name: Endpoint.Name, _ context: RouteContext
    ) async throws(RouteRefusal) -> EngineResponse {
        let body = try await context.body(JSONValue.self)
        return try await turn.take { () throws(RouteRefusal) in
            var context = context
            context.catalog = reread()
            let known = try existing(name, context)
            return try write(
                Self.endpoint(known, body, keepsRest: true), over: known, context.catalog, context)
        }
    }

    /// An endpoint as a body says it.
    ///
    /// - Parameter keepsRest: true for a patch, where a member that is not there changes nothing.
    private static func endpoint(
        _ start: Endpoint, _ body: JSONValue, keepsRest: Bool = false
    ) throws(RouteRefusal) -> Endpoint {
        var wanted = start
        let properties = body["properties"]
        if let mode = properties?["authMode"]?.string, mode.lowercased() != "aadtoken" {
            throw .userError("AuthMode must be 'AADToken' for batch endpoints; it is '\(mode)'.")
        }
        if let tags = body["tags"] { wanted.tags = try Self.tags(tags) }
        if let summary = properties?["description"] { wanted.summary = summary.string }
        if let defaults = properties?["defaults"] {
            for member in (defaults.members ?? [:]).keys.sorted()
            where member.lowercased() != "deploymentname" {
                throw .userError(
                    "Could not find member '\(member)' on object of type "
                        + "'BatchEndpointDefaults'. Use deploymentName.")
            }
            let name = defaults["deploymentName"]?.string ?? ""
            wanted.defaultDeployment = name.isEmpty ? nil : Deployment.Name(name)
        } else if !keepsRest {
            wanted.defaultDeployment = nil
        }
        try check(tags: wanted.tags, description: wanted.summary)
        return wanted
    }

    private func write(
        _ wanted: Endpoint, over known: Endpoint?, _ catalog: WorkspaceCatalog,
        _ context: RouteContext
    ) throws(RouteRefusal) -> EngineResponse {
        if let name = wanted.defaultDeployment, name != known?.defaultDeployment,
            catalog.deployment(wanted.name, name) == nil
        {
            throw .userError(
                "There is no deployment \(name) in endpoint \(wanted.name) that could be its "
                    + "default. Create the deployment first, then set the default.",
                innerCode: "NoSuchDeployment")
        }
        try save(wanted, isKnown: known != nil, catalog)
        var context = context
        context.catalog = reread()
        return try made(
            resource(of: existing(wanted.name, context), context), isNew: known == nil, context)
    }

    /// Writes an endpoint's file, unless it says so already.
    func save(
        _ endpoint: Endpoint, isKnown: Bool, _ catalog: WorkspaceCatalog
    ) throws(RouteRefusal) {
        let folder = catalog.endpointFolders[endpoint.name] ?? "endpoints/\(endpoint.name)"
        let file = folder + "/endpoint.yml"
        let old = isKnown ? files.text(file) : nil
        let text = EndpointFile(endpoint).text(over: old)
        guard text != old else { return }
        try files.doing {
            // A file that could not be read is replaced, not lost.
            if !isKnown { try files.retire([file], as: "endpoint-\(endpoint.name)") }
            try files.write(text, to: file)
        }
    }

    func deleteEndpoint(
        _ name: Endpoint.Name, _ context: RouteContext
    ) async throws(RouteRefusal) -> EngineResponse {
        try Self.check(name: name.rawValue, of: "an endpoint")
        let isRunning = try await isRunning(name)
        let wasThere = try await turn.take { () throws(RouteRefusal) in
            let catalog = reread()
            guard let folder = catalog.endpointFolders[name] ?? brokenFolder(of: name, catalog)
            else { return false }
            let isUsed = isUsed(folder, catalog)
            // The endpoint's own file first: with it everything below is gone for readers.
            let yaml =
                [folder + "/endpoint.yml"]
                + catalog.deployments(of: name).map { $0.folder + "/deployment.yml" }
            try files.doing {
                try files.retire(
                    isRunning || isUsed ? yaml : [folder], as: "endpoint-\(name)")
            }
            _ = reread()
            return true
        }
        return deleted(wasThere, context)
    }

    /// The folder of an endpoint whose file cannot be read.
    private func brokenFolder(
        of name: Endpoint.Name, _ catalog: WorkspaceCatalog
    ) -> String? {
        let folder = "endpoints/\(name)"
        let isTaken = catalog.endpointFolders.values.contains(folder)
        return !isTaken && FileCalls.exists(files.path(folder + "/endpoint.yml")) ? folder : nil
    }

    static func quota(_ what: String, _ limit: Int) -> RouteRefusal {
        .userError(
            "There are \(limit) \(what) already, which is the most there can be. "
                + "Delete one first.", innerCode: "QuotaExceeded")
    }
}
