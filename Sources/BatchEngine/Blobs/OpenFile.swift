#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What tells one state of a file from another without reading it.
struct FileIdentity: Sendable, Hashable {
    var inode: UInt64
    var sizeBytes: Int64
    var modifiedNanoseconds: Int64

    init(_ status: stat) {
        inode = UInt64(status.st_ino)
        sizeBytes = Int64(status.st_size)
        #if canImport(Darwin)
            let time = status.st_mtimespec
        #else
            let time = status.st_mtim
        #endif
        modifiedNanoseconds = Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}

extension FileIdentity {
    /// Of a file that is not there.
    static let absent = FileIdentity(stat())
}

/// An open file; closed when nobody holds it any more.
public final class OpenFile: Sendable {
    /// Its descriptor.
    let descriptor: Int32

    init(descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    var status: stat {
        var status = stat()
        fstat(descriptor, &status)
        return status
    }

    /// Reads bytes at an offset into `buffer`.
    ///
    /// - Returns: how many were read; 0 at the end of the file, and when reading failed.
    public func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) -> Int {
        guard let base = buffer.baseAddress else { return 0 }
        while true {
            let count = pread(descriptor, base, buffer.count, off_t(offset))
            if count >= 0 { return count }
            guard errno == EINTR else { return 0 }
        }
    }

    /// Appends all of `bytes` at the file's position.
    func write(_ bytes: UnsafeRawBufferPointer) throws(BlobError) {
        var rest = bytes
        while let base = rest.baseAddress, !rest.isEmpty {
            #if canImport(Glibc)
                let count = Glibc.write(descriptor, base, rest.count)
            #elseif canImport(Musl)
                let count = Musl.write(descriptor, base, rest.count)
            #else
                let count = Darwin.write(descriptor, base, rest.count)
            #endif
            if count > 0 {
                rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            } else if errno != EINTR {
                throw BlobError.system(errno, "write a blob")
            }
        }
    }

    /// Appends a stretch of another file.
    func append(_ source: OpenFile, offset: Int64, length: Int64) throws(BlobError) {
        // 1 MiB: large enough that the calls do not count, small beside the memory limit.
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
        defer { buffer.deallocate() }
        var done: Int64 = 0
        while done < length {
            let wanted = Int(min(Int64(buffer.count), length - done))
            let window = UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted])
            let count = source.read(into: window, at: offset + done)
            guard count > 0 else {
                throw BlobError(500, "InternalError", "A block ended before its length.")
            }
            try write(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            done += Int64(count)
        }
    }
}

/// The system's error texts.
enum SystemError {
    static func text(_ code: Int32) -> String {
        strerror(code).map { String(cString: $0) } ?? "error \(code)"
    }
}
