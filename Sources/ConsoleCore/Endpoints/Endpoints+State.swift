public import BatchModel
public import ConsoleGrid

extension Endpoints {
    /// Everything the screen remembers.
    public struct State: Sendable, Equatable {
        var endpoints = Watched<[Endpoint]>()
        var deployments: [Endpoint.Name: Watched<[Deployment]>] = [:]
        /// The list of all jobs; its value is how many it brought, the jobs themselves are in `jobs`.
        var allJobs = Watched<Int>()
        /// Newest first; without `asOf` where not everything that would be shown is known.
        var jobs: [Endpoint.Name: Watched<[Job]>] = [:]
        /// When tracking last told of a job.
        var heard: [Job.ID: Timestamp] = [:]
        /// True once a question about the endpoints came back: before, nothing is asked about what was last seen.
        var hasAnswer = false

        var focus = Pane.endpoints
        var filter = Filter()
        /// The endpoints that pass the filter, in the order of the list.
        var shown: [Endpoint] = []
        var endpointList = ListWindow()
        var deploymentList = ListWindow()
        var jobList = ListWindow()
        var chosenEndpoint: Endpoint.Name?
        /// Nil until somebody chose one: then it is the default one.
        var chosenDeployment: Deployment.Name?
        /// Nil until somebody chose one: then it is the newest.
        var chosenJob: Job.ID?
        /// The endpoint that the two choices above belong to.
        var pageEndpoint: Endpoint.Name?
        /// The change of a default that is asked about.
        var question: DefaultChange?
        /// The change that the service is being asked for.
        var changing: DefaultChange?
        var size = Size.zero
        /// The keys in force: sentences name them.
        var keymap = Keymap.standard

        /// The screen before anything was asked.
        ///
        /// - Parameter lastSeen: what was there last time, shown with its age until answers come; nil when nothing is known.
        public init(lastSeen: LastSeen?) {
            endpoints.fetched.begin()
            allJobs.fetched.begin()
            if let lastSeen { Endpoints.recall(lastSeen, in: &self) }
            Endpoints.fit(&self)
        }

        /// Takes the size of the place the screen is drawn in.
        public mutating func resized(to newSize: Size) {
            size = newSize
            Endpoints.fit(&self)
        }
    }

    /// The line behind `/`.
    struct Filter: Sendable, Equatable {
        var field = TextField()
        /// Whether letters go into it.
        var isOpen = false
        /// The newest line that could be read.
        var query = FilterQuery.everything
        /// What is wrong with the line, if it cannot be read.
        var failure: FilterQuery.Failure?

        /// Whether it takes a line of the list.
        var isShown: Bool { isOpen || !field.isEmpty }
    }
}

extension Endpoints.State {
    /// From this width on both panes stand side by side.
    static let wideColumns = 84

    /// The endpoint that is selected; nil while the list shows none.
    public var selectedEndpoint: Endpoint.Name? { endpoint?.name }

    /// All endpoints known, by name.
    public var knownEndpoints: [Endpoint] { endpoints.fetched.value ?? [] }

    /// All deployments known, of all endpoints.
    public var knownDeployments: [Deployment] {
        knownEndpoints.flatMap { deployments[$0.name]?.fetched.value ?? [] }
    }

    /// The endpoint that is selected.
    var endpoint: Endpoint? {
        guard let row = endpointList.selected, row < shown.count else { return nil }
        return shown[row]
    }

    /// What is known of the selected endpoint's deployments.
    var ownDeployments: Endpoints.Watched<[Deployment]> {
        selectedEndpoint.flatMap { deployments[$0] } ?? Endpoints.Watched()
    }

    /// What is known of the selected endpoint's jobs.
    var ownJobs: Endpoints.Watched<[Job]> {
        selectedEndpoint.flatMap { jobs[$0] } ?? Endpoints.Watched()
    }

    /// The deployment that is selected.
    var deployment: Deployment? {
        let all = ownDeployments.fetched.value ?? []
        guard let row = deploymentList.selected, row < all.count else { return nil }
        return all[row]
    }

    /// The job that is selected.
    var job: Job? {
        let all = ownJobs.fetched.value ?? []
        guard let row = jobList.selected, row < all.count else { return nil }
        return all[row]
    }

    /// The jobs known of an endpoint, newest first.
    func knownJobs(of endpoint: Endpoint.Name) -> [Job] { jobs[endpoint]?.fetched.value ?? [] }

    /// A job as this screen knows it.
    func knownJob(_ id: Job.ID) -> Job? {
        for watched in jobs.values {
            if let job = watched.fetched.value?.first(where: { $0.id == id }) { return job }
        }
        return nil
    }

    /// Whether both panes stand side by side.
    var isWide: Bool { size.columns >= Self.wideColumns }

    /// Whether the list of endpoints is on the screen.
    var isListShown: Bool { isWide || focus == .endpoints }
}

extension Deployment {
    /// Whether it cannot run anything: the service could not set it up.
    var isBroken: Bool { provisioningState.lowercased() == "failed" }

    /// Whether it is as it should be.
    var isReady: Bool { provisioningState.lowercased() == "succeeded" }
}

extension Endpoint {
    /// Whether it is as it should be.
    var isReady: Bool { provisioningState.lowercased() == "succeeded" }
}
