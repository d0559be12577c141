import BatchModel

/// Registers data and datastores.
struct DataPublisher: Sendable {
    let assets: AssetPublisher

    private var catalogue: Catalogue { assets.catalogue }
    private var caller: ServiceCaller { assets.caller }

    /// Uploads what a plan names and registers it.
    func put(
        _ plan: DataPlan, _ report: @escaping ControlCalls.Report
    ) async throws(ServiceFailure) -> DataVersion {
        let operation = "register the data asset \(plan.name)"
        let address = try await assets.address(
            plan.path, part: "data", uploadedTo: plan.datastore, report)
        let (resource, version) = try await assets.put(
            WireDataVersion(
                dataType: plan.type.rawValue, dataUri: address, description: plan.summary,
                tags: WireTexts(plan.tags), properties: plan.properties.map { WireTexts($0) }),
            plan.name.rawValue, version: plan.version, "data", operation)
        if let found = DataVersion(resource, asset: plan.name) { return found }
        return try await catalogue.dataVersion(plan.name, .named(version))
    }

    private struct Archive: Codable, Sendable {
        var isArchived: Bool
    }

    /// Archives or restores one version, or all of them.
    func archive(
        _ name: DataAsset.Name, _ version: String?, _ isArchived: Bool
    ) async throws(ServiceFailure) {
        let scope = try await catalogue.scope
        let operation = "\(isArchived ? "archive" : "restore") the data asset \(name)"
        guard let version else {
            _ = try await catalogue.dataAsset(name)
            let body = WireResource(
                id: nil, name: nil, type: nil, properties: Archive(isArchived: isArchived))
            let request = try ServiceRequest(
                .management(scope, .change(.putDataAsset(name))), operation: operation
            ).carrying(body)
            _ = try await caller.fetch(request)
            return
        }
        // A version is put back as it is: what is left out of it would be gone, what we do not know of too.
        let found = try await catalogue.dataVersionResource(name, version, JSONValue.self)
        var members = found.properties?.members ?? [:]
        members["isArchived"] = .boolean(isArchived)
        let body = WireResource(
            id: nil, name: nil, type: nil, properties: JSONValue.object(members))
        let request = try ServiceRequest(
            .management(scope, .putDataVersion(name, version: version)), operation: operation
        ).carrying(body)
        _ = try await caller.fetch(request)
    }

    /// Makes or replaces a datastore.
    func put(_ plan: DatastorePlan) async throws(ServiceFailure) -> Datastore {
        let name = plan.datastore.name
        var body = WireDatastore.body(of: plan.datastore)
        switch plan.secret {
        case .accountKey(let key):
            body.properties?.credentials = .init(
                credentialsType: "AccountKey",
                secrets: .object(["secretsType": .string("AccountKey"), "key": .string(key)]))
        case .sas(let token):
            body.properties?.credentials = .init(
                credentialsType: "Sas",
                secrets: .object(["secretsType": .string("Sas"), "sasToken": .string(token)]))
        case nil: break
        }
        let request = try ServiceRequest(
            .management(try await catalogue.scope, .change(.putDatastore(name))),
            operation: "create the datastore \(name)"
        ).carrying(body)
        _ = try await caller.fetch(request)
        return try await catalogue.datastore(name)
    }

    /// Forgets a datastore.
    func delete(_ name: Datastore.Name) async throws(ServiceFailure) {
        _ = try await catalogue.datastore(name)
        try await catalogue.delete(
            .change(.deleteDatastore(name)), operation: "delete the datastore \(name)")
    }
}
