import BatchModel
import ConsoleGrid

extension DataPicker {
    /// One row of a list.
    struct Row: Sendable, Equatable {
        var label: String
        /// Facts beside it.
        var notes: [String] = []
        /// Where enter goes; nil when it cannot be opened.
        var opens: Spot?
        /// What choosing it gives; nil when it cannot be chosen.
        var takes: DataReference?
        /// Facts for the preview.
        var facts: [String] = []
        /// The row that brings the next page.
        var isMore = false
        /// The row that stands for the place itself.
        var isPlace = false

        /// Whether both stand for the same thing, whatever is told beside it.
        func isSame(as other: Row) -> Bool {
            label == other.label && opens == other.opens && takes == other.takes
        }
    }

    /// The rows of a listing.
    static func rows(of listing: Listing, at spot: Spot) -> [Row] {
        switch listing {
        case .assets(let assets): assets.map(row)
        case .versions(let versions): versionRows(versions)
        case .datastores(let stores): stores.map(row)
        case .blobs(let entries): blobRows(entries, at: spot)
        case .local(let entries, let isCut): localRows(entries, isCut: isCut, at: spot)
        case .jobs(let jobs, let hasMore):
            jobs.map(row) + (hasMore ? [Row(label: "more jobs", isMore: true)] : [])
        case .outputs(let outputs): outputs.map { row($0, at: spot) }
        case .outputFiles(let files): outputRows(files, at: spot)
        case .recent(let drafts): recentRows(drafts)
        }
    }

    private static func row(_ asset: DataAsset) -> Row {
        Row(
            label: asset.name.rawValue,
            notes: [asset.type.rawValue] + (asset.latestVersion.map { ["latest \($0)"] } ?? []),
            opens: .versions(asset.name), takes: .asset(name: asset.name, version: .latest),
            facts: asset.summary.map { [$0] } ?? [])
    }

    private static func versionRows(_ versions: [DataVersion]) -> [Row] {
        let all = versions.map { version in
            Row(
                label: version.version, notes: [version.type.rawValue],
                takes: .asset(name: version.asset, version: .named(version.version)),
                facts: facts(of: version))
        }
        guard let newest = versions.first else { return [] }
        let latest = Row(
            label: "@latest", notes: ["now version \(newest.version)", newest.type.rawValue],
            takes: .asset(name: newest.asset, version: .latest), facts: facts(of: newest))
        return [latest] + all
    }

    private static func facts(of version: DataVersion) -> [String] {
        var facts = version.summary.map { [$0] } ?? []
        if let time = version.createdAt { facts.append("registered \(time.iso8601)") }
        facts.append(version.uri)
        return facts + version.tags.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
    }

    private static func row(_ store: Datastore) -> Row {
        Row(
            label: store.name.rawValue,
            notes: [store.kind.rawValue] + (store.isDefault ? ["default"] : []),
            opens: .folder(store.name, path: ""),
            takes: .datastorePath(datastore: store.name, path: ""),
            facts: (store.summary.map { [$0] } ?? [])
                + [store.accountName, store.containerName].compactMap(\.self))
    }

    // MARK: - Folders

    private static func blobRows(_ entries: [BlobEntry], at spot: Spot) -> [Row] {
        guard case .folder(let store, let path) = spot else { return [] }
        let place = Row(
            label: "this folder", takes: .datastorePath(datastore: store, path: path),
            isPlace: true)
        return [place]
            + entries.map { entry in
                let full = path + entry.path + (entry.isFolder ? "/" : "")
                return Row(
                    label: entry.path + (entry.isFolder ? "/" : ""),
                    notes: entry.size.map { [Words.bytes($0)] } ?? [],
                    opens: entry.isFolder ? .folder(store, path: full) : nil,
                    takes: .datastorePath(datastore: store, path: full),
                    facts: entry.modifiedAt.map { ["written \($0.iso8601)"] } ?? [])
            }
    }

