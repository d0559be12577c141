// Fuzzy matching in the manner of file finders: the pattern's letters must occur in the text in order.
// One walk forward finds the earliest end of a match, one walk back from there the latest start, and
// only that stretch is scored: not the best of all alignments, but time linear in the text and no
// memory. Better are letters in a row, at the start of a word, at the start of the text; gaps cost.
//
// Text and pattern of ASCII are compared byte by byte where they lie. Anything else is compared by
// the first scalar of each cluster, folded to lower case. A mask with one bit per letter and digit
// lets a caller who has many rows drop most of them without touching their text.

/// How well a text matches and where.
public struct FuzzyMatch: Sendable, Hashable {
    /// Higher is better; comparable only between matches of the same pattern.
    public let score: Int
    /// The matched clusters of the text, ascending from 0.
    public let positions: [Int]
}

/// A pattern made ready for many texts.
public struct FuzzyPattern: Sendable, Hashable {
    /// As the user typed it.
    public let text: String
    /// Whether case counts: only when the pattern has a capital letter.
    public let isCaseSensitive: Bool
    /// The letters and digits a matching text must have; see `mask(of:)`.
    public let mask: UInt64
    private let bytes: [UInt8]
    private let scalars: [UInt32]

    /// A pattern; blanks in it match blanks.
    public init(_ text: String) {
        self.text = text
        isCaseSensitive = text.contains { $0.isUppercase }
        let sensitive = isCaseSensitive
        let isASCII = text.utf8.allSatisfy { $0 < 0x80 }
        bytes = isASCII ? text.utf8.map { sensitive ? $0 : FuzzyPattern.lowered($0) } : []
        scalars = FuzzyPattern.units(of: text, isCaseSensitive: sensitive)
        mask = FuzzyPattern.mask(of: text)
    }

    /// True for the empty pattern, which every text matches.
    public var isEmpty: Bool { scalars.isEmpty }

    /// One bit for every ASCII letter (without case) and digit in the text, one for all else beyond
    /// ASCII; a text can match only if it has all bits of the pattern.
    public static func mask(of text: String) -> UInt64 {
        var mask: UInt64 = 0
        for byte in text.utf8 { mask |= bit(of: byte) }
        return mask
    }

    private static func bit(of byte: UInt8) -> UInt64 {
        switch byte {
        case 0x61...0x7A: 1 << UInt64(byte - 0x61)
        case 0x41...0x5A: 1 << UInt64(byte - 0x41)
        case 0x30...0x39: 1 << UInt64(26 + byte - 0x30)
        case 0x80...0xFF: 1 << 63
        default: 0
        }
    }

    /// The match with its positions, nil if there is none.
    public func match(_ text: String) -> FuzzyMatch? {
        if isEmpty { return FuzzyMatch(score: 0, positions: []) }
        var positions: [Int] = []
        guard let score = find(text, collecting: { positions.append($0) }) else { return nil }
        return FuzzyMatch(score: score, positions: positions)
    }

    /// The score alone, nil if there is no match: what ranking many rows needs.
    public func score(_ text: String) -> Int? {
        isEmpty ? 0 : find(text, collecting: { _ in })
    }

    /// The score of text given as ASCII bytes, nil if there is no match.
    public func score(ascii text: UnsafeBufferPointer<UInt8>) -> Int? {
        guard !bytes.isEmpty else { return isEmpty ? 0 : nil }
        return bytes.withUnsafeBufferPointer { pattern in
            FuzzyWalk(pattern: pattern, text: text, isCaseSensitive: isCaseSensitive)
                .run(collecting: { _ in })
        }
    }

    private func find(_ text: String, collecting collect: (Int) -> Void) -> Int? {
        if !bytes.isEmpty {
            let fast: Int?? = text.utf8.withContiguousStorageIfAvailable { storage in
                guard storage.allSatisfy({ $0 < 0x80 }) else { return nil }
                let score = bytes.withUnsafeBufferPointer { pattern in
                    FuzzyWalk(pattern: pattern, text: storage, isCaseSensitive: isCaseSensitive)
                        .run(collecting: collect)
                }
                return .some(score ?? FuzzyPattern.noMatch)
            }
            if let score = fast ?? nil { return score == FuzzyPattern.noMatch ? nil : score }
        }
        let units = FuzzyPattern.units(of: text, isCaseSensitive: true)
        return units.withUnsafeBufferPointer { text in
            scalars.withUnsafeBufferPointer { pattern in
                FuzzyWalk(pattern: pattern, text: text, isCaseSensitive: isCaseSensitive)
                    .run(collecting: collect)
            }
        }
    }

    /// Below every real score.
    private static let noMatch = Int.min

    private static func units(of text: String, isCaseSensitive: Bool) -> [UInt32] {
        text.map { character in
            let scalar = character.unicodeScalars.first?.value ?? 0
            return isCaseSensitive ? scalar : lowered(scalar)
        }
    }

