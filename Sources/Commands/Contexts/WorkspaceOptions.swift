public import ArgumentParser
import BatchModel
import DraftFile

/// The options by which `az ml` names a workspace, for one command: they win over what the context says.
public struct WorkspaceOptions: ParsableArguments, Sendable {
    @Option(name: .long, help: "The subscription's id, in place of the context's.")
    var subscription: String?

    @Option(
        name: [.customShort("g"), .long], help: "The resource group, in place of the context's.")
    var resourceGroup: String?

    @Option(
        name: [.customShort("w"), .long], help: "The workspace's name, in place of the context's.")
    var workspaceName: String?

    /// What the parser fills.
    public init() {}

    /// Names nothing.
    static var none: WorkspaceOptions {
        var options = WorkspaceOptions()
        options.subscription = nil
        options.resourceGroup = nil
        options.workspaceName = nil
        return options
    }

    private var isEmpty: Bool {
        subscription == nil && resourceGroup == nil && workspaceName == nil
    }

    /// The context that is meant, by its name and by these options.
    ///
    /// Where neither option nor variable names a context and the current one is the local engine, a context of just that
    /// workspace is taken if there is one: a command copied from `az` then needs no change.
    ///
    /// - Throws: `.rejected` for names that cannot be, and where there is no context to take the rest from.
    func chosen(
        context name: String?, environment: [String: String]
    ) throws(ServiceFailure) -> ChosenContext {
        let chosen = try ChosenContext.choose(option: name, environment: environment)
        guard !isEmpty else { return chosen }
        switch chosen {
        case .azure(let context): return .azure(try changed(context))
        case .local:
            let isNamed = name != nil || environment["BATCHDECK_CONTEXT"]?.isEmpty == false
            if !isNamed, let known = try known(environment) { return .azure(known) }
            throw ServiceFailure(
                kind: .rejected, operation: "use the workspace \(words)",
                detail: "the local engine has one workspace, and no context leads to another",
                advice: "Make one with `batchdeck context add`, or leave the options out.")
        }
    }

    private var words: String {
        [subscription, resourceGroup, workspaceName].compactMap { $0 }.joined(separator: "/")
    }

    private func scope(from base: WorkspaceScope) -> WorkspaceScope {
        WorkspaceScope(
            subscriptionID: subscription ?? base.subscriptionID,
            resourceGroup: resourceGroup ?? base.resourceGroup,
            workspace: workspaceName ?? base.workspace)
    }

    private func changed(_ context: AzureContext) throws(ServiceFailure) -> AzureContext {
        let scope = scope(from: context.scope)
        guard scope != context.scope else { return context }
        var changed = context
        changed.scope = scope
        if let problem = changed.problems.first(where: { $0.key != "name" }) {
            throw ServiceFailure(
                kind: .rejected, operation: "use the workspace \(words)", detail: problem.detail,
                advice: problem.advice)
        }
        // What is remembered of one workspace must not be taken for another's.
        changed.name += "@\(scope.subscriptionID).\(scope.resourceGroup).\(scope.workspace)"
        return changed
    }

    private func known(_ environment: [String: String]) throws(ServiceFailure) -> AzureContext? {
        let written = try ContextStore(home: Home(environment: environment)).read().contexts
        let found = FoundContexts(environment: environment).all(besides: written)
        let fitting = (written + found.map(\.context)).filter { context in
            let named = scope(from: context.scope)
            return named.armID.lowercased() == context.scope.armID.lowercased()
        }
        // Several names of one workspace are no question; several workspaces of one name are.
        guard Set(fitting.map { $0.scope.armID.lowercased() }).count > 1 else {
            return fitting.first
        }
        let names = fitting.map(\.name).joined(separator: ", ")
        throw ServiceFailure(
            kind: .rejected, operation: "use the workspace \(words)",
            detail: "\(fitting.count) contexts fit: \(names)",
            advice: "Name one with --context, or give --resource-group.")
    }
}
