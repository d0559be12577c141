import BatchModel

// MARK: - Models

extension AssetPublisher {
    /// The id of a model, uploaded and registered first when it is only defined.
    func model(
        _ plan: ModelPlan, _ report: @escaping ControlCalls.Report
    ) async throws(ServiceFailure) -> String {
        let definition: ModelDefinition
        switch plan {
        case .reference(let reference): return try await id(of: reference, "models")
        case .definition(let found): definition = found
        }
        var address = definition.path
        var digest = Self.digest([address])
        if definition.path.hasPrefix("/") {
            let (plan, place) = try await upload(definition.path, part: "model", report)
            var whole = place
            // The service's own client names a model's folder without the slash.
            if whole.path.hasSuffix("/") { whole.path.removeLast() }
            address = whole.longURI(in: try await catalogue.scope)
            digest = plan.hash
        }
        let name = definition.name ?? digest
        let isAnonymous = definition.name == nil
        let (resource, version) = try await put(
            WireModelVersion(
                modelUri: address, modelType: definition.type, description: definition.summary,
                isAnonymous: isAnonymous, tags: WireTexts(), properties: WireTexts()), name,
            version: isAnonymous ? "1" : definition.version, "models",
            "register the model \(name)")
        if !isAnonymous { report(.registered("model \(name):\(version)")) }
        return try await id(name, version, "models", answered: resource.id)
    }
}

// MARK: - Code

extension AssetPublisher {
    private struct UploadQuestion: Codable {
        var pendingUploadType = "TemporaryBlobReference"
    }

    /// The id of code. What was uploaded before, by this or the service's own client, is found by its content's hash.
    func code(
        _ plan: CodePlan, _ report: @escaping ControlCalls.Report
    ) async throws(ServiceFailure) -> String {
        let path: String
        switch plan {
        case .reference(let reference): return try await id(of: reference, "codes")
        case .folder(let folder): path = folder
        }
        let plan = try await UploadPlan.made(localPath: path)
        let name = caller.surroundings.makeID()
        if let known = try await knownCode(plan.hash, name) { return known }
        let place = try await pendingUpload(name)
        try await uploader(place.store).upload(plan.placed(in: place.folder)) {
            report(.uploading(part: "code", $0))
        }
        let folder = plan.isFolder ? "/" + plan.baseName : ""
        let (resource, version) = try await put(
            WireCodeVersion(
                codeUri: place.address + folder, isAnonymous: true,
                properties: WireTexts([
                    "hash_sha256": plan.hash, "hash_version": Route.contentHashVersion,
                ])), name, version: "1", "codes", "register the code \(plan.baseName)")
        return try await id(name, version, "codes", answered: resource.id)
    }

    private func knownCode(_ hash: String, _ name: String) async throws(ServiceFailure) -> String? {
        let route = Route.management(
            try await catalogue.scope,
            .assets(.codes, .versions(name, PageQuery(), hash: hash)))
        let operation = "look for code that is there already"
        let answer = try await caller.exchange(ServiceRequest(route, operation: operation))
        // No code of that name yet: on some services that is a 404, on others an empty page.
        if answer.status == 404 { return nil }
        guard answer.isSuccess else {
            throw FailureTranslation.failure(answer, operation: operation)
        }
        let page = try caller.decode(
            WirePage<WireResource<WireCodeVersion>>.self, answer, operation: operation)
        return page.value.first?.id
    }

    private func pendingUpload(
        _ name: String
    ) async throws(ServiceFailure) -> (store: BlobStore, folder: String, address: String) {
        let operation = "ask for a place for the code"
        let route = Route.management(
            try await catalogue.scope, .assets(.codes, .startUpload(name: name, version: "1")))
        let answer = try await caller.fetch(
            WirePendingUpload.self,
            try ServiceRequest(route, operation: operation).carrying(UploadQuestion()))
        let reference = answer.blobReferenceForConsumption
        guard let signed = reference?.credential?.sasUri, let address = reference?.blobUri,
            let (store, folder) = BlobStore.signed(
                signed, scope: try await catalogue.scope, caller: caller)
        else {
            throw ServiceFailure(
                kind: .unexpected, operation: operation,
                detail: "the service names no place to upload to")
        }
        return (store, folder, address.hasSuffix("/") ? String(address.dropLast()) : address)
    }
}

extension BlobStore {
    /// The container behind a signed address, and the folder in it that the address names.
    static func signed(
        _ address: String, scope: WorkspaceScope, caller: ServiceCaller
    ) -> (store: BlobStore, folder: String)? {
        let parts = address.split(separator: "?", maxSplits: 1)
        guard parts.count == 2, let mark = parts[0].firstRange(of: "://") else { return nil }
        let path = parts[0][mark.upperBound...].split(separator: "/")
        guard path.count > 1 else { return nil }
        let names = path.dropFirst().compactMap { PercentEncoding.decode($0) }
        guard names.count == path.count - 1 else { return nil }
        let store = BlobStore(
            base: String(parts[0][..<mark.upperBound] + String(path[0])), container: names[0],
            scope: scope,
            caller: caller,
            grants: StorageGrants(caller: caller, fixed: .sas(String(parts[1]))))
        return (store, names.dropFirst().joined(separator: "/"))
    }
}

