import Testing

@testable import BatchClient

/// The runner's table of mini-batches.
@Suite struct MiniBatchReportTests {
    private static let heading =
        "Mini-batch Id,Picked Count,Process,Process Start Time,Total,Succeeded,Failed,"
        + "Elapsed Seconds,Process Seconds,Run Method Seconds,Status,Error Category,"
        + "Error Message,Mini-batch Detail\n"

    private static func line(
        _ id: Int, _ attempt: Int, failed: Int, _ status: String, _ names: String
    ) -> String {
        "\(id),\(attempt),process000,2026-11-25T00:00:00Z,2,\(2 - failed),\(failed),0.1,0.1,0.1,"
            + "\(status),,\"it said \"\"no\"\", twice\",\"\(names)\"\n"
    }

    @Test func theLastTryOfAMiniBatchCounts() {
        let text =
            Self.heading + Self.line(0, 1, failed: 0, "RUN_DONE", #"[""a.csv"",""b.csv""]"#)
            + Self.line(1, 1, failed: 2, "RUN_EXCEPTION", #"[""c.csv""]"#)
            + Self.line(1, 2, failed: 0, "RUN_DONE", #"[""c.csv""]"#)
            + Self.line(2, 1, failed: 2, "RUN_TIMEOUT", #"[""d, e.csv""]"#)
            + Self.line(3, 1, failed: 1, "RUN_DONE", #"[""f.csv"",""g.csv""]"#)
        let failed = MiniBatchReport(text).failed
        #expect(failed.map(\.id) == ["2", "3"])
        #expect(MiniBatchReport.names(of: failed) == ["d, e.csv", "f.csv", "g.csv"])
    }

    @Test func namesThatWereLeftOutAreNotGuessed() {
        let text = Self.heading + Self.line(0, 1, failed: 2, "RUN_EXCEPTION", #"[""a.csv"",7]"#)
        #expect(MiniBatchReport.names(of: MiniBatchReport(text).failed) == nil)
    }

    @Test func quotesHoldCommasAndLineBreaks() {
        #expect(
            MiniBatchReport.rows(of: "a,\"b,\"\"c\"\"\nd\",e\r\nf\n")
                == [["a", "b,\"c\"\nd", "e"], ["f"]])
        #expect(MiniBatchReport("").failed.isEmpty && MiniBatchReport("not,a,table").failed.isEmpty)
    }
}
