import Foundation
import TestSupport
import Testing

/// Housekeeping with the real program: a real engine, real kills, real files.
@Suite(.serialized) struct CleanTests {
    private static let sleeper = """
        import time

        def init():
            pass

        def run(mini_batch):
            if "103" in mini_batch[0]:
                time.sleep(600)
            return mini_batch

        """

    private func members(_ value: Any) throws -> [String: Any] {
        try #require(value as? [String: Any])
    }

    private func names(_ deck: Deck, _ flags: String...) throws -> [String] {
        let result = try Run.program(
            deck.executable, ["job", "list", "-m", "1000", "-o", "json"] + flags,
            environment: deck.environment, folder: deck.folder.path)
        let rows = try JSONSerialization.jsonObject(with: Data(result.output.utf8))
        return (rows as? [[String: Any]] ?? []).compactMap { $0["name"] as? String }
    }

    private func removed(_ report: [String: Any], _ what: String) -> Int? {
        let rows = report["removed"] as? [[String: Any]] ?? []
        return rows.first { $0["what"] as? String == what }?["count"] as? Int
    }

    @Test func aRunningEngineCleansAroundItsRunningJob() throws {
        let folder = try TemporaryFolder("sleeper")
        let deck = try Deck(
            workspace: try TinyWorkspace.write(script: Self.sleeper, files: 3, in: folder))
        let done = try deck.run("invoke", "-n", "tiny", "--input", "azureml:items:1", "--watch")
        #expect(done.status == 0, "\(done.errors)")
        try folder.write("3\n", to: "ws/data/items/item-103.txt")
        let accepted = try deck.run("invoke", "-n", "tiny", "--input", "azureml:items:1")
        let running = accepted.output.trimmingCharacters(in: .whitespacesAndNewlines)
        try Eventually.get("the job to run") {
            try deck.run("job", "show", "-n", running).output.contains("status: Running")
                ? true : nil
        }
        let finished = done.output.trimmingCharacters(in: .whitespacesAndNewlines)
        let order = ["engine", "clean", "--older-than", "0d", "-o", "json"]
        for isDry in [true, false] {
            let said = try Run.program(
                deck.executable, order + (isDry ? ["--dry-run"] : []),
                environment: deck.environment)
            #expect(said.status == 0, "\(said.errors)")
            let report = try members(
                try JSONSerialization.jsonObject(with: Data(said.output.utf8)))
            #expect(removed(report, "finished jobs") == 1)
            #expect(removed(report, "their logs") == 2)
            #expect(removed(report, "their results") == 1)
            #expect(report["dry_run"] as? Bool == isDry)
            #expect(try names(deck) == (isDry ? [running, finished] : [running]))
        }
        #expect(try deck.run("job", "show", "-n", finished).status == 5)
        let cancel = try members(try deck.json("job", "cancel", "-n", running))
        #expect(cancel["cancel"] as? String == "accepted")
        try Eventually.get("the job to end") {
            try deck.run("job", "show", "-n", running).output.contains("status: Canceled")
                ? true : nil
        }
        let stopped = try members(try deck.json("engine", "stop"))
        #expect(stopped["was_running"] as? Bool == true)
        let last = try deck.run("engine", "clean", "--keep-newest", "0")
        #expect(last.status == 0 && last.output.contains("freed"), "\(last.errors)")
        let status = try members(try deck.json("engine", "status"))
        #expect(status["jobs"] as? Int == 0 && status["status"] as? String == "stopped")
    }

    /// Enough jobs that a kill finds the clean in the middle of its work.
    private static let seeded =
        Int(
            ProcessInfo.processInfo.environment["BATCHDECK_CLEAN_JOBS"] ?? "") ?? 150

    private func seed(_ deck: Deck) throws -> [String] {
        let state = deck.home + "/state"
        let seeded = try deck.run(
            "engine", "seed", "--state", state, "--jobs", "\(Self.seeded)", "--endpoints", "2")
        #expect(seeded.status == 0, "\(seeded.errors)")
        // A seed has no logs of its own.
        let all = try names(deck)
        #expect(all.count == Self.seeded)
        for name in all {
            for file in 0..<2 {
                try deck.folder.write("line\n", to: logs(name) + "/logs/\(file).txt")
            }
        }
        return all
    }

    /// Below the deck's folder.
    private func logs(_ name: String) -> String {
        "home/state/blobs/azureml/ExperimentRun/dcid.\(name)"
    }

    private func files(_ deck: Deck, _ name: String) -> Int {
        let path = deck.folder.path + "/" + logs(name) + "/logs"
        return (try? FileManager.default.contentsOfDirectory(atPath: path).count) ?? 0
    }

