import BatchModel
import DraftFile

/// Reads a workspace folder into a catalog; what is broken becomes a problem and keeps nothing else away.
struct WorkspaceReader {
    let folder: String
    var catalog: WorkspaceCatalog
    /// Finds components; knows those of the `components/` folder once that is read.
    var index: ComponentIndex
    /// False when the names were settled before: ids and containers must not change under running jobs.
    private let readsNames: Bool

    init(folder: String) {
        self.folder = folder
        let standard = WorkspaceFile.standard
        catalog = WorkspaceCatalog(scope: standard.scope, location: standard.location)
        index = ComponentIndex(folder: folder, entries: [])
        readsNames = true
    }

    /// Reads under the names of an earlier catalog; a new `workspace.yml` counts from the next start.
    init(folder: String, namedAs earlier: WorkspaceCatalog) {
        self.folder = folder
        catalog = WorkspaceCatalog(scope: earlier.scope, location: earlier.location)
        index = ComponentIndex(folder: folder, entries: [])
        readsNames = false
    }

    /// Reads everything.
    ///
    /// - Parameter telling: hears what is being read, in words.
    func read(telling: (String) -> Void = { _ in }) -> WorkspaceCatalog {
        var reader = self
        telling("reading the workspace")
        if readsNames { reader.readNames() }
        reader.catalog.datastores = WorkspaceCatalog.builtInDatastores(reader.catalog.workspaceID)
        guard let root = FolderWalk.root(folder) else { return reader.catalog }
        reader.readDatastores(root)
        reader.readData(root)
        reader.readModels(root)
        reader.readEnvironments(root)
        reader.readComputes(root)
        reader.readComponents(root)
        reader.readEndpoints(root, telling)
        reader.catalog.references = reader.index.references
        return reader.catalog
    }

    // MARK: - Files

    /// A file's text; nil when there is none. A file that is no UTF-8 or too long is noted.
    mutating func text(_ file: String, isRequired: Bool = true) -> String? {
        let parts = file.split(separator: "/").map(String.init)
        guard let name = parts.last, let root = FolderWalk.root(folder),
            let below = FolderWalk.folder(parts.dropLast(), below: root),
            FolderWalk.file(name, in: below) != nil
        else {
            if isRequired { note(file, "The file is missing.") }
            return nil
        }
        guard let bytes = PrivateFile.read(folder + "/" + file),
            let text = String(validating: bytes, as: UTF8.self)
        else {
            note(file, "The file is over 1 MiB, or not UTF-8 text.")
            return nil
        }
        return text
    }

    mutating func note(
        _ file: String, _ text: String, endpoint: Endpoint.Name? = nil,
        deployment: Deployment.Name? = nil
    ) {
        catalog.problems.append(
            WorkspaceProblem(
                file: file, line: nil, text: text, endpoint: endpoint, deployment: deployment))
    }

    /// Takes over what a parser noticed; its value is nil when there is an error among it.
    mutating func take<Value>(
        _ parsed: Parsed<Value>, endpoint: Endpoint.Name? = nil, deployment: Deployment.Name? = nil
    ) -> Value? {
        for problem in parsed.problems {
            catalog.problems.append(
                WorkspaceProblem(
                    file: problem.file, line: problem.line,
                    text: "\(problem.detail) \(problem.advice)", endpoint: endpoint,
                    deployment: deployment))
        }
        return parsed.value
    }

    func yamlFiles(_ kind: String, below root: OpenFile) -> [String] {
        guard let folder = FolderWalk.folder([kind], below: root) else { return [] }
        return FolderWalk.entries(of: folder)
            .filter { !$0.isFolder && ($0.name.hasSuffix(".yml") || $0.name.hasSuffix(".yaml")) }
            .map { kind + "/" + $0.name }
    }

    // MARK: - Workspace, datastores

    private mutating func readNames() {
        let file = "workspace.yml"
        guard let text = text(file, isRequired: false),
            let names = take(WorkspaceFile.parse(yaml: text, file: file))
        else { return }
        catalog.scope = names.scope
        catalog.location = names.location
    }

