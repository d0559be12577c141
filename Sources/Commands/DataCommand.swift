import ArgumentParser
import BatchClient
import BatchModel

struct DataCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "data", abstract: "Lists, shows and registers data assets.",
        subcommands: [
            DataList.self, DataShow.self, DataCreate.self, DataArchive.self, DataRestore.self,
        ])
}

struct DataList: Verb {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists data assets, or the versions of one.")

    @Option(name: .shortAndLong, help: "Only this asset: lists its versions.")
    var name: String?

    @OptionGroup var common: CommonOptions

    func run(in surroundings: Surroundings) async throws {
        let client = try surroundings.client(common)
        guard let name else {
            try show(
                try await client.dataAssets().map(Shapes.asset),
                columns: [
                    TableColumn("name", "name"), TableColumn("type", "type"),
                    TableColumn("latest", "latest_version"),
                    TableColumn("description", "description"),
                ], as: common.output, in: surroundings)
            return
        }
        try show(
            try await client.dataVersions(DataAsset.Name(name)).map(Shapes.version),
            columns: [
                TableColumn("name", "name"), TableColumn("version", "version"),
                TableColumn("type", "type"), TableColumn("path", "path"),
            ], as: common.output, in: surroundings)
    }
}

struct DataShow: Verb {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Shows one version of a data asset.")

    @Option(name: .shortAndLong, help: "The asset's name.")
    var name: String

    @Option(name: .shortAndLong, help: "The version.")
    var version: String?

    @Option(name: .shortAndLong, help: "Instead of a version: the label latest.")
    var label: String?

    @OptionGroup var common: CommonOptions

    func validate() throws {
        if version != nil, label != nil {
            throw ValidationError("Give --version or --label, not both.")
        }
        if let label, label != "latest" {
            throw ValidationError("The only label is latest, not \(label).")
        }
    }

    func run(in surroundings: Surroundings) async throws {
        let client = try surroundings.client(common)
        let wanted = version.map(DataReference.Version.named) ?? .latest
        let found = try await client.dataVersion(DataAsset.Name(name), wanted)
        try show(Shapes.version(found), as: common.output, in: surroundings)
    }
}
