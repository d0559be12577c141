import Foundation
import TestSupport
import Testing

/// What a job has written so far can be fetched while it runs, and what is there is not fetched twice.
@Suite(.serialized) struct PartialResultsTests {
    /// Writes a file for each item; at the fourth it waits until the gate is there, so that the job cannot end before.
    private static func script(gate: String) -> String {
        """
        import os, time
        from pathlib import Path

        def init():
            global OUT
            OUT = Path(os.environ["AZUREML_BI_OUTPUT_PATH"])

        def run(mini_batch):
            for item in mini_batch:
                name = Path(item).stem
                while name == "item-103" and not Path("\(gate)").exists():
                    time.sleep(0.02)
                (OUT / (name + ".csv")).write_text(name + " is scored\\n")
            return mini_batch
        """
    }

    private static func files(_ folder: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
    }

    @Test func aRunningJobsFilesAreFetchedAsTheyAppear() throws {
        let folder = try TemporaryFolder("partial")
        let gate = folder.path + "/gate"
        let deck = try Deck(
            workspace: TinyWorkspace.write(
                script: Self.script(gate: gate),
                settings: """
                      output_action: summary_only
                      max_concurrency_per_instance: 1
                    """, in: folder))
        let started = try deck.run("invoke", "-n", "tiny", "--input", "azureml:items@latest")
        #expect(started.status == 0, "\(started.errors)")
        let job = started.output.trimmingCharacters(in: .whitespacesAndNewlines)
        let target = deck.folder.path + "/out"
        let first = try Eventually.get("three files of the running job") { () -> RunResult? in
            let result = try deck.run("job", "download", "-n", job, "-p", target)
            return Self.files(target).count == 3 ? result : nil
        }
        #expect(first.status == 0, "\(first.errors)")
        #expect(first.errors.contains("fetches what comes later"), "\(first.errors)")
        #expect(Self.files(target) == ["item-100.csv", "item-101.csv", "item-102.csv"])
        let shown = try #require(try deck.json("job", "show", "-n", job) as? [String: Any])
        #expect(shown["status"] as? String == "Running")

        try Data().write(to: URL(fileURLWithPath: gate))
        #expect(try deck.run("job", "watch", "-n", job).status == 0)
        let last = try deck.run("job", "download", "-n", job, "-p", target)
        #expect(last.status == 0, "\(last.errors)")
        #expect(!last.errors.contains("fetches what comes later"), "\(last.errors)")
        #expect(Self.files(target).count == 4)
        #expect(
            try String(contentsOfFile: target + "/item-103.csv", encoding: .utf8)
                == "item-103 is scored\n")
    }
}
