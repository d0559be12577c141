// Reading and printing addresses of data.
//
// The forms come from three worlds: what `az ml` users type (`azureml:name:1`), what the service hands out (ARM ids, long
// `azureml://subscriptions/…` URIs), and what a storage account is called from outside (`https`, `wasbs`, `abfss`, `adl`).
// They are told apart by their first words alone, most special first; whatever has a scheme we do not know is an error, so
// that a slip of the finger never becomes a local file name.

/// A text that is no address of data, and the forms that would be.
public struct ReferenceError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What was typed, secrets masked: it may be an address that lacks no more than a letter.
    public let text: String
    /// What is wrong with it, a sentence, secrets masked.
    public let detail: String

    init(text: String, detail: String) {
        self.text = DraftSecrets.masked(text)
        self.detail = DraftSecrets.masked(detail)
    }

    /// The accepted forms, for the advice.
    public static let acceptedForms =
        "Accepted: azureml:NAME:VERSION, azureml:NAME@latest, "
        + "azureml://datastores/NAME/paths/PATH, "
        + "azureml://jobs/JOB/outputs/OUTPUT/paths/PATH, a full resource id, "
        + "an https, wasbs, abfss or adl URL, or a local path."

    /// What is wrong, then the accepted forms.
    public var message: String { "\(detail) \(Self.acceptedForms)" }

    /// The message.
    public var description: String { message }
}

extension DataReference {
    /// Reads an address in any accepted form.
    ///
    /// - Throws: `ReferenceError` that lists the accepted forms.
    /// - Source: CONTRACT §5.1; ES §6 R9, R10, R20.
    public init(parsing text: String) throws(ReferenceError) {
        let trimmed = String(text.trimmingSpaces)
        guard !trimmed.isEmpty else {
            throw ReferenceError(
                text: text, detail: "Input path can't be empty for batch endpoint invoke.")
        }
        let lower = trimmed.lowercased()
        if lower.hasPrefix("azureml://") {
            self = try Self.longForm(trimmed, original: text)
        } else if lower.hasPrefix("azureml:") {
            self = try Self.shortForm(String(trimmed.dropFirst("azureml:".count)), original: text)
        } else if lower.hasPrefix("/subscriptions/") {
            self = try Self.resourceID(trimmed, original: text)
        } else if lower.hasPrefix("file:") {
            self = .local(path: Self.filePath(trimmed))
        } else if let scheme = Self.scheme(of: lower) {
            guard Self.urlSchemes.contains(scheme) else {
                throw ReferenceError(text: text, detail: "\(scheme):// is not an address of data.")
            }
            guard trimmed.count > scheme.count + 3 else {
                throw ReferenceError(text: text, detail: "The URL names no host.")
            }
            self = .url(trimmed)
        } else {
            self = .local(path: trimmed)
        }
    }

    /// The address as text; parsing it gives the same reference.
    public var text: String {
        switch self {
        case .asset(let name, .named(let version)): "azureml:\(name):\(version)"
        case .asset(let name, .latest): "azureml:\(name)@latest"
        case .assetID(let id), .remoteAsset(let id), .datastoreID(let id), .url(let id): id
        case .datastorePath(let store, let path): "azureml://datastores/\(store)/paths/\(path)"
        case .jobOutput(let job, let output, let path):
            path.isEmpty
                ? "azureml://jobs/\(job)/outputs/\(output)"
                : "azureml://jobs/\(job)/outputs/\(output)/paths/\(path)"
        case .local(let path): Self.isPlain(path) ? path : "file:" + PercentEncoding.encode(path)
        }
    }

    /// Whether a path is read as itself: one that begins like another form, or with a space, is not.
    private static func isPlain(_ path: String) -> Bool {
        (try? DataReference(parsing: path)) == .local(path: path)
    }

    /// What a request carries (CONTRACT §5.1); nil for what must be looked up or uploaded first.
    public func wireURI(in scope: WorkspaceScope) -> String? {
        switch self {
        case .asset(let name, .named(let version)):
            "\(scope.armID)/data/\(name)/versions/\(version)"
        case .asset(_, .latest), .local: nil
        case .assetID, .remoteAsset, .datastoreID, .datastorePath, .url, .jobOutput: text
        }
    }

    /// What kind of address it is, for a person: `data asset`, `datastore path`, `URL`, …
    public var kindLabel: String {
        switch self {
        case .asset, .assetID, .remoteAsset: "data asset"
        case .datastorePath, .datastoreID: "datastore path"
        case .url: "URL"
        case .jobOutput: "job output"
        case .local: "local path"
        }
    }

    private static let urlSchemes: Set = [
        "https", "http", "wasbs", "wasb", "abfss", "abfs", "adl",
    ]

