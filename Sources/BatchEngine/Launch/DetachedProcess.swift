import BatchModel

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A process that outlives us: its own session, no terminal, no descriptor of ours but a log file.
enum DetachedProcess {
    /// `POSIX_SPAWN_SETSID`; the header hides it behind a feature macro.
    private static let ownSession: Int16 = 0x80

    /// Starts a program.
    ///
    /// - Parameter log: receives standard output and error, appended; created with mode 0600.
    /// - Returns: its process id.
    static func start(
        _ executable: String, _ arguments: [String], log: String
    ) throws(ServiceFailure) -> Int32 {
        #if canImport(Darwin)
            var actions: posix_spawn_file_actions_t?
        #else
            var actions = posix_spawn_file_actions_t()
        #endif
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        if !closesOthers(&actions, from: 3) { keepDescriptorsToOurselves() }
        #if canImport(Darwin)
            var attributes: posix_spawnattr_t?
        #else
            var attributes = posix_spawnattr_t()
        #endif
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setflags(&attributes, ownSession)

        var words: [UnsafeMutablePointer<CChar>?] = ([executable] + arguments).map { strdup($0) }
        words.append(nil)
        defer { words.forEach { free($0) } }
        var pid: pid_t = 0
        let code = posix_spawn(&pid, executable, &actions, &attributes, words, environ)
        guard code == 0 else {
            throw ServiceFailure(
                kind: .unexpected, operation: "start the local engine",
                detail: "\(executable) could not be run: \(SystemError.text(code))",
                advice: "Check that the program is still there and may be executed.")
        }
        _ = children.withLock { $0.insert(pid) }
        return pid
    }

    private typealias CloseFrom =
        @convention(c) (UnsafeMutablePointer<posix_spawn_file_actions_t>, Int32) -> Int32

    /// Has the new program begin with the descriptors below `first` alone, where the C library can.
    ///
    /// Its header hides the call behind a feature macro, so it is looked up by name.
    static func closesOthers(
        _ actions: inout posix_spawn_file_actions_t, from first: Int32
    ) -> Bool {
        guard let symbol = dlsym(nil, "posix_spawn_file_actions_addclosefrom_np") else {
            return false
        }
        return unsafeBitCast(symbol, to: CloseFrom.self)(&actions, first) == 0
    }

    /// Marks every descriptor of ours to be closed in the new program. Libraries mark their own; this is for the rest,
    /// and for what we inherited ourselves.
    private static func keepDescriptorsToOurselves() {
        let highest = min(Int32(clamping: sysconf(Int32(_SC_OPEN_MAX))), 65_536)
        for descriptor in 3..<max(highest, 3) {
            let flags = fcntl(descriptor, F_GETFD)
            if flags >= 0, flags & FD_CLOEXEC == 0 {
                _ = fcntl(descriptor, F_SETFD, flags | FD_CLOEXEC)
            }
        }
    }

    /// Children that have not been taken off the process table yet.
    private static let children = Guarded<Set<Int32>>([])

    /// Takes children that have ended off the process table: a console that outlives its engines must not collect them.
    static func forgetEnded() {
        for pid in children.withLock({ $0 }) { _ = exitCode(of: pid) }
    }

    /// The exit code of a child that has ended; nil while it runs. Takes it away from the process table.
    static func exitCode(of pid: Int32) -> Int32? {
        var status: Int32 = 0
        guard waitpid(pid, &status, WNOHANG) == pid else { return nil }
        _ = children.withLock { $0.remove(pid) }
        return status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
    }
}
