import BatchModel
import Yams

// Files that are written: made anew, or an older text in which some keys have changed.
//
// What a person wrote is theirs. So a change goes into the tree of the old text key by key, and keys that nobody changed keep
// their place, their spelling and whatever this program does not know. Comments do not survive it (the parser drops them);
// where one line is all that changes, `LineEdit` changes that line in the text instead.

/// A value to write.
indirect enum YAMLValue {
    case text(String)
    case whole(Int)
    case number(Double)
    case flag(Bool)
    case null
    case list([YAMLValue])
    case map([(String, YAMLValue)])

    /// Texts by name, in alphabetical order.
    static func texts(_ values: [String: String]) -> YAMLValue {
        .map(values.sorted { $0.key < $1.key }.map { ($0.key, .text($0.value)) })
    }

    /// Any JSON, members in alphabetical order after those of `first`.
    init(_ value: JSONValue, first: [String] = []) {
        switch value {
        case .null: self = .null
        case .boolean(let flag): self = .flag(flag)
        case .integer(let whole): self = .whole(Int(whole))
        case .number(let number): self = .number(number)
        case .string(let text): self = .text(text)
        case .array(let values): self = .list(values.map { YAMLValue($0) })
        case .object(let members):
            let known = first.filter { members[$0] != nil }
            let rest = members.keys.filter { !known.contains($0) }.sorted()
            self = .map((known + rest).map { ($0, YAMLValue(members[$0] ?? .null)) })
        }
    }

    var node: Node {
        switch self {
        case .text(let text): .scalar(Self.scalar(text))
        case .whole(let value): .scalar(.init(String(value)))
        case .number(let value): .scalar(.init(String(value)))
        case .flag(let value): .scalar(.init(value ? "true" : "false"))
        case .null: .scalar(.init("null"))
        case .list(let values): .sequence(.init(values.map(\.node)))
        case .map(let pairs): .mapping(.init(pairs.map { (.scalar(Self.scalar($0.0)), $0.1.node) }))
        }
    }

    /// A text that stays a text: what a YAML reader would take for a number, a date or a word of its own is quoted.
    private static func scalar(_ text: String) -> Node.Scalar {
        if text.contains("\n") { return Node.Scalar(text, Tag(.str), .literal) }
        let words = ["", "true", "false", "yes", "no", "on", "off", "y", "n", "null", "~"]
        let first = text.unicodeScalars.first
        let looksOtherwise =
            words.contains(text.lowercased())
            || first.map { ("0"..."9").contains($0) || "+-.=<".unicodeScalars.contains($0) } == true
        return looksOtherwise
            ? Node.Scalar(text, Tag(.str), .doubleQuoted) : Node.Scalar(text, .implicit, .any)
    }
}

/// A mapping that becomes a file.
struct YAMLDocument {
    private var root: Node.Mapping

    /// An empty file.
    init() { root = Node.Mapping([]) }

    /// An older text; nil when it is no mapping.
    init?(_ yaml: String) {
        guard let mapping = (try? YAMLBounds.compose(yaml))?.mapping else { return nil }
        root = mapping
    }

    /// True when the file has a key.
    func has(_ key: String) -> Bool { root.keys.contains { $0.string == key } }

    /// Sets a key, where it stands or at the end; nil takes it away.
    mutating func set(_ key: String, _ value: YAMLValue?) {
        set([key], value)
    }

    /// Sets a key below others, which are made when they are missing; nil takes it away, and what is empty then.
    mutating func set(_ path: [String], _ value: YAMLValue?) {
        Self.set(path[...], value?.node, in: &root)
    }

    private static func set(
        _ path: ArraySlice<String>, _ value: Node?, in mapping: inout Node.Mapping
    ) {
        guard let key = path.first else { return }
        let node = YAMLValue.text(key).node
        let place = mapping.keys.first { $0.string == key } ?? node
        guard path.count > 1 else {
            mapping[place] = value
            return
        }
        var below = mapping[place]?.mapping ?? Node.Mapping([])
        set(path.dropFirst(), value, in: &below)
        mapping[place] = below.isEmpty ? nil : .mapping(below)
    }

    /// The file's text.
    var text: String {
        let node = Node.mapping(root)
        // No width: a long line stays one line, and a difference between two versions stays small.
        return (try? Yams.serialize(node: node, indent: 2, width: -1, allowUnicode: true)) ?? ""
    }
}

/// Changes one value in a text and leaves every other byte alone.
enum LineEdit {
    /// Puts a plain word where a scalar stands.
    ///
    /// - Parameter path: the keys that lead to it.
    /// - Returns: nil when it is not there, or is written in a way that one line does not hold.
    static func replacing(_ path: [String], with word: String, in yaml: String) -> String? {
        guard let root = try? YAMLBounds.compose(yaml) else { return nil }
        var node = root
        for key in path {
            guard let next = node.mapping?.first(where: { $0.key.string == key })?.value else {
                return nil
            }
            node = next
        }
        guard let scalar = node.scalar, let mark = scalar.mark, !scalar.string.isEmpty else {
            return nil
        }
        var lines = yaml.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard lines.indices.contains(mark.line - 1) else { return nil }
        let line = Array(lines[mark.line - 1])
        guard mark.column >= 1, mark.column <= line.count else { return nil }
        let before = String(line[..<(mark.column - 1)])
        var rest = String(line[(mark.column - 1)...])
        for old in ["\"\(scalar.string)\"", "'\(scalar.string)'", scalar.string]
        where rest.hasPrefix(old) {
            rest.removeFirst(old.count)
            lines[mark.line - 1] = before + word + rest
            return lines.joined(separator: "\n")
        }
        return nil
    }
}
