import BatchModel

/// The scheme, host and port of an address: what a token may be sent to.
enum Origin {
    /// `https://host:port` in lower case, without a scheme's own port; nil for anything that is not an absolute http address.
    ///
    /// A host of other letters than hosts have is none: two readers of `https://a.test\\@b.test` see two hosts.
    static func of(_ url: String) -> String? {
        guard let mark = url.firstRange(of: "://") else { return nil }
        let scheme = url[..<mark.lowerBound].lowercased()
        guard scheme == "https" || scheme == "http" else { return nil }
        let host = url[mark.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        guard !host.isEmpty, host.utf8.allSatisfy(isOfHost) else { return nil }
        let ownPort = scheme == "https" ? ":443" : ":80"
        let name = host.hasSuffix(ownPort) ? host.dropLast(ownPort.count) : host
        return "\(scheme)://\(name.lowercased())"
    }

    /// Letters, digits, and what separates labels, ports and the parts of an IPv6 address.
    private static func isOfHost(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "-._:[]".utf8.contains(byte)
        }
    }
}

/// Where the link of a page leads.
enum PageLink {
    /// The absolute address of a link: services write it absolute (CONTRACT §2.1), and may write it relative to the page it
    /// stands on (RFC 3986 §5.2).
    ///
    /// - Returns: nil for what is no link of either form.
    static func resolved(_ link: String, on page: String) -> String? {
        if link.contains("://") { return link }
        guard let origin = Origin.of(page), let scheme = page.firstRange(of: "://") else {
            return nil
        }
        if link.hasPrefix("//") { return page[..<scheme.lowerBound] + ":" + link }
        if link.hasPrefix("/") { return origin + link }
        let path = page.prefix { $0 != "?" && $0 != "#" }
        if link.hasPrefix("?") { return path + link }
        // `javascript:…` and the like are addresses of another kind, not names.
        guard !link.prefix(while: { $0 != "/" }).contains(":") else { return nil }
        let hasFolder = path.count > origin.count && path.hasPrefix(page[..<scheme.upperBound])
        guard hasFolder, let slash = path.lastIndex(of: "/") else { return nil }
        return path[...slash] + link
    }

    /// The address of the page that a continuation token leads to: run history's other way to say that there is more.
    static func continued(_ page: String, with token: String) -> String {
        let parts = page.split(separator: "?", maxSplits: 1).map(String.init)
        let kept = (parts.count > 1 ? parts[1] : "").split(separator: "&").filter {
            let name = $0.prefix { $0 != "=" }
            return PercentEncoding.decode(name)?.lowercased() != "$continuationtoken"
        }
        let item = "$continuationtoken=\(PercentEncoding.encode(token))"
        return parts[0] + "?" + (kept.map(String.init) + [item]).joined(separator: "&")
    }
}
