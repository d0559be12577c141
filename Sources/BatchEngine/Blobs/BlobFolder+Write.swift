import Crypto
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

/// What a write says about a blob besides its bytes.
struct BlobWriteOptions: Sendable {
    var contentType: String?
    /// Base64, as sent; the body must have it.
    var md5: String?
    /// Base64, to be kept with the blob without a check.
    var keptMD5: String?
    var metadata: [String: String] = [:]
    var conditions = BlobConditions()

    init() {}

    /// Reads the headers of a put or block list.
    init(_ headers: EngineHeaders) {
        contentType = headers["x-ms-blob-content-type"]
        md5 = headers["content-md5"]
        keptMD5 = headers["x-ms-blob-content-md5"]
        metadata = headers.below("x-ms-meta-")
        conditions = BlobConditions(headers)
    }
}

extension BlobFolder {
    /// A file in staging; removed unless it was moved to its name.
    final class Draft {
        let name: String
        let file: OpenFile
        private let folder: OpenFile
        private var isMoved = false

        init(in folder: OpenFile) throws(BlobError) {
            let name = "tmp-" + UUID().uuidString
            let flags = O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW
            let descriptor = openat(folder.descriptor, name, flags, 0o600)
            guard descriptor >= 0 else { throw .system(errno, "make a temporary file") }
            self.folder = folder
            self.name = name
            file = OpenFile(descriptor: descriptor)
        }

        deinit { if !isMoved { unlinkat(folder.descriptor, name, 0) } }

        /// Gives the file its name.
        ///
        /// - Parameter mustBeNew: refuse when the name is taken, in one step with taking it.
        func move(to target: String, in targetFolder: OpenFile, mustBeNew: Bool) throws(BlobError) {
            if mustBeNew {
                guard linkat(folder.descriptor, name, targetFolder.descriptor, target, 0) == 0
                else { throw errno == EEXIST ? .exists : .system(errno, "name a blob") }
                return
            }
            guard renameat(folder.descriptor, name, targetFolder.descriptor, target) == 0 else {
                throw errno == EISDIR || errno == EEXIST || errno == ENOTEMPTY
                    ? .pathConflict : .system(errno, "name a blob")
            }
            isMoved = true
        }
    }

    /// Stores a blob from one body.
    ///
    /// - Throws: `.exists`, `.conditionNotMet`, `Md5Mismatch`, `.pathConflict`, `.readOnly`, a refused name.
    func put(
        _ container: String, _ name: String, _ body: EngineBody, _ options: BlobWriteOptions
    ) async throws(BlobError) -> BlobInfo {
        // What can be refused is refused before the body is read; `publish` checks again.
        _ = try writablePlace(container, name)
        if options.conditions != BlobConditions() {
            try options.conditions.checkWrite(existing(container, name))
        }
        let draft = try Draft(in: stagingFolder)
        let md5 = try await fill(draft, body, expecting: options.md5, isHashed: true)
        var record = BlobRecord()
        record.contentType = options.contentType
        record.md5 = md5
        record.metadata = options.metadata
        return try publish(draft, container, name, record, options.conditions)
    }

    /// Replaces all metadata.
    func setMetadata(
        _ container: String, _ name: String, _ metadata: [String: String],
        _ conditions: BlobConditions
    ) throws(BlobError) -> BlobInfo {
        guard try place(container, name).isWritable else { throw .readOnly }
        var (_, info) = try open(container, name)
        try conditions.checkWrite(info)
        info.record.metadata = metadata
        info.record.revision += 1
        do { try records.keep(info.record, container, name, info.identity) } catch {
            throw .from(error)
        }
        return info
    }

    /// Replaces the properties that a client may set: what is not given is forgotten, as on the service.
    func setProperties(
        _ container: String, _ name: String, _ options: BlobWriteOptions
    ) throws(BlobError) -> BlobInfo {
        guard try place(container, name).isWritable else { throw .readOnly }
        var (_, info) = try open(container, name)
        try options.conditions.checkWrite(info)
        info.record.contentType = options.contentType
        info.record.md5 = options.keptMD5
        info.record.revision += 1
        do { try records.keep(info.record, container, name, info.identity) } catch {
            throw .from(error)
        }
        return info
    }

