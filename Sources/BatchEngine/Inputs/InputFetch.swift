// Bringing a job's inputs here, before it is prepared.
//
// A file goes to `partial/` and gets its name when every byte has come, so that what lies in an input folder is whole. After a
// crash the list is asked for again, and what lies there in the size that the list says is kept; the file that was on its way
// is begun again. A folder's address on a storage host is listed; anywhere else, and where the list holds nothing, the address
// is one file.

import BatchModel
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Fetches the inputs of one job.
struct InputFetch: Sendable {
    /// What came of it.
    struct Outcome: Sendable {
        var files = 0
        var bytes: Int64 = 0
    }

    private let session: FetchSession
    private let job: String
    private let outcome = Counter()

    /// - Parameter job: the job's folder.
    init(_ fetching: InputFetching, job: String) {
        session = FetchSession(fetching)
        self.job = job
    }

    /// The version whose shapes we read (CONTRACT §6.1).
    private static let storageVersion = ["x-ms-version": "2021-08-06"]

    /// Fetches what is missing.
    ///
    /// - Throws: an `InputFetchFailure` that is a whole sentence, or the file system's words.
    func run(_ inputs: [RemoteInput]) async throws -> Outcome {
        do {
            FileCalls.removeTree(RemoteStore.partials(job))
            try FileCalls.makeFolders(RemoteStore.partials(job))
            for input in inputs { try await fetch(input) }
            FileCalls.removeTree(RemoteStore.partials(job))
            try FileCalls.replace(RemoteStore.mark(job), with: [])
        } catch {
            await session.close()
            throw error
        }
        await session.close()
        return outcome.value
    }

    private func fetch(_ input: RemoteInput) async throws {
        try FileCalls.makeFolders(input.folder)
        do {
            let url: InputURL
            do throws(InputURL.Refusal) { url = try InputURL(parsing: input.url) } catch {
                throw InputFetchFailure("the address \(error.detail)")
            }
            if !input.isFile, let list = try await listing(url, isDeep: input.isDeep) {
                try await fetch(list, into: input.path)
            } else {
                let name = RemoteInput.fileName(url)
                let path = input.isFile ? input.path : input.path + "/" + name
                try await file(url, headers: storageHeaders(url), to: path, sizeBytes: nil)
            }
        } catch let failure as InputFetchFailure {
            throw Self.sentence(failure, input)
        }
    }

    /// The family of refusals that jobs know for data that cannot be had (ES §7.2), with the address and what to do.
    private static func sentence(_ failure: InputFetchFailure, _ input: RemoteInput) -> any Error {
        if failure == .cancelled || Task.isCancelled { return CancellationError() }
        return InputFetchFailure(
            "Dataset initialization failed: the input at \(input.shown) could not be fetched: "
                + "\(failure.detail).")
    }

    private func storageHeaders(_ url: InputURL) -> [String: String] {
        BlobAddress.isStorageHost(url.host) ? Self.storageVersion : [:]
    }

    // MARK: - Folders

    /// Everything below a folder's address; nil when that is no folder of a storage host.
    private func listing(_ url: InputURL, isDeep: Bool) async throws -> BlobList? {
        for address in BlobAddress.readings(url, isNamed: session.isNamed(url)) {
            if let list = try await listing(address, isDeep: isDeep), !list.items.isEmpty {
                return list
            }
        }
        return nil
    }

    private func listing(_ address: BlobAddress, isDeep: Bool) async throws -> BlobList? {
        var list = BlobList(address: address, items: [])
        var marker: String?
        for page in 0..<session.limits.listPages {
            let url = address.listURL(marker: marker, isDeep: isDeep)
            guard let found = try await tried({ try await self.page(url) }) else {
                // The first answer tells whether this is a storage host at all.
                guard page > 0 else { return nil }
                throw InputFetchFailure("\(url.host) did not answer the list of its files")
            }
            list.items += found.items
            guard list.items.count <= session.limits.files else {
                throw InputFetchFailure(
                    "the folder holds more than \(session.limits.files) files, which is the most "
                        + "that is fetched; give a folder with fewer")
            }
            marker = found.marker
            if marker == nil { return list }
        }
        throw InputFetchFailure(
            "the list of its files has more than \(session.limits.listPages) pages")
    }

    /// One page; nil when the host answers anything but a list.
    private func page(_ url: InputURL) async throws -> BlobListing? {
        let answer = try await session.get(url, headers: Self.storageVersion)
        if let failure = Self.failure(answer, url, isRetryOnly: true) { throw failure }
        guard answer.status == 200 else { return nil }
        var bytes: [UInt8] = []
        do {
            for try await piece in answer.body {
                bytes += piece
                guard bytes.count <= session.limits.listPageBytes else { return nil }
            }
        } catch { throw Self.broken(error, url) }
        return BlobListing(String(decoding: bytes, as: UTF8.self))
    }