    private mutating func readDatastores(_ root: OpenFile) {
        for file in yamlFiles("datastores", below: root) {
            guard let text = text(file),
                var store = take(DatastoreFile.parse(yaml: text, file: file))?.datastore
            else { continue }
            guard !catalog.datastores.contains(where: { $0.name == store.name }) else {
                note(file, "There is a datastore \(store.name) already. Choose another name.")
                continue
            }
            if store.kind == .blob,
                store.accountName == nil || store.accountName == EngineAddress.account
            {
                guard let container = store.containerName,
                    (try? BlobName.checkContainer(container)) != nil
                else {
                    note(file, "container_name is not a container's name. Use a-z, 0-9 and -.")
                    continue
                }
                store.accountName = EngineAddress.account
                store.credentialsType = "Sas"
            }
            catalog.datastores.append(store)
            catalog.datastoreFiles[store.name] = file
        }
    }

    // MARK: - Data

    private mutating func readData(_ root: OpenFile) {
        var found: [CatalogData] = []
        for file in yamlFiles("data", below: root) {
            guard let text = text(file),
                let asset = take(DataAssetFile.parse(yaml: text, file: file))
            else { continue }
            if found.contains(where: {
                $0.version.asset == asset.name && $0.version.version == asset.version
            }) {
                note(file, "There is a version \(asset.version) of \(asset.name) already.")
                continue
            }
            if let data = data(asset, file) { found.append(data) }
        }
        catalog.data = found.sorted { Self.precedes($0.version, $1.version) }
    }

    private mutating func data(_ asset: DataAssetFile, _ file: String) -> CatalogData? {
        var version = DataVersion(
            asset: asset.name, version: asset.version,
            armID: "\(catalog.scope.armID)/data/\(asset.name)/versions/\(asset.version)",
            type: asset.type, uri: asset.path, summary: asset.summary, tags: asset.tags,
            properties: asset.properties.isEmpty ? nil : asset.properties)
        let lower = asset.path.lowercased()
        if lower.hasPrefix("azureml:") || lower.contains("://") {
            if let place = DatastorePlace(asset.path, in: catalog.scope) {
                version.uri = place.longURI(in: catalog.scope)
            }
            return CatalogData(version: version, mount: nil, file: file)
        }
        let prefix = "\(BlobMount.reservedPrefix)\(asset.name)/\(asset.version)/"
        let isFile = asset.type == .uriFile
        let path = FilePath.resolve(asset.path, from: folder + "/data")
        guard (try? BlobName(String(prefix.dropLast()))) != nil else {
            note(file, "The version \"\(asset.version)\" cannot be part of a path.")
            return nil
        }
        guard FilePath.isFolder(path) != isFile, FilePath.exists(path) else {
            note(
                file,
                "path: there is no \(isFile ? "file" : "folder") \(asset.path) beside this file. "
                    + "A path is relative to the YAML file.")
            return nil
        }
        let container = EngineFolders(state: "", workspaceID: catalog.workspaceID).defaultContainer
        let parent = FilePath.parent(of: path)
        let mount = BlobMount(
            container: container, prefix: prefix, folder: isFile ? parent.folder : path,
            onlyFile: isFile ? parent.name : nil)
        version.uri = DatastorePlace(
            datastore: WorkspaceCatalog.defaultDatastore,
            path: prefix + (isFile ? parent.name : "")
        ).longURI(in: catalog.scope)
        return CatalogData(version: version, mount: mount, file: file)
    }

    /// Names by bytes; versions by number where both are numbers, which is the order they were made in.
    private static func precedes(_ left: DataVersion, _ right: DataVersion) -> Bool {
        if left.asset != right.asset { return left.asset < right.asset }
        if let first = Int(left.version), let second = Int(right.version) { return first < second }
        return left.version < right.version
    }

    // MARK: - Endpoints

    /// Endpoints after which it is told how many were read.
    private static let toldEvery = 50

    private mutating func readEndpoints(_ root: OpenFile, _ telling: (String) -> Void) {
        guard let endpoints = FolderWalk.folder(["endpoints"], below: root) else { return }
        let entries = FolderWalk.entries(of: endpoints).filter(\.isFolder)
        for (index, entry) in entries.enumerated() {
            if index > 0, index.isMultiple(of: Self.toldEvery) {
                telling("reading the workspace: \(index) of \(entries.count) endpoints")
            }
            guard let below = FolderWalk.folder([entry.name], below: endpoints) else { continue }
            readEndpoint(entry.name, below)
        }
    }

