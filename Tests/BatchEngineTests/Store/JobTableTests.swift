import BatchModel
import GRDB
import TestSupport
import Testing

@testable import BatchEngine

@Suite struct JobTableTests {
    @Test func theSameRepeatabilityIDGivesTheSameJob() async throws {
        let harness = try JobHarness()
        var order = try harness.order(script: Script.echo, files: 1)
        order.repeatabilityID = "once"
        let first = try await harness.run(order)
        var again = order
        again.id = "batchjob-2"
        again.step = "step-2"
        let second = try await harness.service.accept(again)
        #expect(second.id == first.id)
        #expect(try await harness.service.jobs(start: 0, count: 9).total == 1)
        await harness.service.shutdown()
    }

    @Test func anOrderIsKeptWhole() async throws {
        let harness = try JobHarness()
        let order = try harness.order(script: Script.echo, files: 1)
        let job = try await harness.run(order)
        #expect(try await harness.service.order(of: order.id) == order)
        #expect(try await harness.service.order(of: "nobody") == nil)
        #expect(job.tags == ["a": "b"] && job.properties == ["c": "d"])
        #expect(job.inputs == ["input": "here"])
        let step = try #require(try await harness.service.step(order.step))
        #expect(step.job == order.id && step.step.status == .completed)
        await harness.service.shutdown()
    }

    @Test func whatIsAcceptedIsWhatIsReadBack() async throws {
        let harness = try JobHarness()
        let order = try harness.order(script: Script.echo, files: 1)
        let now = Timestamp(microsecondsSinceEpoch: 1_800_000_000_000_001)
        let entry = try JobEntry(order, at: now)
        let writer = harness.service.database.writer
        let (stored, read) = try await writer.write { db in
            (try JobTable.accept(db, entry).stored, try JobTable.job(db, order.id))
        }
        #expect(stored.job == read?.job && stored.job.status == .preparing)
        #expect(stored.seq == read?.seq && stored.step == read?.step)
        #expect(!stored.isPipeline && read?.isPipeline == false)
        await harness.service.shutdown()
    }

    /// A status may be stored by one thread after another has stored the end.
    @Test func aJobThatHasEndedStaysAsItEnded() async throws {
        let harness = try JobHarness()
        let order = try harness.order(script: Script.echo, files: 1)
        let job = try await harness.run(order)
        let stored = try await harness.service.database.writer.write { db in
            let seq = try #require(try JobTable.job(db, order.id)?.seq)
            var late = job
            late.status = .queued
            late.endedAt = nil
            try JobTable.update(db, seq: seq, late)
            return try JobTable.job(db, order.id)?.job
        }
        #expect(job.status == .completed && stored?.status == .completed)
        #expect(stored?.endedAt == job.endedAt)
        await harness.service.shutdown()
    }

    @Test func aNameThatIsTakenIsAConflict() async throws {
        let harness = try JobHarness()
        let order = try harness.order(script: Script.echo, files: 1)
        _ = try await harness.run(order)
        var again = order
        again.outputFolder += "-again"
        let failure = await #expect(throws: ServiceFailure.self) {
            try await harness.service.accept(again)
        }
        #expect(failure?.kind == .conflict)
        #expect(try await harness.service.jobs(start: 0, count: 9).total == 1)
        await harness.service.shutdown()
    }

    @Test func pagesOfEveryListAreWholeAndInOrder() async throws {
        let harness = try JobHarness()
        let places = JobService.Seed.endpoints(3)
        try await harness.service.seed(.init(deployments: places, finished: 500, running: 0))
        let all = try await harness.service.jobs(start: 0, count: 1000)
        #expect(all.total == 500 && all.jobs.count == 500)
        #expect(Set(all.jobs.map(\.id)).count == 500)
        let created = all.jobs.compactMap(\.createdAt)
        #expect(created == created.sorted(by: >))
        let window = try await harness.service.jobs(start: 470, count: 100)
        #expect(window.jobs.map(\.id) == Array(all.jobs.map(\.id).suffix(30)))
        for place in places {
            let wanted = all.jobs.filter { $0.endpoint == place.endpoint }.map(\.id)
            let some = try await harness.service.jobs(
                start: 10, count: 20, endpoint: place.endpoint)
            #expect(some.total == wanted.count)
            #expect(some.jobs.map(\.id) == Array(wanted[10..<30]))
            let same = try await harness.service.jobs(
                start: 10, count: 20, endpoint: place.endpoint, deployment: "main")
            #expect(same.jobs.map(\.id) == some.jobs.map(\.id))
        }
        #expect(try await harness.service.jobs(start: 500, count: 5).jobs.isEmpty)
        await harness.service.shutdown()
    }

    @Test func archivedJobsLeaveTheListAndCanBeSeenOnDemand() async throws {
        let harness = try JobHarness()
        let places = JobService.Seed.endpoints(1)
        try await harness.service.seed(.init(deployments: places, finished: 30, running: 0))
        let all = try await harness.service.jobs(start: 0, count: 30).jobs
        let changed = try await harness.service.change(
            all[3].id, JobChange(displayName: "renamed", tags: ["k": "v"], isArchived: true))
        #expect(changed?.displayName == "renamed")
        #expect(changed?.tags == ["k": "v"])
        let shown = try await harness.service.jobs(start: 2, count: 3)
        #expect(shown.total == 29)
        #expect(shown.jobs.map(\.id) == [all[2].id, all[4].id, all[5].id])
        let endpoint = places[0].endpoint
        let every = try await harness.service.jobs(
            start: 2, count: 3, endpoint: endpoint, view: .all)
        #expect(every.total == 30)
        #expect(every.jobs.map(\.id) == [all[2].id, all[3].id, all[4].id])
        await harness.service.shutdown()
    }

    @Test func seededRunningJobsReallyAdvance() async throws {
        let harness = try JobHarness()
        let places = JobService.Seed.endpoints(1)
        try await harness.service.seed(.init(deployments: places, finished: 3, running: 1))
        let events = harness.service.events()
        try await harness.service.resume()
        for await event in events {
            if case .progress(_, let processed) = event, processed > 1 { break }
        }
        let newest = try await harness.service.jobs(start: 0, count: 1).jobs
        #expect(newest.first?.status == .running)
        await harness.service.shutdown()
    }

    @Test func aStateOfANewerProgramIsRefused() async throws {
        let harness = try JobHarness()
        try await harness.service.database.writer.write { db in
            try db.execute(sql: "PRAGMA user_version = 99")
        }
        await harness.service.shutdown()
        let failure = #expect(throws: ServiceFailure.self) {
            try JobHarness.service(harness.folders)
        }
        #expect(failure?.kind == .rejected)
        #expect(failure?.detail.contains("newer batchdeck") == true)
    }
}