    static func lowered(_ byte: UInt8) -> UInt8 {
        byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
    }

    static func lowered(_ value: UInt32) -> UInt32 {
        if value < 0x80 { return UInt32(lowered(UInt8(value))) }
        guard let scalar = Unicode.Scalar(value) else { return value }
        return scalar.properties.lowercaseMapping.unicodeScalars.first?.value ?? value
    }
}

/// One pattern against one text.
private struct FuzzyWalk<Unit: FixedWidthInteger & UnsignedInteger> {
    let pattern: UnsafeBufferPointer<Unit>
    let text: UnsafeBufferPointer<Unit>
    let isCaseSensitive: Bool

    private static var letterPoints: Int { 16 }
    private static var rowPoints: Int { 8 }
    private static var wordStartPoints: Int { 9 }
    private static var textStartPoints: Int { 4 }
    private static var gapOpenCost: Int { 3 }
    private static var gapCost: Int { 1 }

    @inline(__always)
    func run(collecting collect: (Int) -> Void) -> Int? {
        guard let end = forwardEnd() else { return nil }
        return score(from: backwardStart(from: end), to: end, collecting: collect)
    }

    /// The place just behind the earliest complete match.
    private func forwardEnd() -> Int? {
        var next = 0
        var index = 0
        while index < text.count {
            if same(text[index], pattern[next]) {
                next += 1
                if next == pattern.count { return index + 1 }
            }
            index += 1
        }
        return nil
    }

    /// The latest start of a match that ends there.
    private func backwardStart(from end: Int) -> Int {
        var next = pattern.count - 1
        var index = end - 1
        while index > 0 {
            if same(text[index], pattern[next]) {
                if next == 0 { return index }
                next -= 1
            }
            index -= 1
        }
        return index
    }

    private func score(from start: Int, to end: Int, collecting collect: (Int) -> Void) -> Int {
        var total = 0
        var next = 0
        var gap = 0
        var isInRow = false
        var index = start
        while index < end, next < pattern.count {
            if same(text[index], pattern[next]) {
                collect(index)
                total += Self.letterPoints + bonus(at: index, isInRow: isInRow)
                next += 1
                isInRow = true
                gap = 0
            } else {
                total -= gap == 0 ? Self.gapOpenCost : Self.gapCost
                gap += 1
                isInRow = false
            }
            index += 1
        }
        return total - min(text.count, 64) / 16
    }

    private func bonus(at index: Int, isInRow: Bool) -> Int {
        var points = isInRow ? Self.rowPoints : 0
        if index == 0 {
            points += Self.wordStartPoints + Self.textStartPoints
        } else if isWordStart(index) {
            points += Self.wordStartPoints
        }
        return points
    }

    private func isWordStart(_ index: Int) -> Bool {
        let before = text[index - 1]
        let here = text[index]
        if !isLetterOrDigit(before) { return isLetterOrDigit(here) }
        let isCamel = isUpper(here) && !isUpper(before)
        return isCamel || (isDigit(here) && !isDigit(before))
    }

    @inline(__always)
    private func same(_ unit: Unit, _ wanted: Unit) -> Bool {
        if unit == wanted { return true }
        if isCaseSensitive { return false }
        if unit < 0x80 { return isUpper(unit) && (unit | 0x20) == wanted }
        return Unit.bitWidth > 8
            && FuzzyPattern.lowered(UInt32(truncatingIfNeeded: unit))
                == UInt32(truncatingIfNeeded: wanted)
    }

    private func isUpper(_ unit: Unit) -> Bool { unit >= 0x41 && unit <= 0x5A }
    private func isDigit(_ unit: Unit) -> Bool { unit >= 0x30 && unit <= 0x39 }
    private func isLetterOrDigit(_ unit: Unit) -> Bool {
        isDigit(unit) || isUpper(unit) || (unit >= 0x61 && unit <= 0x7A) || unit >= 0x80
    }
}

extension Span {
    /// Cuts text into pieces so that the matched clusters stand out.
    ///
    /// - Parameters:
    ///   - positions: clusters of the text, ascending, as `FuzzyMatch` gives them.
    ///   - style: the other letters' style.
    ///   - match: the matched letters' style; takes the ground of `style` if it has none.
    public static func highlighted(
        _ text: String, positions: [Int], style: Style = .plain, match: Style = .match
    ) -> [Span] {
        guard !positions.isEmpty else { return [Span(text, style)] }
        let marked = match.background == nil ? match.on(style.background) : match
        var spans: [Span] = []
        var next = positions.startIndex
        for (index, character) in text.enumerated() {
            let isMatch = next < positions.endIndex && positions[next] == index
            if isMatch { next += 1 }
            let wanted = isMatch ? marked : style
            if let last = spans.indices.last, spans[last].style == wanted {
                spans[last].text.append(character)
            } else {
                spans.append(Span(String(character), wanted))
            }
        }
        return spans
    }
}
