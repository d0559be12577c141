import BatchModel

/// Everything the engine needs to run one job of a pipeline component deployment, settled when it is accepted.
///
/// Commands are whole and paths absolute: what the workspace's files say later does not change the job.
struct PipelineOrder: Sendable, Hashable, Codable {
    /// An output and where it lies.
    struct Place: Sendable, Hashable, Codable {
        var name: String
        /// `uri_file` is one file, every other type a folder.
        var type: DataType
        /// Absolute, without a trailing slash.
        var path: String
        /// Long form, a folder with a trailing slash.
        var uri: String

        var isFile: Bool { type == .uriFile }
    }

    /// A data input of a step.
    struct Source: Sendable, Hashable, Codable {
        var name: String
        var type: DataType
        /// Absolute.
        var path: String
        /// The step that writes it, by number; nil for data from outside.
        var writer: Int?
    }

    /// One step.
    struct Step: Sendable, Hashable, Codable {
        /// Its run id.
        var id: JobStep.ID
        var name: String
        /// The command line, values put in.
        var command: String
        /// Absolute; nil without code.
        var codeFolder: String?
        var environmentVariables: [String: String]
        var inputs: [Source]
        var outputs: [Place]
        /// Numbers of the steps it waits for.
        var dependencies: [Int]
    }

    /// The job's name, `pipelinejob-<uuid>`.
    var id: Job.ID
    var displayName: String
    var endpoint: Endpoint.Name
    var deployment: Deployment.Name
    var experimentName: String
    /// Whether steps that do not need a failed one still run (ES §2.3).
    var continuesOnStepFailure: Bool
    /// What `python` and `python3` mean in commands.
    var interpreter: String
    /// In the order of the component's file.
    var steps: [Step]
    /// Outputs of the job.
    var results: [Place]
    /// Inputs as they were sent, name to address or value, for display.
    var inputs: [String: String]
    /// Outputs as they were asked for, name to address, for display.
    var outputs: [String: String]
    var tags: [String: String]
    var properties: [String: String]
    /// The client's repeatability id; the same id is answered with the same job (ES §7.3).
    var repeatabilityID: String?

    /// What is in the way of an output that was given a place; nil when nothing is.
    var taken: String? {
        let places = results + steps.flatMap(\.outputs)
        return places.first { place in
            FileCalls.isFilledFolder(place.path)
                || (FileCalls.exists(place.path) && !FileCalls.isFolder(place.path))
        }?.path
    }
}
