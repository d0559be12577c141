import BatchModel
import ConsoleGrid
import Testing

@testable import ConsoleCore

/// Whole states of a job's page.
@Suite struct JobDetailStateTests {
    @Test func cancellingIsAskedSentAndAccepted() {
        var state = JobDetailFixture.running()
        var expected = state
        for (action, step, effects) in [
            (JobDetail.Action.cancelPressed, JobDetail.Cancel.asking, [JobDetail.Effect]()),
            (.cancelConfirmed, .sending, [.cancel("batchjob-7f3a")]),
            (.cancelAccepted, .accepted, []),
        ] {
            expected.cancel = step
            #expect(state.take(action) == effects)
            expected.resized(to: expected.size)
            expectWhole(state, is: expected)
        }
    }

    @Test func aJobThatIsLostIsShownAsItWasAndFollowedAgain() {
        var state = JobDetailFixture.running()
        let found = state
        let now = JobDetailFixture.now
        var expected = state
        expected.job.failure = JobDetailFixture.lost
        expected.lost = JobDetail.Lost(
            failure: JobDetailFixture.lost, since: now, nextTry: now + .seconds(5))
        expected.resized(to: expected.size)
        #expect(state.take(.followFailed(failure: JobDetailFixture.lost)) == [])
        expectWhole(state, is: expected)

        #expect(state.take(.snapshotArrived(snapshot: JobDetailFixture.snapshot())) == [])
        expectWhole(state, is: found)
    }

    @Test func anErrorThatCannotBeHadIsSaidInItsPlace() {
        var state = JobDetailFixture.state()
        state.take(.snapshotArrived(snapshot: JobDetailFixture.snapshot(.failed)))
        var expected = state
        expected.error = Fetched(failure: JobDetailFixture.lost)
        expected.resized(to: expected.size)
        #expect(state.take(.errorRefused(failure: JobDetailFixture.lost)) == [])
        expectWhole(state, is: expected)
    }
}

/// Whole states of the results.
@Suite struct ResultsStateTests {
    private static func opened() -> Results.State {
        ResultsFixture.opened(["predictions.csv": ResultsFixture.digits(50)])
    }

    @Test func aDownloadIsAskedForStartedAndDone() {
        var state = Self.opened()
        var expected = state
        expected.download.prompt = TextField("./batchjob-7f3a")
        #expect(state.take(.downloadOpened) == [])
        expected.resized(to: expected.size)
        expectWhole(state, is: expected)

        expected.download = Results.Download(folder: "./batchjob-7f3a")
        #expect(
            state.take(.downloadConfirmed)
                == [.download("batchjob-7f3a", folder: "./batchjob-7f3a", overwrites: false)])
        expected.resized(to: expected.size)
        expectWhole(state, is: expected)

        let progress = TransferProgress(
            filesDone: 0, filesTotal: 1, bytesDone: 100, bytesTotal: 900)
        expected.download.progress = progress
        #expect(state.take(.downloadAdvanced(progress: progress)) == [])
        expectWhole(state, is: expected)

        let report = DownloadReport(
            folder: "/tmp/batchjob-7f3a", files: ["predictions.csv"], bytes: 900)
        expected.download = Results.Download(report: report)
        #expect(state.take(.downloadFinished(report: report)) == [])
        expected.resized(to: expected.size)
        expectWhole(state, is: expected)
    }

    @Test func aDownloadThatIsRefusedKeepsItsFolderForTheNextTry() {
        var state = Self.opened()
        var expected = state
        state.take(.downloadOpened)
        state.take(.downloadConfirmed)
        expected.download = Results.Download(
            prompt: TextField("./batchjob-7f3a"), failure: ResultsFixture.lost)
        expected.resized(to: expected.size)
        #expect(state.take(.downloadRefused(failure: ResultsFixture.lost)) == [])
        expectWhole(state, is: expected)
    }
}

/// Whole states of the box that asks how much of a job is wanted once more: the console's, as the box is part of it.
@Suite struct RetryStateTests {
    private static let failed = Job(
        id: "batchjob-7", displayName: "calm_sail", endpoint: "digits-batch",
        deployment: "nearest", status: .failed, createdAt: AppTests.now)

    /// The jobs' screen with the box over it.
    private static func asked() throws -> App.State {
        var state = AppTests.begun()
        try state.press("J")
        _ = App.reduce(
            &state,
            .jobs(.jobsLoaded(query: JobListQuery(count: 100), page: AppTests.page([failed]))))
        var expected = state
        expected.retry = Retry.State(JobPlan(of: [failed]) { _ in nil }, at: .jobs(nil))
        expected.retry?.failedFiles.isLoading = true
        #expect(try state.press("R") == [.retry(.countFailedFiles("batchjob-7"))])
        expectWhole(state, is: expected)
        return state
    }

    @Test func theCountOfFailedFilesComesIntoTheBox() throws {
        var state = try Self.asked()
        var expected = state
        expected.retry?.failedFiles = Fetched(3, asOf: AppTests.now)
        #expect(
            App.reduce(&state, .retry(.failedFilesCounted(job: "batchjob-7", count: 3))) == [])
        expectWhole(state, is: expected)
        #expect(
            App.reduce(&state, .retry(.failedFilesCounted(job: "batchjob-8", count: 9))) == [])
        expectWhole(state, is: expected, "another job's count")
    }

    @Test func whyTheyCannotBeCountedComesIntoTheBox() throws {
        var state = try Self.asked()
        var expected = state
        expected.retry?.failedFiles = Fetched(failure: JobsService.lost)
        let action = Retry.Action.failedFilesUnknown(
            job: "batchjob-7", failure: JobsService.lost)
        #expect(App.reduce(&state, .retry(action)) == [])
        expectWhole(state, is: expected)
    }

    @Test func theBoxIsGoneWithoutATraceWhenNothingIsWanted() throws {
        var state = try Self.asked()
        var expected = state
        expected.retry = nil
        #expect(try state.press("n") == [])
        expectWhole(state, is: expected)
    }
}

/// Whole states of two jobs side by side.
@Suite struct CompareStateTests {
    @Test func onlyWhatDiffersIsASwitchAndBeginsAtTheTop() {
        var state = Compare.State(left: "batchjob-1", right: "batchjob-2")
        state.resized(to: Size(rows: 8, columns: 100))
        var expected = state
        expected.isOnlyDifferences = true
        #expect(Compare.reduce(&state, .differencesToggled, now: JobsService.now) == [])
        expected.resized(to: expected.size)
        expectWhole(state, is: expected)
    }

    @Test func aSideThatIsRefusedIsKnownToBe() {
        var state = Compare.State(left: "batchjob-1", right: "batchjob-2")
        state.resized(to: Size(rows: 30, columns: 100))
        var expected = state
        expected.sides["batchjob-2"] = Fetched(asOf: JobsService.now, failure: JobsService.lost)
        expected.resized(to: expected.size)
        let action = Compare.Action.sideRefused(job: "batchjob-2", failure: JobsService.lost)
        #expect(Compare.reduce(&state, action, now: JobsService.now) == [])
        expectWhole(state, is: expected)
    }
}
