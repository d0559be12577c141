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
            var settings = PersonalSettings(home: home)
            let theme = try settings.firstTheme(option: options.theme)
            let terminal = try Terminal.open(
                Terminal.Options(
                    environment: environment, theme: theme, hasMouse: options.hasMouse))
            return try run(options, environment, home, settings, terminal)
        } catch {
            Machine.write("batchdeck: \(error)\n", to: 2)
            return ExitCodes.failed
        }
    }

    private static func run(
        _ options: ConsoleOptions, _ environment: [String: String], _ home: Home,
        _ settings: PersonalSettings, _ terminal: Terminal
    ) throws -> Int32 {
        // A context nobody knows is shown as any other failure, when the first question is asked.
        let chosen = try? ChosenContext.choose(
            option: options.context, environment: environment)
        let context =
            chosen?.name ?? options.context ?? environment["BATCHDECK_CONTEXT"] ?? "local"
        let tour = TourMark(folder: home.state)
        var state = App.initial(
            context: context, size: terminal.size, glyphs: terminal.isUTF8 ? .unicode : .ascii,
            isReadOnly: options.isReadOnly || options.replay != nil,
            isContextReadOnly: chosen?.isReadOnly == true,
            hasTour: options.hasTour && options.replay == nil && !tour.isSet,
            hasMouse: options.hasMouse)
        if let replay = options.replay {
            state = App.replayed(
                Replayer.state(after: try Replayer.actions(at: replay), from: state))
        }
        // The first picture: what was last seen, from one small file. Everything else opens behind it.
        let start = App.Action.started(
            lastSeen: LastSeenFile.load(cacheFolder: home.cache, context: context),
            at: Machine.now())
        var first = state
        if options.replay == nil {
            _ = App.reduce(&first, .settingsRead(settings: settings.console))
            _ = App.reduce(&first, start)
        }
        terminal.draw(App.view(first))

        let recorder = try options.record.map { try Recorder(path: $0) }
        let port = terminal.port
        let history = CommandHistory(folder: home.state)
        let session = ConsoleSession(
            state: state, contexts: contexts(options, environment, home, start: context),
            clock: Machine.now,
            outlets: SessionOutlets(
                show: { port.show($0) }, copy: { port.send(.copy(text: $0)) },
                redraw: { port.send(.redraw) }, mouse: { port.send(.mouse(isOn: $0)) },
                ring: { text in
                    guard options.hasBell else { return }
                    port.send(.notify(text: text))
                    port.send(.bell)
                },
                theme: { name in settings.theme(name).map { port.send(.theme($0)) } },
                remember: { if options.replay == nil { history.save($0) } },
                tourSeen: { if options.replay == nil { tour.set() } },
                quit: { port.close() }), recorder: recorder)
        if options.replay == nil {
            session.send(.settingsRead(settings: settings.console))
            session.send(start)
            session.send(.commandsRemembered(texts: history.load()))
        }
        // On the terminal's thread: from key to picture no other one has to be woken.
        let loop = Task.detached(executorPreference: port) { await session.run() }
        let end = terminal.run(
            Terminal.Events(
                onKey: { session.send(.keyPressed($0)) },
                onResize: { session.send(.resized(size: $0)) }, onTerminate: { _ in }))
        loop.cancel()
        return exitCode(end)
    }

    private static func contexts(
        _ options: ConsoleOptions, _ environment: [String: String], _ home: Home, start: String
    ) -> ConsoleContexts {
        // What was recorded elsewhere must not be written into this person's settings, nor answered from them.
        guard options.replay == nil else {
            return .none(
                because: "a replay shows what was recorded and asks nobody",
                advice: "Open the console without --replay.")
        }
        let book = ContextBook(environment: environment)
        return ConsoleContexts(
            list: { () throws(ServiceFailure) in try book.entries() },
            add: { context throws(ServiceFailure) in try book.add(context) },
            keep: { name throws(ServiceFailure) in try book.keep(name) },
            makeDefault: { name throws(ServiceFailure) in try book.use(name) },
            remove: { name throws(ServiceFailure) in try book.remove(name) },
            client: clientMaker(options, environment, start: start),
            lastSeen: { LastSeenFile.load(cacheFolder: home.cache, context: $0) },
            files: { LiveFormFiles.make(context: $0, environment: environment) })
    }

    private static func clientMaker(
        _ options: ConsoleOptions, _ environment: [String: String], start: String
    )
        -> @Sendable (String, @escaping CredentialSurroundings.Ask) throws(ServiceFailure) ->
        BatchClient
    {
        let executable = Machine.executable()
        return { name, ask throws(ServiceFailure) in
            // Settings that cannot be read must not lead to the local engine in silence.
            if name == start {
                _ = try ChosenContext.choose(option: options.context, environment: environment)
            }
            return try LiveClient.make(
                options: CommonOptions(workspace: options.workspace, context: name),
                environment: environment, executable: executable, isTalkSeen: true, ask: ask)
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
