import TestSupport
import Testing

@testable import ConsoleGrid

@Suite struct ScreenTests {
    @Test func aBoxWithTitleIsDrawnInsideItsRectangle() {
        var screen = Screen(size: Size(rows: 4, columns: 20))
        screen.drawBox(Rect(row: 0, column: 1, rows: 3, columns: 16), title: "Endpoints 5")
        screen.write("hello", at: Point(row: 1, column: 3))
        #expect(
            screen.plainText == """
                 ┌ Endpoints 5 ─┐
                 │ hello        │
                 └──────────────┘

                """)
    }

    @Test func theASCIISetDrawsTheSameBoxAndALongTitleIsCut() {
        var screen = Screen(size: Size(rows: 3, columns: 12))
        screen.drawBox(screen.bounds, title: "A very long title", glyphs: .ascii)
        #expect(
            screen.plainText == """
                + A very ~ +
                |          |
                +----------+
                """)
    }

    @Test func writingClipsOnAllSidesAndReportsColumns() {
        var screen = Screen(size: Size(rows: 1, columns: 5))
        #expect(screen.write("abcdef", at: Point(row: 0, column: -2)) == 6)
        #expect(screen.plainText == "cdef")
        #expect(screen.write("xyz", at: Point(row: 0, column: 3)) == 2)
        #expect(screen.plainText == "cdexy")
        #expect(screen.write("no", at: Point(row: 1, column: 0)) == 0)
        #expect(screen.write("no", at: Point(row: -1, column: 0)) == 0)
        #expect(screen.write("no", at: Point(row: 0, column: 9)) == 0)
        #expect(screen.write("abc", at: .zero, maxColumns: 2) == 2)
        #expect(screen.plainText == "abexy")
    }

    @Test func aWideGlyphThatWouldBeCutInHalfIsLeftOut() {
        var screen = Screen(size: Size(rows: 1, columns: 4))
        screen.write("a日本", at: .zero)
        #expect(screen.plainText == "a日")
        #expect(screen[Point(row: 0, column: 2)].isContinuation)
        #expect(screen[Point(row: 0, column: 3)] == .blank)
    }

    @Test func overwritingHalfAWideGlyphBlanksTheOtherHalf() {
        var screen = Screen(size: Size(rows: 1, columns: 6))
        screen.write("日本語", at: .zero)
        screen.write("x", at: Point(row: 0, column: 1))
        screen.write("y", at: Point(row: 0, column: 4))
        #expect(screen.plainText == " x本y")
        screen.write("é", at: Point(row: 0, column: 2))
        #expect(screen.plainText == " xé y")
    }

    @Test func combiningMarksAndEmojiSequencesShareACell() {
        var screen = Screen(size: Size(rows: 1, columns: 12))
        #expect(screen.write("e\u{301}🇩🇪👍🏽x", at: .zero) == 6)
        #expect(screen.plainText == "e\u{301}🇩🇪👍🏽x")
        #expect(screen[.zero].grapheme == "e\u{301}")
        #expect(screen[Point(row: 0, column: 1)].width == 2)
    }

    @Test func aClusterTooLongForACellKeepsItsFirstPicture() {
        var screen = Screen(size: Size(rows: 1, columns: 6))
        #expect(screen.write("👩‍👩‍👧‍👦|", at: .zero) == 3)
        #expect(screen.plainText == "👩|")
    }

    @Test func outsideTextCannotSteerTheTerminal() {
        var screen = Screen(size: Size(rows: 1, columns: 20))
        screen.write("a\u{1B}[31mb\u{1B}]0;evil\u{07}c\nd\u{202E}e", at: .zero)
        #expect(screen.plainText == "abc de")
    }

    @Test func textWithoutGroundKeepsTheGroundBelow() {
        var screen = Screen(size: Size(rows: 1, columns: 8))
        screen.fill(screen.bounds, style: Style(nil, on: .selection))
        screen.write("run", at: Point(row: 0, column: 1), style: .running)
        #expect(
            screen.styledText == "‹text/selection: ›‹running/selection:run›‹text/selection:    ›")
    }

    @Test func restylingARowChangesStylesOnly() {
        var screen = Screen(size: Size(rows: 2, columns: 6))
        screen.write([Span("ab", .danger), Span("cd")], at: Point(row: 1, column: 0))
        screen.restyle(row: 1, columns: 1..<3, background: .selection, adding: .bold)
        #expect(
            screen.styledText == """

                ‹danger:a›‹danger+bold/selection:b›‹text+bold/selection:c›d
                """)
    }

    @Test func fieldsArePaddedCutAndAligned() {
        var screen = Screen(size: Size(rows: 4, columns: 8))
        screen.writeField("ab", at: .zero, columns: 5, alignment: .right)
        screen.writeField("abcdefgh", at: Point(row: 1, column: 0), columns: 5)
        screen.writeField("ab", at: Point(row: 2, column: 0), columns: 6, alignment: .centre)
        screen.writeField("日本語", at: Point(row: 3, column: 0), columns: 4, alignment: .right)
        #expect(screen.plainText == "   ab\nabcd…\n  ab\n 日…")
    }

    @Test func fieldsAreCutInTheMiddleWhereTheEndTellsThemApart() {
        var screen = Screen(size: Size(rows: 5, columns: 8))
        for (row, columns) in [6, 2, 1].enumerated() {
            screen.writeField(
                "abcdefgh", at: Point(row: row, column: 0), columns: columns, cut: .middle)
        }
        screen.writeField(
            "日本語日本語", at: Point(row: 3, column: 0), columns: 6, cut: .middle)
        screen.writeField("abc", at: Point(row: 4, column: 0), columns: 3, cut: .middle)
        #expect(screen.plainText == "abc…gh\na…\n…\n日…語\nabc")
    }

    @Test func onePictureCanLieOverAnother() {
        var below = Screen(size: Size(rows: 3, columns: 6))
        below.write("日本語", at: Point(row: 1, column: 0))
        var above = Screen(size: Size(rows: 1, columns: 2))
        above.write("ok", at: .zero)
        below.draw(above, at: Point(row: 1, column: 1))
        #expect(below.plainText == "\n ok 語\n")
        below.draw(above, at: Point(row: 2, column: 5))
        #expect(below.plainText == "\n ok 語\n     o")
    }

    @Test func tinyScreensTakeEveryShape() {
        for size in [Size.zero, Size(rows: 1, columns: 1), Size(rows: 0, columns: 9)] {
            var screen = Screen(size: size)
            screen.drawBox(Rect(row: -3, column: -3, rows: 9, columns: 9), title: "title")
            screen.fill(Rect(row: 0, column: -5, rows: 50, columns: 50), with: "x")
            screen.write("日", at: .zero)
            screen.restyle(screen.bounds.inset(by: 4), background: .selection)
            #expect(screen.size == size)
        }
        #expect(Screen(size: Size(rows: 99_999, columns: 1)).size.rows == Screen.sideLimit)
    }
}

