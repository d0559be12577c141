import BatchModel

/// Log files of runs, read by ranges so that only what is new travels (CONTRACT §7).
///
/// The signed addresses change on every poll: they are kept by run and name and asked for again when they are refused.
actor LogReader {
    /// Addresses older than this are asked for again, so that new files are seen.
    private static let lifetime: Duration = .seconds(300)
    /// Runs whose addresses are kept.
    private static let runLimit = 64
    /// The most bytes of one read.
    static let readLimit = 4 << 20

    private struct Known {
        var files: [String: String]
        var at: Duration
    }

    private let caller: ServiceCaller
    private let reader: JobReader
    private var known: [String: Known] = [:]

    init(caller: ServiceCaller, reader: JobReader) {
        self.caller = caller
        self.reader = reader
    }

    /// The files of a run, by name, as of now.
    func files(_ run: String) async throws(ServiceFailure) -> [LogFile] {
        let files = try await refreshed(run)
        return files.map { LogFile(name: $0.key, url: $0.value) }.sorted { $0.name < $1.name }
    }

    /// The files of a run as last seen, unless that is too long ago.
    func recentFiles(
        _ run: String, within age: Duration
    ) async throws(ServiceFailure) -> [String] {
        if let files = known[run], caller.surroundings.elapsed() - files.at < age {
            return files.files.keys.sorted()
        }
        return try await refreshed(run).keys.sorted()
    }

    /// Bytes of a file from an offset on; empty when there is nothing new.
    func read(
        _ run: String, _ file: String, offset: Int64, limit: Int
    ) async throws(ServiceFailure) -> FileChunk {
        let operation = "read the log \(file) of \(run)"
        if let url = kept(run, file),
            let chunk = try? await range(url, offset, limit, operation)
        {
            return chunk
        }
        let files = try await refreshed(run)
        guard let url = files[file] else {
            throw NameAdvice.notFound(
                "log file", file, among: files.keys.sorted(), operation: operation)
        }
        return try await range(url, offset, limit, operation)
    }

    private func kept(_ run: String, _ file: String) -> String? {
        guard let files = known[run],
            caller.surroundings.elapsed() - files.at < Self.lifetime
        else { return nil }
        return files.files[file]
    }

    private func refreshed(_ run: String) async throws(ServiceFailure) -> [String: String] {
        let files = try await reader.details(run).logFiles ?? [:]
        if known.count >= Self.runLimit, known[run] == nil { known = [:] }
        known[run] = Known(files: files, at: caller.surroundings.elapsed())
        return files
    }

    private func range(
        _ url: String, _ offset: Int64, _ limit: Int, _ operation: String
    ) async throws(ServiceFailure) -> FileChunk {
        let length = min(max(1, limit), Self.readLimit)
        var request = ServiceRequest(.get, url, audience: nil, operation: operation)
        request.headers = [
            ("x-ms-range", "bytes=\(offset)-\(offset + Int64(length) - 1)"),
            ("x-ms-version", BlobStore.version), ("Accept", "*/*"),
        ]
        let answer = try await caller.exchange(request)
        return try ByteRange.chunk(answer, offset: offset, length: length, operation: operation)
    }
}

/// Reads answers to ranged questions.
enum ByteRange {
    /// 206 is the range; 200 is the whole file, cut here; 416 is nothing new.
    static func chunk(
        _ answer: ServiceAnswer, offset: Int64, length: Int, operation: String
    ) throws(ServiceFailure) -> FileChunk {
        let total = total(answer)
        switch answer.status {
        case 206: return FileChunk(offset: offset, bytes: answer.bytes, totalLength: total)
        case 416: return FileChunk(offset: offset, bytes: [], totalLength: total)
        case 200..<300:
            let start = min(Int(clamping: offset), answer.bytes.count)
            let piece = answer.bytes[start...].prefix(length)
            return FileChunk(
                offset: offset, bytes: Array(piece), totalLength: Int64(answer.bytes.count))
        default: throw FailureTranslation.failure(answer, operation: operation)
        }
    }

    /// The file's length from `Content-Range: bytes 0-9/123` or `bytes */123`.
    static func total(_ answer: ServiceAnswer) -> Int64? {
        guard let text = answer.header("Content-Range"), let slash = text.lastIndex(of: "/") else {
            return nil
        }
        return Int64(text[text.index(after: slash)...])
    }
}
