import BatchModel
import GRDB
import TestSupport
import Testing

@testable import BatchEngine

/// Lists after jobs were removed: whole, in order, and found by arithmetic where they can be.
@Suite struct RemovalTests {
    private func remove(_ numbers: [Int], _ service: JobService) async throws {
        try await service.runner.committer.write { db in
            for number in numbers { try RemovalTable.remove(db, number, paths: ["x/\(number)"]) }
        }
    }

    @Test func pagesAreRightWhateverWasRemoved() async throws {
        let harness = try JobHarness()
        let service = harness.service
        let places = JobService.Seed.endpoints(3)
        try await service.seed(.init(deployments: places, finished: 300, running: 0))
        let all = try await service.jobs(start: 0, count: 1000).jobs
        // The oldest but a few, and one that stands alone further up.
        let gone = Set((1...120).filter { $0 % 40 != 7 } + [200])
        try await remove(gone.sorted(), service)
        let left = all.enumerated().filter { !gone.contains(300 - $0.offset) }.map(\.element)
        for start in stride(from: 0, to: left.count + 20, by: 17) {
            let page = try await service.jobs(start: start, count: 25)
            #expect(page.total == left.count)
            #expect(page.jobs.map(\.id) == Array(left.dropFirst(start).prefix(25)).map(\.id))
        }
        for place in places {
            let wanted = left.filter { $0.endpoint == place.endpoint }.map(\.id)
            for start in [0, wanted.count / 2, wanted.count - 3] {
                let page = try await service.jobs(
                    start: start, count: 30, endpoint: place.endpoint, deployment: "main")
                #expect(page.total == wanted.count)
                #expect(page.jobs.map(\.id) == Array(wanted.dropFirst(start).prefix(30)))
            }
        }
        await service.shutdown()
    }

    @Test func aNumberIsNeverGivenTwice() async throws {
        let harness = try JobHarness()
        let first = try await harness.run(try harness.order("1", script: Script.echo, files: 1))
        try await remove([1], harness.service)
        #expect(try await harness.service.job(first.id) == nil)
        #expect(try await harness.service.jobs(start: 0, count: 9).total == 0)
        let second = try await harness.run(try harness.order("2", script: Script.echo, files: 1))
        let numbers = try await harness.service.database.reader.read {
            try Int.fetchAll($0, sql: "SELECT seq FROM job")
        }
        #expect(numbers == [2])
        let list = try await harness.service.jobs(start: 0, count: 9, endpoint: "digits-batch")
        #expect(list.jobs.map(\.id) == [second.id] && list.total == 1)
        await harness.service.shutdown()
    }

    @Test func archivedJobsAreCountedOutWithTheOthers() async throws {
        let harness = try JobHarness()
        let service = harness.service
        try await service.seed(
            .init(deployments: JobService.Seed.endpoints(1), finished: 20, running: 0))
        let all = try await service.jobs(start: 0, count: 20).jobs
        for index in [0, 5, 19] {
            _ = try await service.change(all[index].id, JobChange(isArchived: true))
        }
        let archived = try await service.jobs(start: 0, count: 9, view: .archived)
        #expect(archived.jobs.map(\.id) == [all[0].id, all[5].id, all[19].id])
        try await remove([1, 2], service)
        #expect(try await service.jobs(start: 0, count: 9, view: .archived).total == 2)
        let active = try await service.jobs(start: 0, count: 50)
        #expect(active.total == 16 && active.jobs.count == 16)
        #expect(try await service.jobs(start: 0, count: 50, view: .all).total == 18)
        await service.shutdown()
    }

    @Test func aSharedOrderStaysWhileAJobNeedsIt() async throws {
        let harness = try JobHarness()
        let service = harness.service
        try await service.seed(
            .init(deployments: JobService.Seed.endpoints(1), finished: 3, running: 0))
        try await remove([1, 2], service)
        #expect(try await service.jobs(start: 0, count: 9).jobs.count == 1)
        try await remove([3], service)
        let (plans, left) = try await service.database.reader.read { db in
            (try Int.fetchOne(db, sql: "SELECT count(*) FROM plan"), try RemovalTable.left(db))
        }
        #expect(plans == 0)
        #expect(left == ["x/1", "x/2", "x/3"])
        await service.shutdown()
    }
}
