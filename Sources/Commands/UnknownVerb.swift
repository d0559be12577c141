import ArgumentParser
import BatchModel

// Where a verb is not known, the parser speaks of the options and words behind it, which it has not understood either. What
// is wrong is the verb, so that is said first.

/// A word that stands where a verb should.
enum UnknownVerb {
    /// What to say of a command line with such a word; nil for any other.
    static func words(_ arguments: [String]) -> String? {
        var place: any ParsableCommand.Type = RootCommand.self
        var path: [String] = []
        for word in arguments {
            let verbs = place.configuration.subcommands
            guard !verbs.isEmpty, !word.hasPrefix("-"), word != "help" else { return nil }
            guard let next = verbs.first(where: { names(of: $0).contains(word) }) else {
                return words(word, below: path, among: verbs.flatMap(names))
            }
            place = next
            path.append(word)
        }
        return nil
    }

    private static func words(
        _ word: String, below path: [String], among names: [String]
    ) -> String {
        let group = path.isEmpty ? "" : " below \(path.joined(separator: " "))"
        let near = NameAdvice.nearest(to: word, among: names)
        let advice = near.map { "; did you mean '\($0)'?" } ?? "."
        let help = (["batchdeck"] + path + ["--help"]).joined(separator: " ")
        return "Error: there is no verb '\(word)'\(group)\(advice)\n"
            + "  See '\(help)' for more information."
    }

    private static func names(of verb: any ParsableCommand.Type) -> [String] {
        [verb.configuration.commandName].compactMap(\.self) + verb.configuration.aliases
    }
}
