import BatchModel

/// Reads components out of a file; problems go to the file's reader.
struct ComponentReader {
    let reader: YAMLReader
    let components: ComponentLookup

    /// A component of either kind; nil when the kind is not one that runs here.
    func component(_ map: YAMLMap, isRegistered: Bool) -> ComponentFile? {
        if isRegistered { checkName(map) }
        let type = map.text("type") ?? (map.has("jobs") ? "pipeline" : "command")
        switch type.lowercased() {
        case "pipeline": return .pipeline(pipeline(map))
        case "command":
            let command = command(map)
            map.noteUnknownKeys()
            return .command(command)
        default:
            map.note(
                "type", "A component of type \(type) does not run in the local engine.",
                "Use a pipeline of command components.")
            return nil
        }
    }

    private func checkName(_ map: YAMLMap) {
        guard let name = map.text("name", isRequired: true) else { return }
        guard !ComponentNames.isRegistered(name) else { return }
        map.note(
            "name", "\"\(name)\" is not a name of a component.",
            "Use lower-case letters, digits and _, a letter first, at most 255.")
    }

    // MARK: - Command

    /// A command component; keys that a step has beside are left to the caller.
    func command(_ map: YAMLMap) -> CommandComponent {
        noteDescription(map)
        let inputs = InterfaceReader.inputs(map)
        let outputs = InterfaceReader.outputs(map).specs
        let component = program(map, inputs: inputs, outputs: outputs)
        check(component, map)
        return component
    }

    /// Command, code and environment, under an interface that is known.
    func program(
        _ map: YAMLMap, inputs: [InputSpec], outputs: [OutputSpec]
    ) -> CommandComponent {
        let command = map.text("command", isRequired: true) ?? ""
        let environment = map.textOrMap("environment")
        if environment.text == nil, environment.map == nil {
            map.note(
                "environment", "\(map.full("environment")) is missing.",
                "Name an environment: the service refuses a command without one.")
        }
        noteEnvironment(environment.map)
        noteExecution(map)
        return CommandComponent(
            name: map.text("name") ?? "", version: map.text("version") ?? "1", inputs: inputs,
            outputs: outputs, command: command,
            codeFolder: map.text("code").map { beside(reader.file, $0) },
            environmentName: environment.text ?? environment.map?.text("name"),
            environmentVariables: map.texts("environment_variables"))
    }

    /// Holds the command against the interface.
    func check(_ component: CommandComponent, _ map: YAMLMap) {
        guard !component.command.isEmpty else { return }
        do throws(TemplateError) {
            let template = try CommandTemplate(parsing: component.command)
            for problem in template.problems(
                inputs: component.inputs, outputs: component.outputs)
            {
                map.note("command", "\(map.full("command")): \(problem)", "Mend the command.")
            }
        } catch {
            map.note(
                "command", "\(map.full("command")): \(error.description)", "Mend the command.")
        }
    }

    private func noteEnvironment(_ map: YAMLMap?) {
        guard let map else { return }
        _ = [map.text("name"), map.text("image"), map.text("version"), map.text("description")]
        _ = map.textOrMap("conda_file")
        _ = map.textOrMap("build")
        map.noteUnknownKeys()
    }

    /// Keys that say how a cluster runs the command: they are read, and mean nothing on one machine.
    private func noteExecution(_ map: YAMLMap) {
        _ = [map.text("is_deterministic"), map.text("job_tier"), map.text("priority")]
        for key in ["resources", "distribution", "queue_settings", "services", "identity"] {
            _ = map.textOrMap(key)
        }
        if map.has("limits") {
            map.note(
                "limits", "\(map.full("limits")) is not applied by the local engine.",
                "Nothing needs to change.", isWarning: true)
        }
    }

    func noteDescription(_ map: YAMLMap) {
        for key in ["name", "version", "display_name", "description", "type"] { _ = map.text(key) }
        _ = [map.texts("tags"), map.texts("properties")]
    }

    // MARK: - Pipeline

    private func pipeline(_ map: YAMLMap) -> PipelineComponent {
        noteDescription(map)
        let outputs = InterfaceReader.outputs(map)
        var component = PipelineComponent(
            name: map.text("name") ?? "", version: map.text("version") ?? "1",
            summary: map.text("description"), inputs: InterfaceReader.inputs(map),
            outputs: outputs.specs, outputPaths: outputs.paths)
        if let jobs = map.map("jobs", isRequired: true) {
            if jobs.keys.isEmpty {
                map.note("jobs", "jobs is empty.", "Write at least one step.")
            }
            let steps = StepReader(parent: component, components: self).read(jobs)
            component.steps = steps
        }
        map.noteUnknownKeys()
        return component
    }
}

/// A path as it is meant from the folder that a file lies in.
func beside(_ file: String, _ path: String) -> String {
    let plain = path.hasPrefix("file:") ? String(path.dropFirst(5)) : path
    guard !plain.hasPrefix("/"), let slash = file.lastIndex(of: "/") else { return plain }
    return String(file[...slash]) + plain
}

