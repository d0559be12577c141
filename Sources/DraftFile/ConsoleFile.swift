/// What `config.yml` says of the console itself, beside the contexts.
public struct ConsoleFile: Sendable, Hashable {
    /// The theme's name.
    public var theme: String?
    /// True when the person wants to be asked in lines.
    public var isAccessible: Bool

    /// Collects settings.
    public init(theme: String? = nil, isAccessible: Bool = false) {
        self.theme = theme
        self.isAccessible = isAccessible
    }

    /// Reads a text; `file` names it in problems. What is wrong with other keys is not noticed here.
    public static func parse(yaml: String, file: String) -> Parsed<ConsoleFile> {
        guard !ContextsFile.isBlank(yaml) else {
            return Parsed(value: ConsoleFile(), problems: [])
        }
        let reader = YAMLReader(file: file)
        guard let map = reader.root(yaml) else {
            return Parsed(value: nil, problems: reader.problems)
        }
        let found = ConsoleFile(
            theme: map.text("theme"), isAccessible: map.flag("accessible") ?? false)
        return Parsed(value: found, problems: reader.problems)
    }
}
