import BatchModel

/// Jobs as management answers them, and cancelling (CONTRACT §2.2, §3, §7).
extension Engine {
    /// A page of jobs, newest first.
    func jobList(
        _ page: PageQuery, tag: String?, _ context: RouteContext
    ) async throws(RouteRefusal) -> EngineResponse {
        let (start, count) = try context.window(page)
        if let tag, !tag.isEmpty {
            return try await taggedJobs(tag, start, count, page.view, context)
        }
        do {
            let (jobs, total) = try await self.jobs.jobs(
                start: start, count: count, endpoint: nil, deployment: nil, view: page.view)
            let end = start + jobs.count
            let items = jobs.map { resource(of: $0, context) }
            let next = end < total && !jobs.isEmpty ? context.link(toPageAt: end) : nil
            return try .json(200, WirePage(value: items, nextLink: next, total: total))
        } catch { throw .from(error) }
    }

    /// How many jobs a list by tag looks through: the newest ones, which a client looking for its submission wants.
    static let tagScanLimit = 10_000

    /// Jobs with a tag, `name` or `name=value`; the place in the list is a place among all jobs.
    private func taggedJobs(
        _ tag: String, _ start: Int, _ count: Int, _ view: ListView, _ context: RouteContext
    ) async throws(RouteRefusal) -> EngineResponse {
        let pair = tag.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            .map(String.init)
        guard !pair[0].isEmpty else {
            throw .userError("The tag '\(tag)' is neither NAME nor NAME=VALUE.")
        }
        var items: [WireResource<WireJob>] = []
        var place = start
        var total = start + 1
        do {
            while items.count < count, place < total, place - start < Self.tagScanLimit {
                let (jobs, all) = try await self.jobs.jobs(
                    start: place, count: 500, endpoint: nil, deployment: nil, view: view)
                total = all
                guard !jobs.isEmpty else { break }
                for job in jobs where items.count < count {
                    place += 1
                    guard let value = job.tags[pair[0]], pair.count == 1 || value == pair[1] else {
                        continue
                    }
                    items.append(resource(of: job, context))
                }
            }
        } catch { throw .from(error) }
        let next = place < total ? context.link(toPageAt: place) : nil
        return try .json(200, WirePage(value: items, nextLink: next))
    }

    /// A job; for a step an answer without properties, the sign to ask run history instead (R).
    func managementJob(
        _ id: Job.ID, _ context: RouteContext
    ) async throws(RouteRefusal) -> EngineResponse {
        if let job = try await find(id) { return try .json(200, resource(of: job, context)) }
        guard try await step(JobStep.ID(id.rawValue)) != nil else { throw missing(id) }
        let envelope = WireResource<WireJob>(
            id: "\(context.scope.armID)/jobs/\(id)", name: id.rawValue, type: WireType.job,
            properties: nil)
        return try .json(200, envelope)
    }

    func resource(of job: Job, _ context: RouteContext) -> WireResource<WireJob> {
        WireJob.resource(of: withStages(job), in: context.scope)
    }

    /// The property that holds start and end (ES §5.1).
    static let stagesKey = "azureml.pipelines.stages"

    /// Start and end in the place where the service keeps them (ES §5.1).
    func withStages(_ job: Job) -> Job {
        guard let started = job.startedAt else { return job }
        var execution: [String: JSONValue] = ["StartTime": .string(started.iso8601)]
        execution["EndTime"] = job.endedAt.map { .string($0.iso8601) } ?? .null
        let words: [JobStatus: String] = [
            .completed: "Finished", .failed: "Failed", .canceled: "Canceled",
        ]
        execution["Status"] = .string(words[job.status] ?? "Running")
        var job = job
        job.properties[Self.stagesKey] =
            JSONValue.object(["Initialization": .null, "Execution": .object(execution)]).text
        return job
    }

    // MARK: - Cancelling

    /// Asks a job to stop (CONTRACT §2.2).
    func cancel(
        _ id: Job.ID, _ context: RouteContext
    ) async throws(RouteRefusal) -> EngineResponse {
        guard let job = try await find(id) else { throw missing(id) }
        guard !job.status.isTerminal else { throw Self.alreadyEnded(id) }
        do { try await jobs.cancel(id) } catch {
            if let now = try await find(id), now.status.isTerminal { throw Self.alreadyEnded(id) }
            throw .from(error)
        }
        return Self.pending(operationAddress(of: id, context))
    }

    private static func alreadyEnded(_ id: Job.ID) -> RouteRefusal {
        RouteRefusal(
            400, "UserError",
            "The pipeline run \(id) is in terminal status, it can't be canceled.",
            innerCode: "CancelPipelineRunInTerminalStatus")
    }

    private func operationAddress(of id: Job.ID, _ context: RouteContext) -> String {
        let route = Route.operationResult(
            subscriptionID: context.scope.subscriptionID, region: context.catalog.location,
            operation: "jc:\(context.catalog.workspaceID):\(id)")
        return context.address.base + route.request.target
    }

    private static func pending(_ location: String) -> EngineResponse {
        EngineResponse(
            status: 202,
            headers: EngineHeaders([
                ("content-type", "application/json; charset=utf-8"), ("location", location),
                ("retry-after", "1"), ("x-ms-async-operation-timeout", "PT1H"),
            ]), body: .bytes(Array("null".utf8)))
    }

    /// How a cancel stands: 202 until it is through, then 200 with nothing.
    func operationResult(
        _ operation: String, _ context: RouteContext
    ) async throws(RouteRefusal) -> EngineResponse {
        if isChange(operation, context) { return EngineResponse(status: 200) }
        let prefix = "jc:\(context.catalog.workspaceID):"
        guard operation.hasPrefix(prefix) else {
            throw .notFound("NoSuchOperation", "There is no operation \(operation)")
        }
        let id = Job.ID(String(operation.dropFirst(prefix.count)))
        guard let job = try await find(id) else { throw missing(id) }
        return job.status.isTerminal
            ? EngineResponse(status: 200) : Self.pending(operationAddress(of: id, context))
    }

    // MARK: - Looking up

    func find(_ id: Job.ID) async throws(RouteRefusal) -> Job? {
        do { return try await jobs.job(id) } catch { throw .from(error) }
    }

    /// A step and the job it belongs to.
    func step(
        _ id: JobStep.ID
    ) async throws(RouteRefusal) -> (step: JobStep, job: Job.ID)? {
        do { return try await jobs.step(id) } catch { throw .from(error) }
    }

    func missing(_ id: Job.ID) -> RouteRefusal {
        .notFound("NoSuchJob", "There is no job with name: \(id)")
    }
}
