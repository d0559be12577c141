/// A registered data asset: a name with versions.
public struct DataAsset: Sendable, Hashable, Codable, Identifiable {
    /// A data asset's name.
    public struct Name: Identifier {
        /// The name itself.
        public let rawValue: String
        /// Wraps a name as it is.
        public init(rawValue: String) { self.rawValue = rawValue }
    }

    /// The asset's name.
    public var name: Name
    /// `uri_folder`, `uri_file` or `mltable`.
    public var type: DataType
    /// The version created most recently, whatever it is called (CONTRACT §3).
    public var latestVersion: String?
    /// What its owner wrote about it.
    public var summary: String?
    /// True once archived: lists leave it out, jobs can still use it.
    public var isArchived: Bool

    /// An asset's name is its identity.
    public var id: Name { name }

    /// Describes a data asset.
    public init(
        name: Name, type: DataType, latestVersion: String? = nil, summary: String? = nil,
        isArchived: Bool = false
    ) {
        self.isArchived = isArchived
        self.name = name
        self.type = type
        self.latestVersion = latestVersion
        self.summary = summary
    }
}

/// One version of a data asset.
public struct DataVersion: Sendable, Hashable, Codable, Identifiable {
    /// The asset's name.
    public var asset: DataAsset.Name
    /// The version's name, any text.
    public var version: String
    /// The full ARM id: what a request carries.
    public var armID: String
    /// The data's type.
    public var type: DataType
    /// Where the data is, in the long datastore form, or a URL.
    public var uri: String
    /// What its owner wrote about it.
    public var summary: String?
    /// When it was registered.
    public var createdAt: Timestamp?
    /// Tags as the service keeps them.
    public var tags: [String: String]
    /// Properties: like tags, but never changed once they are said; nil where there are none.
    public var properties: [String: String]?
    /// True once archived: lists leave it out, jobs can still use it.
    public var isArchived: Bool

    /// The full ARM id.
    public var id: String { armID }

    /// Describes one version of a data asset.
    public init(
        asset: DataAsset.Name, version: String, armID: String, type: DataType, uri: String,
        summary: String? = nil, createdAt: Timestamp? = nil, tags: [String: String] = [:],
        properties: [String: String]? = nil, isArchived: Bool = false
    ) {
        self.tags = tags
        self.properties = properties
        self.isArchived = isArchived
        self.asset = asset
        self.version = version
        self.armID = armID
        self.type = type
        self.uri = uri
        self.summary = summary
        self.createdAt = createdAt
    }
}

/// A registered storage place.
public struct Datastore: Sendable, Hashable, Codable, Identifiable {
    /// A datastore's name.
    public struct Name: Identifier {
        /// The name itself.
        public let rawValue: String
        /// Wraps a name as it is.
        public init(rawValue: String) { self.rawValue = rawValue }
    }

    /// The kinds of store (CONTRACT §3).
    public enum Kind: RawRepresentable, Sendable, Hashable, Codable {
        case blob, dataLakeGen1, dataLakeGen2, file, oneLake
        /// A kind that we do not know, as the service named it.
        case other(String)

        /// The kind that a service's word names.
        public init(rawValue: String) {
            switch rawValue {
            case "AzureBlob": self = .blob
            case "AzureDataLakeGen1": self = .dataLakeGen1
            case "AzureDataLakeGen2": self = .dataLakeGen2
            case "AzureFile": self = .file
            case "OneLake": self = .oneLake
            default: self = .other(rawValue)
            }
        }

        /// The service's word.
        public var rawValue: String {
            switch self {
            case .blob: "AzureBlob"
            case .dataLakeGen1: "AzureDataLakeGen1"
            case .dataLakeGen2: "AzureDataLakeGen2"
            case .file: "AzureFile"
            case .oneLake: "OneLake"
            case .other(let word): word
            }
        }
    }

    /// The datastore's name.
    public var name: Name
    /// What kind of store it is.
    public var kind: Kind
    /// True for the workspace's default datastore.
    public var isDefault: Bool
    /// The storage account.
    public var accountName: String?
    /// The container; the file system of a Gen2 store.
    public var containerName: String?
    /// The storage suffix, without a host part (`core.windows.net`).
    public var endpointSuffix: String?
    /// `https`, or `http` on a local engine.
    public var scheme: String
    /// `AccountKey`, `Sas`, `None`, … : what kind of secret the service keeps, never the secret.
    public var credentialsType: String?
    /// What its owner wrote about it.
    public var summary: String?
    /// Tags as the service keeps them.
    public var tags: [String: String]

    /// A datastore's name is its identity.
    public var id: Name { name }

    /// Describes a datastore.
    public init(
        name: Name, kind: Kind, isDefault: Bool = false, accountName: String? = nil,
        containerName: String? = nil, endpointSuffix: String? = nil, scheme: String = "https",
        credentialsType: String? = nil, summary: String? = nil, tags: [String: String] = [:]
    ) {
        self.summary = summary
        self.tags = tags
        self.name = name
        self.kind = kind
        self.isDefault = isDefault
        self.accountName = accountName
        self.containerName = containerName
        self.endpointSuffix = endpointSuffix
        self.scheme = scheme
        self.credentialsType = credentialsType
    }
}
