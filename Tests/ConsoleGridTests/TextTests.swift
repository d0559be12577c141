import Testing

@testable import ConsoleGrid

@Suite struct TextWidthTests {
    @Test(arguments: [
        ("", 0), ("abc", 3), ("é", 1), ("e\u{301}", 1), ("日本", 4), ("ｱ", 1), ("Ａ", 2), ("👍", 2),
        ("👍🏽", 2), ("👩‍👩‍👧", 2), ("🇩🇪", 2), ("❤️", 2), ("❤", 1), ("한글", 4), ("\u{200B}a", 1),
        ("a\u{7F}", 1),
        ("┌─┐", 3), ("✓✗●", 3), ("\u{1B}[1mx", 1), ("\u{AD}", 0), ("क्षि", 2),
    ])
    func textTakesSoManyColumns(text: String, columns: Int) {
        #expect(TextWidth.columns(of: text) == columns)
    }

    @Test func fittingCutsWithAnEllipsisAndPads() {
        #expect(TextWidth.fit("abc", columns: 5) == "abc  ")
        #expect(TextWidth.fit("abcdef", columns: 4) == "abc…")
        #expect(TextWidth.fit("abcdef", columns: 4, ellipsis: "~") == "abc~")
        #expect(TextWidth.fit("7", columns: 3, alignment: .right) == "  7")
        #expect(TextWidth.fit("日本語", columns: 4) == "日… ")
        #expect(TextWidth.fit("abc", columns: 1) == "…")
        #expect(TextWidth.fit("abc", columns: 0) == "")
        #expect(TextWidth.fit("abc", columns: -3) == "")
    }

    @Test func cuttingTheMiddleKeepsBothEnds() {
        #expect(TextWidth.truncateMiddle("batchjob-7f3e2c", columns: 9) == "batc…3e2c")
        #expect(TextWidth.truncateMiddle("abc", columns: 3) == "abc")
        #expect(TextWidth.suffix("batchjob", columns: 3) == "job")
        #expect(TextWidth.suffix("batchjob", columns: 0).isEmpty)
        #expect(TextWidth.suffix("日本語", columns: 3) == "語")
        #expect(TextWidth.truncateMiddle("日本語日本語", columns: 6) == "日…語")
        #expect(TextWidth.truncateMiddle("abc", columns: 1) == "…")
    }
}

@Suite struct SanitisedTests {
    @Test(arguments: [
        ("plain", "plain"), ("\u{1B}[31;1mred\u{1B}[0m", "red"),
        ("a\u{1B}]52;c;ZXZpbA==\u{07}b", "ab"),
        ("a\u{1B}]0;t\u{1B}\\b", "ab"), ("a\u{1B}Pq#0\u{1B}\\b", "ab"), ("a\u{9B}31mb", "ab"),
        ("a\u{9D}0;x\u{9C}b", "ab"), ("a\u{1B}(Bb", "ab"), ("a\u{1B}cb", "ab"), ("a\u{1B}", "a"),
        ("a\u{1B}]never ends", "a"), ("a\u{1B}[", "a"), ("a\r\nb\rc\nd", "a b c d"),
        ("a\tb", "a       b"), ("abcdefgh\tb", "abcdefgh        b"),
        ("a\u{202E}b\u{2066}c\u{200F}", "abc"),
        ("x\u{E0041}\u{FEFF}y", "xy"), ("a\u{08}\u{07}\u{00}b", "ab"), ("👩‍👧", "👩‍👧"),
        ("e\u{301}", "e\u{301}"),
        ("a\u{1B}[3日b", "a日b"),
    ])
    func whatSteersATerminalIsTakenOut(outside: String, clean: String) {
        #expect(sanitised(outside) == clean)
    }

    @Test func linesStayWhenAskedFor() {
        #expect(sanitised("a\r\nb\u{1B}[1m\nc\td", keepingLines: true) == "a\nb\nc       d")
        #expect(sanitised("a\u{1B}]open\nnext", keepingLines: true) == "a\nnext")
    }

