public import BatchModel
public import ConsoleGrid

extension Endpoints {
    /// What can happen to the screen.
    public enum Action: Sendable, Equatable, Codable {
        case paneFocused(pane: Pane)
        /// In the pane that has the focus.
        case rowMoved(step: ListMove)
        /// A row was pointed at, counted from 0 in the whole list; `opens` does what enter would.
        case rowChosen(pane: Pane, row: Int, opens: Bool)
        /// The wheel was turned over a pane; negative is up.
        case paneScrolled(pane: Pane, rows: Int)
        /// An endpoint was named, in the palette for one.
        case endpointNamed(endpoint: Endpoint.Name)
        case openPressed
        /// One step back inside the screen.
        case backPressed
        case newJobPressed
        case copyPressed
        case retryPressed
        case cancelPressed
        case refreshPressed
        /// Asks before another deployment becomes the endpoint's default.
        case defaultPressed
        case defaultConfirmed
        case defaultDeclined
        case filterOpened
        /// A key meant for the text of the filter.
        case filterEdited(key: KeyPress)
        case filterKept
        case filterCleared
        /// About a second has gone by.
        case ticked

        case endpointsLoaded(endpoints: [Endpoint], at: Timestamp)
        case endpointsRefused(failure: ServiceFailure)
        case deploymentsLoaded(endpoint: Endpoint.Name, deployments: [Deployment])
        case deploymentsRefused(endpoint: Endpoint.Name, failure: ServiceFailure)
        case jobsLoaded(query: JobListQuery, page: JobPage)
        case jobsRefused(query: JobListQuery, failure: ServiceFailure)
        /// Tracked jobs changed, or a new one was made.
        case jobsChanged(jobs: [Job], at: Timestamp)
        case defaultChanged(endpoint: Endpoint)
        case defaultRefused(endpoint: Endpoint.Name, failure: ServiceFailure)
    }

    /// What the screen wants done.
    public enum Effect: Sendable, Equatable {
        case loadEndpoints
        case loadDeployments(Endpoint.Name)
        case loadJobs(JobListQuery)
        case open(Place)
        case setDefault(Endpoint.Name, Deployment.Name)
        case copy(text: String)
        /// Asks how much of the job is wanted once more.
        case retry(Job)
        /// Opens the job and asks whether it shall be cancelled.
        case askToCancel(Job.ID)
        /// A sentence for the bottom line.
        case say(text: String, isFailure: Bool)
    }

    /// Whether an action changes something on the service, so that a read-only console refuses it.
    public static func isMutating(_ action: Action) -> Bool {
        switch action {
        case .defaultPressed, .defaultConfirmed, .retryPressed, .cancelPressed: true
        case .paneFocused, .rowMoved, .rowChosen, .paneScrolled, .endpointNamed,
            .openPressed, .backPressed,
            .newJobPressed, .copyPressed, .refreshPressed, .defaultDeclined, .filterOpened,
            .filterEdited, .filterKept, .filterCleared, .ticked, .endpointsLoaded,
            .endpointsRefused, .deploymentsLoaded, .deploymentsRefused, .jobsLoaded,
            .jobsRefused, .jobsChanged, .defaultChanged, .defaultRefused:
            false
        }
    }
}
