import BatchEngine
import BatchModel
public import Logging
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The engine's own log: one line for each message, on standard error.
///
/// Names of files, requests and answers of other hosts find their way into messages. They may hold what steers a terminal or
/// begins a line of its own, so what comes from outside is made plain here, where every message passes; signatures of
/// addresses are cut here too, whoever forgot to.
public struct PlainLog: LogHandler {
    /// Metadata of all messages.
    public var metadata: Logger.Metadata = [:]
    /// The least that is written.
    public var logLevel: Logger.Level = .info

    private let write: @Sendable (String) -> Void

    /// One that writes to standard error.
    public init() { self.init(write: Self.toStandardError) }

    /// - Parameter write: takes one line with its end.
    init(write: @escaping @Sendable (String) -> Void) {
        self.write = write
    }

    /// The log of an engine.
    public static func logger() -> Logger { logger(PlainLog()) }

    static func logger(_ log: PlainLog) -> Logger {
        Logger(label: "batchdeck.engine") { _ in log }
    }

    /// One value of the metadata.
    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Writes a message.
    public func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { _, new in new }
        let tail = all.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
        let text = Self.plain("\(event.level): \(event.message)\(tail)")
        write("\(EngineClock.now.iso8601) \(text)\n")
    }

    /// The text in one line, with the signatures of addresses cut.
    static func plain(_ text: String) -> String {
        var plain = text.plainLine
        var start = plain.startIndex
        while let found = plain[start...].firstRange(of: "sig=") {
            let end = plain[found.upperBound...].firstIndex { "&\"' ".contains($0) }
            plain.replaceSubrange(found.upperBound..<(end ?? plain.endIndex), with: "…")
            start = plain.index(after: found.upperBound)
        }
        return plain
    }

    private static func toStandardError(_ line: String) {
        // One call for one line: lines of two threads do not mix.
        var bytes = Array(line.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { systemWrite(2, $0.baseAddress, $0.count) }
            guard count > 0 else { return }
            bytes = bytes.dropFirst(count)
        }
    }
}

/// `write`, whichever C library has it: inside the type the name means something else.
private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    write(descriptor, bytes, count)
}
