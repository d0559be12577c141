// SIGTERM and SIGINT as something to wait for.
//
// The handler writes one byte to a pipe and a dispatch source reads it: an idle engine is not woken to look. The signals
// keep a handler rather than being ignored, because a program we start inherits "ignored" but not a handler.

// Dispatch sources may be used from any thread; the library does not say so to the compiler yet.
@preconcurrency import Dispatch
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The write end that the handler uses; -1 until a `StopSignal` exists.
private let signalledDescriptor = Atomic<Int32>(-1)

/// Waits for the process to be asked to stop.
final class StopSignal: Sendable {
    private let stream: AsyncStream<Void>

    init() {
        var ends: [Int32] = [-1, -1]
        let (stream, continuation) = AsyncStream<Void>.makeStream(
            bufferingPolicy: .bufferingNewest(1))
        self.stream = stream
        guard pipe(&ends) == 0 else { return }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let (readEnd, writeEnd) = (ends[0], ends[1])
        signalledDescriptor.store(writeEnd, ordering: .sequentiallyConsistent)
        let source = DispatchSource.makeReadSource(fileDescriptor: readEnd, queue: .global())
        source.setEventHandler {
            var byte: UInt8 = 0
            _ = read(readEnd, &byte, 1)
            continuation.yield()
        }
        source.setCancelHandler {
            _ = signalledDescriptor.compareExchange(
                expected: writeEnd, desired: -1, ordering: .sequentiallyConsistent)
            close(readEnd)
            close(writeEnd)
        }
        continuation.onTermination = { _ in source.cancel() }
        source.activate()
        for number in [SIGTERM, SIGINT] {
            signal(number) { _ in
                var byte: UInt8 = 1
                _ = write(signalledDescriptor.load(ordering: .sequentiallyConsistent), &byte, 1)
            }
        }
    }

    /// Returns when a signal came, or when the task is cancelled.
    func wait() async {
        for await _ in stream { return }
    }
}

/// What the process may use.
enum ProcessLimits {
    static var processID: Int32 { getpid() }

    /// Lets the process open as many files as it may, up to what the connection limit needs.
    ///
    /// - Returns: how many those are.
    static func raiseOpenFiles() -> Int {
        var limit = rlimit()
        #if canImport(Glibc)
            let resource = __rlimit_resource_t(UInt32(RLIMIT_NOFILE.rawValue))
        #else
            let resource = RLIMIT_NOFILE
        #endif
        guard getrlimit(resource, &limit) == 0 else { return 256 }
        limit.rlim_cur = min(limit.rlim_max, 8192)
        setrlimit(resource, &limit)
        return Int(clamping: limit.rlim_cur)
    }
}
