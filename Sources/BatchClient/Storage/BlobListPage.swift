import BatchModel

/// A page of a container's listing (CONTRACT §6.1).
struct BlobListPage: Equatable, Sendable {
    /// A blob as listed.
    struct Blob: Equatable, Sendable {
        var name: String
        var size: Int64
        var modifiedAt: Timestamp?
        /// Base64, where the service keeps one.
        var md5: String?
        /// Of which version it is, where the list says.
        var etag: String?
        /// True for the zero-byte marker of a folder.
        var isFolderMarker = false
    }

    /// Blobs in the service's order.
    var blobs: [Blob] = []
    /// Folders, each with its trailing slash, when a delimiter was given.
    var prefixes: [String] = []
    /// Where the next page begins; nil on the last.
    var marker: String?

    /// Reads the XML; members that are missing are left out, never an error.
    init(xml: [UInt8]) {
        var scanner = XMLScanner(xml)
        var blob: Blob?
        var isInPrefix = false
        while let token = scanner.next() {
            switch token {
            case .open("Blob"): blob = Blob(name: "", size: 0)
            case .close("Blob"):
                if let done = blob, !done.name.isEmpty { blobs.append(done) }
                blob = nil
            case .open("BlobPrefix"): isInPrefix = true
            case .close("BlobPrefix"): isInPrefix = false
            case .element("Name", let text) where isInPrefix: prefixes.append(text)
            case .element("NextMarker", let text): marker = text.isEmpty ? nil : text
            case .element(let name, let text): blob?.read(name, text)
            case .open, .close: continue
            }
        }
    }
}

extension BlobListPage.Blob {
    fileprivate mutating func read(_ name: String, _ text: String) {
        switch name {
        case "Name": self.name = text
        case "Content-Length": size = Int64(text) ?? 0
        case "Last-Modified": modifiedAt = HTTPDate.read(text)
        case "Content-MD5": md5 = text.isEmpty ? nil : text
        // Properties come first: metadata may be called so, too.
        case "Etag": etag = etag ?? EntityTag.quoted(text)
        case "hdi_isfolder": isFolderMarker = text.lowercased() == "true"
        default: return
        }
    }
}
