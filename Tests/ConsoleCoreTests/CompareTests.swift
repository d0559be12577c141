import BatchModel
import ConsoleGrid
import Testing

@testable import ConsoleCore

/// Two jobs side by side.
@Suite struct CompareTests {
    private static let now = JobsService.now
    private static let left = JobComparison.Side(
        job: Job(
            id: "batchjob-1", displayName: "calm_sail", endpoint: "tumour-pipeline",
            deployment: "with-prep", experimentName: "tumour-pipeline", status: .failed,
            createdAt: now, startedAt: now + .seconds(2), endedAt: now + .seconds(11.5),
            inputs: ["input_data": "azureml:tumour-data:1", "threshold": "0.5"]),
        draft: JobDraft(
            endpoint: "tumour-pipeline",
            inputs: [
                JobDraft.Input(name: "threshold", value: .literal(text: "0.5"))
            ]),
        error: JobError(headline: "ValueError: broken", text: "", userFrame: "score.py:3 in run"))
    private static let right: JobComparison.Side = {
        var side = left
        side.job.id = "batchjob-2"
        side.job.displayName = "brave_wind"
        side.job.status = .completed
        side.job.inputs["threshold"] = "0.7"
        side.error = nil
        return side
    }()

    private static func state(
        _ size: Size = Size(rows: 30, columns: 100), isKnown: Bool = true
    ) -> Compare.State {
        var state = Compare.State(left: "batchjob-1", right: "batchjob-2")
        state.resized(to: size)
        guard isKnown else { return state }
        for side in [left, right] {
            _ = Compare.reduce(&state, .sideLoaded(side: side), now: now)
        }
        return state
    }

    private static func press(
        _ script: String, in state: inout Compare.State
    ) throws -> (effects: [Compare.Effect], refusals: [String]) {
        try played(
            script, in: &state, verdict: { Compare.keys.verdict(for: $0, in: $1) },
            take: { Compare.reduce(&$0, $1, now: now) })
    }

    private static func picture(_ state: Compare.State, glyphs: Glyphs = .unicode) -> String {
        var screen = Screen(size: state.size)
        Compare.draw(
            state, on: &screen, in: screen.bounds,
            context: ViewContext(glyphs: glyphs, now: now))
        return screen.plainText
    }

    @Test func bothAreAskedForAndTakenIn() {
        var state = Self.state(isKnown: false)
        #expect(Compare.opened(state) == [.load("batchjob-1"), .load("batchjob-2")])
        #expect(Self.picture(state).contains("Asking for both jobs"))
        var expected = state
        expected.sides["batchjob-1"] = Fetched(Self.left, asOf: Self.now)
        #expect(Compare.reduce(&state, .sideLoaded(side: Self.left), now: Self.now) == [])
        #expect(state == expected)
        var stranger = Self.left
        stranger.job.id = "batchjob-9"
        _ = Compare.reduce(&state, .sideLoaded(side: stranger), now: Self.now)
        #expect(state == expected, "another comparison's answer")
    }

