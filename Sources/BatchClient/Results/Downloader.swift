import BatchModel
import Crypto

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Brings a job's outputs into a folder.
///
/// Every file is written under a partial name, checked, brought to the disk and then renamed, so that a file with its real
/// name is whole. Large files come in pieces at the same time; a log beside the partial file says which are there, so that a
/// download that was killed goes on where it was.
struct Downloader: Sendable {
    /// Bytes per request.
    static let pieceLength: Int64 = 4 << 20
    /// Requests at once: with 4 MiB each they stay well below 64 MiB.
    static let width = 5

    /// A file to bring.
    struct Item: Sendable, Equatable {
        var blob: BlobListPage.Blob
        /// Where it goes, relative to the folder.
        var path: String
    }

    let finder: OutputFinder
    let reader: JobReader

    /// Downloads all outputs.
    func download(
        _ id: Job.ID, to folder: String,
        _ report: @escaping @Sendable (TransferProgress) -> Void
    ) async throws(ServiceFailure) -> DownloadReport {
        let operation = "download the results of \(id)"
        let job = try await reader.job(id)
        let isModelJob = OutputFinder.isModelJob(job)
        let root = LocalFiles.absolute(folder)
        var groups: [(store: BlobStore, items: [Item])] = []
        for output in try await finder.outputs(of: job) {
            let (store, files) = try await finder.files(of: output)
            // The layout of the official client (CONTRACT §7): scores straight into the folder.
            let prefix = isModelJob ? "" : "named-outputs/\(output.name)/"
            groups.append((store, files.map { Item(blob: $0.blob, path: prefix + $0.path) }))
        }
        let items = groups.flatMap(\.items)
        guard !items.isEmpty else { throw nothing(job, operation) }
        for item in items { try Self.check(item.path, operation) }
        let meter = TransferMeter(
            files: items.map { _ in 1 }, bytesTotal: items.reduce(0) { $0 + $1.blob.size },
            bytesDone: 0, report: report)
        await meter.announce()
        var place = 0
        for group in groups {
            let transfer = FileTransfer(
                store: group.store, root: root, operation: operation, meter: meter,
                isEnded: job.status.isTerminal)
            try await transfer.bring(group.items, firstPlace: place)
            place += group.items.count
        }
        return DownloadReport(
            folder: root, files: items.map(\.path).sorted(),
            bytes: items.reduce(0) { $0 + $1.blob.size })
    }

    private func nothing(_ job: Job, _ operation: String) -> ServiceFailure {
        ServiceFailure(
            kind: .notFound, operation: operation,
            detail: "there is no file in its outputs (status \(job.status))",
            advice: job.status.isTerminal
                ? "A failed or stopped job may have written nothing: look at its logs."
                : "It still runs: try again later.")
    }

    /// A blob may be called anything; a file of ours stays inside the folder.
    static func check(_ path: String, _ operation: String) throws(ServiceFailure) {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        let isBad =
            path.isEmpty || path.utf8.contains(0)
            || parts.contains { $0.isEmpty || $0 == "." || $0 == ".." }
        guard isBad else { return }
        throw ServiceFailure(
            kind: .rejected, operation: operation,
            detail: "the result named '\(path)' would be written outside the folder",
            advice: "Nothing was written. Fetch that blob by its address if you trust it.")
    }
}

/// Writes the files of one container.
struct FileTransfer: Sendable {
    let store: BlobStore
    let root: String
    let operation: String
    let meter: TransferMeter
    /// True when the job has ended: then a file's length must not change any more.
    let isEnded: Bool

    /// Small files side by side, large ones one after the other, each in pieces side by side.
    func bring(
        _ items: [Downloader.Item], firstPlace: Int
    ) async throws(ServiceFailure) {
        let numbered = items.enumerated().map { (place: firstPlace + $0, item: $1) }
        let small = numbered.filter { $0.item.blob.size <= Downloader.pieceLength }
        try await Parallel.forEach(small, width: Downloader.width) {
            entry throws(ServiceFailure) in
            try await self.small(entry.item, entry.place)
        }
        for entry in numbered where entry.item.blob.size > Downloader.pieceLength {
            try await large(entry.item, entry.place)
        }
    }

    private struct Names {
        var target: String
        var partial: String
        var log: String
    }

    private func names(_ path: String) -> Names {
        let name = path.lastSegment
        let folder = root + "/" + path.dropLast(name.count)
        return Names(
            target: folder + name, partial: folder + ".\(name).partial",
            log: folder + ".\(name).partial.pieces")
    }

    private func small(
        _ item: Downloader.Item, _ place: Int
    ) async throws(ServiceFailure) {
        var bytes: [UInt8] = []
        if item.blob.size > 0 {
            bytes = try await piece(item, offset: 0, length: item.blob.size)
        }
        let names = names(item.path)
        try written {
            try makeFolders(item.path)
            let file = try OpenFile(writing: names.partial, truncating: true)
            try file.write(bytes, at: 0)
            try file.synchronise()
        }
        if let md5 = item.blob.md5, md5 != Self.md5(bytes) { throw mismatch(item) }
        try written { try LocalFiles.move(names.partial, to: names.target) }
        await meter.finish(file: place, bytes: item.blob.size)
    }

