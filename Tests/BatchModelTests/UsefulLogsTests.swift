import BatchModel
import Testing

/// Which log a person is shown first.
@Suite struct UsefulLogsTests {
    @Test(
        arguments: [
            (
                ["user_logs/std_log_0.txt", "logs/user/stdout/1.txt", "logs/user/stdout/0.txt"],
                "logs/user/stdout/0.txt"
            ),
            (
                [
                    "logs/job_progress_overview.20261126.txt", "user_logs/std_log_0.txt",
                    "logs/job_progress_overview.20261127.txt",
                ], "logs/job_progress_overview.20261127.txt"
            ),
            (["logs/azureml/executionlogs.txt", "user_logs/std_log.txt"], "user_logs/std_log.txt"),
            (["logs/a.txt", "logs/azureml/executionlogs.txt"], "logs/azureml/executionlogs.txt"),
            (["logs/user/stderr/0.txt", "system_logs/x.log"], "system_logs/x.log"),
            (["logs/user/stderr/0.txt"], nil), ([], nil),
        ] as [([String], String?)])
    func theMostUsefulIsFirst(names: [String], best: String?) {
        #expect(UsefulLogs(names).best == best)
    }

    @Test func noMoreThanAFewAreLookedIntoAndThenTheFallbackIsThere() {
        let printed = (10..<30).map { "logs/user/stdout/\($0).txt" }
        let useful = UsefulLogs(printed + ["user_logs/std_log.txt"])
        #expect(useful.printed == Array(printed.prefix(8)))
        #expect(useful.fallback == "user_logs/std_log.txt")
        #expect(printed.allSatisfy(UsefulLogs.isPrinted))
        #expect(!UsefulLogs.isPrinted("logs/user/stderr/0.txt"))
    }
}
