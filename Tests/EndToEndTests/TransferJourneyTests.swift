import Foundation
import TestSupport
import Testing

/// Transfers of the console in a real terminal: one that is cut by `kill -9` is there after the next start and goes on.
@Suite(.serialized) struct TransferJourneyTests {
    /// So many small files that sending them takes longer than it takes to look.
    private static let files = 4000

    private func input(_ deck: Deck) throws -> String {
        for index in 0..<Self.files {
            try deck.folder.write("\(index) is here\n", to: "in/\(index).txt")
        }
        return deck.folder.path + "/in"
    }

    /// A gigabyte and a half in holes: nothing to write here, and still long to read and to send.
    private func hollowInput(_ deck: Deck) throws -> String {
        for index in 0..<24 {
            let path = try deck.folder.write("", to: "in/\(index).bin")
            try #require(truncate(path, 64 << 20) == 0)
        }
        return deck.folder.path + "/in"
    }

    /// Opens the form, types the folder and submits.
    private func submit(
        _ path: String, _ count: String = "1,000 files", in console: Tmux
    ) throws {
        try console.wait(for: "digits-batch", "nearest")
        try console.keys("n")
        try console.wait(for: "azureml:digits-data@latest", "597 files")
        try console.keys("C-u")
        try console.type(path)
        try console.wait(for: "\(path)", count)
        try console.keys("C-s")
        try console.wait(for: "▲ 1 upload")
    }

    private func record(_ deck: Deck) throws -> [String: Any] {
        let all = try #require(try deck.json("transfer", "list") as? [[String: Any]])
        return try #require(all.count == 1 ? all.first : nil, "\(all)")
    }

    @Test func anUploadThatIsKilledIsLeftOverAndGoesOn() throws {
        let deck = try Deck()
        let path = try input(deck)
        let console = try deck.console()
        try submit(path, in: console)
        #expect(try record(deck)["state"] as? String == "elsewhere", "another program is at it")
        #expect(kill(try console.processID(), SIGKILL) == 0)
        try Eventually.get("the console's end") { try console.hasEnded() ? true : nil }

        let left = try record(deck)
        #expect(left["state"] as? String == "left over" && left["direction"] as? String == "upload")
        let second = try deck.console()
        try second.wait(for: "digits-batch", "nearest", "engine ●")
        try second.keys("T")
        try second.wait(for: "Transfers 1", "inputs of digits-batch", "left over", "from \(path)")
        try second.keys("r")
        try second.wait(for: "New job on digits-batch", path, "1,000 files")
        try second.keys("C-s")
        try second.wait(for: "batchjob-")
        try second.keys("T")
        let done = try second.wait(for: "Transfers 1", "done", "100 %", "4,000/4,000")
        #expect(!done.contains("left over"))
        let none = try #require(try deck.json("transfer", "list") as? [Any])
        #expect(none.isEmpty)
    }

    @Test func oneThatIsGivenUpStaysAndIsForgotten() throws {
        let deck = try Deck()
        // Several keys are pressed before it may be through.
        let path = try hollowInput(deck)
        let console = try deck.console()
        try submit(path, "24 files", in: console)
        try console.keys("C-c")
        try console.wait(for: "still being submitted", "T goes on with it")
        // Leaving the field first: in it T is a letter.
        try console.keys("Escape")
        try console.wait(for: "┌ Endpoints")
        try console.keys("T")
        try console.wait(for: "Transfers 1", "running")
        try console.keys("c")
        try console.wait(for: "Give this transfer up?")
        try console.keys("y")
        try console.wait(for: "it was given up")
        #expect(try record(deck)["state"] as? String == "given up")
        let jobs = try #require(try deck.json("job", "list") as? [Any])
        #expect(jobs.isEmpty, "no job was submitted")
        try console.keys("d")
        try console.wait(for: "Forget this transfer?")
        try console.keys("y")
        try console.wait(for: "Transfers 0", "No transfers in this session")
        #expect(try #require(try deck.json("transfer", "list") as? [Any]).isEmpty)
    }
}
