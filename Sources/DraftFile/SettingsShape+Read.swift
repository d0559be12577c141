import BatchModel
import Yams

extension SettingsShape {
    /// Reads a text; what is not as the shape says becomes a problem with line and column, and the reading goes on.
    ///
    /// A text of blank lines and comments alone is an empty mapping.
    ///
    /// - Parameter file: names the file in problems.
    public func read(yaml: String, file: String) -> Parsed<FileValue> {
        let start = FileValue(place: FilePlace(line: 1, column: 1), content: .map([]))
        guard !ContextsFile.isBlank(yaml) else { return Parsed(value: start, problems: []) }
        let reader = YAMLReader(file: file)
        guard let node = reader.node(yaml) else {
            return Parsed(value: nil, problems: reader.problems)
        }
        let value = ShapeReader(reader: reader).read(node, as: self, at: "", start.place)
        return Parsed(value: value, problems: reader.problems)
    }

    /// The words that follow on "It must be".
    var words: String {
        switch self {
        case .text(let text): text.words
        case .word(let words): words.formatted
        case .flag: "true or false"
        case .whole(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .list(let item): "a list, each entry \(item.words)"
        case .map: "keys and values"
        case .either(let first, let second): "\(first.words), or \(second.words)"
        case .nothing: "nothing"
        case .named(_, let shape): shape.words
        }
    }

    /// The shape for what kind of node it is; nil when there is none for it.
    fileprivate func part(for node: Node) -> SettingsShape? {
        switch self {
        case .either(let first, let second): return first.part(for: node) ?? second.part(for: node)
        case .text, .word, .flag, .whole:
            return node.scalar != nil && !node.isNothing ? self : nil
        case .list: return node.sequence == nil ? nil : self
        case .map: return node.mapping == nil ? nil : self
        case .nothing: return node.isNothing ? self : nil
        case .named(_, let shape): return shape.part(for: node)
        }
    }
}

extension [String] {
    /// `a, b or c`; a long list ends in how many more there are.
    fileprivate var formatted: String {
        let limit = NameAdvice.listed
        guard count > 1 else { return first ?? "" }
        guard count <= limit else {
            return prefix(limit).joined(separator: ", ") + " or one of \(count - limit) more"
        }
        return dropLast().joined(separator: ", ") + " or " + (last ?? "")
    }
}

extension Node {
    /// True for a value that was left out: `key:`, `~`, `null`.
    fileprivate var isNothing: Bool {
        guard case .scalar(let scalar) = self, scalar.style == .plain else { return false }
        return ["", "null", "~", "Null", "NULL"].contains(scalar.string)
    }

    fileprivate func place(orElse place: FilePlace) -> FilePlace {
        mark.map { FilePlace(line: $0.line, column: $0.column) } ?? place
    }
}

/// Compares nodes with shapes.
private struct ShapeReader {
    let reader: YAMLReader

    /// - Parameter path: the dotted path of the value, empty at the top.
    /// - Parameter above: the place to name where the value itself has none.
    func read(
        _ node: Node, as shape: SettingsShape, at path: String, _ above: FilePlace
    ) -> FileValue? {
        let place = node.place(orElse: above)
        guard let part = shape.part(for: node) else {
            let name = path.isEmpty ? "The file" : path
            note(place, "\(name) is \(node.kindWords).", "It must be \(shape.words).")
            return nil
        }
        switch part {
        // What is an either, or has a name, was followed to the shape that is meant.
        case .nothing, .either, .named: return FileValue(place: place, content: .nothing)
        case .text, .word, .flag, .whole:
            return scalar(node.scalar?.string ?? "", as: part, at: path, place)
        case .list(let item):
            let nodes = node.sequence.map(Array.init) ?? []
            let values = nodes.enumerated().compactMap { index, entry in
                read(entry, as: item, at: "\(path)[\(index)]", place)
            }
            return FileValue(place: place, content: .list(values))
        case .map(let map): return self.map(node, as: map, at: path, place)
        }
    }

    private func scalar(
        _ text: String, as shape: SettingsShape, at path: String, _ place: FilePlace
    ) -> FileValue? {
        var found: String?
        var near = ""
        switch shape {
        case .text(let rule): found = rule.accepts(text) ? text : nil
        case .word(let words):
            found = words.first { $0.lowercased() == text.lowercased() }
            near = NameAdvice.suggestion(for: text, among: words)
        case .flag: found = ["true", "false"].first { $0 == text.lowercased() }
        case .whole(let range): found = Int(text).flatMap { range.contains($0) ? text : nil }
        case .list, .map, .either, .nothing, .named: break
        }
        guard let found else {
            let advice = "It must be \(shape.words)."
            note(place, "\(path) is \"\(text)\".", near.isEmpty ? advice : "\(near) \(advice)")
            return nil
        }
        return FileValue(place: place, content: .text(found))
    }

    private func map(
        _ node: Node, as map: FileMap, at path: String, _ place: FilePlace
    ) -> FileValue? {
        func full(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }
        let pairs = node.mapping.map { $0.map { ($0.key, $0.value) } } ?? []
        var entries: [FileEntry] = []
        var seen: Set<String> = []
        for (name, value) in pairs {
            let here = name.place(orElse: place)
            guard let key = name.string, let known = map.key(key) else {
                // The line by which editors find the schema stands at the top.
                if name.string != "$schema" || !path.isEmpty {
                    unknown(name.string ?? "", map, full, here)
                }
                continue
            }
            seen.insert(key)
            // An empty value is marked where the next thing begins.
            let above = value.isNothing ? here : value.place(orElse: here)
            guard var found = read(value, as: known.shape, at: full(key), above) else { continue }
            if value.isNothing { found.place = here }
            entries.append(FileEntry(key: key, place: here, value: found))
        }
        for key in map.keys where key.isRequired && !seen.contains(key.name) {
            note(place, "\(full(key.name)) is missing.", "Add `\(key.name): …`. \(key.help)")
        }
        return FileValue(place: place, content: .map(entries))
    }

    private func unknown(
        _ key: String, _ map: FileMap, _ full: (String) -> String, _ place: FilePlace
    ) {
        let names = map.keys.map(\.name)
        let near = NameAdvice.suggestion(for: key, among: names)
        let advice = "There are \(names.formatted)."
        note(
            place, "\(full(key)) is not known here.", near.isEmpty ? advice : "\(near) \(advice)")
    }

    private func note(_ place: FilePlace, _ detail: String, _ advice: String) {
        reader.note(detail, advice, line: place.line, column: place.column)
    }
}

extension Node {
    /// What the value is, for a sentence.
    fileprivate var kindWords: String {
        switch self {
        case .scalar(let scalar): isNothing ? "empty" : "the text \"\(scalar.string)\""
        case .sequence: "a list"
        case .mapping: "a mapping"
        case .alias: "an alias"
        }
    }
}
