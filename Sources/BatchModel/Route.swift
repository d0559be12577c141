// One route table for both sides of the wire.
//
// A `Route` says what is asked for; `RouteRequest` is its method, path and query. The client prints a route, the engine
// parses it back, and a test sends every case around the circle. What only a body or a header says (a job's draft, the
// deployment header, a byte range) is not part of a route.
//
// The service spreads its routes over several hosts (CONTRACT §1). A route knows its plane; whoever sends it knows the
// plane's base address. The engine serves all planes from one listener, told apart by the first path segment, and blob
// storage by its own host name, as on Azure.

/// A request line: method, path and query, decoded.
public struct RouteRequest: Sendable, Hashable {
    /// The methods the contract uses.
    public enum Method: String, Sendable, Hashable, Codable, CaseIterable {
        case get = "GET"
        case head = "HEAD"
        case put = "PUT"
        case post = "POST"
        case patch = "PATCH"
        case delete = "DELETE"
    }

    /// One name and value of the query, decoded.
    public struct QueryItem: Sendable, Hashable {
        /// The name.
        public var name: String
        /// The value; empty when there was none.
        public var value: String

        /// Names a query value.
        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// The method.
    public var method: Method
    /// Path segments below the plane's base, decoded. A trailing slash is an empty last segment.
    public var path: [String]
    /// Query items in order, decoded.
    public var query: [QueryItem]

    /// Describes a request line.
    public init(_ method: Method, _ path: [String], query: [QueryItem] = []) {
        self.method = method
        self.path = path
        self.query = query
    }

    /// The first value of a query name, compared without case.
    public func value(of name: String) -> String? {
        let wanted = name.lowercased()
        return query.first { $0.name.lowercased() == wanted }?.value
    }

    /// Path and query, encoded, with a leading slash.
    public var target: String {
        let encodedPath = "/" + path.map { PercentEncoding.encode($0) }.joined(separator: "/")
        guard !query.isEmpty else { return encodedPath }
        let items = query.map {
            PercentEncoding.encode($0.name, keeping: "$")
                + ($0.value.isEmpty ? "" : "=" + PercentEncoding.encode($0.value, keeping: "/:"))
        }
        return encodedPath + "?" + items.joined(separator: "&")
    }

    /// Takes an encoded target apart.
    ///
    /// - Returns: nil for a broken escape, bytes that are not UTF-8, or a target without a leading slash.
    public init?(method: Method, target: String) {
        guard target.hasPrefix("/") else { return nil }
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        var path: [String] = []
        for segment in parts[0].dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        {
            guard let decoded = PercentEncoding.decode(segment) else { return nil }
            path.append(decoded)
        }
        var query: [QueryItem] = []
        if parts.count == 2 {
            for item in parts[1].split(separator: "&") {
                let pair = item.split(
                    separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                guard let name = PercentEncoding.decode(pair[0]),
                    let value = PercentEncoding.decode(pair.count == 2 ? pair[1] : "")
                else { return nil }
                query.append(QueryItem(name, value))
            }
        }
        self.init(method, path == [""] ? [] : path, query: query)
    }
}

/// Which of the service's hosts a route belongs to (CONTRACT §1).
public enum Plane: String, Sendable, Hashable, Codable, CaseIterable {
    /// Cloud metadata and discovery: no sign-in.
    case open
    /// Azure Resource Manager.
    case management
    /// The endpoint's own scoring address.
    case scoring
    /// Job lists per endpoint.
    case frontEnd
    /// Children, details and outputs of runs.
    case history
    /// Addresses of data assets.
    case dataPlane
    /// Blob storage.
    case storage
}

/// Everything the service can be asked for, as far as batchdeck asks (CONTRACT §2, §4, §6, §7).
public enum Route: Sendable, Hashable {
    /// The list of clouds (CONTRACT §1.2).
    case cloudMetadata
    /// Base addresses of the planes, by workspace region.
    case discovery
    /// A call of Azure Resource Manager below a workspace.
    case management(WorkspaceScope, Management)
    /// Where a cancel's `Location` leads: 202 until it is through, then 200 (CONTRACT §2.2).
    case operationResult(subscriptionID: String, region: String, operation: String)
    /// Where `Azure-AsyncOperation` of a create or delete leads: how far it is (CONTRACT §2.2).
    case operationStatus(subscriptionID: String, region: String, operation: String)
    /// A call below an endpoint's scoring address.
    case scoring(Endpoint.Name, Scoring)
    /// A job list per endpoint.
    case frontEnd(WorkspaceScope, FrontEnd)
    /// A call of run history.
    case history(WorkspaceScope, History)
    /// Turns asset ids into addresses.
    case resolveURIs(WorkspaceScope)
    /// Frees space in a local engine's state; the engine's own, no other service has it.
    case clean
    /// Looks for jobs by a filter; the engine's own, too.
    case searchJobs
    /// A call on one container of blob storage.
    case storage(container: String, Storage)

