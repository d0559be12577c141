import BatchModel
import ConsoleGrid
import Testing

@testable import ConsoleCore

/// What is asked when, and what is never asked twice.
@Suite struct EndpointsAskingTests {
    private typealias Fixture = EndpointsFixture

    @Test func openingAsksForTheEndpointsAndAllJobs() {
        let state = Endpoints.State(lastSeen: nil)
        #expect(
            Endpoints.opened(state)
                == [.loadEndpoints, .loadJobs(JobListQuery(endpoint: nil, count: 100))])
    }

    @Test func theFirstEndpointsHaveTheirDeploymentsAskedSelectedFirst() {
        var state = Endpoints.State(lastSeen: nil)
        state.resized(to: Size(rows: 30, columns: 100))
        #expect(
            state.take(.endpointsLoaded(endpoints: Fixture.endpoints, at: Fixture.now)) == [
                .loadDeployments("digits-batch"), .loadJobs(Fixture.query("digits-batch")),
                .loadDeployments("flaky-batch"), .loadDeployments("hello-batch"),
                .loadDeployments("tumour-pipeline"), .loadDeployments("wine-classifier"),
            ])
        // All of it is on its way now.
        #expect(state.take(.endpointsLoaded(endpoints: Fixture.endpoints, at: Fixture.now)) == [])
    }

    @Test func whatWasLastSeenIsAskedAnewOnlyOnceSomethingAnswers() throws {
        var state = Endpoints.State(lastSeen: Fixture.lastSeen(60))
        state.resized(to: Size(rows: 30, columns: 100))
        #expect(state.knownEndpoints.count == 5)
        #expect(state.knownDeployments.count == 6)
        #expect(try state.press("jjk").effects == [])
        #expect(state.take(.ticked) == [])
        let effects = state.take(.endpointsLoaded(endpoints: Fixture.endpoints, at: Fixture.now))
        #expect(
            effects.prefix(2) == [
                .loadDeployments("flaky-batch"), .loadJobs(Fixture.query("flaky-batch")),
            ])
        #expect(effects.count == 6)
    }

    @Test func atMostFiftyDeploymentsAreAskedAtOnceTheVisibleFirst() throws {
        let many = (100..<220).map { Endpoint(name: Endpoint.Name("endpoint-\($0)")) }
        var state = Endpoints.State(lastSeen: nil)
        state.resized(to: Size(rows: 12, columns: 100))
        let first = state.take(.endpointsLoaded(endpoints: many, at: Fixture.now))
        #expect(Self.deployments(first).count == 50)
        #expect(Self.deployments(first).first == "endpoint-100")
        // The last ones are asked for when they come into sight, and room has been made.
        #expect(Self.deployments(try state.press("G").effects) == [])
        for name in Self.deployments(first) {
            state.take(.deploymentsLoaded(endpoint: name, deployments: []))
        }
        #expect(Self.deployments(try state.press("k").effects) == [])
        #expect(state.deployments["endpoint-219"]?.fetched.isLoading == true)
        #expect(state.deployments["endpoint-200"] == nil)
    }

    @Test func aSelectionAsksForItsJobsOnceUnlessTheyAreFresh() throws {
        var state = Endpoints.State(lastSeen: nil)
        state.resized(to: Size(rows: 30, columns: 100))
        state.take(.endpointsLoaded(endpoints: Fixture.endpoints, at: Fixture.now))
        #expect(try state.press("j").effects == [.loadJobs(Fixture.query("flaky-batch"))])
        #expect(try state.press("kjkj").effects == [])
        state.take(
            .jobsLoaded(query: Fixture.query("flaky-batch"), page: Fixture.page([])))
        state.take(.jobsLoaded(query: Fixture.query("digits-batch"), page: Fixture.page([])))
        let soon = Fixture.now + .seconds(9)
        #expect(try state.press("kj", at: soon).effects == [])
        let later = Fixture.now + .seconds(11)
        #expect(
            try state.press("k", at: later).effects == [
                .loadJobs(Fixture.query("digits-batch"))
            ])
    }

    @Test func runningDownALongListAsksForFewJobsAtOnceAndThenForTheLast() throws {
        let many = (100..<140).map { Endpoint(name: Endpoint.Name("endpoint-\($0)")) }
        var state = Endpoints.State(lastSeen: nil)
        state.resized(to: Size(rows: 50, columns: 100))
        let first = state.take(.endpointsLoaded(endpoints: many, at: Fixture.now))
        let walked = try state.press(String(repeating: "j", count: 30)).effects
        #expect((first + walked).count { if case .loadJobs = $0 { true } else { false } } == 4)
        #expect(
            state.take(.jobsLoaded(query: Fixture.query("endpoint-100"), page: Fixture.page([])))
                == [.loadJobs(Fixture.query("endpoint-130"))])
    }

    @Test func aTickAsksForWhatIsOldAndNothingTwice() {
        var state = Fixture.known()
        #expect(state.take(.ticked, at: Fixture.now + .seconds(9)) == [])
        let jobs = Endpoints.Effect.loadJobs(Fixture.query("digits-batch"))
        #expect(state.take(.ticked, at: Fixture.now + .seconds(10)) == [jobs])
        #expect(state.take(.ticked, at: Fixture.now + .seconds(11)) == [])
        let later = Fixture.now + .seconds(30)
        #expect(
            state.take(.ticked, at: later) == [
                .loadEndpoints, .loadJobs(Fixture.allQuery), .loadDeployments("digits-batch"),
                jobs,
            ])
        #expect(state.take(.ticked, at: later + .seconds(1)) == [])
    }

    @Test func aRefusalIsLeftAloneForTenSeconds() {
        var state = Fixture.known()
        let start = Fixture.now + .seconds(10)
        state.take(.ticked, at: start)
        let query = Fixture.query("digits-batch")
        state.take(.jobsRefused(query: query, failure: Fixture.unreachable), at: start)
        for second in 1...9 {
            #expect(state.take(.ticked, at: start + .seconds(second)) == [])
        }
        #expect(state.take(.ticked, at: start + .seconds(10)) == [.loadJobs(query)])
        #expect(state.ownJobs.fetched.value?.count == 3)
    }

    @Test func refreshAsksEverythingAgainAndWhileAskingNothing() throws {
        var state = Fixture.known()
        let all: [Endpoints.Effect] = [
            .loadEndpoints, .loadJobs(Fixture.allQuery), .loadDeployments("digits-batch"),
            .loadJobs(Fixture.query("digits-batch")), .loadDeployments("flaky-batch"),
            .loadDeployments("hello-batch"), .loadDeployments("tumour-pipeline"),
            .loadDeployments("wine-classifier"),
        ]
        #expect(try state.press("r").effects == all)
        #expect(try state.press("r").effects == [])
        // A question that nothing answers is asked again by hand after a while, and by itself later.
        #expect(try state.press("r", at: Fixture.now + .seconds(5)).effects == all)
    }

    @Test func refreshDoesNotWaitAfterARefusal() throws {
        var state = Endpoints.State(lastSeen: nil)
        state.resized(to: Size(rows: 30, columns: 100))
        state.take(.endpointsRefused(failure: Fixture.unreachable))
        #expect(state.take(.ticked, at: Fixture.now + .seconds(1)) == [])
        #expect(try state.press("r").effects.first == .loadEndpoints)
    }

    @Test func aLostQuestionIsAskedAgainInTheEnd() {
        var state = Endpoints.State(lastSeen: nil)
        #expect(state.take(.ticked) == [])
        #expect(state.take(.ticked, at: Fixture.now + .seconds(19)) == [])
        #expect(
            state.take(.ticked, at: Fixture.now + .seconds(20))
                == [.loadEndpoints, .loadJobs(Fixture.allQuery)])
    }

    @Test func aWholeListOfAllJobsSparesTheQuestionForOneEndpoint() {
        var state = Endpoints.State(lastSeen: nil)
        state.resized(to: Size(rows: 30, columns: 100))
        state.take(.jobsLoaded(query: Fixture.allQuery, page: Fixture.page(Fixture.jobs)))
        let effects = state.take(.endpointsLoaded(endpoints: [Fixture.digits], at: Fixture.now))
        #expect(effects == [.loadDeployments("digits-batch")])
    }

    @Test func aPartialListOfAllJobsIsShownButNotTakenForTheWhole() {
        var state = Endpoints.State(lastSeen: nil)
        state.resized(to: Size(rows: 30, columns: 100))
        let page = Fixture.page(Fixture.jobs, hasMore: true)
        state.take(.jobsLoaded(query: Fixture.allQuery, page: page))
        let effects = state.take(.endpointsLoaded(endpoints: [Fixture.digits], at: Fixture.now))
        #expect(effects.contains(.loadJobs(Fixture.query("digits-batch"))))
        #expect(state.ownJobs.fetched.value == [Fixture.running, Fixture.done, Fixture.failed])
        #expect(state.ownJobs.fetched.asOf == nil)
    }

    private static func deployments(_ effects: [Endpoints.Effect]) -> [Endpoint.Name] {
        effects.compactMap { if case .loadDeployments(let name) = $0 { name } else { nil } }
    }
}
