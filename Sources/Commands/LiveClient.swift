public import BatchClient
import BatchEngine
public import BatchModel
import EngineServer
import HTTPTransport

/// Makes clients for contexts: the local engine, started when it is needed.
public enum LiveClient {
    /// A client for the context that the options and the environment name.
    ///
    /// Nothing is opened or started before the first question is asked.
    ///
    /// - Parameters:
    ///   - talk: tells a person what to do to sign in; nil where nobody would see it.
    ///   - ask: asks a person to sign in by device code, where `talk` would not be seen.
    ///   - isTalkSeen: true when a person reads along, so that they may be asked to sign in.
    /// - Throws: `.rejected` for a context that is not known, or when no folder for our files is to be had.
    public static func make(
        options: CommonOptions, environment: [String: String], executable: String,
        talk: (@Sendable (String) -> Void)? = nil, isTalkSeen: Bool = false,
        ask: CredentialSurroundings.Ask? = nil
    ) throws(ServiceFailure) -> BatchClient {
        if case .azure(let context) = try options.workspaceNames.chosen(
            context: options.context, environment: environment)
        {
            return try AzureClient.make(
                context, environment: environment,
                asking: AzureClient.Asking(
                    talk: talk, isTalkSeen: isTalkSeen, ask: ask,
                    isAllowed: !options.asking.noInput))
        }
        let home = try Home(environment: environment)
        let launcher = EngineLauncher.standard
        let workspaceOption = options.workspace
        let trust = ExtraTrust()
        var client = BatchClient.live(
            connection: { () async throws(ServiceFailure) -> Connection in
                let file = try await running(
                    launcher, home: home, workspaceOption: workspaceOption,
                    environment: environment, executable: executable)
                try trust.set(caFile: file.caFile)
                return connection(to: file)
            },
            transport: .live(trust: trust),
            folders: ClientFolders(cache: home.cache, state: home.state))
        let doctor = LocalDoctor(
            home: home, workspaceOption: workspaceOption, environment: environment,
            undecided: client.undecided)
        client.doctor = { doctor.examine() }
        client.waitingFor = { StartNote(state: home.state).words }
        return client
    }

    /// The running engine of a home, started when there is none.
    ///
    /// - Parameter arguments: what a new engine is told besides.
    static func running(
        _ launcher: EngineLauncher, home: Home, workspaceOption: String?,
        environment: [String: String], executable: String, arguments: [String] = []
    ) async throws(ServiceFailure) -> ConnectionFile {
        // Without a workspace named, whatever engine runs is the one that is meant.
        let isNamed = workspaceOption != nil || environment["BATCHDECK_WORKSPACE"] != nil
        if !isNamed, case .running(let file) = await launcher.status(state: home.state),
            file.version == BatchdeckVersion.current
        {
            return file
        }
        let workspace = try LocalWorkspace.folder(
            option: workspaceOption, environment: environment, home: home)
        let file = try await launcher.ensureRunning(
            state: home.state, workspace: workspace, executable: executable,
            extra: arguments)
        LocalWorkspace.remember(workspace, home: home)
        return file
    }

    /// A client of the engine that runs; nothing is started.
    ///
    /// - Returns: nil when none runs, or when it serves another workspace than the one that is named.
    public static func ofRunningEngine(
        workspace: String?, environment: [String: String]
    ) async -> BatchClient? {
        guard let home = try? Home(environment: environment),
            case .running(let file) = await EngineLauncher.standard.status(state: home.state)
        else { return nil }
        let named =
            workspace ?? environment["BATCHDECK_WORKSPACE"].flatMap { $0.isEmpty ? nil : $0 }
        if let named, Home.absolute(named, environment: environment) != file.workspaceFolder {
            return nil
        }
        let trust = ExtraTrust()
        guard (try? trust.set(caFile: file.caFile)) != nil else { return nil }
        return BatchClient.live(
            connection: { () throws(ServiceFailure) in connection(to: file) },
            transport: .live(trust: trust),
            folders: ClientFolders(cache: home.cache, state: home.state))
    }

    static func connection(to file: ConnectionFile) -> Connection {
        Connection(
            context: "local", isLocal: true, scope: file.scope, managementURL: file.url,
            apiURL: file.url, token: { _ in file.token })
    }
}
