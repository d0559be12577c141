import BatchClient
import BatchModel
import Commands

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The console in lines, on standard input and output.
enum LinearProgram {
    /// Whether the option, the variable or `config.yml` asks for lines.
    static func isWanted(_ options: ConsoleOptions) -> Bool {
        options.isAccessible
            || PersonalSettings.isAccessible(environment: Machine.environment())
    }

    /// Runs to its end; gives the exit code.
    static func run(_ options: ConsoleOptions) async -> Int32 {
        guard options.record == nil, options.replay == nil else {
            Machine.write(
                "batchdeck: a recording is of the screen; leave out --record and --replay, or "
                    + "--accessible (BATCHDECK_ACCESSIBLE, accessible: in config.yml)\n", to: 2)
            return ExitCodes.usage
        }
        signal(SIGPIPE, SIG_IGN)
        endCleanly()
        let environment = Machine.environment()
        do {
            let context = try ChosenContext.choose(
                option: options.context, environment: environment)
            var client = try LiveClient.make(
                options: CommonOptions(workspace: options.workspace, context: context.name),
                environment: environment, executable: Machine.executable(),
                talk: { Machine.write($0, to: 1) }, isTalkSeen: true)
            if options.isReadOnly || context.isReadOnly {
                client = client.readOnly(context: context.name)
            }
            let console = LinearConsole(
                client: client, context: context.name, environment: environment,
                lines: LineSource { readLine() }, clock: Machine.now,
                write: { Machine.write($0, to: 1) })
            return await console.run()
        } catch {
            Machine.write("batchdeck: \(error.message)\n", to: 2)
            return ExitCodes.code(for: error.kind)
        }
    }

    /// Whatever is under way is written down before it is sent, so nothing has to be finished: a word, and out.
    private static func endCleanly() {
        signal(SIGINT) { _ in
            let words: StaticString = "\nInterrupted. Jobs that were submitted go on.\n"
            words.withUTF8Buffer { _ = write(1, $0.baseAddress, $0.count) }
            _exit(130)
        }
    }
}
