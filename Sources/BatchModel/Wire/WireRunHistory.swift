/// A run in run history (CONTRACT §7).
public struct WireRun: Codable, Sendable {
    /// An output of a run.
    public struct Output: Codable, Sendable {
        /// What to resolve into an address.
        public var assetId: String?
        /// `UriFolder` or `uri_folder`: the service has sent both.
        public var type: String?

        /// Describes an output.
        public init(assetId: String?, type: String?) {
            self.assetId = assetId
            self.type = type
        }
    }

    /// The run's id.
    public var runId: String
    /// The run it is a step of.
    public var parentRunId: String?
    /// The job at the top.
    public var rootRunId: String?
    /// The status word.
    public var status: String?
    /// What people call it.
    public var displayName: String?
    /// The step's name (`batchscoring`).
    public var name: String?
    /// ISO 8601.
    public var startTimeUtc: String?
    /// ISO 8601.
    public var endTimeUtc: String?
    /// Properties, `azureml.moduleName` and `azureml.isreused` among them.
    public var properties: WireTexts?
    /// Tags.
    public var tags: WireTexts?
    /// The error envelope, when it failed.
    public var error: WireError?
    /// Outputs by name.
    public var outputs: [String: Output]?
    /// True for an archived job.
    public var hidden: Bool?

    /// Starts an answer.
    public init(runId: String) { self.runId = runId }

    /// What a service answers for a step of a job.
    public static func run(of step: JobStep, parent: Job.ID) -> WireRun {
        var run = WireRun(runId: step.id.rawValue)
        run.parentRunId = parent.rawValue
        run.rootRunId = parent.rawValue
        run.status = step.status.rawValue
        run.displayName = step.name
        run.name = step.name
        run.startTimeUtc = step.startedAt?.iso8601
        run.endTimeUtc = step.endedAt?.iso8601
        run.properties = WireTexts(["azureml.moduleName": step.name])
        run.tags = WireTexts()
        run.error = step.errorMessage.map { WireError(code: "UserError", message: $0) }
        run.outputs = [:]
        return run
    }
}

extension JobStep {
    /// What every component without a name of its own is called.
    private static let anonymous = "azureml_anonymous"

    /// Reads a child run.
    ///
    /// A run is called after its component; steps of components without a name would all be called alike, and what people
    /// call them tells them apart.
    public init(_ run: WireRun) {
        let names = [run.name, run.properties?.values["azureml.moduleName"]]
        let name = names.compactMap { $0 }.first { $0 != Self.anonymous }
        self.init(
            id: ID(run.runId), name: name ?? run.displayName ?? run.runId,
            status: JobStatus(rawValue: run.status ?? "Unknown"),
            startedAt: run.startTimeUtc.flatMap(Timestamp.init(iso8601:)),
            endedAt: run.endTimeUtc.flatMap(Timestamp.init(iso8601:)),
            errorMessage: run.error.map(\.text), outputs: (run.outputs ?? [:]).keys.sorted())
    }
}

/// Details of a run: how it stands and where its logs are.
public struct WireRunDetails: Codable, Sendable {
    /// The run's id.
    public var runId: String?
    /// The status word.
    public var status: String?
    /// ISO 8601.
    public var startTimeUtc: String?
    /// ISO 8601.
    public var endTimeUtc: String?
    /// The error envelope, when it failed.
    public var error: WireError?
    /// Relative name to signed address.
    public var logFiles: [String: String]?

    /// Starts an answer.
    public init(runId: String?) { self.runId = runId }
}

/// The body and answer of `rundata`.
public enum WireRunData {
    /// What is asked for.
    public struct Question: Codable, Sendable {
        /// The run.
        public var runId: String
        /// True to get what we read.
        public var selectRunMetadata: Bool

        /// Asks for a run's metadata.
        public init(runId: String) {
            self.runId = runId
            selectRunMetadata = true
        }
    }
    /// What comes back.
    public struct Answer: Codable, Sendable {
        /// The run with its outputs.
        public var runMetadata: WireRun?

        /// Answers with a run.
        public init(runMetadata: WireRun) { self.runMetadata = runMetadata }
    }
}

/// The body and answer of `batchGetResolvedUris`.
public enum WireResolvedURIs {
    /// What is asked for.
    public struct Question: Codable, Sendable {
        /// Asset ids.
        public var values: [String]

        /// Asks for some assets.
        public init(values: [String]) { self.values = values }
    }
    /// One address.
    public struct Resolved: Codable, Sendable {
        /// The long datastore form.
        public var uri: String?
        /// `UriFolder` or `UriFile`.
        public var type: String?

        /// Gives an address.
        public init(uri: String, type: String) {
            self.uri = uri
            self.type = type
        }
    }
    /// What comes back.
    public struct Answer: Codable, Sendable {
        /// Asset id to address.
        public var values: [String: Resolved]?

        /// Answers with addresses.
        public init(values: [String: Resolved]) { self.values = values }
    }
}

/// The newest values of a run's counters: our engine's route, absent elsewhere (ES §5.5 names them).
public struct WireCounters: Codable, Sendable {
    /// Name to newest value.
    public var values: [String: Int]

    /// Gives counters.
    public init(values: [String: Int]) { self.values = values }
}

/// A workspace, as far as it is read (CONTRACT §1).
public struct WireWorkspace: Codable, Sendable {
    /// Where discovery is.
    public var discoveryUrl: String?
    /// The workspace's id, a UUID.
    public var workspaceId: String?
    /// What people call it.
    public var friendlyName: String?

    /// Describes a workspace.
    public init(discoveryUrl: String, workspaceId: String, friendlyName: String?) {
        self.discoveryUrl = discoveryUrl
        self.workspaceId = workspaceId
        self.friendlyName = friendlyName
    }
}

/// Base addresses of the planes (CONTRACT §1).
public struct WireDiscovery: Codable, Sendable {
    /// Base of front end, run history and data plane.
    public var api: String?

    /// Gives the base address.
    public init(api: String) { self.api = api }
}
