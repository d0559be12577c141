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
        /// What an engine is at that is being started; nil when it says nothing.
        case startAdvanced(words: String?)
        case undecidedFound(submissions: [Submission])
        case trackingChanged(jobs: [Job], at: Timestamp)
        /// A person is to sign in by device code.
        case signInAsked(question: SignInQuestion)
        /// The question was answered one way or another: the person signed in, or did not.
        case signInEnded(isDone: Bool)
        /// The recording of this session ended early.
        case recordingFailed(reason: String)

        case placePressed(place: Place)
        case helpPressed
        case leavePressed
        case quitPressed
        case redrawPressed
        /// Gives the mouse to the terminal, or takes it back.
        case mousePressed
        case palettePressed
        case tourPressed
        case tourLeft
        /// Commands run in earlier sessions, the newest first.
        case commandsRemembered(texts: [String])
        /// What the person's own files say of keys and colours.
        case settingsRead(settings: Settings)

        case palette(CommandPalette.Action)
        case endpoints(Endpoints.Action)
        case jobs(Jobs.Action)
        case form(JobForm.Action)
        case detail(JobDetail.Action)
        case results(Results.Action)
        case compare(Compare.Action)
        case undecided(Undecided.Action)
        case help(Help.Action)
        case notices(Notices.Action)
        case contexts(Contexts.Action)
        case transfers(Transfers.Action)
        case doctor(Doctor.Action)
        case signIn(SignIn.Action)
        case retry(Retry.Action)
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
        /// Hears of clicks and the wheel, or leaves the mouse to the terminal's own selection.
        case mouse(isOn: Bool)
        /// Something that was waited for has happened: a sound, and a notice of the terminal.
        case ring(text: String)
        case theme(name: String)
        /// Keeps these commands for the sessions to come, the newest first.
        case remember(commands: [String])
        case quit

        case endpoints(Endpoints.Effect)
        case jobs(Jobs.Effect)
        case form(JobForm.Effect)
        case detail(JobDetail.Effect)
        case results(Results.Effect)
        case compare(Compare.Effect)
        case undecided(Undecided.Effect)
        case contexts(Contexts.Effect)
        case transfers(Transfers.Effect)
        case doctor(Doctor.Effect)
        /// The tour need not be offered any more.
        case tourSeen
        case retry(Retry.Effect)
        /// Moves to another context: no answer of the one before is wanted any more.
        case useContext(name: String)
        /// Ends a sign-in that waits for a person.
        case giveUpSignIn
        /// Ends the same, and every question from now on gets this answer, until a context is chosen.
        case stopAsking(because: ServiceFailure)
    }
}