    private func fetch(_ list: BlobList, into folder: String) async throws {
        let rest = Guarded(list.items[...])
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<session.limits.atOnce {
                group.addTask {
                    while let item = rest.withLock({ $0.popFirst() }) {
                        try await fetch(item, of: list.address, into: folder)
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    private func fetch(
        _ item: BlobListing.Item, of address: BlobAddress, into folder: String
    ) async throws {
        let relative = String(item.name.dropFirst(address.prefix.count))
        guard item.name.hasPrefix(address.prefix), let name = try? BlobName(relative) else {
            throw InputFetchFailure(
                "its list names the file \(item.name.plainLine.prefix(200)), which cannot be "
                    + "stored under that name")
        }
        let path = ([folder] + name.components).joined(separator: "/")
        if let size = item.sizeBytes, size == FileCalls.sizeOfFile(path) {
            // It came before the engine was interrupted.
            try session.spend(size)
            return outcome.add(size)
        }
        try FileCalls.makeFolders(FileCalls.folder(of: path))
        try await file(
            address.blobURL(item.name), headers: Self.storageVersion, to: path,
            sizeBytes: item.sizeBytes)
    }

    // MARK: - Files

    /// Fetches one file.
    ///
    /// - Parameter sizeBytes: what a list said, to refuse early what is too large.
    private func file(
        _ url: InputURL, headers: [String: String], to path: String, sizeBytes: Int64?
    ) async throws {
        if let sizeBytes, sizeBytes > session.limits.bytes { try session.spend(sizeBytes) }
        let partial = RemoteStore.partials(job) + "/" + outcome.nextName
        let size = try await tried { try await download(url, headers, to: partial) }
        guard rename(partial, path) == 0 else { throw FileFailure("rename a fetched file") }
        outcome.add(size)
    }

    private func download(
        _ url: InputURL, _ headers: [String: String], to partial: String
    ) async throws -> Int64 {
        let answer = try await session.get(url, headers: headers)
        if let failure = Self.failure(answer, url, isRetryOnly: false) { throw failure }
        let promised = answer.header("content-length").flatMap { Int64($0) }
        let descriptor = try FileCalls.open(partial, O_WRONLY | O_CREAT | O_TRUNC, mode: 0o600)
        let file = OpenFile(descriptor: descriptor)
        var size: Int64 = 0
        do {
            if let promised, promised > session.limits.bytes { try session.spend(promised) }
            for try await piece in answer.body {
                size += Int64(piece.count)
                try session.spend(Int64(piece.count))
                try FileCalls.write(piece, to: file.descriptor, named: partial)
            }
            try Task.checkCancellation()
            if let promised, promised != size {
                throw InputFetchFailure(
                    "\(url.host) promised \(promised) bytes and sent \(size)", isPassing: true)
            }
            guard fsync(file.descriptor) == 0 else { throw FileFailure("sync a fetched file") }
            return size
        } catch {
            session.refund(size)
            // What is of no use must not keep a full disk full.
            unlink(partial)
            throw Self.broken(error, url)
        }
    }

    /// Puts a question again while its answer may change.
    private func tried<Value: Sendable>(
        _ ask: @Sendable () async throws -> Value
    ) async throws -> Value {
        var pause = session.limits.firstPause
        for _ in 1..<session.limits.tries {
            do { return try await ask() } catch let failure as InputFetchFailure {
                guard failure.isPassing, !Task.isCancelled else { throw failure }
            }
            try await Task.sleep(for: pause)
            pause *= 2
        }
        return try await ask()
    }

    // MARK: - What went wrong

    private static func broken(_ error: any Error, _ url: InputURL) -> any Error {
        if error is InputFetchFailure || error is FileFailure || error is CancellationError {
            return error
        }
        if Task.isCancelled { return CancellationError() }
        return InputFetchFailure(
            "\(url.host) broke off its answer (\("\(error)".plainLine))", isPassing: true)
    }

    /// What an answer that is no success means; nil for one.
    ///
    /// - Parameter isRetryOnly: only what may be answered another time counts.
    private static func failure(
        _ answer: InputAnswer, _ url: InputURL, isRetryOnly: Bool
    ) -> InputFetchFailure? {
        let status = answer.status
        if status == 200 { return nil }
        let code = answer.header("x-ms-error-code").map { " (\($0.plainLine.prefix(80)))" } ?? ""
        let said = "\(url.host) answered \(status)\(code)"
        if status == 408 || status == 429 || status >= 500 {
            return InputFetchFailure(said + "; try again later", isPassing: true)
        }
        if isRetryOnly { return nil }
        switch status {
        case 401, 403:
            return InputFetchFailure(
                said + "; give an address with a signature (SAS) that is valid and may read, or "
                    + "register the data in this workspace")
        case 404, 410:
            return InputFetchFailure(
                said + ": it is either not accessible or doesn't contain any data; check the "
                    + "address")
        default: return InputFetchFailure(said + "; check the address")
        }
    }
}

/// The files of a folder on a storage host.
private struct BlobList: Sendable {
    var address: BlobAddress
    var items: [BlobListing.Item]
}

/// What was fetched so far, and names for files on their way.
private final class Counter: Sendable {
    private struct State {
        var outcome = InputFetch.Outcome()
        var names = 0
    }

    private let state = Mutex(State())

    var value: InputFetch.Outcome { state.withLock { $0.outcome } }

    var nextName: String {
        state.withLock {
            $0.names += 1
            return String($0.names)
        }
    }

    func add(_ bytes: Int64) {
        state.withLock {
            $0.outcome.files += 1
            $0.outcome.bytes += bytes
        }
    }
}

extension FileCalls {
    /// Bytes of a regular file; nil for anything else.
    fileprivate static func sizeOfFile(_ path: String) -> Int64? {
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return Int64(status.st_size)
    }
}
