import BatchModel
import ConsoleGrid
import Testing

@testable import ConsoleCore

/// What becomes of answers and of news about jobs, and what stays selected.
@Suite struct EndpointsAnswerTests {
    private typealias Fixture = EndpointsFixture

    @Test func trackedJobsReplaceThoseKnown() {
        var state = Fixture.known()
        var job = Fixture.running
        job.status = .completed
        #expect(state.take(.jobsChanged(jobs: [job], at: Fixture.now + .seconds(1))) == [])
        #expect(state.ownJobs.fetched.value?.map(\.id) == Self.ids)
        #expect(state.ownJobs.fetched.value?.first?.status == .completed)
        #expect(Endpoints.trackedJobs(state) == ["batchjob-9d11"])
    }

    private static let ids: [Job.ID] = ["batchjob-7f3a", "batchjob-1c0e", "batchjob-0b77"]

    @Test func aNewJobGoesToTheFrontOfItsEndpoint() {
        var state = Fixture.known()
        let job = Job(
            id: "batchjob-new", endpoint: "digits-batch", status: .preparing,
            createdAt: Fixture.ago(0))
        let stranger = Job(id: "batchjob-x", endpoint: "elsewhere", status: .running)
        let nameless = Job(id: "batchjob-y", status: .running)
        state.take(.jobsChanged(jobs: [job, stranger, nameless], at: Fixture.now))
        #expect(state.ownJobs.fetched.value?.map(\.id) == ["batchjob-new"] + Self.ids)
        #expect(state.knownJob("batchjob-x") == nil)
        #expect(state.knownJob("batchjob-y") == nil)
        #expect(Endpoints.runningCount(of: "digits-batch", in: state) == 2)
    }

    @Test func atMostTwentyJobsOfAnEndpointAreKept() {
        var state = Fixture.known()
        let many = Fixture.jobs(30, of: "digits-batch", status: .completed)
        state.take(.jobsLoaded(query: Fixture.query("digits-batch"), page: Fixture.page(many)))
        #expect(state.ownJobs.fetched.value == Array(many.prefix(20)))
        let job = Job(
            id: "newest", endpoint: "digits-batch", status: .running,
            createdAt: Fixture.now + .seconds(1))
        state.take(.jobsChanged(jobs: [job], at: Fixture.now))
        #expect(state.ownJobs.fetched.value == [job] + many.prefix(19))
    }

    @Test func anOlderListDoesNotUndoWhatTrackingBrought() {
        var state = Fixture.known()
        var ended = Fixture.running
        ended.status = .completed
        let fresh = Job(
            id: "batchjob-new", endpoint: "digits-batch", status: .queued,
            createdAt: Fixture.now)
        state.take(.jobsChanged(jobs: [ended, fresh], at: Fixture.now + .seconds(5)))
        let query = Fixture.query("digits-batch")
        let old = Fixture.page([Fixture.running, Fixture.done], asOf: Fixture.now + .seconds(4))
        state.take(.jobsLoaded(query: query, page: old))
        #expect(state.ownJobs.fetched.value == [fresh, ended, Fixture.done])
        let new = Fixture.page([Fixture.done], asOf: Fixture.now + .seconds(6))
        state.take(.jobsLoaded(query: query, page: new))
        #expect(state.ownJobs.fetched.value == [Fixture.done])
    }

    @Test func aListThatSaysLessKeepsTheProgress() {
        var state = Fixture.known()
        var bare = Fixture.running
        bare.progress = nil
        bare.deployment = nil
        let page = Fixture.page([bare], asOf: Fixture.now + .seconds(1))
        state.take(.jobsLoaded(query: Fixture.query("digits-batch"), page: page))
        #expect(state.ownJobs.fetched.value == [Fixture.running])
    }

    @Test func trackedAreTheActiveJobsOnTheScreen() throws {
        var state = Fixture.known()
        #expect(Endpoints.trackedJobs(state) == ["batchjob-7f3a", "batchjob-9d11"])
        // One pane: on an endpoint's page only its own.
        state.resized(to: Size(rows: 16, columns: 60))
        try state.press("<enter>")
        #expect(Endpoints.trackedJobs(state) == ["batchjob-7f3a"])
        try state.press("<esc>G<enter>")
        #expect(Endpoints.trackedJobs(state) == ["batchjob-9d11"])
    }

    @Test func theSelectionStaysOnItsEndpointWhenOthersComeAndGo() throws {
        var state = Fixture.known()
        try state.press("jjj")
        #expect(state.selectedEndpoint == "tumour-pipeline")
        let fewer = [Endpoint(name: "added-later"), Fixture.tumour, Fixture.wine]
        state.take(.endpointsLoaded(endpoints: fewer, at: Fixture.now))
        #expect(state.selectedEndpoint == "tumour-pipeline")
        #expect(state.endpointList.selection == 1)
        // When it is gone itself, the one in its row is next.
        let rest = [Endpoint(name: "added-later"), Fixture.wine]
        state.take(.endpointsLoaded(endpoints: rest, at: Fixture.now))
        #expect(state.selectedEndpoint == "wine-classifier")
        state.take(.endpointsLoaded(endpoints: [], at: Fixture.now))
        #expect(state.selectedEndpoint == nil)
        #expect(state.knownDeployments.isEmpty)
    }

    @Test func theDefaultDeploymentIsSelectedUntilAnotherIsChosen() throws {
        var state = Fixture.known()
        var other = Fixture.digits
        other.defaultDeployment = "nearest-summary"
        state.take(.endpointsLoaded(endpoints: [other, Fixture.wine], at: Fixture.now))
        #expect(state.deployment?.name == "nearest-summary")
        try state.press("<tab>k")
        #expect(state.deployment?.name == "nearest")
        let more = [Fixture.broken, Fixture.nearest, Fixture.summary]
        state.take(.deploymentsLoaded(endpoint: "digits-batch", deployments: more))
        #expect(state.deployment?.name == "nearest")
        #expect(state.deploymentList.selection == 1)
    }

    @Test func aChosenJobStaysSelectedWhenNewOnesCome() throws {
        var state = Fixture.known()
        let job = Job(
            id: "batchjob-new", endpoint: "digits-batch", status: .queued, createdAt: Fixture.now)
        state.take(.jobsChanged(jobs: [job], at: Fixture.now))
        #expect(state.job?.id == "batchjob-new")
        try state.press("<backtab>jj")
        #expect(state.job?.id == "batchjob-1c0e")
        var newer = job
        newer.id = "batchjob-newer"
        state.take(.jobsChanged(jobs: [newer], at: Fixture.now))
        #expect(state.job?.id == "batchjob-1c0e")
        #expect(state.jobList.selection == 3)
    }

    @Test func theFormLearnsTheDefaultDeployment() {
        let state = Fixture.known()
        #expect(Endpoints.defaultDeployment(of: "digits-batch", in: state) == "nearest")
        #expect(Endpoints.defaultDeployment(of: "elsewhere", in: state) == nil)
        #expect(state.knownDeployments.map(\.name).first == "nearest")
    }

    @Test func anEmptyMemoryIsNotTakenForAnEmptyWorkspace() {
        let nothing = LastSeen(
            asOf: Fixture.now, connection: nil, endpoints: [], deployments: [],
            jobs: Fixture.page([]))
        #expect(Endpoints.State(lastSeen: nothing) == Endpoints.State(lastSeen: nil))
    }
}
