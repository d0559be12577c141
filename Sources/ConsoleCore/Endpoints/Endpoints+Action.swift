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
        case openPressed
        /// One step back inside the screen.
        case backPressed
        case newJobPressed
        case copyPressed
        case refreshPressed
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
    }

    /// What the screen wants done.
    public enum Effect: Sendable, Equatable {
        case loadEndpoints
        case loadDeployments(Endpoint.Name)
        case loadJobs(JobListQuery)
        case open(Place)
        case copy(text: String)
    }
}
