import BatchModel
import DraftFile

/// Components registered: `components/<name>@<version>/component.yml` with its code beside it.
extension Engine {
    func componentVersions(_ context: RouteContext) -> [EngineAsset] {
        context.catalog.components.sorted { WorkspaceReader.isOlder($0.version, $1.version) }
            .map { found in
                let id = AssetVersion(name: found.name, version: found.version)
                let spec = componentSpec(found)
                return EngineAsset(
                    id: id, resource: resource(.components, id, self.wire(spec, id), context),
                    summary: spec["description"]?.string)
            }
    }

    private func wire(_ spec: JSONValue, _ id: AssetVersion) -> WireComponentVersion {
        WireComponentVersion(
            componentSpec: spec, description: spec["description"]?.string,
            isAnonymous: id.name == PipelineComponent.anonymousName,
            isArchived: isArchived("components", id.name, id.version), tags: WireTexts(),
            properties: WireTexts())
    }

    func putComponent(
        _ id: AssetVersion, _ context: RouteContext
    ) async throws(RouteRefusal) -> EngineResponse {
        let body = try await context.body(WireResource<WireComponentVersion>.self)
        guard let wire = body.properties, let spec = wire.componentSpec, spec.members != nil else {
            throw .userError("The componentSpec field is required.")
        }
        let scope = context.scope
        let text = ComponentText(spec, name: id.name, version: id.version) { address in
            for kind in [Route.AssetKind.components, .environments] {
                guard let found = AssetID.version(address, kind, in: scope) else { continue }
                return found.version == AssetID.latest
                    ? "azureml:\(found.name)@latest" : "azureml:\(found.name):\(found.version)"
            }
            return nil
        }
        let source = try await codeFolder(of: text.codeID, context)
        let yaml = text.text(code: source == nil ? nil : "code")
        return try await turn.take { () throws(RouteRefusal) in
            var context = context
            context.catalog = reread()
            let known = context.catalog.components.first {
                $0.name == id.name && $0.version == id.version
            }
            try setArchived("components", id.name, id.version, wire.isArchived, context)
            if let known {
                // A client that archives a version sends back what it has read.
                if spec != componentSpec(known) { try checkSame(known, id, yaml, source) }
                return try answer(.components, id, isNew: false, context)
            }
            try keep(id, yaml, source, context)
            return try answer(.components, id, isNew: true, context)
        }
    }

    private func codeFolder(
        of id: String?, _ context: RouteContext
    ) async throws(RouteRefusal) -> String? {
        guard let id else { return nil }
        if let code = AssetID.version(id, .codes, in: context.scope) {
            if let record = codes.all.first(where: { $0.id == code }),
                let folder = await localFolder(record.uri, context)
            {
                return folder
            }
            if let own = context.catalog.deployments.first(where: { $0.ownCode == code }) {
                return own.codeFolder
            }
        }
        throw .userError(
            "componentSpec.code is \"\(id)\", which is no code that was uploaded here.",
            innerCode: "NoSuchCode")
    }

    /// A version's content never changes.
    private func checkSame(
        _ known: CatalogComponent, _ id: AssetVersion, _ yaml: String, _ source: String?
    ) throws(RouteRefusal) {
        let folder = FileCalls.folder(of: files.path(known.file))
        let isSame =
            files.text(known.file) == yaml
            && (source.map { WorkspaceFiles.isSame($0, folder + "/code") } ?? true)
        guard isSame else { throw Self.exists("component", id) }
    }

    private func keep(
        _ id: AssetVersion, _ yaml: String, _ source: String?, _ context: RouteContext
    ) throws(RouteRefusal) {
        let folder = "components/\(id.fileName)"
        let file = folder + "/component.yml"
        try check(
            ComponentFile.parse(
                yaml: yaml, file: file, isRegistered: true,
                components: WorkspaceReader(folder: files.workspace).registeredComponents))
        try files.doing {
            let staged = try files.stage()
            defer { files.unstage(staged) }
            let whole = staged + "/component"
            try FileCalls.makeFolders(whole)
            if let source { try files.copy(source, to: whole + "/code") }
            try FileCalls.replace(whole + "/component.yml", with: Array(yaml.utf8))
            // A folder that could not be read is replaced, not lost.
            try files.retire([folder], as: "component-\(id.fileName)")
            try files.place(whole, at: folder)
        }
    }
}

extension WorkspaceReader {
    /// Finds the components of the `components/` folder as it is now.
    var registeredComponents: ComponentLookup {
        var reader = self
        if let root = FolderWalk.root(folder) { reader.readComponents(root) }
        return reader.index.lookup
    }
}
