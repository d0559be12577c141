import Foundation
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#endif

/// How soon an engine serves again after `kill -9`, with years of old jobs.
@Suite(.serialized) struct RestartTests {
    private static let oldJobs = 10_000

    @Test func anEngineServesWithinASecondOfItsNewStartWithTenThousandOldJobs() throws {
        let folder = try TemporaryFolder("restart")
        let deck = try Deck(workspace: KillWorkspace.write(in: folder))
        let seeded = try deck.run(
            "engine", "seed", "--state", deck.home + "/state", "--jobs", String(Self.oldJobs))
        #expect(seeded.status == 0, "\(seeded.errors)")
        let run = KillRun(deck: deck, seed: 1)
        for _ in 0..<5 {
            let engine = try run.running()
            // Something to recover: a job that has only just begun.
            #expect(
                try deck.run(
                    "invoke", "-n", "rows", "-d", "one", "--input", "azureml:items-40@latest"
                )
                .status == 0)
            #expect(kill(engine.pid, SIGKILL) == 0)
            try Eventually.get("the engine to be gone") { deck.isGone(engine.pid) ? true : nil }
        }
        _ = try run.running()
        let starts = run.starts.dropFirst().sorted()
        try #require(starts.count == 5)
        // The quickest: the others had the machine's other work beside them.
        #expect(starts[0] < .seconds(1), "\(starts)")
        let jobs = try #require(try deck.json("job", "list", "-e", "rows") as? [Any])
        #expect(jobs.count == 5)
    }
}
