/// Which jobs are looked for, by a filter over a whole list.
public struct JobSearchQuery: Sendable, Hashable, Codable {
    /// The most jobs that are handed over.
    public static let countLimit = 1_000

    /// A filter line over the columns of `FilteredJob`; an empty one passes every job.
    public var filter: String
    /// Only this endpoint's jobs; nil for the whole workspace.
    public var endpoint: Endpoint.Name?
    /// Only this deployment's jobs of that endpoint.
    public var deployment: Deployment.Name?
    /// Whether archived jobs are wanted.
    public var view: ListView
    /// How many jobs are wanted at most, 0...`countLimit`; none for somebody who will search soon.
    public var count: Int

    /// Asks for jobs.
    public init(
        filter: String, endpoint: Endpoint.Name? = nil, deployment: Deployment.Name? = nil,
        view: ListView = .active, count: Int = 100
    ) {
        self.filter = filter
        self.endpoint = endpoint
        self.deployment = deployment
        self.view = view
        self.count = count
    }

    /// The filter, read.
    ///
    /// - Throws: the reader's words on a line that cannot be read.
    public func parsed() throws(FilterQuery.Failure) -> FilterQuery {
        try FilterQuery(filter, columns: FilteredJob.columns)
    }
}

/// What a search found.
public struct JobSearchPage: Sendable, Hashable, Codable {
    /// The best matches, best first; the newest first among equals.
    public var jobs: [Job]
    /// How many jobs match in all of those that were looked at.
    public var matches: Int
    /// How many jobs were looked at, the newest ones.
    public var searched: Int
    /// False while there are jobs behind those: asking again looks further.
    public var isWhole: Bool
    /// When the service answered.
    public var asOf: Timestamp

    /// Describes what was found.
    public init(jobs: [Job], matches: Int, searched: Int, isWhole: Bool, asOf: Timestamp) {
        self.jobs = jobs
        self.matches = matches
        self.searched = searched
        self.isWhole = isWhole
        self.asOf = asOf
    }
}
