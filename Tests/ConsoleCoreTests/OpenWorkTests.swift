import BatchModel
import ConsoleGrid
import Testing

@testable import ConsoleCore

/// What is under way when a sign-in ends, the console is moved or quit.
@Suite struct OpenWorkTests {
    private static let key = App.FormKey(endpoint: "digits-batch", deployment: nil)
    private static let question = SignInQuestion(
        page: "https://microsoft.com/devicelogin", code: "K7QPX2MRD",
        expiresAt: AppTests.now + .seconds(900))
    private static let refused = ServiceFailure(
        kind: .rejected, operation: "do it", detail: "no such thing")

    private static func begun() -> App.State {
        var state = AppTests.begun()
        _ = App.reduce(&state, .contexts(.listed(entries: ContextsFixture.all)))
        return state
    }

    /// A console with a form that is being sent.
    private static func sending(_ phase: SubmitPhase) throws -> App.State {
        var state = begun()
        try state.press("n")
        state.forms[key]?.phase = phase
        state.sendingKey = key
        return state
    }

    private static func isMoveRefused(_ state: App.State) throws -> Bool {
        var state = state
        return try !state.press("<ctrl-p>context prod<enter>").contains(.useContext(name: "prod"))
    }

    // MARK: - The end of a sign-in

    @Test(arguments: [
        (SubmitPhase.checking, ServiceFailure.Kind.unauthorized), (.sending, .outcomeUnknown),
        (.lookingForJob, .outcomeUnknown),
    ])
    func aFormThatWasBeingSentIsFreeAgain(
        phase: SubmitPhase, kind: ServiceFailure.Kind
    ) throws {
        var state = try Self.sending(phase)
        _ = App.reduce(&state, .signInAsked(question: Self.question))
        let effects = try state.press("<ctrl-x>")
        #expect(effects.contains { if case .stopAsking = $0 { true } else { false } })
        #expect(state.forms[Self.key]?.phase == nil && !state.isSending)
        #expect(state.forms[Self.key]?.failure?.kind == kind)
        #expect(try !Self.isMoveRefused(state))
        #expect(state.notice?.text.contains("given up") == true)
    }

    @Test func theRestOfASweepIsNotSent() throws {
        var state = try Self.sending(.sending)
        let items = ["a=1", "a=2"].map {
            JobForm.SweepRun.Item(label: $0, draft: JobDraft(endpoint: "digits-batch"))
        }
        state.forms[Self.key]?.sweepRun = JobForm.SweepRun(
            id: "s", items: items, current: 0, window: ListWindow(count: 2))
        _ = App.reduce(&state, .signInAsked(question: Self.question))
        let effects = App.reduce(&state, .ticked(at: Self.question.expiresAt))
        #expect(!effects.contains { if case .form(.submitSwept) = $0 { true } else { false } })
        let run = try #require(state.forms[Self.key]?.sweepRun)
        #expect(run.current == nil && !state.isSending)
        #expect(!run.items[0].isOpen, "it may be a job already")
        #expect(run.items[1].outcome == .waiting)
    }

