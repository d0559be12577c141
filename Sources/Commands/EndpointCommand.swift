import ArgumentParser
import BatchClient
import BatchModel

struct EndpointCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "endpoint", abstract: "Lists, shows, makes and changes batch endpoints.",
        subcommands: [
            EndpointList.self, EndpointShow.self, EndpointCreate.self, EndpointUpdate.self,
            EndpointSetDefault.self, EndpointDelete.self,
        ])
}

struct EndpointList: Verb {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists all batch endpoints.")

    @OptionGroup var common: CommonOptions

    func run(in surroundings: Surroundings) async throws {
        let endpoints = try await surroundings.client(common).endpoints()
        try show(
            endpoints.map(Shapes.endpoint),
            columns: [
                TableColumn("name", "name"), TableColumn("default", "defaults.deployment_name"),
                TableColumn("state", "provisioning_state"),
                TableColumn("description", "description"),
            ], as: common.output, in: surroundings)
    }
}

struct EndpointShow: Verb {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Shows one batch endpoint.")

    @OptionGroup var named: EndpointName

    @OptionGroup var common: CommonOptions

    func run(in surroundings: Surroundings) async throws {
        let endpoint = try await surroundings.client(common).endpoint(named.id)
        try show(Shapes.endpoint(endpoint), as: common.output, in: surroundings)
    }
}
