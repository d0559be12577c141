public import BatchModel

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

// "Once more": the draft of a job that was, whole or for just those files whose mini-batches failed.
//
// The journal has the draft of every job that was submitted from here, with the settings this job alone had. Of any other
// job only what the service tells is known: its inputs. Outputs that were given a place are never repeated, because a
// place that holds results is refused (ES §6 R13).
//
// Which mini-batches failed is in the runner's report (`processed_mini-batches.csv`, ES §5.4), a line for each try; the
// last line of a mini-batch counts. Batch endpoints take a folder and no list of files, so the failed files are brought
// into a folder of our own, from where they go the way of every local input. What cannot be known is said in words.

/// The draft of an earlier job.
public struct PastDraft: Sendable, Hashable {
    /// The draft.
    public var draft: JobDraft
    /// What is not as it was, a sentence each.
    public var notes: [String]
    /// The files whose mini-batches failed, by path below the input, when only those are in the draft; nil otherwise.
    public var failedFiles: [String]?
    /// Whether the draft has the settings the job alone had; the service tells none of them.
    public var hasSettings: Bool

    /// Describes an earlier job's draft.
    public init(
        draft: JobDraft, notes: [String] = [], failedFiles: [String]? = nil,
        hasSettings: Bool = true
    ) {
        self.hasSettings = hasSettings
        self.draft = draft
        self.notes = notes
        self.failedFiles = failedFiles
    }
}

/// Finds out what a job was given.
struct Retrier: Sendable {
    static let report = "logs/sys/job_report/processed_mini-batches.csv"
    /// A longer report is not read: some hundred thousand mini-batches.
    private static let reportLimit = 64 << 20
    /// More failed files than this are no few that failed.
    static let fileLimit = 10_000

    let catalogue: Catalogue
    let storages: Storages
    let reader: JobReader
    let logs: LogReader
    let journal: SubmissionJournal
    let stateFolder: String

    /// The draft of a job, whole or for what failed of it.
    ///
    /// - Throws: `.notFound` for a job that is not there, `.conflict` when nothing failed, `.rejected` when what failed cannot
    ///   be known.
    func draft(of id: Job.ID, onlyFailed: Bool) async throws(ServiceFailure) -> PastDraft {
        let job = try await reader.job(id)
        let past = try await whole(job)
        return onlyFailed ? try await narrowed(past, job) : past
    }

    /// The files whose mini-batches failed, by path below the input; nothing of them is fetched.
    ///
    /// - Throws: as `draft(of:onlyFailed:)`.
    func failedFiles(of id: Job.ID) async throws(ServiceFailure) -> [String] {
        try await failed(of: try await reader.job(id)).items.map(\.path).sorted()
    }

    // MARK: - All of it

    private func whole(_ job: Job) async throws(ServiceFailure) -> PastDraft {
        guard var draft = try await journal.entry(of: job.id)?.draft else {
            return try await told(job)
        }
        guard !draft.outputs.isEmpty else { return PastDraft(draft: draft) }
        draft.outputs = []
        return PastDraft(
            draft: draft,
            notes: ["The outputs go to a new place: the old one holds the old results."])
    }

    /// As much of the draft as the service tells.
    private func told(_ job: Job) async throws(ServiceFailure) -> PastDraft {
        guard let endpoint = job.endpoint, let name = job.deployment else {
            throw refusal(job, "the service does not say which deployment ran it", "")
        }
        let deployment = try await catalogue.deployment(endpoint, name)
        var literals: Set<String> = []
        if case .pipelineComponent(let settings) = deployment.kind {
            literals = Set(settings.inputs.filter { $0.type.isLiteral }.map(\.name))
        }
        var draft = JobDraft(endpoint: endpoint, deployment: name)
        for (name, text) in job.inputs.sorted(by: { $0.key < $1.key }) {
            draft.inputs.append(
                JobDraft.Input(
                    name: name,
                    value: literals.contains(name)
                        ? .literal(text: text)
                        : .data(type: nil, reference: try reference(text, job))))
        }
        return PastDraft(
            draft: draft,
            notes: [
                "It was submitted from elsewhere: settings it alone had are not told by the "
                    + "service, so the deployment's hold."
            ], hasSettings: false)
    }

