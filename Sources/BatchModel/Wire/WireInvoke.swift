/// The body of an invoke request (CONTRACT §4): sent in camelCase, read without regard to case.
public struct WireInvoke: Sendable, Hashable {
    /// One input.
    public struct Input: Sendable, Hashable {
        /// `UriFolder`, `UriFile`, `Literal`, … in either spelling.
        public var type: DataType
        /// True for a literal.
        public var isLiteral: Bool
        /// The address of a data input.
        public var uri: String?
        /// The value of a literal, in whatever JSON it came (CONTRACT §5.2).
        public var value: JSONValue?
        /// How a data input is got at, in either spelling.
        public var mode: String?

        /// A data input.
        public init(type: DataType, uri: String, mode: String? = nil) {
            self.type = type
            isLiteral = false
            self.uri = uri
            self.mode = mode
        }

        /// A literal.
        public init(literal: JSONValue) {
            type = .string
            isLiteral = true
            value = literal
        }
    }

    /// One output that was given a place.
    public struct Output: Sendable, Hashable {
        /// `UriFile` or `UriFolder`.
        public var type: DataType
        /// Where it shall go.
        public var uri: String?
        /// How it is written, in either spelling.
        public var mode: String?

        /// Places an output.
        public init(type: DataType, uri: String?, mode: String? = nil) {
            self.type = type
            self.uri = uri
            self.mode = mode
        }
    }

    /// Inputs by exact name.
    public var inputs: [String: Input]
    /// Outputs by exact name.
    public var outputs: [String: Output]
    /// Settings this job changes.
    public var overrides: JobDraft.Overrides
    /// The display name.
    public var name: String?
    /// The experiment; honoured for pipeline component deployments only.
    public var experimentName: String?
    /// Tags.
    public var tags: [String: String]

    /// Makes a request.
    public init(
        inputs: [String: Input] = [:], outputs: [String: Output] = [:],
        overrides: JobDraft.Overrides = .init(), name: String? = nil,
        experimentName: String? = nil, tags: [String: String] = [:]
    ) {
        self.inputs = inputs
        self.outputs = outputs
        self.overrides = overrides
        self.name = name
        self.experimentName = experimentName
        self.tags = tags
    }

    /// Reads a body; nil when there is no `properties` object. Unknown members are ignored (CONTRACT §4).
    public init?(_ body: JSONValue) {
        guard let properties = body["properties"], properties.members != nil else { return nil }
        self.init()
        for (name, input) in properties["inputData"]?.members ?? [:] {
            let type = input["jobInputType"]?.string ?? "UriFolder"
            inputs[name] =
                type.lowercased() == "literal"
                ? Input(literal: input["value"] ?? .null)
                : Input(
                    type: DataType(rawValue: type), uri: input["uri"]?.string ?? "",
                    mode: input["mode"]?.string)
        }
        for (name, output) in properties["outputData"]?.members ?? [:] {
            outputs[name] = Output(
                type: DataType(rawValue: output["jobOutputType"]?.string ?? "UriFolder"),
                uri: output["uri"]?.string, mode: output["mode"]?.string)
        }
        overrides = Self.overrides(in: properties)
        name = properties["name"]?.string
        experimentName = properties["properties"]?["experimentName"]?.string
        tags = (properties["tags"]?.members ?? [:]).mapValues(\.text)
    }

    private static func overrides(in properties: JSONValue) -> JobDraft.Overrides {
        let retry = properties["retrySettings"]
        let timeout = retry?["timeout"]
        return JobDraft.Overrides(
            miniBatchSize: properties["miniBatchSize"]?.wholeNumber,
            instanceCount: properties["compute"]?["instanceCount"]?.wholeNumber,
            maxRetries: retry?["maxRetries"]?.wholeNumber,
            timeout: timeout?.wholeNumber.map { .seconds($0) }
                ?? timeout?.string.flatMap(ISODuration.read),
            errorThreshold: properties["errorThreshold"]?.wholeNumber,
            outputFileName: properties["outputFileName"]?.string)
    }

