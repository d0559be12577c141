import BatchModel
import TestSupport
import Testing

@testable import BatchEngine

/// ES §3.5–3.8: surroundings of a worker, tries, watchdogs, end states; §5.4–5.5: reports and
/// metrics.
extension ScriptRule {
    static let surroundings: [ScriptRule] = [
        ScriptRule(
            section: "3.5", says: "AZUREML_MODEL_DIR holds the model's folder and nothing else",
            script: Script.run(
                """
                import glob, pathlib
                top = os.environ['AZUREML_MODEL_DIR']
                found = [p.name for p in pathlib.Path(top).rglob('*.txt')]
                return [os.listdir(top), len(glob.glob(top + '/*/')), found]
                """), files: 1,
            prepare: { harness, order in
                _ = try harness.folder.write("w", to: "deployment/weights/deep/w.txt")
                _ = try harness.folder.write("c", to: "deployment/code/c.txt")
                order.modelFolder = harness.folder.path + "/deployment"
                order.modelEntry = "weights"
            }, rows: ["1", "['w.txt']", "['weights']"]),
        ScriptRule(
            section: "3.5", says: "a model of one file lies in AZUREML_MODEL_DIR itself",
            script: Script.run(
                "return [open(os.environ['AZUREML_MODEL_DIR'] + '/m.json').read().strip()]"),
            files: 1,
            prepare: { harness, order in
                _ = try harness.folder.write("{}", to: "deployment/m.json")
                order.modelFolder = harness.folder.path + "/deployment"
                order.modelEntry = "m.json"
            }, rows: ["{}"]),
        .run(
            "3.5", "AZUREML_BI_OUTPUT_PATH is the output folder, made before init()",
            "path = os.environ['AZUREML_BI_OUTPUT_PATH']\n"
                + "return [os.path.basename(path), os.path.isdir(path)]",
            files: 1, rows: ["True", "output-1"]),
        .run(
            "3.5", "the deployment's environment variables are set",
            "return [os.environ['GREETING']]", files: 1, rows: ["hello"]),
        .run(
            "3.5", "the working directory is private and empty; the script's folder is importable",
            "import helper\nreturn [helper.word, os.listdir('.'), os.path.basename(os.getcwd())]",
            files: 1, rows: ["[]", "found", "process001"]
        ).preparing { harness, _ in
            _ = try harness.folder.write("word = 'found'\n", to: "code-1/helper.py")
        },
        ScriptRule(
            section: "3.5", says: "a script in a folder of the code finds both folders' modules",
            script: Script.echo, files: 1,
            prepare: { harness, order in
                _ = try harness.folder.write(
                    "import near, far\n\ndef init():\n    pass\n\n"
                        + "def run(b):\n    return [near.word, far.word]\n",
                    to: "code-1/inner/entry.py")
                _ = try harness.folder.write("word = 'near'\n", to: "code-1/inner/near.py")
                _ = try harness.folder.write("word = 'far'\n", to: "code-1/far.py")
                order.scoringScript = "inner/entry.py"
            }, rows: ["far", "near"]),
        ScriptRule(
            section: "3.5", says: "EntryScript is one object with logger, folders and agent name",
            script: """
                from azureml_user.parallel_run import EntryScript

                def init():
                    EntryScript().logger.info("ready")

                def run(mini_batch):
                    entry = EntryScript()
                    return [entry is EntryScript(), entry.agent_name, entry.output_dir[-8:],
                            entry.working_dir[-10:], entry.log_dir[-18:]]

                """, files: 1,
            rows: ["True", "entry_script_log/0", "output-1", "process001", "process001"],
            check: { harness, _ in
                let log = harness.stepLog("logs/user/entry_script_log/0/process001.log.txt")
                #expect(log.contains("INFO ready"))
            }),
    ]

    private func preparing(
        _ change: @escaping @Sendable (JobHarness, inout JobOrder) throws -> Void
    ) -> ScriptRule {
        var rule = self
        rule.prepare = change
        return rule
    }

    private static func tries(_ count: Int, _ maxRetries: Int) -> ScriptRule {
        .run(
            "3.6", "max_retries \(maxRetries) is \(count) tries in all",
            "if mini_batch[0].endswith('f000'):\n    raise ValueError('bad')\nreturn mini_batch",
            files: 2, settings: ModelSettings(miniBatchSize: 1, maxRetries: maxRetries),
            failed: 1, error: "mini-batch 0 try \(count) of \(count): ValueError: bad",
            check: { harness, _ in
                let log = harness.stepLog("logs/user/error.txt")
                #expect(log.split(separator: "\n").count == count)
            })
    }

