/// Which of a run's log files to show somebody who has chosen none (ES §5.4).
public struct UsefulLogs: Sendable, Hashable {
    /// The best, each worth showing only when there is something in it.
    public let printed: [String]
    /// What to show when they are all empty; nil when there is no file at all.
    public let fallback: String?

    /// No more files are looked into at a time: each look is a question to the service.
    private static let probeLimit = 8

    /// Orders the files of a run by use: what the script printed, the progress in words, the wrapper's log.
    public init(_ names: [String]) {
        let sorted = names.sorted()
        func with(_ prefix: String) -> [String] { sorted.filter { $0.hasPrefix(prefix) } }
        printed = Array(sorted.filter(Self.isPrinted).prefix(Self.probeLimit))
        // Several overviews are one a day: the largest name is the newest.
        fallback =
            with("logs/job_progress_overview.").last ?? with("user_logs/std_log").first
            ?? with("logs/azureml/executionlogs").first
            ?? sorted.first { !$0.hasPrefix("logs/user/stderr/") }
    }

    /// The one of most use to a person; nil when there is none.
    public var best: String? { printed.first ?? fallback }

    /// Whether a file holds what the script printed.
    public static func isPrinted(_ name: String) -> Bool { name.hasPrefix("logs/user/stdout/") }
}
