#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The file that collects a running job's result rows; used by the committer's thread alone.
final class Spool {
    private let path: String
    private let descriptor: Int32
    /// Bytes that are in the file and, as far as the database is concerned, count.
    private(set) var length: Int64
    /// True when a part of the last rows may have been written behind `length`.
    private var isTorn = false

    /// Opens the spool and cuts off what was appended but never committed.
    convenience init(path: String, committedLength: Int64) throws {
        self.init(
            path: path, descriptor: try FileCalls.open(path, O_WRONLY | O_CREAT),
            length: committedLength)
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_size >= committedLength else {
            throw FileFailure("find the committed rows in \(path)", code: EIO)
        }
        guard ftruncate(descriptor, off_t(committedLength)) == 0,
            lseek(descriptor, off_t(committedLength), SEEK_SET) == committedLength
        else { throw FileFailure("cut \(path) to its committed length") }
    }

    private init(path: String, descriptor: Int32, length: Int64) {
        self.path = path
        self.descriptor = descriptor
        self.length = length
    }

    deinit { close(descriptor) }

    /// Appends rows and brings them to the disk.
    func append(_ rows: [UInt8]) throws {
        guard !rows.isEmpty else { return }
        if isTorn {
            guard ftruncate(descriptor, off_t(length)) == 0,
                lseek(descriptor, off_t(length), SEEK_SET) == length
            else { throw FileFailure("cut \(path) to its length") }
        }
        isTorn = true
        try FileCalls.write(rows, to: descriptor, named: path)
        #if canImport(Darwin)
            let code = fsync(descriptor)
        #else
            let code = fdatasync(descriptor)
        #endif
        guard code == 0 else { throw FileFailure("sync \(path)") }
        length += Int64(rows.count)
        isTorn = false
    }
}

/// Putting a spool in the place of the output.
///
/// A hard link gives the finished file its name: it never overwrites, it is whole or absent, and it may be repeated. After a crash
/// the two names are the same file (the link was made), or only the output is there (the spool's name was removed), or
/// only the spool (nothing happened yet); each of the three is continued to the same end.
enum Publication {
    /// Gives the spool's content the name `target`.
    ///
    /// - Throws: `TargetExists` when another file has that name, `FileFailure` otherwise.
    static func publish(spool: String, as target: String) throws {
        try FileCalls.makeFolders(FileCalls.folder(of: target))
        if !FileCalls.exists(spool) {
            guard FileCalls.exists(target) else { throw FileFailure("find \(spool)", code: ENOENT) }
            return
        }
        if link(spool, target) != 0 {
            switch errno {
            case EEXIST: guard isSameFile(spool, target) else { throw TargetExists(path: target) }
            case EXDEV, EPERM, EOPNOTSUPP, EMLINK: try copy(spool, as: target)
            default: throw FileFailure("name the output \(target)")
            }
        }
        try FileCalls.syncFolder(FileCalls.folder(of: target))
        unlink(spool)
    }

    /// The output's name was taken while the job ran.
    struct TargetExists: Error, CustomStringConvertible {
        let path: String
        var description: String { "the path already exists: \(path)" }
    }

    private static func isSameFile(_ first: String, _ second: String) -> Bool {
        var one = stat()
        var other = stat()
        return lstat(first, &one) == 0 && lstat(second, &other) == 0
            && one.st_ino == other.st_ino && one.st_dev == other.st_dev
    }

    /// The output folder is on another volume, or its file system has no links.
    private static func copy(_ spool: String, as target: String) throws {
        let partial = target + ".partial"
        let source = try FileCalls.open(spool, O_RDONLY)
        defer { close(source) }
        let destination = try FileCalls.open(partial, O_WRONLY | O_CREAT | O_TRUNC)
        defer { close(destination) }
        // 1 MiB: few calls, little memory.
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = read(source, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw FileFailure("read \(spool)") }
            if count == 0 { break }
            try FileCalls.write(Array(buffer[..<count]), to: destination, named: partial)
        }
        guard fsync(destination) == 0 else { throw FileFailure("sync \(partial)") }
        guard !FileCalls.exists(target) else { throw TargetExists(path: target) }
        guard rename(partial, target) == 0 else { throw FileFailure("name the output \(target)") }
    }
}
