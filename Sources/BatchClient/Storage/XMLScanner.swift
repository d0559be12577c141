import BatchModel

// Storage answers in XML of one flat shape: names, texts, no namespaces, no DTD. A scanner that hands out elements in
// order is all it takes; a whole XML parser would be a dependency for three element names. It is tolerant on purpose:
// what it does not understand it skips, and a text that ends too early ends the tokens.

/// Walks over XML: opening tags, closing tags, and elements that hold nothing but text.
struct XMLScanner {
    /// What was found.
    enum Token: Equatable {
        /// `<Blob>` with more elements inside.
        case open(String)
        /// `</Blob>`.
        case close(String)
        /// `<Name>a.csv</Name>`, entities resolved; the empty text for `<Name />`.
        case element(String, String)
    }

    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    /// The next token; nil at the end.
    mutating func next() -> Token? {
        while let start = rest.firstIndex(of: 0x3C) {
            rest = rest[start...].dropFirst()
            if skipSpecial() { continue }
            guard let end = rest.firstIndex(of: 0x3E) else { return nil }
            let tag = rest[..<end]
            rest = rest[end...].dropFirst()
            if tag.first == 0x2F { return .close(Self.name(tag.dropFirst())) }
            let name = Self.name(tag)
            if tag.last == 0x2F { return .element(name, "") }
            return textElement(name, isEncoded: Self.says(tag, "Encoded=\"true\"")) ?? .open(name)
        }
        return nil
    }

    /// Declarations and comments.
    private mutating func skipSpecial() -> Bool {
        if rest.starts(with: "!--".utf8) {
            rest = rest.firstRange(of: Array("-->".utf8)).map { rest[$0.upperBound...] } ?? []
            return true
        }
        guard rest.first == 0x3F || rest.first == 0x21 else { return false }
        rest = rest.firstIndex(of: 0x3E).map { rest[$0...].dropFirst() } ?? []
        return true
    }

    /// The element's text when its closing tag is the next tag.
    private mutating func textElement(_ name: String, isEncoded: Bool) -> Token? {
        guard let end = rest.firstIndex(of: 0x3C) else { return nil }
        let after = rest[end...].dropFirst()
        guard after.first == 0x2F, let close = after.firstIndex(of: 0x3E),
            Self.name(after[..<close].dropFirst()) == name
        else { return nil }
        let text = Self.resolved(String(decoding: rest[..<end], as: UTF8.self))
        rest = after[close...].dropFirst()
        return .element(name, isEncoded ? PercentEncoding.decode(text) ?? text : text)
    }

    private static func name(_ tag: ArraySlice<UInt8>) -> String {
        let end = tag.firstIndex { $0 == 0x20 || $0 == 0x2F || $0 == 0x09 || $0 == 0x0A }
        return String(decoding: tag[..<(end ?? tag.endIndex)], as: UTF8.self)
    }

    private static func says(_ tag: ArraySlice<UInt8>, _ text: String) -> Bool {
        tag.firstRange(of: Array(text.utf8)) != nil
    }

    /// The five named entities and numeric ones; an unknown one stays as it is.
    static func resolved(_ text: String) -> String {
        guard text.utf8.contains(0x26) else { return text }
        var result = ""
        var rest = text[...]
        while let mark = rest.firstIndex(of: "&") {
            result += rest[..<mark]
            rest = rest[mark...]
            guard let end = rest.prefix(12).firstIndex(of: ";"),
                let character = character(String(rest[..<end].dropFirst()))
            else {
                result += "&"
                rest = rest.dropFirst()
                continue
            }
            result.append(character)
            rest = rest[end...].dropFirst()
        }
        return result + rest
    }

    private static func character(_ entity: String) -> Character? {
        let named: [String: Character] = [
            "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'",
        ]
        if let known = named[entity] { return known }
        guard entity.hasPrefix("#") else { return nil }
        let digits = entity.dropFirst()
        let code =
            digits.lowercased().hasPrefix("x")
            ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
        return code.flatMap(Unicode.Scalar.init).map(Character.init)
    }
}
