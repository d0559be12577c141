#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// How much lies in a folder.
struct FolderSize: Sendable {
    /// Files, links and other things that are no folders.
    var files = 0
    /// Their lengths together.
    var bytes: Int64 = 0
    /// When the newest of them changed, seconds since 1970; 0 for an empty folder.
    var newest: Int64 = 0
    /// False when the look was ended by its limit.
    var isWhole = true

    /// Measures a file or a folder with all in it; links are counted, not followed. What is not there is empty.
    ///
    /// - Parameter limit: the most entries to look at.
    static func of(_ path: String, limit: Int = .max) -> FolderSize {
        var size = FolderSize()
        var left = limit
        size.add(path, &left)
        return size
    }

    private mutating func add(_ path: String, _ left: inout Int) {
        guard left > 0 else {
            isWhole = false
            return
        }
        left -= 1
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            files += 1
            bytes += Int64(status.st_size)
            newest = max(newest, FileIdentity(status).modifiedNanoseconds / 1_000_000_000)
            return
        }
        // What cannot be read is not counted: a measure must not end a clean.
        for name in (try? FileCalls.names(in: path)) ?? [] { add(path + "/" + name, &left) }
    }

    /// When something last came into a folder or left it, seconds since 1970; 0 for what is not there.
    static func changed(_ path: String) -> Int64 {
        var status = stat()
        guard lstat(path, &status) == 0 else { return 0 }
        return FileIdentity(status).modifiedNanoseconds / 1_000_000_000
    }

    /// When an entry itself last changed its name or place, seconds since 1970.
    static func placed(_ path: String) -> Int64 {
        var status = stat()
        guard lstat(path, &status) == 0 else { return 0 }
        #if canImport(Darwin)
            return Int64(status.st_ctimespec.tv_sec)
        #else
            return Int64(status.st_ctim.tv_sec)
        #endif
    }
}
