// From a request to a pipeline job's order: every value and every place is settled here, and every command is made whole.
//
//   request ─▶ DraftRules ─▶ value of each pipeline input (given, default, left out)
//                         ─▶ place of each pipeline output (given, the file's, azureml/<job>/<output>/)
//           step by step  ─▶ its inputs by their bindings, its outputs' places, its command
//
// A boolean becomes True or False in a command, as Python prints it (ES §4.3; the service's spelling is not documented);
// every other literal is the text it was given as.

import BatchModel

extension InvokePlan {
    /// What a pipeline's or a step's input stands for.
    private enum Value {
        case literal(String)
        case data(path: String, uri: String, writer: Int?)
    }

    /// The order for a request on a pipeline component deployment.
    ///
    /// - Throws: 400 for what the rules or the resolver refuse, 409 for an output that is there already.
    func pipelineOrder(_ wire: WireInvoke) async throws(RouteRefusal) -> PipelineOrder {
        guard let pipeline = deployment.pipeline else {
            throw .userError(
                "The component of the deployment \(deployment.deployment.name) could not be read.",
                innerCode: "NoComponent")
        }
        try checkRules(wire)
        let values = try await values(wire, pipeline)
        let results = try pipeline.outputs.map { spec throws(RouteRefusal) in
            try place(
                spec, asked: wire.outputs[spec.name]?.uri ?? pipeline.outputPaths[spec.name],
                owner: job.rawValue)
        }
        let steps = try await steps(pipeline, values, results)
        try checkPlaces(results + steps.flatMap(\.outputs))
        let endpoint = deployment.deployment.endpoint
        let asked = results.filter { wire.outputs[$0.name]?.uri?.isEmpty == false }
        return PipelineOrder(
            id: job, displayName: wire.name.flatMap { $0.isEmpty ? nil : $0 } ?? DisplayName.make(),
            endpoint: endpoint, deployment: deployment.deployment.name,
            experimentName: wire.experimentName.flatMap { $0.isEmpty ? nil : $0 }
                ?? endpoint.rawValue,
            continuesOnStepFailure: deployment.continuesOnStepFailure,
            interpreter: deployment.interpreter, steps: steps, results: results,
            inputs: shown(wire, values),
            outputs: Dictionary(uniqueKeysWithValues: asked.map { ($0.name, $0.uri) }),
            tags: pipelineTags(wire), properties: properties(wire, pipeline, values),
            repeatabilityID: repeatabilityID)
    }

    // MARK: - Inputs

    private func values(
        _ wire: WireInvoke, _ pipeline: PipelineComponent
    ) async throws(RouteRefusal) -> [String: Value] {
        var values: [String: Value] = [:]
        for spec in pipeline.inputs {
            if let given = wire.inputs[spec.name] {
                values[spec.name] =
                    given.isLiteral
                    ? .literal(Self.text(given.value?.text ?? "", spec))
                    : try await data(spec.name, spec.type, given.uri ?? "")
            } else {
                values[spec.name] = try await byDefault(spec)
            }
        }
        return values
    }

    private func byDefault(_ spec: InputSpec) async throws(RouteRefusal) -> Value? {
        guard let value = spec.defaultValue else { return nil }
        return spec.type.isLiteral
            ? .literal(Self.text(value.text, spec))
            : try await data(spec.name, spec.type, value.text)
    }

    /// A literal as a command shows it; it was checked before.
    private static func text(_ given: String, _ spec: InputSpec) -> String {
        guard let literal = try? Literal.converting(given, for: spec) else { return given }
        return switch literal {
        case .boolean(let value): value ? "True" : "False"
        case .string, .integer, .number: literal.text
        }
    }

    private func data(
        _ name: String, _ type: DataType, _ address: String
    ) async throws(RouteRefusal) -> Value {
        guard address.isAddress || address.hasPrefix("/subscriptions/") else {
            let root = engine.workspace.path
            return .data(path: FilePath.resolve(address, from: root), uri: address, writer: nil)
        }
        let source = try await inputPlace(named: name, WireInvoke.Input(type: type, uri: address))
        return .data(path: source.path, uri: source.uri, writer: nil)
    }

    // MARK: - Outputs

