import BatchModel
import ConsoleGrid
import Testing

@testable import ConsoleCore

/// Setting an endpoint's default deployment.
@Suite struct EndpointsDefaultTests {
    private typealias Fixture = EndpointsFixture
    private static let change = Endpoints.DefaultChange(
        endpoint: "digits-batch", from: "nearest", to: "nearest-summary")

    @Test func theDefaultIsChangedAfterAQuestionAndShownWhenTheServiceHasSaidSo() throws {
        var state = Fixture.known()
        #expect(try state.press("<tab>jd").effects == [])
        #expect(state.question == Self.change)
        let picture = state.picture().plainText
        #expect(picture.contains("Change the default?"))
        #expect(picture.contains("Now it is nearest."))
        #expect(try state.press("y").effects == [.setDefault("digits-batch", "nearest-summary")])
        #expect(state.question == nil)
        #expect(state.changing == Self.change)
        #expect(state.endpoint?.defaultDeployment == "nearest", "nobody has said so yet")

        var changed = Fixture.digits
        changed.defaultDeployment = "nearest-summary"
        let effects = state.take(.defaultChanged(endpoint: changed))
        #expect(
            effects == [
                .say(
                    text: "the default deployment of digits-batch is now nearest-summary",
                    isFailure: false)
            ])
        #expect(state.changing == nil)
        #expect(state.endpoint?.defaultDeployment == "nearest-summary")
        #expect(state.deployment?.name == "nearest-summary", "the selection stays")
    }

    @Test(arguments: ["n", "<esc>", "<enter>"])
    func anyOtherAnswerChangesNothing(key: String) throws {
        var state = Fixture.known()
        try state.press("<tab>jd")
        #expect(try state.press(key).effects == [])
        #expect(state.question == nil && state.changing == nil)
    }

    @Test func theQuestionHasTheKeys() throws {
        var state = Fixture.known()
        try state.press("<tab>jd")
        #expect(try state.press("jkr/<tab>G").effects == [])
        #expect(state.question == Self.change)
        #expect(Endpoints.keys.hints(in: state).map(\.text) == ["set default", "keep it"])
    }

    @Test func aRefusalIsSaidAndTheOldDefaultStays() throws {
        var state = Fixture.known()
        try state.press("<tab>jdy")
        let failure = ServiceFailure(
            kind: .unauthorized, operation: "set the default of digits-batch",
            detail: "the role is missing.", advice: "Ask for it.")
        let effects = state.take(.defaultRefused(endpoint: "digits-batch", failure: failure))
        #expect(effects == [.say(text: failure.message.sentence, isFailure: true)])
        #expect(state.changing == nil)
        #expect(state.endpoint?.defaultDeployment == "nearest")
    }

    @Test func whatCannotBecomeTheDefaultIsRefusedWithTheReason() throws {
        var state = Fixture.withBroken()
        #expect(
            try state.press("d<tab>dGd").refusals == [
                "it is set on a deployment: enter goes to the deployments",
                "nearest is the default already", "the deployment quadratic is Failed",
            ])
    }

    @Test func aReadOnlyConsoleRefusesIt() throws {
        var state = AppTests.begun(isReadOnly: true)
        #expect(try state.press("<tab>jd").allSatisfy { $0 != .quit })
        #expect(App.view(state).plainText.contains("read-only"))
        #expect(state.endpoints.question == nil)
    }
}

/// A job that a shortage holds up says so wherever it is shown.
@Suite struct HeldJobTests {
    private static let held: Job = {
        var job = EndpointsFixture.queued
        job.properties[Job.heldProperty] = "no room on the disk of /state"
        return job
    }()

    @Test func theListsSayWhyAJobDoesNotMove() throws {
        var state = AppTests.begun()
        _ = App.reduce(&state, .trackingChanged(jobs: [Self.held], at: AppTests.now))
        try state.press("G")
        #expect(App.view(state).plainText.contains("held: no room"))
        _ = App.open(.jobs(nil), in: &state)
        let page = AppTests.page([Self.held])
        _ = App.reduce(
            &state, .jobs(.jobsLoaded(query: JobListQuery(endpoint: nil, count: 100), page: page)))
        #expect(
            App.view(state).plainText
                .contains("batchjob-9d11 is held: no room on the disk of /state"))
    }

    @Test func theJobsPageSaysIt() throws {
        var state = JobDetailFixture.state(Size(rows: 24, columns: 80))
        var snapshot = JobDetailFixture.snapshot(.queued)
        snapshot.job.properties[Job.heldProperty] = "no room on the disk of /state"
        state.take(.snapshotArrived(snapshot: snapshot))
        #expect(state.picture().plainText.contains("held: no room on the disk of /state"))
    }

    @Test func aJobThatHasEndedIsNotHeld() {
        var job = Self.held
        job.status = .completed
        #expect(Words.held(job) == nil)
        #expect(Words.held(Self.held) == "held: no room on the disk of /state")
    }
}
