/// One batch job: a run of a deployment, made of one or more steps.
public struct Job: Sendable, Hashable, Codable, Identifiable {
    /// The service's job name, 1...255 characters; never parsed (CONTRACT §3).
    public struct ID: Identifier {
        /// The name itself.
        public let rawValue: String
        /// Wraps a name as it is.
        public init(rawValue: String) { self.rawValue = rawValue }
    }

    /// What the service calls the job.
    public var id: ID
    /// What people call it; made up by the service unless given.
    public var displayName: String
    /// The endpoint it was posted to, as far as the service tells.
    public var endpoint: Endpoint.Name?
    /// The deployment that runs it.
    public var deployment: Deployment.Name?
    /// The experiment it is filed under; the endpoint's name unless given (ES §5.1).
    public var experimentName: String?
    /// Its newest known status.
    public var status: JobStatus
    /// When the service accepted it.
    public var createdAt: Timestamp?
    /// When its work began.
    public var startedAt: Timestamp?
    /// When it ended.
    public var endedAt: Timestamp?
    /// The states it went through, oldest first, as far as known.
    public var timeline: [StatusChange]
    /// Counted work of the running step, as far as known.
    public var progress: Progress?
    /// The service's own outer error text, when it failed.
    public var errorMessage: String?
    /// Tags as the service keeps them.
    public var tags: [String: String]
    /// Properties as the service keeps them.
    public var properties: [String: String]
    /// The inputs as sent, name to address or value, as far as the service tells.
    public var inputs: [String: String]
    /// The outputs as asked for, name to address.
    public var outputs: [String: String]
    /// True once archived.
    public var isArchived: Bool
    /// Free text, given afterwards.
    public var summary: String?

    /// Describes a job.
    public init(
        id: ID, displayName: String = "", endpoint: Endpoint.Name? = nil,
        deployment: Deployment.Name? = nil, experimentName: String? = nil, status: JobStatus,
        createdAt: Timestamp? = nil, startedAt: Timestamp? = nil, endedAt: Timestamp? = nil,
        timeline: [StatusChange] = [], progress: Progress? = nil, errorMessage: String? = nil,
        tags: [String: String] = [:], properties: [String: String] = [:],
        inputs: [String: String] = [:], outputs: [String: String] = [:], isArchived: Bool = false,
        summary: String? = nil
    ) {
        self.id = id
        self.displayName = displayName
        self.endpoint = endpoint
        self.deployment = deployment
        self.experimentName = experimentName
        self.status = status
        self.createdAt = createdAt
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.timeline = timeline
        self.progress = progress
        self.errorMessage = errorMessage
        self.tags = tags
        self.properties = properties
        self.inputs = inputs
        self.outputs = outputs
        self.isArchived = isArchived
        self.summary = summary
    }
}

/// A status a job entered, and when.
public struct StatusChange: Sendable, Hashable, Codable {
    /// The status entered.
    public var status: JobStatus
    /// When it was entered.
    public var at: Timestamp

    /// Notes that a status was entered.
    public init(status: JobStatus, at: Timestamp) {
        self.status = status
        self.at = at
    }
}

/// A step of a job: the one `batchscoring` child of a model deployment, or one step of a pipeline.
public struct JobStep: Sendable, Hashable, Codable, Identifiable {
    /// The step's run id.
    public struct ID: Identifier {
        /// The name itself.
        public let rawValue: String
        /// Wraps a name as it is.
        public init(rawValue: String) { self.rawValue = rawValue }
    }

    /// The run id.
    public var id: ID
    /// The step's name in the pipeline (`batchscoring`).
    public var name: String
    /// Its newest known status.
    public var status: JobStatus
    /// When its work began.
    public var startedAt: Timestamp?
    /// When it ended.
    public var endedAt: Timestamp?
    /// The service's own error text, when it failed.
    public var errorMessage: String?
    /// Names of the outputs it says it has.
    public var outputs: [String]
    /// Counted work, as far as known.
    public var progress: Progress?

    /// Describes a step.
    public init(
        id: ID, name: String, status: JobStatus, startedAt: Timestamp? = nil,
        endedAt: Timestamp? = nil, errorMessage: String? = nil, outputs: [String] = [],
        progress: Progress? = nil
    ) {
        self.id = id
        self.name = name
        self.status = status
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.errorMessage = errorMessage
        self.outputs = outputs
        self.progress = progress
    }
}

/// A window of a list of jobs, newest first.
public struct JobPage: Sendable, Hashable, Codable {
    /// Position of the first job of this page in the whole list, from 0.
    public var start: Int
    /// The jobs.
    public var jobs: [Job]
    /// How many jobs the whole list has; nil while only "more than we have seen" is known.
    public var total: Int?
    /// True when there are jobs after this page.
    public var hasMore: Bool
    /// When the service answered.
    public var asOf: Timestamp
    /// Which of the service's lists answered, in words (CONTRACT §4.3).
    public var source: String

    /// Describes a window of jobs.
    public init(
        start: Int, jobs: [Job], total: Int?, hasMore: Bool, asOf: Timestamp, source: String
    ) {
        self.start = start
        self.jobs = jobs
        self.total = total
        self.hasMore = hasMore
        self.asOf = asOf
        self.source = source
    }
}
