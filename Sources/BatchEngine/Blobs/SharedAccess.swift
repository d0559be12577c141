public import BatchModel

/// Signed addresses: whoever holds one may use part of blob storage until it expires, without token or key.
///
/// The query string is a shared access signature as the blob service makes and reads them, in the service's own parameters
/// alone: stock clients drop every other one before they ask. A restarted engine has another key, so old signatures die
/// with it.
///
/// ```
/// sv=2024-08-04&sr=d&sdd=2&sp=r&se=2026-11-23T09:14:03Z&sig=…      a folder, by the depth of its name
/// ```
public struct SharedAccess: Sendable {
    /// What a signature of ours allows.
    public enum Permission: String, Sendable, Hashable {
        /// Reading blobs below the prefix.
        case read = "r"
        /// Reading, adding, creating, writing, deleting and listing.
        case all = "racwdl"
    }

    /// The key of the account whose blobs it opens.
    public let key: StorageKey

    /// Signs with the key of the engine's account.
    public init(token: String) { key = StorageKey(token: token) }

    init(key: StorageKey) { self.key = key }

    /// A query string, no leading `?`.
    ///
    /// - Parameter prefix: a folder with a trailing slash; empty for the whole container.
    public func sign(
        container: String, prefix: String, _ permission: Permission, until expiry: Timestamp
    ) -> String {
        let folders = prefix.split(separator: "/").map(String.init)
        var items: [RouteRequest.QueryItem] = [
            .init("sv", "2024-08-04"), .init("sr", folders.isEmpty ? "c" : "d"),
            .init("sp", permission.rawValue), .init("se", expiry.iso8601.prefix(19) + "Z"),
        ]
        if !folders.isEmpty { items.insert(.init("sdd", String(folders.count)), at: 2) }
        let signed = SignedAddress(RouteRequest(.get, [container] + folders, query: items))
        let path = ([container] + folders).joined(separator: "/")
        let text = signed.serviceText(account: key.account, resource: path)
        items.append(.init("sig", key.sign(text)))
        return items.map { $0.name + "=" + PercentEncoding.encode($0.value) }
            .joined(separator: "&")
    }

    /// True when the query of a storage request carries a signature that allows it now.
    ///
    /// - Parameters:
    ///   - target: path and query, encoded, the container first.
    ///   - isSecure: whether it came over TLS; a signature may insist on it.
    public func allows(
        _ method: RouteRequest.Method, _ target: String, now: Timestamp, isSecure: Bool = true
    ) -> Bool {
        guard let request = RouteRequest(method: method, target: target) else { return false }
        let address = SignedAddress(request)
        guard let text = address.textToSign(account: key.account),
            SecretText.equal(address["sig"], key.sign(text)),
            address.isInForce(at: now, isSecure: isSecure)
        else { return false }
        return address.coversItself
    }
}

/// A storage request with a signature in its query.
struct SignedAddress {
    /// What a call is about: each kind of signature covers some of them.
    private enum Level: Character {
        case service = "s"
        case container = "c"
        case blob = "o"
    }

    /// Older versions sign other texts (2018-11-09 brought `sr` and the snapshot's line into them).
    private static let oldestVersion = "2018-11-09"
    /// From here on there is a line for the encryption scope.
    private static let scopeVersion = "2020-12-06"

    private let request: RouteRequest

    init(_ request: RouteRequest) { self.request = request }

    /// A query value; empty when it is not there.
    subscript(name: String) -> String { request.value(of: name) ?? "" }

    private var isOfAccount: Bool { !self["ss"].isEmpty }
    private var isContainerCall: Bool { self["restype"].lowercased() == "container" }

    private var level: Level {
        if request.path.isEmpty { return .service }
        return request.path.count == 1 || isContainerCall ? .container : .blob
    }

    // MARK: - What was signed

