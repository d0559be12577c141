/// `properties` of a batch endpoint (CONTRACT §3).
public struct WireEndpoint: Codable, Sendable {
    /// Which deployment runs when none is named. Answers come in either spelling (ES §1).
    public struct Defaults: Codable, Sendable {
        /// The deployment's name.
        public var deploymentName: String?
        /// The same, as some answers spell it; never sent.
        public var deployment_name: String?  // swift-format-ignore: AlwaysUseLowerCamelCase

        /// Names the default deployment; nil for none.
        public init(deploymentName: String?) { self.deploymentName = deploymentName }
    }

    /// `AADToken`, compared without case.
    public var authMode: String?
    /// Free text.
    public var description: String?
    /// Where jobs are posted.
    public var scoringUri: String?
    /// Not used by batch endpoints.
    public var swaggerUri: String?
    /// The default deployment; may be null as a whole.
    public var defaults: Defaults?
    /// Creating, Deleting, Succeeded, Failed, Updating, Canceled.
    public var provisioningState: String?
    /// Free properties.
    public var properties: WireTexts?

    /// Describes an endpoint; what is nil is left out.
    public init(
        authMode: String? = nil, description: String? = nil, scoringUri: String? = nil,
        defaults: Defaults? = nil, provisioningState: String? = nil, properties: WireTexts? = nil
    ) {
        self.authMode = authMode
        self.description = description
        self.scoringUri = scoringUri
        self.defaults = defaults
        self.provisioningState = provisioningState
        self.properties = properties
    }

    /// What a client sends to make or replace an endpoint.
    ///
    /// - Parameter location: the workspace's region.
    public static func body(
        of endpoint: Endpoint, location: String
    ) -> WireResource<WireEndpoint> {
        let properties = WireEndpoint(
            authMode: "aadToken", description: endpoint.summary,
            defaults: endpoint.defaultDeployment.map { Defaults(deploymentName: $0.rawValue) },
            properties: WireTexts())
        return WireResource(
            id: nil, name: nil, type: nil, location: location, tags: WireTexts(endpoint.tags),
            properties: properties)
    }

    /// What a service answers for an endpoint.
    public static func resource(
        of endpoint: Endpoint, in scope: WorkspaceScope, location: String,
        createdAt: Timestamp? = nil
    ) -> WireResource<WireEndpoint> {
        let properties = WireEndpoint(
            authMode: "AADToken", description: endpoint.summary, scoringUri: endpoint.scoringURI,
            defaults: Defaults(deploymentName: endpoint.defaultDeployment?.rawValue),
            provisioningState: endpoint.provisioningState, properties: WireTexts())
        return WireResource(
            id: "\(scope.armID)/batchEndpoints/\(endpoint.name)", name: endpoint.name.rawValue,
            type: WireType.endpoint, location: location, tags: WireTexts(endpoint.tags),
            properties: properties, systemData: WireSystemData(createdAt: createdAt?.iso8601))
    }
}

extension Endpoint {
    /// Reads what a service answered; nil when it has no name.
    public init?(_ resource: WireResource<WireEndpoint>) {
        guard let name = resource.name ?? resource.id?.lastSegment, !name.isEmpty else {
            return nil
        }
        let wire = resource.properties
        let byDefault = wire?.defaults?.deploymentName ?? wire?.defaults?.deployment_name
        self.init(
            name: Name(name), summary: wire?.description,
            defaultDeployment: byDefault.flatMap { $0.isEmpty ? nil : Deployment.Name($0) },
            scoringURI: wire?.scoringUri,
            provisioningState: wire?.provisioningState ?? "Succeeded",
            authMode: wire?.authMode?.lowercased() == "aadtoken"
                ? "aad_token" : wire?.authMode ?? "aad_token",
            tags: resource.tags?.values ?? [:])
    }
}

extension String {
    /// What follows the last slash: the name in an ARM id.
    package var lastSegment: String {
        split(separator: "/").last.map(String.init) ?? self
    }
}
