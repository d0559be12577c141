import Foundation
import TestSupport
import Testing

/// What a person changes of a model deployment for one job, seen in what the real engine then does.
///
/// The deployment's own settings are such that every change shows: one try, ten minutes for it, failures never too many.
@Suite(.serialized) struct SeedRowOverrideEngineTests {
    /// Writes who runs it, each file, and how many came in one call. Some files behave by their names: one is always broken,
    /// one at its first try, one hangs at its first try, and each of a pair waits until the other is run beside it.
    private static let script = """
        import os, signal

        def init():
            pass

        def is_first_try(place):
            if os.path.exists(place):
                os.unlink(place)
                return False
            open(place, "w").close()
            return True

        def meet(place, flag):
            try:
                os.mkfifo(place)
            except FileExistsError:
                pass
            os.close(os.open(place, flag))

        def score(path, size):
            folder = os.environ["AZUREML_BI_OUTPUT_PATH"]
            name = os.path.basename(path)
            if name == "broken.txt":
                raise ValueError(name)
            if name in ("flaky.txt", "slow.txt") and is_first_try(folder + "/tried"):
                if name == "slow.txt":
                    signal.pause()
                raise ValueError(name)
            if name == "left.txt":
                meet(folder + "/meeting", os.O_WRONLY)
            if name == "right.txt":
                meet(folder + "/meeting", os.O_RDONLY)
                os.unlink(folder + "/meeting")
            return "%s %s %d" % (os.environ["WHO"], name, size)

        def run(mini_batch):
            return [score(path, len(mini_batch)) for path in mini_batch]
        """

    private static let settings = """
          error_threshold: -1
          retry_settings:
            max_retries: 1
            timeout: 600
          environment_variables:
            WHO: only
        """

    private let folder: TemporaryFolder
    private let deck: Deck

    init() throws {
        folder = try TemporaryFolder("changes")
        let workspace = try TinyWorkspace.write(
            script: Self.script, settings: Self.settings, files: 2, in: folder)
        try folder.write(
            """
            name: other
            endpoint_name: tiny
            type: model
            model:
              name: nothing
              path: ../only/model
            code_configuration:
              code: ../only/code
              scoring_script: score.py
            environment:
              name: plain
              image: mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu20.04
            compute: azureml:local
            settings:
              mini_batch_size: 1
              environment_variables:
                WHO: other
            """, to: "ws/endpoints/tiny/other/deployment.yml")
        let assets = [
            "pair": ["left", "right"], "flaky": ["flaky"], "slow": ["slow"],
            "mixed": ["broken", "good"],
        ]
        for (name, files) in assets {
            try folder.write("name: \(name)\npath: \(name)\n", to: "ws/data/\(name).yml")
            for file in files { try folder.write("1\n", to: "ws/data/\(name)/\(file).txt") }
        }
        deck = try Deck(workspace: workspace)
    }

    /// A job on a data asset of the workspace; `rows` are what it writes, empty where that is looked at otherwise.
    private func line(
        _ asset: String, _ more: String..., ends status: String = "Completed",
        rows: [String] = [], in file: String = "predictions.csv", shows: [String: String] = [:]
    ) -> SeedLine {
        SeedLine(
            words: ["-n", "tiny", "--input", "azureml:\(asset):1"] + more, status: status,
            writes: rows.isEmpty ? [:] : [file: rows], shows: shows)
    }

    @Test func everyChangeOfOneJobIsFelt() throws {
        let pair = ["only left.txt 1", "only right.txt 1"]
        let lines: [SeedLine] = [
            line("pair", "--params-override", "compute.instance_count=2", rows: pair),
            line(
                "items", rows: ["only item-100.txt 1", "only item-101.txt 1"],
                shows: ["deployment_name": "only", "experiment_name": "tiny"]),
            line(
                "items", "-d", "other", rows: ["other item-100.txt 1", "other item-101.txt 1"],
                shows: ["deployment_name": "other"]),
            line("items", "--deployment-name", "other", shows: ["deployment_name": "other"]),
            line(
                "items", "--mini-batch-size", "2", "--job-name", "Two at once",
                rows: ["only item-100.txt 2", "only item-101.txt 2"],
                shows: ["display_name": "Two at once"]),
            line(
                "items", "-m", "2", "--set", "job_name=Two again",
                rows: ["only item-100.txt 2", "only item-101.txt 2"],
                shows: ["display_name": "Two again"]),
            line(
                "items", "--params-override", "mini_batch_size=2", "output_file_name=out.csv",
                rows: ["only item-100.txt 2", "only item-101.txt 2"], in: "out.csv"),
            line("flaky", ends: "Failed", shows: ["error": "No succeeded mini batch item"]),
            line(
                "flaky", "--params-override", "retry_settings.max_retries=2",
                rows: ["only flaky.txt 1"]),
            line("mixed", rows: ["only good.txt 1"]),
            line(
                "mixed", "--params-override", "error_threshold=0", ends: "Failed",
                shows: ["error": "1 items failed, error_threshold is 0"]),
            line(
                "slow", "--params-override", "retry_settings.timeout=1",
                "retry_settings.max_retries=5", rows: ["only slow.txt 1"]),
        ]
        let jobs = try deck.runToTheEnd(lines)
        let slow = try #require(jobs.last)
        let log = try deck.typed(["job", "logs", "-n", slow, "--file", "logs/user/error.txt"])
        #expect(log.output.contains("try 1 of 5: TimeoutError"), "\(log.output)\(log.errors)")
        #expect(log.output.contains("longer than the timeout of 1.000 s"), "\(log.output)")
        // Two pairs at the same time might hold every process that the machine has, each waiting for one more.
        try deck.runToTheEnd([line("pair", "--instance-count", "2", rows: pair)])
        try expectRefusals(besides: jobs.count + 1)
    }

    private static let refusals: [(words: [String], reason: String)] = [
        (["-d", "none"], "no deployment 'none'"),
        (["--experiment-name", "mine"], "pipeline component deployments only"),
        (["--mini-batch-size", "many"], "mini_batch_size is many: give a whole number"),
        (["--instance-count", "0"], "instance_count: 0 is out of range"),
        (
            ["--params-override", "retry_settings.max_retries=-1"],
            "max_retries: -1 is out of range"
        ),
        (["--params-override", "retry_settings.timeout=0"], "timeout: 0 is out of range"),
        (["--params-override", "error_threshold=-2"], "error_threshold: -2 is out of range"),
        (["--params-override", "output_file_name=a/b.csv"], "\"a/b.csv\" is not a file name"),
        (["--params-override", "retries=3"], "retries is not a setting"),
    ]

    private func expectRefusals(besides count: Int) throws {
        for (words, reason) in Self.refusals {
            try deck.expectRefused(
                ["invoke", "-n", "tiny", "--input", "azureml:items:1"] + words, saying: reason)
        }
        #expect(try deck.jobCount() == count)
    }
}
