public import BatchModel

/// Who is signed in to a context, and until when; never the token itself.
public struct SignedIn: Sendable, Hashable {
    /// The credential that answered, as `azure-cli`.
    public var credential: String
    /// A person's sign-in name, or the name of an application; nil when the token does not say.
    public var account: String?
    /// The application's id.
    public var application: String?
    /// The object id of the person, application or identity.
    public var object: String?
    /// The tenant.
    public var tenant: String?
    /// When the token ends; nil when nobody can tell. A sign-in that is kept renews it.
    public var expiresAt: Timestamp?
    /// Whether later commands find the sign-in: a file of ours, another tool, this machine's own identity.
    public var isKept: Bool

    /// Describes a sign-in.
    public init(
        credential: String, account: String? = nil, application: String? = nil,
        object: String? = nil, tenant: String? = nil, expiresAt: Timestamp? = nil, isKept: Bool
    ) {
        self.credential = credential
        self.account = account
        self.application = application
        self.object = object
        self.tenant = tenant
        self.expiresAt = expiresAt
        self.isKept = isKept
    }
}

/// Signing in to a context and out of it; a struct of closures, as `BatchClient` is.
public struct SignInCalls: Sendable {
    /// Signs in now, by whatever credential the context has. nil where no sign-in is needed.
    ///
    /// Throws `.unauthorized` when it was refused or nobody may be asked, `.unreachable` when nobody answered.
    public var signIn: @Sendable () async throws(ServiceFailure) -> SignedIn?
    /// Forgets the sign-in that is kept on this machine; false when none was.
    public var signOut: @Sendable () async throws(ServiceFailure) -> Bool

    /// Builds the calls from their closures.
    public init(
        signIn: @escaping @Sendable () async throws(ServiceFailure) -> SignedIn?,
        signOut: @escaping @Sendable () async throws(ServiceFailure) -> Bool
    ) {
        self.signIn = signIn
        self.signOut = signOut
    }

    /// A place that needs no sign-in.
    public static let none = SignInCalls(
        signIn: { () throws(ServiceFailure) in nil },
        signOut: { () throws(ServiceFailure) in false })

    /// The sign-in of a context.
    ///
    /// - Parameters:
    ///   - tokens: fetches the tokens that show who it is.
    ///   - stateFolder: where a device code's sign-in is kept, if the context says so.
    public static func live(
        _ context: AzureContext, _ tokens: TokenSource, stateFolder: String
    ) -> SignInCalls {
        SignInCalls(
            signIn: { () throws(ServiceFailure) in
                let sight = try await tokens.sight(.management)
                let isPersons = sight.credential == DeviceCode.name
                return SignedIn(
                    credential: sight.credential, account: sight.claims?.name,
                    application: sight.claims?.application, object: sight.claims?.object,
                    tenant: sight.claims?.tenant, expiresAt: sight.expiresAt,
                    isKept: !isPersons || context.credential.isCached)
            },
            signOut: { () throws(ServiceFailure) in
                do {
                    return try LocalFiles.removeIfThere(DeviceCode.file(below: stateFolder))
                } catch {
                    throw ServiceFailure(
                        kind: .unexpected, operation: "forget the sign-in of \(context.name)",
                        detail: "\(error)", advice: "Check that \(stateFolder) can be written.")
                }
            })
    }
}
