import ConsoleGrid
import Foundation
import TestSupport
import Testing

/// The keys that the main journeys cost; `JourneyTests` walks them, and the README's table says the same numbers.
@Suite struct KeyCountTests {
    private struct Counted: Sendable {
        /// The journey's name, and the words of the README's row.
        var journey: String
        /// The stage with the first key that counts, from 0.
        var first: Int
        /// How many keys there may be.
        var limit: Int
    }

    private static let counted = [
        Counted(journey: "a launch with what is offered", first: 1, limit: 3),
        Counted(journey: "the last job once more with one value changed", first: 3, limit: 8),
        Counted(journey: "a failed job to its traceback", first: 2, limit: 1),
        Counted(journey: "the first rows of results", first: 2, limit: 2),
    ]

    @Test func theMainJourneysCostFewKeysAndTheReadmeSaysHowMany() throws {
        let journeys = try Journey.all()
        let readme = try String(contentsOfFile: Checkout.root + "/README.md", encoding: .utf8)
        for row in Self.counted {
            let journey = try #require(journeys.first { $0.name == row.journey })
            var keys: [KeyPress] = []
            for stage in journey.stages[row.first...] { keys += try KeyScript.parse(stage.keys) }
            #expect(keys.count <= row.limit, "\(row.journey) costs \(keys.count) keys")
            let spelled = keys.map { "`\($0.label)`" }.joined(separator: " ")
            let line = "| \(row.journey) | \(spelled) | \(keys.count) |"
            #expect(readme.contains(line), "the README lacks the row\n\(line)")
        }
    }
}
