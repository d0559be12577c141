import BatchModel
import Testing

@testable import BatchClient

/// Which file of an input a name in the runner's report means.
@Suite struct RetrierTests {
    private let files: Set<String> = ["a.csv", "x/a.csv", "x/y/b.csv"]

    @Test(arguments: [
        ("a.csv", "a.csv"), ("x/a.csv", "x/a.csv"), ("/mnt/azureml/in/x/a.csv", "x/a.csv"),
        ("/mnt/azureml/in/a.csv", "a.csv"), ("/mnt/x/y/b.csv", "x/y/b.csv"),
    ])
    func theLongestNameThatAPathEndsWithIsItsFile(name: String, file: String) {
        #expect(Retrier.listed(name) { files.contains($0) } == file)
    }

    @Test(arguments: ["b.csv", "za.csv", "", "/", "x/a.csv/"])
    func aNameOfNoFileIsNone(name: String) {
        #expect(Retrier.listed(name) { files.contains($0) } == nil)
    }

    /// An engine that was killed may have counted what its report does not tell (seen as failed: three, one, nobody knows).
    @Test(arguments: [("2/2/3/4", true), ("2/2/1/4", false), ("", false)])
    func aReportThatNamesFewerThanFailedIsNotTakenForWhole(counts: String, isRefused: Bool)
        async throws
    {
        let bench = try Bench()
        let input = "azureml://datastores/workspaceblobstore/paths/in/"
        let own = counts.isEmpty ? "" : ",\"\(WireJob.progressKey)\":\"\(counts)\""
        bench.service.on(.get, "/jobs/j1?") { _ in
            .json(
                """
                {"name":"j1","properties":{"status":"Completed","properties":{
                "batchdeck.input.input":"\(input)"\(own)}}}
                """)
        }
        bench.service.on(.get, "/runs/j1/children") { _ in .json("{\"value\":[{\"runId\":\"r1\"}]}")
        }
        bench.service.on(.get, "/runs/r1/details") { _ in
            .json("{\"logFiles\":{\"\(Retrier.report)\":\"https://blob.test/report?sig=1\"}}")
        }
        let report = Array(
            """
            Mini-batch Id,Status,Failed,Mini-batch Detail
            0,RUN_DONE,0,"[""a.csv""]"
            1,EXCEPTION,1,"[""b.csv""]"

            """.utf8)
        bench.service.on(.get, "blob.test/report") { _ in
            .answer(206, [("Content-Range", "bytes 0-\(report.count - 1)/\(report.count)")], report)
        }
        bench.service.on(.get, "comp=list") { _ in
            .text(
                "<Blobs><Blob><Name>in/b.csv</Name><Properties><Content-Length>1</Content-Length>"
                    + "</Properties></Blob></Blobs>", status: 200)
        }
        let client = bench.client
        var files: [String]?
        let failed = await failure { () throws(ServiceFailure) in
            files = try await client.failedFiles("j1")
        }
        #expect(files == (isRefused ? nil : ["b.csv"]), "\(String(describing: failed))")
        if isRefused {
            #expect(failed?.detail == "3 items failed, and its report names 1")
        }
    }
}
