import ArgumentParser
import BatchModel

/// Which version of an asset is meant: by its number, or by the only label that the service knows.
struct VersionOptions: ParsableArguments, Sendable {
    @Option(name: .shortAndLong, help: "The version.", completion: .names(.dataVersion))
    var version: String?

    @Option(name: .shortAndLong, help: "Instead of a version: the label latest.")
    var label: String?

    func validate() throws {
        if version != nil, label != nil {
            throw ValidationError("Give --version or --label, not both.")
        }
        if let label, label != "latest" {
            throw ValidationError("The only label is latest, not \(label).")
        }
    }
}

/// Whether a list shows what was archived.
struct ArchiveOptions: ParsableArguments, Sendable {
    @Flag(name: .long, help: "Archived ones too.")
    var includeArchived = false

    @Flag(name: .long, help: "Archived ones alone.")
    var archivedOnly = false

    func validate() throws {
        if includeArchived, archivedOnly {
            throw ValidationError("--include-archived and --archived-only exclude each other.")
        }
    }

    var view: ListView { archivedOnly ? .archived : includeArchived ? .all : .active }

    /// Said where it can differ: the list without archived ones keeps the shape it always had.
    func marked(_ shape: JSONValue, _ isArchived: Bool) -> JSONValue {
        guard view != .active, var members = shape.members else { return shape }
        members["is_archived"] = .boolean(isArchived)
        return .object(members)
    }
}
