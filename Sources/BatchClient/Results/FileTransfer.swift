import BatchModel
import Crypto

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

// How it is known that what came is what was sent: by the MD5 the service keeps with a blob; for a blob without one, as blobs
// of blocks and files of jobs are, by the MD5 of each range, which the service makes for up to 4 MiB.
//
// How it is known that all ranges of a file are of one version of its blob: by its entity tag. The list says it, else the
// first answer does; every range asks for that version, and the log of pieces remembers it. A blob that is replaced on the
// way answers 412: what came of it is thrown away, and it is read anew, once.
//
// How it is known that a file need not come again: it has the blob's size and its MD5, or, where there is none, the time of
// the blob's last change, which every file gets when it is whole. That time has whole seconds, so it counts only for a file
// that was fetched later than it could have changed once more (`settling`).

/// Writes the files of one container.
struct FileTransfer: Sendable {
    /// A change within the same second as the last one does not show in the time: two seconds are enough to be behind it.
    private static let settling: Duration = .seconds(2)
    /// The longest name a file may have, in bytes: the same on every common file system.
    private static let nameLimitBytes = 255
    /// Marks a failure of ours: a blob was replaced between two of its ranges.
    private static let changedCode = "ChangedMeanwhile"

    let store: BlobStore
    let root: String
    let operation: String
    let meter: TransferMeter
    /// True when the job has ended: then a file's length must not change any more.
    let isEnded: Bool
    /// Which files are the job's own; nil in a folder that nobody else writes into.
    var notes: DownloadNotes?

    /// The paths of files that are there, differ from what would be written, and are not noted as this job's own.
    ///
    /// - Parameter isAccepting: true to note them as its own, so that one may replace them now and when it goes on later.
    func strangers(
        among items: [Downloader.Item], accepting isAccepting: Bool
    ) async throws(ServiceFailure) -> [String] {
        var strangers: [String] = []
        for item in items {
            let target = names(item.path).target
            let info = try written { try LocalFiles.info(target, followingLinks: false) }
            guard let info, await notes?.covers(item.path, info) != true,
                try !written({ try isThere(item, target) })
            else { continue }
            strangers.append(item.path)
            if isAccepting { await notes?.add(item.path, info) }
        }
        return isAccepting ? [] : strangers
    }

    /// Small files side by side, large ones one after the other, each in pieces side by side.
    func bring(
        _ items: [Downloader.Item], firstPlace: Int
    ) async throws(ServiceFailure) {
        let numbered = items.enumerated().map { (place: firstPlace + $0, item: $1) }
        let small = numbered.filter { $0.item.blob.size <= Downloader.pieceLength }
        try await Parallel.forEach(small, width: Downloader.width) {
            entry throws(ServiceFailure) in
            try await self.file(entry.item, entry.place)
        }
        for entry in numbered where entry.item.blob.size > Downloader.pieceLength {
            try await file(entry.item, entry.place)
        }
    }

    private func file(_ item: Downloader.Item, _ place: Int) async throws(ServiceFailure) {
        let names = names(item.path)
        try written { try makeFolders(item.path) }
        if try written({ try isThere(item, names.target) }) {
            try await note(item, at: names.target)
            return await meter.keep(file: place, bytes: item.blob.size)
        }
        do throws(ServiceFailure) {
            if item.blob.size <= Downloader.pieceLength {
                try await small(item, names)
                await meter.finish(file: place, bytes: item.blob.size)
            } else {
                try await large(item, names, place)
                await meter.finish(file: place, bytes: 0)
            }
        } catch  where error.httpStatus == 404 && !isEnded {
            // A running job may take its temporary files away.
            await meter.pass(file: place, bytes: item.blob.size)
        }
    }

    struct Names {
        var target: String
        var partial: String
        var log: String
    }

    private func names(_ path: String) -> Names {
        let name = path.lastSegment
        let folder = root + "/" + path.dropLast(name.count)
        func log(of word: String) -> String { ".\(word).partial.pieces" }
        // A name that has room for nothing more is stood for by its hash.
        let word =
            log(of: name).utf8.count <= Self.nameLimitBytes
            ? name : String(AssetPublisher.digest([name]).prefix(24))
        return Names(
            target: folder + name, partial: folder + ".\(word).partial",
            log: folder + log(of: word))
    }

