import BatchModel
import ConsoleGrid
import Testing

@testable import ConsoleCore

/// Pictures of the list.
@Suite struct JobsScreenTests {
    private static let refusedSource =
        "the workspace's job list, because the endpoint's own refused"

    @Test func allJobsAtEightyByTwentyFour() {
        let state = JobsService(count: 1_234).state()
        #expect(
            state.picture(at: JobsService.later(3)).plainText == """
                ┌ Jobs 1,234 ──────────────────────────────────────────────────────────────────┐
                │    job              status        progress         endpoint/deploy…      age │
                │ ●  batchjob-1233    Running       ▕████▊░░▏ 41/60  digits-batch/ne…    1 min █
                │ ●  nightly 1232     Running       41/60 3 failed   tumour-pipeline…    3 min │
                │ ○  batchjob-1231    Queued                         wine-classifier…    4 min │
                │ ✓  batchjob-1230    Completed     60/60            digits-batch/ne…    6 min │
                │ ✓  batchjob-1229    Completed     60/60            tumour-pipeline…    7 min │
                │ ✗  nightly 1228     Failed        60/60            wine-classifier…    9 min │
                │ ✓  batchjob-1227    Completed     60/60            digits-batch/ne…   10 min │
                │ ⊘  batchjob-1226    Canceled      60/60            tumour-pipeline…   12 min │
                │ ✓  batchjob-1225    Completed     60/60            wine-classifier…   13 min │
                │ ✓  nightly 1224     Completed     60/60            digits-batch/ne…   15 min │
                │ ✓  batchjob-1223    Completed     60/60            tumour-pipeline…   16 min │
                │ ✓  batchjob-1222    Completed     60/60            wine-classifier…   18 min │
                │ ✗  batchjob-1221    Failed        60/60            digits-batch/ne…   19 min │
                │ ✓  nightly 1220     Completed     60/60            tumour-pipeline…   21 min │
                │ ✓  batchjob-1219    Completed     60/60            wine-classifier…   22 min │
                │ ✓  batchjob-1218    Completed     60/60            digits-batch/ne…   24 min │
                │ ✓  batchjob-1217    Completed     60/60            tumour-pipeline…   25 min │
                │ ✓  nightly 1216     Completed     60/60            wine-classifier…   27 min │
                │ ⊘  batchjob-1215    Canceled      60/60            digits-batch/ne…   28 min │
                │ ✗  batchjob-1214    Failed        60/60            tumour-pipeline…   30 min │
                │ ✓  batchjob-1213    Completed     60/60            wine-classifier…   31 min │
                └─ 1-21 of 1,234 ──────────────────────────────────────────────────── 3 s old ─┘
                """)
    }

    @Test func anEndpointsJobsAtSixtyBySixteenFromAnotherList() {
        let state = JobsService(count: 1_234, source: Self.refusedSource)
            .state(Size(rows: 16, columns: 60), endpoint: "digits-batch")
        #expect(
            state.picture(at: JobsService.later(3)).plainText == """
                ┌ Jobs of digits-batch 1,234 ──────────────────────────────┐
                │   job              status        progress             age│
                │●  batchjob-1233    Running       ▕████▊░░▏ 41/60    1 min█
                │●  nightly 1232     Running       41/60 3 failed     3 min│
                │○  batchjob-1231    Queued                           4 min│
                │✓  batchjob-1230    Completed     60/60              6 min│
                │✓  batchjob-1229    Completed     60/60              7 min│
                │✗  nightly 1228     Failed        60/60              9 min│
                │✓  batchjob-1227    Completed     60/60             10 min│
                │⊘  batchjob-1226    Canceled      60/60             12 min│
                │✓  batchjob-1225    Completed     60/60             13 min│
                │✓  nightly 1224     Completed     60/60             15 min│
                │✓  batchjob-1223    Completed     60/60             16 min│
                │✓  batchjob-1222    Completed     60/60             18 min│
                │✗  batchjob-1221    Failed        60/60             19 min│
                └─ 1-13 of 1,234 ─ from the workspace's job li… · 3 s old ─┘
                """)
    }

    @Test func allJobsAtAHundredAndSixtyByFifty() {
        let state = JobsService(count: 12).state(Size(rows: 50, columns: 160))
        #expect(
            state.picture().plainText == """
                ┌ Jobs 12 ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────┐
                │    job                                 status        progress                             rate      left  endpoint/deployment                 took      age  │
                │ ●  batchjob-11                         Running       ▕███████████████░░░░░░░▏ 41/60                       tumour-pipeline/with-prep           1:28    1 min  │
                │ ●  batchjob-10                         Running       ▕████████▉░░░░▏ 41/60 3 failed                       wine-classifier/gnb                 2:58    3 min  │
                │ ○  batchjob-9                          Queued                                                             digits-batch/nearest                        4 min  │
                │ ✓  nightly 8                           Completed     60/60                                                tumour-pipeline/with-prep          7.5 s    6 min  │
                │ ✓  batchjob-7                          Completed     60/60                                                wine-classifier/gnb                7.5 s    7 min  │
                │ ✓  batchjob-6                          Completed     60/60                                                digits-batch/nearest               7.5 s    9 min  │
                │ ⊘  batchjob-5                          Canceled      60/60                                                tumour-pipeline/with-prep          7.5 s   10 min  │
                │ ✓  nightly 4                           Completed     60/60                                                wine-classifier/gnb                7.5 s   12 min  │
                │ ✗  batchjob-3                          Failed        60/60                                                digits-batch/nearest               7.5 s   13 min  │
                │ ✓  batchjob-2                          Completed     60/60                                                tumour-pipeline/with-prep          7.5 s   15 min  │
                │ ✓  batchjob-1                          Completed     60/60                                                wine-classifier/gnb                7.5 s   16 min  │
                │ ✓  nightly 0                           Completed     60/60                                                digits-batch/nearest               7.5 s   18 min  │
                │                                                                                                                                                              │
                │                                                                                                                                                              │
                │                                                                                                                                                              │
                │                                                                                                                                                              │
                │                                                                                                                                                              │
                │                                                                                                                                                              │
                │                                                                                                                                                              │
                │                                                                                                                                                              │
                │                                                                                                                                                              │
                │                                                                                                                                                              │
                │                                                                                                                                                              │
                │                                                                                                                                                              │
                │                                                                                                                                                              │
                │                                                                                                                                                              │
                │                                                                                                                                                              │
                │                                                                                                                                                              │
                │                                                                                                                                                              │
                │                                                                                                                                                              │
                │                                                                                                                                                              │
                │                                                                                                                                                              │
                │                                                                                                                                                              │
                │                                                                                                                                                              │
                │                                                                                                                                                              │
                │                                                                                                                                                              │
                │                                                                                                                                                              │
                │                                                                                                                                                              │
                │                                                                                                                                                              │
                │                                                                                                                                                              │
                │                                                                                                                                                              │
                │                                                                                                                                                              │
                │                                                                                                                                                              │
                │                                                                                                                                                              │
                │                                                                                                                                                              │
                │                                                                                                                                                              │
                │                                                                                                                                                              │
                └──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────── from the workspace's job list · now ─┘
                """)
    }

    @Test func theFilterBeingTypedLooksOn() throws {
        var state = JobsService(count: 12_345).state(Size(rows: 16, columns: 60))
        try state.press("/status:failed<space>gnb")
        #expect(
            state.picture(at: JobsService.later(3)).plainText == """
                ┌ Jobs 12,345 · 5 matches · /status:failed gnb ────────────┐
                │/ status:failed gnb                                       │
                │   job              status        progress             age│
                │✗  batchjob-12337   Failed        60/60             12 min│
                │✗  batchjob-12295   Failed        60/60                1 h│
                │✗  batchjob-12274   Failed        60/60                1 h│
                │✗  batchjob-12253   Failed        60/60                2 h│
                │✗  nightly 12316    Failed        60/60             43 min│
                │                                                          │
                │                                                          │
                │                                                          │
                │                                                          │
                │                                                          │
                │                                                          │
                │                                                          │
                └─ in the newest 100 of 12,345 · looking on ───── 3 s old ─┘
                """)
        #expect(state.picture().cursor == Point(row: 1, column: 20))
    }

    @Test func aFilterThatCannotBeRead() throws {
        var state = JobsService(count: 12).state(Size(rows: 16, columns: 60))
        try state.press("/status:failed<space>cost:3")
        #expect(
            state.picture().plainText == """
                ┌ Jobs 12 · 1 match · /status:failed cost ─────────────────┐
                │/ status:failed cost:3                                    │
                │! Filter word "cost:": there is no such column. Columns   │
                │  here: status, endpoint, deployment, name, id,           │
                │  experiment, age.                                        │
                │   job              status        progress             age│
                │✗  batchjob-3       Failed        60/60             13 min│
                │                                                          │
                │                                                          │
                │                                                          │
                │                                                          │
                │                                                          │
                │                                                          │
                │                                                          │
                │                                                          │
                └──────────────────────────────────────────────────── now ─┘
                """)
    }

    @Test func keptFilterAndFailedFirst() throws {
        let service = JobsService(count: 12_345)
        var state = service.state()
        service.answer(try state.press("F/wine<enter>").effects, in: &state)
        #expect(
            state.picture().plainText == """
                ┌ Jobs 12,345 · failed first · 667 matches · /wine ────────────────────────────┐
                │    job              status        progress         endpoint/deploy…      age │
                │ ✗  batchjob-12337   Failed        60/60            wine-classifier…   12 min █
                │ ✗  nightly 12316    Failed        60/60            wine-classifier…   43 min │
                │ ✗  batchjob-12295   Failed        60/60            wine-classifier…      1 h │
                │ ✗  batchjob-12274   Failed        60/60            wine-classifier…      1 h │
                │ ✗  batchjob-12253   Failed        60/60            wine-classifier…      2 h │
                │ ✗  nightly 12232    Failed        60/60            wine-classifier…      2 h │
                │ ✗  batchjob-12211   Failed        60/60            wine-classifier…      3 h │
                │ ✗  batchjob-12190   Failed        60/60            wine-classifier…      3 h │
                │ ✗  batchjob-12169   Failed        60/60            wine-classifier…      4 h │
                │ ✗  nightly 12148    Failed        60/60            wine-classifier…      4 h │
                │ ✗  batchjob-12127   Failed        60/60            wine-classifier…      5 h │
                │ ✗  batchjob-12106   Failed        60/60            wine-classifier…      5 h │
                │ ✗  batchjob-12085   Failed        60/60            wine-classifier…      6 h │
                │ ✗  nightly 12064    Failed        60/60            wine-classifier…      7 h │
                │ ✗  batchjob-12043   Failed        60/60            wine-classifier…      7 h │
                │ ✗  batchjob-12022   Failed        60/60            wine-classifier…      8 h │
                │ ✗  batchjob-12001   Failed        60/60            wine-classifier…      8 h │
                │ ✗  nightly 11980    Failed        60/60            wine-classifier…      9 h │
                │ ✗  batchjob-11959   Failed        60/60            wine-classifier…      9 h │
                │ ✗  batchjob-11938   Failed        60/60            wine-classifier…     10 h │
                │ ✗  batchjob-11917   Failed        60/60            wine-classifier…     10 h │
                └─ in the newest 2,000 of 12,345 ──────────────────────────────────────── now ─┘
                """)
    }

    @Test func nothingPassesTheFilter() throws {
        var state = JobsService(count: 12).state(Size(rows: 7, columns: 60))
        try state.press("/nothing<enter>")
        #expect(
            state.picture().plainText == """
                ┌ Jobs 12 · 0 matches · /nothing ──────────────────────────┐
                │                                                          │
                │No job passes the filter: esc clears it.                  │
                │                                                          │
                │                                                          │
                │                                                          │
                └──────────────────────────────────────────────────── now ─┘
                """)
    }

    @Test func theEndOfAMillionBeforeItIsLoaded() throws {
        var state = JobsService(count: 1_000_000).state(Size(rows: 12, columns: 80))
        try state.press("G")
        #expect(
            state.picture().plainText == """
                ┌ Jobs 1,000,000 ──────────────────────────────────────────────────────────────┐
                │    job              status        progress         endpoint/deploy…      age │
                │    …                                                                         │
                │    …                                                                         │
                │    …                                                                         │
                │    …                                                                         │
                │    …                                                                         │
                │    …                                                                         │
                │    …                                                                         │
                │    …                                                                         │
                │    …                                                                         █
                └─ 999,992-1,000,000 of 1,000,000 ─────────────────────────────────────── now ─┘
                """)
    }

    @Test func theQuestionBeforeCancelling() throws {
        var state = JobsService(count: 12).state(Size(rows: 16, columns: 80))
        try state.press("jc")
        #expect(
            state.picture().plainText == """
                ┌ Jobs 12 ─────────────────────────────────────────────────────────────────────┐
                │    job              status        progress         endpoint/deploy…      age │
                │ ●  batchjob-11      Running       ▕████▊░░▏ 41/60  tumour-pipeline…    1 min │
                │ ●  bat┌ Cancel this job? ────────────────────────────────────────────┐ 3 min │
                │ ○  bat│                                                              │ 4 min │
                │ ✓  nig│ batchjob-10 on wine-classifier/gnb: Running, 41 of 60        │ 6 min │
                │ ✓  bat│ mini-batches done.                                           │ 7 min │
                │ ✓  bat│ A cancelled job cannot be taken up again.                    │ 9 min │
                │ ⊘  bat│                                                              │10 min │
                │ ✓  nig│                                                              │12 min │
                │ ✗  bat│ y cancel the job    n keep it                                │13 min │
                │ ✓  bat└──────────────────────────────────────────────────────────────┘15 min │
                │ ✓  batchjob-1       Completed     60/60            wine-classifier…   16 min │
                │ ✓  nightly 0        Completed     60/60            digits-batch/ne…   18 min │
                │                                                                              │
                └──────────────────────────────────────────────────────────────────────── now ─┘
                """)
    }

    @Test func failuresStandBelowWhatIsKnown() throws {
        var state = JobsService(count: 12).state(Size(rows: 16, columns: 80))
        try state.press("cy")
        state.take(
            .cancelRefused(
                job: "batchjob-11",
                failure: ServiceFailure(
                    kind: .conflict, operation: "cancel batchjob-11",
                    detail: "the service answered 409: the job is being finalized.",
                    advice: "Wait for its end.")))
        try state.press("jcyr")
        state.take(.jobsRefused(query: JobListQuery(), failure: JobsService.lost))
        state.take(
            .cancelRefused(
                job: "batchjob-10",
                failure: ServiceFailure(
                    kind: .conflict, operation: "cancel batchjob-10",
                    detail: "the service answered 409: the job is being finalized.",
                    advice: "Wait for its end.")))
        try state.press("gcy")
        #expect(
            state.picture(at: JobsService.later(130)).plainText == """
                ┌ Jobs 12 ─────────────────────────────────────────────────────────────────────┐
                │    job              status        progress         endpoint/deploy…      age │
                │ ●  batchjob-11      Running       ▕████▊░░▏ 41/60  tumour-pipeline…    3 min █
                │ ●  batchjob-10      Running       41/60 3 failed   wine-classifier…    5 min █
                │ ○  batchjob-9       Queued                         digits-batch/ne…    6 min █
                │ ✓  nightly 8        Completed     60/60            tumour-pipeline…    8 min █
                │ ✓  batchjob-7       Completed     60/60            wine-classifier…    9 min █
                │ ✓  batchjob-6       Completed     60/60            digits-batch/ne…   11 min █
                │ ⊘  batchjob-5       Canceled      60/60            tumour-pipeline…   12 min █
                │ ✓  nightly 4        Completed     60/60            wine-classifier…   14 min █
                │ ✗  batchjob-3       Failed        60/60            digits-batch/ne…   15 min │
                │ ✓  batchjob-2       Completed     60/60            tumour-pipeline…   17 min │
                │ ✗ Could not list the jobs: nothing answers at 127.0.0.1:8600. Start the      │
                │   engine: batchdeck engine start. r asks again.                              │
                │ ● Asking the service to cancel batchjob-11                                   │
                └─ 1-10 of 12 ───────────────────────────────────────────────────── 2 min old ─┘
                """)
    }

    @Test func asciiOnly() {
        let state = JobsService(count: 1_234).state(Size(rows: 8, columns: 80))
        #expect(
            state.picture(glyphs: .ascii).plainText == """
                + Jobs 1,234 ------------------------------------------------------------------+
                |    job              status        progress         endpoint/deploy~      age |
                | *  batchjob-1233    Running       [####...] 41/60  digits-batch/ne~    1 min #
                | *  nightly 1232     Running       41/60 3 failed   tumour-pipeline~    3 min |
                | o  batchjob-1231    Queued                         wine-classifier~    4 min |
                | v  batchjob-1230    Completed     60/60            digits-batch/ne~    6 min |
                | v  batchjob-1229    Completed     60/60            tumour-pipeline~    7 min |
                +- 1-5 of 1,234 --------------------------------------------------------- now -+
                """)
    }

    @Test func nothingKnownYet() {
        var state = Jobs.State(endpoint: nil)
        state.resized(to: Size(rows: 6, columns: 60))
        #expect(
            state.picture().plainText == """
                ┌ Jobs ────────────────────────────────────────────────────┐
                │                                                          │
                │Asking for the jobs.                                      │
                │                                                          │
                │                                                          │
                └──────────────────────────────────────────────────────────┘
                """)
        state.take(.jobsRefused(query: JobListQuery(), failure: JobsService.lost))
        #expect(
            state.picture().plainText == """
                ┌ Jobs ────────────────────────────────────────────────────┐
                │                                                          │
                │No jobs are known.                                        │
                │✗ Could not list the jobs: nothing answers at             │
                │  127.0.0.1:8600. Start the engine: batchdeck engine…     │
                └──────────────────────────────────────────────────────────┘
                """)
    }

    @Test func theEndsOfLongNamesTellTheJobsOfASweepApart() {
        let service = JobsService(count: 2)
        var state = service.state(Size(rows: 6, columns: 64))
        var page = service.first()
        page.jobs[0].displayName = "quarterly digits of all branches threshold=0.3"
        page.jobs[1].displayName = "quarterly digits of all branches threshold=0.7"
        state.take(.jobsLoaded(query: JobListQuery(), page: page))
        let lines = state.picture().plainText.split(separator: "\n").map(String.init)
        for end in ["0.3", "0.7"] {
            #expect(
                lines.contains { $0.contains(" quar") && $0.contains("…") && $0.contains(end) },
                "\(lines)")
        }
    }

    @Test func emptyListsSayWhichKeyMakesAJob() {
        let own = JobsService(count: 0).state(
            Size(rows: 5, columns: 64), endpoint: "digits-batch")
        #expect(
            own.picture().plainText == """
                ┌ Jobs of digits-batch 0 ──────────────────────────────────────┐
                │                                                              │
                │ No jobs here. n makes one. V shows archived ones.            │
                │                                                              │
                └──────────────────────── from the workspace's job list · now ─┘
                """)
        let all = JobsService(count: 0).state(Size(rows: 5, columns: 76))
        #expect(
            all.picture().plainText == """
                ┌ Jobs 0 ──────────────────────────────────────────────────────────────────┐
                │                                                                          │
                │ No jobs here. Open an endpoint (E) and press n. V shows archived ones.   │
                │                                                                          │
                └──────────────────────────────────────────────────────────────────── now ─┘
                """)
    }

    @Test func whatTheServiceSaysCannotSteerTheTerminal() {
        var page = JobsService(count: 2).first()
        page.jobs[0].displayName = "bad\u{1B}[31mred\u{202E}x"
        page.source = "a\u{7}list"
        var state = Jobs.State(endpoint: nil, known: page)
        state.resized(to: Size(rows: 6, columns: 100))
        let text = state.picture().plainText
        #expect(text.contains("badredx"))
        #expect(text.contains("from alist"))
        #expect(!text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
    }

    @Test func everySizeIsDrawn() throws {
        var states = [
            JobsService(count: 1_234).state(), JobsService(count: 0).state(),
            Jobs.State(endpoint: "digits-batch"),
        ]
        try states[0].press("/cost:3")
        states.append(JobsService(count: 1_234).state())
        try states[3].press("Gc")
        var asked = JobsService(count: 12_345).state()
        asked.take(.jobsRefused(query: JobListQuery(), failure: JobsService.lost))
        try asked.press("jFc")
        states.append(asked)
        var sizes = (1...12).flatMap { rows in (1...40).map { Size(rows: rows, columns: $0) } }
        sizes += [Size(rows: 200, columns: 400), Size(rows: 400, columns: 200), .zero]
        for size in sizes {
            for var state in states {
                state.resized(to: size)
                state.take(.ticked)
                #expect(state.picture().size == size)
                // The place may have changed before the state has heard of it.
                state.resized(to: Size(rows: 24, columns: 80))
                var screen = Screen(size: size)
                Jobs.draw(
                    state, on: &screen, in: screen.bounds,
                    context: ViewContext(glyphs: .ascii, now: JobsService.now, isFocused: false))
            }
        }
    }
}