    static let tries: [ScriptRule] = [
        tries(1, 0), tries(1, 1), tries(2, 2), tries(3, 3),
        .run(
            "3.6", "a timeout kills the process; the next one has the next number",
            "if mini_batch[0].endswith('f000'):\n    import time\n    time.sleep(60)\n"
                + "return mini_batch",
            files: 2,
            settings: ModelSettings(miniBatchSize: 1, maxRetries: 2, timeout: .milliseconds(500)),
            failed: 1, error: "process002 mini-batch 0 try 2 of 2: TimeoutError",
            check: { harness, _ in
                let report = harness.stepLog("logs/sys/job_report/processed_mini-batches.csv")
                #expect(report.contains(",RUN_TIMEOUT,Timeout,"))
                #expect(!harness.stepLog("logs/sys/node/0/process003.txt").isEmpty)
            }),
        .run(
            "3.6", "a process that ends during run() costs a try and is replaced",
            "mark = os.environ['AZUREML_BI_OUTPUT_PATH'] + '/m'\n"
                + "if not os.path.exists(mark):\n    open(mark, 'w').close()\n    os._exit(3)\n"
                + "return ['row']",
            files: 1, rows: ["row"], error: "process001 mini-batch 0 try 1 of 3"),
        .run(
            "3.6", "after more than ten failed mini-batches a worker is replaced",
            "import time\ntime.sleep(0.006)  # slow enough that nothing is sent ahead\n"
                + "if mini_batch[0] < mini_batch[0][:-3] + '012':\n    raise ValueError('bad')\n"
                + "from azureml_user.parallel_run import EntryScript\n"
                + "return [EntryScript().agent_name]",
            files: 13, settings: ModelSettings(miniBatchSize: 1, maxRetries: 1), failed: 12,
            rows: ["process002"],
            check: { harness, _ in
                let first = harness.stepLog("logs/sys/node/0/process001.txt")
                #expect(first.split(separator: "\n").count == 11)
            }),
    ]

    static let watchdogs: [ScriptRule] = [
        ScriptRule(
            section: "3.6", says: "init() may fail three times per worker",
            script: "def init():\n    raise OSError('no model')\n\ndef run(b):\n    return b\n",
            settings: ModelSettings(miniBatchSize: 1, maxConcurrencyPerInstance: 2),
            status: .failed,
            message: "The init() in the entry script had raised exception for 6 times",
            error: "init(): OSError: no model"),
        ScriptRule(
            section: "3.6", says: "late, two failures of init() per worker are enough",
            script: "def init():\n    raise OSError('no model')\n\ndef run(b):\n    return b\n",
            limits: JobLimits(initWindow: .zero), status: .failed,
            message: "The init() in the entry script had raised exception for 2 times"),
        ScriptRule(
            section: "3.6", says: "an init() that returns nowhere: 3 x timeout + 30 s",
            script: "import time\n\ndef init():\n    time.sleep(60)\n\ndef run(b):\n    return b\n",
            settings: ModelSettings(miniBatchSize: 1, timeout: .milliseconds(100)),
            limits: JobLimits(overhead: .milliseconds(700)), status: .failed,
            message: "The init() in the entry script has not returned in any worker process in 1 s"
        ),
        ScriptRule(
            section: "3.6", says: "no mini-batch done for 3 x (timeout + 30 s) fails the job",
            script: Script.run(
                "if mini_batch[0].endswith('f001'):\n    import time\n    time.sleep(60)\n"
                    + "return mini_batch"), files: 2,
            settings: ModelSettings(miniBatchSize: 1, maxRetries: 99, timeout: .seconds(1)),
            limits: JobLimits(overhead: .zero), status: .failed,
            message: "No progress update in 3 seconds."),
        ScriptRule(
            section: "3.6", says: "the first mini-batch may take longer: 600 s",
            script: Script.run(
                "import time\nif mini_batch[0].endswith('f000'):\n    time.sleep(60)\n"
                    + "return mini_batch"
            ), files: 1,
            settings: ModelSettings(miniBatchSize: 1, maxRetries: 99, timeout: .seconds(1)),
            limits: JobLimits(overhead: .zero, firstMiniBatch: .seconds(4)), status: .failed,
            message: "No progress update in 4 seconds."),
    ]

