import BatchModel
import DraftFile

/// A version of a model from the workspace's own files.
struct CatalogModel: Sendable, Hashable {
    var name: String
    var version: String
    /// The model's file or folder, absolute.
    var path: String
    var isMLflow: Bool
    /// Relative to the workspace folder.
    var file: String
    var type: String
    var summary: String?
    var tags: [String: String]

    var id: AssetVersion { AssetVersion(name: name, version: version) }
}

/// Where a deployment's model lies, or why there is none.
enum FoundModel: Sendable, Hashable {
    case at(String, isMLflow: Bool)
    case missing(String)
    /// The deployment names no model.
    case none
}

/// Registered models: `models/*.yml`, in Azure's own YAML, and what deployments make of them.
extension WorkspaceReader {
    mutating func readModels(_ root: OpenFile) {
        for file in yamlFiles("models", below: root) {
            guard let text = text(file), let model = take(ModelFile.parse(yaml: text, file: file))
            else { continue }
            if catalog.models.contains(where: {
                $0.name == model.name && $0.version == model.version
            }) {
                note(file, "There is a version \(model.version) of \(model.name) already.")
                continue
            }
            let path = FilePath.resolve(model.path, from: folder + "/models")
            guard !Self.isAddress(model.path), FilePath.exists(path) else {
                note(
                    file,
                    "path: there is no file or folder \(model.path) beside this file. The "
                        + "local engine takes models from files only; a path is relative to the "
                        + "YAML file."
                )
                continue
            }
            catalog.models.append(
                CatalogModel(
                    name: model.name, version: model.version, path: path,
                    isMLflow: model.type == ModelFile.mlflowType, file: file, type: model.type,
                    summary: model.summary, tags: model.tags))
        }
    }

    /// The model of a deployment, inline or registered (ES §2.2).
    func model(of parsed: DeploymentFile, _ base: String) -> FoundModel {
        if let path = parsed.modelPath {
            let place = FilePath.resolve(path, from: base)
            guard !Self.isAddress(path), FilePath.exists(place) else {
                return .missing(
                    "model.path: there is no file or folder \(path). The local engine takes models "
                        + "from files only; a path is relative to the YAML file.")
            }
            return .at(place, isMLflow: parsed.modelType == ModelFile.mlflowType)
        }
        guard let text = parsed.modelReference else { return .none }
        guard let reference = ModelReference(text) else {
            return .missing(
                "model: \(text) names no model of this workspace. Use azureml:NAME:VERSION or "
                    + "azureml:NAME@latest of a file in models/, or give a name and a path.")
        }
        return model(reference, text)
    }

    /// The model as the service names it: registered, or as the deployment's own.
    func modelID(of parsed: DeploymentFile) -> AssetVersion? {
        if let text = parsed.modelReference {
            guard let reference = ModelReference(text) else { return nil }
            let versions = catalog.models.filter { $0.name == reference.name }.map(\.version)
            let version = reference.version ?? versions.max(by: Self.isOlder) ?? "1"
            return AssetVersion(name: reference.name, version: version)
        }
        guard parsed.modelPath != nil else { return nil }
        return AssetVersion(
            name: parsed.modelName ?? Self.ownName(parsed.deployment), version: "1")
    }

    /// The environment as the service names it: registered, or as the deployment's own; nil for one of a registry.
    func environmentID(of parsed: DeploymentFile) -> AssetVersion? {
        guard let text = parsed.environmentName else {
            return parsed.codeFolder == nil
                ? nil : AssetVersion(name: Self.ownName(parsed.deployment), version: "1")
        }
        guard text.lowercased().hasPrefix("azureml:") else {
            return AssetVersion(name: text, version: "1")
        }
        return ModelReference(text).map {
            AssetVersion(name: $0.name, version: $0.version ?? "latest")
        }
    }

    /// The name of parts that a deployment has for itself; a dot is in no endpoint's name.
    static func ownName(_ deployment: Deployment) -> String {
        "\(deployment.endpoint).\(deployment.name)"
    }

    /// What a job of this deployment would fail for.
    func missingModel(_ parsed: DeploymentFile, _ base: String) -> String? {
        guard case .missing(let text) = model(of: parsed, base) else { return nil }
        return text
    }

    private func model(_ reference: ModelReference, _ text: String) -> FoundModel {
        let versions = catalog.models.filter { $0.name == reference.name }
        let found: CatalogModel?
        if let version = reference.version {
            found = versions.first { $0.version == version }
        } else {
            found = versions.max { Self.isOlder($0.version, $1.version) }
        }
        if let found { return .at(found.path, isMLflow: found.isMLflow) }
        let known = versions.map(\.version).sorted(by: Self.isOlder).joined(separator: ", ")
        return .missing(
            versions.isEmpty
                ? "model: there is no model \(reference.name) in models/. Add its YAML file there, "
                    + "or give the deployment a name and a path."
                : "model: \(text) is not there. \(reference.name) has: \(known).")
    }

    /// By number where both are numbers, which is the order they were made in.
    static func isOlder(_ left: String, _ right: String) -> Bool {
        if let first = Int(left), let second = Int(right) { return first < second }
        return left < right
    }

    private static func isAddress(_ path: String) -> Bool {
        path.hasPrefix("azureml:") || path.contains("://")
    }
}
