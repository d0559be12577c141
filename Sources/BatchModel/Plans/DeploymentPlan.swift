// A plan says what a workspace shall hold, with everything it needs still where a person has it: code and models as folders
// on this machine, an environment as text, a pipeline as the components its file names. The readers of DraftFile make plans,
// the client carries them out: it uploads, registers, and puts ids where the plan has paths.

/// What a deployment shall be.
public struct DeploymentPlan: Sendable, Hashable {
    /// Names, kind, settings, compute, description and tags. A pipeline's `componentID` is not used: see `component`.
    public var deployment: Deployment
    /// The folder of the scoring script; nil for MLflow models without one, and for pipelines.
    public var code: CodePlan?
    /// The scoring script's file name in that folder.
    public var scoringScript: String?
    /// The model; nil for pipelines.
    public var model: ModelPlan?
    /// What the script runs in.
    public var environment: EnvironmentPlan?
    /// Set for every job.
    public var environmentVariables: [String: String]
    /// Free properties, as the service keeps them.
    public var properties: [String: String]
    /// The pipeline component; nil for models.
    public var component: ComponentPlan?
    /// True for a change of a deployment that is there: what the service says of it beyond this plan stays.
    public var isChange: Bool

    /// Describes a deployment that shall be.
    public init(
        deployment: Deployment, code: CodePlan? = nil, scoringScript: String? = nil,
        model: ModelPlan? = nil, environment: EnvironmentPlan? = nil,
        environmentVariables: [String: String] = [:], properties: [String: String] = [:],
        component: ComponentPlan? = nil, isChange: Bool = false
    ) {
        self.deployment = deployment
        self.code = code
        self.scoringScript = scoringScript
        self.model = model
        self.environment = environment
        self.environmentVariables = environmentVariables
        self.properties = properties
        self.component = component
        self.isChange = isChange
    }
}

/// Code: a folder that is to be uploaded, or an asset that is there.
public enum CodePlan: Sendable, Hashable {
    /// An absolute path.
    case folder(String)
    /// `azureml:name:version` or an id.
    case reference(String)
}

/// A model: files that are to be registered, or an asset that is there.
public enum ModelPlan: Sendable, Hashable {
    /// `azureml:name:version`, `azureml:name@latest` or an id.
    case reference(String)
    case definition(ModelDefinition)
}

/// A model that is to be registered.
public struct ModelDefinition: Sendable, Hashable {
    /// Its name; nil for one that belongs to the deployment alone.
    public var name: String?
    /// Its version; nil for the next one.
    public var version: String?
    /// `custom_model`, `mlflow_model` or `triton_model`.
    public var type: String
    /// An absolute path of a file or folder, or an address.
    public var path: String
    /// Free text.
    public var summary: String?

    /// Describes a model.
    public init(
        name: String?, version: String? = nil, type: String, path: String, summary: String? = nil
    ) {
        self.name = name
        self.version = version
        self.type = type
        self.path = path
        self.summary = summary
    }
}

/// An environment: one that is to be registered, or one that is there.
public enum EnvironmentPlan: Sendable, Hashable {
    /// `azureml:name:version`, `azureml:name@latest`, a registry's address or an id.
    case reference(String)
    case definition(EnvironmentDefinition)
}

/// An environment that is to be registered.
public struct EnvironmentDefinition: Sendable, Hashable {
    /// Its name; nil for one that belongs to the deployment alone.
    public var name: String?
    /// Its version; nil for the next one.
    public var version: String?
    /// A container image.
    public var image: String?
    /// The text of a conda file.
    public var condaText: String?
    /// Free text.
    public var summary: String?

    /// Describes an environment.
    public init(
        name: String?, version: String? = nil, image: String?, condaText: String? = nil,
        summary: String? = nil
    ) {
        self.name = name
        self.version = version
        self.image = image
        self.condaText = condaText
        self.summary = summary
    }
}

/// A component: one that is to be registered, or one that is there.
public indirect enum ComponentPlan: Sendable, Hashable {
    /// `azureml:name:version`, `azureml:name@latest`, a registry's address or an id.
    case reference(String)
    case definition(ComponentDefinition)
}

/// A component that is to be registered.
public struct ComponentDefinition: Sendable, Hashable {
    /// What the service is told, without what has to be uploaded or registered first.
    public var spec: [String: JSONValue]
    /// A command's code.
    public var code: CodePlan?
    /// A command's environment.
    public var environment: EnvironmentPlan?
    /// A pipeline's steps by name: their ids go into `spec.jobs`.
    public var steps: [String: ComponentPlan]

    /// Describes a component.
    public init(
        spec: [String: JSONValue], code: CodePlan? = nil, environment: EnvironmentPlan? = nil,
        steps: [String: ComponentPlan] = [:]
    ) {
        self.spec = spec
        self.code = code
        self.environment = environment
        self.steps = steps
    }
}