    @Test func everythingElseThatWaitsIsAnsweredToo() throws {
        var state = Self.begun()
        state.endpoints.changing = Endpoints.DefaultChange(
            endpoint: "digits-batch", from: "nearest", to: "summary")
        try state.press("J")
        state.jobs?.cancelling = [AppTests.running]
        state.errands = [.cancel("batchjob-1"), .decide("s-1"), .download("batchjob-1")]
        _ = App.reduce(&state, .signInAsked(question: Self.question))
        try state.press("<ctrl-x>")
        #expect(state.endpoints.changing == nil && state.jobs?.cancelling == [])
        #expect(state.errands.isEmpty)
        #expect(App.openWork(in: state) == nil)
        #expect(
            state.notices.contains { $0.text.contains("summary the default of digits-batch") },
            "\(state.notices.map(\.text))")
    }

    @Test func aSignInThatIsDoneInMidSessionClosesItsBox() {
        var state = Self.begun()
        _ = App.reduce(&state, .signInAsked(question: Self.question))
        #expect(App.reduce(&state, .signInEnded(isDone: true)).isEmpty)
        #expect(state.signIn == nil && state.notice?.text == "signed in to local")
        let late = App.reduce(&state, .ticked(at: Self.question.expiresAt))
        #expect(!late.contains { if case .stopAsking = $0 { true } else { false } })
    }

    @Test func aSignInThatWasDeclinedIsAskedForAgainByNobody() {
        var state = Self.begun()
        _ = App.reduce(&state, .signInAsked(question: Self.question))
        let effects = App.reduce(&state, .signInEnded(isDone: false))
        #expect(effects.contains { if case .stopAsking = $0 { true } else { false } })
        #expect(state.signIn == nil && state.notice?.text.contains("declined") == true)
        #expect(App.reduce(&state, .signInEnded(isDone: false)).isEmpty, "it is over already")
    }

    @Test func theScreenBelowTheBoxDoesNothingUnseen() throws {
        var state = Self.begun()
        _ = App.open(.jobDetail("batchjob-1"), in: &state)
        _ = App.reduce(&state, .signInAsked(question: Self.question))
        #expect(try state.press("c").isEmpty && state.detail?.isAsking == false)
        #expect(state.notice?.text.contains("esc hides it") == true)
        try state.press("J")
        #expect(state.place == .jobs(nil), "what is meant everywhere is still done")
        try state.press("<esc>")
        #expect(App.openSignIn(state) == nil)
    }

    @Test func whoTypesWhenTheBoxComesUpNeitherGivesUpNorCopiesNorTypesBelow() throws {
        var state = Self.begun()
        try state.press("n")
        #expect(App.isEditingText(state))
        let form = state.form
        _ = App.reduce(&state, .signInAsked(question: Self.question))
        #expect(try state.press("cypqx <backspace>").isEmpty)
        #expect(state.signIn != nil && state.form == form)
        #expect(try state.press("<ctrl-o>") == [.copy(text: Self.question.page)])
        #expect(try state.press("<enter>") == [.copy(text: Self.question.code)])
        try state.press("<esc>")
        #expect(App.openSignIn(state) == nil && state.place == .jobForm("digits-batch", nil))
    }

    // MARK: - Moving and quitting

    @Test func anErrandWhoseScreenWasLeftKeepsTheConsoleWhereItIs() throws {
        var state = Self.begun()
        _ = App.open(.jobDetail("batchjob-1"), in: &state)
        try state.press("cy")
        #expect(state.errands == [.cancel("batchjob-1")])
        try state.press("<esc>")
        #expect(state.detail == nil)
        #expect(try Self.isMoveRefused(state))
        #expect(try state.press("q").isEmpty)
        #expect(state.notice?.text.contains("being asked to cancel batchjob-1") == true)
        #expect(try state.press("q") == [.quit])
        _ = App.reduce(
            &state,
            .detailAnswered(job: "batchjob-1", answer: .cancelRefused(failure: Self.refused))
        )
        #expect(state.notice?.text == Self.refused.message, "nobody else says it")
        #expect(try !Self.isMoveRefused(state))
    }

    @Test func aSubmissionThatIsStruckOffIsStillBusyWhenTheListIsOpenedAgain() throws {
        var state = Self.begun()
        let submission = Submission(
            id: "s-1", draft: JobDraft(endpoint: "digits-batch", deployment: "nearest"),
            at: AppTests.now, note: "no clear answer")
        _ = App.reduce(&state, .undecidedFound(submissions: [submission]))
        try state.press("Ufy")
        #expect(try Self.isMoveRefused(state))
        try state.press("<esc>U")
        #expect(state.undecidedList?.busy == ["s-1"])
        #expect(try state.press("s").isEmpty)
        _ = App.reduce(&state, .undecided(.forgotten(submission: "s-1")))
        #expect(try !Self.isMoveRefused(state))
    }

    // MARK: - A data asset

    private static func makingAsset() throws -> App.State {
        var state = begun()
        try state.press("n")
        var picker = DataPicker.State(label: "input", purpose: .input(type: nil))
        picker.asset = DataPicker.NewAsset()
        picker.asset?.texts = [.name: TextField("wine"), .path: TextField("./wine")]
        state.forms[key]?.picker = picker
        #expect(try state.press("<ctrl-s>").contains { if case .form = $0 { true } else { false } })
        #expect(state.forms[key]?.picker?.isSending == true)
        return state
    }

    @Test func anAssetThatIsBeingMadeIsNotLeftToBeMadeTwice() throws {
        var state = try Self.makingAsset()
        try state.press("<esc>")
        #expect(state.place == .endpoints)
        #expect(state.form?.picker?.isSending == true)
        #expect(try Self.isMoveRefused(state))
    }

    @Test func whatBecameOfAnAssetGoesToTheFormThatMadeItOrIsSaid() throws {
        var state = try Self.makingAsset()
        _ = App.open(.jobForm("wine-classifier", nil), in: &state)
        #expect(state.formKey != Self.key)
        _ = App.reduce(&state, .form(.picker(.assetRefused(failure: Self.refused))))
        #expect(state.forms[Self.key]?.picker?.asset?.failure == Self.refused)
        state.forms[Self.key] = nil
        let version = DataVersion(
            asset: "wine", version: "3", armID: "a", type: .uriFolder, uri: "u")
        _ = App.reduce(&state, .form(.picker(.assetMade(version: version))))
        #expect(state.notice?.text == "registered wine:3")
    }

    @Test func aSweptRowIsLookedAtAgainWhenItsFormIsTakenUpAgain() throws {
        var state = Self.begun()
        try state.press("n")
        var form = FormFixture.digits()
        try form.press("<alt-s><ctrl-u>")
        form.take(.textEdited(key: .paste("./a, ./b")))
        state.forms[Self.key] = form
        try state.press("<esc>")
        let both: [DataReference] = [.local(path: "./a"), .local(path: "./b")]
        #expect(
            try state.press("n").contains(
                .form(.lookBeside(both, for: .input(name: "input")))))
    }

    // MARK: - The palette

    @Test func refusalsAndTheSelectionOutliveTheListOfContexts() throws {
        var state = AppTests.begun()
        #expect(try state.press(":set default") == [.contexts(.load)])
        let before = try #require(state.palette?.selected)
        #expect(before.refusal != nil, "\(before)")
        _ = App.reduce(&state, .contexts(.listed(entries: ContextsFixture.all)))
        #expect(state.palette?.selected == before)
        var other = AppTests.begun()
        // The last row: contexts come in before it.
        try other.press(":" + String(repeating: "<down>", count: 200))
        let chosen = try #require(other.palette?.selected?.text)
        let row = other.palette?.window.selection
        _ = App.reduce(&other, .contexts(.listed(entries: ContextsFixture.all)))
        #expect(other.palette?.selected?.text == chosen)
        #expect(other.palette?.window.selection != row, "the list has grown before it")
    }

    @Test func everyJobOfASweepIsWatched() throws {
        var state = try Self.sending(.sending)
        state.forms[Self.key]?.sweepRun = JobForm.SweepRun(
            id: "s",
            items: [
                JobForm.SweepRun.Item(label: "a=1", draft: JobDraft(endpoint: "digits-batch"))
            ], current: 0, window: ListWindow(count: 1))
        _ = App.reduce(&state, .form(.sweptAccepted(index: 0, job: AppTests.running)))
        #expect(state.watched.contains("batchjob-1"))
    }

    // MARK: - What is under way is not begun twice

    @Test func aTransferThatIsGoneOnWithTwiceIsGoneOnWithOnce() throws {
        var state = Self.begun()
        var record = TransferRecord(
            id: "t1", work: .results(job: "batchjob-1", folder: "/data/out"),
            startedAt: AppTests.now)
        record.state = .left
        _ = App.reduce(&state, .transfers(.listed(records: [record])))
        try state.press("T")
        let download = App.Effect.results(
            .download("batchjob-1", folder: "/data/out", overwrites: false))
        #expect(try state.press("r") == [download])
        #expect(try state.press("r").isEmpty)
        #expect(state.notice?.text.contains("already under way") == true)
        _ = App.reduce(
            &state,
            .resultsAnswered(job: "batchjob-1", answer: .downloadRefused(failure: Self.refused)))
        #expect(try state.press("r") == [download])
    }
}
