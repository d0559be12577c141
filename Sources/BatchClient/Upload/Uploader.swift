import BatchModel
import Crypto

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Sends a local input to a datastore, what is there already not again (CONTRACT §6).
struct Uploader: Sendable {
    /// A file up to this size is one request.
    static let singleLimit: Int64 = 64 << 20
    /// Larger ones go in blocks of this size.
    static let blockLength: Int64 = 4 << 20
    /// Requests at once, as many as the transport has connections: over a long line small files wait for answers, not for
    /// bytes. Bodies are read as they are sent.
    static let width = 16
    /// What the service says when a blob is to be made of blocks that it does not have.
    private static let blocksGoneCode = "InvalidBlockList"

    /// One request's worth of a file.
    struct Piece: Equatable, Sendable {
        /// Its number in the whole transfer.
        var index: Int
        /// Which file of the plan.
        var place: Int
        /// That file.
        var file: UploadPlan.File
        /// Where in the file.
        var offset: Int64
        /// Bytes.
        var length: Int64
        /// The block's number in its file; nil when the file goes in one request.
        var block: Int?
    }

    let store: BlobStore
    let surroundings: ClientSurroundings
    /// Where the logs of unfinished transfers lie.
    let logFolder: String

    /// Sends what is not there yet and confirms it last.
    func upload(
        _ plan: UploadPlan, _ report: @escaping @Sendable (TransferProgress) -> Void
    ) async throws(ServiceFailure) {
        let operation = "upload \(plan.baseName)"
        guard let indicator = plan.indicator else { return }
        let state = try await remoteState(indicator, operation)
        // What lies there already is not sent, so there is nothing to report.
        guard state != .complete else { return }
        let isNew = state == .missing
        let log = try await openLog(plan, isNew: isNew, operation)
        let isResumed = await !log.done.isEmpty
        do throws(ServiceFailure) {
            try await send(plan, isNew: isNew, log, operation, report)
        } catch  where isResumed && error.serviceCode == Self.blocksGoneCode {
            // Blocks of an earlier run are not there any more. The log is empty by now, so that all is sent once more.
            try await send(plan, isNew: isNew, log, operation, report)
        }
        try await confirm(indicator, operation)
        try await noted(operation) { try await log.remove() }
    }

    private enum RemoteState { case missing, broken, complete }

    private func remoteState(
        _ indicator: String, _ operation: String
    ) async throws(ServiceFailure) -> RemoteState {
        let first = try await store.head(indicator, operation: operation)
        if first.status == 404 { return .missing }
        guard first.isSuccess else { throw store.failure(first, operation) }
        if Self.isComplete(first) { return .complete }
        // Older clients kept uploads under another first folder.
        let other = "az-ml-artifacts" + indicator.dropFirst("LocalUpload".count)
        let second = try await store.head(other, operation: operation)
        return Self.isComplete(second) ? .complete : .broken
    }

    private static func isComplete(_ head: ServiceAnswer) -> Bool {
        head.isSuccess && head.header("x-ms-meta-upload_status")?.lowercased() == "completed"
    }

    private func openLog(
        _ plan: UploadPlan, isNew: Bool, _ operation: String
    ) async throws(ServiceFailure) -> PieceLog {
        let container = try await store.lastingName()
        let place = "\(container)/\(plan.path)"
        let name = SHA256.hash(data: Array(place.utf8)).prefix(12)
            .map { String($0, radix: 16) }.joined()
        // The newest change is part of it: pieces of a file that was changed and changed back count no more.
        let newest = plan.files.map(\.modifiedAt.microsecondsSinceEpoch).max() ?? 0
        // And where its first file lies, so that whoever forgets the upload finds the log by the path they know.
        let first = PieceLog.word(for: plan.files.first?.localPath ?? "")
        let log = PieceLog(
            path: "\(logFolder)/\(name)\(PieceLog.uploadEnding)",
            subject: "\(plan.hash) \(plan.files.count) \(newest) \(first)")
        try await noted(operation) {
            try LocalFiles.makeFolder(logFolder, mode: 0o700)
            try await log.load()
        }
        if isNew, try await saysTooMuch(log, plan, operation) {
            try await noted(operation) { try await log.clear() }
        }
        return log
    }

    /// True when the log says that a file was sent, and it is not there: the container was emptied since.
    ///
    /// Only files that go in one request tell. Pieces of others are no blob before all of them have come, and blocks that
    /// are not there any more show when a blob is to be made of them.
    private func saysTooMuch(
        _ log: PieceLog, _ plan: UploadPlan, _ operation: String
    ) async throws(ServiceFailure) -> Bool {
        let done = await log.done
        guard !done.isEmpty,
            let sent = Self.pieces(of: plan).first(where: {
                $0.block == nil && done.contains($0.index)
            })
        else { return false }
        // The first file is the indicator: that it is missing is known.
        if sent.place == 0 { return true }
        let head = try await store.head(sent.file.blob, operation: operation)
        guard head.isSuccess || head.status == 404 else { throw store.failure(head, operation) }
        return head.status == 404
    }

