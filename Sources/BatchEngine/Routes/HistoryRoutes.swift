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
        case .modify(_, let id):
            try await modify(run: id, context)
            return try .json(200, try await run(id, context))
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
        case .job(let job):
            var run = Self.run(of: withStages(job))
            // A batch parent of a model has no outputs of its own (R); a pipeline's are its component's.
            let places = try await pipelineOrder(of: job.id)?.results ?? []
            run.outputs = outputs(places, of: id, context)
            return run
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
        run.hidden = job.isArchived
        run.error = job.errorMessage.map { WireError(code: "UserError", message: $0) }
        return run
    }

    private func run(
        of step: JobStep, in job: Job, _ context: RouteContext
    ) async throws(RouteRefusal) -> WireRun {
        var run = WireRun.run(of: step, parent: job.id)
        if let order = try await pipelineOrder(of: job.id) {
            let places = order.steps.first { $0.id == step.id }?.outputs ?? []
            run.outputs = outputs(places, of: step.id.rawValue, context)
            return run
        }
        guard step.outputs.contains(OutputAsset.scoreName), let order = try await order(of: job.id)
        else { return run }
        run.outputs = [
            OutputAsset.scoreName: WireRun.Output(
                assetId: OutputAsset.id(
                    of: OutputAsset.scoreName, run: job.id.rawValue, context.catalog),
                type: OutputAsset.type(of: order).wireName)
        ]
        return run
    }

    private func outputs(
        _ places: [PipelineOrder.Place], of run: String, _ context: RouteContext
    ) -> [String: WireRun.Output] {
        Dictionary(
            uniqueKeysWithValues: places.map { place in
                let id = OutputAsset.id(of: place.name, run: run, context.catalog)
                return (place.name, WireRun.Output(assetId: id, type: place.type.wireName))
            })
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

    func pipelineOrder(of id: Job.ID) async throws(RouteRefusal) -> PipelineOrder? {
        do { return try await jobs.pipelineOrder(of: id) } catch { throw .from(error) }
    }

    /// Where an output of a run lies; nil when there is no such run or output.
    ///
    /// A model's score is asked for under its job's name.
    func output(
        _ name: String, of run: String
    ) async throws(RouteRefusal) -> WireResolvedURIs.Resolved? {
        if let order = try await order(of: Job.ID(run)) {
            guard name == OutputAsset.scoreName else { return nil }
            return .init(uri: order.scoreURI, type: OutputAsset.type(of: order).wireName)
        }
        var places = try await pipelineOrder(of: Job.ID(run))?.results
        if places == nil, let (step, job) = try await step(JobStep.ID(run)) {
            let order = try await pipelineOrder(of: job)
            places = order?.steps.first { $0.id == step.id }?.outputs
        }
        return places?.first { $0.name == name }.map {
            .init(uri: $0.uri, type: $0.type.wireName)
        }
    }
}

/// The asset ids under which outputs of runs are resolved (CONTRACT §7).
enum OutputAsset {
    /// The one output of a model job's step (ES §5.1).
    static let scoreName = "score"
    private static let middle = "_output_data_"

    /// The id of a run's output.
    static func id(of output: String, run: String, _ catalog: WorkspaceCatalog) -> String {
        "azureml://locations/\(catalog.location)/workspaces/\(catalog.workspaceID)"
            + "/data/azureml_\(run)\(middle)\(output)/versions/1"
    }

    /// The run and output that an id names; nil for another id.
    static func named(by id: String) -> (run: String, output: String)? {
        let parts = id.split(separator: "/")
        guard let index = parts.firstIndex(of: "data"), index + 1 < parts.count else { return nil }
        let name = parts[index + 1]
        // A run's id has no underscore, an output's name may have this word in it.
        guard name.hasPrefix("azureml_"), let cut = name.firstRange(of: middle) else { return nil }
        let run = name[..<cut.lowerBound].dropFirst("azureml_".count)
        return (String(run), String(name[cut.upperBound...]))
    }

    /// A folder, unless the job was told which file to write.
    static func type(of order: JobOrder) -> DataType {
        order.scoreURI.hasSuffix("/") ? .uriFolder : .uriFile
    }
}
