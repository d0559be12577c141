import BatchModel
import ConsoleGrid
import Testing

@testable import ConsoleCore

/// Some of the jobs: the filter, and failed ones first.
@Suite struct JobsFilterTests {
    @Test(arguments: [
        ("status:failed", ["batchjob-3"]), ("status:=Running", ["batchjob-11", "batchjob-10"]),
        ("endpoint:wine status:completed", ["batchjob-7", "batchjob-4", "batchjob-1"]),
        ("deployment:gnb age:<10m", ["batchjob-10", "batchjob-7"]),
        ("name:nightly", ["batchjob-8", "batchjob-4", "batchjob-0"]),
        ("id:/-1.$/", ["batchjob-11", "batchjob-10"]),
        ("experiment:digits !status:completed", ["batchjob-9", "batchjob-3"]),
        ("nightly !wine", ["batchjob-8", "batchjob-0"]), ("gnb queued", []),
    ])
    func columnsAndWords(filter: String, ids: [String]) throws {
        var state = JobsService(count: 12).state()
        try state.press("/" + filter.split(separator: " ").joined(separator: "<space>"))
        #expect(state.shownIDs == ids.map { Job.ID($0) })
    }

    @Test func theBestMatchComesFirstAndIsSelected() throws {
        let service = JobsService(count: 12)
        var state = service.state()
        var page = service.first()
        page.jobs[2].displayName = "n-i-g-h-t-l-y"
        state.take(.jobsLoaded(query: JobListQuery(), page: page))
        try state.press("jjjjj/nightly")
        #expect(
            state.shownIDs == ["batchjob-8", "batchjob-4", "batchjob-0", "batchjob-9"],
            "letters in a row are worth more than the newest job")
        #expect(state.selectedJob?.id == "batchjob-8")
        try state.press("<enter>")
        #expect(state.selectedJob?.id == "batchjob-8", "keeping the filter leaves the row")
        try state.press("<esc>")
        #expect(state.selectedJob?.id == "batchjob-6", "and clearing it leads back")
    }

    @Test func aRowThatWasChosenInTheFilterStaysWhileItsTextGrows() throws {
        var state = JobsService(count: 12).state()
        try state.press("/wine<down>")
        let chosen = state.selectedJob?.id
        try state.press("<space>gnb")
        #expect(state.selectedJob?.id == chosen)
        #expect(chosen == "batchjob-7")
    }

    @Test func theFilterLooksOnPageByPageUpToItsLimit() throws {
        let service = JobsService(count: 12_345)
        var state = service.state()
        #expect(try state.press("/status:queued").effects == [.ask(100)])
        for start in stride(from: 100, to: 1_900, by: 100) {
            #expect(state.isLookingOn)
            let query = JobListQuery(start: start)
            #expect(
                state.take(.jobsLoaded(query: query, page: service.page(query)))
                    == [.ask(start + 100)])
        }
        service.answer([.ask(1_900)], in: &state)
        #expect(!state.isLookingOn)
        #expect(state.heldRows == Jobs.heldRowsLimit)
        #expect(state.arrangement?.scope == 2_000)
        #expect(state.shownIDs == ["batchjob-12342"])
    }

    @Test func aRefusedPageStopsTheLookForAWhile() throws {
        var state = JobsService(count: 12_345).state()
        try state.press("/x")
        let query = JobListQuery(start: 100)
        #expect(state.take(.jobsRefused(query: query, failure: JobsService.lost)) == [])
        #expect(state.asks.failure == JobsService.lost)
        #expect(state.take(.ticked, at: JobsService.later(4)) == [])
        #expect(state.take(.ticked, at: JobsService.later(10)) == [.ask(0), .ask(100)])
    }

    @Test func aListThatIsWholeIsNotAskedForAgain() throws {
        var state = JobsService(count: 12).state()
        #expect(try state.press("/failed").effects == [])
        #expect(!state.isLookingOn)
    }

    @Test func clearingGoesBackToTheSelectedMatch() throws {
        let service = JobsService(count: 500)
        var state = service.state()
        service.answer(try state.press("/status:failed<enter>").effects, in: &state)
        try state.press("jjj")
        let chosen = state.selectedJob?.id
        #expect(state.window.selected == 3)
        try state.press("<esc>")
        #expect(state.selectedJob?.id == chosen)
        #expect(!state.isFiltered)
        #expect(Jobs.keys.verdict(for: .escape, in: state) == nil)
    }

    @Test func aFilterThatNothingPassesLeavesTheSelectionWhereItWas() throws {
        var state = JobsService(count: 12).state()
        try state.press("jjjj/nothing")
        #expect(state.window.isEmpty)
        #expect(try state.press("<enter><enter>").refusals == ["no job passes the filter"])
        try state.press("<esc>")
        #expect(state.selectedJob?.id == "batchjob-7")
    }

    @Test func theSelectedJobStaysSelectedWhileJobsComeIn() throws {
        var service = JobsService(count: 90)
        var state = service.state()
        try state.press("/status:failed<enter>jj")
        let chosen = state.selectedJob?.id
        service.count = 97
        service.answer([.ask(0)], in: &state)
        #expect(state.selectedJob?.id == chosen)
        #expect(state.window.selected == 3)
    }

    @Test func aJobThatNoLongerPassesGoes() throws {
        var state = JobsService(count: 12).state()
        try state.press("/status:running<enter>j")
        var job = JobsService.job(10, of: 12)
        job.status = .completed
        state.take(.jobsChanged(jobs: [job], at: JobsService.now))
        #expect(state.shownIDs == ["batchjob-11"])
        #expect(state.selectedJob?.id == "batchjob-11")
    }

    @Test func agesPassWithTheTime() throws {
        var state = JobsService(count: 12).state()
        try state.press("/age:<lt>4m<enter>")
        #expect(state.shownIDs == ["batchjob-11", "batchjob-10"])
        state.take(.ticked, at: JobsService.later(60))
        #expect(state.shownIDs == ["batchjob-11"])
    }

    @Test func aLineThatCannotBeReadLeavesTheRowsOfTheLastThatCould() throws {
        var state = JobsService(count: 12).state()
        try state.press("/status:failed<space>cost:3")
        #expect(state.filter.problem?.hasPrefix("Filter word \"cost:\"") == true)
        #expect(state.shownIDs.count <= 1)
        #expect(try state.press("<enter>").refusals == ["the filter cannot be read"])
        #expect(state.filter.isEditing)
        try state.press("<ctrl-w><enter>")
        #expect(!state.filter.isEditing)
        #expect(state.shownIDs == ["batchjob-3"])
    }

    @Test(arguments: [
        ("age:<soon", "Filter word \"age:<soon\": soon is no length of time. Write age:<90s"),
        ("status:fialed", "no status is called fialed. There are: NotStarted"),
        ("status:<failed", "no status is more or less than another"),
        ("progress:>x", "there is no such column. Columns here: status, endpoint"),
    ])
    func aMistakeIsNamedWhereItIsTypedAndTheRowsStay(word: String, problem: String) throws {
        var state = JobsService(count: 12).state()
        try state.press("/wine<space>")
        let before = state.shownIDs
        let search = state.search
        #expect(before.count > 2)
        // At once: letter by letter it is a word that no row has, before it is a mistake.
        state.take(.filterEdited(key: .paste(word)))
        #expect(state.filter.problem?.contains(problem) == true, "\(state.filter.problem ?? "")")
        #expect(state.shownIDs == before)
        #expect(state.search == search)
    }

    @Test func jobsThatCameInDoNotEmptyTheFilter() throws {
        var service = JobsService(count: 1_000)
        var state = service.state()
        let effects = try state.press("/status:failed").effects
        let before = state.window.count
        service.count = 1_002
        guard case .loadJobs(let query) = effects[0] else { return }
        let next = state.take(.jobsLoaded(query: query, page: service.page(query)))
        #expect(state.window.count >= before)
        #expect(next == [.ask(0), .ask(200)])
    }

    // MARK: - Failed first

    @Test func failedOnesThenThoseUnderWayThenTheRest() throws {
        var state = JobsService(count: 14).state()
        try state.press("F")
        #expect(
            state.shownIDs.prefix(6) == [
                "batchjob-10", "batchjob-3", "batchjob-13", "batchjob-12", "batchjob-11",
                "batchjob-9",
            ])
        #expect(state.shownIDs.count == 14)
        try state.press("F")
        #expect(state.shownIDs.first == "batchjob-13")
    }

    @Test func theSortGoesOnWhereItsLastRowIsVisible() throws {
        let service = JobsService(count: 1_000)
        var state = service.state()
        #expect(try state.press("F").effects == [])
        #expect(state.window.count == 101)
        #expect(try state.press("G").effects == [.ask(100)])
        #expect(state.selectedJob == nil)
        service.answer([.ask(100)], in: &state)
        #expect(state.window.selected == 100)
        #expect(state.window.count == 201)
    }

    @Test func aMistakeThatIsCutSaysThatItGoesOn() throws {
        var state = JobsService(count: 12).state(Size(rows: 16, columns: 30))
        try state.press("/cost:3")
        let problem = try #require(state.filter.problem)
        let layout = Jobs.layout(of: state, in: Rect(size: state.size), glyphs: .unicode)
        let isWhole = Paragraph.wrap(problem, columns: 26).count <= 4
        #expect(layout.problemLines.count <= 4)
        #expect(isWhole || layout.problemLines.last?.hasSuffix("…") == true, "\(problem)")
    }
}
