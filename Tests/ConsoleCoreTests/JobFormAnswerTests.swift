import BatchModel
import ConsoleGrid
import Testing

@testable import ConsoleCore

/// What answers do to the form: looks, candidates, requests, the submission.
@Suite struct JobFormAnswerTests {
    private static let input = JobForm.Field.input(name: "input")
    private static let job = Job(id: "batchjob-1", status: .notStarted)
    private static let lost = ServiceFailure(
        kind: .outcomeUnknown, operation: "submit the job to digits-batch",
        detail: "the connection was cut after the request had been sent.")

    // MARK: - Looks

    @Test func aFindingIsKeptAndNothingElseChanges() {
        var state = FormFixture.digits()
        var expected = state
        expected.findings = [FormFixture.latest: FormFixture.found]
        #expect(
            state.take(.looked(reference: FormFixture.latest, finding: FormFixture.found)) == [])
        #expect(state == expected)
    }

    @Test func aFindingForATextThatHasChangedIsDropped() throws {
        var state = FormFixture.digits()
        try state.press("./x")
        let before = state
        #expect(
            state.take(.looked(reference: FormFixture.latest, finding: FormFixture.found)) == [])
        #expect(state == before)
    }

    @Test func aTextTypedAgainIsLookedAtAgain() throws {
        var state = FormFixture.digits()
        let effects = try state.press("./x<backspace>x").effects
        #expect(
            effects.count { if case .look(.local(path: "./x"), _) = $0 { true } else { false } }
                == 2)
    }

    @Test func whatIsMissingIsAProblemAndAskedAgainAtSubmit() throws {
        var state = FormFixture.digits()
        state.take(
            .looked(
                reference: FormFixture.latest,
                finding: .missing(detail: "No such asset.", advice: "Create it.")))
        #expect(
            JobForm.problems(in: state) == [
                DraftProblem(
                    field: .input("input"), detail: "No such asset.", advice: "Create it.")
            ])
        let effects = try state.press("<ctrl-s>").effects
        #expect(effects == [.look(FormFixture.latest, for: .input(name: "input"))])
        #expect(state.notice == "Not sent: there is a problem at input.")
        #expect(state.phase == nil)
    }

    @Test func whoSubmitsBeforeTheDeploymentsAreReadIsToldSo() throws {
        var state = JobForm.State(endpoint: "digits-batch", now: FormFixture.now)
        state.resized(to: Size(rows: 30, columns: 100))
        #expect(try state.press("<ctrl-s>").effects.isEmpty)
        #expect(
            state.notice == "Not sent yet: the deployments of digits-batch are still being read.")
        #expect(state.phase == nil)
    }

    @Test func nothingAtAnOutputIsAsItShouldBe() throws {
        var state = FormFixture.digits()
        try state.press("<down><paste:azureml://datastores/store/paths/out>")
        let place = DataReference.datastorePath(datastore: "store", path: "out")
        state.take(.looked(reference: place, finding: .missing(detail: "Nothing.", advice: "")))
        #expect(JobForm.problems(in: state).isEmpty)
        state.take(
            .looked(reference: place, finding: .found(ResolvedData(uri: "u", fileCount: 3))))
        #expect(JobForm.problems(in: state).map(\.field) == [.output("score")])
    }

    @Test func lookingAgainAsksForEverythingThatIsMeant() throws {
        var state = FormFixture.digits()
        state.take(.looked(reference: FormFixture.latest, finding: FormFixture.found))
        #expect(
            try state.press("<f5>").effects
                == [
                    .loadDeployments("digits-batch"),
                    .look(FormFixture.latest, for: .input(name: "input")),
                ])
        #expect(state.findings.isEmpty)
    }

    @Test func refusedDeploymentsLeaveTheKnownOnes() {
        var state = FormFixture.digits()
        var expected = state
        expected.deployments.fail(Self.lost)
        state.take(.deploymentsRefused(endpoint: "digits-batch", failure: Self.lost))
        #expect(state == expected)
        state.take(.deploymentsRefused(endpoint: "wine-classifier", failure: Self.lost))
        #expect(state == expected)
    }

    // MARK: - Candidates

    @Test func anEmptyRowAsksForEveryKindAndShowsAssetsFirst() throws {
        var state = FormFixture.pipeline()
        #expect(
            try state.press("<ctrl-space>").effects == [
                .complete(kind: .dataAsset, text: ""), .complete(kind: .datastorePath, text: ""),
                .complete(kind: .localPath, text: ""),
            ])
        state.take(.completionsFound(for: "", candidates: ["./a/", "./b"]))
        state.take(.completionsFound(for: "", candidates: ["azureml://datastores/s/paths/"]))
        state.take(.completionsFound(for: "", candidates: ["azureml:one", "azureml:two"]))
        #expect(
            state.completion?.shown == [
                "azureml:one", "azureml:two", "azureml://datastores/s/paths/", "./a/", "./b",
            ])
    }

    @Test func takingANameGoesOnToItsVersionsWithNothingHighlighted() throws {
        var state = FormFixture.pipeline()
        try state.press("<ctrl-space>")
        state.take(.completionsFound(for: "", candidates: ["azureml:one", "azureml:two"]))
        #expect(
            try state.press("<tab><enter>").effects
                == [.complete(kind: .dataAsset, text: "azureml:two")])
        state.take(
            .completionsFound(
                for: "azureml:two", candidates: ["azureml:two@latest", "azureml:two:3"]))
        #expect(state.completion?.highlighted == nil)
        #expect(
            try state.press("<down><down><enter>").effects.first
                == .look(
                    .asset(
                        name: "two", version: .named("3")), for: .input(name: "input_data")))
        #expect(state.text(of: .input(name: "input_data")) == "azureml:two:3")
        #expect(state.completion == nil)
    }

    @Test func enterAfterAFolderGoesToTheNextRow() throws {
        var state = FormFixture.pipeline()
        try state.press("./<right>")
        state.take(.completionsFound(for: "./", candidates: ["./data/"]))
        try state.press("<enter>")
        state.take(.completionsFound(for: "./data/", candidates: ["./data/first.csv"]))
        #expect(state.completion?.shown == ["./data/first.csv"])
        try state.press("<enter>")
        #expect(state.text(of: .input(name: "input_data")) == "./data/")
        #expect(state.focus == .input(name: "score_mode"))
        #expect(state.completion == nil)
    }

    @Test func typingNarrowsAndAnswersForOldTextsAreDropped() throws {
        var state = FormFixture.pipeline()
        try state.press("<ctrl-space>")
        state.take(.completionsFound(for: "", candidates: ["azureml:wine", "azureml:digits"]))
        #expect(
            try state.press("di").effects.contains(.complete(kind: .dataAsset, text: "di")))
        #expect(state.completion?.shown == ["azureml:digits"])
        state.take(.completionsFound(for: "", candidates: ["azureml:disks"]))
        #expect(state.completion?.shown == ["azureml:digits"])
        state.take(.completionsFound(for: "di", candidates: ["azureml:digits", "./disk/"]))
        #expect(state.completion?.shown == ["azureml:digits", "./disk/"])
        try state.press("<esc>")
        #expect(state.completion == nil)
        #expect(state.text(of: .input(name: "input_data")) == "di")
    }

    @Test func aLateAnswerDoesNotMoveTheHighlightAPersonMoved() throws {
        var state = FormFixture.pipeline()
        try state.press("<ctrl-space>")
        state.take(.completionsFound(for: "", candidates: ["./a", "./b"]))
        try state.press("<down>")
        state.take(.completionsFound(for: "", candidates: ["azureml:one"]))
        #expect(state.completion?.highlighted == "./b")
    }

    @Test func choicesAreListedWithoutAsking() throws {
        var state = FormFixture.digits()
        #expect(try state.press("<up><ctrl-space>").effects == [])
        #expect(state.completion?.shown == ["nearest", "nearest-summary"])
        try state.press("<down><enter>")
        #expect(state.deploymentName == "nearest-summary")
    }

    // MARK: - The request

    @Test func theRequestIsAskedForOncePerDraftWhileItIsShown() throws {
        var state = FormFixture.digits()
        let draft = JobForm.draft(of: state)
        #expect(try state.press("<ctrl-r>").effects == [.preview(draft)])
        #expect(try state.press("<down><up><ctrl-r>").effects == [])
        #expect(try state.press("<down><down>5").effects == [])
        let second = JobForm.draft(of: state)
        #expect(try state.press("<f2>").effects == [.preview(second)])
        let request = RequestPreview(method: "POST", url: "u", headers: ["h: v"], body: "{}")
        state.take(.previewReady(draft: draft, preview: request))
        #expect(state.request.answer == nil)
        state.take(.previewReady(draft: second, preview: request))
        #expect(try state.press("y").effects == [.copy(text: "POST u\nh: v\n\n{}\n")])
    }

    @Test func anIncompleteDraftIsNotPreviewed() throws {
        var state = FormFixture.pipeline()
        #expect(try state.press("<ctrl-r>").effects == [])
        #expect(state.isFormCovered)
    }

    // MARK: - Sending

    @Test func problemsAreRefusedAndTheFirstBadRowGetsTheFocus() throws {
        var state = FormFixture.digits()
        try state.press("<down><down>ten<down><down><down>soon<down>")
        #expect(try state.press("<ctrl-s>").effects == [])
        #expect(state.focus == .setting(.miniBatchSize))
        #expect(
            state.notice == "Not sent: there are 2 problems, the first at mini_batch_size.")
        #expect(state.text(of: .setting(.miniBatchSize)) == "ten")
        #expect(state.text(of: .setting(.timeout)) == "soon")
    }

    @Test func whileSendingNothingChangesAndNothingIsSentTwice() throws {
        var state = FormFixture.digits()
        try state.press("<ctrl-s>")
        let sending = state
        let busy = "the job is being sent, and the form waits for the answer"
        let answer = try state.press("x<ctrl-s><ctrl-u><ctrl-z><f5>")
        #expect(answer.effects == [])
        #expect(answer.refusals == [busy, busy, busy, busy, busy])
        #expect(state == sending)
        #expect(JobForm.front(of: state).verdict(for: .escape) == nil)
    }

    @Test func phasesAreShownAndAcceptanceOpensTheJob() throws {
        var state = FormFixture.digits()
        try state.press("<ctrl-s>")
        state.take(.submitPhaseChanged(phase: .sending))
        #expect(state.phase == .sending)
        #expect(state.take(.jobAccepted(job: Self.job)) == [.open(.jobDetail("batchjob-1"))])
        #expect(state.phase == nil)
        #expect(state.recent == [JobForm.draft(of: state)])
    }

    @Test func answersToASubmissionOfAnotherFormAreIgnored() {
        var state = FormFixture.digits()
        let before = state
        #expect(state.take(.submitPhaseChanged(phase: .sending)) == [])
        #expect(state.take(.jobAccepted(job: Self.job)) == [])
        #expect(state.take(.jobRefused(failure: Self.lost)) == [])
        #expect(state == before)
    }

    @Test func aRefusalLeavesTheFormFilledAndSaysWhy() throws {
        var state = FormFixture.digits()
        let before = state
        try state.press("<ctrl-s>")
        let failure = ServiceFailure(kind: .rejected, operation: "submit", detail: "400")
        state.take(.jobRefused(failure: failure))
        var expected = before
        expected.failure = failure
        #expect(state == expected)
        #expect(try state.press("<ctrl-s>").effects == [.submit(JobForm.draft(of: state))])
        #expect(state.failure == nil)
    }

    @Test func anUnknownOutcomeIsSentAgainOnlyOnPurpose() throws {
        var state = FormFixture.digits()
        try state.press("<ctrl-s>")
        state.take(.jobRefused(failure: Self.lost))
        #expect(try state.press("<alt-j>").effects == [.open(.jobs("digits-batch"))])
        #expect(try state.press("<ctrl-s>").effects == [])
        #expect(state.notice?.contains("ctrl-s once more sends it a second time") == true)
        #expect(try state.press("<ctrl-s>").effects == [.submit(JobForm.draft(of: state))])
    }
}
