import BatchModel
import ConsoleGrid
import Testing

@testable import ConsoleCore

/// Which key does what where.
@Suite struct JobsKeysTests {
    @Test(arguments: [
        ("j", 1), ("jj<down>k<up>", 1), ("G", 99), ("<end><home>", 0), ("<pgdn>", 21),
        ("<pgdn><pgup>", 0), ("<ctrl-d>", 10), ("<ctrl-d><ctrl-u>", 0), ("k", 0), ("Gg", 0),
    ])
    func rowsAreWalkedByTheUsualKeys(script: String, row: Int) throws {
        var state = JobsService(count: 100).state()
        try state.press(script)
        #expect(state.window.selected == row)
    }

    @Test func aJobIsOpenedCopiedAndItsResultsShown() throws {
        var state = JobsService(count: 12).state()
        #expect(
            try state.press("<enter>oy").effects == [
                .open(.jobDetail("batchjob-11")), .open(.results("batchjob-11")),
                .copy(text: "batchjob-11"),
            ])
    }

    @Test(arguments: [
        JobStatus.notStarted, .starting, .provisioning, .preparing, .queued,
    ])
    func aJobThatHasNotBegunHasNoResults(status: JobStatus) throws {
        var state = Self.one(Job(id: "batchjob-1", status: status))
        let answer = try state.press("o")
        #expect(answer.effects == [])
        #expect(
            answer.refusals == ["the job is \(status): it has not begun to write results"])
    }

    @Test(arguments: [
        JobStatus.running, .finalizing, .completed, .failed, .canceled, .unknown("Odd"),
    ])
    func everyOtherJobMayHaveResults(status: JobStatus) throws {
        var state = Self.one(Job(id: "batchjob-1", status: status))
        #expect(try state.press("o").effects == [.open(.results("batchjob-1"))])
    }

    private static func one(_ job: Job) -> Jobs.State {
        let page = JobPage(
            start: 0, jobs: [job], total: 1, hasMore: false, asOf: JobsService.now, source: "")
        var state = Jobs.State(endpoint: nil, known: page)
        state.resized(to: Size(rows: 24, columns: 80))
        return state
    }

    @Test func aNewJobNeedsAnEndpoint() throws {
        var own = JobsService(count: 0).state(endpoint: "digits-batch")
        #expect(try own.press("n").effects == [.open(.jobForm("digits-batch", nil))])
        var all = JobsService(count: 12).state()
        #expect(try all.press("n").effects == [.open(.jobForm("tumour-pipeline", nil))])
        var empty = JobsService(count: 0).state()
        #expect(
            try empty.press("n").refusals
                == ["no job is selected whose endpoint could be taken"])
        var unknown = Self.one(Job(id: "batchjob-1", status: .running))
        #expect(
            try unknown.press("n").refusals
                == ["the service does not say which endpoint this job is of"])
    }

    @Test func withoutAJobTheReasonIsSaid() throws {
        var unknown = Jobs.State(endpoint: nil)
        #expect(try unknown.press("<enter>").refusals == ["no jobs are known yet"])
        var empty = JobsService(count: 0).state()
        #expect(try empty.press("y").refusals == ["there is no job here yet"])
        var far = JobsService(count: 1_000).state()
        #expect(
            try far.press("G<enter>c").refusals
                == ["this job is still being loaded", "this job is still being loaded"])
    }

    @Test func lettersGoIntoTheOpenFilterAndArrowsStillMove() throws {
        var state = JobsService(count: 12).state()
        #expect(!Jobs.keys.isTyping(in: state))
        try state.press("/")
        #expect(Jobs.keys.isTyping(in: state))
        #expect(try state.press("batch<down><down>").effects == [])
        #expect(state.filter.field.value == "batch")
        #expect(state.window.selected == 2)
        try state.press("<ctrl-u>")
        #expect(state.filter.field.isEmpty)
        try state.press("rcnoFyq<enter>")
        #expect(state.filter.field.value == "rcnoFyq")
        #expect(!Jobs.keys.isTyping(in: state))
        #expect(Jobs.keys.verdict(for: .character("q"), in: state) == nil)
        #expect(Jobs.keys.verdict(for: .tab, in: state) == nil)
    }

    @Test func escapeTakesBackOneThingAfterTheOther() throws {
        var state = JobsService(count: 12).state()
        try state.press("/batch<enter>cy")
        state.take(.cancelRefused(job: "batchjob-11", failure: JobsService.lost))
        try state.press("c")
        try state.press("<esc>")
        #expect(state.question == nil)
        #expect(state.notice != nil)
        try state.press("<esc>")
        #expect(state.notice == nil)
        #expect(state.isFiltered)
        try state.press("<esc>")
        #expect(!state.isFiltered)
        #expect(Jobs.keys.verdict(for: .escape, in: state) == nil)
    }

    @Test func theMouseSelectsOpensAndScrolls() throws {
        var state = JobsService(count: 100).state()
        #expect(try state.press("<click-left@4,10>").effects == [])
        #expect(state.window.selected == 2)
        #expect(
            try state.press("<click-left@4,10>").effects == [.open(.jobDetail("batchjob-97"))])
        try state.press("<wheel-down@4,10>")
        #expect(state.window.offset == 3)
        #expect(state.window.selected == 3)
        #expect(try state.press("<click-left@0,3><click-left@1,3><click-left@23,3>").effects == [])
        #expect(state.window.selected == 3)
        try state.press("<wheel-up@4,10>")
        #expect(state.window.offset == 0)
        var short = JobsService(count: 2).state()
        try short.press("<click-left@10,10>")
        #expect(short.window.selected == 0)
    }

    @Test func hintsSayWhatIsRefused() {
        let state = JobsService(count: 0).state()
        let hints = Jobs.keys.hints(in: state)
        #expect(
            hints.map(\.text) == [
                "open", "results", "new job", "again", "cancel", "retry", "copy id", "mark",
                "filter", "failed first", "refresh",
            ])
        #expect(
            hints.filter { !$0.isRefused }.map(\.text) == ["filter", "failed first", "refresh"])
    }

    @Test func inTheQuestionOnlyItsKeysAreHinted() throws {
        var state = JobsService(count: 12).state()
        try state.press("c")
        #expect(Jobs.keys.hints(in: state).map(\.text) == ["yes", "no"])
        #expect(
            Jobs.keys.verdict(for: .mouse(.init(kind: .left, position: .zero)), in: state) == nil)
    }

    @Test func theBreadcrumbNamesTheEndpoint() {
        #expect(Jobs.title(of: Jobs.State(endpoint: nil)) == "jobs")
        #expect(Jobs.title(of: Jobs.State(endpoint: "digits-batch")) == "jobs of digits-batch")
    }
}
