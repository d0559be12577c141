import BatchModel

/// An address taken apart as a blob service means it: account, container, name.
struct BlobAddress: Sendable, Hashable {
    /// The container's address: no query, no slash at the end.
    private let container: InputURL
    /// The signature, without a question mark.
    private let signature: String?
    /// What the names of a folder's blobs begin with: empty, or with a slash at its end.
    let prefix: String

    /// The ways in which a folder's address can be a blob service's; empty when the host is none.
    ///
    /// - Parameter isNamed: the host was named on purpose: it may be an emulator, whose first path segment is an account.
    static func readings(_ url: InputURL, isNamed: Bool) -> [BlobAddress] {
        if isStorageHost(url.host) {
            return [BlobAddress(url, accountSegments: 0)].compactMap { $0 }
        }
        guard isNamed else { return [] }
        return [0, 1].compactMap { BlobAddress(url, accountSegments: $0) }
    }

    /// Hosts of Azure's blob service: every cloud's, and accounts with a DNS zone of their own.
    static func isStorageHost(_ host: String) -> Bool {
        let labels = host.split(separator: ".").map(String.init)
        guard labels.count >= 4 else { return false }
        return (labels[1] == "blob" && labels[2] == "core")
            || host.hasSuffix(".blob.storage.azure.net")
    }

    private init?(_ url: InputURL, accountSegments: Int) {
        let segments = url.path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        let heads = segments.prefix(accountSegments + 1)
        guard heads.count == accountSegments + 1, heads.allSatisfy({ !$0.isEmpty }) else {
            return nil
        }
        let tail = segments.dropFirst(heads.count).joined(separator: "/")
        guard let name = PercentEncoding.decode(tail) else { return nil }
        var container = url
        container.path = "/" + heads.joined(separator: "/")
        container.query = nil
        self.container = container
        signature = url.query.flatMap { $0.isEmpty ? nil : $0 }
        prefix = name.isEmpty || name.hasSuffix("/") ? name : name + "/"
    }

    /// One page of the list of blobs.
    func listURL(marker: String?, isDeep: Bool) -> InputURL {
        var items = ["restype=container", "comp=list", "maxresults=5000"]
        if !prefix.isEmpty { items.append("prefix=" + PercentEncoding.encode(prefix)) }
        if !isDeep { items.append("delimiter=%2F") }
        if let marker { items.append("marker=" + PercentEncoding.encode(marker)) }
        if let signature { items.append(signature) }
        var url = container
        url.query = items.joined(separator: "&")
        return url
    }

    /// A blob's own address.
    func blobURL(_ name: String) -> InputURL {
        var url = container
        url.path += "/" + PercentEncoding.encode(name, keeping: "/")
        url.query = signature
        return url
    }
}
