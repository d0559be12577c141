import BatchModel
import ConsoleGrid
import Testing

@testable import ConsoleCore

// Whole states: what an action must change is written down, and everything else must be as it was.

/// Whole states of the endpoints.
@Suite struct EndpointsStateTests {
    private static let refused = ServiceFailure(
        kind: .rejected, operation: "change the default", detail: "it is being deleted.")

    /// `digits-batch`'s second deployment is selected.
    private static func onSummary() throws -> Endpoints.State {
        var state = EndpointsFixture.known()
        try state.press("<tab>j")
        return state
    }

    @Test func aDefaultIsAskedAboutOrderedAndShownOnceItIsSo() throws {
        var state = try Self.onSummary()
        let change = Endpoints.DefaultChange(
            endpoint: "digits-batch", from: "nearest", to: "nearest-summary")
        var expected = state
        expected.question = change
        #expect(state.take(.defaultPressed) == [])
        expectWhole(state, is: expected)

        expected.question = nil
        expected.changing = change
        #expect(state.take(.defaultConfirmed) == [.setDefault("digits-batch", "nearest-summary")])
        expectWhole(state, is: expected)

        var changed = EndpointsFixture.digits
        changed.defaultDeployment = "nearest-summary"
        expected.changing = nil
        expected.endpoints.fetched.value?[0] = changed
        expected.shown[0] = changed
        let words = "the default deployment of digits-batch is now nearest-summary"
        #expect(
            state.take(.defaultChanged(endpoint: changed))
                == [.say(text: words, isFailure: false)])
        expectWhole(state, is: expected)
    }

    @Test func aDefaultThatIsRefusedLeavesEverythingAsItWas() throws {
        var state = try Self.onSummary()
        let before = state
        state.take(.defaultPressed)
        state.take(.defaultConfirmed)
        let effects = state.take(.defaultRefused(endpoint: "digits-batch", failure: Self.refused))
        #expect(effects == [.say(text: Self.refused.message.sentence, isFailure: true)])
        expectWhole(state, is: before)
    }

    @Test func aRefusalIsKeptWithItsEndpointAndTheKnownStays() {
        var state = EndpointsFixture.known()
        var expected = state
        expected.deployments["digits-batch"]?.fetched.failure = EndpointsFixture.unreachable
        expected.deployments["digits-batch"]?.refusedAt = EndpointsFixture.now
        // The words of the refusal take rows from the jobs below.
        expected.resized(to: expected.size)
        let effects = state.take(
            .deploymentsRefused(endpoint: "digits-batch", failure: EndpointsFixture.unreachable))
        #expect(effects == [])
        expectWhole(state, is: expected)
    }

    @Test func theFilterIsOpenedTypedAndTakenAway() throws {
        var state = EndpointsFixture.known()
        let before = state
        var expected = state
        expected.filter.isOpen = true
        // The line takes a row of the list.
        expected.endpointList.setHeight(state.endpointList.height - 1)
        #expect(state.take(.filterOpened) == [])
        expectWhole(state, is: expected)
        #expect(state.take(.filterCleared) == [])
        expectWhole(state, is: before)
    }
}

/// Whole states of the jobs.
@Suite struct JobsStateTests {
    @Test func aMarkIsOfItsJobAndGoesOn() {
        let service = JobsService(count: 12)
        var state = service.state()
        var expected = state
        expected.marks.insert(service.job(at: 0))
        expected.window.select(1)
        expected.anchor = 1
        expected.hasMoved = true
        #expect(state.take(.markPressed(step: .toggle)) == [])
        expectWhole(state, is: expected)
        expected.marks = Jobs.Marks()
        #expect(state.take(.markPressed(step: .none)) == [])
        expectWhole(state, is: expected)
    }

    @Test func aCancellationIsAskedAboutOrderedAndHeld() {
        let service = JobsService(count: 12)
        let job = service.job(at: 0)
        var state = service.state()
        var expected = state
        expected.question = Jobs.Question(act: .cancel, plan: JobPlan(of: [job]) { _ in nil })
        #expect(state.take(.actPressed(act: .cancel)) == [])
        expectWhole(state, is: expected)

        expected.question = nil
        expected.cancelling = [job]
        // The line that says so takes a row of the list, and so does every notice below.
        expected.resized(to: expected.size)
        #expect(state.take(.actConfirmed) == [.cancel([job.id])])
        expectWhole(state, is: expected)

        expected.cancelling = []
        expected.resized(to: expected.size)
        expected.holds = [job.id: JobsService.now + Jobs.cancelHold]
        expected.list.pages.update { old in
            guard old.id == job.id else { return nil }
            var asked = old
            asked.status = .cancelRequested
            return asked
        }
        #expect(state.take(.cancelAccepted(job: job.id)) == [])
        expectWhole(state, is: expected)
    }

    @Test func aCancellationThatIsRefusedIsSaidAndNothingElse() {
        let service = JobsService(count: 12)
        let job = service.job(at: 0)
        var state = service.state()
        var expected = state
        expected.notice =
            "Could not list the jobs: nothing answers at 127.0.0.1:8600. Start the engine: "
            + "batchdeck engine start."
        expected.resized(to: expected.size)
        state.take(.actPressed(act: .cancel))
        state.take(.actConfirmed)
        #expect(state.take(.cancelRefused(job: job.id, failure: JobsService.lost)) == [])
        expectWhole(state, is: expected)
    }

    @Test func aPageThatIsRefusedIsNotAskedForAgainAtOnce() {
        var state = JobsService(count: 12).state()
        state.take(.refreshPressed)
        var expected = state
        expected.isRefreshing = false
        expected.asks.fail(0, JobsService.lost, now: JobsService.now)
        expected.resized(to: expected.size)
        #expect(
            state.take(.jobsRefused(query: JobListQuery(count: 100), failure: JobsService.lost))
                == [])
        expectWhole(state, is: expected)
        #expect(state.asks.failure == JobsService.lost && state.asks.open.isEmpty)
    }
}
