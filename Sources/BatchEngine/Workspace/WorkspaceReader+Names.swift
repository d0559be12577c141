import DraftFile

/// Environments and computes: the local engine keeps them as names.
extension WorkspaceReader {
    mutating func readEnvironments(_ root: OpenFile) {
        for file in yamlFiles("environments", below: root) {
            guard let text = text(file),
                let parsed = take(EnvironmentFile.parse(yaml: text, file: file))
            else { continue }
            let id = AssetVersion(name: parsed.name, version: parsed.version)
            if catalog.environments.contains(where: { $0.id == id }) {
                note(file, "There is a version \(id.version) of \(id.name) already.")
                continue
            }
            catalog.environments.append(CatalogEnvironment(id: id, file: file, parsed: parsed))
        }
    }

    mutating func readComputes(_ root: OpenFile) {
        for file in yamlFiles("computes", below: root) {
            guard let text = text(file),
                let parsed = take(ComputeFile.parse(yaml: text, file: file))
            else { continue }
            if catalog.computes.contains(where: { $0.parsed.name == parsed.name }) {
                note(file, "There is a compute \(parsed.name) already. Choose another name.")
                continue
            }
            catalog.computes.append(CatalogCompute(file: file, parsed: parsed))
        }
    }
}
