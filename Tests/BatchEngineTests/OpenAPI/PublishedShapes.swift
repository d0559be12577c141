// The published interface files, as far as judging an answer needs them.
//
// Swagger 2.0 and JSON Schema 2020-12 are read alike: references, `allOf` with everything a base brings, a discriminator that
// leads to the shape it names, maps, lists, enumerations, formats. A shape that says `additionalProperties: false` is meant
// together with its bases, which plain JSON Schema cannot say; that is why no stock validator is used.

import BatchModel
import Foundation
import Testing

/// One interface file.
struct PublishedShapes {
    /// What an answer has that the file does not allow, or lacks.
    struct Problem: CustomStringConvertible, Hashable {
        /// `value[0].properties.status`
        var place: String
        var text: String
        var description: String { "\(place): \(text)" }
    }

    /// The folder that holds the files, beside the checkout; nil where the project is checked out alone.
    static let folder: String? = {
        let root = URL(fileURLWithPath: #filePath).pathComponents.dropLast(4)
        let path = "/" + root.dropFirst().joined(separator: "/") + "/../shared/contract/openapi"
        return FileManager.default.fileExists(atPath: path) ? path : nil
    }()

    private let root: JSONValue
    private let definitions: [String: JSONValue]

    init(_ file: String) throws {
        let folder = try #require(Self.folder)
        let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(file)"))
        root = try WireJSON.decode(JSONValue.self, from: Array(bytes))
        let found = root.members?["definitions"] ?? root.members?["$defs"]
        definitions = (found?.members ?? [:]).merging(Self.commonTypes) { own, _ in own }
    }

    /// ARM's shared types, which the files name in a folder that is not among them: the members the public files give them.
    private static let commonTypes: [String: JSONValue] = {
        let text = """
            {"Resource": {"type": "object", "properties": {"id": {"type": "string"},
              "name": {"type": "string"}, "type": {"type": "string"},
              "systemData": {"$ref": "#/definitions/systemData"}}},
             "ProxyResource": {"allOf": [{"$ref": "#/definitions/Resource"}]},
             "TrackedResource": {"required": ["location"],
              "allOf": [{"$ref": "#/definitions/Resource"}], "properties": {
              "location": {"type": "string"},
              "tags": {"type": "object", "additionalProperties": {"type": "string"}}}},
             "systemData": {"type": "object", "additionalProperties": false, "properties": {
              "createdBy": {"type": "string"}, "createdByType": {"type": "string"},
              "createdAt": {"type": "string", "format": "date-time"},
              "lastModifiedBy": {"type": "string"}, "lastModifiedByType": {"type": "string"},
              "lastModifiedAt": {"type": "string", "format": "date-time"}}},
             "ErrorResponse": {"type": "object", "required": ["error"], "properties": {
              "error": {"$ref": "#/definitions/ErrorDetail"}}},
             "ErrorDetail": {"type": "object", "required": ["code", "message"], "properties": {
              "code": {"type": "string"}, "message": {"type": "string"},
              "details": {"type": "array", "items": {"$ref": "#/definitions/ErrorDetail"}},
              "additionalInfo": {"type": "array", "items": {"type": "object"}}}}}
            """
        let value = try? WireJSON.decode(JSONValue.self, from: Array(text.utf8))
        return value?.members ?? [:]
    }()

    // MARK: - Finding the shape of an answer

    /// Every operation of the file: `GET /subscriptions/{subscriptionId}/…`.
    var operations: [String] {
        (root.members?["paths"]?.members ?? [:]).flatMap { path, methods in
            (methods.members ?? [:]).keys.map { $0.uppercased() + " " + path }
        }
    }

    /// The shape of an answer of an operation, nil when it has no body.
    ///
    /// - Throws: a recorded issue when the file has no such operation or status.
    func shape(of operation: String, status: Int) throws -> JSONValue? {
        let cut = operation.split(separator: " ", maxSplits: 1).map(String.init)
        let methods = root.members?["paths"]?.members?[cut[1]]
        let responses = methods?.members?[cut[0].lowercased()]?.members?["responses"]?.members
        let found = responses?[String(status)] ?? (status >= 400 ? responses?["default"] : nil)
        let response = try #require(found, "\(operation) does not answer \(status)")
        return response.members?["schema"]
    }

    /// The operation that a request is, its path compared segment by segment, names of segments without case.
    func operation(_ method: String, path: [String]) -> String? {
        (root.members?["paths"]?.members ?? [:]).first { template, methods in
            let parts = template.split(separator: "/").map(String.init)
            return parts.count == path.count && methods.members?[method.lowercased()] != nil
                && zip(parts, path).allSatisfy { part, segment in
                    part.hasPrefix("{") || part.lowercased() == segment.lowercased()
                }
        }.map { method.uppercased() + " " + $0.key }
    }

    /// The headers of an answer of an operation, in lower case.
    ///
    /// - Throws: a recorded issue when the file has no such operation or status.
    func headers(of operation: String, status: Int) throws -> Set<String> {
        let cut = operation.split(separator: " ", maxSplits: 1).map(String.init)
        let methods = root.members?["paths"]?.members?[cut[1]]
        let responses = methods?.members?[cut[0].lowercased()]?.members?["responses"]?.members
        let found = responses?[String(status)] ?? (status >= 400 ? responses?["default"] : nil)
        let response = try #require(found, "\(operation) does not answer \(status)")
        let named = (response.members?["headers"]?.members ?? [:]).keys.map { $0.lowercased() }
        // Refusals carry these as every answer does; the file writes them down for successes only.
        return Set(named + (status >= 400 ? ["x-ms-request-id", "x-ms-version"] : []))
    }

    /// Every name that an XML element may have: definitions, their members and the names given for XML.
    var elementNames: Set<String> {
        // An element of a list without a name of its own is called as its definition.
        var names = Set(definitions.keys)
        func walk(_ value: JSONValue) {
            switch value {
            case .object(let members):
                if let name = members["xml"]?.members?["name"]?.string { names.insert(name) }
                names.formUnion((members["properties"]?.members ?? [:]).keys)
                for member in members.values { walk(member) }
            case .array(let elements): for element in elements { walk(element) }
            case .null, .boolean, .integer, .number, .string: break
            }
        }
        walk(root)
        return names
    }

    // MARK: - Judging

    /// What is wrong with a value, by the definition of that name.
    func problems(in value: JSONValue, as definition: String) -> [Problem] {
        problems(in: value, .object(["$ref": .string("#/definitions/" + definition)]), "$")
    }

    /// What is wrong with a value.
    func problems(in value: JSONValue, _ schema: JSONValue, _ place: String = "$") -> [Problem] {
        let shape = flat(schema, for: value)
        if value == .null {
            return shape.isNullable ? [] : [Problem(place: place, text: "is null")]
        }
        guard shape.types.isEmpty || shape.types.contains(where: { Self.is(value, $0) }) else {
            return [Problem(place: place, text: "\(value.text) is no \(shape.types)")]
        }
        if !shape.choices.isEmpty, !shape.choices.contains(value) {
            return [Problem(place: place, text: "\(value.text) is none of the published words")]
        }
        switch value {
        case .array(let elements):
            guard let items = shape.items else { return [] }
            return elements.enumerated().flatMap { index, element in
                problems(in: element, items, "\(place)[\(index)]")
            }
        case .object(let members): return problems(among: members, shape, place)
        case .string(let text): return problems(with: text, shape.format, place)
        case .null, .boolean, .integer, .number: return []
        }
    }

    private func problems(
        among members: [String: JSONValue], _ shape: Shape, _ place: String
    ) -> [Problem] {
        let missing = shape.required.filter { members[$0] == nil }.map {
            Problem(place: "\(place).\($0)", text: "is missing")
        }
        return missing
            + members.sorted { $0.key < $1.key }.flatMap { name, member -> [Problem] in
                let inside = "\(place).\(name)"
                if let known = shape.properties[name] { return problems(in: member, known, inside) }
                if let any = shape.others { return problems(in: member, any, inside) }
                return shape.isClosed ? [Problem(place: inside, text: "is not published")] : []
            }
    }

    private func problems(with text: String, _ format: String?, _ place: String) -> [Problem] {
        switch format {
        case "date-time":
            Timestamp(iso8601: text) == nil
                ? [Problem(place: place, text: "\(text) is no time")] : []
        case "duration":
            text.hasPrefix("P") ? [] : [Problem(place: place, text: "\(text) is no duration")]
        default: []
        }
    }

    private static func `is`(_ value: JSONValue, _ type: String) -> Bool {
        switch (value, type) {
        case (.object, "object"), (.array, "array"), (.string, "string"), (.boolean, "boolean"),
            (.integer, "integer"), (.integer, "number"), (.number, "number"), (.null, "null"):
            true
        default: false
        }
    }

    // MARK: - Reading a shape

    /// A schema with its references and bases brought in.
    private struct Shape {
        var types: [String] = []
        var required: Set<String> = []
        var properties: [String: JSONValue] = [:]
        var others: JSONValue?
        var items: JSONValue?
        var choices: [JSONValue] = []
        var format: String?
        var isNullable = false
        var isClosed = false
    }

    private func flat(_ schema: JSONValue, for value: JSONValue) -> Shape {
        var shape = Shape()
        take(schema, value, into: &shape, depth: 0)
        return shape
    }

    private func take(
        _ schema: JSONValue, named name: String? = nil, _ value: JSONValue,
        into shape: inout Shape, depth: Int
    ) {
        guard depth < 16, let parts = schema.members else { return }
        if parts["x-nullable"] == .boolean(true) { shape.isNullable = true }
        if let reference = parts["$ref"]?.string {
            let name = reference.split(separator: "/").last.map(String.init) ?? ""
            take(definitions[name] ?? .null, named: name, value, into: &shape, depth: depth + 1)
        }
        if case .array(let bases) = parts["allOf"] {
            for base in bases { take(base, value, into: &shape, depth: depth + 1) }
        }
        if let type = parts["type"] { note(type, in: &shape) }
        if case .array(let names) = parts["required"] {
            shape.required.formUnion(names.compactMap(\.string))
        }
        shape.properties.merge(parts["properties"]?.members ?? [:]) { _, own in own }
        if case .array(let choices) = parts["enum"] { shape.choices = choices }
        if let format = parts["format"]?.string { shape.format = format }
        if let items = parts["items"] { shape.items = items }
        switch parts["additionalProperties"] {
        case .boolean(let isOpen)?: shape.isClosed = !isOpen
        case let others?: shape.others = others
        case nil: break
        }
        if let discriminator = parts["discriminator"]?.string,
            let word = value.members?[discriminator]?.string, let name,
            let derived = derived(word, from: name)
        {
            // The derived shape names its base again: only what is its own is wanted.
            take(withoutBases(derived), value, into: &shape, depth: depth + 1)
        }
    }

    private func note(_ type: JSONValue, in shape: inout Shape) {
        switch type {
        case .string(let name): shape.types = [name]
        case .array(let names): shape.types = names.compactMap(\.string)
        case .null, .boolean, .integer, .number, .object: break
        }
        if shape.types.contains("null") { shape.isNullable = true }
    }

    private func derived(_ word: String, from base: String) -> JSONValue? {
        definitions.values.first { candidate in
            guard candidate.members?["x-ms-discriminator-value"]?.string == word,
                case .array(let bases)? = candidate.members?["allOf"]
            else { return false }
            return bases.contains { $0.members?["$ref"]?.string?.hasSuffix("/" + base) == true }
        }
    }

    private func withoutBases(_ schema: JSONValue) -> JSONValue {
        var parts = schema.members ?? [:]
        parts["allOf"] = nil
        return .object(parts)
    }
}
