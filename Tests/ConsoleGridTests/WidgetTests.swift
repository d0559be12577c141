import TestSupport
import Testing

@testable import ConsoleGrid

@Suite struct ListWindowTests {
    @Test func theSelectionIsAlwaysARowAndVisible() {
        var generator = SplitMix(seed: 3)
        var list = ListWindow(count: 50, height: 10)
        for _ in 0..<2_000 {
            switch Int.random(in: 0..<6, using: &generator) {
            case 0: list.setCount(Int.random(in: 0...60, using: &generator))
            case 1: list.setHeight(Int.random(in: -1...20, using: &generator))
            case 2: list.scroll(by: Int.random(in: -9...9, using: &generator))
            case 3: list.select(Int.random(in: -5...70, using: &generator))
            default: list.move(ListMove.allCases.randomElement(using: &generator) ?? .up)
            }
            if let row = list.selected { #expect(list.visible.contains(row)) }
            #expect(list.visible.upperBound <= list.count)
            #expect(list.count < list.height || list.visible.count == list.height)
        }
    }

    @Test func movesStopAtBothEnds() {
        var list = ListWindow(count: 3, height: 2)
        list.move(.up)
        #expect(list.selected == 0)
        list.move(.last)
        list.move(.down)
        #expect(list.selected == 2)
        #expect(list.visible == 1..<3)
        list.move(by: Int.max)
        #expect(list.selected == 2)
        list.move(by: Int.min)
        #expect(list.selected == 0)
    }

    @Test func pagesKeepTheSelectionsPlaceOnTheScreen() {
        var list = ListWindow(count: 100, height: 10)
        list.select(3)
        list.move(.pageDown)
        #expect(list.selected == 13)
        #expect(list.visible == 10..<20)
    }

    @Test func anEmptyListSelectsNothing() {
        var list = ListWindow()
        list.move(.down)
        #expect(list.selected == nil)
        #expect(list.visible.isEmpty)
    }

    @Test func whoReadsTheLastLineKeepsReadingIt() {
        var scroll = Scroll(count: 10, height: 4)
        scroll.move(.last)
        scroll.setCount(20)
        #expect(scroll.visible == 16..<20)
        scroll.move(.up)
        scroll.setCount(30)
        #expect(scroll.visible == 15..<19)
        scroll.setCount(5)
        #expect(scroll.visible == 1..<5)
    }

    @Test func theScrollBarShowsWhereTheWindowIs() {
        var screen = Screen(size: Size(rows: 5, columns: 1))
        screen.drawScrollBar(screen.bounds, visible: 15..<20, count: 20)
        #expect(screen.plainText == "│\n│\n│\n│\n█")
        var whole = Screen(size: Size(rows: 2, columns: 1))
        whole.drawScrollBar(whole.bounds, visible: 0..<2, count: 2)
        #expect(whole.plainText == "\n")
    }

    @Test(arguments: [0, 1 << 40, Int.max - 5])
    func aFileOfAnySizeHasAScrollBar(start: Int) {
        var screen = Screen(size: Size(rows: 4, columns: 1))
        screen.drawScrollBar(
            screen.bounds, visible: start..<start + 5, count: Int.max)
        let thumb = String(Glyphs.unicode.scrollThumb)
        let rows = screen.plainText.split(separator: "\n", omittingEmptySubsequences: false)
        let last = start > 1 << 60 ? 3 : 0
        #expect(rows.count == 4 && rows[last] == thumb, "\(rows)")
    }
}

@Suite struct TextFieldTests {
    private func field(_ start: String, _ script: String) throws -> TextField {
        var field = TextField(start)
        for key in try KeyScript.parse(script) {
            let isTaken = field.handle(key)
            #expect(isTaken)
        }
        return field
    }

