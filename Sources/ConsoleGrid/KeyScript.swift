/// Reads key scripts such as `j j <enter> 42 <ctrl-s>`.
public enum KeyScript {
    /// A script that cannot be read.
    public struct Failure: Error, Sendable, Hashable, CustomStringConvertible {
        /// The word that names no key.
        public let word: String
        /// What was tried, what came back, what to do.
        public var description: String {
            "Reading a key script: \"\(word)\" names no key. "
                + "Write <enter>, <esc>, <ctrl-s>, <alt-f>, <f1>, <space> or plain letters."
        }
    }

    /// The keys of a script, in order.
    ///
    /// - Parameter text: keys apart by blanks or line breaks; words without brackets are typed letter
    ///   by letter, a `<` that never closes is typed as it is.
    /// - Throws: `Failure` with the first bracketed word that names no key.
    public static func parse(_ text: String) throws(Failure) -> [KeyPress] {
        var keys: [KeyPress] = []
        var rest = Substring(text)
        while let first = rest.first {
            if first.isWhitespace {
                rest.removeFirst()
            } else if first == "<", let end = rest.firstIndex(of: ">"),
                end > rest.index(after: rest.startIndex),
                !rest[..<end].contains(where: \.isWhitespace)
            {
                let word = String(rest[...end])
                guard let key = KeyPress(spelling: word) else { throw Failure(word: word) }
                keys.append(key)
                rest = rest[rest.index(after: end)...]
            } else {
                keys.append(.character(String(first)))
                rest.removeFirst()
            }
        }
        return keys
    }

    /// The script of these keys; `parse` reads it back.
    public static func text(of keys: [KeyPress]) -> String {
        keys.map(\.spelling).joined(separator: " ")
    }
}

extension KeyPress: Codable {
    /// Reads a spelling such as `"<enter>"`.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let spelling = try container.decode(String.self)
        guard let key = KeyPress(spelling: spelling) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "\"\(spelling)\" names no key")
        }
        self = key
    }

    /// Writes the spelling.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(spelling)
    }
}
