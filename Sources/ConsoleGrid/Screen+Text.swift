extension Screen {
    /// The picture as plain text: rows joined by newlines, blanks at the end of each row cut.
    ///
    /// For golden tests, `--accessible` and copying; styles and cursor are not in it.
    public var plainText: String {
        (0..<size.rows).map { plainText(row: $0) }.joined(separator: "\n")
    }

    /// One row as plain text, blanks at its end cut; empty outside.
    public func plainText(row index: Int) -> String {
        var text = ""
        var blanks = 0
        for cell in row(index) where !cell.isContinuation {
            if cell.isBlank {
                blanks += 1
                continue
            }
            text.append(String(repeating: " ", count: blanks))
            blanks = 0
            text.append(cell.grapheme)
        }
        return text
    }

    /// The picture with every styled run written as `‹role+stress/ground:text›`.
    ///
    /// Plain runs stand as they are; blanks at the end of a row are cut unless they are styled.
    public var styledText: String {
        (0..<size.rows).map { styledText(row: $0) }.joined(separator: "\n")
    }

    /// One row with every styled run written as `‹role+stress/ground:text›`.
    public func styledText(row index: Int) -> String {
        var text = ""
        let cells = row(index)
        var position = cells.startIndex
        while position < cells.endIndex {
            let style = cells[position].style
            let end = cells[position...].firstIndex { $0.style != style } ?? cells.endIndex
            let run = cells[position..<end].map(\.grapheme).joined()
            let isPlain = style == .plain || style == .text
            text += isPlain ? run : "‹\(style.spelling):\(run)›"
            position = end
        }
        return TextWidth.trimmingTrailingSpaces(text)
    }
}

extension Style {
    /// `role+stress/ground`, as `Screen.styledText` writes it.
    public var spelling: String {
        var text = foreground.map { "\($0)" } ?? "text"
        for (attribute, name) in Attributes.names where attributes.contains(attribute) {
            text += "+" + name
        }
        if let background { text += "/\(background)" }
        return text
    }
}

extension Attributes {
    static let names: [(Attributes, String)] = [
        (.bold, "bold"), (.underline, "underline"), (.reverse, "reverse"), (.dim, "dim"),
        (.italic, "italic"),
    ]
}