@Suite struct GeometryTests {
    @Test func splitsAndInsetsNeverBecomeNegative() {
        let rect = Rect(row: 2, column: 3, rows: 10, columns: 20)
        #expect(rect.split(rowsAt: 3).bottom == Rect(row: 5, column: 3, rows: 7, columns: 20))
        #expect(rect.split(rowsAt: -1).top.rows == 9)
        #expect(rect.split(columnsAt: 99).right.isEmpty)
        #expect(rect.split(columnsAt: -99).left.isEmpty)
        #expect(rect.inset(by: 1) == Rect(row: 3, column: 4, rows: 8, columns: 18))
        #expect(rect.inset(by: 50).isEmpty)
        #expect(rect.line(10).isEmpty)
        #expect(rect.line(9).row == 11)
        #expect(rect.centred(Size(rows: 4, columns: 99)).columns == 20)
        #expect(Size(rows: -1, columns: -1) == .zero)
    }

    @Test func intersectionOfRectanglesApartIsEmpty() {
        let left = Rect(row: 0, column: 0, rows: 5, columns: 5)
        #expect(left.intersection(Rect(row: 9, column: 9, rows: 5, columns: 5)).isEmpty)
        #expect(
            left.intersection(Rect(row: 3, column: 4, rows: 5, columns: 5))
                == Rect(row: 3, column: 4, rows: 2, columns: 1))
    }
}

