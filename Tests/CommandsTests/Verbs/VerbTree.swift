import BatchModel

@testable import Commands

/// A verb as the argument parser itself describes it: whoever adds one is in here without being asked.
struct VerbEntry: Sendable, Hashable {
    /// The words that name it: `job results list`.
    let path: String
    /// Its options by their long names, dashes and all.
    let options: Set<String>
}

/// Every verb of the command line.
enum VerbTree {
    ///
    /// Empty where the parser's description cannot be read: then the tests that walk it fail.
    static let all: [VerbEntry] = (try? leaves(of: ManualPage.tree(), below: [])) ?? []

    static let paths = Set(all.map(\.path))

    static func verb(_ path: String) -> VerbEntry? { all.first { $0.path == path } }

    private static func leaves(of command: JSONValue, below: [String]) -> [VerbEntry] {
        (command["subcommands"]?.items ?? []).flatMap { verb -> [VerbEntry] in
            let path = below + [verb["commandName"]?.string ?? ""]
            // The parser's own `help` says what `--help` says.
            if path == ["help"] { return [] }
            guard (verb["subcommands"]?.items ?? []).isEmpty else {
                return leaves(of: verb, below: path)
            }
            let names = (verb["arguments"]?.items ?? []).flatMap { $0["names"]?.items ?? [] }
            return [
                VerbEntry(
                    path: path.joined(separator: " "),
                    options: Set(
                        names.filter { $0["kind"]?.string == "long" }.compactMap {
                            $0["name"]?.string.map { "--" + $0 }
                        }))
            ]
        }
    }
}
