#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The items of a job: the files of its input, as paths of bytes, because a file's name need not be text.
///
/// Kept as one block of memory that is also the content of the file it is stored in: `folder NUL name NUL name NUL …`.
/// The list is stored when the job is prepared, so that a job continued later has the same items in the same
/// mini-batches, whatever happened to the folder in between.
final class ItemList: Sendable {
    private let bytes: [UInt8]
    private let ends: [Int]

    /// Reads a stored list; nil when it is damaged.
    init?(bytes: [UInt8]) {
        guard bytes.last == 0 else { return nil }
        self.bytes = bytes
        ends = bytes.indices.filter { bytes[$0] == 0 }
    }

    /// How many items there are.
    var count: Int { ends.count - 1 }

    /// What every item's path begins with, ending in a slash.
    var folder: ArraySlice<UInt8> { bytes[..<ends[0]] }

    /// The names of a range of items, each ended by NUL but the last.
    func names(_ range: Range<Int>) -> ArraySlice<UInt8> {
        bytes[(ends[range.lowerBound] + 1)..<ends[range.upperBound]]
    }

    /// What a listing of an input found.
    struct Listing {
        var items: ItemList
        /// Names that are not files: sub-folders and others, at most `skippedLimit` of them.
        var skipped: [String]
        /// How many names were skipped in all.
        var skippedCount: Int
    }

    /// How many skipped names are kept to be named in the log.
    static let skippedLimit = 20

    /// Lists an input: one file, or the files of one folder, one level, sorted by bytes (ES §3.2).
    static func listing(of path: String, isFile: Bool) throws -> Listing {
        if isFile {
            var status = stat()
            guard stat(path, &status) == 0 else { throw FileFailure("read \(path)") }
            let name = path.utf8.lastIndex(of: UInt8(ascii: "/")).map { path.utf8.index(after: $0) }
            let start = name ?? path.utf8.startIndex
            return listing(
                folder: Array(path.utf8[..<start]), names: [Array(path.utf8[start...])],
                skipped: [], skippedCount: 0)
        }
        return try folderListing(of: path)
    }

    private static func folderListing(of path: String) throws -> Listing {
        guard let stream = opendir(path) else { throw FileFailure("read the folder \(path)") }
        defer { closedir(stream) }
        var names: [[UInt8]] = []
        var skipped: [String] = []
        var skippedCount = 0
        while let entry = readdir(stream) {
            let name = nameBytes(entry)
            if name == [46] || name == [46, 46] { continue }
            if isFile(entry, in: stream) {
                names.append(name)
            } else {
                skippedCount += 1
                if skipped.count < skippedLimit {
                    skipped.append(String(decoding: name, as: UTF8.self))
                }
            }
        }
        names.sort { $0.lexicographicallyPrecedes($1) }
        return listing(
            folder: Array(path.utf8) + (path.hasSuffix("/") ? [] : [UInt8(ascii: "/")]),
            names: names, skipped: skipped.sorted(), skippedCount: skippedCount)
    }

    private static func listing(
        folder: [UInt8], names: [[UInt8]], skipped: [String], skippedCount: Int
    ) -> Listing {
        var bytes = folder
        bytes.append(0)
        for name in names {
            bytes.append(contentsOf: name)
            bytes.append(0)
        }
        return Listing(
            items: ItemList(listed: bytes), skipped: skipped, skippedCount: skippedCount)
    }

    private init(listed bytes: [UInt8]) {
        self.bytes = bytes
        ends = bytes.indices.filter { bytes[$0] == 0 }
    }

    /// The content of the file the list is stored in.
    var stored: [UInt8] { bytes }

    /// Only real files count; a link might lead anywhere.
    private static func isFile(_ entry: UnsafeMutablePointer<dirent>, in stream: OpaquePointer)
        -> Bool
    {
        if entry.pointee.d_type != UInt8(DT_UNKNOWN) {
            return entry.pointee.d_type == UInt8(DT_REG)
        }
        var status = stat()
        let found = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
            pointer.withMemoryRebound(to: CChar.self, capacity: 256) {
                fstatat(dirfd(stream), $0, &status, AT_SYMLINK_NOFOLLOW)
            }
        }
        return found == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    private static func nameBytes(_ entry: UnsafeMutablePointer<dirent>) -> [UInt8] {
        withUnsafePointer(to: &entry.pointee.d_name) { pointer in
            pointer.withMemoryRebound(to: UInt8.self, capacity: 256) {
                Array(
                    UnsafeBufferPointer(
                        start: $0,
                        count: strlen(
                            pointer.withMemoryRebound(
                                to: CChar.self, capacity: 256
                            ) { $0 })))
            }
        }
    }
}
