import BatchModel
import ConsoleGrid
import Testing

@testable import ConsoleCore

/// Doing a job again: the form begins where the job began and shows what was changed.
@Suite struct JobFormAgainTests {
    private static let job = Job(
        id: "pipelinejob-1", displayName: "calm_sail_1", endpoint: "tumour-pipeline",
        deployment: "score-with-prep", status: .failed,
        inputs: ["input_data": "azureml:tumour-data:1", "threshold": "0.5"])

    private func state() -> JobForm.State {
        var state = FormFixture.pipeline()
        state.repeatInputs(of: Self.job)
        return state
    }

    @Test func theFormSaysWhatTheJobWasGiven() {
        let state = state()
        #expect(state.text(of: .input(name: "input_data")) == "azureml:tumour-data:1")
        #expect(state.text(of: .input(name: "threshold")) == "0.5")
        #expect(state.text(of: .input(name: "max_rows")).isEmpty)
        #expect(JobForm.changeCount(in: state) == 0)
        #expect(state.picture().plainText.contains("calm_sail_1 again, nothing changed"))
    }

    @Test func aChangedInputShowsWhatItWas() throws {
        var state = state()
        state.focus = .input(name: "threshold")
        try state.press("0 . 7")
        #expect(state.text(of: .input(name: "threshold")) == "0.7")
        #expect(JobForm.changeCount(in: state) == 1)
        let row = try #require(
            JobForm.rows(in: state).first { $0.field == .input(name: "threshold") })
        #expect(JobForm.changeNote(of: row, in: state).flatMap { $0 }.map(\.text) == ["was 0.5"])
        try state.press("<ctrl-z>")
        #expect(JobForm.changeCount(in: state) == 0)
    }

    @Test func theNameOfAModelDeploymentsInputDoesNotMatter() {
        var state = FormFixture.digits()
        var job = Self.job
        job.endpoint = "digits-batch"
        job.deployment = "nearest"
        job.inputs = ["UriFolder": "azureml:digits-data:3"]
        state.repeatInputs(of: job)
        #expect(state.text(of: .input(name: "input")) == "azureml:digits-data:3")
    }

    @Test func aJobOffersToBeDoneAgainOnceItIsKnown() {
        var detail = JobDetail.State(job: Self.job.id, known: Self.job)
        guard case .send(.againPressed) = JobDetail.verdict(for: .character("a"), in: detail)
        else {
            Issue.record("the key does nothing")
            return
        }
        #expect(
            JobDetail.reduce(&detail, .againPressed, now: FormFixture.now)
                == [.repeatJob(Self.job)])
        let unknown = JobDetail.State(job: "batchjob-2", known: nil)
        guard case .refuse(let reason) = JobDetail.verdict(for: .character("a"), in: unknown)
        else {
            Issue.record("an unknown job can be repeated")
            return
        }
        #expect(reason == "the job is not known yet")
    }
}
