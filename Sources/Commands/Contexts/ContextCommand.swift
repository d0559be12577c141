import ArgumentParser
import BatchModel
import DraftFile

struct ContextCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "context",
        abstract: "Adds, lists, chooses and removes contexts: where jobs go.",
        subcommands: [
            ContextList.self, ContextShow.self, ContextAdd.self, ContextUse.self,
            ContextRemove.self, ContextLogin.self, ContextLogout.self,
        ])
}

/// What the context verbs work on.
private struct ContextDesk {
    let store: ContextStore
    let file: ContextsFile
    let found: [FoundContexts.Found]

    init(_ here: Surroundings) throws(ServiceFailure) {
        store = ContextStore(home: try Home(environment: here.environment))
        file = try store.read()
        found = FoundContexts(environment: here.environment).all(besides: file.contexts)
    }

    var names: [String] { file.contexts.map(\.name) + found.map(\.context.name) }

    func found(_ name: String) -> FoundContexts.Found? {
        found.first { $0.context.name == name }
    }

    /// Every context: the local one, the written ones, the found ones.
    func rows(current: String) -> [JSONValue] {
        let written = file.contexts.map { ($0, nil as String?) }
        let all = written + found.map { ($0.context, $0.source) }
        return [Shapes.localContext(isCurrent: current == AzureContext.localName)]
            + all.map { Shapes.context($0, foundIn: $1, isCurrent: $0.name == current) }
    }
}

struct ContextList: Verb {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists all contexts, those found by themselves marked.")

    @OptionGroup var printing: OutputOptions

    func run(in surroundings: Surroundings) async throws {
        let desk = try ContextDesk(surroundings)
        let named = surroundings.environment["BATCHDECK_CONTEXT"].flatMap { $0.isEmpty ? nil : $0 }
        let current = named ?? desk.file.current ?? AzureContext.localName
        try show(
            desk.rows(current: current),
            columns: [
                TableColumn("current", "current"), TableColumn("name", "name"),
                TableColumn("workspace", "workspace_name"),
                TableColumn("group", "resource_group"), TableColumn("read only", "read_only"),
                TableColumn("credential", "credential"), TableColumn("found in", "found_in"),
            ], as: printing.output, in: surroundings)
    }
}

struct ContextShow: Verb {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Shows one context; without a name, the one in use.")

    @OptionGroup var named: ContextName

    @OptionGroup var printing: OutputOptions

    func run(in surroundings: Surroundings) async throws {
        let chosen = try ChosenContext.choose(
            option: named.name, environment: surroundings.environment)
        let current = try ChosenContext.choose(
            option: nil, environment: surroundings.environment)
        let isCurrent = chosen.name == current.name
        let value =
            switch chosen {
            case .local: Shapes.localContext(isCurrent: isCurrent)
            case .azure(let context):
                Shapes.context(
                    context, foundIn: try ContextDesk(surroundings).found(context.name)?.source,
                    isCurrent: isCurrent)
            }
        try show(value, as: printing.output, in: surroundings)
    }
}

struct ContextUse: Verb {
    static let configuration = CommandConfiguration(
        commandName: "use", abstract: "Makes a context the one that is used when none is named.")

    @OptionGroup var named: NeededContextName

    func run(in surroundings: Surroundings) async throws {
        let name = named.name
        let desk = try ContextDesk(surroundings)
        if let found = desk.found(name) {
            // It is found from this folder only, and the current context must be known from everywhere.
            try ContextBook(environment: surroundings.environment).keep(name)
            surroundings.streams.talk("added \(name), found in \(found.source)\n")
        } else if name != AzureContext.localName, desk.file.context(name) == nil {
            throw ChosenContext.unknown(name, among: desk.names)
        }
        try ContextBook(environment: surroundings.environment).use(name)
        surroundings.streams.talk("using \(name)\n")
        if let override = surroundings.environment["BATCHDECK_CONTEXT"], !override.isEmpty {
            surroundings.streams.talk("BATCHDECK_CONTEXT still says \(override)\n")
        }
    }
}

struct ContextRemove: Verb {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Forgets a context; nothing in the cloud is touched.")

    @OptionGroup var named: NeededContextName

    func run(in surroundings: Surroundings) async throws {
        let name = named.name
        try ContextBook(environment: surroundings.environment).remove(name)
        surroundings.streams.talk("removed \(name)\n")
    }
}

extension Shapes {
    static func localContext(isCurrent: Bool) -> JSONValue {
        .object([
            "name": .string(AzureContext.localName), "current": .boolean(isCurrent),
            "read_only": .boolean(false), "workspace_name": .string("the local engine's"),
        ])
    }

    /// A context; it holds no secret, so nothing is left out.
    static func context(
        _ context: AzureContext, foundIn source: String?, isCurrent: Bool
    ) -> JSONValue {
        let sign = context.credential
        let all: [String: JSONValue] = [
            "name": .string(context.name), "current": .boolean(isCurrent),
            "subscription_id": .string(context.scope.subscriptionID),
            "resource_group": .string(context.scope.resourceGroup),
            "workspace_name": .string(context.scope.workspace),
            "cloud": .string(context.cloud.name), "arm_url": .string(context.managementURL),
            "login_url": .string(context.signInURL),
            "ml_audience": .string(
                context.machineLearningAudience ?? context.cloud.machineLearningAudience),
            "ca_file": .optional(context.caFile), "read_only": .boolean(context.isReadOnly),
            "credential": .string(sign.kind.rawValue), "tenant_id": .optional(sign.tenantID),
            "client_id": .optional(sign.clientID), "object_id": .optional(sign.objectID),
            "resource_id": .optional(sign.resourceID),
            "certificate_file": .optional(sign.certificateFile),
            "token_file": .optional(sign.tokenFile), "token_fd": .optional(sign.tokenDescriptor),
            "cache_token": .boolean(sign.isCached), "found_in": .optional(source),
        ]
        return .object(all.filter { $0.value != .null })
    }
}
