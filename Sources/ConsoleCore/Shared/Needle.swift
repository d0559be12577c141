/// A text that is searched for, made ready for many lines. Case counts only when it has a capital letter.
struct Needle: Sendable, Equatable {
    private let isCaseSensitive: Bool
    private let bytes: [UInt8]
    private let clusters: [Character]

    init(_ text: String) {
        let isSensitive = text.contains(where: \.isUppercase)
        isCaseSensitive = isSensitive
        bytes = text.utf8.map { isSensitive ? $0 : lowered($0) }
        clusters = text.map { isSensitive ? $0 : lowered($0) }
    }

    /// Whether a line holds the text; letters beyond ASCII must have the same case. An empty text is in no line.
    func isIn(_ line: String) -> Bool {
        let found = line.utf8.withContiguousStorageIfAvailable { isIn(bytes: $0) }
        return found ?? isIn(Array(line.utf8)[...])
    }

    /// Whether a line of UTF-8 holds the text.
    func isIn(_ line: ArraySlice<UInt8>) -> Bool {
        line.withUnsafeBufferPointer { isIn(bytes: $0) }
    }

    private func isIn(bytes line: UnsafeBufferPointer<UInt8>) -> Bool {
        guard !bytes.isEmpty, line.count >= bytes.count else { return false }
        return (0...line.count - bytes.count).contains { start in
            bytes.indices.allSatisfy { index in
                let byte = line[start + index]
                return (isCaseSensitive ? byte : lowered(byte)) == bytes[index]
            }
        }
    }

    /// The clusters of a text that belong to matches, ascending, for highlighting.
    func positions(in text: String) -> [Int] {
        guard !clusters.isEmpty, isIn(text) else { return [] }
        let all = text.map { isCaseSensitive ? $0 : lowered($0) }
        var positions: [Int] = []
        var start = 0
        while start + clusters.count <= all.count {
            let end = start + clusters.count
            if all[start..<end].elementsEqual(clusters) {
                positions += start..<end
                start = end
            } else {
                start += 1
            }
        }
        return positions
    }
}

/// Going through the lines that hold a text: they are ascending, and after the last comes the first.
enum Matches {
    /// The first one at a line or below it.
    static func first(of lines: [Int], from origin: Int) -> Int? {
        lines.first { $0 >= origin } ?? lines.first
    }

    /// The next one after a line, or the one before it.
    static func next(of lines: [Int], from here: Int, isForward: Bool) -> Int? {
        isForward
            ? lines.first { $0 > here } ?? lines.first
            : lines.last { $0 < here } ?? lines.last
    }
}

private func lowered(_ byte: UInt8) -> UInt8 {
    (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
}

private func lowered(_ character: Character) -> Character {
    // A line break of two characters is one cluster and stays what it is.
    guard let byte = character.asciiValue, (0x41...0x5A).contains(byte) else { return character }
    return Character(Unicode.Scalar(byte | 0x20))
}
