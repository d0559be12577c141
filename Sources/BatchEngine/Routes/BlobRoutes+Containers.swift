import BatchModel

/// Calls on containers, and copies within the account (CONTRACT §6.1).
extension Engine {
    func listContainers(
        _ query: BlobListQuery, _ context: RouteContext
    ) throws(BlobError) -> EngineResponse {
        let xml = BlobXML.containers(
            blobs.containers(query), query: query, serviceBase: context.address.storageBase)
        return EngineResponse(
            status: 200, headers: EngineHeaders([("content-type", "application/xml")]),
            body: .bytes(xml))
    }

    func containerStamp(_ container: String) throws(BlobError) -> EngineHeaders {
        let info = try blobs.container(container)
        return EngineHeaders([
            ("etag", info.etag), ("last-modified", HTTPDate.text(info.lastModified)),
            ("x-ms-lease-state", "available"), ("x-ms-lease-status", "unlocked"),
        ])
    }

    /// Removes a container that nothing in the workspace needs.
    func deleteContainer(
        _ container: String, _ context: RouteContext
    ) throws(BlobError) -> EngineResponse {
        let needed =
            [folders.defaultContainer, folders.artifactContainer]
            + context.catalog.datastores.compactMap { context.catalog.container(of: $0.name) }
        guard !needed.contains(container) else {
            throw BlobError(
                409, "ContainerInUse",
                "A datastore of this workspace keeps its data in the container \(container), "
                    + "so it stays. Delete its blobs instead.")
        }
        try blobs.deleteContainer(container)
        return EngineResponse(status: 202)
    }

    /// Copies a blob of this account; done when it is answered.
    func copy(
        _ source: String, to container: String, _ name: String, _ context: RouteContext
    ) throws(BlobError) -> EngineResponse {
        let headers = context.request.headers
        let info = try blobs.copy(
            from: copySource(source, context), to: container, name, BlobWriteOptions(headers))
        var answer = Self.stamp(info)
        answer["x-ms-copy-id"] = EngineClock.newID()
        answer["x-ms-copy-status"] = "success"
        // With a blob type it is the newer call that puts a blob from an address.
        return EngineResponse(
            status: headers["x-ms-blob-type"] == nil ? 202 : 201, headers: answer)
    }

    /// The blob a request wants copied, when it may read it.
    func copySource(
        _ source: String, _ context: RouteContext
    ) throws(BlobError) -> (container: String, name: String) {
        let headers = context.request.headers
        let target = try ownTarget(of: source, context)
        // A bearer token or a signed request opens the whole account; a signed address must be signed for the source too.
        if headers["authorization"] == nil, !access.allows(.get, target, now: context.now) {
            throw BlobError(
                403, "CannotVerifyCopySource",
                "The copy source's address carries no signature that allows reading it.")
        }
        guard let line = RouteRequest(method: .get, target: target), line.path.count > 1 else {
            throw BlobError(400, "InvalidHeaderValue", "x-ms-copy-source names no blob.")
        }
        return (line.path[0], line.path.dropFirst().joined(separator: "/"))
    }

    /// Path and query of an address of this account, the container first.
    private func ownTarget(
        of address: String, _ context: RouteContext
    ) throws(BlobError) -> String {
        let refusal = BlobError(
            400, "CopyAcrossAccountsNotSupported", "This store copies its own blobs only.")
        let parts = address.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 4, parts[1].isEmpty else { throw refusal }
        let target = "/" + parts[3]
        let port = ":\(context.address.port)"
        switch parts[2].lowercased() {
        case EngineAddress.storageHost + port: return target
        case "127.0.0.1" + port, "localhost" + port, "[::1]" + port:
            guard let below = EngineAddress.belowAccount(target) else { throw refusal }
            return below
        default: throw refusal
        }
    }
}
