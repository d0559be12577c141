import BatchModel
import ConsoleGrid
import Testing

@testable import ConsoleCore

/// The list of what was said.
@Suite struct NoticesTests {
    private static let now = Timestamp(microsecondsSinceEpoch: 1_700_000_000_000_000)
    private static let entries = [
        Notices.Entry(
            text: "could not list the jobs: nothing answers at 127.0.0.1:8600. Start the engine: "
                + "batchdeck engine start.", weight: .danger, at: now + .seconds(-3), count: 4),
        Notices.Entry(
            text: "calm_sail on digits-batch: Completed", weight: .info, at: now + .seconds(-130)),
        Notices.Entry(
            text: "not now: the job has ended", weight: .warning, at: now + .seconds(-7300)),
    ]

    private static func state(_ size: Size) -> Notices.State {
        var state = Notices.State(entries: entries)
        state.resized(to: size)
        return state
    }

    private static func picture(_ state: Notices.State, glyphs: Glyphs = .unicode) -> String {
        var screen = Screen(size: state.size)
        Notices.draw(
            state, on: &screen, in: screen.bounds,
            context: ViewContext(glyphs: glyphs, now: now))
        return screen.plainText
    }

    @discardableResult
    private static func press(
        _ script: String, in state: inout Notices.State
    ) throws -> [Notices.Effect] {
        try KeyScript.parse(script).flatMap { key -> [Notices.Effect] in
            guard case .send(let action)? = Notices.keys.verdict(for: key, in: state) else {
                return []
            }
            return Notices.reduce(&state, action)
        }
    }

    @Test func theListAndTheWholeTextAtEightyByTwelve() {
        #expect(
            Self.picture(Self.state(Size(rows: 12, columns: 80))) == """
                ┌ Notices 3 ───────────────────────────────────────────────────────────────────┐
                │ 22:13:17  3 s     ✗ could not list the jobs: nothing answers at 127… 4 times │
                │ 22:11:10  2 min   · calm_sail on digits-batch: Completed                     │
                │ 20:11:40  2 h     ! not now: the job has ended                               │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                ├ 2023-11-14 22:13:17 UTC ─────────────────────────────────────────────────────┤
                │ could not list the jobs: nothing answers at 127.0.0.1:8600. Start the        │
                │ engine: batchdeck engine start.                                              │
                └──────────────────────────────────────────────────────────────────────────────┘
                """)
    }

    @Test func aNarrowPlaceLeavesTheTimeOut() {
        #expect(
            Self.picture(Self.state(Size(rows: 5, columns: 40)), glyphs: .ascii) == """
                + Notices 3 ---------------------------+
                | 3 s     x could not list th~ 4 times |
                | 2 min   - calm_sail on digits-batch~ |
                | 2 h     ! not now: the job has ended |
                +--------------------------------------+
                """)
    }

    @Test func theWholeTextIsCopied() throws {
        var state = Self.state(Size(rows: 12, columns: 80))
        #expect(try Self.press("jy", in: &state) == [.copy(text: Self.entries[1].text)])
        #expect(try Self.press("G<enter>", in: &state) == [.copy(text: Self.entries[2].text)])
    }

    @Test func whatIsReadStaysSelectedWhileNewerOnesComeIn() throws {
        var state = Self.state(Size(rows: 12, columns: 80))
        try Self.press("j", in: &state)
        let newer = Notices.Entry(text: "copied x", weight: .info, at: Self.now)
        state.take([newer] + Self.entries)
        #expect(state.selected == Self.entries[1])
        try Self.press("g", in: &state)
        let newest = Notices.Entry(text: "copied y", weight: .info, at: Self.now)
        state.take([newest, newer] + Self.entries)
        #expect(state.selected == newest, "the newest is followed")
    }

    @Test func everySizeIsDrawn() {
        for rows in [1, 2, 3, 4, 8, 16, 50] {
            for columns in [1, 2, 5, 20, 60, 84, 160] {
                _ = Self.picture(Self.state(Size(rows: rows, columns: columns)))
            }
        }
        #expect(Self.picture(Notices.State(entries: [])).isEmpty)
    }
}

/// What the console writes down and rings for.
@Suite struct AppNoticesTests {
    private static let later = AppTests.now + .seconds(60)

    private static func ended(_ status: JobStatus = .completed) -> Job {
        var job = AppTests.running
        job.status = status
        return job
    }

