public import BatchModel
public import ConsoleGrid

extension JobDetail {
    /// Everything the screen remembers.
    public struct State: Sendable, Equatable {
        /// The job.
        public let id: Job.ID
        var job: Fetched<Job>
        /// Its steps, nil before the first snapshot.
        var steps: [JobStep]?
        /// Set while the job cannot be followed.
        var lost: Lost?

        var view = View.logs
        /// True once a person chose a view: the error then never takes its place by itself.
        var hasChosenView = false
        var pane = Pane.content
        /// The row of the step tree that a person chose; nil follows the step that matters.
        var picked: TreeRow?
        /// The row whose log somebody is reading: the next step does not take its place meanwhile.
        var held: TreeRow?
        var tree = ListWindow(count: 1)
        /// The run whose logs are shown: a step's, or the job's own.
        var run: String?

        /// The log files of each run that was asked for.
        var files: [String: RunFiles] = [:]
        var log = Log()
        /// True once a person chose a file of this run.
        var isOwnFile = false
        var probe: Probe?
        /// The open list of files.
        var fileList: ListWindow?
        var search: Search?
        var save = Save()

        var error = Fetched<FoundError>()
        /// Where the views of plain lines are scrolled to.
        var text = Scroll()
        var cancel: Cancel?
        var notice: Notice?
        var size = Size.zero
        /// The keys in force: sentences name them.
        var keymap = Keymap.standard

        /// A job to follow.
        ///
        /// - Parameters:
        ///   - job: the job's name.
        ///   - known: what a list said about it, shown until the service answers.
        public init(job: Job.ID, known: Job? = nil) {
            id = job
            self.job = Fetched(known, isLoading: true)
            JobDetail.openOnError(&self)
        }

        /// Takes the size of the place the screen is drawn in.
        public mutating func resized(to newSize: Size) {
            size = newSize
            JobDetail.fit(&self)
        }
    }

    /// Which part has the focus; below `State.wideColumns` the only one shown.
    enum Pane: Sendable, Equatable {
        case steps, content
    }

    /// A row of the step tree.
    enum TreeRow: Sendable, Hashable {
        case job
        case step(JobStep.ID)
    }

    /// A connection that was lost.
    struct Lost: Sendable, Equatable {
        var failure: ServiceFailure
        var since: Timestamp
        /// When the job is followed again; nil while that is being tried.
        var nextTry: Timestamp?
    }

    /// The log files of one run.
    struct RunFiles: Sendable, Equatable {
        /// Names alone: the addresses are signed and belong in no state.
        var names = Fetched<[String]>()
        var askedAt: Timestamp?
        /// Whether the newest question was asked after the job had ended.
        var isFinal = false
    }

    /// The answer about the error, which may be that there is none.
    struct FoundError: Sendable, Equatable {
        var error: JobError?
    }

    /// How far cancelling is.
    enum Cancel: Sendable, Equatable {
        case asking, sending, accepted
    }

    /// What the newest key or answer came to.
    struct Notice: Sendable, Equatable {
        var text: String
        var isFailure = false
    }
}

extension JobDetail.State {
    /// From this width on the step tree stands beside the view.
    static let wideColumns = 84
    /// How often the list of log files is asked for while the job runs, and how long after a failure any question is
    /// asked again.
    static let refreshWait: Duration = .seconds(5)
    /// A running job whose progress was last heard of longer ago is said to be quiet (USER-PAINS 4).
    static let quietAfter: Duration = .seconds(30)

    var status: JobStatus? { job.value?.status }
    /// Whether it may still change; a job that nothing is known of yet may.
    var isActive: Bool { status?.isActive ?? true }
    /// Whether a question waits for its time to come.
    var isWaiting: Bool {
        let listFailure = run.flatMap { files[$0]?.names.failure }
        let isUnread = log.file != nil && view == .logs && !log.isComplete
        return lost != nil || listFailure != nil || log.failure != nil || isUnread
    }
    /// The names of the log files of the run that is shown.
    var fileNames: [String] { run.flatMap { files[$0]?.names.value } ?? [] }
    /// Whether plain letters go into the text that is searched for, or into the path of a log that is saved.
    var isTyping: Bool { view == .logs && (search?.isEditing == true || save.prompt != nil) }
    var isAsking: Bool { cancel == .asking }

    /// The rows of the step tree: the job, then its steps.
    var rows: [JobDetail.TreeRow] { [.job] + (steps ?? []).map { .step($0.id) } }

    /// The row whose logs are shown: the one a person chose, else the step that matters most now.
    var chosenRow: JobDetail.TreeRow? {
        if let row = picked ?? held { return row }
        guard let steps else { return nil }
        let matters =
            steps.first { $0.status == .failed } ?? steps.first { $0.status == .running }
            ?? steps.last { $0.startedAt != nil }
        if let step = matters ?? steps.first { return .step(step.id) }
        return isActive ? nil : .job
    }

    /// The step of the chosen row; nil for the job itself.
    var chosenStep: JobStep? {
        guard case .step(let id)? = chosenRow else { return nil }
        return steps?.first { $0.id == id }
    }

    /// Whether the logs are worth looking through for what the script raised.
    var mayHaveError: Bool { status == .failed || (!isActive && failedItems > 0) }
    /// Items that failed, as far as the job tells.
    var failedItems: Int { progress?.failedItems ?? 0 }

    /// The job's progress, or that of its newest step which has any.
    var progress: Progress? {
        job.value?.progress ?? steps?.last { $0.progress != nil }?.progress
    }
}
