/// A deployment: one way an endpoint can run jobs, a scored model or a pipeline of components.
public struct Deployment: Sendable, Hashable, Codable, Identifiable {
    /// A deployment's name: 3...32 characters, unique in its endpoint.
    public struct Name: Identifier {
        /// The name itself.
        public let rawValue: String
        /// Wraps a name as it is.
        public init(rawValue: String) { self.rawValue = rawValue }
    }

    /// What kind of work a deployment does.
    public enum Kind: Sendable, Hashable, Codable {
        /// A scoring script (or MLflow model) over the files of one input.
        case model(ModelSettings)
        /// A pipeline component with declared inputs and outputs.
        case pipelineComponent(PipelineSettings)
    }

    /// The deployment's name.
    public var name: Name
    /// The endpoint that owns it.
    public var endpoint: Endpoint.Name
    /// What it runs.
    public var kind: Kind
    /// What its owner wrote about it.
    public var summary: String?
    /// Where it runs: the compute's name, or its ARM id as the service gave it.
    public var compute: String?
    /// `Succeeded`, `Scaling`, … as the service spells it.
    public var provisioningState: String
    /// Tags as the service keeps them.
    public var tags: [String: String]

    /// Unique across endpoints.
    public var id: String { "\(endpoint)/\(name)" }

    /// Describes a deployment.
    public init(
        name: Name, endpoint: Endpoint.Name, kind: Kind, summary: String? = nil,
        compute: String? = nil, provisioningState: String = "Succeeded",
        tags: [String: String] = [:]
    ) {
        self.name = name
        self.endpoint = endpoint
        self.kind = kind
        self.summary = summary
        self.compute = compute
        self.provisioningState = provisioningState
        self.tags = tags
    }

    /// The settings of a model deployment, nil for a pipeline component.
    public var modelSettings: ModelSettings? {
        switch kind {
        case .model(let settings): settings
        case .pipelineComponent: nil
        }
    }

    /// What a job on this deployment must be given.
    ///
    /// A model deployment takes exactly one data input whose name is ignored (ES §6 R1).
    public var inputs: [InputSpec] {
        switch kind {
        case .model: [InputSpec(name: "input", type: .uriFolder)]
        case .pipelineComponent(let settings): settings.inputs
        }
    }

    /// What a job on this deployment writes.
    ///
    /// A model deployment writes one file called `score` whose name in a request is ignored (ES §6 R4).
    public var outputs: [OutputSpec] {
        switch kind {
        case .model: [OutputSpec(name: "score", type: .uriFile)]
        case .pipelineComponent(let settings): settings.outputs
        }
    }
}

/// How a model deployment runs its mini-batches, with the defaults of ES §2.2.
public struct ModelSettings: Sendable, Hashable, Codable {
    /// What becomes of the rows that `run()` returns.
    public enum OutputAction: String, Sendable, Hashable, Codable, CaseIterable {
        /// All rows in one file.
        case appendRow = "append_row"
        /// Rows are only counted; the script writes its own files.
        case summaryOnly = "summary_only"
    }

    /// Files per `run()` call, at least 1.
    public var miniBatchSize: Int
    /// Worker processes per node, at least 1.
    public var maxConcurrencyPerInstance: Int
    /// Nodes, at least 1.
    public var instanceCount: Int
    /// Tries of one mini-batch in total (ES §3.6).
    public var maxRetries: Int
    /// The longest one `run()` call may take.
    public var timeout: Duration
    /// Failed files above which the job stops; -1 means never (ES §3.7).
    public var errorThreshold: Int
    /// What becomes of returned rows.
    public var outputAction: OutputAction
    /// The file that collects the rows; used with `append_row` only.
    public var outputFileName: String
    /// `warning`, `info` or `debug`.
    public var loggingLevel: String

    /// The service's defaults, each of which can be given.
    public init(
        miniBatchSize: Int = 10, maxConcurrencyPerInstance: Int = 1, instanceCount: Int = 1,
        maxRetries: Int = 3, timeout: Duration = .seconds(30), errorThreshold: Int = -1,
        outputAction: OutputAction = .appendRow, outputFileName: String = "predictions.csv",
        loggingLevel: String = "info"
    ) {
        self.miniBatchSize = miniBatchSize
        self.maxConcurrencyPerInstance = maxConcurrencyPerInstance
        self.instanceCount = instanceCount
        self.maxRetries = maxRetries
        self.timeout = timeout
        self.errorThreshold = errorThreshold
        self.outputAction = outputAction
        self.outputFileName = outputFileName
        self.loggingLevel = loggingLevel
    }

    /// The most instances, and the most processes on each: far more than any machine has.
    public static let instanceLimit = 10_000

    /// Worker processes at once.
    public var workers: Int {
        min(instanceCount, Self.instanceLimit) * min(maxConcurrencyPerInstance, Self.instanceLimit)
    }
}

/// What a pipeline component deployment declares.
public struct PipelineSettings: Sendable, Hashable, Codable {
    /// The component's id as the deployment names it.
    public var componentID: String?
    /// Declared inputs in the component's order; empty when the component could not be read.
    public var inputs: [InputSpec]
    /// Declared outputs in the component's order.
    public var outputs: [OutputSpec]
    /// `default_compute`, `continue_on_step_failure` and the like, text to text (ES §2.3).
    public var settings: [String: String]

    /// Describes a pipeline component.
    public init(
        componentID: String? = nil, inputs: [InputSpec] = [], outputs: [OutputSpec] = [],
        settings: [String: String] = [:]
    ) {
        self.componentID = componentID
        self.inputs = inputs
        self.outputs = outputs
        self.settings = settings
    }
}
