#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A system call that failed: what was tried, and the system's words.
struct FileFailure: Error, CustomStringConvertible {
    let operation: String
    let code: Int32

    init(_ operation: String, code: Int32 = errno) {
        self.operation = operation
        self.code = code
    }

    var description: String {
        "could not \(operation): \(strerror(code).map { String(cString: $0) } ?? "error \(code)")"
    }
}

/// The few file calls of the execution half, without Foundation and without surprises.
enum FileCalls {
    /// True when the name is taken, by whatever it is; a dangling link counts.
    static func exists(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0
    }

    /// True when there is something, behind a link or not.
    static func existsFollowing(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0
    }

    /// True for a folder, behind a link or not.
    static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// True for a link.
    static func isLink(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
    }

    /// Names in a folder, sorted.
    static func names(in path: String) throws -> [String] {
        guard let stream = opendir(path) else { throw FileFailure("read the folder \(path)") }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) { names.append(entryName(entry)) }
        return names.filter { $0 != "." && $0 != ".." }.sorted()
    }

    /// Copies a file's bytes.
    static func copyFile(_ source: String, to target: String, mode: mode_t) throws {
        let from = try open(source, O_RDONLY)
        defer { close(from) }
        let into = try open(target, O_WRONLY | O_CREAT | O_TRUNC, mode: mode | 0o600)
        defer { close(into) }
        // 1 MiB: few calls, little memory.
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = read(from, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw FileFailure("read \(source)") }
            if count == 0 { return }
            try write(Array(buffer[..<count]), to: into, named: target)
        }
    }

    /// True when `path` is a folder with something in it.
    static func isFilledFolder(_ path: String) -> Bool {
        guard let stream = opendir(path) else { return false }
        defer { closedir(stream) }
        while let entry = readdir(stream) {
            let name = entryName(entry)
            if name != "." && name != ".." { return true }
        }
        return false
    }

    /// Makes a folder and all above it; an existing one is fine.
    static func makeFolders(_ path: String) throws {
        if mkdir(path, 0o777) == 0 || errno == EEXIST { return }
        guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash != path.startIndex else {
            throw FileFailure("make the folder \(path)")
        }
        try makeFolders(String(path[..<slash]))
        guard mkdir(path, 0o777) == 0 || errno == EEXIST else {
            throw FileFailure("make the folder \(path)")
        }
    }

    /// Removes a file or a folder with all in it, links not followed; what is gone already is fine.
    static func removeTree(_ path: String) {
        if unlink(path) == 0 || errno == ENOENT { return }
        if let stream = opendir(path) {
            var names: [String] = []
            while let entry = readdir(stream) { names.append(entryName(entry)) }
            closedir(stream)
            for name in names where name != "." && name != ".." { removeTree(path + "/" + name) }
        }
        rmdir(path)
    }

    /// Opens a file, close-on-exec.
    static func open(_ path: String, _ flags: Int32, mode: mode_t = 0o644) throws -> Int32 {
        #if canImport(Glibc)
            let descriptor = Glibc.open(path, flags | O_CLOEXEC, mode)
        #elseif canImport(Musl)
            let descriptor = Musl.open(path, flags | O_CLOEXEC, mode)
        #else
            let descriptor = Darwin.open(path, flags | O_CLOEXEC, mode)
        #endif
        guard descriptor >= 0 else { throw FileFailure("open \(path)") }
        return descriptor
    }

    /// Writes all bytes at the descriptor's position.
    static func write(_ bytes: [UInt8], to descriptor: Int32, named path: String) throws {
        try bytes.withUnsafeBytes { all in
            var rest = all[...]
            while !rest.isEmpty {
                let count = writeOnce(descriptor, UnsafeRawBufferPointer(rebasing: rest))
                if count < 0 && errno == EINTR { continue }
                guard count >= 0 else { throw FileFailure("write to \(path)") }
                rest = rest.dropFirst(count)
            }
        }
    }

    /// One `write` call: how many bytes went out, negative with `errno` set when it failed.
    static func writeOnce(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
        #if canImport(Glibc)
            Glibc.write(descriptor, bytes.baseAddress, bytes.count)
        #elseif canImport(Musl)
            Musl.write(descriptor, bytes.baseAddress, bytes.count)
        #else
            Darwin.write(descriptor, bytes.baseAddress, bytes.count)
        #endif
    }

    /// Appends bytes to a file, made when missing.
    static func append(_ bytes: [UInt8], to path: String) throws {
        let descriptor = try open(path, O_WRONLY | O_CREAT | O_APPEND)
        defer { close(descriptor) }
        let length = lseek(descriptor, 0, SEEK_END)
        do { try write(bytes, to: descriptor, named: path) } catch {
            // All or nothing, so that it can be tried again.
            if length >= 0 { ftruncate(descriptor, length) }
            throw error
        }
    }

    /// Writes a whole file under a temporary name, syncs it and gives it its name.
    static func replace(_ path: String, with bytes: [UInt8]) throws {
        let partial = path + ".partial"
        let descriptor = try open(partial, O_WRONLY | O_CREAT | O_TRUNC)
        defer { close(descriptor) }
        try write(bytes, to: descriptor, named: partial)
        guard fsync(descriptor) == 0 else { throw FileFailure("sync \(partial)") }
        guard rename(partial, path) == 0 else { throw FileFailure("rename \(partial)") }
    }

    /// The content of a file, nil when it cannot be read.
    static func contents(of path: String) -> [UInt8]? {
        guard let descriptor = try? open(path, O_RDONLY) else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        // 64 KiB: files under /proc report no size, so the end is found by reading.
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return count == 0 ? bytes : nil }
            bytes.append(contentsOf: buffer[..<count])
        }
    }

    /// Files that are synced one by one; of more, everything the machine has not written yet is.
    private static let syncLimit = 1_000

    /// Makes a file, or a folder with all in it, durable; links are not followed. What is not there is nothing to sync.
    static func syncTree(_ path: String) throws {
        var files = 0
        try syncTree(path, &files)
        if files > syncLimit { sync() }
    }

    private static func syncTree(_ path: String, _ files: inout Int) throws {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        switch status.st_mode & S_IFMT {
        case S_IFREG:
            files += 1
            guard files <= syncLimit else { return }
            let descriptor = try open(path, O_RDONLY | O_NOFOLLOW)
            defer { close(descriptor) }
            guard fsync(descriptor) == 0 else { throw FileFailure("sync \(path)") }
        case S_IFDIR:
            for name in try names(in: path) { try syncTree(path + "/" + name, &files) }
            try syncFolder(path)
        default: break
        }
    }

    /// Makes names in a folder durable.
    static func syncFolder(_ path: String) throws {
        let descriptor = try open(path, O_RDONLY | O_DIRECTORY)
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw FileFailure("sync the folder \(path)") }
    }

    /// The folder that holds `path`.
    static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// A folder entry's name; bytes that are not UTF-8 come out as replacement characters.
    private static func entryName(_ entry: UnsafeMutablePointer<dirent>) -> String {
        withUnsafePointer(to: &entry.pointee.d_name) { pointer in
            pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
    }
}
