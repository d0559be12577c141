/// Text broken into lines.
public enum Paragraph {
    /// Breaks text into lines of at most so many columns, between words where possible.
    ///
    /// - Parameters:
    ///   - text: from anywhere; its own line breaks stay, an empty line gives an empty line.
    ///   - columns: the width; 0 or less gives no lines.
    ///   - limit: the most lines; what comes after is left out.
    public static func wrap(_ text: String, columns: Int, limit: Int = 10_000) -> [String] {
        guard columns > 0, limit > 0 else { return [] }
        var lines: [String] = []
        let clean = sanitised(text, keepingLines: true)
        for line in clean.split(separator: "\n", omittingEmptySubsequences: false) {
            append(line, columns: columns, to: &lines)
            if lines.count >= limit { return Array(lines.prefix(limit)) }
        }
        return lines
    }

    private static func append(_ line: Substring, columns: Int, to lines: inout [String]) {
        if TextWidth.columns(of: String(line)) <= columns {
            lines.append(TextWidth.trimmingTrailingSpaces(String(line)))
            return
        }
        let indent = line.prefix { $0 == " " }.prefix(columns / 2)
        var current = String(indent)
        var used = indent.count
        var hasWord = false
        for word in line.split(separator: " ") {
            let width = TextWidth.columns(of: String(word))
            if hasWord, used + 1 + width > columns {
                lines.append(current)
                (current, used, hasWord) = ("", 0, false)
            }
            if hasWord {
                current += " "
                used += 1
            }
            if used + width <= columns {
                current += word
                used += width
            } else {
                breakUp(word, columns: columns, current: &current, used: &used, into: &lines)
            }
            hasWord = true
        }
        if hasWord { lines.append(current) }
    }

    /// Breaks a word longer than a line; every line takes at least one cluster, so that a wide glyph
    /// in a single column does not stop the world.
    private static func breakUp(
        _ word: Substring, columns: Int, current: inout String, used: inout Int,
        into lines: inout [String]
    ) {
        for character in word {
            let width = TextWidth.columns(of: character)
            if used > 0, used + width > columns {
                lines.append(current)
                (current, used) = ("", 0)
            }
            current.append(character)
            used += width
        }
    }

    /// Draws wrapped text in a rectangle; the last line ends in an ellipsis when text is left over.
    ///
    /// - Returns: the rows used.
    @discardableResult
    public static func draw(
        _ text: String, on screen: inout Screen, in rect: Rect, style: Style = .plain,
        glyphs: Glyphs = .unicode
    ) -> Int {
        let lines = wrap(text, columns: rect.columns, limit: rect.rows + 1)
        for (index, line) in lines.prefix(rect.rows).enumerated() {
            let isCut = index == rect.rows - 1 && lines.count > rect.rows
            let shown =
                isCut
                ? TextWidth.prefix(line, columns: rect.columns - 1) + String(glyphs.ellipsis)
                : line
            screen.write(
                shown, at: rect.line(index).origin, style: style, maxColumns: rect.columns)
        }
        return min(lines.count, rect.rows)
    }
}
