import BatchModel

// Three lists may know a job (CONTRACT §4.3, USER-PAINS 2): the endpoint's own, which has been broken on the live service;
// the workspace's, filtered here; and our journal. The endpoint's is asked first; when it refuses, the workspace's is asked
// and the page says so; when that refuses too, the jobs that the journal knows are read one by one. A local engine takes a number of jobs to skip and says how many there are; Azure hands out links,
// so a window further down is reached by following them and remembering what has been seen.

/// Windows of job lists, newest first.
actor JobLists {
    /// A list that has been walked into.
    private struct Walk {
        var jobs: [Job] = []
        /// Jobs move down while pages are read: one that is met again is not another.
        var ids: Set<Job.ID> = []
        var next: ServiceCaller.PagePlace?
        /// Links followed so far.
        var links: Set<String> = []
        var hasBegun = false
        var isFromWorkspace = false
    }

    /// The most jobs a walk remembers; further windows are refused, saying so.
    static let walkLimit = 20_000
    /// Pages that are followed for one window: the next one goes on where it ended.
    private static let pagesPerWindow = 200
    /// The most jobs in one window.
    static let windowLimit = 1000

    let caller: ServiceCaller
    /// What this machine has submitted: the last resort.
    let journal: SubmissionJournal?
    private let catalogue: Catalogue
    private var walks: [JobListQuery: Walk] = [:]
    /// The connection on which the endpoints' own lists refused: not asked again there.
    private var refusedGeneration: Int?

    init(caller: ServiceCaller, catalogue: Catalogue, journal: SubmissionJournal? = nil) {
        self.caller = caller
        self.journal = journal
        self.catalogue = catalogue
    }

    /// One window.
    func jobs(_ query: JobListQuery) async throws(ServiceFailure) -> JobPage {
        var query = query
        query.start = max(0, query.start)
        query.count = min(max(1, query.count), Self.windowLimit)
        let opened = try await caller.keeper.current()
        if query.endpoint != nil, refusedGeneration != opened.generation {
            do throws(ServiceFailure) {
                return try await window(query, opened.connection, isFromWorkspace: false)
            } catch  where Self.isRefusal(error) {
                if error.kind == .notFound, let endpoint = query.endpoint {
                    _ = try await catalogue.endpoint(endpoint)
                }
                refusedGeneration = opened.generation
            }
        }
        do throws(ServiceFailure) {
            return try await window(query, opened.connection, isFromWorkspace: true)
        } catch  where Self.isRefusal(error) {
            return try await journalled(query, instead: error)
        }
    }

    /// The list call as such is refused; a missing right is not that.
    private static func isRefusal(_ failure: ServiceFailure) -> Bool {
        guard let status = failure.httpStatus else { return false }
        return (400..<500).contains(status) && ![401, 403, 408, 429].contains(status)
    }

    private func window(
        _ query: JobListQuery, _ connection: Connection, isFromWorkspace: Bool
    ) async throws(ServiceFailure) -> JobPage {
        if connection.isLocal && !(isFromWorkspace && query.endpoint != nil) {
            return try await skipped(query, connection, isFromWorkspace: isFromWorkspace)
        }
        return try await walked(query, connection, isFromWorkspace: isFromWorkspace)
    }

    /// A window reached by a number of jobs to skip.
    private func skipped(
        _ query: JobListQuery, _ connection: Connection, isFromWorkspace: Bool
    ) async throws(ServiceFailure) -> JobPage {
        let page = PageQuery(
            skip: query.start == 0 ? nil : String(query.start), count: query.count)
        let answer = try await asked(
            .first(route(query, page, connection, isFromWorkspace)), query, isFromWorkspace)
        let jobs = Array(answer.jobs.prefix(query.count))
        let hasMore = answer.next != nil || answer.jobs.count > query.count
        let seen = query.start + jobs.count
        return JobPage(
            start: query.start, jobs: jobs, total: answer.total ?? (hasMore ? nil : seen),
            hasMore: answer.total.map { seen < $0 } ?? hasMore, asOf: caller.surroundings.now(),
            source: source(query, isFromWorkspace))
    }

    /// A window reached by following links; the first window begins the walk anew.
    private func walked(
        _ query: JobListQuery, _ connection: Connection, isFromWorkspace: Bool
    ) async throws(ServiceFailure) -> JobPage {
        var key = query
        key.start = 0
        key.count = 0
        var walk = walks[key] ?? Walk()
        if query.start == 0 || walk.isFromWorkspace != isFromWorkspace { walk = Walk() }
        walk.isFromWorkspace = isFromWorkspace
        if !walk.hasBegun {
            walk.hasBegun = true
            walk.next = .first(
                route(query, PageQuery(), connection, isFromWorkspace))
        }
        let wanted = query.start + query.count
        guard wanted <= Self.walkLimit else {
            throw ServiceFailure(
                kind: .rejected, operation: "list jobs",
                detail: "job \(wanted) of the list is further down than \(Self.walkLimit)",
                advice: "Narrow the list to an endpoint or a deployment.")
        }
        for _ in 0..<Self.pagesPerWindow {
            guard walk.jobs.count < wanted, let place = walk.next else { break }
            let answer = try await asked(place, query, isFromWorkspace)
            walk.jobs += answer.jobs.filter {
                Self.fits($0, query) && walk.ids.insert($0.id).inserted
            }
            walk.next = answer.next
            if case .next(let link, _) = answer.next, !walk.links.insert(link).inserted {
                throw ServiceCaller.loop("list the jobs")
            }
        }
        walks[key] = walk
        let jobs = Array(walk.jobs.dropFirst(query.start).prefix(query.count))
        let isWhole = walk.next == nil
        return JobPage(
            start: query.start, jobs: jobs, total: isWhole ? walk.jobs.count : nil,
            hasMore: !isWhole || walk.jobs.count > wanted, asOf: caller.surroundings.now(),
            source: source(query, isFromWorkspace))
    }

    /// What one page brought.
    private struct Answer {
        var jobs: [Job]
        var next: ServiceCaller.PagePlace?
        var total: Int?
    }

    private func asked(
        _ place: ServiceCaller.PagePlace, _ query: JobListQuery, _ isFromWorkspace: Bool
    ) async throws(ServiceFailure) -> Answer {
        let operation = query.endpoint.map { "list the jobs of \($0)" } ?? "list the jobs"
        let scope = try await caller.keeper.current().connection.scope
        if isFromWorkspace {
            let page = try await caller.page(
                of: WireResource<WireJob>.self, at: place, operation: operation)
            return Answer(
                jobs: page.items.compactMap { Job($0)?.shortened(in: scope) },
                next: page.nextLink.map { .next(link: $0, audience: .management) },
                total: page.total)
        }
        let page = try await caller.page(
            of: WireResource<WireEndpointJob>.self, at: place, operation: operation)
        return Answer(
            jobs: page.items.compactMap {
                Job($0, endpoint: query.endpoint)?.shortened(in: scope)
            },
            next: page.nextLink.map { .next(link: $0, audience: .machineLearning) },
            total: page.total)
    }

    private func route(
        _ query: JobListQuery, _ page: PageQuery, _ connection: Connection,
        _ isFromWorkspace: Bool
    ) -> Route {
        var page = page
        page.view = query.view
        if let endpoint = query.endpoint, !isFromWorkspace {
            return .frontEnd(connection.scope, .jobs(endpoint, query.deployment, page))
        }
        return .management(connection.scope, .jobs(page, tag: nil))
    }

    /// The workspace's list holds all jobs: those of other endpoints, and training jobs, are left out here.
    private static func fits(_ job: Job, _ query: JobListQuery) -> Bool {
        guard let endpoint = query.endpoint else {
            return job.deployment != nil || job.endpoint != nil
                || job.tags["azureml.batchrun"]?.lowercased() == "true"
        }
        if let deployment = query.deployment, job.deployment != deployment { return false }
        if let owner = job.endpoint { return owner == endpoint }
        // Batch jobs are filed under the endpoint's name unless an experiment was given (ES §5.1).
        return job.deployment != nil && job.experimentName == endpoint.rawValue
    }

    private func source(_ query: JobListQuery, _ isFromWorkspace: Bool) -> String {
        guard query.endpoint != nil else { return "the workspace's job list" }
        return isFromWorkspace
            ? "the workspace's job list, because the endpoint's own refused"
            : "the endpoint's job list"
    }
}
