// The address of data on another host, read strictly.
//
// Two programs that read one address differently are the oldest way around an address check, so what can be read two ways is
// refused rather than tidied: a user name, an escape or a letter beyond ASCII in the host, a backslash, a control character.
// What comes out prints to one text (`text`) that says the same to everybody.

/// An address that can be fetched: `https`, or `http` for hosts that were named on purpose.
public struct InputURL: Sendable, Hashable {
    /// True for https.
    public var isSecure: Bool
    /// Lower-case name without a trailing dot, or a numeric address in its one spelling, without brackets.
    public var host: String
    /// The port, given or the scheme's.
    public var port: Int
    /// Begins with a slash; percent-encoded as it was.
    public var path: String
    /// What follows the question mark: often a signature. Nil when there is none.
    public var query: String?

    /// Why a text is no such address: words after "the address".
    public struct Refusal: Error, Sendable, Hashable {
        /// What is wrong and what to do, a sentence without its subject.
        public var detail: String

        /// Says what is wrong.
        public init(detail: String) { self.detail = detail }
    }

    /// Longer than any address a storage service takes.
    public static let limitBytes = 8192

    /// Reads an address; those of Azure's file system drivers are rewritten to the storage host's own.
    ///
    /// - Parameter text: `https://…`, `http://…`, `wasb[s]://container@account…/path`, `abfs[s]://filesystem@account…/path`.
    /// - Throws: `Refusal` for `adl://`, other schemes, and whatever can be read two ways.
    public init(parsing text: String) throws(Refusal) {
        guard text.utf8.count <= Self.limitBytes else {
            throw Refusal(detail: "is longer than \(Self.limitBytes) bytes")
        }
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != 0x5C }) else {
            throw Refusal(
                detail: "holds a blank, a backslash, a control character or a letter beyond ASCII; "
                    + "percent-encode paths and write international hosts as xn--…")
        }
        guard let cut = text.firstRange(of: "://") else {
            throw Refusal(detail: "is not a URL")
        }
        let scheme = text[..<cut.lowerBound].lowercased()
        let rest = text[cut.upperBound...].prefix { $0 != "#" }
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        let tail = rest.dropFirst(authority.count)
        switch scheme {
        case "https", "http":
            isSecure = scheme == "https"
            (host, port) = try Self.place(authority, isSecure: isSecure)
            (path, query) = Self.split(tail)
        case "wasb", "wasbs", "abfs", "abfss":
            self = try Self.driver(scheme, authority, tail)
        case "adl":
            throw Refusal(
                detail: "is of Azure Data Lake Storage Gen1, which was retired; copy the data to a "
                    + "Blob container and give its https address")
        default: throw Refusal(detail: "has the scheme \(scheme), which is not fetched")
        }
    }

    private static func split(_ tail: Substring) -> (path: String, query: String?) {
        let parts = tail.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let path = parts.first.map(String.init) ?? ""
        return (path.isEmpty ? "/" : path, parts.count == 2 ? String(parts[1]) : nil)
    }

    /// `container@account.blob.core.windows.net` with a path; a file system's host has a blob host beside it.
    private static func driver(
        _ scheme: String, _ authority: Substring, _ tail: Substring
    ) throws(Refusal) -> InputURL {
        let parts = authority.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty else {
            throw Refusal(detail: "must be \(scheme)://CONTAINER@ACCOUNT…/PATH")
        }
        let container = String(parts[0])
        guard container.utf8.allSatisfy({ $0 != 0x25 && $0 != 0x3A }) else {
            throw Refusal(detail: "names no container before the @")
        }
        var (host, port) = try place(parts[1], isSecure: true)
        if scheme.hasPrefix("abfs") {
            host = host.replacing(".dfs.", with: ".blob.", maxReplacements: 1)
        }
        let (path, query) = split(tail)
        return InputURL(
            isSecure: true, host: host, port: port, path: "/" + container + path, query: query)
    }

    private init(isSecure: Bool, host: String, port: Int, path: String, query: String?) {
        self.isSecure = isSecure
        self.host = host
        self.port = port
        self.path = path
        self.query = query
    }

    // MARK: - The host

    private static func place(
        _ authority: Substring, isSecure: Bool
    ) throws(Refusal) -> (host: String, port: Int) {
        guard !authority.contains("@") else {
            throw Refusal(detail: "holds a user name or password before the host; leave it out")
        }
        guard !authority.contains("%") else {
            throw Refusal(detail: "has an escape in its host")
        }
        var name = authority
        var digits: Substring?
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else {
                throw Refusal(detail: "has an open bracket in its host")
            }
            name = authority[..<authority.index(after: end)]
            let after = authority[name.endIndex...]
            guard after.isEmpty || after.hasPrefix(":") else {
                throw Refusal(detail: "has letters between its host and its port")
            }
            digits = after.isEmpty ? nil : after.dropFirst()
        } else if let colon = authority.firstIndex(of: ":") {
            name = authority[..<colon]
            digits = authority[authority.index(after: colon)...]
        }
        return (try host(name), try port(digits) ?? (isSecure ? 443 : 80))
    }

    private static func port(_ digits: Substring?) throws(Refusal) -> Int? {
        guard let digits, !digits.isEmpty else { return nil }
        let isPlain = digits.utf8.allSatisfy { (0x30...0x39).contains($0) }
        guard isPlain, digits.utf8.count <= 5, let port = Int(digits), (1...65_535).contains(port)
        else { throw Refusal(detail: "has no port number behind the colon") }
        return port
    }

    private static func host(_ name: Substring) throws(Refusal) -> String {
        if name.hasPrefix("[") {
            guard let address = NetworkAddress(String(name.dropFirst().dropLast())),
                case .v6 = address
            else { throw Refusal(detail: "has no IPv6 address between its brackets") }
            return address.text
        }
        var host = name.lowercased()
        if host.hasSuffix(".") { host.removeLast() }
        let labels = host.split(separator: ".", omittingEmptySubsequences: false)
        let areFit = labels.allSatisfy { label in
            (1...63).contains(label.utf8.count) && label.utf8.allSatisfy(isHostByte)
        }
        guard areFit, host.utf8.count <= 253 else {
            throw Refusal(detail: "names no host that can be looked up")
        }
        guard NetworkAddress.endsInNumber(host) else { return host }
        guard let address = NetworkAddress(host) else {
            throw Refusal(detail: "names a host that ends in a number and is no address")
        }
        return address.text
    }

    private static func isHostByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "_"): true
        default: false
        }
    }

    // MARK: - As text

    /// True when the host is an IPv6 address.
    private var isIPv6: Bool { host.contains(":") }

    /// `host:port`, an IPv6 address in brackets; the scheme's own port is left out.
    public var authority: String {
        let name = isIPv6 ? "[\(host)]" : host
        return port == (isSecure ? 443 : 80) ? name : "\(name):\(port)"
    }

    /// The whole address, signature and all: for the wire, never for people.
    public var text: String { shown + (query.map { "?" + $0 } ?? "") }

    /// The address without its query, for histories, logs and messages.
    public var shown: String { (isSecure ? "https://" : "http://") + authority + path }

    /// The numeric address, when the host is one.
    public var numeric: NetworkAddress? { NetworkAddress(host) }

    // MARK: - What follows from it

    /// Where a redirect leads.
    ///
    /// - Parameter location: absolute, or relative to this address in any of the four ways.
    /// - Throws: `Refusal` as for any address, and for a way from https to http.
    public func following(_ location: String) throws(Refusal) -> InputURL {
        let bare = location.prefix { $0 != "#" }
        let absolute: String
        let start = (isSecure ? "https:" : "http:")
        if bare.hasPrefix("//") {
            absolute = start + bare
        } else if bare.hasPrefix("/") {
            absolute = "\(start)//\(authority)\(bare)"
        } else if bare.hasPrefix("?") {
            absolute = shown + bare
        } else if bare.firstRange(of: "://") != nil {
            absolute = String(bare)
        } else {
            let folder = path[...(path.lastIndex(of: "/") ?? path.startIndex)]
            absolute = "\(start)//\(authority)\(folder)\(bare)"
        }
        let next = try InputURL(parsing: absolute)
        guard next.isSecure || !isSecure else {
            throw Refusal(detail: "is answered with a way from https to plain http")
        }
        return next
    }
}
