import ArgumentParser
import BatchClient
import BatchModel

// Names in a shell's completions: endpoints, deployments, jobs, data.
//
// The shell runs `batchdeck ---completion … WORDS` at the tab key and waits. So nothing here may take longer than a person
// waits for a letter, nothing may start an engine, and nothing may ask a person to sign in. An engine that runs on this
// machine is asked, for a moment; what was last seen stands in for everybody else.
//
//     tab ─▶ the option's NameKind ─▶ LiveNames ─▶ files: contexts, presets
//                                               ├▶ the engine, if it runs and answers at once
//                                               └▶ LastSeenFile
//
// Bash expands the words it is given once more (`compgen -W`): a job called `$(reboot)` would be run. What does not consist
// of plain letters is therefore never offered.

/// What a word of the command line names.
enum NameKind: Sendable, Hashable {
    /// Where jobs go.
    case context
    /// A batch endpoint.
    case endpoint
    /// A deployment of the endpoint that one of these options names.
    case deployment(endpointOptions: [String])
    /// A preset of that endpoint.
    case preset(endpointOptions: [String])
    /// A job, the newest first.
    case job
    /// A data asset.
    case data
    /// A datastore.
    case datastore
    /// A version of the data asset that `-n` names.
    case dataVersion
    /// An environment.
    case environment
    /// A submission whose outcome is not known, by its id.
    case submission
    /// A transfer that was left unfinished, by its id.
    case transfer
    /// A log of the job that `-n` names.
    case log
    /// A file that the job wrote which `-n` names.
    case result
    /// What a job may read: a data asset by its address, or a path on this machine.
    case input
}

extension CompletionKind {
    /// The names that there are of a kind.
    static func names(_ kind: NameKind) -> CompletionKind {
        .custom { (words: [String], index: Int, prefix: String) async in
            guard let names = LiveNames.current else { return [] }
            let given = GivenWords(words, until: index)
            let found = LiveNames.plain(await names.all(kind, beside: given, prefix: prefix))
                .filter { $0.hasPrefix(GivenWords.unquoted(prefix)) }
            // zsh takes what stands behind a colon for a description; the parser's scripts say which shell asks.
            guard names.environment["SAP_SHELL"] == "zsh" else { return found }
            return found.map { $0.replacing(":", with: "\\:") }
        }
    }

    /// Deployments of the endpoint that `-e` names.
    static var deployments: CompletionKind { .names(.deployment(endpointOptions: byEndpoint)) }

    /// Deployments of the endpoint that `-n` names.
    static var deploymentsByName: CompletionKind { .names(.deployment(endpointOptions: byName)) }

    /// Presets of the endpoint that `-n` names.
    static var presets: CompletionKind { .names(.preset(endpointOptions: byName)) }

    private static let byEndpoint = ["-e", "--endpoint-name"]
    fileprivate static let byName = ["-n", "--name"]
}

/// The words of a command line that is being typed.
struct GivenWords: Sendable, Hashable {
    private let words: [String]

    /// - Parameters:
    ///   - words: as the shell has them, quotes and all.
    ///   - index: of the word that is being typed, which is left out.
    init(_ words: [String], until index: Int) {
        self.words = words.enumerated().filter { $0.offset != index }.map {
            Self.unquoted($0.element)
        }
    }

    /// The last value given to an option, by any of its names.
    func value(of options: [String]) -> String? {
        for (index, word) in words.enumerated().reversed() {
            if options.contains(word), index + 1 < words.count { return words[index + 1] }
            for option in options where option.hasPrefix("--") && word.hasPrefix(option + "=") {
                return String(word.dropFirst(option.count + 1))
            }
        }
        return nil
    }

    /// The value of `-n`: whatever the verb is about.
    var subject: String? { value(of: CompletionKind.byName) }

    /// A word without the quotes around it; one that is still being typed may have but the first.
    static func unquoted(_ word: String) -> String {
        guard let first = word.first, first == "'" || first == "\"" else { return word }
        let rest = word.dropFirst()
        return String(rest.last == first ? rest.dropLast() : rest)
    }
}
