import BatchModel

/// Makes, changes and takes away deployments.
struct DeploymentPublisher: Sendable {
    let assets: AssetPublisher
    /// Whether what the service goes on doing with a deployment is waited for.
    var isWaiting = true

    private var catalogue: Catalogue { assets.catalogue }
    private var caller: ServiceCaller { assets.caller }

    /// Uploads and registers what a plan names, then makes or replaces the deployment.
    func put(
        _ plan: DeploymentPlan, _ report: @escaping ControlCalls.Report
    ) async throws(ServiceFailure) -> Deployment {
        let (endpoint, name) = (plan.deployment.endpoint, plan.deployment.name)
        let operation = "create the deployment \(name) of \(endpoint)"
        // Before anything is uploaded: an endpoint that is not there is the commonest mistake.
        _ = try await catalogue.endpoint(endpoint)
        let body = try await body(plan, operation, report)
        let scope = try await catalogue.scope
        let resource = Route.management(scope, .deployment(endpoint, name))
        var request = ServiceRequest(
            .management(scope, .change(.putDeployment(endpoint, name))), operation: operation)
        if plan.isChange {
            let old = try await caller.fetch(
                JSONValue.self, ServiceRequest(resource, operation: operation))
            request = try request.carrying(try Overlay.body(body, over: old, operation))
        } else {
            request = try request.carrying(body)
        }
        guard isWaiting else {
            let answer = try await caller.fetch(request)
            let body = try? WireJSON.decode(WireResource<WireDeployment>.self, from: answer.bytes)
            if let begun = body.flatMap({ Deployment($0, endpoint: endpoint) }) { return begun }
            return try await catalogue.deployment(endpoint, name)
        }
        let follower = OperationFollower(caller: caller)
        try await follower.finish(request, resource: resource, report)
        return try await catalogue.deployment(endpoint, name)
    }

    private func body(
        _ plan: DeploymentPlan, _ operation: String, _ report: @escaping ControlCalls.Report
    ) async throws(ServiceFailure) -> WireResource<WireDeployment> {
        var code: WireDeployment.CodeConfiguration?
        if let found = plan.code {
            code = .init(
                codeId: try await assets.code(found, report), scoringScript: plan.scoringScript)
        }
        var environment: String?
        if let found = plan.environment {
            environment = try await assets.environment(found, report)
        }
        var model: String?
        if let found = plan.model { model = try await assets.model(found, report) }
        var deployment = plan.deployment
        if case .pipelineComponent(var settings) = deployment.kind {
            if let found = plan.component {
                settings.componentID = try await assets.component(found, report)
            }
            deployment.kind = .pipelineComponent(settings)
        }
        var body = WireDeployment.body(
            of: deployment, in: try await catalogue.scope,
            location: try await catalogue.location(operation), codeConfiguration: code,
            environmentID: environment, modelID: model,
            environmentVariables: plan.environmentVariables)
        body.properties?.properties = WireTexts(plan.properties)
        if plan.environmentVariables.isEmpty { body.properties?.environmentVariables = nil }
        // The service's own client says nothing of the kind for a model, and the service takes that for one.
        if deployment.modelSettings != nil { body.properties?.deploymentConfiguration = nil }
        return body
    }

    /// What a deployment is now.
    func plan(
        _ endpoint: Endpoint.Name, _ name: Deployment.Name
    ) async throws(ServiceFailure) -> DeploymentPlan {
        let deployment = try await catalogue.deployment(endpoint, name)
        let route = Route.management(try await catalogue.scope, .deployment(endpoint, name))
        let wire = try await caller.fetch(
            WireResource<WireDeployment>.self,
            ServiceRequest(route, operation: "read the deployment \(name) of \(endpoint)")
        ).properties
        var plan = DeploymentPlan(
            deployment: deployment, code: wire?.codeConfiguration?.codeId.map { .reference($0) },
            scoringScript: wire?.codeConfiguration?.scoringScript,
            model: wire?.model?.assetId.map { .reference($0) },
            environment: wire?.environmentId.map { .reference($0) },
            environmentVariables: wire?.environmentVariables?.values ?? [:],
            properties: wire?.properties?.values ?? [:], isChange: true)
        // The last part of an id would name a compute of this workspace, and another's may be meant.
        plan.deployment.compute = wire?.compute
        if case .pipelineComponent(let settings) = deployment.kind {
            plan.component = settings.componentID.map { .reference($0) }
        }
        return plan
    }

    /// Takes a deployment away.
    func delete(
        _ endpoint: Endpoint.Name, _ name: Deployment.Name
    ) async throws(ServiceFailure) {
        _ = try await catalogue.deployment(endpoint, name)
        try await catalogue.delete(
            .change(.deleteDeployment(endpoint, name)),
            operation: "delete the deployment \(name) of \(endpoint)", isWaiting: isWaiting)
    }
}
