import BatchModel

extension ControlCalls {
    /// Calls that fail loudly, each naming itself.
    public static var unimplemented: ControlCalls {
        typealias Client = BatchClient
        return ControlCalls(
            putEndpoint: { _ throws(ServiceFailure) in throw Client.unswapped("putEndpoint") },
            updateEndpoint: { _ throws(ServiceFailure) in
                throw Client.unswapped("updateEndpoint")
            },
            setDefault: { _, _ throws(ServiceFailure) in throw Client.unswapped("setDefault") },
            deleteEndpoint: { _ throws(ServiceFailure) in
                throw Client.unswapped("deleteEndpoint")
            },
            deploymentPlan: { _, _ throws(ServiceFailure) in
                throw Client.unswapped("deploymentPlan")
            },
            putDeployment: { _, _ throws(ServiceFailure) in
                throw Client.unswapped("putDeployment")
            },
            deleteDeployment: { _, _ throws(ServiceFailure) in
                throw Client.unswapped("deleteDeployment")
            },
            putData: { _, _ throws(ServiceFailure) in throw Client.unswapped("putData") },
            dataAssets: { _ throws(ServiceFailure) in throw Client.unswapped("dataAssets") },
            dataVersions: { _, _ throws(ServiceFailure) in
                throw Client.unswapped("dataVersions")
            },
            archiveData: { _, _, _ throws(ServiceFailure) in
                throw Client.unswapped("archiveData")
            },
            putDatastore: { _ throws(ServiceFailure) in throw Client.unswapped("putDatastore") },
            deleteDatastore: { _ throws(ServiceFailure) in
                throw Client.unswapped("deleteDatastore")
            },
            environments: { () throws(ServiceFailure) in throw Client.unswapped("environments") },
            environment: { _, _ throws(ServiceFailure) in
                throw Client.unswapped("environment")
            },
            computes: { () throws(ServiceFailure) in throw Client.unswapped("computes") })
    }
}