    /// Nil when the request cannot be what any signature was made for.
    func textToSign(account: String) -> String? {
        guard self["sv"] >= Self.oldestVersion, self["sv"].utf8.count == 10 else { return nil }
        // There are no stored policies here, and nobody but this machine can ask.
        guard self["si"].isEmpty, ["", "127.0.0.1"].contains(self["sip"]) else { return nil }
        if isOfAccount { return accountText(account) }
        return resource.map { serviceText(account: account, resource: $0) }
    }

    func serviceText(account: String, resource: String) -> String {
        let scope = self["sv"] >= Self.scopeVersion ? [self["ses"]] : []
        let first = ["sp", "st", "se"].map { self[$0] } + ["/blob/\(account)/\(resource)"]
        let middle = ["si", "sip", "spr", "sv", "sr"].map { self[$0] }
        // The snapshot's line is empty: there are none.
        let last = ["rscc", "rscd", "rsce", "rscl", "rsct"].map { self[$0] }
        return (first + middle + [""] + scope + last).joined(separator: "\n")
    }

    private func accountText(_ account: String) -> String {
        let scope = self["sv"] >= Self.scopeVersion ? [self["ses"]] : []
        let values = ["sp", "ss", "srt", "st", "se", "sip", "spr", "sv"].map { self[$0] }
        return ([account] + values + scope + [""]).joined(separator: "\n")
    }

    /// The container, folder or blob the signature says it is for, as far as this request is below it.
    private var resource: String? {
        guard let container = request.path.first else { return nil }
        switch self["sr"] {
        case "c": return container
        case "b": return level == .blob ? request.path.joined(separator: "/") : nil
        case "d":
            guard let depth = Int(self["sdd"]), depth > 0 else { return nil }
            let names =
                level == .blob
                ? Array(request.path.dropFirst())
                : self["prefix"].split(separator: "/", omittingEmptySubsequences: false)
                    .map(String.init)
            guard names.count > depth else { return nil }
            return ([container] + names.prefix(depth)).joined(separator: "/")
        default: return nil
        }
    }

    // MARK: - What it allows

    func isInForce(at now: Timestamp, isSecure: Bool) -> Bool {
        guard let expiry = Timestamp(iso8601: self["se"]), now < expiry else { return false }
        if !self["st"].isEmpty {
            guard let start = Timestamp(iso8601: self["st"]), start <= now else { return false }
        }
        return isSecure || self["spr"].isEmpty || self["spr"].contains("http,")
            || self["spr"].hasSuffix(",http")
    }

    /// Whether the permissions include what this request does, on what it is about.
    var coversItself: Bool {
        guard let needed, self["sp"].contains(needed) else { return false }
        if isOfAccount { return self["ss"].contains("b") && self["srt"].contains(level.rawValue) }
        switch level {
        case .service: return false
        // Containers are made and removed by the account's owner alone.
        case .container: return request.method == .get || request.method == .head
        case .blob: return true
        }
    }

    private var needed: Character? {
        switch (level, request.method) {
        case (.service, .get): "l"
        case (.container, .get): self["comp"].lowercased() == "list" ? "l" : "r"
        case (.container, .put): "c"
        case (.blob, .get), (.blob, .head), (.container, .head): "r"
        case (.blob, .put): "w"
        case (.blob, .delete), (.container, .delete): "d"
        case (.service, _), (.container, _), (.blob, _): nil
        }
    }
}

/// Comparing secrets without telling by the time it takes how much of one was right.
public enum SecretText {
    /// True when both texts have the same bytes; the time depends on the length of `sent` alone.
    public static func equal(_ sent: String, _ expected: String) -> Bool {
        let right = Array(expected.utf8)
        var difference = sent.utf8.count ^ right.count
        for (index, byte) in sent.utf8.enumerated() {
            difference |= Int(byte ^ (right.isEmpty ? 0 : right[index % right.count]))
        }
        return difference == 0 && !right.isEmpty
    }
}
