import BatchModel

/// A step of a pipeline job and the statuses it went through.
struct StepRecord: Sendable, Equatable {
    var step: JobStep
    var timeline: [StatusChange]

    /// True once its program was started, in this engine or an earlier one.
    var hasRun: Bool { timeline.contains { $0.status == .running } }

    /// The step has entered a status.
    mutating func enter(_ status: JobStatus, at now: Timestamp, message: String? = nil) {
        step.status = status
        step.errorMessage = message
        timeline.append(StatusChange(status: status, at: now))
        if status == .running { step.startedAt = now }
        if status.isTerminal { step.endedAt = now }
    }
}

/// One unfinished pipeline job in memory; lives behind the runner's lock.
struct PipelineRun {
    let seq: Int
    let order: PipelineOrder
    let log: PipelineLog
    var job: Job
    var steps: [StepRecord]
    var machine: PipelineMachine
    /// Programs that run or are being started, by step.
    var handles: [Int: WorkerHandle] = [:]

    init(seq: Int, order: PipelineOrder, job: Job, steps: [StepRecord], log: PipelineLog) {
        self.seq = seq
        self.order = order
        self.job = job
        self.steps = steps
        self.log = log
        machine = PipelineMachine(
            names: order.steps.map(\.name), dependencies: order.steps.map(\.dependencies),
            continuesOnFailure: order.continuesOnStepFailure)
    }
}

/// The log of a pipeline job's own run: a line for each event of a step (ES §5.4).
///
/// A job has few events, so each line is written when it happens.
struct PipelineLog: Sendable {
    private let file: String
    private let clock: @Sendable () -> Timestamp

    init(folders: EngineFolders, job: Job.ID, clock: @escaping @Sendable () -> Timestamp) {
        file = folders.logFolder(of: job.rawValue) + "/logs/azureml/executionlogs.txt"
        self.clock = clock
    }

    func line(_ text: String) {
        do {
            try FileCalls.makeFolders(FileCalls.folder(of: file))
            try FileCalls.append(Array("[\(clock().readable)Z] \(text)\n".utf8), to: file)
        } catch {
            // A log that cannot be written must not stop the job.
            return
        }
    }

    /// A step has entered a status.
    func entered(_ status: JobStatus, _ step: PipelineOrder.Step, message: String?) {
        let name = "\(step.name):\(step.id)"
        switch status {
        case .queued: line("Submitting 1 runs, first five are: \(name)")
        case .running: line("Run id \(step.id) of \(step.name) is running.")
        case .completed: line("Completing processing run id \(step.id).")
        case .failed: line("Run id \(step.id) of \(step.name) failed. \(message ?? "")")
        case .canceled: line("Run id \(step.id) of \(step.name) is canceled. \(message ?? "")")
        case .notStarted, .starting, .provisioning, .preparing, .finalizing, .cancelRequested,
            .notResponding, .paused, .unknown:
            line("Run id \(step.id) of \(step.name) is \(status).")
        }
    }

    /// The job has ended.
    func ended(_ status: JobStatus, message: String?) {
        guard status == .failed else {
            line("Finishing experiment: no runs left and nothing to schedule. \(status).")
            return
        }
        line(
            "Execution of experiment failed, update experiment status and cancel running nodes. "
                + (message ?? ""))
    }
}