    /// The letters before `://`, when there are any.
    private static func scheme(of text: String) -> String? {
        guard let end = text.firstRange(of: "://")?.lowerBound else { return nil }
        let name = text[..<end]
        let isScheme =
            name.first?.isLetter == true
            && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0)) }
        return isScheme ? String(name) : nil
    }

    /// `file:///a`, `file://a` and `file:a`.
    private static func filePath(_ text: String) -> String {
        let rest = text.dropFirst("file:".count)
        let path = rest.hasPrefix("//") ? rest.dropFirst(2) : rest
        return PercentEncoding.decode(path) ?? String(path)
    }

    /// After `azureml:`: `name:version`, `name@latest`, `/name@latest` as the seed prints it, or a resource id.
    private static func shortForm(
        _ rest: String, original: String
    ) throws(ReferenceError) -> DataReference {
        if rest.lowercased().hasPrefix("/subscriptions/") {
            return try resourceID(rest, original: original)
        }
        let body = rest.hasPrefix("/") ? String(rest.dropFirst()) : rest
        if let at = body.lastIndex(of: "@") {
            let (name, label) = (String(body[..<at]), body[body.index(after: at)...])
            guard label == "latest" else {
                throw ReferenceError(
                    text: original, detail: "The only label is @latest, not @\(label).")
            }
            return .asset(name: try assetName(name, original), version: .latest)
        }
        guard let colon = body.firstIndex(of: ":") else {
            throw ReferenceError(text: original, detail: "\(original) names no version.")
        }
        let version = String(body[body.index(after: colon)...])
        guard !version.isEmpty, !version.contains(":"), !version.contains("/") else {
            throw ReferenceError(text: original, detail: "\(original) names no single version.")
        }
        return .asset(
            name: try assetName(String(body[..<colon]), original), version: .named(version))
    }

    private static func assetName(
        _ name: String, _ original: String
    ) throws(ReferenceError) -> DataAsset.Name {
        let isName =
            !name.isEmpty
            && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }
        guard isName else {
            throw ReferenceError(
                text: original, detail: "\"\(name)\" is not a name of a data asset.")
        }
        return DataAsset.Name(name)
    }

    /// After `azureml://`: datastores, subscriptions, jobs, locations, registries.
    private static func longForm(
        _ text: String, original: String
    ) throws(ReferenceError) -> DataReference {
        let parts = text.dropFirst("azureml://".count)
            .split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        switch parts[0].lowercased() {
        case "datastores":
            guard parts.count >= 4, isName(parts[1]), parts[2] == "paths" else { break }
            return .datastorePath(
                datastore: Datastore.Name(parts[1]),
                path: parts.dropFirst(3).joined(separator: "/"))
        case "jobs":
            guard parts.count >= 4, isName(parts[1]), parts[2] == "outputs", isName(parts[3])
            else { break }
            if parts.count > 4, parts[4] != "paths" { break }
            return .jobOutput(
                job: Job.ID(parts[1]), output: parts[3],
                path: parts.dropFirst(5).joined(separator: "/"))
        case "subscriptions":
            guard parts.contains("datastores"), parts.contains("paths") else { break }
            return .datastoreID(text)
        case "locations", "registries":
            guard parts.contains("data") else { break }
            return .remoteAsset(text)
        default: break
        }
        throw ReferenceError(
            text: original, detail: "\(original) is not a whole azureml:// address.")
    }

    /// What a datastore, job or output may be called, as far as an address must be readable again.
    private static func isName(_ text: String) -> Bool {
        !text.isEmpty && !text.contains(where: \.isWhitespace)
    }

    /// An ARM id: a data version, or a datastore with `/paths/` behind it.
    private static func resourceID(
        _ id: String, original: String
    ) throws(ReferenceError) -> DataReference {
        let words = id.lowercased().split(separator: "/").map(String.init)
        guard let (_, rest) = WorkspaceScope.reading(words) else {
            throw ReferenceError(text: original, detail: "The id names no workspace.")
        }
        if rest.count == 4, rest[0] == "data", rest[2] == "versions" { return .assetID(id) }
        if rest.count >= 3, rest[0] == "datastores", rest[2] == "paths" { return .datastoreID(id) }
        // V1 datasets have ids of their own (ES §6 R8).
        if rest.first == "datasets" {
            throw ReferenceError(
                text: original,
                detail: "\(DraftRules.unsupported.detail) \(DraftRules.unsupported.advice)")
        }
        throw ReferenceError(
            text: original, detail: "The id is neither a data version nor a path in a datastore.")
    }
}

extension String {
    /// Without spaces, tabs and newlines at both ends.
    package var trimmingSpaces: Substring {
        var text = Substring(self)
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }
}
