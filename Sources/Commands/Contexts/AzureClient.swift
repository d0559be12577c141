import BatchClient
import BatchModel
import HTTPTransport

/// Makes clients for Azure ML workspaces.
enum AzureClient {
    /// A client for a context; nobody is asked and nothing is read before the first question, but the certificates.
    ///
    /// - Throws: `.rejected` for certificates or proxies that cannot be used.
    static func make(
        _ context: AzureContext, environment: [String: String],
        talk: (@Sendable (String) -> Void)?, isTalkSeen: Bool
    ) throws(ServiceFailure) -> BatchClient {
        let home = try Home(environment: environment)
        let trust = ExtraTrust()
        try trust.set(caFile: context.caFile.map { Home.absolute($0, environment: environment) })
        let transport = Transport.live(
            trust: trust, proxies: try ProxyRules(environment: environment))
        // Submissions are remembered by context: one workspace must not be asked for another's jobs.
        let folders = ClientFolders(
            cache: home.cache, state: "\(home.state)/contexts/\(context.name)")
        let tokens = TokenSource(
            context,
            CredentialSurroundings(
                environment: environment, transport: transport,
                runProgram: { await ProgramRunner.run($0, environment: environment) },
                talk: plain(talk), isPersonThere: isTalkSeen,
                stateFolder: folders.state))
        let connection = connection(to: context, tokens)
        let client = BatchClient.live(
            connection: { () throws(ServiceFailure) in connection }, transport: transport,
            folders: folders)
        return context.isReadOnly ? client.readOnly(context: context.name) : client
    }

    /// The directory's words are others' words.
    private static func plain(
        _ talk: (@Sendable (String) -> Void)?
    ) -> (@Sendable (String) -> Void)? {
        guard let talk else { return nil }
        return { talk(PlainText.lines($0)) }
    }

    private static func connection(to context: AzureContext, _ tokens: TokenSource) -> Connection {
        Connection(
            context: context.name, isLocal: false, scope: context.scope,
            managementURL: context.managementURL, apiURL: nil, isReadOnly: context.isReadOnly,
            token: { audience throws(ServiceFailure) in try await tokens.token(audience) },
            discard: { audience, token in await tokens.discard(audience, token) })
    }
}
