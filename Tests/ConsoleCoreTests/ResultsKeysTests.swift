import BatchModel
import ConsoleGrid
import TestSupport
import Testing

@testable import ConsoleCore

/// Which key does what where.
@Suite struct ResultsKeysTests {
    private static let wide = Size(rows: 30, columns: 100)
    private static let files: [String: [UInt8]] = [
        "predictions.csv": ResultsFixture.digits(),
        "report/a.json": Array("{\"a\": 1}".utf8),
        "report/b.txt": Array("hello\n".utf8),
    ]

    @Test func escapeGoesFromThePreviewToTheFilesAndThenOutWhereOnePaneIsShown() throws {
        var state = ResultsFixture.opened(Self.files)
        #expect(state.pane == .preview)
        try state.press("<esc>")
        #expect(state.pane == .tree)
        #expect(Results.keys.verdict(for: .escape, in: state) == nil)
        try state.press("<enter>")
        #expect(state.pane == .preview)
    }

    @Test func escapeLeavesAtOnceWhereThePreviewOpenedByItselfBesideTheFiles() throws {
        var state = ResultsFixture.opened(Self.files, Self.wide)
        #expect(state.pane == .preview)
        #expect(Results.keys.verdict(for: .escape, in: state) == nil)
        try state.press("<tab><tab>")
        #expect(state.pane == .preview)
        try state.press("<esc>")
        #expect(state.pane == .tree)
        #expect(Results.keys.verdict(for: .escape, in: state) == nil)
    }

    @Test func theSelectedFileIsReadAtOnceOnlyWhereItIsSeen() throws {
        var wide = ResultsFixture.opened(Self.files, Self.wide)
        #expect(try wide.press("<tab>jj").effects.count == 1)
        #expect(wide.preview?.file.path == "report/a.json")
        var narrow = ResultsFixture.opened(Self.files)
        #expect(try narrow.press("<esc>jj").effects == [])
        #expect(try narrow.press("<enter>").effects.count == 1)
        #expect(narrow.preview?.file.path == "report/a.json")
    }

    @Test func foldersAreShutAndOpened() throws {
        var state = ResultsFixture.opened(Self.files)
        try state.press("<esc>j")
        #expect(state.tree.rows.count == 5)
        try state.press("<enter>")
        #expect(state.tree.rows.map(\.label) == ["score", "predictions.csv", "report/"])
        try state.press("<right><down><left>")
        #expect(state.tree.selected?.label == "report/")
        try state.press("gh")
        #expect(state.tree.rows.count == 1)
    }

    @Test func searchCountsMatchesAndWalksThem() throws {
        var state = ResultsFixture.opened(Self.files)
        try state.press("/")
        #expect(Results.keys.isTyping(in: state))
        try state.press("IMAGE-17")
        #expect(state.preview?.search?.matches == [])
        try state.press("<ctrl-u>image-17q<backspace>")
        #expect(state.preview?.search?.matches.count == 98)
        #expect(state.preview?.list.selection == 499)
        try state.press("<enter>.")
        #expect(state.preview?.list.selection == 500)
        try state.press(",,")
        #expect(state.preview?.list.selection == 596)
        #expect(state.picture().plainText.contains("match 98 of 98"))
        try state.press("<esc>")
        #expect(state.preview?.search == nil)
        #expect(state.preview?.list.selection == 596)
    }

    @Test func escapeWhileTypingASearchGoesBackToWhereItBegan() throws {
        var state = ResultsFixture.opened(Self.files)
        try state.press("jj/1500<esc>")
        #expect(state.preview?.list.selection == 2)
        #expect(state.pane == .preview)
    }

    @Test func theTreeIsFiltered() throws {
        var state = ResultsFixture.opened(Self.files)
        try state.press("<esc>/json<enter>")
        #expect(state.tree.rows.map(\.label) == ["score", "report/a.json"])
        try state.press("<esc>")
        #expect(state.tree.rows.count == 5)
        try state.press("/zzz")
        #expect(state.tree.rows.map(\.label) == ["score", "no file matches"])
    }

    @Test func aFilterOfTheTreeThatCannotBeReadLeavesItsRows() throws {
        var state = ResultsFixture.opened(Self.files)
        try state.press("<esc>/json<space>size:<gt>x")
        #expect(state.tree.rows.map(\.label) == ["score", "report/a.json"])
        #expect(state.tree.filterProblem?.contains("x is no size") == true)
        try state.press("<backspace>0")
        #expect(state.tree.rows.map(\.label) == ["score", "report/a.json"])
        #expect(state.tree.filterProblem == nil)
    }

