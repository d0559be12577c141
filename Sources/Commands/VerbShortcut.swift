import ArgumentParser

// The parser answers from the tree it is given. Given all of ours, it makes a node of each of the ninety commands, fills the
// groups above the verb, and for every check searches the whole tree for the way to where it stands: more work than asking
// the engine is. A command line nearly always begins with all the words of a verb, and then that verb is tree enough:
//
//     batchdeck job list -e digits          RootCommand ▸ JobCommand ▸ JobList  parses  job list -e digits
//               ╰──┬───╯ ╰───┬───╯
//               names it  is parsed by JobList alone
//
// The commands' own configurations say what is a verb; nothing is written down a second time. Only a command line that comes
// out well is taken from here: help, completions and mistakes are for the whole tree, whose answers name the whole command.

/// A command line that begins with a verb's words, parsed without the commands that it does not name.
enum VerbShortcut {
    /// The command that the words come to; throws what the whole tree throws.
    static func parse(_ words: [String]) async throws -> any ParsableCommand {
        if let verb = await parsed(words) { return verb }
        return try await RootCommand.asyncParseAsRoot(words)
    }

    /// The verb that the words come to; nil when it is for the whole tree to say what they are.
    static func parsed(_ words: [String]) async -> (any Verb)? {
        guard let (verb, rest) = named(by: words) else { return nil }
        do {
            let command = try await verb.asyncParseAsRoot(rest)
            // The parser's own help comes out well too, and knows only the verb's last word.
            return type(of: command) == verb ? command as? any Verb : nil
        } catch {
            // The whole tree meets the same mistake, and says it with all the words.
            return nil
        }
    }

    /// The verb whose words stand first, and what follows them.
    private static func named(by words: [String]) -> (verb: any Verb.Type, rest: [String])? {
        var place: any ParsableCommand.Type = RootCommand.self
        var rest = words[...]
        while let word = rest.first,
            let next = place.configuration.subcommands.first(where: {
                $0.configuration.commandName == word
            })
        {
            place = next
            rest.removeFirst()
        }
        // A shell that asks for completions says so in the first word; three dashes are nobody's option.
        guard place.configuration.subcommands.isEmpty, rest.first?.hasPrefix("---") != true,
            let verb = place as? any Verb.Type
        else { return nil }
        return (verb, Array(rest))
    }
}
