public import BatchModel

extension BatchClient {
    /// The client that talks to a service: Azure ML or the local engine, by the same requests.
    ///
    /// Nothing is opened, read or sent before the first question.
    /// - Parameters:
    ///   - connection: says where the service is; asked when it is first needed, and again when it proves dead.
    ///   - transport: sends one request and brings its answer.
    ///   - folders: where the cache and the journal lie; made when first written to.
    ///   - surroundings: clock, sleep and chance.
    public static func live(
        connection: @escaping @Sendable () async throws(ServiceFailure) -> Connection,
        transport: Transport, folders: ClientFolders,
        surroundings: ClientSurroundings = .system
    ) -> BatchClient {
        LiveClient(connection, transport, folders, surroundings).client
    }
}

/// The parts of a live client.
private struct LiveClient: Sendable {
    let caller: ServiceCaller
    let catalogue: Catalogue
    let storages: Storages
    let reader: JobReader
    let lists: JobLists
    let logs: LogReader
    let outputs: OutputFinder
    let looker: Looker
    let submitter: Submitter
    let tracker: Tracker
    let seen: LastSeenKeeper
    let progress: ProgressReader
    let stateFolder: String
    let retrier: Retrier
    let ledger: TransferLedger

    init(
        _ connection: @escaping @Sendable () async throws(ServiceFailure) -> Connection,
        _ transport: Transport, _ folders: ClientFolders, _ surroundings: ClientSurroundings
    ) {
        let caller = ServiceCaller(
            transport: transport, keeper: ConnectionKeeper(open: connection),
            surroundings: surroundings)
        let catalogue = Catalogue(caller: caller)
        let storages = Storages(catalogue: catalogue, grants: StorageGrants(caller: caller))
        let reader = JobReader(caller: caller)
        let journal = SubmissionJournal(folder: folders.state)
        let lists = JobLists(caller: caller, catalogue: catalogue, journal: journal)
        let logs = LogReader(caller: caller, reader: reader)
        let outputs = OutputFinder(reader: reader, caller: caller, storages: storages)
        let looker = Looker(
            catalogue: catalogue, storages: storages, reader: reader, outputs: outputs)
        let progress = ProgressReader(caller: caller, logs: logs)
        self.caller = caller
        self.catalogue = catalogue
        self.storages = storages
        self.reader = reader
        self.lists = lists
        self.logs = logs
        self.outputs = outputs
        self.looker = looker
        self.progress = progress
        stateFolder = folders.state
        ledger = TransferLedger(stateFolder: folders.state, surroundings: surroundings)
        retrier = Retrier(
            catalogue: catalogue, storages: storages, reader: reader, logs: logs, journal: journal,
            stateFolder: folders.state)
        submitter = Submitter(
            caller: caller, catalogue: catalogue, storages: storages, looker: looker,
            journal: journal,
            // Lists of its own, without our journal as the last resort: what is not known there is no answer.
            search: JobSearch(
                caller: caller, catalogue: catalogue,
                lists: JobLists(caller: caller, catalogue: catalogue), reader: reader,
                journal: journal), stateFolder: folders.state)
        seen = LastSeenKeeper(cacheFolder: folders.cache, surroundings: surroundings)
        tracker = Tracker(
            source: Self.source(caller, reader, lists, progress), surroundings: surroundings)
    }

    private static func source(
        _ caller: ServiceCaller, _ reader: JobReader, _ lists: JobLists, _ progress: ProgressReader
    ) -> TrackingSource {
        TrackingSource(
            snapshot: { id throws(ServiceFailure) in
                let job = try await reader.job(id)
                return await progress.completed(job, try await reader.steps(id))
            },
            job: { id throws(ServiceFailure) in try await reader.job(id) },
            page: { place, count throws(ServiceFailure) in
                try await lists.trackingPage(place, count)
            },
            isLocal: {
                do throws(ServiceFailure) {
                    return try await caller.keeper.current().connection.isLocal
                } catch {
                    return false
                }
            })
    }

    /// What we are connected to; asks the workspace, so that a dead service or a missing right shows here.
    func connect() async throws(ServiceFailure) -> ConnectionInfo {
        let opened = try await caller.keeper.current()
        let route = Route.management(opened.connection.scope, .workspace)
        _ = try await caller.fetch(
            ServiceRequest(
                route, operation: "open the workspace \(opened.connection.scope.workspace)"))
        return try await info()
    }

    private func info() async throws(ServiceFailure) -> ConnectionInfo {
        let connection = try await caller.keeper.current().connection
        let ahead = await caller.hosts.ahead(
            of: Origin.of(connection.managementURL) ?? connection.managementURL)
        return ConnectionInfo(
            context: connection.context, scope: connection.scope,
            latency: await caller.keeper.newestLatency, isLocal: connection.isLocal,
            clockAhead: ahead == .zero ? nil : ahead)
    }

    func endpoints() async throws(ServiceFailure) -> [Endpoint] {
        let found = try await catalogue.endpoints()
        await seen.note(found, try await info())
        return found
    }

    func deployments(_ endpoint: Endpoint.Name) async throws(ServiceFailure) -> [Deployment] {
        let found = try await catalogue.deployments(endpoint)
        await seen.note(found, of: endpoint, try await info())
        return found
    }

    func dataAssets() async throws(ServiceFailure) -> [DataAsset] {
        let found = try await catalogue.dataAssets()
        await seen.note(found, try await info())
        return found
    }

    func datastores() async throws(ServiceFailure) -> [Datastore] {
        let found = try await catalogue.datastores()
        await seen.note(found, try await info())
        return found
    }

