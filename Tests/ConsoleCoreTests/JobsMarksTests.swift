import BatchModel
import ConsoleGrid
import Testing

@testable import ConsoleCore

/// Marks are of jobs, and what is done over them.
@Suite struct JobsMarksTests {
    private static func marked(_ state: Jobs.State) -> [Job.ID] { state.marks.sorted.map(\.id) }

    @Test func spaceMarksAndGoesOnAndTakesTheMarkOffAgain() throws {
        var state = JobsService(count: 12).state()
        #expect(try state.press("<space><space>").effects == [])
        #expect(Self.marked(state) == ["batchjob-11", "batchjob-10"])
        #expect(state.window.selected == 2)
        try state.press("k<space>")
        #expect(Self.marked(state) == ["batchjob-11"])
        let picture = state.picture().plainText
        #expect(picture.contains("Jobs 12 · 1 marked"), "\(picture)")
        #expect(picture.contains("●+ batchjob-11"), "the sign is no colour: \(picture)")
        #expect(!picture.contains("●+ batchjob-10"))
    }

    @Test func marksStayWithTheirJobsWhateverBecomesOfTheRows() throws {
        var service = JobsService(count: 1_000)
        var state = service.state()
        try state.press("<space>j<space>")
        let ids = Self.marked(state)
        #expect(ids == ["batchjob-999", "batchjob-997"])
        // New jobs come in, another order, a filter that lets neither pass, pages far away.
        service.count = 1_003
        service.answer([.ask(0)], in: &state, at: JobsService.later(5))
        service.answer(try state.press("F/wine<enter>").effects, in: &state)
        #expect(Self.marked(state) == ids)
        service.answer(try state.press("<esc>").effects, in: &state)
        #expect(Self.marked(state) == [], "the marks go before the filter")
        #expect(state.isFiltered)
        service.answer(try state.press("<esc>F").effects, in: &state)
        try state.press("g<space>")
        service.answer(try state.press("G").effects, in: &state)
        for page in stride(from: 0, to: 900, by: 40) {
            service.answer(try state.press("<pgup>").effects, in: &state, limit: 20)
            _ = page
        }
        #expect(Self.marked(state).count == 1)
    }

    @Test func aMarkedJobIsKnownAsItIsNowEvenWithoutItsRow() throws {
        let service = JobsService(count: 12)
        var state = service.state()
        try state.press("<space>")
        var job = service.job(at: 0)
        job.status = .failed
        state.take(.jobsChanged(jobs: [job], at: JobsService.now))
        #expect(state.marks.sorted.map(\.status) == [.failed])
    }

