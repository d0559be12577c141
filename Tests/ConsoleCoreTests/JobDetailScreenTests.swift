import BatchModel
import ConsoleGrid
import Testing

@testable import ConsoleCore

private typealias Fixture = JobDetailFixture

/// The screen's pictures on wide terminals and of every view, as a person sees them.
@Suite struct JobDetailScreenTests {
    @Test func aRunningJobAtEightyByTwentyFour() {
        let state = Fixture.running(Size(rows: 24, columns: 80))
        #expect(
            state.picture().plainText == """
                ● Running  bold_egg_k2  batchjob-7f3a
                ▕████████████████████████▌░░░░░░░░░░░▏ 68 %  41/60 mini-batches · 2 items failed
                elapsed 0:20 · about 0:08 left · 2.1 mini-batches/s · 597 items
                digits-batch/nearest
                ┌─[1 logs] 2 error  3 timeline  4 inputs and outputs ──────────────────────────┐
                │ what your script printed (worker 0)  …stdout/0/process000.stdout.txt  2 of 2 │
                │ scored mini-batch 24 of 60, 10 images                                        │
                │ scored mini-batch 25 of 60, 10 images                                        │
                │ scored mini-batch 26 of 60, 10 images                                        │
                │ scored mini-batch 27 of 60, 10 images                                        │
                │ scored mini-batch 28 of 60, 10 images                                        │
                │ scored mini-batch 29 of 60, 10 images                                        │
                │ scored mini-batch 30 of 60, 10 images                                        │
                │ scored mini-batch 31 of 60, 10 images                                        │
                │ scored mini-batch 32 of 60, 10 images                                        │
                │ scored mini-batch 33 of 60, 10 images                                        │
                │ scored mini-batch 34 of 60, 10 images                                        █
                │ scored mini-batch 35 of 60, 10 images                                        █
                │ scored mini-batch 36 of 60, 10 images                                        █
                │ scored mini-batch 37 of 60, 10 images                                        █
                │ ERROR: could not read digits/0385.png: it is a text file, and the line is l… █
                │ scored mini-batch 39 of 60, 10 images                                        █
                │ scored mini-batch 40 of 60, 10 images                                        █
                └────────────────────────────────────────────────────────────────── following ─┘
                """)
    }

    @Test func aFailedJobOpensOnItsRealError() {
        let state = Fixture.failed(Size(rows: 24, columns: 80))
        #expect(
            state.picture().plainText == """
                ✗ Failed  bold_egg_k2  batchjob-7f3a
                ▕████████████████████████▌░░░░░░░░░░░▏ 68 %  41/60 mini-batches · 2 items failed
                took 19.5 s · 2.1 mini-batches/s · 597 items
                ✗ it failed: a does it again · digits-batch/nearest
                ┌─ 1 logs [2 error] 3 timeline  4 inputs and outputs ──────────────────────────┐
                │ ✗ ValueError: could not convert string to float: 'abc'                       │
                │   at score.py:31 in run                                                      │
                │   found in: full tracebacks from your script (worker 0)                      │
                │   logs/user/error/0/process000.txt                                           │
                │                                                                              │
                │ What to do                                                                   │
                │   Mend the script at score.py:31 in run, then a does it again.               │
                │                                                                              │
                │ Traceback                                                                    │
                │   Traceback (most recent call last):                                         │
                │     File "/code/score.py", line 31, in run                                   │
                │       rows.append(float(value))                                              │
                │   ValueError: could not convert string to float: 'abc'                       │
                │                                                                              │
                │ The service says                                                             │
                │   Execution failed. User process exited with status code 42. Please check    │
                │   log file 'user_logs/std_log_0.txt' for error details.                      │
                │                                                                              │
                └──────────────────────────────────────────────────────────────────────────────┘
                """)
    }

    @Test func aRunningJobWhoseProgressStoppedSaysSo() {
        let state = Fixture.running(Size(rows: 24, columns: 100))
        #expect(
            state.picture(now: Fixture.at(99)).plainText == """
                ┌ bold_egg_k2 · batchjob-7f3a ─────────────────────────────────────────────────────────────────────┐
                │ ● Running  digits-batch/nearest · accepted 2026-11-23 08:14:03 UTC                               │
                │ ▕███████████████████████████████▍░░░░░░░░░░░░░░▏ 68 %  41/60 mini-batches · 2 items failed       │
                │ last progress 1 min ago · elapsed 1:29 · 2.1 mini-batches/s · 597 items                          │
                │                                                                                                  │
                └──────────────────────────────────────────────────────────────────────────────────────────────────┘
                ┌ Steps ──────────────────────────┐┌─[1 logs] 2 error  3 timeline  4 in/out ───────────────────────┐
                │ ● the job                  1:29 ││ what your script printed (worker 0)  …s000.stdout.txt  2 of 2 │
                │ └─● batchscoring     41/60 1:29 ││ scored mini-batch 26 of 60, 10 images                         │
                │                                 ││ scored mini-batch 27 of 60, 10 images                         │
                │ Timeline                        ││ scored mini-batch 28 of 60, 10 images                         │
                │ 08:14:03 Preparing   2.0 s      ││ scored mini-batch 29 of 60, 10 images                         │
                │ 08:14:05 Queued      7.5 s      ││ scored mini-batch 30 of 60, 10 images                         │
                │ 08:14:12 Running     1:29       ││ scored mini-batch 31 of 60, 10 images                         │
                │                                 ││ scored mini-batch 32 of 60, 10 images                         │
                │ Inputs                          ││ scored mini-batch 33 of 60, 10 images                         │
                │ input azureml:digits-data:2     ││ scored mini-batch 34 of 60, 10 images                         │
                │                                 ││ scored mini-batch 35 of 60, 10 images                         │
                │ Outputs                         ││ scored mini-batch 36 of 60, 10 images                         █
                │ score azureml://da…aths/scores/ ││ scored mini-batch 37 of 60, 10 images                         █
                │                                 ││ ERROR: could not read digits/0385.png: it is a text file, an… █
                │                                 ││ scored mini-batch 39 of 60, 10 images                         █
                │                                 ││ scored mini-batch 40 of 60, 10 images                         █
                └─────────────────────────────────┘└─────────────────────────────────────────────────── following ─┘
                """)
    }

    @Test func aCompletedJobSaysWhatNextAndItsTimes() throws {
        var state = Fixture.running(Size(rows: 24, columns: 100))
        let snapshot = Fixture.snapshot(.completed, done: 60)
        state.take(.snapshotArrived(snapshot: snapshot))
        try state.press("3")
        #expect(
            state.picture().plainText == """
                ┌ bold_egg_k2 · batchjob-7f3a ─────────────────────────────────────────────────────────────────────┐
                │ ✓ Completed  digits-batch/nearest · accepted 2026-11-23 08:14:03 UTC                             │
                │ ▕██████████████████████████████████████████████▏ 100 %  60/60 mini-batches · 2 items failed      │
                │ took 19.5 s · 3.0 mini-batches/s · 597 items                                                     │
                │ ✓ done: o opens the results                                                                      │
                └──────────────────────────────────────────────────────────────────────────────────────────────────┘
                ┌ Steps ──────────────────────────┐┌─ 1 logs  2 error [3 timeline] 4 in/out ───────────────────────┐
                │ ✓ the job                19.5 s ││ 2026-11-23, times in UTC                                      │
                │ └─✓ batchscoring   41/60 18.0 s ││ 08:14:03  ○ Preparing           2.0 s                         │
                │                                 ││ 08:14:05  ○ Queued              7.5 s                         │
                │ Inputs                          ││ 08:14:12  ● Running             19.5 s                        │
                │ input azureml:digits-data:2     ││ 08:14:32  ✓ Completed                                         │
                │                                 ││                                                               │
                │ Outputs                         ││ Steps                                                         │
                │ score azureml://da…aths/scores/ ││ 08:14:13  ✓ batchscoring        18.0 s                        │
                │                                 ││                                                               │
                │                                 ││                                                               │
                │                                 ││                                                               │
                │                                 ││                                                               │
                │                                 ││                                                               │
                │                                 ││                                                               │
                │                                 ││                                                               │
                │                                 ││                                                               │
                └─────────────────────────────────┘└───────────────────────────────────────────────────────────────┘
                """)
    }

    @Test func aQueuedJobNamesItsPhase() {
        var state = Fixture.state(Size(rows: 24, columns: 100))
        var snapshot = Fixture.snapshot(.queued)
        snapshot.job.progress = nil
        snapshot.job.startedAt = nil
        snapshot.job.timeline.removeLast()
        snapshot.steps = []
        state.take(.snapshotArrived(snapshot: snapshot))
        #expect(
            state.picture().plainText == """
                ┌ bold_egg_k2 · batchjob-7f3a ─────────────────────────────────────────────────────────────────────┐
                │ ○ Queued  digits-batch/nearest · accepted 2026-11-23 08:14:03 UTC                                │
                │ Queued for 0:28, nothing is counted yet                                                          │
                │                                                                                                  │
                │                                                                                                  │
                └──────────────────────────────────────────────────────────────────────────────────────────────────┘
                ┌ Steps ──────────────────────────┐┌─[1 logs] 2 error  3 timeline  4 in/out ───────────────────────┐
                │ ○ the job                       ││                                                               │
                │ no step has begun yet           ││ No step has begun yet. Its logs will be here.                 │
                │                                 ││                                                               │
                │ Timeline                        ││                                                               │
                │ 08:14:03 Preparing   2.0 s      ││                                                               │
                │ 08:14:05 Queued      0:28       ││                                                               │
                │                                 ││                                                               │
                │ Inputs                          ││                                                               │
                │ input azureml:digits-data:2     ││                                                               │
                │                                 ││                                                               │
                │ Outputs                         ││                                                               │
                │ score azureml://da…aths/scores/ ││                                                               │
                │                                 ││                                                               │
                │                                 ││                                                               │
                │                                 ││                                                               │
                │                                 ││                                                               │
                └─────────────────────────────────┘└───────────────────────────────────────────────────────────────┘
                """)
    }

    @Test func aPipelineAtHundredSixtyByFifty() {
        var state = Fixture.state(Size(rows: 50, columns: 160))
        state.take(.snapshotArrived(snapshot: Fixture.pipeline()))
        let names = ["user_logs/std_log.txt", "system_logs/lifecycler.log"]
        state.take(.logFilesLoaded(run: "score-1", files: Fixture.files(names)))
        let chunk = Fixture.chunk(Fixture.log)
        state.take(.logRead(run: "score-1", file: names[0], chunk: chunk))
        #expect(
            state.picture().plainText == """
                ┌ bold_egg_k2 · batchjob-7f3a ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────┐
                │ ● Running  digits-batch/nearest · accepted 2026-11-23 08:14:03 UTC                                                                                           │
                │ ▕███████████████▎░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░▏ 33 %  1 of 3 steps ended                                                                                    │
                │ elapsed 0:20                                                                                                                                                 │
                │                                                                                                                                                              │
                └──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────┘
                ┌ Steps ─────────────────────────────────────────┐┌─[1 logs] 2 error  3 timeline  4 inputs and outputs ────────────────────────────────────────────────────────┐
                │ ● the job                                 0:20 ││ output of the run  user_logs/std_log.txt  2 of 2                                                           │
                │ ├─✓ prep                                 4.1 s ││ scored mini-batch 1 of 60, 10 images                                                                       │
                │ ├─● score                                 0:15 ││ scored mini-batch 2 of 60, 10 images                                                                       │
                │ └─○ report                                     ││ scored mini-batch 3 of 60, 10 images                                                                       │
                │                                                ││ scored mini-batch 4 of 60, 10 images                                                                       │
                │ Timeline                                       ││ scored mini-batch 5 of 60, 10 images                                                                       │
                │ 08:14:03 Preparing   2.0 s                     ││ scored mini-batch 6 of 60, 10 images                                                                       │
                │ 08:14:05 Queued      7.5 s                     ││ scored mini-batch 7 of 60, 10 images                                                                       │
                │ 08:14:12 Running     0:20                      ││ scored mini-batch 8 of 60, 10 images                                                                       │
                │                                                ││ scored mini-batch 9 of 60, 10 images                                                                       │
                │ Inputs                                         ││ scored mini-batch 10 of 60, 10 images                                                                      │
                │ input azureml:digits-data:2                    ││ scored mini-batch 11 of 60, 10 images                                                                      │
                │                                                ││ WARNING: image 12 is blank                                                                                 │
                │ Outputs                                        ││ scored mini-batch 13 of 60, 10 images                                                                      │
                │ score azureml://datastores/blob/paths/scores/  ││ scored mini-batch 14 of 60, 10 images                                                                      │
                │                                                ││ scored mini-batch 15 of 60, 10 images                                                                      │
                │                                                ││ scored mini-batch 16 of 60, 10 images                                                                      │
                │                                                ││ scored mini-batch 17 of 60, 10 images                                                                      │
                │                                                ││ scored mini-batch 18 of 60, 10 images                                                                      │
                │                                                ││ scored mini-batch 19 of 60, 10 images                                                                      │
                │                                                ││ scored mini-batch 20 of 60, 10 images                                                                      │
                │                                                ││ scored mini-batch 21 of 60, 10 images                                                                      │
                │                                                ││ scored mini-batch 22 of 60, 10 images                                                                      │
                │                                                ││ scored mini-batch 23 of 60, 10 images                                                                      │
                │                                                ││ scored mini-batch 24 of 60, 10 images                                                                      │
                │                                                ││ scored mini-batch 25 of 60, 10 images                                                                      │
                │                                                ││ scored mini-batch 26 of 60, 10 images                                                                      │
                │                                                ││ scored mini-batch 27 of 60, 10 images                                                                      │
                │                                                ││ scored mini-batch 28 of 60, 10 images                                                                      │
                │                                                ││ scored mini-batch 29 of 60, 10 images                                                                      │
                │                                                ││ scored mini-batch 30 of 60, 10 images                                                                      │
                │                                                ││ scored mini-batch 31 of 60, 10 images                                                                      │
                │                                                ││ scored mini-batch 32 of 60, 10 images                                                                      │
                │                                                ││ scored mini-batch 33 of 60, 10 images                                                                      │
                │                                                ││ scored mini-batch 34 of 60, 10 images                                                                      │
                │                                                ││ scored mini-batch 35 of 60, 10 images                                                                      │
                │                                                ││ scored mini-batch 36 of 60, 10 images                                                                      │
                │                                                ││ scored mini-batch 37 of 60, 10 images                                                                      │
                │                                                ││ ERROR: could not read digits/0385.png: it is a text file, and the line is long                             │
                │                                                ││ scored mini-batch 39 of 60, 10 images                                                                      │
                │                                                ││ scored mini-batch 40 of 60, 10 images                                                                      │
                │                                                ││                                                                                                            │
                └────────────────────────────────────────────────┘└──────────────────────────────────────────────────────────────────────────────────────────────── following ─┘
                """)
    }

    @Test func aFailedJobWithoutAnErrorShowsTheServicesOwn() {
        var state = Fixture.state(Size(rows: 24, columns: 80))
        state.take(.snapshotArrived(snapshot: Fixture.snapshot(.failed)))
        state.take(.errorFound(error: nil))
        #expect(
            state.picture().plainText == """
                ✗ Failed  bold_egg_k2  batchjob-7f3a
                ▕████████████████████████▌░░░░░░░░░░░▏ 68 %  41/60 mini-batches · 2 items failed
                took 19.5 s · 2.1 mini-batches/s · 597 items
                ✗ it failed: a does it again · digits-batch/nearest
                ┌─ 1 logs [2 error] 3 timeline  4 inputs and outputs ──────────────────────────┐
                │ ✗ Execution failed. User process exited with status code 42. Please check    │
                │   log file 'user_logs/std_log_0.txt' for error details.                      │
                │   no log holds an error                                                      │
                │                                                                              │
                │ What to do                                                                   │
                │   1 shows the logs, f lists them all, r looks again.                         │
                │                                                                              │
                │ The service says                                                             │
                │   Execution failed. User process exited with status code 42. Please check    │
                │   log file 'user_logs/std_log_0.txt' for error details.                      │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                └──────────────────────────────────────────────────────────────────────────────┘
                """)
    }

    @Test func theRequest() throws {
        var state = Fixture.running(Size(rows: 24, columns: 80))
        try state.press("4")
        #expect(
            state.picture().plainText == """
                ● Running  bold_egg_k2  batchjob-7f3a
                ▕████████████████████████▌░░░░░░░░░░░▏ 68 %  41/60 mini-batches · 2 items failed
                elapsed 0:20 · about 0:08 left · 2.1 mini-batches/s · 597 items
                digits-batch/nearest
                ┌─ 1 logs  2 error  3 timeline [4 inputs and outputs]──────────────────────────┐
                │ Inputs                                                                       │
                │   input  azureml:digits-data:2                                               │
                │                                                                              │
                │ Outputs                                                                      │
                │   score  azureml://datastores/blob/paths/scores/                             │
                │                                                                              │
                │ Job                                                                          │
                │   accepted    2026-11-23 08:14:03 UTC                                        │
                │   deployment  nearest                                                        │
                │   endpoint    digits-batch                                                   │
                │   experiment  digits-batch                                                   │
                │   job         batchjob-7f3a                                                  │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                └──────────────────────────────────────────────────────────────────────────────┘
                """)
    }
}
