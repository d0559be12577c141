import BatchModel

// Where a job's results lie (USER-PAINS 3). A model job is a pipeline of one step whose output `score` the job itself does
// not expose: the step is found by what it has, not by what it is called. A pipeline job exposes its outputs. Either way
// run history names asset ids, the data plane turns them into addresses, and where run history is silent (or the job still
// runs) the places where the service is known to write are looked at (CONTRACT §7).

/// Finds outputs of jobs.
actor OutputFinder {
    /// Jobs whose outputs are remembered: a page of the list and more.
    private static let memoryLimit = 512
    /// The property of a step whose work was done before, in another run.
    private static let reusedRun = "azureml.reusedrunid"

    private let reader: JobReader
    private let caller: ServiceCaller
    private let storages: Storages
    /// Outputs of ended jobs do not move.
    private var known: [Job.ID: [JobOutput]] = [:]

    init(reader: JobReader, caller: ServiceCaller, storages: Storages) {
        self.reader = reader
        self.caller = caller
        self.storages = storages
    }

    /// True for a job of a model deployment, whose results are its step's (CONTRACT §7).
    ///
    /// The older service tags jobs of components with neither word, and a step asked for by itself has no tag at all.
    static func isModelJob(_ job: Job) -> Bool {
        job.tags["azureml.batchrun"]?.lowercased() == "true"
            && job.tags["azureml.jobtype"]?.lowercased() != "azureml.pipelinejob"
    }

    /// The outputs of a job, by name; of a running one as far as they exist.
    func outputs(_ id: Job.ID) async throws(ServiceFailure) -> [JobOutput] {
        if let kept = known[id] { return kept }
        return try await outputs(of: try await reader.job(id))
    }

    /// The same for a job that was just read.
    func outputs(of job: Job) async throws(ServiceFailure) -> [JobOutput] {
        if let kept = known[job.id] { return kept }
        let found =
            if let told = Self.told(by: job) {
                told
            } else {
                Self.isModelJob(job) ? try await ofModelJob(job) : try await ofPipelineJob(job)
            }
        if job.status.isTerminal && !found.isEmpty { remember(found, of: job.id) }
        return found
    }

    /// Remembers what listed jobs say of their outputs: nothing has to be asked when the results are opened.
    func learn(from jobs: [Job]) {
        for job in jobs where known[job.id] == nil {
            if let told = Self.told(by: job) { remember(told, of: job.id) }
        }
    }

    private func remember(_ outputs: [JobOutput], of job: Job.ID) {
        if known.count >= Self.memoryLimit { known = [:] }
        known[job] = outputs
    }

    /// What a completed job of a local engine says of its own accord: no step has to be asked for.
    private static func told(by job: Job) -> [JobOutput]? {
        guard job.status == .completed, let uri = job.properties[WireJob.scoreKey],
            DatastoreLocation(uri: uri) != nil
        else { return nil }
        let type: DataType = uri.hasSuffix("/") ? .uriFolder : .uriFile
        return [JobOutput(name: "score", type: type, uri: uri)]
    }

    private func ofModelJob(_ job: Job) async throws(ServiceFailure) -> [JobOutput] {
        let children = try await reader.children(job.id)
        for child in children {
            let run = child.properties?.values[Self.reusedRun] ?? child.runId
            let named = try await reader.runData(run)?.outputs ?? child.outputs ?? [:]
            guard let score = named["score"] else { continue }
            let resolved = try await resolved(["score": score])
            if !resolved.isEmpty { return resolved }
        }
        for child in children {
            if let probed = try await probed(run: child.runId, output: "score") { return [probed] }
        }
        return []
    }

    private func ofPipelineJob(_ job: Job) async throws(ServiceFailure) -> [JobOutput] {
        // A step that was reused has its outputs under the run it was taken from.
        let run = job.properties[Self.reusedRun] ?? job.id.rawValue
        let named = try await reader.runData(run)?.outputs ?? [:]
        var found = try await resolved(named)
        let missing = Set(named.keys).union(job.outputs.keys).subtracting(found.map(\.name))
        for name in missing.sorted() {
            if let uri = job.outputs[name], DatastoreLocation(uri: uri) != nil {
                found.append(JobOutput(name: name, type: type(ofPath: uri), uri: uri))
            } else if let probed = try await probed(run: run, output: name) {
                found.append(probed)
            }
        }
        return found.sorted { $0.name < $1.name }
    }

    private func type(ofPath path: String) -> DataType {
        path.hasSuffix("/") || !path.lastSegment.contains(".") ? .uriFolder : .uriFile
    }

    private func resolved(
        _ named: [String: WireRun.Output]
    ) async throws(ServiceFailure) -> [JobOutput] {
        var found: [JobOutput] = []
        var open: [(name: String, id: String, type: DataType)] = []
        for (name, output) in named.sorted(by: { $0.key < $1.key }) {
            guard let id = output.assetId, !id.isEmpty else { continue }
            let type = DataType(rawValue: output.type ?? "uri_folder")
            if DatastoreLocation(uri: id) != nil {
                found.append(JobOutput(name: name, type: type, uri: id))
            } else {
                open.append((name, id, type))
            }
        }
        guard !open.isEmpty else { return found }
        let scope = try await storages.catalogue.scope
        let request = try ServiceRequest(
            .resolveURIs(scope), operation: "find where the outputs lie"
        ).carrying(WireResolvedURIs.Question(values: open.map(\.id)))
        let answer = try await caller.fetch(WireResolvedURIs.Answer.self, request).values ?? [:]
        for item in open {
            guard let place = answer[item.id], let uri = place.uri else { continue }
            let type = place.type.map { DataType(rawValue: $0) } ?? item.type
            found.append(JobOutput(name: item.name, type: type, uri: uri))
        }
        return found
    }

    /// The two places on the default datastore where the service writes what was given no place.
    private func probed(run: String, output: String) async throws(ServiceFailure) -> JobOutput? {
        let datastore = try await storages.catalogue.defaultDatastore()
        let store = try await storages.store(datastore.name)
        let scope = try await storages.catalogue.scope
        for folder in ["azureml", "dataset"] {
            let path = "\(folder)/\(run)/\(output)/"
            guard try await !store.list(prefix: path, limit: 1).blobs.isEmpty else { continue }
            let place = DatastoreLocation(datastore: datastore.name, path: path)
            return JobOutput(name: output, type: .uriFolder, uri: place.longURI(in: scope))
        }
        return nil
    }

    /// One output by name, or a failure that names those that exist.
    func output(_ job: Job.ID, _ name: String) async throws(ServiceFailure) -> JobOutput {
        try output(name, among: try await outputs(job), of: job)
    }

    /// One of a job's outputs by name, or a failure that names those that exist.
    nonisolated func output(
        _ name: String, among all: [JobOutput], of job: Job.ID
    ) throws(ServiceFailure) -> JobOutput {
        if let found = all.first(where: { $0.name == name }) { return found }
        throw NameAdvice.notFound(
            "output", name, among: all.map(\.name), operation: "find the output \(name) of \(job)")
    }

    /// A file of an output: which blob, and its path in the output.
    struct File: Sendable, Equatable {
        var blob: BlobListPage.Blob
        var path: String
    }

    /// The files of an output, all levels, by path.
    func files(
        of output: JobOutput
    ) async throws(ServiceFailure) -> (store: BlobStore, files: [File]) {
        let operation = "list the output \(output.name)"
        guard let place = DatastoreLocation(uri: output.uri) else {
            throw ServiceFailure(
                kind: .rejected, operation: operation,
                detail: "its address \(output.uri) is not a datastore's",
                advice: "Open the address with the tool that owns it.")
        }
        let store = try await storages.store(place.datastore, in: place.scope)
        if !place.path.hasSuffix("/") {
            let exact = try await store.list(prefix: place.path, limit: 100).blobs
            if let blob = exact.first(where: { $0.name == place.path }) {
                return (store, [File(blob: blob, path: place.path.lastSegment)])
            }
        }
        let prefix =
            place.path.isEmpty || place.path.hasSuffix("/") ? place.path : place.path + "/"
        let listed = try await store.list(prefix: prefix)
        guard !listed.hasMore else {
            throw ServiceFailure(
                kind: .rejected, operation: operation,
                detail: "it holds more than \(BlobStore.nameLimit) files",
                advice: "Use a storage tool for a folder of that size.")
        }
        let files = listed.blobs.map {
            File(blob: $0, path: String($0.name.dropFirst(prefix.count)))
        }
        return (store, files.sorted { $0.path < $1.path })
    }

    /// Bytes of one file of an output.
    func read(
        _ job: Job.ID, _ name: String, _ path: String, offset: Int64, limit: Int
    ) async throws(ServiceFailure) -> FileChunk {
        let operation = "read \(path) of the output \(name)"
        let output = try await output(job, name)
        guard let place = DatastoreLocation(uri: output.uri) else {
            throw ServiceFailure(
                kind: .rejected, operation: operation,
                detail: "its address \(output.uri) is not a datastore's")
        }
        let store = try await storages.store(place.datastore, in: place.scope)
        let length = min(max(1, limit), LogReader.readLimit)
        let folder = place.path.hasSuffix("/") ? place.path : place.path + "/"
        let isFile = output.type == .uriFile && place.path.lastSegment == path
        var answer = try await store.exchange(
            .read(blob: isFile ? place.path : folder + path),
            headers: [("x-ms-range", "bytes=\(offset)-\(offset + Int64(length) - 1)")],
            operation: operation)
        if answer.status == 404, !isFile, place.path.lastSegment == path {
            answer = try await store.exchange(
                .read(blob: place.path),
                headers: [("x-ms-range", "bytes=\(offset)-\(offset + Int64(length) - 1)")],
                operation: operation)
        }
        return try ByteRange.chunk(answer, offset: offset, length: length, operation: operation)
    }
}
