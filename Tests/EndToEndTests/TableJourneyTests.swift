import Foundation
import TestSupport
import Testing

/// The table a job wrote, in a real terminal and by verbs: statistics, repeats, and a proper CSV.
@Suite(.serialized) struct TableJourneyTests {
    /// The rows of the finished job's file, one of them there twice as after a mini-batch that ran again.
    private static func repeatARow(of deck: Deck) throws {
        let state = URL(fileURLWithPath: deck.home + "/state")
        let files = FileManager.default.enumerator(at: state, includingPropertiesForKeys: nil)
        let path = try #require(
            files?.compactMap { $0 as? URL }.first { $0.lastPathComponent == "predictions.csv" })
        let text = try String(contentsOf: path, encoding: .utf8)
        let first = try #require(text.split(separator: "\n").first)
        try Data((text + first + "\n").utf8).write(to: path)
    }

    @Test func statisticsRepeatsAndAnExport() throws {
        let deck = try Deck()
        let run = try deck.run(
            "invoke", "-n", "wine-classifier", "--input", "azureml:wine-data@latest", "--watch")
        #expect(run.status == 0, "\(run.errors)")
        try Self.repeatARow(of: deck)
        let console = try deck.console()
        try console.wait(for: "wine-classifier")
        try console.keys("J")
        try console.wait(for: "Completed")
        try console.keys("o")
        try console.wait(for: "predictions.csv", "179 rows")
        try console.keys("s")
        try console.wait(for: "statistics of 179 rows", "Distinct", "Classes")
        // The third row's number stands before it only among the rows themselves.
        try console.keys("Escape")
        try console.wait(for: "3  part-")
        try console.keys("R")
        try console.wait(for: "1 row too many", "2 x")
        try console.keys("Escape")
        try console.wait(for: "3  part-")
        try console.keys("x")
        try console.wait(for: "Write CSV to", "comma separated, with header")
        try console.keys("C-u", "o", "u", "t", ".", "c", "s", "v", "Enter")
        try console.wait(for: "179 rows of 4 columns")
        let written = try String(contentsOfFile: deck.folder.path + "/out.csv", encoding: .utf8)
        #expect(written.hasPrefix("col1,col2,col3,col4\r\n"))
        #expect(written.split(separator: "\r\n").count == 180)

        let job = run.output.split(separator: "\n").first.map(String.init) ?? ""
        let repeats = try deck.run("job", "results", "repeats", "-n", job, "--check")
        #expect(repeats.status == 1, "\(repeats.errors)")
        #expect(repeats.output.contains("extra_rows: 1"))
        let stats = try #require(
            try deck.json("job", "results", "stats", "-n", job) as? [[String: Any]])
        #expect(stats.map { $0["type"] as? String } == ["text", "number", "text", "number"])
    }
}
