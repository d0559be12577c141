// How many columns text takes. Terminals disagree at the edges, so the rules are the plain ones: a
// cluster is as wide as its scalars together but never wider than 2; emoji joined by ZWJ, flags and
// letters followed by the emoji selector (U+FE0F) are 2; marks alone are 0. Text of plain ASCII, which
// is nearly all of it, is counted by its bytes.

/// The place of text within a field.
public enum Alignment: Sendable, Hashable, Codable {
    /// Blanks go to the right.
    case left
    /// Blanks go to the left: numbers.
    case right
    /// Blanks go to both sides.
    case centre

    /// How many of the spare columns go to the left of the text.
    func blanksBefore(_ spare: Int) -> Int {
        switch self {
        case .left: 0
        case .right: max(0, spare)
        case .centre: max(0, spare) / 2
        }
    }
}

/// Which part of a text that is too long for its field is left out.
public enum TextCut: Sendable, Hashable {
    /// The end: sentences.
    case end
    /// The middle, so that both ends stay readable: names, paths.
    case middle

    /// How many of a field's columns the text's end takes, behind the ellipsis.
    func tail(of columns: Int) -> Int {
        switch self {
        case .end: 0
        case .middle: max(0, columns - 1) / 2
        }
    }
}

/// Measures, cuts and pads text by terminal columns.
///
/// All functions count the text as it would be drawn: control characters, which drawing takes out,
/// count nothing.
public enum TextWidth {
    /// The columns the text takes when drawn.
    public static func columns(of text: String) -> Int {
        if let count = plainASCIICount(text) { return count }
        var total = 0
        Clusters.forEach(in: text) { _, width in
            total += width
            return true
        }
        return total
    }

    /// The columns one grapheme cluster takes: 0, 1 or 2.
    public static func columns(of character: Character) -> Int {
        if let ascii = character.asciiValue { return ascii >= 0x20 && ascii != 0x7F ? 1 : 0 }
        var total = 0
        var previous: Unicode.Scalar?
        for scalar in character.unicodeScalars {
            total += columns(of: scalar)
            if scalar.value == 0x200D, total > 0 { return 2 }
            if scalar.value == 0xFE0F, let previous, previous.properties.isEmoji { return 2 }
            previous = scalar
        }
        return min(2, total)
    }

    /// The columns one scalar takes: 0, 1 or 2; controls 0.
    public static func columns(of scalar: Unicode.Scalar) -> Int {
        let value = scalar.value
        if value < 0x300 { return isControl(value) || value == 0xAD ? 0 : 1 }
        // Arrows, box drawing, blocks and shapes: every frame is made of them.
        if (0x2500...0x25FC).contains(value) || (0x2190...0x2319).contains(value) { return 1 }
        if value >= 0x1100, contains(value, wide) { return 2 }
        return contains(value, zero) ? 0 : 1
    }

    /// Cuts text to so many columns, ending in the ellipsis where something was cut.
    public static func truncate(
        _ text: String, columns limit: Int, ellipsis: Character = "…"
    ) -> String {
        guard limit > 0 else { return "" }
        let clean = sanitised(text)
        guard columns(of: clean) > limit else { return clean }
        return prefix(clean, columns: limit - 1) + String(ellipsis)
    }

    /// Cuts text to so many columns, the ellipsis where something was left out.
    static func truncate(
        _ text: String, columns limit: Int, cut: TextCut, ellipsis: Character
    ) -> String {
        switch cut {
        case .end: truncate(text, columns: limit, ellipsis: ellipsis)
        case .middle: truncateMiddle(text, columns: limit, ellipsis: ellipsis)
        }
    }

    /// Cuts out the middle, so that both ends stay readable: job names, paths.
    public static func truncateMiddle(
        _ text: String, columns limit: Int, ellipsis: Character = "…"
    ) -> String {
        guard limit > 0 else { return "" }
        let clean = sanitised(text)
        guard columns(of: clean) > limit else { return clean }
        let tail = TextCut.middle.tail(of: limit)
        let start = prefix(clean, columns: limit - 1 - tail)
        return start + String(ellipsis) + suffix(clean, columns: tail)
    }

    /// Text of exactly so many columns: cut with the ellipsis, or padded with blanks.
    ///
    /// - Parameters:
    ///   - limit: the width of the field; 0 or less gives the empty text.
    ///   - ellipsis: what stands for the cut part; must be one column wide.
    public static func fit(
        _ text: String, columns limit: Int, alignment: Alignment = .left,
        ellipsis: Character = "…"
    ) -> String {
        let cut = truncate(text, columns: limit, ellipsis: ellipsis)
        let blanks = max(0, limit - columns(of: cut))
        let before = alignment.blanksBefore(blanks)
        return spaces(before) + cut + spaces(blanks - before)
    }

    /// The longest start of the text that takes at most so many columns.
    public static func prefix(_ text: String, columns limit: Int) -> String {
        if let count = plainASCIICount(text) {
            return count <= limit ? text : String(Substring(text.utf8.prefix(max(0, limit))))
        }
        var used = 0
        var end = text.startIndex
        while end < text.endIndex {
            used += columns(of: text[end])
            if used > limit { break }
            end = text.index(after: end)
        }
        return String(text[..<end])
    }

    /// The longest end of the text that takes at most so many columns.
    public static func suffix(_ text: String, columns limit: Int) -> String {
        if let count = plainASCIICount(text) {
            return count <= limit ? text : String(Substring(text.utf8.suffix(max(0, limit))))
        }
        var used = 0
        var start = text.endIndex
        while start > text.startIndex {
            let before = text.index(before: start)
            used += columns(of: text[before])
            if used > limit { break }
            start = before
        }
        return String(text[start...])
    }

    /// The same, begun with a mark of one column where something is left out and there is room for both.
    static func suffix(_ text: String, columns limit: Int, mark: Character) -> String {
        let end = suffix(text, columns: limit)
        guard end.utf8.count < text.utf8.count, limit > 1 else { return end }
        return String(mark) + suffix(text, columns: limit - 1)
    }

    static func spaces(_ count: Int) -> String { String(repeating: " ", count: max(0, count)) }

    static func trimmingTrailingSpaces(_ text: String) -> String {
        var end = text.endIndex
        while end > text.startIndex {
            let before = text.index(before: end)
            guard text[before] == " " else { break }
            end = before
        }
        return String(text[..<end])
    }

    /// The length of text made of printable ASCII only, nil for all other text.
    static func plainASCIICount(_ text: String) -> Int? {
        let utf8 = text.utf8
        let fast = utf8.withContiguousStorageIfAvailable { bytes in
            bytes.allSatisfy(isPrintable) ? bytes.count : -1
        }
        if let fast { return fast >= 0 ? fast : nil }
        return utf8.allSatisfy(isPrintable) ? utf8.count : nil
    }

    static func isPrintable(_ byte: UInt8) -> Bool { byte >= 0x20 && byte < 0x7F }

    static func isControl(_ value: UInt32) -> Bool {
        value < 0x20 || (value >= 0x7F && value < 0xA0)
    }

    /// Binary search in ascending pairs of first and last scalar.
    private static func contains(_ value: UInt32, _ pairs: [UInt32]) -> Bool {
        var low = 0
        var high = pairs.count / 2
        while low < high {
            let middle = (low + high) / 2
            if value < pairs[2 * middle] {
                high = middle
            } else if value > pairs[2 * middle + 1] {
                low = middle + 1
            } else {
                return true
            }
        }
        return false
    }
}
