public import BatchModel

/// What an engine would find in a workspace folder, read without one.
public struct WorkspaceCheck: Sendable, Hashable {
    /// How many endpoints and deployments can be used.
    public var endpoints: Int, deployments: Int
    /// What is wrong in its files.
    public var problems: [WorkspaceProblem]

    /// Reads a folder; nothing is written.
    ///
    /// - Throws: `.notFound` when it is no folder that can be read.
    public static func read(_ folder: String) throws(ServiceFailure) -> WorkspaceCheck {
        let catalog = try WorkspaceFolder(folder).current().catalog
        return WorkspaceCheck(
            endpoints: catalog.endpoints.count, deployments: catalog.deployments.count,
            problems: catalog.problems)
    }
}
