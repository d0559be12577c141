#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A value behind a lock that threads can also wait on.
///
/// `Synchronization.Mutex` has no condition variable, and the threads of the execution half sleep until there is work.
final class Guarded<Value>: @unchecked Sendable {
    private var value: Value
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    init(_ value: sending Value) {
        self.value = value
        pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        #if !canImport(Darwin)
            pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        #endif
        pthread_cond_init(condition, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    /// Runs `body` alone with the value.
    func withLock<Result>(_ body: (inout Value) throws -> Result) rethrows -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try body(&value)
    }

    /// Changes the value and wakes every waiting thread.
    func signalling<Result>(_ body: (inout Value) throws -> Result) rethrows -> Result {
        pthread_mutex_lock(mutex)
        defer {
            pthread_cond_broadcast(condition)
            pthread_mutex_unlock(mutex)
        }
        return try body(&value)
    }

    /// Asks `attempt` again after every signal until it gives something.
    ///
    /// - Parameter limit: how long to wait at most; nil waits for ever.
    /// - Returns: nil once the limit has passed.
    func wait<Result>(_ limit: Duration? = nil, _ attempt: (inout Value) -> Result?) -> Result? {
        let deadline = limit.map { MonotonicTime.now + $0 }
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while true {
            if let result = attempt(&value) { return result }
            guard let deadline else {
                pthread_cond_wait(condition, mutex)
                continue
            }
            guard MonotonicTime.now < deadline else { return nil }
            var time = deadline.specification
            pthread_cond_timedwait(condition, mutex, &time)
        }
    }
}

/// A reading of the clock that never jumps: for deadlines, not for people.
struct MonotonicTime: Sendable, Hashable, Comparable {
    var nanoseconds: Int64

    static var now: MonotonicTime {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return MonotonicTime(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    static func < (left: MonotonicTime, right: MonotonicTime) -> Bool {
        left.nanoseconds < right.nanoseconds
    }

    static func + (time: MonotonicTime, duration: Duration) -> MonotonicTime {
        let parts = duration.components
        return MonotonicTime(
            nanoseconds: time.nanoseconds + parts.seconds * 1_000_000_000
                + parts.attoseconds / 1_000_000_000)
    }

    static func - (left: MonotonicTime, right: MonotonicTime) -> Duration {
        .nanoseconds(left.nanoseconds - right.nanoseconds)
    }

    /// The same reading as the system writes it.
    var specification: timespec {
        timespec(
            tv_sec: time_t(nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
    }
}

/// A thread of our own for calls that block; the shared pool of Swift's tasks must never be blocked.
enum BlockingThread {
    private final class Body {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// Starts a thread that runs `body` and ends.
    ///
    /// - Returns: false when the system has no thread left to give.
    @discardableResult
    static func start(_ body: @escaping @Sendable () -> Void) -> Bool {
        let box = Unmanaged.passRetained(Body(body))
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        #if canImport(Darwin)
            var thread: pthread_t?
        #else
            var thread = pthread_t()
        #endif
        let code = pthread_create(
            &thread, &attributes,
            { argument in
                #if canImport(Darwin)
                    Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run()
                #else
                    if let argument {
                        Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run()
                    }
                #endif
                return nil
            }, box.toOpaque())
        if code != 0 { box.release() }
        return code == 0
    }
}

/// A few threads that do slow chores in order of arrival: listing an input, publishing an output.
final class ChoreQueue: Sendable {
    private struct Line {
        var chores: [@Sendable () -> Void] = []
        var isClosed = false
    }

    private let line = Guarded(Line())

    /// Two threads: one long listing must not hold up every other job.
    init(threads: Int = 2) {
        for _ in 0..<threads {
            BlockingThread.start { [line] in
                while let chore = Self.next(line) { chore() }
            }
        }
    }

    /// Adds a chore at the end of the line.
    func add(_ chore: @escaping @Sendable () -> Void) {
        line.signalling { $0.chores.append(chore) }
    }

    /// Lets the threads end once the line is empty.
    func close() {
        line.signalling { $0.isClosed = true }
    }

    private static func next(_ line: Guarded<Line>) -> (@Sendable () -> Void)? {
        let found = line.wait { line -> (@Sendable () -> Void)?? in
            if !line.chores.isEmpty { return .some(line.chores.removeFirst()) }
            return line.isClosed ? .some(nil) : nil
        }
        return found ?? nil
    }
}
