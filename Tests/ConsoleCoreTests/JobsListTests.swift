import BatchModel
import ConsoleGrid
import Testing

@testable import ConsoleCore

/// Windows of a long list: what is asked for, what is held, and where the selection goes.
@Suite struct JobsListTests {
    private static let million = JobsService(count: 1_000_000)

    // MARK: - Asking

    @Test func openingAsksForTheFirstPageOnce() {
        var state = Jobs.State(endpoint: "digits-batch")
        state.resized(to: Size(rows: 24, columns: 80))
        #expect(Jobs.opened(state) == [.ask(0, "digits-batch")])
        #expect(state.take(.ticked) == [])
        #expect(state.take(.refreshPressed) == [])
        #expect(state.window.isEmpty)
    }

    @Test func whatWasSeenLastIsThereAtOnceAndAskedForAgain() {
        let old = JobsService.now + .seconds(-3600)
        let state = Jobs.State(endpoint: nil, known: JobsService(count: 5).first(at: old))
        #expect(Jobs.opened(state) == [.ask(0)])
        #expect(state.window.count == 5)
        #expect(state.asOf == old)
    }

    @Test func aMemoryWithoutJobsIsNoMemory() {
        let empty = JobPage(
            start: 0, jobs: [], total: nil, hasMore: false, asOf: JobsService.now, source: "")
        #expect(Jobs.State(endpoint: nil, known: empty) == Jobs.State(endpoint: nil))
    }

    @Test(arguments: [(-7, 3), (.max, -3), (.min, .max)])
    func aDamagedMemoryStopsNothing(start: Int, total: Int) throws {
        let service = JobsService(count: 12)
        var page = service.first()
        page.start = start
        page.total = total
        var state = Jobs.State(endpoint: nil, known: page)
        state.resized(to: Size(rows: 24, columns: 80))
        try state.press("Gkg/failed<enter>F")
        #expect(state.picture().size == state.size)
    }

    @Test func theEndOfAMillionIsOnePageAway() throws {
        var state = Self.million.state()
        let effects = try state.press("G").effects
        #expect(effects == [.ask(999_900)])
        #expect(state.window.selected == 999_999)
        #expect(state.selectedJob == nil)
        #expect(try state.press("<enter>oc").effects == [])
        Self.million.answer(effects, in: &state)
        #expect(state.selectedJob?.id == "batchjob-0")
        #expect(state.heldRows == 200)
    }

    @Test func aWalkHoldsTwelvePagesAndAlwaysTheFirst() throws {
        var state = Self.million.state()
        for _ in 0..<300 { Self.million.answer(try state.press("<pgdn>").effects, in: &state) }
        #expect(state.window.selected == 300 * 21)
        #expect(state.shownIDs.allSatisfy { $0 != nil })
        #expect(state.heldRows == 12 * 100)
        #expect(state.list.pages[0]?.id == "batchjob-999999")
        #expect(state.list.pages[1000] == nil)
    }

