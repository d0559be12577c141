public import BatchModel

extension DeploymentPlan {
    /// Reads a deployment's YAML, in either layout, for a workspace that has none of what it names.
    ///
    /// - Parameters:
    ///   - file: names it in problems; paths in it are relative to it.
    ///   - files: gets at components, conda files and folders that it names.
    public static func parse(
        yaml: String, file: String, files: PlanFiles, said: [String: String] = [:]
    ) -> Parsed<DeploymentPlan> {
        let isReferred = isComponentReferred(yaml)
        let parsed = DeploymentFile.parse(
            yaml: yaml, file: file, components: isReferred ? nil : files.components,
            said: said)
        let reader = YAMLReader(file: file)
        guard let found = parsed.value, let map = reader.root(yaml, said: said) else {
            return Parsed(value: nil, problems: parsed.problems)
        }
        var plan = DeploymentPlan(
            deployment: found.deployment, scoringScript: found.scoringScript,
            environmentVariables: found.environmentVariables, properties: map.texts("properties"))
        switch found.deployment.kind {
        case .model: plan.readModel(found, map, files)
        case .pipelineComponent:
            let planner = ComponentPlanner(files: files, reader: reader)
            plan.component = planner.component(map.textOrMap("component"), found.component, file)
        }
        return Parsed(value: plan, problems: parsed.problems + reader.problems)
    }

    /// True when the component is in the workspace already.
    private static func isComponentReferred(_ yaml: String) -> Bool {
        let reader = YAMLReader(file: "")
        return withExtendedLifetime(reader) {
            reader.root(yaml)?.textOrMap("component").text?.isAssetReference ?? false
        }
    }

    private mutating func readModel(_ found: DeploymentFile, _ map: YAMLMap, _ files: PlanFiles) {
        let file = map.file
        if let folder = found.codeFolder, let code = map.map("code_configuration") {
            self.code = folder.isRemote ? .reference(folder) : .folder(files.at(folder, file))
            if case .folder(let path) = self.code {
                code.demand(path, as: "code", files)
                if let script = found.scoringScript, files.isThere(path) {
                    code.demand(path + "/" + script, as: "scoring_script", files)
                }
            }
        }
        model = Self.model(map.textOrMap("model"), map, files)
        let environment = map.textOrMap("environment")
        self.environment = Self.environment(environment, map, files)
    }

    private static func model(
        _ given: (text: String?, map: YAMLMap?), _ map: YAMLMap, _ files: PlanFiles
    ) -> ModelPlan? {
        if let text = given.text {
            if text.isAssetReference { return .reference(text) }
            // As the service's own client reads it: a text that is no reference is a path.
            let path = files.at(text, map.file)
            map.demand(path, as: "model", files)
            return .definition(ModelDefinition(name: nil, type: ModelFile.types[0], path: path))
        }
        guard let inline = given.map else { return nil }
        let name = inline.text("name")
        let version = inline.text("version")
        guard let path = inline.text("path") else {
            guard let name, let version else {
                map.note(
                    "model", "model has no path.",
                    "Give its path, or the name and version of a registered one.")
                return nil
            }
            return .reference("azureml:\(name):\(version)")
        }
        let place = path.isRemote ? path : files.at(path, map.file)
        if !path.isRemote { inline.demand(place, as: "path", files) }
        return .definition(
            ModelDefinition(
                name: name, version: version,
                type: inline.text("type")?.lowercased() ?? ModelFile.types[0], path: place,
                summary: inline.text("description")))
    }

    /// What a script or a command runs in, as `environment` says it.
    static func environment(
        _ given: (text: String?, map: YAMLMap?), _ map: YAMLMap, _ files: PlanFiles
    ) -> EnvironmentPlan? {
        if let text = given.text {
            // `file:` and plain paths name an environment's own YAML.
            guard !text.isAssetReference, text.hasSuffix(".yml") || text.hasSuffix(".yaml") else {
                return .reference(text)
            }
            return environment(file: beside(map.file, text), map, files)
        }
        guard let inline = given.map else { return nil }
        if inline.has("build") {
            inline.note(
                "build", "\(inline.full("build")): images are not built from a folder here.",
                "Build the image yourself and name it as `image:`.")
        }
        var definition = EnvironmentDefinition(
            name: inline.text("name"), version: inline.text("version"),
            image: inline.text("image"), summary: inline.text("description"))
        let conda = inline.textOrMap("conda_file")
        definition.condaText = conda.map?.yaml
        if let path = conda.text {
            definition.condaText = files.read(beside(map.file, path))
            inline.demand(beside(map.file, path), as: "conda_file", files)
        }
        // Only a name and a version: it is there already.
        if definition.image == nil, definition.condaText == nil, let name = definition.name {
            return .reference(
                "azureml:\(name)" + (definition.version.map { ":\($0)" } ?? "@latest"))
        }
        return .definition(definition)
    }

    private static func environment(
        file: String, _ map: YAMLMap, _ files: PlanFiles
    ) -> EnvironmentPlan? {
        let reader = YAMLReader(file: file)
        guard let yaml = files.read(file), let root = reader.root(yaml) else {
            map.note(
                "environment", "environment: \(file) cannot be read.",
                "The path is relative to the YAML file.")
            return nil
        }
        let found = environment((nil, root), root, files)
        map.take(reader.problems)
        return found
    }
}

extension PlanFiles {
    /// A path of a file, absolute.
    func at(_ path: String, _ file: String) -> String { absolute(beside(file, path)) }
}
