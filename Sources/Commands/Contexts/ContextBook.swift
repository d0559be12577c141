public import BatchModel
import DraftFile

/// The contexts of this machine: those written down in `config.yml`, and those found in other tools' files.
public struct ContextBook: Sendable {
    let environment: [String: String]

    /// - Parameter environment: says where `config.yml` is, and where to look for other tools' files.
    public init(environment: [String: String]) { self.environment = environment }

    private func store() throws(ServiceFailure) -> ContextStore {
        ContextStore(home: try Home(environment: environment))
    }

    private func found(besides file: ContextsFile) -> [FoundContexts.Found] {
        FoundContexts(environment: environment).all(besides: file.contexts)
    }

    /// Every context: the local one, the written ones, the found ones.
    ///
    /// - Throws: `.rejected` for a settings file with mistakes.
    public func entries() throws(ServiceFailure) -> [ContextEntry] {
        let file = try store().read()
        let used = file.current ?? AzureContext.localName
        return [.local(isDefault: used == AzureContext.localName)]
            + file.contexts.map { ContextEntry($0, isDefault: $0.name == used) }
            + found(besides: file).map { ContextEntry($0.context, foundIn: $0.source) }
    }

    /// Writes a context down, its files by their whole paths: it is used from any folder.
    ///
    /// - Throws: `.conflict` when there is one of that name, `.rejected` for one that cannot be.
    public func add(_ context: AzureContext) throws(ServiceFailure) {
        let operation = "add the context \(context.name)"
        guard try store().read().context(context.name) == nil else {
            throw ServiceFailure(
                kind: .conflict, operation: operation, detail: "there is one of that name",
                advice: "Choose another name, or `batchdeck context remove \(context.name)` first.")
        }
        if let problem = context.problems.first {
            throw ServiceFailure(
                kind: .rejected, operation: operation, detail: problem.detail,
                advice: problem.advice)
        }
        let placed = absolute(context)
        try store().change { yaml, path throws(FileProblem) in
            try ContextsFile.adding(placed, to: yaml, file: path)
        }
    }

    private func absolute(_ context: AzureContext) -> AzureContext {
        var context = context
        func absolute(_ path: String?) -> String? {
            path.map { Home.absolute($0, environment: environment) }
        }
        context.caFile = absolute(context.caFile)
        context.credential.certificateFile = absolute(context.credential.certificateFile)
        context.credential.tokenFile = absolute(context.credential.tokenFile)
        return context
    }

    /// Writes down a context that was found, so that it is known from everywhere.
    ///
    /// - Throws: `.notFound` when none of that name is found any more.
    public func keep(_ name: String) throws(ServiceFailure) {
        let file = try store().read()
        guard let context = found(besides: file).first(where: { $0.context.name == name }) else {
            throw ServiceFailure(
                kind: .notFound, operation: "add the context \(name)",
                detail: "no other tool's file names it any more",
                advice: "`batchdeck context list` shows what there is.")
        }
        try add(context.context)
    }

    /// Makes a context the one that is used when none is named; one that was found is written down first.
    public func use(_ name: String) throws(ServiceFailure) {
        let file = try store().read()
        if name != AzureContext.localName, file.context(name) == nil { try keep(name) }
        try store().change { yaml, path throws(FileProblem) in
            try ContextsFile.using(
                name == AzureContext.localName ? nil : name, in: yaml, file: path)
        }
    }

    /// Forgets a context; nothing in the cloud is touched.
    ///
    /// - Throws: `.rejected` for one that was found in another tool's file, `.notFound` for one that is not there.
    public func remove(_ name: String) throws(ServiceFailure) {
        let file = try store().read()
        guard file.context(name) != nil else { throw try missing(name, file) }
        try store().change { yaml, path throws(FileProblem) in
            let rest = try ContextsFile.removing(name, from: yaml, file: path)
            return file.current == name
                ? try ContextsFile.using(nil, in: rest, file: path) : rest
        }
    }

    private func missing(
        _ name: String, _ file: ContextsFile
    ) throws(ServiceFailure) -> ServiceFailure {
        if let found = found(besides: file).first(where: { $0.context.name == name }) {
            return ServiceFailure(
                kind: .rejected, operation: "remove the context \(name)",
                detail: "it is not in \(try store().path) but was found in \(found.source)",
                advice: "It is gone when that file says so no longer.")
        }
        return ServiceFailure(
            kind: .notFound, operation: "remove the context \(name)",
            detail: "there is none of that name",
            advice: "`batchdeck context list` shows them.")
    }
}