    private func isThere(_ item: Downloader.Item, _ target: String) throws -> Bool {
        guard let info = try LocalFiles.info(target, followingLinks: false), info.isFile,
            info.size == item.blob.size
        else { return false }
        if let md5 = item.blob.md5 {
            return try Self.md5(OpenFile(reading: target), info.size) == md5
        }
        guard let modifiedAt = item.blob.modifiedAt else { return false }
        return info.modifiedAt == modifiedAt && info.changedAt - modifiedAt >= Self.settling
    }

    private func small(
        _ item: Downloader.Item, _ names: Names
    ) async throws(ServiceFailure) {
        var bytes: [UInt8] = []
        if item.blob.size > 0 {
            bytes = try await piece(item, offset: 0, length: item.blob.size).bytes
        }
        try written {
            let file = try OpenFile(writing: names.partial, truncating: true)
            try file.write(bytes, at: 0)
            try finished(file, item)
        }
        if let md5 = item.blob.md5, md5 != Self.md5(bytes) { throw mismatch(item) }
        try await note(item, at: names.partial)
        try written { try LocalFiles.move(names.partial, to: names.target) }
    }

    /// Notes a file as this job's own, before it gets its name: of one that has it nobody can doubt whose it is.
    private func note(_ item: Downloader.Item, at path: String) async throws(ServiceFailure) {
        let info = try written { try LocalFiles.info(path, followingLinks: false) }
        if let info { await notes?.add(item.path, info) }
    }

    /// The last steps before a file gets its name.
    private func finished(_ file: OpenFile, _ item: Downloader.Item) throws {
        if let time = item.blob.modifiedAt { try file.setModified(time) }
        try file.synchronise()
    }

    // MARK: - Large files

    /// A large file; one that changes while it comes is read anew, once.
    ///
    /// A job that runs may write on at a file faster than it can be read. What was longer at each look is taken for that: of
    /// such a file what was there at the last look is fetched, the beginning of what it will be.
    private func large(
        _ listed: Downloader.Item, _ names: Names, _ place: Int
    ) async throws(ServiceFailure) {
        let mark = await meter.mark
        if try await isWhole(listed, names) { return }
        let second = try await startedAnew(listed, names, place, mark)
        if try await isWhole(second, names) { return }
        guard !isEnded, second.blob.size > listed.blob.size else { throw changed(second) }
        let third = try await startedAnew(second, names, place, mark)
        // Where the service keeps a sum of the whole file, ranges of several versions would not have it.
        guard third.blob.size > second.blob.size, third.blob.md5 == nil else {
            throw changed(third)
        }
        try await pieces(of: third, names, isGrowing: true)
    }

    /// False when the blob was replaced before all of it had come.
    private func isWhole(
        _ item: Downloader.Item, _ names: Names
    ) async throws(ServiceFailure) -> Bool {
        do throws(ServiceFailure) {
            if item.blob.size <= Downloader.pieceLength {
                try await small(item, names)
                await meter.add(bytes: item.blob.size)
            } else {
                try await pieces(of: item, names)
            }
            return true
        } catch  where error.serviceCode == Self.changedCode {
            return false
        }
    }

    /// Throws away what came of a file that changed, and looks what its blob is now.
    private func startedAnew(
        _ item: Downloader.Item, _ names: Names, _ place: Int, _ mark: TransferMeter.Mark
    ) async throws(ServiceFailure) -> Downloader.Item {
        try written {
            try LocalFiles.remove(names.log)
            try LocalFiles.remove(names.partial)
        }
        let name = item.blob.name
        // The first of all names that begin so is the name itself.
        let found = try await store.list(prefix: name, limit: 1).blobs.first { $0.name == name }
        guard let found else {
            throw ServiceFailure(
                kind: .notFound, operation: operation, httpStatus: 404,
                detail: "\(item.path) was taken away while it was being read")
        }
        await meter.restart(
            file: place, from: mark, length: found.size, before: item.blob.size)
        return Downloader.Item(blob: found, path: item.path)
    }

    /// A large file while its pieces come.
    private struct Part: Sendable {
        let file: OpenFile
        let log: PieceLog
        let sum: PrefixSum
    }

