#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What a starting engine is at, in words, for whoever waits for it.
///
/// A file in the state folder, because before its listener is open an engine can be asked nothing. A note that changes
/// tells a start that takes long from one that is stuck. Nothing depends on it: a note that cannot be written is left out.
public struct StartNote: Sendable {
    /// Longer than any note.
    private static let limitBytes = 512
    private let path: String

    /// The note of a state folder, absolute.
    public init(state: String) { path = state + "/engine.starting" }

    /// What the engine is at, as `reading the workspace: 1,200 of 5,000 endpoints`; nil while none is starting.
    public var words: String? {
        let words = PrivateFile.tail(path, limitBytes: Self.limitBytes)
        return words.isEmpty ? nil : words
    }

    /// Says what the engine is at now.
    public func say(_ words: String) {
        let flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW
        let descriptor = open(path, flags, 0o600)
        guard descriptor >= 0 else { return }
        var words = words
        _ = words.withUTF8 { write(descriptor, $0.baseAddress, min($0.count, Self.limitBytes)) }
        close(descriptor)
    }

    /// Takes the note away: the engine serves, or nobody is starting one any more.
    public func remove() { unlink(path) }
}
