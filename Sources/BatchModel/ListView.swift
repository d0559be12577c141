/// Which jobs of a list are wanted: the service's `listViewType` (CONTRACT §2).
public enum ListView: String, Sendable, Hashable, Codable, CaseIterable {
    /// Those that are not archived; what a list shows unless asked otherwise.
    case active = "ActiveOnly"
    /// Archived ones alone.
    case archived = "ArchivedOnly"
    /// Both.
    case all = "All"

    /// Reads the word of a query, compared without case; any other word, and none, means the active ones.
    public init(word: String?) {
        let wanted = word?.lowercased()
        self = Self.allCases.first { $0.rawValue.lowercased() == wanted } ?? .active
    }

    var item: RouteRequest.QueryItem { .init("listViewType", rawValue) }
}
