public import BatchModel

private let schemas = "https://azuremlschemas.azureedge.net/latest/"

/// A file of a name and what belongs to it, members that are nil left out.
private func document(
    schema: String, _ members: [(String, YAMLValue?)], tags: [String: String]
) -> String {
    var document = YAMLDocument()
    document.set("$schema", .text(schemas + schema + ".schema.json"))
    for (key, value) in members {
        if let value { document.set(key, value) }
    }
    if !tags.isEmpty { document.set("tags", .texts(tags)) }
    return document.text
}

extension ModelFile {
    /// Describes a version of a model.
    ///
    /// - Parameter path: relative to the file.
    public init(
        name: String, version: String, type: String?, path: String, description: String?,
        tags: [String: String]
    ) {
        self.name = name
        self.version = version
        self.type = type ?? Self.types[0]
        self.path = path
        summary = description
        self.tags = tags
    }

    /// The file's text.
    public var text: String {
        document(
            schema: "model",
            [
                ("name", .text(name)), ("version", .text(version)), ("type", .text(type)),
                ("description", summary.map { .text($0) }), ("path", .text(path)),
            ], tags: tags)
    }
}

/// What is said about an asset: the part of its file that may change.
public struct AssetWords: Sendable, Hashable {
    /// Free text.
    public var summary: String?
    /// Tags.
    public var tags: [String: String]

    /// Says something about an asset.
    public init(summary: String?, tags: [String: String]) {
        self.summary = summary
        self.tags = tags
    }

    /// A file's text with these words; what else it says stays.
    ///
    /// - Returns: nil when the old text is no mapping.
    public func text(over old: String) -> String? {
        guard var document = YAMLDocument(old) else { return nil }
        document.set("description", summary.map { .text($0) })
        document.set("tags", tags.isEmpty ? nil : .texts(tags))
        return document.text
    }
}

extension DatastoreFile {
    /// Wraps a datastore; a secret is no part of it.
    public init(_ datastore: Datastore) { self.datastore = datastore }

    /// The file's text.
    ///
    /// - Returns: nil for a kind that files have no word for.
    public var text: String? {
        guard let kind = Self.kinds.first(where: { $0.value == datastore.kind })?.key else {
            return nil
        }
        let containerKey =
            switch datastore.kind {
            case .dataLakeGen2: "filesystem"
            case .file: "file_share_name"
            case .blob, .dataLakeGen1, .oneLake, .other: "container_name"
            }
        return document(
            schema: Self.schema(datastore.kind),
            [
                ("name", .text(datastore.name.rawValue)), ("type", .text(kind)),
                ("description", datastore.summary.map { .text($0) }),
                ("account_name", datastore.accountName.map { .text($0) }),
                (containerKey, datastore.containerName.map { .text($0) }),
                ("endpoint", datastore.endpointSuffix.map { .text($0) }),
                ("protocol", datastore.scheme == "https" ? nil : .text(datastore.scheme)),
            ], tags: datastore.tags)
    }

    private static func schema(_ kind: Datastore.Kind) -> String {
        switch kind {
        case .blob, .other: "azureBlob"
        case .dataLakeGen1: "azureDataLakeGen1"
        case .dataLakeGen2: "azureDataLakeGen2"
        case .file: "azureFile"
        case .oneLake: "oneLake"
        }
    }
}

/// An environment's YAML: one version of it. The local engine builds none; it keeps what it was told.
public struct EnvironmentFile: Sendable, Hashable {
    /// The environment's name.
    public var name: String
    /// The version's name, any text.
    public var version: String
    /// A container image.
    public var image: String?
    /// The conda file, relative to the file; nil for one that stands inline.
    public var condaPath: String?
    /// Free text.
    public var summary: String?
    /// `Linux` or `Windows`, in any case.
    public var osType: String?
    /// Tags.
    public var tags: [String: String]

    /// Describes a version of an environment.
    public init(
        name: String, version: String, image: String? = nil, condaPath: String? = nil,
        summary: String? = nil, osType: String? = nil, tags: [String: String] = [:]
    ) {
        self.name = name
        self.version = version
        self.image = image
        self.condaPath = condaPath
        self.summary = summary
        self.osType = osType
        self.tags = tags
    }

