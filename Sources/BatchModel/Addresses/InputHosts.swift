/// The hosts that a person named to be fetched from whatever their addresses (`--allow-input-host HOST[:PORT]`).
public struct InputHosts: Sendable, Hashable {
    private struct Entry: Sendable, Hashable {
        var host: String
        /// Nil for every port.
        var port: Int?
    }

    private var entries: [Entry] = []

    /// No host at all.
    public init() {}

    /// Reads the hosts as they were given.
    ///
    /// - Parameter texts: `HOST` or `HOST:PORT` each; IPv6 addresses in brackets.
    /// - Throws: the first that is neither, with what is wrong.
    public init(_ texts: [String]) throws(InputURL.Refusal) {
        for text in texts {
            let read: InputURL
            do throws(InputURL.Refusal) { read = try InputURL(parsing: "http://" + text) } catch {
                throw InputURL.Refusal(detail: "\(text) \(error.detail)")
            }
            guard read.path == "/", read.query == nil, !text.contains("/"), !text.contains("#")
            else {
                throw InputURL.Refusal(detail: "\(text) is more than HOST or HOST:PORT")
            }
            let afterBracket = text.split(separator: "]").last ?? ""
            let hasPort = text.hasPrefix("[") ? afterBracket.hasPrefix(":") : text.contains(":")
            entries.append(Entry(host: read.host, port: hasPort ? read.port : nil))
        }
    }

    /// True when the address's host, and port if one was given, was named.
    public func contain(_ url: InputURL) -> Bool {
        entries.contains { $0.host == url.host && ($0.port == nil || $0.port == url.port) }
    }

    /// Why an address is not fetched, from its text alone; nil when its host must be looked up.
    ///
    /// What a host's name leads to is asked before every connection as well: this is for an answer at once.
    public func refusal(_ url: InputURL) -> String? {
        if contain(url) { return nil }
        let way = "start the engine with --allow-input-host \(url.authority) if you trust it"
        guard url.isSecure else { return "is plain http; give an https address, or \(way)" }
        if let numeric = url.numeric {
            return numeric.barrier.map { "is on \(url.host), \($0); \(way)" }
        }
        return Self.isInner(url.host)
            ? "is on \(url.host), a name of this machine or its network; \(way)" : nil
    }

    /// Names that are never the public network's (RFC 6761, 6762, 8375, 9476), and those without a dot, which a resolver
    /// completes with a domain of its own.
    private static func isInner(_ host: String) -> Bool {
        let last = host.split(separator: ".").last.map(String.init) ?? ""
        let inner: Set = [
            "localhost", "localdomain", "local", "internal", "intranet", "private", "corp", "home",
            "lan", "test", "invalid", "example", "onion", "alt",
        ]
        return !host.contains(".") || inner.contains(last) || host.hasSuffix(".home.arpa")
    }
}
