import BatchModel

// Steps are read in three passes, because a step may name one that stands below it:
//   1. each step's component and bindings, and the outputs of steps that are written out in place;
//   2. the inputs of those, whose types follow from what they are bound to;
//   3. the rules: every name exists, types fit, nothing waits for itself.

/// Reads `jobs` of a pipeline component.
struct StepReader {
    let parent: PipelineComponent
    let components: ComponentReader

    private struct Draft {
        var step: PipelineComponent.Step
        var map: YAMLMap
        var inputs: YAMLMap?
        var outputs: YAMLMap?
        /// True when the command stands in the step itself: its inputs are what it is bound to.
        var isInPlace: Bool
    }

    func read(_ jobs: YAMLMap) -> [PipelineComponent.Step] {
        var drafts = jobs.keys.compactMap { draft($0, jobs) }
        for index in drafts.indices where drafts[index].isInPlace {
            let bindings = drafts[index].step.inputs
            let inputs = bindings.keys.sorted().map { inferred($0, bindings[$0], drafts) }
            drafts[index].step.component.inputs = inputs
            components.check(drafts[index].step.component, drafts[index].map)
        }
        let steps = drafts.map(\.step)
        let broken = Set(jobs.keys).subtracting(steps.map(\.name))
        for draft in drafts {
            StepRules(
                parent: parent, steps: steps, broken: broken, step: draft.step, map: draft.map,
                inputs: draft.inputs ?? draft.map, outputs: draft.outputs
            ).check()
            draft.map.noteUnknownKeys()
        }
        StepRules.checkGraph(parent, steps, jobs)
        return steps
    }

    // MARK: - One step

    private func draft(_ name: String, _ jobs: YAMLMap) -> Draft? {
        guard ComponentNames.isKey(name) else {
            jobs.note(
                name, "\(jobs.full(name)) is not a name of a step.",
                "Use letters, digits and underscores, no digit first.")
            return nil
        }
        guard let map = jobs.map(name, isRequired: true) else { return nil }
        let type = map.text("type") ?? "command"
        guard type.lowercased() == "command" else {
            map.note(
                "type",
                "\(map.full("type")): a step of type \(type) does not run in the local engine.",
                type.lowercased() == "pipeline"
                    ? "Write its steps into this pipeline." : "Use a command step.")
            return nil
        }
        components.noteDescription(map)
        _ = [map.text("experiment_name"), map.text("compute")]
        let inputMap = map.map("inputs")
        let outputMap = map.map("outputs")
        let inputs = inputBindings(inputMap)
        let outputs = outputBindings(outputMap)
        guard let (component, isInPlace) = component(of: map, outputs.types) else { return nil }
        let ownVariables = isInPlace ? [:] : map.texts("environment_variables")
        return Draft(
            step: PipelineComponent.Step(
                name: name, component: component, inputs: inputs, outputs: outputs.bindings,
                compute: map.text("compute"), environmentVariables: ownVariables),
            map: map, inputs: inputMap, outputs: outputMap, isInPlace: isInPlace)
    }

    private func component(
        of map: YAMLMap, _ outputs: [String: DataType]
    ) -> (CommandComponent, isInPlace: Bool)? {
        let given = map.textOrMap("component")
        if let inline = given.map {
            let type = inline.text("type") ?? "command"
            guard type.lowercased() == "command" else {
                inline.note(
                    "type", "A component of type \(type) does not run as a step here.",
                    "Use a command component.")
                return nil
            }
            let component = components.command(inline)
            inline.noteUnknownKeys()
            readOverrides(map)
            return (component, false)
        }
        if let reference = given.text {
            readOverrides(map)
            return referenced(reference, map).map { ($0, false) }
        }
        guard map.has("command") else {
            map.note(
                "component", "\(map.path) has neither a component nor a command.",
                "Name a command component, or its file.")
            return nil
        }
        let specs = outputs.keys.sorted().map {
            OutputSpec(name: $0, type: outputs[$0] ?? .uriFolder)
        }
        return (components.program(map, inputs: [], outputs: specs), true)
    }

    /// Keys of a step that say where a cluster runs it.
    private func readOverrides(_ map: YAMLMap) {
        for key in [
            "resources", "distribution", "limits", "queue_settings", "services", "identity",
        ] {
            _ = map.textOrMap(key)
        }
        _ = [map.text("job_tier"), map.text("is_deterministic")]
        for key in ["command", "code", "environment"] where map.has(key) {
            map.note(
                key, "\(map.full(key)) stands beside a component.",
                "Leave it to the component.")
        }
    }

    private func referenced(_ reference: String, _ map: YAMLMap) -> CommandComponent? {
        switch components.components.find(reference, components.reader.file) {
        case .missing(let detail, let advice):
            map.note("component", "\(map.full("component")): \(detail)", advice)
            return nil
        case .found(let yaml, let file, let isRegistered):
            let parsed = ComponentFile.parse(
                yaml: yaml, file: file, isRegistered: isRegistered,
                components: Self.nestedLookup)
            components.reader.take(parsed.problems)
            switch parsed.value {
            case .command(let component)?: return component
            case .pipeline?:
                map.note(
                    "component", "\(map.full("component")): \(reference) is a pipeline.",
                    "Write its steps into this pipeline: the local engine runs no "
                        + "pipeline in a pipeline."
                )
                return nil
            case nil: return nil
            }
        }
    }

