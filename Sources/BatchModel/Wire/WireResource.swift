/// The envelope around every management resource (CONTRACT §3).
public struct WireResource<Properties: Codable & Sendable>: Codable, Sendable {
    /// The ARM id.
    public var id: String?
    /// The resource's name.
    public var name: String?
    /// `Microsoft.MachineLearningServices/workspaces/…`.
    public var type: String?
    /// The region, for tracked resources.
    public var location: String?
    /// Tags, for tracked resources.
    public var tags: WireTexts?
    /// What the resource is.
    public var properties: Properties?
    /// Who made it and when.
    public var systemData: WireSystemData?

    /// Wraps a resource's properties.
    public init(
        id: String?, name: String?, type: String?, location: String? = nil,
        tags: WireTexts? = nil, properties: Properties?, systemData: WireSystemData? = nil
    ) {
        self.id = id
        self.name = name
        self.type = type
        self.location = location
        self.tags = tags
        self.properties = properties
        self.systemData = systemData
    }
}

/// Who made a resource and when.
public struct WireSystemData: Codable, Sendable, Hashable {
    /// ISO 8601.
    public var createdAt: String?
    /// A name, free text.
    public var createdBy: String?
    /// ISO 8601.
    public var lastModifiedAt: String?

    /// Notes who and when.
    public init(createdAt: String?, createdBy: String? = nil, lastModifiedAt: String? = nil) {
        self.createdAt = createdAt
        self.createdBy = createdBy
        self.lastModifiedAt = lastModifiedAt
    }
}

/// A page of a list (CONTRACT §2.1).
public struct WirePage<Item: Codable & Sendable>: Codable, Sendable {
    /// The items; an empty page with a next link is legal.
    public var value: [Item]
    /// The absolute address of the next page; nil on the last one. Opaque.
    public var nextLink: String?
    /// Run history's way to say that there is more.
    public var continuationToken: String?
    /// How long the whole list is: our engine's addition, absent elsewhere.
    public var total: Int?

    enum CodingKeys: String, CodingKey {
        case value, nextLink, continuationToken
        case total = "batchdeck.total"
    }

    /// Reads a page; `"value": null` is an empty one, and an answer without `value` is no page.
    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        let isNull = members.contains(.value) ? try members.decodeNil(forKey: .value) : false
        value = isNull ? [] : try members.decode([Item].self, forKey: .value)
        nextLink = try members.decodeIfPresent(String.self, forKey: .nextLink)
        continuationToken = try members.decodeIfPresent(String.self, forKey: .continuationToken)
        total = try members.decodeIfPresent(Int.self, forKey: .total)
    }

    /// Makes a page.
    public init(value: [Item], nextLink: String? = nil, total: Int? = nil) {
        self.value = value
        self.nextLink = nextLink
        self.total = total
    }
}

/// The types under `type` of a resource.
public enum WireType {
    /// A workspace.
    public static let workspace = "Microsoft.MachineLearningServices/workspaces"
    /// A batch endpoint.
    public static let endpoint = workspace + "/batchEndpoints"
    /// A deployment of a batch endpoint.
    public static let deployment = endpoint + "/deployments"
    /// A job as the data plane answers it.
    public static let endpointJob = deployment + "/jobs"
    /// A datastore.
    public static let datastore = workspace + "/datastores"
    /// A data asset's container.
    public static let data = workspace + "/data"
    /// A data asset's version.
    public static let dataVersion = data + "/versions"
    /// A compute.
    public static let compute = workspace + "/computes"
    /// The type of a container of versions, or of one of its versions.
    public static func asset(_ kind: Route.AssetKind, isVersion: Bool) -> String {
        workspace + "/" + kind.rawValue + (isVersion ? "/versions" : "")
    }
    /// A job as management answers it.
    public static let job = workspace + "/jobs"
}

/// The error envelope (CONTRACT §9). Some refusals are plain text instead: see `ServiceFailure`.
public struct WireError: Codable, Sendable {
    /// The part that matters.
    public struct Body: Codable, Sendable {
        /// Coarse: branch on the HTTP status.
        public var code: String?
        /// For a person.
        public var message: String?
        /// Finer messages.
        public var details: [Detail]?
        /// Correlation ids and the chain of inner error codes.
        public var additionalInfo: [Info]?
        /// Older shape of the inner error.
        public var innerError: JSONValue?
    }
    /// A finer message.
    public struct Detail: Codable, Sendable {
        /// The finer code.
        public var code: String?
        /// For a person; may itself hold JSON.
        public var message: String?
    }
    /// A typed extra.
    public struct Info: Codable, Sendable {
        /// `Correlation`, `InnerError`, …
        public var type: String?
        /// `{"value": …}`.
        public var info: JSONValue?
    }

    /// The only member.
    public var error: Body

    /// Makes an error answer.
    public init(
        code: String, message: String, details: [(code: String, message: String)] = [],
        innerCode: String? = nil
    ) {
        var info: [Info]?
        if let innerCode {
            info = [
                Info(
                    type: "InnerError",
                    info: .object(["value": .object(["code": .string(innerCode)])]))
            ]
        }
        error = Body(
            code: code, message: message,
            details: details.map { Detail(code: $0.code, message: $0.message) },
            additionalInfo: info, innerError: nil)
    }

    /// Message, then each detail, in one paragraph.
    public var text: String {
        let parts = [error.message] + (error.details ?? []).map(\.message)
        var seen = Set<String>()
        return parts.compactMap { $0 }.filter { !$0.isEmpty && seen.insert($0).inserted }
            .joined(separator: " ")
    }

    /// The innermost code of the InnerError chain, else the finest code given.
    public var finestCode: String? {
        let chain = error.additionalInfo?.first { $0.type == "InnerError" }?.info?["value"]
        var innermost: String?
        var link = chain ?? error.innerError
        while let here = link, here != .null {
            innermost = here["code"]?.string ?? innermost
            link = here["innerError"]
        }
        return innermost ?? error.details?.compactMap(\.code).first ?? error.code
    }
}
