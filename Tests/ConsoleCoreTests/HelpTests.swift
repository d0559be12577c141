import BatchModel
import ConsoleGrid
import Testing

@testable import ConsoleCore

/// The help page: made from key tables, scrolled, filtered.
@Suite struct HelpTests {
    private static let rows: [KeyHelp] = [
        KeyHelp(keys: [.enter], help: "Opens the selected endpoint."),
        KeyHelp(keys: [.character("n")], help: "Makes a new job."),
        KeyHelp(keys: [.down, .character("j")], help: "The next row."),
        KeyHelp(
            keys: [.control("@"), .alt("x")],
            help: "Lists data assets, datastores, local paths or choices for the row."),
    ]
    private static let everywhere: [KeyHelp] = [
        KeyHelp(keys: [.character("?")], help: "Shows this page."),
        KeyHelp(keys: [.character("q"), .control("c")], help: "Quits; jobs go on."),
    ]

    private static func page(_ size: Size) -> Help.State {
        var state = Help.State(sections: [
            Help.Section(title: "Endpoints", rows: rows),
            Help.Section(title: "Everywhere", rows: everywhere),
            Help.Section(title: "Nothing", rows: []),
        ])
        state.resized(to: size)
        return state
    }

    private static func picture(_ state: Help.State, glyphs: Glyphs = .unicode) -> String {
        var screen = Screen(size: state.size)
        Help.draw(
            state, on: &screen, in: screen.bounds,
            context: ViewContext(glyphs: glyphs, now: Timestamp(microsecondsSinceEpoch: 0)))
        return screen.plainText
    }

    private static func press(_ script: String, in state: inout Help.State) throws {
        for key in try KeyScript.parse(script) {
            guard case .send(let action)? = Help.keys.verdict(for: key, in: state) else { continue }
            Help.reduce(&state, action)
        }
    }

