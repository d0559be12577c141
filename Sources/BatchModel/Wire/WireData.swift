/// `properties` of a datastore (CONTRACT §3): never the secret itself.
public struct WireDatastore: Codable, Sendable {
    /// What kind of secret the service keeps.
    public struct Credentials: Codable, Sendable {
        /// AccountKey, Sas, ServicePrincipal, Certificate, None.
        public var credentialsType: String?
        /// The secret itself, in a client's request only: never answered, never kept by the local engine.
        public var secrets: JSONValue?

        /// Describes a secret.
        public init(credentialsType: String?, secrets: JSONValue? = nil) {
            self.credentialsType = credentialsType
            self.secrets = secrets
        }
    }

    /// Free text.
    public var description: String?
    /// AzureBlob, AzureDataLakeGen2, …
    public var datastoreType: String?
    /// True for the workspace's default.
    public var isDefault: Bool?
    /// The storage account.
    public var accountName: String?
    /// The container of a Blob store.
    public var containerName: String?
    /// The file system of a Gen2 store.
    public var filesystem: String?
    /// The storage suffix, no host part.
    public var endpoint: String?
    /// `https`, or `http` on a local engine.
    public var `protocol`: String?
    /// What kind of secret there is.
    public var credentials: Credentials?
    /// The share of an AzureFile store.
    public var fileShareName: String?
    /// Tags.
    public var tags: WireTexts?

    /// Describes a datastore; what is nil is left out.
    public init(
        description: String? = nil, datastoreType: String?, isDefault: Bool? = nil,
        accountName: String? = nil, containerName: String? = nil, filesystem: String? = nil,
        fileShareName: String? = nil, endpoint: String? = nil, protocol: String? = nil,
        credentials: Credentials? = nil, tags: WireTexts? = nil
    ) {
        self.description = description
        self.datastoreType = datastoreType
        self.isDefault = isDefault
        self.accountName = accountName
        self.containerName = containerName
        self.filesystem = filesystem
        self.fileShareName = fileShareName
        self.endpoint = endpoint
        self.protocol = `protocol`
        self.credentials = credentials
        self.tags = tags
    }

    /// What a client sends to make or replace a datastore, without a secret: access by identity.
    public static func body(of datastore: Datastore) -> WireResource<WireDatastore> {
        let container = datastore.containerName
        let wire = WireDatastore(
            description: datastore.summary, datastoreType: datastore.kind.rawValue,
            accountName: datastore.accountName,
            containerName: datastore.kind == .blob ? container : nil,
            filesystem: datastore.kind == .dataLakeGen2 ? container : nil,
            fileShareName: datastore.kind == .file ? container : nil,
            endpoint: datastore.endpointSuffix, protocol: datastore.scheme,
            credentials: Credentials(credentialsType: "None"), tags: WireTexts(datastore.tags))
        return WireResource(id: nil, name: nil, type: nil, properties: wire)
    }

    /// What a service answers for a datastore.
    public static func resource(
        of datastore: Datastore, in scope: WorkspaceScope
    ) -> WireResource<WireDatastore> {
        WireResource(
            id: "\(scope.armID)/datastores/\(datastore.name)", name: datastore.name.rawValue,
            type: WireType.datastore,
            properties: WireDatastore(
                description: datastore.summary, datastoreType: datastore.kind.rawValue,
                isDefault: datastore.isDefault, accountName: datastore.accountName,
                containerName: datastore.kind == .blob ? datastore.containerName : nil,
                filesystem: datastore.kind == .dataLakeGen2 ? datastore.containerName : nil,
                fileShareName: datastore.kind == .file ? datastore.containerName : nil,
                endpoint: datastore.endpointSuffix, protocol: datastore.scheme,
                credentials: Credentials(credentialsType: datastore.credentialsType ?? "None"),
                tags: WireTexts(datastore.tags)))
    }
}

extension Datastore {
    /// Reads what a service answered; nil when it has no name.
    public init?(_ resource: WireResource<WireDatastore>) {
        guard let name = resource.name ?? resource.id?.lastSegment, !name.isEmpty else {
            return nil
        }
        let wire = resource.properties
        self.init(
            name: Name(name), kind: Kind(rawValue: wire?.datastoreType ?? ""),
            isDefault: wire?.isDefault ?? false, accountName: wire?.accountName,
            containerName: wire?.containerName ?? wire?.filesystem ?? wire?.fileShareName,
            endpointSuffix: wire?.endpoint, scheme: wire?.protocol ?? "https",
            credentialsType: wire?.credentials?.credentialsType, summary: wire?.description,
            tags: wire?.tags?.values ?? [:])
    }
}

