import BatchModel
import ConsoleGrid
import Testing

@testable import ConsoleCore

/// Taking jobs out of the list, and bringing them back.
@Suite struct JobsArchiveTests {
    private static func archived(_ start: Int) -> Jobs.Effect {
        .loadJobs(JobListQuery(start: start, count: 100, view: .archived))
    }

    @Test func anEndedJobIsArchivedAndTheListAskedForAgain() throws {
        var state = JobsService(count: 30).state()
        #expect(try state.press("A").refusals == ["the job has not ended"])
        try state.press("jjj")
        let job = try #require(state.selectedJob)
        #expect(try state.press("A").effects == [.archive([job.id])])
        let effects = state.take(.archiveAccepted(job: job.id))
        #expect(effects == [.ask(0)])
        #expect(state.notice?.contains("V shows the archived jobs") == true)
        _ = state.take(.archiveRefused(job: job.id, failure: JobsService.lost))
        #expect(state.notice == JobsService.lost.message.sentence)
        #expect(Jobs.isMutating(.actPressed(act: .archive)))
    }

    @Test func anAnswerThatWasOnItsWayIsAskedForOnceMore() throws {
        let service = JobsService(count: 30)
        var state = service.state()
        #expect(try state.press("r").effects == [.ask(0)])
        #expect(state.take(.archiveAccepted(job: "batchjob-3")) == [])
        let page = service.first(at: JobsService.later(1))
        #expect(state.take(.jobsLoaded(query: JobListQuery(), page: page)) == [.ask(0)])
        #expect(state.take(.jobsLoaded(query: JobListQuery(), page: page)) == [])
    }

    @Test func theListIsAskedForOnceWhenTheLastOfSeveralIsAnswered() throws {
        var state = JobsService(count: 6).state()
        try state.press("*A")
        let answer = try state.press("y")
        #expect(answer.effects == [.archive(["batchjob-2", "batchjob-1", "batchjob-0"])])
        #expect(
            try state.press("A").refusals == [
                "none of the marked jobs: 3 not ended yet, 3 being archived"
            ])
        #expect(state.take(.archiveAccepted(job: "batchjob-1")) == [])
        #expect(state.take(.archiveAccepted(job: "batchjob-0")) == [])
        let last = state.take(.archiveRefused(job: "batchjob-2", failure: JobsService.lost))
        #expect(last == [.ask(0)])
        #expect(state.notice == JobsService.lost.message.sentence)
        #expect(state.moving.isEmpty && state.marks.contains("batchjob-2"))
    }

    @Test func theArchivedJobsAreAnotherListAndAreRestoredThere() throws {
        let service = JobsService(count: 3)
        var state = service.state()
        #expect(try state.press("V").effects == [Self.archived(0)])
        #expect(!state.list.isKnown, "nothing of the other list is shown")
        // The other list's answer comes late.
        state.take(.jobsLoaded(query: JobListQuery(), page: service.first()))
        #expect(!state.list.isKnown)
        let query = JobListQuery(start: 0, count: 100, view: .archived)
        state.take(.jobsLoaded(query: query, page: service.page(query)))
        let picture = state.picture().plainText
        #expect(picture.contains("Archived jobs 3"), "\(picture)")
        #expect(try state.press("A").effects == [.restore(["batchjob-2"])])
        #expect(state.take(.restoreAccepted(job: "batchjob-2")) == [Self.archived(0)])
        #expect(state.notice?.contains("batchjob-2 is restored") == true)
        state.take(.restoreRefused(job: "batchjob-1", failure: JobsService.lost))
        #expect(state.notice == JobsService.lost.message.sentence)
        #expect(try state.press("V").effects == [.ask(0)])
    }

    @Test func anEmptyArchiveSaysHowAJobComesThere() throws {
        let service = JobsService(count: 0)
        var state = service.state()
        try state.press("V")
        let query = JobListQuery(start: 0, count: 100, view: .archived)
        state.take(.jobsLoaded(query: query, page: service.page(query)))
        #expect(state.picture().plainText.contains("No archived jobs: A on an ended job archives"))
    }
}
