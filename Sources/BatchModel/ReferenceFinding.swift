/// What looking at a reference brought to light.
///
/// Rules are pure; whoever can look (client, form, engine) hands its findings to `DraftRules.problems`.
public enum ReferenceFinding: Sendable, Hashable, Codable {
    /// It is there.
    case found(ResolvedData)
    /// It is not, or may not be used: what is wrong and what to do.
    case missing(detail: String, advice: String)
}

/// What is known about the data behind a reference.
public struct ResolvedData: Sendable, Hashable, Codable {
    /// The data's own type, when it has one (an asset's, or file or folder on disk).
    public var type: DataType?
    /// The version that `@latest` came to.
    public var version: String?
    /// What a request carries.
    public var uri: String
    /// Files in it, one level for a folder, as far as counted.
    public var fileCount: Int?
    /// True when counting stopped at a limit: there are more files than `fileCount`.
    public var isCountPartial: Bool
    /// Bytes in those files.
    public var totalBytes: Int64?
    /// The first few file names.
    public var firstNames: [String]
    /// The kind of datastore it is on.
    public var datastoreKind: Datastore.Kind?

    /// Describes found data.
    public init(
        type: DataType? = nil, version: String? = nil, uri: String, fileCount: Int? = nil,
        isCountPartial: Bool = false, totalBytes: Int64? = nil, firstNames: [String] = [],
        datastoreKind: Datastore.Kind? = nil
    ) {
        self.type = type
        self.version = version
        self.uri = uri
        self.fileCount = fileCount
        self.isCountPartial = isCountPartial
        self.totalBytes = totalBytes
        self.firstNames = firstNames
        self.datastoreKind = datastoreKind
    }
}