    @Test func copiesGiveTheAddressAndTheRow() throws {
        var state = ResultsFixture.opened(Self.files)
        #expect(try state.press("y").effects == [.copy(text: ResultsFixture.score.uri)])
        #expect(try state.press("jY").effects == [.copy(text: "image-1202.pgm 1 10.137")])
        #expect(try state.press("i").effects == [.open(.jobDetail(ResultsFixture.job))])
    }

    @Test func theHeaderIsTurnedAroundByHand() throws {
        let text = Array("file,class\na,cat\nb,dog\n".utf8)
        var state = ResultsFixture.opened(["a.csv": text])
        #expect(state.preview?.totalRows == 3)
        try state.press("H")
        #expect(state.preview?.totalRows == 2)
        #expect(state.preview?.columns.map(\.name) == ["file", "class"])
        try state.press("vv")
        #expect(state.preview?.totalRows == 2)
    }

    @Test func theWheelAndClicksReachThePaneBelowThem() throws {
        var state = ResultsFixture.opened(Self.files, Self.wide)
        try state.press("<wheel-down@5,60>")
        #expect(state.preview?.list.offset == 3)
        try state.press("<click-left@2,60>")
        #expect(state.preview?.list.selection == 4)
        try state.press("<click-left@4,5>")
        #expect(state.preview?.file.path == "report/a.json")
        #expect(state.pane == .tree)
    }

    @Test func hintsFitTheFocus() throws {
        var state = ResultsFixture.opened(Self.files)
        #expect(
            Results.keys.hints(in: state).map(\.text) == [
                "other pane", "files", "text/table", "download", "statistics", "repeats", "export",
                "copy address", "search", "reload",
            ])
        try state.press("d")
        #expect(Results.keys.hints(in: state).map(\.text) == ["download", "close"])
    }

    @Test func everyRowOfTheTableHasAHelpSentence() {
        for row in Results.keys.helpRows { #expect(row.help.hasSuffix("."), "\(row)") }
    }

    /// Random keys and late answers at random sizes: the picture is always made.
    @Test func aRandomWalkNeverTraps() throws {
        let files: [String: [UInt8]] = [
            "predictions.csv": ResultsFixture.digits(9_000), "b.json": Array("[1, 2]".utf8),
            "f/c.csv": Array("n,m\n1,2\n3,4\n".utf8), "f/d.png": [0x89, 0x50, 0x4E, 0x47, 0],
            "e.txt": [], "g.jsonl": Array("{\"a\": \"é\"}\n".utf8),
            "big.csv": ResultsFixture.digits(250_000),
        ]
        let keys = try KeyScript.parse(
            """
            j k h l g G v H r d y Y i / . , a 1 <tab> <enter> <esc> <up> <down> <left> <right>
            <home> <end> <pgup> <pgdn> <space> <ctrl-d> <ctrl-u> <backspace> <wheel-down@3,3>
            <wheel-up@3,50> <click-left@2,4> <click-left@4,60> <double-click@3,4>
            """)
        var dice = SplitMix(seed: 11)
        var state = ResultsFixture.opened(files, Self.wide)
        var late: [Results.Effect] = []
        for _ in 0..<1_500 {
            if dice.below(20) == 0 {
                state.resized(to: Size(rows: dice.below(40), columns: dice.below(130)))
            }
            late += try state.press(keys[dice.below(keys.count)].spelling).effects
            if dice.below(3) == 0 {
                state.serve(late, from: files)
                late = []
            }
            if dice.below(60) == 0 {
                state.take(
                    .readRefused(
                        output: "score", path: "big.csv", failure: ResultsFixture.lost))
                state.take(.downloadRefused(failure: ResultsFixture.lost))
                state.take(.outputsLoaded(outputs: [ResultsFixture.score]))
            }
            _ = state.picture()
            _ = Results.keys.hints(in: state)
        }
        for key in ["g", "v", "d", "<esc>", "/a"] {
            try state.press(key)
            for rows in 0...12 {
                for columns in 0...40 {
                    state.resized(to: Size(rows: rows, columns: columns))
                    _ = state.picture(glyphs: .ascii)
                }
            }
            state.resized(to: Size(rows: 200, columns: 400))
            _ = state.picture()
        }
    }
}
