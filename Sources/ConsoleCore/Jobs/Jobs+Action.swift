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
        /// Another order of the rows.
        case orderChosen(order: JobSort)
        /// From the jobs to the archived ones, or back.
        case viewSwitched
        case markPressed(step: MarkStep)
        /// Shows the two marked jobs side by side.
        case comparePressed
        /// Asks how much of the jobs is wanted once more.
        case retryPressed
        case filterOpened
        /// A key meant for the filter's text.
        case filterEdited(key: KeyPress)
        case filterKept
        case filterCleared
        /// For the marked jobs, or the selected one; asks first, unless it can be taken back.
        case actPressed(act: Act)
        case actConfirmed
        case actDismissed
        case noticeDismissed

        case jobsLoaded(query: JobListQuery, page: JobPage)
        case jobsRefused(query: JobListQuery, failure: ServiceFailure)
        /// What the filter means; nil from a service that cannot search.
        case searchFound(search: JobSearchQuery, page: JobSearchPage?)
        case searchRefused(search: JobSearchQuery, failure: ServiceFailure)
        /// Tracked jobs have changed.
        case jobsChanged(jobs: [Job], at: Timestamp)
        case cancelAccepted(job: Job.ID)
        case cancelRefused(job: Job.ID, failure: ServiceFailure)
        case archiveAccepted(job: Job.ID)
        case archiveRefused(job: Job.ID, failure: ServiceFailure)
        case restoreAccepted(job: Job.ID)
        case restoreRefused(job: Job.ID, failure: ServiceFailure)
        /// A job was submitted once more: there is a new one.
        case retryAccepted(job: Job.ID)
        /// About a second has gone by.
        case ticked
    }

    /// What the list wants done.
    public enum Effect: Sendable, Equatable {
        case loadJobs(JobListQuery)
        /// Looks through the whole list; a newer search takes the place of the one before.
        case searchJobs(JobSearchQuery)
        /// Each by itself, a few at a time.
        case cancel([Job.ID])
        case archive([Job.ID])
        case restore([Job.ID])
        /// Asks how much of these jobs is wanted once more.
        case retry([Job])
        case open(Place)
        /// Opens a form that begins where the job began.
        case repeatJob(Job)
        case copy(text: String)
    }

    /// Whether an action changes something on the service.
    public static func isMutating(_ action: Action) -> Bool {
        switch action {
        case .actPressed, .actConfirmed, .retryPressed: true
        case .rowMoved, .rowsScrolled, .rowClicked, .openPressed, .resultsPressed, .newJobPressed,
            .againPressed, .copyPressed, .refreshPressed, .orderChosen, .viewSwitched,
            .markPressed, .comparePressed, .filterOpened, .filterEdited, .filterKept,
            .filterCleared, .actDismissed, .noticeDismissed, .jobsLoaded, .jobsRefused,
            .searchFound, .searchRefused, .jobsChanged, .cancelAccepted, .cancelRefused,
            .archiveAccepted, .archiveRefused,
            .restoreAccepted, .restoreRefused, .retryAccepted, .ticked:
            false
        }
    }
}
