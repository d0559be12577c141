import BatchModel
import Synchronization

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif
#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A container as its properties and the account's list answer it.
struct ContainerInfo: Sendable, Hashable {
    var name: String
    var lastModified: Timestamp

    /// Changes when something directly in it comes or goes.
    var etag: String {
        "\"0x\(String(lastModified.microsecondsSinceEpoch, radix: 16, uppercase: true))\""
    }
}

/// One page of an account's containers.
struct ContainerPage: Sendable {
    var items: [ContainerInfo] = []
    /// The last name of this page; nil on the last one.
    var nextMarker: String?
}

extension BlobFolder {
    /// The containers in name order.
    func containers(_ query: BlobListQuery) -> ContainerPage {
        guard let folder = FolderWalk.root(root) else { return ContainerPage() }
        let limit = min(max(query.limit ?? Self.pageLimit, 1), Self.pageLimit)
        let after = query.marker ?? ""
        let names = FolderWalk.entries(of: folder).filter(\.isFolder).map(\.name)
            .filter { $0.hasPrefix(query.prefix) && $0 > after }.sorted()
        let shown = names.prefix(limit)
        let items = shown.compactMap { name in
            FolderWalk.folder([name], below: folder).map { Self.info(name, $0) }
        }
        return ContainerPage(items: items, nextMarker: names.count > limit ? shown.last : nil)
    }

    /// What is known of a container.
    ///
    /// - Throws: `.containerNotFound`, or a refused name.
    func container(_ name: String) throws(BlobError) -> ContainerInfo {
        try BlobName.checkContainer(name)
        guard let folder = FolderWalk.root(root + "/" + name) else { throw .containerNotFound }
        return Self.info(name, folder)
    }

    /// Removes a container and all that is in it.
    ///
    /// It is out of sight in one step; its files go after that, or when the engine starts the next time.
    func deleteContainer(_ name: String) throws(BlobError) {
        try BlobName.checkContainer(name)
        let doomed = staging + "/" + Self.gone + UUID().uuidString
        let result: Result<Void, BlobError> = changing.withLock { _ in
            guard rename(root + "/" + name, doomed) == 0 else {
                return .failure(
                    errno == ENOENT ? .containerNotFound : .system(errno, "remove a container"))
            }
            return .success(())
        }
        try result.get()
        do {
            try records.forget(container: name)
            try FileManager.default.removeItem(atPath: doomed)
        } catch { throw .from(error) }
    }

    private static let gone = "gone-"

    /// Finishes what an earlier engine began.
    func dropGoneContainers() {
        let entries = FolderWalk.root(staging).map(FolderWalk.entries) ?? []
        for entry in entries where entry.isFolder && entry.name.hasPrefix(Self.gone) {
            // What cannot be removed now is tried again at the next start.
            try? FileManager.default.removeItem(atPath: staging + "/" + entry.name)
        }
    }

    private static func info(_ name: String, _ folder: OpenFile) -> ContainerInfo {
        let nanoseconds = FileIdentity(folder.status).modifiedNanoseconds
        return ContainerInfo(
            name: name, lastModified: Timestamp(microsecondsSinceEpoch: nanoseconds / 1000))
    }
}

extension BlobFolder {
    /// Stores a copy of a blob under another name, with its properties.
    ///
    /// - Parameter options: metadata given replaces the source's; conditions are the target's.
    func copy(
        from source: (container: String, name: String), to container: String, _ name: String,
        _ options: BlobWriteOptions
    ) throws(BlobError) -> BlobInfo {
        let (file, info) = try open(source.container, source.name)
        _ = try writablePlace(container, name)
        try options.conditions.checkWrite(existing(container, name))
        let draft = try Draft(in: stagingFolder)
        try draft.file.append(file, offset: 0, length: info.sizeBytes)
        var record = info.record
        record.revision = 0
        record.contentType = options.contentType ?? record.contentType
        if !options.metadata.isEmpty { record.metadata = options.metadata }
        return try publish(draft, container, name, record, options.conditions)
    }
}
