import BatchClient
import BatchModel
import Commands
import ConsoleCore
import ConsoleGrid
import ConsoleNcurses
import ConsoleRuntime

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The console on the real terminal.
enum ConsoleProgram {
    /// Runs to its end; gives the exit code.
    static func run(_ options: ConsoleOptions) -> Int32 {
        let environment = Machine.environment()
        do {
            let home = try Home(environment: environment)
            let terminal = try open(options, environment)
            return try run(options, environment, home, terminal)
        } catch {
            Machine.write("batchdeck: \(error)\n", to: 2)
            return ExitCodes.failed
        }
    }

    private static func open(
        _ options: ConsoleOptions, _ environment: [String: String]
    ) throws -> Terminal {
        let theme = try options.theme.map { name throws(ServiceFailure) in
            guard let theme = Theme.all.first(where: { $0.name == name }) else {
                throw ServiceFailure(
                    kind: .rejected, operation: "use the theme \(name)",
                    detail: "there is none of that name",
                    advice: "Use one of \(Theme.all.map(\.name).joined(separator: ", ")).")
            }
            return theme
        }
        return try Terminal.open(
            Terminal.Options(
                environment: environment, theme: theme ?? .dark, hasMouse: options.hasMouse))
    }

    private static func run(
        _ options: ConsoleOptions, _ environment: [String: String], _ home: Home,
        _ terminal: Terminal
    ) throws -> Int32 {
        // A context nobody knows is shown as any other failure, when the first question is asked.
        let chosen = try? ChosenContext.choose(
            option: options.context, environment: environment)
        let context =
            chosen?.name ?? options.context ?? environment["BATCHDECK_CONTEXT"] ?? "local"
        var state = App.initial(
            context: context, size: terminal.size, glyphs: terminal.isUTF8 ? .unicode : .ascii,
            isReadOnly: options.isReadOnly || options.replay != nil || chosen?.isReadOnly == true)
        if let replay = options.replay {
            state = Replayer.state(after: try Replayer.actions(at: replay), from: state)
        }
        // The first picture: what was last seen, from one small file. Everything else opens behind it.
        let start = App.Action.started(
            lastSeen: LastSeenFile.load(cacheFolder: home.cache, context: context),
            at: Machine.now())
        var first = state
        if options.replay == nil { _ = App.reduce(&first, start) }
        terminal.draw(App.view(first))

        let recorder = try options.record.map { try Recorder(path: $0) }
        let port = terminal.port
        let session = ConsoleSession(
            state: state, client: clientMaker(options, environment), clock: Machine.now,
            outlets: SessionOutlets(
                show: { port.show($0) }, copy: { port.send(.copy(text: $0)) },
                redraw: { port.send(.redraw) }, quit: { port.close() }), recorder: recorder)
        if options.replay == nil { session.send(start) }
        let loop = Task.detached { await session.run() }
        let end = terminal.run(
            Terminal.Events(
                onKey: { session.send(.keyPressed($0)) },
                onResize: { session.send(.resized(size: $0)) }, onTerminate: { _ in }))
        loop.cancel()
        return exitCode(end)
    }

    private static func clientMaker(
        _ options: ConsoleOptions, _ environment: [String: String]
    ) -> @Sendable () throws(ServiceFailure) -> BatchClient {
        let common = CommonOptions(workspace: options.workspace, context: options.context)
        let executable = Machine.executable()
        let isReplay = options.replay != nil
        return { () throws(ServiceFailure) in
            guard !isReplay else {
                throw ServiceFailure(
                    kind: .rejected, operation: "ask the service",
                    detail: "a replay shows what was recorded and asks nobody",
                    advice: "Open the console without --replay.")
            }
            return try LiveClient.make(
                options: common, environment: environment, executable: executable)
        }
    }

    private static func exitCode(_ end: Terminal.End) -> Int32 {
        switch end {
        case .closed: ExitCodes.ok
        case .terminated(let signal): 128 + signal
        case .gone: 128 + SIGHUP
        }
    }
}
