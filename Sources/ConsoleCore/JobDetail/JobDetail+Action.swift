public import BatchModel
public import ConsoleGrid

extension JobDetail {
    /// What can happen to the screen.
    public enum Action: Sendable, Equatable, Codable {
        case paneSwitched
        case viewChosen(view: View)
        case stepMoved(step: ListMove)
        /// A row of the step tree was clicked: 0 is the job itself.
        case stepClicked(row: Int)
        /// Goes from the step tree to the chosen step's log.
        case stepOpened
        case scrolled(step: ListMove)
        case wheelTurned(lines: Int)
        case sidewaysScrolled(columns: Int)
        case wrapToggled
        case fileListToggled
        case fileListMoved(step: ListMove)
        /// A file of the list was clicked, from 0.
        case fileClicked(row: Int)
        case fileTaken
        case fileStepped(isForward: Bool)
        case searchOpened
        /// A key meant for the text that is searched for.
        case searchEdited(key: KeyPress)
        /// Ends typing; the matches stay marked.
        case searchEntered
        case searchClosed
        case matchMoved(isForward: Bool)
        /// The way of a log into a file here.
        case save(Save.Action)
        case cancelPressed
        case cancelConfirmed
        case cancelDeclined
        case resultsPressed
        case newJobPressed
        case againPressed
        case retryPressed
        case idCopied
        case textCopied
        case refreshPressed
        /// About once a second while the screen is open.
        case ticked

        case snapshotArrived(snapshot: JobSnapshot)
        case followFailed(failure: ServiceFailure)
        case logFilesLoaded(run: String, files: [LogFile])
        case logFilesRefused(run: String, failure: ServiceFailure)
        case logRead(run: String, file: String, chunk: FileChunk)
        case logRefused(run: String, file: String, failure: ServiceFailure)
        case errorFound(error: JobError?)
        case errorRefused(failure: ServiceFailure)
        case cancelAccepted
        case cancelRefused(failure: ServiceFailure)
    }

    /// What the screen wants done.
    public enum Effect: Sendable, Equatable {
        /// A newer one takes an older one's place.
        case follow(Job.ID)
        case stopFollowing
        case loadLogFiles(run: String)
        /// Never asked twice at once for the same range.
        case readLog(run: String, file: String, offset: Int64, limit: Int)
        /// Writes all that a log holds by now into a file; the path as typed, relative to the current directory.
        case saveLog(Job.ID, run: String, file: String, path: String, replaces: Bool)
        case loadError(Job.ID)
        case cancel(Job.ID)
        case open(Place)
        /// Opens a form that begins where the job began.
        case repeatJob(Job)
        /// Asks how much of the job is wanted once more.
        case retry(Job)
        case copy(text: String)
    }

    /// Whether an action changes something on the service, so that a read-only console refuses it.
    public static func isMutating(_ action: Action) -> Bool {
        switch action {
        case .cancelPressed, .cancelConfirmed, .retryPressed: true
        case .paneSwitched, .viewChosen, .stepMoved, .stepClicked, .stepOpened, .scrolled,
            .wheelTurned, .sidewaysScrolled, .wrapToggled, .fileListToggled, .fileListMoved,
            .fileClicked,
            .fileTaken, .fileStepped, .searchOpened, .searchEdited, .searchEntered,
            .searchClosed, .matchMoved, .save, .cancelDeclined, .resultsPressed, .newJobPressed,
            .againPressed,
            .idCopied, .textCopied, .refreshPressed, .ticked, .snapshotArrived, .followFailed,
            .logFilesLoaded, .logFilesRefused, .logRead, .logRefused, .errorFound,
            .errorRefused, .cancelAccepted, .cancelRefused:
            false
        }
    }
}
