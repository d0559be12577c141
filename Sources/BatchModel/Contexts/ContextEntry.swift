/// A context as a list shows it. It holds no secret.
public struct ContextEntry: Sendable, Hashable, Codable {
    /// What a person calls it.
    public var name: String
    /// True for the local engine's, which is always there.
    public var isLocal: Bool
    /// The workspace's name; empty for the local engine's.
    public var workspace: String
    /// The resource group; empty for the local engine's.
    public var resourceGroup: String
    /// The subscription's id; empty for the local engine's.
    public var subscriptionID: String
    /// How it is signed in to, as `config.yml` calls it; empty for the local engine's.
    public var credential: String
    /// True when nothing may be changed there.
    public var isReadOnly: Bool
    /// The file of another tool it was found in; nil for one that is written down in `config.yml`.
    public var foundIn: String?
    /// True for the one that is used when none is named.
    public var isDefault: Bool

    /// Describes the local engine's context.
    public static func local(isDefault: Bool) -> ContextEntry {
        ContextEntry(
            name: AzureContext.localName, isLocal: true, workspace: "", resourceGroup: "",
            subscriptionID: "", credential: "", isReadOnly: false, foundIn: nil,
            isDefault: isDefault)
    }

    /// Describes a context of the cloud.
    public init(_ context: AzureContext, foundIn: String? = nil, isDefault: Bool = false) {
        self.init(
            name: context.name, isLocal: false, workspace: context.scope.workspace,
            resourceGroup: context.scope.resourceGroup,
            subscriptionID: context.scope.subscriptionID,
            credential: context.credential.kind.rawValue, isReadOnly: context.isReadOnly,
            foundIn: foundIn, isDefault: isDefault)
    }

    private init(
        name: String, isLocal: Bool, workspace: String, resourceGroup: String,
        subscriptionID: String, credential: String, isReadOnly: Bool, foundIn: String?,
        isDefault: Bool
    ) {
        self.name = name
        self.isLocal = isLocal
        self.workspace = workspace
        self.resourceGroup = resourceGroup
        self.subscriptionID = subscriptionID
        self.credential = credential
        self.isReadOnly = isReadOnly
        self.foundIn = foundIn
        self.isDefault = isDefault
    }
}