    private func send(
        _ plan: UploadPlan, isNew: Bool, _ log: PieceLog, _ operation: String,
        _ report: @escaping @Sendable (TransferProgress) -> Void
    ) async throws(ServiceFailure) {
        let pieces = Self.pieces(of: plan)
        let done = await log.done
        var left = Array(repeating: 0, count: plan.files.count)
        var bytesDone: Int64 = 0
        for piece in pieces {
            if done.contains(piece.index) {
                bytesDone += piece.length
            } else {
                left[piece.place] += 1
            }
        }
        let meter = TransferMeter(
            files: left, bytesTotal: plan.totalBytes, bytesDone: bytesDone, report: report)
        await meter.announce()
        let large = plan.files.filter { $0.size > Self.singleLimit }
        let sums = FileSums(of: large.map(\.localPath))
        defer { sums.cancel() }
        try await Parallel.forEach(
            pieces.filter { !done.contains($0.index) }, width: Self.width
        ) { piece throws(ServiceFailure) in
            try await self.put(piece, plan, isNew: isNew, operation)
            try await self.noted(operation) { try await log.finish(piece.index) }
            await meter.finish(file: piece.place, bytes: piece.length)
        }
        // First all sums, then the look whether anything changed: a sum that is taken later may be of other bytes.
        var md5s: [String: [UInt8]] = [:]
        for file in large { md5s[file.localPath] = try await sum(of: file, sums, operation) }
        do throws(ServiceFailure) { try check(plan, operation) } catch {
            try await noted(operation) { try await log.clear() }
            throw error
        }
        for file in large {
            do throws(ServiceFailure) {
                try await commit(file, md5s[file.localPath] ?? [], isNew: isNew, operation)
            } catch  where error.httpStatus == 400 {
                // The service has dropped the blocks since (it keeps them a week): next time from the start.
                try await noted(operation) { try await log.clear() }
                throw error
            }
        }
    }

    /// A plan as requests, in the order of its files.
    static func pieces(of plan: UploadPlan) -> [Piece] {
        var pieces: [Piece] = []
        for (place, file) in plan.files.enumerated() {
            guard file.size > singleLimit else {
                pieces.append(
                    Piece(
                        index: pieces.count, place: place, file: file, offset: 0,
                        length: file.size, block: nil))
                continue
            }
            var offset: Int64 = 0
            while offset < file.size {
                let length = min(blockLength, file.size - offset)
                pieces.append(
                    Piece(
                        index: pieces.count, place: place, file: file, offset: offset,
                        length: length, block: Int(offset / blockLength)))
                offset += length
            }
        }
        return pieces
    }

    private func put(
        _ piece: Piece, _ plan: UploadPlan, isNew: Bool, _ operation: String
    ) async throws(ServiceFailure) {
        let call: Route.Storage
        var headers: [(name: String, value: String)] = [
            ("Content-Type", "application/octet-stream")
        ]
        if let block = piece.block {
            call = .putBlock(blob: piece.file.blob, id: Self.blockID(block))
        } else {
            call = .put(blob: piece.file.blob)
            headers.append(("x-ms-blob-type", "BlockBlob"))
            if isNew { headers.append(("If-None-Match", "*")) }
            if piece.length > 0 {
                headers.append(("Content-MD5", Data(piece.file.md5).base64EncodedString()))
            }
        }
        let body: HTTPCall.Body =
            piece.length == 0
            ? .none
            : .file(path: piece.file.localPath, offset: piece.offset, length: piece.length)
        let answer = try await store.exchange(
            call, headers: headers, body: body, operation: operation,
            timeout: Self.timeout(forBytes: piece.length))
        // Somebody else has just sent the same bytes: the name holds their hash.
        if isNew, piece.block == nil, Self.isThere(answer) { return }
        guard answer.isSuccess else { throw store.failure(answer, operation) }
    }

    /// A minute, and what the bytes take on a slow line of 64 KiB a second.
    static func timeout(forBytes length: Int64) -> Duration { .seconds(60 + length / 65_536) }

    /// All of the same length, as the service wants them.
    static func blockID(_ block: Int) -> String {
        let digits = String(block)
        let padded = String(repeating: "0", count: 10 - digits.count) + digits
        return Data(padded.utf8).base64EncodedString()
    }

    private func commit(
        _ file: UploadPlan.File, _ md5: [UInt8], isNew: Bool, _ operation: String
    ) async throws(ServiceFailure) {
        let count = Int((file.size + Self.blockLength - 1) / Self.blockLength)
        let blocks = (0..<count).map { "<Latest>\(Self.blockID($0))</Latest>" }.joined()
        let text =
            "<?xml version=\"1.0\" encoding=\"utf-8\"?><BlockList>\(blocks)</BlockList>"
        var headers: [(name: String, value: String)] = [
            ("Content-Type", "application/xml"),
            // Kept with the blob, so that whoever reads it can tell whether it came whole.
            ("x-ms-blob-content-md5", Data(md5).base64EncodedString()),
        ]
        if isNew { headers.append(("If-None-Match", "*")) }
        let answer = try await store.exchange(
            .putBlockList(blob: file.blob), headers: headers, body: .bytes(Array(text.utf8)),
            operation: operation)
        if isNew, Self.isThere(answer) { return }
        guard answer.isSuccess else { throw store.failure(answer, operation) }
    }

