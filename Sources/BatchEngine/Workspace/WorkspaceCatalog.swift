public import BatchModel
import Crypto
import DraftFile

/// Something wrong in the workspace's files.
public struct WorkspaceProblem: Sendable, Hashable, CustomStringConvertible {
    /// The file, relative to the workspace folder.
    public var file: String
    /// The line, counted from 1; nil when it is about the file as a whole.
    public var line: Int?
    /// What is wrong and what to do.
    public var text: String
    /// The endpoint it keeps away, if it does.
    public var endpoint: Endpoint.Name?
    /// The deployment it keeps away, if it does.
    public var deployment: Deployment.Name?

    /// Describes a problem; names and values that came from a file are made one plain, short line here.
    init(
        file: String, line: Int?, text: String, endpoint: Endpoint.Name? = nil,
        deployment: Deployment.Name? = nil
    ) {
        self.file = file
        self.line = line
        self.text = text.plainLine(clippedTo: 2000)
        self.endpoint = endpoint
        self.deployment = deployment
    }

    /// `endpoints/e/d/deployment.yml:3: …`
    public var description: String {
        let file = file.plainLine
        return line.map { "\(file):\($0): \(text)" } ?? "\(file): \(text)"
    }
}

/// A deployment and where its parts lie on disk.
struct CatalogDeployment: Sendable, Hashable {
    var deployment: Deployment
    /// Absolute.
    var codeFolder: String?
    var scoringScript: String?
    /// The folder above the registered model's, absolute: `AZUREML_MODEL_DIR` (ES §3.5).
    var modelFolder: String?
    /// The model's file or folder there.
    var modelEntry: String?
    /// True for a model that needs no scoring script (ES §3.9).
    var isMLflow: Bool
    var modelName: String?
    var environmentName: String?
    var environmentVariables: [String: String]
    /// `python3`, or a path.
    var interpreter: String
    /// The component of a pipeline deployment.
    var pipeline: PipelineComponent?
    /// The folder of its file, relative to the workspace: `endpoints/e/d`.
    var folder: String
    /// The model as the service names it; nil without one.
    var model: AssetVersion?
    /// The environment as the service names it; nil without one, and for one of a registry.
    var environment: AssetVersion?

    private var settings: [String: String] {
        guard case .pipelineComponent(let settings) = deployment.kind else { return [:] }
        return settings.settings
    }

    /// Where a pipeline's outputs go that were given no place; nil for the workspace's default.
    var defaultDatastore: Datastore.Name? {
        settings["default_datastore"].map {
            Datastore.Name($0.hasPrefix("azureml:") ? String($0.dropFirst(8)) : $0)
        }
    }

    /// Whether steps that do not need a failed one still run: yes, unless the file says no (ES §2.3).
    var continuesOnStepFailure: Bool { settings["continue_on_step_failure"] != "false" }
}

/// A version of a data asset from the workspace's own files.
struct CatalogData: Sendable, Hashable {
    var version: DataVersion
    /// How its files show up in blob storage; nil when it names an address.
    var mount: BlobMount?
    /// Relative to the workspace folder.
    var file: String
}

/// A name and a version.
struct AssetVersion: Sendable, Hashable {
    var name: String
    var version: String

    /// The key of a version among all of a kind; a slash is in no name.
    var key: String { name + "/" + version }
    /// What its file or folder is called: `@` is in no name, so two versions never share one.
    var fileName: String { name + "@" + version }
}

/// A version of an environment from the workspace's own files.
struct CatalogEnvironment: Sendable, Hashable {
    var id: AssetVersion
    /// Relative to the workspace folder.
    var file: String
    var parsed: EnvironmentFile
}

/// A compute from the workspace's own files.
struct CatalogCompute: Sendable, Hashable {
    /// Relative to the workspace folder.
    var file: String
    var parsed: ComputeFile
}

/// Everything the workspace's files say, as one value.
struct WorkspaceCatalog: Sendable, Hashable {
    var scope: WorkspaceScope
    /// The region's name in ids.
    var location: String
    var endpoints: [Endpoint] = []
    var deployments: [CatalogDeployment] = []
    /// In creation order: by name, then version.
    var data: [CatalogData] = []
    var datastores: [Datastore] = []
    /// Files of the datastores that have one, relative to the workspace folder.
    var datastoreFiles: [Datastore.Name: String] = [:]
    /// Folders of endpoints, relative to the workspace folder.
    var endpointFolders: [Endpoint.Name: String] = [:]
    var models: [CatalogModel] = []
    var environments: [CatalogEnvironment] = []
    var computes: [CatalogCompute] = []
    /// The `components/` folder's.
    var components: [CatalogComponent] = []
    /// Component files elsewhere that deployments name, absolute, as they were when read.
    var references: [String: FileIdentity] = [:]
    var problems: [WorkspaceProblem] = []

    /// A UUID made from the scope, so that every start finds the same containers.
    var workspaceID: String { Self.id(of: scope) }

    static func id(of scope: WorkspaceScope) -> String {
        var bytes = Array(SHA256.hash(data: Array(scope.armID.lowercased().utf8)).prefix(16))
        // Version 8, made from a hash of our own (RFC 9562 §5.8).
        bytes[6] = bytes[6] & 0x0F | 0x80
        bytes[8] = bytes[8] & 0x3F | 0x80
        let text = Array(hex(bytes))
        return [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(text[$0]) }
            .joined(separator: "-")
    }

    func endpoint(_ name: Endpoint.Name) -> Endpoint? { endpoints.first { $0.name == name } }

    func deployments(of endpoint: Endpoint.Name) -> [CatalogDeployment] {
        deployments.filter { $0.deployment.endpoint == endpoint }
    }

    func deployment(_ endpoint: Endpoint.Name, _ name: Deployment.Name) -> CatalogDeployment? {
        deployments.first { $0.deployment.endpoint == endpoint && $0.deployment.name == name }
    }

    /// What keeps a deployment away.
    func problems(of endpoint: Endpoint.Name, _ name: Deployment.Name) -> [WorkspaceProblem] {
        problems.filter { $0.endpoint == endpoint && $0.deployment == name }
    }

    /// A datastore whose container is in this engine; nil for others.
    func container(of name: Datastore.Name) -> String? {
        datastores.first { $0.name == name && $0.accountName == EngineAddress.account }?
            .containerName
    }

    /// The datastores every workspace has (CONTRACT §3).
    static let defaultDatastore = Datastore.Name("workspaceblobstore")

    static func builtInDatastores(_ workspaceID: String) -> [Datastore] {
        let folders = EngineFolders(state: "", workspaceID: workspaceID)
        func store(_ name: Datastore.Name, _ container: String, isDefault: Bool) -> Datastore {
            Datastore(
                name: name, kind: .blob, isDefault: isDefault,
                accountName: EngineAddress.account, containerName: container,
                credentialsType: "Sas")
        }
        return [
            store(defaultDatastore, folders.defaultContainer, isDefault: true),
            store("workspaceartifactstore", folders.artifactContainer, isDefault: false),
        ]
    }
}

extension CatalogDeployment {
    /// Its code under the name that the service would give it; nil without code.
    var ownCode: AssetVersion? {
        codeFolder == nil
            ? nil : AssetVersion(name: WorkspaceReader.ownName(deployment), version: "1")
    }
}
