import BatchModel
import DraftFile

/// What a body makes of a deployment: its file, and what has to be copied beside it.
///
/// A deployment's parts come as ids. An id that the deployment already goes by leaves the part as its file has it, so that
/// reading a deployment and sending it back changes nothing.
struct DeploymentPlan {
    /// A part to be copied into the deployment's folder, in place of the one there.
    struct Copy {
        /// Absolute.
        var source: String
        /// The folder it gets: `code` or `model`.
        var folder: String
        /// Its name in that folder; nil for what the folder itself holds.
        var entry: String?
    }

    private let engine: Engine
    private let context: RouteContext
    private let sources: [String: String]
    /// The deployment as it is, and its file; nil for a new one.
    private let known: CatalogDeployment?
    private let old: DeploymentFile?

    private(set) var file: DeploymentFile
    private(set) var copies: [Copy] = []

    /// Settles the parts.
    ///
    /// - Parameter sources: folders of uploaded code on disk, by the record's key.
    init(
        _ wanted: Deployment, _ wire: WireDeployment, known: CatalogDeployment?,
        old: DeploymentFile?, sources: [String: String], engine: Engine, context: RouteContext
    ) throws(RouteRefusal) {
        self.engine = engine
        self.context = context
        self.sources = sources
        self.known = known
        self.old = old
        var wanted = wanted
        wanted.compute = wire.compute.flatMap { $0.isEmpty ? nil : $0.lastSegment }
        if let compute = wanted.compute {
            if compute.hasPrefix("azureml:") { wanted.compute = String(compute.dropFirst(8)) }
            try Engine.check(assetName: wanted.compute ?? "", of: "a compute")
        }
        file = DeploymentFile(deployment: wanted)
        switch wanted.kind {
        case .model: try takeModel(wire)
        case .pipelineComponent(let settings): try takePipeline(settings)
        }
    }

    private var scope: WorkspaceScope { context.scope }
    private var catalog: WorkspaceCatalog { context.catalog }

    // MARK: - Model deployments

    private mutating func takeModel(_ wire: WireDeployment) throws(RouteRefusal) {
        if let text = wire.retrySettings?.timeout, ISODuration.read(text) == nil {
            throw .userError(
                "retrySettings.timeout is \"\(text)\"; it is an ISO 8601 duration, as PT30S.")
        }
        file.environmentVariables = wire.environmentVariables?.values ?? [:]
        if let code = wire.codeConfiguration, code.codeId != nil || code.scoringScript != nil {
            try takeCode(code.codeId ?? "", script: code.scoringScript ?? "")
        }
        if let id = wire.model?.assetId, !id.isEmpty { try takeModel(id) }
        if let id = wire.environmentId, !id.isEmpty { takeEnvironment(id) }
    }

    private mutating func takeCode(_ id: String, script: String) throws(RouteRefusal) {
        guard let code = AssetID.version(id, .codes, in: scope) else {
            throw .userError("codeConfiguration.codeId is \"\(id)\", which is no id of code here.")
        }
        file.scoringScript = script
        guard let folder = codeFolder(code) else {
            throw .userError(
                "There is no code \(code.name), version \(code.version), or its files are gone "
                    + "from storage. Upload it again.", innerCode: "NoSuchCode")
        }
        let path = FilePath.resolve(script, from: folder)
        guard !script.isEmpty, !script.contains(".."), FilePath.exists(path),
            !FilePath.isFolder(path)
        else {
            throw .userError(
                "codeConfiguration.scoringScript: there is no file \"\(script)\" in the code "
                    + "\(code.name), version \(code.version).", innerCode: "NoSuchScript")
        }
        file.codeFolder = old?.codeFolder
        guard known?.ownCode != code, known?.codeFolder != folder else { return }
        if let here = known?.codeFolder, old?.codeFolder != nil,
            WorkspaceFiles.isSame(here, folder)
        {
            return
        }
        copies.append(Copy(source: folder, folder: "code", entry: nil))
    }

    private func codeFolder(_ code: AssetVersion) -> String? {
        if known?.ownCode == code { return known?.codeFolder }
        if let other = catalog.deployments.first(where: { $0.ownCode == code }) {
            return other.codeFolder
        }
        return sources[code.key]
    }

