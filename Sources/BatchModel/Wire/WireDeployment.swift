/// `properties` of a batch deployment (CONTRACT §3).
public struct WireDeployment: Codable, Sendable {
    /// Script and folder.
    public struct CodeConfiguration: Codable, Sendable {
        /// The code asset's id.
        public var codeId: String?
        /// The script's file name.
        public var scoringScript: String?

        /// Names a script and the asset it is in.
        public init(codeId: String?, scoringScript: String?) {
            self.codeId = codeId
            self.scoringScript = scoringScript
        }
    }
    /// A reference to an asset.
    public struct AssetReference: Codable, Sendable {
        /// `Id`.
        public var referenceType: String?
        /// The asset's ARM id.
        public var assetId: String?

        /// Refers to an asset by its ARM id.
        public init(assetId: String) {
            referenceType = "Id"
            self.assetId = assetId
        }
    }
    /// Tries and time limit of one mini-batch.
    public struct RetrySettings: Codable, Sendable {
        /// Tries in total (ES §3.6).
        public var maxRetries: Int?
        /// ISO 8601 duration.
        public var timeout: String?
    }
    /// Nodes.
    public struct Resources: Codable, Sendable {
        /// How many.
        public var instanceCount: Int?
    }
    /// What kind of deployment it is.
    public struct Configuration: Codable, Sendable {
        /// `Model` or `PipelineComponent`.
        public var deploymentConfigurationType: String?
        /// The component, for the latter.
        public var componentId: AssetReference?
        /// Text to text, for the latter.
        public var settings: WireTexts?

        /// Describes a kind.
        public init(
            deploymentConfigurationType: String, componentId: AssetReference? = nil,
            settings: WireTexts? = nil
        ) {
            self.deploymentConfigurationType = deploymentConfigurationType
            self.componentId = componentId
            self.settings = settings
        }
    }

    /// Free text.
    public var description: String?
    /// The compute's ARM id or name.
    public var compute: String?
    /// The model's id; null for pipeline components.
    public var model: AssetReference?
    /// Script and folder.
    public var codeConfiguration: CodeConfiguration?
    /// The environment's id.
    public var environmentId: String?
    /// Set for every job.
    public var environmentVariables: WireTexts?
    /// Files per `run()` call.
    public var miniBatchSize: Int?
    /// -1 = no limit.
    public var errorThreshold: Int?
    /// Worker processes per node.
    public var maxConcurrencyPerInstance: Int?
    /// `AppendRow` or `SummaryOnly`.
    public var outputAction: String?
    /// The file that collects rows.
    public var outputFileName: String?
    /// Tries and time limit.
    public var retrySettings: RetrySettings?
    /// `Info`, …
    public var loggingLevel: String?
    /// Nodes.
    public var resources: Resources?
    /// As endpoints, and Scaling.
    public var provisioningState: String?
    /// What kind it is; absent in older answers.
    public var deploymentConfiguration: Configuration?
    /// Free properties; older answers name the component here.
    public var properties: WireTexts?

    /// Describes nothing yet; members that stay nil are left out.
    public init() {}

    /// What a client sends to make or replace a deployment.
    ///
    /// - Parameters:
    ///   - location: the workspace's region.
    ///   - codeConfiguration: the script and the code asset it was uploaded as.
    ///   - environmentID: an ARM id, or a registry's address.
    ///   - modelID: the model's ARM id; nil for pipeline components, whose component is in the deployment's settings.
    public static func body(
        of deployment: Deployment, in scope: WorkspaceScope, location: String,
        codeConfiguration: CodeConfiguration? = nil, environmentID: String? = nil,
        modelID: String? = nil, environmentVariables: [String: String] = [:]
    ) -> WireResource<WireDeployment> {
        var body = resource(
            of: deployment, in: scope, location: location, codeConfiguration: codeConfiguration,
            environmentID: environmentID, modelID: modelID,
            environmentVariables: environmentVariables)
        body.id = nil
        body.name = nil
        body.type = nil
        body.properties?.provisioningState = nil
        return body
    }

    /// What a service answers for a deployment.
    public static func resource(
        of deployment: Deployment, in scope: WorkspaceScope, location: String,
        codeConfiguration: CodeConfiguration? = nil, environmentID: String? = nil,
        modelID: String? = nil, environmentVariables: [String: String] = [:]
    ) -> WireResource<WireDeployment> {
        var wire = WireDeployment()
        wire.description = deployment.summary
        wire.compute = deployment.compute.map {
            $0.hasPrefix("/") ? $0 : "\(scope.armID)/computes/\($0)"
        }
        wire.provisioningState = deployment.provisioningState
        wire.properties = WireTexts()
        wire.codeConfiguration = codeConfiguration
        wire.environmentId = environmentID
        wire.environmentVariables = WireTexts(environmentVariables)
        switch deployment.kind {
        case .model(let settings):
            wire.fill(settings)
            wire.model = modelID.map { AssetReference(assetId: $0) }
            // No configuration: the official client takes every one that is there for a pipeline's and asks for its settings.
            wire.deploymentConfiguration = nil
        case .pipelineComponent(let settings):
            wire.deploymentConfiguration = Configuration(
                deploymentConfigurationType: "PipelineComponent",
                componentId: settings.componentID.map { AssetReference(assetId: $0) },
                settings: WireTexts(settings.settings))
        }
        let id = "\(scope.armID)/batchEndpoints/\(deployment.endpoint)/deployments/"
        return WireResource(
            id: id + deployment.name.rawValue, name: deployment.name.rawValue,
            type: WireType.deployment, location: location, tags: WireTexts(deployment.tags),
            properties: wire)
    }

