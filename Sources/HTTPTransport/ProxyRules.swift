public import BatchModel

// The variables have no standard, only habits; these are curl's and Python's, which the Azure tools share: the lower-case name
// wins, NO_PROXY lists host names, which cover what is below them, addresses, IPv4 ranges and `*`. This machine and
// link-local addresses are never asked through a proxy: an identity service found there would be the proxy's own.

/// Which proxy an address is asked through.
public struct ProxyRules: Sendable, Hashable {
    /// A proxy's place.
    public struct Proxy: Sendable, Hashable {
        /// Its name or address.
        public var host: String
        /// Its port.
        public var port: Int
        /// What it wants to be told in `Proxy-Authorization`.
        var user: String?
        var password: String?
    }

    private var https: Proxy?
    private var http: Proxy?
    private var exceptions: [String] = []

    /// No proxies.
    public init() {}

    /// The rules of `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`, in either case.
    ///
    /// - Throws: `.rejected` for a proxy that is no address of one we can speak to.
    public init(environment: [String: String]) throws(ServiceFailure) {
        func value(_ name: String) -> String? {
            [environment[name.lowercased()], environment[name]].compactMap { $0 }
                .first { !$0.isEmpty }
        }
        let all = value("ALL_PROXY")
        https = try Self.proxy(value("HTTPS_PROXY") ?? all, "HTTPS_PROXY")
        http = try Self.proxy(value("HTTP_PROXY") ?? all, "HTTP_PROXY")
        exceptions = (value("NO_PROXY") ?? "").split { $0 == "," || $0.isWhitespace }
            .map { $0.lowercased() }
    }

    /// The proxy for an address; nil to ask it directly.
    public func proxy(for url: String) -> Proxy? {
        let isSecure = url.lowercased().hasPrefix("https://")
        guard let proxy = isSecure ? https : http else { return nil }
        let host = SafeAddress.host(of: url)
        guard !SafeAddress.isLoopback(host: host), !Self.isLinkLocal(host) else { return nil }
        let port = Self.port(of: url) ?? (isSecure ? 443 : 80)
        return exceptions.contains { Self.covers($0, host, port) } ? nil : proxy
    }

    private static func proxy(
        _ text: String?, _ name: String
    ) throws(ServiceFailure) -> Proxy? {
        guard let text else { return nil }
        let url = text.firstRange(of: "://") == nil ? "http://" + text : text
        let host = SafeAddress.host(of: url)
        guard url.lowercased().hasPrefix("http://"), !host.isEmpty else {
            // The value may hold a password, so it is not quoted.
            throw ServiceFailure(
                kind: .rejected, operation: "use the proxy of \(name)",
                detail: "its value is not http://HOST:PORT",
                advice: "Proxies are spoken to by plain HTTP; what passes through stays TLS.")
        }
        let authority = url.dropFirst("http://".count).prefix { $0 != "/" && $0 != "?" }
        let login = authority.lastIndex(of: "@").map { authority[..<$0] }
        let parts = login?.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        return Proxy(
            host: host, port: port(of: url) ?? 80,
            user: parts?.first.map { PercentEncoding.decode($0) ?? String($0) },
            password: parts?.dropFirst().first.map { PercentEncoding.decode($0) ?? String($0) })
    }

    private static func port(of url: String) -> Int? {
        guard let mark = url.firstRange(of: "://") else { return nil }
        let authority = url[mark.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let place = authority.split(separator: "@").last ?? ""
        let tail = place.hasPrefix("[") ? place.drop { $0 != "]" }.dropFirst() : place[...]
        guard let colon = tail.lastIndex(of: ":") else { return nil }
        return Int(tail[tail.index(after: colon)...])
    }

    private static func covers(_ exception: String, _ host: String, _ port: Int) -> Bool {
        if exception == "*" { return true }
        if exception.contains("/") { return covers(range: exception, host) }
        var name = Substring(exception)
        if let colon = name.lastIndex(of: ":"), let own = Int(name[name.index(after: colon)...]) {
            guard own == port else { return false }
            name = name[..<colon]
        }
        if name.hasPrefix("*.") { name = name.dropFirst() }
        let bare = name.hasPrefix(".") ? name.dropFirst() : name
        return !bare.isEmpty && (host == bare || host.hasSuffix("." + bare))
    }

    private static func covers(range: String, _ host: String) -> Bool {
        let parts = range.split(separator: "/")
        guard parts.count == 2, let base = address(parts[0]), let length = Int(parts[1]),
            (0...32).contains(length), let own = address(host[...])
        else { return false }
        let mask: UInt32 = length == 0 ? 0 : ~0 << UInt32(32 - length)
        return base & mask == own & mask
    }

    private static func address(_ text: Substring) -> UInt32? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
            .map { UInt8($0) }
        guard parts.count == 4 else { return nil }
        return parts.reduce(UInt32?.some(0)) { whole, part in
            guard let whole, let part else { return nil }
            return whole << 8 | UInt32(part)
        }
    }

    /// 169.254.0.0/16: the identity service of virtual machines, among others.
    private static func isLinkLocal(_ host: String) -> Bool {
        address(host[...]).map { $0 >> 16 == 0xA9FE } ?? false
    }
}

// What is printed of a proxy must not show its password.
extension ProxyRules.Proxy: CustomStringConvertible, CustomReflectable {
    /// `host:port`.
    public var description: String { "\(host):\(port)" }
    /// Host and port alone.
    public var customMirror: Mirror { Mirror(self, children: ["host": host, "port": port]) }
}
