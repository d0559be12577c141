import BatchModel
import Commands

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A verb on the real machine.
enum HeadlessProgram {
    static func run(_ arguments: [String]) async -> Int32 {
        signal(SIGPIPE, SIG_IGN)
        let environment = Machine.environment()
        let executable = Machine.executable()
        // Whoever signs in by device code must be able to read the code.
        let isTalkTerminal = isatty(2) == 1
        let isInputTerminal = isatty(0) == 1
        let talk: @Sendable (String) -> Void = { Machine.write($0, to: 2) }
        let surroundings = Surroundings(
            streams: Streams(
                output: { Machine.write($0, to: 1) }, talk: talk,
                readInput: Machine.readInput, isOutputTerminal: isatty(1) == 1,
                isTalkTerminal: isTalkTerminal, isInputTerminal: isInputTerminal,
                readAnswer: { isInputTerminal ? readLine() : nil },
                // To the line's beginning, and what stood there away.
                redraw: { talk("\r\u{1B}[K" + $0) }),
            environment: environment, executable: executable, clock: Machine.now,
            client: { options throws(ServiceFailure) in
                try LiveClient.make(
                    options: options, environment: environment, executable: executable,
                    talk: talk, isTalkSeen: isTalkTerminal && isInputTerminal)
            },
            runningEngine: {
                await LiveClient.ofRunningEngine(workspace: $0, environment: environment)
            }, keyPages: { KeyPage.all })
        return await CommandTool.run(arguments, in: surroundings)
    }
}
