public import BatchModel

/// Everything a front end can ask of the place where jobs go, the same for Azure ML and the local engine.
///
/// A struct of closures (one per question): a test swaps the fields it needs, and an unswapped one fails loudly
/// (`BatchClient.unimplemented`). `BatchClient.live` builds the real one.
public struct BatchClient: Sendable {
    /// Makes sure there is something to talk to (starts the local engine when it is needed) and says what it is.
    public var connect: @Sendable () async throws(ServiceFailure) -> ConnectionInfo

    /// All endpoints, by name.
    public var endpoints: @Sendable () async throws(ServiceFailure) -> [Endpoint]
    /// One endpoint. Throws `.notFound`, naming what exists.
    public var endpoint: @Sendable (Endpoint.Name) async throws(ServiceFailure) -> Endpoint
    /// All deployments of an endpoint, by name.
    public var deployments: @Sendable (Endpoint.Name) async throws(ServiceFailure) -> [Deployment]
    /// One deployment with its declared inputs. Throws `.notFound`, naming what exists.
    public var deployment:
        @Sendable (Endpoint.Name, Deployment.Name) async throws(ServiceFailure) -> Deployment

    /// All data assets, by name.
    public var dataAssets: @Sendable () async throws(ServiceFailure) -> [DataAsset]
    /// All versions of an asset, newest first.
    public var dataVersions:
        @Sendable (DataAsset.Name) async throws(ServiceFailure) -> [DataVersion]
    /// One version of an asset. Throws `.notFound`, naming what exists.
    public var dataVersion:
        @Sendable (DataAsset.Name, DataReference.Version) async throws(ServiceFailure) ->
            DataVersion
    /// All datastores, the default one first.
    public var datastores: @Sendable () async throws(ServiceFailure) -> [Datastore]
    /// One datastore. Throws `.notFound`, naming what exists.
    public var datastore: @Sendable (Datastore.Name) async throws(ServiceFailure) -> Datastore
    /// One level of a datastore below a prefix, folders first.
    public var browse:
        @Sendable (Datastore.Name, _ prefix: String) async throws(ServiceFailure) -> [BlobEntry]

    /// Looks at a reference: does it exist, which version, how many files. Never throws: a failed look is a finding.
    public var look: @Sendable (DataReference) async -> ReferenceFinding
    /// The findings for every reference of a draft, for `DraftRules.problems`.
    public var findings: @Sendable (JobDraft) async -> [DataReference: ReferenceFinding]
    /// The exact request a draft comes to, without sending it. Local inputs are shown as the place they would be uploaded to.
    public var preview: @Sendable (JobDraft) async throws(ServiceFailure) -> RequestPreview
    /// Submits a draft once: journalled before the first byte, local inputs uploaded first (CONTRACT §6), never sent twice.
    ///
    /// Throws `.rejected` with the rules' words, `.outcomeUnknown` when it may have started.
    public var submit:
        @Sendable (JobDraft, @escaping @Sendable (SubmitPhase) -> Void) async throws(ServiceFailure)
            -> Job
    /// Submissions whose outcome is not known, oldest first.
    public var undecided: @Sendable () async throws(ServiceFailure) -> [Submission]

    /// A window of the job list, newest first.
    public var jobs: @Sendable (JobListQuery) async throws(ServiceFailure) -> JobPage
    /// The best jobs of a whole list that pass a filter; nil from a service that cannot search, as Azure ML cannot.
    ///
    /// A newer search ends one that is under way. Throws `.rejected` for a filter that cannot be read.
    public var searchJobs:
        @Sendable (JobSearchQuery) async throws(ServiceFailure) -> JobSearchPage? = {
            _ throws(ServiceFailure) in throw BatchClient.unswapped("searchJobs")
        }
    /// One job, with its progress when it runs.
    public var job: @Sendable (Job.ID) async throws(ServiceFailure) -> Job
    /// The steps of a job, in the order they were made.
    public var steps: @Sendable (Job.ID) async throws(ServiceFailure) -> [JobStep]
    /// Asks a job to stop. Throws `.conflict` when it has ended already.
    public var cancel: @Sendable (Job.ID) async throws(ServiceFailure) -> Void
    /// Follows one job: a new value whenever status, steps or progress changed, ends with the job. Focused ones are fresher.
    public var follow: @Sendable (Job.ID) -> AsyncThrowingStream<JobSnapshot, any Error>
    /// Follows many jobs by one scheduler; gives each changed job.
    public var track: @Sendable (Set<Job.ID>) -> AsyncStream<TrackingEvent>