    /// A pipeline in a pipeline is refused as a whole, so what its steps name need not be read.
    private static let nestedLookup = ComponentLookup { reference, _ in
        .missing(
            detail: "\(reference) stands in a pipeline that is itself a step.",
            advice: "Write the inner pipeline's steps into the outer one.")
    }

    // MARK: - Bindings

    private func inputBindings(_ map: YAMLMap?) -> [String: PipelineComponent.InputBinding] {
        guard let inputs = map else { return [:] }
        var bindings: [String: PipelineComponent.InputBinding] = [:]
        for name in inputs.keys where InterfaceReader.isKey(name, in: inputs) {
            let given = inputs.textOrMap(name)
            if let one = given.map {
                bindings[name] = inputBinding(one)
                one.noteUnknownKeys()
            } else if let text = given.text {
                bindings[name] = inputBinding(text, name, inputs) ?? .literal(text)
            }
        }
        return bindings
    }

    private func inputBinding(_ map: YAMLMap) -> PipelineComponent.InputBinding? {
        let type = map.text("type").map(DataType.init(rawValue:)) ?? .uriFolder
        _ = map.text("mode")
        if let text = map.text("value") ?? map.text("default") {
            return inputBinding(text, "value", map) ?? .literal(text)
        }
        guard let path = map.text("path", isRequired: true) else { return nil }
        if let binding = inputBinding(path, "path", map) { return binding }
        let isAddress = path.lowercased().hasPrefix("azureml:") || path.contains("://")
        return .data(
            path: isAddress ? path : beside(components.reader.file, path), type: type)
    }

    /// nil for a text without a template; a malformed one is noted and taken as a text.
    private func inputBinding(
        _ text: String, _ key: String, _ map: YAMLMap
    ) -> PipelineComponent.InputBinding? {
        switch Binding(text) {
        case .none: return nil
        case .parentInput(let name): return .parentInput(name)
        case .stepOutput(let step, let output): return .stepOutput(step: step, output: output)
        case .parentOutput, .malformed:
            map.note(
                key, "\(map.full(key)) is \(text).",
                "Write ${{parent.inputs.NAME}} or "
                    + "${{parent.jobs.STEP.outputs.NAME}}, and nothing around it."
            )
            return nil
        }
    }

    private func outputBindings(
        _ map: YAMLMap?
    ) -> (bindings: [String: PipelineComponent.OutputBinding], types: [String: DataType]) {
        guard let outputs = map else { return ([:], [:]) }
        var bindings: [String: PipelineComponent.OutputBinding] = [:]
        var types: [String: DataType] = [:]
        for name in outputs.keys where InterfaceReader.isKey(name, in: outputs) {
            let given = outputs.textOrMap(name)
            let path = given.text ?? given.map?.text("path")
            bindings[name] = path.flatMap {
                outputBinding($0, given.map == nil ? name : "path", given.map ?? outputs)
            }
            var type = given.map?.text("type").map(DataType.init(rawValue:))
            if type == nil, case .parentOutput(let bound)? = bindings[name] {
                type = parent.outputs.first { $0.name == bound }?.type
            }
            types[name] = type ?? .uriFolder
            _ = given.map?.text("mode")
            given.map?.noteUnknownKeys()
        }
        return (bindings, types)
    }

    private func outputBinding(
        _ text: String, _ key: String, _ map: YAMLMap
    ) -> PipelineComponent.OutputBinding? {
        switch Binding(text) {
        case .none: return .path(text)
        case .parentOutput(let name): return .parentOutput(name)
        case .parentInput, .stepOutput, .malformed:
            map.note(
                key, "\(map.full(key)) is \(text).",
                "Write ${{parent.outputs.NAME}}, and nothing around it, or leave it empty.")
            return nil
        }
    }

    /// What a command that stands in its step takes, seen from what it is given.
    private func inferred(
        _ name: String, _ binding: PipelineComponent.InputBinding?, _ drafts: [Draft]
    ) -> InputSpec {
        switch binding {
        case .parentInput(let bound):
            guard var spec = parent.inputs.first(where: { $0.name == bound }) else { break }
            spec.name = name
            return spec
        case .stepOutput(let step, let output):
            let component = drafts.first { $0.step.name == step }?.step.component
            let type = component?.outputs.first { $0.name == output }?.type
            return InputSpec(name: name, type: type ?? .uriFolder)
        case .data(_, let type): return InputSpec(name: name, type: type)
        case .literal, nil: break
        }
        return InputSpec(name: name, type: .string)
    }
}

/// A text of the form `${{parent.…}}`.
enum Binding: Equatable {
    /// No template in it.
    case none
    case parentInput(String)
    case parentOutput(String)
    case stepOutput(step: String, output: String)
    case malformed

    init(_ text: String) {
        let trimmed = Self.trimmed(Substring(text))
        guard trimmed.contains("${{") else {
            self = .none
            return
        }
        guard trimmed.hasPrefix("${{"), trimmed.hasSuffix("}}") else {
            self = .malformed
            return
        }
        let words = trimmed.dropFirst(3).dropLast(2)
            .split(separator: ".", omittingEmptySubsequences: false)
            .map { String(Self.trimmed($0)) }
        guard words.allSatisfy(ComponentNames.isKey), words.first == "parent" else {
            self = .malformed
            return
        }
        switch (words.count, words.dropFirst().first) {
        case (3, "inputs"): self = .parentInput(words[2])
        case (3, "outputs"): self = .parentOutput(words[2])
        case (5, "jobs") where words[3] == "outputs":
            self = .stepOutput(step: words[2], output: words[4])
        default: self = .malformed
        }
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }
}