    private func place(
        _ spec: OutputSpec, asked: String?, owner: String
    ) throws(RouteRefusal) -> PipelineOrder.Place {
        guard let asked, !asked.isEmpty else {
            let store = deployment.defaultDatastore ?? WorkspaceCatalog.defaultDatastore
            return try place(
                spec, DatastorePlace(datastore: store, path: "azureml/\(owner)/\(spec.name)"), nil)
        }
        guard let place = DatastorePlace(asked, in: context.scope) else {
            throw .userError(
                "The output \(spec.name) at \(asked) is not on a Blob datastore of this workspace.",
                innerCode: "InvalidOutputPath")
        }
        return try self.place(spec, place, asked)
    }

    private func place(
        _ spec: OutputSpec, _ given: DatastorePlace, _ asked: String?
    ) throws(RouteRefusal) -> PipelineOrder.Place {
        guard let container = context.catalog.container(of: given.datastore) else {
            throw .userError(
                "The output \(spec.name) is for the datastore \(given.datastore), "
                    + "which this engine does not have.",
                innerCode: "InvalidOutputPath")
        }
        var given = given
        if spec.type == .uriFile, given.path.hasSuffix("/") { given.path += spec.name }
        while given.path.hasSuffix("/") { given.path.removeLast() }
        let checked: BlobFolder.Place
        do throws(BlobError) { checked = try engine.blobs.place(container, given.path) } catch {
            throw .userError("The output \(spec.name): \(error.message)")
        }
        guard checked.isWritable else {
            throw .userError(
                "The output \(spec.name) at \(asked ?? given.path) must lie "
                    + "outside workspace-data/.",
                innerCode: "InvalidOutputPath")
        }
        let path = "\(engine.blobs.root)/\(container)/\(given.path)"
        if let found = engine.blobs.localPath(container, given.path),
            !found.isFolder || spec.type == .uriFile || FileCalls.isFilledFolder(found.path)
        {
            throw RouteRefusal(
                409, "UserError",
                "The output \(spec.name) at \(asked ?? given.path): the path already exists. "
                    + "Choose a path that does not exist yet.", innerCode: "OutputPathExists")
        }
        if spec.type != .uriFile { given.path += "/" }
        return PipelineOrder.Place(
            name: spec.name, type: spec.type, path: path, uri: given.longURI(in: context.scope))
    }

    /// Two outputs in each other's way would each see the other's files.
    private func checkPlaces(_ places: [PipelineOrder.Place]) throws(RouteRefusal) {
        let paths = Set(places.map(\.path)).sorted()
        for (first, second) in zip(paths, paths.dropFirst()) where second.hasPrefix(first + "/") {
            let names = places.filter { $0.path == first || $0.path == second }.map(\.name)
            throw .userError(
                "The outputs \(names.joined(separator: " and ")) lie in each "
                    + "other. Give each a path of its own.",
                innerCode: "InvalidOutputPath")
        }
    }

    // MARK: - Steps

    private func steps(
        _ pipeline: PipelineComponent, _ values: [String: Value], _ results: [PipelineOrder.Place]
    ) async throws(RouteRefusal) -> [PipelineOrder.Step] {
        let ids = pipeline.steps.map { _ in JobStep.ID(EngineClock.newID()) }
        var outputs: [[PipelineOrder.Place]] = []
        for (step, id) in zip(pipeline.steps, ids) {
            outputs.append(try places(of: step, id, results))
        }
        var steps: [PipelineOrder.Step] = []
        for (number, step) in pipeline.steps.enumerated() {
            var inputs: [String: Value] = [:]
            for spec in step.component.inputs {
                inputs[spec.name] = try await value(spec, step, pipeline, values, outputs)
            }
            steps.append(
                try order(step, ids[number], inputs, outputs[number], in: pipeline))
        }
        return steps
    }

    private func places(
        of step: PipelineComponent.Step, _ id: JobStep.ID, _ results: [PipelineOrder.Place]
    ) throws(RouteRefusal) -> [PipelineOrder.Place] {
        var places: [PipelineOrder.Place] = []
        for spec in step.component.outputs {
            switch step.outputs[spec.name] {
            case .parentOutput(let name):
                guard var place = results.first(where: { $0.name == name }) else { continue }
                place.name = spec.name
                places.append(place)
            case .path(let uri): places.append(try place(spec, asked: uri, owner: id.rawValue))
            case nil: places.append(try place(spec, asked: nil, owner: id.rawValue))
            }
        }
        return places
    }

