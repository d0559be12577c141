#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The commands run in earlier sessions, a line each, the newest first.
///
/// Only texts of commands are in it, never what was typed. A file that cannot be read is an empty history, and one that
/// cannot be written leaves the console as it is: it is a convenience, and nobody is interrupted for it.
public struct CommandHistory: Sendable {
    /// A longer file is not ours.
    private static let limitBytes = 1 << 16

    private let folder: String
    private var path: String { folder + "/commands" }

    /// - Parameter folder: where it is kept, absolute; made when it is first written to.
    public init(folder: String) { self.folder = folder }

    /// The commands, the newest first.
    public func load() -> [String] {
        guard let data = FileManager.default.contents(atPath: path), data.count <= Self.limitBytes
        else { return [] }
        return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    /// Replaces the file, whole or not at all.
    public func save(_ commands: [String]) {
        let lines = commands.filter { !$0.contains("\n") }
        try? FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        try? Data((lines.joined(separator: "\n") + "\n").utf8)
            .write(to: URL(filePath: path), options: .atomic)
    }
}
