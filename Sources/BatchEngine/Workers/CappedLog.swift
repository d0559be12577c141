#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A log file that stops growing at a limit, with a last line that says so.
///
/// The beginning is kept rather than the end: it tells what began to repeat itself, and nothing that was once read changes.
public enum CappedLog {
    /// What a log may grow to unless told otherwise: a week of reading, and little beside a disk.
    public static let limitBytes: Int64 = 64 << 20
    /// A limit below this would cut off what explains a failure.
    public static let smallestLimitBytes: Int64 = 16 << 10

    /// The last line of a full log.
    static func notice(_ limit: Int64) -> String {
        "[batchdeck] This log has reached its limit of \(limit) bytes and what follows is not "
            + "kept; `engine serve --log-limit` and BATCHDECK_LOG_LIMIT change it."
    }

    /// Appends what still fits to a file, made when missing.
    static func append(_ bytes: [UInt8], to path: String, limit: Int64) throws {
        let descriptor = try FileCalls.open(path, O_WRONLY | O_CREAT | O_APPEND)
        defer { close(descriptor) }
        var length = length(of: descriptor)
        try bytes.withUnsafeBytes {
            try append($0, to: descriptor, named: path, length: &length, limit: limit)
        }
    }

    /// Appends what still fits.
    ///
    /// - Parameter length: the file's, kept up to date; at the limit everything is dropped.
    static func append(
        _ bytes: UnsafeRawBufferPointer, to descriptor: Int32, named path: String,
        length: inout Int64, limit: Int64
    ) throws {
        guard length < limit, !bytes.isEmpty else { return }
        let last = Array(("\n" + notice(limit) + "\n").utf8)
        let room = limit - Int64(last.count) - length
        guard Int64(bytes.count) > room else {
            try FileCalls.write(Array(bytes), to: descriptor, named: path)
            length += Int64(bytes.count)
            return
        }
        var end = Int(max(0, room))
        // Not in the middle of a character.
        while end > 0, bytes[end] & 0xC0 == 0x80 { end -= 1 }
        let filling = [UInt8](repeating: UInt8(ascii: "\n"), count: max(0, Int(room) - end))
        length = limit
        try FileCalls.write(
            Array(bytes[..<end]) + last + filling, to: descriptor, named: path)
    }

    static func length(of descriptor: Int32) -> Int64 {
        var status = stat()
        return fstat(descriptor, &status) == 0 ? Int64(status.st_size) : 0
    }
}