    /// The log files of a run (a job or one of its steps), by name.
    public var logFiles: @Sendable (_ run: String) async throws(ServiceFailure) -> [LogFile]
    /// Bytes of a log from an offset on; empty when there is nothing new.
    public var readLog:
        @Sendable (_ run: String, _ file: String, _ offset: Int64, _ limit: Int)
            async throws(ServiceFailure) -> FileChunk
    /// The first useful error of a failed job (ES §5.4).
    public var usefulError: @Sendable (Job.ID) async throws(ServiceFailure) -> JobError?

    /// Where a job's results lie (USER-PAINS 3): the child's `score` of a model job, the parent's outputs of a pipeline job.
    public var outputs: @Sendable (Job.ID) async throws(ServiceFailure) -> [JobOutput]
    /// The files of an output, all levels, by path.
    public var outputFiles:
        @Sendable (Job.ID, _ output: String) async throws(ServiceFailure) -> [BlobEntry]
    /// Bytes of one file of an output.
    public var readOutput:
        @Sendable (Job.ID, _ output: String, _ path: String, _ offset: Int64, _ limit: Int)
            async throws(ServiceFailure) -> FileChunk
    /// Downloads outputs into a folder: partial names, renamed when whole; zero files is an error, and so is a file in the
    /// way that is not this job's own.
    public var download:
        @Sendable (DownloadOrder, @escaping @Sendable (TransferProgress) -> Void)
            async throws(ServiceFailure) -> DownloadReport
    /// What was last seen, to be painted before anything is asked: quick, from disk, nil when there is nothing.
    public var lastSeen: @Sendable () async -> LastSeen?
    /// Looks once more for an undecided submission's job, by the submission's id; nil while it is not to be found.
    public var lookAgain: @Sendable (_ submission: String) async throws(ServiceFailure) -> Job?
    /// Strikes an undecided submission off the journal: the person has decided.
    public var forget: @Sendable (_ submission: String) async throws(ServiceFailure) -> Void
    /// Looks once more for an undecided submission's job and, when it is not to be found, submits the draft again.
    ///
    /// The old submission is struck off as the new one is written down. Throws `.rejected` when a secret of the draft was
    /// not kept, `.conflict` when the outcome is known by now.
    public var sendAgain:
        @Sendable (_ submission: String, @escaping @Sendable (SubmitPhase) -> Void)
            async throws(ServiceFailure) -> Job
    /// Archives a job (it leaves the lists and keeps its results), or restores it. Throws `.notFound`.
    public var setArchived:
        @Sendable (Job.ID, _ isArchived: Bool) async throws(ServiceFailure) -> Void

    /// What a job was given, to be submitted once more: all of it, or only the files whose mini-batches failed.
    ///
    /// Throws `.conflict` when nothing failed, `.rejected` with the reason when it cannot be known.
    public var pastDraft:
        @Sendable (Job.ID, _ onlyFailed: Bool) async throws(ServiceFailure) -> PastDraft
    /// The files of a job whose mini-batches failed, by path below its input; nothing is fetched and nothing sent.
    ///
    /// Throws as `pastDraft` does.
    public var failedFiles: @Sendable (Job.ID) async throws(ServiceFailure) -> [String] = {
        _ throws(ServiceFailure) in throw BatchClient.unswapped("failedFiles")
    }

    /// What makes, changes and takes away endpoints, deployments, data and datastores.
    public var control: ControlCalls
    /// Looks at everything that work depends on; each finding as soon as it and those before it are there. Never hangs.
    ///
    /// A client that was not told how gives one finding that says so.
    public var doctor: @Sendable () -> AsyncStream<DoctorCheck> = {
        DoctorRound.told([DoctorCheck("doctor", .skipped, "nobody told this client how to look")])
    }

    /// What `connect` is waiting for, in words; nil while it waits for nothing that takes long. Only looked at, never asked.
    public var waitingFor: @Sendable () -> String? = { nil }

    /// Signing in and out; a client that was not told how needs none.
    public var signIn: SignInCalls = .none

    /// Uploads and downloads: those under way, and those that were left unfinished.
    public var transfers: TransferCalls = .unimplemented

