import BatchModel

/// Data assets that clients registered, beside those of the workspace's own files.
///
/// A record rather than a file of the workspace, because it knows when it was made: `latest` is the version made last, whatever
/// it is called (CONTRACT §3), and a file does not say.
typealias RegisteredData = RecordFolder<DataRecord>

/// One version of a data asset as it is kept.
struct DataRecord: FolderRecord, Hashable {
    var asset: String
    var version: String
    var type: String
    /// The long datastore form, or an address.
    var uri: String
    var summary: String?
    var createdAt: Timestamp
    /// Absent in records of earlier engines.
    var tags: [String: String]?
    var properties: [String: String]?

    /// A colon is in no name, so two assets never share a file.
    var fileName: String { "\(asset):\(version)" }

    func version(in scope: WorkspaceScope) -> DataVersion {
        DataVersion(
            asset: DataAsset.Name(asset), version: version,
            armID: "\(scope.armID)/data/\(asset)/versions/\(version)",
            type: DataType(rawValue: type), uri: uri, summary: summary, createdAt: createdAt,
            tags: tags ?? [:], properties: properties)
    }
}

/// Code that clients uploaded, by the name they gave it: what a deployment then copies.
struct CodeRecord: FolderRecord, Hashable {
    var name: String
    var version: String
    /// Where its files are, as the client said.
    var uri: String
    var summary: String?
    var isAnonymous: Bool
    var tags: [String: String]
    /// `hash_sha256` and `hash_version` among them.
    var properties: [String: String]
    var createdAt: Timestamp

    var fileName: String { "\(name):\(version)" }
    var id: AssetVersion { AssetVersion(name: name, version: version) }
    var hash: String? { properties["hash_sha256"] }
}

/// That something is archived: lists leave it out, jobs still use it. Azure's files have no word for it.
struct ArchiveRecord: FolderRecord, Hashable {
    /// `data`, or the word of an asset kind.
    var kind: String
    var name: String
    /// Nil for all versions.
    var version: String?
    /// False once it was taken out again.
    var isArchived: Bool
    var createdAt: Timestamp

    var fileName: String { Self.fileName(kind, name, version) }

    static func fileName(_ kind: String, _ name: String, _ version: String?) -> String {
        "\(kind):\(name)" + (version.map { ":" + $0 } ?? "")
    }
}
