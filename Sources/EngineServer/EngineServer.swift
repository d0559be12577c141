// The engine behind a socket: loopback only, one connection file, gone after half an hour without work.
//
// HTTP/1.1 comes from Hummingbird's core server rather than its application type, whose date cache wakes the process every
// second: an idle engine must not wake at all. What runs beside the server are two waits, one for a signal and one for the
// end of the idle time, which sleeps until the earliest moment it could matter.

public import BatchEngine
public import BatchModel
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
public import Logging
import NIOSSL

/// What `engine serve` is asked to do.
public struct EngineServerOptions: Sendable {
    /// The workspace folder, absolute.
    public var workspace: String
    /// The state folder, absolute.
    public var state: String
    /// The port to listen on; 0 for any that is free.
    public var port: Int
    /// Where to write the connection file besides the state folder.
    public var connectionFile: String?
    /// A certificate chain in PEM form, absolute: the engine speaks TLS with it. Both of the two, or neither.
    public var tlsCertificate: String?
    /// The certificate's key in PEM form, absolute.
    public var tlsKey: String?
    /// How long the engine stays with nothing to do.
    public var idleLimit: Duration
    /// How inputs on other hosts are fetched; by default they are not.
    public var inputs = InputFetching()
    /// What each log file of a job may grow to.
    public var logLimitBytes = CappedLog.limitBytes
    /// How long a connection may be silent before it is closed, and how long a small body may take; who waits for an
    /// answer is not closed.
    public var silenceLimit = Duration.seconds(60)

    /// Describes how to serve.
    public init(
        workspace: String, state: String, port: Int = 0, connectionFile: String? = nil,
        tlsCertificate: String? = nil, tlsKey: String? = nil,
        idleLimit: Duration = .seconds(30 * 60)
    ) {
        self.workspace = workspace
        self.state = state
        self.port = port
        self.connectionFile = connectionFile
        self.tlsCertificate = tlsCertificate
        self.tlsKey = tlsKey
        self.idleLimit = idleLimit
    }
}

/// The loopback listener in front of an engine.
public enum EngineServer {
    /// Connections at once: enough for any client's pool beside a thousand slow ones.
    static let connectionLimit = 2048
    /// Descriptors that are not for connections: stores, logs, listener, and the pipes of workers.
    static let ownFiles = 64

    /// Connections at once where the process may open this many files; each may have a file open beside itself.
    static func connectionLimit(openFiles: Int) -> Int {
        min(connectionLimit, max(4, (openFiles - ownFiles) / 2))
    }
    /// All header fields together.
    static let headerLimitBytes = 32 * 1024

    /// Serves until the task is cancelled, a SIGTERM or SIGINT comes, or nothing was to do for the idle limit.
    ///
    /// - Parameter ready: called once, when requests are answered and the connection file is written.
    /// - Throws: `.conflict` when another engine serves the state folder, `.rejected` for a certificate or key that cannot
    ///   be used, `.unexpected` when the port or a folder cannot be used.
    public static func serve(
        _ options: EngineServerOptions, log: Logger = PlainLog.logger(),
        ready: @escaping @Sendable (ConnectionFile) -> Void = { _ in }
    ) async throws(ServiceFailure) {
        let tls = try TLSFiles.configuration(of: options)
        try EngineFolders.make(options.state)
        let lock = try EngineLock(state: options.state)
        let openFiles = ProcessLimits.raiseOpenFiles()
        let token = EngineToken.make()
        let note = StartNote(state: options.state)
        defer { note.remove() }
        let engine = try Engine(
            Engine.Options(
                workspace: options.workspace, state: options.state, token: token,
                inputs: options.inputs, logLimitBytes: options.logLimitBytes),
            log: log, telling: note.say)
        note.say("opening the port")
        let run = ServerRun(
            options: options, engine: engine, token: token,
            connectionLimit: connectionLimit(openFiles: openFiles), tls: tls, log: log,
            ready: { connection in
                note.remove()
                ready(connection)
            })
        let failure = await run.failure()
        await engine.shutdown()
        // Held until nothing of this engine writes any more, whatever its end.
        withExtendedLifetime(lock) {}
        if let failure { throw failure }
    }
}

/// One run of the listener.
private struct ServerRun: Sendable {
    enum Ending: Sendable {
        case asked
        case serverEnded(ServiceFailure?)
        case closed
    }

    let options: EngineServerOptions
    let engine: Engine
    let token: String
    let connectionLimit: Int
    let tls: TLSConfiguration?
    let log: Logger
    let ready: @Sendable (ConnectionFile) -> Void

    private var scheme: String { tls == nil ? "http" : "https" }

