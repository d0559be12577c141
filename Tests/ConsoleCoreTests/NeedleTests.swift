import Testing

@testable import ConsoleCore

/// Searching for a text in lines, and going through those that hold it.
@Suite struct NeedleTests {
    @Test(arguments: [
        ("err", "an ERROR here", true), ("Err", "an ERROR here", false), ("x", "", false),
        ("", "anything", false), ("ü", "süß", true), ("ü", "SÜSS", false),
    ])
    func aSearchIsWithoutCaseUnlessItHasACapital(text: String, line: String, isIn: Bool) {
        let needle = Needle(text)
        #expect(needle.isIn(line) == isIn)
        #expect(needle.isIn(Array(line.utf8)[...]) == isIn)
        #expect(needle.positions(in: line).isEmpty == !isIn)
    }

    @Test func ofASliceOnlyItsOwnBytesAreSearched() {
        let bytes = Array("one two three".utf8)
        #expect(Needle("two").isIn(bytes[4..<7]))
        #expect(!Needle("two").isIn(bytes[4..<6]))
        #expect(!Needle("one").isIn(bytes[4...]))
    }

    @Test func everyMatchOfALineIsMarked() {
        #expect(Needle("aa").positions(in: "aaa baa") == [0, 1, 5, 6])
    }

    @Test func matchesAreGoneThroughRoundAndRound() {
        let lines = [2, 5, 9]
        #expect([0, 5, 10].map { Matches.first(of: lines, from: $0) } == [2, 5, 2])
        let after = [0, 5, 9].map { Matches.next(of: lines, from: $0, isForward: true) }
        #expect(after == [2, 9, 2])
        let before = [9, 5, 2].map { Matches.next(of: lines, from: $0, isForward: false) }
        #expect(before == [5, 2, 9])
        #expect(Matches.first(of: [], from: 3) == nil)
        #expect(Matches.next(of: [], from: 3, isForward: false) == nil)
    }
}
