/// A log file of a step: a name relative to the run and an address that can be read.
public struct LogFile: Sendable, Hashable, Codable, Identifiable {
    /// The name relative to the run (`logs/user/error.txt`): the key, because addresses change on every poll.
    public var name: String
    /// A signed address (CONTRACT §7).
    public var url: String

    /// The name.
    public var id: String { name }

    /// Names a log file.
    public init(name: String, url: String) {
        self.name = name
        self.url = url
    }
}

/// A piece of a log or of a result.
public struct FileChunk: Sendable, Hashable, Codable {
    /// Where the bytes begin in the file.
    public var offset: Int64
    /// The bytes.
    public var bytes: [UInt8]
    /// How long the file was when it was read; nil when the service did not say.
    public var totalLength: Int64?

    /// Describes a piece of a file.
    public init(offset: Int64, bytes: [UInt8], totalLength: Int64?) {
        self.offset = offset
        self.bytes = bytes
        self.totalLength = totalLength
    }

    /// Where the next read should begin.
    public var nextOffset: Int64 { offset + Int64(bytes.count) }
}

/// A blob of an output, or a folder of them.
public struct BlobEntry: Sendable, Hashable, Codable, Identifiable {
    /// The name relative to what was listed, `/` between folders.
    public var path: String
    /// Bytes; nil for a folder.
    public var size: Int64?
    /// When it was last written.
    public var modifiedAt: Timestamp?
    /// True for a folder.
    public var isFolder: Bool

    /// The relative name.
    public var id: String { path }

    /// Describes a blob or folder.
    public init(path: String, size: Int64?, modifiedAt: Timestamp? = nil, isFolder: Bool = false) {
        self.path = path
        self.size = size
        self.modifiedAt = modifiedAt
        self.isFolder = isFolder
    }
}

extension Sequence<Int64> {
    /// The sum, at most what a number can hold: sizes are what a service says, and it may say anything.
    public var boundedSum: Int64 {
        reduce(0) { sum, next in
            let (total, didOverflow) = sum.addingReportingOverflow(next)
            return didOverflow ? .max : total
        }
    }
}

extension Sequence<BlobEntry> {
    /// Bytes of all of them.
    public var totalBytes: Int64 { lazy.map { $0.size ?? 0 }.boundedSum }
}

/// An output of a finished or running job and where it lies.
public struct JobOutput: Sendable, Hashable, Codable, Identifiable {
    /// The output's name (`score`).
    public var name: String
    /// `uri_file` or `uri_folder`.
    public var type: DataType
    /// Where it lies: the long datastore form.
    public var uri: String

    /// The name.
    public var id: String { name }

    /// Names an output.
    public init(name: String, type: DataType, uri: String) {
        self.name = name
        self.type = type
        self.uri = uri
    }
}

/// The first useful error of a failed job: the user's own traceback before the runner's wrapping (ES §5.4).
public struct JobError: Sendable, Hashable, Codable {
    /// One line: the exception, or the runner's verdict.
    public var headline: String
    /// The traceback or text, as found.
    public var text: String
    /// The log file it was found in, nil when it is the service's own text.
    public var file: String?
    /// The last frame in the user's own script, `score.py:31 in run`, when one was found.
    public var userFrame: String?
    /// The step it happened in.
    public var step: JobStep.ID?

    /// Describes an error.
    public init(
        headline: String, text: String, file: String? = nil, userFrame: String? = nil,
        step: JobStep.ID? = nil
    ) {
        self.headline = headline
        self.text = text
        self.file = file
        self.userFrame = userFrame
        self.step = step
    }
}
