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

    private static let modelJob = Job(
        id: "batchjob-1", displayName: "calm_sail_2", endpoint: "digits-batch",
        deployment: "nearest", status: .completed,
        inputs: ["UriFolder": "azureml:digits-data:3"])

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

    @Test func theSettingsAJobFromHereHadFollowFromTheJournal() throws {
        var state = FormFixture.digits()
        state.repeatInputs(of: Self.modelJob)
        state.entry.texts[.experimentName] = TextField("typed meanwhile")
        state.touched.insert(.experimentName)
        let draft = JobDraft(
            endpoint: "digits-batch", deployment: "nearest",
            overrides: JobDraft.Overrides(miniBatchSize: 50), experimentName: "nightly")
        let past = JobForm.Past(
            draft: draft, notes: ["The outputs go elsewhere."], hasSettings: true)
        state.take(.pastFound(job: "batchjob-2", past: past))
        #expect(state.text(of: .setting(.miniBatchSize)).isEmpty, "another job's")
        state.take(.pastFound(job: Self.modelJob.id, past: past))
        #expect(state.text(of: .setting(.miniBatchSize)) == "50")
        #expect(state.text(of: .experimentName) == "typed meanwhile", "a person's word stays")
        #expect(state.notice == "The outputs go elsewhere.")
        #expect(JobForm.changeCount(in: state) == 1)
        state.focus = .setting(.miniBatchSize)
        try state.press("7")
        let row = try #require(
            JobForm.rows(in: state).first { $0.field == .setting(.miniBatchSize) })
        #expect(JobForm.changeNote(of: row, in: state).flatMap { $0 }.map(\.text) == ["was 50"])
    }

    @Test func whatNobodyToldOfAnEarlierJobIsNotCalledChanged() {
        var state = state()
        let past = JobForm.Past(
            draft: JobDraft(endpoint: "tumour-pipeline"),
            notes: ["It was submitted from elsewhere."],
            hasSettings: false)
        state.take(.pastFound(job: Self.job.id, past: past))
        #expect(state.notice == "It was submitted from elsewhere.")
        #expect(JobForm.changeCount(in: state) == 0)
    }

    @Test func theNameOfAModelDeploymentsInputDoesNotMatter() {
        var state = FormFixture.digits()
        state.repeatInputs(of: Self.modelJob)
        #expect(state.text(of: .input(name: "input")) == "azureml:digits-data:3")
    }

    @Test func aJobOffersToBeDoneAgainOnceItIsKnown() {
        var detail = JobDetail.State(job: Self.job.id, known: Self.job)
        guard case .send(.againPressed) = JobDetail.keys.verdict(for: .character("a"), in: detail)
        else {
            Issue.record("the key does nothing")
            return
        }
        #expect(
            JobDetail.reduce(&detail, .againPressed, now: FormFixture.now)
                == [.repeatJob(Self.job)])
        let unknown = JobDetail.State(job: "batchjob-2", known: nil)
        guard case .refuse(let reason) = JobDetail.keys.verdict(for: .character("a"), in: unknown)
        else {
            Issue.record("an unknown job can be repeated")
            return
        }
        #expect(reason == "the job is not known yet")
    }

    /// A console with a form on `tumour-pipeline` in which a threshold was typed.
    private func typed() throws -> App.State {
        var app = AppTests.begun()
        _ = App.openForm(again: Self.job, in: &app)
        _ = App.reduce(
            &app,
            .form(
                .deploymentsLoaded(
                    endpoint: "tumour-pipeline", deployments: [FormFixture.tumour])))
        app.form?.focus = .input(name: "threshold")
        for key in try KeyScript.parse("0.9") { _ = App.reduce(&app, .keyPressed(key)) }
        return app
    }

    @Test func whatWasTypedBeforeAJobIsDoneAgainComesBackByUndo() throws {
        var app = try typed()
        #expect(app.form?.text(of: .input(name: "threshold")) == "0.9")
        _ = App.openForm(again: Self.job, in: &app)
        #expect(app.form?.text(of: .input(name: "threshold")) == "0.5")
        #expect(App.view(app).plainText.contains("ctrl-z brings it back"))
        _ = App.reduce(&app, .keyPressed(.control("z")))
        #expect(app.form?.text(of: .input(name: "threshold")) == "0.9")
    }

    @Test func aFormWhoseJobIsOnItsWayIsNotReplaced() throws {
        var app = try typed()
        app.form?.phase = .sending
        let before = app.form
        _ = App.openForm(again: Self.job, in: &app)
        #expect(app.form == before)
        #expect(App.view(app).plainText.contains("being submitted"))
    }
}
