import BatchModel

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The few calls on local files that the client needs, failures in words.
enum LocalFiles {
    /// What is at a path.
    struct Info: Equatable, Sendable {
        var isFolder: Bool
        var isFile: Bool
        var isLink: Bool
        var size: Int64
        var modifiedAt: Timestamp
        /// When anything of it was last changed here; nobody can set it.
        var changedAt: Timestamp
    }

    /// A system call's failure.
    struct Failure: Error, CustomStringConvertible {
        var call: String
        var path: String
        var code: Int32
        var description: String { "\(path): \(String(cString: strerror(code)))" }

        /// Nothing is at a path.
        static func missing(_ path: String) -> Failure {
            Failure(call: "stat", path: path, code: ENOENT)
        }

        /// Links lead in a circle.
        static func loop(_ path: String) -> Failure {
            Failure(call: "walk", path: path, code: ELOOP)
        }
    }

    /// What is at a path, links followed unless said otherwise; nil when there is nothing.
    static func info(_ path: String, followingLinks: Bool = true) throws -> Info? {
        var status = stat()
        let result = followingLinks ? stat(path, &status) : lstat(path, &status)
        guard result == 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw Failure(call: "stat", path: path, code: errno)
        }
        let kind = status.st_mode & S_IFMT
        #if canImport(Darwin)
            let (time, change) = (status.st_mtimespec, status.st_ctimespec)
        #else
            let (time, change) = (status.st_mtim, status.st_ctim)
        #endif
        return Info(
            isFolder: kind == S_IFDIR, isFile: kind == S_IFREG, isLink: kind == S_IFLNK,
            size: Int64(status.st_size),
            modifiedAt: timestamp(time), changedAt: timestamp(change))
    }

    private static func timestamp(_ time: timespec) -> Timestamp {
        Timestamp(
            microsecondsSinceEpoch: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
    }

    /// Names in a folder, in no order, `.` and `..` left out.
    static func names(in folder: String) throws -> [String] {
        guard let stream = opendir(folder) else {
            throw Failure(call: "opendir", path: folder, code: errno)
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names
    }

    /// Makes a folder and those above it.
    static func makeFolder(_ path: String, mode: mode_t = 0o777) throws {
        if mkdir(path, mode) == 0 || errno == EEXIST { return }
        guard errno == ENOENT, let cut = path.lastIndex(of: "/"), cut > path.startIndex else {
            throw Failure(call: "mkdir", path: path, code: errno)
        }
        try makeFolder(String(path[..<cut]), mode: mode)
        if mkdir(path, mode) != 0 && errno != EEXIST {
            throw Failure(call: "mkdir", path: path, code: errno)
        }
    }

    /// A whole small file; nil when there is none.
    static func read(_ path: String, limit: Int = 16 << 20) throws -> [UInt8]? {
        let file: OpenFile
        do {
            file = try OpenFile(reading: path)
        } catch let failure as Failure where failure.code == ENOENT {
            return nil
        }
        var bytes: [UInt8] = []
        while bytes.count < limit {
            let piece = try file.read(at: Int64(bytes.count), length: min(1 << 20, limit))
            if piece.isEmpty { break }
            bytes += piece
        }
        return bytes
    }

    /// Writes a whole file so that a reader sees the old one or the new one, never a part.
    static func replace(_ path: String, with bytes: [UInt8], mode: mode_t = 0o600) throws {
        let partial = "\(path).\(getpid()).tmp"
        do {
            let file = try OpenFile(writing: partial, mode: mode, truncating: true)
            try file.write(bytes, at: 0)
        }
        try move(partial, to: path)
    }

    /// Renames over whatever is there.
    static func move(_ path: String, to other: String) throws {
        guard rename(path, other) == 0 else {
            throw Failure(call: "rename", path: other, code: errno)
        }
    }

    /// Gives a file a name that nobody has, in one step; false when somebody has it by now.
    ///
    /// Where a file system knows no second names (FAT, some network mounts) it is two steps: a look, then the renaming.
    static func moveToFree(_ path: String, name: String) throws -> Bool {
        if link(path, name) == 0 {
            try remove(path)
            return true
        }
        if errno == EEXIST { return false }
        guard [EPERM, ENOTSUP, EOPNOTSUPP, ENOSYS].contains(errno) else {
            throw Failure(call: "link", path: name, code: errno)
        }
        guard try info(name, followingLinks: false) == nil else { return false }
        try move(path, to: name)
        return true
    }

    /// Removes a file; one that is not there is fine.
    static func remove(_ path: String) throws { _ = try removeIfThere(path) }

    /// Removes a file; false when it is not there.
    static func removeIfThere(_ path: String) throws -> Bool {
        if unlink(path) == 0 { return true }
        guard errno == ENOENT else { throw Failure(call: "unlink", path: path, code: errno) }
        return false
    }

    /// `~` and the current folder resolved, `.` and doubled slashes removed; links stay.
    static func absolute(_ path: String) -> String {
        let home = getenv("HOME").map { String(cString: $0) }
        return LocalPath.resolved(LocalPath.expanded(path, home: home), from: currentFolder())
    }

    /// Empty when it is gone.
    private static func currentFolder() -> String {
        guard let here = getcwd(nil, 0) else { return "" }
        defer { free(here) }
        return String(cString: here)
    }
}

/// An open file, closed when it is dropped; reads and writes name their place, so that several can run at once.
final class OpenFile: Sendable {
    private let descriptor: Int32
    private let path: String

    /// Opens to read.
    init(reading path: String) throws {
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        self.path = path
        guard descriptor >= 0 else {
            throw LocalFiles.Failure(call: "open", path: path, code: errno)
        }
    }

    /// Opens to write, made if need be; a link at that place is refused.
    init(writing path: String, mode: mode_t = 0o644, truncating: Bool) throws {
        let flags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | (truncating ? O_TRUNC : 0)
        descriptor = open(path, flags, mode)
        self.path = path
        guard descriptor >= 0 else {
            throw LocalFiles.Failure(call: "open", path: path, code: errno)
        }
    }

    deinit { close(descriptor) }

    /// Up to `length` bytes at a place; fewer only at the end.
    func read(at offset: Int64, length: Int) throws -> [UInt8] {
        var failure: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: length) { buffer, count in
            while count < length {
                let start = buffer.baseAddress.map { $0 + count }
                let got = pread(descriptor, start, length - count, off_t(offset) + off_t(count))
                if got < 0 && errno == EINTR { continue }
                if got < 0 { failure = errno }
                if got <= 0 { break }
                count += got
            }
        }
        guard failure == 0 else {
            throw LocalFiles.Failure(call: "read", path: path, code: failure)
        }
        return bytes
    }

    /// Writes all bytes at a place.
    func write(_ bytes: [UInt8], at offset: Int64) throws {
        var done = 0
        while done < bytes.count {
            let wrote = bytes.withUnsafeBytes { buffer in
                pwrite(
                    descriptor, buffer.baseAddress.map { $0 + done }, bytes.count - done,
                    off_t(offset) + off_t(done))
            }
            if wrote < 0 && errno == EINTR { continue }
            guard wrote > 0 else {
                throw LocalFiles.Failure(call: "write", path: path, code: errno)
            }
            done += wrote
        }
    }

    /// Sets the length.
    func truncate(to length: Int64) throws {
        guard ftruncate(descriptor, off_t(length)) == 0 else {
            throw LocalFiles.Failure(call: "truncate", path: path, code: errno)
        }
    }

    /// Sets when it was last written.
    func setModified(_ time: Timestamp) throws {
        let microseconds = time.microsecondsSinceEpoch
        let part = (microseconds % 1_000_000 + 1_000_000) % 1_000_000
        let at = timespec(
            tv_sec: Int((microseconds - part) / 1_000_000), tv_nsec: Int(part * 1000))
        guard futimens(descriptor, [at, at]) == 0 else {
            throw LocalFiles.Failure(call: "futimens", path: path, code: errno)
        }
    }

    /// Waits until what was written has reached the disk.
    func synchronise() throws {
        guard fsync(descriptor) == 0 else {
            throw LocalFiles.Failure(call: "fsync", path: path, code: errno)
        }
    }
}
