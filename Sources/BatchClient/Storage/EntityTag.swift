/// What tells one version of a blob from the next (RFC 9110 §8.8.3).
enum EntityTag {
    /// A tag as `If-Match` wants it, in quotes: lists write it without.
    ///
    /// - Returns: nil for a weak one, which fits nothing there, and for a text that is no tag.
    static func quoted(_ text: String) -> String? {
        let isQuoted = text.utf8.count > 1 && text.hasPrefix("\"") && text.hasSuffix("\"")
        let inside = isQuoted ? text.dropFirst().dropLast() : text[...]
        // Visible ASCII without quotes, so that it is one word of a header and of a log.
        let isTag = inside.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != 0x22 }
        return isTag && !inside.isEmpty ? "\"\(inside)\"" : nil
    }
}
