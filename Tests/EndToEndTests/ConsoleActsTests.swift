import Foundation
import TestSupport
import Testing

/// What is done to jobs from the console, in a real terminal against a real engine.
@Suite(.serialized, .timeLimit(.minutes(5))) struct ConsoleActsTests {
    /// Goes on until it is stopped.
    private static let endless = """
        import time

        def init():
            pass

        def run(batch):
            time.sleep(3600)
            return list(batch)
        """

    @Test func onlyWhatFailedIsRetriedAndTheNewJobIsFollowed() throws {
        let folder = try TemporaryFolder("console-retry")
        let workspace = try TinyWorkspace.writeBroken(in: folder)
        let deck = try Deck(workspace: workspace)
        let first = try deck.run("invoke", "-n", "tiny", "--input", "azureml:items:1", "--watch")
        #expect(first.status == 0, "\(first.errors)")
        let console = try deck.console()
        try console.wait(for: "tiny")
        try console.keys("J")
        try console.wait(for: "Jobs 1", "Completed", "1 failed")
        try console.keys("R")
        try console.wait(for: "A new job is made", "f  only the 1 file that failed")
        try console.keys("f")
        try console.wait(for: "is the retry of")
        try console.wait(for: "Failed", "this one is broken")
        let files = try FileManager.default.subpathsOfDirectory(
            atPath: deck.home + "/state/retries")
        #expect(files.filter { $0.hasSuffix(".txt") }.count == 1, "\(files)")
        let jobs = try #require(try deck.json("job", "list") as? [[String: Any]])
        #expect(jobs.count == 2)

        let ids = jobs.compactMap { $0["name"] as? String }
        let rows = try #require(
            try deck.json("job", "compare", "-n", ids[0], "--with", ids[1], "--only-differences")
                as? [[String: Any]])
        let names = rows.compactMap { $0["name"] as? String }
        #expect(names.contains("status") && names.contains("error"), "\(names)")
    }

    @Test func theMarkedJobsAreCancelledByOneQuestion() throws {
        let folder = try TemporaryFolder("console-marks")
        let deck = try Deck(
            workspace: try TinyWorkspace.write(script: Self.endless, in: folder))
        let jobs = try (0..<3).map { _ in
            let said = try deck.run("invoke", "-n", "tiny", "--input", "azureml:items:1")
            #expect(said.status == 0, "\(said.errors)")
            return said.output.split(separator: "\n").first.map(String.init) ?? ""
        }
        #expect(try deck.run("job", "cancel", "-n", jobs[0]).status == 0)
        try Eventually.get("the end of the first job") {
            let job = try deck.json("job", "show", "-n", jobs[0]) as? [String: Any]
            return job?["status"] as? String == "Canceled" ? true : nil
        }
        let console = try deck.console()
        try console.wait(for: "tiny")
        try console.keys("J")
        try console.wait(for: "Jobs 3", "Canceled")
        try console.keys("*", "c")
        try console.wait(for: "Cancel 2 jobs?", "1 is left out: 1 ended already.")
        try console.keys("y")
        try console.wait(for: "2 jobs were asked to cancel")
        try Eventually.get("the end of all jobs") {
            let jobs = try deck.json("job", "list") as? [[String: Any]]
            let states = jobs?.compactMap { $0["status"] as? String } ?? []
            return states == ["Canceled", "Canceled", "Canceled"] ? true : nil
        }
        try console.wait(for: "1 marked")
    }
}
