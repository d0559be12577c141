import BatchClient
import BatchModel
import TestSupport
import Testing

@testable import Commands

/// `job list|show|cancel|download`.
@Suite struct JobVerbTests {
    private func page(_ jobs: [Job]) -> JobPage {
        JobPage(
            start: 0, jobs: jobs, total: jobs.count, hasMore: false, asOf: Samples.morning,
            source: "test")
    }

    @Test func jobsAreListedInATable() async {
        let page = page([Samples.job])
        let desk = Desk { $0.jobs = { _ in page } }
        let said = await desk.run("job", "list")
        #expect(said.code == 0)
        #expect(
            said.output == """
                NAME        DISPLAY NAME  STATUS   ENDPOINT         DEPLOYMENT  CREATED
                batchjob-1  calm_lake     Running  wine-classifier  gnb         \
                2026-11-23T08:00:00.000000Z

                """)
    }

    @Test func theListThatAnsweredIsNamed() async throws {
        let usual = page([Samples.job])
        let said = await Desk { $0.jobs = { _ in usual } }.run("job", "list", "-o", "json")
        guard case .array(let rows) = try said.json() else { return #expect(Bool(false)) }
        #expect(rows.first?["source"] == .string("test"))
        #expect(said.talk.isEmpty)
        var other = usual
        other.source = "the workspace's job list, because the endpoint's own refused"
        let page = other
        let told = await Desk { $0.jobs = { _ in page } }.run("job", "list")
        #expect(told.talk == "from \(page.source)\n")
    }

    @Test(arguments: [
        ([], JobListQuery(start: 0, count: 50)),
        (
            ["-e", "wine-classifier", "-m", "3"],
            JobListQuery(endpoint: "wine-classifier", start: 0, count: 3)
        ),
        (
            ["--endpoint-name", "e", "--deployment-name", "d", "--max", "1000"],
            JobListQuery(endpoint: "e", deployment: "d", start: 0, count: 1000)
        ),
    ])
    func theListIsAskedForAsItWasNarrowed(flags: [String], query: JobListQuery) async throws {
        let asked = Box<[JobListQuery]>([])
        let page = page([])
        let desk = Desk { client in
            client.jobs = { query in
                asked.change { $0.append(query) }
                return page
            }
        }
        let said = await desk.run(["job", "list", "-o", "json"] + flags)
        #expect(try said.json() == .array([]))
        #expect(asked.current == [query])
    }

    @Test(arguments: [
        ["-m", "0"], ["-m", "1001"], ["-m", "x"], ["--deployment-name", "d"],
    ])
    func aListThatCannotBeAskedForIsRefused(flags: [String]) async {
        let said = await Desk().run(["job", "list"] + flags)
        #expect(said.code == 2)
        #expect(said.output.isEmpty)
    }

    private let shown = Desk { client in
        client.job = { _ in Samples.job }
        client.steps = { _ in [Samples.step] }
    }

    @Test func aJobIsOneJSONDocumentWithStableMembers() async throws {
        let said = await shown.run("job", "show", "-n", "batchjob-1", "-o", "json")
        #expect(said.talk.isEmpty)
        #expect(
            try said.json()
                == .object([
                    "name": .string("batchjob-1"), "display_name": .string("calm_lake"),
                    "status": .string("Running"), "endpoint_name": .string("wine-classifier"),
                    "deployment_name": .string("gnb"),
                    "experiment_name": .string("wine-classifier"),
                    "created_at": .string("2026-11-23T08:00:00.000000Z"),
                    "started_at": .string("2026-11-23T08:00:02.000000Z"), "ended_at": .null,
                    "inputs": .object(["UriFolder": .string("azureml:wine-data:2")]),
                    "outputs": .object([:]), "tags": .object(["team": .string("cellar")]),
                    "error": .null, "properties": .object([:]),
                    "timeline": .array([
                        .object([
                            "status": .string("Preparing"),
                            "at": .string("2026-11-23T08:00:00.000000Z"),
                        ])
                    ]),
                    "progress": .object([
                        "processed_mini_batches": .integer(3), "total_mini_batches": .integer(4),
                        "failed_items": .integer(1), "total_items": .null,
                    ]),
                    "steps": .array([
                        .object([
                            "name": .string("batchscoring"), "run_id": .string("run-7"),
                            "status": .string("Running"),
                            "started_at": .string("2026-11-23T08:00:02.000000Z"),
                            "ended_at": .null, "error": .null,
                        ])
                    ]),
                ]))
    }

    @Test func aJobIsShownAsNamesAndValuesWithAStepPerLine() async {
        let lines = await shown.run("job", "show", "-n", "batchjob-1").lines
        #expect(lines.contains("status: Running"))
        #expect(lines.contains("  team: cellar"))
        #expect(lines.contains { $0.hasPrefix("  - ") && $0.contains("name: batchscoring") })
        #expect(lines.contains("  - at: 2026-11-23T08:00:00.000000Z, status: Preparing"))
    }

    @Test func aJobThatDoesNotExistIsExitCodeFive() async {
        let desk = Desk { client in
            client.job = { id throws(ServiceFailure) in
                throw BatchClient.missing("find the job \(id)")
            }
        }
        let said = await desk.run("job", "show", "-n", "nope")
        #expect(said.code == 5)
        #expect(said.output.isEmpty)
        #expect(said.talk == "error: could not find the job nope: there is none.\n")
    }

    @Test func cancelAsksOnceAndTalks() async {
        let asked = Box<[Job.ID]>([])
        let desk = Desk { client in client.cancel = { id in asked.change { $0.append(id) } } }
        let said = await desk.run("job", "cancel", "-n", "batchjob-1")
        #expect(said.code == 0)
        #expect(said.output.isEmpty)
        #expect(said.talk == "cancel of batchjob-1 accepted\n")
        #expect(asked.current == ["batchjob-1"])
    }

    @Test func cancellingAnEndedJobIsAConflict() async {
        let desk = Desk { client in
            client.cancel = { _ throws(ServiceFailure) in
                throw ServiceFailure(kind: .conflict, operation: "cancel", detail: "it has ended")
            }
        }
        #expect(await desk.run("job", "cancel", "-n", "batchjob-1").code == 7)
    }

    private func download(
        _ flags: [String], environment: [String: String] = [:]
    ) async throws -> (order: DownloadOrder, said: Said) {
        let orders = Box<[DownloadOrder]>([])
        var desk = Desk { client in
            client.download = { order, _ in
                orders.change { $0.append(order) }
                return DownloadReport(
                    folder: order.folder, files: ["predictions.csv"], bytes: 42)
            }
        }
        desk.environment = environment
        let said = await desk.run(["job", "download", "-n", "batchjob-1"] + flags)
        return (try #require(orders.current.first), said)
    }

    @Test func aDownloadSaysWhereItWroteWhat() async throws {
        let (order, said) = try await download(["--download-path", "/r/../results", "-o", "json"])
        #expect(order.folder == "/results")
        #expect(
            try said.json()
                == .object([
                    "folder": .string("/results"), "bytes": .integer(42),
                    "files": .array([.string("predictions.csv")]),
                ]))
        #expect(try await download(["-p", "/results"]).said.lines.contains("bytes: 42"))
    }

    @Test func aDownloadPathIsMadeAbsolute() async throws {
        let home = ["HOME": "/home/me"]
        #expect(try await download(["-p", "~/r"], environment: home).order.folder == "/home/me/r")
        let here = try await download(["-p", "."]).order.folder
        #expect(here.hasPrefix("/") && !here.hasSuffix("."))
        #expect(try await download(["-p", "./a/../b"]).order.folder == here + "/b")
    }

    @Test func aDownloadHasTheJobsOwnFolderUnlessToldOtherwise() async throws {
        let here = try await download(["-p", "."]).order.folder
        #expect(
            try await download([]).order == DownloadOrder("batchjob-1", to: here + "/batchjob-1"))
        #expect(try await download(["--overwrite"]).order.overwrites)
    }

    @Test func oneOutputIsFetchedOrAll() async throws {
        #expect(try await download(["--output-name", "score"]).order.output == "score")
        #expect(try await download(["--all"]).order.output == nil)
        let both = ["job", "download", "-n", "j", "--all", "--output-name", "score"]
        #expect(await Desk().run(both).code == ExitCodes.usage)
    }
}
