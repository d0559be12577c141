import BatchModel
import ConsoleGrid
import Foundation
import TestSupport
import Testing

@testable import ConsoleCore

/// Other keys for the same actions: one table still dispatches, hints and helps.
@Suite struct KeymapTests {
    private static let first = FilePlace(line: 2, column: 3)

    /// A line of a keymap file; `keys` as in key scripts.
    private static func binding(
        _ screen: String, _ action: String, _ keys: String, line: Int = 2
    ) throws -> KeyBinding {
        let words = keys.split(separator: " ").map(String.init)
        return KeyBinding(
            screen: screen, action: action,
            keys: try words.enumerated().map { index, word in
                (
                    try #require(KeyPress(spelling: word)),
                    FilePlace(line: line, column: 10 + index)
                )
            }, place: FilePlace(line: line, column: 3))
    }

    private static func keymap(_ bindings: (String, String, String)...) throws -> Keymap {
        let read = Keymap.read(try bindings.map { try binding($0.0, $0.1, $0.2) })
        try #require(read.findings.isEmpty, "\(read.findings)")
        return read.keymap
    }

    private static func begun(_ keymap: Keymap) -> App.State {
        var state = AppTests.begun()
        let effects = App.reduce(
            &state, .settingsRead(settings: App.Settings(keymap: keymap)))
        #expect(effects.isEmpty)
        return state
    }

    private static func footer(_ state: App.State) -> String {
        App.view(state).plainText(row: state.size.rows - 1)
    }

    @Test func everyActionHasANameOfItsOwn() {
        let screens = App.keySheets.map(\.screen)
        #expect(Set(screens).count == screens.count)
        for sheet in App.keySheets {
            let names = sheet.actions.map(\.name)
            #expect(Set(names).count == names.count, "\(sheet.screen): \(names.sorted())")
            for name in names + [sheet.screen] {
                let isKebab = name.allSatisfy { $0.isLowercase || $0.isNumber || $0 == "-" }
                #expect(isKebab && !name.hasPrefix("-") && !name.hasSuffix("-"), "\(name)")
            }
            for action in sheet.actions {
                #expect(!action.keys.isEmpty && action.help.hasSuffix("."), "\(action)")
                #expect(action.keys.allSatisfy { $0.isBindable })
            }
        }
    }

    @Test func noRowIsWithoutAName() {
        func unnamed<State, Action>(_ table: KeyTable<State, Action>) -> [String] {
            table.rows.filter(\.name.isEmpty).map(\.help)
        }
        let all =
            unnamed(App.keys) + unnamed(Endpoints.keys) + unnamed(Jobs.keys)
            + unnamed(JobForm.keys) + unnamed(JobForm.sweepKeys) + unnamed(Presets.keys)
            + unnamed(DataPicker.keys) + unnamed(JobDetail.keys) + unnamed(Results.keys)
            + unnamed(Undecided.keys) + unnamed(Notices.keys) + unnamed(Contexts.keys)
            + unnamed(Transfers.keys) + unnamed(Doctor.keys) + unnamed(Compare.keys)
            + unnamed(Retry.keys) + unnamed(Help.keys) + unnamed(CommandPalette.keys)
            + unnamed(SignIn.keys)
        #expect(all.isEmpty)
    }

