import Foundation

/// What a finished program said.
public struct RunResult: Sendable {
    /// The exit code; 128 + signal when a signal ended it.
    public let status: Int32
    /// Standard output as text.
    public let output: String
    /// Standard error as text.
    public let errors: String
}

// Foundation's Process is not used: it learns of a child's end through a socket that any other child, started in the same
// moment by another test, inherits and keeps open. Here every descriptor is close-on-exec from its birth, and the child is
// waited for by its number.

/// Runs programs for tests.
public enum Run {
    /// Runs a program to its end, both streams read at once.
    ///
    /// - Parameter environment: the whole environment of the program; nothing is inherited.
    /// - Throws: when it cannot be started, or has not ended within `limit` (it is killed then).
    public static func program(
        _ path: String, _ arguments: [String] = [], environment: [String: String] = [:],
        folder: String? = nil, input: String = "", limit: Duration = .seconds(120)
    ) throws -> RunResult {
        let child = try Child(path, arguments, environment: environment, folder: folder)
        let deadline = ContinuousClock.now + limit
        child.feed(Array(input.utf8))
        let texts = child.readToEnd(until: deadline)
        guard let status = child.wait(until: deadline) else {
            child.kill()
            _ = child.wait(until: .now + .seconds(10))
            throw StillRunning(command: ([path] + arguments).joined(separator: " "))
        }
        let result = RunResult(status: status, output: texts.output, errors: texts.errors)
        KeptFiles.keep(result)
        return result
    }
}

/// A program that runs beside the test.
public final class Child {
    /// Its process id.
    public let pid: Int32
    private var input: Int32
    private let output: Int32
    private let errors: Int32
    /// How it ended, once that has been asked for: its number may be another's from then on.
    private var ending: Int32?

    /// Starts a program. One that still runs when nobody holds this any more is killed.
    ///
    /// - Throws: what the system said.
    public init(
        _ path: String, _ arguments: [String], environment: [String: String], folder: String? = nil
    ) throws {
        let (stdin, stdout, stderr) = (try Pipe(), try Pipe(), try Pipe())
        #if canImport(Darwin)
            var actions: posix_spawn_file_actions_t?
        #else
            var actions = posix_spawn_file_actions_t()
        #endif
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (number, end) in [stdin.read, stdout.write, stderr.write].enumerated() {
            posix_spawn_file_actions_adddup2(&actions, end, Int32(number))
        }
        // A shell changes to the folder: the C library's call for it is not to be seen from Swift everywhere.
        let command = [path] + arguments
        let start = folder.map { ["/bin/sh", "-c", "cd \"$0\" && exec \"$@\"", $0] } ?? []
        var words: [UnsafeMutablePointer<CChar>?] = (start + command).map { strdup($0) } + [nil]
        var settings: [UnsafeMutablePointer<CChar>?] =
            environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { (words + settings).forEach { free($0) } }
        var attributes = Self.unhindered()
        defer { posix_spawnattr_destroy(&attributes) }
        var pid: pid_t = 0
        let code = posix_spawn(
            &pid, start.first ?? path, &actions, &attributes, &words, &settings)
        for end in [stdin.read, stdout.write, stderr.write] { close(end) }
        (input, output, errors) = (stdin.write, stdout.read, stderr.read)
        self.pid = pid
        guard code == 0 else {
            ending = -1
            throw POSIXError(POSIXErrorCode(rawValue: code) ?? .EINVAL)
        }
    }

    deinit {
        kill()
        _ = wait(until: .now + .seconds(10))
        for end in [input, output, errors] where end >= 0 { close(end) }
    }

    #if canImport(Darwin)
        private typealias Attributes = posix_spawnattr_t?
    #else
        private typealias Attributes = posix_spawnattr_t
    #endif

    /// Threads that run tests block signals; the program must not inherit that.
    private static func unhindered() -> Attributes {
        #if canImport(Darwin)
            var attributes: Attributes
        #else
            var attributes = Attributes()
        #endif
        posix_spawnattr_init(&attributes)
        var none = sigset_t()
        sigemptyset(&none)
        var all = sigset_t()
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        return attributes
    }

    private struct Pipe {
        let read: Int32
        let write: Int32