    /// The host it belongs to.
    public var plane: Plane {
        switch self {
        case .cloudMetadata, .discovery: .open
        case .management, .operationResult, .operationStatus, .clean, .searchJobs:
            .management
        case .scoring: .scoring
        case .frontEnd: .frontEnd
        case .history: .history
        case .resolveURIs: .dataPlane
        case .storage: .storage
        }
    }
}

/// Where a page begins and how long it may be.
public struct PageQuery: Sendable, Hashable {
    /// The service's opaque place, or a count of items to skip; nil for the first page.
    public var skip: String?
    /// How many items are wanted at most; nil for the service's own.
    public var count: Int?
    /// Whether archived items are wanted.
    public var view: ListView

    /// Asks for a page.
    public init(skip: String? = nil, count: Int? = nil, view: ListView = .active) {
        self.skip = skip
        self.count = count
        self.view = view
    }

    var items: [RouteRequest.QueryItem] {
        var items: [RouteRequest.QueryItem] = []
        if let count { items.append(.init("$top", String(count))) }
        if let skip { items.append(.init("$skip", skip)) }
        return items
    }

    init(_ request: RouteRequest) {
        skip = request.value(of: "$skipToken") ?? request.value(of: "$skip")
        count = (request.value(of: "$top") ?? request.value(of: "count")).flatMap { Int($0) }
        view = ListView(word: request.value(of: "listViewType"))
    }
}

extension Route {
    /// Calls below a workspace in Azure Resource Manager (CONTRACT §2).
    public enum Management: Sendable, Hashable {
        case workspace
        case endpoints(PageQuery)
        case endpoint(Endpoint.Name)
        case deployments(Endpoint.Name, PageQuery)
        case deployment(Endpoint.Name, Deployment.Name)
        /// `onlyDefault` asks for the default datastore alone.
        case datastores(PageQuery, onlyDefault: Bool)
        case datastore(Datastore.Name)
        case datastoreSecrets(Datastore.Name)
        case dataAssets(PageQuery)
        case dataAsset(DataAsset.Name)
        case dataVersions(DataAsset.Name, PageQuery)
        case dataVersion(DataAsset.Name, version: String)
        case putDataVersion(DataAsset.Name, version: String)
        /// The version a label stands for; `latest` is the one created last.
        case labelledData(DataAsset.Name, label: String)
        case assets(AssetKind, Assets)
        case computes(PageQuery)
        case compute(String)
        case change(Change)
        case jobs(PageQuery, tag: String?)
        case job(Job.ID)
        case cancelJob(Job.ID)
        /// The whole job as it shall be.
        case putJob(Job.ID)
        /// What shall be different of a job.
        case patchJob(Job.ID)
    }

