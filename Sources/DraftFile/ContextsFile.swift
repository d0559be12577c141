public import BatchModel

/// The contexts of `config.yml` (DESIGN §4): the current one and the list. Other keys of the file are others' business.
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
        let name = map.text("name", isRequired: true)
        let subscription = map.text("subscription_id", isRequired: true)
        let group = map.text("resource_group", isRequired: true)
        let workspace = map.text("workspace_name", isRequired: true)
        let cloud = cloud(map)
        var context = AzureContext(
            name: name ?? "",
            scope: WorkspaceScope(
                subscriptionID: subscription ?? "", resourceGroup: group ?? "",
                workspace: workspace ?? ""), cloud: cloud,
            armURL: address("arm_url", map), loginURL: address("login_url", map),
            machineLearningAudience: address("ml_audience", map), caFile: map.text("ca_file"),
            isReadOnly: map.flag("read_only") ?? false)
        context.credential = credential(map)
        map.noteUnknownKeys()
        guard name != nil, subscription != nil, group != nil, workspace != nil else { return nil }
        for problem in context.problems { map.note(problem.key, problem.detail, problem.advice) }
        return context
    }

    private static func address(_ key: String, _ map: YAMLMap) -> String? {
        guard var text = map.text(key) else { return nil }
        while text.hasSuffix("/") { text.removeLast() }
        return text.isEmpty ? nil : text
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

    private static func credential(_ map: YAMLMap) -> CredentialChoice {
        let names = CredentialChoice.Kind.allCases.map(\.rawValue)
        let kind = map.word("credential", oneOf: names).flatMap(CredentialChoice.Kind.init)
        return CredentialChoice(
            kind ?? .automatic, tenantID: map.text("tenant_id"), clientID: map.text("client_id"),
            objectID: map.text("object_id"), resourceID: map.text("resource_id"),
            certificateFile: map.text("certificate_file"), tokenFile: map.text("token_file"),
            tokenDescriptor: map.whole("token_fd", in: 0...1023),
            isCached: map.flag("cache_token") ?? false)
    }
}
