import BatchModel
import ConsoleGrid
import Testing

@testable import ConsoleCore

/// The commands: made of the key tables, found by letters, run as their key would be.
@Suite struct PaletteTests {
    private static let commands = [
        CommandPalette.Command(
            "new job", help: "A new job on the endpoint.", key: .character("n"),
            act: .press(.character("n"))),
        CommandPalette.Command(
            "set default", help: "Makes the deployment the default.", key: .character("d"),
            refusal: "no deployment is selected", act: .press(.character("d"))),
        CommandPalette.Command(
            "jobs", help: "All jobs of the workspace.", key: .character("J"), act: .open(.jobs(nil))
        ),
        CommandPalette.Command(
            "theme light", help: "Draws in these colours.", act: .theme("light")),
        CommandPalette.Command(
            "job batchjob-7f3a", help: "Running · digits-batch",
            act: .open(.jobDetail("batchjob-7f3a"))),
    ]

    private static func state(
        history: [String] = [], _ size: Size = Size(rows: 14, columns: 60)
    ) -> CommandPalette.State {
        var state = CommandPalette.State(commands: commands, history: history)
        state.resized(to: size)
        return state
    }

    @discardableResult
    private static func press(
        _ script: String, in state: inout CommandPalette.State
    ) throws -> (effects: [CommandPalette.Effect], refusals: [String]) {
        try played(
            script, in: &state, verdict: { CommandPalette.keys.verdict(for: $0, in: $1) },
            take: { CommandPalette.reduce(&$0, $1) })
    }

    private static func picture(_ state: CommandPalette.State, glyphs: Glyphs = .unicode) -> String
    {
        var screen = Screen(size: state.size)
        CommandPalette.draw(
            state, on: &screen, in: screen.bounds,
            context: ViewContext(glyphs: glyphs, now: Timestamp(microsecondsSinceEpoch: 0)))
        return screen.plainText
    }

    private static func texts(_ state: CommandPalette.State) -> [String] {
        state.found.map(\.command.text)
    }

    @Test func nothingTypedShowsEverythingRecentOnesFirst() {
        var expected = CommandPalette.State(
            commands: Self.commands, history: ["theme light", "gone"])
        expected.resized(to: Size(rows: 14, columns: 60))
        let state = Self.state(history: ["theme light", "gone"])
        #expect(state == expected)
        #expect(
            Self.texts(state)
                == ["theme light", "new job", "set default", "jobs", "job batchjob-7f3a"])
        #expect(state.found.map(\.isRecent) == [true, false, false, false, false])
    }

    @Test func lettersInOrderFindACommandAndTheBestIsSelected() throws {
        var state = Self.state()
        try Self.press("nwj", in: &state)
        #expect(Self.texts(state) == ["new job"])
        #expect(state.found.first?.positions == [0, 2, 4])
        try Self.press("<ctrl-u>jobs", in: &state)
        #expect(state.selected?.text == "jobs", "a whole name comes before others")
    }

    @Test func wordsOfTheSentenceFindACommandToo() throws {
        var state = Self.state()
        try Self.press("colours", in: &state)
        #expect(Self.texts(state) == ["theme light"])
    }

    @Test func enterRunsAndARefusedCommandSaysWhy() throws {
        var state = Self.state()
        #expect(try Self.press("jobs<enter>", in: &state).effects == [.run(Self.commands[2])])
        state = Self.state()
        let result = try Self.press("default<enter>", in: &state)
        #expect(result.effects.isEmpty)
        #expect(result.refusals == ["no deployment is selected"])
        state = Self.state()
        #expect(
            try Self.press("zzzz<enter>", in: &state).refusals
                == ["no command goes with these letters"])
    }

    @Test func tabTakesTheCommandIntoTheLine() throws {
        var state = Self.state()
        try Self.press("thl<tab>", in: &state)
        #expect(state.field.value == "theme light")
        #expect(Self.texts(state) == ["theme light"])
    }

    @Test func aJobIsOpenedByAnIdNobodyListed() throws {
        var state = Self.state()
        let effects = try Self.press("job<space>x-42<enter>", in: &state).effects
        #expect(
            effects == [
                .run(
                    CommandPalette.Command(
                        "job x-42", help: "Opens the job of this id.",
                        act: .open(.jobDetail("x-42"))))
            ])
    }

    @Test func arrowsMoveAndEscapeCloses() throws {
        var state = Self.state()
        try Self.press("<down><ctrl-n><up>", in: &state)
        #expect(state.selected?.text == "set default")
        #expect(try Self.press("<esc>", in: &state).effects == [.close])
    }

    @Test func allOfItAtSixtyByFourteen() throws {
        var state = Self.state(history: ["theme light"])
        #expect(
            Self.picture(state) == """
                ┌ Commands ────────────────────────────────────────────────┐
                │ : a command, some of its letters, or job <id>            │
                │ theme light             again: Draws in these colours.   │
                │ new job                 A new job on the endpoint.     n │
                │ set default             not now: no deployment is sel… d │
                │ jobs                    All jobs of the workspace.     J │
                │ job batchjob-7f3a       Running · digits-batch           │
                │                                                          │
                │                                                          │
                │                                                          │
                │                                                          │
                │                                                          │
                │                                                          │
                └──────────────────────────────────────────────────────────┘
                """)
        try Self.press("zz", in: &state)
        state.resized(to: Size(rows: 5, columns: 40))
        #expect(
            Self.picture(state, glyphs: .ascii) == """
                + Commands ----------------------------+
                | : zz                                 |
                | No command goes with these letters;  |
                | job <id> opens a job by its id.      |
                +----------------------------- 0 of 5 -+
                """)
    }

    @Test func everySizeIsDrawn() throws {
        for rows in [1, 2, 3, 4, 8, 16, 50] {
            for columns in [1, 2, 5, 20, 60, 84, 160] {
                var state = Self.state(history: ["jobs"], Size(rows: rows, columns: columns))
                _ = Self.picture(state)
                try Self.press("j", in: &state)
                _ = Self.picture(state)
            }
        }
    }
}