    /// Serves to the end.
    ///
    /// - Returns: why it could not, nil when it was asked to stop.
    func failure() async -> ServiceFailure? {
        do throws(ServiceFailure) {
            try await run()
            return nil
        } catch {
            return error
        }
    }

    private func run() async throws(ServiceFailure) {
        let activity = Activity()
        let announced = Announcement(options: options)
        let channel = channel(activity, announced)
        guard let tls else { return try await run(channel, activity, announced) }
        let secured: TLSChannel<PlainTargets>
        do { secured = try TLSChannel(channel, tlsConfiguration: tls) } catch {
            throw TLSFiles.unusable(options, error)
        }
        try await run(secured, activity, announced)
    }

    private func run(
        _ channel: some ServerChildChannel, _ activity: Activity, _ announced: Announcement
    ) async throws(ServiceFailure) {
        let server = server(for: channel, announced)
        let stop = StopSignal()
        let failure = await withTaskGroup(of: Ending.self) { group in
            group.addTask { await listen(server) }
            group.addTask {
                await stop.wait()
                return .asked
            }
            group.addTask {
                await announced.waitForFailure()
                return .asked
            }
            group.addTask {
                await activity.waitUntilIdle(for: options.idleLimit) { engine.isBusy }
                return .asked
            }
            var failure: ServiceFailure?
            if case .serverEnded(let found) = await group.next() { failure = found }
            announced.withdraw()
            engine.leave()
            group.addTask {
                do { try await server.shutdownGracefully() } catch {
                    log.debug("the server was gone already: \(error)")
                }
                return .closed
            }
            group.addTask {
                // Answers on their way get this long.
                try? await Task.sleep(for: .seconds(3))
                return .closed
            }
            while let ending = await group.next() {
                if case .closed = ending { break }
            }
            group.cancelAll()
            return failure
        }
        if let failure = announced.failure ?? failure { throw failure }
    }

    private func channel(_ activity: Activity, _ announced: Announcement) -> PlainTargets {
        var configuration = HTTP1Channel.Configuration(
            idleTimeout: .milliseconds(Int64(options.silenceLimit / .milliseconds(1))))
        configuration.httpDecoder.maxHeaderFieldSize = EngineServer.headerLimitBytes
        configuration.httpDecoder.maxHeaderListSize = EngineServer.headerLimitBytes
        configuration.httpDecoder.maxHeaderFieldCount = 128
        let engine = engine
        let token = token
        let scheme = scheme
        let patience = options.silenceLimit
        let channel = HTTP1Channel(
            responder: { request, writer, _ in
                let exchange = HTTPExchange(
                    engine: engine,
                    gate: RequestGate(port: announced.port, scheme: scheme, token: token),
                    patience: patience)
                activity.begin()
                defer { activity.end() }
                try await exchange.answer(request, writer)
            }, configuration: configuration)
        return PlainTargets(base: channel)
    }

    private func server<Channel: ServerChildChannel>(
        for channel: Channel, _ announced: Announcement
    ) -> Server<Channel> {
        Server(
            childChannelSetup: channel,
            configuration: ServerConfiguration(
                address: .hostname("127.0.0.1", port: options.port),
                availableConnectionsDelegate: MaximumAvailableConnections(connectionLimit)),
            onServerRunning: { channel in
                await announce(channel.localAddress?.port ?? options.port, announced)
            }, eventLoopGroup: EventLoopGroupProvider.singleton.eventLoopGroup, logger: log)
    }

    private func announce(_ port: Int, _ announced: Announcement) async {
        let address = EngineAddress(scheme: scheme, port: port)
        var connection = ConnectionFile(
            url: address.base, armMetadataURL: address.base + "/metadata/endpoints",
            token: token, scope: engine.scope, pid: ProcessLimits.processID,
            version: BatchdeckVersion.current, workspaceFolder: options.workspace,
            caFile: options.tlsCertificate)
        let key = StorageKey(token: token)
        connection.storageAccount = key.account
        connection.storageKey = key.base64
        // Before anybody can send a job: one accepted in between would be taken for one that was left behind.
        do throws(ServiceFailure) { try await engine.resume() } catch {
            log.error("\(error.message)")
        }
        if announced.publish(connection, port: port) {
            log.info("serving \(options.workspace) at \(address.base)")
            ready(connection)
        }
    }

    private func listen(_ server: Server<some ServerChildChannel>) async -> Ending {
        do {
            try await server.run()
            return .serverEnded(nil)
        } catch {
            return .serverEnded(
                ServiceFailure(
                    kind: .unexpected, operation: "start the local engine",
                    detail: "it cannot listen on 127.0.0.1:\(options.port): \(error)",
                    advice: "Choose another --port, or leave it out to take any that is free."))
        }
    }
}
