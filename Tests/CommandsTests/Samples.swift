import BatchClient
import BatchModel

/// A small workspace: one endpoint of each kind, a job, data.
enum Samples {
    /// 2026-11-23T08:00:00Z.
    static let morning = Timestamp(microsecondsSinceEpoch: 1_795_420_800_000_000)

    static let scope = WorkspaceScope(
        subscriptionID: "0000", resourceGroup: "cellar", workspace: "tasting")

    static let wine = Endpoint(
        name: "wine-classifier", summary: "Sorts wines.", defaultDeployment: "gnb",
        scoringURI: "http://127.0.0.1:1/jobs", tags: ["team": "cellar"])
    static let tumour = Endpoint(name: "tumour", defaultDeployment: "pipe")

    static let gnb = Deployment(
        name: "gnb", endpoint: "wine-classifier",
        kind: .model(ModelSettings(miniBatchSize: 5, maxConcurrencyPerInstance: 2)),
        summary: "Naive Bayes.", compute: "local")
    static let probs = Deployment(
        name: "gnb-probs", endpoint: "wine-classifier",
        kind: .model(ModelSettings(miniBatchSize: 25)))
    static let pipe = Deployment(
        name: "pipe", endpoint: "tumour",
        kind: .pipelineComponent(
            PipelineSettings(
                componentID: "azureml:train:1",
                inputs: [
                    InputSpec(name: "table", type: .uriFolder),
                    InputSpec(
                        name: "depth", type: .integer, defaultValue: .integer(3),
                        minimum: .integer(1), maximum: .integer(9)),
                ], outputs: [OutputSpec(name: "score", type: .uriFile)],
                settings: ["default_compute": "local"])))

    static let job = Job(
        id: "batchjob-1", displayName: "calm_lake", endpoint: "wine-classifier", deployment: "gnb",
        experimentName: "wine-classifier", status: .running, createdAt: morning,
        startedAt: morning + .seconds(2),
        timeline: [StatusChange(status: .preparing, at: morning)],
        progress: Progress(processedMiniBatches: 3, totalMiniBatches: 4, failedItems: 1),
        tags: ["team": "cellar"], inputs: ["UriFolder": "azureml:wine-data:2"])
    static let step = JobStep(
        id: "run-7", name: "batchscoring", status: .running, startedAt: morning + .seconds(2))

    static let asset = DataAsset(
        name: "wine-data", type: .uriFolder, latestVersion: "2", summary: "178 wines.")
    static let version = DataVersion(
        asset: "wine-data", version: "2", armID: "\(scope.armID)/data/wine-data/versions/2",
        type: .uriFolder, uri: "azureml://datastores/workspaceblobstore/paths/wine",
        createdAt: morning)
    static let datastore = Datastore(
        name: "workspaceblobstore", kind: .blob, isDefault: true, accountName: "local",
        containerName: "azureml", endpointSuffix: "127.0.0.1:1", scheme: "http",
        credentialsType: "Sas")

    /// The job at a later moment.
    static func snapshot(
        _ status: JobStatus, done: Int? = nil, of total: Int = 4, failed: Int? = nil,
        error: String? = nil
    ) -> JobSnapshot {
        var job = Self.job
        job.status = status
        job.progress = done.map {
            Progress(processedMiniBatches: $0, totalMiniBatches: total, failedItems: failed)
        }
        job.errorMessage = error
        return JobSnapshot(job: job, steps: [step], asOf: morning)
    }
}

extension BatchClient {
    /// Finds the sample endpoints and deployments, and nothing else.
    mutating func serveSamples() {
        endpoint = { name throws(ServiceFailure) in
            guard let found = [Samples.wine, Samples.tumour].first(where: { $0.name == name })
            else { throw BatchClient.missing("find the endpoint \(name)") }
            return found
        }
        deployment = { endpoint, name throws(ServiceFailure) in
            let all = [Samples.gnb, Samples.probs, Samples.pipe]
            guard let found = all.first(where: { $0.endpoint == endpoint && $0.name == name })
            else { throw BatchClient.missing("find the deployment \(name)") }
            return found
        }
        findings = { _ in [:] }
    }

    /// Takes submissions and previews as the live client does, rules first; what is accepted is noted.
    mutating func accept(into drafts: Box<[JobDraft]>) {
        serveSamples()
        let (endpoint, deployment) = (self.endpoint, self.deployment)
        submit = { draft, _ throws(ServiceFailure) in
            let found = try await endpoint(draft.endpoint)
            let name = draft.deployment ?? found.defaultDeployment ?? ""
            let problems = DraftRules.problems(
                draft, deployment: try await deployment(draft.endpoint, name))
            guard problems.isEmpty else {
                throw ServiceFailure(
                    kind: .rejected, operation: "submit to \(draft.endpoint)",
                    detail: problems.map(\.message).joined(separator: "\n"))
            }
            drafts.change { $0.append(draft) }
            return Samples.job
        }
        preview = { _ in
            RequestPreview(
                method: "POST", url: "http://127.0.0.1:1/jobs",
                headers: ["Authorization: Bearer ***"], body: #"{"properties": {}}"#,
                uploads: ["./wines (3 files, 900 bytes) to azureml://datastores/w/paths/x"])
        }
    }

    /// Follows through these moments.
    mutating func follow(through moments: JobSnapshot...) {
        follow = { _ in
            AsyncThrowingStream { continuation in
                for moment in moments { continuation.yield(moment) }
                continuation.finish()
            }
        }
    }

    static func missing(_ operation: String) -> ServiceFailure {
        ServiceFailure(kind: .notFound, operation: operation, detail: "there is none")
    }
}
