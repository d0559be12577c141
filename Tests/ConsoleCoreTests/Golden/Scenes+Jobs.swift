import BatchModel
import ConsoleGrid

@testable import ConsoleCore

// One job, its results, two jobs side by side.

extension Scene {
    private typealias Fixture = JobDetailFixture

    private static func world(
        _ snapshot: JobSnapshot, log: String? = nil
    ) -> SceneWorld {
        SceneWorld(
            now: Fixture.now,
            answer: { effect in
                switch effect {
                case .detail(.follow(let job)):
                    [.detailAnswered(job: job, answer: .snapshotArrived(snapshot: snapshot))]
                case .detail(.readLog(let run, let file, 0, _)):
                    log.map { log in
                        [
                            .detail(
                                .logRead(run: run, file: file, chunk: Fixture.chunk(log)))
                        ]
                    }
                default: nil
                }
            })
    }

    private static let running = world(Fixture.snapshot())

    private static let job = Place.jobDetail("batchjob-7f3a")
    private static let pair = Place.compare("batchjob-1", "batchjob-2")
    private static let rows = Place.results(ResultsFixture.job)

    static let jobs = [
        Scene("job-running", "a job that runs, and the end of its log", in: running, at: job),
        Scene(
            "job-steps", "the steps of a pipeline have the focus", in: world(Fixture.pipeline()),
            at: job, keys: "<tab>j"),
        Scene("job-failed", "a job that failed: the real error first", in: world(failed), at: job),
        Scene(
            "job-timeline", "the states a job went through", in: world(failed), at: job, keys: "3"),
        Scene("job-inputs", "what a job was given", in: running, at: job, keys: "4"),
        Scene("job-search", "a word found in the log", in: running, at: job, keys: "/image"),
        Scene("job-files", "the log files of a step", in: running, at: job, keys: "f"),
        Scene(
            "job-question", "whether the job shall be cancelled", in: running, at: job, keys: "c"),
        Scene("job-lost", "the job cannot be followed any more", in: running) {
            $0.open(job)
            $0.take(
                .detailAnswered(
                    job: "batchjob-7f3a", answer: .followFailed(failure: Fixture.lost)))
        },
        Scene(
            "job-silent", "a job that has printed nothing", in: world(Fixture.snapshot(), log: ""),
            at: job),
        Scene("compare", "two jobs, what differs first to be seen", in: compared, at: pair),
        Scene("compare-differences", "only what differs", in: compared, at: pair, keys: "d"),
        Scene(
            "compare-refused", "one of two jobs could not be had",
            in: .answering { effect in
                guard case .compare(.load(let job)) = effect else { return nil }
                return job == "batchjob-1"
                    ? [.compare(.sideLoaded(side: side(job)))]
                    : [.compare(.sideRefused(job: job, failure: JobsService.lost))]
            }, at: pair),
    ]

    private static let failed = Fixture.snapshot(.failed)

    private static let compared = SceneWorld.answering { effect in
        guard case .compare(.load(let job)) = effect else { return nil }
        return [.compare(.sideLoaded(side: side(job)))]
    }

    private static func side(_ id: Job.ID) -> JobComparison.Side {
        let isFirst = id == "batchjob-1"
        let now = EndpointsFixture.now
        return JobComparison.Side(
            job: Job(
                id: id, displayName: isFirst ? "calm_sail" : "brave_wind",
                endpoint: "tumour-pipeline", deployment: "score-with-prep",
                experimentName: "tumour-pipeline", status: isFirst ? .failed : .completed,
                createdAt: now - .seconds(60), startedAt: now - .seconds(58),
                endedAt: now - .seconds(40),
                inputs: [
                    "input_data": "azureml:tumour-data:1", "threshold": isFirst ? "0.5" : "0.7",
                ]), draft: nil,
            error: isFirst
                ? JobError(headline: "ValueError: broken", text: "", userFrame: "score.py:3 in run")
                : nil)
    }

    private static let done = SceneWorld.answering { effect in
        guard case .endpoints(.loadJobs(let query)) = effect else { return nil }
        var job = EndpointsFixture.done
        job.id = ResultsFixture.job
        return [
            .endpoints(.jobsLoaded(query: query, page: EndpointsFixture.page([job])))
        ]
    }

    private static func lost(_ isListed: Bool) -> SceneWorld {
        SceneWorld.answering { effect in
            switch effect {
            case .results(.loadOutputs(let job)) where !isListed:
                [.resultsAnswered(job: job, answer: .outputsRefused(failure: ResultsFixture.lost))]
            case .results(.read(let job, let output, let path, _, _)):
                [
                    .resultsAnswered(
                        job: job,
                        answer: .readRefused(
                            output: output, path: path, failure: ResultsFixture.lost))
                ]
            default: done.answer(effect)
            }
        }
    }

    private static let repeated = SceneWorld.answering { effect in
        guard case .results(.compare(let file, let form, let key)) = effect else {
            return done.answer(effect)
        }
        var report = ResultsFixture.repeats(3, form: form, key: key)
        report.items = RepeatReport.Items(total: 600, failed: 2)
        return [
            .resultsAnswered(
                job: file.job, answer: .look(.compared(file: file, key: key, report: report)))
        ]
    }

    static let results = [
        Scene("results", "the rows a job wrote, as a table", in: done, at: rows),
        Scene(
            "results-preview", "the last row of a table, however long", in: done, at: rows,
            keys: "G"),
        Scene(
            "results-tree", "the files have the focus, a JSON file is selected", in: done, at: rows,
            keys: "<esc><end>"),
        Scene(
            "results-statistics", "columns counted, and a histogram of one", in: done, at: rows,
            keys: "sl"),
        Scene(
            "results-repeats", "rows that are there twice, and what the job counted",
            in: repeated, at: rows, keys: "R"),
        Scene("results-search", "a text found among the rows", in: done, at: rows, keys: "/1203"),
        Scene(
            "results-export", "where the table shall be written to", in: done, at: rows, keys: "x"),
        Scene("results-download", "a download under way", in: done) {
            $0.open(rows)
            try $0.press("d<enter>")
            $0.take(
                .resultsAnswered(
                    job: ResultsFixture.job,
                    answer: .downloadAdvanced(
                        progress: TransferProgress(
                            filesDone: 1, filesTotal: 3, bytesDone: 9_000, bytesTotal: 14_000))))
        },
        Scene(
            "results-empty", "a job without outputs",
            in: .answering { effect in
                guard case .results(.loadOutputs(let job)) = effect else {
                    return done.answer(effect)
                }
                return [.resultsAnswered(job: job, answer: .outputsLoaded(outputs: []))]
            }, at: rows),
        Scene("results-refused", "the outputs could not be had", in: lost(false), at: rows),
        Scene("results-unread", "a file that could not be read", in: lost(true), at: rows),
    ]
}