/// The palette in the console.
@Suite struct AppPaletteTests {
    @Test func everyNamedKeyOfTheScreenIsACommandWithItsKey() throws {
        for place in [
            Place.endpoints, .jobs(nil), .jobDetail("batchjob-1"), .results("batchjob-1"), .help,
        ] {
            var state = AppTests.begun()
            if place != .endpoints { _ = App.open(place, in: &state) }
            let commands = App.commands(in: state)
            for hint in App.hints(in: state) {
                let command = commands.first { $0.key == hint.key }
                #expect(command != nil, "\(hint.text) of \(place)")
                #expect((command?.refusal != nil) == hint.isRefused, "\(hint.text) of \(place)")
            }
            #expect(Set(commands.map(\.text)).count == commands.count, "names of \(place)")
        }
    }

    @Test func whatIsOpenOverAScreenHasTheCommands() throws {
        var state = AppTests.begun()
        _ = App.open(.jobForm("digits-batch", "nearest"), in: &state)
        #expect(App.commands(in: state).contains { $0.text == "submit" })
        try state.press("<alt-p>")
        let commands = App.commands(in: state)
        #expect(commands.contains { $0.text == "fill the form" })
        #expect(!commands.contains { $0.text == "submit" }, "its key is not the form's now")
    }

    @Test func aCommandDoesWhatItsKeyDoes() throws {
        var byKey = AppTests.begun()
        let effects = try byKey.press("n")
        var byName = AppTests.begun()
        let other = try byName.press(":new job<enter>")
        #expect(other == [.contexts(.load), .remember(commands: ["new job"])] + effects)
        #expect(byName.history == ["new job"])
        byKey.history = byName.history
        #expect(byName == byKey)
    }

    @Test func itGoesToPlacesEndpointsAndJobs() throws {
        var state = AppTests.begun()
        try state.press("<ctrl-p>jobs<enter>")
        #expect(state.path == [.endpoints, .jobs(nil)])
        try state.press(":job batchjob-1<enter>")
        #expect(state.path == [.endpoints, .jobs(nil), .jobDetail("batchjob-1")])
        try state.press(":endpoint wine<enter>")
        #expect(state.path == [.endpoints])
        #expect(state.endpoints.selectedEndpoint == "wine-classifier")
        #expect(
            state.history == ["endpoint wine-classifier", "job batchjob-1", "jobs"])
    }

    @Test func themesAndTheEndAreCommands() throws {
        var state = AppTests.begun()
        #expect(
            try state.press(":theme light<enter>")
                == [
                    .contexts(.load), .remember(commands: ["theme light"]), .theme(name: "light"),
                ])
        #expect(try state.press(":quit<enter>").last == .quit)
    }

    @Test(arguments: ["n", "/", "J/", "n<ctrl-o>/", "Ca"])
    func whereATextIsTypedNoCommandIsALetterOfIt(keys: String) throws {
        var state = AppTests.begun()
        try state.press(keys)
        for command in App.commands(in: state) {
            guard case .press(let key) = command.act, App.isEditingText(state) else { continue }
            #expect(key.typed == nil, "\(command.text) would be typed")
        }
        #expect(try state.press("<ctrl-p>quit<enter>").last == .quit)
    }

    @Test func aReadOnlyConsoleRefusesHereToo() throws {
        var state = AppTests.begun(isReadOnly: true)
        try state.press("<tab>j:set default<enter>")
        #expect(state.palette != nil, "it stays open and says why")
        #expect(App.view(state).plainText.contains("read-only (--read-only)"))
        #expect(state.endpoints.question == nil)
    }

    @Test func escapeClosesItAndOnlyIt() throws {
        var state = AppTests.begun()
        try state.press("J")
        let before = state
        try state.press(":abc<esc>")
        #expect(state == before)
    }

    @Test func typingATextKeepsTheColon() throws {
        var state = AppTests.begun()
        try state.press("/a:b")
        #expect(state.palette == nil)
        #expect(state.endpoints.filter.field.value == "a:b")
        try state.press("<ctrl-p>")
        #expect(state.palette != nil)
    }

    @Test func whatWasRunEarlierComesFirst() throws {
        var state = AppTests.begun()
        _ = App.reduce(&state, .commandsRemembered(texts: ["theme light", "jobs"]))
        try state.press(":")
        #expect(
            state.palette?.found.prefix(3).map(\.command.text)
                == ["theme light", "jobs", "open"])
        let footer = App.view(state).plainText(row: state.size.rows - 1)
        #expect(footer.contains("enter run") && footer.contains("esc close"))
    }
}