    @Test(arguments: [
        ("", "ab<left>c", "acb", 2), ("héllo", "<left><backspace>", "hélo", 3),
        ("one two", "<ctrl-w>", "one ", 4), ("a/b/c", "<ctrl-w>", "a/b/", 4),
        ("one two", "<alt-b><ctrl-k>", "one ", 4), ("one two", "<ctrl-a><alt-f>x", "onex two", 4),
        ("one", "<left><ctrl-u>", "e", 0), ("one", "<home><delete>", "ne", 0),
        ("👩‍👧x", "<backspace><backspace>", "", 0), ("ab", "<paste:1%0A2>", "ab1 2", 5),
        ("one two", "<home><alt-d>", " two", 0), ("ab", "<left><left><left>x", "xab", 1),
    ])
    func keysEditTheText(start: String, script: String, value: String, cursor: Int) throws {
        let field = try field(start, script)
        #expect(field.value == value)
        #expect(field.cursor == cursor)
    }

    @Test func keysWithoutMeaningAreRefused() {
        var field = TextField("a")
        for key in [KeyPress.enter, .escape, .tab, .up, .function(1), .control("s")] {
            let isTaken = field.handle(key)
            #expect(!isTaken)
        }
        #expect(field == TextField("a"))
    }

    @Test func textBeyondTheLimitIsRefusedAsAWhole() {
        var field = TextField("a")
        let isTaken = field.insert(String(repeating: "x", count: TextField.lengthLimit))
        #expect(!isTaken)
        #expect(field.value == "a")
    }

    @Test func aLongTextScrollsSoThatTheCursorIsSeen() {
        var screen = Screen(size: Size(rows: 1, columns: 6))
        TextField("abcdefgh").draw(
            on: &screen, in: screen.bounds, look: .init(isFocused: true))
        #expect(screen.plainText == "…efgh")
        #expect(screen.cursor == Point(row: 0, column: 5))
    }

    @Test func whatIsOutOfSightBehindTheCursorIsMarkedToo() throws {
        var screen = Screen(size: Size(rows: 1, columns: 6))
        let middle = try field("abcdefghijkl", "<left><left><left><left><left><left>")
        middle.draw(
            on: &screen, in: screen.bounds, look: .init(isFocused: true), glyphs: .ascii)
        #expect(screen.plainText == "~cdef~")
        try field("abcdefgh", "<home>").draw(
            on: &screen, in: screen.bounds, look: .init(isFocused: true))
        #expect(screen.plainText == "abcde…")
        #expect(screen.cursor == Point(row: 0, column: 0))
    }

    @Test func anEmptyFieldShowsItsPlaceholderAndASecretOnlyStars() {
        var screen = Screen(size: Size(rows: 1, columns: 8))
        TextField().draw(
            on: &screen, in: screen.bounds, look: .init(placeholder: "value"))
        #expect(screen.styledText == "‹placeholder/input:value›‹input:   ›")
        TextField("geheim").draw(
            on: &screen, in: screen.bounds, look: .init(isSecret: true))
        #expect(screen.plainText == "******")
    }
}

@Suite struct BarTests {
    @Test func aBarShowsEighthsInUnicodeAndWholeCellsInASCII() {
        #expect(ProgressBar(fraction: 0.5).text(columns: 12) == "▕█████░░░░░▏")
        #expect(ProgressBar(done: 41, total: 60).text(columns: 12) == "▕██████▊░░░▏")
        #expect(ProgressBar(fraction: 0.45).text(columns: 12, glyphs: .ascii) == "[####......]")
    }

    @Test func itLooksEmptyOnlyAtZeroAndFullOnlyAtOne() {
        #expect(ProgressBar(fraction: 0).text(columns: 6) == "▕░░░░▏")
        #expect(ProgressBar(fraction: 0.0001).text(columns: 6) == "▕▏░░░▏")
        #expect(ProgressBar(fraction: 0.9999).text(columns: 6) == "▕███▉▏")
        #expect(ProgressBar(fraction: 1).text(columns: 6) == "▕████▏")
        #expect(ProgressBar(fraction: .nan).fraction == nil)
        #expect(ProgressBar(done: 0, total: 0).text(columns: 6) == "▕░░░░▏")
        for columns in -1...9 {
            let text = ProgressBar(fraction: 0.3).text(columns: columns)
            #expect(TextWidth.columns(of: text) == max(0, columns))
        }
    }

