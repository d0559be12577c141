import BatchModel
import ConsoleGrid
import Testing

@testable import ConsoleCore

/// Sweeping over rows: values, problems, the question, the run, and the pictures of it all.
@Suite struct JobFormSweepTests {
    private static let now = FormFixture.now
    private static let threshold = JobForm.Field.input(name: "threshold")
    private static let refused = ServiceFailure(
        kind: .rejected, operation: "submit to tumour-pipeline", detail: "the disk is full",
        advice: "Nothing was sent.")

    /// The pipeline's form with its data and six jobs over two rows.
    private func six(_ size: Size = Size(rows: 28, columns: 100)) throws -> JobForm.State {
        var state = FormFixture.pipeline(size)
        try state.press("./in<down><alt-s><down><alt-s>0.1..0.9<space>step<space>0.4")
        state.take(.looked(reference: .local(path: "./in"), finding: FormFixture.found))
        return state
    }

    private func job(_ number: Int) -> Job {
        Job(id: Job.ID("batchjob-\(number)"), status: .queued)
    }

    @Test func aSweptRowOfChoicesBeginsWithAllOfThem() throws {
        let state = try six()
        #expect(state.text(of: .input(name: "score_mode")) == "append, prediction_only")
        #expect(JobForm.sweep(in: state)?.count == 6)
        let drafts = try JobForm.sweptDrafts(in: state)
        #expect(
            drafts.map(\.label).first == "score_mode=append threshold=0.1"
                && drafts.map(\.label).last == "score_mode=prediction_only threshold=0.9")
        let literals = drafts[4].draft.inputs.dropFirst().map(\.value)
        #expect(literals == [.literal(text: "prediction_only"), .literal(text: "0.5")])
        #expect(JobForm.draft(of: state) == drafts[0].draft, "the preview shows the first job")
    }

    @Test func switchingBackKeepsTheFirstValueAndUndoTheList() throws {
        var state = try six()
        try state.press("<alt-s>")
        #expect(state.text(of: Self.threshold) == "0.1")
        #expect(JobForm.sweep(in: state)?.count == 2)
        try state.press("<ctrl-z>")
        #expect(state.text(of: Self.threshold) == "0.1..0.9 step 0.4")
    }

    @Test func everyValueIsHeldAgainstTheRulesBeforeAnythingIsSent() throws {
        var state = FormFixture.pipeline()
        try state.press("./in<down><down><alt-s>0.5,<space>7,<space>x<ctrl-s>")
        #expect(
            JobForm.problems(in: state).map(\.detail) == [
                "7: Parameter 'threshold' should not be greater than 1.",
                "x: Unexpected data type for parameter 'threshold': number expected, got x.",
            ])
        #expect(!state.isSweepAsked)
        try state.press("<ctrl-u>0.1..0.9<ctrl-s>")
        #expect(
            JobForm.problems(in: state).map(\.detail) == ["\"0.1..0.9\" has no step."])
        #expect(state.phase == nil)
    }

    @Test func aProblemOfAnotherRowIsNotSaidOfEveryValue() throws {
        var state = FormFixture.pipeline()
        try state.press("<down><alt-s>")
        #expect(JobForm.sweep(in: state)?.count == 2)
        #expect(JobForm.problems(in: state).map(\.field) == [.input("input_data")])
    }

    @Test func aSweepWithoutAValueIsNotSent() throws {
        var state = try six()
        try state.press("<down><alt-s><ctrl-s>")
        #expect(JobForm.problems(in: state).map(\.detail) == ["A value is empty."])
        #expect(!state.isSweepAsked)
        #expect(state.notice == "Not sent: there is a problem at max_rows.")
    }

    @Test func tooManyJobsAreAProblemAndSoIsOnePlaceForAll() throws {
        var state = FormFixture.digits()
        try state.press("<down><down><alt-s>1..50<down><alt-s>1..5")
        #expect(
            JobForm.problems(in: state).map(\.detail) == [
                "The sweep comes to 50 × 5 jobs, more than 200."
            ])
        try state.press("<ctrl-u>1")
        #expect(JobForm.problems(in: state).isEmpty)
        try state.press("<up><up><paste:azureml://datastores/store/paths/out/rows.csv>")
        #expect(
            JobForm.problems(in: state).map(\.detail) == [
                "Every job of the sweep would write to this one place."
            ])
    }

    @Test func severalReferencesAreLookedAtEachAndAMissingOneIsNamed() throws {
        var state = FormFixture.digits()
        let both: [DataReference] = [.local(path: "./a"), .local(path: "./b")]
        let input = JobForm.Field.input(name: "input")
        try state.press("<alt-s><ctrl-u>")
        let effects = state.take(.textEdited(key: .paste("./a, ./b")))
        #expect(effects == [.lookBeside(both, for: input)])
        state.take(.looked(reference: both[0], finding: FormFixture.found))
        state.take(
            .looked(
                reference: both[1], finding: .missing(detail: "It is not there.", advice: "Look.")))
        #expect(JobForm.problems(in: state).map(\.detail) == ["./b: It is not there."])
        let again = try state.press("<end>x").effects
        #expect(again == [.lookBeside([.local(path: "./bx")], for: input)])
    }

    @Test func whatIsPickedForASweptRowIsOneMoreOfItsValues() throws {
        var state = FormFixture.digits()
        try state.press("<alt-s><ctrl-o>")
        state.take(
            .picker(.listed(spot: .assets, start: 0, listing: .assets(PickerFixture.assets))))
        try state.press("wine<ctrl-space>")
        #expect(
            state.text(of: .input(name: "input"))
                == "azureml:digits-data@latest, azureml:wine-data@latest")
        try state.press("<ctrl-space>")
        #expect(state.completion == nil, "a list has no candidates as a whole")
    }

    @Test func outputsAndNamesAreNotSwept() throws {
        var state = FormFixture.digits()
        try state.press("<down><alt-s>")
        #expect(state.entry.swept.isEmpty)
    }

    @Test func theJobsAreSubmittedOneAfterAnotherAfterOneQuestion() throws {
        var state = try six()
        #expect(try state.press("<ctrl-s>").effects.isEmpty)
        #expect(state.isSweepAsked)
        #expect(try state.press("n").effects.isEmpty)
        #expect(!state.isSweepAsked)
        let first = try state.press("<ctrl-s>y").effects
        guard case .submitSwept(let draft, 0)? = first.first, first.count == 1 else {
            Issue.record("the first job is not submitted: \(first)")
            return
        }
        let id = Sweep.id(at: Self.now)
        #expect(draft.tags == [Sweep.tag: id])
        #expect(draft.jobName == "score_mode=append threshold=0.1")
        #expect(state.phase == .checking)
        let next = state.take(.sweptAccepted(index: 0, job: job(0)))
        #expect(next.count == 1)
        #expect(state.take(.sweptAccepted(index: 0, job: job(0))).isEmpty, "an answer counts once")
        for index in 1...5 { state.take(.sweptAccepted(index: index, job: job(index))) }
        #expect(state.phase == nil)
        #expect(state.sweepSummary == "6 of 6 jobs submitted")
        #expect(try state.press("r").refusals == ["nothing was refused for certain"])
        #expect(try state.press("<enter>").effects == [.open(.jobDetail("batchjob-5"))])
        try state.press("<esc>")
        #expect(state.sweepRun == nil)
        #expect(JobForm.sweep(in: state)?.count == 6, "the form is as it was")
    }

    @Test func aRefusedJobIsNamedTheOthersGoOnAndItAloneIsSentAgain() throws {
        var state = try six()
        try state.press("<ctrl-s>y")
        state.take(.sweptAccepted(index: 0, job: job(0)))
        state.take(.sweptRefused(index: 1, failure: Self.refused))
        var unknown = Self.refused
        unknown.kind = .outcomeUnknown
        state.take(.sweptRefused(index: 2, failure: unknown))
        for index in 3...5 { state.take(.sweptAccepted(index: index, job: job(index))) }
        #expect(state.sweepSummary == "4 of 6 jobs submitted, 2 refused")
        let again = try state.press("r").effects
        guard case .submitSwept(let draft, 1)? = again.first, again.count == 1 else {
            Issue.record("the refused job is not sent again: \(again)")
            return
        }
        #expect(draft.jobName == "score_mode=append threshold=0.5")
        state.take(.sweptAccepted(index: 1, job: job(1)))
        #expect(state.phase == nil, "what has no known outcome is never sent again from here")
    }

    @Test func whereNobodyAnswersTheRestWaits() throws {
        var state = try six()
        try state.press("<ctrl-s>y")
        var lost = Self.refused
        lost.kind = .unreachable
        #expect(state.take(.sweptRefused(index: 0, failure: lost)).isEmpty)
        #expect(state.sweepSummary == "0 of 6 jobs submitted, 1 refused, 5 not sent")
        #expect(state.sweepRun?.openCount == 6)
    }

    @Test func aSweepStopsAfterTheJobThatIsOut() throws {
        var state = try six()
        try state.press("<ctrl-s>yx")
        #expect(state.take(.sweptAccepted(index: 0, job: job(0))).isEmpty)
        #expect(state.sweepSummary == "1 of 6 jobs submitted, 5 not sent")
    }

    @Test func theConsoleHandsAnswersToTheFormThatSendsAndTellsTheListsOfEachJob() throws {
        var state = AppTests.begun()
        _ = App.open(.jobForm("digits-batch", "nearest"), in: &state)
        for key in try KeyScript.parse(
            "<paste:./in><down><down><alt-s>1,2<ctrl-s>y")
        {
            _ = App.reduce(&state, .keyPressed(key))
        }
        #expect(state.isSending)
        _ = App.open(.jobs(nil), in: &state)
        let effects = App.reduce(
            &state, .form(.sweptAccepted(index: 0, job: AppTests.running)))
        #expect(
            effects.contains {
                if case .form(.submitSwept(_, index: 1)) = $0 { true } else { false }
            })
        _ = App.reduce(&state, .form(.sweptRefused(index: 1, failure: Self.refused)))
        #expect(!state.isSending)
        #expect(
            state.notice?.text
                == "The sweep on digits-batch: 1 of 2 jobs submitted, 1 refused")
    }

    // MARK: - Pictures

    @Test func sweptRowsAtHundredColumns() throws {
        #expect(
            try six().picture().plainText == """
                ┌ New job on tumour-pipeline ──────────────────────────────────────────────────────────────────────┐
                │   deployment        ● score-with-prep (default)                                                  │
                │                     pipeline component · 5 inputs · 2 outputs · the endpoint's default           │
                │                                                                                                  │
                │ Inputs                                                                                           │
                │   input_data        ./in                                                                         │
                │                     local folder, uploaded first → version 2 · uri_folder · 597 files · 93.0 KiB │
                │   score_mode        append, prediction_only                 append, prediction_only · string · … │
                │                     sweep 2 values · append prediction_only                                      │
                │ ▸ threshold         0.1..0.9 step 0.4         number · 0...1 · default 0.5                       │
                │                     sweep 3 values · 0.1 0.5 0.9                                                 │
                │   max_rows          optional                  integer · at least 1 · optional                    │
                │   normalize         ○ true  ○ false  boolean · default true                                      │
                │                                                                                                  │
                │ Outputs                                                                                          │
                │   scores            a new place: azureml/<job>/scores/ on the default datastore                  │
                │   report            a new place: azureml/<job>/report/ on the default datastore                  │
                │                                                                                                  │
                │ Names                                                                                            │
                │   experiment_name   tumour-pipeline                                                              │
                │   job_name          made up by the service                                                       │
                │                                                                                                  │
                │                                                                                                  │
                │                                                                                                  │
                │                                                                                                  │
                ├──────────────────────────────────────────────────────────────────────────────────────────────────┤
                │   [ Submit ]  ✓ ready · a sweep of 6 jobs                                                        │
                └──────────────────────────────────────────────────────────────────────────────────────────────────┘
                """)
    }

    @Test func theQuestionAtSixtyColumns() throws {
        var state = try six()
        try state.press("<ctrl-s>")
        state.resized(to: Size(rows: 12, columns: 60))
        #expect(
            state.picture().plainText == """
                ┌ New job on tumour-pipeline ──────────────────────────────┐
                │                     → version 2 · uri_folder · 597 files │
                ┌ Submit 6 jobs to tumour-pipeline? ───────────────────────┐
                │                                                          │
                │ score_mode: 2 values, append prediction_only             │
                │ threshold: 3 values, 0.1 0.5 0.9                         │
                │                                                          │
                │                                                          │
                │ y submit them    n back to the form                      │
                └──────────────────────────────────────────────────────────┘
                │   [ Submit ]  ✓ ready · a sweep of 6 jobs                │
                └──────────────────────────────────────────────────────────┘
                """)
    }

    @Test func theBoardWhileJobsAreSubmitted() throws {
        var state = try six()
        state.resized(to: Size(rows: 12, columns: 100))
        try state.press("<ctrl-s>y")
        state.take(.sweptAccepted(index: 0, job: job(1)))
        state.take(.sweptRefused(index: 1, failure: Self.refused))
        #expect(
            state.picture().plainText == """
                ┌ Sweep on tumour-pipeline ────────────────────────────────────────────────────────────────────────┐
                │ 1 of 6 jobs submitted, 1 refused  ▕█████████▎░░░░░░░░░░░░░░░░░░▏                                 │
                │                                                                                                  │
                │   ✓ score_mode=append threshold=0.1   batchjob-1                                                 │
                │   ✗ score_mode=append threshold=0.5   the disk is full                                           │
                │ ▸ ● score_mode=append threshold=0.9   being submitted                                            │
                │   ○ score_mode=prediction_only threshold=0.1                                                     │
                │   ○ score_mode=prediction_only threshold=0.5                                                     │
                │   ○ score_mode=prediction_only threshold=0.9                                                     │
                │ The jobs have the tag batchdeck_sweep=sweep-gqll7vatq8.                                          │
                │                                                                                                  │
                └──────────────────────────────────────────────────────────────────────────────────────────────────┘
                """)
    }

    @Test func theBoardAtTheEndSaysWhyTheSelectedJobWasRefused() throws {
        var state = try six()
        try state.press("<ctrl-s>y")
        state.take(.sweptAccepted(index: 0, job: job(1)))
        state.take(.sweptRefused(index: 1, failure: Self.refused))
        for index in 2...5 { state.take(.sweptAccepted(index: index, job: job(index))) }
        try state.press("<home><down>")
        state.resized(to: Size(rows: 12, columns: 60))
        #expect(
            state.picture().plainText == """
                ┌ Sweep on tumour-pipeline ────────────────────────────────┐
                │ 5 of 6 jobs submitted, 1 refused                         │
                │                                                          │
                │   ✓ score_mode=append threshold=0.1  batchjob-1          │
                │ ▸ ✗ score_mode=append threshold=0.5  the disk is full    │
                │   ✓ score_mode=append threshold=0.9  batchjob-2          │
                │   ✓ score_mode=prediction_only threshold=0.1  batchjob-3 │
                │   ✓ score_mode=prediction_only threshold=0.5  batchjob-4 │
                │   ✓ score_mode=prediction_only threshold=0.9  batchjob-5 │
                │ score_mode=append threshold=0.5: could not submit to     │
                │ tumour-pipeline: the disk is full. Nothing was sent.     │
                └──────────────────────────────────────────────────────────┘
                """)
    }
}
