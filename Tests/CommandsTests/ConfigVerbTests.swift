import BatchModel
import ConsoleGrid
import DraftFile
import Foundation
import TestSupport
import Testing

@testable import Commands
@testable import ConsoleCore

/// The files of the config folder: what is read, what is said of it, and the schemas made of the same tables.
@Suite struct ConfigVerbTests {
    let folder: TemporaryFolder
    private var environment: [String: String] { ["BATCHDECK_HOME": folder.path] }
    private var home: Home {
        get throws { try Home(environment: environment) }
    }

    init() throws { folder = try TemporaryFolder("config") }

    private func run(_ arguments: String...) async -> Said {
        var desk = Desk()
        desk.environment = environment
        return await desk.run(["config"] + arguments)
    }

    private func settings() throws -> PersonalSettings { PersonalSettings(home: try home) }

    @Test func aFolderWithoutFilesIsFine() async throws {
        let said = await run("check")
        #expect(said.code == 0)
        #expect(said.output.isEmpty && said.talk.contains("no files"))
        let settings = try settings()
        #expect(settings.console == App.Settings())
    }

    @Test func theShownKeymapIsReadBackAndChangesNothing() async throws {
        let shown = await run("show", "keymap")
        #expect(shown.code == 0 && shown.talk.isEmpty)
        #expect(shown.lines.contains("  new-job: [\"n\"]"))
        #expect(shown.lines.contains("  command: [\":\", \"<ctrl-p>\"]"))
        try folder.write(shown.output, to: "config/keymap.yml")
        let said = await run("check")
        #expect(said.code == 0, "\(said.output)")
        #expect(said.output == "ok       \(folder.path)/config/keymap.yml\n")
        let keymap = try #require(SettingsFiles(home: try home).keymap().value)
        for sheet in App.keySheets {
            for action in sheet.actions {
                #expect(keymap.keys(for: action.name, on: sheet.screen) == action.keys)
            }
        }
    }

