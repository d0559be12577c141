import BatchModel
import ConsoleGrid
import TestSupport
import Testing

@testable import ConsoleCore

private typealias Fixture = JobDetailFixture

/// No key, answer or size ever stops the program.
@Suite struct JobDetailWalkTests {
    @Test func everySizeIsDrawn() throws {
        var states = [Fixture.state(), Fixture.running(), Fixture.failed()]
        states.append(Fixture.running())
        try states[3].press("w/mini<enter>")
        states.append(Fixture.running())
        try states[4].press("f")
        states.append(Fixture.running())
        states[5].take(.followFailed(failure: Fixture.lost))
        states.append(Fixture.running())
        try states[6].press("c")
        states.append(Fixture.running())
        try states[7].press("3<tab>")
        let small = (0...12).flatMap { rows in (0...40).map { Size(rows: rows, columns: $0) } }
        let large = [Size(rows: 50, columns: 84), Size(rows: 6, columns: 200)]
        for size in small + large + [Size(rows: 200, columns: 400)] {
            for var state in states {
                state.resized(to: size)
                _ = state.picture(glyphs: size.rows % 2 == 0 ? .unicode : .ascii)
            }
        }
    }

    @Test func aRandomWalkNeverTraps() throws {
        var dice = SplitMix(seed: 11)
        let keys = try KeyScript.parse(
            """
            1 2 3 4 c y n o r y Y f / w x , . [ ] <lt> <gt> j k h l g G <tab> <backtab> <enter>
            <esc> <up> <down> <left> <right> <home> <end> <pgup> <pgdn> <ctrl-d> <ctrl-u>
            <click-left@9,9> <wheel-up@9,60> <wheel-down@9,60> <paste:mini>
            """)
        let statuses: [JobStatus] = [.queued, .running, .failed, .completed, .unknown("Odd")]
        var state = Fixture.running()
        for step in 0..<3_000 {
            if step % 300 == 0 { state = step % 600 == 0 ? Fixture.running() : Fixture.state() }
            if dice.below(30) == 0 {
                state.resized(to: Size(rows: dice.below(40), columns: dice.below(170)))
            }
            if dice.below(40) == 0 {
                let status = statuses[dice.below(statuses.count)]
                state.take(.snapshotArrived(snapshot: Fixture.snapshot(status)))
            }
            if dice.below(60) == 0 { state.take(.snapshotArrived(snapshot: Fixture.pipeline())) }
            if dice.below(60) == 0 { state.take(.followFailed(failure: Fixture.lost)) }
            let now = Fixture.at(30 + Double(step))
            var effects: [JobDetail.Effect] = []
            if case .send(let action)? = JobDetail.keys.verdict(
                for: keys[dice.below(keys.count)], in: state)
            {
                effects = state.take(action, now: now)
            }
            if dice.below(3) == 0 { effects += state.take(.ticked, now: now) }
            for effect in effects where dice.below(4) > 0 { answer(effect, in: &state, &dice) }
            _ = state.picture(now: now)
            _ = JobDetail.keys.hints(in: state)
            #expect(state.log.scroll.visible.upperBound <= state.log.scroll.count)
        }
    }

    private func answer(
        _ effect: JobDetail.Effect, in state: inout JobDetail.State, _ dice: inout SplitMix
    ) {
        switch effect {
        case .loadLogFiles(let run):
            let names = [Fixture.overview, Fixture.stdout, "user_logs/std_log_0.txt"]
            let count = dice.below(4)
            state.take(
                dice.below(5) == 0
                    ? .logFilesRefused(run: run, failure: Fixture.lost)
                    : .logFilesLoaded(run: run, files: Fixture.files(Array(names.prefix(count)))))
        case .readLog(let run, let file, let offset, _):
            let text = String(repeating: "mini-batch \(offset) ü\n", count: dice.below(3_000))
            let chunk = Fixture.chunk(
                text, at: offset,
                total: offset + Int64(text.utf8.count) + Int64(dice.below(2) * 600_000))
            state.take(
                dice.below(8) == 0
                    ? .logRefused(run: run, file: file, failure: Fixture.lost)
                    : .logRead(run: run, file: file, chunk: chunk))
        case .loadError:
            state.take(
                dice.below(2) == 0 ? .errorFound(error: nil) : .errorFound(error: Fixture.error))
        case .cancel:
            state.take(
                dice.below(2) == 0 ? .cancelAccepted : .cancelRefused(failure: Fixture.lost))
        case .saveLog(_, _, _, let path, _):
            state.take(
                dice.below(2) == 0
                    ? .save(.finished(path: path, bytes: 512))
                    : .save(.refused(failure: Fixture.lost)))
        case .follow, .stopFollowing, .open, .copy, .repeatJob, .retry: break
        }
    }
}
