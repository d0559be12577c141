import BatchModel
import DraftFile

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Turns one request into an order: checked against the rules, with every place on disk settled.
struct InvokePlan {
    let engine: Engine
    let context: RouteContext
    let deployment: CatalogDeployment
    /// The name of the job to be. Spelled as the service's (R): a prefix for jobs of each kind, none for steps.
    let job: Job.ID
    /// What the job has to fetch from other hosts.
    let remotes: RemoteInputs

    init(engine: Engine, context: RouteContext, deployment: CatalogDeployment) {
        self.engine = engine
        self.context = context
        self.deployment = deployment
        let kind = deployment.deployment.modelSettings == nil ? "pipelinejob-" : "batchjob-"
        job = Job.ID(kind + EngineClock.newID())
        remotes = RemoteInputs(job: engine.folders.job(job))
    }

    /// What the client calls the request, the same when it sends it again (ES §7.3).
    var repeatabilityID: String? { context.request.headers[Engine.repeatabilityHeader] }

    /// The order for a request.
    ///
    /// - Throws: 400 for what the rules or the resolver refuse.
    func order(_ wire: WireInvoke) async throws(RouteRefusal) -> JobOrder {
        try checkRunnable()
        try checkRules(wire)
        guard var settings = deployment.deployment.modelSettings, let input = wire.inputs.first
        else { throw notRunnable }
        let script = try await script()
        settings.apply(wire.overrides)
        let step = JobStep.ID(EngineClock.newID())
        let source = try await inputPlace(named: input.key, input.value)
        let target = try outputPlace(wire.outputs.first, of: step, &settings)
        let endpoint = deployment.deployment.endpoint
        var properties = Self.properties(deployment.deployment)
        properties[Engine.inputTypeKey] = input.value.type.wireName
        properties[WireJob.scoreKey] = target.uri
        return JobOrder(
            id: job, step: step,
            displayName: wire.name.flatMap { $0.isEmpty ? nil : $0 } ?? DisplayName.make(),
            endpoint: endpoint, deployment: deployment.deployment.name,
            experimentName: wire.experimentName ?? endpoint.rawValue, settings: settings,
            codeFolder: script.folder, scoringScript: script.name,
            modelFolder: deployment.modelFolder ?? script.folder,
            modelEntry: deployment.modelEntry,
            environmentVariables: deployment.environmentVariables,
            interpreter: deployment.interpreter, inputPath: source.path,
            isInputFile: source.isFile, outputFolder: target.folder,
            inputs: [input.key: source.uri], outputs: target.asked, scoreURI: target.uri,
            tags: tags(wire), properties: properties,
            repeatabilityID: repeatabilityID)
    }

    // MARK: - Rules

    private func checkRunnable() throws(RouteRefusal) {
        guard deployment.isMLflow || deployment.codeFolder != nil else { throw notRunnable }
    }

    /// The scoring script: the deployment's own, or ours for an MLflow model without one (ES §3.9).
    private func script() async throws(RouteRefusal) -> (folder: String, name: String) {
        if let folder = deployment.codeFolder, let name = deployment.scoringScript {
            return (folder, name)
        }
        guard deployment.isMLflow else { throw notRunnable }
        let missing: [String]
        do {
            missing = try await engine.jobs.missingPackages(
                NoCode.packages, in: deployment.interpreter)
        } catch {
            throw .userError(
                "The deployment \(deployment.deployment.name) has no scoring script: \(error). "
                    + "Name another interpreter with the tag \(DeploymentFile.interpreterTag).",
                innerCode: "NoInterpreter")
        }
        guard missing.isEmpty else {
            let names = missing.joined(separator: " ")
            throw .userError(
                "The deployment \(deployment.deployment.name) is an MLflow model without a "
                    + "scoring script, and \(deployment.interpreter) does not have the packages it "
                    + "then needs: \(names). Install them with "
                    + "`\(deployment.interpreter) -m pip install \(names)`, name another "
                    + "interpreter with the tag \(DeploymentFile.interpreterTag), "
                    + "or give the deployment a code_configuration.",
                innerCode: "NoCodePackagesMissing")
        }
        return (NoCode.folder(engine.folders), NoCode.scriptName)
    }

    private var notRunnable: RouteRefusal {
        .userError(
            "The deployment \(deployment.deployment.name) has no code_configuration; "
                + "give it a code folder and a scoring script in its deployment.yml.",
            innerCode: "NoCodeConfiguration")
    }

    /// The rules the form shows, in the service's frame of a validation refusal (ES §6 R4).
    func checkRules(_ wire: WireInvoke) throws(RouteRefusal) {
        let draft = try draft(of: wire)
        let problems = InvokeRules.problems(
            wire, draft, deployment.deployment, findings: findings(draft),
            isInterfaceKnown: deployment.pipeline != nil)
        guard !problems.isEmpty else { return }
        let errors = problems.map(\.text).joined(separator: ", ")
        throw RouteRefusal(
            400, "UserError",
            "The Job request provided has the following validation errors. "
                + "Please resolve them and try again.\n"
                + "Errors: [\(errors)]",
            details: problems.map { ("RequestInvalid", $0.message) }, innerCode: "BadArgument")
    }

