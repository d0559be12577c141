import BatchClient

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif
#if canImport(FoundationEssentials)
    import Dispatch
    import FoundationEssentials
#else
    import Foundation
#endif

/// Runs a small program to its end, for the Azure CLI credential: found on the path, in a folder nobody else can write to.
///
/// It is started in `/`: `az` is a Python module run by name, and a folder called `azure` in the current folder would be
/// taken for it. A shell changes the folder, because the C library's call for it cannot be seen from Swift everywhere; its
/// script is always the same, and the words of the command are handed to it as they are.
enum ProgramRunner {
    /// More than this is no token.
    static let outputLimit = 1 << 20

    static func run(
        _ order: ProgramOrder, environment: [String: String]
    ) async -> ProgramResult {
        guard let path = find(order.name, environment: environment) else { return .missing }
        let settings = environment.filter { !isSecret($0.key) }
        return await withCheckedContinuation { continuation in
            // It blocks on a child for up to ten seconds, so it has a thread of its own.
            DispatchQueue.global().async {
                continuation.resume(
                    returning: blocking(
                        [path] + order.arguments, environment: settings, limit: order.limit))
            }
        }
    }

    /// What the child has no use for.
    private static func isSecret(_ name: String) -> Bool {
        name == "AZURE_CLIENT_SECRET" || name == "AZURE_CLIENT_CERTIFICATE_PASSWORD"
            || name.hasPrefix("BATCHDECK_TOKEN")
    }

    /// The first executable of that name; relative folders on the path are passed over.
    static func find(_ name: String, environment: [String: String]) -> String? {
        (environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":")
            .filter { $0.hasPrefix("/") }.map { "\($0)/\(name)" }
            .first { path in
                var status = stat()
                return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
                    && access(path, X_OK) == 0
            }
    }

    private static func blocking(
        _ command: [String], environment: [String: String], limit: Duration
    ) -> ProgramResult {
        guard let output = Pipe(), let errors = Pipe() else { return failed() }
        let script = ["/bin/sh", "-c", "cd / && exec \"$0\" \"$@\""]
        let pid = spawn(script + command, environment, output.write, errors.write)
        close(output.write)
        close(errors.write)
        defer {
            close(output.read)
            close(errors.read)
        }
        guard let pid else { return failed() }
        let deadline = ContinuousClock.now + limit
        let texts = read([output.read, errors.read], until: deadline)
        if texts == nil || ContinuousClock.now >= deadline { kill(-pid, SIGKILL) }
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
        guard let texts else { return .tookTooLong }
        let code = status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
        return .ended(
            status: code, output: String(decoding: texts[0], as: UTF8.self),
            errors: String(decoding: texts[1], as: UTF8.self))
    }

    private static func failed() -> ProgramResult {
        .ended(status: 127, output: "", errors: String(cString: strerror(errno)))
    }

    /// What both say until they are closed; nil when that lasts too long or is too much.
    private static func read(
        _ ends: [Int32], until deadline: ContinuousClock.Instant
    ) -> [[UInt8]]? {
        var texts = ends.map { _ in [UInt8]() }
        var open = Set(ends.indices)
        var buffer = [UInt8](repeating: 0, count: 1 << 14)
        while !open.isEmpty {
            guard ContinuousClock.now < deadline else { return nil }
            var waits = ends.indices.map { index in
                pollfd(
                    fd: open.contains(index) ? ends[index] : -1, events: Int16(POLLIN), revents: 0)
            }
            guard poll(&waits, nfds_t(waits.count), 100) > 0 else { continue }
            for index in open where waits[index].revents != 0 {
                let count = Self.bytes(ends[index], &buffer)
                if count > 0 { texts[index] += buffer[..<count] } else { open.remove(index) }
                if texts[index].count > outputLimit { return nil }
            }
        }
        return texts
    }

    private static func bytes(_ end: Int32, _ buffer: inout [UInt8]) -> Int {
        #if canImport(Glibc)
            Glibc.read(end, &buffer, buffer.count)
        #elseif canImport(Musl)
            Musl.read(end, &buffer, buffer.count)
        #else
            Darwin.read(end, &buffer, buffer.count)
        #endif
    }

    /// A pipe that no other child inherits.
    private struct Pipe {
        let read: Int32
        let write: Int32

        init?() {
            var ends: [Int32] = [-1, -1]
            guard pipe(&ends) == 0 else { return nil }
            read = fcntl(ends[0], F_DUPFD_CLOEXEC, 10)
            write = fcntl(ends[1], F_DUPFD_CLOEXEC, 10)
            for end in ends { close(end) }
            guard read >= 0, write >= 0 else { return nil }
        }
    }

    /// Starts it in a process group of its own, so that what it starts can be ended with it.
    private static func spawn(
        _ command: [String], _ environment: [String: String], _ output: Int32, _ errors: Int32
    ) -> pid_t? {
        #if canImport(Darwin)
            var actions: posix_spawn_file_actions_t?
            var attributes: posix_spawnattr_t?
        #else
            var actions = posix_spawn_file_actions_t()
            var attributes = posix_spawnattr_t()
        #endif
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        posix_spawn_file_actions_adddup2(&actions, errors, 2)
        var none = sigset_t()
        sigemptyset(&none)
        var all = sigset_t()
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(
            &attributes,
            Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        let words: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
        let settings: [UnsafeMutablePointer<CChar>?] =
            environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in words + settings { free(text) } }
        var pid: pid_t = 0
        let code = posix_spawn(&pid, "/bin/sh", &actions, &attributes, words, settings)
        errno = code
        return code == 0 ? pid : nil
    }
}
