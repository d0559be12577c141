import BatchModel
import ConsoleGrid
import Testing

@testable import ConsoleCore

/// Jobs come in at the front: where the selection, the picture and what is held go.
@Suite struct JobsMovingTests {
    @Test func theNewestStaysSelectedUntilSomebodyMoves() {
        var service = JobsService(count: 500)
        var state = service.state()
        service.count = 503
        service.answer([.ask(0)], in: &state)
        #expect(state.selectedJob?.id == "batchjob-502")
        #expect(state.window.offset == 0)
    }

    @Test(arguments: [true, false])
    func aChosenJobStaysSelected(tellsTotal: Bool) throws {
        var service = JobsService(count: 500, tellsTotal: tellsTotal)
        var state = service.state()
        try state.press("jjk")
        #expect(state.selectedJob?.id == "batchjob-498")
        service.count = 503
        service.answer([.ask(0)], in: &state)
        #expect(state.selectedJob?.id == "batchjob-498")
        #expect(state.window.selected == 4)
        #expect(state.window.offset == 0, "new jobs are seen coming in")
    }

    @Test func furtherDownThePictureStandsStill() throws {
        var service = JobsService(count: 1_000)
        var state = service.state()
        for _ in 0..<20 { service.answer(try state.press("<pgdn>").effects, in: &state) }
        let shown = state.shownIDs
        service.count = 1_007
        service.answer([.ask(0)], in: &state)
        #expect(state.shownIDs == shown)
        #expect(state.selectedJob?.id == "batchjob-579")
        #expect(state.window.selected == 427)
        #expect(state.list.pages[0]?.id == "batchjob-1006")
    }

    @Test func moreNewJobsThanAPageAreToldByTheCount() throws {
        var service = JobsService(count: 1_000)
        var state = service.state()
        try state.press("jjj")
        service.count = 1_150
        service.answer([.ask(0)], in: &state)
        #expect(state.window.selected == 153)
        #expect(state.selectedJob?.id == "batchjob-996")
    }

    @Test func aPageFurtherDownTellsThatJobsCameIn() throws {
        var service = JobsService(count: 1_000)
        var state = service.state()
        let effects = try state.press("G").effects
        service.count = 1_004
        service.answer(effects, in: &state)
        #expect(state.window.selected == 1_003)
        #expect(state.selectedJob?.id == "batchjob-0")
        #expect(state.list.pages[4]?.id == "batchjob-999")
    }

    @Test func anAnswerThatWasOvertakenIsPutWhereItBelongsNow() throws {
        var service = JobsService(count: 1_000)
        var state = service.state()
        try state.press("G")
        let query = JobListQuery(start: 900)
        let late = service.page(query)
        service.count = 1_004
        service.answer([.ask(0)], in: &state, at: JobsService.later(1))
        state.take(.jobsLoaded(query: query, page: late), at: JobsService.later(2))
        #expect(state.list.total == 1_004)
        #expect(state.window.selected == 1_003)
        #expect(state.selectedJob?.id == "batchjob-0")
    }

    @Test func aJobThatIsGoneLeavesNoRowTwice() throws {
        let service = JobsService(count: 300)
        var state = service.state()
        service.answer(try state.press("G").effects, in: &state)
        service.answer(try state.press("gjjj").effects, in: &state)
        var page = service.first()
        page.jobs.remove(at: 1)
        page.jobs.append(service.job(at: 100))
        page.total = 299
        state.take(.jobsLoaded(query: JobListQuery(), page: page))
        #expect(state.window.count == 299)
        #expect(state.selectedJob?.id == "batchjob-296")
        var ids: [Job.ID: Int] = [:]
        state.list.pages.forEach { ids[$1.id, default: 0] += 1 }
        #expect(ids.values.allSatisfy { $0 == 1 })
    }

    @Test func anotherListAltogetherReplacesWhatWasHeld() throws {
        let service = JobsService(count: 300)
        var state = service.state()
        service.answer(try state.press("G").effects, in: &state)
        var other = service
        other.count = 40
        var page = other.first()
        page.jobs = page.jobs.map { Job(id: Job.ID("x-\($0.id)"), status: .completed) }
        state.take(.jobsLoaded(query: JobListQuery(), page: page))
        #expect(state.window.count == 40)
        #expect(state.heldRows == 40)
    }

    @Test func theListMayBecomeEmpty() throws {
        var service = JobsService(count: 3)
        var state = service.state()
        try state.press("G")
        service.count = 0
        service.answer([.ask(0)], in: &state)
        #expect(state.window.isEmpty)
        #expect(state.heldRows == 0)
        #expect(try state.press("jGkg<pgdn>").effects == [])
    }

    // MARK: - Jobs that were archived

    /// The list without these jobs, asked for because they were archived.
    private static func archive(
        _ ids: [Job.ID], from service: JobsService, in state: inout Jobs.State
    ) {
        var page = service.first()
        page.jobs.removeAll { ids.contains($0.id) }
        page.total = service.count - ids.count
        for id in ids { state.take(.archiveAccepted(job: id)) }
        state.take(.jobsLoaded(query: JobListQuery(), page: page))
    }

    @Test func archivingTheSelectedJobSelectsTheOneBelowIt() throws {
        let service = JobsService(count: 30)
        var state = service.state()
        #expect(try state.press("jjjjjA").effects == [.archive(["batchjob-24"])])
        Self.archive(["batchjob-24"], from: service, in: &state)
        #expect(state.window.selected == 5)
        #expect(try state.press("y").effects == [.copy(text: "batchjob-23")])
    }

    @Test(arguments: [
        (["batchjob-20", "batchjob-19"] as [Job.ID], 5), (["batchjob-26", "batchjob-20"], 4),
        (["batchjob-26", "batchjob-25"], 3),
    ])
    func archivingOtherJobsKeepsTheSelectedOne(ids: [Job.ID], row: Int) throws {
        let service = JobsService(count: 30)
        var state = service.state()
        try state.press("jjjjj")
        Self.archive(ids, from: service, in: &state)
        #expect(state.selectedJob?.id == "batchjob-24")
        #expect(state.window.selected == row)
    }

    @Test func clearingAFilterLeadsBackToTheSameJobAfterArchivingOthers() throws {
        let service = JobsService(count: 30)
        var state = service.state()
        try state.press("jjjjj/failed")
        Self.archive(["batchjob-20", "batchjob-19"], from: service, in: &state)
        try state.press("<esc>")
        #expect(state.selectedJob?.id == "batchjob-24")
    }
}
