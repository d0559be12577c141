import BatchModel
import GRDB
import TestSupport
import Testing

@testable import BatchEngine

/// Searching the jobs of an engine, and how its index comes, follows and goes.
@Suite struct JobSearchTests {
    private static let places: [JobService.SeedDeployment] = [
        .init(endpoint: "digits-batch", deployment: "nearest"),
        .init(endpoint: "wine", deployment: "gnb"),
    ]

    private func harness(_ finished: Int) async throws -> JobHarness {
        let harness = try JobHarness()
        try await harness.service.seed(
            .init(deployments: Self.places, finished: finished, running: 0))
        return harness
    }

    private func find(
        _ service: JobService, _ filter: String, _ change: (inout JobSearchQuery) -> Void = { _ in }
    ) async throws -> JobSearchPage {
        var search = JobSearchQuery(filter: filter)
        change(&search)
        return try await service.search(search, asker: "", turn: 0)
    }

    @Test func theBestComeFirstAndAllAreCounted() async throws {
        let harness = try await harness(300)
        let service = harness.service
        let all = try await service.jobs(start: 0, count: 300).jobs
        let found = try await find(service, "status:failed") { $0.count = 5 }
        let failed = all.filter { $0.status == .failed }
        #expect(found.jobs == Array(failed.prefix(5)))
        #expect(found.matches == failed.count && found.searched == 300 && found.isWhole)
        let wine = try await find(service, "") { $0.endpoint = "wine" }
        #expect(wine.matches == all.count { $0.endpoint == "wine" })
        #expect(wine.searched == wine.matches)
        let named = try await find(service, all[7].displayName)
        #expect(named.jobs.first?.id == all[7].id)
        await service.shutdown()
        #expect(!service.searcher.hasIndex)
    }

    @Test func whatChangesIsFoundAsItIsNow() async throws {
        let harness = try await harness(40)
        let service = harness.service
        #expect(try await find(service, "job_1").matches == 0)
        let order = try harness.order(script: Script.echo, files: 1)
        let job = try await harness.run(order)
        #expect(
            try await find(service, "id:=\(job.id) status:completed").jobs.map(\.id) == [job.id])
        #expect(try await find(service, "name:job_1").matches == 1)

        _ = try await service.change(job.id, JobChange(displayName: "renamed"))
        #expect(try await find(service, "name:job_1").matches == 0)
        #expect(try await find(service, "name:renamed").jobs.first?.displayName == "renamed")

        _ = try await service.change(job.id, JobChange(isArchived: true))
        #expect(try await find(service, "name:renamed").matches == 0)
        #expect(try await find(service, "name:renamed") { $0.view = .archived }.matches == 1)

        let seq = 41
        try await service.runner.committer.write { try RemovalTable.remove($0, seq, paths: []) }
        #expect(try await find(service, "name:renamed") { $0.view = .all }.matches == 0)
        #expect(try await find(service, "").searched == 40)
        await service.shutdown()
    }

    @Test func whatIsTakenBackIsNotNoted() async throws {
        let harness = try await harness(3)
        let service = harness.service
        #expect(try await find(service, "").matches == 3)
        struct Stop: Error {}
        await #expect(throws: Stop.self) {
            try await service.runner.committer.write { db in
                try db.execute(sql: "UPDATE job SET display = 'never'")
                throw Stop()
            }
        }
        #expect(try await find(service, "name:never").matches == 0)
        await service.shutdown()
    }

    @Test func anIndexNobodyUsesIsLetGoAndMadeAnew() async throws {
        let harness = try await harness(10)
        let searcher = JobSearcher(
            harness.service.database,
            limits: .init(idle: .milliseconds(20), patience: .seconds(60)))
        let search = JobSearchQuery(filter: "")
        for _ in 0..<2 {
            let found = try searcher.search(
                .everything, search, asker: "", turn: 0, at: harness.service.runner.clock())
            #expect(found.matches == 10 && found.isWhole)
            let clock = ContinuousClock()
            let end = clock.now + .seconds(30)
            while searcher.hasIndex, clock.now < end { try await Task.sleep(for: .milliseconds(5)) }
            #expect(!searcher.hasIndex)
        }
        await harness.service.shutdown()
    }

    @Test func moreChangesThanAreNotedMakeTheIndexAnew() async throws {
        let harness = try await harness(10)
        let service = harness.service
        let searcher = JobSearcher(
            service.database, limits: .init(patience: .seconds(60), changes: 4))
        let search = JobSearchQuery(filter: "name:new")
        func matches() throws -> Int {
            try searcher.search(
                search.parsed(), search, asker: "", turn: 0, at: service.runner.clock()
            ).matches
        }
        #expect(try matches() == 0)
        try await service.runner.committer.write {
            try $0.execute(sql: "UPDATE job SET display = 'new'")
        }
        #expect(!searcher.hasIndex)
        #expect(try matches() == 10)
        searcher.stop()
        await service.shutdown()
    }

    @Test func somebodyAboutToSearchIsNotKeptWaiting() async throws {
        let harness = try await harness(10)
        let found = try await find(harness.service, "") { $0.count = 0 }
        #expect(found.jobs.isEmpty)
        #expect(harness.service.searcher.hasIndex)
        await harness.service.shutdown()
    }

    @Test func aSearchThatComesLateIsNotTheNewest() async throws {
        let harness = try await harness(10)
        let service = harness.service
        let search = JobSearchQuery(filter: "")
        #expect(try await service.search(search, asker: "a", turn: 7).matches == 10)
        let late = await #expect(throws: ServiceFailure.self) {
            try await service.search(search, asker: "a", turn: 6)
        }
        #expect(late?.kind == .conflict)
        #expect(try await service.search(search, asker: "a", turn: 7).matches == 10)
        #expect(try await service.search(search, asker: "b", turn: 1).matches == 10)
        await service.shutdown()
    }

    // MARK: - The route

    @Test func theRouteAnswersInTheServicesShape() async throws {
        let fixture = try EngineFixture()
        try await fixture.engine.jobs.seed(
            .init(deployments: Self.places, finished: 60, running: 0))
        let search = JobSearchQuery(filter: "status:failed wine", endpoint: nil, count: 2)
        let question = WireJobSearch.Question(query: search, asker: "test", turn: 1)
        let json = String(decoding: try WireJSON.encode(question), as: UTF8.self)
        let answer = try await fixture.get(WireJobSearch.Answer.self, .searchJobs, json: json)
        #expect(answer.value.count == 2 && answer.matches >= 2 && answer.searched == 60)
        let jobs = answer.value.compactMap { Job($0) }
        #expect(jobs.allSatisfy { $0.status == .failed && $0.endpoint == "wine" })
        await fixture.engine.shutdown()
    }

    @Test func aFilterThatCannotBeReadIsRefusedInItsWords() async throws {
        let fixture = try EngineFixture()
        for (filter, words) in [
            ("cost:3", "there is no such column"), ("age:<soon", "soon is no length of time"),
            ("status:fialed", "no status is called fialed"),
        ] {
            let question = WireJobSearch.Question(
                query: JobSearchQuery(filter: filter), asker: "test", turn: 1)
            let json = String(decoding: try WireJSON.encode(question), as: UTF8.self)
            let response = await fixture.ask(.searchJobs, json: json)
            #expect(response.status == 400)
            #expect(response.text.contains(words), "\(response.text)")
        }
        await fixture.engine.shutdown()
    }
}