    private func reference(_ text: String, _ job: Job) throws(ServiceFailure) -> DataReference {
        do throws(ReferenceError) {
            return try DataReference(parsing: text)
        } catch {
            throw refusal(
                job, "its input \(DraftSecrets.masked(text)) is no address", "\(error)")
        }
    }

    private func refusal(
        _ job: Job, _ detail: String, _ advice: String
    ) -> ServiceFailure {
        ServiceFailure(
            kind: .rejected, operation: "retry \(job.id)", detail: detail, advice: advice)
    }

    // MARK: - What failed

    /// Files that failed, and where they lie.
    private struct Failed {
        var store: BlobStore
        var items: [Downloader.Item]
    }

    private func narrowed(
        _ past: PastDraft, _ job: Job
    ) async throws(ServiceFailure) -> PastDraft {
        guard past.draft.inputs.count == 1 else { throw severalInputs(job) }
        let failed = try await failed(of: job)
        let folder = "\(stateFolder)/retries/\(FilePart.safe(job.id.rawValue))"
        try await bring(failed.items, from: failed.store, to: folder, job)
        var narrowed = past
        narrowed.draft.inputs[0].value = .data(
            type: .uriFolder, reference: .local(path: folder))
        narrowed.failedFiles = failed.items.map(\.path).sorted()
        return narrowed
    }

    private func failed(of job: Job) async throws(ServiceFailure) -> Failed {
        guard job.inputs.count == 1, let address = job.inputs.values.first else {
            throw severalInputs(job)
        }
        let names = try await failedNames(job)
        let place = try await place(of: try reference(address, job), job)
        let store = try await storages.store(place.datastore, in: place.scope)
        return Failed(
            store: store, items: try await items(names, in: store, below: place, job))
    }

    private func severalInputs(_ job: Job) -> ServiceFailure {
        refusal(
            job, "which of several inputs' files failed is not told", "Retry all of it instead.")
    }

    private func failedNames(_ job: Job) async throws(ServiceFailure) -> [String] {
        let steps = try await reader.steps(job.id)
        var text: [UInt8] = []
        for step in steps.reversed() where text.isEmpty {
            let names = try await logs.files(step.id.rawValue).map(\.name)
            guard names.contains(Self.report) else { continue }
            text = try await reportBytes(step.id.rawValue, job)
        }
        guard !text.isEmpty else {
            throw refusal(
                job, "no report says which mini-batches failed", "Retry all of it instead.")
        }
        let found = MiniBatchReport(String(decoding: text, as: UTF8.self)).failed
        guard !found.isEmpty else {
            throw ServiceFailure(
                kind: .conflict, operation: "retry what failed of \(job.id)",
                detail: "no mini-batch that was tried has failed",
                advice: "Retry all of it, if you want it once more.")
        }
        // An engine that was killed, or whose disk was full, may have counted what its report does not tell.
        let told = found.reduce(0) { $0 + $1.failedItems }
        if let counted = job.progress?.failedItems, counted > told {
            throw refusal(
                job, "\(counted) items failed, and its report names \(told)",
                "Retry all of it instead.")
        }
        guard let names = MiniBatchReport.names(of: found) else {
            throw refusal(
                job, "a mini-batch that failed has more files than the report names",
                "Retry all of it instead.")
        }
        return names
    }

    private func reportBytes(
        _ run: String, _ job: Job
    ) async throws(ServiceFailure) -> [UInt8] {
        var bytes: [UInt8] = []
        while true {
            let chunk = try await logs.read(
                run, Self.report, offset: Int64(bytes.count), limit: LogReader.readLimit)
            if chunk.bytes.isEmpty { return bytes }
            bytes += chunk.bytes
            if let total = chunk.totalLength, Int64(bytes.count) >= total { return bytes }
            guard bytes.count < Self.reportLimit else {
                throw refusal(job, "the report of its mini-batches is too long to read", "")
            }
        }
    }

