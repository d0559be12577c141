/// Which Azure ML workspace something lives in: the three names every resource id begins with.
public struct WorkspaceScope: Sendable, Hashable, Codable {
    /// The subscription's id, a UUID as text.
    public var subscriptionID: String
    /// The resource group's name.
    public var resourceGroup: String
    /// The workspace's name.
    public var workspace: String

    /// Names a workspace.
    public init(subscriptionID: String, resourceGroup: String, workspace: String) {
        self.subscriptionID = subscriptionID
        self.resourceGroup = resourceGroup
        self.workspace = workspace
    }

    /// The ARM id: `/subscriptions/…/workspaces/…`, without a trailing slash.
    public var armID: String {
        "/subscriptions/\(subscriptionID)/resourceGroups/\(resourceGroup)"
            + "/providers/Microsoft.MachineLearningServices/workspaces/\(workspace)"
    }

    /// The long datastore form: `azureml://subscriptions/…/workspaces/…`.
    ///
    /// - Source: CONTRACT §3, the canonical `dataUri` of a data version.
    public var longURI: String {
        "azureml://subscriptions/\(subscriptionID)/resourcegroups/\(resourceGroup)"
            + "/workspaces/\(workspace)"
    }
}