    private static func isThere(_ answer: ServiceAnswer) -> Bool {
        answer.status == 409 && answer.header("x-ms-error-code") == "BlobAlreadyExists"
    }

    private func sum(
        of file: UploadPlan.File, _ sums: FileSums, _ operation: String
    ) async throws(ServiceFailure) -> [UInt8] {
        do {
            return try await sums.md5(of: file.localPath)
        } catch {
            throw ServiceFailure(
                kind: .rejected, operation: operation, detail: "\(error)",
                advice: "Check that \(file.localPath) can be read, and submit again.")
        }
    }

    /// A file that changed on the way would lie under a hash that is not its own.
    private func check(_ plan: UploadPlan, _ operation: String) throws(ServiceFailure) {
        for file in plan.files {
            let info = try? LocalFiles.info(file.localPath)
            guard info?.size == file.size, info?.modifiedAt == file.modifiedAt else {
                throw ServiceFailure(
                    kind: .conflict, operation: operation,
                    detail: "\(file.localPath) changed while it was being sent",
                    advice: "Submit again once nothing writes to it.")
            }
        }
    }

    private func confirm(
        _ indicator: String, _ operation: String
    ) async throws(ServiceFailure) {
        let answer = try await store.exchange(
            .putMetadata(blob: indicator),
            headers: [
                ("x-ms-meta-upload_status", "completed"),
                ("x-ms-meta-name", surroundings.makeID()),
                ("x-ms-meta-version", surroundings.makeID()),
            ], operation: operation)
        guard answer.isSuccess else { throw store.failure(answer, operation) }
    }

    private func noted(
        _ operation: String, _ work: @Sendable () async throws -> Void
    ) async throws(ServiceFailure) {
        do {
            try await work()
        } catch {
            throw ServiceFailure(
                kind: .unexpected, operation: operation,
                detail: "the transfer's log cannot be kept: \(error)",
                advice: "Check that \(logFolder) can be written.")
        }
    }
}

/// Counts a transfer's files and bytes.
actor TransferMeter {
    private var left: [Int]
    private var progress: TransferProgress
    private let report: @Sendable (TransferProgress) -> Void

    /// - Parameter files: for each file how many pieces are still to come.
    init(
        files: [Int], bytesTotal: Int64, bytesDone: Int64,
        report: @escaping @Sendable (TransferProgress) -> Void
    ) {
        left = files
        progress = TransferProgress(
            filesDone: files.count { $0 == 0 }, filesTotal: files.count, bytesDone: bytesDone,
            bytesTotal: bytesTotal)
        self.report = report
    }

    /// What was there already, in files and bytes.
    private(set) var kept = (files: 0, bytes: Int64(0))
    /// Files that were gone before they could be read.
    private(set) var gone: Set<Int> = []
    /// Lengths of files that were another one when they came than when they were listed.
    private(set) var lengths: [Int: Int64] = [:]

    /// How far it was at some moment, to come back to.
    struct Mark: Sendable {
        var bytesDone: Int64
        var bytesKept: Int64
    }

    /// How far it is now.
    var mark: Mark { Mark(bytesDone: progress.bytesDone, bytesKept: kept.bytes) }

    /// A file is there already.
    func keep(file: Int, bytes: Int64) {
        kept.files += 1
        kept.bytes += bytes
        finish(file: file, bytes: bytes)
    }

    /// A stretch of a file is there already.
    func keep(bytes: Int64) {
        kept.bytes += bytes
        add(bytes: bytes)
    }

    /// A file that was listed is not there any more.
    func pass(file: Int, bytes: Int64) {
        gone.insert(file)
        finish(file: file, bytes: bytes)
    }

    /// What came since a mark counts no more: its file is read anew, and may be of another length by now.
    func restart(file: Int, from mark: Mark, length: Int64, before: Int64) {
        progress.bytesDone = mark.bytesDone
        kept.bytes = mark.bytesKept
        // A service may say any length: wrong sums are its own, and never stop the program.
        progress.bytesTotal = progress.bytesTotal &- before &+ length
        lengths[file] = length
        report(progress)
    }

    /// Says how far it is.
    func announce() { report(progress) }

    /// More bytes are done.
    func add(bytes: Int64) {
        progress.bytesDone += bytes
        report(progress)
    }

    /// One more piece of a file is done; true when it was the file's last.
    @discardableResult
    func finish(file: Int, bytes: Int64) -> Bool {
        left[file] -= 1
        if left[file] == 0 { progress.filesDone += 1 }
        progress.bytesDone += bytes
        report(progress)
        return left[file] == 0
    }
}
