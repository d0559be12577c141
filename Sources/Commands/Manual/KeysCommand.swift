import ArgumentParser
import BatchModel

/// The keys of one screen of the console, for a page apart from it.
public struct KeyPage: Sendable, Hashable {
    /// Keys that do one thing.
    public struct Row: Sendable, Hashable {
        /// The keys, as hints write them: `enter`, `ctrl-s`.
        public var keys: [String]
        /// What they do, a sentence.
        public var help: String

        /// Describes keys.
        public init(keys: [String], help: String) {
            self.keys = keys
            self.help = help
        }
    }

    /// The screen's name.
    public var screen: String
    /// Its keys, in the order of its help page.
    public var rows: [Row]

    /// Describes the keys of a screen.
    public init(screen: String, rows: [Row]) {
        self.screen = screen
        self.rows = rows
    }
}

struct KeysCommand: Verb {
    static let configuration = CommandConfiguration(
        commandName: "keys", abstract: "Prints every key of the console, screen by screen.",
        discussion: "The lists are the tables that the console itself asks what a key does.")

    @Flag(name: .long, help: "As a page of Markdown.")
    var markdown = false

    @OptionGroup var printing: OutputOptions

    func run(in surroundings: Surroundings) async throws {
        let sheets = surroundings.keyPages()
        if markdown { return surroundings.streams.output(Self.markdown(sheets)) }
        guard printing.output.isPlain else {
            return try show(
                sheets.flatMap(Self.shapes),
                columns: [
                    TableColumn("screen", "screen"), TableColumn("keys", "keys"),
                    TableColumn("help", "help"),
                ], as: printing.output, in: surroundings)
        }
        surroundings.streams.output(Self.text(sheets))
    }

    private static func shapes(_ sheet: KeyPage) -> [JSONValue] {
        sheet.rows.map { row in
            .object([
                "screen": .string(sheet.screen), "keys": .array(row.keys.map { .string($0) }),
                "help": .string(row.help),
            ])
        }
    }

    /// Keys as wide as this have their sentence below them.
    private static let keyColumns = 20

    private static func text(_ sheets: [KeyPage]) -> String {
        sheets.map { sheet in
            let rows = sheet.rows.map { row in
                let keys = row.keys.joined(separator: " ")
                let gap =
                    keys.count > keyColumns
                    ? "\n" + String(repeating: " ", count: keyColumns + 4)
                    : String(repeating: " ", count: keyColumns + 2 - keys.count)
                return "  \(keys)\(gap)\(row.help)\n"
            }
            return sheet.screen + "\n" + rows.joined()
        }.joined(separator: "\n")
    }

    private static func markdown(_ sheets: [KeyPage]) -> String {
        let head = """
            # Keys

            Made by `batchdeck help keys --markdown` from the tables that dispatch them.

            """
        return head
            + sheets.map { sheet in
                let rows = sheet.rows.map { row in
                    let keys = row.keys.map(code).joined(separator: " ")
                    return "| \(keys) | \(cell(row.help)) |\n"
                }
                return "\n## \(sheet.screen)\n\n| key | does |\n|---|---|\n" + rows.joined()
            }.joined()
    }

    /// A key as code; a backquote is written between doubled ones.
    private static func code(_ key: String) -> String {
        key.contains("`") ? "`` \(key) ``" : "`\(cell(key))`"
    }

    /// What would end a cell is escaped.
    private static func cell(_ text: String) -> String {
        text.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
    }
}
