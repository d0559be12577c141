public import BatchModel

// One token per audience, fetched when it is first needed and renewed before it ends. Whoever asks while it is being fetched
// waits for the same answer. A renewal that fails while the old token is still good is no failure: the old one is used
// and the renewal is tried again a little later.

/// The tokens of one context, in memory only.
public actor TokenSource {
    /// So long before its end a token is renewed (CONTRACT §8).
    static let renewAhead: Duration = .seconds(300)
    /// A token this near its end is not used any more: it would end on the way.
    static let tooNear: Duration = .seconds(10)
    /// After a failed renewal nothing is asked for so long.
    static let pauseAfterFailure: Duration = .seconds(30)

    /// A token that is over when it comes is over by a clock of ours that is ahead: it is used for so long, and who refuses it
    /// says so.
    static let shortestUse: Duration = .seconds(30)

    private struct Kept {
        var token: AccessToken
        var renewAt: Timestamp
    }

    private let context: AzureContext
    private let credentials: [Credential]
    private let now: @Sendable () -> Timestamp
    private var kept: [Connection.Audience: Kept] = [:]
    private var asking: [Connection.Audience: Task<Result<String, ServiceFailure>, Never>] = [:]
    /// The credential that answered last: the chain is not walked again for each audience.
    private var proven: Int?

    /// The tokens of a context, by its credential.
    public init(_ context: AzureContext, _ outside: CredentialSurroundings) {
        self.init(
            context, CredentialChain.credentials(for: context, outside), now: outside.client.now)
    }

    init(
        _ context: AzureContext, _ credentials: [Credential],
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.context = context
        self.credentials = credentials
        self.now = now
    }

    /// A token for an audience that is good for a while.
    ///
    /// - Throws: `.unauthorized` when sign-in is needed or was refused, `.unreachable` when nobody could be asked.
    public func token(_ audience: Connection.Audience) async throws(ServiceFailure) -> String {
        if let kept = kept[audience], now() < kept.renewAt { return kept.token.text }
        let task = asking[audience] ?? start(audience)
        return try await task.value.get()
    }

    /// Gives a token up that a service refused; the next question fetches another.
    public func discard(_ audience: Connection.Audience, _ token: String) {
        if kept[audience]?.token.text == token { kept[audience] = nil }
    }

    /// The name of the credential that answered last; nil before any did.
    var provenName: String? { proven.map { credentials[$0].name } }

    /// When the token of an audience ends; nil while there is none.
    func end(of audience: Connection.Audience) -> Timestamp? { kept[audience]?.token.expiresAt }

    private func start(
        _ audience: Connection.Audience
    ) -> Task<Result<String, ServiceFailure>, Never> {
        let task = Task { await self.renewed(audience) }
        asking[audience] = task
        return task
    }

    private func renewed(_ audience: Connection.Audience) async -> Result<String, ServiceFailure> {
        defer { asking[audience] = nil }
        do throws(ServiceFailure) {
            let token = try await fetch(context.resource(for: audience))
            // A token that lives shorter than twice that is renewed when half its life is over.
            let ahead = min(Self.renewAhead, max(.zero, token.expiresAt - now()) / 2)
            let isOver = token.expiresAt <= now()
            let renewAt = isOver ? now() + Self.shortestUse : token.expiresAt - ahead
            kept[audience] = Kept(token: token, renewAt: renewAt)
            return .success(token.text)
        } catch {
            guard let old = kept[audience], now() + Self.tooNear < old.token.expiresAt else {
                return .failure(error)
            }
            kept[audience]?.renewAt = min(
                now() + Self.pauseAfterFailure, old.token.expiresAt - Self.tooNear)
            return .success(old.token.text)
        }
    }

    private func fetch(_ resource: String) async throws(ServiceFailure) -> AccessToken {
        var reasons: [String] = []
        let order = proven.map { first in
            [first] + credentials.indices.filter { $0 != first }
        }
        for index in order ?? Array(credentials.indices) {
            do throws(CredentialFailure) {
                let token = try await credentials[index].fetch(resource)
                proven = index
                return token
            } catch {
                switch error {
                case .notHere(let reason): reasons.append("\(credentials[index].name): \(reason)")
                case .refused(let failure): throw failure
                }
            }
        }
        throw signInNeeded(reasons)
    }

    private func signInNeeded(_ reasons: [String]) -> ServiceFailure {
        ServiceFailure(
            kind: .unauthorized, operation: "sign in for the context \(context.name)",
            serviceCode: "SignInNeeded",
            detail: "sign-in is needed; " + reasons.joined(separator: "; "),
            advice: SignInAdvice.howToSignIn(context.credential.kind))
    }
}
