import BatchModel

/// What must hold between a step, its component and the pipeline around it (ES §4.2).
struct StepRules {
    let parent: PipelineComponent
    let steps: [PipelineComponent.Step]
    /// Steps that could not be read: what they lack is noted already.
    let broken: Set<String>
    let step: PipelineComponent.Step
    let map: YAMLMap
    /// The step's bindings, or the step itself when it has none.
    let inputs: YAMLMap
    let outputs: YAMLMap?

    func check() {
        let declared = step.component.inputs
        for (name, binding) in step.inputs.sorted(by: { $0.key < $1.key }) {
            guard let spec = declared.first(where: { $0.name == name }) else {
                note(name, inputs, "the component declares no such input.", declared.map(\.name))
                continue
            }
            check(binding, spec, name)
        }
        for spec in declared
        where step.inputs[spec.name] == nil && !spec.isOptional && spec.defaultValue == nil {
            map.note(
                "inputs", "\(map.path): the input \(spec.name) of its component is missing.",
                "Bind it to a value, ${{parent.inputs.NAME}} or an output of another step.")
        }
        checkOutputs()
    }

    private func note(_ key: String, _ map: YAMLMap, _ detail: String, _ known: [String]) {
        let list = known.isEmpty ? "There is none." : "There are: \(known.joined(separator: ", "))."
        map.note(key, "\(map.full(key)): \(detail)", list)
    }

    private func check(
        _ binding: PipelineComponent.InputBinding, _ spec: InputSpec, _ name: String
    ) {
        switch binding {
        case .literal(let text):
            guard spec.type.isLiteral else { return checkAddress(text, spec, name) }
            do throws(LiteralError) { _ = try Literal.converting(text, for: spec) } catch {
                inputs.note(name, "\(inputs.full(name)): \(error.description)", "Change the value.")
            }
        case .data(_, let type): checkTypes(type, spec, name)
        case .parentInput(let bound):
            guard let source = parent.inputs.first(where: { $0.name == bound }) else {
                let known = parent.inputs.map(\.name)
                return note(name, inputs, "the pipeline has no input \(bound).", known)
            }
            if source.isOptional, source.defaultValue == nil, !spec.isOptional {
                inputs.note(
                    name,
                    "\(inputs.full(name)): the pipeline's input \(bound) is "
                        + "optional, and the step needs it.",
                    "Make the step's input optional too, or give the pipeline's a default.")
            }
            checkTypes(source.type, spec, name)
        case .stepOutput(let other, let output):
            guard !broken.contains(other) else { return }
            guard let source = steps.first(where: { $0.name == other }) else {
                return note(name, inputs, "there is no step \(other).", steps.map(\.name))
            }
            let outputs = source.component.outputs
            guard let found = outputs.first(where: { $0.name == output }) else {
                return note(
                    name, inputs, "the step \(other) has no output \(output).", outputs.map(\.name))
            }
            checkTypes(found.type, spec, name)
        }
    }

    /// A bare text for a data input must be an address.
    private func checkAddress(
        _ text: String, _ spec: InputSpec, _ name: String
    ) {
        guard !text.lowercased().hasPrefix("azureml:"), !text.contains("://") else { return }
        inputs.note(
            name,
            "\(inputs.full(name)): the input is declared as \(spec.type), and a literal was given.",
            "Give an address, or `path:` and `type:`.")
    }

    private func checkTypes(
        _ source: DataType, _ spec: InputSpec, _ name: String
    ) {
        guard !Self.fits(source, spec.type) else { return }
        inputs.note(
            name, "\(inputs.full(name)): a \(source) is bound to an input of type \(spec.type).",
            "Bind a \(spec.type), or change the component.")
    }

    /// Whether a value of one type may be bound to an input of another.
    static func fits(_ source: DataType, _ wanted: DataType) -> Bool {
        if source == wanted { return true }
        switch (source.isLiteral, wanted.isLiteral) {
        case (true, true): return wanted == .string || (source == .integer && wanted == .number)
        case (false, false):
            // A model is a folder (or a file) with a name for what is in it.
            return ![source, wanted].allSatisfy { $0 == .uriFile || $0 == .uriFolder }
        case (true, false), (false, true): return false
        }
    }

    private func checkOutputs() {
        guard let outputs else { return }
        let declared = step.component.outputs
        for name in outputs.keys
        where !declared.contains(where: { $0.name == name }) {
            note(name, outputs, "the component declares no such output.", declared.map(\.name))
        }
        for (name, binding) in step.outputs.sorted(by: { $0.key < $1.key }) {
            guard case .parentOutput(let bound) = binding else { continue }
            guard let target = parent.outputs.first(where: { $0.name == bound }) else {
                note(
                    name, outputs, "the pipeline has no output \(bound).",
                    parent.outputs.map(\.name))
                continue
            }
            guard let spec = declared.first(where: { $0.name == name }),
                !Self.fits(spec.type, target.type)
            else { continue }
            outputs.note(
                name,
                "\(outputs.full(name)): a \(spec.type) is bound to an output of "
                    + "type \(target.type).",
                "Change one of them.")
        }
    }

    /// Rules of the graph as a whole.
    static func checkGraph(
        _ parent: PipelineComponent, _ steps: [PipelineComponent.Step], _ jobs: YAMLMap
    ) {
        var whole = parent
        whole.steps = steps.map { step in
            // A step that is not there is noted already; waiting for it is no circle.
            var step = step
            step.inputs = step.inputs.filter { _, binding in
                guard case .stepOutput(let other, _) = binding else { return true }
                return steps.contains { $0.name == other }
            }
            return step
        }
        let circle = whole.circle
        if let first = circle.first {
            jobs.note(
                first, "The steps \(circle.joined(separator: ", ")) wait for each other.",
                "Take one of the bindings away.")
        }
        var writers: [String: String] = [:]
        for step in steps {
            for case .parentOutput(let name) in step.outputs.values {
                if let other = writers[name] {
                    jobs.note(
                        step.name, "\(other) and \(step.name) both write the output \(name).",
                        "Give one of them another output.")
                }
                writers[name] = step.name
            }
        }
        for output in parent.outputs where writers[output.name] == nil {
            jobs.note(
                steps.first?.name ?? "", "No step writes the output \(output.name).",
                "Bind a step's output to ${{parent.outputs.\(output.name)}}.", isWarning: true)
        }
    }
}
