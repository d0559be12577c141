import BatchModel

/// Text from outside must not steer a terminal: what would is taken out of what we print.
///
/// Control characters (both blocks: a lone U+009B begins an escape sequence on some terminals), marks that turn the
/// direction of writing, and separators that are line breaks only to some.
enum PlainText {
    /// One line: whatever steers becomes a blank.
    static func line(_ text: String) -> String {
        text.plainLine
    }

    /// Line breaks and tabs stay; whatever else steers becomes a blank.
    static func lines(_ text: String) -> String {
        mapped(text) { $0.isSteering && $0 != "\n" && $0 != "\t" ? " " : $0 }
    }

    /// JSON text of the same value; the encoder escapes only what JSON says it must, and that ends at U+001F.
    static func json(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isEscaped) else { return text }
        var escaped = ""
        for scalar in text.unicodeScalars {
            guard isEscaped(scalar) else {
                escaped.unicodeScalars.append(scalar)
                continue
            }
            for unit in String(scalar).utf16 {
                let digits = String(unit, radix: 16)
                escaped += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }
        }
        return escaped
    }

    /// The only line breaks in encoded JSON are those between its members.
    private static func isEscaped(_ scalar: Unicode.Scalar) -> Bool {
        scalar != "\n" && scalar.isSteering
    }

    private static func mapped(
        _ text: String, _ change: (Unicode.Scalar) -> Unicode.Scalar
    ) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map(change)))
    }
}
