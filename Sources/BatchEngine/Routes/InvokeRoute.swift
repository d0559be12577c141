// Taking a job: the one route that is not safe to repeat, and so the one whose refusals must all come before anything
// happens.
//
//   body ─▶ WireInvoke ─▶ deployment (header, else default) ─▶ DraftRules, the words of the form ─▶ input and output places
//        ─▶ JobOrder ─▶ JobService.accept (durable) ─▶ 201
//
// What is wrong with the request as it stands is a 400 here. Data that is not there is not (ES §6 R11): the job fails, as it
// does on Azure.

import BatchModel

extension Engine {
    /// The header that picks a deployment, and tells in the answer which one ran (CONTRACT §4).
    static let deploymentHeader = "azureml-model-deployment"
    /// The header by which a repeated request finds its first answer (ES §7.3).
    static let repeatabilityHeader = "repeatability_request-id"

    func invoke(
        _ endpoint: Endpoint.Name, _ context: RouteContext
    ) async throws(RouteRefusal) -> EngineResponse {
        let found = try existing(endpoint, context)
        let deployment = try chosen(found, context)
        let body = try await context.body(JSONValue.self)
        guard let wire = WireInvoke(body) else {
            throw .userError("The body must be an object with a member properties.")
        }
        let plan = InvokePlan(engine: self, context: context, deployment: deployment)
        do {
            let job = try await accept(wire, plan)
            return try accepted(job, deployment.deployment, context)
        } catch { throw .from(error) }
    }

    /// Makes the order and has it accepted; what must be kept besides lies there before and only if it is.
    private func accept(_ wire: WireInvoke, _ plan: InvokePlan) async throws -> Job {
        do {
            let job: Job
            if plan.deployment.deployment.modelSettings == nil {
                let order = try await plan.pipelineOrder(wire)
                try plan.remotes.keep()
                job = try await jobs.accept(order)
            } else {
                let order = try await plan.order(wire)
                try plan.remotes.keep()
                job = try await jobs.accept(order)
            }
            if job.id != plan.job { plan.remotes.drop() }
            return job
        } catch {
            plan.remotes.drop()
            // What is in the way of a request that is sent again may be its own job's output.
            if let job = (try? await jobs.repeated(plan.repeatabilityID)) ?? nil { return job }
            throw error
        }
    }

    /// The deployment the header names, else the default (ES §6 R15, R16).
    private func chosen(
        _ endpoint: Endpoint, _ context: RouteContext
    ) throws(RouteRefusal) -> CatalogDeployment {
        if let named = context.request.headers[Self.deploymentHeader], !named.isEmpty {
            let name = Deployment.Name(named)
            if let found = context.catalog.deployment(endpoint.name, name) { return found }
            throw RouteRefusal(
                404, "NotFound", "Deployment name \(named) not found for this endpoint",
                details: Self.details(context.catalog.problems(of: endpoint.name, name)),
                innerCode: "NoSuchDeployment")
        }
        guard let name = endpoint.defaultDeployment else { throw Self.noRoute([]) }
        if let found = context.catalog.deployment(endpoint.name, name) { return found }
        throw Self.noRoute(context.catalog.problems(of: endpoint.name, name))
    }

    private static func noRoute(_ problems: [WorkspaceProblem]) -> RouteRefusal {
        RouteRefusal(
            404, "NotFound",
            "No valid deployments to route to. Please check that the endpoint has at least one "
                + "deployment with positive weight values or use a deployment specific header to "
                + "route.",
            details: details(problems), innerCode: "NoValidDeployments")
    }

    /// 201 with the job; `Location` names the deployment, as on the service (R).
    private func accepted(
        _ job: Job, _ deployment: Deployment, _ context: RouteContext
    ) throws(RouteRefusal) -> EngineResponse {
        let place = RouteRequest(
            .get,
            ["mferp", "managementfrontend"]
                + context.scope.armID.split(separator: "/").map(String.init) + [
                    "batchEndpoints", deployment.endpoint.rawValue, "deployments",
                    deployment.name.rawValue,
                ], query: [.init("api-version", Route.frontEndVersion)])
        return try .json(
            201, endpointJob(job, context),
            headers: [
                ("location", context.address.base + place.target),
                (Self.deploymentHeader, deployment.name.rawValue),
                ("server", "azureml-frontdoor"),
            ])
    }
}

/// What people call a job until they name it: two words and a tail, as the service makes them (R).
enum DisplayName {
    private static let first = [
        "amber", "brave", "calm", "clever", "coral", "gentle", "happy", "honest", "ivory", "jolly",
        "lemon", "lucky", "mango", "mellow", "olive", "patient", "plum", "quiet", "silver", "sunny",
    ]
    private static let second = [
        "anchor", "basket", "bridge", "candle", "cloud", "feather", "garden", "harbor", "island",
        "kettle", "lantern", "leaf", "meadow", "orchard", "pebble", "river", "sail", "spoon",
        "tower", "yacht",
    ]

    /// A new name.
    static func make() -> String {
        var random = SystemRandomNumberGenerator()
        let digits = Array("0123456789bcdfghjklmnpqrstvwxz")
        let tail = (0..<8).compactMap { _ in digits.randomElement(using: &random) }
        let words = [first, second].compactMap { $0.randomElement(using: &random) }
        return (words + [String(tail)]).joined(separator: "_")
    }
}
