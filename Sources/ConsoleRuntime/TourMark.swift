#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A file that says that the tour was seen or skipped on this machine: it is offered until then.
///
/// Where it cannot be written the tour is offered again, which is a nuisance and no error.
public struct TourMark: Sendable {
    private let folder: String
    private var path: String { folder + "/tour-seen" }

    /// - Parameter folder: where it is kept, absolute; made when it is first written to.
    public init(folder: String) { self.folder = folder }

    /// Whether there is nothing to offer any more.
    public var isSet: Bool { FileManager.default.fileExists(atPath: path) }

    /// Says so.
    public func set() {
        try? FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        _ = FileManager.default.createFile(atPath: path, contents: Data())
    }
}
