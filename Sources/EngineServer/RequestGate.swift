// Who may talk to the engine.
//
// A loopback port is reachable by every page in a browser and every user of the machine, so nothing is believed because it
// came from here: the Host must be one of ours (a rebound DNS name is not), no page may have sent it (an Origin, or a
// Sec-Fetch-Site of another site), and it must carry the token from the connection file or a signature minted from it. Only
// cloud metadata and discovery are open: clients fetch them before they sign in, and they hold no secret.
//
// The gate looks at the head alone, before a byte of body is read and before anything is parsed further.

import BatchEngine
import BatchModel

/// The decision on one request's head.
struct RequestGate: Sendable {
    /// A request's head, as far as the gate looks.
    struct Head: Sendable {
        var method: String
        /// As received.
        var target: String
        /// Every Host there was.
        var hosts: [String]
        var origin: String?
        var fetchSite: String?
        var authorization: String?
        /// All fields: a storage request may be signed with them.
        var headers = EngineHeaders()
    }

    enum Verdict: Sendable, Hashable {
        case pass(RouteRequest.Method, EngineAddress, isStorageHost: Bool)
        case refuse(Refusal)
    }

    /// An answer of the gate's own.
    struct Refusal: Sendable, Hashable {
        var status: Int
        var code: String
        var message: String
        /// Storage clients expect XML.
        var isStorageHost = false
    }

    /// Longer targets than any route needs: a blob name of 1,024 bytes percent-encoded, and a signature.
    static let targetLimitBytes = 8192
    /// The code of refusals after which the rest of a connection is not worth reading.
    static let badTarget = "InvalidUri"

    let port: Int
    let scheme: String
    let token: String
    let access: SharedAccess

    init(port: Int, scheme: String = "http", token: String) {
        self.port = port
        self.scheme = scheme
        self.token = token
        access = SharedAccess(token: token)
    }

    /// Decides on a request.
    func judge(_ head: Head, now: Timestamp) -> Verdict {
        // A target that names a host of its own is for proxies: whatever else it says is not looked at.
        guard head.target.hasPrefix("/") else {
            return refuse(400, Self.badTarget, "The request target must be a path.")
        }
        guard head.hosts.count == 1, let host = allowedHost(head.hosts[0]) else {
            return refuse(
                403, "HostNotAllowed",
                "This engine answers to 127.0.0.1, localhost and its storage host "
                    + "with its own port only.")
        }
        // Storage has its own name, and for clients that cannot resolve it the account's name as the first of the path.
        let blobTarget =
            host == EngineAddress.storageHost
            ? head.target : EngineAddress.belowAccount(head.target)
        let isStorage = blobTarget != nil
        guard head.origin == nil else {
            return refuse(
                403, "OriginNotAllowed", "Requests from web pages are not answered.", isStorage)
        }
        if let site = head.fetchSite?.lowercased(), site != "none", site != "same-origin" {
            return refuse(
                403, "OriginNotAllowed", "Requests from web pages are not answered.", isStorage)
        }
        guard let method = RouteRequest.Method(rawValue: head.method) else {
            return refuse(405, "MethodNotAllowed", "\(head.method) is not served.", isStorage)
        }
        guard head.target.utf8.count <= Self.targetLimitBytes else {
            return refuse(400, Self.badTarget, "The request target is over 8 KiB.", isStorage)
        }
        guard mayEnter(method, head, blobTarget, now) else { return noEntry(head, isStorage) }
        let address = EngineAddress(scheme: scheme, host: host, port: port)
        return .pass(method, address, isStorageHost: isStorage)
    }

    /// The name part of an allowed Host; nil for any other. The port must be there and ours.
    private func allowedHost(_ host: String) -> String? {
        let tail = ":\(port)"
        guard host.utf8.count < 128, host.hasSuffix(tail) else { return nil }
        let name = host.dropLast(tail.count).lowercased()
        let allowed = ["127.0.0.1", "localhost", "[::1]", EngineAddress.storageHost]
        return allowed.first { $0 == name }
    }

    private func mayEnter(
        _ method: RouteRequest.Method, _ head: Head, _ blobTarget: String?, _ now: Timestamp
    ) -> Bool {
        if let sent = head.authorization {
            if sent.lowercased().hasPrefix("bearer ") {
                return SecretText.equal(String(sent.dropFirst(7)), token)
            }
            guard blobTarget != nil else { return false }
            return SignedRequest(method: head.method, target: head.target, headers: head.headers)
                .carries(sent, of: access.key, now: now)
        }
        if let blobTarget {
            return access.allows(method, blobTarget, now: now, isSecure: scheme == "https")
        }
        guard let request = RouteRequest(method: method, target: head.target),
            let route = Route(request, isStorageHost: false)
        else { return false }
        return route.plane == .open
    }

    private func noEntry(_ head: Head, _ isStorage: Bool) -> Verdict {
        if isStorage {
            return refuse(
                403, "AuthenticationFailed",
                "Server failed to authenticate the request. "
                    + "The signature or token is missing, wrong or expired.",
                true)
        }
        return refuse(
            401, "InvalidAuthenticationToken",
            "The access token is missing or not this engine's. It stands in the connection file, "
                + "and changes with every start of the engine.")
    }

    private func refuse(
        _ status: Int, _ code: String, _ message: String, _ isStorage: Bool = false
    ) -> Verdict {
        .refuse(Refusal(status: status, code: code, message: message, isStorageHost: isStorage))
    }
}
