import BatchModel
import ConsoleGrid

@testable import ConsoleCore

/// The jobs that the detail's tests are about.
enum JobDetailFixture {
    /// 2026-11-23 08:14:33 UTC.
    static let now = at(30)
    static let stdout = "logs/user/stdout/0/process000.stdout.txt"
    static let overview = "logs/job_progress_overview.2026112308.txt"
    static let scoring = "batchscoring-1"
    static let lost = ServiceFailure(
        kind: .unreachable, operation: "follow batchjob-7f3a", detail: "nothing answers",
        advice: "Start the engine: batchdeck engine start.")

    /// So many seconds after 2026-11-23 08:14:03 UTC.
    static func at(_ seconds: Double) -> Timestamp {
        Timestamp(secondsSinceEpoch: 1_795_421_643 + seconds)
    }

    static func job(_ status: JobStatus = .running, done: Int = 41) -> Job {
        let ended: Timestamp? = status.isTerminal ? at(29) : nil
        var timeline = [
            StatusChange(status: .preparing, at: at(0)),
            StatusChange(status: .queued, at: at(2)),
            StatusChange(status: .running, at: at(9.5)),
        ]
        if let ended { timeline.append(StatusChange(status: status, at: ended)) }
        return Job(
            id: "batchjob-7f3a", displayName: "bold_egg_k2", endpoint: "digits-batch",
            deployment: "nearest", experimentName: "digits-batch", status: status,
            createdAt: at(0), startedAt: at(9.5), endedAt: ended, timeline: timeline,
            progress: Progress(
                processedMiniBatches: done, totalMiniBatches: 60, failedItems: 2, totalItems: 597,
                elapsed: .seconds(20), estimatedRemaining: .seconds(9), asOf: at(29)),
            errorMessage: status == .failed
                ? "Execution failed. User process exited with status code 42. Please check log "
                    + "file 'user_logs/std_log_0.txt' for error details." : nil,
            inputs: ["input": "azureml:digits-data:2"],
            outputs: ["score": "azureml://datastores/blob/paths/scores/"])
    }

    static func step(_ status: JobStatus = .running) -> JobStep {
        JobStep(
            id: JobStep.ID(scoring), name: "batchscoring", status: status, startedAt: at(10),
            endedAt: status.isTerminal ? at(28) : nil, progress: job(status).progress)
    }

    static func snapshot(_ status: JobStatus = .running, done: Int = 41) -> JobSnapshot {
        JobSnapshot(job: job(status, done: done), steps: [step(status)], asOf: at(29.5))
    }

    /// A pipeline of three steps, the second of which runs.
    static func pipeline() -> JobSnapshot {
        var job = job()
        job.id = "batchjob-7f3a"
        job.progress = nil
        let prep = JobStep(
            id: "prep-1", name: "prep", status: .completed, startedAt: at(10), endedAt: at(14.1))
        let train = JobStep(id: "score-1", name: "score", status: .running, startedAt: at(15))
        let report = JobStep(id: "report-1", name: "report", status: .notStarted)
        return JobSnapshot(job: job, steps: [prep, train, report], asOf: at(29.5))
    }

    static let error = JobError(
        headline: "ValueError: could not convert string to float: 'abc'",
        text: """
            Traceback (most recent call last):
              File "/code/score.py", line 31, in run
                rows.append(float(value))
            ValueError: could not convert string to float: 'abc'
            """,
        file: "logs/user/error/0/process000.txt", userFrame: "score.py:31 in run",
        step: JobStep.ID(scoring))

    static func files(_ names: [String]) -> [LogFile] {
        names.map { LogFile(name: $0, url: "https://blob.example.org/\($0)?sig=secret") }
    }

    static func chunk(_ text: String, at offset: Int64 = 0, total: Int64? = nil) -> FileChunk {
        let bytes = Array(text.utf8)
        return FileChunk(
            offset: offset, bytes: bytes, totalLength: total ?? offset + Int64(bytes.count))
    }

    static func state(_ size: Size = Size(rows: 30, columns: 100)) -> JobDetail.State {
        var state = JobDetail.State(job: "batchjob-7f3a")
        state.resized(to: size)
        return state
    }

    /// A running job with what its script printed on the screen.
    static func running(
        _ size: Size = Size(rows: 30, columns: 100), printed: String = log
    ) -> JobDetail.State {
        var state = state(size)
        state.take(.snapshotArrived(snapshot: snapshot()))
        state.take(.logFilesLoaded(run: scoring, files: files([overview, stdout])))
        state.take(.logRead(run: scoring, file: stdout, chunk: chunk(printed)))
        return state
    }

    /// A failed job with its error found.
    static func failed(_ size: Size = Size(rows: 30, columns: 100)) -> JobDetail.State {
        var state = state(size)
        state.take(.snapshotArrived(snapshot: snapshot(.failed)))
        state.take(.errorFound(error: error))
        return state
    }

    static let log =
        (1...40).map { line in
            switch line {
            case 12: "WARNING: image 12 is blank"
            case 38:
                "ERROR: could not read digits/0385.png: it is a text file, and the line is long"
            default: "scored mini-batch \(line) of 60, 10 images"
            }
        }.joined(separator: "\n") + "\n"
}

extension JobDetail.State {
    /// Presses keys as in a key script; refusals come back as texts, effects in order.
    @discardableResult
    mutating func press(
        _ script: String
    ) throws -> (effects: [JobDetail.Effect], refusals: [String]) {
        try played(
            script, in: &self, verdict: { JobDetail.keys.verdict(for: $0, in: $1) },
            take: { $0.take($1) })
    }

    /// Lets something happen.
    @discardableResult
    mutating func take(
        _ action: JobDetail.Action, now: Timestamp = JobDetailFixture.now
    ) -> [JobDetail.Effect] {
        JobDetail.reduce(&self, action, now: now)
    }

    /// The screen's picture at its own size.
    func picture(glyphs: Glyphs = .unicode, now: Timestamp = JobDetailFixture.now) -> Screen {
        var screen = Screen(size: size)
        JobDetail.draw(
            self, on: &screen, in: screen.bounds, context: ViewContext(glyphs: glyphs, now: now))
        return screen
    }
}