    @Test func cleaningTwiceChangesNothing() {
        let texts = ["\u{1B}\u{1B}[[31m", "\u{9B}\u{1B}]\u{1B}[x", "\u{1B}[\u{1B}]a\u{07}b"]
        for text in texts { #expect(sanitised(sanitised(text)) == sanitised(text)) }
    }
}

@Suite struct KeyPressTests {
    private static let everyKey: [KeyPress] =
        [
            .character("j"), .character(" "), .character("<"), .character(">"), .character("é"),
            .control("s"), .control("@"), .control("]"), .alt("f"), .alt(" "), .alt("^x"), .enter,
            .escape, .tab, .backTab, .backspace, .delete, .up, .down, .left, .right, .home, .end,
            .pageUp, .pageDown, .insert, .function(1), .function(24), .paste("a b\n<c> 100%é"),
        ]
        + MouseEvent.Kind.allCases.map {
            .mouse(MouseEvent(kind: $0, position: Point(row: 3, column: 14)))
        }

    @Test(arguments: everyKey)
    func everyKeyIsReadBackFromItsSpelling(key: KeyPress) {
        #expect(KeyPress(spelling: key.spelling) == key)
        #expect(!key.label.isEmpty)
    }

    @Test func aWholeScriptIsReadBack() throws {
        let text = KeyScript.text(of: Self.everyKey)
        #expect(try KeyScript.parse(text) == Self.everyKey)
    }

    @Test func scriptsMixWordsAndNamedKeys() throws {
        #expect(
            try KeyScript.parse("j j <enter> 42\n<ctrl-s>a<b") == [
                .character("j"), .character("j"), .enter, .character("4"), .character("2"),
                .control("s"), .character("a"), .character("<"), .character("b"),
            ])
        #expect(try KeyScript.parse("<ESC><Ctrl-S><pageup>") == [.escape, .control("s"), .pageUp])
    }

    @Test func aScriptWithAnUnknownKeySaysWhich() {
        #expect(throws: KeyScript.Failure(word: "<entre>")) { try KeyScript.parse("j <entre>") }
        for wrong in ["<f0>", "<f25>", "<ctrl->", "<ctrl-é>", "<>", "ab", "", "<left@1>"] {
            #expect(KeyPress(spelling: wrong) == nil)
        }
    }

    @Test func labelsAreWhatAFooterShows() {
        #expect(KeyPress.up.label == "↑")
        #expect(KeyPress.up.label(arrows: false) == "up")
        #expect(KeyPress.control("s").label == "ctrl-s")
        #expect(KeyPress.character(" ").label == "space")
        #expect(KeyPress.pageDown.label == "pgdn")
    }
}

@Suite struct ThemeTests {
    @Test func coloursAreReducedToTheNearest() {
        #expect(ColourDepth.trueColour.reduce(RGB(0x12_3456)) == .direct(RGB(0x12_3456)))
        #expect(ColourDepth.indexed256.reduce(RGB(0xFF_0000)) == .indexed(196))
        #expect(ColourDepth.indexed256.reduce(RGB(0x80_8080)) == .indexed(244))
        #expect(ColourDepth.indexed256.reduce(RGB(0x00_0000)) == .indexed(16))
        #expect(ColourDepth.ansi16.reduce(RGB(0xF0_1010)) == .indexed(9))
        #expect(ColourDepth.ansi16.reduce(RGB(0x00_0000)) == .indexed(0))
        #expect(ColourDepth.mono.reduce(RGB(0xFF_0000)) == .standard)
        #expect(ColourDepth.indexed256.reduce(nil) == .standard)
    }

