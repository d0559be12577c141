public import BatchModel

extension EndpointFile {
    private static let schema =
        "https://azuremlschemas.azureedge.net/latest/batchEndpoint.schema.json"

    /// Wraps an endpoint.
    public init(_ endpoint: Endpoint) { self.endpoint = endpoint }

    /// The file's text.
    ///
    /// - Parameter old: the text it replaces, whose other keys stay. Where only the default deployment changes, only its
    ///   line does; where nothing changes, the text is the old one.
    public func text(over old: String? = nil) -> String {
        guard let old, let before = Self.parse(yaml: old, file: "").value?.endpoint,
            let document = YAMLDocument(old)
        else { return fresh }
        if means(old) { return old }
        if let edited = lineEdit(of: old, before) { return edited }
        return merged(into: document, before)
    }

    private var fresh: String {
        var document = YAMLDocument()
        document.set("$schema", .text(Self.schema))
        document.set("name", .text(endpoint.name.rawValue))
        return merged(into: document, nil)
    }

    private func merged(into start: YAMLDocument, _ before: Endpoint?) -> String {
        var document = start
        if endpoint.summary != before?.summary {
            document.set("description", endpoint.summary.map { .text($0) })
        }
        if before == nil { document.set("auth_mode", .text("aad_token")) }
        if endpoint.defaultDeployment != before?.defaultDeployment {
            document.set(
                ["defaults", "deployment_name"],
                endpoint.defaultDeployment.map { .text($0.rawValue) })
        }
        if endpoint.tags != before?.tags ?? [:] {
            document.set("tags", endpoint.tags.isEmpty ? nil : .texts(endpoint.tags))
        }
        return document.text
    }

    /// The old text with another default deployment; nil when more than that changes, or it cannot be done in place.
    private func lineEdit(of old: String, _ before: Endpoint) -> String? {
        guard let name = endpoint.defaultDeployment?.rawValue else { return nil }
        let path = ["defaults", "deployment_name"]
        let edited =
            before.defaultDeployment == nil
            ? old + (old.hasSuffix("\n") ? "" : "\n") + "defaults:\n  deployment_name: \(name)\n"
            : LineEdit.replacing(path, with: name, in: old)
        // Whatever was in the way, a text that says something else is not taken.
        return edited.flatMap { means($0) ? $0 : nil }
    }

    private func means(_ yaml: String) -> Bool {
        guard let read = Self.parse(yaml: yaml, file: "").value?.endpoint else { return false }
        return read.name == endpoint.name && read.summary == endpoint.summary
            && read.defaultDeployment == endpoint.defaultDeployment && read.tags == endpoint.tags
    }
}
