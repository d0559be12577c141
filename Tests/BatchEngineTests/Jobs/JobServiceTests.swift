import BatchModel
import TestSupport
import Testing

@testable import BatchEngine

/// Whole jobs with real Python workers.
@Suite struct JobServiceTests {
    @Test func appendRowCollectsEveryRowOnce() async throws {
        let harness = try JobHarness()
        let job = try await harness.run(harness.order(script: Script.echo, files: 23))
        #expect(job.status == .completed)
        #expect(
            try harness.rows().sorted() == (0..<23).map { String(String(1000 + $0).dropFirst()) })
        #expect(
            job.timeline.map(\.status) == [
                .preparing, .provisioning, .queued, .running, .finalizing, .completed,
            ])
        #expect(job.progress?.processedMiniBatches == 23)
        #expect(job.progress?.totalItems == 23)
        #expect(job.progress?.failedItems == 0)
        #expect(!FileCalls.exists(harness.folders.job(job.id) + "/rows"))
        await harness.service.shutdown()
    }

    @Test func miniBatchesHoldTheGivenNumberOfFilesAndTheLastMayBeShort() async throws {
        let harness = try JobHarness()
        let settings = ModelSettings(miniBatchSize: 4)
        let script = Script.run("return [' '.join(os.path.basename(p) for p in mini_batch)]")
        let job = try await harness.run(
            harness.order(script: script, files: 10, settings: settings))
        #expect(try harness.rows() == ["f000 f001 f002 f003", "f004 f005 f006 f007", "f008 f009"])
        // One row for four files: three of them count as failed.
        #expect(job.progress?.failedItems == 7)
        await harness.service.shutdown()
    }

    @Test func summaryOnlyWritesNoFileOfItsOwn() async throws {
        let harness = try JobHarness()
        let script = Script.run(
            """
            out = os.environ['AZUREML_BI_OUTPUT_PATH']
            for path in mini_batch:
                open(os.path.join(out, os.path.basename(path) + '.json'), 'w').write('{}')
            return mini_batch
            """)
        let settings = ModelSettings(miniBatchSize: 2, outputAction: .summaryOnly)
        let job = try await harness.run(harness.order(script: script, files: 3, settings: settings))
        #expect(job.status == .completed)
        #expect(FileCalls.exists(harness.folder.path + "/output-1/f002.json"))
        #expect(!FileCalls.exists(harness.folder.path + "/output-1/predictions.csv"))
        await harness.service.shutdown()
    }

    @Test func tuplesAndFramesAreWrittenAsTheServiceWritesThem() async throws {
        let harness = try JobHarness()
        let order = try harness.order(
            script: """
                import pandas

                def init():
                    pass

                def run(mini_batch):
                    if mini_batch[0].endswith("f000"):
                        return pandas.DataFrame([["a", 1], ["b", 2.5]])
                    return (1, "two", {"three": 3})

                """, files: 2)
        // The real package need not be installed: only the name, the type and the call matter.
        _ = try harness.folder.write(
            """
            class DataFrame:
                def __init__(self, rows):
                    self.rows = rows

                def __len__(self):
                    return len(self.rows)

                def to_csv(self, target, sep, header, index):
                    assert target is None and header is False and index is False
                    return "".join(sep.join(map(str, row)) + "\\n" for row in self.rows)

            """, to: "code-1/pandas.py")
        let job = try await harness.run(order)
        #expect(job.status == .completed)
        #expect(try harness.rows().sorted() == ["1", "a 1", "b 2.5", "two", "{'three': 3}"])
        await harness.service.shutdown()
    }

    @Test func aRaisingScriptIsTriedThreeTimesAndItsTraceIsKept() async throws {
        let harness = try JobHarness()
        let script = Script.run(
            """
            if mini_batch[0].endswith('f001'):
                raise ValueError('bad pixel')
            return mini_batch
            """)
        let job = try await harness.run(harness.order(script: script, files: 3))
        #expect(job.status == .completed)
        #expect(job.progress?.failedItems == 1)
        #expect(try harness.rows().count == 2)
        let summary = harness.stepLog("logs/user/error.txt")
        #expect(summary.split(separator: "\n").count == 3)
        #expect(summary.contains("mini-batch 1 try 3 of 3: ValueError: bad pixel"))
        let traces =
            harness.stepLog("logs/user/error/0/process001.txt")
            + harness.stepLog("logs/user/error/0/process002.txt")
        #expect(traces.contains("score.py\", line 8, in run"))
        #expect(!traces.contains("batchdeck_worker"))
        let report = harness.stepLog("logs/sys/job_report/processed_mini-batches.csv")
        #expect(report.hasPrefix("Mini-batch Id,Picked Count,Process,"))
        #expect(report.contains("RUN_EXCEPTION,UserError,\"ValueError: bad pixel\""))
        #expect(report.split(separator: "\n").count == 1 + 2 + 3)
        await harness.service.shutdown()
    }

    @Test func aWrongReturnTypeFailsWithTheServicesWords() async throws {
        let harness = try JobHarness()
        let job = try await harness.run(harness.order(script: Script.run("return None"), files: 1))
        #expect(job.status == .failed)
        #expect(
            job.errorMessage?.contains("No succeeded mini batch item returned from run()") == true)
        #expect(job.errorMessage?.contains("exited with status code 42") == true)
        #expect(
            harness.stepLog("logs/user/error.txt").contains(
                "The run() method in the entry script should return a list or a pandas DataFrame. "
                    + "The length of returned result is considered as succeeded number of items. "
                    + "The actual type of output is NoneType."))
        let parent = harness.folders.logFolder(of: "batchjob-1")
        #expect(FileCalls.exists(parent + "/user_logs/std_log_0.txt"))
        await harness.service.shutdown()
    }

    @Test func aTimeoutKillsTheWorkerAndAnotherTakesItsPlace() async throws {
        let harness = try JobHarness()
        let script = Script.run(
            """
            import subprocess, time
            if mini_batch[0].endswith('f000'):
                child = subprocess.Popen(['sleep', '600'])
                open(os.environ['AZUREML_BI_OUTPUT_PATH'] + '/pid', 'w').write(str(child.pid))
                time.sleep(600)
            return mini_batch
            """)
        let settings = ModelSettings(miniBatchSize: 1, maxRetries: 1, timeout: .milliseconds(400))
        let job = try await harness.run(harness.order(script: script, files: 3, settings: settings))
        #expect(job.status == .completed)
        #expect(job.progress?.failedItems == 1)
        #expect(try harness.rows().count == 2)
        #expect(harness.stepLog("logs/user/error.txt").contains("TimeoutError"))
        #expect(harness.stepLog("logs/sys/node/0/process002.txt").contains("RUN_DONE"))
        let child = try #require(Int32(try harness.folder.read("output-1/pid")))
        #expect(ProcessSweep.identity(of: child).startTicks == 0 || Self.isZombie(child))
        await harness.service.shutdown()
    }

    @Test func aWorkerThatDiesIsReplacedAndItsMiniBatchTriedAgain() async throws {
        let harness = try JobHarness()
        let script = Script.run(
            """
            mark = os.environ['AZUREML_MODEL_DIR'] + mini_batch[0][-4:]
            if not os.path.exists(mark):
                open(mark, 'w').close()
                os.kill(os.getpid(), 11)
            return mini_batch
            """)
        let job = try await harness.run(harness.order(script: script, files: 2))
        #expect(job.status == .completed)
        #expect(try harness.rows().count == 2)
        #expect(harness.stepLog("logs/user/error.txt").contains("signal 11"))
        await harness.service.shutdown()
    }

    @Test func aWorkerThatSomebodyElseKilledUsesUpNoTry() async throws {
        let harness = try JobHarness(workerLimit: 1)
        let script = Script.run(
            """
            import glob
            marks = os.environ['AZUREML_MODEL_DIR'] + '-killed-'
            count = len(glob.glob(marks + '*'))
            if count < 3:
                open(marks + str(count), 'w').close()
                os.kill(os.getpid(), 9)
            return mini_batch
            """)
        let settings = ModelSettings(miniBatchSize: 1, maxRetries: 1, errorThreshold: 0)
        let order = try harness.order(script: script, files: 2, settings: settings)
        let job = try await harness.run(order)
        #expect(job.status == .completed, "\(job.errorMessage ?? "")")
        #expect(try harness.rows().count == 2)
        await harness.service.shutdown()
    }

    @Test func aScriptThatKillsItsProcessEveryTimeUsesUpItsTriesInTheEnd() async throws {
        let harness = try JobHarness(workerLimit: 1)
        let script = Script.run("os.kill(os.getpid(), 9)")
        let settings = ModelSettings(miniBatchSize: 1, maxRetries: 1, errorThreshold: 0)
        let order = try harness.order(script: script, files: 1, settings: settings)
        let job = try await harness.run(order)
        #expect(job.status == .failed)
        #expect(harness.stepLog("logs/user/error.txt").contains("signal 9"))
        await harness.service.shutdown()
    }

    @Test func moreFailuresThanTheThresholdStopTheJob() async throws {
        let harness = try JobHarness(workerLimit: 1)
        let settings = ModelSettings(miniBatchSize: 1, maxRetries: 1, errorThreshold: 2)
        let order = try harness.order(
            script: Script.run("raise KeyError(mini_batch[0])"), files: 50, settings: settings)
        let job = try await harness.run(order)
        #expect(job.status == .failed)
        #expect(job.errorMessage?.contains("Exceeded error threshold: 3 items failed") == true)
        #expect(!FileCalls.exists(harness.folder.path + "/output-1/predictions.csv"))
        let result = harness.stepLog("logs/job_error.2027011508.txt")
        #expect(result.contains("Exceeded error threshold"))
        #expect(result.contains("KeyError"))
        await harness.service.shutdown()
    }

    @Test func aFailingInitStopsTheJobAfterThreeTriesPerWorker() async throws {
        let harness = try JobHarness()
        let script = "def init():\n    raise OSError('no model')\n\ndef run(b):\n    return b\n"
        let settings = ModelSettings(miniBatchSize: 1)
        let job = try await harness.run(harness.order(script: script, settings: settings))
        #expect(job.status == .failed)
        #expect(
            job.errorMessage?.contains(
                "The init() in the entry script had raised exception for 3 times") == true)
        let summary = harness.stepLog("logs/user/error.txt")
        #expect(summary.contains("process003 init(): OSError: no model"))
        await harness.service.shutdown()
    }

    @Test func aScriptThatCannotBeReadFailsAtItsOwnLine() async throws {
        let harness = try JobHarness()
        let settings = ModelSettings(miniBatchSize: 1)
        let job = try await harness.run(
            harness.order(script: "def init(:\n", settings: settings))
        #expect(job.status == .failed)
        #expect(harness.stepLog("logs/user/error.txt").contains("SyntaxError"))
        #expect(harness.stepLog("logs/user/error/0/process001.txt").contains("score.py"))
        await harness.service.shutdown()
    }

    @Test func anInterpreterThatIsNotThereFailsTheJobAtOnce() async throws {
        let harness = try JobHarness()
        var order = try harness.order(script: Script.echo)
        order.interpreter = "/nowhere/python"
        let job = try await harness.run(order)
        #expect(job.status == .failed)
        #expect(job.errorMessage?.contains("start the interpreter /nowhere/python") == true)
        await harness.service.shutdown()
    }

    @Test func anInputWithoutFilesFailsBeforeAnyInit() async throws {
        let harness = try JobHarness()
        let order = try harness.order(script: Script.echo, files: 1)
        FileCalls.removeTree(order.inputPath + "/f000")
        let job = try await harness.run(order)
        #expect(job.status == .failed)
        #expect(job.errorMessage?.contains("doesn't contain any data") == true)
        #expect(job.timeline.map(\.status) == [.preparing, .failed])
        await harness.service.shutdown()
    }

    @Test func anOutputThatExistsIsRefused() async throws {
        let harness = try JobHarness()
        let order = try harness.order(script: Script.echo)
        _ = try harness.folder.write("mine", to: "output-1/predictions.csv")
        let failure = await #expect(throws: ServiceFailure.self) {
            try await harness.service.accept(order)
        }
        #expect(failure?.kind == .conflict)
        #expect(failure?.detail.contains("the path already exists") == true)
        #expect(try harness.folder.read("output-1/predictions.csv") == "mine")
        await harness.service.shutdown()
    }

    @Test func anOutputThatAppearsWhileTheJobRunsIsNotOverwritten() async throws {
        let harness = try JobHarness()
        let script = Script.run(
            """
            with open(os.environ['AZUREML_BI_OUTPUT_PATH'] + '/predictions.csv', 'w') as file:
                file.write('mine')
            return mini_batch
            """)
        let job = try await harness.run(harness.order(script: script))
        #expect(job.status == .failed)
        #expect(job.errorMessage?.contains("the path already exists") == true)
        #expect(try harness.folder.read("output-1/predictions.csv") == "mine")
        await harness.service.shutdown()
    }

    @Test func aRunningJobIsCancelledAndAnEndedOneCannotBe() async throws {
        let harness = try JobHarness()
        let script = Script.run("import time\ntime.sleep(600)\nreturn mini_batch")
        let order = try harness.order(script: script)
        let events = harness.service.events()
        _ = try await harness.service.accept(order)
        for await event in events where event == .status(order.id, .running) { break }
        try await harness.service.cancel(order.id)
        await harness.service.ended(order.id)
        let job = try #require(try await harness.service.job(order.id))
        #expect(job.status == .canceled)
        #expect(job.timeline.map(\.status).suffix(2) == [.cancelRequested, .canceled])
        let failure = await #expect(throws: ServiceFailure.self) {
            try await harness.service.cancel(order.id)
        }
        #expect(failure?.kind == .conflict)
        #expect(failure?.serviceCode == "CancelPipelineRunInTerminalStatus")
        let missing = await #expect(throws: ServiceFailure.self) {
            try await harness.service.cancel("nobody")
        }
        #expect(missing?.kind == .notFound)
        await harness.service.shutdown()
    }

    @Test func nestedFoldersAreSkippedWithAWarning() async throws {
        let harness = try JobHarness()
        let order = try harness.order(script: Script.echo, files: 2)
        _ = try harness.folder.write("deep", to: "input-1/nested/file")
        let job = try await harness.run(order)
        #expect(job.status == .completed)
        #expect(try harness.rows() == ["000", "001"] || harness.rows() == ["001", "000"])
        let log = harness.stepLog("user_logs/std_log_0.txt")
        #expect(log.contains("WARNING: nested folders are not explored"))
        #expect(log.contains("nested"))
        await harness.service.shutdown()
    }

    @Test func aShortJobFinishesWhileALongOneRuns() async throws {
        let harness = try JobHarness(workerLimit: 2)
        let gate = harness.folder.path + "/gate"
        // The long job cannot end before the short one has: it waits for a file made after that.
        let script = Script.run(
            """
            import time
            while len(os.listdir(os.path.dirname(mini_batch[0]))) and not os.path.exists('\(gate)'):
                time.sleep(0.01)
                if mini_batch[0].endswith('0') or mini_batch[0].endswith('5'):
                    continue
                return mini_batch
            return mini_batch
            """)
        let long = try harness.order("long", script: script, files: 40)
        let short = try harness.order("short", script: Script.echo, files: 3)
        let events = harness.service.events()
        _ = try await harness.service.accept(long)
        for await event in events where event == .status(long.id, .running) { break }
        _ = try await harness.service.accept(short)
        // Two workers of the long job will hang at the gate unless one of them has left for the short job.
        _ = try await Eventually.awaited("the short job's status") {
            try await harness.service.job(short.id)?.status != .queued ? true : nil
        }
        try FileCalls.append([], to: gate)
        await harness.service.ended(short.id)
        await harness.service.ended(long.id)
        #expect(try harness.rows("short").count == 3)
        #expect(try harness.rows("long").count == 40)
        await harness.service.shutdown()
    }

    @Test func workersSeeTheirOwnSurroundingsAndNothingOfTheEngines() async throws {
        let harness = try JobHarness()
        let script = """
            import os, sys, json
            from azureml_user.parallel_run import EntryScript

            def init():
                EntryScript().logger.info("ready")
                print("printed")
                print("complained", file=sys.stderr)

            def run(mini_batch):
                entry = EntryScript()
                return [json.dumps({
                    "argv": sys.argv[1:], "greeting": os.environ["GREETING"],
                    "model": os.path.basename(os.environ["AZUREML_MODEL_DIR"]),
                    "foreign": sorted(n for n in os.environ if "BATCHDECK" in n),
                    "open": sorted(int(n) for n in os.listdir("/proc/self/fd"))[:6],
                    "leader": os.getsid(0) == os.getpid(), "agent": entry.agent_name,
                    "cwd": os.getcwd() == os.path.realpath(entry.working_dir),
                    "output": entry.output_dir == os.environ["AZUREML_BI_OUTPUT_PATH"],
                }, sort_keys=True)]

            def shutdown():
                print("goodbye")

            """
        let settings = ModelSettings(miniBatchSize: 1, loggingLevel: "debug")
        _ = try await harness.run(harness.order(script: script, files: 1, settings: settings))
        #expect(
            try harness.rows() == [
                #"{"agent": "process001", "argv": ["--logging_level", "debug"], "cwd": true, "#
                    + #""foreign": [], "greeting": "hello", "leader": true, "model": "model", "#
                    + #""open": [0, 1, 2, 3, 4, 5], "output": true}"#
            ])
        #expect(harness.stepLog("logs/user/stdout/0/process001.stdout.txt") == "printed\ngoodbye\n")
        #expect(harness.stepLog("logs/user/stderr/0/process001.stderr.txt") == "complained\n")
        let entryLog = harness.stepLog("logs/user/entry_script_log/0/process001.log.txt")
        #expect(entryLog.contains("INFO ready"))
        await harness.service.shutdown()
    }

    @Test func theOverviewFileIsReadByTheSameParserAsAzures() async throws {
        let harness = try JobHarness()
        let job = try await harness.run(harness.order(script: Script.echo, files: 7))
        var parser = ProgressParser()
        parser.consume(Array(harness.stepLog("logs/job_progress_overview.2027011508.txt").utf8))
        #expect(parser.progress.totalMiniBatches == 7)
        #expect(parser.progress.processedMiniBatches == 7)
        #expect(parser.progress.totalItems == 7)
        #expect(harness.stepLog("logs/readme.txt").contains("response: run()"))
        let counters = try await harness.service.counters(of: "step-1")
        #expect(counters["Total MiniBatches"] == 7)
        #expect(counters["Remaining Items"] == 0)
        #expect(counters.count == 6)
        let steps = try await harness.service.steps(of: job.id)
        #expect(steps.map(\.name) == ["batchscoring"])
        await harness.service.shutdown()
    }

    private static func isZombie(_ pid: Int32) -> Bool {
        let stat = FileCalls.contents(of: "/proc/\(pid)/stat") ?? []
        return String(decoding: stat, as: UTF8.self).contains(") Z ")
    }
}
