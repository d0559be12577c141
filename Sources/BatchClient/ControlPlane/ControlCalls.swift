public import BatchModel

/// Everything that makes, changes or takes away what a workspace holds; a struct of closures, as `BatchClient` is.
///
/// All of them throw the service's own words for a refusal: `.rejected`, `.conflict`, `.unauthorized`; `.notFound` names
/// what exists. What takes long is followed to its end: `.unexpected` when it failed there, `.timedOut` after an hour.
public struct ControlCalls: Sendable {
    /// Takes note of how far something has come.
    public typealias Report = @Sendable (PublishPhase) -> Void

    /// Makes an endpoint, or replaces what one of that name says about itself.
    public var putEndpoint: @Sendable (Endpoint) async throws(ServiceFailure) -> Endpoint
    /// Changes description, tags and default of an endpoint that is there; free properties stay.
    public var updateEndpoint: @Sendable (Endpoint) async throws(ServiceFailure) -> Endpoint
    /// Makes one of an endpoint's deployments the one that runs jobs which name none.
    public var setDefault:
        @Sendable (Endpoint.Name, Deployment.Name) async throws(ServiceFailure) -> Endpoint
    /// Takes an endpoint away, its deployments with it.
    public var deleteEndpoint: @Sendable (Endpoint.Name) async throws(ServiceFailure) -> Void

    /// What a deployment is now, as a plan to change: everything it uses is referred to.
    public var deploymentPlan:
        @Sendable (Endpoint.Name, Deployment.Name) async throws(ServiceFailure) -> DeploymentPlan
    /// Uploads and registers what a plan names, then makes or replaces the deployment.
    public var putDeployment:
        @Sendable (DeploymentPlan, @escaping Report) async throws(ServiceFailure) -> Deployment
    /// Takes a deployment away.
    public var deleteDeployment:
        @Sendable (Endpoint.Name, Deployment.Name) async throws(ServiceFailure) -> Void

    /// Uploads what a plan names and registers it as a version of a data asset.
    public var putData:
        @Sendable (DataPlan, @escaping Report) async throws(ServiceFailure) -> DataVersion
    /// Data assets by name, archived ones as the view says.
    public var dataAssets: @Sendable (ListView) async throws(ServiceFailure) -> [DataAsset]
    /// Versions of a data asset, the newest first, archived ones as the view says.
    public var dataVersions:
        @Sendable (DataAsset.Name, ListView) async throws(ServiceFailure) -> [DataVersion]
    /// Archives or restores one version of a data asset, or all of them (nil).
    public var archiveData:
        @Sendable (DataAsset.Name, _ version: String?, _ isArchived: Bool)
            async throws(ServiceFailure) -> Void
    /// Makes or replaces a datastore. Whether the storage is there is not looked at.
    public var putDatastore: @Sendable (DatastorePlan) async throws(ServiceFailure) -> Datastore
    /// Forgets a datastore; what is stored there stays.
    public var deleteDatastore: @Sendable (Datastore.Name) async throws(ServiceFailure) -> Void

    /// All environments with their newest version, by name.
    public var environments: @Sendable () async throws(ServiceFailure) -> [AssetVersion]
    /// One version of an environment; the newest one for nil.
    public var environment:
        @Sendable (_ name: String, _ version: String?) async throws(ServiceFailure) -> AssetVersion
    /// All computes, by name.
    public var computes: @Sendable () async throws(ServiceFailure) -> [AssetVersion]

    /// The same calls, which for endpoints and deployments end once the service has accepted what is asked: what is
    /// given back is the state it is in then, as `Creating`.
    public var withoutWaiting: @Sendable () -> ControlCalls = { .unimplemented }

    /// Builds the calls from their closures.
    public init(
        putEndpoint: @escaping @Sendable (Endpoint) async throws(ServiceFailure) -> Endpoint,
        updateEndpoint: @escaping @Sendable (Endpoint) async throws(ServiceFailure) -> Endpoint,
        setDefault:
            @escaping @Sendable (Endpoint.Name, Deployment.Name)
            async throws(ServiceFailure) -> Endpoint,
        deleteEndpoint: @escaping @Sendable (Endpoint.Name) async throws(ServiceFailure) -> Void,
        deploymentPlan:
            @escaping @Sendable (Endpoint.Name, Deployment.Name)
            async throws(ServiceFailure) -> DeploymentPlan,
        putDeployment:
            @escaping @Sendable (DeploymentPlan, @escaping Report)
            async throws(ServiceFailure) -> Deployment,
        deleteDeployment:
            @escaping @Sendable (Endpoint.Name, Deployment.Name)
            async throws(ServiceFailure) -> Void,
        putData:
            @escaping @Sendable (DataPlan, @escaping Report)
            async throws(ServiceFailure) -> DataVersion,
        dataAssets: @escaping @Sendable (ListView) async throws(ServiceFailure) -> [DataAsset],
        dataVersions:
            @escaping @Sendable (DataAsset.Name, ListView)
            async throws(ServiceFailure) -> [DataVersion],
        archiveData:
            @escaping @Sendable (DataAsset.Name, String?, Bool)
            async throws(ServiceFailure) -> Void,
        putDatastore:
            @escaping @Sendable (DatastorePlan) async throws(ServiceFailure) -> Datastore,
        deleteDatastore: @escaping @Sendable (Datastore.Name) async throws(ServiceFailure) -> Void,
        environments: @escaping @Sendable () async throws(ServiceFailure) -> [AssetVersion],
        environment:
            @escaping @Sendable (String, String?) async throws(ServiceFailure) -> AssetVersion,
        computes: @escaping @Sendable () async throws(ServiceFailure) -> [AssetVersion]
    ) {
        self.putEndpoint = putEndpoint
        self.updateEndpoint = updateEndpoint
        self.setDefault = setDefault
        self.deleteEndpoint = deleteEndpoint
        self.deploymentPlan = deploymentPlan
        self.putDeployment = putDeployment
        self.deleteDeployment = deleteDeployment
        self.putData = putData
        self.dataAssets = dataAssets
        self.dataVersions = dataVersions
        self.archiveData = archiveData
        self.putDatastore = putDatastore
        self.deleteDatastore = deleteDatastore
        self.environments = environments
        self.environment = environment
        self.computes = computes
    }
}
