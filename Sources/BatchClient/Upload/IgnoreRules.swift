// Which files of a folder are not sent: `.amlignore` in the top folder, else `.gitignore` there (CONTRACT §6). Patterns
// are git's common forms: comments, `!` to take back, a trailing slash for folders, a slash inside or in front to anchor,
// `*`, `?`, `[…]`, `**`. The last pattern that fits decides. As in the official client a folder is left out as a whole
// only when its own path fits; with `build/` the folder's name still counts in the hash while its files do not.

/// The patterns of one ignore file.
struct IgnoreRules: Equatable, Sendable {
    private struct Rule: Equatable {
        var isTakenBack: Bool
        var isFoldersOnly: Bool
        var isAnchored: Bool
        var segments: [[Character]]
    }

    /// The file names, the stronger first.
    static let fileNames = [".amlignore", ".gitignore"]

    private var rules: [Rule] = []

    /// Reads an ignore file.
    init(_ text: String = "") {
        for line in text.split(whereSeparator: \.isNewline) {
            if let rule = Self.rule(line) { rules.append(rule) }
        }
    }

    /// True when a path, relative to the top folder, is not to be sent.
    func excludes(_ path: String) -> Bool {
        guard !rules.isEmpty else { return false }
        let parts = path.split(separator: "/").map(Array.init)
        return rules.last { Self.fits($0, parts) }.map { !$0.isTakenBack } ?? false
    }

    private static func rule(_ line: Substring) -> Rule? {
        var text = line
        while text.hasSuffix(" ") && !text.hasSuffix("\\ ") { text = text.dropLast() }
        guard !text.isEmpty, !text.hasPrefix("#") else { return nil }
        let isTakenBack = text.hasPrefix("!")
        if isTakenBack { text = text.dropFirst() }
        let isFoldersOnly = text.hasSuffix("/")
        if isFoldersOnly { text = text.dropLast() }
        guard !text.isEmpty else { return nil }
        return Rule(
            isTakenBack: isTakenBack, isFoldersOnly: isFoldersOnly,
            isAnchored: text.contains("/"),
            segments: text.split(separator: "/").map(Array.init))
    }

    /// The pattern fits the path itself, or a folder above it.
    private static func fits(_ rule: Rule, _ path: [[Character]]) -> Bool {
        let lengths = rule.isFoldersOnly ? 1..<path.count : 1..<(path.count + 1)
        return lengths.contains { length in
            let head = path[..<length]
            guard !rule.isAnchored else { return fits(rule.segments[...], head) }
            return head.indices.contains { fits(rule.segments[...], head[$0...]) }
        }
    }

    private static func fits(
        _ pattern: ArraySlice<[Character]>, _ path: ArraySlice<[Character]>
    ) -> Bool {
        guard let first = pattern.first else { return path.isEmpty }
        if first == ["*", "*"] {
            // `**/x` reaches any depth, the top included; `x/**` is everything below x.
            if pattern.count == 1 { return !path.isEmpty }
            return (path.startIndex...path.endIndex).contains {
                fits(pattern.dropFirst(), path[$0...])
            }
        }
        guard let part = path.first, fits(segment: first[...], part[...]) else { return false }
        return fits(pattern.dropFirst(), path.dropFirst())
    }

    private static func fits(
        segment pattern: ArraySlice<Character>, _ text: ArraySlice<Character>
    ) -> Bool {
        guard let first = pattern.first else { return text.isEmpty }
        switch first {
        case "*":
            return (text.startIndex...text.endIndex).contains {
                fits(segment: pattern.dropFirst(), text[$0...])
            }
        case "?":
            return !text.isEmpty && fits(segment: pattern.dropFirst(), text.dropFirst())
        case "[":
            guard let letter = text.first, let set = set(pattern) else { return false }
            return set.holds(letter) && fits(segment: set.rest, text.dropFirst())
        case "\\":
            let plain = pattern.dropFirst()
            guard let letter = plain.first else { return text.isEmpty }
            return text.first == letter
                && fits(segment: plain.dropFirst(), text.dropFirst())
        default:
            return text.first == first && fits(segment: pattern.dropFirst(), text.dropFirst())
        }
    }

    /// `[a-z]`, `[!0-9]`: what it holds and what follows it.
    private static func set(
        _ pattern: ArraySlice<Character>
    ) -> (holds: (Character) -> Bool, rest: ArraySlice<Character>)? {
        var inside = pattern.dropFirst()
        let isNegated = inside.first == "!" || inside.first == "^"
        if isNegated { inside = inside.dropFirst() }
        guard let end = inside.dropFirst().firstIndex(of: "]") else { return nil }
        let letters = Array(inside[..<end])
        var ranges: [ClosedRange<Character>] = []
        var index = 0
        while index < letters.count {
            if index + 2 < letters.count, letters[index + 1] == "-",
                letters[index] <= letters[index + 2]
            {
                ranges.append(letters[index]...letters[index + 2])
                index += 3
            } else {
                ranges.append(letters[index]...letters[index])
                index += 1
            }
        }
        let found = ranges
        let holds = { (letter: Character) in found.contains { $0.contains(letter) } != isNegated }
        return (holds, inside[end...].dropFirst())
    }
}
