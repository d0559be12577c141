import BatchModel

/// Blob storage (CONTRACT §6.1).
extension Engine {
    /// The version every answer claims, whatever the request asked for.
    static let storageVersion = "2024-08-04"
    /// The longest range whose MD5 may be asked for, the service's own limit.
    static let rangeMD5Limit: Int64 = 4 << 20

    func storage(
        _ container: String, _ call: Route.Storage, _ context: RouteContext
    ) async throws(BlobError) -> EngineResponse {
        let request = context.request
        switch call {
        case .listContainers(let query): return try listContainers(query, context)
        case .createContainer:
            try blobs.createContainer(container)
            return EngineResponse(status: 201, headers: try containerStamp(container))
        case .containerProperties:
            return EngineResponse(status: 200, headers: try containerStamp(container))
        case .deleteContainer: return try deleteContainer(container, context)
        case .list(let query): return try list(container, query, context)
        case .properties(let name): return try properties(container, name, request.headers)
        case .read(let name): return try read(container, name, request.headers)
        case .put(let name):
            if let source = request.headers["x-ms-copy-source"] {
                return try copy(source, to: container, name, context)
            }
            return try await put(container, name, request)
        case .putBlock(let name, let id):
            if let source = request.headers["x-ms-copy-source"] {
                let range = EngineHeaders(
                    request.headers["x-ms-source-range"].map { [("range", $0)] } ?? [])
                try blobs.putBlock(
                    container, name, id: id, from: copySource(source, context), range: range)
                return EngineResponse(status: 201)
            }
            try await blobs.putBlock(
                container, name, id: id, request.body, md5: request.headers["content-md5"])
            return EngineResponse(status: 201)
        case .putBlockList(let name): return try await putBlockList(container, name, request)
        case .putMetadata(let name):
            let info = try blobs.setMetadata(
                container, name, request.headers.below("x-ms-meta-"),
                BlobConditions(request.headers))
            return EngineResponse(status: 200, headers: Self.stamp(info))
        case .putProperties(let name):
            let info = try blobs.setProperties(
                container, name, BlobWriteOptions(request.headers))
            return EngineResponse(status: 200, headers: Self.stamp(info))
        case .delete(let name):
            // There are no snapshots, so there is nothing to do for who wants them alone deleted.
            if request.headers["x-ms-delete-snapshots"]?.lowercased() == "only" {
                return EngineResponse(status: 202)
            }
            try blobs.delete(container, name, BlobConditions(request.headers))
            return EngineResponse(status: 202)
        }
    }

    private func list(
        _ container: String, _ query: BlobListQuery, _ context: RouteContext
    ) throws(BlobError) -> EngineResponse {
        let page = try blobs.list(container, query)
        let xml = BlobXML.list(
            page, container: container, query: query, serviceBase: context.address.storageBase)
        return EngineResponse(
            status: 200, headers: EngineHeaders([("content-type", "application/xml")]),
            body: .bytes(xml))
    }

    private func properties(
        _ container: String, _ name: String, _ headers: EngineHeaders
    ) throws(BlobError) -> EngineResponse {
        // A trailing slash is a client asking whether a folder is there (R): no blob has such a name.
        if name.hasSuffix("/") { throw .notFound }
        let (_, info) = try blobs.open(container, name)
        try BlobConditions(headers).checkRead(info)
        var answer = Self.describe(info)
        answer["content-length"] = String(info.sizeBytes)
        answer["content-md5"] = info.record.md5
        return EngineResponse(status: 200, headers: answer)
    }

    private func read(
        _ container: String, _ name: String, _ headers: EngineHeaders
    ) throws(BlobError) -> EngineResponse {
        if name.hasSuffix("/") { throw .notFound }
        let (file, info) = try blobs.open(container, name)
        try BlobConditions(headers).checkRead(info)
        var answer = Self.describe(info)
        guard let range = try BlobRange.read(headers, sizeBytes: info.sizeBytes) else {
            answer["content-md5"] = info.record.md5
            return EngineResponse(
                status: 200, headers: answer, body: .file(file, offset: 0, length: info.sizeBytes))
        }
        let last = range.offset + range.length - 1
        answer["content-range"] = "bytes \(range.offset)-\(last)/\(info.sizeBytes)"
        answer["x-ms-blob-content-md5"] = info.record.md5
        if headers["x-ms-range-get-content-md5"]?.lowercased() == "true" {
            guard range.length <= Self.rangeMD5Limit else { throw .rangeTooLongForMD5 }
            answer["content-md5"] = try file.md5(offset: range.offset, length: range.length)
        }
        return EngineResponse(
            status: 206, headers: answer,
            body: .file(file, offset: range.offset, length: range.length))
    }

    private func put(
        _ container: String, _ name: String, _ request: EngineRequest
    ) async throws(BlobError) -> EngineResponse {
        let type = request.headers["x-ms-blob-type"] ?? "BlockBlob"
        guard type == "BlockBlob" else {
            throw BlobError(
                400, "InvalidHeaderValue", "This store keeps block blobs only, not \(type).")
        }
        let options = BlobWriteOptions(request.headers)
        let info = try await blobs.put(container, name, request.body, options)
        var answer = Self.stamp(info)
        answer["content-md5"] = info.record.md5
        return EngineResponse(status: 201, headers: answer)
    }

    private func putBlockList(
        _ container: String, _ name: String, _ request: EngineRequest
    ) async throws(BlobError) -> EngineResponse {
        let bytes: [UInt8]
        do { bytes = try await request.body.bytes(limitBytes: BlockList.limitBytes) } catch {
            throw .from(error)
        }
        var options = BlobWriteOptions(request.headers)
        // Content-MD5 is the list's own; the blob's is said apart and cannot be checked, as on the service.
        options.md5 = nil
        let info = try blobs.commit(container, name, BlockList(xml: bytes), options)
        return EngineResponse(status: 201, headers: Self.stamp(info))
    }

    // MARK: - Headers

    static func stamp(_ info: BlobInfo) -> EngineHeaders {
        EngineHeaders([
            ("etag", info.etag), ("last-modified", HTTPDate.text(info.lastModified)),
            ("x-ms-request-server-encrypted", "false"),
        ])
    }

    private static func describe(_ info: BlobInfo) -> EngineHeaders {
        var fields = [
            ("etag", info.etag), ("last-modified", HTTPDate.text(info.lastModified)),
            ("content-type", info.contentType), ("x-ms-blob-type", "BlockBlob"),
            ("accept-ranges", "bytes"), ("x-ms-lease-state", "available"),
            ("x-ms-lease-status", "unlocked"), ("x-ms-server-encrypted", "false"),
        ]
        for (name, value) in info.record.metadata.sorted(by: { $0.key < $1.key }) {
            fields.append(("x-ms-meta-" + name, value))
        }
        return EngineHeaders(fields)
    }
}
