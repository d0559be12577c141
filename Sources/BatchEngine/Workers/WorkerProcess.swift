// One Python process, started so that nothing of ours leaks into it and nothing of it outlives us.
//
// posix_spawn rather than swift-subprocess, for two reasons. A worker needs three descriptors beside 0, 1 and 2, which that package
// cannot pass. And the number of the process must stay ours until its whole group has been killed: the group is killed by number, the
// number is free for others once the leader is reaped, and there the package reaps at a moment of its own choosing.
// Here one thread owns the process: it sees the end of the results, kills the group, and only then reaps the leader.

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What a worker process, or the shell of a pipeline's step, is started with.
struct WorkerLaunch: Sendable {
    /// A path, or a name to be found in `PATH`.
    var program: String
    var arguments: [String]
    var environment: [String: String]
    /// Log files; the same path twice keeps the order of what is printed. `/dev/null` is no log.
    var standardOutput: String
    var standardError: String
    /// What each of the two may grow to.
    var logLimitBytes = CappedLog.limitBytes
}

/// A running worker process and our ends of its pipes.
final class WorkerProcess: Sendable {
    let pid: Int32
    /// Commands go in here; non-blocking.
    let commands: Int32
    /// Results come out here; non-blocking.
    let results: Int32
    /// Held open, never written: its closing kills the worker's group.
    private let lifeline: Int32
    private let isReaped = Guarded(false)
    private let drain: OutputDrain

    /// Starts a process.
    init(_ launch: WorkerLaunch) throws {
        let logs = Set([launch.standardOutput, launch.standardError]).subtracting(["/dev/null"])
        let (started, drain) = try Self.oneAtATime.withLock { _ in
            let drain = try OutputDrain(logs, limit: launch.logLimitBytes)
            defer { drain.letGo() }
            return (try Self.start(launch, drain), drain)
        }
        self.drain = drain
        pid = started.pid
        commands = started.commands.write
        results = started.results.read
        lifeline = started.lifeline.write
        for descriptor in [commands, results] {
            _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
        }
    }

    deinit {
        for descriptor in [commands, results, lifeline] { close(descriptor) }
    }

    /// A pipe's ends are close-on-exec only a moment after they are made; in that moment no other worker may be started.
    private static let oneAtATime = Guarded(())

    private struct Started {
        var pid: Int32
        var commands: Pipe
        var results: Pipe
        var lifeline: Pipe
    }

    private static func start(_ launch: WorkerLaunch, _ drain: OutputDrain) throws -> Started {
        let commands = try Pipe()
        let results = try Pipe()
        let lifeline = try Pipe()
        defer { for end in [commands.read, results.write, lifeline.read] { close(end) } }
        do {
            let pid = try spawn(
                launch, drain.writeEnds, commands: commands.read, results: results.write,
                lifeline: lifeline.read)
            Lifeline.arm(lifeline.read, group: pid)
            return Started(pid: pid, commands: commands, results: results, lifeline: lifeline)
        } catch {
            for end in [commands.write, results.read, lifeline.write] { close(end) }
            throw error
        }
    }

    /// A command written to a worker that has died, and a file that has reached a limit, must be errors, not our own end.
    static func takeBrokenPipesAsErrors() {
        signal(SIGPIPE, SIG_IGN)
        signal(SIGXFSZ, SIG_IGN)
    }

    /// Lets go a program that reads a line of its commands before it begins.
    func release() {
        _ = withUnsafeBytes(of: UInt8(ascii: "\n")) { FileCalls.writeOnce(commands, $0) }
    }

    /// Sleeps until nobody holds the other end of the results any more: the leader is gone.
    func waitForEnd() {
        var file = pollfd(fd: results, events: Int16(POLLIN), revents: 0)
        var byte: UInt8 = 0
        while true {
            guard poll(&file, 1, -1) > 0 else { continue }
            let count = read(results, &byte, 1)
            if count == 0 || (count < 0 && errno != EINTR && errno != EAGAIN) { return }
        }
    }

