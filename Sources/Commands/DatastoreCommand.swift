import ArgumentParser
import BatchClient
import BatchModel

struct DatastoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "datastore", abstract: "Lists, shows, browses and makes datastores.",
        subcommands: [
            DatastoreList.self, DatastoreShow.self, DatastoreBrowse.self, DatastoreCreate.self,
            DatastoreDelete.self,
        ])
}

struct DatastoreList: Verb {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists all datastores.")

    @OptionGroup var common: CommonOptions

    func run(in surroundings: Surroundings) async throws {
        let client = try surroundings.client(common)
        let scope = try await client.connect().scope
        try show(
            try await client.datastores().map { Shapes.datastore($0, in: scope) },
            columns: [
                TableColumn("name", "name"), TableColumn("type", "type"),
                TableColumn("default", "is_default"),
                TableColumn("container", "container_name"),
            ], as: common.output, in: surroundings)
    }
}

struct DatastoreShow: Verb {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Shows one datastore.")

    @OptionGroup var named: DatastoreName

    @OptionGroup var common: CommonOptions

    func run(in surroundings: Surroundings) async throws {
        let client = try surroundings.client(common)
        let found = try await client.datastore(named.id)
        let scope = try await client.connect().scope
        try show(Shapes.datastore(found, in: scope), as: common.output, in: surroundings)
    }
}

struct DatastoreBrowse: Verb {
    static let configuration = CommandConfiguration(
        commandName: "browse", abstract: "Lists one level of a datastore.")

    @OptionGroup var named: DatastoreName

    @Argument(help: "Only what lies below this folder.")
    var prefix = ""

    @OptionGroup var common: CommonOptions

    func run(in surroundings: Surroundings) async throws {
        let entries = try await surroundings.client(common).browse(
            named.id, prefix)
        try show(
            entries.map(Shapes.blob),
            columns: [
                TableColumn("name", "name"), TableColumn("size", "size", isRight: true),
                TableColumn("modified", "modified_at"),
            ], as: common.output, in: surroundings)
    }
}

extension Shapes {
    static func blob(_ entry: BlobEntry) -> JSONValue {
        .object([
            "name": .string(entry.path), "is_folder": .boolean(entry.isFolder),
            "size": entry.size.map { .integer($0) } ?? .null,
            "modified_at": .optional(entry.modifiedAt?.iso8601),
        ])
    }
}