    @Test func everyMistakeOfAKeymapIsNamedWithItsPlace() async throws {
        try folder.write(
            """
            # other keys
            jobs:
              cancle: x
              open: [<enter>, <cttrl-o>]
              refresh: {key: r}
            job-list:
              open: o
            """, to: "config/keymap.yml")
        let said = await run("check")
        #expect(said.code == 2)
        let file = "problem  \(folder.path)/config/keymap.yml"
        #expect(said.lines.count == 4, "\(said.output)")
        #expect(
            said.output.contains(
                "\(file):3:3: jobs.cancle is not known here. Did you mean 'cancel'?"))
        #expect(
            said.output.contains("\(file):4:19: jobs.open[1] is \"<cttrl-o>\". It must be a key"))
        #expect(said.output.contains("\(file):5:12: jobs.refresh is a mapping. It must be a key"))
        #expect(said.output.contains("\(file):6:1: job-list is not known here."))
    }

    @Test func aBadKeymapLeavesTheDefaultsAndSaysWhere() throws {
        try folder.write("jobs:\n  cancel: r\n", to: "config/keymap.yml")
        let console = try settings().console
        #expect(console.keymap == .standard)
        #expect(console.problems.count == 1)
        let problem = try #require(console.problems.first)
        #expect(problem.contains("/config/keymap.yml:2:11: jobs.cancel cannot have r"))
        #expect(problem.hasPrefix("The keys are as by default: "))
    }

    @Test func brokenYamlIsAProblemNotAnEnd() async throws {
        try folder.write("jobs: [\n", to: "config/keymap.yml")
        try folder.write("\u{0}", to: "config/themes/odd.yml")
        let said = await run("check")
        #expect(said.code == 2)
        #expect(said.output.contains("keymap.yml:"), "\(said.output)")
        #expect(said.output.contains("odd.yml"))
        #expect(try settings().console.problems.count == 2)
    }

    @Test func aThemeOfAFileIsUsedByItsName() async throws {
        try folder.write(
            """
            based_on: light
            styles:
              danger: { fg: "#ff0000", bg: 16, attributes: [bold, italic] }
              key: { fg: bright-blue, bg: default }
            """, to: "config/themes/mine.yml")
        #expect(await run("check").code == 0)
        var settings = try settings()
        let theme = try settings.firstTheme(option: "mine")
        #expect(
            theme[.danger] == Paint(RGB(0xFF_0000), on: RGB(0x00_0000), [.bold, .italic]))
        #expect(theme[.key] == Paint(RGB(0x5C_5CFF), Theme.light[.key].attributes))
        #expect(theme[.success] == Theme.light[.success])
        #expect(theme.resolve(Style(.danger), depth: .indexed256).foreground == .indexed(196))
        #expect(
            theme.resolve(Style(.danger), depth: .mono)
                == Theme.dark.resolve(Style(.danger, .italic), depth: .mono))
        #expect(settings.console.themes == ["mine"])
        #expect(throws: ServiceFailure.self) { try settings.firstTheme(option: "mien") }
    }

    @Test func configNamesTheThemeToBeginWith() async throws {
        try folder.write("based_on: dark\nstyles:\n", to: "config/themes/night.yml")
        try folder.write("theme: night\naccessible: true\n", to: "config/config.yml")
        #expect(await run("check").code == 0)
        var settings = try settings()
        #expect(try settings.firstTheme(option: nil).name == "night")
        #expect(try settings.firstTheme(option: "light") == .light)
        #expect(settings.isAccessible)
        #expect(PersonalSettings.isAccessible(environment: environment))
        try folder.write("theme: nihgt\n", to: "config/config.yml")
        let said = await run("check")
        #expect(said.code == 2)
        #expect(said.output.contains("config.yml:1:8: theme is \"nihgt\"."), "\(said.output)")
        settings = try self.settings()
        #expect(try settings.firstTheme(option: nil) == .dark)
        #expect(settings.console.problems.contains { $0.contains("nihgt") })
    }

    @Test func textThatIsHardToReadIsAWarningOnly() async throws {
        try folder.write(
            "styles:\n  badge: { fg: \"#777777\", bg: \"#888888\" }\n"
                + "  border: { fg: \"#777777\", bg: \"#888888\" }\n", to: "config/themes/dim.yml")
        let said = await run("check")
        #expect(said.code == 0)
        #expect(said.lines.count == 1, "\(said.output)")
        #expect(said.output.hasPrefix("warning  \(folder.path)/config/themes/dim.yml:2:3: "))
        #expect(said.output.contains("badge") && said.output.contains("4.5:1"))
    }

    @Test func mistakesOfAThemeSayWhatWouldBeRight() async throws {
        try folder.write(
            "based_on: drak\nstyles:\n  dangr: {fg: red}\n  key: {fg: redd, attributes: [bald]}\n",
            to: "config/themes/bad.yml")
        let said = await run("check", "-o", "json")
        #expect(said.code == 2)
        let file = try #require(try said.json().items?.first)
        #expect(file["state"] == .string("problem"))
        let problems = try #require(file["problems"]?.items)
        #expect(problems.map { $0["line"]?.wholeNumber } == [1, 3, 4, 4])
        #expect(problems.map { $0["column"]?.wholeNumber } == [11, 3, 13, 32])
        #expect(problems[0]["advice"]?.string?.contains("Did you mean 'dark'?") == true)
        #expect(problems[1]["advice"]?.string?.contains("Did you mean 'danger'?") == true)
        #expect(problems[3]["advice"]?.string?.contains("Did you mean 'bold'?") == true)
    }

    @Test func contextsAndPresetsAreReadToo() async throws {
        try folder.write(
            "contexts:\n- name: prod\n  subscription_id: s\n  credental: token\n",
            to: "config/config.yml")
        try folder.write("inputs:\n  x: [\n", to: "config/presets/wine/bad.yml")
        try folder.write("inputs:\n  x: 1\n", to: "config/presets/wine/good.yml")
        let said = await run("check")
        #expect(said.code == 2)
        #expect(
            said.output.contains("config.yml:4:3: contexts[0].credental is not known here."))
        #expect(said.output.contains("contexts[0].resource_group is missing."), "\(said.output)")
        #expect(said.output.contains("problem  \(folder.path)/config/presets/wine/bad.yml:"))
        #expect(said.output.contains("ok       \(folder.path)/config/presets/wine/good.yml\n"))
    }

    @Test(arguments: Theme.all.map(\.name))
    func aShownThemeIsThatTheme(name: String) async throws {
        let shown = await run("show", "theme", "--based-on", name)
        try folder.write(shown.output, to: "config/themes/copy.yml")
        let copy = try #require(SettingsFiles(home: try home).theme("copy").value)
        let theme = try #require(Theme.named(name))
        for role in Role.allCases { #expect(copy[role] == theme[role], "\(role)") }
    }
}

