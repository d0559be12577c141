import ArgumentParser
import BatchClient
import BatchModel
import DraftFile

/// What making and changing a deployment have in common.
struct DeploymentFileOptions: ParsableArguments, Sendable {
    @Option(
        name: .shortAndLong, help: "The deployment's YAML; - for standard input.",
        completion: .file())
    var file: String?

    @Option(
        name: .shortAndLong, help: "The endpoint, in place of the file's.",
        completion: .names(.endpoint))
    var endpointName: String?

    @Option(
        name: .shortAndLong, help: "The deployment's name, in place of the file's.",
        completion: .deployments)
    var name: String?

    @Flag(name: .long, help: "Makes it the endpoint's default deployment.")
    var setDefault = false

    @Option(
        name: .customLong("set"), parsing: .upToNextOption,
        help: "Sets one value, as settings.mini_batch_size=…; may be repeated.")
    var settings: [String] = []

    @OptionGroup var wait: WaitOptions

    func validate() throws {
        if wait.noWait, setDefault {
            throw ValidationError(
                "--set-default needs the deployment to be there: leave --no-wait out, or "
                    + "`batchdeck endpoint set-default` later.")
        }
    }

    /// The plan of the file and the flags.
    func plan(
        _ file: String, for operation: String, in here: Surroundings
    ) throws -> DeploymentPlan {
        let given = try GivenFile(file, for: operation, in: here)
        let said = ["name": name, "endpoint_name": endpointName].compactMapValues(\.self)
        let parsed = DeploymentPlan.parse(
            yaml: given.text, file: given.name, files: .local(here.environment), said: said)
        return try changed(try parsed.checked(for: operation, in: here), operation)
    }

    /// A plan with what `--set` says.
    func changed(
        _ plan: DeploymentPlan, _ operation: String
    ) throws(ServiceFailure) -> DeploymentPlan {
        try applying(
            operation,
            { (value: inout DeploymentPlan) throws(SettingError) in
                try DeploymentSetting.apply(settings, to: &value)
            }, to: plan)
    }

    /// Carries a plan out; gives the deployment as it is shown.
    func publish(
        _ plan: DeploymentPlan, _ client: BatchClient, in here: Surroundings
    ) async throws -> JSONValue {
        let printer = PublishPrinter(streams: here.streams)
        let made = try await wait.control(of: client).putDeployment(plan) { printer.print($0) }
        let endpoint =
            setDefault
            ? try await client.control.setDefault(made.endpoint, made.name)
            : try await client.endpoint(made.endpoint)
        return Shapes.deployment(made, isDefault: made.name == endpoint.defaultDeployment)
    }
}

struct DeploymentCreate: Verb {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Makes a deployment, or replaces one of that name.",
        discussion: """
            Code and model are uploaded first; what is there already is not sent again. Inline models, environments and \
            components are registered as versions of their own.
            """)

    @OptionGroup var options: DeploymentFileOptions
    @OptionGroup var common: CommonOptions

    func validate() throws {
        if options.file == nil { throw ValidationError("Give the deployment's YAML: --file.") }
    }

    func run(in surroundings: Surroundings) async throws {
        let client = try surroundings.client(common)
        let plan = try options.plan(
            options.file ?? "-", for: "create the deployment", in: surroundings)
        try show(
            try await options.publish(plan, client, in: surroundings), as: common.output,
            in: surroundings)
    }
}

struct DeploymentUpdate: Verb {
    static let configuration = CommandConfiguration(
        commandName: "update", abstract: "Changes a deployment by its YAML, or by --set alone.")

    @OptionGroup var options: DeploymentFileOptions
    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard options.file == nil else { return }
        if options.name == nil || options.endpointName == nil {
            throw ValidationError("Give --file, or --endpoint-name and --name.")
        }
    }

    func run(in surroundings: Surroundings) async throws {
        let operation = "update the deployment"
        let client = try surroundings.client(common)
        let plan: DeploymentPlan
        if let file = options.file {
            plan = try options.plan(file, for: operation, in: surroundings)
            _ = try await client.deployment(plan.deployment.endpoint, plan.deployment.name)
        } else {
            let endpoint = Endpoint.Name(options.endpointName ?? "")
            let name = Deployment.Name(options.name ?? "")
            plan = try options.changed(
                try await client.control.deploymentPlan(endpoint, name), operation)
        }
        try show(
            try await options.publish(plan, client, in: surroundings), as: common.output,
            in: surroundings)
    }
}

struct DeploymentDelete: Verb {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Takes a deployment away.")

    @OptionGroup var named: DeploymentName

    @OptionGroup var deletion: DeletionOptions
    @OptionGroup var wait: WaitOptions
    @OptionGroup var common: CommonOptions

    func run(in surroundings: Surroundings) async throws {
        let client = try surroundings.client(common)
        let what = "the deployment \(named.name) of \(named.endpointName)"
        try deletion.confirm(what, common.asking, in: surroundings)
        try await wait.control(of: client).deleteDeployment(
            named.endpoint, named.id)
        try deletion.tell(
            what, ["name": .string(named.name), "endpoint_name": .string(named.endpointName)],
            isDone: !wait.noWait, as: common.output, in: surroundings)
    }
}
