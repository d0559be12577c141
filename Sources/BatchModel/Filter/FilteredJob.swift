/// What a filter sees of a job: the same for a list on a screen, for the engine and for a verb.
public struct FilteredJob: Sendable, Hashable {
    /// The columns a filter of jobs may name.
    public static let columns = [
        FilterColumn("status", .words(JobStatus.known.map(\.rawValue), isOpen: true)),
        FilterColumn("endpoint"), FilterColumn("deployment"), FilterColumn("name"),
        FilterColumn("id"), FilterColumn("experiment"), FilterColumn("age", .duration),
    ]
    /// Those of them whose values change by themselves.
    public static let changingColumns: Set = ["age"]

    /// The service's name of it.
    public var id: String
    /// What people call it; its id when they call it nothing else.
    public var name: String
    /// The status, in the service's word.
    public var status: String
    /// The endpoint.
    public var endpoint: String?
    /// The deployment.
    public var deployment: String?
    /// The experiment it is filed under.
    public var experiment: String?
    /// When it was made.
    public var createdAt: Timestamp?

    /// Describes a job for a filter.
    public init(
        id: String, name: String, status: String, endpoint: String?, deployment: String?,
        experiment: String?, createdAt: Timestamp?
    ) {
        self.id = id
        self.name = name
        self.status = status
        self.endpoint = endpoint
        self.deployment = deployment
        self.experiment = experiment
        self.createdAt = createdAt
    }

    /// A job of a list.
    ///
    /// - Parameter owner: the endpoint whose list it is in, for jobs that do not name theirs.
    public init(_ job: Job, owner: Endpoint.Name? = nil) {
        self.init(
            id: job.id.rawValue, name: job.shownName, status: job.status.rawValue,
            endpoint: (job.endpoint ?? owner)?.rawValue, deployment: job.deployment?.rawValue,
            experiment: job.experimentName, createdAt: job.createdAt)
    }

    /// What its row shows, and its id: what words and patterns are looked for in.
    ///
    /// - Parameter showsEndpoint: false in the list of one endpoint.
    public func text(showsEndpoint: Bool) -> String {
        var words = [name]
        if name != id { words.append(id) }
        words.append(status)
        if showsEndpoint, let endpoint { words.append(endpoint) }
        if let deployment { words.append(deployment) }
        return words.joined(separator: " ")
    }

    /// The value of a column, by its name in lower case; nil when the job has none.
    public func value(of column: String, at now: Timestamp) -> FilterValue? {
        switch column {
        case "status": .text(status)
        case "endpoint": endpoint.map { .text($0) }
        case "deployment": deployment.map { .text($0) }
        case "name": .text(name)
        case "id": .text(id)
        case "experiment": experiment.map { .text($0) }
        case "age": createdAt.map { .duration(now - $0) }
        default: nil
        }
    }
}

extension FilterMatcher {
    /// How well a job passes, nil when it does not.
    public func score(_ job: FilteredJob, showsEndpoint: Bool, at now: Timestamp) -> Int? {
        score(text: job.text(showsEndpoint: showsEndpoint)) { job.value(of: $0, at: now) }
    }
}

extension Job {
    /// What people call it; its id when they call it nothing else.
    public var shownName: String { displayName.isEmpty ? id.rawValue : displayName }
}