    /// What a look at the draft's addresses brings to light. Whether data is there is the job's business (ES §6 R11).
    private func findings(_ draft: JobDraft) -> [DataReference: ReferenceFinding] {
        var findings: [DataReference: ReferenceFinding] = [:]
        for input in draft.inputs {
            guard case .data(_, let reference) = input.value,
                let (name, version) = AssetID.dataVersion(reference.text, in: context.scope)
            else { continue }
            findings[reference] = assetFinding(name, version)
        }
        for output in draft.outputs {
            findings[output.reference] = outputFinding(output.reference)
        }
        return findings
    }

    private func assetFinding(
        _ name: DataAsset.Name, _ version: DataReference.Version
    ) -> ReferenceFinding {
        if let found = engine.pick(name, version, context.catalog) {
            return .found(
                ResolvedData(type: found.type, version: found.version, uri: found.armID))
        }
        let versions = engine.data(name, context.catalog).map(\.version)
        return versions.isEmpty
            ? .missing(
                detail: "There is no data asset with name: \(name).",
                advice: "List them with `batchdeck data list`.")
            : .missing(
                detail: "The data asset \(name) has no such version.",
                advice: "It has: \(versions.joined(separator: ", ")).")
    }

    private func outputFinding(_ reference: DataReference) -> ReferenceFinding? {
        guard let place = DatastorePlace(reference.text, in: context.scope) else { return nil }
        guard let store = context.catalog.datastores.first(where: { $0.name == place.datastore })
        else {
            return .missing(
                detail: "There is no datastore \(place.datastore) in this workspace.",
                advice: "List them with `batchdeck datastore list`.")
        }
        // Which of a pipeline's outputs are files only their declarations tell (`InvokePlan.place`).
        guard deployment.pipeline == nil else {
            return .found(
                ResolvedData(uri: reference.text, fileCount: 0, datastoreKind: store.kind))
        }
        let found = store.containerName.flatMap { engine.blobs.localPath($0, place.path) }
        let isTaken = found.map { !$0.isFolder || !place.path.hasSuffix("/") } ?? false
        return .found(
            ResolvedData(
                uri: reference.text, fileCount: isTaken ? 1 : 0, datastoreKind: store.kind))
    }

    private func draft(of wire: WireInvoke) throws(RouteRefusal) -> JobDraft {
        var draft = JobDraft(
            endpoint: deployment.deployment.endpoint, deployment: deployment.deployment.name,
            overrides: wire.overrides, experimentName: wire.experimentName, jobName: wire.name)
        for (name, input) in wire.inputs.sorted(by: { $0.key < $1.key }) {
            if input.isLiteral {
                let text = input.value?.text ?? ""
                draft.inputs.append(.init(name: name, value: .literal(text: text)))
            } else {
                let reference = try reference(input.uri ?? "", field: .input(name))
                // A pipeline's own declaration says what its data is: clients send the type as they guess it.
                let declared = deployment.pipeline?.inputs.first { $0.name == name }?.type
                let isGuess = declared?.isLiteral == false && input.type != .mltable
                let value = InputValue.data(
                    type: isGuess ? declared : input.type, reference: reference)
                draft.inputs.append(.init(name: name, value: value))
            }
        }
        for (name, output) in wire.outputs.sorted(by: { $0.key < $1.key }) {
            guard let uri = output.uri, !uri.isEmpty else { continue }
            draft.outputs.append(
                .init(
                    name: name, type: output.type,
                    reference: try reference(uri, field: .output(name))))
        }
        return draft
    }

    private func reference(
        _ uri: String, field: DraftField
    ) throws(RouteRefusal) -> DataReference {
        let parsed: DataReference
        do throws(ReferenceError) { parsed = try DataReference(parsing: uri) } catch {
            throw .userError("\(field.label): \(error.message)", innerCode: "InvalidInputPath")
        }
        guard case .local = parsed else { return parsed }
        throw .userError(
            "\(field.label): \(uri) is a path on the client's machine. "
                + "Upload it to a datastore first and give its azureml://datastores/ address; "
                + "batchdeck does so by itself.",
            innerCode: "InvalidInputPath")
    }

    // MARK: - Places

    /// Where an input lies.
    struct Source {
        var path: String
        var isFile: Bool
        /// As sent, made long where that is possible.
        var uri: String
    }