    @Test func aPageIsNotAskedForTwiceAndOnlyFewAtOnce() throws {
        var state = Self.million.state()
        #expect(try state.press("GgGg").effects == [.ask(999_900)])
        var asked: [Jobs.Effect] = []
        for row in [2_050, 20_050, 200_050, 500_050] {
            asked += state.take(.rowClicked(row: row))
        }
        #expect(asked == [.ask(2_000), .ask(20_000), .ask(200_000)])
        // With an answer there is room for the question that is still of use.
        let query = JobListQuery(start: 2_000)
        #expect(
            state.take(.jobsLoaded(query: query, page: Self.million.page(query)))
                == [.ask(500_000)])
    }

    @Test func rowsBelowTheWindowAreLoadedAhead() throws {
        var state = Self.million.state()
        #expect(try state.press("<pgdn>").effects == [])
        #expect(try state.press("<pgdn>").effects == [.ask(100)])
    }

    @Test func aVeryHighScreenAsksUntilItHasAllAndThenNoMore() {
        var state = Self.million.state(Size(rows: 1_500, columns: 80))
        state.resized(to: Size(rows: 1_900, columns: 80))
        Self.million.answer(state.take(.ticked), in: &state, limit: 60)
        #expect(state.shownIDs.allSatisfy { $0 != nil })
        #expect(state.take(.ticked) == [])
    }

    @Test func aRefusedPageWaitsTenSecondsOrForTheKey() throws {
        var state = Self.million.state()
        let query = JobListQuery(start: 999_900)
        try state.press("G")
        #expect(state.take(.jobsRefused(query: query, failure: JobsService.lost)) == [])
        #expect(state.asks.failure == JobsService.lost)
        #expect(state.take(.ticked, at: JobsService.later(9)) == [.ask(0)])
        #expect(state.take(.ticked, at: JobsService.later(10)) == [.ask(999_900)])
        state.take(.jobsRefused(query: query, failure: JobsService.lost))
        #expect(try state.press("r").effects == [.ask(999_900)])
        Self.million.answer([.ask(999_900)], in: &state)
        #expect(state.asks.failure == nil)
    }

    @Test func aFailureIsForgottenWithThePageButNotTheFirstOne() throws {
        var state = Self.million.state()
        try state.press("G")
        state.take(
            .jobsRefused(query: JobListQuery(start: 999_900), failure: JobsService.lost))
        try state.press("g")
        #expect(state.asks.failure == nil)
        #expect(try state.press("G").effects == [])
        try state.press("gr")
        state.take(.jobsRefused(query: JobListQuery(), failure: JobsService.lost))
        try state.press("G")
        #expect(state.asks.failure == JobsService.lost)
        #expect(state.list.count == 1_000_000)
    }

    @Test func refreshAsksForTheFirstPageAndWhatIsVisible() throws {
        var state = Self.million.state()
        Self.million.answer(try state.press("G").effects, in: &state)
        #expect(try state.press("r").effects == [.ask(0), .ask(999_900)])
        #expect(try state.press("r").effects == [])
    }

    @Test func anAnswerForAnotherListChangesNothing() {
        var state = JobsService(count: 12).state()
        let before = state
        let query = JobListQuery(endpoint: "digits-batch")
        state.take(.jobsLoaded(query: query, page: JobsService(count: 90).page(query)))
        state.take(.jobsRefused(query: query, failure: JobsService.lost))
        #expect(state == before)
    }

    @Test func aQuestionWithoutAnswerIsGivenUpAfterTwoMinutes() {
        var state = Jobs.State(endpoint: nil)
        #expect(state.take(.ticked) == [])
        #expect(state.take(.ticked, at: JobsService.later(120)) == [])
        #expect(state.take(.ticked, at: JobsService.later(121)) == [.ask(0)])
    }

    @Test func aPageThatComesBackShortIsAskedForOnceASecond() throws {
        var state = Self.million.state()
        try state.press("G")
        let query = JobListQuery(start: 999_900)
        var page = Self.million.page(query)
        page.jobs.removeLast(60)
        page.hasMore = true
        #expect(state.take(.jobsLoaded(query: query, page: page)) == [])
        #expect(state.take(.ticked) == [])
        #expect(state.take(.ticked, at: JobsService.later(1)) == [.ask(999_900)])
    }

    // MARK: - Lists without a count

    @Test func whereTheEndIsUnknownThereIsOneMoreRowThanWasSeen() throws {
        let links = JobsService(count: 250, tellsTotal: false)
        var state = links.state()
        #expect(state.window.count == 101)
        let effects = try state.press("G").effects
        #expect(effects == [.ask(100)])
        links.answer(effects, in: &state, limit: 1)
        #expect(state.selectedJob?.id == "batchjob-149")
        #expect(state.window.count == 201)
        links.answer(try state.press("G").effects, in: &state)
        #expect(state.window.count == 250)
        #expect(state.list.total == 250)
    }

    @Test func aCountThatWasLearnedIsNotForgottenWhenTheListBeginsAnew() throws {
        var links = JobsService(count: 150, tellsTotal: false)
        var state = links.state()
        links.answer(try state.press("G").effects, in: &state)
        #expect(state.list.total == 150)
        links.count = 153
        links.answer(try state.press("r").effects, in: &state, limit: 1)
        #expect(state.list.total == 153)
    }
}