    /// The engine killed while it cleans, and the command killed while it cleans without one.
    @Test(arguments: [true, false])
    func aKillInTheMiddleLeavesNothingHalf(isEngineRunning: Bool) throws {
        let deck = try Deck(workspace: Checkout.root + "/assets/workspace")
        let all = try seed(deck)
        if !isEngineRunning { _ = try deck.run("engine", "stop") }
        let clean = try Child(
            deck.executable, ["engine", "clean", "--keep-newest", "0"],
            environment: deck.environment)
        clean.feed([])
        let oldest = try #require(all.last)
        try Eventually.get("the oldest job's logs to go") {
            files(deck, oldest) == 0 ? true : nil
        }
        if isEngineRunning { kill(try deck.enginePID(), SIGKILL) } else { clean.kill() }
        _ = clean.readToEnd()
        _ = clean.wait(until: .now + .seconds(20))
        // What is listed, by the engine that starts for it, is whole; the rest goes by itself.
        let listed = Set(try names(deck))
        #expect(listed.count < all.count, "the kill came before anything was removed")
        for name in listed { #expect(files(deck, name) == 2, "\(name)") }
        try Eventually.get("what was begun to be finished") {
            all.allSatisfy { listed.contains($0) || files(deck, $0) == 0 } ? true : nil
        }
        #expect(try deck.run("engine", "clean", "--keep-newest", "0").status == 0)
        #expect(try names(deck).isEmpty)
        #expect(all.allSatisfy { files(deck, $0) == 0 })
    }

    @Test func ageAndNumberDecideWhichJobsGo() throws {
        let deck = try Deck(workspace: Checkout.root + "/assets/workspace")
        let state = deck.home + "/state"
        // A job every 90 seconds, back from now.
        _ = try deck.run("engine", "seed", "--state", state, "--jobs", "100")
        let kept = try members(
            try deck.json("engine", "clean", "--older-than", "90m", "--keep-newest", "80"))
        #expect(removed(kept, "finished jobs") == 20)
        let aged = try members(try deck.json("engine", "clean", "--older-than", "90m"))
        let left = 80 - (removed(aged, "finished jobs") ?? 0)
        #expect((55...70).contains(left), "those of the last 90 minutes: \(left)")
        #expect(try names(deck).count == left)
        let status = try members(try deck.json("engine", "status"))
        #expect(status["jobs"] as? Int == left)
        #expect((status["state_bytes"] as? Int ?? 0) > 0 && status["oldest_job"] is String)
        #expect(status["status"] as? String == "running")
    }

    @Test func badLimitsAreRefusedWithTheFormsThatAreTaken() throws {
        let deck = try Deck()
        for (arguments, word) in [
            (["--older-than", "soon"], "30d, 12h or 90m"),
            (["--older-than", "30"], "30d, 12h or 90m"), (["--older-than=-1d"], "30d"),
            (["--max-size", "10"], "10G"), (["--max-size", "lots"], "512K, 100M or 10G"),
            (["--keep-newest=-1"], "whole number"),
        ] {
            let said = try Run.program(
                deck.executable, ["engine", "clean"] + arguments, environment: deck.environment)
            #expect(said.status == 2, "\(arguments): \(said.errors)")
            #expect(said.errors.contains(word), "\(arguments): \(said.errors)")
        }
        let serve = try deck.run("engine", "serve", "--log-limit", "1K")
        #expect(serve.status == 2 && serve.errors.contains("at least 16K"), "\(serve.errors)")
        let empty = try deck.run("engine", "clean", "--older-than", "0d")
        #expect(empty.status == 0, "nothing is there yet: \(empty.errors)")
    }

    @Test func anArchivedJobLeavesTheListAndComesBack() throws {
        let deck = try Deck()
        let done = try deck.run("invoke", "-n", "hello-batch", "--watch")
        #expect(done.status == 0, "\(done.errors)")
        let job = done.output.trimmingCharacters(in: .whitespacesAndNewlines)
        let archived = try members(try deck.json("job", "archive", "-n", job))
        #expect(archived["is_archived"] as? Bool == true)
        #expect(try names(deck).isEmpty)
        #expect(try names(deck, "-e", "hello-batch").isEmpty)
        #expect(try names(deck, "-e", "hello-batch", "--archived-only") == [job])
        #expect(try names(deck, "--include-archived") == [job])
        #expect(try deck.run("job", "restore", "-n", job).status == 0)
        #expect(try names(deck) == [job])
        #expect(try names(deck, "--archived-only").isEmpty)
        #expect(try deck.run("job", "archive", "-n", "nobody").status == 5)
    }

    /// A script that prints without end must not fill the disk, nor be harmed, nor be slow.
    @Test func aScriptThatPrintsTwoHundredMegabytesFillsNoDisk() throws {
        let folder = try TemporaryFolder("talker")
        let script = """
            def init():
                pass

            def run(mini_batch):
                line = "x" * 1023 + "\\n"
                for _ in range(200):
                    print(line * 1024, end="")
                return mini_batch

            """
        let deck = try Deck(
            workspace: try TinyWorkspace.write(script: script, files: 1, in: folder))
        let began = ContinuousClock.now
        let done = try deck.run("invoke", "-n", "tiny", "--input", "azureml:items:1", "--watch")
        #expect(done.status == 0, "\(done.errors)")
        #expect(ContinuousClock.now - began < .seconds(30))
        let runs = deck.home + "/state/blobs/azureml/ExperimentRun"
        let sizes = try FileManager.default.contentsOfDirectory(atPath: runs).compactMap {
            try? FileManager.default.attributesOfItem(
                atPath: runs + "/\($0)/logs/user/stdout/0/process001.stdout.txt")[.size] as? Int
        }
        #expect(sizes == [64 << 20])
        let job = done.output.trimmingCharacters(in: .whitespacesAndNewlines)
        let results = deck.folder.path + "/results"
        #expect(try deck.run("job", "download", "-n", job, "-p", results).status == 0)
        #expect(try deck.folder.read("results/predictions.csv").split(separator: "\n").count == 1)
    }
}