    /// Calls that make, change or take away what a workspace holds (CONTRACT §2, §2.2).
    public enum Change: Sendable, Hashable {
        /// The body is a whole `WireResource<WireEndpoint>`: what it leaves out is taken away.
        case putEndpoint(Endpoint.Name)
        /// The body holds only what changes: `tags`, and of `properties` description and defaults.
        case patchEndpoint(Endpoint.Name)
        case deleteEndpoint(Endpoint.Name)
        /// The body is a whole `WireResource<WireDeployment>`.
        case putDeployment(Endpoint.Name, Deployment.Name)
        /// The body holds only what changes: `tags`, and the description of `properties`.
        case patchDeployment(Endpoint.Name, Deployment.Name)
        case deleteDeployment(Endpoint.Name, Deployment.Name)
        /// The body is a `WireResource<WireDatastore>`; whether the store is there is not looked at.
        case putDatastore(Datastore.Name)
        case deleteDatastore(Datastore.Name)
        /// The body is a `WireResource<WireDataContainer>`: archives or restores all versions at once.
        case putDataAsset(DataAsset.Name)
        /// Takes all versions away.
        case deleteDataAsset(DataAsset.Name)
        case deleteDataVersion(DataAsset.Name, version: String)
        /// The body is a `WireResource<WireCompute>`.
        case putCompute(String)
        case deleteCompute(String)
    }

    /// Assets that are addressed alike, by name and version; raw values are the words in paths.
    public enum AssetKind: String, Sendable, Hashable, Codable, CaseIterable {
        case models
        case environments
        case codes
        case components
    }

    /// Calls on one kind of named and versioned assets: `models/{name}/versions/{version}`.
    public enum Assets: Sendable, Hashable {
        /// All names; a page of `WireResource<WireDataContainer>`.
        case list(PageQuery)
        /// One name: its latest and next version.
        case container(String)
        /// Archives or restores all versions at once.
        case putContainer(String)
        /// Takes all versions away.
        case deleteContainer(String)
        /// All versions of a name, newest first; `hash` asks for those of one content (codes only).
        case versions(String, PageQuery, hash: String? = nil)
        case version(name: String, version: String)
        case putVersion(name: String, version: String)
        case deleteVersion(name: String, version: String)
        /// The version a label stands for; `latest` is the one created last.
        case labelled(name: String, label: String)
        /// Asks for a place to upload a version's files to, and a signature for it.
        case startUpload(name: String, version: String)
    }

    /// Calls below an endpoint's scoring address (CONTRACT §4).
    public enum Scoring: Sendable, Hashable {
        case invoke
        case job(Job.ID)
    }

    /// Job lists per endpoint or deployment (CONTRACT §4.3).
    public enum FrontEnd: Sendable, Hashable {
        case jobs(Endpoint.Name, Deployment.Name?, PageQuery)
    }

    /// Calls of run history (CONTRACT §7).
    public enum History: Sendable, Hashable {
        case run(String)
        case children(String, PageQuery)
        case details(String)
        /// The body names the run.
        case runData
        /// The newest value of every counter a run has logged.
        case counters(String)
        /// What shall be different of a run: the official client archives this way.
        case modify(experiment: String, run: String)
    }

    /// Calls on one container of blob storage (CONTRACT §6.1).
    public enum Storage: Sendable, Hashable {
        /// On no container: the account's containers.
        case listContainers(BlobListQuery)
        case createContainer
        case containerProperties
        case deleteContainer
        case list(BlobListQuery)
        case properties(blob: String)
        case read(blob: String)
        case put(blob: String)
        case putBlock(blob: String, id: String)
        case putBlockList(blob: String)
        case putMetadata(blob: String)
        case putProperties(blob: String)
        case delete(blob: String)
    }
}

/// What to list in a container.
public struct BlobListQuery: Sendable, Hashable {
    /// Only names that begin so.
    public var prefix: String
    /// `/` to see folders instead of everything below them.
    public var delimiter: String?
    /// The service's opaque place; nil for the first page.
    public var marker: String?
    /// How many names are wanted at most; 5,000 unless given.
    public var limit: Int?
    /// True to get each blob's metadata too.
    public var includesMetadata: Bool

    /// Asks for a page of names.
    public init(
        prefix: String = "", delimiter: String? = nil, marker: String? = nil, limit: Int? = nil,
        includesMetadata: Bool = false
    ) {
        self.prefix = prefix
        self.delimiter = delimiter
        self.marker = marker
        self.limit = limit
        self.includesMetadata = includesMetadata
    }
}
