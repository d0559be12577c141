public import BatchModel

/// Everything the engine needs to run one job of a model deployment, settled at the moment it is accepted.
///
/// Paths are absolute and already checked; the workspace may change afterwards without changing the job.
public struct JobOrder: Sendable, Hashable, Codable {
    /// The job's name, `batchjob-<uuid>`.
    public var id: Job.ID
    /// The run id of its one child, `batchscoring`.
    public var step: JobStep.ID
    /// What people call it.
    public var displayName: String
    /// The endpoint it was posted to.
    public var endpoint: Endpoint.Name
    /// The deployment that runs it.
    public var deployment: Deployment.Name
    /// The experiment it is filed under.
    public var experimentName: String
    /// The deployment's settings with the job's overrides applied.
    public var settings: ModelSettings
    /// The folder that holds the scoring script; importable by it.
    public var codeFolder: String
    /// The scoring script's file name in that folder.
    public var scoringScript: String
    /// `AZUREML_MODEL_DIR`: the folder above the registered model folder (ES §3.5).
    public var modelFolder: String
    /// The model's file or folder in `modelFolder`; nil hands out that folder as it is.
    public var modelEntry: String?
    /// The deployment's own environment variables.
    public var environmentVariables: [String: String]
    /// The interpreter to run workers with: `python3`, or a path.
    public var interpreter: String
    /// The input: one file, or one folder whose files (one level, sorted by bytes) are the items.
    public var inputPath: String
    /// True when the input is a single file.
    public var isInputFile: Bool
    /// The folder that `AZUREML_BI_OUTPUT_PATH` names and that receives the output file.
    public var outputFolder: String
    /// Inputs as they were sent, name to address, for display.
    public var inputs: [String: String]
    /// Outputs as they were asked for, name to address, for display.
    public var outputs: [String: String]
    /// Where the score lies, the long datastore form of the output folder or file.
    public var scoreURI: String
    /// Tags of the job.
    public var tags: [String: String]
    /// Properties of the job.
    public var properties: [String: String]
    /// The client's repeatability id; the same id is answered with the same job (ES §7.3).
    public var repeatabilityID: String?

    /// Settles a job.
    public init(
        id: Job.ID, step: JobStep.ID, displayName: String, endpoint: Endpoint.Name,
        deployment: Deployment.Name, experimentName: String, settings: ModelSettings,
        codeFolder: String, scoringScript: String, modelFolder: String, modelEntry: String? = nil,
        environmentVariables: [String: String], interpreter: String, inputPath: String,
        isInputFile: Bool, outputFolder: String, inputs: [String: String],
        outputs: [String: String], scoreURI: String, tags: [String: String],
        properties: [String: String], repeatabilityID: String? = nil
    ) {
        self.id = id
        self.step = step
        self.displayName = displayName
        self.endpoint = endpoint
        self.deployment = deployment
        self.experimentName = experimentName
        self.settings = settings
        self.codeFolder = codeFolder
        self.scoringScript = scoringScript
        self.modelFolder = modelFolder
        self.modelEntry = modelEntry
        self.environmentVariables = environmentVariables
        self.interpreter = interpreter
        self.inputPath = inputPath
        self.isInputFile = isInputFile
        self.outputFolder = outputFolder
        self.inputs = inputs
        self.outputs = outputs
        self.scoreURI = scoreURI
        self.tags = tags
        self.properties = properties
        self.repeatabilityID = repeatabilityID
    }
}
