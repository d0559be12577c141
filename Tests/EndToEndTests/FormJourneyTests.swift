import Foundation
import TestSupport
import Testing

/// Choosing data in a real terminal: a folder of this machine becomes an asset, the form a preset, the preset a request.
@Suite(.serialized) struct FormJourneyTests {
    @Test func aLocalFolderIsRegisteredChosenAndKeptInAPreset() throws {
        let deck = try Deck()
        try deck.folder.write("1\n", to: "mine/a.txt")
        let console = try deck.console()
        try console.wait(for: "digits-batch", "nearest")
        try console.keys("n")
        try console.wait(for: "azureml:digits-data@latest", "597 files")
        try console.keys("C-o")
        try console.wait(for: "Data for input", "wine-data", "type to filter")
        try console.keys("Tab", "Tab")
        try console.wait(for: "this folder", "mine/")
        try console.type("mine")
        try console.wait(for: "./mine/", "a.txt")
        try console.keys("C-n")
        try console.wait(for: "New data asset", "./mine/")
        try console.type("mine")
        try console.keys("C-s")
        try console.wait(for: "registered mine:1", "now version 1")
        try console.keys("Enter")
        try console.wait(for: "New job on digits-batch", "azureml:mine@latest", "1 file")
        try console.keys("M-p")
        try console.wait(for: "Presets of digits-batch", "Nothing is saved")
        try console.keys("s")
        try console.type("first")
        try console.keys("Enter")
        try console.wait(for: "saved as first", "az ml batch-endpoint invoke")
        try console.keys("C-c")
        try Eventually.get("the console's end") { try console.hasEnded() ? true : nil }
        let request = try deck.run(
            "invoke", "-n", "digits-batch", "--preset", "first", "--dry-run")
        #expect(request.status == 0, "\(request.errors)")
        #expect(request.output.contains("/data/mine/versions/1"))
    }

    @Test func aPastedCommandFillsTheFormAndASweepIsSubmittedWithOneQuestion() throws {
        let deck = try Deck()
        let console = try deck.console()
        try console.wait(for: "digits-batch", "nearest")
        try console.keys("n")
        try console.wait(for: "azureml:digits-data@latest", "597 files")
        try console.paste(
            "az ml batch-endpoint invoke --name wine-classifier \\\n  --input azureml:wine-data:1")
        try console.wait(
            for: "azureml:wine-data:1", "was azureml:digits-data@latest",
            "It names the endpoint wine-classifier")
        try console.keys("C-z")
        try console.wait(for: "azureml:digits-data@latest", "597 files")
        try console.keys("Escape")
        try console.wait(for: "┌ Endpoints")
        try console.keys("G", "n")
        try console.wait(for: "New job on wine-classifier", "4 files")
        try console.keys("Down", "Down", "M-s")
        try console.type("2..4 step 2")
        try console.wait(for: "sweep 2 values", "a sweep of 2 jobs")
        try console.keys("C-s")
        try console.wait(for: "Submit 2 jobs to wine-classifier?")
        try console.keys("y")
        try console.wait(for: "2 of 2 jobs submitted")
        let jobs = try #require(try deck.json("job", "list") as? [[String: Any]])
        #expect(
            Set(jobs.compactMap { $0["display_name"] as? String })
                == ["mini_batch_size=2", "mini_batch_size=4"])
        try console.keys("q")
        try Eventually.get("the console's end") { try console.hasEnded() ? true : nil }
        let next = try deck.console()
        try next.wait(for: "wine-classifier", "nearest")
        try next.keys("G", "n")
        try next.wait(for: "New job on wine-classifier", "last used", "4 files")
    }

    // MARK: - The mouse

    /// Presses and lets go at the first place of a text.
    private func click(_ text: String, on console: Tmux) throws {
        let lines = try console.wait(for: text).split(
            separator: "\n", omittingEmptySubsequences: false)
        let row = try #require(lines.firstIndex { $0.contains(text) })
        let range = try #require(lines[row].firstRange(of: text))
        let column = lines[row].distance(from: lines[row].startIndex, to: range.lowerBound)
        for end in ["M", "m"] {
            try console.type("\u{1B}[<0;\(column + 1);\(row + 1)\(end)")
        }
    }

    @Test func aFormIsFilledAndSentByClicksAlone() throws {
        let deck = try Deck()
        let console = try deck.console(rows: 24, columns: 80)
        try console.wait(for: "digits-batch")
        try console.keys("n")
        try console.wait(for: "597 files")
        try click("nearest-summary", on: console)
        try console.wait(for: "▸ deployment")
        try click("nearest-summary", on: console)
        try console.wait(for: "● nearest-summary")
        try click("azureml:digits-data", on: console)
        try console.wait(for: "▸ input")
        try console.keys("C-o")
        try console.wait(for: "Data for input")
        try click("datastores", on: console)
        try console.wait(for: "all datastores")
        try console.keys("Escape")
        try console.wait(for: "✓ ready")
        try click("[ Submit ]", on: console)
        try console.wait(for: "▸ [ Submit ]")
        try click("[ Submit ]", on: console)
        try console.wait(for: "digits-batch/nearest-summary", "[1 logs]")
        try click("3 timeline", on: console)
        try console.wait(for: "[3 timeline]")
        try console.keys("q")
        try Eventually.get("the console's end") { try console.hasEnded() ? true : nil }
    }
}
