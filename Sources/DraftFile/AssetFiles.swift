public import BatchModel

/// A data asset's YAML: one version of it.
public struct DataAssetFile: Sendable, Hashable {
    /// The asset's name.
    public var name: DataAsset.Name
    /// The version's name, any text.
    public var version: String
    /// `uri_folder`, `uri_file` or `mltable`.
    public var type: DataType
    /// A path relative to the file, or an address.
    public var path: String
    /// Free text.
    public var summary: String?
    /// Tags.
    public var tags: [String: String] = [:]
    /// Properties: like tags, but never changed once they are said.
    public var properties: [String: String] = [:]

    /// Reads a text; `file` names it in problems.
    ///
    /// - Parameter said: values by key that stand in the place of the text's own.
    public static func parse(
        yaml: String, file: String, said: [String: String] = [:]
    ) -> Parsed<DataAssetFile> {
        let reader = YAMLReader(file: file)
        guard let map = reader.root(yaml, said: said) else {
            return Parsed(value: nil, problems: reader.problems)
        }
        let name = map.text("name", isRequired: true)
        let path = map.text("path", isRequired: true)
        let type = map.word("type", oneOf: ["uri_folder", "uri_file", "mltable"])
        if let name, !isName(name) {
            map.note(
                "name", "\"\(name)\" is not a name of a data asset.",
                "Use letters, digits, - and _.")
        }
        let parsed = DataAssetFile(
            name: DataAsset.Name(name ?? ""), version: map.text("version") ?? "1",
            type: DataType(rawValue: type ?? "uri_folder"), path: path ?? "",
            summary: map.text("description"), tags: map.texts("tags"),
            properties: map.texts("properties"))
        map.noteUnknownKeys()
        return Parsed(value: parsed, problems: reader.problems)
    }

    private static func isName(_ text: String) -> Bool {
        !text.isEmpty && text.allSatisfy { $0.isLetter || $0.isNumber || "-_.".contains($0) }
    }
}

/// A datastore's YAML.
public struct DatastoreFile: Sendable, Hashable {
    /// The datastore; never its secret.
    public var datastore: Datastore

    static let kinds: [String: Datastore.Kind] = [
        "azure_blob": .blob, "azure_data_lake_gen1": .dataLakeGen1,
        "azure_data_lake_gen2": .dataLakeGen2, "azure_file": .file, "one_lake": .oneLake,
    ]

    /// Reads a text; `file` names it in problems.
    ///
    /// - Parameter said: values by key that stand in the place of the text's own.
    public static func parse(
        yaml: String, file: String, said: [String: String] = [:]
    ) -> Parsed<DatastoreFile> {
        let reader = YAMLReader(file: file)
        guard let map = reader.root(yaml, said: said) else {
            return Parsed(value: nil, problems: reader.problems)
        }
        let kinds = Self.kinds
        let name = map.text("name", isRequired: true)
        let type = map.word("type", oneOf: kinds.keys.sorted())
        if !map.has("type") { map.note("type", "type is missing.", "Add `type: azure_blob`.") }
        let hasCredentials = map.map("credentials") != nil
        let datastore = Datastore(
            name: Datastore.Name(name ?? ""),
            kind: type.flatMap { kinds[$0] } ?? .other(type ?? ""),
            accountName: map.text("account_name"),
            containerName: map.text("container_name") ?? map.text("filesystem")
                ?? map.text("file_share_name"), endpointSuffix: map.text("endpoint"),
            scheme: map.text("protocol") ?? "https",
            credentialsType: hasCredentials ? "AccountKey" : "None",
            summary: map.text("description"), tags: map.texts("tags"))
        _ = map.text("store_name")
        map.noteUnknownKeys()
        return Parsed(value: DatastoreFile(datastore: datastore), problems: reader.problems)
    }
}

/// `workspace.yml`: what the workspace is called. Every key may be left out.
public struct WorkspaceFile: Sendable, Hashable {
    /// The three names of the workspace.
    public var scope: WorkspaceScope
    /// The region's name in ids.
    public var location: String

    /// What a folder without the file is called.
    public static let standard = WorkspaceFile(
        scope: WorkspaceScope(
            subscriptionID: "00000000-0000-0000-0000-000000000001", resourceGroup: "local-rg",
            workspace: "local-ws"), location: "local")

    /// Reads a text; `file` names it in problems.
    public static func parse(yaml: String, file: String) -> Parsed<WorkspaceFile> {
        let reader = YAMLReader(file: file)
        guard let map = reader.root(yaml) else {
            return Parsed(value: nil, problems: reader.problems)
        }
        var parsed = standard
        func take(_ key: String, _ part: WritableKeyPath<WorkspaceFile, String>) {
            guard let text = map.text(key) else { return }
            let isPlain = text.allSatisfy {
                $0.isASCII && ($0.isLetter || $0.isNumber || "-_.()".contains($0))
            }
            guard isPlain, !text.isEmpty else {
                map.note(key, "\(key) is \"\(text)\".", "Use letters, digits, - and _.")
                return
            }
            parsed[keyPath: part] = text
        }
        take("name", \.scope.workspace)
        take("subscription_id", \.scope.subscriptionID)
        take("resource_group", \.scope.resourceGroup)
        take("location", \.location)
        _ = [map.text("display_name"), map.text("description")]
        _ = map.texts("tags")
        map.noteUnknownKeys()
        return Parsed(value: parsed, problems: reader.problems)
    }
}
