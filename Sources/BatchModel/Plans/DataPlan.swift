/// What a version of a data asset shall be.
public struct DataPlan: Sendable, Hashable, Codable {
    /// The asset's name.
    public var name: DataAsset.Name
    /// The version; nil for the next one.
    public var version: String?
    /// `uri_folder`, `uri_file` or `mltable`.
    public var type: DataType
    /// An absolute path on this machine, or an address.
    public var path: String
    /// Free text.
    public var summary: String?
    /// Tags.
    public var tags: [String: String]
    /// Properties: like tags, but never changed once they are said; nil for none.
    public var properties: [String: String]?
    /// Where a path of this machine is uploaded to; nil for the workspace's own store.
    public var datastore: Datastore.Name?

    /// Describes a version.
    public init(
        name: DataAsset.Name, version: String? = nil, type: DataType, path: String,
        summary: String? = nil, tags: [String: String] = [:], properties: [String: String]? = nil
    ) {
        self.properties = properties
        self.name = name
        self.version = version
        self.type = type
        self.path = path
        self.summary = summary
        self.tags = tags
    }
}

/// What a datastore shall be, with the secret it is reached by.
public struct DatastorePlan: Sendable {
    /// The secret, held in memory until it is sent: never printed, logged or kept.
    public enum Secret: Sendable {
        /// The storage account's key.
        case accountKey(String)
        /// A shared access signature.
        case sas(String)
    }

    /// The datastore.
    public var datastore: Datastore
    /// The secret; nil for access by identity.
    public var secret: Secret?

    /// Describes a datastore.
    public init(datastore: Datastore, secret: Secret? = nil) {
        self.datastore = datastore
        self.secret = secret
    }
}

/// A named and versioned asset that is not data: an environment, a model.
public struct AssetVersion: Sendable, Hashable, Codable {
    /// The asset's name.
    public var name: String
    /// The version; nil where only the newest one's name is asked for and there is none.
    public var version: String?
    /// The full ARM id.
    public var armID: String?
    /// What the service says about it.
    public var details: [String: String]

    /// Describes a version.
    public init(
        name: String, version: String?, armID: String? = nil, details: [String: String] = [:]
    ) {
        self.name = name
        self.version = version
        self.armID = armID
        self.details = details
    }
}

/// How far the making of something has come.
public enum PublishPhase: Sendable, Hashable {
    /// Bytes of one part are sent: `code`, `model`, `data`.
    case uploading(part: String, TransferProgress)
    /// A part is known to the workspace: `model digits-nearest:2`.
    case registered(String)
    /// The service is at work; its word for how far it is.
    case waiting(status: String)
}
