import BatchModel

/// One datastore's container: list, look, read, write.
struct BlobStore: Sendable {
    /// Names per page when everything is wanted: the service's own maximum.
    static let pageSize = 5000
    /// The most names that are listed before we say that there are too many.
    static let nameLimit = 1_000_000
    /// The storage version our requests are written for; the service keeps old ones.
    static let version = "2023-11-03"

    let caller: ServiceCaller
    let grants: StorageGrants
    let datastore: Datastore
    let scope: WorkspaceScope
    let container: String
    let base: String

    /// The container behind a datastore.
    init(
        _ datastore: Datastore, scope: WorkspaceScope, caller: ServiceCaller, grants: StorageGrants
    ) throws(ServiceFailure) {
        guard let account = datastore.accountName, let container = datastore.containerName,
            datastore.kind == .blob || datastore.kind == .dataLakeGen2
        else {
            throw ServiceFailure(
                kind: .rejected, operation: "reach the datastore \(datastore.name)",
                detail:
                    "it is of kind \(datastore.kind.rawValue), which has no blobs to list or read",
                advice: "Use a Blob datastore.")
        }
        self.caller = caller
        self.grants = grants
        self.datastore = datastore
        self.scope = scope
        self.container = container
        base = Self.base(account, of: datastore)
    }

    /// The address of a datastore's account.
    static func base(_ account: String, of datastore: Datastore) -> String {
        let suffix = datastore.endpointSuffix ?? "core.windows.net"
        return "\(datastore.scheme)://\(account).blob.\(suffix)"
    }

    /// A container by its address, outside of any datastore.
    init(
        base: String, container: String, scope: WorkspaceScope, caller: ServiceCaller,
        grants: StorageGrants
    ) {
        self.base = base
        self.container = container
        self.scope = scope
        self.caller = caller
        self.grants = grants
        datastore = Datastore(name: Datastore.Name(container), kind: .blob)
    }

    /// What the container is called in what is remembered from one run to the next.
    ///
    /// A local engine has another port after every start. In its place stand workspace and context: the containers of two
    /// engines may be called alike.
    func lastingName() async throws(ServiceFailure) -> String {
        let host = SafeAddress.host(of: base)
        guard SafeAddress.isLoopback(host: host), let mark = base.firstRange(of: "://") else {
            return "\(base)/\(container)"
        }
        let context = try await caller.keeper.current().connection.context
        let owner = [context, scope.armID].map { PercentEncoding.encode($0, keeping: "/") }
        return "\(base[..<mark.upperBound])\(host)/\(container)@\(owner.joined(separator: "@"))"
    }

    /// Everything below a prefix, folder markers left out.
    ///
    /// - Parameter limit: stops after so many names; the second value says whether there are more.
    func list(
        prefix: String, limit: Int = nameLimit
    ) async throws(ServiceFailure) -> (blobs: [BlobListPage.Blob], hasMore: Bool) {
        var blobs: [BlobListPage.Blob] = []
        var marker: String?
        repeat {
            let page = try await page(
                BlobListQuery(
                    prefix: prefix, marker: marker, limit: min(Self.pageSize, limit + 1),
                    includesMetadata: true))
            blobs += page.blobs.filter { !$0.isFolderMarker && !$0.name.hasSuffix("/") }
            marker = page.marker
        } while marker != nil && blobs.count <= limit
        return (Array(blobs.prefix(limit)), marker != nil || blobs.count > limit)
    }

    /// One level below a prefix: folders and blobs.
    func level(
        prefix: String, limit: Int
    ) async throws(ServiceFailure) -> (folders: [String], blobs: [BlobListPage.Blob], hasMore: Bool)
    {
        var folders: [String] = []
        var blobs: [BlobListPage.Blob] = []
        var marker: String?
        repeat {
            let page = try await page(
                BlobListQuery(
                    prefix: prefix, delimiter: "/", marker: marker,
                    limit: min(Self.pageSize, limit), includesMetadata: true))
            folders += page.prefixes
            blobs += page.blobs.filter { !$0.isFolderMarker && $0.name != prefix }
            marker = page.marker
        } while marker != nil && folders.count + blobs.count < limit
        return (folders, blobs, marker != nil)
    }

    private func page(_ query: BlobListQuery) async throws(ServiceFailure) -> BlobListPage {
        let answer = try await exchange(
            .list(query), operation: "list \(datastore.name) below '\(query.prefix)'")
        guard answer.isSuccess else {
            throw failure(answer, "list \(datastore.name) below '\(query.prefix)'")
        }
        return BlobListPage(xml: answer.bytes)
    }

    /// A blob's head; any status.
    func head(_ blob: String, operation: String) async throws(ServiceFailure) -> ServiceAnswer {
        try await exchange(.properties(blob: blob), operation: operation)
    }

