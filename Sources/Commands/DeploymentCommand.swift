import ArgumentParser
import BatchClient
import BatchModel

struct DeploymentCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deployment",
        abstract: "Lists, shows, makes and changes the deployments of an endpoint.",
        subcommands: [
            DeploymentList.self, DeploymentShow.self, DeploymentCreate.self,
            DeploymentUpdate.self, DeploymentDelete.self,
        ])
}

struct DeploymentList: Verb {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists the deployments of an endpoint.")

    @Option(
        name: .shortAndLong, help: "The endpoint's name.", completion: .names(.endpoint))
    var endpointName: String

    @OptionGroup var common: CommonOptions

    func run(in surroundings: Surroundings) async throws {
        let client = try surroundings.client(common)
        let endpoint = try await client.endpoint(Endpoint.Name(endpointName))
        let deployments = try await client.deployments(endpoint.name)
        try show(
            deployments.map {
                Shapes.deployment($0, isDefault: $0.name == endpoint.defaultDeployment)
            },
            columns: [
                TableColumn("name", "name"), TableColumn("type", "type"),
                TableColumn("default", "is_default"),
                TableColumn("mini-batch", "settings.mini_batch_size", isRight: true),
                TableColumn("state", "provisioning_state"),
                TableColumn("description", "description"),
            ], as: common.output, in: surroundings)
    }
}

struct DeploymentShow: Verb {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Shows one deployment.")

    @OptionGroup var named: DeploymentName

    @OptionGroup var common: CommonOptions

    func run(in surroundings: Surroundings) async throws {
        let client = try surroundings.client(common)
        let endpoint = try await client.endpoint(named.endpoint)
        let deployment = try await client.deployment(endpoint.name, named.id)
        try show(
            Shapes.deployment(
                deployment, isDefault: deployment.name == endpoint.defaultDeployment),
            as: common.output, in: surroundings)
    }
}
