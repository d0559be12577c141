import Foundation
import TestSupport
import Testing

/// The places beside the main job, in a real terminal.
@Suite(.serialized) struct ConsolePlacesTests {
    @Test func commandsAreFoundByTheirLettersAndRememberedForTheNextTime() throws {
        let deck = try Deck()
        let console = try deck.console(rows: 16, columns: 60)
        try console.wait(for: "digits-batch")
        try console.keys(":")
        try console.wait(for: "Commands")
        try console.type("wineclass")
        try console.wait(for: "endpoint wine-classifier")
        try console.keys("Enter")
        try console.wait(for: "endpoints")
        try console.keys("C-p")
        try console.type("notices")
        try console.keys("Enter")
        try console.wait(for: "┌ Notices")
        // An escape with a key right behind it would be alt and that key.
        try console.keys("Escape")
        try console.wait(for: "┌ Endpoints")
        try console.keys("q")
        try Eventually.get("the console's end") { try console.hasEnded() ? true : nil }

        let next = try deck.console()
        try next.wait(for: "digits-batch")
        try next.keys(":")
        try next.wait(for: "again: What was said in this session.", "endpoint wine-classifier")
        try next.keys("Escape")
        try next.wait(for: "enter open")
        try next.keys("q")
        try Eventually.get("the console's end") { try next.hasEnded() ? true : nil }
    }

    @Test func aReplayWritesNothingOfThePersons() throws {
        let deck = try Deck()
        let recording = deck.folder.path + "/session.jsonl"
        let console = try deck.console("--record", recording)
        try console.wait(for: "digits-batch")
        try console.keys(":")
        try console.type("endpoint wine")
        try console.keys("Enter")
        try console.wait(for: "┌ Endpoints")
        try console.keys("q")
        try Eventually.get("the console's end") { try console.hasEnded() ? true : nil }
        let history = deck.home + "/state/commands"
        let before = try String(contentsOfFile: history, encoding: .utf8)
        #expect(before.contains("endpoint wine-classifier"))

        let replay = try deck.console("--replay", recording)
        try replay.wait(for: "wine-classifier")
        try replay.keys("C-p")
        try replay.type("notices")
        try replay.keys("Enter")
        try replay.wait(for: "┌ Notices")
        try replay.keys("C")
        try replay.wait(for: "┌ Contexts")
        try replay.keys("n")
        for text in ["dev", "0-1", "ml", "wine"] {
            try replay.type(text)
            try replay.keys("Enter")
        }
        try replay.keys("C-s")
        try replay.wait(for: "without --replay.")
        try replay.keys("C-c")
        try Eventually.get("the replay's end") { try replay.hasEnded() ? true : nil }
        #expect(try String(contentsOfFile: history, encoding: .utf8) == before)
        #expect(!FileManager.default.fileExists(atPath: deck.home + "/config/config.yml"))
    }

    @Test func anotherDeploymentBecomesTheDefaultAndTheEngineKnows() throws {
        let folder = try TemporaryFolder("default")
        let workspace = folder.path + "/ws"
        try FileManager.default.copyItem(
            atPath: Checkout.root + "/assets/workspace", toPath: workspace)
        let deck = try Deck(workspace: workspace)
        let console = try deck.console()
        try console.wait(for: "digits-batch", "nearest-summary")
        try console.keys("Tab", "j", "d")
        try console.wait(for: "Change the default?", "Now it is nearest.")
        try console.keys("y")
        try console.wait(for: "the default deployment of digits-batch is now nearest-summary")
        let endpoint = try #require(
            try deck.json("endpoint", "show", "-n", "digits-batch") as? [String: Any])
        #expect("\(endpoint)".contains("nearest-summary"), "\(endpoint)")
    }
}
