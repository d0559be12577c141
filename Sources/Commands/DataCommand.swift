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

    @Option(
        name: .shortAndLong, help: "Only this asset: lists its versions.",
        completion: .names(.data))
    var name: String?

    @OptionGroup var archive: ArchiveOptions
    @OptionGroup var common: CommonOptions

    func run(in surroundings: Surroundings) async throws {
        let client = try surroundings.client(common)
        let view = archive.view
        let archived = view == .active ? [] : [TableColumn("archived", "is_archived")]
        guard let name else {
            let assets =
                try await view == .active
                ? client.dataAssets() : client.control.dataAssets(view)
            try show(
                assets.map { archive.marked(Shapes.asset($0), $0.isArchived) },
                columns: [
                    TableColumn("name", "name"), TableColumn("type", "type"),
                    TableColumn("latest", "latest_version"),
                    TableColumn("description", "description"),
                ] + archived, as: common.output, in: surroundings)
            return
        }
        let asset = DataAsset.Name(name)
        let versions =
            try await view == .active
            ? client.dataVersions(asset) : client.control.dataVersions(asset, view)
        try show(
            versions.map { archive.marked(Shapes.version($0), $0.isArchived) },
            columns: [
                TableColumn("name", "name"), TableColumn("version", "version"),
                TableColumn("type", "type"), TableColumn("path", "path"),
            ] + archived, as: common.output, in: surroundings)
    }
}

struct DataShow: Verb {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Shows one version of a data asset.")

    @Option(name: .shortAndLong, help: "The asset's name.", completion: .names(.data))
    var name: String

    @OptionGroup var wanted: VersionOptions
    @OptionGroup var common: CommonOptions

    func run(in surroundings: Surroundings) async throws {
        let client = try surroundings.client(common)
        let version = wanted.version.map(DataReference.Version.named) ?? .latest
        let found = try await client.dataVersion(DataAsset.Name(name), version)
        try show(Shapes.version(found), as: common.output, in: surroundings)
    }
}