    /// A new screen's table is not forgotten: what the sources make is what keymap files know.
    @Test func everyTableOfTheSourcesCanBeChanged() throws {
        let folder = Checkout.root + "/Sources/ConsoleCore"
        let paths = try FileManager.default.subpathsOfDirectory(atPath: folder)
        var screens: [String] = []
        for path in paths where path.hasSuffix(".swift") {
            let text = try String(contentsOfFile: folder + "/" + path, encoding: .utf8)
            for made in text.matches(of: /= KeyTable(?:<State, Action>)?\(\s*(?:"([a-z-]+)")?/) {
                screens.append(made.output.1.map(String.init) ?? "a table without a name: \(path)")
            }
        }
        #expect(screens.sorted() == App.keySheets.map(\.screen).sorted())
    }

    @Test func sayingWhatIsSoByDefaultIsNoClash() throws {
        let bindings = try App.keySheets.flatMap { sheet in
            try sheet.actions.map { action in
                try Self.binding(sheet.screen, action.name, KeyScript.text(of: action.keys))
            }
        }
        #expect(Keymap.read(bindings).findings.isEmpty)
    }

    @Test func anotherKeyDispatchesIsHintedAndStandsInTheHelp() throws {
        let keymap = try Self.keymap(
            ("endpoints", "new-job", "x"), ("everywhere", "jobs", "<alt-w> Z"),
            ("everywhere", "help", "<f9>"))
        var state = Self.begun(keymap)
        #expect(Self.footer(state).contains("x new job"), "\(Self.footer(state))")
        #expect(Self.footer(state).contains("f9 help"))
        try state.press("n")
        #expect(state.place == .endpoints)
        try state.press("<f9>")
        _ = App.reduce(&state, .resized(size: Size(rows: 90, columns: 160)))
        let help = App.view(state).plainText
        #expect(help.contains("alt-w Z"), "\(help)")
        #expect(help.contains(" x  ") && !help.contains(" n  "), "\(help)")
        try state.press("<esc> x")
        #expect(state.place == .jobForm("digits-batch", nil))
        try state.press("<esc> J")
        #expect(state.place == .endpoints)
        try state.press("Z")
        #expect(state.place == .jobs(nil))
    }

    @Test func anActionWithoutKeysIsNeitherDoneNorHinted() throws {
        let keymap = try Self.keymap(("endpoints", "new-job", ""), ("everywhere", "quit", ""))
        var state = Self.begun(keymap)
        #expect(!Self.footer(state).contains("new job"))
        #expect(try state.press("n q").isEmpty)
        #expect(state.place == .endpoints)
        try state.press("<esc>")
        #expect(App.view(state).plainText.contains("the command quit quits"))
        #expect(try state.press("<ctrl-c>") == [.quit])
    }

    @Test func oftenAskedAndTheTourNameTheKeysThatAreBound() throws {
        let keymap = try Self.keymap(
            ("jobs", "cancel", "<f8>"), ("endpoints", "new-job", "<f9>"),
            ("everywhere", "end-tour", "<alt-e>"))
        let asked = Help.oftenAsked(by: keymap).rows
        #expect(asked.first?.keys == [.function(8)])
        #expect(asked.count == Help.oftenAsked().rows.count)
        var state = App.initial(
            size: Size(rows: 30, columns: 100), glyphs: .unicode, hasTour: true)
        _ = App.reduce(&state, .started(lastSeen: AppTests.lastSeen, at: AppTests.now))
        _ = App.reduce(&state, .settingsRead(settings: App.Settings(keymap: keymap)))
        let shown = App.view(state).plainText
        #expect(shown.contains("f9 opens the form") && shown.contains("alt-e ends it"), "\(shown)")
        #expect(try state.press("<alt-e>") == [.tourSeen])
    }

    @Test func thePaletteShowsAndPressesTheKeyThatIsBound() throws {
        var state = Self.begun(try Self.keymap(("endpoints", "new-job", "<f8>")))
        try state.press(":new<space>job")
        #expect(state.palette?.selected?.key == .function(8))
        try state.press("<enter>")
        #expect(state.place == .jobForm("digits-batch", nil))
    }

    @Test func aLetterStaysATextWhateverAKeymapSays() throws {
        // Not through the reader, which refuses it: what dispatches must hold by itself.
        var keymap = Keymap()
        keymap.bind("filter-keep", on: "endpoints", to: [.character("i")])
        keymap.bind("next-pane", on: "endpoints", to: [.character("w")])
        var state = Self.begun(keymap)
        try state.press("/wi")
        #expect(state.endpoints.filter.field.value == "wi")
        #expect(state.endpoints.filter.isOpen)
    }

    @Test func settingsOutliveAMoveToAnotherContext() throws {
        let keymap = try Self.keymap(("endpoints", "new-job", "x"))
        var state = Self.begun(keymap)
        _ = App.chooseContext("prod", in: &state)
        #expect(state.contextName == "prod")
        #expect(state.settings.keymap == keymap)
    }

    /// So that a replay goes by the keys of the session that was recorded.
    @Test func aRecordingHoldsTheKeymap() throws {
        let keymap = try Self.keymap(("endpoints", "new-job", "x <f8>"))
        let action = App.Action.settingsRead(
            settings: App.Settings(keymap: keymap, themes: ["paper"]))
        let line = try JSONEncoder().encode(action)
        #expect(String(decoding: line, as: UTF8.self).contains("<f8>"))
        #expect(try JSONDecoder().decode(App.Action.self, from: line) == action)
    }

    @Test func everyProblemIsInTheNoticesAndTheFirstInTheBottomLine() {
        var state = AppTests.begun()
        let settings = App.Settings(problems: ["keymap.yml:3:5 is wrong.", "a.yml:1:1 too."])
        _ = App.reduce(&state, .settingsRead(settings: settings))
        #expect(App.view(state).plainText.contains("keymap.yml:3:5 is wrong."))
        #expect(Set(state.notices.map(\.text)) == Set(settings.problems))
    }
}

/// What a keymap file must not say.
@Suite struct KeymapReaderTests {
    private static func findings(_ bindings: (String, String, [String])...) throws -> [FileFinding]
    {
        let read = try bindings.enumerated().map { index, binding in
            KeyBinding(
                screen: binding.0, action: binding.1,
                keys: try binding.2.enumerated().map { column, word in
                    (
                        try #require(KeyPress(spelling: word)),
                        FilePlace(line: index + 1, column: column + 1)
                    )
                }, place: FilePlace(line: index + 1, column: 1))
        }
        return Keymap.read(read).findings
    }