extension UploadPlan {
    /// The same files below another folder of a container, under their base name.
    func placed(in folder: String) -> UploadPlan {
        let old = "LocalUpload/\(hash)/"
        let new = folder.isEmpty ? "" : folder + "/"
        var copy = self
        for index in copy.files.indices where copy.files[index].blob.hasPrefix(old) {
            copy.files[index].blob = new + copy.files[index].blob.dropFirst(old.count)
        }
        return copy
    }
}

// MARK: - Components

extension AssetPublisher {
    /// The id of a component, its steps, code and environment registered first when they are only defined.
    func component(
        _ plan: ComponentPlan, _ report: @escaping ControlCalls.Report
    ) async throws(ServiceFailure) -> String {
        let definition: ComponentDefinition
        switch plan {
        case .reference(let reference): return try await id(of: reference, "components")
        case .definition(let found): definition = found
        }
        var spec = definition.spec
        if let code = definition.code {
            spec["code"] = .string("azureml:" + (try await self.code(code, report)))
        }
        if let environment = definition.environment {
            let id = try await self.environment(environment, report)
            // Addresses in a registry carry the prefix already.
            spec["environment"] = .string(id.hasPrefix("azureml:") ? id : "azureml:" + id)
        }
        if !definition.steps.isEmpty {
            spec["jobs"] = .object(try await jobs(definition, report))
        }
        let name = spec["name"]?.string ?? "azureml_anonymous"
        let text = JSONValue.object(spec).sortedText
        let (resource, version) = try await put(
            WireComponentVersion(
                componentSpec: .object(spec), description: spec["description"]?.string,
                isAnonymous: true, tags: WireTexts(spec["tags"]?.members?.mapValues(\.text) ?? [:]),
                properties: WireTexts()), name, version: Self.uuid(of: text), "components",
            "register the component \(spec["display_name"]?.string ?? name)")
        return try await id(name, version, "components", answered: resource.id)
    }

    /// `jobs` with ids where the file has paths.
    private func jobs(
        _ definition: ComponentDefinition, _ report: @escaping ControlCalls.Report
    ) async throws(ServiceFailure) -> [String: JSONValue] {
        var jobs = definition.spec["jobs"]?.members ?? [:]
        for name in definition.steps.keys.sorted() {
            guard let step = definition.steps[name], var wire = jobs[name]?.members else {
                continue
            }
            wire["componentId"] = .string(try await component(step, report))
            if let compute = wire.removeValue(forKey: "compute")?.string {
                wire["computeId"] = .string(try await computeID(compute))
            }
            if let inputs = wire["inputs"]?.members {
                wire["inputs"] = .object(try await resolved(inputs, report))
            }
            jobs[name] = .object(wire)
        }
        return jobs
    }

    private func resolved(
        _ inputs: [String: JSONValue], _ report: @escaping ControlCalls.Report
    ) async throws(ServiceFailure) -> [String: JSONValue] {
        var inputs = inputs
        for (name, value) in inputs {
            guard var members = value.members, let address = members["uri"]?.string else {
                continue
            }
            members["uri"] = .string(try await self.address(address, part: "data", report))
            inputs[name] = .object(members)
        }
        return inputs
    }

    /// An address as the service takes it: local paths uploaded, assets by their id.
    ///
    /// - Parameter datastore: where local paths go; nil for the workspace's store.
    func address(
        _ path: String, part: String, uploadedTo datastore: Datastore.Name? = nil,
        _ report: @escaping ControlCalls.Report
    ) async throws(ServiceFailure) -> String {
        if path.lowercased().hasPrefix("azureml:"), !path.contains("://") {
            return try await id(of: path, "data")
        }
        guard path.hasPrefix("/"), !path.lowercased().hasPrefix("/subscriptions/") else {
            return path
        }
        return try await upload(path, part: part, to: datastore, report).place.shortURI
    }

    private func computeID(_ name: String) async throws(ServiceFailure) -> String {
        let plain = name.lowercased().hasPrefix("azureml:") ? String(name.dropFirst(8)) : name
        if plain.hasPrefix("/") { return plain }
        return "\(try await catalogue.scope.armID)/computes/\(plain)"
    }

    /// A name made of content, in the form of a UUID.
    private static func uuid(of text: String) -> String {
        let digits = Array(digest([text]))
        let cuts = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32]
        return cuts.map { String(digits[$0]) }.joined(separator: "-")
    }
}

extension JSONValue {
    /// The value as JSON with its members in alphabetical order: the same for the same value.
    fileprivate var sortedText: String {
        // Only numbers that JSON cannot say would fail, and specs hold texts.
        (try? WireJSON.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? text
    }
}
