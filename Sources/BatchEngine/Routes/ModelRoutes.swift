import BatchModel
import DraftFile

/// Models: `models/<name>@<version>.yml`, and those that deployments have inline.
extension Engine {
    /// Never absent: the official client asks the member for its items without looking whether it is there.
    private static let noFlavors = JSONValue.object([:])

    func models(_ context: RouteContext) -> [EngineAsset] {
        let catalog = context.catalog
        var found: [AssetVersion] = []
        var assets: [EngineAsset] = []
        func add(_ id: AssetVersion, _ wire: WireModelVersion) {
            guard !found.contains(id) else { return }
            found.append(id)
            assets.append(
                EngineAsset(
                    id: id, resource: resource(.models, id, wire, context),
                    summary: wire.description))
        }
        for model in catalog.models.sorted(by: {
            WorkspaceReader.isOlder($0.version, $1.version)
        }) {
            let uri = "file://" + model.path
            add(
                model.id,
                WireModelVersion(
                    modelUri: uri, modelType: model.type, description: model.summary,
                    isArchived: isArchived("models", model.name, model.version),
                    tags: WireTexts(model.tags), properties: WireTexts(), flavors: Self.noFlavors))
        }
        for deployment in catalog.deployments {
            guard let id = deployment.model, let folder = deployment.modelFolder else { continue }
            add(
                id,
                WireModelVersion(
                    modelUri: "file://" + folder + "/" + (deployment.modelEntry ?? ""),
                    modelType: deployment.isMLflow ? ModelFile.mlflowType : "custom_model",
                    isAnonymous: true, tags: WireTexts(), properties: WireTexts(),
                    flavors: Self.noFlavors))
        }
        return assets
    }

    /// Registers a version: its files are copied out of storage into the workspace.
    func putModel(
        _ id: AssetVersion, _ context: RouteContext
    ) async throws(RouteRefusal) -> EngineResponse {
        let body = try await context.body(WireResource<WireModelVersion>.self)
        let wire = body.properties ?? WireModelVersion(modelUri: nil, modelType: nil)
        let tags = wire.tags?.values ?? [:]
        try Self.check(tags: tags, description: wire.description)
        let uri = wire.modelUri ?? ""
        let source = await localFolder(uri, context)
        return try await turn.take { () throws(RouteRefusal) in
            var context = context
            context.catalog = reread()
            let known = context.catalog.models.first { $0.id == id }
            try setArchived("models", id.name, id.version, wire.isArchived, context)
            if let known {
                try update(known, id, wire, source)
                return try answer(.models, id, isNew: false, context)
            }
            guard let source else {
                throw .userError(
                    "modelUri is \"\(uri)\", and there is no file or folder in this engine's "
                        + "storage. Upload the model first.", innerCode: "NoSuchModelFiles")
            }
            try keep(id, wire, source)
            return try answer(.models, id, isNew: true, context)
        }
    }

    private func keep(
        _ id: AssetVersion, _ wire: WireModelVersion, _ source: String
    ) throws(RouteRefusal) {
        let entry = FilePath.parent(of: source).name
        let file = ModelFile(
            name: id.name, version: id.version, type: wire.modelType,
            path: "\(id.fileName)/\(entry)", description: wire.description,
            tags: wire.tags?.values ?? [:])
        try check(ModelFile.parse(yaml: file.text, file: "models/\(id.fileName).yml"))
        try files.doing {
            let staged = try files.stage()
            defer { files.unstage(staged) }
            try FileCalls.makeFolders(staged + "/model")
            try files.copy(source, to: staged + "/model/" + entry)
            // A folder without its file is what an interrupted change left.
            try files.retire(["models/\(id.fileName)"], as: "model-\(id.fileName)")
            try files.place(staged + "/model", at: "models/\(id.fileName)")
            try files.write(file.text, to: "models/\(id.fileName).yml")
        }
    }

    /// A version's files never change; what is said about it may.
    private func update(
        _ known: CatalogModel, _ id: AssetVersion, _ wire: WireModelVersion, _ source: String?
    ) throws(RouteRefusal) {
        let isSame =
            wire.modelUri == nil || wire.modelUri == "file://" + known.path
            || source.map { WorkspaceFiles.isSame($0, known.path) } == true
        guard isSame, wire.modelType == nil || wire.modelType == known.type else {
            throw Self.exists("model", id)
        }
        let tags = wire.tags?.values ?? [:]
        guard wire.description != known.summary || tags != known.tags else { return }
        try rewrite(known.file, AssetWords(summary: wire.description, tags: tags))
    }

    /// Refuses a text that would not be read back.
    func check(_ parsed: Parsed<some Sendable>) throws(RouteRefusal) {
        let wrong = parsed.errors.map { "\($0.detail) \($0.advice)" }
        guard !wrong.isEmpty else { return }
        throw .userError(wrong.joined(separator: " "))
    }

    /// Changes description and tags in a file; what else it says stays.
    func rewrite(_ file: String, _ words: AssetWords) throws(RouteRefusal) {
        guard let old = files.text(file), let new = words.text(over: old) else {
            throw .userError("\(file) cannot be read.")
        }
        if new != old { try files.doing { try files.write(new, to: file) } }
    }
}
