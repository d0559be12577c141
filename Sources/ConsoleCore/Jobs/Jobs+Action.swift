public import BatchModel
public import ConsoleGrid

extension Jobs {
    /// What can happen to the list.
    public enum Action: Sendable, Equatable, Codable {
        case rowMoved(step: ListMove)
        /// The wheel: what is visible moves by so many rows.
        case rowsScrolled(rows: Int)
        /// A row of the list as it is shown, from 0.
        case rowClicked(row: Int)
        case openPressed
        case resultsPressed
        case newJobPressed
        case againPressed
        case copyPressed
        case refreshPressed
        case failedFirstToggled
        case filterOpened
        /// A key meant for the filter's text.
        case filterEdited(key: KeyPress)
        case filterKept
        case filterCleared
        /// Asks before anything is cancelled.
        case cancelPressed
        case cancelConfirmed
        case cancelDismissed
        case noticeDismissed

        case jobsLoaded(query: JobListQuery, page: JobPage)
        case jobsRefused(query: JobListQuery, failure: ServiceFailure)
        /// Tracked jobs have changed.
        case jobsChanged(jobs: [Job], at: Timestamp)
        case cancelAccepted(job: Job.ID)
        case cancelRefused(job: Job.ID, failure: ServiceFailure)
        /// About a second has gone by.
        case ticked
    }

    /// What the list wants done.
    public enum Effect: Sendable, Equatable {
        case loadJobs(JobListQuery)
        case cancel(Job.ID)
        case open(Place)
        /// Opens a form that begins where the job began.
        case repeatJob(Job)
        case copy(text: String)
    }

    /// Whether an action changes something on the service.
    public static func isMutating(_ action: Action) -> Bool {
        switch action {
        case .cancelPressed, .cancelConfirmed: true
        case .rowMoved, .rowsScrolled, .rowClicked, .openPressed, .resultsPressed, .newJobPressed,
            .againPressed,
            .copyPressed, .refreshPressed, .failedFirstToggled, .filterOpened, .filterEdited,
            .filterKept, .filterCleared, .cancelDismissed, .noticeDismissed, .jobsLoaded,
            .jobsRefused, .jobsChanged, .cancelAccepted, .cancelRefused, .ticked:
            false
        }
    }
}
