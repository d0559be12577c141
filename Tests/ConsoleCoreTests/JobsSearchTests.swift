import BatchModel
import ConsoleGrid
import Testing

@testable import ConsoleCore

/// A filter over a list that is not held whole, where the service can search.
@Suite struct JobsSearchTests {
    private let service = JobsService(count: 12_345)

    private func query(_ filter: String, count: Int = 40) -> JobSearchQuery {
        JobSearchQuery(filter: filter, count: count)
    }

    /// Far down the list, out of all pages that are held.
    private func far(_ numbers: [Int]) -> [Job] {
        numbers.map { JobsService.job($0, of: service.count) }
    }

    private func page(
        _ numbers: [Int], matches: Int? = nil, isWhole: Bool = true,
        at time: Timestamp = JobsService.now
    ) -> JobSearchPage {
        JobSearchPage(
            jobs: far(numbers), matches: matches ?? numbers.count,
            searched: isWhole ? service.count : 4_096, isWhole: isWhole, asOf: time)
    }

    /// A list whose filter was answered.
    private func searched(
        _ script: String, _ filter: String, _ found: JobSearchPage
    ) throws -> Jobs.State {
        var state = service.state(searches: true)
        try state.press(script)
        state.take(.searchFound(search: query(filter), page: found))
        return state
    }

    private func ids(_ numbers: [Int]) -> [Job.ID] { numbers.map { Job.ID("batchjob-\($0)") } }

