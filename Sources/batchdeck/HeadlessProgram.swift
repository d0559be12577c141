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
        let talk: @Sendable (String) -> Void = { Machine.write($0, to: 2) }
        let surroundings = Surroundings(
            streams: Streams(
                output: { Machine.write($0, to: 1) }, talk: talk,
                readInput: Machine.readInput, isOutputTerminal: isatty(1) == 1,
                isTalkTerminal: isTalkTerminal,
                readAnswer: { isatty(0) == 1 ? readLine() : nil }),
            environment: environment, executable: executable, clock: Machine.now,
            client: { options throws(ServiceFailure) in
                try LiveClient.make(
                    options: options, environment: environment, executable: executable,
                    talk: talk, isTalkSeen: isTalkTerminal)
            })
        return await CommandTool.run(arguments, in: surroundings)
    }
}