    /// Reads a text; `file` names it in problems. A file that is no environment's, such as a conda file beside one, has
    /// neither a value nor a problem.
    public static func parse(yaml: String, file: String) -> Parsed<EnvironmentFile> {
        let reader = YAMLReader(file: file)
        guard let map = reader.root(yaml) else {
            return Parsed(value: nil, problems: reader.problems)
        }
        let isEnvironment =
            ["image", "build", "conda_file"].contains(where: map.has)
            || map.text("$schema")?.lowercased().contains("environment") == true
        guard isEnvironment else { return Parsed(value: nil, problems: []) }
        let conda = map.textOrMap("conda_file")
        let parsed = EnvironmentFile(
            name: map.text("name", isRequired: true) ?? "", version: map.text("version") ?? "1",
            image: map.text("image"), condaPath: conda.text, summary: map.text("description"),
            osType: map.text("os_type"), tags: map.texts("tags"))
        for key in ["build", "inference_config", "properties"] { _ = map.textOrMap(key) }
        map.noteUnknownKeys()
        return Parsed(value: parsed, problems: reader.problems)
    }

    /// The file's text.
    ///
    /// - Parameter build: what the image is built from, as it came.
    public func text(build: JSONValue? = nil) -> String {
        document(
            schema: "environment",
            [
                ("name", .text(name)), ("version", .text(version)),
                ("description", summary.map { .text($0) }), ("image", image.map { .text($0) }),
                ("conda_file", condaPath.map { .text($0) }), ("build", build.map { YAMLValue($0) }),
                ("os_type", osType.map { .text($0.lowercased()) }),
            ], tags: tags)
    }
}

/// A compute's YAML. On the local engine every compute is this machine.
public struct ComputeFile: Sendable, Hashable {
    /// The compute's name.
    public var name: String
    /// `amlcompute`, `computeinstance`, …
    public var type: String
    /// Free text.
    public var summary: String?
    /// The size of its machines.
    public var size: String?
    /// The fewest and the most nodes.
    public var minInstances: Int?
    /// The most nodes.
    public var maxInstances: Int?
    /// Tags.
    public var tags: [String: String]

    /// Describes a compute.
    public init(
        name: String, type: String = "amlcompute", summary: String? = nil, size: String? = nil,
        minInstances: Int? = nil, maxInstances: Int? = nil, tags: [String: String] = [:]
    ) {
        self.name = name
        self.type = type
        self.summary = summary
        self.size = size
        self.minInstances = minInstances
        self.maxInstances = maxInstances
        self.tags = tags
    }

    /// Reads a text; `file` names it in problems.
    public static func parse(yaml: String, file: String) -> Parsed<ComputeFile> {
        let reader = YAMLReader(file: file)
        guard let map = reader.root(yaml) else {
            return Parsed(value: nil, problems: reader.problems)
        }
        let nodes = 0...10_000
        let parsed = ComputeFile(
            name: map.text("name", isRequired: true) ?? "",
            type: (map.text("type") ?? "amlcompute").lowercased(),
            summary: map.text("description"), size: map.text("size"),
            minInstances: map.whole("min_instances", in: nodes),
            maxInstances: map.whole("max_instances", in: nodes), tags: map.texts("tags"))
        for key in ["location", "tier", "idle_time_before_scale_down"] { _ = map.text(key) }
        for key in ["identity", "network_settings", "ssh_settings"] { _ = map.textOrMap(key) }
        map.noteUnknownKeys()
        return Parsed(value: parsed, problems: reader.problems)
    }

    /// The file's text.
    public var text: String {
        document(
            schema: type == "amlcompute" ? "amlCompute" : type,
            [
                ("name", .text(name)), ("type", .text(type)),
                ("description", summary.map { .text($0) }), ("size", size.map { .text($0) }),
                ("min_instances", minInstances.map { .whole($0) }),
                ("max_instances", maxInstances.map { .whole($0) }),
            ], tags: tags)
    }
}
