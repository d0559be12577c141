public import BatchModel

/// A component's file out of what a client sends: the same keys, with the wire's wrappings taken off (ES §4).
///
/// On the wire a step's input is `{"job_input_type": "literal", "value": …}`, code and components are ids, and members of the
/// client's own are mixed in. A file says `name: value`, and names things of the workspace as `azureml:name:version`.
public struct ComponentText {
    private let spec: JSONValue
    private let name: String
    private let version: String
    /// The reference for an id; nil for one that is not of this workspace.
    private let reference: (_ id: String) -> String?

    /// Takes a component's spec.
    public init(
        _ spec: JSONValue, name: String, version: String,
        reference: @escaping (_ id: String) -> String?
    ) {
        self.spec = spec
        self.name = name
        self.version = version
        self.reference = reference
    }

    /// The id of its code; nil without code.
    public var codeID: String? {
        guard let code = spec["code"]?.string, !code.isEmpty else { return nil }
        return code
    }

    /// The file's text.
    ///
    /// - Parameter code: the folder of its code, relative to the file; nil without code.
    public func text(code: String?) -> String {
        var members = (spec.members ?? [:]).filter { $0.value != .null }
        for key in ["_source", "sourceJobId", "id", "creation_context", "intellectual_property"] {
            members[key] = nil
        }
        members["name"] = .string(name)
        members["version"] = .string(version)
        members["code"] = code.map { .string($0) }
        members["environment"] = members["environment"].map(environment)
        for key in ["inputs", "outputs"] { members[key] = members[key].flatMap(Self.filled) }
        members["jobs"] = members["jobs"]?.members.map { .object($0.mapValues(step)) }
        let order = [
            "$schema", "name", "version", "display_name", "description", "type", "inputs",
            "outputs", "code", "environment", "command", "jobs",
        ]
        var document = YAMLDocument()
        for key in order + members.keys.filter({ !order.contains($0) }).sorted() {
            if let value = members[key] { document.set(key, YAMLValue(value, first: ["type"])) }
        }
        return document.text
    }

    private static func filled(_ value: JSONValue) -> JSONValue? {
        guard let members = value.members, !members.isEmpty else { return nil }
        return .object(
            members.mapValues { one in
                .object((one.members ?? [:]).filter { $0.value != .null })
            })
    }

    private func environment(_ value: JSONValue) -> JSONValue {
        value.string.map { .string(named($0)) } ?? value
    }

    private func named(_ id: String) -> String { reference(id) ?? id }

    // MARK: - Steps

    private func step(_ value: JSONValue) -> JSONValue {
        var members = (value.members ?? [:]).filter { $0.value != .null }
        for key in ["_source", "name", "properties", "tags"] where key != "type" {
            members[key] = nil
        }
        if let id = members.removeValue(forKey: "componentId")?.string {
            members["component"] = .string(named(id))
        }
        if let id = members.removeValue(forKey: "computeId")?.string {
            members["compute"] = .string("azureml:" + id.lastSegment)
        }
        for key in ["inputs", "outputs"] {
            let bindings = members[key]?.members ?? [:]
            members[key] = bindings.isEmpty ? nil : .object(bindings.mapValues(Self.binding))
        }
        return .object(members)
    }

    private static func binding(_ value: JSONValue) -> JSONValue {
        guard let members = value.members else { return value }
        if let bound = members["value"], bound != .null { return bound }
        var plain: [String: JSONValue] = [:]
        plain["type"] = members["job_input_type"] ?? members["job_output_type"] ?? members["type"]
        plain["path"] = members["uri"] ?? members["path"]
        plain["mode"] = members["mode"]
        plain = plain.filter { $0.value != .null }
        return plain.isEmpty ? .null : .object(plain)
    }
}