    @Test func aKeyThatIsTakenIsRefusedAndSaysByWhat() throws {
        let found = try Self.findings(("jobs", "cancel", ["x", "r"]))
        #expect(found.count == 1)
        #expect(found.first?.place == FilePlace(line: 1, column: 2))
        #expect(
            found.first?.detail == "jobs.cancel cannot have r: it is jobs.refresh.")
        #expect(found.first?.advice.contains("jobs.refresh") == true)
    }

    @Test func twoLinesThatWantOneKeyClashAtTheSecond() throws {
        let found = try Self.findings(("jobs", "cancel", ["x"]), ("jobs", "again", ["x"]))
        #expect(found.map(\.place) == [FilePlace(line: 2, column: 1)])
        #expect(found.first?.detail == "jobs.again cannot have x: it is jobs.cancel.")
    }

    @Test func aKeyThatIsGivenAwayIsFree() throws {
        #expect(
            try Self.findings(("jobs", "cancel", ["r"]), ("jobs", "refresh", ["<f5>"])).isEmpty)
        #expect(try Self.findings(("jobs", "cancel", ["r"]), ("jobs", "refresh", [])).isEmpty)
    }

    @Test func theKeysOfEverywhereAreTakenOnEveryScreen() throws {
        let shadowing = try Self.findings(("results", "job", ["J"]))
        #expect(shadowing.map(\.detail) == ["results.job cannot have J: it is everywhere.jobs."])
        let shadowed = try Self.findings(("everywhere", "jobs", ["i"]))
        #expect(shadowed.map(\.detail) == ["everywhere.jobs cannot have i: it is results.job."])
    }

    @Test func actionsThatShareAKeyByDefaultMayShareAnother() throws {
        #expect(
            try Self.findings(
                ("jobs", "filter-keep", ["<ctrl-j>"]), ("jobs", "open", ["<ctrl-j>"])
            ).isEmpty)
    }

    @Test func aLetterIsRefusedWhereTextIsTyped() throws {
        let found = try Self.findings(("form", "submit", ["<f8>", "s"]))
        #expect(found.map(\.place) == [FilePlace(line: 1, column: 2)])
        #expect(found.first?.detail.contains("s would be text") == true)
        #expect(try Self.findings(("palette", "run", ["r"])).count == 1)
    }

    @Test func whatLeadsOutKeepsAKey() throws {
        for line in [
            ("palette", "close", [String]()), ("everywhere", "quit-anywhere", ["z"]),
            ("everywhere", "back", []),
        ] {
            let found = try Self.findings(line)
            #expect(found.contains { $0.detail.contains("leads out") }, "\(line)")
        }
        #expect(try Self.findings(("everywhere", "quit-anywhere", ["<ctrl-q>"])).isEmpty)
    }
}