    func inputPlace(
        named key: String, _ input: WireInvoke.Input
    ) async throws(RouteRefusal) -> Source {
        let sent = input.uri ?? ""
        let found: InputAddress.Blob
        switch try await InputAddress(sent, engine: engine, context: context).target() {
        case .blob(let blob): found = blob
        case .remote(let url, let uri):
            let isFile = input.type == .uriFile
            let remote = remotes.place(url, isFile: isFile, isDeep: deployment.pipeline != nil)
            return Source(path: remote.path, isFile: isFile, uri: uri)
        }
        let isFileByType = input.type == .uriFile
        if let place = engine.blobs.localPath(found.container, found.name) {
            return Source(path: place.path, isFile: !place.isFolder, uri: found.uri)
        }
        // Not there (yet): the job will say so. But nothing that a link hides may be reached by its plain path.
        let name = found.name.hasSuffix("/") ? String(found.name.dropLast()) : found.name
        let plain = engine.blobs.root + "/\(found.container)/\(name)"
        var status = stat()
        guard lstat(plain, &status) != 0, (try? engine.blobs.place(found.container, name)) != nil
        else {
            throw .userError(
                "The input \(key) at \(sent) leads through a link or is neither a file nor a "
                    + "folder; only plain files and folders are read.",
                innerCode: "InvalidInputPath")
        }
        return Source(path: plain, isFile: isFileByType, uri: found.uri)
    }

    /// Where results go.
    struct Target {
        var folder: String
        /// Long form, a folder with a trailing slash.
        var uri: String
        var asked: [String: String]
    }

    private func outputPlace(
        _ output: (key: String, value: WireInvoke.Output)?, of step: JobStep.ID,
        _ settings: inout ModelSettings
    ) throws(RouteRefusal) -> Target {
        let root = engine.blobs.root + "/"
        guard let output, let uri = output.value.uri, !uri.isEmpty else {
            let path = "azureml/\(step)/\(OutputAsset.scoreName)/"
            let place = DatastorePlace(
                datastore: WorkspaceCatalog.defaultDatastore, path: path)
            return Target(
                folder: root + engine.folders.defaultContainer + "/" + path.dropLast(),
                uri: place.longURI(in: context.scope), asked: [:])
        }
        guard var place = DatastorePlace(uri, in: context.scope),
            let container = context.catalog.container(of: place.datastore)
        else {
            throw .userError(
                "The output \(output.key) at \(uri) is not on a Blob datastore of this workspace.",
                innerCode: "InvalidOutputPath")
        }
        if place.path.hasSuffix("/") || place.path.isEmpty {
            place.path += settings.outputFileName
        }
        let parts = place.path.split(separator: "/").map(String.init)
        let checked: BlobFolder.Place
        do throws(BlobError) { checked = try engine.blobs.place(container, place.path) } catch {
            throw .userError("The output \(output.key): \(error.message)")
        }
        guard checked.isWritable, parts.count >= 2, let file = parts.last else {
            throw .userError(
                "The output \(output.key) at \(uri) must be a file in a folder of its own, "
                    + "outside workspace-data/.",
                innerCode: "InvalidOutputPath")
        }
        if engine.blobs.localPath(container, place.path) != nil {
            throw RouteRefusal(
                409, "UserError",
                "The output \(output.key) at \(uri): the path already exists. "
                    + "Choose a path that does not exist yet.",
                innerCode: "OutputPathExists")
        }
        settings.outputFileName = file
        let folder = ([container] + parts.dropLast()).joined(separator: "/")
        let long = place.longURI(in: context.scope)
        return Target(folder: root + folder, uri: long, asked: [output.key: long])
    }

    // MARK: - Texts

    private func tags(_ wire: WireInvoke) -> [String: String] {
        var tags = wire.tags
        tags["azureml.batchrun"] = "true"
        tags[WireJob.deploymentTag] = deployment.deployment.name.rawValue
        tags["azureml.jobtype"] = "azureml.batchjob"
        return tags
    }

    /// What the service notes on every batch job (ES §5.1).
    static func properties(_ deployment: Deployment) -> [String: String] {
        [
            WireJob.endpointKey: deployment.endpoint.rawValue,
            "azureml.deploymentname": deployment.name.rawValue,
            "azureml.runsource": "azureml.PipelineRun", "runSource": "BatchDeployment",
            "runType": "HTTP", "azureml.pipelineComponent": "pipelinerun",
        ]
    }
}

extension ModelSettings {
    /// Takes over what a job changes.
    mutating func apply(_ overrides: JobDraft.Overrides) {
        miniBatchSize = overrides.miniBatchSize ?? miniBatchSize
        instanceCount = overrides.instanceCount ?? instanceCount
        maxRetries = overrides.maxRetries ?? maxRetries
        timeout = overrides.timeout ?? timeout
        errorThreshold = overrides.errorThreshold ?? errorThreshold
        outputFileName = overrides.outputFileName ?? outputFileName
    }
}
