import BatchModel
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Data assets that clients registered, beside those of the workspace's own files.
///
/// One small JSON file per version below the state folder, written in one step: a handful of records that are read once at
/// start need no table.
final class RegisteredData: Sendable {
    /// One version as it is kept.
    struct Record: Sendable, Hashable, Codable {
        var asset: String
        var version: String
        var type: String
        /// The long datastore form, or an address.
        var uri: String
        var summary: String?
        var createdAt: Timestamp

        func version(in scope: WorkspaceScope) -> DataVersion {
            DataVersion(
                asset: DataAsset.Name(asset), version: version,
                armID: "\(scope.armID)/data/\(asset)/versions/\(version)",
                type: DataType(rawValue: type), uri: uri, summary: summary, createdAt: createdAt)
        }
    }

    private let folder: String
    private let records: Mutex<[Record]>

    /// Reads what is kept; a file that cannot be read is passed over.
    init(state: String) {
        folder = state + "/data-assets"
        var found: [Record] = []
        if let root = FolderWalk.root(folder) {
            for entry in FolderWalk.entries(of: root) where entry.name.hasSuffix(".json") {
                let bytes = PrivateFile.read(folder + "/" + entry.name)
                if let record = bytes.flatMap({ try? WireJSON.decode(Record.self, from: $0) }) {
                    found.append(record)
                }
            }
        }
        records = Mutex(found.sorted { $0.createdAt < $1.createdAt })
    }

    /// All versions, oldest first.
    func all(in scope: WorkspaceScope) -> [DataVersion] {
        records.withLock { $0.map { $0.version(in: scope) } }
    }

    /// Keeps a version.
    ///
    /// - Throws: `.unexpected` when it cannot be written.
    func keep(_ record: Record) throws(ServiceFailure) {
        let operation = "register the data asset \(record.asset):\(record.version)"
        let bytes: [UInt8]
        do { bytes = try WireJSON.encode(record) } catch {
            throw ServiceFailure(kind: .unexpected, operation: operation, detail: "\(error)")
        }
        mkdir(folder, 0o700)
        // A colon is in no name, so two assets never share a file.
        let path = "\(folder)/\(record.asset):\(record.version).json"
        try PrivateFile.write(bytes, to: path, operation: operation)
        records.withLock { $0.append(record) }
    }

    /// True for what a data asset or version may be called; both together stay within a file name.
    static func isName(_ name: String) -> Bool {
        (1...120).contains(name.utf8.count)
            && name.utf8.allSatisfy {
                (0x61...0x7A).contains($0) || (0x41...0x5A).contains($0)
                    || (0x30...0x39).contains($0) || $0 == 0x5F || $0 == 0x2D || $0 == 0x2E
            } && name != "." && name != ".."
    }
}
