public import BatchClient
public import BatchModel

/// What the console can do with contexts: a struct of closures, as `BatchClient` is. Each may take its time: none is called
/// on the loop.
public struct ConsoleContexts: Sendable {
    /// Every context there is, the local one first.
    public var list: @Sendable () throws(ServiceFailure) -> [ContextEntry]
    /// Writes a context down.
    public var add: @Sendable (AzureContext) throws(ServiceFailure) -> Void
    /// Writes down a context that was found in another tool's file.
    public var keep: @Sendable (_ name: String) throws(ServiceFailure) -> Void
    /// Makes a context the one that is used when none is named.
    public var makeDefault: @Sendable (_ name: String) throws(ServiceFailure) -> Void
    /// Forgets a context.
    public var remove: @Sendable (_ name: String) throws(ServiceFailure) -> Void
    /// A client for a context; a person is asked to sign in through the closure it is given.
    public var client:
        @Sendable (_ name: String, @escaping CredentialSurroundings.Ask)
            throws(ServiceFailure) -> BatchClient
    /// What was last seen of a context.
    public var lastSeen: @Sendable (_ name: String) -> LastSeen?
    /// Where a context's presets and recent values are kept.
    public var files: @Sendable (_ name: String) -> FormFiles

    /// Collects the closures.
    public init(
        list: @escaping @Sendable () throws(ServiceFailure) -> [ContextEntry],
        add: @escaping @Sendable (AzureContext) throws(ServiceFailure) -> Void,
        keep: @escaping @Sendable (String) throws(ServiceFailure) -> Void,
        makeDefault: @escaping @Sendable (String) throws(ServiceFailure) -> Void,
        remove: @escaping @Sendable (String) throws(ServiceFailure) -> Void,
        client:
            @escaping @Sendable (String, @escaping CredentialSurroundings.Ask)
            throws(ServiceFailure) -> BatchClient,
        lastSeen: @escaping @Sendable (String) -> LastSeen? = { _ in nil },
        files: @escaping @Sendable (String) -> FormFiles = { _ in .none }
    ) {
        self.list = list
        self.add = add
        self.keep = keep
        self.makeDefault = makeDefault
        self.remove = remove
        self.client = client
        self.lastSeen = lastSeen
        self.files = files
    }

    /// No context at all: everything is refused, and nothing is read or written.
    ///
    /// - Parameters:
    ///   - detail: why, as what came back of every question.
    ///   - advice: what to do instead.
    public static func none(because detail: String, advice: String) -> ConsoleContexts {
        @Sendable func refuse(_ operation: String) -> ServiceFailure {
            ServiceFailure(
                kind: .rejected, operation: operation, detail: detail, advice: advice)
        }
        return ConsoleContexts(
            list: { () throws(ServiceFailure) in throw refuse("list the contexts") },
            add: { _ throws(ServiceFailure) in throw refuse("add a context") },
            keep: { _ throws(ServiceFailure) in throw refuse("add a context") },
            makeDefault: { _ throws(ServiceFailure) in throw refuse("choose a default") },
            remove: { _ throws(ServiceFailure) in throw refuse("forget a context") },
            client: { _, _ throws(ServiceFailure) in throw refuse("ask the service") })
    }

    /// One context and one client, whatever is asked for.
    public static func only(
        files: FormFiles = .none,
        _ client: @escaping @Sendable () throws(ServiceFailure) -> BatchClient
    ) -> ConsoleContexts {
        @Sendable func refuse(_ operation: String) -> ServiceFailure {
            ServiceFailure(
                kind: .rejected, operation: operation,
                detail: "this console was given one context and no other")
        }
        return ConsoleContexts(
            list: { () throws(ServiceFailure) in [.local(isDefault: true)] },
            add: { _ throws(ServiceFailure) in throw refuse("add a context") },
            keep: { _ throws(ServiceFailure) in throw refuse("add a context") },
            makeDefault: { _ throws(ServiceFailure) in throw refuse("choose a default") },
            remove: { _ throws(ServiceFailure) in throw refuse("forget a context") },
            client: { _, _ throws(ServiceFailure) in try client() }, files: { _ in files })
    }
}
