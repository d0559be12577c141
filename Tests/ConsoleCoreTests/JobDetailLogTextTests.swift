import ConsoleGrid
import Testing

@testable import ConsoleCore

/// The bounded store of a log's newest lines.
@Suite struct JobDetailLogTextTests {
    private func lines(_ text: JobDetail.LogText) -> [String] {
        (0..<text.count).map { text[$0] }
    }

    @Test(arguments: 1...7)
    func wherePiecesAreCutDoesNotMatter(length: Int) {
        let bytes = Array("süß 🙂\r\nzwei\n\nlast".utf8)
        var text = JobDetail.LogText()
        for start in stride(from: 0, to: bytes.count, by: length) {
            _ = text.consume(Array(bytes[start..<min(bytes.count, start + length)]))
            #expect(!lines(text).contains { $0.contains("\u{FFFD}") })
        }
        #expect(lines(text) == ["süß 🙂", "zwei", "", "last"])
        #expect(text.next == Int64(bytes.count))
    }

    @Test func aJumpLeavesOutTheRestOfItsLine() {
        var text = JobDetail.LogText(from: 100)
        _ = text.consume(Array("rest\nwhole\n".utf8))
        #expect(lines(text) == ["whole"])
        #expect(text.start == 105)
        #expect(text.next == 111)
    }

    @Test func aJumpIntoALetterOfAnEndlessLineBeginsWithTheNextLetter() {
        var text = JobDetail.LogText(from: 100)
        _ = text.consume([0xBC, 0x61, 0x62])
        #expect(lines(text) == ["ab"])
    }

    @Test func bytesThatAreNoTextAreReplaced() {
        var text = JobDetail.LogText()
        _ = text.consume([0x61, 0xFF, 0x62, 0x0A])
        #expect(lines(text) == ["a\u{FFFD}b"])
    }

    @Test func progressBarsOfScriptsLeaveTheirLastState() {
        var text = JobDetail.LogText()
        _ = text.consume(Array("10 %\r20 %\r30 %\r\n40 %\r50 %".utf8))
        #expect(lines(text) == ["30 %", "50 %"])
    }

    @Test func escapeSequencesAreTakenOut() {
        var text = JobDetail.LogText()
        _ = text.consume(Array("\u{1B}[31mred\u{1B}[0m\ttab\n".utf8))
        #expect(lines(text) == ["red     tab"])
    }

    @Test func theOldestLinesGoAndAreCounted() {
        var text = JobDetail.LogText()
        let limit = JobDetail.LogText.lineLimit
        let dropped = text.consume(Array(String(repeating: "ab\n", count: limit + 10).utf8))
        #expect(dropped == 10)
        #expect(text.count == limit)
        #expect(text.start == 30)
        #expect(text.byteCount == 3 * limit)
    }

    @Test func bytesAreBoundedAsWell() {
        var text = JobDetail.LogText()
        let line = String(repeating: "x", count: 1_023) + "\n"
        let dropped = text.consume(Array(String(repeating: line, count: 600).utf8))
        #expect(dropped == 88)
        #expect(text.byteCount == JobDetail.LogText.byteLimit)
    }

    @Test func anEndlessLineIsCutAtALetter() {
        var text = JobDetail.LogText()
        _ = text.consume(Array(("x" + String(repeating: "ü", count: 10_000)).utf8))
        #expect(text.count == 3)
        #expect(!lines(text).contains { $0.contains("\u{FFFD}") })
        #expect(lines(text).map(\.count).reduce(0, +) == 10_001)
    }
}
