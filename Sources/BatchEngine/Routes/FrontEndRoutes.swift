import BatchModel

/// Job lists per endpoint and single jobs as the data plane answers them (CONTRACT §4).
extension Engine {
    func frontEnd(
        _ call: Route.FrontEnd, _ context: RouteContext
    ) async throws(RouteRefusal) -> EngineResponse {
        switch call {
        case .jobs(let endpoint, let deployment, let page):
            let (start, count) = try context.window(page)
            do {
                let (jobs, total) = try await self.jobs.jobs(
                    start: start, count: count, endpoint: endpoint, deployment: deployment,
                    view: page.view)
                // Jobs stay when their endpoint goes (ES §1): only an endpoint never heard of is refused.
                if total == 0 { _ = try existing(endpoint, context) }
                let end = start + jobs.count
                let next = end < total && !jobs.isEmpty ? context.link(toPageAt: end) : nil
                return try .json(
                    200,
                    WirePage(
                        value: jobs.map { endpointJob($0, context) }, nextLink: next, total: total))
            } catch { throw .from(error) }
        }
    }

    func scoring(
        _ endpoint: Endpoint.Name, _ call: Route.Scoring, _ context: RouteContext
    ) async throws(RouteRefusal) -> EngineResponse {
        switch call {
        case .invoke: return try await invoke(endpoint, context)
        case .job(let id):
            guard let job = try await find(id), job.endpoint == nil || job.endpoint == endpoint
            else { throw missing(id) }
            return try .json(200, endpointJob(job, context))
        }
    }

    /// A job in the data plane's shape.
    func endpointJob(_ job: Job, _ context: RouteContext) -> WireResource<WireEndpointJob> {
        let job = withStages(job)
        let endpoint = job.endpoint?.rawValue ?? ""
        let deployment = job.deployment?.rawValue ?? ""
        var wire = WireEndpointJob()
        wire.status = job.status.rawValue
        wire.provisioningState = "Succeeded"
        wire.name = job.displayName
        wire.inputData = .object(
            Dictionary(
                uniqueKeysWithValues: job.inputs.map { ($0.key, Self.input($0.key, $0.value, job)) }
            ))
        wire.outputData = .object(
            job.outputs.mapValues { uri in
                .object([
                    "jobOutputType": .string(uri.hasSuffix("/") ? "UriFolder" : "UriFile"),
                    "uri": .string(uri), "mode": .string("ReadWriteMount"), "description": .null,
                ])
            })
        let compute =
            context.catalog.deployments.first {
                $0.deployment.name == job.deployment && $0.deployment.endpoint == job.endpoint
            }?.deployment.compute ?? "local"
        wire.compute = .object([
            "target": .string("\(context.scope.armID)/computes/\(compute)")
        ])
        wire.output = .object(["datastoreId": .null, "path": .null])
        wire.interactionEndpoints = .object([:])
        wire.tags = WireTexts(job.tags)
        wire.properties = WireTexts(
            job.properties.merging(WireJob.extras(of: job)) { _, new in new })
        return WireResource(
            id:
                "\(context.scope.armID)/batchEndpoints/\(endpoint)"
                + "/deployments/\(deployment)/jobs/\(job.id)",
            name: job.id.rawValue, type: WireType.endpointJob, properties: wire,
            systemData: WireSystemData(
                createdAt: job.createdAt?.iso8601, lastModifiedAt: job.createdAt?.iso8601))
    }

    /// The type an input was sent with, kept with the job.
    static let inputTypeKey = "batchdeck.inputType"

    /// An input as it was sent: a literal by its value, data by its address.
    private static func input(_ name: String, _ text: String, _ job: Job) -> JSONValue {
        let type = job.properties[inputTypeKey + "." + name]
        if type == "Literal" {
            return .object(["jobInputType": .string("Literal"), "value": .string(text)])
        }
        let guessed = text.hasSuffix("/") ? "UriFolder" : job.properties[inputTypeKey]
        return .object([
            "jobInputType": .string(type ?? guessed ?? "UriFolder"), "uri": .string(text),
            "mode": .string("ReadOnlyMount"), "description": .null,
        ])
    }
}
