import BatchModel

extension DeploymentFile {
    /// Keys below `settings` of a pipeline deployment (ES §2.3).
    private static let flags = [
        "continue_on_step_failure", "force_rerun", "continue_on_failed_optional_input",
    ]

    mutating func readPipeline(
        _ map: YAMLMap, _ reader: YAMLReader, _ components: ComponentLookup?
    ) {
        let settings = readSettings(map.map("settings"))
        if map.has("job_definition") {
            map.note(
                "job_definition",
                "job_definition makes a component from a finished job of the "
                    + "service; the local engine has none.",
                "Name a pipeline component, or its file, as `component:`.")
        }
        let given = map.textOrMap("component")
        if given.text == nil, given.map == nil, !map.has("job_definition") {
            map.note(
                "component", "component is missing.", "Name a pipeline component, or its file.")
        }
        if let inline = given.map {
            let found = ComponentReader(reader: reader, components: components ?? .none)
                .component(inline, isRegistered: false)
            take(found, map)
        } else if let reference = given.text, let components {
            readComponent(reference, map, reader, components)
        }
        _ = map.textOrMap("resources")
        if deployment.compute == nil {
            deployment.compute = settings["default_compute"].map {
                $0.hasPrefix("azureml:") ? String($0.dropFirst(8)) : $0
            }
        }
        deployment.kind = .pipelineComponent(
            PipelineSettings(
                componentID: given.text ?? map.text("job_definition"),
                inputs: component?.inputs ?? [], outputs: component?.outputs ?? [],
                settings: settings))
    }

    private func readSettings(_ map: YAMLMap?) -> [String: String] {
        guard let map else { return [:] }
        var settings: [String: String] = [:]
        for key in ["default_compute", "default_datastore"] { settings[key] = map.text(key) }
        for key in Self.flags { settings[key] = map.flag(key).map { $0 ? "true" : "false" } }
        map.noteUnknownKeys()
        return settings
    }

    private mutating func readComponent(
        _ reference: String, _ map: YAMLMap, _ reader: YAMLReader, _ components: ComponentLookup
    ) {
        switch components.find(reference, reader.file) {
        case .missing(let detail, let advice): map.note("component", detail, advice)
        case .found(let yaml, let file, let isRegistered):
            let parsed = ComponentFile.parse(
                yaml: yaml, file: file, isRegistered: isRegistered, components: components)
            reader.take(parsed.problems)
            take(parsed.value, map)
        }
    }

    private mutating func take(_ found: ComponentFile?, _ map: YAMLMap) {
        switch found {
        case .pipeline(let pipeline)?: component = pipeline
        case .command?:
            map.note(
                "component", "component is a command component.",
                "A deployment runs a pipeline component: make it a step of one.")
        case nil: break
        }
    }
}