    private mutating func fill(_ settings: ModelSettings) {
        miniBatchSize = settings.miniBatchSize
        errorThreshold = settings.errorThreshold
        maxConcurrencyPerInstance = settings.maxConcurrencyPerInstance
        outputAction = settings.outputAction == .appendRow ? "AppendRow" : "SummaryOnly"
        outputFileName = settings.outputAction == .appendRow ? settings.outputFileName : nil
        retrySettings = RetrySettings(
            maxRetries: settings.maxRetries, timeout: ISODuration.text(settings.timeout))
        loggingLevel =
            settings.loggingLevel.prefix(1).uppercased() + settings.loggingLevel.dropFirst()
        resources = Resources(instanceCount: settings.instanceCount)
    }

    var isPipelineComponent: Bool {
        if let word = deploymentConfiguration?.deploymentConfigurationType {
            return word.lowercased() == "pipelinecomponent"
        }
        return properties?.values["ComponentDeployment.ComponentId"] != nil && model == nil
    }

    var modelSettings: ModelSettings {
        let byDefault = ModelSettings()
        return ModelSettings(
            miniBatchSize: miniBatchSize ?? byDefault.miniBatchSize,
            maxConcurrencyPerInstance: maxConcurrencyPerInstance
                ?? byDefault.maxConcurrencyPerInstance,
            instanceCount: resources?.instanceCount ?? byDefault.instanceCount,
            maxRetries: retrySettings?.maxRetries ?? byDefault.maxRetries,
            timeout: retrySettings?.timeout.flatMap(ISODuration.read) ?? byDefault.timeout,
            errorThreshold: errorThreshold ?? byDefault.errorThreshold,
            outputAction: outputAction?.lowercased() == "summaryonly" ? .summaryOnly : .appendRow,
            outputFileName: outputFileName ?? byDefault.outputFileName,
            loggingLevel: loggingLevel?.lowercased() ?? byDefault.loggingLevel)
    }
}

extension Deployment {
    /// Reads what a service answered; nil when it has no name.
    ///
    /// - Parameter endpoint: the endpoint that was asked; the answer's id may name it oddly.
    public init?(_ resource: WireResource<WireDeployment>, endpoint: Endpoint.Name) {
        guard let name = resource.name ?? resource.id?.lastSegment, !name.isEmpty else {
            return nil
        }
        let wire = resource.properties ?? WireDeployment()
        let kind: Kind =
            wire.isPipelineComponent
            ? .pipelineComponent(
                PipelineSettings(
                    componentID: wire.deploymentConfiguration?.componentId?.assetId
                        ?? wire.properties?.values["ComponentDeployment.ComponentId"],
                    settings: wire.deploymentConfiguration?.settings?.values ?? [:]))
            : .model(wire.modelSettings)
        self.init(
            name: Name(name), endpoint: endpoint, kind: kind, summary: wire.description,
            compute: wire.compute.map(\.lastSegment),
            provisioningState: wire.provisioningState ?? "Succeeded",
            tags: resource.tags?.values ?? [:])
    }
}

/// ISO 8601 durations, as far as the service uses them: `PT30S`, `PT1H30M`, `P1DT2S`.
public enum ISODuration {
    /// Writes whole seconds, `PT30S`.
    public static func text(_ duration: Duration) -> String {
        "PT\(duration.components.seconds)S"
    }

    /// Reads days, hours, minutes and seconds; nil for anything else, and for what is longer than a century.
    public static func read(_ text: String) -> Duration? {
        var rest = Substring(text.uppercased())
        guard rest.popFirst() == "P" else { return nil }
        var seconds = 0.0
        var digits = ""
        var isTime = false
        while let next = rest.popFirst() {
            if next == "T" {
                isTime = true
            } else if next.isNumber || next == "." {
                digits.append(next)
            } else {
                let units: [Character: Double] =
                    isTime ? ["H": 3600, "M": 60, "S": 1] : ["D": 86_400]
                guard let unit = units[next], let amount = Double(digits) else { return nil }
                seconds += amount * unit
                digits = ""
            }
        }
        guard digits.isEmpty, seconds < 100 * 365 * 86_400 else { return nil }
        return .milliseconds(Int64(seconds * 1000))
    }
}
