import BatchModel
import Crypto
import Dispatch

// Where a local input goes: `LocalUpload/<hash>/<base name>/…`, the hash over names and contents, byte for byte the
// official client's (CONTRACT §6), so that either client finds what the other has sent. The walk reads every file once; the
// MD5 that travels with a file sent in one request is taken beside it (`SumLane`).

/// What a local input comes to in the datastore, before anything is sent.
struct UploadPlan: Equatable, Sendable {
    /// One file to send.
    struct File: Equatable, Sendable {
        /// Where it is on this machine.
        var localPath: String
        /// Where it goes in the container.
        var blob: String
        /// Bytes.
        var size: Int64
        /// When it was last written: if that changes on the way, the hash no longer holds.
        var modifiedAt: Timestamp
        /// Of its bytes; empty for one that goes in blocks, which is summed while they are sent.
        var md5: [UInt8]
    }

    /// Deeper folders than this are a loop of links.
    static let depthLimit = 64

    /// Lower-case hexadecimal SHA-256.
    var hash: String
    /// The input's base name.
    var baseName: String
    /// True for a folder.
    var isFolder: Bool
    /// What is to be sent, ordered by local path.
    var files: [File]

    /// The blob that carries the confirmation: the first by local path (CONTRACT §6).
    var indicator: String? { files.first?.blob }

    /// The place's path in the datastore, a folder's with a trailing slash.
    var path: String { "LocalUpload/\(hash)/\(baseName)" + (isFolder ? "/" : "") }

    /// All bytes.
    var totalBytes: Int64 { files.reduce(0) { $0 + $1.size } }

    /// Walks a file or folder.
    ///
    /// - Throws: a failure in words when it is missing, cannot be read, or holds nothing to send.
    /// - Parameter isWanted: asked before every piece; false ends the walk with a `CancellationError` in words.
    init(
        localPath: String, isWanted: @escaping () -> Bool = { true }
    ) throws(ServiceFailure) {
        let operation = "read the local input \(localPath)"
        do {
            self = try Self.walked(LocalFiles.absolute(localPath), isWanted)
        } catch let failure as ServiceFailure {
            throw failure
        } catch {
            throw ServiceFailure(
                kind: .rejected, operation: operation, detail: "\(error)",
                advice: "Check the path and that you may read it.")
        }
        guard !files.isEmpty else {
            throw ServiceFailure(
                kind: .rejected, operation: operation,
                detail: "there is no file in it that may be sent",
                advice: "Put files in it, or check its .amlignore or .gitignore.")
        }
    }

    init(hash: String, baseName: String, isFolder: Bool, files: [File]) {
        self.hash = hash
        self.baseName = baseName
        self.isFolder = isFolder
        self.files = files
    }

    /// The same on a thread that may block: a large folder takes long to read, and tasks that answer keys must not wait.
    ///
    /// Ends early when the waiting task is cancelled.
    static func made(localPath: String) async throws(ServiceFailure) -> UploadPlan {
        let wish = Wish()
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { (waiting: CheckedContinuation<Made, Never>) in
                DispatchQueue.global().async {
                    waiting.resume(
                        returning: Made { () throws(ServiceFailure) in
                            try UploadPlan(localPath: localPath) { wish.isAlive }
                        })
                }
            }
        } onCancel: {
            wish.end()
        }
        return try result.get()
    }

    private typealias Made = Result<UploadPlan, ServiceFailure>

    private static func walked(_ path: String, _ isWanted: @escaping () -> Bool) throws
        -> UploadPlan
    {
        guard let info = try LocalFiles.info(path) else {
            throw LocalFiles.Failure.missing(path)
        }
        var walk = Walk(isWanted: isWanted)
        let name = path.split(separator: "/").last.map(String.init) ?? path
        if info.isFolder {
            for fileName in IgnoreRules.fileNames {
                guard let bytes = try LocalFiles.read("\(path)/\(fileName)") else { continue }
                walk.ignore = IgnoreRules(String(decoding: bytes, as: UTF8.self))
                break
            }
            try walk.folder(path, relative: "", depth: 0)
        } else {
            try walk.file(path, relative: "", info)
        }
        let hash = hexadecimal(walk.hash.finalize())
        let prefix = "LocalUpload/\(hash)/\(name)"
        var files = walk.summed().map { file in
            var placed = file
            placed.blob = info.isFolder ? "\(prefix)/\(file.blob)" : prefix
            return placed
        }
        files.sort { $0.localPath.utf8.lexicographicallyPrecedes($1.localPath.utf8) }
        return UploadPlan(hash: hash, baseName: name, isFolder: info.isFolder, files: files)
    }

    private static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for byte in bytes { text += [digits[Int(byte >> 4)], digits[Int(byte & 15)]] }
        return String(decoding: text, as: UTF8.self)
    }
}

/// The walk that makes the hash.
private struct Walk {
    /// The seed of the official client's content hash (CONTRACT §6).
    static let seed = "Initialize for october 2021 AML CLI version"
    /// Bytes read at once.
    static let pieceLength = 1 << 20

    var hash = SHA256()
    var ignore = IgnoreRules()
    var files: [UploadPlan.File] = []
    private let lane = SumLane()

    let isWanted: () -> Bool

    init(isWanted: @escaping () -> Bool) {
        self.isWanted = isWanted
        hash.update(data: Array(Self.seed.utf8))
    }

    mutating func folder(_ path: String, relative: String, depth: Int) throws {
        guard depth < UploadPlan.depthLimit else {
            throw LocalFiles.Failure.loop(path)
        }
        let names = try LocalFiles.names(in: path)
        for name in Self.ordered(names) {
            let below = relative.isEmpty ? name : "\(relative)/\(name)"
            if ignore.excludes(below) { continue }
            let full = "\(path)/\(name)"
            guard let info = try LocalFiles.info(full) else {
                throw LocalFiles.Failure.missing(full)
            }
            hash.update(data: Array(name.utf8))
            if info.isFolder {
                try folder(full, relative: below, depth: depth + 1)
            } else if info.isFile {
                try file(full, relative: below, info)
            }
        }
    }

    /// By lower-cased name, code point by code point; names that differ in case only, by their bytes.
    private static func ordered(_ names: [String]) -> [String] {
        let keyed = names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            .map { (key: Array($0.lowercased().unicodeScalars), name: $0) }
        return keyed.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.name)
    }

    mutating func file(_ path: String, relative: String, _ info: LocalFiles.Info) throws {
        let file = try OpenFile(reading: path)
        let isSummed = info.size <= Uploader.singleLimit
        var offset: Int64 = 0
        while true {
            guard isWanted() else { throw CancellationError() }
            // One byte more than there should be: a piece that is shorter than asked for is the last. A file that has grown
            // since is read on in whole pieces.
            let left = info.size - offset
            let wanted =
                left < 0 ? Self.pieceLength : Int(min(Int64(Self.pieceLength), left + 1))
            let piece = try file.read(at: offset, length: wanted)
            hash.update(data: piece)
            if isSummed { lane.add(piece) }
            offset += Int64(piece.count)
            if piece.count < wanted { break }
        }
        if isSummed { lane.endFile() } else { lane.passFile() }
        files.append(
            UploadPlan.File(
                localPath: path, blob: relative, size: offset, modifiedAt: info.modifiedAt, md5: [])
        )
    }

    /// What was walked, each file with its sum.
    func summed() -> [UploadPlan.File] {
        zip(files, lane.finish()).map { file, sum in
            var whole = file
            whole.md5 = sum
            return whole
        }
    }
}
