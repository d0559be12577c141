import ArgumentParser
import BatchClient
import BatchModel
import DraftFile

struct EndpointCreate: Verb {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Makes a batch endpoint, or replaces what it says.")

    @Option(name: .shortAndLong, help: "The endpoint's YAML; - for standard input.")
    var file: String?

    @Option(name: .shortAndLong, help: "The endpoint's name, in place of the file's.")
    var name: String?

    @Option(
        name: .customLong("set"), parsing: .upToNextOption,
        help: "Sets one value, as description=… or tags.NAME=…; may be repeated.")
    var settings: [String] = []

    @OptionGroup var common: CommonOptions

    func validate() throws {
        if file == nil, name == nil { throw ValidationError("Give --file or --name.") }
    }

    func run(in surroundings: Surroundings) async throws {
        let operation = "create the endpoint"
        var endpoint = Endpoint(name: Endpoint.Name(name ?? ""))
        if let file {
            var given = try GivenFile(file, for: operation, in: surroundings)
            given.complete("name", name)
            let parsed = EndpointFile.parse(yaml: given.text, file: given.name)
            endpoint = try given.value(parsed, for: operation, in: surroundings).endpoint
            if let name { endpoint.name = Endpoint.Name(name) }
        }
        endpoint = try applying(
            operation,
            { (value: inout Endpoint) throws(SettingError) in
                try EndpointSetting.apply(settings, to: &value)
            }, to: endpoint)
        let made = try await surroundings.client(common).control.putEndpoint(endpoint)
        try show(Shapes.endpoint(made), as: common.output, in: surroundings)
    }
}

struct EndpointUpdate: Verb {
    static let configuration = CommandConfiguration(
        commandName: "update", abstract: "Changes an endpoint's description, tags or default.")

    @Option(name: .shortAndLong, help: "The endpoint's name (default: the file's).")
    var name: String?

    @Option(name: .shortAndLong, help: "YAML with what changes; - for standard input.")
    var file: String?

    @Option(name: .long, help: "The default, as deployment_name=NAME.")
    var defaults: String?

    @Option(
        name: .customLong("set"), parsing: .upToNextOption,
        help: "Sets one value, as description=… or tags.NAME=…; may be repeated.")
    var settings: [String] = []

    @OptionGroup var common: CommonOptions

    func validate() throws {
        if file == nil, name == nil { throw ValidationError("Give --name or --file.") }
        if let defaults, !defaults.hasPrefix("deployment_name=") {
            throw ValidationError("--defaults takes deployment_name=NAME, not \(defaults).")
        }
    }

    func run(in surroundings: Surroundings) async throws {
        let operation = "update the endpoint"
        let client = try surroundings.client(common)
        var change: Endpoint?
        if let file {
            var given = try GivenFile(file, for: operation, in: surroundings)
            given.complete("name", name)
            let parsed = EndpointFile.parse(yaml: given.text, file: given.name)
            change = try given.value(parsed, for: operation, in: surroundings).endpoint
        }
        let wanted = name.map { Endpoint.Name($0) } ?? change?.name ?? ""
        var endpoint = try await client.endpoint(wanted)
        if let change {
            endpoint.summary = change.summary ?? endpoint.summary
            endpoint.defaultDeployment = change.defaultDeployment ?? endpoint.defaultDeployment
            endpoint.tags.merge(change.tags) { _, new in new }
        }
        let all = settings + (defaults.map { ["defaults.\($0)"] } ?? [])
        endpoint = try applying(
            operation,
            { (value: inout Endpoint) throws(SettingError) in
                try EndpointSetting.apply(all, to: &value)
            }, to: endpoint)
        let made = try await client.control.updateEndpoint(endpoint)
        try show(Shapes.endpoint(made), as: common.output, in: surroundings)
    }
}

struct EndpointSetDefault: Verb {
    static let configuration = CommandConfiguration(
        commandName: "set-default",
        abstract: "Makes a deployment the one that runs jobs which name none.")

    @Option(name: .shortAndLong, help: "The endpoint's name.")
    var name: String

    @Option(name: .shortAndLong, help: "The deployment's name.")
    var deploymentName: String

    @OptionGroup var common: CommonOptions

    func run(in surroundings: Surroundings) async throws {
        let made = try await surroundings.client(common).control.setDefault(
            Endpoint.Name(name), Deployment.Name(deploymentName))
        try show(Shapes.endpoint(made), as: common.output, in: surroundings)
    }
}

struct EndpointDelete: Verb {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Takes an endpoint away, its deployments with it.")

    @Option(name: .shortAndLong, help: "The endpoint's name.")
    var name: String

    @OptionGroup var deletion: DeletionOptions
    @OptionGroup var common: CommonOptions

    func run(in surroundings: Surroundings) async throws {
        let client = try surroundings.client(common)
        let what = "the endpoint \(name) with all its deployments"
        try deletion.confirm(what, in: surroundings)
        try await client.control.deleteEndpoint(Endpoint.Name(name))
        surroundings.streams.talk("deleted \(what)\n")
    }
}