    /// Where the files of the input lie.
    private func place(
        of reference: DataReference, _ job: Job
    ) async throws(ServiceFailure) -> DatastoreLocation {
        switch reference {
        case .datastorePath(let datastore, let path):
            return DatastoreLocation(datastore: datastore, path: path)
        case .datastoreID(let uri):
            if let place = DatastoreLocation(uri: uri) { return place }
        case .asset(let name, let version):
            let found = try await catalogue.dataVersion(name, version)
            if let place = DatastoreLocation(uri: found.uri) { return place }
        case .assetID(let id):
            let parts = id.split(separator: "/").map(String.init)
            if let data = parts.lastIndex(where: { $0.lowercased() == "data" }),
                parts.count == data + 4
            {
                let found = try await catalogue.dataVersion(
                    DataAsset.Name(parts[data + 1]), .named(parts[data + 3]))
                if let place = DatastoreLocation(uri: found.uri) { return place }
            }
        case .remoteAsset, .url, .jobOutput, .local: break
        }
        throw refusal(
            job,
            "its input \(reference.text) is on no datastore, so single files of it cannot "
                + "be taken", "Retry all of it instead.")
    }

    private func items(
        _ names: [String], in store: BlobStore, below place: DatastoreLocation, _ job: Job
    ) async throws(ServiceFailure) -> [Downloader.Item] {
        guard names.count <= Self.fileLimit else {
            throw refusal(
                job, "\(names.count) files failed, more than are retried one by one",
                "Retry all of it instead.")
        }
        let prefix =
            place.path.isEmpty || place.path.hasSuffix("/") ? place.path : place.path + "/"
        let listed = try await store.list(prefix: prefix)
        let byName = Dictionary(
            listed.blobs.map { (String($0.name.dropFirst(prefix.count)), $0) },
            uniquingKeysWith: { first, _ in first })
        var items: [Downloader.Item] = []
        for name in Set(names).sorted() {
            let key = Self.listed(name) { byName[$0] != nil }
            guard let key, let blob = byName[key] else {
                throw refusal(
                    job, "the failed file \(name) is not in its input any more",
                    "Retry all of it instead.")
            }
            items.append(Downloader.Item(blob: blob, path: key))
        }
        return items
    }

    /// What a name in the report is called below the input: Azure's runner may write the path it mounted the folder at before
    /// it. Of several names that it ends with, the longest is meant.
    static func listed(_ name: String, isThere: (String) -> Bool) -> String? {
        var rest = name[...]
        while !rest.isEmpty {
            if isThere(String(rest)) { return String(rest) }
            guard let slash = rest.firstIndex(of: "/") else { return nil }
            rest = rest[rest.index(after: slash)...]
        }
        return nil
    }

    private func bring(
        _ items: [Downloader.Item], from store: BlobStore, to folder: String, _ job: Job
    ) async throws(ServiceFailure) {
        let operation = "fetch the failed files of \(job.id)"
        for item in items { try Downloader.check(item.path, operation) }
        do {
            if FileManager.default.fileExists(atPath: folder) {
                try FileManager.default.removeItem(atPath: folder)
            }
            try LocalFiles.makeFolder(stateFolder + "/retries", mode: 0o700)
        } catch {
            throw ServiceFailure(kind: .rejected, operation: operation, detail: "\(error)")
        }
        let meter = TransferMeter(
            files: items.map { _ in 1 }, bytesTotal: items.map(\.blob.size).boundedSum,
            bytesDone: 0, report: { _ in })
        let transfer = FileTransfer(
            store: store, root: folder, operation: operation, meter: meter, isEnded: true)
        try await transfer.bring(items, firstPlace: 0)
    }
}

/// A job's id as one part of a path.
private enum FilePart {
    static func safe(_ text: String) -> String {
        let plain = text.map { $0.isLetter || $0.isNumber || "-_".contains($0) ? $0 : "_" }
        return String(plain.prefix(100))
    }
}
