import BatchModel
import ConsoleGrid
import Testing

@testable import ConsoleCore

/// Jobs once more: the box, what it sends, and what becomes of it.
@Suite struct RetryTests {
    private static let failed = Job(
        id: "batchjob-7", displayName: "calm_sail", endpoint: "digits-batch",
        deployment: "nearest", status: .failed, createdAt: AppTests.now,
        inputs: ["UriFolder": "azureml:digits-data:1"])
    private static let done = Job(
        id: "batchjob-8", displayName: "brave_wind", endpoint: "digits-batch", status: .completed,
        createdAt: AppTests.now,
        progress: Progress(processedMiniBatches: 4, totalMiniBatches: 4, failedItems: 0))
    private static let successor = Job(
        id: "batchjob-9", endpoint: "digits-batch", status: .notStarted, createdAt: AppTests.now)
    private static let nothingFailed = ServiceFailure(
        kind: .conflict, operation: "retry what failed of batchjob-7",
        detail: "no mini-batch that was tried has failed",
        advice: "Retry all of it, if you want it once more.")

    /// A console on its jobs.
    private static func jobs(
        _ jobs: [Job], isReadOnly: Bool = false
    ) throws -> App.State {
        var state = AppTests.begun(isReadOnly: isReadOnly)
        try state.press("J")
        _ = App.reduce(
            &state,
            .jobs(
                .jobsLoaded(
                    query: JobListQuery(start: 0, count: 100), page: AppTests.page(jobs))))
        return state
    }

    @Test func theBoxAsksHowMuchFailedAndSendsThat() throws {
        var state = try Self.jobs([Self.failed])
        #expect(try state.press("R") == [.retry(.countFailedFiles("batchjob-7"))])
        #expect(App.view(state).plainText.contains("asking the job's report"))
        _ = App.reduce(&state, .retry(.failedFilesCounted(job: "batchjob-7", count: 3)))
        let picture = App.view(state).plainText
        #expect(picture.contains("Retry calm_sail?"), "\(picture)")
        #expect(picture.contains("f  only the 3 files that failed"), "\(picture)")
        #expect(try state.press("f") == [.retry(.submit(["batchjob-7"], onlyFailed: true))])
        #expect(state.retry == nil && state.errands == [.retry("batchjob-7")])
        #expect(App.openWork(in: state) == "batchjob-7 is being submitted once more")
    }

