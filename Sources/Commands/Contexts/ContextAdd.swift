public import ArgumentParser
public import BatchModel

extension CredentialChoice.Kind: ExpressibleByArgument {}

/// Where a context's workspace is and how it is reached.
struct ContextPlaceOptions: ParsableArguments {
    @Option(name: .long, help: "The subscription's id.")
    var subscription: String?

    @Option(name: [.customShort("g"), .long], help: "The resource group.")
    var resourceGroup: String?

    @Option(name: [.customShort("w"), .long], help: "The workspace's name.")
    var workspaceName: String?

    @Option(name: .long, help: "AzureCloud (default), AzureUSGovernment or AzureChinaCloud.")
    var cloud: String?

    @Option(name: .long, help: "Another address of Azure Resource Manager.")
    var armUrl: String?

    @Option(name: .long, help: "Another address to sign in at.")
    var loginUrl: String?

    @Option(name: .long, help: "Another audience of tokens for batch endpoints.")
    var mlAudience: String?

    @Option(name: .long, help: "Certificates to trust beside the system's: a PEM file.")
    var caFile: String?

    @Flag(name: .long, help: "Refuse whatever would change something there.")
    var readOnly = false
}

/// How to sign in. Secrets come from the environment or from files, never from the command line.
struct ContextSignInOptions: ParsableArguments {
    @Option(
        name: .long,
        help: """
            How to sign in: default (each in turn), environment, workload-identity, \
            managed-identity, azure-cli, device-code or token.
            """)
    var credential: CredentialChoice.Kind?

    @Option(name: .long, help: "The tenant to sign in to.")
    var tenant: String?

    @Option(name: .long, help: "The application's, or the user-assigned identity's client id.")
    var clientId: String?

    @Option(name: .long, help: "The user-assigned identity's object id.")
    var objectId: String?

    @Option(name: .long, help: "The user-assigned identity's resource id.")
    var resourceId: String?

    @Option(name: .long, help: "A PEM file with the application's key and certificate.")
    var certificateFile: String?

    @Option(name: .long, help: "The file a token is read from.")
    var tokenFile: String?

    @Option(name: .long, help: "The open descriptor a token is read from.")
    var tokenFd: Int?

    @Flag(name: .long, help: "Keep a device code's sign-in in a file only you can read.")
    var cacheToken = false

    func choice(_ environment: [String: String]) -> CredentialChoice {
        func file(_ path: String?) -> String? {
            path.map { Home.absolute($0, environment: environment) }
        }
        return CredentialChoice(
            credential ?? .automatic, tenantID: tenant, clientID: clientId, objectID: objectId,
            resourceID: resourceId, certificateFile: file(certificateFile),
            tokenFile: file(tokenFile), tokenDescriptor: tokenFd, isCached: cacheToken)
    }
}

struct ContextAdd: Verb {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Adds a context.",
        discussion: """
            Without --subscription, --resource-group and --workspace-name, the workspace is the one \
            of a config.json in this folder or above, or of `az configure`.
            """)

    @Option(name: .shortAndLong, help: "What you will call it.")
    var name: String

    @OptionGroup(title: "Where") var place: ContextPlaceOptions
    @OptionGroup(title: "Sign-in") var signIn: ContextSignInOptions

    @Flag(name: .long, help: "Use it from now on when no context is named.")
    var use = false

    func run(in surroundings: Surroundings) async throws {
        let book = ContextBook(environment: surroundings.environment)
        try book.add(
            try context(surroundings.environment, operation: "add the context \(name)"))
        if use { try book.use(name) }
        surroundings.streams.talk("added \(name)\(use ? ", and using it" : "")\n")
    }

    private func context(
        _ environment: [String: String], operation: String
    ) throws(ServiceFailure) -> AzureContext {
        var context = try base(environment, operation)
        context.name = name
        if let cloud = place.cloud {
            guard let known = Cloud.named(cloud) else {
                throw ServiceFailure(
                    kind: .rejected, operation: operation, detail: "there is no cloud \(cloud)",
                    advice: "Use one of \(Cloud.all.map(\.name).joined(separator: ", ")).")
            }
            context.cloud = known
        }
        context.armURL = SafeAddress.base(place.armUrl)
        context.loginURL = SafeAddress.base(place.loginUrl)
        context.machineLearningAudience = SafeAddress.base(place.mlAudience)
        context.caFile = place.caFile.map { Home.absolute($0, environment: environment) }
        context.isReadOnly = place.readOnly
        let tenant = context.credential.tenantID
        context.credential = signIn.choice(environment)
        context.credential.tenantID = context.credential.tenantID ?? tenant
        return context
    }

    /// The workspace that is named, or the one that is found.
    private func base(
        _ environment: [String: String], _ operation: String
    ) throws(ServiceFailure) -> AzureContext {
        let parts = [place.subscription, place.resourceGroup, place.workspaceName]
        if let subscription = place.subscription, let group = place.resourceGroup,
            let workspace = place.workspaceName
        {
            return AzureContext(
                name: name,
                scope: WorkspaceScope(
                    subscriptionID: subscription, resourceGroup: group, workspace: workspace))
        }
        let isNoneNamed = parts.allSatisfy { $0 == nil }
        if isNoneNamed,
            let found = FoundContexts(environment: environment).all(besides: []).first
        {
            return found.context
        }
        throw ServiceFailure(
            kind: .rejected, operation: operation,
            detail: isNoneNamed
                ? "no workspace is named, and none was found in this folder or above"
                : "a workspace is named by three things, and not all are there",
            advice: "Give --subscription, --resource-group and --workspace-name.")
    }
}
