import BatchModel
import Yams

// A thin reader over Yams' nodes that remembers where everything stands.
//
// Decoding into Codable structs would stop at the first mistake and lose the line. Here each value is asked for by key and
// type; what is missing or of the wrong type becomes a problem with file and line, and reading goes on. Keys that nobody
// asked for are noticed at the end.

/// Reads one YAML text; collects problems.
final class YAMLReader {
    /// Errors, and warnings, of one file that are listed; nobody reads more.
    static let problemLimit = 100

    let file: String
    private(set) var problems: [FileProblem] = []
    private var errorCount = 0
    private var warningCount = 0

    init(file: String) { self.file = file }

    /// - Parameter isBeside: true for what does not stand in the file.
    func note(
        _ detail: String, _ advice: String, line: Int?, column: Int? = nil, isBeside: Bool = false,
        isWarning: Bool = false
    ) {
        let count = isWarning ? warningCount : errorCount
        if isWarning { warningCount += 1 } else { errorCount += 1 }
        guard count <= Self.problemLimit else { return }
        let isLast = count == Self.problemLimit
        problems.append(
            FileProblem(
                file: isBeside ? "" : file, line: line, column: column,
                detail: isLast ? "There is more like this, from here on." : detail,
                advice: isLast ? "Mend what is listed, then look again." : advice,
                isWarning: isWarning))
    }

    /// Takes over what was noticed in another file that this one names.
    func take(_ others: [FileProblem]) { problems += others }

    /// The tree of a text; nil (with a problem noted) when there is none.
    func node(_ yaml: String) -> Node? {
        do {
            if let node = try YAMLBounds.compose(yaml) { return node }
            note("The file is empty.", "Write at least a name.", line: 1)
        } catch {
            note(error)
        }
        return nil
    }

    /// The mapping at the top of a text; nil (with a problem noted) when there is none.
    ///
    /// - Parameter said: values by key that somebody gave beside the text; they stand in the place of its own.
    func root(_ yaml: String, said: [String: String] = [:]) -> YAMLMap? {
        guard let node = node(yaml) else { return nil }
        guard let mapping = node.mapping else {
            note("Keys and values are expected here.", "Write `key: value` lines.", line: 1)
            return nil
        }
        return YAMLMap(mapping, at: "", reader: self, said: said)
    }

    private func note(_ error: any Error) {
        let advice = "Mend the YAML there; indentation and colons are the usual cause."
        if let excess = error as? YAMLExcess {
            return note(excess.detail, excess.advice, line: excess.line)
        }
        guard let problem = error as? YamlError else {
            note("It is not YAML: \(error).", advice, line: nil)
            return
        }
        switch problem {
        case .scanner(_, let text, let mark, _), .parser(_, let text, let mark, _),
            .composer(_, let text, let mark, _):
            note("It is not YAML: \(text).", advice, line: mark.line, column: mark.column)
        case .duplicatedKeysInMapping(let keys, let context):
            note(
                "The key \(keys.joined(separator: ", ")) stands twice.", "Keep one of them.",
                line: context.mark.line)
        case .no, .memory, .reader, .writer, .emitter, .representer, .dataCouldNotBeDecoded:
            note("It is not YAML: \(problem).", advice, line: nil)
        }
    }
}

/// A mapping of a file, asked by key.
final class YAMLMap {
    /// Dotted path of the mapping, empty at the top.
    let path: String
    private let mapping: Node.Mapping
    private unowned let reader: YAMLReader
    /// What was given beside the text.
    private let said: [String: String]
    private var asked: Set<String> = []
    /// Where each key stands: asking the mapping itself compares every key before the one that is meant.
    private lazy var places: [String: Int] = {
        let named = mapping.keys.enumerated().compactMap { place, key in
            key.string.map { ($0, place) }
        }
        return Dictionary(named, uniquingKeysWith: { _, last in last })
    }()

    init(
        _ mapping: Node.Mapping, at path: String, reader: YAMLReader, said: [String: String] = [:]
    ) {
        self.said = said
        self.mapping = mapping
        self.path = path
        self.reader = reader
    }

