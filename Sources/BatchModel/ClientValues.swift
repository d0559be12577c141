/// What a client is connected to.
public struct ConnectionInfo: Sendable, Hashable, Codable {
    /// The context's name: `local`, or a workspace's.
    public var context: String
    /// The workspace.
    public var scope: WorkspaceScope
    /// How long the newest answer took.
    public var latency: Duration?
    /// True for a local engine.
    public var isLocal: Bool
    /// How much later it is at the service than on this machine; nil while their clocks agree.
    public var clockAhead: Duration?

    /// Describes a connection.
    public init(
        context: String, scope: WorkspaceScope, latency: Duration?, isLocal: Bool,
        clockAhead: Duration? = nil
    ) {
        self.context = context
        self.scope = scope
        self.latency = latency
        self.isLocal = isLocal
        self.clockAhead = clockAhead
    }
}

/// Which window of which job list is wanted.
public struct JobListQuery: Sendable, Hashable, Codable {
    /// Only this endpoint's jobs; nil for the whole workspace.
    public var endpoint: Endpoint.Name?
    /// Only this deployment's jobs.
    public var deployment: Deployment.Name?
    /// Position of the first job wanted, newest first, from 0.
    public var start: Int
    /// How many jobs are wanted, 1...1,000.
    public var count: Int
    /// Whether archived jobs are wanted.
    public var view: ListView

    /// Asks for a window.
    public init(
        endpoint: Endpoint.Name? = nil, deployment: Deployment.Name? = nil, start: Int = 0,
        count: Int = 100, view: ListView = .active
    ) {
        self.endpoint = endpoint
        self.deployment = deployment
        self.start = start
        self.count = count
        self.view = view
    }

    /// Reads a query; one written before archived jobs could be asked for asks for the active ones.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        endpoint = try values.decodeIfPresent(Endpoint.Name.self, forKey: .endpoint)
        deployment = try values.decodeIfPresent(Deployment.Name.self, forKey: .deployment)
        start = try values.decode(Int.self, forKey: .start)
        count = try values.decode(Int.self, forKey: .count)
        view = try values.decodeIfPresent(ListView.self, forKey: .view) ?? .active
    }
}

/// A request as it would be sent, secrets masked.
public struct RequestPreview: Sendable, Hashable, Codable {
    /// `POST`.
    public var method: String
    /// The full address.
    public var url: String
    /// Headers in order, `Authorization` masked.
    public var headers: [String]
    /// The body, pretty-printed JSON.
    public var body: String
    /// Uploads that would come first, in words.
    public var uploads: [String]

    /// Describes a request.
    public init(
        method: String, url: String, headers: [String], body: String, uploads: [String] = []
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.uploads = uploads
    }
}

/// How far a submission has come.
public enum SubmitPhase: Sendable, Hashable, Codable {
    case checking
    case uploading(TransferProgress)
    case sending
    case lookingForJob
}

/// A submission in the journal.
public struct Submission: Sendable, Hashable, Codable, Identifiable {
    /// Made by the client before the first byte is sent; travels as tag and repeatability id.
    public var id: String
    /// What was to be submitted.
    public var draft: JobDraft
    /// When.
    public var at: Timestamp
    /// What is known of its outcome, in words.
    public var note: String

    /// Describes a submission.
    public init(id: String, draft: JobDraft, at: Timestamp, note: String) {
        self.id = id
        self.draft = draft
        self.at = at
        self.note = note
    }
}

/// How far a transfer has come.
public struct TransferProgress: Sendable, Hashable, Codable {
    /// Files done and in all.
    public var filesDone: Int, filesTotal: Int
    /// Bytes done and in all.
    public var bytesDone: Int64, bytesTotal: Int64

    /// Counts a transfer.
    public init(filesDone: Int, filesTotal: Int, bytesDone: Int64, bytesTotal: Int64) {
        self.filesDone = filesDone
        self.filesTotal = filesTotal
        self.bytesDone = bytesDone
        self.bytesTotal = bytesTotal
    }
}

/// What to bring of a job's results, and where to.
public struct DownloadOrder: Sendable, Hashable {
    /// Whose results.
    public var job: Job.ID
    /// The folder to write into.
    public var folder: String
    /// Only this output; nil for all that there are.
    public var output: String?
    /// True to replace files of the folder that are not this job's own.
    public var overwrites: Bool

    /// Orders a download.
    public init(_ job: Job.ID, to folder: String, output: String? = nil, overwrites: Bool = false) {
        self.job = job
        self.folder = folder
        self.output = output
        self.overwrites = overwrites
    }
}

/// What a download wrote.
public struct DownloadReport: Sendable, Hashable, Codable {
    /// The folder it wrote into, absolute.
    public var folder: String
    /// Paths of the files that are there now, relative to the folder.
    public var files: [String]
    /// Bytes of these files.
    public var bytes: Int64
    /// How many of the files were there already, unchanged; nil where nobody counted.
    public var filesKept: Int?
    /// How many of the bytes were there already, whole pieces of unfinished files included.
    public var bytesKept: Int64?
    /// The job's status when it had not ended: then there may be more later.
    public var openStatus: JobStatus?

    /// Describes a download.
    public init(
        folder: String, files: [String], bytes: Int64, filesKept: Int? = nil,
        bytesKept: Int64? = nil, openStatus: JobStatus? = nil
    ) {
        self.folder = folder
        self.files = files
        self.bytes = bytes
        self.filesKept = filesKept
        self.bytesKept = bytesKept
        self.openStatus = openStatus
    }
}

/// A job and its steps at one moment.
public struct JobSnapshot: Sendable, Hashable, Codable {
    /// The job, with its progress.
    public var job: Job
    /// Its steps.
    public var steps: [JobStep]
    /// When the service answered.
    public var asOf: Timestamp

    /// Describes a moment.
    public init(job: Job, steps: [JobStep], asOf: Timestamp) {
        self.job = job
        self.steps = steps
        self.asOf = asOf
    }
}

/// What tracking many jobs brings to light.
public enum TrackingEvent: Sendable, Hashable, Codable {
    /// These jobs changed.
    case changed([Job], asOf: Timestamp)
    /// The service could not be asked; what was known stays.
    case failed(ServiceFailure)
}

/// What was on the screens when a client was last used: painted first, marked with its age (DESIGN §5).
public struct LastSeen: Sendable, Hashable, Codable {
    /// When it was seen.
    public var asOf: Timestamp
    /// The workspace.
    public var connection: ConnectionInfo?
    /// Endpoints.
    public var endpoints: [Endpoint]
    /// Deployments of all of them.
    public var deployments: [Deployment]
    /// The newest jobs.
    public var jobs: JobPage
    /// The names of the data assets; nil before they were listed.
    public var dataAssets: [DataAsset.Name]?
    /// The names of the datastores; nil before they were listed.
    public var datastores: [Datastore.Name]?

    /// Describes what was seen.
    public init(
        asOf: Timestamp, connection: ConnectionInfo?, endpoints: [Endpoint],
        deployments: [Deployment], jobs: JobPage
    ) {
        self.asOf = asOf
        self.connection = connection
        self.endpoints = endpoints
        self.deployments = deployments
        self.jobs = jobs
    }
}
