public import BatchModel
public import ConsoleGrid

extension App {
    /// What can happen to the console.
    public enum Action: Sendable, Equatable, Codable {
        /// The console begins, with what was last seen of its context.
        case started(lastSeen: LastSeen?, at: Timestamp)
        case keyPressed(KeyPress)
        case resized(size: Size)
        /// Time went on.
        case ticked(at: Timestamp)

        case connected(info: ConnectionInfo, at: Timestamp)
        case connectionLost(failure: ServiceFailure, at: Timestamp)
        case undecidedFound(submissions: [Submission])
        case trackingChanged(jobs: [Job], at: Timestamp)
        /// The recording of this session ended early.
        case recordingFailed(reason: String)

        case placePressed(place: Place)
        case helpPressed
        case leavePressed
        case quitPressed
        case redrawPressed

        case endpoints(Endpoints.Action)
        case jobs(Jobs.Action)
        case form(JobForm.Action)
        case detail(JobDetail.Action)
        case results(Results.Action)
        case undecided(Undecided.Action)
        case help(Help.Action)
        /// Answers that name nothing but a file or an output: only the screen of that job has a use for them.
        case detailAnswered(job: Job.ID, answer: JobDetail.Action)
        case resultsAnswered(job: Job.ID, answer: Results.Action)
    }

    /// What the console wants done.
    public enum Effect: Sendable, Equatable {
        case connect
        /// Exactly these jobs, in place of those tracked before.
        case track(Set<Job.ID>)
        case copy(text: String)
        /// Paint the whole terminal anew.
        case redraw
        case quit

        case endpoints(Endpoints.Effect)
        case jobs(Jobs.Effect)
        case form(JobForm.Effect)
        case detail(JobDetail.Effect)
        case results(Results.Effect)
        case undecided(Undecided.Effect)
    }
}
