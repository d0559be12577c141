import BatchModel
import DraftFile

/// What components declare (CONTRACT §3).
extension Engine {
    func component(
        _ name: String, _ version: String, _ context: RouteContext
    ) throws(RouteRefusal) -> EngineResponse {
        let id = "\(context.scope.armID)/components/\(name)/versions/\(version)"
        guard let spec = spec(name, version, id, context.catalog) else {
            throw .notFound("NoSuchComponent", "There is no component \(name):\(version)")
        }
        let members: [String: JSONValue] = [
            "componentSpec": spec, "isAnonymous": .boolean(name == PipelineComponent.anonymousName),
            "isArchived": .boolean(isArchived("components", name, version)), "tags": .object([:]),
            "properties": .object([:]),
        ]
        return try .json(
            200,
            WireResource(
                id: id, name: version, type: WireType.workspace + "/components/versions",
                properties: JSONValue.object(members)))
    }

    private func spec(
        _ name: String, _ version: String, _ id: String, _ catalog: WorkspaceCatalog
    ) -> JSONValue? {
        let found = catalog.components.first { $0.name == name && $0.version == version }
        if let found { return componentSpec(found) }
        let deployment = catalog.deployments.first { found in
            guard case .pipelineComponent(let settings) = found.deployment.kind else {
                return false
            }
            return settings.componentID == id
        }
        return deployment?.pipeline.map { Self.spec($0, name, version) }
    }

    /// What a component of the workspace's folder declares.
    func componentSpec(_ found: CatalogComponent) -> JSONValue {
        switch found.component {
        case .pipeline(let pipeline): return Self.spec(pipeline, found.name, found.version)
        case .command(let command):
            let spec = Self.spec(
                "command", found.name, found.version, nil, command.inputs, command.outputs)
            var members = spec.members ?? [:]
            members["command"] = .string(command.command)
            members["environment"] = command.environmentName.map { .string($0) }
            return .object(members)
        }
    }

    private static func spec(
        _ pipeline: PipelineComponent, _ name: String, _ version: String
    ) -> JSONValue {
        spec("pipeline", name, version, pipeline.summary, pipeline.inputs, pipeline.outputs)
    }

    private static func spec(
        _ type: String, _ name: String, _ version: String, _ summary: String?,
        _ inputs: [InputSpec], _ outputs: [OutputSpec]
    ) -> JSONValue {
        var members: [String: JSONValue] = [
            "type": .string(type), "name": .string(name), "version": .string(version),
            "is_deterministic": .boolean(true),
        ]
        members["description"] = summary.map { .string($0) }
        members["inputs"] = .object(
            Dictionary(uniqueKeysWithValues: inputs.map { ($0.name, json($0)) }))
        members["outputs"] = .object(
            Dictionary(
                uniqueKeysWithValues: outputs.map { spec in
                    var members: [String: JSONValue] = ["type": .string(spec.type.rawValue)]
                    members["description"] = spec.summary.map { .string($0) }
                    return (spec.name, .object(members))
                }))
        return .object(members)
    }

    /// Values are texts, as the service keeps them.
    private static func json(_ spec: InputSpec) -> JSONValue {
        var members: [String: JSONValue] = [
            "type": .string(spec.type.rawValue), "optional": .boolean(spec.isOptional),
        ]
        let key = spec.type.isLiteral ? "default" : "path"
        members[key] = spec.defaultValue.map { .string($0.text) }
        members["min"] = spec.minimum.map { .string($0.text) }
        members["max"] = spec.maximum.map { .string($0.text) }
        members["description"] = spec.summary.map { .string($0) }
        if !spec.allowedValues.isEmpty {
            members["enum"] = .array(spec.allowedValues.map { .string($0) })
        }
        return .object(members)
    }
}