/// Reads what a component declares.
enum InterfaceReader {
    static func inputs(_ map: YAMLMap) -> [InputSpec] {
        guard let inputs = map.map("inputs") else { return [] }
        return inputs.keys.compactMap { name in
            guard isKey(name, in: inputs) else { return nil }
            guard let one = inputs.map(name) else {
                if !inputs.has(name) {
                    inputs.note(
                        name, "\(inputs.full(name)) has no type.", "Add `type: uri_folder`.")
                }
                return nil
            }
            defer { one.noteUnknownKeys() }
            return input(name, one)
        }
    }

    static func outputs(_ map: YAMLMap) -> (specs: [OutputSpec], paths: [String: String]) {
        guard let outputs = map.map("outputs") else { return ([], [:]) }
        var specs: [OutputSpec] = []
        var paths: [String: String] = [:]
        for name in outputs.keys where isKey(name, in: outputs) {
            let one = outputs.map(name)
            let type = one?.text("type").map(DataType.init(rawValue:)) ?? .uriFolder
            if type.isLiteral || type.isUnknown {
                one?.note(
                    "type", "\(outputs.full(name)) is of type \(type).",
                    "An output is a uri_folder or a uri_file.")
            }
            _ = one.map { [$0.text("mode"), $0.text("early_available")] }
            paths[name] = one?.text("path")
            specs.append(OutputSpec(name: name, type: type, summary: one?.text("description")))
            one?.noteUnknownKeys()
        }
        return (specs, paths)
    }

    /// The rule of names, noted where one breaks it.
    static func isKey(_ name: String, in map: YAMLMap) -> Bool {
        guard ComponentNames.isKey(name) else {
            map.note(
                name, "\(map.full(name)) is not a name that can be used.",
                "Use letters, digits and underscores, no digit first.")
            return false
        }
        guard !ComponentNames.reserved.contains(name.lowercased()) else {
            map.note(
                name, "\(map.full(name)): the name is reserved, it is a variable of the system.",
                "Choose another name.")
            return false
        }
        return true
    }

    private static func input(_ name: String, _ map: YAMLMap) -> InputSpec? {
        guard let word = map.text("type", isRequired: true) else { return nil }
        let type = DataType(rawValue: word)
        if type.isUnknown {
            map.note(
                "type", "\(map.full("type")) is \(word).",
                "It must be uri_folder, uri_file, string, integer, number or boolean.")
            return nil
        }
        var spec = InputSpec(
            name: name, type: type, isOptional: map.flag("optional") ?? false,
            summary: map.text("description"))
        if type == .mltable {
            map.note(
                "type", "Batch endpoints do not take data of type mltable.",
                "Use uri_file or uri_folder.", isWarning: true)
        }
        if type.isLiteral { readBounds(map, into: &spec) } else { readData(map, into: &spec) }
        return spec
    }

    private static func readData(_ map: YAMLMap, into spec: inout InputSpec) {
        _ = map.text("mode")
        for key in ["default", "enum", "min", "max"] where map.has(key) {
            map.note(
                key, "\(map.full(key)): an input of type \(spec.type) has no \(key).",
                key == "default" ? "Give a fixed path as `path:`." : "Leave it out.")
        }
        guard let path = map.text("path") else { return }
        if !path.lowercased().hasPrefix("azureml:") && !path.contains("://") {
            map.note(
                "path", "\(map.full("path")) is \(path).",
                "A pipeline's own input takes an address, as azureml:NAME:VERSION.")
        }
        spec.defaultValue = .string(path)
    }

    private static func readBounds(_ map: YAMLMap, into spec: inout InputSpec) {
        if spec.type == .string { spec.allowedValues = map.list("enum") }
        let isNumber = spec.type == .integer || spec.type == .number
        for (key, isFit) in [("enum", spec.type == .string), ("min", isNumber), ("max", isNumber)]
        where !isFit && map.has(key) {
            map.note(
                key, "\(map.full(key)): an input of type \(spec.type) has no \(key).",
                "Leave it out.")
        }
        if isNumber {
            let bare = spec
            spec.minimum = literal("min", map, bare)
            spec.maximum = literal("max", map, bare)
            if let low = spec.minimum?.number, let high = spec.maximum?.number, low > high {
                map.note("min", "\(map.full("min")) is above max.", "Exchange them.")
            }
        }
        spec.defaultValue = literal("default", map, spec)
    }

    private static func literal(_ key: String, _ map: YAMLMap, _ spec: InputSpec) -> Literal? {
        guard let text = map.text(key) else { return nil }
        do throws(LiteralError) { return try Literal.converting(text, for: spec) } catch {
            map.note(
                key, "\(map.full(key)): \(error.description)", "Give \(spec.type.withArticle).")
            return nil
        }
    }
}

extension DataType {
    /// True for a word we do not know.
    var isUnknown: Bool {
        if case .unknown = self { true } else { false }
    }
}
