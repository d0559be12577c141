import BatchModel

// What the service is told of a component is the component's own YAML as JSON, with a few words changed: paths become ids
// (the client does that), values become texts as the service's own client writes them, and what a step is given says of
// itself that it is a literal. The file has been read and held against the rules before; this only turns it round.

/// Makes plans of components.
struct ComponentPlanner {
    let files: PlanFiles
    let reader: YAMLReader

    private static let anonymous: [String: JSONValue] = [
        "name": .string("azureml_anonymous"), "version": .string("1"),
    ]
    /// Keys of a component or step that go over as they are.
    private static let plainKeys = [
        "$schema", "display_name", "description", "tags", "command", "environment_variables",
        "resources", "distribution", "limits",
    ]

    /// The component a key names.
    ///
    /// - Parameter known: the same as the rules read it; commands that stand in their step get their inputs from there.
    func component(
        _ given: (text: String?, map: YAMLMap?), _ known: PipelineComponent?, _ file: String
    ) -> ComponentPlan? {
        if let map = given.map { return definition(map, known) }
        guard let reference = given.text else { return nil }
        if reference.isAssetReference { return .reference(reference) }
        let path = beside(file, reference)
        let inner = ComponentPlanner(files: files, reader: YAMLReader(file: path))
        guard let map = files.read(path).flatMap({ inner.reader.root($0) }) else { return nil }
        defer { reader.take(inner.reader.problems) }
        return inner.definition(map, known)
    }

    private func definition(_ map: YAMLMap, _ known: PipelineComponent?) -> ComponentPlan {
        var spec = base(map)
        spec["inputs"] = interface(map.map("inputs"))
        spec["outputs"] = interface(map.map("outputs"))
        guard let jobs = map.map("jobs") else { return command(map, spec) }
        spec["type"] = .string("pipeline")
        var steps: [String: ComponentPlan] = [:]
        var wires: [String: JSONValue] = [:]
        for name in jobs.keys {
            guard let step = jobs.map(name) else { continue }
            let inPlace = known?.steps.first { $0.name == name }?.component
            steps[name] = self.step(step, inPlace)
            wires[name] = .object(wire(step, named: name))
        }
        spec["jobs"] = .object(wires)
        return .definition(ComponentDefinition(spec: spec, steps: steps))
    }

    private func base(_ map: YAMLMap) -> [String: JSONValue] {
        var spec = Self.anonymous
        for key in Self.plainKeys { spec[key] = map.json(key) }
        spec["_source"] = .string("YAML.COMPONENT")
        return spec
    }

    private func command(_ map: YAMLMap, _ start: [String: JSONValue]) -> ComponentPlan {
        var spec = start
        spec["type"] = .string("command")
        spec["is_deterministic"] = .boolean(map.text("is_deterministic")?.lowercased() != "false")
        var code: CodePlan?
        if let path = map.text("code") {
            code = path.isRemote ? .reference(path) : .folder(files.at(path, reader.file))
            if case .folder(let folder) = code { map.demand(folder, as: "code", files) }
        }
        return .definition(
            ComponentDefinition(
                spec: spec, code: code,
                environment: DeploymentPlan.environment(
                    map.textOrMap("environment"), map, files)))
    }

    private func step(_ map: YAMLMap, _ inPlace: CommandComponent?) -> ComponentPlan? {
        guard map.has("command"), !map.has("component") else {
            return component(map.textOrMap("component"), nil, reader.file)
        }
        var spec = base(map)
        spec["_source"] = .string("YAML.JOB")
        spec["inputs"] = .object(
            Dictionary(
                (inPlace?.inputs ?? []).map { ($0.name, Self.declared($0)) },
                uniquingKeysWith: { first, _ in first }))
        spec["outputs"] = .object(
            Dictionary(
                (inPlace?.outputs ?? []).map {
                    ($0.name, .object(["type": .string($0.type.rawValue)]))
                }, uniquingKeysWith: { first, _ in first }))
        return command(map, spec)
    }

    private static func declared(_ input: InputSpec) -> JSONValue {
        var members: [String: JSONValue] = ["type": .string(input.type.rawValue)]
        if input.isOptional { members["optional"] = .boolean(true) }
        return .object(members)
    }

    private func interface(_ map: YAMLMap?) -> JSONValue {
        guard let map else { return .object([:]) }
        var members: [String: JSONValue] = [:]
        for name in map.keys {
            guard let one = map.map(name) else {
                members[name] = .object(["type": .string("uri_folder")])
                continue
            }
            var values: [String: JSONValue] = [:]
            for key in one.keys { values[key] = one.json(key) }
            if one.text("optional") != nil {
                values["optional"] = .boolean(one.text("optional")?.lowercased() == "true")
            }
            if values["type"] == nil { values["type"] = .string("uri_folder") }
            members[name] = .object(values)
        }
        return .object(members)
    }

    // MARK: - What a step is given

    private func wire(_ map: YAMLMap, named name: String) -> [String: JSONValue] {
        var wire: [String: JSONValue] = ["name": .string(name), "type": .string("command")]
        wire["_source"] = .string("YAML.COMPONENT")
        if map.has("component") {
            for key in ["environment_variables", "resources", "distribution", "limits"] {
                wire[key] = map.json(key)
            }
        }
        wire["compute"] = map.text("compute").map { .string($0) }
        if let inputs = map.map("inputs") {
            wire["inputs"] = .object(
                Dictionary(
                    inputs.keys.compactMap { key in input(key, inputs).map { (key, $0) } },
                    uniquingKeysWith: { first, _ in first }))
        }
        if let outputs = map.map("outputs") {
            wire["outputs"] = .object(
                Dictionary(
                    outputs.keys.compactMap { key in output(key, outputs).map { (key, $0) } },
                    uniquingKeysWith: { first, _ in first }))
        }
        return wire
    }

    private func input(_ name: String, _ map: YAMLMap) -> JSONValue? {
        guard map.has(name) else { return nil }
        let literal = { (value: JSONValue?) in
            JSONValue.object([
                "job_input_type": .string("literal"), "value": value ?? .string(""),
            ])
        }
        guard let one = map.textOrMap(name).map else { return literal(map.json(name)) }
        for key in ["value", "default"] where one.has(key) { return literal(one.json(key)) }
        guard let path = one.text("path") else { return nil }
        if path.contains("${{") { return literal(.string(path)) }
        let place = path.isRemote ? path : files.at(path, reader.file)
        if !path.isRemote { one.demand(place, as: "path", files) }
        var members: [String: JSONValue] = [
            "job_input_type": .string(one.text("type") ?? "uri_folder"), "uri": .string(place),
        ]
        members["mode"] = one.text("mode").map { .string($0) }
        return .object(members)
    }

    private func output(_ name: String, _ map: YAMLMap) -> JSONValue? {
        guard map.has(name) else { return nil }
        let given = map.textOrMap(name)
        let path = given.text ?? given.map?.text("path")
        var members: [String: JSONValue] = [:]
        members["mode"] = given.map?.text("mode").map {
            .string($0.prefix(1).uppercased() + $0.dropFirst())
        }
        if let path, path.contains("${{") {
            members["type"] = .string("literal")
            members["value"] = .string(path)
        } else {
            members["job_output_type"] = .string(given.map?.text("type") ?? "uri_folder")
            members["uri"] = path.map { .string($0) }
        }
        return .object(members)
    }
}
