public import BatchModel

/// `endpoint.yml` (ES §1).
public struct EndpointFile: Sendable, Hashable {
    /// The endpoint, without an address.
    public var endpoint: Endpoint

    /// Reads a text; `file` names it in problems.
    ///
    /// - Parameter said: values by key that stand in the place of the text's own.
    public static func parse(
        yaml: String, file: String, said: [String: String] = [:]
    ) -> Parsed<EndpointFile> {
        let reader = YAMLReader(file: file)
        guard let map = reader.root(yaml, said: said) else {
            return Parsed(value: nil, problems: reader.problems)
        }
        let name = NameRule.name(in: map, of: "an endpoint")
        let mode = map.text("auth_mode") ?? "aad_token"
        if mode.lowercased() != "aad_token" {
            map.note(
                "auth_mode", "auth_mode is \(mode).",
                "AuthMode must be 'AADToken' for batch endpoints.")
        }
        let defaults = map.map("defaults")
        let endpoint = Endpoint(
            name: Endpoint.Name(name ?? ""), summary: map.text("description"),
            defaultDeployment: defaults?.text("deployment_name").map { Deployment.Name($0) },
            tags: map.texts("tags"))
        _ = map.texts("properties")
        defaults?.noteUnknownKeys()
        map.noteUnknownKeys()
        return Parsed(value: EndpointFile(endpoint), problems: reader.problems)
    }
}
