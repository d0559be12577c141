/// A registered model's YAML: one version of it.
public struct ModelFile: Sendable, Hashable {
    /// The model's name.
    public var name: String
    /// The version's name, any text.
    public var version: String
    /// `custom_model`, `mlflow_model` or `triton_model`.
    public var type: String
    /// A file or folder relative to the file, or an address.
    public var path: String
    /// Free text.
    public var summary: String?
    /// Tags.
    public var tags: [String: String]

    /// The type of models that can be run without a scoring script (ES §3.9).
    public static let mlflowType = "mlflow_model"
    static let types = ["custom_model", mlflowType, "triton_model"]

    /// Reads a text; `file` names it in problems.
    public static func parse(yaml: String, file: String) -> Parsed<ModelFile> {
        let reader = YAMLReader(file: file)
        guard let map = reader.root(yaml) else {
            return Parsed(value: nil, problems: reader.problems)
        }
        let name = map.text("name", isRequired: true)
        let path = map.text("path", isRequired: true)
        let type = map.word("type", oneOf: types)
        _ = [map.text("stage"), map.text("job_name")]
        _ = map.texts("properties")
        _ = map.map("flavors")
        let parsed = ModelFile(
            name: name ?? "", version: map.text("version") ?? "1", type: type ?? types[0],
            path: path ?? "", summary: map.text("description"), tags: map.texts("tags"))
        map.noteUnknownKeys()
        return Parsed(value: parsed, problems: reader.problems)
    }
}

/// How a deployment names a model of the workspace: `azureml:n:v` or `azureml:n@latest`.
public struct ModelReference: Sendable, Hashable {
    /// The model's name.
    public var name: String
    /// The version's name; nil for the newest.
    public var version: String?

    /// Reads a reference; nil for addresses in registries and everything else.
    public init?(_ text: String) {
        guard text.hasPrefix("azureml:"), !text.contains("/") else { return nil }
        let rest = text.dropFirst(8)
        if rest.hasSuffix("@latest") {
            name = String(rest.dropLast(7))
            version = nil
        } else {
            let parts = rest.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[1].isEmpty else { return nil }
            name = String(parts[0])
            version = String(parts[1])
        }
        guard !name.isEmpty else { return nil }
    }
}
