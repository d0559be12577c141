// The engine's own log, and how it stays short.
//
// A background engine's standard output and error are <state>/engine.log, opened by whoever started it. When the file has
// grown over the limit, the engine itself moves it aside and opens a new one in its place: three files in all. It looks
// after each of its own lines, so that an idle engine does not wake for it. An engine in the foreground writes to a
// terminal or wherever its descriptors lead, and leaves that alone.

public import Logging

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The log of an engine that runs in the background.
public struct EngineLog: LogHandler {
    /// One file; with `spares` it makes 30 MiB.
    static let limitBytes: Int64 = 10 << 20
    /// `engine.log.1` and `engine.log.2`.
    static let spares = 2

    private let path: String
    private var inner: any LogHandler

    /// A logger that keeps the state folder's log short.
    ///
    /// - Parameter inner: writes the lines, to standard error.
    public static func logger(state: String, writing inner: any LogHandler) -> Logger {
        Logger(label: "batchdeck.engine") { _ in
            EngineLog(path: state + "/engine.log", inner: inner)
        }
    }

    /// A logger that says nothing, for whoever opens an engine only to look after its state.
    public static var silent: Logger {
        Logger(label: "batchdeck.engine") { _ in SwiftLogNoOpLogHandler() }
    }

    private init(path: String, inner: any LogHandler) {
        self.path = path
        self.inner = inner
    }

    /// The lowest level that is written.
    public var logLevel: Logger.Level {
        get { inner.logLevel }
        set { inner.logLevel = newValue }
    }

    /// Added to every line.
    public var metadata: Logger.Metadata {
        get { inner.metadata }
        set { inner.metadata = newValue }
    }

    /// One of the values added to every line.
    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { inner[metadataKey: key] }
        set { inner[metadataKey: key] = newValue }
    }

    /// Writes a line.
    public func log(event: LogEvent) {
        inner.log(event: event)
        Self.renew(path, limit: Self.limitBytes)
    }

    private static let oneAtATime = Guarded(())

    /// Begins a new file when standard error leads to this one and it is over the limit.
    private static func renew(_ path: String, limit: Int64) {
        oneAtATime.withLock { _ in
            guard CappedLog.length(of: 2) > limit, isSame(2, path) else { return }
            let isOutputToo = isSame(1, path)
            rotate(path)
            let flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC
            let descriptor = open(path, flags, 0o600)
            guard descriptor >= 0 else { return }
            dup2(descriptor, 2)
            if isOutputToo { dup2(descriptor, 1) }
            close(descriptor)
        }
    }

    private static func isSame(_ descriptor: Int32, _ path: String) -> Bool {
        var one = stat()
        var other = stat()
        return fstat(descriptor, &one) == 0 && stat(path, &other) == 0
            && one.st_ino == other.st_ino && one.st_dev == other.st_dev
    }

    /// Moves a log aside when it is over the limit; the oldest spare goes.
    static func keepShort(_ path: String, limit: Int64 = limitBytes) {
        var status = stat()
        guard stat(path, &status) == 0, Int64(status.st_size) > limit else { return }
        rotate(path)
    }

    private static func rotate(_ path: String) {
        for number in (1..<spares).reversed() {
            rename("\(path).\(number)", "\(path).\(number + 1)")
        }
        rename(path, path + ".1")
    }
}
