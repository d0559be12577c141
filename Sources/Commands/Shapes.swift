import BatchEngine
import BatchModel

// What each noun looks like in JSON: the names `az ml` users know, in snake_case. This is the stable surface of `-o json`.

extension JSONValue {
    /// Text, or null.
    static func optional(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }

    /// A whole number, or null.
    static func optional(_ number: Int?) -> JSONValue {
        number.map { .integer(Int64($0)) } ?? .null
    }

    /// Texts by name.
    static func texts(_ values: [String: String]) -> JSONValue {
        .object(values.mapValues { .string($0) })
    }
}

enum Shapes {
    static func endpoint(_ endpoint: Endpoint) -> JSONValue {
        .object([
            "name": .string(endpoint.name.rawValue), "description": .optional(endpoint.summary),
            "auth_mode": .string(endpoint.authMode),
            "defaults": .object([
                "deployment_name": .optional(endpoint.defaultDeployment?.rawValue)
            ]), "scoring_uri": .optional(endpoint.scoringURI),
            "provisioning_state": .string(endpoint.provisioningState),
            "tags": .texts(endpoint.tags),
        ])
    }

    static func deployment(_ deployment: Deployment, isDefault: Bool) -> JSONValue {
        var members: [String: JSONValue] = [
            "name": .string(deployment.name.rawValue),
            "endpoint_name": .string(deployment.endpoint.rawValue),
            "description": .optional(deployment.summary),
            "compute": .optional(deployment.compute), "is_default": .boolean(isDefault),
            "provisioning_state": .string(deployment.provisioningState),
            "tags": .texts(deployment.tags),
        ]
        switch deployment.kind {
        case .model(let settings):
            members["type"] = .string("model")
            members["settings"] = Self.settings(settings)
        case .pipelineComponent(let pipeline):
            members["type"] = .string("pipeline")
            members["component"] = .optional(pipeline.componentID)
            members["settings"] = .texts(pipeline.settings)
        }
        return .object(members)
    }

    private static func settings(_ settings: ModelSettings) -> JSONValue {
        .object([
            "mini_batch_size": .optional(settings.miniBatchSize),
            "instance_count": .optional(settings.instanceCount),
            "max_concurrency_per_instance": .optional(settings.maxConcurrencyPerInstance),
            "error_threshold": .optional(settings.errorThreshold),
            "output_action": .string(settings.outputAction.rawValue),
            "output_file_name": .string(settings.outputFileName),
            "retry_settings": .object([
                "max_retries": .optional(settings.maxRetries),
                "timeout": .optional(Int(settings.timeout.components.seconds)),
            ]), "logging_level": .string(settings.loggingLevel),
        ])
    }

    static func job(_ job: Job) -> JSONValue {
        var members: [String: JSONValue] = [
            "name": .string(job.id.rawValue), "display_name": .string(job.displayName),
            "status": .string(job.status.rawValue),
            "endpoint_name": .optional(job.endpoint?.rawValue),
            "deployment_name": .optional(job.deployment?.rawValue),
            "experiment_name": .optional(job.experimentName),
            "created_at": .optional(job.createdAt?.iso8601),
            "started_at": .optional(job.startedAt?.iso8601),
            "ended_at": .optional(job.endedAt?.iso8601), "inputs": .texts(job.inputs),
            "outputs": .texts(job.outputs), "tags": .texts(job.tags),
            "error": .optional(job.errorMessage),
        ]
        members["timeline"] = .array(timeline(of: job))
        members["progress"] = job.progress.map(progress) ?? .null
        if let reason = job.heldReason { members["held"] = .string(reason) }
        return .object(members)
    }

    static func progress(_ progress: Progress) -> JSONValue {
        .object([
            "processed_mini_batches": .optional(progress.processedMiniBatches),
            "total_mini_batches": .optional(progress.totalMiniBatches),
            "failed_items": .optional(progress.failedItems),
            "total_items": .optional(progress.totalItems),
        ])
    }

    static func step(_ step: JobStep) -> JSONValue {
        .object([
            "name": .string(step.name), "run_id": .string(step.id.rawValue),
            "status": .string(step.status.rawValue),
            "started_at": .optional(step.startedAt?.iso8601),
            "ended_at": .optional(step.endedAt?.iso8601),
            "error": .optional(step.errorMessage),
        ])
    }

    static func asset(_ asset: DataAsset) -> JSONValue {
        .object([
            "name": .string(asset.name.rawValue), "type": .string(asset.type.rawValue),
            "latest_version": .optional(asset.latestVersion),
            "description": .optional(asset.summary),
        ])
    }

    static func version(_ version: DataVersion) -> JSONValue {
        .object([
            "name": .string(version.asset.rawValue), "version": .string(version.version),
            "id": .string(version.armID), "type": .string(version.type.rawValue),
            "path": .string(version.uri), "description": .optional(version.summary),
            "created_at": .optional(version.createdAt?.iso8601),
            "tags": .object(version.tags.mapValues { .string($0) }),
            "properties": .object((version.properties ?? [:]).mapValues { .string($0) }),
        ])
    }

    static func datastore(_ datastore: Datastore, in scope: WorkspaceScope) -> JSONValue {
        .object([
            "name": .string(datastore.name.rawValue),
            "id": .string("\(scope.armID)/datastores/\(datastore.name)"),
            "type": .string(datastore.kind.rawValue),
            "is_default": .boolean(datastore.isDefault),
            "account_name": .optional(datastore.accountName),
            "container_name": .optional(datastore.containerName),
            "endpoint": .optional(datastore.endpointSuffix),
            "protocol": .string(datastore.scheme),
            "credentials_type": .optional(datastore.credentialsType),
        ])
    }
}

extension Shapes {
    /// What a state folder holds, for `engine status`; nothing while there is none.
    static func state(_ summary: StateSummary) -> [String: JSONValue] {
        guard let jobs = summary.jobs else { return [:] }
        return [
            "state_bytes": .integer(summary.bytes),
            "state_bytes_are_whole": .boolean(summary.isWhole),
            "jobs": .integer(Int64(jobs)),
            "oldest_job": summary.oldest.map { .string($0.iso8601) } ?? .null,
        ]
    }
}
