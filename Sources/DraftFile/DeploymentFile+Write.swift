public import BatchModel

extension DeploymentFile {
    private static let schemas = "https://azuremlschemas.azureedge.net/latest/"

    /// Describes a deployment's file; paths are relative to it.
    public init(deployment: Deployment) {
        self.deployment = deployment
        environmentVariables = [:]
    }

    /// The file's text.
    ///
    /// - Parameter old: the text it replaces, whose other keys stay; where nothing changes, the text is the old one.
    public func text(over old: String? = nil) -> String {
        if let old, let before = Self.parse(yaml: old, file: "").value,
            let document = YAMLDocument(old), before.isPipeline == isPipeline
        {
            let same = before.comparable == comparable
            return same ? old : merged(into: document, before)
        }
        var document = YAMLDocument()
        let schema = isPipeline ? "pipelineComponentBatchDeployment" : "modelBatchDeployment"
        document.set("$schema", .text(Self.schemas + schema + ".schema.json"))
        document.set("name", .text(deployment.name.rawValue))
        document.set("endpoint_name", .text(deployment.endpoint.rawValue))
        document.set("type", .text(isPipeline ? "pipeline" : "model"))
        return merged(into: document, nil)
    }

    private var isPipeline: Bool { deployment.modelSettings == nil }

    /// The file without what only a look at other files tells.
    private var comparable: DeploymentFile {
        var bare = self
        bare.component = nil
        bare.interpreter = nil
        if case .pipelineComponent(var settings) = bare.deployment.kind {
            settings.inputs = []
            settings.outputs = []
            bare.deployment.kind = .pipelineComponent(settings)
        }
        return bare
    }

    private func merged(into start: YAMLDocument, _ before: DeploymentFile?) -> String {
        var document = start
        if deployment.summary != before?.deployment.summary {
            document.set("description", deployment.summary.map { .text($0) })
        }
        switch deployment.kind {
        case .model(let settings): writeModel(settings, &document, before)
        case .pipelineComponent(let settings): writePipeline(settings, &document, before)
        }
        if deployment.tags != before?.deployment.tags ?? [:] {
            document.set("tags", deployment.tags.isEmpty ? nil : .texts(deployment.tags))
        }
        return document.text
    }

    // MARK: - Model

    private func writeModel(
        _ settings: ModelSettings, _ document: inout YAMLDocument, _ before: DeploymentFile?
    ) {
        writeParts(&document, before)
        if deployment.compute != before?.deployment.compute {
            document.set("compute", deployment.compute.map { .text("azureml:" + $0) })
        }
        let old = before?.deployment.modelSettings
        if settings.instanceCount != old?.instanceCount {
            document.set("instance_count", nil)
            document.set(["settings", "instance_count"], nil)
            document.set(["resources", "instance_count"], .whole(settings.instanceCount))
        }
        // A file without a type has its settings at the root (ES §2.1).
        let place = document.has("type") ? ["settings"] : []
        writeSettings(settings, old, place, &document)
        if environmentVariables != before?.environmentVariables ?? [:] {
            document.set(
                place + ["environment_variables"],
                environmentVariables.isEmpty ? nil : .texts(environmentVariables))
        }
    }

    private func writeParts(_ document: inout YAMLDocument, _ before: DeploymentFile?) {
        if modelReference != before?.modelReference || modelPath != before?.modelPath
            || modelName != before?.modelName || modelType != before?.modelType
        {
            document.set("model", modelValue)
        }
        if codeFolder != before?.codeFolder {
            document.set(["code_configuration", "code"], codeFolder.map { .text($0) })
        }
        if scoringScript != before?.scoringScript {
            document.set(
                ["code_configuration", "scoring_script"], scoringScript.map { .text($0) })
        }
        if environmentName != before?.environmentName {
            document.set("environment", environmentName.map { .text($0) })
        }
    }

    private var modelValue: YAMLValue? {
        if let modelReference { return .text(modelReference) }
        guard let modelPath else { return nil }
        let members = [("name", modelName), ("path", modelPath), ("type", modelType)]
        return .map(members.compactMap { key, text in text.map { (key, .text($0)) } })
    }

    private func writeSettings(
        _ new: ModelSettings, _ old: ModelSettings?, _ place: [String],
        _ document: inout YAMLDocument
    ) {
        func write<Value: Equatable>(
            _ path: [String], _ part: KeyPath<ModelSettings, Value>,
            _ value: (Value) -> YAMLValue?
        ) {
            guard old?[keyPath: part] != new[keyPath: part] else { return }
            document.set(place + path, value(new[keyPath: part]))
        }
        write(["max_concurrency_per_instance"], \.maxConcurrencyPerInstance) { .whole($0) }
        write(["mini_batch_size"], \.miniBatchSize) { .whole($0) }
        write(["output_action"], \.outputAction) { .text($0.rawValue) }
        // A file without rows has no name: the service's client refuses one beside summary_only (ES §2.2).
        let isNamed = new.outputAction == .appendRow
        if isNamed != (old.map { $0.outputAction == .appendRow })
            || new.outputFileName != old?.outputFileName
        {
            document.set(
                place + ["output_file_name"], isNamed ? .text(new.outputFileName) : nil)
        }
        write(["retry_settings", "max_retries"], \.maxRetries) { .whole($0) }
        write(["retry_settings", "timeout"], \.timeout) { .whole(Int($0.components.seconds)) }
        write(["error_threshold"], \.errorThreshold) { .whole($0) }
        write(["logging_level"], \.loggingLevel) { .text($0) }
    }

    // MARK: - Pipeline

    private func writePipeline(
        _ settings: PipelineSettings, _ document: inout YAMLDocument, _ before: DeploymentFile?
    ) {
        var old: PipelineSettings?
        if case .pipelineComponent(let found)? = before?.deployment.kind { old = found }
        if settings.componentID != old?.componentID {
            document.set("component", settings.componentID.map { .text($0) })
        }
        for key in Set(settings.settings.keys).union(old?.settings.keys ?? [:].keys).sorted()
        where settings.settings[key] != old?.settings[key] {
            document.set(["settings", key], settings.settings[key].map(Self.setting))
        }
    }

    private static func setting(_ text: String) -> YAMLValue {
        switch text {
        case "true": .flag(true)
        case "false": .flag(false)
        default: .text(text)
        }
    }
}
