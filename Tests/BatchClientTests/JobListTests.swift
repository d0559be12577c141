import BatchModel
import Testing

@testable import BatchClient

@Suite struct JobListTests {
    private func item(_ name: String, _ more: String = "") -> String {
        "{\"name\":\"\(name)\",\"properties\":{\"status\":\"Running\"\(more)}}"
    }

    private func page(_ items: [String], _ more: String = "") -> FakeService.Reply {
        .json("{\"value\":[\(items.joined(separator: ","))]\(more)}")
    }

    @Test func aLocalEngineIsAskedForTheWindowItself() async throws {
        let bench = try Bench(isLocal: true)
        bench.service.on(.get, "/jobs?") { _ in
            page([item("a"), item("b")], ",\"batchdeck.total\":10000")
        }
        let found = try await bench.client.jobs(
            JobListQuery(endpoint: "wine", start: 4000, count: 2))
        #expect(found.start == 4000)
        #expect(found.jobs.map(\.id) == ["a", "b"])
        #expect(found.total == 10_000)
        #expect(found.hasMore)
        #expect(found.source == "the endpoint's job list")
        let url = try #require(bench.service.calls.last?.url)
        #expect(url.contains("$skip=4000") && url.contains("$top=2"))
        #expect(url.contains("/mferp/managementfrontend/"))
        #expect(
            bench.service.calls.last?.header("Authorization") == "Bearer t-machineLearning")
    }

    @Test func aLocalEngineSearchesAndOthersAreNotAsked() async throws {
        let bench = try Bench(isLocal: true)
        bench.service.on(.post, "/engine/jobs/search") { _ in
            page([item("b"), item("a")], ",\"matches\":70,\"searched\":900,\"isWhole\":true")
        }
        let client = bench.client
        let search = JobSearchQuery(filter: "status:failed ab", endpoint: "wine", count: 2)
        for _ in 0..<2 {
            let found = try #require(try await client.searchJobs(search))
            #expect(found.jobs.map(\.id) == ["b", "a"])
            #expect(found.matches == 70 && found.searched == 900 && found.isWhole)
        }
        let sent = bench.service.calls.suffix(2).map { call -> [UInt8] in
            if case .bytes(let bytes) = call.body { bytes } else { [] }
        }
        // One asker: a newer search ends the one before, in whatever order they arrive.
        let questions = try sent.map { try WireJSON.decode(WireJobSearch.Question.self, from: $0) }
        #expect(questions.map(\.query) == [search, search] && questions.map(\.turn) == [1, 2])
        #expect(!questions[0].asker.isEmpty && questions[0].asker == questions[1].asker)

        #expect(try await Bench().client.searchJobs(search) == nil)
        let old = try Bench(isLocal: true)
        old.service.on(.post, "/engine/jobs/search") { _ in .json("{}", status: 404) }
        #expect(try await old.client.searchJobs(search) == nil)
    }

    @Test func elsewhereWindowsAreReachedByLinksThatAreRemembered() async throws {
        let bench = try Bench()
        bench.service.on(.get, "/jobs?") { _ in
            page([item("a"), item("b")], ",\"nextLink\":\"https://api.test/p2\"")
        }
        bench.service.on(.get, "/p2") { _ in
            page([item("c"), item("d")], ",\"nextLink\":\"https://api.test/p3\"")
        }
        bench.service.on(.get, "/p3") { _ in page([item("e")]) }
        let client = bench.client
        let first = try await client.jobs(JobListQuery(endpoint: "wine", count: 2))
        #expect(first.jobs.map(\.id) == ["a", "b"])
        #expect(first.total == nil && first.hasMore)
        let second = try await client.jobs(JobListQuery(endpoint: "wine", start: 3, count: 2))
        #expect(second.jobs.map(\.id) == ["d", "e"])
        #expect(second.total == 5 && !second.hasMore)
        #expect(bench.service.calls.count == 3)
    }

    @Test func aBrokenEndpointListFallsBackToTheWorkspacesAndSaysSo() async throws {
        let bench = try Bench()
        bench.service.on(.get, "/managementfrontend/") { _ in
            .json("{\"error\":{\"message\":\"invalid request\"}}", status: 400)
        }
        bench.service.on(.get, "arm.test/subscriptions") { _ in
            page([
                item("mine", ",\"properties\":{\"azureml.endpointname\":\"wine\"}"),
                item("other", ",\"properties\":{\"azureml.endpointname\":\"beer\"}"),
                item(
                    "named",
                    ",\"experimentName\":\"wine\",\"tags\":{\"azureml.deploymentname\":\"red\"}"),
                item("training", ",\"experimentName\":\"wine\""),
            ])
        }
        let client = bench.client
        let found = try await client.jobs(JobListQuery(endpoint: "wine"))
        #expect(found.jobs.map(\.id) == ["mine", "named"])
        #expect(found.source.contains("workspace"))
        let red = try await client.jobs(JobListQuery(endpoint: "wine", deployment: "red"))
        #expect(red.jobs.map(\.id) == ["named"])
        #expect(bench.service.calls(.get, "/managementfrontend/").count == 1)
    }

    @Test func whereBothListsRefuseOurOwnSubmissionsAreShownAndNamed() async throws {
        let bench = try Bench()
        let journal = SubmissionJournal(folder: bench.folder.path + "/state")
        for (number, endpoint) in ["wine", "beer", "wine"].enumerated() {
            let id = "s\(number)"
            try await journal.prepare(
                id: id, draft: JobDraft(endpoint: Endpoint.Name(endpoint)),
                at: bench.clock.now + .seconds(number))
            try await journal.note(id, .accepted, job: Job.ID("j\(number)"))
        }
        for list in ["/managementfrontend/", "/workspaces/ws/jobs?"] {
            bench.service.on(.get, list) { _ in .text("invalid request", status: 400) }
        }
        bench.service.on(.get, "/jobs/j2?") { _ in .json(item("j2")) }
        let found = try await bench.client.jobs(JobListQuery(endpoint: "wine"))
        #expect(found.jobs.map(\.id) == ["j2", "j0"])
        // What cannot be read is there all the same, and says so.
        #expect(found.jobs.map(\.status) == [.running, .unknown("Unknown")])
        #expect(found.jobs.allSatisfy { $0.endpoint == "wine" })
        #expect(found.source == "this machine's own submissions, because both job lists refused")
        // They are no answer to whether a submission became a job: nobody has looked.
        try await journal.prepare(
            id: "open", draft: JobDraft(endpoint: "wine"), at: bench.clock.now)
        try await journal.noteSending("open", inputs: [:], at: bench.clock.now)
        try await journal.note("open", .unknown)
        let look = await failure { () throws(ServiceFailure) in
            _ = try await bench.client.lookAgain("open")
        }
        #expect(look?.httpStatus == 400)
        let none = await failure { () throws(ServiceFailure) in
            _ = try await bench.client.jobs(JobListQuery(endpoint: "tea"))
        }
        #expect(none?.httpStatus == 400 && none?.detail.contains("invalid request") == true)
    }

    @Test func aMissingEndpointIsNotAnEmptyList() async throws {
        let bench = try Bench()
        bench.service.on(.get, "/batchEndpoints?") { _ in page(["{\"name\":\"wine\"}"]) }
        let failed = await failure { () throws(ServiceFailure) in
            _ = try await bench.client.jobs(JobListQuery(endpoint: "wime"))
        }
        #expect(failed?.advice == "Did you mean 'wine'?")
    }

    @Test func aMissingRightIsNotAReasonToAskElsewhere() async throws {
        let bench = try Bench()
        bench.service.on(.get, "/managementfrontend/") { _ in .text("no", status: 403) }
        let failed = await failure { () throws(ServiceFailure) in
            _ = try await bench.client.jobs(JobListQuery(endpoint: "wine"))
        }
        #expect(failed?.kind == .unauthorized)
        #expect(bench.service.calls.count == 1)
    }

    @Test func cancelReturnsWhenItIsTakenAndAnEndedJobIsAConflict() async throws {
        let bench = try Bench()
        bench.service.on(
            .post, "/jobs/j1/cancel?",
            inTurn: [
                .json("null", status: 202),
                .json(
                    """
                    {"error":{"code":"UserError","message":"ended","additionalInfo":[{"type":
                    "InnerError","info":{"value":{"code":"CancelPipelineRunInTerminalStatus"}}}]}}
                    """, status: 400),
            ])
        let client = bench.client
        try await client.cancel("j1")
        let failed = await failure { () throws(ServiceFailure) in try await client.cancel("j1") }
        #expect(failed?.kind == .conflict)
    }

    @Test func aStepAskedForAsAJobComesFromRunHistory() async throws {
        let bench = try Bench()
        bench.service.on(.get, "/jobs/child?") { _ in .json("{\"name\":\"child\"}") }
        bench.service.on(.get, "/history/v1.0/") { _ in
            .json("{\"runId\":\"child\",\"status\":\"Completed\",\"displayName\":\"score\"}")
        }
        let job = try await bench.client.job("child")
        #expect(job.status == .completed && job.displayName == "score")
    }

    private func logs(_ bench: Bench) {
        let asked = Counter()
        bench.service.on(.get, "/runs/r1/details") { _ in
            .json(
                """
                {"logFiles":{"logs/user/error.txt":"https://blob.test/e?sig=\(asked.next())",
                "logs/b.txt":"https://blob.test/b?sig=1"}}
                """)
        }
    }

    @Test func logsAreReadByRangeWithoutAToken() async throws {
        let bench = try Bench()
        logs(bench)
        bench.service.on(.get, "blob.test/b") { call in
            call.header("x-ms-range") == "bytes=0-99"
                ? .answer(206, [("Content-Range", "bytes 0-2/3")], Array("abc".utf8))
                : .empty(416, [("Content-Range", "bytes */3")])
        }
        let client = bench.client
        #expect(
            try await client.logFiles("r1").map(\.name) == ["logs/b.txt", "logs/user/error.txt"])
        let chunk = try await client.readLog("r1", "logs/b.txt", 0, 100)
        #expect(chunk == FileChunk(offset: 0, bytes: Array("abc".utf8), totalLength: 3))
        let none = try await client.readLog("r1", "logs/b.txt", 3, 100)
        #expect(none == FileChunk(offset: 3, bytes: [], totalLength: 3))
        #expect(
            bench.service.calls(.get, "blob.test").allSatisfy {
                $0.header("Authorization") == nil
            })
        #expect(bench.service.calls(.get, "/details").count == 1)
    }

    @Test func anExpiredLogAddressIsRenewed() async throws {
        let bench = try Bench()
        logs(bench)
        bench.service.on(.get, "sig=1") { _ in .empty(403) }
        bench.service.on(.get, "sig=2") { _ in .text("fresh", status: 200) }
        let client = bench.client
        _ = try await client.logFiles("r1")
        let chunk = try await client.readLog("r1", "logs/user/error.txt", 2, 2)
        #expect(chunk.bytes == Array("es".utf8) && chunk.totalLength == 5)
        let failed = await failure { () throws(ServiceFailure) in
            _ = try await client.readLog("r1", "logs/b", 0, 1)
        }
        #expect(failed?.advice == "Did you mean 'logs/b.txt'?")
    }

    @Test func theUsersOwnTracebackComesBeforeTheWrapping() async throws {
        let bench = try Bench()
        bench.service.on(.get, "/jobs/j1?") { _ in
            .json("{\"name\":\"j1\",\"properties\":{\"status\":\"Failed\"}}")
        }
        bench.service.on(.get, "/runs/j1/children") { _ in
            page(["{\"runId\":\"r1\",\"name\":\"batchscoring\",\"status\":\"Failed\"}"])
        }
        logs(bench)
        bench.service.on(.get, "blob.test/e") { _ in
            .text(
                """
                Traceback (most recent call last):
                  File "/code/score.py", line 31, in run
                    raise ValueError("bad row")
                ValueError: bad row
                """, status: 200)
        }
        let found = try await bench.client.usefulError("j1")
        #expect(found?.headline == "ValueError: bad row")
        #expect(found?.userFrame == "score.py:31 in run")
        #expect(found?.step == "r1")
    }

    /// The counts that the engine keeps with a job; a cloud keeps none.
    @Test(arguments: [("1/1/1/2", true), ("1/1/0/2", false), ("", true)])
    func aCompletedJobWithFailedItemsHasAnErrorToo(counts: String, hasError: Bool) async throws {
        let bench = try Bench()
        bench.service.on(.get, "/jobs/j1?") { _ in
            let own = counts.isEmpty ? "" : "\"\(WireJob.progressKey)\":\"\(counts)\""
            return .json(
                "{\"name\":\"j1\",\"properties\":{\"status\":\"Completed\",\"properties\":{\(own)}}}"
            )
        }
        bench.service.on(.get, "/runs/j1/children") { _ in
            page(["{\"runId\":\"r1\",\"name\":\"batchscoring\",\"status\":\"Completed\"}"])
        }
        logs(bench)
        bench.service.on(.get, "blob.test/e") { _ in
            .text(
                "Traceback (most recent call last):\n  File \"/code/score.py\", line 3, in run\nE: x",
                status: 200)
        }
        let found = try await bench.client.usefulError("j1")
        #expect(found?.userFrame == (hasError ? "score.py:3 in run" : nil))
        #expect(found?.step == (hasError ? "r1" : nil))
        #expect(bench.service.calls(.get, "blob.test/b").isEmpty, "only what a script raised")
    }

    @Test func progressComesFromTheOverviewFileAndCounters() async throws {
        let bench = try Bench()
        bench.service.on(.get, "/jobs/j1?") { _ in
            .json("{\"name\":\"j1\",\"properties\":{\"status\":\"Running\"}}")
        }
        bench.service.on(.get, "/runs/j1/children") { _ in
            page(["{\"runId\":\"r1\",\"name\":\"batchscoring\",\"status\":\"Running\"}"])
        }
        bench.service.on(.get, "/runs/r1/details") { _ in
            .json(
                """
                {"logFiles":{"logs/job_progress_overview.2026112308.txt":"https://blob.test/old",
                "logs/job_progress_overview.2026112309.txt":"https://blob.test/new"}}
                """)
        }
        bench.service.on(.get, "blob.test/new") { call in
            call.header("x-ms-range")?.hasPrefix("bytes=0-") == true
                ? .text(
                    "2026-11-23T09:00:00.000000 Processed 3 of 12 mini batches in 0:00:06. Estimated remaining time 0:00:18.\n",
                    status: 200)
                : .empty(416)
        }
        bench.service.on(.get, "/runs/r1/metrics") { _ in
            .json("{\"values\":{\"Failed Items\":2,\"Remaining Mini Batches\":8}}")
        }
        let client = bench.client
        let progress = try await client.job("j1").progress
        #expect(progress?.totalMiniBatches == 12)
        #expect(progress?.processedMiniBatches == 4)
        #expect(progress?.failedItems == 2)
        #expect(progress?.estimatedRemaining == .seconds(18))
        #expect(try await client.job("j1").progress == progress)
        #expect(bench.service.calls(.get, "blob.test/new").count == 2)
    }
}
