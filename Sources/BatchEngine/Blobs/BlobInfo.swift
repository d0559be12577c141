import BatchModel

/// What was said about a blob when it was put, beyond what its file says by itself.
struct BlobRecord: Sendable, Hashable, Codable {
    /// One committed block.
    struct Block: Sendable, Hashable, Codable {
        var id: String
        var sizeBytes: Int64
    }

    var contentType: String?
    /// Base64.
    var md5: String?
    var metadata: [String: String] = [:]
    var blocks: [Block] = []
    /// Counts changes of metadata, which leave the file as it is but change its ETag.
    var revision = 0
}

/// A blob as HEAD and list answer it.
struct BlobInfo: Sendable, Hashable {
    var name: String
    var identity: FileIdentity
    var record: BlobRecord

    var sizeBytes: Int64 { identity.sizeBytes }

    var lastModified: Timestamp {
        Timestamp(microsecondsSinceEpoch: identity.modifiedNanoseconds / 1000)
    }

    var contentType: String { record.contentType ?? "application/octet-stream" }

    /// Changes with every change of the file or its metadata, a growing log's included.
    var etag: String {
        let time = String(identity.modifiedNanoseconds, radix: 16, uppercase: true)
        let size = String(identity.sizeBytes, radix: 16, uppercase: true)
        let tail = record.revision == 0 ? "" : "." + String(record.revision, radix: 16)
        return "\"0x\(time)-\(size)\(tail)\""
    }
}

/// The conditional headers of a blob call (CONTRACT §6.1).
struct BlobConditions: Sendable, Hashable {
    var ifMatch: String?
    var ifNoneMatch: String?
    var ifModifiedSince: Timestamp?
    var ifUnmodifiedSince: Timestamp?

    init() {}

    init(_ headers: EngineHeaders) {
        ifMatch = headers["if-match"]
        ifNoneMatch = headers["if-none-match"]
        ifModifiedSince = headers["if-modified-since"].flatMap(HTTPDate.read)
        ifUnmodifiedSince = headers["if-unmodified-since"].flatMap(HTTPDate.read)
    }

    /// True when a blob must not be there yet.
    var mustBeNew: Bool { ifNoneMatch == "*" }

    func checkRead(_ info: BlobInfo) throws(BlobError) {
        try checkUnchanged(info)
        if let ifNoneMatch, matches(ifNoneMatch, info.etag) { throw .notModified }
        if let ifModifiedSince, wholeSeconds(info.lastModified) <= ifModifiedSince {
            throw .notModified
        }
    }

    func checkWrite(_ info: BlobInfo?) throws(BlobError) {
        guard let info else {
            if ifMatch != nil { throw .conditionNotMet }
            return
        }
        if mustBeNew { throw .exists }
        try checkUnchanged(info)
        if let ifNoneMatch, matches(ifNoneMatch, info.etag) { throw .conditionNotMet }
        if let ifModifiedSince, wholeSeconds(info.lastModified) <= ifModifiedSince {
            throw .conditionNotMet
        }
    }

    private func checkUnchanged(_ info: BlobInfo) throws(BlobError) {
        if let ifMatch, !matches(ifMatch, info.etag) { throw .conditionNotMet }
        if let ifUnmodifiedSince, wholeSeconds(info.lastModified) > ifUnmodifiedSince {
            throw .conditionNotMet
        }
    }

    private func matches(_ header: String, _ etag: String) -> Bool {
        header == "*"
            || header.split(separator: ",").contains {
                let given = $0.drop { $0 == " " }
                return given == etag || "\"\(given)\"" == etag
            }
    }

    /// HTTP dates have no fractions.
    private func wholeSeconds(_ time: Timestamp) -> Timestamp {
        Timestamp(
            microsecondsSinceEpoch: time.microsecondsSinceEpoch / 1_000_000 * 1_000_000)
    }
}
