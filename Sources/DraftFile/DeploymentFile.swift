public import BatchModel

/// `deployment.yml` in either layout (ES §2.1): settings at the root of a file without `type`, or below `settings`.
public struct DeploymentFile: Sendable, Hashable {
    /// The deployment; its endpoint is the one the file names.
    public var deployment: Deployment
    /// The folder of the scoring script, relative to the file.
    public var codeFolder: String?
    /// The scoring script's name in that folder.
    public var scoringScript: String?
    /// The model's file or folder, relative to the file; nil for a registered model.
    public var modelPath: String?
    /// The model's registered name.
    public var modelName: String?
    /// The type an inline model is given: `custom_model`, `mlflow_model` or `triton_model`.
    public var modelType: String?
    /// `azureml:n:v` or another reference, when the model is not inline.
    public var modelReference: String?
    /// The environment's name or reference.
    public var environmentName: String?
    /// Set for every job.
    public var environmentVariables: [String: String]
    /// A Python prefix or interpreter of batchdeck's own tag `batchdeck.interpreter`; nil for the default one.
    public var interpreter: String?

    /// The tag that names an interpreter: tags go to Azure unchanged and mean nothing there.
    public static let interpreterTag = "batchdeck.interpreter"

    /// The pipeline component and what its steps run; nil for a model, and when it could not be read.
    public var component: PipelineComponent?

    /// Reads a text; `file` names it in problems.
    ///
    /// - Parameter components: finds the component a pipeline deployment names; nil leaves it unread.
    public static func parse(
        yaml: String, file: String, components: ComponentLookup? = nil, said: [String: String] = [:]
    ) -> Parsed<DeploymentFile> {
        let reader = YAMLReader(file: file)
        guard let map = reader.root(yaml, said: said) else {
            return Parsed(value: nil, problems: reader.problems)
        }
        let name = NameRule.name(in: map, of: "a deployment")
        let endpoint = map.text("endpoint_name", isRequired: true)
        let type = map.has("type") ? map.word("type", oneOf: ["model", "pipeline"]) : "legacy"
        var parsed = DeploymentFile(
            deployment: Deployment(
                name: Deployment.Name(name ?? ""), endpoint: Endpoint.Name(endpoint ?? ""),
                kind: .model(ModelSettings()), summary: map.text("description"),
                compute: compute(map), tags: map.texts("tags")), environmentVariables: [:])
        parsed.interpreter = parsed.deployment.tags[interpreterTag]
        _ = map.texts("properties")
        if type == "pipeline" {
            parsed.readPipeline(map, reader, components)
        } else {
            parsed.readModel(map, isLegacy: type == "legacy")
        }
        map.noteUnknownKeys()
        return Parsed(value: parsed, problems: reader.problems)
    }

    /// `azureml:name` or a bare name.
    private static func compute(_ map: YAMLMap) -> String? {
        map.text("compute").map { $0.hasPrefix("azureml:") ? String($0.dropFirst(8)) : $0 }
    }

    private mutating func readModel(_ map: YAMLMap, isLegacy: Bool) {
        let model = map.textOrMap("model")
        modelName = model.text ?? model.map?.text("name")
        modelPath = model.map?.text("path")
        modelReference = model.text
        modelType = model.map?.word("type", oneOf: ModelFile.types)
        _ = model.map.map { [$0.text("version"), $0.text("description")] }
        model.map?.noteUnknownKeys()
        if model.text == nil, model.map == nil {
            map.note("model", "model is missing.", "Name a registered model, or give its path.")
        }
        if let code = map.map("code_configuration") {
            codeFolder = code.text("code", isRequired: true)
            scoringScript = code.text("scoring_script", isRequired: true)
            code.noteUnknownKeys()
        }
        readEnvironment(map)
        let settings = isLegacy ? map : map.map("settings")
        var values = ModelSettings()
        readResources(map, into: &values)
        if let settings { readSettings(settings, into: &values) }
        if !isLegacy { settings?.noteUnknownKeys() }
        deployment.kind = .model(values)
    }

    private mutating func readEnvironment(_ map: YAMLMap) {
        let environment = map.textOrMap("environment")
        environmentName = environment.text ?? environment.map?.text("name")
        if let inline = environment.map {
            _ = [inline.text("image"), inline.text("version"), inline.text("description")]
            _ = inline.textOrMap("conda_file")
            _ = inline.textOrMap("build")
            inline.noteUnknownKeys()
        }
        if codeFolder != nil, environment.text == nil, environment.map == nil {
            map.note(
                "code_configuration", "environment is missing, and a scoring script is given.",
                "Name an environment: the service refuses the deployment without one.")
        }
    }

    private func readResources(_ map: YAMLMap, into values: inout ModelSettings) {
        guard let resources = map.map("resources") else { return }
        values.instanceCount =
            resources.whole("instance_count", in: 1...ModelSettings.instanceLimit) ?? 1
        _ = [resources.text("instance_type"), resources.text("shm_size")]
        resources.noteUnknownKeys()
    }

    private mutating func readSettings(_ map: YAMLMap, into values: inout ModelSettings) {
        let most = Int.max
        if let count = map.whole("instance_count", in: 1...ModelSettings.instanceLimit) {
            values.instanceCount = count
        }
        values.miniBatchSize = map.whole("mini_batch_size", in: 1...most) ?? values.miniBatchSize
        values.maxConcurrencyPerInstance =
            map.whole("max_concurrency_per_instance", in: 1...ModelSettings.instanceLimit)
            ?? values.maxConcurrencyPerInstance
        values.errorThreshold = map.whole("error_threshold", in: -1...most) ?? values.errorThreshold
        if let action = map.word("output_action", oneOf: ["append_row", "summary_only"]) {
            values.outputAction = action == "summary_only" ? .summaryOnly : .appendRow
        }
        if let name = map.text("output_file_name") {
            values.outputFileName = name
            if name.isEmpty || name.contains("/") || name == ".." {
                map.note(
                    "output_file_name", "\"\(name)\" is not a file name.",
                    "Give a name without a folder, as predictions.csv.")
            }
        }
        if let retry = map.map("retry_settings") {
            values.maxRetries = retry.whole("max_retries", in: 0...most) ?? values.maxRetries
            if let seconds = retry.whole("timeout", in: 1...259_200) {
                values.timeout = .seconds(seconds)
            }
            retry.noteUnknownKeys()
        }
        let levels = ["warning", "info", "debug"]
        values.loggingLevel = map.word("logging_level", oneOf: levels) ?? values.loggingLevel
        environmentVariables = map.texts("environment_variables")
    }
}
