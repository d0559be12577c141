import BatchModel

/// One page of a container's names.
struct BlobPage: Sendable {
    enum Item: Sendable {
        case blob(BlobInfo)
        /// With a trailing slash.
        case prefix(String)
    }
    var items: [Item] = []
    /// Opaque; nil on the last page.
    var nextMarker: String?
}

extension BlobFolder {
    /// The service's own page length (CONTRACT §6.1).
    static let pageLimit = 5000

    /// Lists names in byte order.
    ///
    /// - Throws: `.containerNotFound`; 400 for another delimiter than `/` or a marker that is not ours.
    func list(_ container: String, _ query: BlobListQuery) throws(BlobError) -> BlobPage {
        try BlobName.checkContainer(container)
        guard FolderWalk.root(root + "/" + container) != nil else { throw .containerNotFound }
        if let delimiter = query.delimiter, delimiter != "/" {
            throw BlobError(
                400, "InvalidQueryParameterValue", "This store lists with the delimiter / only.")
        }
        var after: String?
        if let marker = query.marker {
            guard let name = PercentEncoding.decode(marker) else {
                throw BlobError(400, "OutOfRangeInput", "The marker is not one of this store's.")
            }
            after = name
        }
        let limit = min(max(query.limit ?? Self.pageLimit, 1), Self.pageLimit)
        let folder = query.prefix.lastIndex(of: "/").map { String(query.prefix[...$0]) } ?? ""
        var walk = Walk(
            store: self, container: container, prefix: query.prefix,
            isFlat: query.delimiter == nil, after: after, limit: limit)
        walk.visit(folder)
        return try page(walk, container)
    }

    /// The regular files below a prefix, at most `limit` of them, in byte order.
    func names(_ container: String, below prefix: String, limit: Int) -> [String] {
        var walk = Walk(
            store: self, container: container, prefix: prefix, isFlat: true, after: nil,
            limit: limit)
        walk.visit(prefix)
        return walk.found.prefix(limit).map(\.name)
    }

    private func page(_ walk: Walk, _ container: String) throws(BlobError) -> BlobPage {
        let shown = walk.found.prefix(walk.limit)
        var page = BlobPage()
        do {
            let files = shown.compactMap { found in found.identity.map { (found.name, $0) } }
            var records = try records.records(container, files.map { (name: $0.0, identity: $0.1) })
                .makeIterator()
            for found in shown {
                guard let identity = found.identity, let record = records.next() else {
                    page.items.append(.prefix(found.name))
                    continue
                }
                let info = BlobInfo(name: found.name, identity: identity, record: record)
                page.items.append(.blob(info))
            }
        } catch { throw .from(error) }
        if walk.found.count > walk.limit, let last = shown.last {
            page.nextMarker = PercentEncoding.encode(last.name)
        }
        return page
    }

    /// What lies directly in a virtual folder (`""` or with a trailing slash): files on disk, and mounts.
    fileprivate func children(
        _ container: String, _ folder: String
    ) -> (open: OpenFile?, entries: [FolderWalk.Entry]) {
        if let mount = mounts.first(where: {
            $0.container == container && folder.hasPrefix($0.prefix)
        }) {
            let rest = folder.dropFirst(mount.prefix.count).split(separator: "/").map(String.init)
            guard let root = FolderWalk.root(mount.folder),
                let here = FolderWalk.folder(rest, below: root)
            else { return (nil, []) }
            let entries = FolderWalk.entries(of: here)
            guard let only = mount.onlyFile else { return (here, entries) }
            return (here, entries.filter { !$0.isFolder && $0.name == only })
        }
        let parts = folder.split(separator: "/").map(String.init)
        let safe = parts.allSatisfy { $0 != ".." && $0 != "." && !$0.utf8.contains(0) }
        let here = FolderWalk.root(root + "/" + container).flatMap {
            safe ? FolderWalk.folder(parts, below: $0) : nil
        }
        var entries = Set(here.map(FolderWalk.entries) ?? [])
        for mount in mounts where mount.container == container && mount.prefix.hasPrefix(folder) {
            let next = mount.prefix.dropFirst(folder.count).prefix { $0 != "/" }
            if !next.isEmpty { entries.insert(.init(name: String(next), isFolder: true)) }
        }
        return (here, entries.sorted(by: FolderWalk.Entry.precedes))
    }
}

/// A walk through a container in name order that stops one past its limit.
private struct Walk {
    struct Found {
        var name: String
        /// nil for a prefix.
        var identity: FileIdentity?
    }

    let store: BlobFolder
    let container: String
    let prefix: String
    let isFlat: Bool
    let after: String?
    let limit: Int
    var found: [Found] = []

    var isFull: Bool { found.count > limit }

    mutating func visit(_ folder: String) {
        let (here, entries) = store.children(container, folder)
        for entry in entries {
            if isFull { return }
            let name = folder + entry.name + (entry.isFolder ? "/" : "")
            guard name.hasPrefix(prefix) || (entry.isFolder && prefix.hasPrefix(name)),
                !isPast(name, isFolder: entry.isFolder)
            else { continue }
            if entry.isFolder {
                visitFolder(name)
            } else if let here, let file = FolderWalk.file(entry.name, in: here) {
                found.append(Found(name: name, identity: FileIdentity(file.status)))
            }
        }
    }

    private mutating func visitFolder(_ name: String) {
        if isFlat || !name.hasPrefix(prefix) {
            visit(name)
        } else if holdsFile(name) {
            found.append(Found(name: name, identity: nil))
        }
    }

    /// Folders without a blob below them do not exist for a client.
    private func holdsFile(_ folder: String) -> Bool {
        let entries = store.children(container, folder).entries
        return entries.contains { !$0.isFolder }
            || entries.contains { holdsFile(folder + $0.name + "/") }
    }

    /// True for what came on an earlier page.
    private func isPast(_ name: String, isFolder: Bool) -> Bool {
        guard let after else { return false }
        if isFolder, isFlat, after.hasPrefix(name) { return false }
        return !after.utf8.lexicographicallyPrecedes(name.utf8)
    }
}
