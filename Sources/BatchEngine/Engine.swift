// The engine: the service's API as one function from request to response, with no socket in sight.
//
//    EngineServer ──EngineRequest──▶ respond(to:) ── Route ──▶ a family of routes ──▶ EngineResponse
//    tests, in process ─────────────▲                            │        │       │
//                                                     WorkspaceFolder  BlobFolder  JobService
//
// Who may ask is the server's business (its gate); here every request is taken at its word. Absolute links in answers lead
// to the address the request was sent to.

public import BatchModel
public import Logging

/// The local engine.
public final class Engine: Sendable {
    /// Where an engine works.
    public struct Options: Sendable {
        /// The workspace folder, absolute.
        public var workspace: String
        /// The state folder, absolute.
        public var state: String
        /// The engine's token: signatures are made with it.
        public var token: String
        /// How inputs on other hosts are fetched.
        public var inputs: InputFetching
        /// What each log file of a job may grow to.
        public var logLimitBytes: Int64

        /// Describes where an engine works; unless told how, it fetches nothing from other hosts.
        public init(
            workspace: String, state: String, token: String,
            inputs: InputFetching = InputFetching(), logLimitBytes: Int64 = CappedLog.limitBytes
        ) {
            self.logLimitBytes = logLimitBytes
            self.workspace = workspace
            self.state = state
            self.token = token
            self.inputs = inputs
        }
    }

    /// The workspace it serves; fixed when it starts.
    public let scope: WorkspaceScope
    /// Where it keeps what it knows.
    public let folders: EngineFolders
    let workspace: WorkspaceFolder
    let registered: RegisteredData
    let codes: RecordFolder<CodeRecord>
    let archive: RecordFolder<ArchiveRecord>
    let files: WorkspaceFiles
    let turn = ChangeTurn()
    let blobs: BlobFolder
    let jobs: JobService
    let access: SharedAccess
    let inputHosts: InputHosts
    let log: Logger
    /// Held while space is freed.
    let cleaning = Guarded(())

    /// Opens the state folder and reads the workspace.
    ///
    /// - Parameter telling: hears what it is at, in words, again and again while that takes long.
    /// - Throws: `.notFound` when the workspace folder is not there, `.unexpected` when the state cannot be opened.
    public init(
        _ options: Options, log: Logger = Logger(label: "batchdeck.engine"),
        telling: (String) -> Void = { _ in }
    ) throws(ServiceFailure) {
        try Self.checkLayout(options.state)
        workspace = try WorkspaceFolder(options.workspace, telling: telling)
        let catalog = workspace.current().catalog
        scope = catalog.scope
        folders = EngineFolders(state: options.state, workspaceID: catalog.workspaceID)
        registered = RegisteredData(options.state + "/data-assets")
        codes = RecordFolder(options.state + "/codes")
        archive = RecordFolder(options.state + "/archive")
        files = WorkspaceFiles(workspace: options.workspace, trash: options.state + "/trash")
        access = SharedAccess(token: options.token)
        inputHosts = options.inputs.hosts
        self.log = log
        telling("opening the stores")
        do { blobs = try BlobFolder(folders: folders) } catch {
            throw ServiceFailure(
                kind: .unexpected, operation: "start the local engine",
                detail: "the blob store in \(options.state) cannot be opened: \(error)",
                advice: "Make the folder writable or choose another with --state.")
        }
        do {
            jobs = try JobService(
                folders: folders, clock: { EngineClock.now }, log: log, inputs: options.inputs,
                logLimitBytes: options.logLimitBytes)
        } catch let failure as ServiceFailure {
            throw failure
        } catch {
            let short = Shortage.of(error).map { " (\($0.text(options.state)))" } ?? ""
            throw ServiceFailure(
                kind: .unexpected, operation: "start the local engine",
                detail: "the jobs in \(options.state) cannot be read: \(error)\(short)",
                advice: "Make room there, make the folder writable, "
                    + "or choose another with --state.")
        }
        files.sweep()
        sweepUploads()
        take(catalog)
    }

    /// Makes a new catalog's mounts and containers known, and its problems.
    private func take(_ catalog: WorkspaceCatalog) {
        blobs.mount(catalog.data.compactMap(\.mount))
        for problem in catalog.problems { log.warning("\(problem)") }
        for store in catalog.datastores {
            guard let container = catalog.container(of: store.name) else { continue }
            do throws(BlobError) { try blobs.createContainer(container) } catch {
                if error.status != 409 { log.error("datastore \(store.name): \(error.message)") }
            }
        }
    }

    /// What is wrong in the workspace's files now.
    public var problems: [WorkspaceProblem] { workspace.current().catalog.problems }

    /// True while jobs run or wait.
    public var isBusy: Bool { jobs.isBusy }

