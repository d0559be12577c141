/// Text in roff, with the macros of man(7) only: every system's `man` reads them.
struct Roff {
    private(set) var text = ""

    /// Begins a page.
    ///
    /// - Parameter summary: what `apropos` finds it by.
    init(title: String, section: Int, source: String, summary: String) {
        line(".TH \(title.uppercased()) \(section) \"\" \"\(Self.quoted(source))\" \"\"")
        // Neither words cut in two nor blanks spread between them: options are copied from here.
        line(".nh")
        line(".ad l")
        line(".SH NAME")
        line("\(Self.quiet(title)) \\- \(Self.quiet(summary))")
    }

    /// Begins a section: NAME, SYNOPSIS.
    mutating func section(_ title: String) {
        line(".SH \"\(Self.quoted(title.uppercased()))\"")
    }

    /// Begins a part of a section.
    mutating func part(_ title: String) { line(".SS \"\(Self.quoted(title))\"") }

    /// Prose: paragraphs apart by empty lines; what is indented stays as it is; `words` in backquotes stand out.
    mutating func prose(_ text: String) {
        for paragraph in Self.paragraphs(text) {
            line(".PP")
            guard paragraph.allSatisfy({ $0.hasPrefix("  ") }) else {
                line(Self.marked(paragraph.joined(separator: " ")))
                continue
            }
            line(".RS 4")
            line(".nf")
            for row in paragraph { line(Self.escaped(String(row.dropFirst(2)))) }
            line(".fi")
            line(".RE")
        }
    }

    /// A line that is not filled up, with bold and slanted parts made by `bold` and `slanted`.
    mutating func synopsis(_ marked: String) {
        line(".PP")
        line(marked)
    }

    /// A word with its meaning beside it.
    ///
    /// - Parameter tag: made by `bold`, `slanted` and `escaped`.
    mutating func item(_ tag: String, _ meaning: String) {
        line(".TP")
        line(tag)
        line(Self.marked(meaning))
    }

    static func bold(_ text: String) -> String { "\\fB\(quiet(text))\\fR" }

    static func slanted(_ text: String) -> String { "\\fI\(quiet(text))\\fR" }

    /// Text that says what it says: no hyphenation marks, no requests, no letters a terminal might lack.
    static func escaped(_ text: String) -> String {
        let quiet = quiet(text)
        // A line that begins with a dot or a quote would be a request.
        return quiet.hasPrefix(".") || quiet.hasPrefix("'") ? "\\&" + quiet : quiet
    }

    private mutating func line(_ line: String) { text += line + "\n" }

    private static func quiet(_ text: String) -> String {
        text.unicodeScalars.map { scalar in
            switch scalar {
            case "\\": "\\e"
            case "-": "\\-"
            case "'": "\\(aq"
            case "`": "\\(ga"
            case "^": "\\(ha"
            case "~": "\\(ti"
            case _ where scalar.isASCII: String(scalar)
            default: "\\[u\(hexadecimal(scalar))]"
            }
        }.joined()
    }

    private static func hexadecimal(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }

    /// An argument of a request, in quotes.
    private static func quoted(_ text: String) -> String {
        quiet(text).split(separator: "\"", omittingEmptySubsequences: false)
            .joined(separator: "\\(dq")
    }

    /// What stands in backquotes becomes bold.
    private static func marked(_ text: String) -> String {
        let parts = text.split(separator: "`", omittingEmptySubsequences: false).map(String.init)
        // An odd one out is no mark but a backquote, and so are those in the middle of a word: JMESPath has them.
        let isMarked = stride(from: 0, to: parts.count - 1, by: 2).allSatisfy { index in
            parts[index].last.map { " (".contains($0) } ?? true
        }
        guard parts.count % 2 == 1, isMarked else { return escaped(text) }
        let line = parts.enumerated().map {
            $0.offset % 2 == 1 ? bold($0.element) : quiet($0.element)
        }
        .joined()
        return line.hasPrefix(".") ? "\\&" + line : line
    }

    private static func paragraphs(_ text: String) -> [[String]] {
        text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            .split(whereSeparator: { $0.allSatisfy(\.isWhitespace) }).map(Array.init)
    }
}
