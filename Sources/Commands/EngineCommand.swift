import ArgumentParser
import BatchEngine
import BatchModel
import EngineServer

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

struct EngineCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "engine", abstract: "Serves, starts, stops and inspects the local engine.",
        subcommands: [
            EngineServe.self, EngineStart.self, EngineStop.self, EngineStatus.self,
            EngineLogs.self, EngineSeed.self, EngineClean.self,
        ])
}

/// Options that say which engine is meant.
struct EngineOptions: ParsableArguments {
    @Option(name: .long, help: "The engine's state folder (default: batchdeck's state folder).")
    var state: String?

    @OptionGroup var common: CommonOptions

    func home(_ environment: [String: String]) throws(ServiceFailure) -> Home {
        var home = try Home(environment: environment)
        if let state { home.state = Home.absolute(state, environment: environment) }
        return home
    }
}

/// Options that say what the engine may fetch from other hosts.
struct InputOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "A host whose data is fetched whatever its address, also over plain http; may be given "
                + "more than once (or BATCHDECK_ALLOW_INPUT_HOST).",
            valueName: "HOST[:PORT]"))
    var allowInputHost: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The most that one job fetches from other hosts (default: 20, or "
                + "BATCHDECK_INPUT_LIMIT_GIB)."))
    var inputLimitGib: Int?

    func fetching(_ environment: [String: String]) throws(ServiceFailure) -> InputFetching {
        try LiveInputs.fetching(
            hosts: allowInputHost, limitGiB: inputLimitGib, environment: environment)
    }

    /// The same options for an engine in the background.
    var arguments: [String] {
        LiveInputs.arguments(hosts: allowInputHost)
            + (inputLimitGib.map { ["--input-limit-gib", String($0)] } ?? [])
    }
}

struct EngineServe: Verb {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Serves in the foreground until it is stopped.")

    @Option(name: .long, help: "The port on 127.0.0.1; 0 takes any free one.")
    var port = 0

    @Option(name: .long, help: "Where the connection file goes (default: in the state folder).")
    var connectionFile: String?

    @Option(name: .long, help: "A certificate chain in PEM form: serve over TLS with it.")
    var tlsCert: String?

    @Option(name: .long, help: "The certificate's key in PEM form.")
    var tlsKey: String?

    @OptionGroup var inputs: InputOptions
    @OptionGroup var logs: LogOptions

    @OptionGroup var engine: EngineOptions

    func validate() throws { _ = try logs.limit([:]) }

    func run(in surroundings: Surroundings) async throws {
        let home = try engine.home(surroundings.environment)
        let workspace = try LocalWorkspace.folder(
            option: engine.common.workspace, environment: surroundings.environment, home: home)
        func absolute(_ path: String?) -> String? {
            path.map { Home.absolute($0, environment: surroundings.environment) }
        }
        var options = EngineServerOptions(
            workspace: workspace, state: home.state, port: port,
            connectionFile: absolute(connectionFile), tlsCertificate: absolute(tlsCert),
            tlsKey: absolute(tlsKey))
        options.inputs = try inputs.fetching(surroundings.environment)
        if let limit = try logs.limit(surroundings.environment) { options.logLimitBytes = limit }
        try await EngineServer.serve(
            options, log: EngineLog.logger(state: home.state, writing: PlainLog()))
    }
}

struct EngineStart: Verb {
    static let configuration = CommandConfiguration(
        commandName: "start", abstract: "Starts the engine in the background.")

    @OptionGroup var inputs: InputOptions
    @OptionGroup var logs: LogOptions

    @OptionGroup var engine: EngineOptions

    func validate() throws { _ = try logs.limit([:]) }

    func run(in surroundings: Surroundings) async throws {
        let home = try engine.home(surroundings.environment)
        // What the engine would refuse is refused here, in words and not in its log.
        _ = try inputs.fetching(surroundings.environment)
        let settings = inputs.arguments + logs.arguments
        if !settings.isEmpty,
            case .running = await EngineLauncher.standard.status(state: home.state)
        {
            throw ServiceFailure(
                kind: .conflict, operation: "start the local engine",
                detail: "it runs already, and does what it was told when it was started",
                advice: "Stop it with `batchdeck engine stop` first; its jobs go on.")
        }
        let file = try await LiveClient.running(
            EngineLauncher.standard, home: home,
            workspaceOption: engine.common.workspace, environment: surroundings.environment,
            executable: surroundings.executable, arguments: settings)
        try show(
            EngineStatus.shape(.running(file)), as: engine.common.output, in: surroundings)
    }
}