    @Test func wideScreensHaveAColumnForEachJob() {
        #expect(
            Self.picture(Self.state()) == """
                ┌ Two jobs · 4 of 13 differ ───────────────────────────────────────────────────────────────────────┐
                │               1 calm_sail                               2 brave_wind                             │
                │ job                                                                                              │
                │   endpoint    tumour-pipeline                           tumour-pipeline                          │
                │   deployment  with-prep                                 with-prep                                │
                │   experiment  tumour-pipeline                           tumour-pipeline                          │
                │ ≠ status      Failed                                    Completed                                │
                │                                                                                                  │
                │ inputs                                                                                           │
                │   input_data  azureml:tumour-data:1                     azureml:tumour-data:1                    │
                │                                                                                                  │
                │ literals                                                                                         │
                │ ≠ threshold   0.5                                       0.7                                      │
                │                                                                                                  │
                │ times                                                                                            │
                │   accepted    2023-11-14 22:13:20 UTC                   2023-11-14 22:13:20 UTC                  │
                │   started     2023-11-14 22:13:22 UTC                   2023-11-14 22:13:22 UTC                  │
                │   ended       2023-11-14 22:13:31 UTC                   2023-11-14 22:13:31 UTC                  │
                │   waited      2 s                                       2 s                                      │
                │   took        9.5 s                                     9.5 s                                    │
                │                                                                                                  │
                │ error                                                                                            │
                │ ≠ error       ValueError: broken                        none                                     │
                │ ≠ where       score.py:3 in run                         none                                     │
                │                                                                                                  │
                │                                                                                                  │
                │                                                                                                  │
                │                                                                                                  │
                │                                                                                                  │
                └──────────────────────────────────────────────────────────────────────────────────────────────────┘
                """)
    }

    @Test func narrowScreensHaveOnePane() throws {
        var state = Self.state(Size(rows: 16, columns: 60))
        _ = try Self.press("d", in: &state)
        #expect(
            Self.picture(state, glyphs: .ascii) == """
                + Two jobs - 4 of 13 differ - only those ------------------+
                |1 calm_sail                                               |
                |2 brave_wind                                              |
                |job                                                       #
                |! status                                                  #
                |    1 Failed                                              #
                |    2 Completed                                           #
                |                                                          #
                |literals                                                  #
                |! threshold                                               #
                |    1 0.5                                                 #
                |    2 0.7                                                 |
                |                                                          |
                |error                                                     |
                |! error                                                   |
                +----------------------------------------------------------+
                """)
    }

    @Test func keysToggleScrollCopyAndOpen() throws {
        var state = Self.state(Size(rows: 10, columns: 100))
        #expect(
            try Self.press("12", in: &state).effects == [
                .open(.jobDetail("batchjob-1")), .open(.jobDetail("batchjob-2")),
            ])
        _ = try Self.press("jj", in: &state)
        #expect(state.scroll.offset == 2)
        _ = try Self.press("G<wheel-up@1,1>", in: &state)
        #expect(state.scroll.offset > 2)
        let answer = try Self.press("dy", in: &state)
        #expect(state.scroll.offset == 0)
        #expect(
            answer.effects == [
                .copy(
                    text: """
                        \t\tbatchjob-1\tbatchjob-2\t
                        job\tstatus\tFailed\tCompleted\tdifferent
                        literals\tthreshold\t0.5\t0.7\tdifferent
                        error\terror\tValueError: broken\tnone\tdifferent
                        error\twhere\tscore.py:3 in run\tnone\tdifferent
                        """)
            ])
        var unknown = Self.state(isKnown: false)
        #expect(try Self.press("dy", in: &unknown).refusals.count == 2)
    }

    @Test func aJobThatMovesIsAskedForAgainAndOneThatIsRefusedToo() {
        var state = Self.state()
        #expect(!Compare.isMoving(state))
        var running = Self.right
        running.job.status = .running
        _ = Compare.reduce(&state, .sideLoaded(side: running), now: Self.now)
        #expect(Compare.isMoving(state))
        #expect(Compare.reduce(&state, .ticked, now: JobsService.later(4)) == [])
        #expect(
            Compare.reduce(&state, .ticked, now: JobsService.later(5)) == [.load("batchjob-2")])
        #expect(Compare.reduce(&state, .ticked, now: JobsService.later(9)) == [], "asked once")
        _ = Compare.reduce(
            &state, .sideRefused(job: "batchjob-2", failure: JobsService.lost),
            now: JobsService.later(10))
        #expect(state.comparison != nil, "what is known stays")
        #expect(Self.picture(state).contains("batchjob-2: Could not") == false)
        #expect(Self.picture(state).contains("r asks again."))
        #expect(
            Compare.reduce(&state, .refreshPressed, now: JobsService.later(11)) == [
                .load("batchjob-1"), .load("batchjob-2"),
            ])
    }

    @Test func theConsoleOpensItFromTwoMarksAndLeavesIt() throws {
        var state = AppTests.begun()
        try state.press("J")
        let jobs = [Self.right.job, Self.left.job]
        _ = App.reduce(
            &state,
            .jobs(
                .jobsLoaded(
                    query: JobListQuery(start: 0, count: 100), page: AppTests.page(jobs))))
        let effects = try state.press("<space><space>=")
        let place = try #require(state.path.last)
        guard case .compare(let one, let other) = place else {
            Issue.record("\(place)")
            return
        }
        #expect(effects == [.compare(.load(one)), .compare(.load(other))])
        #expect(App.view(state).plainText.contains("two jobs"))
        try state.press("?")
        #expect(state.place == .help)
        try state.press("<esc><esc>")
        #expect(state.place == .jobs(nil) && state.compare == nil)
        #expect(state.jobs?.marks.count == 2)
    }

    @Test func whatTheServiceSaysCannotSteerTheTerminal() {
        var state = Self.state(isKnown: false)
        var side = Self.left
        side.job.inputs["x\u{1B}[31m"] = "a\u{1B}]0;t\u{7}b"
        for one in [side, Self.right] {
            _ = Compare.reduce(&state, .sideLoaded(side: one), now: Self.now)
        }
        for columns in [60, 100] {
            state.resized(to: Size(rows: 40, columns: columns))
            let text = Self.picture(state)
            #expect(!text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
        }
    }

    @Test func everySizeIsDrawn() {
        for isKnown in [true, false] {
            for rows in 1...12 {
                for columns in [1, 2, 3, 10, 40, 83, 84, 200] {
                    let size = Size(rows: rows, columns: columns)
                    var state = Self.state(size, isKnown: isKnown)
                    _ = Compare.reduce(
                        &state, .sideRefused(job: "batchjob-1", failure: JobsService.lost),
                        now: Self.now)
                    var screen = Screen(size: size)
                    Compare.draw(
                        state, on: &screen, in: screen.bounds,
                        context: ViewContext(glyphs: .ascii, now: Self.now))
                    #expect(screen.size == size)
                }
            }
        }
    }
}