    /// Removes a blob and the folders it leaves empty.
    func delete(
        _ container: String, _ name: String, _ conditions: BlobConditions
    ) throws(BlobError) {
        let place = try place(container, name)
        guard place.isWritable else { throw .readOnly }
        let (_, info) = try open(container, name)
        try conditions.checkWrite(info)
        let result: Result<Void, BlobError> = changing.withLock { _ in
            guard let root = FolderWalk.root(place.root),
                let folder = FolderWalk.folder(place.folders, below: root),
                unlinkat(folder.descriptor, place.fileName, 0) == 0
            else { return .failure(.notFound) }
            var parents = Array(place.folders)
            while let last = parents.popLast() {
                guard let above = FolderWalk.folder(parents, below: root),
                    unlinkat(above.descriptor, last, AT_REMOVEDIR) == 0
                else { break }
            }
            return .success(())
        }
        try result.get()
        do { try records.forgetOthers(container, name, than: nil) } catch { throw .from(error) }
    }

    /// Makes a container.
    ///
    /// - Throws: 409 when it is there already.
    func createContainer(_ container: String) throws(BlobError) {
        try BlobName.checkContainer(container)
        guard mkdir(root + "/" + container, 0o700) != 0 else { return }
        guard errno == EEXIST else { throw .system(errno, "make a container") }
        throw BlobError(
            409, "ContainerAlreadyExists", "The specified container already exists.")
    }

    // MARK: - Steps

    func writablePlace(_ container: String, _ name: String) throws(BlobError) -> Place {
        let place = try place(container, name)
        guard place.isWritable else { throw .readOnly }
        guard FolderWalk.root(place.root) != nil else { throw .containerNotFound }
        return place
    }

    func existing(_ container: String, _ name: String) throws(BlobError) -> BlobInfo? {
        do { return try open(container, name).1 } catch {
            if error == .notFound { return nil }
            throw error
        }
    }

    /// Writes a body into a draft.
    ///
    /// - Parameter isHashed: false when nobody wants its MD5, which costs more than all the rest.
    /// - Returns: its MD5, base64; nil when it was not taken.
    func fill(
        _ draft: Draft, _ body: EngineBody, expecting md5: String?, isHashed: Bool
    ) async throws(BlobError) -> String? {
        var hash = Insecure.MD5()
        do {
            try await body.forEachPiece(limitBytes: Self.putLimitBytes) { piece in
                if isHashed { hash.update(bufferPointer: piece) }
                try draft.file.write(piece)
            }
        } catch { throw .from(error) }
        guard isHashed else { return nil }
        let found = Data(hash.finalize()).base64EncodedString()
        if let md5, md5 != found {
            throw BlobError(
                400, "Md5Mismatch",
                "The MD5 value specified in the request did not match with the MD5 value "
                    + "calculated by the server.")
        }
        return found
    }

    /// Gives a filled draft its name and properties.
    func publish(
        _ draft: Draft, _ container: String, _ name: String, _ record: BlobRecord,
        _ conditions: BlobConditions
    ) throws(BlobError) -> BlobInfo {
        let place = try writablePlace(container, name)
        let identity = FileIdentity(draft.file.status)
        let result: Result<Void, BlobError> = changing.withLock { _ in
            do throws(BlobError) {
                guard let root = FolderWalk.root(place.root) else { throw .containerNotFound }
                let folder = try FolderWalk.makeFolder(place.folders, below: root)
                let before = try FolderWalk.file(place.fileName, in: folder).map {
                    file throws(BlobError) in
                    try info(container, name, FileIdentity(file.status))
                }
                try conditions.checkWrite(before)
                do { try records.keep(record, container, name, identity) } catch {
                    throw BlobError.from(error)
                }
                let mustBeNew = conditions.mustBeNew
                try draft.move(to: place.fileName, in: folder, mustBeNew: mustBeNew)
                guard before != nil else { return .success(()) }
                do { try records.forgetOthers(container, name, than: identity) } catch {
                    throw BlobError.from(error)
                }
                return .success(())
            } catch { return .failure(error) }
        }
        try result.get()
        return BlobInfo(name: name, identity: identity, record: record)
    }
}