    /// Takes up the jobs that an earlier engine left unfinished.
    ///
    /// - Throws: `.unexpected` when the store cannot be read.
    public func resume() async throws(ServiceFailure) {
        tidy()
        try await jobs.resume()
    }

    /// Stops workers and closes the stores; unfinished jobs go on in the next engine.
    public func shutdown() async { await jobs.shutdown() }

    /// Lets go of requests that wait for room on the disk: the engine stops soon, and their answer is awaited first.
    public func leave() { jobs.runner.committer.leave() }

    /// Says in every answer why jobs do not move, while they do not.
    public static let heldHeader = "x-batchdeck-held"

    /// Answers a request.
    public func respond(to request: EngineRequest) async -> EngineResponse {
        let started = ContinuousClock.now
        var response = await answer(request)
        let elapsed = (ContinuousClock.now - started).wholeMicroseconds / 1000
        let fraction = String(elapsed % 1000)
        let padded = String(repeating: "0", count: 3 - fraction.count) + fraction
        response.headers["x-request-time"] = "\(elapsed / 1000).\(padded)"
        response.headers["x-ms-request-id"] = EngineClock.newID()
        if let reason = jobs.runner.heldReason { response.headers[Self.heldHeader] = reason }
        if let sent = request.headers["x-ms-client-request-id"], sent.utf8.count <= 128 {
            response.headers["x-ms-client-request-id"] = sent
        }
        if request.isStorageHost {
            response.headers["x-ms-version"] = Self.storageVersion
        }
        if request.method == .head, request.isStorageHost { response.body = .none }
        return response
    }

    private func answer(_ request: EngineRequest) async -> EngineResponse {
        guard let line = RouteRequest(method: request.method, target: request.target) else {
            return .refusal(
                status: 400, code: "InvalidUri", message: "The request target cannot be decoded.",
                isStorageHost: request.isStorageHost)
        }
        guard let route = Route(line, isStorageHost: request.isStorageHost) else {
            return .refusal(
                status: 404, code: "NotFound",
                message: "\(request.method.rawValue) \(request.target.prefix(200)) is not served.",
                isStorageHost: request.isStorageHost)
        }
        let context = RouteContext(
            request: request, line: line, catalog: currentCatalog(), now: EngineClock.now)
        if case .storage(let container, let call) = route {
            do throws(BlobError) { return try await storage(container, call, context) } catch {
                return .refusal(error)
            }
        }
        do throws(RouteRefusal) { return try await dispatch(route, context) } catch {
            return .refusal(error)
        }
    }

    private func dispatch(
        _ route: Route, _ context: RouteContext
    ) async throws(RouteRefusal) -> EngineResponse {
        switch route {
        case .cloudMetadata: return try cloudMetadata(context.address)
        case .discovery: return try discovery(context.address)
        case .management(let scope, let call):
            try check(scope)
            return try await management(call, context)
        case .operationResult(_, _, let operation):
            return try await operationResult(operation, context)
        case .operationStatus(_, _, let operation):
            return try operationStatus(operation, context)
        case .scoring(let endpoint, let call): return try await scoring(endpoint, call, context)
        case .frontEnd(let scope, let call):
            try check(scope)
            return try await frontEnd(call, context)
        case .history(let scope, let call):
            try check(scope)
            return try await history(call, context)
        case .resolveURIs(let scope):
            try check(scope)
            return try await resolveURIs(context)
        case .clean: return try await clean(context)
        case .searchJobs: return try await searchJobs(context)
        case .storage:
            throw .notFound("NotFound", "Blobs are served on the storage host.")
        }
    }

    /// The catalog as the files are now; its mounts are made known when it changed.
    private func currentCatalog() -> WorkspaceCatalog {
        let (catalog, isNew) = workspace.current()
        if isNew { take(catalog) }
        return catalog
    }

    /// The catalog as the files are at this moment: before and after a change made here.
    func reread() -> WorkspaceCatalog {
        let catalog = workspace.reread()
        take(catalog)
        return catalog
    }

    private func check(_ asked: WorkspaceScope) throws(RouteRefusal) {
        func plain(_ scope: WorkspaceScope) -> String { scope.armID.lowercased() }
        guard plain(asked) == plain(scope) else {
            throw RouteRefusal(
                404, "ResourceNotFound",
                "The workspace \(asked.workspace) in resource group \(asked.resourceGroup) "
                    + "is not here: this engine serves \(scope.workspace) "
                    + "in \(scope.resourceGroup).")
        }
    }
}

extension EngineFolders {
    /// Makes a state folder, for its owner alone.
    ///
    /// - Throws: `.unexpected` when it cannot be made, or its disk is full.
    public static func make(_ state: String) throws(ServiceFailure) {
        try PrivateFile.makeFolders(state)
        try Shortage.checkRoom(state)
    }
}
