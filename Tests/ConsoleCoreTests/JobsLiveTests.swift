import BatchModel
import ConsoleGrid
import Testing

@testable import ConsoleCore

/// Time goes by: refreshes, jobs that change, cancellations.
@Suite struct JobsLiveTests {
    private static let refused = ServiceFailure(
        kind: .conflict, operation: "cancel batchjob-11",
        detail: "the service answered 409: the job is being finalized.",
        advice: "Wait for its end.")

    // MARK: - Age

    @Test func whileSomethingIsActiveTheFirstPageIsAskedForAfterFiveSeconds() {
        var state = JobsService(count: 12).state()
        #expect(state.take(.ticked, at: JobsService.later(5)) == [])
        #expect(state.take(.ticked, at: JobsService.later(6)) == [.ask(0)])
        #expect(state.take(.ticked, at: JobsService.later(7)) == [])
        state.take(
            .jobsRefused(query: JobListQuery(), failure: JobsService.lost),
            at: JobsService.later(8))
        #expect(state.take(.ticked, at: JobsService.later(17)) == [])
        #expect(state.take(.ticked, at: JobsService.later(18)) == [.ask(0)])
    }

    @Test func whileNothingIsActiveItIsAskedForAfterFifteen() {
        var state = JobsService(count: 12).state()
        state.take(
            .jobsChanged(jobs: Self.ended(9, 10, 11), at: JobsService.now))
        #expect(Jobs.trackedJobs(state) == [])
        #expect(state.take(.ticked, at: JobsService.later(15)) == [])
        #expect(state.take(.ticked, at: JobsService.later(16)) == [.ask(0)])
    }

    private static func ended(_ numbers: Int...) -> [Job] {
        numbers.map { number in
            var job = JobsService.job(number, of: 12)
            job.status = .completed
            return job
        }
    }

    // MARK: - Tracking

    @Test func activeJobsAmongTheVisibleAndTheFirstPageAreTracked() throws {
        let service = JobsService(count: 1_000)
        var state = service.state()
        #expect(Jobs.trackedJobs(state) == ["batchjob-997", "batchjob-998", "batchjob-999"])
        service.answer(try state.press("G").effects, in: &state)
        var job = JobsService.job(0, of: 1_000)
        job.status = .queued
        state.take(.jobsChanged(jobs: [job], at: JobsService.now))
        #expect(
            Jobs.trackedJobs(state)
                == ["batchjob-0", "batchjob-997", "batchjob-998", "batchjob-999"])
    }

    @Test func atMostTwoHundredAreTracked() {
        var page = JobsService(count: 300).page(JobListQuery(count: 300))
        page.jobs = page.jobs.map { Job(id: $0.id, status: .running) }
        var state = Jobs.State(endpoint: nil, known: page)
        state.resized(to: Size(rows: 400, columns: 80))
        #expect(Jobs.trackedJobs(state).count == 200)
    }

    @Test func aChangedJobIsReplacedWhereverItIsHeldAndOthersAreNot() {
        var state = JobsService(count: 12).state()
        var expected = state
        var job = JobsService.job(10, of: 12)
        job.status = .failed
        expected.list.pages.update { $0.id == job.id ? job : nil }
        let stranger = Job(id: "elsewhere", status: .running)
        #expect(state.take(.jobsChanged(jobs: [stranger, job], at: JobsService.now)) == [])
        #expect(state == expected)
        #expect(state.job(atRow: 1)?.status == .failed)
    }

    @Test func progressThatAnAnswerDoesNotTellIsKept() {
        let service = JobsService(count: 12)
        var state = service.state()
        let known = state.job(atRow: 0)?.progress
        var job = JobsService.job(11, of: 12)
        job.progress = nil
        state.take(.jobsChanged(jobs: [job], at: JobsService.now))
        #expect(state.job(atRow: 0)?.progress == known)
        var page = service.first()
        page.jobs[0].progress = nil
        state.take(.jobsLoaded(query: JobListQuery(), page: page))
        #expect(state.job(atRow: 0)?.progress == known)
        #expect(known != nil)
    }

    // MARK: - Cancelling

    @Test func cancellingAsksFirst() throws {
        var state = JobsService(count: 12).state()
        #expect(try state.press("c").effects == [])
        #expect(state.question?.job?.id == "batchjob-11")
        #expect(try state.press("jGroFSVRA*= /q").effects == [])
        #expect(state.window.selected == 0)
        #expect(try state.press("n").effects == [])
        #expect(state.question == nil)
        #expect(try state.press("<del><esc>").effects == [])
        #expect(state.question == nil)
        #expect(try state.press("cy").effects == [.cancel(["batchjob-11"])])
        #expect(state.question == nil)
        #expect(try state.press("c").refusals == ["the service is being asked to cancel it"])
    }

    @Test func anAcceptedCancellationShowsAtOnceAndOutweighsAnOlderAnswer() throws {
        let service = JobsService(count: 12)
        var state = service.state()
        try state.press("cy")
        #expect(state.take(.cancelAccepted(job: "batchjob-11")) == [])
        #expect(state.job(atRow: 0)?.status == .cancelRequested)
        #expect(state.cancelling == [])
        service.answer([.ask(0)], in: &state, at: JobsService.later(2))
        #expect(state.job(atRow: 0)?.status == .cancelRequested)
        service.answer([.ask(0)], in: &state, at: JobsService.later(4))
        #expect(state.job(atRow: 0)?.status == .running)
    }

    @Test func anAcceptedCancellationOfAJobThatHasEndedChangesNothing() throws {
        var state = JobsService(count: 12).state()
        try state.press("cy")
        state.take(.jobsChanged(jobs: Self.ended(11), at: JobsService.now))
        state.take(.cancelAccepted(job: "batchjob-11"))
        #expect(state.job(atRow: 0)?.status == .completed)
    }

    @Test func aRefusedCancellationIsSaidInFull() throws {
        var state = JobsService(count: 12).state()
        try state.press("cy")
        #expect(state.take(.cancelRefused(job: "batchjob-11", failure: Self.refused)) == [])
        #expect(state.job(atRow: 0)?.status == .running)
        #expect(
            state.notice
                == "Could not cancel batchjob-11: the service answered 409: the job is being "
                + "finalized. Wait for its end.")
        try state.press("j")
        #expect(state.notice != nil)
        try state.press("<esc>")
        #expect(state.notice == nil)
    }

    @Test func aJobThatHasEndedIsNotCancelled() throws {
        var state = JobsService(count: 12).state()
        #expect(
            try state.press("G<up>c").refusals == ["the job has ended: it is Completed"])
        try state.press("gc")
        state.take(.jobsChanged(jobs: Self.ended(11), at: JobsService.now))
        #expect(try state.press("y").effects == [])
        #expect(
            state.notice
                == "batchjob-11 was not cancelled: the job has ended: it is Completed.")
    }

    @Test func onlyCancellingChangesTheService() {
        #expect(Jobs.isMutating(.actConfirmed))
        #expect(Jobs.isMutating(.actPressed(act: .cancel)))
        #expect(Jobs.isMutating(.retryPressed))
        #expect(!Jobs.isMutating(.actDismissed))
        #expect(!Jobs.isMutating(.markPressed(step: .all)))
        #expect(!Jobs.isMutating(.newJobPressed))
        #expect(!Jobs.isMutating(.cancelAccepted(job: "batchjob-11")))
    }
}
