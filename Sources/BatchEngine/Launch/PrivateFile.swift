public import BatchModel

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Small files that only their owner may read.
enum PrivateFile {
    /// Larger than any file we write this way.
    static let limitBytes = 1 << 20

    /// Replaces a file in one step, mode 0600.
    static func write(_ bytes: [UInt8], to path: String, operation: String) throws(ServiceFailure) {
        let temporary = "\(path).\(getpid())"
        unlink(temporary)
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW
        let descriptor = open(temporary, flags, 0o600)
        guard descriptor >= 0 else { throw failure(operation, path) }
        let file = OpenFile(descriptor: descriptor)
        var isMoved = false
        defer { if !isMoved { unlink(temporary) } }
        do throws(BlobError) {
            let result: Result<Void, BlobError> = bytes.withUnsafeBytes { bytes in
                do throws(BlobError) { return .success(try file.write(bytes)) } catch {
                    return .failure(error)
                }
            }
            try result.get()
        } catch { throw failure(operation, path) }
        guard fsync(descriptor) == 0, rename(temporary, path) == 0 else {
            throw failure(operation, path)
        }
        isMoved = true
    }

    /// Removes what writers of a file left that were killed in the middle.
    static func removeLeftovers(of path: String) {
        let folder = FileCalls.folder(of: path)
        let beginning = path.dropFirst(folder.utf8.count + 1) + "."
        for name in (try? FileCalls.names(in: folder)) ?? [] where name.hasPrefix(beginning) {
            unlink(folder + "/" + name)
        }
    }

    /// The file's bytes; nil when it is not there or over the limit.
    static func read(_ path: String) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        let file = OpenFile(descriptor: descriptor)
        let size = Int(FileIdentity(file.status).sizeBytes)
        guard size <= limitBytes else { return nil }
        return [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            count = file.read(into: UnsafeMutableRawBufferPointer(buffer), at: 0)
        }
    }

    /// The last bytes of a text file; empty when there is none.
    static func tail(_ path: String, limitBytes: Int) -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return "" }
        let file = OpenFile(descriptor: descriptor)
        let size = FileIdentity(file.status).sizeBytes
        let length = Int(min(size, Int64(limitBytes)))
        let bytes = [UInt8](unsafeUninitializedCapacity: length) { buffer, count in
            count = file.read(
                into: UnsafeMutableRawBufferPointer(buffer), at: size - Int64(length))
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Makes a folder and those above it, each for its owner alone.
    static func makeFolders(_ folder: String) throws(ServiceFailure) {
        var path = ""
        for part in folder.split(separator: "/") {
            path += "/" + part
            guard access(path, F_OK) != 0, mkdir(path, 0o700) != 0, errno != EEXIST else {
                continue
            }
            throw ServiceFailure(
                kind: .unexpected, operation: "start the local engine",
                detail: "the folder \(path) cannot be made: \(SystemError.text(errno))",
                advice: "Choose another state folder.")
        }
    }

    private static func failure(_ operation: String, _ path: String) -> ServiceFailure {
        ServiceFailure(
            kind: .unexpected, operation: operation,
            detail: "\(path) could not be written: \(SystemError.text(errno))",
            advice: "Make the folder writable or choose another.")
    }
}

extension ConnectionFile {
    /// Where an engine leaves its connection file unless told otherwise.
    public static func path(state: String) -> String { state + "/connection.json" }

    /// Reads a connection file; nil when there is none, or it is not whole.
    public static func read(_ path: String) -> ConnectionFile? {
        PrivateFile.read(path).flatMap { try? WireJSON.decode(ConnectionFile.self, from: $0) }
    }

    /// Writes a connection file in one step, mode 0600.
    ///
    /// - Throws: `.unexpected` when the folder cannot be written.
    public func write(to path: String) throws(ServiceFailure) {
        let operation = "write the connection file"
        let bytes: [UInt8]
        do { bytes = try WireJSON.encode(self, pretty: true) } catch {
            throw ServiceFailure(kind: .unexpected, operation: operation, detail: "\(error)")
        }
        try PrivateFile.write(bytes, to: path, operation: operation)
    }

    /// Removes a connection file if it is still this engine's.
    public func remove(from path: String) {
        guard Self.read(path)?.token == token else { return }
        unlink(path)
    }
}

/// The engine's secret.
public enum EngineToken {
    /// A new 256-bit token, hexadecimal.
    public static func make() -> String {
        var random = SystemRandomNumberGenerator()
        return hex((0..<32).map { _ in UInt8.random(in: .min ... .max, using: &random) })
    }
}