/// The schemas: current, and agreed with the reader.
@Suite struct ConfigSchemaTests {
    @Test(arguments: ["keymap", "theme", "config"])
    func theCommittedSchemaIsTheOneThatIsPrinted(kind: String) async throws {
        let said = await Desk().run("config", "schema", kind)
        #expect(said.code == 0)
        let path = Checkout.root + "/assets/schema/\(kind).json"
        let kept = try String(contentsOfFile: path, encoding: .utf8)
        #expect(
            kept == said.output, "batchdeck config schema \(kind) > assets/schema/\(kind).json")
    }

    @Test func thePatternsTakeWhatTheReadersTake() throws {
        let keys = try Regex(KeyPress.bindablePattern)
        for sheet in App.keySheets {
            for key in sheet.actions.flatMap(\.keys) {
                #expect(try keys.wholeMatch(in: key.spelling) != nil, "\(key.spelling)")
            }
        }
        let words = [
            "j", "<enter>", "<Enter>", "<ctrl-s>", "<ctrl-@>", "<ctrl-1>", "<alt-x>",
            "<alt-ctrl-x>",
            "<f1>", "<f24>", "<f25>", "<f0>", "<nothing>", "ab", "", "<paste:x>",
            "<click-left@1,2>",
            "<alt-space>", "<ctrl-space>", "<shift-tab>", "é", "<", "<lt>", "<ctrl-\\>",
        ]
        for word in words {
            let isRead = KeyPress(spelling: word)?.isBindable ?? false
            #expect(try (keys.wholeMatch(in: word) != nil) == isRead, "\(word)")
        }
        let colours = try Regex(SpelledColour.pattern)
        for word in [
            "#ff00AA", "ff00aa", "#fff", "0", "255", "256", "007", "-1", "red", "bright-red",
            "Red", "default", "", "none",
        ] {
            let isRead = SpelledColour(spelling: word) != nil
            #expect(try (colours.wholeMatch(in: word) != nil) == isRead, "\(word)")
        }
    }

    /// Samples of every kind, as JSON is YAML too, and whether they are right.
    private static let samples: [(kind: ConfigKind, text: String, isRight: Bool)] = [
        (.keymap, #"{"jobs": {"cancel": "x", "open": ["<enter>", "<ctrl-o>"]}}"#, true),
        (.keymap, #"{"jobs": {"cancel": [], "refresh": null}, "form": null}"#, true),
        (.keymap, #"{"job": {"logs": 1}}"#, true),
        (.keymap, #"{"$schema": "keymap.json"}"#, true),
        (.keymap, #"{"jobs": {"cancle": "x"}}"#, false),
        (.keymap, #"{"jobs": {"cancel": "<contrl-x>"}}"#, false),
        (.keymap, #"{"jobs": {"cancel": {"key": "x"}}}"#, false),
        (.keymap, #"{"jobs": {"cancel": 12}}"#, false), (.keymap, #"{"job-list": {}}"#, false),
        (.keymap, #"{"jobs": ["x"]}"#, false),
        (.theme, ##"{"based_on": "light", "styles": {"danger": {"fg": "#ff0000"}}}"##, true),
        (.theme, #"{"styles": {"key": {"fg": 208, "bg": "default", "attributes": []}}}"#, true),
        (.theme, #"{"based_on": "Light"}"#, true), (.theme, #"{"based_on": "drak"}"#, false),
        (.theme, #"{"styles": {"key": {"fg": 256}}}"#, false),
        (.theme, #"{"styles": {"key": {"attributes": ["bald"]}}}"#, false),
        (.theme, #"{"styles": {"key": "red"}}"#, false), (.theme, #"{"style": {}}"#, false),
        (.config, #"{"theme": "dark", "accessible": false}"#, true),
        (.config, #"{"accessible": "often"}"#, false), (.config, #"{"acessible": true}"#, false),
        (
            .config,
            #"{"contexts": [{"name": "a", "subscription_id": "s", "resource_group": "g","#
                + #" "workspace_name": "w", "token_fd": 3, "read_only": true}]}"#, true
        ),
        (.config, #"{"contexts": [{"name": "a"}]}"#, false),
        (.config, #"{"contexts": {"name": "a"}}"#, false),
    ]

    private static func shape(of kind: ConfigKind) -> SettingsShape {
        switch kind {
        case .keymap: KeymapShape.file
        case .theme: ThemeShape.file
        case .config: ConfigShape.file(themes: Theme.all.map(\.name))
        }
    }

    @Test func theReaderJudgesTheSamples() {
        for sample in Self.samples {
            let parsed = Self.shape(of: sample.kind).read(yaml: sample.text, file: "sample")
            #expect(
                parsed.errors.isEmpty == sample.isRight, "\(sample.text): \(parsed.problems)")
        }
    }

    @Test(.enabled(if: PythonJSONSchema.isThere, "Python's jsonschema is not installed"))
    func theSchemaJudgesTheSamplesAsTheReaderDoes() throws {
        let folder = try TemporaryFolder("schema")
        for (index, sample) in Self.samples.enumerated() {
            try folder.write(sample.text, to: "\(index).json")
        }
        for kind in ConfigKind.allCases {
            let schema = String(
                decoding: try WireJSON.encode(kind.schema, pretty: true), as: UTF8.self)
            try folder.write(schema, to: kind.rawValue + ".json")
        }
        let kinds = Self.samples.map(\.kind.rawValue)
        let script = """
            import json, sys
            from jsonschema import Draft202012Validator
            for index, kind in enumerate(sys.argv[1:]):
                schema = json.load(open(kind + ".json"))
                Draft202012Validator.check_schema(schema)
                sample = json.load(open(str(index) + ".json"))
                print(Draft202012Validator(schema).is_valid(sample))
            """
        let result = try Run.program(
            try Tool.find("python3"), ["-c", script] + kinds,
            environment: ProcessInfo.processInfo.environment, folder: folder.path)
        #expect(result.status == 0, "\(result.errors)")
        let verdicts = result.output.split(separator: "\n").map { $0 == "True" }
        #expect(verdicts.count == Self.samples.count)
        for (sample, isValid) in zip(Self.samples, verdicts) {
            #expect(isValid == sample.isRight, "\(sample.text)")
        }
    }
}

/// Python's jsonschema module, which judges schemas where it is installed.
private enum PythonJSONSchema {
    static let isThere: Bool = {
        guard let python = try? Tool.find("python3") else { return false }
        let result = try? Run.program(
            python, ["-c", "from jsonschema import Draft202012Validator"],
            environment: ProcessInfo.processInfo.environment)
        return result?.status == 0
    }()
}
