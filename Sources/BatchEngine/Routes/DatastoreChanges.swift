import BatchModel
import DraftFile

/// Datastores made, changed and deleted: `datastores/<name>.yml`.
///
/// Those on the engine's own account have a container here. Others are kept and shown, so that the folder can go to Azure; a
/// secret that is sent along is not kept, and no job can read them.
extension Engine {
    private static let builtIn = ["workspaceblobstore", "workspaceartifactstore"]

    func putDatastore(
        _ name: Datastore.Name, _ context: RouteContext
    ) async throws(RouteRefusal) -> EngineResponse {
        let body = try await context.body(WireResource<WireDatastore>.self)
        try Self.check(assetName: name.rawValue, of: "a datastore")
        let store = try Self.datastore(name, body)
        return try await turn.take { () throws(RouteRefusal) in
            var context = context
            context.catalog = reread()
            guard !Self.builtIn.contains(name.rawValue) else {
                throw RouteRefusal(
                    409, "UserError",
                    "\(name) belongs to the workspace and cannot be changed. "
                        + "Choose another name.", innerCode: "DatastoreIsBuiltIn")
            }
            let known = context.catalog.datastoreFiles[name]
            let path = known ?? "datastores/\(name).yml"
            guard let text = DatastoreFile(store).text else {
                throw .userError("datastoreType is not one that a datastore's file can have.")
            }
            try check(DatastoreFile.parse(yaml: text, file: path))
            if known.flatMap({ files.text($0) }) != text {
                try files.doing { try files.write(text, to: path) }
            }
            context.catalog = reread()
            let answer = WireDatastore.resource(
                of: try existing(name, context), in: context.scope)
            return try .json(known == nil ? 201 : 200, answer)
        }
    }

    private static func datastore(
        _ name: Datastore.Name, _ body: WireResource<WireDatastore>
    ) throws(RouteRefusal) -> Datastore {
        var body = body
        body.name = name.rawValue
        guard var store = Datastore(body), DatastoreFile(store).text != nil else {
            throw .userError(
                "datastoreType must be AzureBlob, AzureDataLakeGen1, AzureDataLakeGen2, AzureFile "
                    + "or OneLake.")
        }
        try check(tags: store.tags, description: store.summary)
        guard store.kind == .blob else { return store }
        let isOwn = store.accountName == nil || store.accountName == EngineAddress.account
        guard let container = store.containerName,
            !isOwn || (try? BlobName.checkContainer(container)) != nil
        else {
            throw .userError(
                "containerName is missing or not a container's name. Use 3 to 63 of a-z, 0-9, -.")
        }
        // Where this engine listens changes from start to start: its own account needs no address.
        if isOwn {
            store.accountName = EngineAddress.account
            store.endpointSuffix = nil
            store.scheme = "https"
        }
        return store
    }

    func deleteDatastore(
        _ name: Datastore.Name, _ context: RouteContext
    ) async throws(RouteRefusal) -> EngineResponse {
        guard !Self.builtIn.contains(name.rawValue) else {
            throw RouteRefusal(
                409, "UserError", "\(name) belongs to the workspace and cannot be deleted.",
                innerCode: "DatastoreIsBuiltIn")
        }
        let wasThere = try await turn.take { () throws(RouteRefusal) in
            guard let file = reread().datastoreFiles[name] else { return false }
            try files.doing { try files.retire([file], as: "datastore-\(name)") }
            _ = reread()
            return true
        }
        return EngineResponse(status: wasThere ? 200 : 204)
    }
}
