import Foundation
import TestSupport

/// A file of ours as text: what the house tests read.
struct SourceFile: Sendable {
    /// Relative to the checkout.
    let path: String
    let lines: [SourceLine]

    /// The room: the folder below `Sources` or `Tests`.
    let room: String

    /// The sources, read once.
    static let sources = Result { try all(below: "Sources") }

    /// The tests, read once.
    static let tests = Result { try all(below: "Tests") }

    /// - Throws: `NothingToRead` when there are no files, so that no rule holds for want of sources.
    private static func all(below folder: String) throws -> [SourceFile] {
        let root = Checkout.root + "/" + folder
        let names = FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String }
        let files = try (names ?? []).filter { $0.hasSuffix(".swift") }.sorted().map { name in
            let text = try String(contentsOfFile: root + "/" + name, encoding: .utf8)
            return SourceFile(path: folder + "/" + name, text: text)
        }
        guard !files.isEmpty else { throw NothingToRead(folder: root) }
        return files
    }

    init(path: String, text: String) {
        self.path = path
        let folders = path.split(separator: "/")
        room = folders.count > 2 ? String(folders[1]) : ""
        lines = SourceLine.all(in: text)
    }

    /// An offence on one of its lines.
    func offence(_ line: SourceLine, _ rule: String) -> Offence {
        Offence(path: path, line: line.number, rule: rule)
    }
}

/// One line, and what kind it is.
struct SourceLine: Sendable {
    enum Kind: Sendable {
        case code, comment
        /// Between the `"""` of a multi-line text.
        case text
    }

    let number: Int
    let kind: Kind
    /// Leading spaces.
    let indent: Int
    /// What follows them.
    let text: String

    var columns: Int { indent + text.count }

    /// The module that the line imports.
    var importedModule: String? {
        guard kind == .code, Self.importStarts.contains(where: { text.hasPrefix($0) }) else {
            return nil
        }
        let words = text.split(separator: " ").map(String.init)
        guard let at = words.firstIndex(of: "import"),
            words[..<at].allSatisfy({ $0.hasPrefix("@") || Self.levels.contains($0) }),
            let name = words[(at + 1)...].first(where: { !Self.kinds.contains($0) })
        else { return nil }
        return name.split(separator: ".").first.map(String.init)
    }

    private static let levels: Set = ["public", "package", "internal", "private", "fileprivate"]
    private static let importStarts = ["import ", "@"] + levels.map { $0 + " " }
    private static let kinds: Set = [
        "struct", "class", "enum", "protocol", "typealias", "func", "let", "var",
    ]

    /// One pass: a text begins after a line that ends with `"""` and ends on the line that begins with as many `#` behind it.
    static func all(in text: String) -> [SourceLine] {
        var lines = text.components(separatedBy: "\n")
        if lines.last?.isEmpty == true { lines.removeLast() }
        var end: String?
        return lines.enumerated().map { index, line in
            let start = line.utf8.firstIndex { $0 != UInt8(ascii: " ") } ?? line.endIndex
            let indent = line.utf8.distance(from: line.startIndex, to: start)
            let rest = String(line[start...])
            var kind = rest.hasPrefix("//") ? Kind.comment : .code
            if let last = end, !rest.hasPrefix(last) {
                kind = .text
            } else if kind == .code {
                end = endOfText(openedBy: rest, within: end)
            }
            return SourceLine(number: index + 1, kind: kind, indent: indent, text: rest)
        }
    }

    /// What ends the text that a line of code opens; nil when it opens none.
    private static func endOfText(openedBy line: String, within end: String?) -> String? {
        let quotes = "\"\"\""
        guard line.hasSuffix(quotes), line != end else { return nil }
        return quotes + line.dropLast(3).reversed().prefix { $0 == "#" }
    }
}

/// No sources below a folder that has some.
struct NothingToRead: Error {
    let folder: String
}

/// A rule that was broken, where.
struct Offence: CustomStringConvertible {
    let path: String
    let line: Int
    let rule: String

    var description: String { "\(path):\(line): \(rule)" }
}
