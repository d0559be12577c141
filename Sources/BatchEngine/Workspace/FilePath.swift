import BatchModel

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Paths that the workspace's files name: relative to the file, with `.` and `..` taken out by their letters.
enum FilePath {
    /// An absolute path without `.`, `..`, doubled and trailing slashes.
    static func resolve(_ path: String, from base: String) -> String {
        LocalPath.resolved(path, from: base)
    }

    /// The folder a path lies in, and its name there.
    static func parent(of path: String) -> (folder: String, name: String) {
        let parts = path.split(separator: "/").map(String.init)
        return ("/" + parts.dropLast().joined(separator: "/"), parts.last ?? "")
    }

    /// What is at a path now, behind links; nil when nothing is.
    static func identity(of path: String) -> FileIdentity? {
        var status = stat()
        return stat(path, &status) == 0 ? FileIdentity(status) : nil
    }

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }
}
