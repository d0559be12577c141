public import BatchModel

/// The contexts of `config.yml` (DESIGN §4): the current one and the list. `ConsoleFile` reads the other keys of the file.
/// What each key holds stands in a table, `ConfigShape`, which the JSON Schema is made of too.
///
/// ```yaml
/// current_context: production
/// contexts:
/// - name: production
///   subscription_id: 00000000-0000-0000-0000-000000000000
///   resource_group: cellar
///   workspace_name: tasting
///   cloud: AzureCloud                  # the default
///   credential: azure-cli              # the default tries each kind in turn
///   read_only: true
/// ```
public struct ContextsFile: Sendable, Hashable {
    /// The context that is used when none is named; nil for the local one.
    public var current: String?
    /// The contexts, in the order of the file.
    public var contexts: [AzureContext]

    /// Collects contexts.
    public init(current: String? = nil, contexts: [AzureContext] = []) {
        self.current = current
        self.contexts = contexts
    }

    /// The context of a name.
    public func context(_ name: String) -> AzureContext? { contexts.first { $0.name == name } }

    /// Reads a text; `file` names it in problems. An empty text has no contexts.
    public static func parse(yaml: String, file: String) -> Parsed<ContextsFile> {
        guard !isBlank(yaml) else { return Parsed(value: ContextsFile(), problems: []) }
        let reader = YAMLReader(file: file)
        guard let map = reader.root(yaml) else {
            return Parsed(value: nil, problems: reader.problems)
        }
        var found = ContextsFile(current: map.text("current_context"))
        for entry in map.maps("contexts") {
            guard let context = context(entry) else { continue }
            if found.context(context.name) != nil {
                entry.note(
                    "name", "There are two contexts called \(context.name).", "Rename one.")
            }
            found.contexts.append(context)
        }
        let known = [AzureContext.localName] + found.contexts.map(\.name)
        if let current = found.current, !known.contains(current) {
            map.note(
                "current_context", "current_context is \(current).",
                "It must be one of \(known.joined(separator: ", ")), or one found by itself.",
                isWarning: true)
        }
        return Parsed(value: found, problems: reader.problems)
    }

    /// True for a text of blank lines and comments alone.
    static func isBlank(_ yaml: String) -> Bool {
        yaml.split(whereSeparator: \.isNewline).allSatisfy { line in
            let first = line.first { $0 != " " && $0 != "\t" }
            return first == nil || first == "#"
        }
    }

    private static func context(_ map: YAMLMap) -> AzureContext? {
        let cloud = cloud(map)
        let values = map.read(ConfigShape.context.filter { $0.name != "cloud" })
        var context = AzureContext(
            name: values["name"] ?? "",
            scope: WorkspaceScope(
                subscriptionID: values["subscription_id"] ?? "",
                resourceGroup: values["resource_group"] ?? "",
                workspace: values["workspace_name"] ?? ""), cloud: cloud,
            armURL: SafeAddress.base(values["arm_url"]),
            loginURL: SafeAddress.base(values["login_url"]),
            machineLearningAudience: SafeAddress.base(values["ml_audience"]),
            caFile: values["ca_file"],
            isReadOnly: values["read_only"] == "true")
        context.credential = credential(values)
        map.noteUnknownKeys()
        let required = ConfigShape.context.filter(\.isRequired)
        guard required.allSatisfy({ values[$0.name] != nil }) else { return nil }
        for problem in context.problems { map.note(problem.key, problem.detail, problem.advice) }
        return context
    }

    private static func cloud(_ map: YAMLMap) -> Cloud {
        guard let name = map.text("cloud") else { return .global }
        if let cloud = Cloud.named(name) { return cloud }
        map.note(
            "cloud", "cloud is \(name).",
            "It must be one of \(Cloud.all.map(\.name).joined(separator: ", ")); "
                + "arm_url, login_url and ml_audience describe another.")
        return .global
    }

    private static func credential(_ values: [String: String]) -> CredentialChoice {
        let kind = values["credential"].flatMap(CredentialChoice.Kind.init)
        return CredentialChoice(
            kind ?? .automatic, tenantID: values["tenant_id"], clientID: values["client_id"],
            objectID: values["object_id"], resourceID: values["resource_id"],
            certificateFile: values["certificate_file"], tokenFile: values["token_file"],
            tokenDescriptor: values["token_fd"].flatMap { Int($0) },
            isCached: values["cache_token"] == "true")
    }
}
