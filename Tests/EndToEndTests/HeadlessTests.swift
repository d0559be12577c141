import Foundation
import TestSupport
import Testing

/// The verbs, from the outside: a fresh home, a real engine that starts by itself, real Python workers.
@Suite(.serialized) struct HeadlessTests {
    @Test func theSampleEndpointsAndDeploymentsAreListed() throws {
        let deck = try Deck()
        let endpoints = try #require(try deck.json("endpoint", "list") as? [[String: Any]])
        #expect(
            endpoints.compactMap { $0["name"] as? String } == [
                "digits-batch", "flaky-batch", "hello-batch", "tumour-pipeline", "wine-classifier",
            ])
        let names = try endpoints.flatMap { endpoint -> [String] in
            let name = try #require(endpoint["name"] as? String)
            let rows = try deck.json("deployment", "list", "--endpoint-name", name)
            return (rows as? [[String: Any]] ?? []).compactMap { $0["name"] as? String }
        }
        #expect(
            Set(names) == [
                "nearest", "nearest-summary", "gnb", "gnb-probs", "tolerant", "strict", "hello",
                "score-with-prep",
            ])
    }

    @Test func aWineJobIsWatchedAndItsRowsAreDownloaded() throws {
        let deck = try Deck()
        let watched = try deck.run(
            "invoke", "-n", "wine-classifier", "--input", "azureml:wine-data@latest", "--watch")
        #expect(watched.status == 0, "\(watched.errors)")
        #expect(watched.errors.contains("Completed"))
        #expect(watched.errors.contains("4/4 mini-batches"))
        let job = watched.output.trimmingCharacters(in: .whitespacesAndNewlines)
        let results = deck.folder.path + "/results"
        let downloaded = try deck.run(
            "job", "download", "-n", job, "--download-path", results)
        #expect(downloaded.status == 0, "\(downloaded.errors)")
        let rows = try deck.folder.read("results/predictions.csv").split(separator: "\n")
        #expect(rows.count == 178)
        let left = try FileManager.default.contentsOfDirectory(atPath: results)
        #expect(left == ["predictions.csv"], "no partial file stays")
        let end = try deck.run("job", "results", "show", "-n", job, "--tail", "--lines", "1")
        #expect(end.output.dropLast() == (try #require(rows.last)), "\(end.errors)")
        let states = try #require(
            try deck.json("job", "timeline", "-n", job) as? [[String: Any]])
        #expect(states.last?["status"] as? String == "Completed")
        let steps = try #require(try deck.json("job", "steps", "-n", job) as? [[String: Any]])
        #expect(steps.map { $0["status"] as? String } == ["Completed"])
    }

    @Test func digitsAreScoredAsAccuratelyAsMeasured() throws {
        let deck = try Deck()
        let done = try deck.run(
            "invoke", "-n", "digits-batch", "--input", "azureml:digits-data@latest", "--watch")
        #expect(done.status == 0, "\(done.errors)")
        #expect(done.errors.contains("60/60 mini-batches"))
        let job = done.output.trimmingCharacters(in: .whitespacesAndNewlines)
        let results = deck.folder.path + "/results"
        #expect(try deck.run("job", "download", "-n", job, "-p", results).status == 0)
        let check = try Run.program(
            try Tool.find("python3"),
            [
                Checkout.root + "/assets/make-sample-data.py", "--check",
                results + "/predictions.csv",
            ], environment: deck.environment)
        #expect(check.status == 0, "\(check.output)\(check.errors)")
        #expect(check.output.contains("597"))
        #expect(check.output.contains("96.5"))
    }

    @Test func summaryOnlyWritesOneFilePerMiniBatchAndNoRows() throws {
        let deck = try Deck()
        let done = try deck.run(
            "invoke", "-n", "digits-batch", "-d", "nearest-summary", "--input",
            "azureml:digits-data@latest", "--mini-batch-size", "100", "--watch")
        #expect(done.status == 0, "\(done.errors)")
        let job = done.output.trimmingCharacters(in: .whitespacesAndNewlines)
        let results = deck.folder.path + "/results"
        #expect(try deck.run("job", "download", "-n", job, "-p", results).status == 0)
        let files = try FileManager.default.contentsOfDirectory(atPath: results)
        #expect(files.count == 6)
        #expect(files.allSatisfy { $0.hasSuffix(".json") })
    }

    @Test func aScriptThatRaisesGivesExitCodeThreeAndItsOwnTraceback() throws {
        let folder = try TemporaryFolder("raises")
        let script = """
            def init():
                pass

            def explode(path):
                raise ValueError("cannot score " + path.split("/")[-1])

            def run(mini_batch):
                return [explode(path) for path in mini_batch]
            """
        let deck = try Deck(workspace: TinyWorkspace.write(script: script, in: folder))
        let failed = try deck.run(
            "invoke", "-n", "tiny", "--input", "azureml:items@latest", "--watch")
        #expect(failed.status == 3)
        #expect(failed.errors.contains("ValueError: cannot score item-"))
        #expect(failed.errors.contains("score.py"))
        #expect(failed.errors.contains("in explode"))
    }

    @Test func aLocalFolderIsUploadedOnceAndScored() throws {
        let deck = try Deck()
        let local = deck.folder.path + "/mine"
        for index in 0..<3 {
            try FileManager.default.createDirectory(
                atPath: local, withIntermediateDirectories: true)
            let source = Checkout.root + "/assets/workspace/data/digits"
            let name = try FileManager.default.contentsOfDirectory(atPath: source).sorted()[index]
            try FileManager.default.copyItem(
                atPath: source + "/" + name, toPath: local + "/" + name)
        }
        let first = try deck.run("invoke", "-n", "digits-batch", "--input", local, "--watch")
        #expect(first.status == 0, "\(first.errors)")
        #expect(first.errors.contains("uploaded 3 files"))
        let second = try deck.run("invoke", "-n", "digits-batch", "--input", local, "--watch")
        #expect(second.status == 0, "\(second.errors)")
        #expect(!second.errors.contains("uploaded"), "unchanged data is not sent twice")
    }

    /// Bad input: the arguments, and words that the sentence must hold. Exit code 2, nothing sent.
    static let refusals: [(arguments: [String], words: [String])] = [
        (["-n", "wine", "--input", "azureml:wine-data@latest"], ["wine", "wine-classifier"]),
        (
            ["-n", "wine-classifier", "-d", "nope", "--input", "azureml:wine-data@latest"],
            ["nope", "gnb"]
        ), (["-n", "wine-classifier", "--input", "azureml:whine-data@latest"], ["whine-data"]),
        (["-n", "wine-classifier", "--input", "azureml:wine-data:9"], ["9"]),
        (["-n", "wine-classifier", "--input", "./not/there"], ["not/there"]),
        (
            [
                "-n", "wine-classifier", "--input", "azureml:wine-data:1", "--input",
                "azureml:wine-data:2",
            ], ["exactly one data input"]
        ), (["-n", "wine-classifier"], ["needs one data input"]),
        (
            ["-n", "wine-classifier", "--set", "inputs.threshold.default=0.7"],
            ["Literal", "pipeline component"]
        ), (["-n", "wine-classifier", "--input", "s3://bucket/x"], ["s3", "Accepted"]),
        (
            [
                "-n", "wine-classifier", "--input", "azureml:wine-data@latest",
                "--mini-batch-size", "0",
            ], ["mini_batch_size", "at least 1"]
        ),
        (
            [
                "-n", "wine-classifier", "--input", "azureml:wine-data@latest",
                "--experiment-name", "trial",
            ], ["experiment"]
        ),
    ]

    @Test func badInputIsRefusedWithAClearSentence() throws {
        let deck = try Deck()
        for refusal in Self.refusals {
            let result = try Run.program(
                deck.executable, ["invoke"] + refusal.arguments, environment: deck.environment,
                folder: deck.folder.path)
            #expect(result.status == 2, "\(refusal.arguments): \(result.errors)")
            for word in refusal.words {
                #expect(result.errors.contains(word), "\(refusal.arguments): \(result.errors)")
            }
        }
        let jobs = try #require(try deck.json("job", "list") as? [Any])
        #expect(jobs.isEmpty, "nothing was sent")
    }

    @Test func anOutputPathThatExistsIsRefused() throws {
        let deck = try Deck()
        let place = "azureml://datastores/workspaceblobstore/paths/mine/rows.csv"
        let arguments = [
            "invoke", "-n", "wine-classifier", "--input", "azureml:wine-data:1", "--output-path",
            place,
        ]
        let first = try Run.program(
            deck.executable, arguments + ["--watch"], environment: deck.environment)
        #expect(first.status == 0, "\(first.errors)")
        let second = try Run.program(deck.executable, arguments, environment: deck.environment)
        #expect(second.status == 2)
        #expect(second.errors.contains("already exists"))
    }

    @Test func aBrokenDeploymentFileIsNamedWithItsLineAndTheOthersWork() throws {
        let folder = try TemporaryFolder("broken")
        let workspace = folder.path + "/ws"
        try FileManager.default.copyItem(
            atPath: Checkout.root + "/assets/workspace", toPath: workspace)
        try folder.write(
            "name: gnb\nendpoint_name: wine-classifier\ntype: model\nsettings:\n  mini_batch_size: many\n",
            to: "ws/endpoints/wine-classifier/gnb/deployment.yml")
        let deck = try Deck(workspace: workspace)
        let broken = try deck.run(
            "invoke", "-n", "wine-classifier", "--input", "azureml:wine-data@latest")
        #expect(broken.status == 2, "\(broken.errors)")
        #expect(broken.errors.contains("deployment.yml:5"), "\(broken.errors)")
        let other = try deck.run(
            "invoke", "-n", "wine-classifier", "-d", "gnb-probs", "--input",
            "azureml:wine-data:1", "--dry-run")
        #expect(other.status == 0, "\(other.errors)")
    }

    @Test func aDryRunPrintsTheRequestAndSendsNothing() throws {
        let deck = try Deck()
        let shown = try deck.run(
            "invoke", "-n", "wine-classifier", "--input", "azureml:wine-data@latest", "--dry-run")
        #expect(shown.status == 0, "\(shown.errors)")
        #expect(shown.output.hasPrefix("POST http://"))
        #expect(shown.output.contains("data/wine-data/versions/2"), "@latest is resolved")
        #expect(!shown.output.contains("Bearer ey"))
        #expect((try deck.json("job", "list") as? [Any])?.isEmpty == true)
    }

    @Test func theEngineIsStartedSeenAndStopped() throws {
        let deck = try Deck()
        #expect(try deck.run("engine", "status").output.contains("stopped"))
        #expect(try deck.run("engine", "start").status == 0)
        #expect(try deck.run("engine", "status").output.contains("running"))
        let connection = deck.home + "/state/connection.json"
        let attributes = try FileManager.default.attributesOfItem(atPath: connection)
        #expect((attributes[.posixPermissions] as? Int) == 0o600)
        let pid = try deck.enginePID()
        #expect(try deck.run("engine", "stop").status == 0)
        try Eventually.get("the process's end") { deck.isGone(pid) ? true : nil }
    }

    @Test func mistakesInTheCommandLineAreUsageErrors() throws {
        let deck = try Deck()
        #expect(try deck.run("frobnicate").status == 2)
        #expect(try deck.run("invoke").status == 2)
        #expect(try deck.run("job", "show", "-n", "nothing").status == 5)
        #expect(try deck.run("--version").status == 0)
        #expect(try deck.run("help", "exit-codes").output.contains("3"))
    }
}
