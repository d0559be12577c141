import BatchClient
import BatchModel
import HTTPTransport

/// Makes clients for Azure ML workspaces.
enum AzureClient {
    /// How a person is asked to sign in.
    struct Asking {
        /// Tells a person what to do; nil where nobody would see it.
        var talk: (@Sendable (String) -> Void)?
        /// True when a person reads along.
        var isTalkSeen: Bool
        /// Asks a person in another way than `talk`.
        var ask: CredentialSurroundings.Ask?
        /// False where a sign-in that needs a person is to fail at once.
        var isAllowed = true
    }

    /// A client for a context; nobody is asked and nothing is read before the first question, but the certificates.
    ///
    /// - Throws: `.rejected` for certificates or proxies that cannot be used.
    static func make(
        _ context: AzureContext, environment: [String: String], asking: Asking
    ) throws(ServiceFailure) -> BatchClient {
        let home = try Home(environment: environment)
        let trust = ExtraTrust()
        try trust.set(caFile: context.caFile.map { Home.absolute($0, environment: environment) })
        let proxies = try ProxyRules(environment: environment)
        let transport = Transport.live(trust: trust, proxies: proxies)
        // Submissions are remembered by context: one workspace must not be asked for another's jobs.
        let folders = ClientFolders(
            cache: home.cache, state: "\(home.state)/contexts/\(context.name)")
        let tokens = TokenSource(
            context,
            CredentialSurroundings(
                environment: environment, transport: transport,
                runProgram: { await ProgramRunner.run($0, environment: environment) },
                talk: plain(asking.talk),
                isPersonThere: asking.isTalkSeen && asking.isAllowed, ask: asking.ask,
                isAskingAllowed: asking.isAllowed, stateFolder: folders.state))
        let connection = connection(to: context, tokens)
        var client = BatchClient.live(
            connection: { () throws(ServiceFailure) in connection }, transport: transport,
            folders: folders)
        var outside = AzureDoctor.Outside(
            transport: transport, way: { proxies.way(to: $0, environment: environment) },
            undecided: client.undecided)
        if asking.isAllowed, context.credential.kind == .deviceCode || asking.isTalkSeen {
            outside.signInLimit = AzureDoctor.personLimit
        }
        let doctor = AzureDoctor(context, tokens: tokens, outside)
        client.doctor = { doctor.examine() }
        client.signIn = .live(context, tokens, stateFolder: folders.state)
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
