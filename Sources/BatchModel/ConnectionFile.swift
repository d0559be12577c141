/// What a running engine writes for its clients: one JSON object in a file of mode 0600 (DESIGN §6).
public struct ConnectionFile: Sendable, Hashable, Codable {
    /// Base address, no trailing slash: `http://127.0.0.1:PORT`, or https.
    public var url: String
    /// Address of the cloud metadata document (CONTRACT §11).
    public var armMetadataURL: String
    /// The 256-bit token, hexadecimal.
    public var token: String
    /// The workspace's subscription.
    public var subscriptionID: String
    /// The workspace's resource group.
    public var resourceGroup: String
    /// The workspace's name.
    public var workspaceName: String
    /// The engine's process.
    public var pid: Int32
    /// The engine's version; a client of another version starts a new engine (version handshake).
    public var version: String
    /// The workspace folder it serves, absolute.
    public var workspaceFolder: String
    /// The certificates an https engine serves with, a PEM file, absolute: clients trust what it holds; nil for http.
    public var caFile: String?
    /// The storage account's name, for stock blob clients.
    public var storageAccount: String?
    /// The storage account's key, base64: it opens blob storage as the token does.
    public var storageKey: String?

    enum CodingKeys: String, CodingKey {
        case url
        case armMetadataURL = "arm_metadata_url"
        case token
        case subscriptionID = "subscription_id"
        case resourceGroup = "resource_group"
        case workspaceName = "workspace_name"
        case pid
        case version
        case workspaceFolder = "workspace_folder"
        case caFile = "ca_file"
        case storageAccount = "storage_account"
        case storageKey = "storage_key"
    }

    /// Describes a running engine.
    public init(
        url: String, armMetadataURL: String, token: String, scope: WorkspaceScope, pid: Int32,
        version: String, workspaceFolder: String, caFile: String? = nil
    ) {
        self.url = url
        self.armMetadataURL = armMetadataURL
        self.token = token
        subscriptionID = scope.subscriptionID
        resourceGroup = scope.resourceGroup
        workspaceName = scope.workspace
        self.pid = pid
        self.version = version
        self.workspaceFolder = workspaceFolder
        self.caFile = caFile
    }

    /// The workspace it serves.
    public var scope: WorkspaceScope {
        WorkspaceScope(
            subscriptionID: subscriptionID, resourceGroup: resourceGroup, workspace: workspaceName)
    }
}

/// The version of this program, in `--version`, the handshake and the user agent.
public enum BatchdeckVersion {
    /// Semantic version.
    public static let current = "0.1.0"
}
