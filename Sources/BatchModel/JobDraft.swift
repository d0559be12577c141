/// One input of a draft.
public enum InputValue: Sendable, Hashable, Codable {
    /// Data at an address. The type is nil while it is to be taken from the asset or the path (ES §6 R19).
    case data(type: DataType?, reference: DataReference)
    /// A literal, as typed; converted by the declared type when the draft is checked.
    case literal(text: String)
}

/// How a job gets at its data: the official client's words, or the wire's (`ReadOnlyMount` for `ro_mount`), in any case.
///
/// The official client sends what it was given (CONTRACT §5.1), so a word is checked and stays as it was typed.
public enum AccessMode {
    /// The words for an input.
    public static let ofInputs = [
        "ro_mount", "rw_mount", "download", "direct", "eval_mount", "eval_download",
    ]
    /// The words for an output.
    public static let ofOutputs = ["rw_mount", "upload", "direct"]

    /// Whether a text is one of some words, in either spelling.
    static func isKnown(_ text: String, among words: [String]) -> Bool {
        words.contains { plain($0) == plain(text) }
    }

    private static func plain(_ text: String) -> String {
        let letters = text.lowercased().filter { $0 != "_" }
        for (long, short) in [("readonly", "ro"), ("readwrite", "rw")]
        where letters.hasPrefix(long) {
            return short + letters.dropFirst(long.count)
        }
        return letters
    }
}

/// A job as a person is putting it together: everything an invoke request needs, nothing the service has decided.
public struct JobDraft: Sendable, Hashable, Codable {
    /// One named input.
    public struct Input: Sendable, Hashable, Codable {
        /// The exact key; model deployments ignore it.
        public var name: String
        /// The data or literal.
        public var value: InputValue
        /// How the job gets at data (`AccessMode`), as typed; nil leaves it to the service.
        public var mode: String?

        /// Names an input.
        public init(name: String, value: InputValue, mode: String? = nil) {
            self.name = name
            self.value = value
            self.mode = mode
        }
    }

    /// One named output that was given a place.
    public struct Output: Sendable, Hashable, Codable {
        /// The exact key; model deployments ignore it.
        public var name: String
        /// `uri_file` or `uri_folder`; nil for what the deployment declares.
        public var type: DataType?
        /// Where it shall go: a path on a Blob datastore.
        public var reference: DataReference
        /// How the job writes to it (`AccessMode`), as typed; nil leaves it to the service.
        public var mode: String?

        /// Names an output.
        public init(
            name: String, type: DataType? = nil, reference: DataReference, mode: String? = nil
        ) {
            self.name = name
            self.type = type
            self.reference = reference
            self.mode = mode
        }
    }

    /// Settings of the deployment that this job alone shall change; nil keeps the deployment's own (ES §2.2).
    public struct Overrides: Sendable, Hashable, Codable {
        /// Files per `run()` call.
        public var miniBatchSize: Int?
        /// Nodes.
        public var instanceCount: Int?
        /// Tries of one mini-batch in total.
        public var maxRetries: Int?
        /// The longest one `run()` call may take.
        public var timeout: Duration?
        /// Failed files above which the job stops; -1 means never.
        public var errorThreshold: Int?
        /// The file that collects the rows.
        public var outputFileName: String?

        /// Overrides some settings.
        public init(
            miniBatchSize: Int? = nil, instanceCount: Int? = nil, maxRetries: Int? = nil,
            timeout: Duration? = nil, errorThreshold: Int? = nil, outputFileName: String? = nil
        ) {
            self.miniBatchSize = miniBatchSize
            self.instanceCount = instanceCount
            self.maxRetries = maxRetries
            self.timeout = timeout
            self.errorThreshold = errorThreshold
            self.outputFileName = outputFileName
        }

        /// True when nothing is overridden.
        public var isEmpty: Bool { self == Overrides() }
    }

    /// The endpoint to post to.
    public var endpoint: Endpoint.Name
    /// The deployment to run; nil for the endpoint's default.
    public var deployment: Deployment.Name?
    /// Inputs in the order given.
    public var inputs: [Input]
    /// Outputs that were given a place, in the order given.
    public var outputs: [Output]
    /// Settings this job changes.
    public var overrides: Overrides
    /// The experiment to file it under; pipeline component deployments only (ES §6 R17).
    public var experimentName: String?
    /// The display name to send.
    public var jobName: String?
    /// Tags for the job beside those that clients add themselves; nil for none.
    public var tags: [String: String]?