    /// Brings all pieces that are not there yet.
    ///
    /// - Parameter isGrowing: true to take each range of whichever version it is.
    private func pieces(
        of listed: Downloader.Item, _ names: Names, isGrowing: Bool = false
    ) async throws(ServiceFailure) {
        var item = listed
        if isGrowing { item.blob.etag = nil }
        let size = item.blob.size
        let log = PieceLog(path: names.log, subject: try await subject(item))
        let file = try await opened(item, names, log)
        let count = Int((size + Downloader.pieceLength - 1) / Downloader.pieceLength)
        let done = await log.done
        let part = Part(file: file, log: log, sum: PrefixSum(of: file, size: size, done: done))
        var left = (0..<count).filter { !done.contains($0) }
        if item.blob.etag == nil, !isGrowing {
            item.blob.etag = await log.version
            // Where the list does not say which version it is, the first answer does: it comes alone.
            if item.blob.etag == nil, let first = left.first {
                item.blob.etag = try await bring(first, of: item, to: part)
                left.removeFirst()
            }
        }
        let known = item
        try await Parallel.forEach(left, width: Downloader.width) {
            index throws(ServiceFailure) in
            _ = try await self.bring(index, of: known, to: part)
        }
        if let md5 = item.blob.md5, try await noted({ try await part.sum.finish() }) != md5 {
            try await noted { try await log.clear() }
            throw mismatch(item)
        }
        try written { try finished(file, known) }
        try await note(item, at: names.partial)
        try written { try LocalFiles.move(names.partial, to: names.target) }
        try await noted { try await log.remove() }
    }

    /// Brings one piece to its place and notes it.
    ///
    /// - Returns: the version that it is of, where the answer says.
    private func bring(
        _ index: Int, of item: Downloader.Item, to part: Part
    ) async throws(ServiceFailure) -> String? {
        let offset = Int64(index) * Downloader.pieceLength
        let length = Self.length(of: index, item.blob.size)
        let came = try await piece(item, offset: offset, length: length, of: item.blob.etag)
        try written {
            try part.file.write(came.bytes, at: offset)
            if BootMark.current == nil { try part.file.synchronise() }
        }
        try await noted {
            if item.blob.etag == nil, let version = came.version {
                try await part.log.note(version: version)
            }
            try await part.log.finish(index)
            if item.blob.md5 != nil { try await part.sum.came(index) }
        }
        await meter.add(bytes: length)
        return came.version
    }

    /// What a log of pieces is about. Pieces are brought to the disk once, at the end: what the log says holds as long as the
    /// machine has not been started anew.
    private func subject(_ item: Downloader.Item) async throws(ServiceFailure) -> String {
        let container = try await store.lastingName()
        let stamp = item.blob.modifiedAt?.microsecondsSinceEpoch ?? 0
        let words = [
            "\(container)/\(PercentEncoding.encode(item.blob.name))", String(item.blob.size),
            String(stamp), item.blob.md5 ?? "-", item.blob.etag ?? "-", BootMark.current ?? "-",
        ]
        return words.joined(separator: " ")
    }

    private func opened(
        _ item: Downloader.Item, _ names: Names, _ log: PieceLog
    ) async throws(ServiceFailure) -> OpenFile {
        let hasPartial = (try? LocalFiles.info(names.partial, followingLinks: false)) != nil
        try await noted {
            try await log.load()
            if !hasPartial { try await log.clear() }
        }
        let file = try written {
            let file = try OpenFile(writing: names.partial, truncating: false)
            try file.truncate(to: item.blob.size)
            return file
        }
        if hasPartial {
            for index in await log.done {
                await meter.keep(bytes: Self.length(of: index, item.blob.size))
            }
        } else {
            try await takeOver(item, names, file, log)
        }
        return file
    }

    /// Takes over what was fetched of a file before it grew, if the piece where it ended has still the same beginning.
    ///
    /// Only where the service keeps the whole file's sum: a file of that name may be another job's that is alike at the end,
    /// and nothing else would tell.
    private func takeOver(
        _ item: Downloader.Item, _ names: Names, _ file: OpenFile, _ log: PieceLog
    ) async throws(ServiceFailure) {
        guard item.blob.md5 != nil else { return }
        let known = try? LocalFiles.info(names.target, followingLinks: false)
        guard let known, known.isFile, known.size > 0, known.size < item.blob.size else { return }
        let last = Int((known.size - 1) / Downloader.pieceLength)
        let start = Int64(last) * Downloader.pieceLength
        let length = Self.length(of: last, item.blob.size)
        let came = try await piece(item, offset: start, length: length, of: item.blob.etag)
        let fresh = came.bytes
        let old = try written { try OpenFile(reading: names.target) }
        let tail = try written { try old.read(at: start, length: Int(known.size - start)) }
        guard fresh.starts(with: tail) else { return }
        try written {
            for index in 0..<last {
                let offset = Int64(index) * Downloader.pieceLength
                let bytes = try old.read(at: offset, length: Int(Downloader.pieceLength))
                try file.write(bytes, at: offset)
            }
            try file.write(fresh, at: start)
        }
        try await noted {
            if item.blob.etag == nil, let version = came.version {
                try await log.note(version: version)
            }
            for index in 0...last { try await log.finish(index) }
        }
        await meter.keep(bytes: start)
        await meter.add(bytes: length)
    }