    /// A range of a blob: 206 or 200, or 416 when there is nothing at that place (CONTRACT §6.1).
    ///
    /// - Parameters:
    ///   - version: the tag of the version that is wanted (`EntityTag`); nil for whichever is there.
    ///   - wantsMD5: asks for the range's `Content-MD5`; the service gives it for up to 4 MiB.
    /// - Throws: with the status 412 when the blob is another version by now.
    func read(
        _ blob: String, offset: Int64, length: Int64, version: String? = nil,
        wantsMD5: Bool = false, operation: String
    ) async throws(ServiceFailure) -> ServiceAnswer {
        var headers = [(name: "x-ms-range", value: "bytes=\(offset)-\(offset + length - 1)")]
        if let version { headers.append(("If-Match", version)) }
        if wantsMD5 { headers.append(("x-ms-range-get-content-md5", "true")) }
        let answer = try await exchange(
            .read(blob: blob), headers: headers, operation: operation)
        guard answer.isSuccess || answer.status == 416 else { throw failure(answer, operation) }
        return answer
    }

    /// Sends one storage call; a refused signature is renewed once, or given up where the account takes none.
    func exchange(
        _ call: Route.Storage, headers: [(name: String, value: String)] = [],
        body: HTTPCall.Body = .none, operation: String, timeout: Duration = .seconds(60)
    ) async throws(ServiceFailure) -> ServiceAnswer {
        // What this call itself was signed with counts: another one may have changed the grant meanwhile.
        let grant = try await grants.grant(for: datastore, in: scope)
        let first = try await send(call, headers, body, operation, timeout, by: grant)
        guard first.status == 403 || first.status == 401, case .sas = grant else { return first }
        if first.status == 403, FailureTranslation.read(first).code == StorageGrants.keysOffCode {
            await grants.useSignIn(for: datastore, in: scope)
        } else {
            await grants.forget(datastore, in: scope)
        }
        let next = try await grants.grant(for: datastore, in: scope)
        return try await send(call, headers, body, operation, timeout, by: next)
    }

    /// A refusal as a failure.
    func failure(_ answer: ServiceAnswer, _ operation: String) -> ServiceFailure {
        FailureTranslation.failure(answer, operation: operation)
    }

    private func send(
        _ call: Route.Storage, _ headers: [(name: String, value: String)], _ body: HTTPCall.Body,
        _ operation: String, _ timeout: Duration, by grant: StorageGrant
    ) async throws(ServiceFailure) -> ServiceAnswer {
        let line = Route.storage(container: container, call).request
        var url = base + line.target
        var audience: Connection.Audience?
        switch grant {
        case .sas(let query): url += (line.query.isEmpty ? "?" : "&") + query
        case .signIn: audience = .storage
        }
        var request = ServiceRequest(line.method, url, audience: audience, operation: operation)
        let date = HTTPDate.text(await caller.time(at: base))
        request.headers =
            [
                ("x-ms-version", Self.version), ("x-ms-date", date),
                ("Accept", "application/xml"),
            ] + headers
        request.body = body
        request.timeout = timeout
        return try await caller.exchange(request)
    }
}

/// Datastores read before: what is asked of them comes many times a second while a file is looked at.
actor StoreMemory {
    private var known: [String: BlobStore] = [:]

    func store(for key: String) -> BlobStore? { known[key] }
    func learn(_ store: BlobStore, for key: String) { known[key] = store }
}

/// Finds the container behind an address.
struct Storages: Sendable {
    let catalogue: Catalogue
    let grants: StorageGrants
    let memory = StoreMemory()

    /// The container of a datastore by name.
    func store(
        _ name: Datastore.Name, in scope: WorkspaceScope? = nil
    ) async throws(ServiceFailure) -> BlobStore {
        let opened = try await catalogue.caller.keeper.current()
        let place = scope ?? opened.connection.scope
        // A local engine that was restarted has another address: nothing known before counts.
        let key = "\(opened.generation) \(place.armID) \(name)"
        if let known = await memory.store(for: key) { return known }
        async let right: Void = grants.prepare(name, in: place)
        let found = try await store(of: try await catalogue.datastore(name, in: scope), in: scope)
        await right
        await memory.learn(found, for: key)
        return found
    }

    /// Where uploads go, as the official client does it (CONTRACT §6); the default datastore where there is none of that name.
    static let uploadDatastore = Datastore.Name("workspaceblobstore")

    /// The container that uploads go to.
    func uploadStore() async throws(ServiceFailure) -> BlobStore {
        do throws(ServiceFailure) {
            return try await store(Self.uploadDatastore)
        } catch  where error.kind == .notFound {
            return try await store(try await catalogue.defaultDatastore().name)
        }
    }

    /// The container of a datastore.
    func store(
        of datastore: Datastore, in scope: WorkspaceScope? = nil
    ) async throws(ServiceFailure) -> BlobStore {
        let own = try await catalogue.scope
        return try BlobStore(
            datastore, scope: scope ?? own, caller: catalogue.caller, grants: grants)
    }

    /// One level of a datastore below a prefix, folders first.
    func browse(
        _ name: Datastore.Name, prefix given: String
    ) async throws(ServiceFailure) -> [BlobEntry] {
        let prefix = given.isEmpty || given.hasSuffix("/") ? given : given + "/"
        let level = try await store(name).level(prefix: prefix, limit: BlobStore.nameLimit)
        let folders = level.folders.map { folder in
            BlobEntry(
                path: String(folder.dropFirst(prefix.count).dropLast()), size: nil, isFolder: true)
        }
        let blobs = level.blobs.map { blob in
            BlobEntry(
                path: String(blob.name.dropFirst(prefix.count)), size: blob.size,
                modifiedAt: blob.modifiedAt)
        }
        return folders.filter { !$0.path.isEmpty } + blobs
    }
}
