import Foundation
import TestSupport
import Testing

/// The main job in a real terminal: from the first key to the opened results.
@Suite(.serialized) struct ConsoleTests {
    @Test func theMainJobFromTheFirstKeyToTheResults() throws {
        let deck = try Deck()
        let console = try deck.console()
        try console.wait(for: "digits-batch", "wine-classifier", "nearest", "nearest-summary")
        try console.keys("n")
        try console.wait(for: "azureml:digits-data@latest", "597 files")
        try console.keys("C-s")
        try console.wait(for: "Running")
        try console.wait(for: "60/60", "Completed")
        try console.keys("o")
        try console.wait(for: "predictions.csv", "597 rows", "image-")
        try console.keys("Escape")
        try console.wait(for: "Completed")
        try console.keys("q")
        try Eventually.get("the console's end") { try console.hasEnded() ? true : nil }
    }

    @Test func everyKeyAnswersWhileTheEngineIsStopped() throws {
        let deck = try Deck()
        let console = try deck.console()
        try console.wait(for: "digits-batch", "nearest")
        let engine = try deck.enginePID()
        #expect(kill(engine, SIGSTOP) == 0)
        defer { kill(engine, SIGCONT) }
        try console.keys("J")
        try console.wait(for: "┌ Jobs", limit: .seconds(20))
        try console.keys("?")
        try console.wait(for: "Everywhere", limit: .seconds(20))
        try console.keys("Escape", "Escape")
        try console.wait(for: "┌ Endpoints", limit: .seconds(20))
    }

    @Test func theTerminalIsGivenBackOnSignals() throws {
        for signal in [SIGTERM, SIGHUP] {
            let deck = try Deck()
            let console = try deck.console()
            try console.wait(for: "digits-batch")
            #expect(kill(try console.processID(), signal) == 0)
            try Eventually.get("the console's end") { try console.hasEnded() ? true : nil }
            let screen = try console.screen()
            #expect(!screen.contains("digits-batch"), "the alternate screen is left:\n\(screen)")
        }
    }

    @Test(arguments: [(16, 60), (50, 160), (1, 1), (30, 100)])
    func everySizeShowsSomethingAndNothingBreaks(rows: Int, columns: Int) throws {
        let deck = try Deck()
        let console = try deck.console()
        try console.wait(for: "digits-batch")
        try console.resize(rows: rows, columns: columns)
        try console.keys("j", "k", "J", "Escape", "n", "Escape")
        try console.resize(rows: 30, columns: 100)
        try console.wait(for: "digits-batch", "wine-classifier")
    }

    @Test func badInputStandsBesideItsField() throws {
        let deck = try Deck()
        let console = try deck.console()
        try console.wait(for: "digits-batch", "nearest")
        try console.keys("n")
        try console.wait(for: "azureml:digits-data@latest")
        try console.keys("C-u")
        try console.type("./not/there")
        try console.wait(for: "There is no file or folder")
        try console.keys("C-s")
        try console.wait(for: "./not/there", "Not sent: there is a problem at input")
        let jobs = try #require(try deck.json("job", "list") as? [Any])
        #expect(jobs.isEmpty, "nothing was sent")
    }
}