    @Test func aRangeGoesFromTheMarkBeforeToHere() throws {
        var state = JobsService(count: 12).state()
        try state.press("j<space>jj<ctrl-space>")
        #expect(
            Self.marked(state) == ["batchjob-10", "batchjob-9", "batchjob-8", "batchjob-7"])
        try state.press("<esc>")
        try state.press("<ctrl-space>")
        #expect(Self.marked(state) == ["batchjob-7"], "a range without a mark is the job itself")
    }

    @Test func aRangeSaysWhichJobsItCouldNotMark() throws {
        let service = JobsService(count: 1_000)
        var state = service.state()
        try state.press("<space>")
        service.answer(try state.press("G").effects, in: &state)
        try state.press("<ctrl-space>")
        #expect(
            state.notice?.contains("not loaded and not marked") == true, "\(state.notice ?? "")")
        #expect(state.marks.contains("batchjob-0"))
    }

    @Test func allIsWhatTheFilterLetsPassAndOnceMoreNone() throws {
        let service = JobsService(count: 12)
        var state = service.state()
        try state.press("/status:failed<enter>*")
        #expect(Self.marked(state) == ["batchjob-3"])
        try state.press("*")
        #expect(state.marks.isEmpty)
        try state.press("<esc>*")
        #expect(state.marks.count == 12)
    }

    @Test func whereNotAllIsLoadedAFilterHasToSayWhichAreMeant() throws {
        let service = JobsService(count: 12_345)
        var state = service.state()
        #expect(
            try state.press("*").refusals == [
                "the list is longer than what is loaded: a filter (/) says which are meant"
            ])
        service.answer(try state.press("/wine<enter>").effects, in: &state)
        try state.press("*")
        #expect(state.marks.count == 667)
        #expect(
            state.notice
                == "667 jobs marked, of the newest 2,000: what lies behind was not looked at.")
    }

    // MARK: - Acts

    @Test func oneQuestionSaysHowManyAndHowManyNot() throws {
        var state = JobsService(count: 12).state()
        try state.press("<space><space><space><space>c")
        let picture = state.picture().plainText
        #expect(picture.contains("Cancel 3 jobs?"), "\(picture)")
        #expect(picture.contains("1 is left out: 1 ended already."), "\(picture)")
        let ids: [Job.ID] = ["batchjob-11", "batchjob-10", "batchjob-9"]
        #expect(try state.press("y").effects == [.cancel(ids)])
        #expect(state.cancelling.map(\.id) == ids)
        #expect(
            try state.press("c").refusals == [
                "none of the marked jobs: 3 being asked to cancel, 1 ended already"
            ])
    }

    @Test func whoIsDoneWithLosesItsMarkAndWhoIsRefusedKeepsIt() throws {
        var state = JobsService(count: 12).state()
        try state.press("<space><space>cy")
        state.take(.cancelAccepted(job: "batchjob-11"))
        state.take(.cancelRefused(job: "batchjob-10", failure: JobsService.lost))
        #expect(Self.marked(state) == ["batchjob-10"])
        #expect(state.cancelling.isEmpty)
        #expect(state.job(atRow: 0)?.status == .cancelRequested)
    }

    @Test func whatEndedWhileTheQuestionWasOpenIsLeftOut() throws {
        let service = JobsService(count: 12)
        var state = service.state()
        try state.press("<space><space>c")
        var job = service.job(at: 0)
        job.status = .completed
        state.take(.jobsChanged(jobs: [job], at: JobsService.now))
        #expect(try state.press("y").effects == [.cancel(["batchjob-10"])])
        #expect(state.notice == "1 is left out: 1 ended already.")
    }

    @Test func severalJobsAreArchivedAfterAQuestion() throws {
        var state = JobsService(count: 12).state()
        try state.press("*A")
        let picture = state.picture().plainText
        #expect(picture.contains("Archive 9 jobs?"), "\(picture)")
        #expect(picture.contains("3 are left out: 3 not ended yet."), "\(picture)")
        let answer = try state.press("y")
        #expect(answer.effects.count == 1)
        guard case .archive(let ids)? = answer.effects.first else { return }
        #expect(ids.count == 9 && ids.first == "batchjob-8")
    }

    @Test func theIdsOfAllAreCopied() throws {
        var state = JobsService(count: 12).state()
        #expect(
            try state.press("<space><space>y").effects == [
                .copy(text: "batchjob-11\nbatchjob-10")
            ])
    }

    @Test func twoAreComparedTheOlderOnTheLeft() throws {
        var state = JobsService(count: 12).state()
        #expect(
            try state.press("=").refusals == ["two jobs are compared: 0 marked (space marks)"])
        #expect(
            try state.press("<space><space>=").effects == [
                .open(.compare("batchjob-10", "batchjob-11"))
            ])
        #expect(
            try state.press("<space>=").refusals == [
                "two jobs are compared: 3 marked (space marks)"
            ])
    }

    @Test func theOtherListKeepsNoMarksAndSaysSo() throws {
        var state = JobsService(count: 12).state()
        #expect(try state.press("<space><space>V").effects.count == 1)
        #expect(state.isArchived && state.marks.isEmpty)
        #expect(state.notice?.hasPrefix("2 marks were taken off") == true)
        try state.press("<esc>V")
        #expect(!state.isArchived && state.notice == nil)
        let query = JobListQuery(start: 0, count: 100)
        state.take(.jobsLoaded(query: query, page: JobsService(count: 12).page(query)))
        try state.press("<space>V")
        #expect(state.notice?.hasPrefix("The mark was taken off") == true)
    }

    @Test func twoMarksPutTheirComparisonIntoTheFooter() throws {
        var state = AppTests.begun()
        try state.press("J")
        let page = JobsService(count: 12).first()
        _ = App.reduce(&state, .jobs(.jobsLoaded(query: JobListQuery(), page: page)))
        func footer() -> String { App.view(state).plainText(row: state.size.rows - 1) }
        try state.press("<space>")
        #expect(!footer().contains("= compare"))
        try state.press("<space>")
        #expect(footer().hasPrefix(" = compare"), "\(footer())")
        #expect(footer().contains("? help"), "\(footer())")
        try state.press("<space>")
        #expect(!footer().contains("= compare"))
    }

    // MARK: - Orders

    @Test func theOrdersComeOneAfterTheOther() throws {
        let service = JobsService(count: 12)
        var state = service.state()
        try state.press("S")
        #expect(state.order == .failedFirst && state.shownIDs.first == "batchjob-3")
        try state.press("S")
        #expect(state.picture().plainText.contains("Jobs 12 · longest first"))
        #expect(state.shownIDs.first == "batchjob-10", "it has been running the longest")
        #expect(state.shownIDs.last == "batchjob-9", "what never began comes last")
        try state.press("S")
        #expect(state.picture().plainText.contains("Jobs 12 · by name"))
        let names = state.window.visible.compactMap { state.job(atRow: $0) }.map(JobLine.name)
        #expect(names == names.sorted() && names.count == 12)
        try state.press("S")
        #expect(state.order == .newest && state.arrangement == nil)
        #expect(state.shownIDs.first == "batchjob-11")
    }

    @Test func theLongestIsMeasuredByTheServicesClock() throws {
        var page = JobsService(count: 4).first()
        let ahead: Duration = .seconds(7_200)
        for index in page.jobs.indices { page.jobs[index].status = .completed }
        for index in page.jobs.indices {
            page.jobs[index].startedAt = JobsService.now + .seconds(6_000)
            page.jobs[index].endedAt = JobsService.now + .seconds(6_100 + index)
        }
        page.jobs[2].status = .running
        page.jobs[2].startedAt = JobsService.now + .seconds(7_000)
        page.jobs[2].endedAt = nil
        var state = App.initial(size: Size(rows: 30, columns: 100), glyphs: .unicode)
        _ = App.reduce(&state, .started(lastSeen: AppTests.lastSeen, at: JobsService.now))
        var info = try #require(AppTests.lastSeen.connection)
        info.clockAhead = ahead
        _ = App.reduce(&state, .connected(info: info, at: JobsService.now))
        try state.press("JSS")
        _ = App.reduce(&state, .jobs(.jobsLoaded(query: JobListQuery(), page: page)))
        #expect(state.jobs?.shownIDs.first == "batchjob-1", "200 s, more than 103 s")
        try state.press("/age:<21m")
        #expect(state.jobs?.shownIDs.isEmpty == true, "all were made two hours ago there")
    }

    @Test func anotherOrderOfALongListSaysHowFarItGoes() throws {
        let service = JobsService(count: 12_345)
        var state = service.state()
        try state.press("SS")
        let picture = state.picture().plainText
        #expect(picture.contains("Jobs 12,345 · longest first"), "\(picture)")
        #expect(picture.contains("in the newest 100 of 12,345"), "\(picture)")
    }

    @Test func wideListsShowTheRateAndWhatIsLeft() throws {
        var page = JobsService(count: 2).first()
        page.jobs[0].progress = Progress(
            processedMiniBatches: 40, totalMiniBatches: 60, elapsed: .seconds(20))
        var state = Jobs.State(endpoint: nil, known: page)
        state.resized(to: Size(rows: 8, columns: 160))
        let picture = state.picture().plainText
        #expect(picture.contains("rate") && picture.contains("left"), "\(picture)")
        #expect(picture.contains("2.0/s") && picture.contains("0:10"), "\(picture)")
    }
}