    private static func localRows(
        _ entries: [LocalEntry], isCut: Bool, at spot: Spot
    ) -> [Row] {
        guard case .localFolder(let path) = spot else { return [] }
        var rows = [Row(label: "this folder", takes: .local(path: path), isPlace: true)]
        if path == "./" {
            rows.append(
                Row(
                    label: "~/", notes: ["home"], opens: .localFolder(path: "~/"),
                    takes: .local(path: "~/")))
        }
        rows += entries.map { entry in
            let full = path + entry.name + (entry.isFolder ? "/" : "")
            return Row(
                label: entry.name + (entry.isFolder ? "/" : ""),
                notes: entry.size.map { [Words.bytes($0)] } ?? [],
                opens: entry.isFolder ? .localFolder(path: full) : nil,
                takes: .local(path: full))
        }
        if isCut { rows.append(Row(label: "more than is listed here: type its path in the form")) }
        return rows
    }

    /// The folder above; nil at the top.
    static func parent(ofLocal path: String) -> String? {
        if path == "/" { return nil }
        if path == "./" { return "../" }
        if path == "~/" || path.hasSuffix("../") { return path + "../" }
        let parts = path.dropLast().split(separator: "/", omittingEmptySubsequences: false)
        let above = parts.dropLast().joined(separator: "/") + "/"
        return above
    }

    // MARK: - Jobs

    private static func row(_ job: Job) -> Row {
        let place = [job.endpoint?.rawValue, job.deployment?.rawValue].compactMap(\.self)
        return Row(
            label: JobLine.name(of: job),
            notes: [job.status.rawValue, place.joined(separator: "/")].filter { !$0.isEmpty },
            opens: .outputs(job.id),
            facts: [job.id.rawValue] + (job.createdAt.map { ["made \($0.iso8601)"] } ?? []))
    }

    private static func row(_ output: JobOutput, at spot: Spot) -> Row {
        guard case .outputs(let job) = spot else { return Row(label: output.name) }
        return Row(
            label: output.name, notes: [output.type.rawValue],
            opens: .outputFolder(job, output: output.name, path: ""),
            takes: .jobOutput(job: job, output: output.name, path: ""), facts: [output.uri])
    }

    /// One level of an output's files: folders first, each once.
    private static func outputRows(_ files: [BlobEntry], at spot: Spot) -> [Row] {
        guard case .outputFolder(let job, let output, let path) = spot else { return [] }
        func reference(_ path: String) -> DataReference {
            .jobOutput(job: job, output: output, path: path)
        }
        var folders: [String] = []
        var known: Set<String> = []
        var rows: [Row] = []
        for file in files where file.path.hasPrefix(path) {
            let rest = file.path.dropFirst(path.count)
            if let slash = rest.firstIndex(of: "/") {
                let name = String(rest[...slash])
                if known.insert(name).inserted { folders.append(name) }
            } else {
                rows.append(
                    Row(
                        label: String(rest), notes: file.size.map { [Words.bytes($0)] } ?? [],
                        takes: reference(file.path)))
            }
        }
        let ofFolders = folders.map { name in
            Row(
                label: name, opens: .outputFolder(job, output: output, path: path + name),
                takes: reference(path + name))
        }
        let place = Row(
            label: path.isEmpty ? "the whole output" : "this folder", takes: reference(path),
            isPlace: true)
        return [place] + ofFolders + rows
    }

    // MARK: - Recent

    /// Every reference of earlier drafts once, newest first.
    private static func recentRows(_ drafts: [JobDraft]) -> [Row] {
        var seen: Set<DataReference> = []
        return drafts.flatMap { draft in
            draft.inputs.compactMap { input -> Row? in
                guard case .data(let type, let reference) = input.value,
                    seen.insert(reference).inserted
                else { return nil }
                let kind = type.map { [$0.rawValue] } ?? []
                return Row(
                    label: reference.text, notes: kind + ["\(draft.endpoint)"], takes: reference,
                    facts: ["given to \(input.name) of \(draft.endpoint)"])
            }
        }
    }
}
