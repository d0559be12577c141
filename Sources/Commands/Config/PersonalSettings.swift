public import BatchModel
public import ConsoleCore
public import ConsoleGrid
import DraftFile

// The console must start whatever is in these files: what cannot be used is left as it is by default, and said.

/// What a person's own files make of the console: keys, colours, and how it talks.
public struct PersonalSettings: Sendable {
    /// The themes of files.
    public private(set) var themes: [Theme] = []
    /// The theme that `config.yml` names.
    public private(set) var themeName: String?
    /// True when `config.yml` wants the console to ask in lines.
    public private(set) var isAccessible = false
    /// What the console is told.
    public private(set) var console = App.Settings()

    /// Reads the files; each that is not there is as if it said nothing.
    public init(home: Home) {
        let files = SettingsFiles(home: home)
        let keymap = files.keymap()
        console.keymap = keymap.value ?? .standard
        tell("The keys are as by default", keymap.problems)
        let config = files.read(files.configPath) {
            ConsoleFile.parse(yaml: $0, file: files.configPath)
        }
        // What is wrong with the contexts of the same file is said by whoever needs them.
        themeName = config.value?.theme
        isAccessible = config.value?.isAccessible ?? false
        for name in files.themeNames() where Theme.named(name) == nil {
            let theme = files.theme(name)
            if let value = theme.value { themes.append(value) }
            tell("The theme \(name) is not there", theme.problems)
        }
        console.themes = themes.map(\.name)
    }

    /// Whether `config.yml` wants the console to ask in lines; nothing else is read.
    public static func isAccessible(environment: [String: String]) -> Bool {
        if let value = environment["BATCHDECK_ACCESSIBLE"], !value.isEmpty { return value != "0" }
        guard let home = try? Home(environment: environment) else { return false }
        let files = SettingsFiles(home: home)
        let config = files.read(files.configPath) {
            ConsoleFile.parse(yaml: $0, file: files.configPath)
        }
        return config.value?.isAccessible ?? false
    }

    private mutating func tell(_ what: String, _ problems: [FileProblem]) {
        let errors = problems.filter { !$0.isWarning }
        guard let first = errors.first else { return }
        let more = errors.count > 1 ? " (\(errors.count - 1) more: batchdeck config check)" : ""
        console.problems.append("\(what): \(first.message)\(more)")
    }

    /// A theme by its name, built-in or of a file.
    public func theme(_ name: String) -> Theme? {
        Theme.named(name) ?? themes.first { $0.name == name }
    }

    /// The theme to begin with. One that an option names has to be there; one that `config.yml` names should.
    ///
    /// - Throws: `.rejected` for an option that names none.
    public mutating func firstTheme(option: String?) throws(ServiceFailure) -> Theme {
        let names = (Theme.all + themes).map(\.name)
        if let option {
            if let theme = theme(option) { return theme }
            let near = NameAdvice.suggestion(for: option, among: names)
            let all = "Use one of \(names.joined(separator: ", "))."
            throw ServiceFailure(
                kind: .rejected, operation: "use the theme \(option)",
                detail: "there is none of that name", advice: near.isEmpty ? all : "\(near) \(all)")
        }
        guard let themeName else { return .dark }
        if let theme = theme(themeName) { return theme }
        console.problems.append(
            "config.yml names the theme \(themeName.plainLine(clippedTo: 60)), which is not "
                + "there: batchdeck config check says more.")
        return .dark
    }
}
