import BatchModel

/// A place in a datastore, read from any form an address may have (CONTRACT §5.1).
struct DatastoreLocation: Equatable, Sendable {
    /// The workspace, where the address names one.
    var scope: WorkspaceScope?
    /// The datastore.
    var datastore: Datastore.Name
    /// The path in it, no leading slash, not percent-encoded.
    var path: String

    init(scope: WorkspaceScope? = nil, datastore: Datastore.Name, path: String) {
        self.scope = scope
        self.datastore = datastore
        self.path = path
    }

    /// Reads `azureml://datastores/d/paths/p`, the long form, or an ARM id with `/paths/p`; nil for anything else.
    init?(uri: String) {
        guard let mark = uri.firstRange(of: "datastores/") else { return nil }
        let head = uri[..<mark.lowerBound]
        guard head == "azureml://" || head.hasSuffix("/") else { return nil }
        let tail = uri[mark.upperBound...]
        let name = tail.prefix { $0 != "/" }
        let rest = tail.dropFirst(name.count)
        guard !name.isEmpty, rest.isEmpty || rest == "/paths" || rest.hasPrefix("/paths/") else {
            return nil
        }
        self.init(
            scope: Self.scope(in: head), datastore: Datastore.Name(String(name)),
            path: String(rest.dropFirst("/paths/".count)))
    }

    private static func scope(in head: Substring) -> WorkspaceScope? {
        let parts = head.split(separator: "/").map(String.init)
        func value(after word: String) -> String? {
            guard let place = parts.firstIndex(where: { $0.lowercased() == word }),
                place + 1 < parts.count
            else { return nil }
            return parts[place + 1]
        }
        guard let subscription = value(after: "subscriptions"),
            let group = value(after: "resourcegroups"), let workspace = value(after: "workspaces")
        else { return nil }
        return WorkspaceScope(
            subscriptionID: subscription, resourceGroup: group, workspace: workspace)
    }

    /// The short form.
    var shortURI: String { "azureml://datastores/\(datastore)/paths/\(path)" }

    /// The long form in a workspace.
    func longURI(in own: WorkspaceScope) -> String {
        "\((scope ?? own).longURI)/datastores/\(datastore)/paths/\(path)"
    }
}
