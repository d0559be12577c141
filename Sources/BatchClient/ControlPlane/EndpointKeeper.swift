import BatchModel

/// Makes, changes and takes away endpoints.
///
/// A change is a whole PUT over what is there: the service's PATCH takes nothing but tags and an identity
/// (openapi, `PartialMinimalTrackedResourceWithIdentity`), and its own client does the same.
struct EndpointKeeper: Sendable {
    let catalogue: Catalogue
    /// Whether what the service goes on doing is waited for.
    var isWaiting = true

    private var caller: ServiceCaller { catalogue.caller }
    private var follower: OperationFollower { OperationFollower(caller: caller) }

    /// Makes or replaces an endpoint.
    func put(_ endpoint: Endpoint) async throws(ServiceFailure) -> Endpoint {
        let operation = "create the endpoint \(endpoint.name)"
        let location = try await catalogue.location(operation)
        return try await put(
            WireEndpoint.body(of: endpoint, location: location), endpoint.name, operation)
    }

    /// Changes an endpoint that is there.
    func update(_ endpoint: Endpoint) async throws(ServiceFailure) -> Endpoint {
        let operation = "update the endpoint \(endpoint.name)"
        _ = try await catalogue.endpoint(endpoint.name)
        let route = Route.management(try await catalogue.scope, .endpoint(endpoint.name))
        let old = try await caller.fetch(
            JSONValue.self, ServiceRequest(route, operation: operation))
        var location = old["location"]?.string
        if location == nil { location = try await catalogue.location(operation) }
        var new = WireEndpoint.body(of: endpoint, location: location ?? "")
        // Free properties are not shown, so they cannot be meant to go.
        let kept = old["properties"]?["properties"]?.members?.compactMapValues(\.string)
        new.properties?.properties = WireTexts(kept ?? [:])
        return try await put(try Overlay.body(new, over: old, operation), endpoint.name, operation)
    }

    /// Sets the default deployment.
    func setDefault(
        _ name: Endpoint.Name, _ deployment: Deployment.Name
    ) async throws(ServiceFailure) -> Endpoint {
        var endpoint = try await catalogue.endpoint(name)
        _ = try await catalogue.deployment(name, deployment)
        endpoint.defaultDeployment = deployment
        return try await update(endpoint)
    }

    /// Takes an endpoint away.
    func delete(_ name: Endpoint.Name) async throws(ServiceFailure) {
        _ = try await catalogue.endpoint(name)
        try await catalogue.delete(
            .change(.deleteEndpoint(name)), operation: "delete the endpoint \(name)",
            isWaiting: isWaiting)
    }

    private func put(
        _ body: some Encodable, _ name: Endpoint.Name, _ operation: String
    ) async throws(ServiceFailure) -> Endpoint {
        let scope = try await catalogue.scope
        let request = try ServiceRequest(
            .management(scope, .change(.putEndpoint(name))), operation: operation
        ).carrying(body)
        guard isWaiting else {
            let answer = try await caller.fetch(request)
            // An answer without a body has begun it all the same: then the resource itself is asked.
            let body = try? WireJSON.decode(WireResource<WireEndpoint>.self, from: answer.bytes)
            if let begun = body.flatMap(Endpoint.init) { return begun }
            return try await catalogue.endpoint(name)
        }
        try await follower.finish(request, resource: .management(scope, .endpoint(name))) { _ in }
        return try await catalogue.endpoint(name)
    }
}

extension Catalogue {
    /// The workspace's region: bodies must name it.
    func location(_ operation: String) async throws(ServiceFailure) -> String {
        let route = Route.management(try await scope, .workspace)
        let workspace = try await caller.fetch(
            WireResource<WireWorkspace>.self, ServiceRequest(route, operation: operation))
        return workspace.location ?? ""
    }

    /// Takes something away and waits until it is gone; something that is gone already is no failure.
    ///
    /// - Parameter isWaiting: false to end once the service has accepted it.
    func delete(
        _ call: Route.Management, operation: String, isWaiting: Bool = true
    ) async throws(ServiceFailure) {
        let request = ServiceRequest(.management(try await scope, call), operation: operation)
        let answer = try await caller.exchange(request)
        if answer.status == 404 { return }
        guard answer.isSuccess else {
            throw FailureTranslation.failure(answer, operation: operation)
        }
        guard isWaiting else { return }
        let follower = OperationFollower(caller: caller)
        do throws(ServiceFailure) {
            try await follower.follow(answer, operation, resource: nil) { _ in }
        } catch  where error.kind == .notFound {
            // The operation is forgotten with what it took away.
            return
        }
    }
}
