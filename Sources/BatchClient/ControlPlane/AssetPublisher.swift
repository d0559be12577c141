import BatchModel
import Crypto

/// Uploads and registers what deployments are made of, with the requests of the service's own client.
struct AssetPublisher: Sendable {
    /// How often a next version is asked for when somebody else has taken it meanwhile (CONTRACT §3).
    static let versionTries = 3
    /// The name of environments that have none of their own.
    static let anonymousEnvironment = "CliV2AnonymousEnvironment"

    let storages: Storages
    /// Where logs of unfinished uploads lie.
    let stateFolder: String

    var catalogue: Catalogue { storages.catalogue }
    var caller: ServiceCaller { storages.catalogue.caller }

    // MARK: - References

    /// The id of an asset that is there.
    ///
    /// - Parameter word: the kind as paths say it, as `models`.
    func id(
        of reference: String, _ word: String
    ) async throws(ServiceFailure) -> String {
        let lowered = reference.lowercased()
        if lowered.hasPrefix("azureml://") || lowered.hasPrefix("/subscriptions/") {
            return reference
        }
        let text = lowered.hasPrefix("azureml:") ? String(reference.dropFirst(8)) : reference
        if text.lowercased().hasPrefix("/subscriptions/") { return text }
        let base = "\(try await catalogue.scope.armID)/\(word)/"
        if text.lowercased().hasSuffix("@latest") {
            let name = String(text.dropLast("@latest".count))
            return "\(base)\(name)/versions/\(try await latestVersion(name, word))"
        }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
            throw ServiceFailure(
                kind: .rejected, operation: "find \(reference)",
                detail: "'\(reference)' names no version",
                advice: "Write azureml:NAME:VERSION or azureml:NAME@latest.")
        }
        return "\(base)\(parts[0])/versions/\(parts[1])"
    }

    private func latestVersion(
        _ name: String, _ word: String
    ) async throws(ServiceFailure) -> String {
        let operation = "find the latest version of \(name)"
        let container = try await container(name, word, operation)
        guard let latest = container?.properties?.latestVersion else {
            throw ServiceFailure(
                kind: .notFound, operation: operation,
                detail: "there is nothing called '\(name)' among the \(word)",
                advice: "Check the name, or register it first.")
        }
        return latest
    }

    /// The container of an asset's versions; nil when there is none.
    func container(
        _ name: String, _ word: String, _ operation: String
    ) async throws(ServiceFailure) -> WireResource<WireDataContainer>? {
        let call: Route.Management =
            Route.AssetKind(rawValue: word).map { .assets($0, .container(name)) }
            ?? .dataAsset(DataAsset.Name(name))
        let route = Route.management(try await catalogue.scope, call)
        let answer = try await caller.exchange(ServiceRequest(route, operation: operation))
        if answer.status == 404 { return nil }
        guard answer.isSuccess else {
            throw FailureTranslation.failure(answer, operation: operation)
        }
        return try caller.decode(
            WireResource<WireDataContainer>.self, answer, operation: operation)
    }

    /// Registers a version: the one that is given, else the next one, again when somebody was faster.
    ///
    /// - Returns: the answer and the version.
    func put<Properties: Codable & Sendable>(
        _ properties: Properties, _ name: String, version given: String?, _ word: String,
        _ operation: String
    ) async throws(ServiceFailure) -> (WireResource<Properties>, version: String) {
        let body = WireResource(id: nil, name: nil, type: nil, properties: properties)
        var tries = 0
        while true {
            tries += 1
            var version = given ?? ""
            if given == nil {
                let container = try await container(name, word, operation)
                version = container?.properties?.nextVersion ?? "1"
            }
            let call: Route.Management =
                Route.AssetKind(rawValue: word).map {
                    .assets($0, .putVersion(name: name, version: version))
                } ?? .putDataVersion(DataAsset.Name(name), version: version)
            let route = Route.management(try await catalogue.scope, call)
            let request = try ServiceRequest(route, operation: operation).carrying(body)
            let answer = try await caller.exchange(request)
            if answer.status == 409, given == nil, tries < Self.versionTries { continue }
            guard answer.isSuccess else {
                throw FailureTranslation.failure(answer, operation: operation)
            }
            let resource = try caller.decode(
                WireResource<Properties>.self, answer, operation: operation)
            return (resource, version)
        }
    }

    /// The id of a version that was just registered.
    func id(
        _ name: String, _ version: String, _ word: String, answered: String?
    ) async throws(ServiceFailure) -> String {
        if let answered, !answered.isEmpty { return answered }
        return "\(try await catalogue.scope.armID)/\(word)/\(name)/versions/\(version)"
    }

    // MARK: - Uploads

    /// Uploads a file or folder, what is there already not again.
    ///
    /// - Parameter datastore: where to; nil for the workspace's store.
    func upload(
        _ path: String, part: String, to datastore: Datastore.Name? = nil,
        _ report: @escaping ControlCalls.Report
    ) async throws(ServiceFailure) -> (plan: UploadPlan, place: DatastoreLocation) {
        let plan = try await UploadPlan.made(localPath: path)
        let store =
            if let datastore {
                try await storages.store(datastore)
            } else {
                try await storages.uploadStore()
            }
        try await uploader(store).upload(plan) { report(.uploading(part: part, $0)) }
        return (plan, DatastoreLocation(datastore: store.datastore.name, path: plan.path))
    }

    func uploader(_ store: BlobStore) -> Uploader {
        Uploader(
            store: store, surroundings: caller.surroundings, logFolder: stateFolder + "/transfers")
    }

    /// Hexadecimal SHA-256 of some texts.
    static func digest(_ texts: [String?]) -> String {
        var hash = SHA256()
        for text in texts { hash.update(data: Array((text ?? "").utf8) + [0]) }
        return hash.finalize().map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }
}

