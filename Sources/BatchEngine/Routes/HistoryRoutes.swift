import BatchModel

/// Runs: the job itself and its steps, their details, log files and outputs (CONTRACT §7).
extension Engine {
    func history(
        _ call: Route.History, _ context: RouteContext
    ) async throws(RouteRefusal) -> EngineResponse {
        switch call {
        case .run(let id): return try .json(200, try await run(id, context))
        case .children(let id, let page): return try await children(of: id, page, context)
        case .details(let id): return try await details(of: id, context)
        case .runData:
            let question = try await context.body(WireRunData.Question.self)
            let run = try await run(question.runId, context)
            return try .json(200, WireRunData.Answer(runMetadata: run))
        case .counters(let id): return try await counters(of: id)
        }
    }

    /// A job or one of its steps.
    private enum Found {
        case job(Job)
        case step(JobStep, of: Job)
    }

    private func found(_ id: String) async throws(RouteRefusal) -> Found {
        if let job = try await find(Job.ID(id)) { return .job(job) }
        if let (step, parent) = try await step(JobStep.ID(id)), let job = try await find(parent) {
            return .step(step, of: job)
        }
        throw .notFound("NoSuchRun", "There is no run with id: \(id)")
    }

    private func run(_ id: String, _ context: RouteContext) async throws(RouteRefusal) -> WireRun {
        switch try await found(id) {
        case .job(let job): return Self.run(of: withStages(job))
        case .step(let step, let job): return try await run(of: step, in: job, context)
        }
    }

    private static func run(of job: Job) -> WireRun {
        var run = WireRun(runId: job.id.rawValue)
        run.rootRunId = job.id.rawValue
        run.status = job.status.rawValue
        run.displayName = job.displayName
        run.name = job.experimentName
        run.startTimeUtc = job.startedAt?.iso8601
        run.endTimeUtc = job.endedAt?.iso8601
        run.properties = WireTexts(job.properties)
        run.tags = WireTexts(job.tags)
        run.error = job.errorMessage.map { WireError(code: "UserError", message: $0) }
        // A batch parent has no outputs of its own (R); a client would take one called `default` for logs.
        run.outputs = [:]
        return run
    }

    private func run(
        of step: JobStep, in job: Job, _ context: RouteContext
    ) async throws(RouteRefusal) -> WireRun {
        var run = WireRun.run(of: step, parent: job.id)
        guard step.outputs.contains(OutputAsset.scoreName), let order = try await order(of: job.id)
        else { return run }
        run.outputs = [
            OutputAsset.scoreName: WireRun.Output(
                assetId: OutputAsset.scoreID(
                    of: job.id, location: context.catalog.location,
                    workspaceID: context.catalog.workspaceID),
                type: OutputAsset.type(of: order).wireName)
        ]
        return run
    }

    private func children(
        of id: String, _ page: PageQuery, _ context: RouteContext
    ) async throws(RouteRefusal) -> EngineResponse {
        guard case .job(let job) = try await found(id) else {
            return try .json(200, WirePage<WireRun>(value: []))
        }
        let steps: [JobStep]
        do { steps = try await jobs.steps(of: job.id) } catch { throw .from(error) }
        var runs: [WireRun] = []
        for step in steps { runs.append(try await run(of: step, in: job, context)) }
        return try context.page(of: runs, page)
    }

    // MARK: - Logs

    /// More log files than a run of any size writes; the rest is left out of the map.
    static let logFileLimit = 5000

    /// How a run stands, and a signed address for each of its log files.
    private func details(
        of id: String, _ context: RouteContext
    ) async throws(RouteRefusal) -> EngineResponse {
        let run = try await run(id, context)
        var details = WireRunDetails(runId: run.runId)
        details.status = run.status
        details.startTimeUtc = run.startTimeUtc
        details.endTimeUtc = run.endTimeUtc
        details.error = run.error
        details.logFiles = logFiles(of: run.runId, context)
        return try .json(200, details)
    }

    private func logFiles(of run: String, _ context: RouteContext) -> [String: String] {
        let container = folders.artifactContainer
        let prefix = folders.logPrefix(of: run)
        let names = blobs.names(container, below: prefix, limit: Self.logFileLimit)
        guard !names.isEmpty else { return [:] }
        // One signature for the run's folder serves all of its files.
        let signature = access.sign(
            container: container, prefix: prefix, .read,
            until: context.now + Self.secretLifetime)
        let base = context.address.storageBase + "/\(container)/"
        var files: [String: String] = [:]
        for name in names {
            let path = PercentEncoding.encode(name, keeping: "/")
            files[String(name.dropFirst(prefix.count))] = "\(base)\(path)?\(signature)"
        }
        return files
    }

    private func counters(of id: String) async throws(RouteRefusal) -> EngineResponse {
        _ = try await found(id)
        do {
            let values = try await jobs.counters(of: JobStep.ID(id))
            return try .json(200, WireCounters(values: values))
        } catch { throw .from(error) }
    }

    // MARK: - Orders

    func order(of id: Job.ID) async throws(RouteRefusal) -> JobOrder? {
        do { return try await jobs.order(of: id) } catch { throw .from(error) }
    }
}

/// The asset id under which a job's score is resolved (CONTRACT §7).
enum OutputAsset {
    /// The one output of a model job's step (ES §5.1).
    static let scoreName = "score"
    private static let tail = "_output_data_score"

    /// The id of a job's score.
    static func scoreID(of job: Job.ID, location: String, workspaceID: String) -> String {
        "azureml://locations/\(location)/workspaces/\(workspaceID)"
            + "/data/azureml_\(job)\(tail)/versions/1"
    }

    /// The job whose score an id names; nil for another id.
    static func job(ofScoreID id: String) -> Job.ID? {
        let parts = id.split(separator: "/")
        guard let index = parts.firstIndex(of: "data"), index + 1 < parts.count else { return nil }
        let name = parts[index + 1]
        guard name.hasPrefix("azureml_"), name.hasSuffix(tail) else { return nil }
        return Job.ID(String(name.dropFirst("azureml_".count).dropLast(tail.count)))
    }

    /// A folder, unless the job was told which file to write.
    static func type(of order: JobOrder) -> DataType {
        order.scoreURI.hasSuffix("/") ? .uriFolder : .uriFile
    }
}
