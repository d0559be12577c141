/// A batch endpoint: a stable name in front of one or more deployments.
public struct Endpoint: Sendable, Hashable, Codable, Identifiable {
    /// An endpoint's name: 3...32 characters, letters, digits and hyphens, unique per region.
    public struct Name: Identifier {
        /// The name itself.
        public let rawValue: String
        /// Wraps a name as it is.
        public init(rawValue: String) { self.rawValue = rawValue }
    }

    /// The endpoint's name.
    public var name: Name
    /// What its owner wrote about it.
    public var summary: String?
    /// The deployment that jobs run on when none is named; nil until one is set (ES §1).
    public var defaultDeployment: Deployment.Name?
    /// Where jobs are posted, used verbatim; nil while the endpoint is being created (CONTRACT §1).
    public var scoringURI: String?
    /// `Succeeded`, `Creating`, … as the service spells it.
    public var provisioningState: String
    /// `aad_token` in lower case, however the service spells it.
    public var authMode: String
    /// Tags as the service keeps them.
    public var tags: [String: String]

    /// An endpoint's name is its identity.
    public var id: Name { name }

    /// Describes an endpoint.
    public init(
        name: Name, summary: String? = nil, defaultDeployment: Deployment.Name? = nil,
        scoringURI: String? = nil, provisioningState: String = "Succeeded",
        authMode: String = "aad_token", tags: [String: String] = [:]
    ) {
        self.name = name
        self.summary = summary
        self.defaultDeployment = defaultDeployment
        self.scoringURI = scoringURI
        self.provisioningState = provisioningState
        self.authMode = authMode
        self.tags = tags
    }
}
