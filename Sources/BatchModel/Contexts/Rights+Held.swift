// What an identity may do on a resource is a list of entries, one for each role it has there. An entry allows what matches
// one of its actions and none of its exceptions; what any entry allows is allowed. `*` stands for any text, slashes too, and
// `a/*/b` covers `a/b`: the built-in roles name `workspaces/*/write` and except `workspaces/write` from it.

extension Rights {
    /// What one role allows, as Azure's list of permissions has it.
    public struct Permission: Sendable, Hashable, Codable {
        /// Patterns of what is allowed.
        public var actions: [String]?
        /// Patterns of what is not, although the others match.
        public var notActions: [String]?

        /// Describes a role's rights.
        public init(actions: [String], notActions: [String] = []) {
            self.actions = actions
            self.notActions = notActions
        }

        func allows(_ action: String) -> Bool {
            let isMeant = (actions ?? []).contains { Rights.matches($0, action) }
            return isMeant && !(notActions ?? []).contains { Rights.matches($0, action) }
        }
    }

    /// Something people do and the rights they lack for it.
    public struct Lack: Sendable, Hashable {
        /// As words after "may not".
        public var operation: String
        /// The missing actions, in full.
        public var actions: [String]
        /// True when jobs can be neither seen nor submitted without.
        public var isEssential: Bool
        /// Built-in roles that hold them.
        public var roles: String
    }

    /// The docs list it as needed to submit, and except it from the role they call enough (ES §8).
    private static let dispensable: Set = ["computes/listkeys/action"]

    /// What is missing of ES §8's rights, by what people do; empty when everything is held.
    public static func lacks(_ permissions: [Permission]) -> [Lack] {
        rows.enumerated().compactMap { place, row in
            let missing = row.actions.filter { !dispensable.contains($0) }
                .map { provider + $0 }
                .filter { action in !permissions.contains { $0.allows(action) } }
            guard !missing.isEmpty else { return nil }
            return Lack(
                operation: row.operation, actions: missing, isEssential: place < essentialRows,
                roles: roles)
        }
    }

    /// The first rows: seeing endpoints, submitting jobs.
    private static let essentialRows = 2
    private static let provider = "Microsoft.MachineLearningServices/workspaces/"

    static func matches(_ pattern: String, _ action: String) -> Bool {
        let (pattern, action) = (pattern.lowercased(), action.lowercased())
        return glob(pattern, action) || glob(pattern.replacing("/*/", with: "/"), action)
    }

    /// Text in which `*` stands for any run of letters.
    private static func glob(_ pattern: String, _ text: String) -> Bool {
        let parts = pattern.split(separator: "*", omittingEmptySubsequences: false)
        guard let first = parts.first, let last = parts.last, parts.count > 1 else {
            return pattern == text
        }
        guard text.hasPrefix(first) else { return false }
        var rest = text.dropFirst(first.count)
        for part in parts.dropFirst().dropLast() where !part.isEmpty {
            guard let place = rest.firstRange(of: part) else { return false }
            rest = rest[place.upperBound...]
        }
        return rest.count >= last.count && rest.hasSuffix(last)
    }
}
