import BatchModel
import DraftFile

/// Components, and the deployments that run them.
extension WorkspaceReader {
    /// Folders below `components/` that are looked into.
    private static let depthLimit = 8

    /// Reads the `components/` folder; what it holds can be named from here on.
    mutating func readComponents(_ root: OpenFile) {
        var entries: [ComponentIndex.Entry] = []
        for file in Self.componentFiles(below: root) {
            guard let yaml = text(file) else { continue }
            guard let head = take(ComponentHead.parse(yaml: yaml, file: file)), let head else {
                continue
            }
            guard !entries.contains(where: { $0.name == head.name && $0.version == head.version })
            else {
                note(file, "There is a version \(head.version) of \(head.name) already.")
                continue
            }
            entries.append(
                .init(name: head.name, version: head.version, yaml: yaml, file: file))
        }
        index = ComponentIndex(folder: folder, entries: entries)
        for entry in entries {
            let parsed = ComponentFile.parse(
                yaml: entry.yaml, file: entry.file, isRegistered: true, components: index.lookup)
            guard let component = take(parsed) else { continue }
            catalog.components.append(
                CatalogComponent(
                    name: entry.name, version: entry.version, file: entry.file,
                    component: component))
        }
    }

    static func componentFiles(below root: OpenFile) -> [String] {
        guard let folder = FolderWalk.folder(["components"], below: root) else { return [] }
        return files(in: folder, "components", depth: 0)
    }

    private static func files(in folder: OpenFile, _ path: String, depth: Int) -> [String] {
        FolderWalk.entries(of: folder).flatMap { entry -> [String] in
            let below = path + "/" + entry.name
            guard entry.isFolder else {
                let isYAML = entry.name.hasSuffix(".yml") || entry.name.hasSuffix(".yaml")
                return isYAML ? [below] : []
            }
            guard depth < depthLimit, let inner = FolderWalk.folder([entry.name], below: folder)
            else { return [] }
            return files(in: inner, below, depth: depth + 1)
        }
    }

    /// The settings of a pipeline deployment under the id that the component is served by.
    func identified(_ parsed: DeploymentFile) -> Deployment {
        guard let component = parsed.component,
            case .pipelineComponent(var settings) = parsed.deployment.kind
        else { return parsed.deployment }
        let isNamed = settings.componentID?.lowercased().hasPrefix("azureml:") == true
        let name = isNamed ? component.name : PipelineComponent.anonymousName
        let version = isNamed ? component.version : component.contentVersion
        settings.componentID = "\(catalog.scope.armID)/components/\(name)/versions/\(version)"
        var deployment = parsed.deployment
        deployment.kind = .pipelineComponent(settings)
        return deployment
    }

    /// What a job of a pipeline deployment would fail for.
    func missingPart(ofPipeline found: CatalogDeployment) -> String? {
        guard let pipeline = found.pipeline else { return nil }
        for step in pipeline.steps {
            if let code = step.component.codeFolder {
                let path = FilePath.resolve(code, from: folder)
                guard FilePath.isFolder(path) else {
                    return "step \(step.name): code: there is no folder \(path). "
                        + "The path is relative to the YAML file."
                }
            }
            for case .data(let path, let type) in step.inputs.values where !path.isAddress {
                let whole = FilePath.resolve(path, from: folder)
                guard FilePath.exists(whole) else {
                    return "step \(step.name): there is no \(type == .uriFile ? "file" : "folder") "
                        + "\(whole). The path is relative to the YAML file."
                }
            }
        }
        guard let store = found.defaultDatastore, catalog.container(of: store) == nil else {
            return nil
        }
        return "settings.default_datastore is \(store), and this engine has no such datastore."
    }
}

extension String {
    /// True for an address, false for a path.
    var isAddress: Bool { lowercased().hasPrefix("azureml:") || contains("://") }
}