    @Test func aSparklineShowsTheNewestNumbers() {
        #expect(Sparkline([9, 0, 1, 2, 4]).text(columns: 4) == "▁▃▅█")
        #expect(Sparkline([0, 0]).text(columns: 4) == "▁▁")
        #expect(Sparkline([.nan, -1, 5]).text(columns: 4, glyphs: .ascii) == "__#")
    }
}

@Suite struct TableTests {
    private let columns = [
        TableColumn("Job", width: .flexible(min: 6), cut: .middle),
        TableColumn("Status", width: .fixed(9)),
        TableColumn("Age", width: .fixed(5), alignment: .right, priority: 2),
        TableColumn("Rate", width: .fixed(6), alignment: .right, priority: 1),
    ]

    private func draw(columns width: Int) -> String {
        var screen = Screen(size: Size(rows: 2, columns: width))
        let layout = TableLayout(columns, width: width)
        layout.drawHeadings(on: &screen, at: .zero)
        layout.drawRow(
            [Span("batchjob-7f3e"), Span("Running", .running), Span("6 s"), Span("9.1")],
            on: &screen, at: Point(row: 1, column: 0))
        return screen.plainText
    }

    @Test func narrowScreensDropWhatMattersLess() {
        #expect(
            draw(columns: 40) == """
                Job             Status       Age    Rate
                batchjob-7f3e   Running      6 s     9.1
                """)
        #expect(
            draw(columns: 27) == """
                Job       Status       Rate
                batc…f3e  Running       9.1
                """)
        #expect(
            draw(columns: 20) == """
                Job        Status
                batc…7f3e  Running
                """)
        #expect(draw(columns: 3) == "Job\nb…e")
    }

    @Test func widthsAlwaysFitTheRoom() {
        for width in 0...80 {
            let slots = TableLayout(columns, width: width).slots
            #expect((slots.last.map { $0.start + $0.columns } ?? 0) <= width)
        }
        #expect(TableLayout(columns, width: 20).slot(of: 2) == nil)
    }
}

@Suite struct ParagraphTests {
    @Test func textBreaksBetweenWords() {
        #expect(
            Paragraph.wrap("The quick brown fox\n\njumps", columns: 10) == [
                "The quick", "brown fox", "", "jumps",
            ])
        #expect(Paragraph.wrap("abcdefghij k", columns: 4) == ["abcd", "efgh", "ij k"])
        #expect(Paragraph.wrap("日本語", columns: 4) == ["日本", "語"])
        #expect(Paragraph.wrap("日", columns: 1) == ["日"])
        #expect(Paragraph.wrap("abc", columns: 0) == [])
    }

    @Test func noLineIsTooWideAndNoLetterIsLost() {
        let text = "  indented: a somewhat-longer text, with averyveryverylongword in it"
        for columns in 1...40 {
            let lines = Paragraph.wrap(text, columns: columns)
            #expect(lines.allSatisfy { TextWidth.columns(of: $0) <= columns })
            #expect(
                lines.joined().filter { $0 != " " } == text.filter { $0 != " " })
        }
    }

    @Test func whatDoesNotFitEndsInAnEllipsis() {
        var screen = Screen(size: Size(rows: 2, columns: 6))
        #expect(Paragraph.draw("one two three four", on: &screen, in: screen.bounds) == 2)
        #expect(screen.plainText == "one\ntwo…")
    }
}

@Suite struct FooterTests {
    @Test func hintsThatDoNotFitAreLeftOutFromTheEnd() {
        let hints = FooterHints([
            .init(.enter, "open"), .init(.character("n"), "new job"), .init(.control("s"), "send"),
            .init(.up, "up"),
        ])
        #expect(hints.text(columns: 80) == "enter open   n new job   ctrl-s send   ↑ up")
        #expect(hints.text(columns: 30) == "enter open   n new job")
        #expect(hints.text(columns: 3) == "")
        var screen = Screen(size: Size(rows: 1, columns: 12))
        hints.draw(on: &screen, in: screen.bounds)
        #expect(screen.styledText == "‹key:enter›‹footer: open›")
    }
}
