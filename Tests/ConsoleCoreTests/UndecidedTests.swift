import BatchModel
import ConsoleGrid
import Testing

@testable import ConsoleCore

/// Submissions whose outcome nobody knows.
@Suite struct UndecidedTests {
    private static let draft = JobDraft(
        endpoint: "digits-batch", deployment: "nearest",
        inputs: [
            JobDraft.Input(
                name: "input",
                value: .data(type: nil, reference: .asset(name: "digits-data", version: .latest)))
        ], overrides: JobDraft.Overrides(miniBatchSize: 20))
    private static let submission = Submission(
        id: "s-1", draft: draft, at: AppTests.now, note: "no clear answer: the line broke")

    /// A console that was told of one submission and shows it.
    private func shown() throws -> App.State {
        var state = AppTests.begun()
        _ = App.reduce(&state, .undecidedFound(submissions: [Self.submission]))
        _ = App.reduce(&state, .keyPressed(.character("U")))
        return state
    }

    @Test func whatIsUndecidedIsSaidAndListed() throws {
        var state = AppTests.begun()
        _ = App.reduce(&state, .undecidedFound(submissions: [Self.submission]))
        let told = App.view(state).plainText
        #expect(told.contains("no known outcome") && told.contains("1 undecided"))
        let list = App.view(try shown()).plainText
        #expect(list.contains("digits-batch/nearest · just now · azureml:digits-data@latest"))
        #expect(list.contains("the line broke"))
    }

    @Test func aJobThatIsFoundIsOpenedAndTheSubmissionIsDecided() throws {
        var state = try shown()
        #expect(
            App.reduce(&state, .keyPressed(.character("l"))) == [.undecided(.lookAgain("s-1"))])
        #expect(App.reduce(&state, .keyPressed(.character("l"))).isEmpty, "asked once")
        let effects = App.reduce(
            &state, .undecided(.looked(submission: "s-1", job: AppTests.running)))
        #expect(effects.contains(.detail(.follow("batchjob-1"))))
        #expect(state.undecided.isEmpty)
    }

    @Test func aJobThatIsNotFoundStaysUndecided() throws {
        var state = try shown()
        _ = App.reduce(&state, .keyPressed(.character("l")))
        _ = App.reduce(&state, .undecided(.looked(submission: "s-1", job: nil)))
        #expect(state.undecided == [Self.submission])
        #expect(App.view(state).plainText.contains("no job of it is to be found so far"))
    }

    @Test func forgettingAsksFirst() throws {
        var state = try shown()
        #expect(App.reduce(&state, .keyPressed(.character("f"))).isEmpty)
        #expect(App.view(state).plainText.contains("Forget this submission?"))
        #expect(App.reduce(&state, .keyPressed(.character("n"))).isEmpty)
        _ = App.reduce(&state, .keyPressed(.character("f")))
        #expect(App.reduce(&state, .keyPressed(.character("y"))) == [.undecided(.forget("s-1"))])
        _ = App.reduce(&state, .undecided(.forgotten(submission: "s-1")))
        #expect(App.view(state).plainText.contains("nothing to decide"))
    }

    @Test func sendingAgainLooksFirstAndKeepsTheOldOneUntilTheNewOneIsAccepted() throws {
        var state = try shown()
        #expect(
            App.reduce(&state, .keyPressed(.character("s"))) == [.undecided(.lookAgain("s-1"))])
        let effects = App.reduce(&state, .undecided(.looked(submission: "s-1", job: nil)))
        #expect(state.place == .jobForm("digits-batch", "nearest"))
        let form = try #require(state.form)
        #expect(JobForm.draft(of: form) == Self.draft)
        #expect(
            !effects.contains { if case .form(.submit) = $0 { true } else { false } },
            "nothing is sent by itself")
        #expect(state.undecided == [Self.submission], "nothing is forgotten before")
        let sent = try state.press("<ctrl-s>")
        #expect(sent.contains(.form(.submit(Self.draft))))
        let accepted = App.reduce(&state, .form(.jobAccepted(job: AppTests.running)))
        #expect(accepted.contains(.undecided(.forget("s-1"))))
        _ = App.reduce(&state, .undecided(.forgotten(submission: "s-1")))
        #expect(state.undecided.isEmpty)
    }

    @Test func aJobThatIsFoundIsNotSentAgain() throws {
        var state = try shown()
        try state.press("s")
        _ = App.reduce(&state, .undecided(.looked(submission: "s-1", job: AppTests.running)))
        #expect(state.place == .jobDetail("batchjob-1"))
        #expect(state.undecided.isEmpty)
    }

    @Test func whereTheLookFailsAPersonMaySendAllTheSame() throws {
        var state = try shown()
        try state.press("s")
        let failure = ServiceFailure(
            kind: .outcomeUnknown, operation: "look for it", detail: "batchjob-9 could be it")
        _ = App.reduce(&state, .undecided(.lookRefused(submission: "s-1", failure: failure)))
        #expect(state.place == .undecided)
        #expect(App.view(state).plainText.contains("s once more opens the form"))
        try state.press("s")
        #expect(state.place == .jobForm("digits-batch", "nearest"))
    }

    @Test func theQuestionIsAboutTheSubmissionItWasOpenedOn() throws {
        let all = ["s-1", "s-2", "s-3"].map {
            Submission(id: Submission.ID($0), draft: Self.draft, at: AppTests.now, note: "lost")
        }
        var state = Undecided.State(submissions: all)
        state.resized(to: Size(rows: 24, columns: 80))
        _ = Undecided.reduce(&state, .lookPressed)
        _ = Undecided.reduce(&state, .rowMoved(step: .down))
        _ = Undecided.reduce(&state, .forgetPressed)
        let effects = Undecided.reduce(
            &state, .looked(submission: "s-1", job: AppTests.running))
        #expect(effects == [.say(text: "a submission is batchjob-1")], "no screen takes its place")
        #expect(state.selected?.id == "s-2")
        #expect(Undecided.reduce(&state, .forgetConfirmed) == [.forget("s-2")])
    }

    @Test func itIsDrawnAtEverySize() throws {
        var state = try shown()
        for rows in 1...12 {
            for columns in [1, 2, 7, 30, 84] {
                let size = Size(rows: rows, columns: columns)
                _ = App.reduce(&state, .resized(size: size))
                #expect(App.view(state).size == size)
            }
        }
    }
}
