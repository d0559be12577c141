/// A blob's name taken apart: components that are safe to walk one by one below a folder.
///
/// Blobs are plain files, so a name is refused when no file could carry it or when a file system could read more into it
/// than a name: empty and dot components, backslash, control characters, over-long parts.
struct BlobName: Hashable, Sendable {
    /// A file name's limit in bytes on every file system we meet.
    static let componentLimitBytes = 255
    /// A blob name's limit (blob service documentation).
    static let limitBytes = 1024

    /// At least one component.
    let components: [String]

    /// Checks a name.
    init(_ name: String) throws(BlobError) {
        guard name.utf8.count <= Self.limitBytes else { throw Self.refused("is over 1,024 bytes") }
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        for part in parts {
            guard !part.isEmpty else { throw Self.refused("has an empty part between slashes") }
            guard part != ".", part != ".." else { throw Self.refused("has a part . or ..") }
            guard part.utf8.count <= Self.componentLimitBytes else {
                throw Self.refused("has a part over 255 bytes")
            }
            guard part.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F && $0 != 0x5C }) else {
                throw Self.refused("has a control character or backslash")
            }
        }
        components = parts.map(String.init)
    }

    private static func refused(_ why: String) -> BlobError {
        BlobError(400, "InvalidResourceName", "The specified resource name \(why).")
    }

    /// Checks a container's name: 3...63 lower-case letters, digits and hyphens.
    static func checkContainer(_ name: String) throws(BlobError) {
        let letters = name.utf8.allSatisfy {
            (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D
        }
        guard letters, (3...63).contains(name.utf8.count), !name.hasPrefix("-") else {
            throw BlobError(
                400, "InvalidResourceName", "The specified container name is not valid.")
        }
    }
}

/// A folder on disk that shows up, read-only, below a prefix of a container (no copy, no link).
public struct BlobMount: Sendable, Hashable {
    /// The container.
    public var container: String
    /// The prefix, with a trailing slash.
    public var prefix: String
    /// The folder on disk, absolute.
    public var folder: String
    /// The one file of the folder to show; nil for all.
    public var onlyFile: String?

    /// Mounts a folder, or one file of it.
    public init(container: String, prefix: String, folder: String, onlyFile: String? = nil) {
        self.container = container
        self.prefix = prefix
        self.folder = folder
        self.onlyFile = onlyFile
    }

    /// The names that are kept for mounts.
    static let reservedPrefix = "workspace-data/"
}