    @Test func theNewJobIsGoneToWhereOneWaitsForIt() throws {
        var state = try Self.jobs([Self.failed])
        try state.press("Ra")
        let answer = Retry.Answer(job: Self.successor, notes: ["Outputs go elsewhere."])
        let effects = App.reduce(&state, .retry(.accepted(of: "batchjob-7", answer: answer)))
        #expect(state.place == .jobDetail("batchjob-9"))
        #expect(effects.contains(.detail(.follow("batchjob-9"))))
        #expect(state.errands.isEmpty && state.watched.contains("batchjob-9"))
        #expect(
            state.notice?.text
                == "batchjob-9 is the retry of batchjob-7. Outputs go elsewhere.")
    }

    @Test func whoHasGoneElsewhereIsToldAndStaysThere() throws {
        var state = try Self.jobs([Self.failed])
        try state.press("Ra<esc>")
        let answer = Retry.Answer(job: Self.successor, failedFiles: 1)
        _ = App.reduce(&state, .retry(.accepted(of: "batchjob-7", answer: answer)))
        #expect(state.place == .endpoints)
        #expect(
            state.notice?.text
                == "batchjob-9 is the retry of batchjob-7 with the 1 file that failed.")
    }

    @Test func whoTypesMeanwhileStaysWhereTheyType() throws {
        var state = try Self.jobs([Self.failed])
        try state.press("Ra/fail")
        let answer = Retry.Answer(job: Self.successor)
        _ = App.reduce(&state, .retry(.accepted(of: "batchjob-7", answer: answer)))
        #expect(state.place == .jobs(nil), "letters would be keys of another screen")
        #expect(state.notice?.text == "batchjob-9 is the retry of batchjob-7.")
    }

    @Test func whyNotOnlyWhatFailedStandsInTheBox() throws {
        var state = try Self.jobs([Self.failed])
        try state.press("R")
        _ = App.reduce(
            &state, .retry(.failedFilesUnknown(job: "batchjob-7", failure: Self.nothingFailed)))
        let picture = App.view(state).plainText
        #expect(picture.contains("not only what failed: no mini-batch"), "\(picture)")
        #expect(try state.press("f") == [])
        #expect(state.notice?.text.contains("no mini-batch that was tried has failed") == true)
        #expect(try state.press("a") == [.retry(.submit(["batchjob-7"], onlyFailed: false))])

        var clean = try Self.jobs([Self.done])
        #expect(try clean.press("R") == [], "its own counters say that nothing failed")
        #expect(App.view(clean).plainText.contains("not only what failed: the job is without"))
        try clean.press("<esc>")
        #expect(clean.retry == nil)
    }

    @Test func aRefusalSaysWhatToDoNext() throws {
        var state = try Self.jobs([Self.failed])
        try state.press("Rf")
        _ = App.reduce(
            &state, .retry(.refused(of: "batchjob-7", failure: Self.nothingFailed)))
        let said = state.notice?.text ?? ""
        #expect(
            said.contains("The retry of batchjob-7") && said.contains("R asks again."), "\(said)")
        #expect(said.contains("Retry all of it"))
        #expect(state.errands.isEmpty && state.place == .jobs(nil))
        #expect(state.notices.first?.text == said)
    }

    @Test func overMarksTheBoxCountsAndSomeAreLeftOut() throws {
        let running = AppTests.running
        var state = try Self.jobs([running, Self.failed, Self.done])
        #expect(try state.press("*R") == [])
        let picture = App.view(state).plainText
        #expect(picture.contains("Retry 2 jobs?"), "\(picture)")
        #expect(picture.contains("1 is left out: 1 not ended yet."), "\(picture)")
        #expect(picture.contains("only what failed, of 1"), "\(picture)")
        let ids: [Job.ID] = ["batchjob-7", "batchjob-8"]
        #expect(try state.press("a") == [.retry(.submit(ids, onlyFailed: false))])
        #expect(App.view(state).plainText.contains("retrying 0/2"))
        _ = App.reduce(
            &state, .retry(.refused(of: "batchjob-8", failure: Self.nothingFailed)))
        #expect(App.view(state).plainText.contains("retrying 1/2"))
        _ = App.reduce(
            &state,
            .retry(.accepted(of: "batchjob-7", answer: Retry.Answer(job: Self.successor))))
        #expect(state.place == .jobs(nil), "several are told of, none is gone to")
        #expect(
            state.notice?.text
                == "1 of 2 jobs was submitted once more, 1 refused: N shows each reason")
        #expect(state.notices.contains { $0.text.contains("The retry of batchjob-8") })
        #expect(state.rounds.isEmpty && state.jobs?.marks.contains("batchjob-7") == false)
        #expect(state.jobs?.marks.contains("batchjob-8") == true)
    }

    @Test func aJobThatIsBeingSubmittedIsNotSubmittedTwice() throws {
        var state = try Self.jobs([Self.failed])
        try state.press("Ra")
        #expect(try state.press("R") == [])
        #expect(state.retry == nil)
        #expect(state.notice?.text.contains("being submitted once more already") == true)
    }

    @Test func theBoxHasTheKeysUntilItIsAnswered() throws {
        var state = try Self.jobs([Self.failed])
        try state.press("R")
        #expect(try state.press("Jqjc?y<enter>") == [])
        #expect(state.place == .jobs(nil) && state.retry != nil)
        try state.press("n")
        #expect(state.retry == nil)
        #expect(try state.press("R<ctrl-c>").last == .quit)
    }

    @Test func aReadOnlyConsoleRefusesWithWords() throws {
        var state = try Self.jobs([Self.failed], isReadOnly: true)
        #expect(try state.press("R") == [])
        #expect(state.retry == nil)
        #expect(state.notice?.text == "not now: the console is read-only (--read-only)")
    }

    @Test func aJobThatRunsIsNotRetriedOnAnyScreen() throws {
        var state = try Self.jobs([AppTests.running])
        try state.press("R")
        let words = "not now: the job has not ended: it is Running"
        #expect(state.notice?.text == words)
        try state.press("<enter>R")
        #expect(state.place == .jobDetail("batchjob-1") && state.notice?.text == words)
        try state.press("E<tab>R")
        #expect(state.notice?.text == "not now: a job is retried in its list: tab goes there")
        try state.press("<tab>R")
        #expect(state.notice?.text == words)
    }

    @Test func everySizeIsDrawn() throws {
        var state = try Self.jobs([Self.failed, Self.done])
        try state.press("*R")
        for rows in 1...14 {
            for columns in [1, 2, 5, 20, 60, 90] {
                _ = App.reduce(&state, .resized(size: Size(rows: rows, columns: columns)))
                #expect(App.view(state).size == Size(rows: rows, columns: columns))
            }
        }
    }

    // MARK: - Rounds

    @Test func aRoundOfCancellationsIsCountedAndSummedUp() throws {
        var second = AppTests.running
        second.id = "batchjob-2"
        var state = try Self.jobs([AppTests.running, second])
        #expect(try state.press("*cy") == [.jobs(.cancel(["batchjob-1", "batchjob-2"]))])
        #expect(App.view(state).plainText.contains("cancelling 0/2"))
        #expect(App.openWork(in: state) == "cancelling 2 jobs is under way, 0 done so far")
        // The screen is left: nothing of the round is lost with it.
        try state.press("<esc>")
        _ = App.reduce(&state, .jobs(.cancelRefused(job: "batchjob-1", failure: JobsService.lost)))
        _ = App.reduce(&state, .jobs(.cancelAccepted(job: "batchjob-2")))
        #expect(
            state.notice?.text
                == "1 of 2 jobs was asked to cancel, 1 refused: N shows each reason")
        #expect(
            state.notices.contains { $0.text.lowercased().contains("nothing answers at") },
            "\(state.notices.map(\.text))")
        #expect(state.errands.isEmpty && state.rounds.isEmpty)
    }
}
