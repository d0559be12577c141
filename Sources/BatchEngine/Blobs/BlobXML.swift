import BatchModel

/// The storage plane's XML, written by hand: two fixed shapes do not need a library.
enum BlobXML {
    private static let head = "<?xml version=\"1.0\" encoding=\"utf-8\"?>"

    /// An error body (CONTRACT §6.1).
    static func error(_ error: BlobError) -> [UInt8] {
        Array(
            (head + "<Error>" + element("Code", error.code) + element("Message", error.message)
                + "</Error>").utf8)
    }

    /// A page of names.
    static func list(
        _ page: BlobPage, container: String, query: BlobListQuery, serviceBase: String
    ) -> [UInt8] {
        var text = head + "<EnumerationResults ServiceEndpoint=\"\(escape(serviceBase))/\""
        text += " ContainerName=\"\(escape(container))\">"
        if !query.prefix.isEmpty { text += element("Prefix", query.prefix) }
        if let marker = query.marker { text += element("Marker", marker) }
        if let limit = query.limit { text += element("MaxResults", String(limit)) }
        if let delimiter = query.delimiter { text += element("Delimiter", delimiter) }
        text += "<Blobs>"
        for item in page.items {
            switch item {
            case .blob(let info): text += blob(info, withMetadata: query.includesMetadata)
            case .prefix(let name): text += "<BlobPrefix>\(nameElement(name))</BlobPrefix>"
            }
        }
        text += "</Blobs>" + element("NextMarker", page.nextMarker ?? "") + "</EnumerationResults>"
        return Array(text.utf8)
    }

    /// A page of an account's containers.
    static func containers(
        _ page: ContainerPage, query: BlobListQuery, serviceBase: String
    ) -> [UInt8] {
        var text = head + "<EnumerationResults ServiceEndpoint=\"\(escape(serviceBase))/\">"
        if !query.prefix.isEmpty { text += element("Prefix", query.prefix) }
        text += "<Containers>"
        for item in page.items {
            text += "<Container>" + element("Name", item.name) + "<Properties>"
            text += element("Last-Modified", HTTPDate.text(item.lastModified))
            text += element("Etag", item.etag.filter { $0 != "\"" })
            text += "<LeaseStatus>unlocked</LeaseStatus><LeaseState>available</LeaseState>"
            text += "</Properties></Container>"
        }
        text += "</Containers>" + element("NextMarker", page.nextMarker ?? "")
        return Array((text + "</EnumerationResults>").utf8)
    }

    private static func blob(_ info: BlobInfo, withMetadata: Bool) -> String {
        var text = "<Blob>" + nameElement(info.name) + "<Properties>"
        text += element("Last-Modified", HTTPDate.text(info.lastModified))
        text += element("Etag", info.etag.filter { $0 != "\"" })
        text += element("Content-Length", String(info.sizeBytes))
        text += element("Content-Type", info.contentType)
        text += element("Content-MD5", info.record.md5 ?? "")
        text += "<BlobType>BlockBlob</BlobType><LeaseStatus>unlocked</LeaseStatus>"
        text += "<LeaseState>available</LeaseState></Properties>"
        if withMetadata {
            let pairs = info.record.metadata.sorted { $0.key < $1.key }
            text += "<Metadata>" + pairs.map(metadata).joined() + "</Metadata>"
        }
        return text + "</Blob>"
    }

    /// Metadata names are C# identifiers by the service's rule; one that is not would break the document.
    private static func metadata(_ key: String, _ value: String) -> String {
        let isName = key.utf8.allSatisfy {
            (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F || $0 == 0x2D
        }
        guard isName, let first = key.first, first.isLetter || first == "_" else { return "" }
        return element(key, value)
    }

    /// Names that XML 1.0 cannot say are percent-encoded, as the service does.
    private static func nameElement(_ name: String) -> String {
        isSayable(name)
            ? element("Name", name)
            : "<Name Encoded=\"true\">\(PercentEncoding.encode(name, keeping: "/"))</Name>"
    }

    private static func isSayable(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value & 0xFFFE != 0xFFFE }
    }

    private static func element(_ name: String, _ value: String) -> String {
        value.isEmpty ? "<\(name) />" : "<\(name)>\(escape(value))</\(name)>"
    }

    private static func escape(_ text: String) -> String {
        var escaped = ""
        escaped.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "\t", "\n", "\r": escaped += "&#\(scalar.value);"
            default: if scalar.value >= 0x20 { escaped.unicodeScalars.append(scalar) }
            }
        }
        return escaped
    }
}