    private func value(
        _ spec: InputSpec, _ step: PipelineComponent.Step, _ pipeline: PipelineComponent,
        _ values: [String: Value], _ outputs: [[PipelineOrder.Place]]
    ) async throws(RouteRefusal) -> Value? {
        switch step.inputs[spec.name] {
        case .literal(let text):
            return spec.type.isLiteral
                ? .literal(Self.text(text, spec)) : try await data(spec.name, spec.type, text)
        case .data(let path, let type): return try await data(spec.name, type, path)
        case .parentInput(let name):
            if let value = values[name] { return value }
        case .stepOutput(let other, let output):
            let writer = pipeline.steps.firstIndex { $0.name == other }
            if let writer, let place = outputs[writer].first(where: { $0.name == output }) {
                return .data(path: place.path, uri: place.uri, writer: writer)
            }
        case nil: break
        }
        return try await byDefault(spec)
    }

    private func order(
        _ step: PipelineComponent.Step, _ id: JobStep.ID, _ inputs: [String: Value],
        _ outputs: [PipelineOrder.Place], in pipeline: PipelineComponent
    ) throws(RouteRefusal) -> PipelineOrder.Step {
        let template: CommandTemplate
        do throws(TemplateError) {
            template = try CommandTemplate(parsing: step.component.command)
        } catch { throw .userError("The command of \(step.name): \(error.description)") }
        let command = template.command(
            inputs: inputs.mapValues { value in
                switch value {
                case .literal(let text): .text(text)
                case .data(let path, _, _): .path(path)
                }
            }, outputs: Dictionary(uniqueKeysWithValues: outputs.map { ($0.name, $0.path) }))
        let sources = step.component.inputs.compactMap { spec -> PipelineOrder.Source? in
            guard case .data(let path, _, let writer)? = inputs[spec.name] else { return nil }
            return .init(name: spec.name, type: spec.type, path: path, writer: writer)
        }
        return PipelineOrder.Step(
            id: id, name: step.name, command: command,
            codeFolder: step.component.codeFolder.map {
                FilePath.resolve($0, from: engine.workspace.path)
            },
            environmentVariables: step.component.environmentVariables
                .merging(step.environmentVariables) { _, own in own },
            inputs: sources, outputs: outputs,
            dependencies: step.dependencies.compactMap { name in
                pipeline.steps.firstIndex { $0.name == name }
            })
    }

    // MARK: - Texts

    private func shown(_ wire: WireInvoke, _ values: [String: Value]) -> [String: String] {
        var shown: [String: String] = [:]
        for (name, input) in wire.inputs {
            if input.isLiteral {
                shown[name] = input.value?.text ?? ""
            } else if case .data(_, let uri, _)? = values[name] {
                shown[name] = uri
            }
        }
        return shown
    }

    private func pipelineTags(_ wire: WireInvoke) -> [String: String] {
        var tags = wire.tags
        tags["azureml.batchrun"] = "true"
        tags[WireJob.deploymentTag] = deployment.deployment.name.rawValue
        tags["azureml.jobtype"] = "azureml.pipelinejob"
        return tags
    }

    /// What the service notes on every job of a pipeline component (ES §5.1).
    private func properties(
        _ wire: WireInvoke, _ pipeline: PipelineComponent, _ values: [String: Value]
    ) -> [String: String] {
        guard case .pipelineComponent(let settings) = deployment.deployment.kind else { return [:] }
        func word(_ key: String, byDefault value: Bool) -> String {
            (settings.settings[key].map { $0 == "true" } ?? value) ? "True" : "False"
        }
        var properties = InvokePlan.properties(deployment.deployment)
        properties["azureml.SourceComponentId"] = settings.componentID
        properties["azureml.defaultComputeName"] = deployment.deployment.compute
        properties["azureml.defaultDataStoreName"] =
            (deployment.defaultDatastore ?? WorkspaceCatalog.defaultDatastore).rawValue
        properties["azureml.continue_on_step_failure"] =
            word("continue_on_step_failure", byDefault: true)
        properties["azureml.enforceRerun"] = word("force_rerun", byDefault: false)
        properties["azureml.continue_on_failed_optional_input"] =
            word("continue_on_failed_optional_input", byDefault: true)
        var parameters: [String: JSONValue] = [:]
        for case (let name, .literal(let text)) in values { parameters[name] = .string(text) }
        properties["azureml.parameters"] = JSONValue.object(parameters).text
        for (name, input) in wire.inputs {
            properties[Engine.inputTypeKey + "." + name] =
                input.isLiteral ? "Literal" : input.type.wireName
        }
        return properties
    }
}
