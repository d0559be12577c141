/// Plain words for log files (ES §5.4): people know what they look for, not where the runner keeps it.
public enum LogLabel {
    private static let folders: [(prefix: String, label: String)] = [
        ("logs/job_progress_overview", "progress"), ("logs/job_result", "final verdict"),
        ("logs/job_error", "first errors"), ("logs/readme", "what the logs are"),
        ("logs/user/error.txt", "errors from your script"),
        ("logs/user/error/", "full tracebacks from your script"),
        ("logs/user/stdout/", "what your script printed"),
        ("logs/user/stderr/", "what your script wrote to standard error"),
        ("logs/user/entry_script_log/", "what your script logged"),
        ("logs/sys/master_role", "scheduler"), ("logs/sys/node/", "mini-batches of one worker"),
        ("logs/sys/job_report/", "report"), ("logs/sys/perf/", "resources"),
        ("logs/perf/", "resources"), ("logs/sys/", "runner"),
        ("logs/azureml/executionlogs", "steps of the job"), ("logs/azureml/", "pipeline"),
        ("user_logs/std_log", "output of the run"), ("system_logs/", "system"),
        ("azureml-logs/", "older runtime"),
    ]

    /// What a log holds, with the worker it belongs to: `what your script printed (worker 0)`.
    public static func text(for name: String) -> String {
        guard let match = folders.first(where: { name.hasPrefix($0.prefix) }) else {
            return "other"
        }
        // A folder of several: which of them is in its name.
        if match.label == "report" { return "report: \(name.lastSegment)" }
        guard let worker = worker(in: name) else { return match.label }
        return "\(match.label) (worker \(worker))"
    }

    /// The number in `…/process012.stdout.txt`.
    private static func worker(in name: String) -> Int? {
        guard let start = name.lastSegment.firstRange(of: "process"),
            start.lowerBound == name.lastSegment.startIndex
        else { return nil }
        return Int(name.lastSegment[start.upperBound...].prefix(while: \.isNumber))
    }
}
