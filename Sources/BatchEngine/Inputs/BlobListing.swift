import BatchModel

/// One page of a blob service's answer to a list call, read without trusting it (CONTRACT §6.1).
struct BlobListing: Sendable, Hashable {
    /// A blob.
    struct Item: Sendable, Hashable {
        /// Its whole name.
        var name: String
        /// As the service says; nil when it does not.
        var sizeBytes: Int64?
    }

    /// Blobs in the order of the page; names of folders are left out.
    var items: [Item] = []
    /// Where the next page begins; nil on the last.
    var marker: String?

    /// Reads a page; nil for what is no such answer.
    init?(_ xml: String) {
        guard xml.contains("<EnumerationResults"), xml.contains("</EnumerationResults>") else {
            return nil
        }
        marker = Self.element("NextMarker", in: xml[...]).flatMap { $0.isEmpty ? nil : $0 }
        var rest = xml[...]
        while let start = rest.firstRange(of: "<Blob>"),
            let end = rest[start.upperBound...].firstRange(of: "</Blob>")
        {
            let blob = rest[start.upperBound..<end.lowerBound]
            rest = rest[end.upperBound...]
            guard let name = Self.name(in: blob), !name.hasSuffix("/") else { continue }
            if Self.element("ResourceType", in: blob) == "directory" { continue }
            let size = Self.element("Content-Length", in: blob).flatMap { Int64($0) }
            items.append(Item(name: name, sizeBytes: size))
        }
    }

    /// `<Name>…</Name>`, or percent-encoded for names that XML cannot say.
    private static func name(in blob: Substring) -> String? {
        if let plain = element("Name", in: blob) { return plain }
        let tag = "<Name Encoded=\"true\">"
        guard let start = blob.firstRange(of: tag),
            let end = blob[start.upperBound...].firstRange(of: "</Name>")
        else { return nil }
        return PercentEncoding.decode(unescaped(blob[start.upperBound..<end.lowerBound]))
    }

    private static func element(_ tag: String, in text: Substring) -> String? {
        guard let start = text.firstRange(of: "<\(tag)>"),
            let end = text[start.upperBound...].firstRange(of: "</\(tag)>")
        else { return nil }
        return unescaped(text[start.upperBound..<end.lowerBound])
    }

    /// The five named entities and numbers; anything else stays as it is.
    private static func unescaped(_ text: Substring) -> String {
        guard text.contains("&") else { return String(text) }
        var result = ""
        var rest = text
        while let start = rest.firstIndex(of: "&") {
            result += rest[..<start]
            rest = rest[rest.index(after: start)...]
            guard let end = rest.prefix(12).firstIndex(of: ";"),
                let character = entity(rest[..<end])
            else {
                result += "&"
                continue
            }
            result.unicodeScalars.append(character)
            rest = rest[rest.index(after: end)...]
        }
        return result + rest
    }

    private static func entity(_ name: Substring) -> Unicode.Scalar? {
        switch name {
        case "amp": return "&"
        case "lt": return "<"
        case "gt": return ">"
        case "quot": return "\""
        case "apos": return "'"
        default:
            guard name.hasPrefix("#") else { return nil }
            let digits = name.dropFirst()
            let number =
                digits.hasPrefix("x") ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
            return number.flatMap(Unicode.Scalar.init)
        }
    }
}