    @Test func onePaneAtEightyByFourteen() {
        let picture = Self.picture(Self.page(Size(rows: 14, columns: 80)))
        #expect(
            picture == """
                ┌ Help: all keys ──────────────────────────────────────────────────────────────┐
                │ Endpoints                                                                    │
                │   enter             Opens the selected endpoint.                             │
                │   n                 Makes a new job.                                         │
                │   ↓ j               The next row.                                            │
                │   ctrl-space alt-x  Lists data assets, datastores, local paths or choices    │
                │                     for the row.                                             │
                │                                                                              │
                │ Everywhere                                                                   │
                │   ?                 Shows this page.                                         │
                │   q ctrl-c          Quits; jobs go on.                                       │
                │                                                                              │
                │                                                                              │
                └──────────────────────────────────────────────────────────────────────────────┘
                """)
    }

    @Test func aShortPageScrollsAtSixtyByEightInASCII() throws {
        var state = Self.page(Size(rows: 8, columns: 60))
        try Self.press("jj", in: &state)
        let picture = Self.picture(state, glyphs: .ascii)
        #expect(
            picture == """
                + Help: all keys ------------------------------------------+
                |   n                 Makes a new job.                     |
                |   down j            The next row.                        #
                |   ctrl-space alt-x  Lists data assets, datastores, local #
                |                     paths or choices for the row.        #
                |                                                          |
                | Everywhere                                               |
                +----------------------------------------------------------+
                """)
    }

    @Test func twoColumnsAtHundredTenByTen() {
        let picture = Self.picture(Self.page(Size(rows: 10, columns: 110)))
        #expect(
            picture == """
                ┌ Help: all keys ────────────────────────────────────────────────────────────────────────────────────────────┐
                │ Endpoints                                            Everywhere                                            │
                │   enter             Opens the selected endpoint.       ?                 Shows this page.                  │
                │   n                 Makes a new job.                   q ctrl-c          Quits; jobs go on.                │
                │   ↓ j               The next row.                                                                          │
                │   ctrl-space alt-x  Lists data assets, datastores,                                                         │
                │                     local paths or choices for the                                                         │
                │                     row.                                                                                   │
                │                                                                                                            │
                └────────────────────────────────────────────────────────────────────────────────────────────────────────────┘
                """)
    }

    @Test func theFilterKeepsRowsThatHoldAllWords() throws {
        var state = Self.page(Size(rows: 8, columns: 60))
        try Self.press("/job<space>q", in: &state)
        #expect(Help.keys.isTyping(in: state))
        let picture = Self.picture(state)
        #expect(
            picture == """
                ┌ Help: all keys ──────────────────────────────────────────┐
                │ Everywhere                                               │
                │   q ctrl-c  Quits; jobs go on.                           │
                │                                                          │
                │                                                          │
                │                                                          │
                │ /job q                                                   │
                └──────────────────────────────────────────────────────────┘
                """)
        try Self.press("zz<enter>", in: &state)
        #expect(Self.picture(state).contains("No key's help holds these words."))
        #expect(!Help.keys.isTyping(in: state))
        try Self.press("<esc>", in: &state)
        #expect(state.filter.isEmpty)
        #expect(Help.keys.verdict(for: .escape, in: state) == nil)
    }

    @Test func keysMoveAsEverywhere() throws {
        var state = Self.page(Size(rows: 6, columns: 60))
        for (script, offset) in [
            ("j", 1), ("k", 0), ("G", 6), ("g", 0), ("<pgdn>", 4), ("<ctrl-u>", 2), ("<end>", 6),
            ("<wheel-up@1,1>", 5), ("<home><space>", 4),
        ] {
            try Self.press(script, in: &state)
            #expect(state.scroll.offset == offset, "\(script)")
        }
    }

    @Test func theConsolesOwnKeysAreLeftAlone() {
        let state = Self.page(Size(rows: 24, columns: 80))
        for key in [KeyPress.escape, .character("q"), .character("?"), .character("J")] {
            #expect(Help.keys.verdict(for: key, in: state) == nil)
        }
        #expect(Help.title(of: state) == "help")
    }

    @Test(arguments: [
        "/shows<esc>", "/shows<enter><esc>",
        "/shows<backspace><backspace><backspace><backspace><backspace>",
    ])
    func aPageThatGrowsAgainIsSeenFromItsFirstLine(keys: String) throws {
        var state = Self.page(Size(rows: 8, columns: 60))
        try Self.press(keys, in: &state)
        #expect(!state.scroll.isWhole && state.scroll.offset == 0)
    }

    /// The help of a screen in a terminal so high that all of it is seen.
    private static func help(_ keys: String, filter: String = "") throws -> String {
        var state = AppTests.begun(Size(rows: 200, columns: 90))
        try state.press(keys + "?")
        if !filter.isEmpty { try state.press("/\(filter)<enter>") }
        return App.view(state).plainText
    }

    @Test(arguments: [
        ("", "enter", "In the question"), ("J", "Opens the job.", "In the question"),
        ("T", "The whole of it", "In the question"), ("C", "Moves the console", "In the form"),
    ])
    func whatAScreenIsForStandsBeforeItsQuestions(
        keys: String, first: String, aside: String
    ) throws {
        let text = try Self.help(keys)
        let main = try #require(text.firstRange(of: first))
        let side = try #require(text.firstRange(of: aside))
        #expect(main.lowerBound < side.lowerBound, "\(text)")
    }

    @Test func theOrderOfTheHelpLeavesNoKeyOut() {
        func isWhole<S, A>(_ table: KeyTable<S, A>) -> Bool {
            let shown = table.helpRows.map(\.help).sorted()
            return shown == table.rows.map(\.help).sorted()
        }
        #expect(isWhole(Endpoints.keys) && isWhole(Jobs.keys) && isWhole(JobDetail.keys))
        #expect(isWhole(Contexts.keys) && isWhole(Results.keys))
    }

    /// What somebody looks for who never read the manual.
    @Test(arguments: [
        ("cancel", "c "), ("copies", "y "), ("failed", "✗"), ("red", "✗"), ("download", "d "),
        ("help", "?"), ("upload", "▲"), ("yellow", "!"), ("leaves", "q"),
    ])
    func commonQuestionsAreAnsweredOnTheFirstScreen(word: String, mark: String) throws {
        let text = try Self.help("", filter: word)
        let lines = text.split(separator: "\n").filter { $0.lowercased().contains(word) }
        #expect(lines.contains { $0.contains(mark) }, "\(text)")
    }

    @Test func everyMarkOfAJobIsInTheLegendWithItsOwnStyle() {
        let statuses: [JobStatus] = [.running, .queued, .completed, .failed, .canceled]
        for glyphs in [Glyphs.unicode, .ascii] {
            for status in statuses {
                let found = Help.legend().marks.contains {
                    $0.mark(glyphs) == status.mark(glyphs) && $0.style == status.style
                }
                #expect(found, "\(status)")
            }
        }
        #expect(Help.oftenAsked().rows.count == 7, "every key of it is in a table")
        #expect(Help.legend().marks.allSatisfy { $0.meaning.hasSuffix(".") })
    }

    @Test func itsOwnTableIsAPageToo() throws {
        var state = Help.State(sections: [
            Help.Section(title: "Help", rows: Help.keys.helpRows)
        ])
        for key in ["", "/", "a<enter>"] {
            try Self.press(key, in: &state)
            for rows in 0...12 {
                for columns in 0...40 {
                    state.resized(to: Size(rows: rows, columns: columns))
                    _ = Self.picture(state)
                }
            }
            state.resized(to: Size(rows: 200, columns: 400))
            _ = Self.picture(state)
        }
        #expect(Help.keys.helpRows.allSatisfy { $0.help.hasSuffix(".") })
    }
}