    @Test func whatTheBottomLineSaidIsKept() throws {
        var state = AppTests.begun()
        try state.press("<esc>")
        try state.press("j")
        #expect(state.notice == nil)
        #expect(
            state.notices == [
                Notices.Entry(
                    text: "not now: this is the first screen; q quits", weight: .warning,
                    at: AppTests.now)
            ])
        try state.press("N")
        #expect(state.place == .notices)
        #expect(App.view(state).plainText.contains("this is the first screen"))
        try state.press("<esc>")
        #expect(state.place == .endpoints && state.noticeList == nil)
    }

    @Test func aFailureOfAnyScreenIsKeptAndSaidAgainIsCounted() {
        var state = AppTests.begun()
        let failure = EndpointsFixture.unreachable
        _ = App.reduce(&state, .endpoints(.endpointsRefused(failure: failure)))
        #expect(state.notices.map(\.text) == [failure.message.sentence])
        _ = App.reduce(&state, .connectionLost(failure: failure, at: AppTests.now))
        #expect(state.notices.map(\.count) == [1], "two screens showed one failure")
        _ = App.reduce(&state, .endpoints(.endpointsLoaded(endpoints: [], at: Self.later)))
        _ = App.reduce(&state, .ticked(at: Self.later))
        _ = App.reduce(&state, .endpoints(.endpointsRefused(failure: failure)))
        #expect(state.notices.map(\.count) == [2])
        #expect(state.notices.map(\.at) == [Self.later])
    }

    @Test func noMoreThanTheLimitIsKept() {
        var state = AppTests.begun()
        for number in 0..<App.noticeLimit + 5 {
            App.note(App.Notice(text: "number \(number)", weight: .info), in: &state)
        }
        #expect(state.notices.count == App.noticeLimit)
        #expect(state.notices.first?.text == "number \(App.noticeLimit + 4)")
    }

    @Test func aJobThatWasOpenedRingsWhenItEndsWhereverOneIs() throws {
        var state = AppTests.begun()
        _ = App.open(.jobDetail("batchjob-1"), in: &state)
        let snapshot = JobSnapshot(job: AppTests.running, steps: [], asOf: AppTests.now)
        _ = App.reduce(
            &state,
            .detailAnswered(job: "batchjob-1", answer: .snapshotArrived(snapshot: snapshot)))
        try state.press("<esc>")
        #expect(state.watched == ["batchjob-1"])
        let effects = App.reduce(
            &state, .trackingChanged(jobs: [Self.ended()], at: Self.later))
        #expect(effects.contains(.ring(text: "batchdeck: calm_sail on digits-batch: Completed")))
        #expect(state.watched.isEmpty)
        #expect(App.view(state).plainText.contains("calm_sail on digits-batch: Completed"))
        let again = App.reduce(&state, .trackingChanged(jobs: [Self.ended()], at: Self.later))
        #expect(!again.contains { if case .ring = $0 { true } else { false } }, "once is enough")
    }

    @Test func aJobOfSomebodyElseIsSaidAndDoesNotRing() {
        var state = AppTests.begun()
        let effects = App.reduce(
            &state, .trackingChanged(jobs: [Self.ended(.failed)], at: Self.later))
        #expect(effects == [.track([])])
        #expect(state.notices.first?.text == "calm_sail on digits-batch: Failed")
        #expect(state.notices.first?.weight == .danger)
    }

    @Test func aJobInFrontRingsAndItsPageSaysIt() throws {
        var state = AppTests.begun()
        _ = App.open(.jobDetail("batchjob-1"), in: &state)
        for job in [AppTests.running, Self.ended()] {
            let snapshot = JobSnapshot(job: job, steps: [], asOf: Self.later)
            let effects = App.reduce(
                &state,
                .detailAnswered(job: "batchjob-1", answer: .snapshotArrived(snapshot: snapshot)))
            #expect(
                effects.contains { if case .ring = $0 { true } else { false } }
                    == job.status.isTerminal)
        }
        #expect(state.notice == nil)
    }

    @Test func aWaitedForJobIsTrackedEvenWhereNoListShowsIt() {
        var state = AppTests.begun()
        var job = AppTests.running
        job.id = "batchjob-77"
        job.endpoint = "nowhere"
        App.watch(job, in: &state)
        let effects = App.reduce(&state, .ticked(at: Self.later))
        #expect(effects.contains(.track(["batchjob-1", "batchjob-77"])))
    }
}
