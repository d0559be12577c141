import BatchModel

/// One job, its steps, and stopping it.
struct JobReader: Sendable {
    let caller: ServiceCaller

    private var scope: WorkspaceScope {
        get async throws(ServiceFailure) { try await caller.keeper.current().connection.scope }
    }

    /// The job's newest state.
    func job(_ id: Job.ID) async throws(ServiceFailure) -> Job {
        let operation = "read the job \(id)"
        let scope = try await self.scope
        let resource = try await caller.fetch(
            WireResource<WireJob>.self,
            ServiceRequest(.management(scope, .job(id)), operation: operation))
        if let job = Job(resource) { return job.shortened(in: scope) }
        // Management answers without properties for a step's run: run history knows it (CONTRACT §3).
        let run = try await run(id.rawValue, operation: operation)
        return Job(
            id: Job.ID(run.runId), displayName: run.displayName ?? run.runId,
            status: JobStatus(rawValue: run.status ?? "Unknown"),
            startedAt: run.startTimeUtc.flatMap(Timestamp.init(iso8601:)),
            endedAt: run.endTimeUtc.flatMap(Timestamp.init(iso8601:)),
            errorMessage: run.error.map(\.text), tags: run.tags?.values ?? [:],
            properties: run.properties?.values ?? [:])
    }

    /// A run of run history.
    func run(_ id: String, operation: String) async throws(ServiceFailure) -> WireRun {
        let scope = try await self.scope
        return try await caller.fetch(
            WireRun.self, ServiceRequest(.history(scope, .run(id)), operation: operation))
    }

    /// The steps' runs, in the order they were made.
    func children(_ id: Job.ID) async throws(ServiceFailure) -> [WireRun] {
        let scope = try await self.scope
        return try await caller.list(
            WireRun.self, .history(scope, .children(id.rawValue, PageQuery())),
            operation: "list the steps of \(id)")
    }

    /// The steps, in the order they were made.
    func steps(_ id: Job.ID) async throws(ServiceFailure) -> [JobStep] {
        try await children(id).map { JobStep($0) }
    }

    /// A run with its outputs.
    func runData(_ id: String) async throws(ServiceFailure) -> WireRun? {
        let scope = try await self.scope
        let operation = "read the outputs of \(id)"
        let request = try ServiceRequest(.history(scope, .runData), operation: operation)
            .carrying(WireRunData.Question(runId: id))
        return try await caller.fetch(WireRunData.Answer.self, request).runMetadata
    }

    /// Details of a run: its status and its log files.
    func details(_ run: String) async throws(ServiceFailure) -> WireRunDetails {
        let scope = try await self.scope
        return try await caller.fetch(
            WireRunDetails.self,
            ServiceRequest(.history(scope, .details(run)), operation: "list the logs of \(run)"))
    }

    /// Archives or restores a job: the job as it is with `isArchived` changed, as the official client sends it.
    func setArchived(_ id: Job.ID, _ isArchived: Bool) async throws(ServiceFailure) {
        let operation = "\(isArchived ? "archive" : "restore") the job \(id)"
        let scope = try await self.scope
        let found = try await caller.fetch(
            JSONValue.self, ServiceRequest(.management(scope, .job(id)), operation: operation))
        guard var properties = found["properties"]?.members else {
            throw ServiceFailure(
                kind: .rejected, operation: operation, detail: "it is a step of a job",
                advice: "Name the job it belongs to.")
        }
        properties["isArchived"] = .boolean(isArchived)
        // What the service alone says.
        properties["status"] = nil
        let body = JSONValue.object(["properties": .object(properties)])
        let request = try ServiceRequest(.management(scope, .putJob(id)), operation: operation)
            .carrying(body)
        _ = try await caller.fetch(request)
    }

    /// Asks a job to stop; returns when the service has taken it.
    ///
    /// The service answers 202 at once and lets one wait at `Location` (CONTRACT §2.2): whoever follows the job sees
    /// CancelRequested and Canceled anyway, so that nothing is gained by waiting there.
    func cancel(_ id: Job.ID) async throws(ServiceFailure) {
        let operation = "stop the job \(id)"
        let scope = try await self.scope
        var request = ServiceRequest(.management(scope, .cancelJob(id)), operation: operation)
        request.isRepeatable = true
        let answer = try await caller.exchange(request)
        guard !answer.isSuccess else { return }
        var failure = FailureTranslation.failure(answer, operation: operation)
        if answer.status == 400, failure.serviceCode == "CancelPipelineRunInTerminalStatus" {
            failure.kind = .conflict
        }
        throw failure
    }
}
