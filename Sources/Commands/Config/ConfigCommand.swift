import ArgumentParser
import BatchModel
import ConsoleGrid
import DraftFile

struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Checks the files of the config folder, and prints their schemas.",
        discussion: """
            config.yml holds contexts and the console's settings, keymap.yml other keys, themes/NAME.yml
            colours, presets/ENDPOINT/NAME.yml forms that were kept.
            """,
        subcommands: [ConfigCheck.self, ConfigSchema.self, ConfigShow.self])
}

struct ConfigCheck: Verb {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Reads every file of the config folder; exit code 2 when one has a mistake.")

    @OptionGroup var printing: OutputOptions

    func run(in surroundings: Surroundings) async throws {
        let home = try Home(environment: surroundings.environment)
        let found = ConfigLook(
            files: SettingsFiles(home: home), environment: surroundings.environment
        ).all()
        if printing.output.isPlain {
            surroundings.streams.output(found.map(\.lines).joined())
            if found.isEmpty {
                surroundings.streams.talk("There are no files in \(home.config) yet.\n")
            }
        } else {
            let columns = ["file", "state"].map { TableColumn($0, $0) }
            try show(found.map(\.row), columns: columns, as: printing.output, in: surroundings)
        }
        if found.contains(where: \.isBroken) { throw Finished(code: ExitCodes.usage) }
    }
}

/// The kinds of files whose shape can be printed.
enum ConfigKind: String, ExpressibleByArgument, CaseIterable {
    case keymap, theme, config

    /// The JSON Schema of files of this kind.
    var schema: JSONValue {
        switch self {
        case .keymap:
            KeymapShape.file.schema(
                title: "batchdeck keymap.yml",
                about: "Other keys for the actions of batchdeck's screens.")
        case .theme:
            ThemeShape.file.schema(
                title: "batchdeck themes/NAME.yml", about: "Colours of batchdeck's console.")
        case .config:
            ConfigShape.file(themes: []).schema(
                title: "batchdeck config.yml", about: "Contexts and settings of batchdeck.")
        }
    }
}

struct ConfigSchema: Verb {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "Prints the JSON Schema of a file: for editors that complete and check.")

    @Argument(help: "keymap, theme or config.")
    var kind: ConfigKind

    func run(in surroundings: Surroundings) async throws {
        surroundings.streams.output(try ResultText(choice: .json).one(kind.schema))
    }
}

/// What `config show` prints.
enum ShownConfig: String, ExpressibleByArgument, CaseIterable {
    case keymap, theme
}

struct ConfigShow: Verb {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Prints a file to start from: all keys, or all colours.")

    @Argument(help: "keymap, or theme.")
    var what: ShownConfig

    @Option(name: .customLong("based-on"), help: "The built-in theme whose colours are printed.")
    var base = Theme.dark.name

    func validate() throws {
        guard Theme.named(base) == nil else { return }
        let names = Theme.all.map(\.name)
        let near = NameAdvice.suggestion(for: base, among: names)
        throw ValidationError(
            "There is no built-in theme \(base). \(near) "
                + "There are \(names.joined(separator: ", ")).")
    }

    func run(in surroundings: Surroundings) async throws {
        switch what {
        case .keymap: surroundings.streams.output(KeymapShape.standard)
        case .theme:
            surroundings.streams.output(ThemeShape.text(of: Theme.named(base) ?? .dark))
        }
    }
}
