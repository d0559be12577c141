/// Who a file of the `components/` folder is, before what it refers to can be read.
public struct ComponentHead: Sendable, Hashable {
    /// The component's name.
    public var name: String
    /// Its version, any text.
    public var version: String

    /// Reads a text; its value is nil inside for a file that is not a component's, such as an environment's.
    public static func parse(yaml: String, file: String) -> Parsed<ComponentHead?> {
        let reader = YAMLReader(file: file)
        guard let map = reader.root(yaml) else {
            return Parsed(value: nil, problems: reader.problems)
        }
        let schema = map.text("$schema")?.lowercased() ?? ""
        guard map.has("type") || schema.contains("component") else {
            return Parsed(value: .some(nil), problems: [])
        }
        let name = map.text("name", isRequired: true)
        return Parsed(
            value: name.map { ComponentHead(name: $0, version: map.text("version") ?? "1") },
            problems: reader.problems)
    }
}
