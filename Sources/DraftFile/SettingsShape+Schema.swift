public import BatchModel

extension SettingsShape {
    /// The JSON Schema (draft 2020-12) of files of this shape.
    public func schema(title: String, about: String) -> JSONValue {
        var members = schema.members ?? [:]
        members["$schema"] = .string("https://json-schema.org/draft/2020-12/schema")
        members["title"] = .string(title)
        members["description"] = .string(about)
        // The line by which editors find this schema.
        var properties = members["properties"]?.members ?? [:]
        properties["$schema"] = .object(["type": .string("string")])
        members["properties"] = .object(properties)
        var shared: [String: JSONValue] = [:]
        gather(&shared)
        if !shared.isEmpty { members["$defs"] = .object(shared) }
        return .object(members)
    }

    /// Every named shape within this one.
    private func gather(_ shared: inout [String: JSONValue]) {
        switch self {
        case .text, .word, .flag, .whole, .nothing: break
        case .list(let item): item.gather(&shared)
        case .map(let map): for key in map.keys { key.shape.gather(&shared) }
        case .either(let first, let second):
            first.gather(&shared)
            second.gather(&shared)
        case .named(let name, let shape):
            guard shared[name] == nil else { return }
            shared[name] = shape.schema
            shape.gather(&shared)
        }
    }

    private var schema: JSONValue {
        switch self {
        case .text(let text): return text.schema
        case .word(let words):
            // The words for completion, and what the reader takes: the same whatever their case.
            let caseless = words.map(Self.caseless).joined(separator: "|")
            return .object([
                "anyOf": .array([
                    .object(["enum": .array(words.map(JSONValue.string))]),
                    .object(["type": .string("string"), "pattern": .string("^(\(caseless))$")]),
                ])
            ])
        case .flag: return .object(["type": .string("boolean")])
        case .whole(let range): return .object(Self.whole(range))
        case .list(let item):
            return .object(["type": .string("array"), "items": item.schema])
        case .map(let map): return map.schema
        case .either:
            return .object(["anyOf": .array(choices.map(\.schema))])
        case .nothing: return .object(["type": .string("null")])
        case .named(let name, _): return .object(["$ref": .string("#/$defs/\(name)")])
        }
    }

    /// The shapes of an either within an either, side by side.
    private var choices: [SettingsShape] {
        if case .either(let first, let second) = self {
            first.choices + second.choices
        } else {
            [self]
        }
    }

    private static func caseless(_ word: String) -> String {
        word.map { letter in
            letter.isLetter ? "[\(letter.lowercased())\(letter.uppercased())]" : "\(letter)"
        }.joined()
    }

    fileprivate static func whole(_ range: ClosedRange<Int>) -> [String: JSONValue] {
        [
            "type": .string("integer"), "minimum": .integer(Int64(range.lowerBound)),
            "maximum": .integer(Int64(range.upperBound)),
        ]
    }

    fileprivate func described(_ help: String) -> JSONValue {
        var members = schema.members ?? [:]
        members["description"] = .string(help)
        return .object(members)
    }
}

extension FileText {
    fileprivate var schema: JSONValue {
        let types =
            switch (pattern, numbers) {
            case (nil, _): ["string", "number", "boolean"]
            case (_, nil): ["string"]
            case (_, _?): ["string", "integer"]
            }
        var members = numbers.map(SettingsShape.whole) ?? [:]
        members["type"] = .array(types.map(JSONValue.string))
        members["pattern"] = pattern.map(JSONValue.string)
        return .object(members)
    }
}

extension FileMap {
    fileprivate var schema: JSONValue {
        let pairs = keys.map { ($0.name, $0.shape.described($0.help)) }
        var members: [String: JSONValue] = [
            "type": .string("object"),
            "properties": .object(Dictionary(pairs, uniquingKeysWith: { first, _ in first })),
            "additionalProperties": .boolean(false),
        ]
        let required = keys.filter(\.isRequired).map { JSONValue.string($0.name) }
        if !required.isEmpty { members["required"] = .array(required) }
        return .object(members)
    }
}
