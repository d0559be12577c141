// "does not have authorization to perform action X over scope Y" helps whoever knows what X is needed for and who may
// grant it. Both are in the tables of ES §8: this file turns the sentence into "that is a right to …; these roles hold it".

/// Explains a refusal for want of a right (ES §8).
public enum Rights {
    /// What a refusal names.
    public struct Refusal: Sendable, Hashable {
        /// `Microsoft.MachineLearningServices/workspaces/batchEndpoints/read`.
        public var action: String
        /// The resource it was refused on, empty when it is not named.
        public var scope: String
    }

    struct Row {
        var operation: String
        var actions: [String]
    }

    private static let machineLearning = "microsoft.machinelearningservices/workspaces/"

    /// Actions below a workspace, in lower case, by what people do; the first row that holds an action explains it.
    static let rows = [
        Row(
            operation: "list and show endpoints and deployments",
            actions: ["read", "batchendpoints/read", "batchendpoints/deployments/read"]),
        Row(
            operation: "submit jobs",
            actions: [
                "batchendpoints/jobs/write", "batchendpoints/deployments/jobs/write",
                "batchendpoints/write", "batchendpoints/deployments/write",
                "endpoints/pipelines/read", "endpoints/pipelines/write", "experiments/read",
                "experiments/runs/submit/action", "experiments/runs/write", "modules/read",
                "models/read", "environments/read", "environments/write",
                "environments/build/action", "environments/readsecrets/action", "computes/read",
                "computes/listkeys/action", "metrics/resource/write",
            ]),
        Row(
            operation: "choose data",
            actions: [
                "data/versions/read", "data/versions/write", "datasets/registered/read",
                "datasets/registered/write", "datasets/unregistered/read",
                "datasets/unregistered/write", "datastores/read", "datastores/write",
                "datastores/listsecrets/action", "liststorageaccountkeys/action",
            ]),
        Row(
            operation: "watch jobs and read logs and outputs",
            actions: [
                "experiments/runs/read", "jobs/read", "metadata/artifacts/read",
                "metadata/artifacts/write", "metadata/snapshots/read", "metadata/secrets/read",
            ]),
        Row(operation: "stop jobs", actions: ["jobs/cancel/action", "jobs/write"]),
    ]

    /// Built-in roles that hold all of them (ES §8).
    static let roles = "AzureML Data Scientist, Contributor or Owner"
    /// AzureML Data Scientist may neither make nor delete computes, nor delete the workspace's own things.
    static let higherRoles = "Contributor or Owner"
    private static let storageRole = "Storage Blob Data Contributor"

    /// Reads the action and the scope from a service's sentence; nil when it names none.
    public static func refusal(in text: String) -> Refusal? {
        guard let action = quoted(after: "to perform action ", in: text), action.contains("/")
        else { return nil }
        return Refusal(action: action, scope: quoted(after: "over scope ", in: text) ?? "")
    }

    /// What to do about a missing right, a sentence or two; nil when the text names none.
    public static func advice(for text: String) -> String? {
        guard let refusal = refusal(in: text) else { return nil }
        return advice(for: refusal)
    }

    static func advice(for refusal: Refusal) -> String {
        let place = lastNames(of: refusal.scope).map { " on \($0)" } ?? ""
        return "Missing right: \(refusal.action)\(purpose(of: refusal.action)). "
            + "Roles that hold it: \(holders(of: refusal.action)); "
            + "ask an owner\(place) for one of them, then sign in again."
    }

    private static func purpose(of action: String) -> String {
        guard let tail = tail(of: action) else { return "" }
        guard let row = rows.first(where: { $0.actions.contains(tail) }) else { return "" }
        return " (needed to \(row.operation))"
    }

    private static func holders(of action: String) -> String {
        let lowered = action.lowercased()
        if lowered.hasPrefix("microsoft.storage/"), lowered.contains("/blobservices/") {
            return storageRole
        }
        guard let tail = tail(of: action) else { return higherRoles }
        let isComputeChange =
            tail.hasPrefix("computes/")
            && (tail.hasSuffix("/write") || tail.hasSuffix("/delete"))
        return isComputeChange || tail == "write" || tail == "delete" ? higherRoles : roles
    }

    private static func tail(of action: String) -> String? {
        let lowered = action.lowercased()
        guard lowered.hasPrefix(machineLearning) else { return nil }
        return String(lowered.dropFirst(machineLearning.count))
    }

    /// `workspace ws` of a resource id.
    private static func lastNames(of scope: String) -> String? {
        let parts = scope.split(separator: "/")
        guard let mark = parts.firstIndex(where: { $0.lowercased() == "workspaces" }),
            mark + 1 < parts.count
        else { return nil }
        return "the workspace \(parts[mark + 1])"
    }

    private static func quoted(after mark: String, in text: String) -> String? {
        guard let place = text.firstRange(of: mark) else { return nil }
        let rest = text[place.upperBound...]
        guard let first = rest.first, first == "'" || first == "\"" else { return nil }
        let value = rest.dropFirst().prefix { $0 != first }
        return value.isEmpty || value.utf8.count > 1024 ? nil : String(value)
    }
}