    private mutating func takeModel(_ id: String) throws(RouteRefusal) {
        guard let model = AssetID.version(id, .models, in: scope) else {
            throw .userError(
                "model.assetId is \"\(id)\", which is no id of a model of this workspace; the "
                    + "local engine has no registry. Register the model here first.")
        }
        if known?.model == model, let old {
            file.modelReference = old.modelReference
            file.modelName = old.modelName
            file.modelPath = old.modelPath
            file.modelType = old.modelType
            return
        }
        if model.version == AssetID.latest,
            catalog.models.contains(where: { $0.name == model.name })
        {
            return refer("azureml:\(model.name)@latest")
        }
        if catalog.models.contains(where: { $0.id == model }) {
            return refer("azureml:\(model.name):\(model.version)")
        }
        guard let other = catalog.deployments.first(where: { $0.model == model }),
            let folder = other.modelFolder, let entry = other.modelEntry
        else {
            throw .userError(
                "There is no model \(model.name), version \(model.version). Register it first.",
                innerCode: "NoSuchModel")
        }
        file.modelName = model.name
        file.modelType = other.isMLflow ? ModelFile.mlflowType : "custom_model"
        file.modelPath = "model/" + entry
        copies.append(Copy(source: folder + "/" + entry, folder: "model", entry: entry))
    }

    private mutating func refer(_ text: String) {
        file.modelReference = text
        file.modelName = text
    }

    /// Any name that is asked for exists: the local engine builds no environment.
    private mutating func takeEnvironment(_ id: String) {
        guard let environment = AssetID.version(id, .environments, in: scope) else {
            file.environmentName = id
            return
        }
        if known?.environment == environment, let old {
            file.environmentName = old.environmentName
            return
        }
        file.environmentName =
            environment.version == AssetID.latest
            ? "azureml:\(environment.name)@latest"
            : "azureml:\(environment.name):\(environment.version)"
    }

    // MARK: - Pipeline component deployments

    private mutating func takePipeline(_ sent: PipelineSettings) throws(RouteRefusal) {
        var settings = PipelineSettings(settings: Self.plain(sent.settings))
        if let compute = file.deployment.compute {
            settings.settings["default_compute"] =
                settings.settings["default_compute"] ?? "azureml:\(compute)"
        }
        var before: PipelineSettings?
        if case .pipelineComponent(let found)? = known?.deployment.kind { before = found }
        var beforeInFile: PipelineSettings?
        if case .pipelineComponent(let found)? = old?.deployment.kind { beforeInFile = found }
        for (key, value) in beforeInFile?.settings ?? [:]
        where settings.settings[key]?.lastSegment == value.lastName {
            settings.settings[key] = value
        }
        file.deployment.compute = settings.settings["default_compute"]?.lastName
        settings.componentID =
            sent.componentID == before?.componentID && before?.componentID != nil
            ? beforeInFile?.componentID : try component(sent.componentID ?? "")
        if let store = settings.settings["default_datastore"]?.lastName,
            catalog.container(of: Datastore.Name(store)) == nil
        {
            throw .userError(
                "settings.default_datastore is \(store), and this engine has no such datastore.")
        }
        file.deployment.kind = .pipelineComponent(settings)
    }

    private func component(_ id: String) throws(RouteRefusal) -> String {
        guard let component = AssetID.version(id, .components, in: scope) else {
            throw .userError("componentId is \"\(id)\", which is no id of a component here.")
        }
        let versions = catalog.components.filter { $0.name == component.name }
        let isLatest = component.version == AssetID.latest
        guard let found = versions.last(where: { isLatest || $0.version == component.version })
        else {
            throw .userError(
                "There is no component \(component.name), version \(component.version). "
                    + "Register it first.", innerCode: "NoSuchComponent")
        }
        guard case .pipeline = found.component else {
            throw .userError(
                "\(component.name) is a command component. A deployment runs a pipeline component: "
                    + "make it a step of one.")
        }
        return isLatest
            ? "azureml:\(component.name)@latest" : "azureml:\(component.name):\(component.version)"
    }

    /// Settings by the keys and words of the file: clients send `True`, ids, and a long prefix in older requests.
    private static func plain(_ sent: [String: String]) -> [String: String] {
        let prefix = "ComponentDeployment.Settings."
        var settings: [String: String] = [:]
        for (key, value) in sent where !value.isEmpty {
            let lower = value.lowercased()
            let isFlag = lower == "true" || lower == "false"
            let name = key.hasPrefix(prefix) ? String(key.dropFirst(prefix.count)) : key
            let isID = value.lowercased().contains("/subscriptions/")
            settings[name] = isFlag ? lower : isID ? "azureml:\(value.lastSegment)" : value
        }
        return settings
    }
}

extension String {
    /// The name in `azureml:name`, an ARM id, or a bare name.
    fileprivate var lastName: String {
        let last = lastSegment
        return last.hasPrefix("azureml:") ? String(last.dropFirst(8)) : last
    }
}
