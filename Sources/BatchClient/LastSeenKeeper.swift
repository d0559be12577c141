import BatchModel

/// Keeps the file of what was last seen up to date.
///
/// The cache is a convenience: where it cannot be written the console merely begins with an empty screen, so a failure to
/// write is not handed on.
actor LastSeenKeeper {
    private let cacheFolder: String
    private let surroundings: ClientSurroundings
    private var kept: [String: LastSeen] = [:]

    init(cacheFolder: String, surroundings: ClientSurroundings) {
        self.cacheFolder = cacheFolder
        self.surroundings = surroundings
    }

    /// What was last seen of a context.
    func seen(_ context: String) -> LastSeen? {
        kept[context] ?? LastSeenFile.load(cacheFolder: cacheFolder, context: context)
    }

    /// Notes the endpoints.
    func note(_ endpoints: [Endpoint], _ info: ConnectionInfo) {
        change(info) { seen in
            seen.endpoints = endpoints
            let names = Set(endpoints.map(\.name))
            seen.deployments.removeAll { !names.contains($0.endpoint) }
        }
    }

    /// Notes the deployments of one endpoint.
    func note(_ deployments: [Deployment], of endpoint: Endpoint.Name, _ info: ConnectionInfo) {
        change(info) { seen in
            seen.deployments.removeAll { $0.endpoint == endpoint }
            seen.deployments += deployments
        }
    }

    /// Notes the newest jobs of the workspace.
    func note(_ page: JobPage, _ info: ConnectionInfo) {
        change(info) { $0.jobs = page }
    }

    // The same names again are not written: they are listed at every tab key, where nobody waits for a disk.

    /// Notes the data assets.
    func note(_ assets: [DataAsset], _ info: ConnectionInfo) {
        let names = Array(assets.prefix(LastSeenFile.nameLimit).map(\.name))
        guard seen(info.context)?.dataAssets != names else { return }
        change(info) { $0.dataAssets = names }
    }

    /// Notes the datastores.
    func note(_ datastores: [Datastore], _ info: ConnectionInfo) {
        let names = Array(datastores.prefix(LastSeenFile.nameLimit).map(\.name))
        guard seen(info.context)?.datastores != names else { return }
        change(info) { $0.datastores = names }
    }

    private func change(_ info: ConnectionInfo, _ change: (inout LastSeen) -> Void) {
        let now = surroundings.now()
        let empty = LastSeen(
            asOf: now, connection: info, endpoints: [], deployments: [],
            jobs: JobPage(
                start: 0, jobs: [], total: nil, hasMore: false, asOf: now, source: ""))
        var seen = seen(info.context) ?? empty
        seen.connection = info
        change(&seen)
        seen.asOf = now
        kept[info.context] = seen
        do {
            try LastSeenFile.save(seen, cacheFolder: cacheFolder, context: info.context)
        } catch {
            // Nothing is lost but a head start; the next change tries again.
            return
        }
    }
}
