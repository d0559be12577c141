import ArgumentParser
import BatchClient
import BatchModel
import DraftFile

/// What making and changing an endpoint have in common.
struct EndpointFileOptions: ParsableArguments, Sendable {
    @Option(
        name: .shortAndLong, help: "The endpoint's YAML; - for standard input.",
        completion: .file())
    var file: String?

    @Option(
        name: .shortAndLong, help: "The endpoint's name, in place of the file's.",
        completion: .names(.endpoint))
    var name: String?

    @Option(
        name: .customLong("set"), parsing: .upToNextOption,
        help: "Sets one value, as description=… or tags.NAME=…; may be repeated.")
    var settings: [String] = []

    func validate() throws {
        if file == nil, name == nil { throw ValidationError("Give --name or --file.") }
    }

    /// What the file says, by the name that was given; nil without a file.
    func given(for operation: String, in here: Surroundings) throws -> Endpoint? {
        guard let file else { return nil }
        let given = try GivenFile(file, for: operation, in: here)
        let parsed = EndpointFile.parse(
            yaml: given.text, file: given.name, said: name.map { ["name": $0] } ?? [:])
        return try parsed.checked(for: operation, in: here).endpoint
    }

    /// An endpoint with what `--set` says.
    func changed(
        _ endpoint: Endpoint, _ operation: String, besides more: [String] = []
    ) throws(ServiceFailure) -> Endpoint {
        try applying(
            operation,
            { (value: inout Endpoint) throws(SettingError) in
                try EndpointSetting.apply(settings + more, to: &value)
            }, to: endpoint)
    }
}

struct EndpointCreate: Verb {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Makes a batch endpoint, or replaces what it says.")

    @OptionGroup var options: EndpointFileOptions
    @OptionGroup var wait: WaitOptions
    @OptionGroup var common: CommonOptions

    func run(in surroundings: Surroundings) async throws {
        let operation = "create the endpoint"
        let given = try options.given(for: operation, in: surroundings)
        let endpoint = try options.changed(
            given ?? Endpoint(name: Endpoint.Name(options.name ?? "")), operation)
        let client = try surroundings.client(common)
        let made = try await wait.control(of: client).putEndpoint(endpoint)
        try show(Shapes.endpoint(made), as: common.output, in: surroundings)
    }
}

struct EndpointUpdate: Verb {
    static let configuration = CommandConfiguration(
        commandName: "update", abstract: "Changes an endpoint's description, tags or default.")

    @OptionGroup var options: EndpointFileOptions

    @Option(name: .long, help: "The default, as deployment_name=NAME.")
    var defaults: String?

    @OptionGroup var wait: WaitOptions
    @OptionGroup var common: CommonOptions

    func validate() throws {
        if let defaults, !defaults.hasPrefix("deployment_name=") {
            throw ValidationError("--defaults takes deployment_name=NAME, not \(defaults).")
        }
    }

    func run(in surroundings: Surroundings) async throws {
        let operation = "update the endpoint"
        let client = try surroundings.client(common)
        let change = try options.given(for: operation, in: surroundings)
        let wanted = change?.name ?? Endpoint.Name(options.name ?? "")
        var endpoint = try await client.endpoint(wanted)
        if let change {
            endpoint.summary = change.summary ?? endpoint.summary
            endpoint.defaultDeployment = change.defaultDeployment ?? endpoint.defaultDeployment
            endpoint.tags.merge(change.tags) { _, new in new }
        }
        endpoint = try options.changed(
            endpoint, operation, besides: defaults.map { ["defaults.\($0)"] } ?? [])
        let made = try await wait.control(of: client).updateEndpoint(endpoint)
        try show(Shapes.endpoint(made), as: common.output, in: surroundings)
    }
}

struct EndpointSetDefault: Verb {
    static let configuration = CommandConfiguration(
        commandName: "set-default",
        abstract: "Makes a deployment the one that runs jobs which name none.")

    @OptionGroup var named: EndpointName

    @Option(
        name: .shortAndLong, help: "The deployment's name.",
        completion: .deploymentsByName)
    var deploymentName: String

    @OptionGroup var wait: WaitOptions
    @OptionGroup var common: CommonOptions

    func run(in surroundings: Surroundings) async throws {
        let control = wait.control(of: try surroundings.client(common))
        let made = try await control.setDefault(
            named.id, Deployment.Name(deploymentName))
        try show(Shapes.endpoint(made), as: common.output, in: surroundings)
    }
}

struct EndpointDelete: Verb {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Takes an endpoint away, its deployments with it.")

    @OptionGroup var named: EndpointName

    @OptionGroup var deletion: DeletionOptions
    @OptionGroup var wait: WaitOptions
    @OptionGroup var common: CommonOptions

    func run(in surroundings: Surroundings) async throws {
        let client = try surroundings.client(common)
        let what = "the endpoint \(named.name) with all its deployments"
        try deletion.confirm(what, common.asking, in: surroundings)
        try await wait.control(of: client).deleteEndpoint(named.id)
        try deletion.tell(
            what, ["name": .string(named.name)], isDone: !wait.noWait, as: common.output,
            in: surroundings)
    }
}
