// Most regular expressions say some letters outright: /^batchjob-7f/, /night.*wine/. A text without those letters is not
// matched, and that is found out far more quickly than by asking the expression. What is not certain is left out: no literal
// is always a right answer.

/// The letters that stand in every text a regular expression is found in.
public enum PatternLiteral {
    /// The longest run of such letters, plain ASCII; nil when none is certain.
    ///
    /// - Parameter pattern: a regular expression that can be read.
    public static func longest(in pattern: String) -> String? {
        // Options change what all else means, and quoted text has rules of its own.
        guard !pattern.contains("(?"), !pattern.contains("\\Q") else { return nil }
        var reader = Reader(rest: pattern[...])
        return reader.read()
    }

    private struct Reader {
        var rest: Substring
        var run = ""
        var best = ""

        mutating func read() -> String? {
            while let character = rest.popFirst() {
                switch character {
                case "|": return nil
                case "[":
                    endRun()
                    guard skipClass() else { return nil }
                case "(":
                    endRun()
                    guard skipGroup() else { return nil }
                case "?", "*", "{":
                    // The sign before it may be there never, or its number is not worth reading.
                    if !run.isEmpty { run.removeLast() }
                    endRun()
                    if character == "{" { rest = rest.drop { $0 != "}" }.dropFirst() }
                case "\\": readEscape()
                case "+", ".", "^", "$", ")", "]", "}": endRun()
                case _ where character.isASCII && (character.asciiValue ?? 0) >= 0x20:
                    run.append(character)
                case _: endRun()
                }
            }
            endRun()
            return best.isEmpty ? nil : best
        }

        private mutating func endRun() {
            if run.count > best.count { best = run }
            run = ""
        }

        /// An escaped sign of punctuation is itself; an escaped letter or digit is something else, and so is what belongs to it.
        private mutating func readEscape() {
            guard let escaped = rest.popFirst() else { return }
            guard escaped.isASCII, !escaped.isLetter, !escaped.isNumber, !escaped.isWhitespace
            else {
                endRun()
                // \12, \u0041, \x41, \cA, \k<name>, \p{L}: the letters behind are no text.
                if escaped.isNumber || "uUxcoNkgpP".contains(escaped) {
                    rest = rest.drop { $0.isLetter || $0.isNumber || "{}<>=-".contains($0) }
                }
                return
            }
            run.append(escaped)
        }

        /// False where the end is missing.
        private mutating func skipClass() -> Bool {
            var depth = 1
            // A bracket right behind the beginning is one of the signs.
            if rest.first == "^" { rest.removeFirst() }
            if rest.first == "]" { rest.removeFirst() }
            while let character = rest.popFirst() {
                switch character {
                case "\\": _ = rest.popFirst()
                case "[": depth += 1
                case "]":
                    depth -= 1
                    if depth == 0 { return true }
                default: break
                }
            }
            return false
        }

        private mutating func skipGroup() -> Bool {
            var depth = 1
            while let character = rest.popFirst() {
                switch character {
                case "\\": _ = rest.popFirst()
                case "[": guard skipClass() else { return false }
                case "(": depth += 1
                case ")":
                    depth -= 1
                    if depth == 0 { return true }
                default: break
                }
            }
            return false
        }
    }
}
