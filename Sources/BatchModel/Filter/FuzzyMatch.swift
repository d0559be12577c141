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

    /// The mask of a text's UTF-8.
    public static func mask(of text: UnsafeBufferPointer<UInt8>) -> UInt64 {
        var mask: UInt64 = 0
        for byte in text { mask |= bit(of: byte) }
        return mask
    }

    /// True when a text that has the mask's bits matches: the pattern is one letter or digit, and case does not count.
    public var isToldByMask: Bool {
        bytes.count == 1 && !isCaseSensitive && mask != 0
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

    /// Whether the pattern stands in the text as it is, its letters next to each other; case counts as in a match.
    public func stands(in text: String) -> Bool {
        let units = FuzzyPattern.units(of: text, isCaseSensitive: true)
        return units.withUnsafeBufferPointer { text in
            scalars.withUnsafeBufferPointer { pattern in
                FuzzyWalk(
                    pattern: pattern, text: ScalarText(scalars: text),
                    isCaseSensitive: isCaseSensitive
                ).stands()
            }
        }
    }

    /// What is compared with ASCII text, byte by byte; nil for a pattern that is not ASCII.
    public var asciiBytes: [UInt8]? { bytes.isEmpty && !isEmpty ? nil : bytes }

    /// The score of text given as ASCII bytes, nil if there is no match.
    public func score(ascii text: UnsafeBufferPointer<UInt8>) -> Int? {
        guard !bytes.isEmpty else { return isEmpty ? 0 : nil }
        return bytes.withUnsafeBufferPointer { pattern in
            FuzzyBytes(pattern, isCaseSensitive: isCaseSensitive).score(text, .empty)
        }
    }

    /// What no match scores more than, in a text of one cluster: longer ones are worth a little less; see `lengthCost(of:)`.
    ///
    /// - Parameter hasInnerCapitals: false for a text in which no capital stands behind a letter or digit that is none.
    public func highestScore(hasInnerCapitals: Bool) -> Int {
        guard let first = scalars.first else { return 0 }
        var score = FuzzyPoints.letter + FuzzyPoints.wordStart + FuzzyPoints.textStart
        var before = first
        for scalar in scalars.dropFirst() {
            // In a row with the one before; a gap costs more than the start of a word behind it brings.
            score += FuzzyPoints.letter + FuzzyPoints.row
            let mayBeginWord =
                hasInnerCapitals || !Self.isWordUnit(before)
                || (Self.isDigit(scalar) && !Self.isDigit(before))
            if mayBeginWord { score += FuzzyPoints.wordStart }
            before = scalar
        }
        return score
    }

    /// What a match loses for the length of its text, in clusters.
    public static func lengthCost(of length: Int) -> Int {
        min(length, FuzzyPoints.textLength) / FuzzyPoints.textStep
    }

    private static func isDigit(_ unit: UInt32) -> Bool { unit >= 0x30 && unit <= 0x39 }

    private static func isWordUnit(_ unit: UInt32) -> Bool {
        isDigit(unit) || (unit | 0x20 >= 0x61 && unit | 0x20 <= 0x7A) || unit >= 0x80
    }

    private func find(_ text: String, collecting collect: (Int) -> Void) -> Int? {
        if !bytes.isEmpty {
            let fast: Int?? = text.utf8.withContiguousStorageIfAvailable { storage in
                guard storage.allSatisfy({ $0 < 0x80 }) else { return nil }
                let score = bytes.withUnsafeBufferPointer { pattern in
                    FuzzyWalk(
                        pattern: pattern, text: JoinedBytes(head: storage, tail: .empty),
                        isCaseSensitive: isCaseSensitive
                    ).run(collecting: collect)
                }
                return .some(score ?? FuzzyPattern.noMatch)
            }
            if let score = fast ?? nil { return score == FuzzyPattern.noMatch ? nil : score }
        }
        let units = FuzzyPattern.units(of: text, isCaseSensitive: true)
        return units.withUnsafeBufferPointer { text in
            scalars.withUnsafeBufferPointer { pattern in
                FuzzyWalk(
                    pattern: pattern, text: ScalarText(scalars: text),
                    isCaseSensitive: isCaseSensitive
                ).run(collecting: collect)
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

/// The bytes of an ASCII pattern, borrowed for a pass over many texts: nothing is counted or copied for a text.
public struct FuzzyBytes {
    private let pattern: UnsafeBufferPointer<UInt8>
    private let isCaseSensitive: Bool

    /// - Parameter pattern: `FuzzyPattern.asciiBytes`, not empty; must outlive this value.
    public init(_ pattern: UnsafeBufferPointer<UInt8>, isCaseSensitive: Bool) {
        self.pattern = pattern
        self.isCaseSensitive = isCaseSensitive
    }

    /// The score of ASCII text that lies in two parts, nil if there is no match.
    public func score(
        _ head: UnsafeBufferPointer<UInt8>, _ tail: UnsafeBufferPointer<UInt8>
    ) -> Int? {
        FuzzyWalk(
            pattern: pattern, text: JoinedBytes(head: head, tail: tail),
            isCaseSensitive: isCaseSensitive
        ).run(collecting: { _ in })
    }

    /// Whether such a text matches at all: less work than its score.
    public func matches(
        _ head: UnsafeBufferPointer<UInt8>, _ tail: UnsafeBufferPointer<UInt8>
    ) -> Bool {
        FuzzyWalk(
            pattern: pattern, text: JoinedBytes(head: head, tail: tail),
            isCaseSensitive: isCaseSensitive
        ).forwardEnd() != nil
    }

    /// Whether the pattern stands in such a text, its letters next to each other.
    public func stands(
        in head: UnsafeBufferPointer<UInt8>, _ tail: UnsafeBufferPointer<UInt8>
    ) -> Bool {
        FuzzyWalk(
            pattern: pattern, text: JoinedBytes(head: head, tail: tail),
            isCaseSensitive: isCaseSensitive
        ).stands()
    }

    /// How much less than the highest a text can score that begins with another letter than the pattern.
    ///
    /// - Parameter first: the text's first byte.
    public func startCost(inTextFrom first: UInt8) -> Int {
        FuzzyPattern.lowered(first) == FuzzyPattern.lowered(pattern[0])
            ? 0 : FuzzyPoints.textStart
    }
}

extension UnsafeBufferPointer<UInt8> {
    fileprivate static var empty: Self { UnsafeBufferPointer(start: nil, count: 0) }
}

/// A text that a pattern is walked along.
private protocol FuzzyText {
    associatedtype Unit: FixedWidthInteger & UnsignedInteger

    var count: Int { get }
    subscript(index: Int) -> Unit { get }

    /// The first place from `start` on where a unit of a pattern stands.
    func firstIndex(of wanted: Unit, isCaseSensitive: Bool, from start: Int) -> Int?
}

/// ASCII bytes in two parts, read as one text.
private struct JoinedBytes: FuzzyText {
    let head: UnsafeBufferPointer<UInt8>
    let tail: UnsafeBufferPointer<UInt8>

    var count: Int { head.count + tail.count }

    subscript(index: Int) -> UInt8 {
        index < head.count ? head[index] : tail[index - head.count]
    }

    @inline(__always)
    func firstIndex(of wanted: UInt8, isCaseSensitive: Bool, from start: Int) -> Int? {
        // Of two letters that differ in nothing but case, one is the other with this bit.
        let isLetter = wanted >= 0x61 && wanted <= 0x7A
        let fold: UInt8 = isLetter && !isCaseSensitive ? 0x20 : 0
        if start < head.count {
            let found = Self.firstIndex(of: wanted, fold: fold, in: head, from: start)
            if found < head.count { return found }
        }
        let found = Self.firstIndex(
            of: wanted, fold: fold, in: tail, from: max(0, start - head.count))
        return found < tail.count ? head.count + found : nil
    }

    private static let lowSeven: UInt64 = 0x7F7F_7F7F_7F7F_7F7F

    /// Looks at eight bytes at once; `part.count` when there is none.
    @inline(__always)
    private static func firstIndex(
        of wanted: UInt8, fold: UInt8, in part: UnsafeBufferPointer<UInt8>, from start: Int
    ) -> Int {
        let every: UInt64 = 0x0101_0101_0101_0101
        let folds = UInt64(fold) &* every
        let wanteds = UInt64(wanted) &* every
        let bytes = UnsafeRawBufferPointer(part)
        var index = start
        while index &+ 8 <= bytes.count {
            let eight = UInt64(
                littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
            let other = (eight | folds) ^ wanteds
            // The top bit of each byte that is zero, and of no other.
            let zeros = ~(((other & lowSeven) &+ lowSeven) | other | lowSeven)
            if zeros != 0 { return index &+ zeros.trailingZeroBitCount / 8 }
            index &+= 8
        }
        while index < bytes.count {
            if bytes[index] | fold == wanted { return index }
            index &+= 1
        }
        return bytes.count
    }
}

/// The first scalars of a text's clusters.
private struct ScalarText: FuzzyText {
    let scalars: UnsafeBufferPointer<UInt32>

    var count: Int { scalars.count }

    subscript(index: Int) -> UInt32 { scalars[index] }

    func firstIndex(of wanted: UInt32, isCaseSensitive: Bool, from start: Int) -> Int? {
        var index = start
        while index < count {
            if isSame(scalars[index], wanted, isCaseSensitive: isCaseSensitive) { return index }
            index += 1
        }
        return nil
    }
}

/// Whether a unit of a text is one of a pattern.
@inline(__always)
private func isSame<Unit: FixedWidthInteger & UnsignedInteger>(
    _ unit: Unit, _ wanted: Unit, isCaseSensitive: Bool
) -> Bool {
    if unit == wanted { return true }
    if isCaseSensitive { return false }
    if unit < 0x80 { return unit >= 0x41 && unit <= 0x5A && (unit | 0x20) == wanted }
    return Unit.bitWidth > 8
        && FuzzyPattern.lowered(UInt32(truncatingIfNeeded: unit))
            == UInt32(truncatingIfNeeded: wanted)
}

/// What matches are worth.
private enum FuzzyPoints {
    static let letter = 16
    static let row = 8
    static let wordStart = 9
    static let textStart = 4
    static let gapOpen = 3
    static let gap = 1
    /// Longer texts are worth a little less, up to this length.
    static let textLength = 64
    static let textStep = 16
}

/// One pattern against one text.
private struct FuzzyWalk<Text: FuzzyText> {
    let pattern: UnsafeBufferPointer<Text.Unit>
    let text: Text
    let isCaseSensitive: Bool

    @inline(__always)
    func run(collecting collect: (Int) -> Void) -> Int? {
        guard let end = forwardEnd() else { return nil }
        return score(from: backwardStart(from: end), to: end, collecting: collect)
    }

    /// The place just behind the earliest complete match.
    @inline(__always)
    func forwardEnd() -> Int? {
        var index = 0
        for wanted in pattern {
            guard
                let found = text.firstIndex(
                    of: wanted, isCaseSensitive: isCaseSensitive, from: index)
            else { return nil }
            index = found + 1
        }
        return index
    }

    /// Whether the pattern is somewhere in the text without a gap.
    func stands() -> Bool {
        guard let first = pattern.first else { return true }
        var start = 0
        while let found = text.firstIndex(
            of: first, isCaseSensitive: isCaseSensitive, from: start)
        {
            guard found + pattern.count <= text.count else { return false }
            if pattern.indices.allSatisfy({ same(text[found + $0], pattern[$0]) }) { return true }
            start = found + 1
        }
        return false
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
                total += FuzzyPoints.letter + bonus(at: index, isInRow: isInRow)
                next += 1
                isInRow = true
                gap = 0
            } else {
                total -= gap == 0 ? FuzzyPoints.gapOpen : FuzzyPoints.gap
                gap += 1
                isInRow = false
            }
            index += 1
        }
        return total - FuzzyPattern.lengthCost(of: text.count)
    }

    private func bonus(at index: Int, isInRow: Bool) -> Int {
        var points = isInRow ? FuzzyPoints.row : 0
        if index == 0 {
            points += FuzzyPoints.wordStart + FuzzyPoints.textStart
        } else if isWordStart(index) {
            points += FuzzyPoints.wordStart
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

    private func same(_ unit: Text.Unit, _ wanted: Text.Unit) -> Bool {
        isSame(unit, wanted, isCaseSensitive: isCaseSensitive)
    }

    private func isUpper(_ unit: Text.Unit) -> Bool { unit >= 0x41 && unit <= 0x5A }
    private func isDigit(_ unit: Text.Unit) -> Bool { unit >= 0x30 && unit <= 0x39 }
    private func isLetterOrDigit(_ unit: Text.Unit) -> Bool {
        isDigit(unit) || isUpper(unit) || (unit >= 0x61 && unit <= 0x7A) || unit >= 0x80
    }
}
