/// One line of text being edited.
///
/// The cursor counts grapheme clusters from 0 (before the first) to the text's length (behind the
/// last). Pasted text is sanitised and its line breaks become blanks.
public struct TextField: Sendable, Hashable, Codable {
    /// The text.
    public private(set) var value: String
    /// Clusters before the cursor.
    public private(set) var cursor: Int

    /// No field is longer, in clusters: what goes beyond is refused.
    public static let lengthLimit = 16_384

    /// A field with the cursor behind its text.
    public init(_ value: String = "") {
        let text = String(sanitised(value).prefix(TextField.lengthLimit))
        self.value = text
        cursor = text.count
    }

    /// True without text.
    public var isEmpty: Bool { value.isEmpty }
    /// The text before the cursor.
    public var head: Substring { value.prefix(cursor) }
    /// The text behind the cursor.
    public var tail: Substring { value.dropFirst(cursor) }

    /// Replaces the text and puts the cursor behind it.
    public mutating func set(_ text: String) { self = TextField(text) }

    /// Empties the field.
    public mutating func clear() { self = TextField() }

    /// Puts text in at the cursor.
    ///
    /// - Returns: false when the field would become too long; it then stays as it was.
    @discardableResult
    public mutating func insert(_ text: String) -> Bool {
        let clean = sanitised(text)
        guard value.utf8.count + clean.utf8.count <= TextField.lengthLimit else { return false }
        let start = head + clean
        replace(start: String(start), end: String(tail))
        return true
    }

    /// Does what a key asks for: letters, moves, ctrl-a ctrl-e ctrl-u ctrl-k ctrl-w, paste.
    ///
    /// - Returns: whether the key means something to a field of text.
    public mutating func handle(_ key: KeyPress) -> Bool {
        switch key {
        case .character(let text), .paste(let text): insert(text)
        case .left, .control("b"): moveCursor(to: cursor - 1)
        case .right, .control("f"): moveCursor(to: cursor + 1)
        case .home, .control("a"): moveCursor(to: 0)
        case .end, .control("e"): moveCursor(to: value.count)
        case .alt("b"): moveCursor(to: wordStart)
        case .alt("f"): moveCursor(to: wordEnd)
        case .backspace, .control("h"): delete(from: cursor - 1, to: cursor)
        case .delete, .control("d"): delete(from: cursor, to: cursor + 1)
        case .control("w"): delete(from: blankWordStart, to: cursor)
        case .alt("d"): delete(from: cursor, to: wordEnd)
        case .control("u"): delete(from: 0, to: cursor)
        case .control("k"): delete(from: cursor, to: value.count)
        case .control, .alt, .enter, .escape, .tab, .backTab, .up, .down, .pageUp, .pageDown,
            .insert, .function, .mouse:
            return false
        }
        return true
    }

    /// Puts the cursor somewhere, clamped to the text.
    public mutating func moveCursor(to position: Int) {
        cursor = min(max(0, position), value.count)
    }

    private mutating func delete(from start: Int, to end: Int) {
        let clusters = Array(value)
        let low = min(max(0, start), clusters.count)
        let high = min(max(low, end), clusters.count)
        replace(start: String(clusters[..<low]), end: String(clusters[high...]))
    }

    /// Joining may merge clusters at the seam, so the cursor is counted again.
    private mutating func replace(start: String, end: String) {
        value = start + end
        let seam = value.unicodeScalars.index(
            value.startIndex, offsetBy: start.unicodeScalars.count)
        cursor = value[..<seam].count
        moveCursor(to: cursor)
    }

    /// The start of the word before the cursor; words are letters and digits.
    private var wordStart: Int {
        let before = Array(head)
        var index = before.count
        while index > 0, !TextField.isWordPart(before[index - 1]) { index -= 1 }
        while index > 0, TextField.isWordPart(before[index - 1]) { index -= 1 }
        return index
    }

    private var wordEnd: Int {
        let all = Array(value)
        var index = cursor
        while index < all.count, !TextField.isWordPart(all[index]) { index += 1 }
        while index < all.count, TextField.isWordPart(all[index]) { index += 1 }
        return index
    }

    /// The start of the word before the cursor; words are apart by blanks or slashes.
    private var blankWordStart: Int {
        let before = Array(head)
        var index = before.count
        while index > 0, TextField.isGap(before[index - 1]) { index -= 1 }
        while index > 0, !TextField.isGap(before[index - 1]) { index -= 1 }
        return index
    }

    private static func isWordPart(_ character: Character) -> Bool {
        character.isLetter || character.isNumber
    }

    private static func isGap(_ character: Character) -> Bool {
        character.isWhitespace || character == "/"
    }
}

extension TextField {
    /// How a field is drawn.
    public struct Look: Sendable, Hashable {
        /// Whether it has the focus, so that the terminal's cursor shows in it.
        public var isFocused: Bool
        /// Whether letters are drawn as dots.
        public var isSecret: Bool
        /// What stands in it while it is empty.
        public var placeholder: String
        /// The text's style.
        public var style: Style

        /// A look; by default an ordinary field without the focus.
        public init(
            isFocused: Bool = false, isSecret: Bool = false, placeholder: String = "",
            style: Style = .input
        ) {
            self.isFocused = isFocused
            self.isSecret = isSecret
            self.placeholder = placeholder
            self.style = style
        }
    }

    /// Draws the field in the first row of a rectangle, scrolled so that the cursor is visible; an ellipsis stands for what
    /// is out of sight on either side.
    public func draw(
        on screen: inout Screen, in rect: Rect, look: Look = Look(), glyphs: Glyphs = .unicode
    ) {
        guard !rect.isEmpty else { return }
        let line = rect.line(0)
        screen.fill(line, style: look.style)
        let isPlaceholder = value.isEmpty && !look.placeholder.isEmpty
        if isPlaceholder {
            let style = Style(.placeholder, on: look.style.background ?? look.style.foreground)
            screen.write(
                look.placeholder, at: line.origin, style: style, maxColumns: line.columns)
        }
        let before = shown(head, look)
        // One column stays free behind the text for the cursor itself.
        let start = TextWidth.suffix(
            before, columns: max(0, line.columns - 1), mark: glyphs.ellipsis)
        let used = screen.write(
            start, at: line.origin, style: look.style, maxColumns: line.columns)
        screen.write(
            TextWidth.truncate(
                shown(tail, look), columns: line.columns - used, ellipsis: glyphs.ellipsis),
            at: Point(row: line.row, column: line.column + used), style: look.style)
        if look.isFocused {
            screen.cursor = Point(row: line.row, column: line.column + used)
        }
    }

    private func shown(_ text: Substring, _ look: Look) -> String {
        look.isSecret ? String(repeating: "*", count: text.count) : String(text)
    }
}