struct EngineStop: Verb {
    static let configuration = CommandConfiguration(
        commandName: "stop", abstract: "Stops the engine; its jobs go on when it is started again.")

    @OptionGroup var engine: EngineOptions

    func run(in surroundings: Surroundings) async throws {
        let home = try engine.home(surroundings.environment)
        let launcher = EngineLauncher.standard
        let wasRunning = try await launcher.stop(state: home.state)
        surroundings.streams.talk(wasRunning ? "engine stopped\n" : "no engine was running\n")
        guard !engine.common.output.isPlain else { return }
        try show(
            .object(["status": .string("stopped"), "was_running": .boolean(wasRunning)]),
            as: engine.common.output, in: surroundings)
    }
}

struct EngineStatus: Verb {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Says whether the engine runs, and where.")

    @OptionGroup var engine: EngineOptions

    func run(in surroundings: Surroundings) async throws {
        let home = try engine.home(surroundings.environment)
        let status = await EngineLauncher.standard.status(state: home.state)
        let summary = try StateSummary.read(state: home.state)
        var shape = Self.shape(status).members ?? [:]
        shape.merge(Shapes.state(summary)) { own, _ in own }
        if case .running(let file) = status, let held = await EngineCondition.held(file) {
            shape["held"] = .string(held)
        }
        try show(.object(shape), as: engine.common.output, in: surroundings)
        if summary.bytes > StateSummary.largeBytes {
            surroundings.streams.talk(
                "the state takes \(SizeText.print(summary.bytes)); "
                    + "`batchdeck engine clean --older-than 30d --dry-run` shows what could go\n")
        }
    }

    /// The token stays in its file.
    static func shape(_ status: EngineLauncher.Status) -> JSONValue {
        switch status {
        case .stopped: .object(["status": .string("stopped")])
        case .unreachable: .object(["status": .string("unreachable")])
        case .running(let file):
            .object([
                "status": .string("running"), "url": .string(file.url),
                "pid": .integer(Int64(file.pid)), "version": .string(file.version),
                "workspace": .string(file.workspaceFolder),
            ])
        }
    }
}

struct EngineLogs: Verb {
    static let configuration = CommandConfiguration(
        commandName: "logs", abstract: "Prints the engine's own log.")

    @OptionGroup var engine: EngineOptions

    func run(in surroundings: Surroundings) async throws {
        let path = try engine.home(surroundings.environment).state + "/engine.log"
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ServiceFailure(
                kind: .notFound, operation: "read the engine's log",
                detail: "there is none at \(path)", advice: "An engine writes it when it starts.")
        }
        let text = String(decoding: data, as: UTF8.self)
        guard !engine.common.output.isPlain else {
            return surroundings.streams.outputFile(text)
        }
        let lines = text.split(separator: "\n").map { JSONValue.string(String($0)) }
        try show(.object(["lines": .array(lines)]), as: engine.common.output, in: surroundings)
    }
}

struct EngineSeed: Verb {
    static let configuration = CommandConfiguration(
        commandName: "seed",
        abstract: "Makes a synthetic state folder, to measure with.",
        discussion: "The folder can be used as $BATCHDECK_HOME/state. Running jobs really advance.")

    @Option(name: .long, help: "The state folder to make; must not hold an engine's state yet.")
    var state: String

    @Option(name: .long, help: "How many endpoints.")
    var endpoints = 5

    @Option(name: .long, help: "How many jobs in all.")
    var jobs = 1000

    @Option(name: .long, help: "How many of them run when an engine is started on the folder.")
    var running = 0

    func validate() throws {
        guard (1...10_000).contains(endpoints), (0...10_000_000).contains(jobs),
            (0...jobs).contains(running)
        else {
            throw ValidationError(
                "--endpoints takes 1 to 10000, --jobs 0 to 10000000, --running 0 to --jobs.")
        }
    }

    func run(in surroundings: Surroundings) async throws {
        let folder = Home.absolute(state, environment: surroundings.environment)
        try await EngineSeeding.make(
            state: folder, endpoints: endpoints, jobs: jobs, running: running)
        LocalWorkspace.remember(
            folder + "/workspace",
            home: Home(config: folder, state: folder, cache: folder))
        surroundings.streams.talk("seeded \(folder)\n")
    }
}