    private func large(
        _ item: Downloader.Item, _ place: Int
    ) async throws(ServiceFailure) {
        let names = names(item.path)
        let size = item.blob.size
        let stamp = item.blob.modifiedAt?.microsecondsSinceEpoch ?? 0
        let log = PieceLog(path: names.log, subject: "\(size) \(stamp) \(item.blob.md5 ?? "-")")
        let file = try await opened(item, names, log)
        let count = Int((size + Downloader.pieceLength - 1) / Downloader.pieceLength)
        let done = await log.done
        for index in done { await meter.add(bytes: Self.length(of: index, size)) }
        try await Parallel.forEach(
            (0..<count).filter { !done.contains($0) }, width: Downloader.width
        ) { index throws(ServiceFailure) in
            let offset = Int64(index) * Downloader.pieceLength
            let length = Self.length(of: index, size)
            let bytes = try await self.piece(item, offset: offset, length: length)
            try self.written {
                try file.write(bytes, at: offset)
                try file.synchronise()
            }
            try await self.noted { try await log.finish(index) }
            await self.meter.add(bytes: length)
        }
        if let md5 = item.blob.md5, try whole({ try Self.md5(file, size) }) != md5 {
            try await noted { try await log.clear() }
            throw mismatch(item)
        }
        try written { try LocalFiles.move(names.partial, to: names.target) }
        try await noted { try await log.remove() }
        await meter.finish(file: place, bytes: 0)
    }

    private func opened(
        _ item: Downloader.Item, _ names: Names, _ log: PieceLog
    ) async throws(ServiceFailure) -> OpenFile {
        try written { try makeFolders(item.path) }
        let hasPartial = (try? LocalFiles.info(names.partial, followingLinks: false)) != nil
        try await noted {
            try await log.load()
            if !hasPartial { try await log.clear() }
        }
        return try whole {
            let file = try OpenFile(writing: names.partial, truncating: false)
            try file.truncate(to: item.blob.size)
            return file
        }
    }

    private static func length(of index: Int, _ size: Int64) -> Int64 {
        min(Downloader.pieceLength, size - Int64(index) * Downloader.pieceLength)
    }

    private func piece(
        _ item: Downloader.Item, offset: Int64, length: Int64
    ) async throws(ServiceFailure) -> [UInt8] {
        let answer = try await store.read(
            item.blob.name, offset: offset, length: length, operation: operation)
        let chunk = try ByteRange.chunk(
            answer, offset: offset, length: Int(length), operation: operation)
        let isChanged = isEnded && (chunk.totalLength ?? item.blob.size) != item.blob.size
        guard chunk.bytes.count == Int(length), !isChanged else {
            throw ServiceFailure(
                kind: .conflict, operation: operation,
                detail: "\(item.path) changed while it was being read",
                advice: "Download again once nothing writes to it.")
        }
        return chunk.bytes
    }

    /// Makes the folders of a path below the root; a link among them is refused, for it may lead anywhere.
    private func makeFolders(_ path: String) throws {
        try LocalFiles.makeFolder(root)
        var folder = root
        for part in path.split(separator: "/").dropLast() {
            folder += "/\(part)"
            if let info = try LocalFiles.info(folder, followingLinks: false) {
                guard info.isFolder else { throw NotAFolder(path: folder) }
            } else {
                try LocalFiles.makeFolder(folder)
            }
        }
    }

    private struct NotAFolder: Error, CustomStringConvertible {
        var path: String
        var description: String { "\(path) is in the way and is not a folder" }
    }

    private static func md5(_ bytes: [UInt8]) -> String {
        Data(Insecure.MD5.hash(data: bytes)).base64EncodedString()
    }

    private static func md5(_ file: OpenFile, _ size: Int64) throws -> String {
        var hash = Insecure.MD5()
        var offset: Int64 = 0
        while offset < size {
            let bytes = try file.read(at: offset, length: 1 << 20)
            if bytes.isEmpty { break }
            hash.update(data: bytes)
            offset += Int64(bytes.count)
        }
        return Data(hash.finalize()).base64EncodedString()
    }

    private func mismatch(_ item: Downloader.Item) -> ServiceFailure {
        ServiceFailure(
            kind: .unexpected, operation: operation,
            detail: "what came for \(item.path) does not have the checksum the service keeps",
            advice: "Download again.")
    }

    private func written(_ work: () throws -> Void) throws(ServiceFailure) { try whole(work) }

    private func whole<Value>(_ work: () throws -> Value) throws(ServiceFailure) -> Value {
        do {
            return try work()
        } catch {
            throw cannotWrite(error)
        }
    }

    private func noted(
        _ work: @Sendable () async throws -> Void
    ) async throws(ServiceFailure) {
        do {
            try await work()
        } catch {
            throw cannotWrite(error)
        }
    }

    private func cannotWrite(_ error: any Error) -> ServiceFailure {
        ServiceFailure(
            kind: .rejected, operation: operation, detail: "\(error)",
            advice: "Check the folder, its rights and the space left on the disk.")
    }
}
