import BatchModel
import ConsoleGrid
import Testing

@testable import ConsoleCore

private typealias Fixture = JobDetailFixture

/// The screen's pictures at 60×16, where one pane is shown at a time.
@Suite struct JobDetailNarrowTests {
    @Test func aRunningJobAtSixtyBySixteen() {
        let state = Fixture.running(Size(rows: 16, columns: 60))
        #expect(
            state.picture().plainText == """
                ● Running  bold_egg_k2  batchjob-7f3a
                ▕██████████▉░░░░░▏ 68 %  41/60 mini-batches · 2 items failed
                elapsed 0:20 · about 0:08 left · 2.1 mini-batches/s
                digits-batch/nearest
                ┌─[1 logs] 2 error  3 timeline  4 in/out ──────────────────┐
                │ what your script printed (worker 0)  …stdout.txt  2 of 2 │
                │ scored mini-batch 32 of 60, 10 images                    │
                │ scored mini-batch 33 of 60, 10 images                    │
                │ scored mini-batch 34 of 60, 10 images                    │
                │ scored mini-batch 35 of 60, 10 images                    │
                │ scored mini-batch 36 of 60, 10 images                    │
                │ scored mini-batch 37 of 60, 10 images                    │
                │ ERROR: could not read digits/0385.png: it is a text fil… │
                │ scored mini-batch 39 of 60, 10 images                    █
                │ scored mini-batch 40 of 60, 10 images                    █
                └────────────────────────────────────────────── following ─┘
                """)
    }

    @Test func aFailedJobAtSixtyBySixteen() {
        let state = Fixture.failed(Size(rows: 16, columns: 60))
        #expect(
            state.picture().plainText == """
                ✗ Failed  bold_egg_k2  batchjob-7f3a
                ▕██████████▉░░░░░▏ 68 %  41/60 mini-batches · 2 items failed
                took 19.5 s · 2.1 mini-batches/s · 597 items
                ✗ it failed: a does it again · digits-batch/nearest
                ┌─ 1 logs [2 error] 3 timeline  4 in/out ──────────────────┐
                │ ✗ ValueError: could not convert string to float: 'abc'   █
                │   at score.py:31 in run                                  █
                │   found in: full tracebacks from your script (worker 0)  █
                │   logs/user/error/0/process000.txt                       █
                │                                                          █
                │ What to do                                               │
                │   Mend the script at score.py:31 in run, then a does it  │
                │   again.                                                 │
                │                                                          │
                │ Traceback                                                │
                └───────────────────────────────────── 9 more lines below ─┘
                """)
    }

    @Test func theStepsAtSixtyBySixteen() throws {
        var state = Fixture.running(Size(rows: 16, columns: 60))
        try state.press("<tab>")
        #expect(
            state.picture().plainText == """
                ● Running  bold_egg_k2  batchjob-7f3a
                ▕██████████▉░░░░░▏ 68 %  41/60 mini-batches · 2 items failed
                elapsed 0:20 · about 0:08 left · 2.1 mini-batches/s
                digits-batch/nearest
                ┌ Steps ───────────────────────────────────────────────────┐
                │ ● the job                                           0:20 │
                │ └─● batchscoring                              41/60 0:20 │
                │                                                          │
                │ Timeline                                                 │
                │ 08:14:03 Preparing   2.0 s                               │
                │ 08:14:05 Queued      7.5 s                               │
                │ 08:14:12 Running     0:20                                │
                │                                                          │
                │ Inputs                                                   │
                │ input azureml:digits-data:2                              │
                └──────────────────────────────────────────────────────────┘
                """)
    }

    @Test func cancellingAsks() throws {
        var state = Fixture.running(Size(rows: 16, columns: 60))
        try state.press("c")
        #expect(
            state.picture().plainText == """
                ● Running  bold_egg_k2  batchjob-7f3a
                ▕██████████▉░░░░░▏ 68 %  41/60 mini-batches · 2 items failed
                elapsed 0:20 · about 0:08 left · 2.1 mini-batches/s
                digits-batch/nearest
                ┌ Cancel bold_egg_k2? ─────────────────────────────────────┐
                │                                                          │
                │ 41 of 60 mini-batches are done. A cancelled job cannot   │
                │ be taken up again; a new one starts from the beginning.  │
                │                                                          │
                │                                                          │
                │ y cancel the job    n keep it                            │
                └──────────────────────────────────────────────────────────┘
                │ ERROR: could not read digits/0385.png: it is a text fil… │
                │ scored mini-batch 39 of 60, 10 images                    █
                │ scored mini-batch 40 of 60, 10 images                    █
                └────────────────────────────────────────────── following ─┘
                """)
    }

    @Test func aSearchInTheLog() throws {
        var state = Fixture.running(Size(rows: 16, columns: 60))
        try state.press("/image<enter>")
        #expect(
            state.picture().plainText == """
                ● Running  bold_egg_k2  batchjob-7f3a
                ▕██████████▉░░░░░▏ 68 %  41/60 mini-batches · 2 items failed
                elapsed 0:20 · about 0:08 left · 2.1 mini-batches/s
                digits-batch/nearest
                ┌─[1 logs] 2 error  3 timeline  4 in/out ──────────────────┐
                │ what your script printed (worker 0)  …stdout.txt  2 of 2 │
                │ scored mini-batch 28 of 60, 10 images                    │
                │ scored mini-batch 29 of 60, 10 images                    │
                │ scored mini-batch 30 of 60, 10 images                    │
                │ scored mini-batch 31 of 60, 10 images                    │
                │ scored mini-batch 32 of 60, 10 images                    │
                │ scored mini-batch 33 of 60, 10 images                    █
                │ scored mini-batch 34 of 60, 10 images                    │
                │ scored mini-batch 35 of 60, 10 images                    │
                │ /image                                   32 of 39 lines  │
                └───────────────────────────── 5 below, G goes to the end ─┘
                """)
    }

    @Test func theListOfFiles() throws {
        var state = Fixture.running(Size(rows: 16, columns: 60))
        try state.press("f")
        #expect(
            state.picture().plainText == """
                ● Running  bold_egg_k2  batchjob-7f3a
                ▕██████████▉░░░░░▏ 68 %  41/60 mini-batches · 2 items failed
                elapsed 0:20 · about 0:08 left · 2.1 mini-batches/s
                digits-batch/nearest
                ┌─[1 logs] 2 error  3 timeline  4 in/out ──────────────────┐
                │    progress                             logs/job…308.txt │
                │ ●  what your script printed (worker 0)  logs/use…out.txt │
                │                                                          │
                │                                                          │
                │                                                          │
                │                                                          │
                │                                                          │
                │                                                          │
                │                                                          │
                │                                                          │
                └──────────────────────────────────────────────────────────┘
                """)
    }

    @Test func aLostConnectionKeepsWhatWasKnownWithItsAge() {
        var state = Fixture.running(Size(rows: 16, columns: 60))
        state.take(.followFailed(failure: Fixture.lost), now: Fixture.at(40))
        #expect(
            state.picture(now: Fixture.at(43)).plainText == """
                ● Running  bold_egg_k2  batchjob-7f3a
                ▕██████████▉░░░░░▏ 68 %  41/60 mini-batches · 2 items failed
                ! connection lost 3 s ago · shown is 13 s old
                Could not follow batchjob-7f3a: nothing answers. Start the
                engine: batchdeck engine start.
                ┌─[1 logs] 2 error  3 timeline  4 in/out ──────────────────┐
                │ what your script printed (worker 0)  …stdout.txt  2 of 2 │
                │ scored mini-batch 33 of 60, 10 images                    │
                │ scored mini-batch 34 of 60, 10 images                    │
                │ scored mini-batch 35 of 60, 10 images                    │
                │ scored mini-batch 36 of 60, 10 images                    │
                │ scored mini-batch 37 of 60, 10 images                    │
                │ ERROR: could not read digits/0385.png: it is a text fil… │
                │ scored mini-batch 39 of 60, 10 images                    │
                │ scored mini-batch 40 of 60, 10 images                    █
                └────────────────────────────────────────────── following ─┘
                """)
    }

    @Test func wordsThatTheHeadHasNoRoomForEndInAnEllipsis() {
        var state = Fixture.running(Size(rows: 14, columns: 60))
        state.take(.followFailed(failure: Fixture.lost))
        #expect(
            state.picture().plainText(row: 3)
                == "Could not follow batchjob-7f3a: nothing answers. Start the…")
        var long = Fixture.lost
        long.detail = "the service said a great deal about it, in many words, and went on "
        long.detail += "with it until no line of any head could hold all that it had said"
        state = Fixture.running(Size(rows: 30, columns: 60))
        state.take(.followFailed(failure: long))
        let shown = (4...5).map { state.picture().plainText(row: $0) }
        #expect(shown[0].hasPrefix("Could not follow") && shown[1].hasSuffix("…"), "\(shown)")
    }
}