/// The answer of `listSecrets` (CONTRACT §3).
public struct WireSecrets: Codable, Sendable {
    /// `Sas` or `AccountKey`.
    public var secretsType: String?
    /// A query string, no leading `?`, not to be re-encoded.
    public var sasToken: String?
    /// Base64.
    public var key: String?

    /// A shared access signature.
    public init(sasToken: String) {
        secretsType = "Sas"
        self.sasToken = sasToken
    }
}

/// `properties` of a container of versions: data assets, and models and the like alike (CONTRACT §3).
public struct WireDataContainer: Codable, Sendable {
    /// The version created most recently, whatever it is called.
    public var latestVersion: String?
    /// What a version without a name would be called.
    public var nextVersion: String?
    /// uri_file, uri_folder, mltable.
    public var dataType: String?
    /// Free text.
    public var description: String?
    /// True once archived.
    public var isArchived: Bool?

    /// Describes a container.
    public init(
        latestVersion: String?, nextVersion: String?, dataType: String? = nil,
        description: String? = nil, isArchived: Bool? = false
    ) {
        self.latestVersion = latestVersion
        self.nextVersion = nextVersion
        self.dataType = dataType
        self.description = description
        self.isArchived = isArchived
    }
}

extension DataAsset {
    /// Reads what a service answered; nil when it has no name.
    public init?(_ resource: WireResource<WireDataContainer>) {
        guard let name = resource.name ?? resource.id?.lastSegment, !name.isEmpty else {
            return nil
        }
        let wire = resource.properties
        self.init(
            name: Name(name), type: DataType(rawValue: wire?.dataType ?? "uri_folder"),
            latestVersion: wire?.latestVersion, summary: wire?.description,
            isArchived: wire?.isArchived ?? false)
    }
}

/// `properties` of a data asset's version (CONTRACT §3).
public struct WireDataVersion: Codable, Sendable {
    /// uri_file, uri_folder, mltable.
    public var dataType: String?
    /// Sent short, answered long, a folder with a trailing slash.
    public var dataUri: String?
    /// Free text.
    public var description: String?
    /// True once archived.
    public var isArchived: Bool?
    /// Tags.
    public var tags: WireTexts?
    /// Properties: like tags, but never changed once they are said.
    public var properties: WireTexts?

    /// Describes a version.
    public init(
        dataType: String?, dataUri: String?, description: String? = nil,
        isArchived: Bool? = false, tags: WireTexts? = nil, properties: WireTexts? = nil
    ) {
        self.properties = properties
        self.dataType = dataType
        self.dataUri = dataUri
        self.description = description
        self.isArchived = isArchived
        self.tags = tags
    }

    /// What a service answers for a version.
    public static func resource(
        of version: DataVersion
    ) -> WireResource<WireDataVersion> {
        WireResource(
            id: version.armID, name: version.version, type: WireType.dataVersion,
            properties: WireDataVersion(
                dataType: version.type.rawValue, dataUri: version.uri,
                description: version.summary, isArchived: version.isArchived,
                tags: WireTexts(version.tags),
                properties: version.properties.map { WireTexts($0) }),
            systemData: WireSystemData(createdAt: version.createdAt?.iso8601))
    }
}

extension DataVersion {
    /// Reads what a service answered; nil when it has no name.
    public init?(_ resource: WireResource<WireDataVersion>, asset: DataAsset.Name) {
        guard let name = resource.name ?? resource.id?.lastSegment, let id = resource.id else {
            return nil
        }
        let wire = resource.properties
        self.init(
            asset: asset, version: name, armID: id,
            type: DataType(rawValue: wire?.dataType ?? "uri_folder"), uri: wire?.dataUri ?? "",
            summary: wire?.description,
            createdAt: resource.systemData?.createdAt.flatMap(Timestamp.init(iso8601:)),
            tags: wire?.tags?.values ?? [:], properties: wire?.properties?.values,
            isArchived: wire?.isArchived ?? false)
    }
}
