public import BatchModel

/// Where a context's service is and how to sign requests to it.
///
/// For the local engine this comes from the connection file; for Azure from a context and discovery (CONTRACT §1).
public struct Connection: Sendable {
    /// What a token is for: each audience has its own (CONTRACT §1).
    public enum Audience: String, Sendable, Hashable, Codable, CaseIterable {
        /// Azure Resource Manager; run history and the data plane take it too.
        case management
        /// Scoring and job lists per endpoint.
        case machineLearning
        /// Blob storage, where no SAS is to be had.
        case storage
    }

    /// The context's name.
    public var context: String
    /// True for a local engine.
    public var isLocal: Bool
    /// The workspace.
    public var scope: WorkspaceScope
    /// Base of Azure Resource Manager, no trailing slash.
    public var managementURL: String
    /// Base of front end, run history and data plane (discovery's `api`), no trailing slash; nil until discovered.
    public var apiURL: String?
    /// A token for an audience; refreshed by its owner.
    public var token: @Sendable (Audience) async throws(ServiceFailure) -> String

    /// Gives a token up that the service refused, so that `token` fetches another; nil where the connection is opened anew.
    public var discard: (@Sendable (Audience, _ token: String) async -> Void)?
    /// True when nothing may be changed there.
    public var isReadOnly: Bool

    /// Describes a connection.
    public init(
        context: String, isLocal: Bool, scope: WorkspaceScope, managementURL: String,
        apiURL: String?, isReadOnly: Bool = false,
        token: @escaping @Sendable (Audience) async throws(ServiceFailure) -> String,
        discard: (@Sendable (Audience, _ token: String) async -> Void)? = nil
    ) {
        self.context = context
        self.isLocal = isLocal
        self.scope = scope
        self.managementURL = managementURL
        self.apiURL = apiURL
        self.isReadOnly = isReadOnly
        self.token = token
        self.discard = discard
    }
}
