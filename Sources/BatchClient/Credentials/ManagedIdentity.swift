import BatchModel
import Synchronization

// Each kind of machine hands tokens out in its own way, and the variables it sets tell which (CONTRACT §8). A virtual machine
// sets none: there a fixed address answers, or nothing does, and then a second is waited to know.

/// The identity of the machine or service we run on.
struct ManagedIdentity: Sendable {
    /// Who hands tokens out here.
    enum Place: Sendable, Hashable {
        case appService(url: String, secret: String)
        case azureMLCompute(url: String, secret: String)
        case cloudShell(url: String)
        case virtualMachine(base: String)
        /// Set up for something we do not speak.
        case foreign(String)

        /// Which it is, by the variables, in CONTRACT's order.
        static func find(_ variable: (String) -> String?) -> Place {
            if let url = variable("IDENTITY_ENDPOINT") {
                if let secret = variable("IDENTITY_HEADER") {
                    return variable("IDENTITY_SERVER_THUMBPRINT") == nil
                        ? .appService(url: url, secret: secret) : .foreign("Service Fabric")
                }
                if variable("IMDS_ENDPOINT") != nil { return .foreign("Azure Arc") }
            }
            if let url = variable("MSI_ENDPOINT") {
                return variable("MSI_SECRET").map { .azureMLCompute(url: url, secret: $0) }
                    ?? .cloudShell(url: url)
            }
            let base = variable("AZURE_POD_IDENTITY_AUTHORITY_HOST") ?? "http://169.254.169.254"
            return .virtualMachine(base: base.hasSuffix("/") ? String(base.dropLast()) : base)
        }
    }

    static let name = "managed-identity"
    /// Whether a virtual machine's service answers is known after so long.
    static let probeTime: Duration = .seconds(1)
    /// While that service is being renewed it says 410, for at most so long.
    static let renewalTime: Duration = .seconds(70)
    /// The longest wait between two questions during a renewal.
    static let longestWait: Duration = .seconds(10)

    let choice: CredentialChoice
    let caller: TokenCaller
    /// True once the virtual machine's service has answered.
    private let isProven = Flag()

    init(choice: CredentialChoice, caller: TokenCaller) {
        self.choice = choice
        self.caller = caller
    }

    private final class Flag: Sendable {
        private let value = Mutex(false)
        var isSet: Bool { value.withLock { $0 } }
        func set() { value.withLock { $0 = true } }
    }

    var credential: Credential {
        Credential(name: Self.name) { resource throws(CredentialFailure) in
            try await token(resource)
        }
    }

    private func token(_ resource: String) async throws(CredentialFailure) -> AccessToken {
        let place = Place.find(caller.outside.variable)
        if case .foreign(let what) = place {
            throw .notHere("\(what) is not spoken here")
        }
        let call = request(resource, at: place)
        guard case .virtualMachine = place else {
            return try caller.read(
                await caller.send(call), by: Self.name, at: call.url, secrets: secrets(place)
            ).token
        }
        try await probe(call)
        return try readVirtualMachine(await patiently(call), call)
    }

    private func secrets(_ place: Place) -> [String] {
        switch place {
        case .appService(_, let secret), .azureMLCompute(_, let secret): [secret]
        case .cloudShell, .virtualMachine, .foreign: []
        }
    }

    /// The question for a token, by place; proxies would not know that place.
    func request(_ resource: String, at place: Place) -> HTTPCall {
        var call: HTTPCall
        switch place {
        case .appService(let url, let secret):
            call = get(
                url,
                [("api-version", "2019-08-01"), ("resource", resource)]
                    + identity(client: "client_id", object: "object_id", resource: "mi_res_id"),
                header: ("X-IDENTITY-HEADER", secret))
        case .azureMLCompute(let url, let secret):
            let client = choice.clientID ?? caller.outside.variable("DEFAULT_IDENTITY_CLIENT_ID")
            call = get(
                url,
                [("api-version", "2017-09-01"), ("resource", resource)]
                    + (client.map { [("clientid", $0)] } ?? []), header: ("secret", secret))
        case .cloudShell(let url):
            call = TokenCaller.form(url, [(name: "resource", value: resource)])
            call.headers.append(("Metadata", "true"))
        case .virtualMachine(let base):
            call = get(
                base + "/metadata/identity/oauth2/token",
                [("api-version", "2018-02-01"), ("resource", resource)]
                    + identity(client: "client_id", object: "object_id", resource: "msi_res_id"),
                header: ("Metadata", "true"))
        case .foreign: call = HTTPCall(method: .get, url: "")
        }
        call.bypassesProxy = true
        return call
    }

    private func get(
        _ url: String, _ query: [(String, String)], header: (String, String)
    ) -> HTTPCall {
        let text = query.map { "\($0)=\(PercentEncoding.encode($1))" }.joined(separator: "&")
        return HTTPCall(
            method: .get, url: url + (url.contains("?") ? "&" : "?") + text,
            headers: [(header.0, header.1), ("Accept", "application/json")], timeout: .seconds(30))
    }

    /// Which of several identities, by the first name that is given.
    private func identity(
        client: String, object: String, resource: String
    ) -> [(String, String)] {
        if let id = choice.clientID { return [(client, id)] }
        if let id = choice.objectID { return [(object, id)] }
        if let id = choice.resourceID { return [(resource, id)] }
        return []
    }

    // MARK: - Virtual machines

    /// Asks without the header that makes it a question: any answer shows that somebody is there.
    private func probe(_ call: HTTPCall) async throws(CredentialFailure) {
        guard !isProven.isSet else { return }
        var probe = call
        probe.headers = []
        probe.timeout = Self.probeTime
        if case .lost = await caller.once(probe) {
            throw .notHere("no identity service answers on this machine")
        }
        isProven.set()
    }

    /// The service is asked again while it starts, is busy, or is being renewed.
    private func patiently(_ call: HTTPCall) async -> TokenCaller.Outcome {
        let begin = caller.outside.client.now()
        var wait: Duration = .milliseconds(800)
        var attempt = 1
        while true {
            let outcome = await caller.once(call)
            guard case .answer(let answer) = outcome else { return outcome }
            let isRenewing = answer.status == 410
            let isPassing =
                isRenewing || [404, 429].contains(answer.status) || answer.status >= 500
            let isOver =
                isRenewing
                ? caller.outside.client.now() - begin > Self.renewalTime
                : attempt >= TokenCaller.tries
            guard isPassing, !isOver, await caller.paused(wait) else { return outcome }
            attempt += 1
            wait = min(wait * 2, Self.longestWait)
        }
    }

    private func readVirtualMachine(
        _ outcome: TokenCaller.Outcome, _ call: HTTPCall
    ) throws(CredentialFailure) -> AccessToken {
        if case .answer(let answer) = outcome, answer.status == 400 || answer.status == 403 {
            let said = FailureTranslation.read(answer).text
            throw .notHere(
                "this machine has no such identity: "
                    + SecretMask.masked(FailureTranslation.printable(Array(said.utf8), limit: 300)))
        }
        return try caller.read(outcome, by: Self.name, at: call.url).token
    }
}
