import ArgumentParser
import BatchModel

// The manual page is made of what the command line is parsed by: the argument parser describes every verb and option as
// JSON, and this writes it as roff. So a new option is in the manual without anybody thinking of it; only what the parser
// does not know (exit codes, variables, files, examples) stands in `ManualFacts`.

/// `batchdeck.1`.
enum ManualPage {
    /// The page, as roff.
    ///
    /// - Throws: when the parser's description of itself cannot be read.
    static func text() throws -> String {
        let root = try VerbInfo(tree())
        // A verb that has no options but those.
        let common = try VerbInfo(described(EndpointList._dumpHelp())).options
        var page = Roff(
            title: root.name, section: 1, source: "batchdeck \(BatchdeckVersion.current)",
            summary: "launches, watches and collects batch jobs")
        page.section("Synopsis")
        page.synopsis(
            "\(Roff.bold("batchdeck")) [\(Roff.slanted("console option"))]...")
        page.synopsis(
            "\(Roff.bold("batchdeck")) \(Roff.slanted("verb")) [\(Roff.slanted("option"))]...")
        page.section("Description")
        page.prose(ManualFacts.description)
        list("Console options", ManualFacts.consoleOptions, on: &page)
        page.section("Common options")
        page.prose("Every verb that asks a service takes these.")
        for option in common { page.item(option.tag, option.meaning) }
        page.section("Verbs")
        let shared = Set(common.map(\.tag))
        for verb in root.leaves { write(verb, without: shared, on: &page) }
        page.section("Exit status")
        for row in ExitCodes.table { page.item(Roff.bold("\(row.code)"), row.meaning) }
        list("Environment", ManualFacts.variables, on: &page)
        list("Files", ManualFacts.files, on: &page)
        page.section("Examples")
        for example in ManualFacts.examples {
            page.prose("\(example.meaning)\n\n  \(example.word)")
        }
        return page.text
    }

    /// All verbs with their options, as the argument parser describes them.
    static func tree() throws -> JSONValue { try described(RootCommand._dumpHelp()) }

    private static func described(_ json: String) throws -> JSONValue {
        try WireJSON.decode(JSONValue.self, from: Array(json.utf8))["command"] ?? .null
    }

    private static func list(_ title: String, _ facts: [ManualFacts.Fact], on page: inout Roff) {
        page.section(title)
        for fact in facts { page.item(Roff.bold(fact.word), fact.meaning) }
    }

    private static func write(_ verb: VerbInfo, without shared: Set<String>, on page: inout Roff) {
        page.part(verb.path)
        let own = verb.options.filter { !shared.contains($0.tag) }
        let hasShared = own.count < verb.options.count
        let words =
            own.map(\.synopsis) + (hasShared ? ["[\(Roff.slanted("common option"))]..."] : [])
        page.synopsis(([Roff.bold(verb.path)] + words).joined(separator: " "))
        page.prose(verb.summary)
        for option in own { page.item(option.tag, option.meaning) }
        page.prose(verb.discussion)
    }
}

/// A verb as the argument parser describes it.
private struct VerbInfo {
    let name: String
    /// With the verbs above it: `batchdeck job list`.
    let path: String
    let summary: String
    let discussion: String
    let options: [OptionInfo]
    let verbs: [VerbInfo]

    init(_ described: JSONValue, below parent: String? = nil) {
        name = described["commandName"]?.string ?? ""
        path = [parent, name].compactMap(\.self).joined(separator: " ")
        summary = described["abstract"]?.string ?? ""
        discussion = described["discussion"]?.string ?? ""
        options = described["arguments"].items.filter(\.isShown).map(OptionInfo.init)
            .filter { !$0.isOfEveryCommand }
        let path = self.path
        verbs = described["subcommands"].items.filter(\.isShown)
            .map { VerbInfo($0, below: path) }
            // The parser's own `help` says what `--help` says.
            .filter { $0.path != "batchdeck help" }
    }

    /// The verbs that do something, those of groups in their place.
    var leaves: [VerbInfo] {
        verbs.flatMap { $0.verbs.isEmpty ? [$0] : $0.leaves }
    }
}

/// An option or argument as the argument parser describes it.
private struct OptionInfo {
    private let kind: String
    private let names: [String]
    private let value: String
    private let isOptional: Bool
    private let isRepeating: Bool
    private let help: String
    private let initial: String?

    init(_ described: JSONValue) {
        kind = described["kind"]?.string ?? ""
        names = described["names"].items.map { name in
            (name["kind"]?.string == "long" ? "--" : "-") + (name["name"]?.string ?? "")
        }
        value = described["valueName"]?.string ?? ""
        isOptional = described["isOptional"] == .boolean(true)
        isRepeating = described["isRepeating"] == .boolean(true)
        help = described["abstract"]?.string ?? ""
        initial = described["defaultValue"]?.string
    }

    /// `--help` and `--version`, which the parser adds to all.
    var isOfEveryCommand: Bool { names.contains("--help") || names.contains("--version") }

    /// `-n, --name NAME`.
    var tag: String {
        guard kind != "positional" else { return Roff.slanted(value) }
        // The short name first, as everywhere.
        let sorted = names.sorted { $0.count < $1.count }.map(Roff.bold).joined(separator: ", ")
        return kind == "flag" ? sorted : sorted + " " + Roff.slanted(value)
    }

    /// What it does, with what is taken where it is not given.
    var meaning: String {
        guard let initial, kind != "flag", !help.contains("default:") else { return help }
        return "\(help) Default: \(initial.isEmpty ? "nothing" : initial)."
    }

    /// As it stands in the line of the verb, in brackets where it may be left out.
    var synopsis: String {
        let word =
            switch kind {
            case "positional": Roff.slanted(value)
            case "flag": Roff.bold(names.last ?? "")
            default: "\(Roff.bold(names.max { $0.count < $1.count } ?? "")) \(Roff.slanted(value))"
            }
        let may = isOptional ? "[\(word)]" : word
        return isRepeating ? may + "..." : may
    }
}

extension JSONValue? {
    /// What stands in an array; nothing where there is none.
    fileprivate var items: [JSONValue] {
        if case .array(let items) = self { items } else { [] }
    }
}

extension JSONValue {
    fileprivate var isShown: Bool { self["shouldDisplay"] != .boolean(false) }
}
