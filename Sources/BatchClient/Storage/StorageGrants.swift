import BatchModel
import Crypto

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// How a datastore's blobs may be reached.
enum StorageGrant: Sendable, Equatable {
    /// A query to append, not to be re-encoded (CONTRACT §6.2).
    case sas(String)
    /// An Entra token for storage.
    case signIn
}

/// Asks for the right to a datastore's blobs and keeps it while it lasts.
///
/// `listSecrets` brings a signature or, on older workspaces, the account's key, from which a signature for the one
/// container is made here. Where it is refused or there is no secret at all, the person's own sign-in is used; so it is
/// where the storage account takes no signatures by key, which shows with the first of them (CONTRACT §6.2).
actor StorageGrants {
    /// What a storage account says whose keys are switched off.
    static let keysOffCode = "KeyBasedAuthenticationNotPermitted"

    /// Signatures live for an hour; they are renewed well before.
    private static let lifetime: Duration = .seconds(40 * 60)

    private let caller: ServiceCaller
    private var kept: [String: (grant: StorageGrant, at: Duration)] = [:]
    /// What was answered before anybody needed it; taken once.
    private var early: [String: (secrets: WireSecrets?, at: Duration)] = [:]
    /// Where only the person's own sign-in is taken, for as long as this program runs.
    private var signInOnly: Set<String> = []

    /// A grant that came with an address of its own: nothing is asked, and nothing renewed.
    private let fixed: StorageGrant?

    init(caller: ServiceCaller, fixed: StorageGrant? = nil) {
        self.caller = caller
        self.fixed = fixed
    }

    /// The grant for a datastore.
    func grant(
        for datastore: Datastore, in scope: WorkspaceScope
    ) async throws(ServiceFailure) -> StorageGrant {
        if let fixed { return fixed }
        let key = Self.key(datastore.name, scope)
        if signInOnly.contains(key) { return .signIn }
        let now = caller.surroundings.elapsed()
        if let known = kept[key], now - known.at < Self.lifetime { return known.grant }
        let told: (secrets: WireSecrets?, at: Duration)
        if let answer = early.removeValue(forKey: key), now - answer.at < Self.lifetime {
            told = answer
        } else {
            told = (try await secrets(datastore.name, scope), now)
        }
        let grant = try await grant(by: told.secrets, datastore)
        kept[key] = (grant, told.at)
        return grant
    }

    /// Asks for the right before the datastore itself is known: whoever reads both waits for one answer, not for two.
    ///
    /// What comes of it shows when the right is needed.
    func prepare(_ name: Datastore.Name, in scope: WorkspaceScope) async {
        let key = Self.key(name, scope)
        guard fixed == nil, !signInOnly.contains(key), kept[key] == nil, early[key] == nil
        else { return }
        do throws(ServiceFailure) {
            let now = caller.surroundings.elapsed()
            early[key] = (try await secrets(name, scope), now)
        } catch {
            // Asked again by who needs it, and told to them.
            return
        }
    }

    /// Forgets a grant that was refused.
    func forget(_ datastore: Datastore, in scope: WorkspaceScope) {
        kept[Self.key(datastore.name, scope)] = nil
        early[Self.key(datastore.name, scope)] = nil
    }

    /// Notes that a datastore's account takes no signatures: its secrets are not asked for again.
    ///
    /// A grant that came with its address stays: no token goes to a place that only an answer named.
    func useSignIn(for datastore: Datastore, in scope: WorkspaceScope) {
        forget(datastore, in: scope)
        signInOnly.insert(Self.key(datastore.name, scope))
    }

    private static func key(_ name: Datastore.Name, _ scope: WorkspaceScope) -> String {
        "\(scope.armID)/\(name)"
    }

    private struct Question: Codable {
        var expirableSecret = true
        var expireAfterHours = 1
    }

    /// Nil where they are refused: then the person's own rights on the storage account are used (CONTRACT §3, §9).
    private func secrets(
        _ name: Datastore.Name, _ scope: WorkspaceScope
    ) async throws(ServiceFailure) -> WireSecrets? {
        let operation = "get access to the datastore \(name)"
        let route = Route.management(scope, .datastoreSecrets(name))
        let request = try ServiceRequest(route, operation: operation).carrying(Question())
        let answer = try await caller.exchange(request)
        // A service that is busy has not refused anything.
        if RetryPolicy.passing.contains(answer.status) {
            throw FailureTranslation.failure(answer, operation: operation)
        }
        guard answer.isSuccess else { return nil }
        return try caller.decode(WireSecrets.self, answer, to: request)
    }

    private func grant(
        by secrets: WireSecrets?, _ datastore: Datastore
    ) async throws(ServiceFailure) -> StorageGrant {
        guard let secrets else { return .signIn }
        if let sas = secrets.sasToken, !sas.isEmpty {
            return .sas(sas.hasPrefix("?") ? String(sas.dropFirst()) : sas)
        }
        if let key = secrets.key, let account = datastore.accountName,
            let container = datastore.containerName
        {
            // Storage judges it by its own clock, not by ours.
            let now = await caller.time(at: BlobStore.base(account, of: datastore))
            let signed = SharedSignature.container(
                container, account: account, key: key, from: now + .seconds(-300),
                to: now + .seconds(3600))
            if let signed { return .sas(signed) }
        }
        return .signIn
    }
}

/// Signatures made from an account's key.
enum SharedSignature {
    /// The storage version whose string to sign this is.
    static let version = "2023-11-03"

    /// A signature to read, add, create, write, delete and list in one container.
    ///
    /// - Returns: a query, or nil when the key is not base64.
    static func container(
        _ container: String, account: String, key: String, from: Timestamp, to: Timestamp,
        version: String = version
    ) -> String? {
        guard let secret = Data(base64Encoded: key) else { return nil }
        let start = wholeSeconds(from)
        let end = wholeSeconds(to)
        let rights = "racwdl"
        let text =
            [rights, start, end, "/blob/\(account)/\(container)", "", "", "", version, "c"]
            .joined(separator: "\n") + String(repeating: "\n", count: 7)
        let code = HMAC<SHA256>.authenticationCode(
            for: Array(text.utf8), using: SymmetricKey(data: secret))
        let signature = Data(code).base64EncodedString()
        let query = [
            ("st", start), ("se", end), ("sp", rights), ("sv", version), ("sr", "c"),
            ("sig", signature),
        ]
        return query.map { "\($0.0)=\(PercentEncoding.encode($0.1))" }.joined(separator: "&")
    }

    private static func wholeSeconds(_ time: Timestamp) -> String {
        time.iso8601.prefix(19) + "Z"
    }
}