    /// Begins a draft.
    public init(
        endpoint: Endpoint.Name, deployment: Deployment.Name? = nil, inputs: [Input] = [],
        outputs: [Output] = [], overrides: Overrides = Overrides(), experimentName: String? = nil,
        jobName: String? = nil, tags: [String: String]? = nil
    ) {
        self.endpoint = endpoint
        self.deployment = deployment
        self.inputs = inputs
        self.outputs = outputs
        self.overrides = overrides
        self.experimentName = experimentName
        self.jobName = jobName
        self.tags = tags
    }
}

// MARK: - Types that are not given

extension DataType {
    /// True for the kinds of model: a file or a folder that is read as one.
    var isModel: Bool {
        switch self {
        case .customModel, .mlflowModel, .tritonModel: true
        case .uriFolder, .uriFile, .string, .boolean, .integer, .number, .mltable, .unknown: false
        }
    }
}

extension Deployment {
    /// The type that a request says of an input's data, as far as it is known: the given one, else that of what lies there,
    /// else the declared one (ES §6 R19). What is declared as a model is one, whatever lies there.
    public func dataType(
        ofInput name: String, given: DataType?, found: DataType?
    ) -> DataType? {
        if let given { return given }
        guard modelSettings == nil else { return found }
        let declared = inputs.first { $0.name == name }?.type
        if let declared, declared.isModel { return declared }
        return found ?? declared
    }

    /// The type that a request says of an output, as far as it is known: the given one, else the declared one. A model
    /// deployment writes one file, whatever the output is called (ES §6 R4).
    public func dataType(ofOutput name: String, given: DataType?) -> DataType? {
        if let given { return given }
        guard modelSettings == nil else { return .uriFile }
        return outputs.first { $0.name == name }?.type
    }
}

extension JobDraft {
    /// The draft with the types that nobody gave, as far as the deployment and a look at the data tell them.
    public func typed(
        for deployment: Deployment, findings: [DataReference: ReferenceFinding]
    ) -> JobDraft {
        var copy = self
        for index in copy.inputs.indices {
            guard case .data(let given, let reference) = copy.inputs[index].value else { continue }
            var found: DataType?
            if case .found(let data)? = findings[reference] { found = data.type }
            let type = deployment.dataType(
                ofInput: copy.inputs[index].name, given: given, found: found)
            copy.inputs[index].value = .data(type: type, reference: reference)
        }
        for index in copy.outputs.indices {
            let output = copy.outputs[index]
            copy.outputs[index].type = deployment.dataType(
                ofOutput: output.name, given: output.type)
        }
        return copy
    }
}

/// Where in a draft a problem is.
public enum DraftField: Sendable, Hashable, Codable {
    case endpoint
    case deployment
    /// One input by name; nil when it is about inputs as a whole (none, too many).
    case input(String?)
    /// One output by name.
    case output(String?)
    case experimentName
    case jobName
    case miniBatchSize, instanceCount, maxRetries, timeout, errorThreshold, outputFileName

    /// The field's name as users see it: `input wine_data`, `mini_batch_size`, …
    public var label: String {
        switch self {
        case .endpoint: "endpoint"
        case .deployment: "deployment"
        case .input(let name): name.map { "input \($0)" } ?? "inputs"
        case .output(let name): name.map { "output \($0)" } ?? "outputs"
        case .experimentName: "experiment_name"
        case .jobName: "job_name"
        case .miniBatchSize: "mini_batch_size"
        case .instanceCount: "instance_count"
        case .maxRetries: "max_retries"
        case .timeout: "timeout"
        case .errorThreshold: "error_threshold"
        case .outputFileName: "output_file_name"
        }
    }
}

/// Something in a draft that a service would refuse or that would make the job fail.
public struct DraftProblem: Sendable, Hashable, Codable {
    /// Where it is.
    public var field: DraftField
    /// What is wrong, a sentence.
    public var detail: String
    /// What to do, a sentence.
    public var advice: String

    /// Describes a problem.
    public init(field: DraftField, detail: String, advice: String) {
        self.field = field
        self.detail = detail
        self.advice = advice
    }

    /// Field, detail and advice in one line.
    public var message: String {
        "\(field.label): \(detail)" + (advice.isEmpty ? "" : " \(advice)")
    }
}
