public import BatchModel

// Everything that work on a workspace depends on, each looked at for itself, so that one answer says which of them is broken.
// Tokens come first: what needs one waits for it and is passed over when there is none, so that a missing sign-in is one
// problem and not nine. Clock and proxy need none. Nothing is changed anywhere, and nothing is tried twice.

/// How an address is reached.
public enum ProxyWay: Sendable, Hashable {
    /// Directly; the text says why where a proxy might have been expected, and is empty otherwise.
    case direct(because: String)
    /// Through a proxy at `host:port`, named by a variable.
    case through(place: String, variable: String)
}

/// Looks at a context of Azure ML.
public struct AzureDoctor: Sendable {
    /// A look at the service is given up after so long.
    public static let limit: Duration = .seconds(15)
    /// Getting a token is given up after so long: five credentials in turn, `az` alone may take ten seconds.
    public static let signInLimit: Duration = .seconds(30)
    /// The same where a person has to enter a code.
    public static let personLimit: Duration = .seconds(900)

    let context: AzureContext
    let tokens: TokenSource
    let outside: Outside
    let caller: ServiceCaller
    let catalogue: Catalogue

    /// What is asked besides the service.
    public struct Outside: Sendable {
        /// Sends requests.
        public var transport: Transport
        /// Clock and sleep.
        public var client: ClientSurroundings
        /// How an address is reached.
        public var way: @Sendable (_ url: String) -> ProxyWay
        /// Submissions whose outcome is not known.
        public var undecided: @Sendable () async throws(ServiceFailure) -> [Submission]
        /// How long a look may take.
        public var limit = AzureDoctor.limit
        /// How long getting a token may take.
        public var signInLimit = AzureDoctor.signInLimit

        /// Collects what is outside.
        public init(
            transport: Transport, client: ClientSurroundings = .system,
            way: @escaping @Sendable (_ url: String) -> ProxyWay = { _ in .direct(because: "") },
            undecided:
                @escaping @Sendable () async throws(ServiceFailure) -> [Submission] = { [] }
        ) {
            self.transport = transport
            self.client = client
            self.way = way
            self.undecided = undecided
        }
    }

    /// Nothing is asked yet.
    public init(_ context: AzureContext, tokens: TokenSource, _ outside: Outside) {
        self.context = context
        self.tokens = tokens
        self.outside = outside
        let connection = Connection(
            context: context.name, isLocal: false, scope: context.scope,
            managementURL: context.managementURL, apiURL: nil, isReadOnly: context.isReadOnly,
            token: { audience throws(ServiceFailure) in try await tokens.token(audience) },
            discard: { audience, token in await tokens.discard(audience, token) })
        caller = ServiceCaller(
            transport: outside.transport,
            keeper: ConnectionKeeper(open: { () throws(ServiceFailure) in connection }),
            surroundings: outside.client, retry: .once)
        catalogue = Catalogue(caller: caller)
    }

    /// Looks at everything, side by side.
    public func examine() -> AsyncStream<DoctorCheck> {
        let sights = Sights(tokens, within: outside.signInLimit)
        let needs = { (audience: Connection.Audience, name: String) in
            { @Sendable () async -> DoctorCheck? in await sights.lack(audience, for: name) }
        }
        func step(
            _ name: String, needing audience: Connection.Audience,
            _ look: @escaping @Sendable () async throws(ServiceFailure) -> DoctorCheck
        ) -> DoctorRound.Step {
            DoctorRound.Step(name, within: outside.limit, after: needs(audience, name)) {
                do throws(ServiceFailure) { return [try await look()] } catch {
                    return [DoctorCheck(name, error)]
                }
            }
        }
        return DoctorRound.run([
            DoctorRound.Step("context", within: outside.limit) { [contextCheck] },
            DoctorRound.Step("sign-in", within: .seconds(3600)) { [await signIn(sights)] },
            audience(.management, sights), audience(.machineLearning, sights),
            audience(.storage, sights), step("workspace", needing: .management, workspace),
            step("data plane", needing: .machineLearning, dataPlane),
            step("scoring", needing: .management, scoring),
            step("roles", needing: .management, roles),
            step("datastore", needing: .management, datastore),
            step("storage", needing: .management, storage),
            DoctorRound.Step("clock", within: outside.limit) { [await clock()] },
            DoctorRound.Step("proxy", within: outside.limit) { [await proxy()] },
            DoctorRound.Step("submissions", within: outside.limit) {
                [await SubmissionCheck.check(outside.undecided)]
            },
        ]) { sights.cancel() }
    }

    private var contextCheck: DoctorCheck {
        // A context of the command line alone has a name that nobody could have written.
        if let problem = context.problems.first(where: { $0.key != "name" }) {
            return DoctorCheck("context", .problem, problem.detail, advice: problem.advice)
        }
        let scope = context.scope
        return DoctorCheck(
            "context", .ok,
            "\(context.name): workspace \(scope.workspace) of \(scope.resourceGroup), "
                + "\(context.cloud.name)" + (context.isReadOnly ? ", read-only" : ""))
    }

    // MARK: - Tokens

    private func signIn(_ sights: Sights) async -> DoctorCheck {
        switch await sights.sight(.management) {
        case .failure(let failure):
            return DoctorCheck(
                "sign-in", .problem, failure.detail, advice: failure.advice, isSignIn: true)
        case .success(let sight):
            let who = sight.claims?.identity ?? "the token does not say who it is for"
            return DoctorCheck("sign-in", .ok, "by \(sight.credential): \(who)")
        }
    }