// MARK: - Environments and computes

extension AssetPublisher {
    /// The id of an environment, registered first when it is only defined.
    func environment(
        _ plan: EnvironmentPlan, _ report: ControlCalls.Report
    ) async throws(ServiceFailure) -> String {
        let definition: EnvironmentDefinition
        switch plan {
        case .reference(let reference): return try await id(of: reference, "environments")
        case .definition(let found): definition = found
        }
        let isAnonymous = definition.name == nil
        let name = definition.name ?? Self.anonymousEnvironment
        let digest = Self.digest([definition.image, definition.condaText])
        let (resource, version) = try await put(
            WireEnvironmentVersion(
                image: definition.image, condaFile: definition.condaText,
                description: definition.summary, isAnonymous: isAnonymous), name,
            version: isAnonymous ? digest : definition.version, "environments",
            "register the environment \(name)")
        if !isAnonymous { report(.registered("environment \(name):\(version)")) }
        return try await id(name, version, "environments", answered: resource.id)
    }

    /// All environments with their newest version.
    func environments() async throws(ServiceFailure) -> [AssetVersion] {
        let route = Route.management(
            try await catalogue.scope, .assets(.environments, .list(PageQuery())))
        let found = try await caller.list(
            WireResource<WireDataContainer>.self, route, operation: "list the environments")
        return found.compactMap { item in
            item.name.map {
                AssetVersion(
                    name: $0, version: item.properties?.latestVersion, armID: item.id,
                    details: Self.texts([("description", item.properties?.description)]))
            }
        }.sorted { $0.name < $1.name }
    }

    /// One version of an environment.
    func environment(
        _ name: String, _ given: String?
    ) async throws(ServiceFailure) -> AssetVersion {
        let operation = "read the environment \(name)"
        var version = given ?? ""
        if given == nil { version = try await latestVersion(name, "environments") }
        let route = Route.management(
            try await catalogue.scope,
            .assets(.environments, .version(name: name, version: version)))
        let answer = try await caller.exchange(ServiceRequest(route, operation: operation))
        if answer.status == 404 {
            let names = try await environments().map(\.name)
            throw NameAdvice.notFound(
                "environment", "\(name):\(version)", among: names, operation: operation)
        }
        guard answer.isSuccess else {
            throw FailureTranslation.failure(answer, operation: operation)
        }
        let resource = try caller.decode(
            WireResource<WireEnvironmentVersion>.self, answer, operation: operation)
        let wire = resource.properties
        return AssetVersion(
            name: name, version: resource.name ?? version, armID: resource.id,
            details: Self.texts([
                ("description", wire?.description), ("image", wire?.image),
                ("conda_file", wire?.condaFile), ("os_type", wire?.osType),
            ]))
    }

    /// All computes.
    func computes() async throws(ServiceFailure) -> [AssetVersion] {
        let route = Route.management(try await catalogue.scope, .computes(PageQuery()))
        let found = try await caller.list(
            WireResource<WireCompute>.self, route, operation: "list the computes")
        return found.compactMap { item in
            item.name.map {
                AssetVersion(
                    name: $0, version: nil, armID: item.id,
                    details: Self.texts([
                        ("type", item.properties?.computeType),
                        ("state", item.properties?.provisioningState),
                        ("description", item.properties?.description),
                    ]))
            }
        }.sorted { $0.name < $1.name }
    }

    private static func texts(_ pairs: [(String, String?)]) -> [String: String] {
        Dictionary(
            pairs.compactMap { key, text in text.map { (key, $0) } },
            uniquingKeysWith: { first, _ in first })
    }
}
