import BatchModel
import Foundation
import GRDB
import TestSupport
import Testing

@testable import BatchEngine

/// Freeing space: what goes, what stays, and that nothing listed is ever half gone.
@Suite struct CleanTests {
    private let fixture: EngineFixture

    init() throws { fixture = try EngineFixture() }

    private var engine: Engine { fixture.engine }
    private let everything = CleanOrder(olderThanSeconds: 0)

    private func run(output: String? = nil, input: String = "azureml:toys:2") async throws -> Job {
        let place = output.map {
            #","outputData":{"s":{"jobOutputType":"UriFile","uri":"\#($0)"}}"#
        }
        let json =
            #"{"properties":{"inputData":{"a":{"jobInputType":"UriFolder","uri":"\#(input)"}}\#(place ?? "")}}"#
        let wire = try await fixture.get(
            WireResource<WireEndpointJob>.self, .scoring("toys", .invoke), json: json)
        let id = Job.ID(try #require(wire.name))
        await engine.jobs.ended(id)
        let job = try #require(try await engine.jobs.job(id))
        #expect(job.status == .completed, "\(job.errorMessage ?? "")")
        return job
    }

    private func folders(of job: Job) async throws -> [String] {
        let steps = try await engine.jobs.steps(of: job.id).map(\.id.rawValue)
        let names = [job.id.rawValue] + steps
        let store = engine.folders.blobs + "/" + engine.folders.defaultContainer
        return
            (names.map { engine.folders.logFolder(of: $0) }
            + names.map { "\(store)/azureml/\($0)" }).filter(FileCalls.exists)
    }

    private func place(_ path: String) -> String {
        engine.folders.blobs + "/\(engine.folders.defaultContainer)/" + path
    }

    private func write(_ text: String, to path: String, secondsOld: Int = 0) throws {
        try EngineFixture.write(text, to: path)
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: -Double(secondsOld))],
            ofItemAtPath: path)
    }

    @Test func aFinishedJobGoesWithItsLogsAndResults() async throws {
        let job = try await run()
        let folders = try await folders(of: job)
        #expect(folders.count == 3, "two log folders and the results")
        var dry = everything
        dry.isDryRun = true
        let foretold = try await engine.clean(dry)
        #expect(folders.allSatisfy(FileCalls.exists))
        #expect(try await engine.jobs.job(job.id) != nil)
        let report = try await engine.clean(everything)
        // The working folder is not compared: the ended job's own chore may have taken it in between.
        for kind in [CleanReport.Kind.logs, .results] { #expect(report[kind] == foretold[kind]) }
        #expect(foretold[.jobs].count == 1)
        #expect(report[.jobs].count == 1 && report[.logs].count == 2)
        #expect(report[.results].count == 1 && report[.results].bytes > 0)
        #expect(!folders.contains(where: FileCalls.exists))
        #expect(try await engine.jobs.job(job.id) == nil)
        #expect(try await engine.jobs.jobs(start: 0, count: 9).total == 0)
        await engine.shutdown()
    }

    @Test func withoutALimitFinishedJobsStay() async throws {
        let job = try await run()
        let report = try await engine.clean(CleanOrder())
        #expect(report[.jobs].count == 0)
        #expect(try await engine.jobs.job(job.id) != nil)
        await engine.shutdown()
    }

    @Test func resultsAtAPlaceOfTheUsersStay() async throws {
        _ = try await run(output: "azureml://datastores/workspaceblobstore/paths/mine/a/rows.csv")
        let report = try await engine.clean(everything)
        #expect(report[.jobs].count == 1 && report[.results].count == 0)
        #expect(FileCalls.exists(place("mine/a/rows.csv")))
        await engine.shutdown()
    }

    @Test func aJobWhoseResultsAreRegisteredStaysWhole() async throws {
        let kept = try await run()
        let gone = try await run()
        let step = try #require(try await engine.jobs.steps(of: kept.id).first?.id)
        let uri = "azureml://datastores/workspaceblobstore/paths/azureml/\(step)/score/"
        let made = await fixture.ask(
            .putDataVersion("scores", version: "1"),
            json: #"{"properties":{"dataType":"uri_folder","dataUri":"\#(uri)"}}"#)
        #expect(made.status == 201, "\(made.text)")
        let report = try await engine.clean(everything)
        #expect(report.keptInUse == 1 && report[.jobs].count == 1)
        #expect(try await engine.jobs.job(kept.id) != nil)
        #expect(try await folders(of: kept).count == 3)
        #expect(try await engine.jobs.job(gone.id) == nil)
        await engine.shutdown()
    }

    @Test func whatARunningJobReadsStaysAndSoDoesTheJob() async throws {
        let source = try await run()
        try fixture.write(
            EngineFixture.script.replacingOccurrences(
                of: "return", with: "__import__('time').sleep(600)\n    return"),
            to: "endpoints/toys/good/code/score.py")
        let json =
            #"{"properties":{"inputData":{"a":{"jobInputType":"UriFolder","uri":"azureml://jobs/\#(source.id)/outputs/score"}}}}"#
        let wire = try await fixture.get(
            WireResource<WireEndpointJob>.self, .scoring("toys", .invoke), json: json)
        let running = Job.ID(try #require(wire.name))
        try await Eventually.awaited("the job runs") {
            try await engine.jobs.job(running)?.status == .running ? true : nil
        }
        let report = try await engine.clean(CleanOrder(keepNewest: 0))
        #expect(report[.jobs].count == 0 && report.keptInUse == 1)
        #expect(try await folders(of: source).count == 3)
        #expect(FileCalls.exists(engine.folders.job(running)))
        try await engine.jobs.cancel(running)
        await engine.jobs.ended(running)
        #expect(try await engine.clean(CleanOrder(keepNewest: 0))[.jobs].count == 2)
        await engine.shutdown()
    }

    @Test func theOldestGoUntilTheStateIsSmallEnough() async throws {
        var jobs: [Job] = []
        for number in 0..<3 {
            jobs.append(try await run())
            let step = try #require(try await engine.jobs.steps(of: jobs[number].id).first?.id)
            let path = place("azureml/\(step)/score/large.bin")
            try EngineFixture.write(String(repeating: "x", count: 1 << 20), to: path)
        }
        let before = FolderSize.of(engine.folders.state).bytes
        // Half of what one job holds at least: the first is enough, whatever the logs and the database take.
        let limit = before - (1 << 19)
        let report = try await engine.clean(CleanOrder(maxBytes: limit))
        #expect(report.bytesBefore == before && report.bytesAfter <= limit)
        let left = try await engine.jobs.jobs(start: 0, count: 9).jobs.map(\.id)
        #expect(left == [jobs[2].id, jobs[1].id])
        #expect(try await engine.clean(CleanOrder(keepNewest: 1, maxBytes: 0))[.jobs].count == 1)
        #expect(try await engine.jobs.jobs(start: 0, count: 9).jobs.map(\.id) == [jobs[2].id])
        await engine.shutdown()
    }

    @Test func leftoversGoUnasked() async throws {
        let state = engine.folders.state
        try write("rows", to: state + "/jobs/batchjob-nobody/rows")
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: -700)],
            ofItemAtPath: state + "/jobs/batchjob-nobody")
        // One that is just being accepted has its folder before its row.
        try write("{}", to: state + "/jobs/batchjob-coming/inputs.json")
        let day = 86_400
        try write("block", to: state + "/staging/blocks/abc/1", secondsOld: 8 * day)
        try write("block", to: state + "/staging/blocks/fresh/1", secondsOld: 60)
        let logs = engine.folders.logFolder(of: "nobody")
        try write("line", to: logs + "/logs/a.txt", secondsOld: 2 * day)
        let report = try await engine.clean(CleanOrder())
        #expect(report[.working].count == 1 && report[.blocks].count == 1)
        #expect(report[.leftLogs].count == 1)
        #expect(!FileCalls.exists(state + "/jobs/batchjob-nobody") && !FileCalls.exists(logs))
        #expect(FileCalls.exists(state + "/jobs/batchjob-coming/inputs.json"))
        #expect(FileCalls.exists(state + "/staging/blocks/fresh/1"))
        await engine.shutdown()
    }

    @Test func uploadsOfNoJobDeletedEndpointsAndOldLogsGoWithTheirAge() async throws {
        let day = 86_400
        try write("a", to: place("LocalUpload/aaaa1111/d/x.csv"), secondsOld: 40 * day)
        try write("b", to: place("LocalUpload/bbbb2222/d/x.csv"), secondsOld: 40 * day)
        try write("c", to: place("LocalUpload/cccc3333/d/x.csv"), secondsOld: 60)
        try write("old", to: engine.folders.state + "/engine.log.1", secondsOld: 40 * day)
        try write("yml", to: engine.folders.state + "/trash/gone/endpoint.yml")
        _ = try await run(
            input: "azureml://datastores/workspaceblobstore/paths/LocalUpload/bbbb2222/d/")
        // What was placed just now is not as old as what is in it.
        var report = try await engine.clean(CleanOrder(olderThanSeconds: Int64(30 * day)))
        #expect(report[.uploads].count == 0 && report[.trash].count == 0)
        #expect(report[.engineLogs].count == 1)
        var late = try later(by: 31 * day, CleanOrder(olderThanSeconds: Int64(30 * day)))
        report = try late.run()
        #expect(report[.jobs].count == 1, "the only user of the second upload goes first")
        #expect(report[.uploads].count == 3 && report[.trash].count == 1)
        await engine.shutdown()
    }

    @Test func anUploadThatAJobNamesStays() async throws {
        try write("b", to: place("LocalUpload/bbbb2222/d/x.csv"))
        try write("c", to: place("LocalUpload/cccc3333/d/x.csv"))
        let job = try await run(
            input: "azureml://datastores/workspaceblobstore/paths/LocalUpload/bbbb2222/d/")
        var order = CleanOrder(olderThanSeconds: 86_400, keepNewest: 1, isDryRun: true)
        var clean = try later(by: 10 * 86_400, order)
        #expect(try clean.run()[.uploads].count == 1)
        #expect(FileCalls.exists(place("LocalUpload/cccc3333")))
        order.isDryRun = false
        clean = try later(by: 10 * 86_400, order)
        #expect(try clean.run()[.uploads].count == 1)
        #expect(FileCalls.exists(place("LocalUpload/bbbb2222/d/x.csv")))
        #expect(!FileCalls.exists(place("LocalUpload/cccc3333")))
        #expect(try await engine.jobs.job(job.id) != nil)
        await engine.shutdown()
    }

    /// A clean as it would be done in some time.
    private func later(by seconds: Int, _ order: CleanOrder) throws -> StateClean {
        StateClean(
            folders: engine.folders, database: engine.jobs.database,
            committer: engine.jobs.runner.committer, records: engine.blobs.records, order: order,
            registered: [], now: EngineClock.now + .seconds(seconds), deadline: nil)
    }

    @Test func whatAnEngineBeforeHadBegunToRemoveIsRemovedAtTheStart() async throws {
        let job = try await run()
        let folders = try await folders(of: job)
        let below = folders.map { String($0.dropFirst(engine.folders.state.count + 1)) }
        try await engine.jobs.runner.committer.write {
            try RemovalTable.remove($0, 1, paths: below)
        }
        await engine.shutdown()
        #expect(folders.allSatisfy(FileCalls.exists), "killed between the rows and the files")
        let next = try Engine(
            Engine.Options(
                workspace: fixture.workspace, state: fixture.state, token: EngineFixture.token))
        try await next.resume()
        try await Eventually.awaited("the rest to go") {
            let left = try await next.jobs.database.reader.read { try RemovalTable.left($0) }
            return left.isEmpty && !folders.contains(where: FileCalls.exists) ? true : nil
        }
        await next.shutdown()
    }

    @Test func theRouteCleansAndRefusesWhatIsNoOrder() async throws {
        let job = try await run()
        let report = try await fixture.get(
            CleanReport.self, .clean, json: #"{"olderThanSeconds":0,"isDryRun":true}"#)
        #expect(report[.jobs].count == 1)
        #expect(try await engine.jobs.job(job.id) != nil)
        #expect(await fixture.ask(.clean, json: "[]").status == 400)
        await engine.shutdown()
    }
}
