import BatchModel

/// Looks at references: does it exist, which version, how many files (USER-PAINS 7).
///
/// A look never fails: what could not be found out is a finding too, and says why.
struct Looker: Sendable {
    /// Names that are counted at most; beyond it a count says "more than".
    static let countLimit = 1000
    /// Names that are shown.
    static let shownNames = 3

    let catalogue: Catalogue
    let storages: Storages
    let reader: JobReader
    let outputs: OutputFinder

    /// The finding for one reference.
    func look(_ reference: DataReference) async -> ReferenceFinding {
        do throws(ServiceFailure) {
            return try await found(reference)
        } catch {
            return .missing(detail: Self.sentence(error.detail), advice: error.advice)
        }
    }

    /// The findings for every reference of a draft, for `DraftRules.problems`.
    ///
    /// For an output "found" means that something is at its place; a free place is found with no file in it.
    func findings(_ draft: JobDraft) async -> [DataReference: ReferenceFinding] {
        let inputs = Set(
            draft.inputs.compactMap { input -> DataReference? in
                if case .data(_, let reference) = input.value { reference } else { nil }
            })
        let references = draft.references
        let found = await Parallel.map(references, width: 6) { reference in
            inputs.contains(reference) ? await look(reference) : await lookAtPlace(reference)
        }
        var findings: [DataReference: ReferenceFinding] = [:]
        for (reference, finding) in zip(references, found) { findings[reference] = finding }
        return findings
    }

    /// The finding for an output's place; nil where nothing can be said.
    func lookAtPlace(_ reference: DataReference) async -> ReferenceFinding? {
        let place: DatastoreLocation? =
            switch reference {
            case .datastorePath(let datastore, let path):
                DatastoreLocation(datastore: datastore, path: path)
            case .datastoreID(let uri): DatastoreLocation(uri: uri)
            case .asset, .assetID, .remoteAsset, .url, .jobOutput, .local: nil
            }
        guard let place else { return nil }
        do throws(ServiceFailure) {
            let datastore = try await catalogue.datastore(place.datastore, in: place.scope)
            var data = ResolvedData(
                uri: reference.text, fileCount: 0, datastoreKind: datastore.kind)
            guard datastore.kind == .blob else { return .found(data) }
            let store = try await storages.store(of: datastore, in: place.scope)
            let near = try await store.list(prefix: place.path, limit: Self.countLimit).blobs
            let folder = place.path.hasSuffix("/") ? place.path : place.path + "/"
            let there = near.filter { $0.name == place.path || $0.name.hasPrefix(folder) }
            data.fileCount = there.count
            data.firstNames = there.prefix(Self.shownNames).map(\.name.lastSegment)
            return .found(data)
        } catch  where error.kind == .notFound {
            return .missing(detail: Self.sentence(error.detail), advice: error.advice)
        } catch {
            // The job may have rights that this person has not: the service will say.
            return nil
        }
    }

    private static func sentence(_ text: String) -> String {
        let capital = text.prefix(1).uppercased() + text.dropFirst()
        return capital.hasSuffix(".") || capital.hasSuffix("?") ? capital : capital + "."
    }

    private func found(_ reference: DataReference) async throws(ServiceFailure) -> ReferenceFinding
    {
        switch reference {
        case .asset(let name, let version): return try await asset(name, version)
        case .assetID(let id): return try await asset(id: id)
        case .remoteAsset(let uri): return .found(ResolvedData(uri: uri))
        case .datastorePath(let datastore, let path):
            return try await blobs(DatastoreLocation(datastore: datastore, path: path), nil)
        case .datastoreID(let uri):
            guard let place = DatastoreLocation(uri: uri) else {
                return .missing(
                    detail: "'\(uri)' does not name a path in a datastore.",
                    advice: "Write azureml://datastores/NAME/paths/PATH.")
            }
            return try await blobs(place, uri)
        case .url(let url): return .found(ResolvedData(uri: url))
        case .jobOutput(let job, let output, let path):
            return try await jobOutput(job, output, path)
        case .local(let path): return local(path)
        }
    }

    private func asset(
        _ name: DataAsset.Name, _ version: DataReference.Version
    ) async throws(ServiceFailure) -> ReferenceFinding {
        let found = try await catalogue.dataVersion(name, version)
        return .found(await counted(found))
    }

    private func asset(id: String) async throws(ServiceFailure) -> ReferenceFinding {
        let parts = id.split(separator: "/").map(String.init)
        guard let data = parts.lastIndex(where: { $0.lowercased() == "data" }),
            parts.count == data + 4, parts[data + 2].lowercased() == "versions",
            id.lowercased().hasPrefix(try await catalogue.scope.armID.lowercased())
        else { return .found(ResolvedData(uri: id)) }
        return try await asset(DataAsset.Name(parts[data + 1]), .named(parts[data + 3]))
    }

    /// The version with what lies behind it, as far as we may look there.
    private func counted(_ version: DataVersion) async -> ResolvedData {
        var data = ResolvedData(
            type: version.type, version: version.version, uri: version.armID)
        guard let place = DatastoreLocation(uri: version.uri) else { return data }
        do throws(ServiceFailure) {
            guard case .found(let behind) = try await blobs(place, nil) else { return data }
            data.fileCount = behind.fileCount
            data.isCountPartial = behind.isCountPartial
            data.totalBytes = behind.totalBytes
            data.firstNames = behind.firstNames
            data.datastoreKind = behind.datastoreKind
        } catch {
            // The asset exists; that its files cannot be counted from here is no reason against it.
            return data
        }
        return data
    }

