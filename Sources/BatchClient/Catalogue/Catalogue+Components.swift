import BatchModel

/// What components declare, by id: a component's version never changes.
actor ComponentMemory {
    private var known: [String: PipelineSettings] = [:]

    func settings(of id: String) -> PipelineSettings? { known[id] }
    func learn(_ settings: PipelineSettings, of id: String) { known[id] = settings }
}

extension Catalogue {
    /// The deployment with what its component declares.
    ///
    /// The deployment names its component only by id; where that cannot be read (missing route, no right), the inputs stay
    /// empty and any name may be typed (CONTRACT §3).
    func completed(_ deployment: Deployment) async -> Deployment {
        guard case .pipelineComponent(var settings) = deployment.kind,
            let id = settings.componentID, settings.inputs.isEmpty, settings.outputs.isEmpty,
            let component = await component(id)
        else { return deployment }
        settings.inputs = component.inputs
        settings.outputs = component.outputs
        var copy = deployment
        copy.kind = .pipelineComponent(settings)
        return copy
    }

    private func component(_ id: String) async -> PipelineSettings? {
        if let known = await components.settings(of: id) { return known }
        let parts = id.split(separator: "/").map(String.init)
        guard let versions = parts.lastIndex(of: "versions"), versions > 0,
            versions + 1 < parts.count
        else { return nil }
        do throws(ServiceFailure) {
            let route = Route.management(
                try await scope,
                .assets(
                    .components,
                    .version(name: parts[versions - 1], version: parts[versions + 1])))
            let resource = try await caller.fetch(
                WireResource<JSONValue>.self,
                ServiceRequest(route, operation: "read the component \(parts[versions - 1])"))
            let settings = Self.settings(in: resource.properties?["componentSpec"])
            await components.learn(settings, of: id)
            return settings
        } catch {
            // Forbidden or not served: any input name may be typed instead.
            return nil
        }
    }

    private static func settings(in spec: JSONValue?) -> PipelineSettings {
        let inputs = spec?["inputs"]?.members ?? [:]
        let outputs = spec?["outputs"]?.members ?? [:]
        return PipelineSettings(
            inputs: inputs.sorted { $0.key < $1.key }.map { input(named: $0.key, $0.value) },
            outputs: outputs.sorted { $0.key < $1.key }.map { name, value in
                OutputSpec(
                    name: name,
                    type: DataType(rawValue: value["type"]?.string ?? "uri_folder"),
                    summary: value["description"]?.string)
            })
    }

    private static func input(named name: String, _ value: JSONValue) -> InputSpec {
        let type = DataType(rawValue: value["type"]?.string ?? "uri_folder")
        return InputSpec(
            name: name, type: type,
            isOptional: value["optional"]?.text.lowercased() == "true",
            defaultValue: literal(value["default"], type),
            allowedValues: values(value["enum"]), minimum: literal(value["min"], type),
            maximum: literal(value["max"], type), summary: value["description"]?.string)
    }

    private static func values(_ list: JSONValue?) -> [String] {
        if case .array(let values) = list { values.map(\.text) } else { [] }
    }

    private static func literal(_ value: JSONValue?, _ type: DataType) -> Literal? {
        guard let value, value != .null else { return nil }
        return switch type {
        case .integer: value.wholeNumber.map { .integer(Int64($0)) }
        case .number: Double(value.text).map { .number($0) }
        case .boolean: .boolean(value.text.lowercased() == "true")
        case .string: .string(value.text)
        case .uriFolder, .uriFile, .mltable, .customModel, .mlflowModel, .tritonModel, .unknown:
            nil
        }
    }
}
