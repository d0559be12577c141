public import BatchModel

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The lock that makes one engine per state folder: held as long as the engine's process lives, however it ends.
///
/// A lock rather than a process id, because the system drops it in the same moment the process dies, and an id may be
/// another program's by the time somebody looks.
public final class EngineLock: Sendable {
    private let file: OpenFile

    /// Takes the lock of a state folder.
    ///
    /// - Throws: `.conflict` when another engine holds it, `.unexpected` when the folder cannot be written.
    public init(state: String) throws(ServiceFailure) {
        guard let file = Self.open(state) else {
            throw ServiceFailure(
                kind: .unexpected, operation: "start the local engine",
                detail: "the state folder \(state) cannot be written: \(SystemError.text(errno))",
                advice: "Choose another folder with --state or make it writable.")
        }
        guard Self.takes(file) else {
            throw ServiceFailure(
                kind: .conflict, operation: "start the local engine",
                detail: "another engine serves the state folder \(state)",
                advice: "Use it, or stop it with `batchdeck engine stop` first.")
        }
        self.file = file
        // What an engine before us left there leads nowhere, and its process id may be somebody else's by now.
        unlink(ConnectionFile.path(state: state))
        PrivateFile.removeLeftovers(of: ConnectionFile.path(state: state))
    }

    /// Gives the lock back by name: a program that is just being started has a copy of the descriptor until it is executed,
    /// and closing ours alone would leave the lock held for that long.
    deinit { flock(file.descriptor, LOCK_UN) }

    /// Somebody who looks whether the lock is held holds it himself for a moment, so it is tried for longer than that.
    private static func takes(_ file: OpenFile) -> Bool {
        for _ in 0..<tries {
            if flock(file.descriptor, LOCK_EX | LOCK_NB) == 0 { return true }
            usleep(10_000)
        }
        return false
    }

    /// A fifth of a second in all: a look takes microseconds.
    private static let tries = 20

    /// True while an engine holds the lock of a state folder.
    public static func isHeld(state: String) -> Bool {
        guard let file = open(state) else { return false }
        guard flock(file.descriptor, LOCK_SH | LOCK_NB) == 0 else { return errno == EWOULDBLOCK }
        flock(file.descriptor, LOCK_UN)
        return false
    }

    private static func open(_ state: String) -> OpenFile? {
        let descriptor = Self.openFile(
            state + "/engine.lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW)
        return descriptor >= 0 ? OpenFile(descriptor: descriptor) : nil
    }

    private static func openFile(_ path: String, _ flags: Int32) -> Int32 {
        #if canImport(Glibc)
            Glibc.open(path, flags, 0o600)
        #elseif canImport(Musl)
            Musl.open(path, flags, 0o600)
        #else
            Darwin.open(path, flags, 0o600)
        #endif
    }
}