    private func blobs(
        _ place: DatastoreLocation, _ verbatim: String?
    ) async throws(ServiceFailure) -> ReferenceFinding {
        let datastore = try await catalogue.datastore(place.datastore, in: place.scope)
        let data = ResolvedData(
            uri: verbatim ?? place.shortURI, datastoreKind: datastore.kind)
        guard datastore.kind == .blob || datastore.kind == .dataLakeGen2 else {
            return .found(data)
        }
        do throws(ServiceFailure) {
            return try await listed(place, datastore, data)
        } catch  where error.kind != .notFound && error.kind != .rejected {
            // The job may have rights, or a network, that this person has not: it counts as there, uncounted.
            return .found(data)
        }
    }

    private func listed(
        _ place: DatastoreLocation, _ datastore: Datastore, _ known: ResolvedData
    ) async throws(ServiceFailure) -> ReferenceFinding {
        var data = known
        let store = try await storages.store(of: datastore, in: place.scope)
        let path = place.path
        let isFolderForm = path.isEmpty || path.hasSuffix("/")
        if !isFolderForm {
            let near = try await store.list(prefix: path, limit: 100).blobs
            if let blob = near.first(where: { $0.name == path }) {
                data.type = .uriFile
                data.fileCount = 1
                data.totalBytes = blob.size
                data.firstNames = [path.lastSegment]
                return .found(data)
            }
        }
        let prefix = isFolderForm ? path : path + "/"
        let level = try await store.level(prefix: prefix, limit: Self.countLimit)
        guard !level.blobs.isEmpty || !level.folders.isEmpty else {
            return try await absent(place, store)
        }
        let names = level.blobs.map { String($0.name.dropFirst(prefix.count)) }
        data.type = .uriFolder
        data.fileCount = level.blobs.count
        data.isCountPartial = level.hasMore
        data.totalBytes = level.blobs.map(\.size).boundedSum
        let folders = level.folders.map { String($0.dropFirst(prefix.count)) }
        data.firstNames = Array((names + folders).prefix(Self.shownNames))
        return .found(data)
    }

    /// Nothing is there: says what lies beside it.
    private func absent(
        _ place: DatastoreLocation, _ store: BlobStore
    ) async throws(ServiceFailure) -> ReferenceFinding {
        let trimmed = place.path.hasSuffix("/") ? String(place.path.dropLast()) : place.path
        let name = trimmed.lastSegment
        let parent = String(trimmed.dropLast(name.count))
        let level = try await store.level(prefix: parent, limit: Self.countLimit)
        let names =
            level.folders.map { String($0.dropFirst(parent.count)) }
            + level.blobs.map { String($0.name.dropFirst(parent.count)) }
        let here = parent.isEmpty ? "at the top of the datastore" : "in \(parent)"
        return .missing(
            detail:
                "There is nothing at '\(place.path)' in the datastore \(place.datastore); "
                + "\(here) \(NameAdvice.existing(names)).",
            advice: NameAdvice.suggestion(for: name, among: names))
    }

    private func jobOutput(
        _ job: Job.ID, _ name: String, _ path: String
    ) async throws(ServiceFailure) -> ReferenceFinding {
        let output = try await outputs.output(job, name)
        let uri = "azureml://jobs/\(job)/outputs/\(name)" + (path.isEmpty ? "" : "/paths/\(path)")
        guard var place = DatastoreLocation(uri: output.uri) else {
            return .found(ResolvedData(type: output.type, uri: uri))
        }
        if !path.isEmpty { place.path += (place.path.hasSuffix("/") ? "" : "/") + path }
        return try await blobs(place, uri)
    }

    private func local(_ path: String) -> ReferenceFinding {
        let full = LocalFiles.absolute(path)
        do {
            guard let info = try LocalFiles.info(full) else { return try absentLocally(full) }
            var data = ResolvedData(type: info.isFolder ? .uriFolder : .uriFile, uri: full)
            guard info.isFolder else {
                data.fileCount = 1
                data.totalBytes = info.size
                data.firstNames = [full.lastSegment]
                return .found(data)
            }
            let names = try LocalFiles.names(in: full).sorted()
            var bytes: Int64 = 0
            var files: [String] = []
            var folders: [String] = []
            for name in names.prefix(Self.countLimit) {
                guard let entry = try LocalFiles.info("\(full)/\(name)") else { continue }
                if entry.isFolder { folders.append(name + "/") }
                guard entry.isFile else { continue }
                files.append(name)
                bytes += entry.size
            }
            data.fileCount = files.count
            data.isCountPartial = names.count > Self.countLimit
            data.totalBytes = bytes
            data.firstNames = Array((files + folders).prefix(Self.shownNames))
            return .found(data)
        } catch {
            return .missing(
                detail: "'\(DraftSecrets.masked(path))' cannot be read: \(error).",
                advice: "Check that you may read it.")
        }
    }

    private func absentLocally(_ full: String) throws -> ReferenceFinding {
        let name = full.lastSegment
        let parent = String(full.dropLast(name.count + 1))
        // A signed address that lacks its `https://` is looked for here.
        let shown = DraftSecrets.masked(full)
        guard try LocalFiles.info(parent.isEmpty ? "/" : parent)?.isFolder == true else {
            return .missing(
                detail: "There is no file or folder '\(shown)', nor a folder "
                    + "'\(DraftSecrets.masked(parent))'.",
                advice: "Check the path.")
        }
        let names = try LocalFiles.names(in: parent.isEmpty ? "/" : parent).sorted()
        let near = NameAdvice.suggestion(for: name, among: names)
        return .missing(
            detail: "There is no file or folder '\(shown)'.",
            advice: near.isEmpty ? "Check the path." : near)
    }
}
