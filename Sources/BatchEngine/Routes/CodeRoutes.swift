import BatchModel

/// Code that clients upload: a record of where it lies, until a deployment makes its own copy.
extension Engine {
    func codeVersions(_ context: RouteContext) -> [EngineAsset] {
        let uploaded = codes.all.map { record in
            let wire = WireCodeVersion(
                codeUri: record.uri, description: record.summary,
                isAnonymous: record.isAnonymous,
                isArchived: isArchived("codes", record.name, record.version),
                tags: WireTexts(record.tags), properties: WireTexts(record.properties))
            return EngineAsset(
                id: record.id,
                resource: resource(.codes, record.id, wire, createdAt: record.createdAt, context),
                summary: record.summary, hash: record.hash)
        }
        let own = context.catalog.deployments.compactMap { found -> EngineAsset? in
            guard let id = found.ownCode, let folder = found.codeFolder else { return nil }
            let wire = WireCodeVersion(
                codeUri: "file://" + folder, isAnonymous: true, tags: WireTexts(),
                properties: WireTexts())
            return EngineAsset(id: id, resource: resource(.codes, id, wire, context))
        }
        return own + uploaded
    }

    func putCode(
        _ id: AssetVersion, _ context: RouteContext
    ) async throws(RouteRefusal) -> EngineResponse {
        let body = try await context.body(WireResource<WireCodeVersion>.self)
        guard let wire = body.properties, let uri = wire.codeUri, !uri.isEmpty else {
            throw .userError("The codeUri field is required.")
        }
        try Self.check(tags: wire.tags?.values ?? [:], description: wire.description)
        guard await localFolder(uri, context) != nil else {
            throw .userError(
                "codeUri is \"\(uri)\", and there is nothing in this engine's storage. "
                    + "Upload the code first.", innerCode: "NoSuchCodeFiles")
        }
        return try await turn.take { () throws(RouteRefusal) in
            let known = codes.all.first { $0.id == id }
            guard known == nil || known?.uri == uri else { throw Self.exists("code", id) }
            try setArchived("codes", id.name, id.version, wire.isArchived, context)
            let record = CodeRecord(
                name: id.name, version: id.version, uri: uri, summary: wire.description,
                isAnonymous: wire.isAnonymous ?? false, tags: wire.tags?.values ?? [:],
                properties: wire.properties?.values ?? [:],
                createdAt: known?.createdAt ?? context.now)
            do throws(ServiceFailure) {
                try codes.keep(record, operation: "register the code \(id.name)")
            } catch { throw .from(error) }
            return try answer(.codes, id, isNew: known == nil, context)
        }
    }

    /// Removes the places of uploads that came to nothing.
    func sweepUploads() {
        // A day: no upload takes longer.
        let oldest = EngineClock.now.microsecondsSinceEpoch - 86_400_000_000
        for name in (try? FileCalls.names(in: folders.blobs)) ?? []
        where name.hasPrefix(Self.uploadPrefix) {
            let path = folders.blobs + "/" + name
            let modified = FilePath.identity(of: path)?.modifiedNanoseconds ?? .max
            guard modified / 1000 < oldest,
                !codes.all.contains(where: { $0.uri.contains("/\(name)/") })
            else { continue }
            FileCalls.removeTree(path)
        }
    }

    private static let uploadPrefix = "upload-"

    /// A place to upload to: a container of its own, and a signature for it. Clients name blobs there by the folder's name
    /// alone, so two uploads must not share one.
    func startUpload(
        _ kind: Route.AssetKind, _ name: String, _ version: String, _ context: RouteContext
    ) throws(RouteRefusal) -> EngineResponse {
        try Self.check(assetName: name, version, of: kind.rawValue)
        let container = Self.uploadPrefix + EngineClock.newID()
        do throws(BlobError) { try blobs.createContainer(container) } catch {
            throw RouteRefusal(error.status, error.code, error.message)
        }
        let address = context.address.storageBase + "/" + container
        let signature = access.sign(
            container: container, prefix: "", .all, until: context.now + Self.secretLifetime)
        let scope = context.scope
        let account =
            "/subscriptions/\(scope.subscriptionID)/resourceGroups/\(scope.resourceGroup)"
            + "/providers/Microsoft.Storage/storageAccounts/\(EngineAddress.account)"
        return try .json(
            200,
            WirePendingUpload(
                pendingUploadId: EngineClock.newID(),
                blobReferenceForConsumption: .init(
                    blobUri: address, storageAccountArmId: account,
                    credential: .init(sasUri: address + "?" + signature))))
    }
}
