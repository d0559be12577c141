/// `properties` of a job as management answers it (CONTRACT §3).
///
/// A service answers null for `inputs`, `outputs` and `jobs` of batch runs; the engine puts what a view wants beyond the
/// contract into `properties.properties`, under keys of its own, where any client may ignore it.
public struct WireJob: Codable, Sendable {
    /// The tag that names the deployment (ES §5.1).
    public static let deploymentTag = "azureml.deploymentname"
    /// The property that names the endpoint (ES §5.1).
    public static let endpointKey = "azureml.endpointname"
    /// The tag that carries a client's submission id.
    public static let submissionTag = "batchdeck.submission"
    /// The engine's own: states with times, `Preparing=2026-…Z;Running=2026-…Z`.
    public static let timelineKey = "batchdeck.timeline"
    /// The engine's own: `processed/total/failed/items`, counts that are not known left empty.
    public static let progressKey = "batchdeck.progress"
    /// The engine's own prefix of inputs as sent: `batchdeck.input.wine_data`.
    public static let inputPrefix = "batchdeck.input."
    /// The engine's own prefix of outputs as asked for.
    public static let outputPrefix = "batchdeck.output."
    /// The engine's own: where the score of a model job lies once it is completed.
    public static let scoreKey = "batchdeck.score"
    /// The engine's own: the error text of a failed job.
    public static let errorKey = "batchdeck.error"

    /// `Pipeline`, whatever the deployment's kind.
    public var jobType: String?
    /// The status word.
    public var status: String?
    /// What people call it.
    public var displayName: String?
    /// The experiment.
    public var experimentName: String?
    /// Free text.
    public var description: String?
    /// Never null for the official client.
    public var tags: WireTexts?
    /// Never null for the official client.
    public var properties: WireTexts?
    /// Never null for the official client.
    public var services: JSONValue?
    /// True once archived.
    public var isArchived: Bool?

    /// What a service answers for a job.
    public static func resource(of job: Job, in scope: WorkspaceScope) -> WireResource<WireJob> {
        var wire = WireJob()
        wire.jobType = "Pipeline"
        wire.status = job.status.rawValue
        wire.displayName = job.displayName
        wire.experimentName = job.experimentName
        wire.tags = WireTexts(job.tags)
        wire.properties = WireTexts(job.properties.merging(extras(of: job)) { _, new in new })
        wire.services = .object([:])
        wire.isArchived = job.isArchived
        wire.description = job.summary
        return WireResource(
            id: "\(scope.armID)/jobs/\(job.id)", name: job.id.rawValue, type: WireType.job,
            properties: wire, systemData: WireSystemData(createdAt: job.createdAt?.iso8601))
    }

    /// What a view wants beyond the contract, as properties.
    public static func extras(of job: Job) -> [String: String] {
        var extras: [String: String] = [:]
        extras[endpointKey] = job.endpoint?.rawValue
        extras[errorKey] = job.errorMessage
        if !job.timeline.isEmpty {
            extras[timelineKey] = job.timeline.map { "\($0.status)=\($0.at.iso8601)" }
                .joined(separator: ";")
        }
        if let progress = job.progress {
            let total = progress.totalMiniBatches.map(String.init) ?? ""
            let failed = progress.failedItems.map(String.init) ?? ""
            let items = progress.totalItems.map(String.init) ?? ""
            extras[progressKey] = "\(progress.processedMiniBatches)/\(total)/\(failed)/\(items)"
        }
        for (name, value) in job.inputs { extras[inputPrefix + name] = value }
        for (name, value) in job.outputs { extras[outputPrefix + name] = value }
        return extras
    }

    /// Takes what `extras(of:)` put in out again.
    static func readExtras(into job: inout Job) {
        if job.timeline.isEmpty, let text = job.properties[timelineKey] {
            job.timeline = text.split(separator: ";").compactMap { item in
                let pair = item.split(separator: "=", maxSplits: 1)
                guard pair.count == 2, let at = Timestamp(iso8601: String(pair[1])) else {
                    return nil
                }
                return StatusChange(status: JobStatus(rawValue: String(pair[0])), at: at)
            }
        }
        if job.progress == nil, let text = job.properties[progressKey] {
            let counts = text.split(separator: "/", omittingEmptySubsequences: false).map {
                Int($0).flatMap { Progress.counts.contains($0) ? $0 : nil }
            }
            if counts.count == 4, let processed = counts[0] {
                job.progress = Progress(
                    processedMiniBatches: processed, totalMiniBatches: counts[1],
                    failedItems: counts[2], totalItems: counts[3])
            }
        }
        for (key, value) in job.properties {
            if key.hasPrefix(inputPrefix) {
                job.inputs[String(key.dropFirst(inputPrefix.count))] = value
            }
            if key.hasPrefix(outputPrefix) {
                job.outputs[String(key.dropFirst(outputPrefix.count))] = value
            }
        }
        job.errorMessage = job.errorMessage ?? job.properties[errorKey]
        job.endpoint = job.endpoint ?? job.properties[endpointKey].map { Endpoint.Name($0) }
        job.readTimes()
    }
}

extension Job {
    /// Reads a job of management; nil when it has no name or no properties (a child run, CONTRACT §3).
    public init?(_ resource: WireResource<WireJob>) {
        guard let name = resource.name ?? resource.id?.lastSegment, !name.isEmpty,
            let wire = resource.properties
        else { return nil }
        let tags = wire.tags?.values ?? [:]
        self.init(
            id: ID(name), displayName: wire.displayName ?? name,
            deployment: tags[WireJob.deploymentTag].map { Deployment.Name($0) },
            experimentName: wire.experimentName,
            status: JobStatus(rawValue: wire.status ?? "Unknown"),
            createdAt: resource.systemData?.createdAt.flatMap(Timestamp.init(iso8601:)),
            tags: tags, properties: wire.properties?.values ?? [:],
            isArchived: wire.isArchived ?? false, summary: wire.description)
        WireJob.readExtras(into: &self)
    }

    /// Start and end: from the timeline, else from `azureml.pipelines.stages` (ES §5.1).
    fileprivate mutating func readTimes() {
        startedAt = startedAt ?? timeline.first { $0.status == .running }?.at
        endedAt = endedAt ?? timeline.last { $0.status.isTerminal }?.at
        guard startedAt == nil || (endedAt == nil && status.isTerminal),
            let text = properties["azureml.pipelines.stages"],
            let stages = try? WireJSON.decode(JSONValue.self, from: Array(text.utf8))
        else { return }
        let execution = stages["Execution"]
        startedAt =
            startedAt ?? execution?["StartTime"]?.string.flatMap(Timestamp.init(iso8601:))
        endedAt = endedAt ?? execution?["EndTime"]?.string.flatMap(Timestamp.init(iso8601:))
    }
}
