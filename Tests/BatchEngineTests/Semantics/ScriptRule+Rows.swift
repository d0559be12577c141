import BatchModel
import TestSupport
import Testing

@testable import BatchEngine

/// ES §3.1–3.4: what is called, with what, what it may return, what is written.
extension ScriptRule {
    static let all =
        calls + work + returns + output + surroundings + tries + watchdogs + ends + logs

    private static let wrongType =
        "The run() method in the entry script should return a list or a pandas DataFrame. "
        + "The length of returned result is considered as succeeded number of items. "
        + "The actual type of output is "

    static let calls: [ScriptRule] = [
        ScriptRule(
            section: "3.1", says: "init() runs once per worker process, before its first run()",
            script: """
                calls = 0

                def init():
                    global calls
                    calls += 1

                def run(mini_batch):
                    return [calls] * len(mini_batch)

                """, rows: ["1", "1", "1", "1"]),
        ScriptRule(
            section: "3.1", says: "shutdown() runs once, when the worker is out of work",
            script: Script.echo + "\ndef shutdown():\n    print('goodbye')\n",
            check: { harness, _ in
                let log = harness.stepLog("logs/user/stdout/0/process001.stdout.txt")
                #expect(log == "goodbye\n")
            }),
        ScriptRule(
            section: "3.1", says: "a shutdown() that raises is noted and fails nothing",
            script: Script.echo + "\ndef shutdown():\n    raise OSError('late')\n",
            error: "shutdown(): OSError: late"),
        ScriptRule(
            section: "3.1", says: "--logging_level is among the arguments; others may be added",
            script: """
                import argparse

                def init():
                    global level
                    parser = argparse.ArgumentParser()
                    parser.add_argument("--logging_level", required=True)
                    parser.add_argument("--mine", default="none")
                    level = parser.parse_known_args()[0].logging_level

                def run(mini_batch):
                    return [level]

                """, files: 1,
            settings: ModelSettings(miniBatchSize: 1, loggingLevel: "warning"), rows: ["warning"]),
        ScriptRule(
            section: "3.1", says: "a script without run() fails as a failing init() does",
            script: "def init():\n    pass\n", status: .failed,
            message: "The init() in the entry script had raised exception for 3 times",
            error: "AttributeError"),
    ]