    /// The file it stands in, as problems name it.
    var file: String { reader.file }

    /// The mapping as a text of its own.
    var yaml: String? { try? Yams.serialize(node: .mapping(mapping)) }

    /// Takes over what was noticed in another file that this one names.
    func take(_ others: [FileProblem]) { reader.take(others) }

    /// A value of any shape as JSON, every scalar a text as the service's own client writes it; nil when there is none.
    func json(_ key: String) -> JSONValue? { node(key).flatMap(Self.json) }

    private static func json(_ node: Node) -> JSONValue? {
        switch node {
        case .scalar(let scalar):
            guard scalar.style == .plain else { return .string(scalar.string) }
            return switch scalar.string {
            case "", "~", "null", "Null", "NULL": nil
            case "true", "false": .string(scalar.string == "true" ? "True" : "False")
            default: .string(scalar.string)
            }
        case .sequence(let sequence): return .array(sequence.compactMap(json))
        case .mapping(let mapping):
            let pairs = mapping.compactMap { key, value in
                key.string.flatMap { name in json(value).map { (name, $0) } }
            }
            return .object(Dictionary(pairs, uniquingKeysWith: { first, _ in first }))
        case .alias: return nil
        }
    }

    /// Keys in the order of the file.
    var keys: [String] { mapping.keys.compactMap(\.string) }

    /// Where the mapping begins.
    var line: Int? { mapping.mark?.line }