    /// The body to send.
    public var json: JSONValue {
        var members: [String: JSONValue] = [:]
        members["inputData"] = .object(inputs.mapValues(Self.json))
        if !outputs.isEmpty { members["outputData"] = .object(outputs.mapValues(Self.json)) }
        if let name { members["name"] = .string(name) }
        if !tags.isEmpty { members["tags"] = .object(tags.mapValues { .string($0) }) }
        if let experimentName {
            members["properties"] = .object(["experimentName": .string(experimentName)])
        }
        func whole(_ value: Int) -> JSONValue { .integer(Int64(value)) }
        members["miniBatchSize"] = overrides.miniBatchSize.map(whole)
        members["errorThreshold"] = overrides.errorThreshold.map(whole)
        members["outputFileName"] = overrides.outputFileName.map { .string($0) }
        members["compute"] = overrides.instanceCount.map {
            .object(["instanceCount": whole($0)])
        }
        var retry: [String: JSONValue] = [:]
        retry["maxRetries"] = overrides.maxRetries.map(whole)
        retry["timeout"] = overrides.timeout.map { .string(ISODuration.text($0)) }
        if !retry.isEmpty { members["retrySettings"] = .object(retry) }
        return .object(["properties": .object(members)])
    }

    private static func json(_ input: Input) -> JSONValue {
        guard !input.isLiteral else {
            return .object(["jobInputType": .string("Literal"), "value": input.value ?? .null])
        }
        var members: [String: JSONValue] = [
            "jobInputType": .string(input.type.wireName), "uri": .string(input.uri ?? ""),
        ]
        members["mode"] = input.mode.map { .string($0) }
        return .object(members)
    }

    private static func json(_ output: Output) -> JSONValue {
        var members: [String: JSONValue] = ["jobOutputType": .string(output.type.wireName)]
        members["uri"] = output.uri.map { .string($0) }
        members["mode"] = output.mode.map { .string($0) }
        return .object(members)
    }
}

/// `properties` of the answer to an invoke, and of a job read through the data plane (CONTRACT §4.2).
public struct WireEndpointJob: Codable, Sendable {
    /// First value seen: `Preparing`.
    public var status: String?
    /// `Succeeded`.
    public var provisioningState: String?
    /// The display name, not the job's name.
    public var name: String?
    /// Inputs as taken.
    public var inputData: JSONValue?
    /// Outputs as taken; do not trust it for pipeline deployments (ES §5.1).
    public var outputData: JSONValue?
    /// The compute's id under `target`.
    public var compute: JSONValue?
    /// `{"datastoreId": null, "path": null}`.
    public var output: JSONValue?
    /// The studio's address.
    public var interactionEndpoints: JSONValue?
    /// Tags, `azureml.deploymentname` among them.
    public var tags: WireTexts?
    /// Properties.
    public var properties: WireTexts?

    /// Starts an empty answer.
    public init() {}
}

extension Job {
    /// Reads a job of the data plane; nil when it has no name.
    ///
    /// The id's last segment is the job's name; nothing else in the id is to be trusted (CONTRACT §4.2).
    public init?(_ resource: WireResource<WireEndpointJob>, endpoint: Endpoint.Name?) {
        guard let name = resource.name ?? resource.id?.lastSegment, !name.isEmpty else {
            return nil
        }
        let wire = resource.properties
        let tags = wire?.tags?.values ?? [:]
        let properties = wire?.properties?.values ?? [:]
        self.init(
            id: ID(name), displayName: wire?.name ?? name,
            endpoint: endpoint ?? properties[WireJob.endpointKey].map { Endpoint.Name($0) },
            deployment: tags[WireJob.deploymentTag].map { Deployment.Name($0) },
            status: JobStatus(rawValue: wire?.status ?? "Unknown"),
            createdAt: resource.systemData?.createdAt.flatMap(Timestamp.init(iso8601:)),
            tags: tags, properties: properties)
        WireJob.readExtras(into: &self)
    }
}