@Suite struct ScreenDiffTests {
    private func screen(_ text: String, columns: Int = 20) -> Screen {
        var screen = Screen(size: Size(rows: 1, columns: columns))
        screen.write(text, at: .zero)
        return screen
    }

    @Test func equalPicturesNeedNothing() {
        #expect(ScreenDiff(from: screen("abc"), to: screen("abc")).isEmpty)
    }

    @Test func nearChangesMakeOneRunAndFarChangesTwo() {
        let old = screen("aaaaaaaaaaaaaaaaaaaa")
        let near = ScreenDiff(from: old, to: screen("abaaaabaaaaaaaaaaaaa"))
        #expect(near.runs.map(\.start.column) == [1])
        #expect(near.cellCount == 6)
        let far = ScreenDiff(from: old, to: screen("abaaaaaaaaaaabaaaaaa"))
        #expect(far.runs.map(\.start.column) == [1, 13])
        #expect(far.cellCount == 2)
    }

    @Test func aRunNeverCutsAWideGlyph() {
        let diff = ScreenDiff(from: screen("a日b"), to: screen("a本b"))
        #expect(diff.runs.map(\.start.column) == [1])
        #expect(diff.cellCount == 2)
        let narrow = ScreenDiff(from: screen("a日b"), to: screen("a  b"))
        #expect(narrow.cellCount == 2)
    }

    @Test func anotherSizeSendsEveryRow() {
        let diff = ScreenDiff(from: screen("a"), to: screen("a", columns: 10))
        #expect(diff.isWhole)
        #expect(diff.cellCount == 10)
        #expect(ScreenDiff(from: nil, to: screen("a")).isWhole)
    }

    @Test func theCursorAloneIsAChange() {
        var moved = screen("abc")
        moved.cursor = Point(row: 0, column: 2)
        let diff = ScreenDiff(from: screen("abc"), to: moved)
        #expect(diff.runs.isEmpty)
        #expect(diff.isCursorChanged && !diff.isEmpty)
    }

    @Test func applyingADifferenceGivesTheNewPicture() {
        var generator = SplitMix(seed: 7)
        let words = ["a", "日", "é", "🇩🇪", "  ", "xyz", "─", "👍🏽"]
        var old = Screen(size: Size(rows: 6, columns: 17))
        for _ in 0..<300 {
            var new = old
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let point = Point(
                    row: Int.random(in: -1...6, using: &generator),
                    column: Int.random(in: -3...18, using: &generator))
                let style = Style(Role.allCases.randomElement(using: &generator))
                new.write(words.randomElement(using: &generator) ?? "", at: point, style: style)
            }
            #expect(old.applying(ScreenDiff(from: old, to: new), size: new.size) == new)
            #expect(hasNoHalfGlyph(new))
            old = new
        }
    }

    private func hasNoHalfGlyph(_ screen: Screen) -> Bool {
        (0..<screen.size.rows).allSatisfy { row in
            let cells = Array(screen.row(row))
            return cells.indices.allSatisfy { index in
                let isSecond = index > 0 && cells[index - 1].width == 2
                return cells[index].isContinuation == isSecond
                    && !(cells[index].width == 2 && index == cells.count - 1)
            }
        }
    }
}