    private mutating func readEndpoint(_ folderName: String, _ below: OpenFile) {
        let file = "endpoints/\(folderName)/endpoint.yml"
        let folderEndpoint = Endpoint.Name(folderName)
        guard let text = text(file),
            let endpoint = take(
                EndpointFile.parse(yaml: text, file: file), endpoint: folderEndpoint)?.endpoint
        else { return }
        guard catalog.endpoint(endpoint.name) == nil else {
            note(
                file, "There is an endpoint \(endpoint.name) already. Choose another name.",
                endpoint: folderEndpoint)
            return
        }
        catalog.endpoints.append(endpoint)
        catalog.endpointFolders[endpoint.name] = "endpoints/\(folderName)"
        for entry in FolderWalk.entries(of: below) where entry.isFolder {
            guard let inner = FolderWalk.folder([entry.name], below: below),
                FolderWalk.file("deployment.yml", in: inner) != nil
            else { continue }
            readDeployment("endpoints/\(folderName)/\(entry.name)", entry.name, endpoint.name)
        }
        if let name = endpoint.defaultDeployment, catalog.deployment(endpoint.name, name) == nil,
            catalog.problems(of: endpoint.name, name).isEmpty
        {
            note(
                file, "defaults.deployment_name is \(name), and there is no such deployment here.",
                endpoint: endpoint.name, deployment: name)
        }
    }

    private mutating func readDeployment(
        _ path: String, _ folderName: String, _ endpoint: Endpoint.Name
    ) {
        let file = path + "/deployment.yml"
        let folderDeployment = Deployment.Name(folderName)
        guard let text = text(file),
            let parsed = take(
                DeploymentFile.parse(yaml: text, file: file, components: index.lookup),
                endpoint: endpoint,
                deployment: folderDeployment)
        else { return }
        let name = parsed.deployment.name
        if parsed.deployment.endpoint != endpoint {
            note(
                file,
                "endpoint_name is \(parsed.deployment.endpoint), and the file is in the folder of "
                    + "\(endpoint). Move it or change the name.", endpoint: endpoint,
                deployment: folderDeployment)
            return
        }
        guard catalog.deployment(endpoint, name) == nil else {
            note(
                file, "There is a deployment \(name) already. Choose another name.",
                endpoint: endpoint, deployment: folderDeployment)
            return
        }
        let found = deployment(parsed, path)
        let missing =
            missingModel(parsed, folder + "/" + path) ?? Self.missingPart(of: found)
            ?? missingPart(ofPipeline: found)
        if let missing {
            note(file, missing, endpoint: endpoint, deployment: name)
            return
        }
        catalog.deployments.append(found)
    }

    private func deployment(_ parsed: DeploymentFile, _ path: String) -> CatalogDeployment {
        let base = folder + "/" + path
        var place: (folder: String, name: String)?
        var isMLflow = false
        if case .at(let path, let type) = model(of: parsed, base) {
            place = FilePath.parent(of: path)
            isMLflow = type
        }
        return CatalogDeployment(
            deployment: identified(parsed),
            codeFolder: parsed.codeFolder.map { FilePath.resolve($0, from: base) },
            scoringScript: parsed.scoringScript,
            modelFolder: place?.folder, modelEntry: place?.name, isMLflow: isMLflow,
            modelName: parsed.modelName, environmentName: parsed.environmentName,
            environmentVariables: parsed.environmentVariables,
            interpreter: interpreter(parsed.interpreter, base), pipeline: parsed.component,
            folder: path, model: modelID(of: parsed), environment: environmentID(of: parsed))
    }

    /// What a job of this deployment would fail for.
    private static func missingPart(of found: CatalogDeployment) -> String? {
        guard let code = found.codeFolder, let script = found.scoringScript else { return nil }
        guard FilePath.isFolder(code) else {
            return
                "code_configuration.code: there is no folder \(code). "
                + "The path is relative to the YAML file."
        }
        let path = FilePath.resolve(script, from: code)
        guard FilePath.exists(path), !FilePath.isFolder(path), !script.contains("..") else {
            return "code_configuration.scoring_script: there is no file \(script) in \(code)."
        }
        return nil
    }

    /// `python3` unless the deployment names a program, a path, or the prefix of an environment.
    private func interpreter(_ named: String?, _ base: String) -> String {
        guard let named, !named.isEmpty else { return "python3" }
        guard named.contains("/") else { return named }
        let path = FilePath.resolve(named, from: base)
        return FilePath.isFolder(path) ? path + "/bin/python3" : path
    }
}
