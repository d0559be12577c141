import BatchModel
import DraftFile

/// Data assets registered, described anew, archived and deleted.
extension Engine {
    /// Registers a version; answers the long form, a folder with a trailing slash (R).
    ///
    /// For a version that is there with the same data, description, tags and the archive flag are taken over; its properties
    /// stay as they are.
    func putDataVersion(
        _ name: DataAsset.Name, _ version: String, _ context: RouteContext
    ) async throws(RouteRefusal) -> EngineResponse {
        let body = try await context.body(WireResource<WireDataVersion>.self)
        let type = DataType(rawValue: body.properties?.dataType ?? "uri_folder")
        guard type == .uriFolder || type == .uriFile else {
            throw .userError(
                "The data type \(type) is not served by this engine; use uri_folder or uri_file.")
        }
        try Self.check(assetName: name.rawValue, version, of: "a data asset")
        guard let wire = body.properties, let sent = wire.dataUri, !sent.isEmpty else {
            throw .userError("The DataUri field is required.")
        }
        try Self.check(tags: wire.tags?.values ?? [:], description: wire.description)
        let uri = canonicalURI(sent, isFolder: type == .uriFolder, context)
        return try await turn.take { () throws(RouteRefusal) in
            var context = context
            context.catalog = reread()
            let known = data(name, context.catalog).first { $0.version == version }
            if let known, known.uri != uri || known.type != type {
                throw RouteRefusal(
                    409, "UserError",
                    "The data asset \(name):\(version) exists already with another path; "
                        + "choose another version.",
                    innerCode: "DataVersionAlreadyExists")
            }
            try setArchived("data", name.rawValue, version, wire.isArchived, context)
            let record = DataRecord(
                asset: name.rawValue, version: version, type: type.rawValue, uri: uri,
                summary: wire.description, createdAt: known?.createdAt ?? context.now,
                tags: wire.tags?.values,
                properties: known == nil ? wire.properties?.values : known?.properties)
            try keep(record, known, context)
            context.catalog = reread()
            let kept = data(name, context.catalog).first { $0.version == version }
            return try .json(
                known == nil ? 201 : 200,
                WireDataVersion.resource(of: kept ?? record.version(in: context.scope)))
        }
    }

    private func keep(
        _ record: DataRecord, _ known: DataVersion?, _ context: RouteContext
    ) throws(RouteRefusal) {
        let file = context.catalog.data.first { $0.version.armID == known?.armID }?.file
        guard known?.summary != record.summary || known?.tags != record.tags ?? [:] else { return }
        if let file {
            return try rewrite(
                file, AssetWords(summary: record.summary, tags: record.tags ?? [:]))
        }
        do throws(ServiceFailure) {
            try registered.keep(
                record, operation: "register the data asset \(record.asset):\(record.version)")
        } catch { throw .from(error) }
    }

    func labelledData(
        _ name: DataAsset.Name, _ label: String, _ context: RouteContext
    ) throws(RouteRefusal) -> EngineResponse {
        _ = try Self.checkLatest(label)
        guard let found = data(name, context.catalog).last else {
            throw .notFound("NoSuchData", "There is no data asset with name: \(name)")
        }
        return try .json(200, WireDataVersion.resource(of: found))
    }

    func archiveData(
        _ name: DataAsset.Name, _ context: RouteContext
    ) async throws(RouteRefusal) -> EngineResponse {
        let body = try await context.body(WireResource<WireDataContainer>.self)
        return try await turn.take { () throws(RouteRefusal) in
            let versions = data(name, context.catalog)
            guard !versions.isEmpty else {
                throw .notFound("NoSuchData", "There is no data asset with name: \(name)")
            }
            try setArchived(
                "data", name.rawValue, nil, body.properties?.isArchived ?? false, context)
            return try .json(200, container(name, versions, context))
        }
    }

    /// Takes versions away: their files or records go to the trash, the data itself stays where it is.
    ///
    /// - Parameter version: nil for all versions.
    func deleteData(
        _ name: DataAsset.Name, _ version: String?, _ context: RouteContext
    ) async throws(RouteRefusal) -> EngineResponse {
        let wasThere = try await turn.take { () throws(RouteRefusal) in
            let catalog = reread()
            func isMeant(_ found: DataVersion) -> Bool {
                found.asset == name && (version == nil || found.version == version)
            }
            let yaml = catalog.data.filter { isMeant($0.version) }
            let records = registered.all.filter { isMeant($0.version(in: catalog.scope)) }
            try files.doing {
                for found in yaml {
                    let label = "data-\(name)@\(found.version.version)"
                    try files.retire([found.file], as: label)
                }
                for record in records {
                    let target = "\(files.trash)/data-assets/\(record.fileName).json"
                    try registered.retire(record.fileName, to: target)
                }
            }
            _ = reread()
            return !yaml.isEmpty || !records.isEmpty
        }
        return EngineResponse(status: wasThere ? 200 : 204)
    }
}
