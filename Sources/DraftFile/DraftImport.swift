public import BatchModel

/// Takes jobs back from what a person has elsewhere: an `az` command, or one of ours.
public enum DraftImport {
    /// A command line as flags, and the flags that mean nothing here.
    public struct Command: Sendable, Hashable {
        /// What it says about the job.
        public var flags: InvokeFlags
        /// Flags that were left out, with their values: where to, and how to print.
        public var leftOut: [String]
    }

    /// The draft of a command line.
    ///
    /// - Parameter readFile: the text of a file that the command names.
    /// - Throws: `SettingError` that says what cannot be taken.
    public static func draft(
        command: String,
        readFile: (String) throws(SettingError) -> String = { file throws(SettingError) in
            throw SettingError(message: "The command names the file \(file): give it too.")
        }
    ) throws(SettingError) -> JobDraft {
        try flags(command: command).flags.draft(readFile: readFile)
    }

    /// The flags of `az ml batch-endpoint invoke …` or `batchdeck invoke …` as a shell would pass them.
    ///
    /// - Throws: `SettingError` for another command, an unknown flag, or what only a shell can read.
    public static func flags(command: String) throws(SettingError) -> Command {
        var words: [String]
        do {
            words = try ShellWords.split(command)
        } catch {
            throw SettingError(message: error.message)
        }
        if words.first == "$" { words.removeFirst() }
        let verbs = [["az", "ml", "batch-endpoint", "invoke"], ["batchdeck", "invoke"]]
        guard let verb = verbs.first(where: { words.starts(with: $0) }) else {
            throw SettingError(
                message: "This is not a command that submits a batch job: "
                    + "az ml batch-endpoint invoke … is.")
        }
        var reader = FlagReader(rest: Array(words.dropFirst(verb.count)))
        return try reader.read()
    }

    private struct FlagReader {
        var rest: [String]
        private var command = Command(flags: InvokeFlags(), leftOut: [])

        init(rest: [String]) { self.rest = rest }

        /// Where the official command goes and how it prints: contexts and `--output` are ours.
        private static let elsewhere: Set = [
            "--resource-group", "-g", "--workspace-name", "-w", "--subscription", "--output", "-o",
            "--query", "--context", "--workspace",
        ]
        private static let switches: Set = [
            "--only-show-errors", "--verbose", "--debug", "--watch", "--dry-run", "--no-input",
        ]
        private static let taken: [String: any WritableKeyPath<InvokeFlags, String?> & Sendable] = [
            "--name": \.name, "-n": \.name, "--deployment-name": \.deploymentName,
            "-d": \.deploymentName, "--input-type": \.inputType, "--file": \.file, "-f": \.file,
            "--experiment-name": \.experimentName, "--job-name": \.jobName,
            "--output-path": \.outputPath, "--mini-batch-size": \.miniBatchSize,
            "-m": \.miniBatchSize, "--instance-count": \.instanceCount, "-c": \.instanceCount,
        ]

        mutating func read() throws(SettingError) -> Command {
            while !rest.isEmpty { try readFlag(rest.removeFirst()) }
            return command
        }

        private mutating func readFlag(_ word: String) throws(SettingError) {
            guard word.hasPrefix("-") else {
                throw SettingError(message: "\(word) stands alone: no flag takes it.")
            }
            let pair = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let isJoined = word.hasPrefix("--") && pair.count == 2
            let name = isJoined ? String(pair[0]) : word
            if isJoined { rest.insert(String(pair[1]), at: 0) }
            if let path = Self.taken[name] {
                command.flags[keyPath: path] = try value(of: name)
            } else if name == "--input" {
                command.flags.inputs.append(try value(of: name))
            } else if name == "--set" || name == "--params-override" {
                command.flags.settings += settings(isJoined: isJoined)
            } else if Self.elsewhere.contains(name) {
                command.leftOut.append("\(name) \(try value(of: name))")
            } else if Self.switches.contains(name) {
                command.leftOut.append(name)
            } else {
                throw SettingError(message: "\(name) is not a flag of invoke.")
            }
        }

        private mutating func value(of flag: String) throws(SettingError) -> String {
            guard !rest.isEmpty else { throw SettingError(message: "\(flag) has no value.") }
            return rest.removeFirst()
        }

        /// Every word up to the next flag.
        private mutating func settings(isJoined: Bool) -> [String] {
            var words = isJoined ? [rest.removeFirst()] : []
            while let word = rest.first, !word.hasPrefix("-") {
                words.append(word)
                rest.removeFirst()
            }
            return words
        }
    }
}