    @Test func everyKeyAsksOnceAndOnlyTheNewestAnswerCounts() throws {
        var state = service.state(searches: true)
        let effects = try state.press("/ni").effects
        #expect(
            effects == [
                .searchJobs(query("", count: 0)), .searchJobs(query("n")), .searchJobs(query("ni")),
            ])
        #expect(state.take(.searchFound(search: query("n"), page: page([3]))) == [])
        #expect(state.found == nil && state.isBeingSearched)
        #expect(state.take(.searchFound(search: query("ni"), page: page([9, 4, 700]))) == [])
        #expect(state.shownIDs == ids([9, 4, 700]))
        #expect(state.selectedJob?.id == "batchjob-9")
        #expect(!state.isBeingSearched)
        #expect(state.take(.ticked, at: JobsService.later(2)) == [])
    }

    @Test func aKeyThatChangesNothingAsksNothing() throws {
        var state = try searched("/n", "n", page([3]))
        #expect(try state.press("<left><enter>").effects == [])
        #expect(!state.filter.isEditing)
    }

    @Test func theRowsOfTheTextBeforeStayUntilTheAnswerComes() throws {
        var state = try searched("/n", "n", page([9, 4, 700]))
        #expect(try state.press("x").effects == [.searchJobs(query("nx"))])
        #expect(state.shownIDs == ids([9, 4, 700]))
        state.take(.searchFound(search: query("nx"), page: page([])))
        #expect(state.window.isEmpty)
        #expect(state.picture().plainText.contains("No job passes the filter: esc clears it."))
    }

    @Test func aServiceThatCannotSearchIsAskedOnceAndItsRowsAreLookedThrough() throws {
        var state = service.state(searches: true)
        try state.press("/q")
        #expect(state.take(.searchFound(search: query("q"), page: nil)) == [.ask(100)])
        #expect(state.isLookingOn)
        #expect(try state.press("u").effects == [])
        #expect(try state.press("<esc>/").effects == [])
    }

    @Test func aListThatIsHeldWholeIsNotAskedFor() throws {
        var state = JobsService(count: 12).state(searches: true)
        #expect(try state.press("/failed").effects == [])
        #expect(state.shownIDs == ["batchjob-3"])
    }

    @Test func escapeGoesBackToWhereOneWas() throws {
        var state = service.state(searches: true)
        service.answer(try state.press(String(repeating: "j", count: 7)).effects, in: &state)
        let before = state.selectedJob?.id
        try state.press("/n")
        state.take(.searchFound(search: query("n"), page: page([9, 4, 700])))
        try state.press("<down><down><enter>")
        #expect(state.selectedJob?.id == "batchjob-700")
        #expect(try state.press("<esc>").effects == [])
        #expect(state.selectedJob?.id == before)
        #expect(state.found == nil && state.window.count == service.count)
    }

    @Test func takingTheTextBackShowsTheListAgain() throws {
        var state = try searched("jj/n", "n", page([9, 4]))
        try state.press("<backspace>")
        #expect(state.found == nil)
        #expect(state.window.count == service.count && state.window.selected == 2)
        #expect(state.take(.searchFound(search: query("n"), page: page([9]))) == [])
        #expect(state.found == nil)
    }

    @Test func theChosenJobStaysSelectedWhenTheOrderOfMatchesChanges() throws {
        var state = try searched("/n<enter>", "n", page([9, 4, 700]))
        try state.press("j")
        #expect(state.selectedJob?.id == "batchjob-4")
        let old = state.take(.ticked, at: JobsService.later(16))
        #expect(old == [.ask(0), .searchJobs(query("n"))])
        let later = page([700, 12, 9, 4], at: JobsService.later(16))
        state.take(.searchFound(search: query("n"), page: later), at: JobsService.later(16))
        #expect(state.selectedJob?.id == "batchjob-4" && state.window.selected == 3)
        try state.press("/i", at: JobsService.later(16))
        let other = page([5, 4], at: JobsService.later(16))
        state.take(.searchFound(search: query("ni"), page: other), at: JobsService.later(16))
        #expect(state.selectedJob?.id == "batchjob-4")
    }

    @Test func aPartOfTheJobsIsShownAndTheRestAskedFor() throws {
        var state = service.state(searches: true)
        try state.press("/n")
        let next = state.take(
            .searchFound(search: query("n"), page: page([9, 4], matches: 2, isWhole: false)))
        #expect(next == [.searchJobs(query("n"))])
        let text = state.picture().plainText
        #expect(text.contains("in the newest 4,096 of 12,345 · looking on"), "\(text)")
    }

    @Test func moreMatchesAreAskedForWhereTheirEndIsVisible() throws {
        var state = try searched("/n<enter>", "n", page(Array(100..<140), matches: 9_000))
        #expect(state.picture().plainText.contains("12,345 · 9,000 matches · /n"))
        #expect(state.picture().plainText.contains("the best 40"))
        #expect(try state.press("G").effects == [.searchJobs(query("n", count: 200))])
        state.take(
            .searchFound(
                search: query("n", count: 200), page: page(Array(100..<300), matches: 9_000)))
        #expect(state.selectedJob?.id == "batchjob-139")
        #expect(try state.press("G").effects == [])
    }

    @Test func matchesAreTrackedAndShowWhatIsHeardOfThem() throws {
        var running = page([9, 4])
        running.jobs[1].status = .running
        var state = try searched("/n<enter>", "n", running)
        #expect(Jobs.trackedJobs(state).contains("batchjob-4"))
        var job = running.jobs[1]
        job.status = .completed
        state.take(.jobsChanged(jobs: [job], at: JobsService.now))
        #expect(state.job(atRow: 1)?.status == .completed)
    }

    @Test func everyActIsForTheMatch() throws {
        var running = page([9, 4, 700])
        running.jobs[0].status = .running
        var state = try searched("/n<enter>", "n", running)
        #expect(try state.press("<enter>").effects == [.open(.jobDetail("batchjob-9"))])
        #expect(try state.press("cy").effects == [.cancel(["batchjob-9"])])
        state.take(.cancelAccepted(job: "batchjob-9"))
        #expect(state.selectedJob?.status == .cancelRequested)
        #expect(try state.press("jA").effects == [.archive(["batchjob-4"])])
        let asked = state.take(.archiveAccepted(job: "batchjob-4"))
        #expect(asked.contains(.searchJobs(query("n"))))
        #expect(asked.contains(.ask(0)))
        state.take(.searchFound(search: query("n"), page: page([9, 700])))
        #expect(state.shownIDs == ids([9, 700]))
        try state.press("*")
        #expect(state.marks.count == 2)
        #expect(
            try state.press("y").effects == [.copy(text: "batchjob-700\nbatchjob-9")])
    }

    @Test func anotherOrderIsOfTheMatches() throws {
        var state = try searched("/n<enter>", "n", page([9, 4, 3, 700]))
        try state.press("F")
        #expect(state.shownIDs.first == "batchjob-3")
        #expect(state.selectedJob != nil)
    }

    @Test func aSearchThatFailsIsSaidAndTriedAgainLater() throws {
        var state = service.state(searches: true)
        try state.press("/n")
        let next = state.take(.searchRefused(search: query("n"), failure: JobsService.lost))
        #expect(next == [.ask(100)])
        #expect(state.picture().plainText.contains("nothing answers at 127.0.0.1:8600"))
        #expect(state.take(.ticked, at: JobsService.later(4)) == [])
        let later = state.take(.ticked, at: JobsService.later(11))
        #expect(later.contains(.searchJobs(query("n"))))
        // What was refused for one text is no reason not to ask for another.
        state.take(
            .searchRefused(search: query("n"), failure: JobsService.lost),
            at: JobsService.later(11))
        let typed = try state.press("i", at: JobsService.later(12)).effects
        #expect(typed.contains(.searchJobs(query("ni"))))
    }

    @Test func theArchivedAreSearchedAmongThemselves() throws {
        var state = service.state(searches: true)
        try state.press("V")
        let list = JobListQuery(count: 100, view: .archived)
        state.take(.jobsLoaded(query: list, page: service.page(list)))
        let asked = JobSearchQuery(filter: "n", view: .archived, count: 40)
        #expect(try state.press("/n").effects.last == .searchJobs(asked))
        try state.press("<enter>V")
        #expect(state.found == nil)
    }
}