    static func length(of index: Int, _ size: Int64) -> Int64 {
        min(Downloader.pieceLength, size - Int64(index) * Downloader.pieceLength)
    }

    /// A range of a blob, and the version it is of where the answer says.
    ///
    /// - Parameter version: the one it has to be of; nil for any.
    private func piece(
        _ item: Downloader.Item, offset: Int64, length: Int64, of version: String? = nil
    ) async throws(ServiceFailure) -> (bytes: [UInt8], version: String?) {
        let answer: ServiceAnswer
        do throws(ServiceFailure) {
            answer = try await store.read(
                item.blob.name, offset: offset, length: length, version: version,
                wantsMD5: item.blob.md5 == nil, operation: operation)
        } catch  where error.httpStatus == 412 {
            throw changed(item)
        }
        let chunk = try ByteRange.chunk(
            answer, offset: offset, length: Int(length), operation: operation)
        let isOther = isEnded && (chunk.totalLength ?? item.blob.size) != item.blob.size
        guard chunk.bytes.count == Int(length), !isOther else { throw changed(item) }
        if answer.status == 206, let said = answer.header("Content-MD5"),
            said != Self.md5(chunk.bytes)
        {
            throw mismatch(item)
        }
        return (chunk.bytes, answer.header("ETag").flatMap(EntityTag.quoted))
    }

    // MARK: - Steps

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

    private func changed(_ item: Downloader.Item) -> ServiceFailure {
        ServiceFailure(
            kind: .conflict, operation: operation, serviceCode: Self.changedCode,
            detail: "\(item.path) changed while it was being read",
            advice: "Download again once nothing writes to it.")
    }

    private func mismatch(_ item: Downloader.Item) -> ServiceFailure {
        ServiceFailure(
            kind: .unexpected, operation: operation,
            detail: "what came for \(item.path) does not have the checksum the service keeps",
            advice: "Download again.")
    }

    private func written<Value>(_ work: () throws -> Value) throws(ServiceFailure) -> Value {
        do {
            return try work()
        } catch {
            throw cannotWrite(error)
        }
    }

    private func noted<Value>(
        _ work: @Sendable () async throws -> Value
    ) async throws(ServiceFailure) -> Value {
        do {
            return try await work()
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

/// Takes the MD5 of a file whose pieces come in any order, right behind them, while they still lie in memory.
private actor PrefixSum {
    private let file: OpenFile
    private let size: Int64
    private var waiting: Set<Int>
    private var next = 0
    private var hash = Insecure.MD5()

    init(of file: OpenFile, size: Int64, done: Set<Int>) {
        self.file = file
        self.size = size
        waiting = done
    }

    /// A piece is in the file.
    func came(_ index: Int) throws {
        waiting.insert(index)
        while waiting.remove(next) != nil {
            let length = Int(FileTransfer.length(of: next, size))
            let bytes = try file.read(at: Int64(next) * Downloader.pieceLength, length: length)
            hash.update(data: bytes)
            next += 1
        }
    }

    /// The sum of the whole file, base64, once all pieces have come.
    func finish() throws -> String {
        if let first = waiting.first { try came(first) }
        return Data(hash.finalize()).base64EncodedString()
    }
}

/// Tells one run of the machine from another.
enum BootMark {
    /// What the system calls this run; nil where it has no word for it.
    static let current: String? = {
        guard let bytes = try? LocalFiles.read("/proc/sys/kernel/random/boot_id") else {
            return nil
        }
        let text = String(decoding: bytes.prefix { $0 > 0x20 }, as: UTF8.self)
        return text.isEmpty ? nil : text
    }()
}