    /// Everything the program writes to its results, until it is gone.
    ///
    /// - Parameter limitBytes: what comes after is dropped.
    func readToEnd(limitBytes: Int) -> [UInt8] {
        var file = pollfd(fd: results, events: Int16(POLLIN), revents: 0)
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 4096)
        while true {
            guard poll(&file, 1, -1) > 0 else { continue }
            let count = read(results, &piece, piece.count)
            if count > 0 { bytes += piece[..<count].prefix(limitBytes - bytes.count) }
            if count == 0 || (count < 0 && errno != EINTR && errno != EAGAIN) { return bytes }
        }
    }

    /// Kills the process and everything it started in its group; harmless once it is reaped.
    func kill() {
        isReaped.withLock { isReaped in
            if !isReaped { killpg(pid, SIGKILL) }
        }
    }

    /// Kills the group, waits for the leader and for the last of what they printed.
    ///
    /// - Returns: how the leader ended: an exit code, or 128 + the signal.
    func killAndReap() -> Int32 {
        defer { drain.finish() }
        return isReaped.withLock { isReaped in
            killpg(pid, SIGKILL)
            var status: Int32 = 0
            while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
            isReaped = true
            return status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
        }
    }

    /// A pipe whose ends lie above every number a child is given, so that no `dup2` can overwrite another.
    private struct Pipe {
        let read: Int32
        let write: Int32

        init() throws {
            var ends: [Int32] = [-1, -1]
            guard pipe(&ends) == 0 else { throw FileFailure("make a pipe") }
            // 10: the child's own numbers end at 5.
            read = fcntl(ends[0], F_DUPFD_CLOEXEC, 10)
            write = fcntl(ends[1], F_DUPFD_CLOEXEC, 10)
            let code = errno
            close(ends[0])
            close(ends[1])
            guard read >= 0, write >= 0 else {
                if read >= 0 { close(read) }
                throw FileFailure("make a pipe", code: code)
            }
        }
    }

    /// `POSIX_SPAWN_SETSID`, which the header hides behind a feature macro.
    private static let ownSession: Int16 = 0x80

    private static func spawn(
        _ launch: WorkerLaunch, _ logs: [String: Int32], commands: Int32, results: Int32,
        lifeline: Int32
    ) throws -> Int32 {
        #if canImport(Darwin)
            var actions: posix_spawn_file_actions_t?
            var attributes: posix_spawnattr_t?
        #else
            var actions = posix_spawn_file_actions_t()
            var attributes = posix_spawnattr_t()
        #endif
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        for (number, path) in [(Int32(1), launch.standardOutput), (2, launch.standardError)] {
            if let log = logs[path] {
                posix_spawn_file_actions_adddup2(&actions, log, number)
            } else {
                posix_spawn_file_actions_addopen(&actions, number, path, O_WRONLY, 0)
            }
        }
        posix_spawn_file_actions_adddup2(&actions, commands, 3)
        posix_spawn_file_actions_adddup2(&actions, results, 4)
        posix_spawn_file_actions_adddup2(&actions, lifeline, 5)
        // What others opened in our process, or left open in it, is none of the program's business.
        _ = DetachedProcess.closesOthers(&actions, from: 6)
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // The program we run in may have blocked or ignored signals; the script starts with none of that.
        var none = sigset_t()
        sigemptyset(&none)
        var all = sigset_t()
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setflags(
            &attributes, ownSession | Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

        let words = cStrings([launch.program] + launch.arguments)
        let variables = cStrings(launch.environment.map { "\($0.key)=\($0.value)" })
        defer { for text in words + variables { free(text) } }
        var pid: pid_t = 0
        let code = posix_spawnp(
            &pid, launch.program, &actions, &attributes, words, variables)
        guard code == 0 else {
            throw FileFailure("start the interpreter \(launch.program)", code: code)
        }
        return pid
    }

    private static func cStrings(_ texts: [String]) -> [UnsafeMutablePointer<CChar>?] {
        texts.map { strdup($0) } + [nil]
    }
}

/// What makes the end of the engine the end of a process group.
///
/// The signal belongs to the open pipe, not to a process, so it can be set from here and holds as long as anyone in the
/// group keeps the pipe open. Elsewhere than on Linux there is no such signal: `ProcessSweep` kills at the next start.
private enum Lifeline {
    static func arm(_ readEnd: Int32, group: Int32) {
        #if os(Linux)
            // F_SETSIG, which the header hides behind a feature macro.
            _ = fcntl(readEnd, 10, SIGKILL)
            _ = fcntl(readEnd, F_SETOWN, -group)
            _ = fcntl(readEnd, F_SETFL, fcntl(readEnd, F_GETFL) | O_ASYNC)
        #endif
    }
}

/// A pipe to wake a thread that sleeps in `poll`.
final class WakePipe: Sendable {
    /// Readable once somebody has woken the thread.
    let readEnd: Int32
    private let writeEnd: Int32

    /// False when there was no descriptor left: waking does nothing then, and `poll` ignores its number.
    var isOpen: Bool { readEnd >= 0 }

    /// Makes a pipe, if it can.
    init() {
        var ends: [Int32] = [-1, -1]
        if pipe(&ends) == 0 {
            for end in ends {
                _ = fcntl(end, F_SETFD, FD_CLOEXEC)
                _ = fcntl(end, F_SETFL, O_NONBLOCK)
            }
        }
        readEnd = ends[0]
        writeEnd = ends[1]
    }

    deinit {
        if readEnd >= 0 { close(readEnd) }
        if writeEnd >= 0 { close(writeEnd) }
    }

    /// Wakes the thread; several calls may count as one.
    func wake() {
        guard writeEnd >= 0 else { return }
        _ = FileCalls.write(oneByteTo: writeEnd)
    }

    /// Forgets all calls so far.
    func clear() {
        var bytes = [UInt8](repeating: 0, count: 64)
        while read(readEnd, &bytes, bytes.count) > 0 {}
    }
}

extension FileCalls {
    fileprivate static func write(oneByteTo descriptor: Int32) -> Int {
        withUnsafeBytes(of: UInt8(1)) { writeOnce(descriptor, $0) }
    }
}
