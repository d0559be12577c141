// Names are walked one component at a time, each opened relative to the folder before it and never through a link.
//
// Checking a path first and opening it afterwards would leave a gap in which a job could put a link in its place; holding
// the descriptor of every folder on the way closes it, because what was opened stays what was checked.

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Opening, creating and listing below a trusted folder without following links.
enum FolderWalk {
    /// An entry of a folder.
    struct Entry: Sendable, Hashable {
        var name: String
        var isFolder: Bool

        /// Blob names order by whole names, so a folder sorts as if its slash were part of it.
        static func precedes(_ left: Entry, _ right: Entry) -> Bool {
            let first = left.isFolder ? left.name + "/" : left.name
            let second = right.isFolder ? right.name + "/" : right.name
            return first.utf8.lexicographicallyPrecedes(second.utf8)
        }
    }

    /// Opens a trusted folder by its path.
    static func root(_ path: String) -> OpenFile? {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        return descriptor >= 0 ? OpenFile(descriptor: descriptor) : nil
    }

    /// Opens a folder below `root`; nil when it is not there or not a folder.
    static func folder(_ components: some Sequence<String>, below root: OpenFile) -> OpenFile? {
        var here = root
        for component in components {
            guard let next = openFolder(component, in: here) else { return nil }
            here = next
        }
        return here
    }

    /// Opens a folder below `root`, making what is missing.
    ///
    /// - Throws: `.pathConflict` when a file is in the way.
    static func makeFolder(
        _ components: some Sequence<String>, below root: OpenFile
    ) throws(BlobError) -> OpenFile {
        var here = root
        for component in components {
            if let next = openFolder(component, in: here) {
                here = next
                continue
            }
            if mkdirat(here.descriptor, component, 0o700) != 0, errno != EEXIST {
                throw errno == ENOTDIR
                    ? BlobError.pathConflict : .system(errno, "make a folder for a blob")
            }
            guard let next = openFolder(component, in: here) else { throw .pathConflict }
            here = next
        }
        return here
    }

    /// Opens a regular file; nil when there is none, or something else has its name.
    static func file(_ name: String, in folder: OpenFile) -> OpenFile? {
        // O_NONBLOCK: a named pipe must not make us wait before we have seen what it is.
        let flags = O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK
        let descriptor = openat(folder.descriptor, name, flags)
        guard descriptor >= 0 else { return nil }
        let file = OpenFile(descriptor: descriptor)
        return file.status.st_mode & S_IFMT == S_IFREG ? file : nil
    }

    /// Regular files and folders of a folder in blob-name order; links and other things are passed over.
    static func entries(of folder: OpenFile) -> [Entry] {
        let copy = openat(folder.descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard copy >= 0, let stream = fdopendir(copy) else { return [] }
        defer { closedir(stream) }
        var entries: [Entry] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) {
                    String(validatingCString: $0)
                }
            }
            guard let name, name != ".", name != "..",
                let isFolder = isFolder(Int32(entry.pointee.d_type), name, in: folder)
            else { continue }
            entries.append(Entry(name: name, isFolder: isFolder))
        }
        return entries.sorted(by: Entry.precedes)
    }

    private static func openFolder(_ name: String, in folder: OpenFile) -> OpenFile? {
        let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
        let descriptor = openat(folder.descriptor, name, flags)
        return descriptor >= 0 ? OpenFile(descriptor: descriptor) : nil
    }

    /// nil for what is neither a file nor a folder.
    private static func isFolder(_ type: Int32, _ name: String, in folder: OpenFile) -> Bool? {
        if type == Int32(DT_REG) { return false }
        if type == Int32(DT_DIR) { return true }
        guard type == Int32(DT_UNKNOWN) else { return nil }
        var status = stat()
        guard fstatat(folder.descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
            return nil
        }
        switch status.st_mode & S_IFMT {
        case S_IFREG: return false
        case S_IFDIR: return true
        default: return nil
        }
    }
}
