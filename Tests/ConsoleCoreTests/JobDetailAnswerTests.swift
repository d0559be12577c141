import BatchModel
import ConsoleGrid
import Testing

@testable import ConsoleCore

private typealias Fixture = JobDetailFixture

/// What is asked, and what comes of the answers.
@Suite struct JobDetailAnswerTests {
    @Test func openingFollowsAndClosingStops() {
        let state = Fixture.state()
        #expect(JobDetail.opened(state) == [.follow("batchjob-7f3a")])
        #expect(JobDetail.closed(state) == [.stopFollowing])
        #expect(JobDetail.title(of: state) == "job batchjob-7f3a")
    }

    @Test func aKnownJobIsShownUntilTheServiceAnswers() {
        let state = JobDetail.State(job: "batchjob-7f3a", known: Fixture.job())
        #expect(JobDetail.title(of: state) == "job bold_egg_k2")
        #expect(state.job.asOf == nil)
    }

    @Test func theFirstSnapshotWithStepsAsksForTheLogFilesOfItsStep() {
        var state = Fixture.state()
        var early = Fixture.snapshot()
        early.steps = []
        #expect(state.take(.snapshotArrived(snapshot: early)).isEmpty)
        #expect(
            state.take(.snapshotArrived(snapshot: Fixture.snapshot()))
                == [.loadLogFiles(run: Fixture.scoring)])
        #expect(state.take(.snapshotArrived(snapshot: Fixture.snapshot())).isEmpty)
    }

    @Test func anotherJobsSnapshotIsDropped() {
        var state = Fixture.state()
        var other = Fixture.snapshot()
        other.job.id = "batchjob-other"
        #expect(state.take(.snapshotArrived(snapshot: other)).isEmpty)
        #expect(state.job.value == nil)
    }

    @Test func aFailedJobAsksForItsErrorOnceAndOpensOnIt() {
        var state = Fixture.state()
        #expect(
            state.take(.snapshotArrived(snapshot: Fixture.snapshot(.failed))) == [
                .loadLogFiles(run: Fixture.scoring), .loadError("batchjob-7f3a"),
            ])
        #expect(state.view == .error)
        #expect(state.take(.snapshotArrived(snapshot: Fixture.snapshot(.failed))).isEmpty)
        state.take(.errorFound(error: Fixture.error))
        #expect(state.error.value?.error == Fixture.error)
        #expect(state.take(.ticked).isEmpty)
    }

    @Test func theErrorNeverTakesThePlaceOfAViewThatAPersonChose() throws {
        var state = Fixture.running()
        try state.press("3")
        state.take(.snapshotArrived(snapshot: Fixture.snapshot(.failed)))
        #expect(state.view == .timeline)
        var other = Fixture.failed()
        try other.press("1")
        other.take(.snapshotArrived(snapshot: Fixture.snapshot(.failed)))
        #expect(other.view == .logs)
    }

    @Test func anErrorThatCannotBeLookedForIsAskedForAgainByKey() throws {
        var state = Fixture.state()
        state.take(.snapshotArrived(snapshot: Fixture.snapshot(.failed)))
        state.take(.logFilesLoaded(run: Fixture.scoring, files: []))
        state.take(.errorRefused(failure: Fixture.lost))
        #expect(state.take(.ticked).isEmpty)
        #expect(
            try state.press("r").effects == [
                .follow("batchjob-7f3a"), .loadLogFiles(run: Fixture.scoring),
                .loadError("batchjob-7f3a"),
            ])
    }

    @Test func anErrorThatNobodyAskedForIsDropped() {
        var state = Fixture.running()
        state.take(.errorFound(error: Fixture.error))
        #expect(state.error.value == nil)
    }

    @Test func aLostConnectionIsFollowedAgainAfterFiveSeconds() {
        var state = Fixture.running()
        #expect(
            state.take(.followFailed(failure: Fixture.lost), now: Fixture.at(30)).isEmpty)
        #expect(state.job.value == Fixture.job())
        #expect(!state.take(.ticked, now: Fixture.at(34)).contains(.follow("batchjob-7f3a")))
        #expect(state.take(.ticked, now: Fixture.at(35)).first == .follow("batchjob-7f3a"))
        #expect(!state.take(.ticked, now: Fixture.at(41)).contains(.follow("batchjob-7f3a")))
        state.take(.followFailed(failure: Fixture.lost), now: Fixture.at(42))
        #expect(state.lost?.since == Fixture.at(30))
        state.take(.snapshotArrived(snapshot: Fixture.snapshot()))
        #expect(state.lost == nil)
    }

    @Test func theListOfFilesIsRefreshedEveryFiveSecondsAndOnceAfterTheEnd() {
        var state = Fixture.running()
        state.log.asked = .init(offset: 0, isAfterEnd: false)
        #expect(state.take(.ticked, now: Fixture.at(34)).isEmpty)
        #expect(
            state.take(.ticked, now: Fixture.at(35)) == [.loadLogFiles(run: Fixture.scoring)])
        #expect(state.take(.ticked, now: Fixture.at(36)).isEmpty)
        let files = Fixture.files([Fixture.overview, Fixture.stdout])
        state.take(.logFilesLoaded(run: Fixture.scoring, files: files))
        #expect(
            state.take(.snapshotArrived(snapshot: Fixture.snapshot(.completed)))
                == [.loadLogFiles(run: Fixture.scoring), .loadError("batchjob-7f3a")])
        state.take(.logFilesLoaded(run: Fixture.scoring, files: files))
        #expect(state.take(.ticked, now: Fixture.at(60)).isEmpty)
    }

    @Test func askingAgainAsksEvenWhatNobodyAnswered() throws {
        var state = Fixture.running(printed: "one\n")
        let read = JobDetail.Effect.readLog(
            run: Fixture.scoring, file: Fixture.stdout, offset: 4,
            limit: JobDetail.Log.readLimit)
        #expect(state.take(.ticked) == [read])
        #expect(
            state.take(.refreshPressed) == [
                .follow("batchjob-7f3a"), .loadLogFiles(run: Fixture.scoring), read,
            ])
        let answer = JobDetail.Action.logRead(
            run: Fixture.scoring, file: Fixture.stdout, chunk: Fixture.chunk("two\n", at: 4))
        state.take(answer)
        state.take(answer)
        #expect(state.log.text.count == 2)
    }

    @Test func timeMattersWhileTheJobMayChangeOrSomethingIsUnread() {
        #expect(JobDetail.isMoving(Fixture.state()))
        #expect(JobDetail.isMoving(Fixture.running()))
        var state = Fixture.failed()
        #expect(!JobDetail.isMoving(state))
        state.take(.followFailed(failure: Fixture.lost))
        #expect(JobDetail.isMoving(state))
    }

    @Test func cancellingAsksFirstAndTheSafeAnswerIsEnter() throws {
        var state = Fixture.running()
        #expect(try state.press("c<enter>").effects.isEmpty)
        #expect(state.cancel == nil)
        #expect(try state.press("cy").effects == [.cancel("batchjob-7f3a")])
        #expect(
            try state.press("c").refusals == ["it is being asked to cancel"])
        state.take(.cancelAccepted)
        #expect(
            try state.press("c").refusals
                == ["it has been asked to cancel, and the job is ending"])
        state.take(.snapshotArrived(snapshot: Fixture.snapshot(.canceled)))
        #expect(try state.press("c").refusals == ["the job has ended: Canceled"])
    }

    @Test func aRefusedCancelIsSaidAndCanBeAskedAgain() throws {
        var state = Fixture.running()
        try state.press("cy")
        let failure = ServiceFailure(
            kind: .conflict, operation: "cancel batchjob-7f3a", detail: "it has ended")
        state.take(.cancelRefused(failure: failure))
        #expect(state.notice?.text == "Could not cancel batchjob-7f3a: it has ended.")
        try state.press("c")
        #expect(state.isAsking)
    }

    @Test func onlyCancellingChangesTheService() {
        #expect(JobDetail.isMutating(.cancelPressed))
        #expect(JobDetail.isMutating(.cancelConfirmed))
        #expect(!JobDetail.isMutating(.cancelDeclined))
        #expect(!JobDetail.isMutating(.refreshPressed))
    }

    @Test func anEndedJobWithFailedItemsAsksForTheFirstErrorOnce() {
        var state = Fixture.state()
        #expect(
            state.take(.snapshotArrived(snapshot: Fixture.snapshot(.completed))) == [
                .loadLogFiles(run: Fixture.scoring), .loadError("batchjob-7f3a"),
            ])
        #expect(state.view == .logs)
        state.take(.errorFound(error: Fixture.error))
        #expect(state.take(.snapshotArrived(snapshot: Fixture.snapshot(.completed))).isEmpty)
        state.take(.viewChosen(view: .error))
        let picture = state.picture().plainText
        #expect(picture.contains("2 items failed; the first:"))
        #expect(picture.contains("✗ ValueError: could not convert"))
    }

    @Test func anEndedJobWhoseFailedItemsLeftNoErrorSaysSo() {
        var state = Fixture.state()
        state.take(.snapshotArrived(snapshot: Fixture.snapshot(.completed)))
        state.take(.errorFound(error: nil))
        state.take(.viewChosen(view: .error))
        let picture = state.picture().plainText
        #expect(picture.contains("2 items failed, the job itself has not. No log"))
        #expect(!picture.contains("so far"), "\(picture)")
    }

    @Test func aJobThatIsNotThereIsAskedForAgainByAPersonOnly() throws {
        var state = Fixture.state()
        let failure = ServiceFailure(
            kind: .notFound, operation: "follow batchjob-7f3a", detail: "there is no such job")
        state.take(.followFailed(failure: failure))
        let picture = state.picture().plainText
        #expect(picture.contains("r asks again"), "\(picture)")
        #expect(!picture.contains("tries again"), "\(picture)")
        #expect(state.take(.ticked, now: Fixture.at(90)).isEmpty)
        #expect(try state.press("r").effects.first == .follow("batchjob-7f3a"))
    }
}
