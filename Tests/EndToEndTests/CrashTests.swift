import Foundation
import TestSupport
import Testing

/// `kill -9` in the middle of things: nothing is lost, nothing is doubled, nobody is left behind.
@Suite(.serialized) struct CrashTests {
    /// Each file takes a little real work, so that a kill lands in the middle.
    private static let script = """
        import hashlib

        def init():
            pass

        def run(mini_batch):
            rows = []
            for path in mini_batch:
                digest = path.encode()
                for _ in range(20000):
                    digest = hashlib.sha256(digest).digest()
                rows.append(path.split("/")[-1])
            return rows
        """

    private func workers(of deck: Deck) throws -> [Int32] {
        try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { Int32($0) }
            .filter { pid in
                let path = "/proc/\(pid)/environ"
                guard let data = FileManager.default.contents(atPath: path) else { return false }
                return String(decoding: data, as: UTF8.self).contains(deck.folder.path)
                    && !isZombie(pid)
            }
    }

    private func isZombie(_ pid: Int32) -> Bool {
        guard let data = FileManager.default.contents(atPath: "/proc/\(pid)/stat") else {
            return true
        }
        return String(decoding: data, as: UTF8.self).contains(") Z ")
    }

    @Test func aJobGoesOnAfterTheEngineWasKilledAndHasEveryRowOnce() throws {
        let folder = try TemporaryFolder("crash")
        let deck = try Deck(
            workspace: TinyWorkspace.write(
                script: Self.script, settings: "  max_concurrency_per_instance: 2", files: 300,
                in: folder))
        let submitted = try deck.run("invoke", "-n", "tiny", "--input", "azureml:items@latest")
        #expect(submitted.status == 0, "\(submitted.errors)")
        let job = submitted.output.trimmingCharacters(in: .whitespacesAndNewlines)
        for wanted in [20, 120] {
            try Eventually.get("\(wanted) mini-batches") {
                let shown = try #require(try deck.json("job", "show", "-n", job) as? [String: Any])
                let progress = shown["progress"] as? [String: Any]
                let done = progress?["processed_mini_batches"] as? Int ?? 0
                return done >= wanted ? done : nil
            }
            #expect(kill(try deck.enginePID(), SIGKILL) == 0)
        }
        let watched = try deck.run("job", "watch", "-n", job)
        #expect(watched.status == 0, "\(watched.errors)")
        let results = deck.folder.path + "/results"
        #expect(try deck.run("job", "download", "-n", job, "-p", results).status == 0)
        let rows = try deck.folder.read("results/predictions.csv").split(separator: "\n")
        #expect(rows.count == 300)
        #expect(Set(rows).count == 300, "every row once")
        #expect(try deck.run("engine", "stop").status == 0)
        try Eventually.get("no process left") { try workers(of: deck).isEmpty ? true : nil }
    }

    @Test func noWorkerOutlivesAKilledEngine() throws {
        let folder = try TemporaryFolder("orphans")
        let script = """
            import time

            def init():
                pass

            def run(mini_batch):
                time.sleep(600)
                return mini_batch
            """
        let deck = try Deck(workspace: TinyWorkspace.write(script: script, in: folder))
        #expect(try deck.run("invoke", "-n", "tiny", "--input", "azureml:items@latest").status == 0)
        let engine = try deck.enginePID()
        try Eventually.get("a worker") { try workers(of: deck).count > 1 ? true : nil }
        #expect(kill(engine, SIGKILL) == 0)
        try Eventually.get("no process left") { try workers(of: deck).isEmpty ? true : nil }
    }

    @Test func killingTheProgramInTheMiddleOfASubmissionNeitherLosesNorDoublesIt() throws {
        let folder = try TemporaryFolder("submit")
        let deck = try Deck(
            workspace: TinyWorkspace.write(
                script: "def init():\n    pass\n\ndef run(mini_batch):\n    return mini_batch\n",
                in: folder))
        // One run that is left alone says how long a whole one takes; the others are killed at every twelfth of that.
        let begun = ContinuousClock.now
        #expect(try deck.run("invoke", "-n", "tiny", "--input", "azureml:items@latest").status == 0)
        let whole = ContinuousClock.now - begun
        var accepted = 1
        let kills = 14
        for step in 1...kills {
            let delay = whole * step / 12
            let child = try Child(
                deck.executable, ["invoke", "-n", "tiny", "--input", "azureml:items@latest"],
                environment: deck.environment)
            child.feed([])
            usleep(
                UInt32(delay.components.attoseconds / 1_000_000_000_000)
                    + UInt32(delay.components.seconds) * 1_000_000)
            child.kill()
            let said = child.readToEnd().output
            _ = child.wait(until: .now + .seconds(10))
            if !said.isEmpty { accepted += 1 }
        }
        let jobs = try #require(try deck.json("job", "list") as? [[String: Any]])
        #expect(jobs.count >= accepted, "what was accepted is there")
        #expect(accepted > 1, "the late ones came through")
        #expect(accepted <= kills, "the early ones did not")
        #expect(jobs.count <= kills + 1, "nothing was sent twice")
        let ids = jobs.compactMap {
            ($0["tags"] as? [String: Any])?["batchdeck.submission"] as? String
        }
        #expect(Set(ids).count == jobs.count, "every submission is one job")
    }
}