    @Test func colourTextsAreReadStrictly() {
        #expect(RGB(hexText: "#ff8000") == RGB(red: 255, green: 128, blue: 0))
        #expect(RGB(hexText: "FF8000") == RGB(0xFF_8000))
        for wrong in ["#fff", "", "#gg0000", "#+12345"] { #expect(RGB(hexText: wrong) == nil) }
    }

    @Test func whatMattersIsNoGreyInSixteenColours() {
        let greys: [TerminalColour] = [0, 7, 8, 15].map { .indexed($0) }
        for role in [
            Role.success, .warning, .danger, .info, .running, .queued, .key, .match, .accent,
        ] {
            let look = Theme.dark.resolve(Style(role), depth: .ansi16)
            #expect(!greys.contains(look.foreground), "\(role) is \(look.foreground)")
        }
        #expect(Theme.dark.resolve(.danger, depth: .ansi16).foreground == .indexed(9))
        #expect(Theme.dark.resolve(.success, depth: .ansi16).foreground == .indexed(2))
        // Where the ground is light the palette's yellow and green could not be read.
        #expect(Palette.nearest16(to: RGB(0x7D_4E00)) == 8)
        #expect(Palette.nearest16(to: RGB(0x8A_8F98)) == 8, "a grey stays one")
    }

    @Test(arguments: Theme.all, ColourDepth.allCases)
    func noRoleIsPaintedInTheColourOfItsGround(theme: Theme, depth: ColourDepth) {
        for role in Role.allCases {
            for ground in [nil, .selection, .selectionInactive, .overlay] as [Role?] {
                let look = theme.resolve(Style(role, on: ground), depth: depth)
                let isVisible = look.foreground != look.background || look.foreground == .standard
                #expect(isVisible, "\(theme.name) \(role) on \(String(describing: ground))")
            }
        }
    }

    @Test(arguments: Theme.all, ColourDepth.allCases)
    func theSelectionStandsOutAtEveryDepth(theme: Theme, depth: ColourDepth) {
        let plain = theme.resolve(.plain, depth: depth)
        let selected = theme.resolve(Style(nil, on: .selection), depth: depth)
        #expect(plain != selected)
        #expect(
            theme.resolve(Style(.danger), depth: depth)
                != theme.resolve(Style(.success), depth: depth))
    }

    @Test func withoutColoursRolesSpeakThroughAttributes() {
        let mono = { (style: Style) in Theme.dark.resolve(style, depth: .mono) }
        #expect(mono(.danger).attributes == [.bold, .underline])
        #expect(mono(.danger.on(.selection)).attributes == [.bold, .underline, .reverse])
        #expect(mono(.selection).attributes == .reverse)
        #expect(mono(.success) == ResolvedStyle())
    }

    @Test func textThatWouldDrownTakesTheGroundsOwnColour() {
        let look = Theme.highContrast.resolve(Style(.warning, on: .selection), depth: .trueColour)
        #expect(look.foreground == .direct(RGB(0x00_0000)))
    }

    @Test func aThemeCanBeChangedRoleByRole() {
        var theme = Theme.dark
        theme[.danger] = Paint(RGB(0x01_0203))
        #expect(theme[.danger].foreground == RGB(0x01_0203))
        #expect(theme[.success] == Theme.dark[.success])
        #expect(Theme.named("high-contrast") == .highContrast)
        #expect(Theme.named("none") == nil)
    }
}

@Suite struct GlyphsTests {
    @Test func everyGlyphIsOneColumnWide() {
        for set in [Glyphs.unicode, .ascii] {
            let singles: [Character] =
                [
                    set.box.topLeft, set.box.topRight, set.box.bottomLeft, set.box.bottomRight,
                    set.box.horizontal, set.box.vertical, set.box.teeLeft, set.box.teeRight,
                    set.dot,
                    set.circle, set.check, set.cross, set.cancelled, set.warning, set.pointer,
                    set.opened, set.up, set.down, set.left, set.right, set.ellipsis, set.separator,
                    set.star, set.bar, set.barStart, set.barEnd, set.barTrack, set.scrollThumb,
                    set.scrollTrack,
                ] + set.barSteps + set.sparks
            #expect(singles.allSatisfy { TextWidth.columns(of: $0) == 1 })
            for text in [set.branch, set.lastBranch] {
                #expect(TextWidth.columns(of: text) == 2)
            }
            #expect(singles.allSatisfy { $0.isASCII } == set.isASCII)
        }
    }
}

@Suite struct SpanTests {
    @Test func matchedLettersStandOut() {
        let spans = Span.highlighted("digits", positions: [0, 1, 4], style: .text)
        #expect(
            spans == [Span("di", .match), Span("gi", .text), Span("t", .match), Span("s", .text)])
    }
}
