import ConsoleGrid
import Testing

@testable import ConsoleCore

/// The last line: help stays in sight whatever was said.
@Suite struct FooterTests {
    private static func said(_ text: String, _ size: Size) -> App.State {
        var state = AppTests.begun(size)
        state.notice = App.Notice(text: text, weight: .warning)
        return state
    }

    private static func lines(_ state: App.State) -> [String] {
        let picture = App.view(state)
        return (0..<state.size.rows).map { picture.plainText(row: $0) }
    }

    @Test(arguments: [60, 80, 100, 160]) func aShortNoticeHasTheHintsBesideIt(columns: Int) {
        let state = Self.said("copied batchjob-1", Size(rows: 16, columns: columns))
        let footer = Self.lines(state)[15]
        #expect(footer.hasPrefix(" copied batchjob-1   "), "\(footer)")
        #expect(footer.contains("? help"), "\(footer)")
        #expect(footer.contains("enter open"), "\(footer)")
    }

    @Test func anotherHintThanHelpIsLeftOutFirst() {
        let text = String(repeating: "a", count: 47)
        let footer = Self.lines(Self.said(text, Size(rows: 16, columns: 60)))[15]
        #expect(footer == " \(text)     ? help", "\(footer)")
    }

    @Test func aNoticeThatFillsItsLineHasTheHintsBelow() {
        let text = String(repeating: "a", count: 55)
        let lines = Self.lines(Self.said(text, Size(rows: 16, columns: 60)))
        #expect(lines[14] == " " + text)
        #expect(lines[15].contains("? help") && lines[15].contains("enter open"), "\(lines[15])")
    }

    @Test(arguments: [Size(rows: 16, columns: 60), Size(rows: 30, columns: 100)])
    func noNoticeIsSoLongThatHelpIsNotInSight(size: Size) {
        for words in 1...120 {
            let text = (0..<words).map { "word\($0)" }.joined(separator: " ")
            let lines = Self.lines(Self.said(text, size))
            #expect(lines[size.rows - 1].contains("? help"), "\(words): \(lines[size.rows - 1])")
            #expect(lines[0].contains("endpoints"))
        }
    }

    @Test func whatIsTypedIntoKeepsTheKeyThatIsNoLetter() throws {
        var state = AppTests.begun(Size(rows: 16, columns: 60))
        try state.press("n")
        state.notice = App.Notice(text: "not now: it is being sent", weight: .warning)
        #expect(Self.lines(state)[15].contains("f1 help"))
    }

    @Test func theSmallestScreensShowWhatFits() {
        for rows in 1...4 {
            for columns in 1...24 {
                let size = Size(rows: rows, columns: columns)
                #expect(App.view(Self.said("something was said", size)).size == size)
            }
        }
        let line = Self.lines(Self.said("something was said", Size(rows: 2, columns: 24)))[1]
        #expect(line.hasPrefix(" something") && line.hasSuffix("? help"), "\(line)")
    }
}
