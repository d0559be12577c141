import BatchModel

extension ControlCalls {
    /// The calls to a service.
    ///
    /// - Parameters:
    ///   - stateFolder: where logs of unfinished uploads lie.
    ///   - isWaiting: whether what the service goes on doing with endpoints and deployments is waited for.
    static func live(
        _ storages: Storages, stateFolder: String, isWaiting: Bool = true
    ) -> ControlCalls {
        let keeper = EndpointKeeper(catalogue: storages.catalogue, isWaiting: isWaiting)
        let assets = AssetPublisher(storages: storages, stateFolder: stateFolder)
        let deployments = DeploymentPublisher(assets: assets, isWaiting: isWaiting)
        let data = DataPublisher(assets: assets)
        var calls = ControlCalls(
            putEndpoint: { endpoint throws(ServiceFailure) in try await keeper.put(endpoint) },
            updateEndpoint: { endpoint throws(ServiceFailure) in
                try await keeper.update(endpoint)
            },
            setDefault: { endpoint, name throws(ServiceFailure) in
                try await keeper.setDefault(endpoint, name)
            },
            deleteEndpoint: { name throws(ServiceFailure) in try await keeper.delete(name) },
            deploymentPlan: { endpoint, name throws(ServiceFailure) in
                try await deployments.plan(endpoint, name)
            },
            putDeployment: { plan, report throws(ServiceFailure) in
                try await deployments.put(plan, report)
            },
            deleteDeployment: { endpoint, name throws(ServiceFailure) in
                try await deployments.delete(endpoint, name)
            },
            putData: { plan, report throws(ServiceFailure) in try await data.put(plan, report) },
            dataAssets: { view throws(ServiceFailure) in
                try await assets.catalogue.dataAssets(view)
            },
            dataVersions: { name, view throws(ServiceFailure) in
                try await assets.catalogue.dataVersions(name, view)
            },
            archiveData: { name, version, isArchived throws(ServiceFailure) in
                try await data.archive(name, version, isArchived)
            },
            putDatastore: { plan throws(ServiceFailure) in try await data.put(plan) },
            deleteDatastore: { name throws(ServiceFailure) in try await data.delete(name) },
            environments: { () throws(ServiceFailure) in try await assets.environments() },
            environment: { name, version throws(ServiceFailure) in
                try await assets.environment(name, version)
            },
            computes: { () throws(ServiceFailure) in try await assets.computes() })
        calls.withoutWaiting = { live(storages, stateFolder: stateFolder, isWaiting: false) }
        return calls
    }
}
