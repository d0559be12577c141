import ArgumentParser
import BatchModel

/// The headless half of batchdeck: every verb, parsed and run.
public enum CommandTool {
    /// Runs a command line to its end; gives the exit code.
    ///
    /// - Parameter arguments: without the program's name.
    public static func run(_ arguments: [String], in surroundings: Surroundings) async -> Int32 {
        var surroundings = surroundings
        let talk = surroundings.streams.talk
        // Messages quote names, services and scripts: whoever says something, it passes here.
        surroundings.streams.talk = { talk(PlainText.lines($0)) }
        do {
            // `help` followed by a word is the parser's own help for that verb; these are pages.
            let isPage =
                arguments.first == "help" && arguments.count > 1 && pages.contains(arguments[1])
            let words = isPage ? Array(arguments.dropFirst()) : arguments
            var command = try await LiveNames.$current.withValue(surroundings.names) {
                try await VerbShortcut.parse(words)
            }
            if let verb = command as? any Verb {
                try await verb.run(in: surroundings)
            } else {
                // A group of verbs, or the parser's own help: it ends by throwing what is to be shown.
                try command.run()
            }
            return ExitCodes.ok
        } catch let finished as Finished {
            return finished.code
        } catch let failure as ServiceFailure {
            surroundings.streams.talk("error: \(failure.message)\n")
            return ExitCodes.code(for: failure.kind)
        } catch is CancellationError {
            return ExitCodes.interrupted
        } catch {
            return finish(error, of: arguments, surroundings.streams)
        }
    }

    private static let pages: Set = ["exit-codes", "keys"]

    /// What the argument parser ends with: help and version on standard output, mistakes on standard error.
    private static func finish(
        _ error: any Error, of arguments: [String], _ streams: Streams
    ) -> Int32 {
        let code = RootCommand.exitCode(for: error)
        let text = RootCommand.fullMessage(for: error)
        if code.isSuccess {
            streams.output(text + "\n")
            return ExitCodes.ok
        }
        if let words = UnknownVerb.words(arguments) {
            streams.talk(words + "\n")
            return ExitCodes.usage
        }
        streams.talk(text.isEmpty ? "" : text + "\n")
        return code == .validationFailure ? ExitCodes.usage : ExitCodes.failed
    }
}

/// Asynchronous only because completions are asked for while the command line is parsed.
struct RootCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "batchdeck",
        abstract: "Launches, watches and collects batch jobs.",
        discussion: """
            Without a verb the console opens; with --accessible alone it asks in lines. Data goes to standard output, talk to \
            standard error. `batchdeck help keys` lists the console's keys, `batchdeck help exit-codes` the exit codes, and \
            `batchdeck manual` is all of it in one page.
            """,
        version: BatchdeckVersion.current,
        subcommands: [
            EndpointCommand.self, DeploymentCommand.self, InvokeCommand.self, JobCommand.self,
            DataCommand.self, DatastoreCommand.self, EnvironmentCommand.self, ComputeCommand.self,
            ContextCommand.self, ConfigCommand.self, PresetCommand.self, TransferCommand.self,
            EngineCommand.self, ExportCommand.self, DoctorCommand.self, CompletionCommand.self,
            ManualCommand.self, KeysCommand.self, ExitCodesCommand.self,
        ])
}

struct ExitCodesCommand: Verb {
    static let configuration = CommandConfiguration(
        commandName: "exit-codes", abstract: "Lists the exit codes.")

    @OptionGroup var printing: OutputOptions

    func run(in surroundings: Surroundings) async throws {
        guard !printing.output.isPlain else {
            for row in ExitCodes.table {
                surroundings.streams.output("\(row.code)\t\(row.meaning)\n")
            }
            return
        }
        let rows = ExitCodes.table.map { row -> JSONValue in
            .object(["code": .integer(Int64(row.code)), "meaning": .string(row.meaning)])
        }
        try show(
            rows, columns: [TableColumn("code", "code"), TableColumn("meaning", "meaning")],
            as: printing.output, in: surroundings)
    }
}
