// The engine's blob storage: every blob is a plain file below `<state>/blobs/<container>/`.
//
// Files rather than a database, because jobs read inputs and write results and logs as files, and people look at them with
// their own tools. What a job writes is a blob at once; what a client puts is a file at once. Three things come from it:
//
//   * a name is walked one component at a time without following links (`FolderWalk`), because jobs may put links there;
//   * a name cannot be a blob and a folder of blobs at the same time: a clear 409;
//   * properties live beside the files and count only while the file is the one they were given for (`BlobRecordStore`).
//
// The workspace's own data files appear read-only below `workspace-data/` of the default container through a table of
// mounts, without being copied: listing, previewing and job input resolve them like any other name.
//
//    PUT ──▶ staging/tmp-… ──(size, MD5, conditions)──▶ row ──▶ rename ──▶ blobs/<container>/<name>

import BatchModel
import Crypto
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Containers of blobs on disk.
final class BlobFolder: Sendable {
    /// The largest body of one put (CONTRACT §6, the service's own limit of 4,000 MiB a block).
    static let putLimitBytes: Int64 = 4_000 << 20

    let root: String
    let staging: String
    /// Open for as long as the engine runs: every write begins in it.
    let stagingFolder: OpenFile
    let records: BlobRecordStore
    private let mountTable = Mutex<[BlobMount]>([])
    /// Held while a name changes hands, so that a condition still holds when its rename happens.
    let changing = Mutex<Void>(())

    /// Opens the folders, making what is missing, and drops what an earlier engine left half-written.
    init(folders: EngineFolders) throws {
        root = folders.blobs
        staging = folders.state + "/staging"
        for folder in [folders.state, root, staging, staging + "/blocks"] {
            try Self.make(folder)
        }
        for container in [folders.defaultContainer, folders.artifactContainer] {
            try Self.make(root + "/" + container)
        }
        guard let opened = FolderWalk.root(staging) else {
            throw BlobError.system(errno, "open the staging folder")
        }
        stagingFolder = opened
        records = try BlobRecordStore(path: folders.state + "/blobs.sqlite")
        try sweepStaging()
    }

    /// Replaces the table of mounts.
    func mount(_ mounts: [BlobMount]) { mountTable.withLock { $0 = mounts } }

    var mounts: [BlobMount] { mountTable.withLock { $0 } }

    // MARK: - Reading

    /// Opens a blob.
    ///
    /// - Throws: `.notFound`, `.containerNotFound`, or a refused name.
    func open(_ container: String, _ name: String) throws(BlobError) -> (OpenFile, BlobInfo) {
        let place = try place(container, name)
        guard let folder = try folder(of: place),
            let file = FolderWalk.file(place.fileName, in: folder)
        else { throw .notFound }
        return (file, try info(container, name, FileIdentity(file.status)))
    }

    /// Where a name lies on disk, a blob or a folder of blobs; nil when there is neither.
    ///
    /// - Parameter name: may end in a slash or be empty.
    func localPath(_ container: String, _ name: String) -> (path: String, isFolder: Bool)? {
        let trimmed = name.hasSuffix("/") ? String(name.dropLast()) : name
        if trimmed.isEmpty {
            return FolderWalk.root(root + "/" + container).map { _ in
                (root + "/" + container, true)
            }
        }
        if let mount = mounts.first(where: {
            $0.container == container && $0.prefix == trimmed + "/"
        }) {
            return mount.onlyFile == nil ? (mount.folder, true) : nil
        }
        guard let place = try? place(container, trimmed), let folder = try? folder(of: place) else {
            return nil
        }
        let path = ([place.root] + place.components).joined(separator: "/")
        if FolderWalk.file(place.fileName, in: folder) != nil {
            return name.hasSuffix("/") ? nil : (path, false)
        }
        return FolderWalk.folder([place.fileName], below: folder).map { _ in (path, true) }
    }

    func info(
        _ container: String, _ name: String, _ identity: FileIdentity
    ) throws(BlobError) -> BlobInfo {
        do {
            let record = try records.record(container, name, identity)
            return BlobInfo(name: name, identity: identity, record: record)
        } catch { throw .from(error) }
    }

    // MARK: - Names

    /// A name's place on disk.
    struct Place {
        /// A trusted folder.
        var root: String
        /// At least one.
        var components: [String]
        var isWritable: Bool

        var fileName: String { components[components.count - 1] }
        var folders: ArraySlice<String> { components.dropLast() }
    }

    func place(_ container: String, _ name: String) throws(BlobError) -> Place {
        try BlobName.checkContainer(container)
        let checked = try BlobName(name)
        if let mount = mounts.first(where: {
            $0.container == container && name.hasPrefix($0.prefix)
        }) {
            let rest = try BlobName(String(name.dropFirst(mount.prefix.count)))
            if let only = mount.onlyFile, rest.components != [only] { throw .notFound }
            return Place(root: mount.folder, components: rest.components, isWritable: false)
        }
        return Place(
            root: root + "/" + container, components: checked.components,
            isWritable: !name.hasPrefix(BlobMount.reservedPrefix))
    }

    private func folder(of place: Place) throws(BlobError) -> OpenFile? {
        guard let root = FolderWalk.root(place.root) else {
            throw place.isWritable ? .containerNotFound : .notFound
        }
        return FolderWalk.folder(place.folders, below: root)
    }

    // MARK: - Folders

    static func make(_ path: String) throws(BlobError) {
        if mkdir(path, 0o700) != 0, errno != EEXIST {
            throw .system(errno, "make the folder \(path)")
        }
    }

    /// Drops temporary files, and blocks that nobody committed for a week (the service's own limit).
    private func sweepStaging() throws(BlobError) {
        guard let folder = FolderWalk.root(staging) else { return }
        for entry in FolderWalk.entries(of: folder) where !entry.isFolder {
            unlinkat(folder.descriptor, entry.name, 0)
        }
        dropGoneContainers()
        guard let blocks = FolderWalk.root(staging + "/blocks") else { return }
        let oldest = Int64(time(nil) - 7 * 86_400) * 1_000_000_000
        for entry in FolderWalk.entries(of: blocks) where entry.isFolder {
            guard let folder = FolderWalk.folder([entry.name], below: blocks),
                FileIdentity(folder.status).modifiedNanoseconds < oldest
            else { continue }
            dropBlocks(folder: folder, name: entry.name, in: blocks)
        }
    }

    func dropBlocks(folder: OpenFile, name: String, in blocks: OpenFile) {
        for block in FolderWalk.entries(of: folder) where !block.isFolder {
            unlinkat(folder.descriptor, block.name, 0)
        }
        unlinkat(blocks.descriptor, name, AT_REMOVEDIR)
    }
}
