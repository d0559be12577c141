// Command lines as a POSIX shell reads them, without running anything.
//
// Whoever pastes a command into batchdeck gets the words that a shell would have given to the program: quotes, escapes and
// continued lines are understood. What a shell would have to look up or run first (variables, substitutions, pipes) is
// refused by name instead of being taken literally. The continuations of PowerShell and of pages whose copies have blanks
// behind the backslash are understood too, for commands are copied from there.

/// A command line that cannot be read without a shell.
public struct ShellError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is in the way and what to do.
    public let message: String

    /// The message.
    public var description: String { message }
}

/// Splits command lines into words and quotes words.
public enum ShellWords {
    /// The words of one command.
    ///
    /// - Throws: `ShellError` for an open quote, a variable, a substitution, a pipe or a redirection.
    public static func split(_ text: String) throws(ShellError) -> [String] {
        // Scalars, not characters: to a shell a quote is a quote, whatever accent comes behind it.
        var reader = Reader(Array(text.unicodeScalars))
        return try reader.words()
    }

    /// A word as a POSIX shell would give it back: plain where that is safe, else in single quotes.
    public static func quoted(_ word: String) -> String {
        let isPlain = word.unicodeScalars.allSatisfy {
            $0.isASCII && ($0.properties.isAlphabetic || plainMarks.contains($0))
        }
        guard !isPlain || word.isEmpty else { return word }
        return "'"
            + word.unicodeScalars.map { $0 == "'" ? "'\\''" : String($0) }.joined() + "'"
    }

    private static let plainMarks: Set<Unicode.Scalar> = Set("0123456789-_./:=@,+%".unicodeScalars)

    private struct Reader {
        private let text: [Unicode.Scalar]
        private var place = 0
        private var word: String?

        init(_ text: [Unicode.Scalar]) { self.text = text }

        mutating func words() throws(ShellError) -> [String] {
            var words: [String] = []
            while let next = take() {
                if " \t\n\r".unicodeScalars.contains(next) {
                    if let done = word { words.append(done) }
                    word = nil
                } else {
                    try read(next)
                }
            }
            if let done = word { words.append(done) }
            return words
        }

        private mutating func read(_ next: Unicode.Scalar) throws(ShellError) {
            switch next {
            case "'": try singleQuoted()
            case "\"": try doubleQuoted()
            case "\\": escaped()
            case "`": try continued()
            case "$":
                try refuseLookup()
                if place < text.count, text[place] == "'" {
                    throw ShellError(message: "Write the text in $'…' in plain quotes.")
                }
                add(next)
            case "#" where word == nil: skipLine()
            case "|", ";", "&", "<", ">", "(", ")":
                throw ShellError(
                    message: "The command has an unquoted \(next): give one command by itself, "
                        + "and quote the character where it belongs to a value.")
            default: add(next)
            }
        }

        private mutating func take() -> Unicode.Scalar? {
            guard place < text.count else { return nil }
            defer { place += 1 }
            return text[place]
        }

        private mutating func add(_ scalar: Unicode.Scalar) {
            word = word ?? ""
            word?.unicodeScalars.append(scalar)
        }

        private mutating func singleQuoted() throws(ShellError) {
            word = word ?? ""
            while let next = take() {
                if next == "'" { return }
                add(next)
            }
            throw ShellError(message: "A single quote is opened and not closed.")
        }

        private mutating func doubleQuoted() throws(ShellError) {
            word = word ?? ""
            while let next = take() {
                switch next {
                case "\"": return
                case "\\": escapedInQuotes()
                case "$":
                    try refuseLookup()
                    add(next)
                case "`": throw Self.substitution
                default: add(next)
                }
            }
            throw ShellError(message: "A double quote is opened and not closed.")
        }

        /// Between double quotes a backslash counts only before what would otherwise mean something.
        private mutating func escapedInQuotes() {
            guard place < text.count else { return add("\\") }
            let next = text[place]
            switch next {
            case "$", "`", "\"", "\\":
                place += 1
                add(next)
            case "\n": place += 1
            default: add("\\")
            }
        }

        private mutating func escaped() {
            if skipBlankLineEnd() { return }
            if let next = take() { add(next) } else { add("\\") }
        }

        /// A backtick at a line's end is how PowerShell continues a line; anywhere else it would run something.
        private mutating func continued() throws(ShellError) {
            guard word == nil, skipBlankLineEnd() else { throw Self.substitution }
        }

        /// True after skipping to the next line, when nothing but blanks stands before its end.
        private mutating func skipBlankLineEnd() -> Bool {
            var end = place
            while end < text.count, " \t\r".unicodeScalars.contains(text[end]) { end += 1 }
            guard end < text.count, text[end] == "\n" else { return false }
            place = end + 1
            return true
        }

        private mutating func skipLine() {
            while let next = take(), next != "\n" { continue }
        }

        /// What stands behind a dollar sign would be looked up by a shell, and cannot be here.
        private func refuseLookup() throws(ShellError) {
            guard place < text.count else { return }
            if text[place] == "(" { throw Self.substitution }
            var name = String.UnicodeScalarView()
            name.append(contentsOf: text[place...].drop { $0 == "{" }.prefix(while: Self.isNamed))
            if "@*#?$!-".unicodeScalars.contains(text[place]) { name.append(text[place]) }
            guard !name.isEmpty else { return }
            throw ShellError(
                message: "The command uses the variable $\(String(name)), which is not known here: "
                    + "write its value in its place, or quote it with single quotes.")
        }

        private static func isNamed(_ scalar: Unicode.Scalar) -> Bool {
            scalar == "_"
                || scalar.isASCII
                    && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
        }

        private static let substitution = ShellError(
            message: "The command runs another command in `…` or $(…): "
                + "write the result in its place.")
    }
}