    private func audience(_ audience: Connection.Audience, _ sights: Sights) -> DoctorRound.Step {
        let name = Self.name(audience)
        return DoctorRound.Step(name, within: .seconds(3600)) {
            if audience != .management, let lack = await sights.lack(.management, for: name) {
                return [lack]
            }
            switch await sights.sight(audience) {
            case .failure(let failure):
                return [
                    DoctorCheck(
                        name, .problem, failure.detail, advice: failure.advice, isSignIn: true)
                ]
            case .success(let sight): return [fit(sight, audience, name)]
            }
        }
    }

    static func name(_ audience: Connection.Audience) -> String {
        switch audience {
        case .management: "token for management"
        case .machineLearning: "token for batch endpoints"
        case .storage: "token for storage"
        }
    }

    private func fit(
        _ sight: TokenSight, _ audience: Connection.Audience, _ name: String
    ) -> DoctorCheck {
        let wanted = context.resource(for: audience)
        let end = sight.expiresAt.map { "until \($0.readable) UTC" } ?? "its end cannot be read"
        guard let said = sight.claims?.audience else {
            return DoctorCheck(name, .ok, "\(end); whom it is for cannot be read from it")
        }
        guard !Self.fits(said, wanted, context.cloud) else {
            return DoctorCheck(name, .ok, "for \(said.plainLine), \(end)")
        }
        let advice =
            sight.credential == GivenToken.name
            ? "Give a token for each audience: in the token file as "
                + "{\"management\": …, \"ml\": …, \"storage\": …}, or as BATCHDECK_TOKEN_ML …"
            : "Check the context's cloud and ml_audience."
        return DoctorCheck(
            name, .problem, "it is for \(said.plainLine), and \(wanted) is wanted: it is refused",
            advice: advice, isSignIn: true)
    }

    /// True when an audience is the wanted one, in any of its spellings. A number is a service's id: it cannot be judged here.
    static func fits(_ said: String, _ wanted: String, _ cloud: Cloud) -> Bool {
        func bare(_ text: String) -> String {
            let lowered = text.lowercased()
            return lowered.hasSuffix("/") ? String(lowered.dropLast()) : lowered
        }
        if bare(said) == bare(wanted) { return true }
        // Tokens of the portal and older tools carry the name of the API before Resource Manager.
        if wanted == cloud.managementURL { return bare(said).hasPrefix("https://management.core.") }
        return !said.contains("://") && said.utf8.count == 36
    }
}

/// The tokens' outsides, each asked for once; the first decides which credential it is, so the others wait for it.
struct Sights: Sendable {
    typealias Seen = Result<TokenSight, ServiceFailure>
    private let tasks: [Connection.Audience: Task<Seen, Never>]

    init(_ tokens: TokenSource, within limit: Duration) {
        let first = Task { await Self.ask(tokens, .management, limit) }
        var tasks: [Connection.Audience: Task<Seen, Never>] = [.management: first]
        for audience in [Connection.Audience.machineLearning, .storage] {
            tasks[audience] = Task {
                if case .failure(let failure) = await first.value { return .failure(failure) }
                return await Self.ask(tokens, audience, limit)
            }
        }
        self.tasks = tasks
    }

    /// Nobody wants to know any more: a sign-in that waits for a person is given up.
    func cancel() { for task in tasks.values { task.cancel() } }

    func sight(_ audience: Connection.Audience) async -> Seen {
        await tasks[audience]?.value
            ?? .failure(
                ServiceFailure(
                    kind: .unexpected, operation: "look at a token", detail: "nobody asked for it"))
    }

    /// The finding of a look that needs a token which is not to be had; nil when it is there.
    func lack(_ audience: Connection.Audience, for name: String) async -> DoctorCheck? {
        guard case .failure = await sight(audience) else { return nil }
        return DoctorCheck(name, .skipped, "there is no token to ask with")
    }

    private static func ask(
        _ tokens: TokenSource, _ audience: Connection.Audience, _ limit: Duration
    ) async -> Seen {
        let seen = await DoctorRound.within(limit) { () -> Seen in
            do throws(ServiceFailure) { return .success(try await tokens.sight(audience)) } catch {
                return .failure(error)
            }
        }
        return seen
            ?? .failure(
                ServiceFailure(
                    kind: .timedOut, operation: "sign in",
                    detail: "no token came within \(limit.components.seconds) s",
                    advice: "Check the network, or choose another --credential."))
    }
}

/// What the journal has to say.
public enum SubmissionCheck {
    /// A warning while the outcome of a submission is not known.
    public static func check(
        _ ask: () async throws(ServiceFailure) -> [Submission]
    ) async -> DoctorCheck {
        let undecided: [Submission]
        do throws(ServiceFailure) {
            undecided = try await ask()
        } catch {
            return DoctorCheck("submissions", error)
        }
        guard let oldest = undecided.first else {
            return DoctorCheck("submissions", .ok, "the outcome of every submission is known")
        }
        return DoctorCheck(
            "submissions", .warning,
            "of \(undecided.count) it is not known whether a job came of it; the oldest is for "
                + "\(oldest.draft.endpoint.rawValue.plainLine), \(oldest.at.readable) UTC",
            advice: "Settle each with `batchdeck job undecided`, or U in the console: "
                + "look again, send again or forget.")
    }
}
