import BatchModel
import DraftFile

/// A path on one of the workspace's datastores, in any of the forms that name one (CONTRACT §5.1).
struct DatastorePlace: Sendable, Hashable {
    var datastore: Datastore.Name
    /// May be empty; a trailing slash means a folder.
    var path: String

    init(datastore: Datastore.Name, path: String) {
        self.datastore = datastore
        self.path = path
    }

    /// Reads the short form, the long form, and the ARM form with or without `azureml:` before it.
    ///
    /// - Returns: nil for another form, and for a datastore of another workspace.
    init?(_ text: String, in scope: WorkspaceScope) {
        guard let parts = scopedPath(text, in: scope), parts.count >= 4,
            parts[0].lowercased() == "datastores", parts[2].lowercased() == "paths",
            !parts[1].isEmpty
        else { return nil }
        datastore = Datastore.Name(parts[1])
        path = parts[3...].joined(separator: "/")
    }

    /// `azureml://subscriptions/…/datastores/d/paths/p`: what the service answers (CONTRACT §3).
    func longURI(in scope: WorkspaceScope) -> String {
        "\(scope.longURI)/datastores/\(datastore)/paths/\(path)"
    }
}

/// Ids of versions of assets.
enum AssetID {
    /// The ARM id of a version.
    static func text(
        _ kind: Route.AssetKind, _ version: AssetVersion, in scope: WorkspaceScope
    ) -> String {
        "\(scope.armID)/\(kind.rawValue)/\(version.name)/versions/\(version.version)"
    }

    /// Reads an ARM id, the location form, or `azureml:name:version`; a label comes back as `@latest`.
    ///
    /// - Returns: nil for another form, and for an asset of another workspace or kind.
    static func version(
        _ text: String, _ kind: Route.AssetKind, in scope: WorkspaceScope
    ) -> AssetVersion? {
        if let parts = scopedPath(text, in: scope) ?? locationPath(text) {
            guard parts.count >= 4, parts[0].lowercased() == kind.rawValue else { return nil }
            let words = parts.map { $0.lowercased() }
            if words.count == 4, words[2] == "versions" {
                return AssetVersion(name: parts[1], version: parts[3])
            }
            return words.dropFirst(2).contains("labels") && words.last == "latest"
                ? AssetVersion(name: parts[1], version: latest) : nil
        }
        guard let reference = ModelReference(text) else { return nil }
        return AssetVersion(name: reference.name, version: reference.version ?? latest)
    }

    /// Stands where an id says `latest` instead of a version; no version is called so.
    static let latest = "@latest"

    /// Reads an ARM id, `azureml:name:version`, `azureml:name@latest`, or the location form.
    ///
    /// - Returns: nil for another form, and for an asset of another workspace.
    static func dataVersion(
        _ text: String, in scope: WorkspaceScope
    ) -> (DataAsset.Name, DataReference.Version)? {
        if let parts = scopedPath(text, in: scope) ?? locationPath(text) {
            return versionPath(parts)
        }
        guard text.lowercased().hasPrefix("azureml:") else { return nil }
        var rest = text.dropFirst("azureml:".count)
        if rest.hasPrefix("/") { rest = rest.dropFirst() }
        guard !rest.isEmpty, !rest.contains("/") else { return nil }
        if let at = rest.lastIndex(of: "@") {
            guard rest[rest.index(after: at)...].lowercased() == "latest" else { return nil }
            return (DataAsset.Name(String(rest[..<at])), .latest)
        }
        let pair = rest.split(separator: ":", maxSplits: 1).map(String.init)
        return pair.count == 2 ? (DataAsset.Name(pair[0]), .named(pair[1])) : nil
    }

    /// `azureml://locations/<region>/workspaces/<w>/…`: the part after the workspace.
    private static func locationPath(_ text: String) -> [String]? {
        let prefix = "azureml://locations/"
        guard text.lowercased().hasPrefix(prefix) else { return nil }
        let parts = text.dropFirst(prefix.count).split(
            separator: "/", omittingEmptySubsequences: false
        ).map(String.init)
        guard parts.count > 3, parts[1].lowercased() == "workspaces" else { return nil }
        return Array(parts[3...])
    }

    /// `data/<n>/versions/<v>` or `data/<n>/versions/labels/latest`.
    private static func versionPath(
        _ parts: [String]
    ) -> (DataAsset.Name, DataReference.Version)? {
        guard parts.count >= 4, parts[0].lowercased() == "data",
            parts[2].lowercased() == "versions"
        else { return nil }
        let name = DataAsset.Name(parts[1])
        if parts.count == 4 { return (name, .named(parts[3])) }
        guard parts.count == 5, parts[3].lowercased() == "labels",
            parts[4].lowercased() == "latest"
        else { return nil }
        return (name, .latest)
    }
}

/// The part of an id or address that follows the workspace's own part.
///
/// Takes `azureml://datastores/…`, `azureml://subscriptions/…/workspaces/W/…`, `azureml:/subscriptions/…` and
/// `[azureml:]/subscriptions/…/providers/…/workspaces/W/…`.
///
/// - Returns: nil for another form, and for another workspace; names of workspaces are compared without case.
private func scopedPath(_ text: String, in scope: WorkspaceScope) -> [String]? {
    var rest = Substring(text)
    let lower = text.lowercased()
    if lower.hasPrefix("azureml://datastores/") {
        return rest.dropFirst("azureml://".count).split(
            separator: "/", omittingEmptySubsequences: false
        ).map(String.init)
    }
    if lower.hasPrefix("azureml:") { rest = rest.dropFirst("azureml:".count) }
    while rest.hasPrefix("/") { rest = rest.dropFirst() }
    let parts = rest.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    var words = parts.map { $0.lowercased() }
    guard words.count >= 6, words[0] == "subscriptions", words[2] == "resourcegroups" else {
        return nil
    }
    var next = 4
    if words[next] == "providers" { next += 2 }
    guard words.count > next + 1, words[next] == "workspaces" else { return nil }
    words = [words[1], words[3], words[next + 1]]
    let ours = [scope.subscriptionID, scope.resourceGroup, scope.workspace].map {
        $0.lowercased()
    }
    return words == ours ? Array(parts[(next + 2)...]) : nil
}