    static let work: [ScriptRule] = [
        .run(
            "3.2", "a mini-batch is a list of so many paths; the last may be short",
            "return [' '.join(os.path.basename(p) for p in mini_batch)] * len(mini_batch)",
            files: 5, settings: ModelSettings(miniBatchSize: 2),
            rows: ["f000 f001", "f000 f001", "f002 f003", "f002 f003", "f004"],
            check: { _, job in #expect(job.progress?.totalMiniBatches == 3) }),
        .run(
            "3.2", "paths are absolute, and sorted by the bytes of their names",
            "return [os.path.isabs(p) and os.path.basename(p) for p in mini_batch]",
            settings: ModelSettings(miniBatchSize: 10),
            check: { harness, _ in
                let rows = try harness.rows()
                #expect(rows == ["f000", "f001", "f002", "f003"])
            }),
        ScriptRule(
            section: "3.2", says: "a uri_file is one item of one mini-batch", script: Script.echo,
            prepare: { _, order in
                order.inputPath += "/f002"
                order.isInputFile = true
            }, rows: ["002"]),
        ScriptRule(
            section: "3.2", says: "nested folders are not explored, and a warning names them",
            script: Script.echo, files: 1,
            prepare: { harness, _ in
                _ = try harness.folder.write("deep", to: "input-1/nested/f")
            }, rows: ["000"],
            check: { harness, _ in
                let log = harness.stepLog("user_logs/std_log_0.txt")
                #expect(log.hasPrefix("WARNING: nested folders are not explored"))
                #expect(log.contains("nested."))
            }),
        ScriptRule(
            section: "3.2", says: "an input without files fails before init()",
            script: "raise SystemExit('imported')", files: 1,
            prepare: { _, order in FileCalls.removeTree(order.inputPath + "/f000") },
            status: .failed, message: "Dataset initialization failed",
            check: { harness, job in
                #expect(job.timeline.map(\.status) == [.preparing, .failed])
                #expect(harness.stepLog("logs/user/error.txt").isEmpty)
            }),
        ScriptRule(
            section: "3.2", says: "workers are nodes times processes per node",
            script: Script.run(
                """
                import time
                out = os.environ['AZUREML_BI_OUTPUT_PATH']
                open(os.path.join(out, str(os.getpid())), 'w').close()
                end = time.monotonic() + 20
                while len(os.listdir(out)) < 4 and time.monotonic() < end:
                    time.sleep(0.01)
                return [len(os.listdir(out))]
                """), files: 4,
            settings: ModelSettings(
                miniBatchSize: 1, maxConcurrencyPerInstance: 2, instanceCount: 2), workerLimit: 4,
            rows: ["4", "4", "4", "4"]),
    ]

    static let returns: [ScriptRule] = [
        .run(
            "3.3", "fewer rows than items: the rest counts as failed", "return mini_batch[:1]",
            settings: ModelSettings(miniBatchSize: 2), failed: 2),
        .run(
            "3.3", "more rows than items are written and capped in the count",
            "return ['a', 'b', 'c'] if mini_batch[0].endswith('f000') else []", files: 2,
            failed: 1, rows: ["a", "b", "c"]),
        .run(
            "3.3", "a tuple is as good as a list", "return tuple(mini_batch[:1])", files: 2,
            check: { harness, _ in
                let rows = try harness.rows()
                #expect(rows.count == 2)
            }),
        wrong("None", "return None", "NoneType"),
        wrong("a dict", "return {'a': 1}", "dict"),
        wrong("a generator", "yield 1", "generator"),
        wrong("a text", "return 'abc'", "str"),
        wrong("a number", "return 7", "int"),
    ]

    private static func wrong(_ what: String, _ body: String, _ type: String) -> ScriptRule {
        .run(
            "3.3", "\(what) fails the mini-batch, in the service's words", body, files: 1,
            settings: ModelSettings(miniBatchSize: 1, maxRetries: 2), status: .failed, failed: 1,
            message: "No succeeded mini batch item returned from run()", error: wrongType + type,
            check: { harness, _ in
                let log = harness.stepLog("logs/user/error.txt")
                #expect(log.contains("try 2 of 2"))
            })
    }

    /// Stands in for pandas where it is not installed: the name, the type and the call are all the
    /// runner knows of it.
    static let frameStandIn = """
        class DataFrame:
            def __init__(self, rows):
                self.rows = rows

            def __len__(self):
                return len(self.rows)

            def to_csv(self, target, sep, header, index):
                assert target is None and header is False and index is False
                return "".join(sep.join(map(str, row)) + "\\n" for row in self.rows)

        """
    static let frameScript = """
        import pandas

        def init():
            pass

        def run(mini_batch):
            return pandas.DataFrame([["a b", 1], ["c", 2.5]])

        """

    static let output: [ScriptRule] = [
        .run(
            "3.4", "a list: str() of every element and a line end",
            "return [1, 2.50, None, True, 'ü', [1, 'a'], {'k': 2}, '']", files: 1,
            check: { harness, _ in
                let text = try harness.folder.read("output-1/predictions.csv")
                #expect(
                    text == "1\n2.5\nNone\nTrue\nü\n[1, 'a']\n{'k': 2}\n\n")
            }),
        ScriptRule(
            section: "3.4", says: "a DataFrame (stand-in): spaces, no header, no index",
            script: frameScript, files: 1,
            prepare: { harness, _ in
                _ = try harness.folder.write(frameStandIn, to: "code-1/pandas.py")
            }, rows: ["a b 1", "c 2.5"]),
        .run(
            "3.4", "only the file of rows is left in the output folder", "return mini_batch",
            check: { harness, _ in
                let entries = try #require(FolderWalk.root(harness.folder.path + "/output-1"))
                #expect(FolderWalk.entries(of: entries).map(\.name) == ["predictions.csv"])
            }),
        .run(
            "3.4", "append_row without a row fails, even at threshold -1", "return []",
            settings: ModelSettings(miniBatchSize: 1, errorThreshold: -1), status: .failed,
            failed: 4, message: "No succeeded mini batch item returned from run()"),
        .run(
            "3.4", "summary_only counts rows and writes none",
            "open(os.environ['AZUREML_BI_OUTPUT_PATH'] + '/mine', 'a').close()\nreturn mini_batch",
            settings: ModelSettings(miniBatchSize: 1, outputAction: .summaryOnly),
            check: { harness, _ in
                let entries = try #require(FolderWalk.root(harness.folder.path + "/output-1"))
                #expect(FolderWalk.entries(of: entries).map(\.name) == ["mine"])
            }),
        .run(
            "3.4", "summary_only completes without a row", "return []",
            settings: ModelSettings(miniBatchSize: 1, outputAction: .summaryOnly), failed: 4),
        .run(
            "3.4", "rows of a try that failed are not written",
            """
            mark = os.environ['AZUREML_BI_OUTPUT_PATH'] + '/mark'
            if not os.path.exists(mark):
                open(mark, 'w').close()
                return (x for x in mini_batch)
            return ['row']
            """, files: 1, rows: ["row"]),
        .run(
            "3.4", "an output that appears meanwhile is not touched: the path already exists",
            """
            with open(os.environ['AZUREML_BI_OUTPUT_PATH'] + '/rows.csv', 'w') as file:
                file.write('mine')
            return mini_batch
            """, files: 1, settings: ModelSettings(miniBatchSize: 1, outputFileName: "rows.csv"),
            status: .failed, message: "the path already exists",
            check: { harness, _ in
                let text = try harness.folder.read("output-1/rows.csv")
                #expect(text == "mine")
            }),
    ]
}