    private static func threshold(_ value: Int, bad: Int) -> ScriptRule {
        let isEnough = value >= 0 && bad > value
        return .run(
            isEnough ? "3.8" : "3.7", "threshold \(value), \(bad) failed files",
            "if int(mini_batch[0][-3:]) < \(bad):\n    raise ValueError('bad')\nreturn mini_batch",
            files: bad + 2,
            settings: ModelSettings(miniBatchSize: 1, maxRetries: 1, errorThreshold: value),
            status: isEnough ? .failed : .completed, failed: isEnough ? value : bad,
            message: isEnough
                ? "Exceeded error threshold: \(value + 1) items failed, error_threshold is \(value)"
                : nil
        ).withUnsettledCount(isEnough)
    }

    /// The failure that ends a job may or may not have been committed by then.
    private func withUnsettledCount(_ isUnsettled: Bool) -> ScriptRule {
        guard isUnsettled else { return self }
        var rule = self
        rule.isFailedCountOpen = true
        return rule
    }

    static let ends: [ScriptRule] = [
        threshold(2, bad: 2), threshold(2, bad: 3), threshold(0, bad: 0), threshold(0, bad: 1),
        threshold(-1, bad: 5),
        .run(
            "3.7", "failed items count, not failed mini-batches",
            "return mini_batch[2:] if mini_batch[0].endswith('f000') else mini_batch", files: 6,
            settings: ModelSettings(miniBatchSize: 3, errorThreshold: 1), status: .failed,
            message: "Exceeded error threshold: 2 items failed"
        ).withUnsettledCount(true),
        .run(
            "3.7", "a failure that a later try makes good does not count",
            "mark = os.environ['AZUREML_BI_OUTPUT_PATH'] + mini_batch[0][-4:]\n"
                + "if not os.path.exists(mark):\n    open(mark, 'w').close()\n"
                + "    raise OSError('not yet')\nreturn mini_batch",
            settings: ModelSettings(miniBatchSize: 1, errorThreshold: 0)),
        .run(
            "3.8", "the outer message speaks of status 42 and the log file", "return []",
            status: .failed, failed: 4,
            message: "exited with status code 42. Please check log file 'user_logs/std_log_0.txt'"),
    ]

    static let logs: [ScriptRule] = [
        .run(
            "5.4", "processed_mini-batches.csv: the service's columns, times and the batch as JSON",
            "return [sum(i * i for i in range(200000))] * len(mini_batch)", files: 3,
            settings: ModelSettings(miniBatchSize: 2),
            check: { harness, _ in
                let report = harness.stepLog("logs/sys/job_report/processed_mini-batches.csv")
                let lines = report.split(separator: "\n").map(String.init)
                #expect(
                    lines.first
                        == "Mini-batch Id,Picked Count,Process,Process Start Time,Total,"
                        + "Succeeded,Failed,Elapsed Seconds,Process Seconds,Run Method Seconds,"
                        + "Status,Error Category,Error Message,Mini-batch Detail")
                #expect(lines.count == 3)
                let fields = lines[1].split(separator: ",", omittingEmptySubsequences: false)
                #expect(fields.prefix(3) == ["0", "1", "process001"])
                #expect(fields[4...6] == ["2", "2", "0"])
                let process = try #require(Double(fields[8]))
                #expect(process > 0)
                #expect(lines[1].hasSuffix(#",RUN_DONE,,,"[""f000"",""f001""]""#), "\(lines[1])")
            }),
        .run(
            "5.4", "one line per process and one per node", "return mini_batch",
            check: { harness, _ in
                let folder = "logs/sys/job_report/"
                let processes = harness.stepLog(folder + "process_summary.csv")
                #expect(processes.contains("\nprocess001,4,4,0,"))
                #expect(harness.stepLog(folder + "node_summary.csv").contains("\n0,1,4,4,0,"))
            }),
        .run(
            "5.5", "six counters under the runner's names", "return mini_batch[:1]", files: 5,
            settings: ModelSettings(miniBatchSize: 2), failed: 2,
            check: { harness, _ in
                let counters = try await harness.service.counters(of: "step-1")
                #expect(
                    counters == [
                        "Total MiniBatches": 3, "Total Items": 5, "Failed Items": 2,
                        "Processing Status": 3, "Remaining Mini Batches": 0, "Remaining Items": 0,
                    ])
            }),
    ]
}