    /// Builds a client from its closures.
    public init(
        connect: @escaping @Sendable () async throws(ServiceFailure) -> ConnectionInfo,
        endpoints: @escaping @Sendable () async throws(ServiceFailure) -> [Endpoint],
        endpoint: @escaping @Sendable (Endpoint.Name) async throws(ServiceFailure) -> Endpoint,
        deployments:
            @escaping @Sendable (Endpoint.Name) async throws(ServiceFailure) ->
            [Deployment],
        deployment:
            @escaping @Sendable (Endpoint.Name, Deployment.Name)
            async throws(ServiceFailure) -> Deployment,
        dataAssets: @escaping @Sendable () async throws(ServiceFailure) -> [DataAsset],
        dataVersions:
            @escaping @Sendable (DataAsset.Name) async throws(ServiceFailure) ->
            [DataVersion],
        dataVersion:
            @escaping @Sendable (DataAsset.Name, DataReference.Version)
            async throws(ServiceFailure) -> DataVersion,
        datastores: @escaping @Sendable () async throws(ServiceFailure) -> [Datastore],
        datastore: @escaping @Sendable (Datastore.Name) async throws(ServiceFailure) -> Datastore,
        browse:
            @escaping @Sendable (Datastore.Name, String) async throws(ServiceFailure) ->
            [BlobEntry],
        look: @escaping @Sendable (DataReference) async -> ReferenceFinding,
        findings: @escaping @Sendable (JobDraft) async -> [DataReference: ReferenceFinding],
        preview: @escaping @Sendable (JobDraft) async throws(ServiceFailure) -> RequestPreview,
        submit:
            @escaping @Sendable (JobDraft, @escaping @Sendable (SubmitPhase) -> Void)
            async throws(ServiceFailure) -> Job,
        undecided: @escaping @Sendable () async throws(ServiceFailure) -> [Submission],
        jobs: @escaping @Sendable (JobListQuery) async throws(ServiceFailure) -> JobPage,
        job: @escaping @Sendable (Job.ID) async throws(ServiceFailure) -> Job,
        steps: @escaping @Sendable (Job.ID) async throws(ServiceFailure) -> [JobStep],
        cancel: @escaping @Sendable (Job.ID) async throws(ServiceFailure) -> Void,
        follow: @escaping @Sendable (Job.ID) -> AsyncThrowingStream<JobSnapshot, any Error>,
        track: @escaping @Sendable (Set<Job.ID>) -> AsyncStream<TrackingEvent>,
        logFiles: @escaping @Sendable (String) async throws(ServiceFailure) -> [LogFile],
        readLog:
            @escaping @Sendable (String, String, Int64, Int) async throws(ServiceFailure) ->
            FileChunk,
        usefulError: @escaping @Sendable (Job.ID) async throws(ServiceFailure) -> JobError?,
        outputs: @escaping @Sendable (Job.ID) async throws(ServiceFailure) -> [JobOutput],
        outputFiles:
            @escaping @Sendable (Job.ID, String) async throws(ServiceFailure) ->
            [BlobEntry],
        readOutput:
            @escaping @Sendable (Job.ID, String, String, Int64, Int)
            async throws(ServiceFailure) -> FileChunk,
        download:
            @escaping @Sendable (
                DownloadOrder, @escaping @Sendable (TransferProgress) -> Void
            ) async throws(ServiceFailure) -> DownloadReport,
        lastSeen: @escaping @Sendable () async -> LastSeen?,
        lookAgain: @escaping @Sendable (String) async throws(ServiceFailure) -> Job? = {
            _ throws(ServiceFailure) in throw BatchClient.unswapped("lookAgain")
        },
        forget: @escaping @Sendable (String) async throws(ServiceFailure) -> Void = {
            _ throws(ServiceFailure) in throw BatchClient.unswapped("forget")
        },
        sendAgain:
            @escaping @Sendable (String, @escaping @Sendable (SubmitPhase) -> Void)
            async throws(ServiceFailure) -> Job = {
                _, _ throws(ServiceFailure) in throw BatchClient.unswapped("sendAgain")
            },
        setArchived: @escaping @Sendable (Job.ID, Bool) async throws(ServiceFailure) -> Void = {
            _, _ throws(ServiceFailure) in throw BatchClient.unswapped("setArchived")
        },
        pastDraft:
            @escaping @Sendable (Job.ID, Bool) async throws(ServiceFailure) -> PastDraft = {
                _, _ throws(ServiceFailure) in throw BatchClient.unswapped("pastDraft")
            },
        control: ControlCalls = .unimplemented
    ) {
        self.connect = connect
        self.endpoints = endpoints
        self.endpoint = endpoint
        self.deployments = deployments
        self.deployment = deployment
        self.dataAssets = dataAssets
        self.dataVersions = dataVersions
        self.dataVersion = dataVersion
        self.datastores = datastores
        self.datastore = datastore
        self.browse = browse
        self.look = look
        self.findings = findings
        self.preview = preview
        self.submit = submit
        self.undecided = undecided
        self.jobs = jobs
        self.job = job
        self.steps = steps
        self.cancel = cancel
        self.follow = follow
        self.track = track
        self.logFiles = logFiles
        self.readLog = readLog
        self.usefulError = usefulError
        self.outputs = outputs
        self.outputFiles = outputFiles
        self.readOutput = readOutput
        self.download = download
        self.lastSeen = lastSeen
        self.lookAgain = lookAgain
        self.forget = forget
        self.sendAgain = sendAgain
        self.control = control
        self.setArchived = setArchived
        self.pastDraft = pastDraft
    }
}
