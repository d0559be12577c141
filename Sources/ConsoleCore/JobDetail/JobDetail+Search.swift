import ConsoleGrid

extension JobDetail {
    /// A text searched for in the log.
    struct Search: Sendable, Equatable {
        var field = TextField()
        var isEditing = true
        /// The line that was on top when the search began: typing searches from there.
        var origin: Int
        /// The lines that hold the text, ascending.
        var lines: [Int] = []
        /// The match that was gone to last.
        var current: Int?

        var needle: Needle { Needle(field.value) }

        /// The place of the current match, counted from 1.
        var position: Int? { current.flatMap(lines.firstIndex).map { $0 + 1 } }
    }

    /// A text made ready for many lines. Case counts only when it has a capital letter.
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

        /// Whether a line holds the text; letters beyond ASCII must have the same case.
        func isIn(_ line: String) -> Bool {
            guard !bytes.isEmpty else { return false }
            let found = line.utf8.withContiguousStorageIfAvailable { isIn(bytes: $0) }
            return found ?? Array(line.utf8).withUnsafeBufferPointer { isIn(bytes: $0) }
        }

        private func isIn(bytes line: UnsafeBufferPointer<UInt8>) -> Bool {
            guard line.count >= bytes.count else { return false }
            return (0...line.count - bytes.count).contains { start in
                bytes.indices.allSatisfy { index in
                    let byte = line[start + index]
                    return (isCaseSensitive ? byte : lowered(byte)) == bytes[index]
                }
            }
        }

        /// The clusters of a text that belong to matches, ascending.
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

    /// Opens the search, or goes on typing in it.
    static func openSearch(_ state: inout State) {
        state.view = .logs
        state.hasChosenView = true
        state.pane = .content
        state.fileList = nil
        let top = state.log.line(ofRow: state.log.scroll.offset)
        var search = state.search ?? Search(origin: top)
        search.isEditing = true
        search.origin = top
        state.search = search
    }

    /// Types in the text that is searched for and goes to the first match from where the search began.
    static func editSearch(_ state: inout State, with key: KeyPress) {
        guard var search = state.search, search.field.handle(key) else { return }
        search.current = nil
        state.search = search
        findMatches(&state)
        guard let found = state.search else { return }
        let first = found.lines.first { $0 >= found.origin } ?? found.lines.first
        go(to: first, in: &state)
    }

    /// Goes to the next match or the one before, round and round.
    static func moveMatch(_ state: inout State, isForward: Bool) {
        guard let search = state.search else { return }
        let lines = search.lines
        let here = search.current ?? search.origin - 1
        let next =
            isForward
            ? lines.first { $0 > here } ?? lines.first
            : lines.last { $0 < here } ?? lines.last
        go(to: next, in: &state)
    }

    /// Searches the log as it is now; lines that went from its beginning move the match along.
    static func findMatches(_ state: inout State, dropping dropped: Int = 0) {
        guard var search = state.search else { return }
        let needle = search.needle
        let log = state.log.text
        search.lines = (0..<log.count).filter { needle.isIn(log[$0]) }
        search.origin = max(0, search.origin - dropped)
        search.current = search.current.flatMap { $0 >= dropped ? $0 - dropped : nil }
        state.search = search
    }

    private static func go(to line: Int?, in state: inout State) {
        state.search?.current = line
        guard let line, let needle = state.search?.needle else { return }
        let place = needle.positions(in: state.log.text[line]).first ?? 0
        state.log.reveal(line: line, cluster: place)
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