    func jobs(_ query: JobListQuery) async throws(ServiceFailure) -> JobPage {
        let page = try await lists.jobs(query)
        await outputs.learn(from: page.jobs)
        // Archived jobs are no memory of the list that the console opens on.
        if query.endpoint == nil && page.start == 0 && query.view == .active {
            await seen.note(page, try await info())
        }
        return page
    }

    func job(_ id: Job.ID) async throws(ServiceFailure) -> Job {
        let job = try await reader.job(id)
        guard job.status == .running || job.status == .finalizing else { return job }
        do throws(ServiceFailure) {
            return await progress.completed(job, try await reader.steps(id)).job
        } catch {
            // Steps only add how far it is: a job whose steps cannot be read now is shown without.
            return job
        }
    }

    func outputFiles(
        _ id: Job.ID, _ output: String
    ) async throws(ServiceFailure) -> [BlobEntry] {
        let found = try await outputs.files(of: try await outputs.output(id, output))
        return found.files.map { file in
            BlobEntry(path: file.path, size: file.blob.size, modifiedAt: file.blob.modifiedAt)
        }
    }

    func lastSeen() async -> LastSeen? {
        do throws(ServiceFailure) {
            return await seen.seen(try await caller.keeper.current().connection.context)
        } catch {
            return nil
        }
    }

    var client: BatchClient {
        var client = counted
        let control = client.control
        client.control.putData = { plan, report throws(ServiceFailure) in
            try await ledger.register(plan, report) { report throws(ServiceFailure) in
                try await control.putData(plan, report)
            }
        }
        client.transfers = ledger.calls
        let search = ListSearch(caller: caller)
        client.searchJobs = { query throws(ServiceFailure) in try await search.jobs(query) }
        return client
    }

    /// Everything but what the ledger says and counts of data assets.
    private var counted: BatchClient {
        let finder = ErrorFinder(reader: reader, logs: logs)
        let notes = stateFolder + "/downloads"
        let downloader = Downloader(finder: outputs, reader: reader, notesFolder: notes)
        var client = BatchClient(
            connect: { () throws(ServiceFailure) in try await connect() },
            endpoints: { () throws(ServiceFailure) in try await endpoints() },
            endpoint: { name throws(ServiceFailure) in try await catalogue.endpoint(name) },
            deployments: { name throws(ServiceFailure) in try await deployments(name) },
            deployment: { endpoint, name throws(ServiceFailure) in
                try await catalogue.deployment(endpoint, name)
            },
            dataAssets: { () throws(ServiceFailure) in try await dataAssets() },
            dataVersions: { name throws(ServiceFailure) in
                try await catalogue.dataVersions(name)
            },
            dataVersion: { name, version throws(ServiceFailure) in
                try await catalogue.dataVersion(name, version)
            },
            datastores: { () throws(ServiceFailure) in try await datastores() },
            datastore: { name throws(ServiceFailure) in try await catalogue.datastore(name) },
            browse: { name, prefix throws(ServiceFailure) in
                try await storages.browse(name, prefix: prefix)
            },
            look: { await looker.look($0) },
            findings: { await looker.findings($0) },
            preview: { draft throws(ServiceFailure) in try await submitter.preview(draft) },
            submit: { draft, phase throws(ServiceFailure) in
                try await ledger.submit(draft, phase) { report throws(ServiceFailure) in
                    try await submitter.submit(draft, report)
                }
            },
            undecided: { () throws(ServiceFailure) in try await submitter.undecided() },
            jobs: { query throws(ServiceFailure) in try await jobs(query) },
            job: { id throws(ServiceFailure) in try await job(id) },
            steps: { id throws(ServiceFailure) in try await reader.steps(id) },
            cancel: { id throws(ServiceFailure) in try await reader.cancel(id) },
            follow: { tracker.follow($0) },
            track: { tracker.track($0) },
            logFiles: { run throws(ServiceFailure) in try await logs.files(run) },
            readLog: { run, file, offset, limit throws(ServiceFailure) in
                try await logs.read(run, file, offset: offset, limit: limit)
            },
            usefulError: { id throws(ServiceFailure) in try await finder.find(id) },
            outputs: { id throws(ServiceFailure) in try await outputs.outputs(id) },
            outputFiles: { id, name throws(ServiceFailure) in try await outputFiles(id, name) },
            readOutput: { id, output, path, offset, limit throws(ServiceFailure) in
                try await outputs.read(id, output, path, offset: offset, limit: limit)
            },
            download: { order, report throws(ServiceFailure) in
                try await ledger.download(order.job, order.folder, report) {
                    (report) throws(ServiceFailure) in try await downloader.download(order, report)
                }
            },
            lastSeen: { await lastSeen() },
            lookAgain: { id throws(ServiceFailure) in try await submitter.lookAgain(id) },
            forget: { id throws(ServiceFailure) in try await submitter.forget(id) },
            sendAgain: { id, phase throws(ServiceFailure) in
                try await submitter.sendAgain(id, phase)
            },
            setArchived: { id, isArchived throws(ServiceFailure) in
                try await reader.setArchived(id, isArchived)
            },
            pastDraft: { id, onlyFailed throws(ServiceFailure) in
                try await retrier.draft(of: id, onlyFailed: onlyFailed)
            }, control: .live(storages, stateFolder: stateFolder))
        client.failedFiles = { id throws(ServiceFailure) in try await retrier.failedFiles(of: id) }
        return client
    }
}
