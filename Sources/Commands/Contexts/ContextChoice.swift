public import BatchModel
import DraftFile

/// Where jobs go: the local engine, or a workspace.
public enum ChosenContext: Sendable, Hashable {
    /// The local engine.
    case local
    /// An Azure ML workspace.
    case azure(AzureContext)

    /// What a person calls it.
    public var name: String {
        switch self {
        case .local: AzureContext.localName
        case .azure(let context): context.name
        }
    }

    /// True when nothing may be changed there.
    public var isReadOnly: Bool {
        switch self {
        case .local: false
        case .azure(let context): context.isReadOnly
        }
    }

    /// The context that is meant: `--context`, else `BATCHDECK_CONTEXT`, else `current_context`, else the local engine.
    ///
    /// `config.yml` is not even read where the local engine is named.
    /// - Throws: `.rejected` for a context that nobody knows, and for a settings file with mistakes.
    public static func choose(
        option: String?, environment: [String: String]
    ) throws(ServiceFailure) -> ChosenContext {
        let named = option ?? environment["BATCHDECK_CONTEXT"].flatMap { $0.isEmpty ? nil : $0 }
        if named == AzureContext.localName { return .local }
        let file = try ContextStore(home: Home(environment: environment)).read()
        guard let name = named ?? file.current, name != AzureContext.localName else {
            return .local
        }
        if let context = file.context(name) { return .azure(context) }
        let found = FoundContexts(environment: environment).all(besides: file.contexts)
        if let context = found.first(where: { $0.context.name == name })?.context {
            return .azure(context)
        }
        throw unknown(name, among: file.contexts.map(\.name) + found.map(\.context.name))
    }

    /// Tells the failure apart from those of the settings.
    static let unknownCode = "UnknownContext"

    static func unknown(_ name: String, among names: [String]) -> ServiceFailure {
        let all = [AzureContext.localName] + names
        return ServiceFailure(
            kind: .rejected, operation: "use the context \(name)", serviceCode: unknownCode,
            detail: "there is no context of that name; there are: \(all.joined(separator: ", "))",
            advice: "`batchdeck context list` shows them, `batchdeck context add` makes one.")
    }
}
