import BatchModel
import DraftFile

/// Computes as names: `computes/<name>.yml`, and whatever a deployment asks for. Every one of them is this machine.
extension Engine {
    /// The name that is always there.
    private static let standing = "local"

    func computes(_ context: RouteContext) -> [WireResource<WireCompute>] {
        let catalog = context.catalog
        let used = catalog.deployments.compactMap(\.deployment.compute) + [Self.standing]
        let names = Set(catalog.computes.map(\.parsed.name) + used).sorted()
        return names.map { compute(named: $0, context) }
    }

    private func compute(
        named name: String, _ context: RouteContext
    ) -> WireResource<WireCompute> {
        let found = context.catalog.computes.first { $0.parsed.name == name }?.parsed
        let file = found ?? ComputeFile(name: name)
        var scale: [String: JSONValue] = [
            "nodeIdleTimeBeforeScaleDown": .string("PT120S"),
            "minNodeCount": .integer(Int64(file.minInstances ?? 0)),
        ]
        scale["maxNodeCount"] = .integer(Int64(file.maxInstances ?? 1))
        let wire = WireCompute(
            computeType: Self.types.first { $0.lowercased() == file.type } ?? file.type,
            description: file.summary
                ?? "This machine: the local engine runs every job here, whatever it is called.",
            computeLocation: context.catalog.location, provisioningState: "Succeeded",
            isAttachedCompute: false,
            properties: .object([
                "vmSize": .string(file.size ?? "local"), "vmPriority": .string("Dedicated"),
                "scaleSettings": .object(scale), "allocationState": .string("Steady"),
                "remoteLoginPortPublicAccess": .string("Disabled"), "osType": .string("Linux"),
            ]))
        return WireResource(
            id: "\(context.scope.armID)/computes/\(name)", name: name, type: WireType.compute,
            location: context.catalog.location, tags: WireTexts(file.tags), properties: wire)
    }

    private static let types = [
        "AmlCompute", "ComputeInstance", "Kubernetes", "VirtualMachine", "SynapseSpark",
    ]

    func compute(
        _ name: String, _ context: RouteContext
    ) throws(RouteRefusal) -> EngineResponse {
        guard let found = computes(context).first(where: { $0.name == name }) else {
            throw .notFound(
                "ComputeNotFound",
                "There is no compute with name: \(name). Register it, or name it in a deployment.")
        }
        return try .json(200, found)
    }

    func putCompute(
        _ name: String, _ context: RouteContext
    ) async throws(RouteRefusal) -> EngineResponse {
        try Self.check(assetName: name, of: "a compute")
        let body = try await context.body(WireResource<WireCompute>.self)
        let tags = body.tags?.values ?? [:]
        try Self.check(tags: tags, description: body.properties?.description)
        let inner = body.properties?.properties
        let file = ComputeFile(
            name: name, type: (body.properties?.computeType ?? "AmlCompute").lowercased(),
            summary: body.properties?.description, size: inner?["vmSize"]?.string,
            minInstances: inner?["scaleSettings"]?["minNodeCount"]?.wholeNumber,
            maxInstances: inner?["scaleSettings"]?["maxNodeCount"]?.wholeNumber, tags: tags)
        return try await turn.take { () throws(RouteRefusal) in
            var context = context
            let known = reread().computes.first { $0.parsed.name == name }
            let path = known?.file ?? "computes/\(name).yml"
            try check(ComputeFile.parse(yaml: file.text, file: path))
            if known?.parsed != file { try files.doing { try files.write(file.text, to: path) } }
            context.catalog = reread()
            return try made(compute(named: name, context), isNew: known == nil, context)
        }
    }

    func deleteCompute(
        _ name: String, _ context: RouteContext
    ) async throws(RouteRefusal) -> EngineResponse {
        let wasThere = try await turn.take { () throws(RouteRefusal) in
            guard let found = reread().computes.first(where: { $0.parsed.name == name }) else {
                return false
            }
            try files.doing { try files.retire([found.file], as: "compute-\(name)") }
            _ = reread()
            return true
        }
        return deleted(wasThere, context)
    }
}
