/// The log files of a job and where they lie (ES §5.4).
enum LogTarget {
    case overview, result, error, master, readme, execution, userError, batches, processSummary
    case nodeSummary
    /// What one worker process did, a line per mini-batch.
    case process(Int)
    /// The full traces of one worker process.
    case userErrors(Int)
    /// Any other file of the step, and of the parent.
    case step(String), parent(String)

    /// True for files of the parent run.
    var isOfParent: Bool {
        switch self {
        case .execution, .parent: true
        case .overview, .result, .error, .master, .readme, .userError, .batches, .processSummary,
            .nodeSummary, .process, .userErrors, .step:
            false
        }
    }

    /// The name below the run's folder.
    func path(stamp: String) -> String {
        switch self {
        case .overview: "logs/job_progress_overview.\(stamp).txt"
        case .result: "logs/job_result.\(stamp).txt"
        case .error: "logs/job_error.\(stamp).txt"
        case .master: "logs/sys/master_role.\(stamp).txt"
        case .readme: "logs/readme.txt"
        case .execution: "logs/azureml/executionlogs.txt"
        case .userError: "logs/user/error.txt"
        case .batches: "logs/sys/job_report/processed_mini-batches.csv"
        case .processSummary: "logs/sys/job_report/process_summary.csv"
        case .nodeSummary: "logs/sys/job_report/node_summary.csv"
        case .process(let number): "logs/sys/node/0/\(Agent.name(number)).txt"
        case .userErrors(let number): "logs/user/error/0/\(Agent.name(number)).txt"
        case .step(let name), .parent(let name): name
        }
    }

    /// The first line of a table.
    var heading: String? { Self.heading(ofFile: path(stamp: "")) }

    /// The first line of a table, by its path.
    static func heading(ofFile path: String) -> String? {
        if path.hasSuffix("/processed_mini-batches.csv") {
            return "Mini-batch Id,Picked Count,Process,Process Start Time,Total,Succeeded,Failed,"
                + "Elapsed Seconds,Process Seconds,Run Method Seconds,Status,Error Category,"
                + "Error Message,Mini-batch Detail\n"
        }
        if path.hasSuffix("/process_summary.csv") {
            return "Process,Mini-batches,Succeeded,Failed,Run Method Seconds\n"
        }
        if path.hasSuffix("/node_summary.csv") {
            return "Node,Processes,Mini-batches,Succeeded,Failed,Run Method Seconds\n"
        }
        return nil
    }
}

/// The guide to the logs that every step carries.
enum ReadmeText {
    static let text = """
        Logs of a batch scoring step

        Start here
          logs/job_result.<hour>.txt               how it ended, in one line
          logs/job_error.<hour>.txt                why it failed, and the first errors
          logs/job_progress_overview.<hour>.txt    how far it is or was; the largest number is the newest

        Your script
          logs/user/error.txt                      one line for every failure
          logs/user/error/0/processNNN.txt         the full traces of each worker process
          logs/user/stdout/0/processNNN.stdout.txt what it printed; the root logger writes here too
          logs/user/stderr/0/processNNN.stderr.txt what it printed to standard error
          logs/user/entry_script_log/0/            what it wrote with EntryScript().logger

        The runner
          logs/sys/master_role.<hour>.txt          the scheduler
          logs/sys/node/0/processNNN.txt           one line for every mini-batch a worker process ran
          logs/sys/job_report/*.csv                the same as tables, per mini-batch, process and node

        response: run()
          run() must return a list, a tuple or a pandas DataFrame. Its length is the number of items that count as
          succeeded; what is missing to the length of the mini-batch counts as failed. A run() that raises,
          returns anything else or takes longer than the timeout is tried again until its tries are used up.

        """
}