        init() throws {
            var ends: [Int32] = [-1, -1]
            guard pipe(&ends) == 0 else { throw POSIXError(.EMFILE) }
            // Above the numbers the child is given, so that no dup2 overwrites another.
            read = fcntl(ends[0], F_DUPFD_CLOEXEC, 10)
            write = fcntl(ends[1], F_DUPFD_CLOEXEC, 10)
            for end in ends { close(end) }
        }
    }

    /// Writes its standard input and closes it. Meant for less than a pipe holds.
    public func feed(_ bytes: [UInt8]) {
        if !bytes.isEmpty { _ = write(input, bytes, bytes.count) }
        close(input)
        input = -1
    }

    /// What it says until it closes both streams, or until the deadline.
    public func readToEnd(
        until deadline: ContinuousClock.Instant = .now + .seconds(120)
    ) -> (output: String, errors: String) {
        var texts: [[UInt8]] = [[], []]
        var isOpen = [true, true]
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while isOpen != [false, false], ContinuousClock.now < deadline {
            var waits = [output, errors].enumerated().map { index, end in
                pollfd(fd: isOpen[index] ? end : -1, events: Int16(POLLIN), revents: 0)
            }
            guard poll(&waits, 2, 100) > 0 else { continue }
            for index in 0...1 where waits[index].revents != 0 {
                let count = read(waits[index].fd, &buffer, buffer.count)
                if count > 0 { texts[index] += buffer[..<count] } else { isOpen[index] = false }
            }
        }
        return (
            String(decoding: texts[0], as: UTF8.self), String(decoding: texts[1], as: UTF8.self)
        )
    }

    /// Its exit code, 128 + signal when a signal ended it; nil while it runs at the deadline.
    public func wait(until deadline: ContinuousClock.Instant) -> Int32? {
        if let ending { return ending }
        var status: Int32 = 0
        while waitpid(pid, &status, WNOHANG) != pid {
            guard ContinuousClock.now < deadline else { return nil }
            usleep(2_000)
        }
        let code = status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
        ending = code
        return code
    }

    /// Ends it at once.
    public func kill() { if ending == nil { _ = Foundation.kill(pid, SIGKILL) } }
}

/// A program that did not end in time.
public struct StillRunning: Error, CustomStringConvertible {
    let command: String
    /// Names the command.
    public var description: String { "still running and killed: \(command)" }
}

/// Waits for something to become true, looking again and again.
///
/// The limits are there to end a test that hangs, not to hold a time: what comes in a moment on an idle machine may take a
/// minute on one that builds beside it.
public enum Eventually {
    /// Looks until the answer is not nil.
    ///
    /// - Throws: `NeverTrue` with `what` when the limit passes.
    @discardableResult
    public static func get<Value>(
        _ what: String, limit: Duration = .seconds(120), _ look: () throws -> Value?
    ) throws -> Value {
        let clock = ContinuousClock()
        let end = clock.now + limit
        while true {
            if let value = try look() { return value }
            guard clock.now < end else { throw NeverTrue(what: what) }
            usleep(15_000)
        }
    }

    /// Lets the other tasks go on until it is so, without sleeping: for tests whose clock stands still.
    ///
    /// - Throws: `NeverTrue` with `what` when the limit passes: a loop without one would keep the whole run from ending.
    public static func settled(
        _ what: String, limit: Duration = .seconds(120), _ isSo: () async throws -> Bool
    ) async throws {
        let end = ContinuousClock.now + limit
        while try await !isSo() {
            guard ContinuousClock.now < end else { throw NeverTrue(what: what) }
            await Task.yield()
        }
    }

    /// `get` for a look that itself waits, and for tests that must not block their thread.
    @discardableResult
    public static func awaited<Value>(
        _ what: String, limit: Duration = .seconds(120), _ look: () async throws -> Value?
    ) async throws -> Value {
        let clock = ContinuousClock()
        let end = clock.now + limit
        while true {
            if let value = try await look() { return value }
            guard clock.now < end else { throw NeverTrue(what: what) }
            try await Task.sleep(for: .milliseconds(15))
        }
    }
}

/// Something that a test waited for and that did not come.
public struct NeverTrue: Error, CustomStringConvertible {
    let what: String
    /// Says what was waited for.
    public var description: String { "waited in vain for \(what)" }
}