    func full(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

    /// The line of a key's value, an empty one's too, else of the mapping.
    func line(of key: String) -> Int? {
        asked.insert(key)
        guard let place = places[key] else { return line }
        let (name, value) = mapping[place]
        // An empty value is marked where the next thing begins.
        let marked = value.scalar?.string == "" ? name : value
        return marked.mark?.line ?? line
    }

    func has(_ key: String) -> Bool { node(key) != nil }

    /// Whether a key's value was given beside the text.
    func isSaid(_ key: String) -> Bool { said[key] != nil }

    private func node(_ key: String) -> Node? {
        asked.insert(key)
        if let value = said[key] { return Node(value, Tag(.str), .doubleQuoted) }
        guard let place = places[key] else { return nil }
        let node = mapping[place].value
        if case .scalar(let scalar) = node, scalar.style == .plain,
            ["", "null", "~", "Null", "NULL"].contains(scalar.string)
        {
            return nil
        }
        return node
    }

    /// Text; numbers and booleans are taken as they are written.
    func text(_ key: String, isRequired: Bool = false) -> String? {
        guard let node = node(key) else {
            if isRequired {
                reader.note("\(full(key)) is missing.", "Add `\(key): …`.", line: line)
            }
            return nil
        }
        guard let scalar = node.scalar else {
            reader.note("\(full(key)) is not a text.", "Write one value.", line: node.mark?.line)
            return nil
        }
        return scalar.string
    }

    /// A whole number in a range.
    func whole(_ key: String, in range: ClosedRange<Int>) -> Int? {
        guard let text = text(key) else { return nil }
        guard let value = Int(text), range.contains(value) else {
            let top = range.upperBound == Int.max ? "" : " to \(range.upperBound)"
            note(
                key, "\(full(key)) is \(text).",
                top.isEmpty
                    ? "It must be a whole number of at least \(range.lowerBound)."
                    : "It must be a whole number from \(range.lowerBound)\(top).")
            return nil
        }
        return value
    }

    /// One of some words, compared without case.
    func word(_ key: String, oneOf words: [String]) -> String? {
        guard let text = text(key) else { return nil }
        if let word = words.first(where: { $0 == text.lowercased() }) { return word }
        note(key, "\(full(key)) is \(text).", "It must be \(words.joined(separator: " or ")).")
        return nil
    }

    func flag(_ key: String) -> Bool? { word(key, oneOf: ["true", "false"]).map { $0 == "true" } }

    /// The scalars of a table, each read as its shape says; lists and mappings of the table are left to others.
    func read(_ keys: [FileKey]) -> [String: String] {
        var found: [String: String] = [:]
        for key in keys {
            switch key.shape {
            case .text: found[key.name] = text(key.name, isRequired: key.isRequired)
            case .word(let words): found[key.name] = word(key.name, oneOf: words)
            case .flag: found[key.name] = flag(key.name).map { String($0) }
            case .whole(let range): found[key.name] = whole(key.name, in: range).map { String($0) }
            case .list, .map, .either, .nothing, .named: continue
            }
        }
        return found
    }

    /// A mapping below a key.
    func map(_ key: String, isRequired: Bool = false) -> YAMLMap? {
        guard let node = node(key) else {
            if isRequired {
                reader.note(
                    "\(full(key)) is missing.", "Add `\(key):` and what it holds.", line: line)
            }
            return nil
        }
        guard let mapping = node.mapping else {
            reader.note(
                "\(full(key)) must hold keys and values.", "Write them indented below it.",
                line: node.mark?.line)
            return nil
        }
        return YAMLMap(mapping, at: full(key), reader: reader)
    }

    /// A text or a mapping: many keys of Azure's files take either.
    func textOrMap(_ key: String) -> (text: String?, map: YAMLMap?) {
        guard let node = node(key) else { return (nil, nil) }
        if node.mapping != nil { return (nil, map(key)) }
        return (text(key), nil)
    }

    /// A mapping of texts.
    func texts(_ key: String) -> [String: String] {
        guard let map = map(key) else { return [:] }
        return Dictionary(
            map.keys.map { ($0, map.text($0) ?? "") }, uniquingKeysWith: { first, _ in first })
    }

    /// A list of texts.
    func list(_ key: String) -> [String] {
        guard let node = node(key) else { return [] }
        guard let sequence = node.sequence else {
            reader.note(
                "\(full(key)) is not a list.", "Write `- value` lines.", line: node.mark?.line)
            return []
        }
        return sequence.compactMap { $0.scalar?.string }
    }

    /// A list of mappings; what is none of them is noted.
    func maps(_ key: String) -> [YAMLMap] {
        guard let node = node(key) else { return [] }
        guard let sequence = node.sequence else {
            reader.note(
                "\(full(key)) is not a list.", "Write `- name: …` and what belongs to it.",
                line: node.mark?.line)
            return []
        }
        return sequence.enumerated().compactMap { index, entry in
            if let mapping = entry.mapping {
                return YAMLMap(mapping, at: "\(full(key))[\(index)]", reader: reader)
            }
            reader.note(
                "\(full(key))[\(index)] must hold keys and values.", "Write `- name: …`.",
                line: entry.mark?.line)
            return nil
        }
    }

    func note(_ key: String, _ detail: String, _ advice: String, isWarning: Bool = false) {
        reader.note(
            detail, advice, line: line(of: key), isBeside: isSaid(key), isWarning: isWarning)
    }

    /// Whether the mapping has no key but these; every other is an error that names the one which was probably meant.
    ///
    /// - Parameter otherwise: what to do where none is near; nil lists those that are known.
    func hasOnly(_ known: [String], otherwise: String? = nil) -> Bool {
        let others = keys.filter { !known.contains($0) }
        for key in others {
            // Longer ones were not meant to be one of ours, and comparing them takes its time.
            let isShort = key.utf8.count <= 64
            let nearest = isShort ? NameAdvice.nearest(to: key, among: known) : nil
            reader.note(
                "\(full(key)) is not a key that is known here.",
                nearest.map { "Did you mean \($0)?" } ?? otherwise
                    ?? "Known are \(known.joined(separator: ", ")).", line: line(of: key))
        }
        return others.isEmpty
    }

    /// Notes keys that nobody asked for: a slip of the finger is better seen than ignored.
    func noteUnknownKeys() {
        for key in keys where !asked.contains(key) && key != "$schema" {
            reader.note(
                "\(full(key)) is not a key that is known here; it is ignored.",
                "Check its spelling.", line: line(of: key), isWarning: true)
        }
    }
}
