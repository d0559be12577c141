import Foundation
import TestSupport
import Testing

/// The first start in a real terminal: the tour goes on by what is done, and is not offered again.
@Suite(.serialized) struct TourJourneyTests {
    @Test func aFirstStartIsShownTheMainJobOnce() throws {
        let deck = try Deck(isFirstStart: true)
        let mark = deck.home + "/state/tour-seen"
        let console = try deck.console()
        try console.wait(for: "digits-batch", "Tour 1/6", "n opens the form")
        try console.keys("n")
        try console.wait(for: "Tour 2/6", "597 files")
        try console.keys("C-s")
        try console.wait(for: "Tour 3/6", "60/60", "Completed")
        try console.keys("o")
        try console.wait(for: "Tour 4/6", "predictions.csv")
        #expect(!FileManager.default.fileExists(atPath: mark))
        try console.keys("Escape")
        try console.wait(for: "Tour 5/6")
        try console.keys("?")
        try console.wait(for: "Tour 6/6", "Everywhere")
        try Eventually.get("the mark") { FileManager.default.fileExists(atPath: mark) ? true : nil }
        try console.keys("Escape")
        try console.wait(for: "Tour 6/6", "Completed")
        try console.keys("q")
        try Eventually.get("the console's end") { try console.hasEnded() ? true : nil }

        let second = try deck.console()
        try second.wait(for: "digits-batch", "Recent jobs")
        #expect(!(try second.screen()).contains("Tour"))
        try second.type(":tour")
        try second.keys("Enter")
        try second.wait(for: "Tour 1/6")
    }

    @Test func skippingItIsRememberedAndItFitsASmallTerminal() throws {
        let deck = try Deck(isFirstStart: true)
        let console = try deck.console(rows: 16, columns: 60)
        try console.wait(for: "digits-batch", "Tour 1/6  n opens")
        try console.keys("C-t")
        try console.wait(for: "the tour is over")
        try Eventually.get("the mark") {
            FileManager.default.fileExists(atPath: deck.home + "/state/tour-seen") ? true : nil
        }
    }
}
