import Foundation
import TestSupport
import Testing

/// A job once more: all of it, or what failed.
@Suite(.timeLimit(.minutes(5))) struct RetryTests {
    @Test func onlyTheFilesThatFailedGoIntoTheNewJob() throws {
        let folder = try TemporaryFolder("retry")
        let workspace = try TinyWorkspace.writeBroken(in: folder)
        let deck = try Deck(workspace: workspace)
        let first = try deck.run("invoke", "-n", "tiny", "--input", "azureml:items:1", "--watch")
        #expect(first.status == 0, "\(first.errors)")
        let job = first.output.split(separator: "\n").first.map(String.init) ?? ""

        let cloned = try deck.run("job", "clone", "-n", job)
        #expect(cloned.status == 0 && cloned.output.contains("items"), "\(cloned)")

        let again = try deck.run("job", "retry", "-n", job, "--failed-only", "--watch")
        #expect(again.status == 3, "the file is still broken: \(again.errors)")
        #expect(again.errors.contains("retrying 1 file\n"), "\(again.errors)")
        let retried = again.output.split(separator: "\n").first.map(String.init) ?? ""
        #expect(!retried.isEmpty && retried != job)
        let files = try FileManager.default.subpathsOfDirectory(
            atPath: deck.home + "/state/retries")
        #expect(files.filter { $0.hasSuffix(".txt") }.count == 1, "\(files)")

        let whole = try deck.run("job", "retry", "-n", job)
        #expect(whole.status == 0, "\(whole.errors)")
        let jobs = try #require(try deck.json("job", "list") as? [Any])
        #expect(jobs.count == 3)
    }

    @Test func aJobOfWhichNothingFailedSaysSo() throws {
        let folder = try TemporaryFolder("retry")
        let workspace = try TinyWorkspace.write(
            script: "def init():\n    pass\n\ndef run(batch):\n    return list(batch)\n", in: folder
        )
        let deck = try Deck(workspace: workspace)
        let first = try deck.run("invoke", "-n", "tiny", "--input", "azureml:items:1", "--watch")
        let job = first.output.split(separator: "\n").first.map(String.init) ?? ""
        let again = try deck.run("job", "retry", "-n", job, "--failed-only")
        #expect(again.status == 7, "\(again)")
        #expect(again.errors.contains("no mini-batch that was tried has failed"), "\(again.errors)")
        let jobs = try #require(try deck.json("job", "list") as? [Any])
        #expect(jobs.count == 1, "nothing was sent")
    }
}
