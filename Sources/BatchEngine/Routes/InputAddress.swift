import BatchModel

/// An input's address, brought down to a name in one of the engine's containers, or to an address on another host.
///
/// One resolver for everything: a data asset leads to a datastore path, a path and an address of the engine's own storage
/// host lead to a container and a name, and the workspace's own files are names like any other (`BlobFolder`).
struct InputAddress {
    /// Where an address led.
    struct Blob {
        var container: String
        /// A blob, or a folder of blobs; may end in a slash or be empty.
        var name: String
        /// The address to keep with the job: long form where there is one.
        var uri: String
    }

    /// What an address is of.
    enum Target {
        case blob(Blob)
        /// Data to fetch; `uri` is the address to keep with the job, without a signature.
        case remote(InputURL, uri: String)
    }

    private let text: String
    private let engine: Engine
    private let context: RouteContext
    /// An asset may name a job's output, which names a path; nothing needs more steps.
    private let depth: Int

    init(_ text: String, engine: Engine, context: RouteContext, depth: Int = 0) {
        self.text = text
        self.engine = engine
        self.context = context
        self.depth = depth
    }

    /// Follows the address.
    ///
    /// - Throws: 400 saying which part is unknown or not served, and what is.
    func target() async throws(RouteRefusal) -> Target {
        guard depth < 4 else { throw refusal("leads in a circle") }
        if let place = DatastorePlace(text, in: context.scope) {
            guard let container = context.catalog.container(of: place.datastore) else {
                throw refusal(
                    "names the datastore \(place.datastore), which this engine does not have")
            }
            return .blob(
                Blob(
                    container: container, name: place.path, uri: place.longURI(in: context.scope)))
        }
        if let (name, version) = AssetID.dataVersion(text, in: context.scope) {
            return try await asset(name, version)
        }
        if let found = try await jobOutput() { return found }
        if let blob = ownStorage() { return .blob(blob) }
        let lower = text.lowercased()
        if lower.hasPrefix("http://") || lower.hasPrefix("https://") || lower.hasPrefix("wasb")
            || lower.hasPrefix("abfs") || lower.hasPrefix("adl:")
        {
            return try remote()
        }
        throw refusal(
            "is not an address this workspace knows. Use azureml:<name>:<version>, "
                + "azureml://datastores/<datastore>/paths/<path>, "
                + "or the id of a data asset of this workspace")
    }

    private func asset(
        _ name: DataAsset.Name, _ version: DataReference.Version
    ) async throws(RouteRefusal) -> Target {
        guard let found = engine.pick(name, version, context.catalog) else {
            let problem = context.catalog.problems.first { $0.file.hasPrefix("data/") }
            let why = problem.map { " (a data file cannot be read: \($0))" } ?? ""
            throw refusal("names a data asset or version that does not exist" + why)
        }
        let target = try await InputAddress(
            found.uri, engine: engine, context: context, depth: depth + 1
        ).target()
        switch target {
        case .blob(var blob):
            blob.uri = found.armID
            return .blob(blob)
        case .remote(let url, _): return .remote(url, uri: found.armID)
        }
    }

    /// `azureml://jobs/<job>/outputs/<output>[/paths/<path>]`: the output, or what lies below it.
    private func jobOutput() async throws(RouteRefusal) -> Target? {
        guard case .jobOutput(let job, let output, let path)? = try? DataReference(parsing: text)
        else { return nil }
        guard let found = try await engine.output(output, of: job.rawValue), var uri = found.uri
        else {
            throw refusal("names a job or output that does not exist; model jobs have one, score")
        }
        if !path.isEmpty {
            guard uri.hasSuffix("/") else { throw refusal("names a path below a file") }
            uri += path
        }
        return try await InputAddress(
            uri, engine: engine, context: context, depth: depth + 1
        ).target()
    }

    /// An address on another host. What its name leads to is asked when the job fetches it; what its text tells is
    /// answered at once.
    private func remote() throws(RouteRefusal) -> Target {
        let url: InputURL
        do throws(InputURL.Refusal) { url = try InputURL(parsing: text) } catch {
            throw refusal(error.detail)
        }
        if let why = engine.inputHosts.refusal(url) { throw refusal(why) }
        return .remote(url, uri: url.shown)
    }

    /// `http(s)://batchdeck.blob.core.localhost:<port>/<container>/<name>` and `wasb(s)://<container>@<the same>/<name>`.
    private func ownStorage() -> Blob? {
        let parts = text.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count >= 3, parts[1].isEmpty else { return nil }
        let scheme = parts[0].lowercased()
        var authority = parts[2].lowercased()
        var container: String?
        if scheme.hasPrefix("wasb"), let at = authority.firstIndex(of: "@") {
            container = String(authority[..<at])
            authority = String(authority[authority.index(after: at)...])
        }
        let host = authority.split(separator: ":").first.map(String.init)
        guard host == EngineAddress.storageHost else { return nil }
        let path = parts.count == 4 ? parts[3].split(separator: "?").first ?? "" : ""
        guard var name = PercentEncoding.decode(path) else { return nil }
        if container == nil {
            let cut = name.split(separator: "/", maxSplits: 1).map(String.init)
            container = cut.first
            name = cut.count == 2 ? cut[1] : ""
        }
        return container.map { Blob(container: $0, name: name, uri: Self.withoutQuery(text)) }
    }

    /// A signature in an address must not end up in the job's history.
    private static func withoutQuery(_ text: String) -> String {
        text.split(separator: "?", maxSplits: 1).first.map(String.init) ?? text
    }

    /// Nor may a password before the host, in the refusal of just that.
    private static func withoutSecrets(_ text: String) -> String {
        let plain = withoutQuery(text)
        guard let scheme = plain.firstRange(of: "://"), plain.lowercased().hasPrefix("http") else {
            return plain.plainLine
        }
        let rest = plain[scheme.upperBound...]
        let authority = rest.prefix { $0 != "/" }
        let host = authority.split(separator: "@", omittingEmptySubsequences: false).last ?? ""
        return (plain[..<scheme.upperBound] + host + rest.dropFirst(authority.count)).plainLine
    }

    private func refusal(_ why: String) -> RouteRefusal {
        .userError(
            "The input at \(Self.withoutSecrets(text)) \(why).", innerCode: "InvalidInputPath")
    }
}
