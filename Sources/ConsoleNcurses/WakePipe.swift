#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A pipe whose only message is "look again".
///
/// Writing never blocks: when the pipe is full, the reader has enough reason to wake already.
final class WakePipe: Sendable {
    /// The end to poll.
    let readEnd: Int32
    /// The end signal handlers write to.
    let writeEnd: Int32

    init() throws(TerminalFailure) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else {
            throw .refused(operation: "making a pipe", code: errno)
        }
        (readEnd, writeEnd) = (ends[0], ends[1])
        for end in ends {
            let flags = fcntl(end, F_GETFL)
            guard fcntl(end, F_SETFL, flags | O_NONBLOCK) == 0,
                fcntl(end, F_SETFD, FD_CLOEXEC) == 0
            else {
                throw .refused(operation: "preparing a pipe", code: errno)
            }
        }
    }

    deinit {
        close(readEnd)
        close(writeEnd)
    }

    /// Wakes the reader.
    func ring() {
        var byte: UInt8 = 1
        _ = write(writeEnd, &byte, 1)
    }

    /// Takes all bytes, so that the next poll sleeps again.
    func drain() {
        var buffer: [UInt8] = Array(repeating: 0, count: 256)
        while read(readEnd, &buffer, buffer.count) > 0 {}
    }
}
